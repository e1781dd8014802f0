package crash

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/endorsement"
	"fundtrace/gateway/enrol"
	"fundtrace/network/local"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-gateway/pkg/hash"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// endorsers must agree on every record.
var endorsers = []string{ledger.BankMSP, ledger.FinanceMSP}

// seat is a user of the market and its own way to a peer.
type seat struct {
	organisation string
	by           ledger.Caller
	signsIn      bool // at the gateways too
	contract     *client.Contract
}

func (s *seat) sit(ctx context.Context, m *market, at string, attributes ...enrol.Attribute) error {
	signer, _, err := m.n.Enrol(ctx, s.organisation, s.by.Name, attributes...)
	if err != nil {
		return err
	}
	connection, err := m.n.Dial(at)
	if err != nil {
		return err
	}
	gateway, err := client.Connect(signer, client.WithSign(signer.SignDigest), client.WithHash(hash.SHA256), client.WithClientConnection(connection),
		client.WithEndorseTimeout(patience), client.WithSubmitTimeout(patience), client.WithCommitStatusTimeout(patience))
	if err != nil {
		return fmt.Errorf("connect %s: %w", s.by.Name, err)
	}
	m.Cleanup(func() { gateway.Close(); connection.Close() })
	s.contract = gateway.GetNetwork(local.ChannelName).GetContract(local.ChaincodeName)
	return nil
}

// try is an entry that somebody sent, and what came of it.
type try struct {
	entry string
	by    string
	ops   []ledger.Op
	err   error // nil: acknowledged
}

func (t *try) String() string {
	text, _ := json.Marshal(t.ops)
	return fmt.Sprintf("%s by %s: %s", t.entry, t.by, text)
}

// key answers a fresh idempotency key.
func (m *market) key() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.keys++
	return fmt.Sprint("k", m.keys)
}

// send records one entry of the seat's and answers its identifier, or the refusal.
func (m *market) send(s *seat, ops ...ledger.Op) (string, error) {
	return m.sendKeyed(s, m.key(), ops...)
}

// sendKeyed is send under a key that is known before. A race that is lost is run again until the ledger has answered, as
// every gateway does.
func (m *market) sendKeyed(s *seat, key string, ops ...ledger.Op) (string, error) {
	e, lost := ledger.Entry{Key: key, Ops: ops}, 0
	err := s.record(m.Context(), e, &lost)
	m.mu.Lock()
	m.lost += lost
	m.mu.Unlock()
	return m.note(s, e, err)
}

// sendThrough is sendKeyed through a gateway.
func (m *market) sendThrough(g *gateway, s *seat, key string, ops ...ledger.Op) (string, error) {
	e := ledger.Entry{Key: key, Ops: ops}
	_, err := g.clients[s.by.Name].PostEntry(m.Context(), e)
	return m.note(s, e, err)
}

// note keeps what came of an entry.
func (m *market) note(s *seat, e ledger.Entry, err error) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	entry := ledger.EntryID(s.by.MSP, s.by.Name, e.Key)
	m.tries = append(m.tries, &try{entry: entry, by: s.by.Name, ops: e.Ops, err: err})
	for _, code := range codesOf(err) {
		m.failed[code]++
	}
	if err == nil {
		for _, op := range e.Ops {
			m.passed[op.Type]++
		}
	}
	return entry, err
}

// must is send of what cannot be refused.
func (m *market) must(s *seat, ops ...ledger.Op) string {
	m.Helper()
	entry, err := m.send(s, ops...)
	if err != nil {
		m.Fatalf("%s: %v %v", s.by.Name, err, codesOf(err))
	}
	return entry
}

func (s *seat) record(ctx context.Context, e ledger.Entry, lost *int) error {
	batch, err := json.Marshal(ledger.Batch{Entries: []ledger.Entry{e}})
	if err != nil {
		return err
	}
	patience := time.Now().Add(time.Minute)
	for {
		_, err := s.contract.SubmitWithContext(ctx, "Apply", client.WithBytesArguments(batch), client.WithEndorsingOrganizations(endorsers...))
		if err == nil {
			return nil
		}
		var commit *client.CommitError
		var endorse *client.EndorseError
		verdict := endorsement.Judge(err, len(endorsers))
		switch {
		case errors.As(err, &commit) && (commit.Code == peer.TxValidationCode_MVCC_READ_CONFLICT || commit.Code == peer.TxValidationCode_PHANTOM_READ_CONFLICT),
			verdict.Apart,
			// On a busy machine peers lose sight of each other for a while. Nothing was submitted then.
			errors.As(err, &endorse) && status.Code(err) == codes.Unavailable && time.Now().Before(patience):
			*lost++
		case verdict.Refusal != nil:
			return verdict.Refusal
		default:
			return fmt.Errorf("record %s: %w", e.Key, err)
		}
		select {
		case <-time.After(time.Duration(5+rand.IntN(40)) * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// codesOf lists the reasons of a refusal: of each operation, where there are several.
func codesOf(err error) []ledger.Code {
	var e *ledger.Error
	if !errors.As(err, &e) {
		return nil
	}
	if len(e.Rows) == 0 {
		return []ledger.Code{e.Code}
	}
	var codes []ledger.Code
	for _, r := range e.Rows {
		if !slices.Contains(codes, r.Code) {
			codes = append(codes, r.Code)
		}
	}
	return codes
}
