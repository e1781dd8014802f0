package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/documents"
	"fundtrace/gateway/endorsement"
	"fundtrace/gateway/fingerprint"
	"fundtrace/network/local"
	"fundtrace/network/sample"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"golang.org/x/sync/errgroup"
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
	at, err := place(n)
	if err != nil {
		return err
	}
	connection, err := n.Dial("finance")
	if err != nil {
		return err
	}
	defer func() { _ = connection.Close() }()
	s := &submitter{network: n, connection: connection, users: map[string]*submitting{}, slots: make(chan struct{}, inFlight)}
	defer s.close()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return s.enrol(ctx, at) })
	group.Go(func() error {
		next := time.Now().Add(reportEvery)
		return sample.Load(ctx, at, s.submit, func(done, total int) {
			if time.Now().After(next) || done == total {
				next = time.Now().Add(reportEvery)
				report(fmt.Sprintf("loading the sample data: %d of %d entries", done, total))
			}
		})
	})
	return group.Wait()
}

// enrolling is how many users enrol at a time: the authority checks a password
// for each, which takes it longer than anything else here.
const enrolling = 4

// enrol enrols the users of the sample in the order in which they write first,
// while the first entries are on their way: most users wait for those.
func (s *submitter) enrol(ctx context.Context, at sample.Place) error {
	entries, err := sample.Entries(at)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(enrolling)
	for _, e := range entries {
		if !seen[e.User] {
			seen[e.User] = true
			group.Go(func() error {
				_, err := s.contract(ctx, e.User)
				return err
			})
		}
	}
	return group.Wait()
}

// place is the network as the sample sees it. The key is made with the network,
// so its file says since when there is one: a load that goes on another day
// submits the same entries.
func place(n *local.Network) (sample.Place, error) {
	key, err := fingerprint.LoadKey(n.ConsortiumKeyFile())
	if err != nil {
		return sample.Place{}, err
	}
	file, err := os.Stat(n.ConsortiumKeyFile())
	if err != nil {
		return sample.Place{}, fmt.Errorf("find out when the network was made: %w", err)
	}
	return sample.Place{Key: key, Made: file.ModTime()}, nil
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

	mu    sync.Mutex
	users map[string]*submitting
}

// submitting is a user who submits: enrolled once, while others enrol too.
type submitting struct {
	mu       sync.Mutex
	gateway  *client.Gateway
	contract *client.Contract
}

func (s *submitter) close() {
	for _, u := range s.users {
		if u.gateway != nil {
			_ = u.gateway.Close()
		}
	}
}

// contract returns the chaincode as the user reaches it, enrolling the user
// the first time.
func (s *submitter) contract(ctx context.Context, user string) (*client.Contract, error) {
	s.mu.Lock()
	u := s.users[user]
	if u == nil {
		u = &submitting{}
		s.users[user] = u
	}
	s.mu.Unlock()
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.contract != nil {
		return u.contract, nil
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
	u.gateway, u.contract = g, g.GetNetwork(local.ChannelName).GetContract(local.ChaincodeName)
	return u.contract, nil
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
