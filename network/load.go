package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/documents"
	"fundtrace/gateway/endorsement"
	"fundtrace/network/local"
	"fundtrace/network/sample"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/grpc"
)

// inFlight is how many entries of the sample are submitted at a time: enough
// to fill blocks, few enough not to make a small machine time out.
const inFlight = 48

// endorsers are the organisations whose peers endorse the sample.
var endorsers = []string{ledger.BankMSP, ledger.FinanceMSP}

// maxDocument is larger than any text of the sample, in bytes.
const maxDocument = 1 << 20

// loadSample records the sample as the users who would have: each entry is
// signed by its own user and endorsed by the bank's and the finance peer.
func loadSample(ctx context.Context, n *local.Network, report func(string)) error {
	report("loading the sample data")
	if err := storeDocuments(filepath.Join(n.Dir(), "gateway", "documents")); err != nil {
		return err
	}
	connection, err := n.Dial("finance")
	if err != nil {
		return err
	}
	defer func() { _ = connection.Close() }()
	s := &submitter{network: n, connection: connection, contracts: map[string]*client.Contract{}, slots: make(chan struct{}, inFlight)}
	defer s.close()
	next := time.Now().Add(reportEvery)
	return sample.Load(ctx, s.submit, func(done, total int) {
		if time.Now().After(next) || done == total {
			next = time.Now().Add(reportEvery)
			report(fmt.Sprintf("loading the sample data: %d of %d entries", done, total))
		}
	})
}

// reportEvery is the time between two reports of progress.
const reportEvery = 3 * time.Second

// storeDocuments puts the texts whose digests the sample records where the
// gateway will look for them.
func storeDocuments(dir string) error {
	store, err := documents.Open(dir)
	if err != nil {
		return err
	}
	for sha, text := range sample.Contents() {
		stored, err := store.Put(bytes.NewReader(text), maxDocument, "")
		if err != nil {
			return fmt.Errorf("store a document of the sample: %w", err)
		}
		if stored.SHA256 != sha {
			return fmt.Errorf("a document of the sample has the digest %s, but %s is recorded", stored.SHA256, sha)
		}
	}
	return nil
}

// submitter submits entries as their users.
type submitter struct {
	network    *local.Network
	connection *grpc.ClientConn
	slots      chan struct{}

	mu        sync.Mutex
	gateways  []*client.Gateway
	contracts map[string]*client.Contract // by user
}

func (s *submitter) close() {
	for _, g := range s.gateways {
		_ = g.Close()
	}
}

// contract returns the chaincode as the user reaches it, enrolling the user
// the first time.
func (s *submitter) contract(ctx context.Context, user string) (*client.Contract, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, known := s.contracts[user]; known {
		return c, nil
	}
	_, organisation, found := strings.Cut(user, "@")
	if !found {
		return nil, fmt.Errorf("the user %q is not name@organisation", user)
	}
	signer, _, err := s.network.Enrol(ctx, organisation, user)
	if err != nil {
		return nil, err
	}
	g, err := client.Connect(signer, client.WithSign(signer.SignDigest), client.WithClientConnection(s.connection),
		client.WithEndorseTimeout(time.Minute), client.WithSubmitTimeout(time.Minute), client.WithCommitStatusTimeout(time.Minute))
	if err != nil {
		return nil, fmt.Errorf("connect as %s: %w", user, err)
	}
	s.gateways = append(s.gateways, g)
	c := g.GetNetwork(local.ChannelName).GetContract(local.ChaincodeName)
	s.contracts[user] = c
	return c, nil
}

// attempts is how often an entry is tried that met another one changing what
// it reads.
const attempts = 8

// submit records one entry and returns when it is committed.
func (s *submitter) submit(ctx context.Context, user string, e ledger.Entry) error {
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return ctx.Err()
	}
	contract, err := s.contract(ctx, user)
	if err != nil {
		return err
	}
	batch, err := json.Marshal(ledger.Batch{Entries: []ledger.Entry{e}})
	if err != nil {
		return fmt.Errorf("encode the entry: %w", err)
	}
	for attempt := 1; ; attempt++ {
		_, err = contract.SubmitWithContext(ctx, "Apply", client.WithBytesArguments(batch), client.WithEndorsingOrganizations(endorsers...))
		if err == nil || !passes(err) || attempt == attempts {
			return err
		}
		// The same key makes trying again safe: an entry is recorded once.
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(20+rand.IntN(100*attempt)) * time.Millisecond):
		}
	}
}

// passes reports whether trying again may help: the transaction lost a race,
// or the endorsing peers stand a block apart, so that one of them does not know
// yet what this entry builds on.
func passes(err error) bool {
	var commit *client.CommitError
	if errors.As(err, &commit) {
		return commit.Code == peer.TxValidationCode_MVCC_READ_CONFLICT || commit.Code == peer.TxValidationCode_PHANTOM_READ_CONFLICT
	}
	return endorsement.Judge(err, len(endorsers)).Apart
}
