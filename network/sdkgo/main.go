package main

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hyperledger/fabric-sdk-go/pkg/client/channel"
	"github.com/hyperledger/fabric-sdk-go/pkg/client/msp"
	"github.com/hyperledger/fabric-sdk-go/pkg/common/errors/retry"
	"github.com/hyperledger/fabric-sdk-go/pkg/core/config"
	"github.com/hyperledger/fabric-sdk-go/pkg/fabsdk"
)

func main() {
	var o options
	flag.StringVar(&o.dir, "dir", ".fundtrace", "folder of the running network")
	flag.StringVar(&o.user, "user", "custodian@bank", "user as in credentials.json; a bank's user to log a disbursement")
	flag.StringVar(&o.lot, "lot", "", "lot to read, and to draw on")
	flag.StringVar(&o.to, "to", "", "payee's account; leave out to read only")
	flag.StringVar(&o.amount, "amount", "", "amount in minor units (fen)")
	flag.StringVar(&o.reference, "reference", "", "the bank's reference of the payment")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "sdkgo:", err)
		os.Exit(1)
	}
}

type options struct{ dir, user, lot, to, amount, reference string }

// lot is what this program reads of the ledger's answer.
type lot struct {
	Lot       string `json:"lot"`
	Account   string `json:"account"`
	Remaining string `json:"remaining"`
	Currency  string `json:"currency"`
}

func run(o options) error {
	if o.lot == "" {
		return fmt.Errorf("name a lot with --lot")
	}
	dir, err := filepath.Abs(o.dir)
	if err != nil {
		return err
	}
	t, err := loadTopology(dir)
	if err != nil {
		return err
	}
	password, err := passwordOf(dir, o.user)
	if err != nil {
		return err
	}
	store, err := os.MkdirTemp("", "sdkgo")
	if err != nil {
		return err
	}
	defer os.RemoveAll(store)
	_, organisation, _ := strings.Cut(o.user, "@")
	profile, err := t.profile(dir, organisation, store)
	if err != nil {
		return err
	}
	sdk, err := fabsdk.New(config.FromRaw(profile, "json"), sharedDials())
	if err != nil {
		return fmt.Errorf("start the SDK: %w", err)
	}
	defer sdk.Close()
	ledger, err := open(sdk, t, o.user, password, organisation)
	if err != nil {
		return err
	}
	before, err := ledger.read(o.lot)
	if err != nil {
		return err
	}
	fmt.Printf("lot %s in %s holds %s %s\n", before.Lot, before.Account, before.Remaining, before.Currency)
	if o.to == "" {
		return nil
	}
	tx, err := ledger.disburse(before, o)
	if err != nil {
		return err
	}
	after, err := ledger.read(o.lot)
	if err != nil {
		return err
	}
	fmt.Printf("disbursed %s to %s in transaction %s\nlot %s now holds %s %s\n", o.amount, o.to, tx, after.Lot, after.Remaining, after.Currency)
	return nil
}

// passwordOf reads a user's password from the network's credentials.json.
func passwordOf(dir, user string) (string, error) {
	text, err := os.ReadFile(filepath.Join(dir, "credentials.json"))
	if err != nil {
		return "", fmt.Errorf("read the users: %w", err)
	}
	var users []struct{ User, Password string }
	if err := json.Unmarshal(text, &users); err != nil {
		return "", fmt.Errorf("read the users: %w", err)
	}
	for _, u := range users {
		if u.User == user {
			return u.Password, nil
		}
	}
	return "", fmt.Errorf("there is no user %q in credentials.json", user)
}

// client is one user's way to the chaincode.
type client struct {
	*channel.Client
	chaincode string
}

// open enrols the user at its organisation's authority and opens the channel as that user.
func open(sdk *fabsdk.FabricSDK, t *topology, user, password, organisation string) (*client, error) {
	ca, err := msp.New(sdk.Context(), msp.WithOrg(organisation))
	if err != nil {
		return nil, fmt.Errorf("reach the certificate authority: %w", err)
	}
	if err := ca.Enroll(user, msp.WithSecret(password)); err != nil {
		return nil, fmt.Errorf("enrol %s: %w", user, err)
	}
	c, err := channel.New(sdk.ChannelContext(t.Channel, fabsdk.WithUser(user), fabsdk.WithOrg(organisation)))
	if err != nil {
		return nil, fmt.Errorf("open the channel: %w", err)
	}
	return &client{Client: c, chaincode: t.Chaincode}, nil
}

// again asks once more where peers stand at different blocks for a moment and so answer apart, or where another writer was
// first. The idempotency key keeps a disbursement from being logged twice.
var again = channel.WithRetry(retry.DefaultChannelOpts)

func (c *client) read(id string) (lot, error) {
	var l lot
	answer, err := c.Query(channel.Request{ChaincodeID: c.chaincode, Fcn: "Lot", Args: [][]byte{[]byte(id)}}, again)
	if err != nil {
		return l, fmt.Errorf("read lot %s: %w", id, err)
	}
	return l, json.Unmarshal(answer.Payload, &l)
}

// disburse records a payment that the bank has made, drawn on the lot.
func (c *client) disburse(from lot, o options) (string, error) {
	key := make([]byte, 16)
	if _, err := rand.Read(key); err != nil {
		return "", err
	}
	batch, err := json.Marshal(object{"entries": []object{{"key": "sdkgo-" + hex.EncodeToString(key), "ops": []object{{
		"type": "movement.settle", "movement": object{"kind": "DISBURSEMENT", "from": from.Account, "to": o.to, "amount": o.amount,
			"currency": from.Currency, "date": time.Now().UTC().Format(time.DateOnly), "bank_ref": o.reference,
			"draws": []object{{"lot": from.Lot, "amount": o.amount}}}}}}}})
	if err != nil {
		return "", err
	}
	answer, err := c.Execute(channel.Request{ChaincodeID: c.chaincode, Fcn: "Apply", Args: [][]byte{batch}}, again)
	if err != nil {
		return "", fmt.Errorf("log the disbursement: %w", err)
	}
	return string(answer.TransactionID), nil
}
