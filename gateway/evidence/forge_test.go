package evidence_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/chaincode/memledger"
	"fundtrace/gateway/documents"
	"fundtrace/gateway/evidence"
	"fundtrace/gateway/evidence/proof"
	"fundtrace/gateway/evidence/testchannel"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"google.golang.org/protobuf/proto"
)

// A forger who makes everything again that follows from the blocks can leave out the end of the channel and blocks on
// which the answer does not rest. The verifier says so; nothing else goes unnoticed.
func TestWhatAForgerCanLeaveOut(t *testing.T) {
	w := newWorld(t)
	m := w.story()
	subject := evidence.Subject{Kind: evidence.OfTrace, Lot: m.lot, Direction: evidence.Forward}
	last := len(w.c.Blocks()) - 1
	drop := func(n int) func(*forger) { return func(f *forger) { delete(f.files, f.block(n)) } }
	blockOf := func(movement string, change int) int {
		for _, b := range w.c.Blocks() {
			for _, g := range b.Data.Data {
				for _, wr := range proof.Peek(g).Writes {
					entry, _, _ := ledger.SplitMovementID(movement)
					if change == 0 && strings.HasPrefix(wr.Key, ledger.EntryRoom+entry) || change > 0 && wr.Key == ledger.MovementRoom+movement {
						if change--; change <= 0 {
							return int(b.Header.Number)
						}
					}
				}
			}
		}
		t.Fatalf("no block has %s", movement)
		return 0
	}
	for name, c := range map[string]struct {
		forge  func(*forger)
		reason evidence.Reason // of making everything again
		says   string          // what the verifier says of what is left
	}{
		"a block that does not matter": {drop(3), "", "1 block shown as a header only"},
		"the end": {func(f *forger) {
			delete(f.files, f.block(last))
			f.headers(func(h []*common.BlockHeader) []*common.BlockHeader { return h[:last] })
		}, "", "The answer holds as of block 24."},
		"the first movement":       {drop(blockOf(m.gov, 0)), evidence.Unproven, ""},
		"the only draw on a lot":   {drop(blockOf(m.toA, 0)), "", "a later draw on a lot"},
		"a draw before others":     {drop(blockOf(m.toE1, 0)), evidence.Unproven, ""},
		"an account":               {drop(5), evidence.Unproven, ""},
		"the definition":           {drop(1), proof.DefinitionMissing, ""},
		"block 0":                  {drop(0), evidence.FileMissing, ""},
		"the last, not its header": {drop(last), proof.Unsealed, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := &forger{t, unpacked(t, w, m, true)}
			c.forge(f)
			err := evidence.Rederive(f.files, subject)
			if got := evidence.ReasonOf(err); got != c.reason {
				t.Fatalf("got %v, want %q", err, c.reason)
			}
			if err != nil {
				return
			}
			r, err := verify(evidence.Repack(f.files), w.c.Genesis())
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(strings.Join(r.Limits, "\n"), c.says) {
				t.Errorf("it does not say %q: %q", c.says, r.Limits)
			}
		})
	}
}

// In a part of the blocks, what makes a transaction invalid is shown too: here a draw on other money, which lost against
// one in a block that has nothing to do with the answer, and a transaction that came twice.
func TestConflictsAreExplained(t *testing.T) {
	w := newWorld(t)
	w.populate()
	in := func(source ledger.FundingSource) string {
		return ledger.LotID(w.pay(ledger.MovementSettle, ledger.Movement{Kind: ledger.Contribution, To: acctP, Amount: 1000, Date: "2025-01-02",
			Origin: &ledger.Origin{Source: source, Investor: bureau, BudgetLine: "2025"}}), 0)
	}
	lot, other := in(ledger.GeneralBudget), in(ledger.SpecialBond)
	draw := func(key, lot string) *memledger.Tx {
		t.Helper()
		body, err := json.Marshal(ledger.Batch{Entries: []ledger.Entry{{Key: key, Ops: []ledger.Op{{Type: ledger.MovementSettle, Movement: &ledger.Movement{
			Kind: ledger.Contribution, From: acctP, To: acctA, Amount: 400, Currency: "CNY", Date: "2025-02-01", BankRef: key, Draws: []ledger.Draw{{Lot: lot, Amount: 400}}}}}}}})
		if err != nil {
			t.Fatal(err)
		}
		tx, _, err := w.l.Invoke(custodian, "Apply", string(body))
		if err != nil {
			t.Fatal(err)
		}
		return tx
	}
	won, lost, mine := draw("won", other), draw("lost", other), draw("mine", lot)
	w.l.Commit(won)
	w.submit(officer, ledger.Op{Type: ledger.PartyRegister, Party: &ledger.Party{ID: "other:between", Kind: ledger.Private, Name: "between"}})
	w.l.Commit(lost, mine, won)
	w.submit(officer, ledger.Op{Type: ledger.PartyRegister, Party: &ledger.Party{ID: "other:late", Kind: ledger.Private, Name: "late"}})
	w.sync()
	pack := w.build(evidence.Subject{Kind: evidence.OfTrace, Lot: lot, Direction: evidence.Forward}, false)
	r, err := verify(pack, w.c.Genesis())
	if err != nil {
		t.Fatal(err)
	}
	if r.Coverage != evidence.Part || r.Movements != 2 || r.Figure.Idle != 1000 {
		t.Errorf("%s, %d movements, %+v", r.Coverage, r.Movements, r.Figure)
	}
	// The flags of that block cannot be changed, even by somebody who makes everything again.
	files, err := evidence.Unpack(pack)
	if err != nil {
		t.Fatal(err)
	}
	f := &forger{t, files}
	block := len(w.c.Blocks()) - 2
	for _, c := range []struct {
		flags  []byte
		reason evidence.Reason
	}{{[]byte{0, 0, 2}, proof.ReadConflict}, {[]byte{11, 11, 9}, proof.Flag}, {[]byte{11, 0, 0}, proof.DuplicateID}, {[]byte{11, 0, 11}, proof.Flag}} {
		if slices.Equal(w.c.Blocks()[block].Metadata.Metadata[common.BlockMetadataIndex_TRANSACTIONS_FILTER], c.flags) {
			t.Fatalf("%v are the flags", c.flags)
		}
		f.flag(block, c.flags...)
		evidence.Repair(files, nil)
		if _, err := verify(evidence.Repack(files), nil); evidence.ReasonOf(err) != c.reason {
			t.Errorf("%v: got %v, want %s", c.flags, err, c.reason)
		}
	}
}

// An endorser and a client who conspire can record what the contract never would. The record still names who signed it,
// and a movement is recorded once.
func TestRecordsOfConspirators(t *testing.T) {
	for name, c := range map[string]struct {
		page   func(told) (key string, p ledger.Page)
		reason evidence.Reason
	}{
		"another writer": {func(told) (string, ledger.Page) {
			return ledger.PageKey("0123456789abcdef0123", 0), ledger.Page{Writer: ledger.Writer{MSP: ledger.BankMSP, Role: "custodian", Party: bank, Name: "custodian@bank"}}
		}, evidence.WriterForged},
		"a movement again": {func(m told) (string, ledger.Page) {
			entry, _, _ := ledger.SplitMovementID(m.gov)
			return ledger.PageKey(entry, 0), ledger.Page{Writer: ledger.Writer{MSP: ledger.ManagerMSP, Name: "x@manager"}, Movements: []ledger.Movement{{}}}
		}, evidence.Contradiction},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			m := w.story()
			key, page := c.page(m)
			value, err := json.Marshal(page)
			if err != nil {
				t.Fatal(err)
			}
			set, err := proto.Marshal(&kvrwset.KVRWSet{Writes: []*kvrwset.KVWrite{{Key: key, Value: value}}})
			if err != nil {
				t.Fatal(err)
			}
			raw, _ := w.c.Envelope(testchannel.Call{By: w.c.Organisations[ledger.ManagerMSP].Enrol("x@manager", "client"), Chaincode: evidence.Chaincode,
				Endorsers: []*testchannel.Member{w.c.Peers[ledger.BankMSP], w.c.Peers[ledger.FinanceMSP]},
				Results:   &rwset.TxReadWriteSet{NsRwset: []*rwset.NsReadWriteSet{{Namespace: evidence.Chaincode, Rwset: set}}}})
			w.c.Append([][]byte{raw}, []byte{0})
			var out bytes.Buffer
			_, err = evidence.Build(t.Context(), &out, evidence.Blocks(w.c.Blocks()), evidence.Request{Whole: true, Last: uint64(len(w.c.Blocks()) - 1),
				Subject: evidence.Subject{Kind: evidence.OfMovement, Movement: m.gov}})
			if evidence.ReasonOf(err) != c.reason {
				t.Errorf("got %v, want %s", err, c.reason)
			}
		})
	}
}

func TestPacksThatAreNotMade(t *testing.T) {
	w := newWorld(t)
	m := w.story()
	build := func(change func(*evidence.Request)) error {
		r := w.request(evidence.Subject{Kind: evidence.OfTrace, Lot: m.lot, Direction: evidence.Forward}, true)
		change(&r)
		_, err := evidence.Build(t.Context(), &bytes.Buffer{}, evidence.Blocks(w.c.Blocks()), r)
		return err
	}
	for name, c := range map[string]struct {
		change func(*evidence.Request)
		code   ledger.Code
	}{
		"no subject":   {func(r *evidence.Request) { r.Subject = evidence.Subject{} }, ledger.FieldInvalid},
		"no lot":       {func(r *evidence.Request) { r.Subject.Lot = "x" }, ledger.FieldInvalid},
		"no movement":  {func(r *evidence.Request) { r.Subject = evidence.Subject{Kind: evidence.OfMovement, Movement: "x"} }, ledger.FieldInvalid},
		"no direction": {func(r *evidence.Request) { r.Subject.Direction = "" }, ledger.FieldInvalid},
		"no day": {func(r *evidence.Request) {
			r.Subject = evidence.Subject{Kind: evidence.OfRange, Since: "2025-02-30", Until: "2025-03-01"}
		}, ledger.DateInvalid},
		"range backward": {func(r *evidence.Request) {
			r.Subject = evidence.Subject{Kind: evidence.OfRange, Since: "2025-02-02", Until: "2025-02-01"}
		}, ledger.FieldInvalid},
		"more than asked":    {func(r *evidence.Request) { r.Subject.Since = "2025-01-01" }, ledger.FieldInvalid},
		"not all to be seen": {func(r *evidence.Request) { r.Answer.Totals.Hidden = 1 }, ledger.NotPermitted},
	} {
		if err := build(c.change); ledger.ErrorCode(err) != c.code {
			t.Errorf("%s: got %v, want %s", name, err, c.code)
		}
	}
	for name, change := range map[string]func(*evidence.Request){
		"totals": func(r *evidence.Request) { r.Answer.Totals.Idle-- },
		"rows":   func(r *evidence.Request) { r.Answer.Rows = r.Answer.Rows[1:] },
		"a row":  func(r *evidence.Request) { r.Answer.Rows[1].Date = "2025-12-31" },
		"a draw": func(r *evidence.Request) { r.Answer.Rows[1].Before++ },
		"lot":    func(r *evidence.Request) { r.Answer.Lot = "x" },
	} {
		if err := build(change); !errors.Is(err, evidence.ErrDiffers) {
			t.Errorf("%s: got %v, want ErrDiffers", name, err)
		}
	}
	if err := build(func(r *evidence.Request) { r.Last = 5 }); evidence.ReasonOf(err) != evidence.Unproven {
		t.Errorf("as of too early a block: %v", err)
	}
	if err := build(func(r *evidence.Request) { r.Last = 1000 }); err == nil {
		t.Error("blocks that do not exist")
	}
	if err := build(func(r *evidence.Request) { r.Documents = spoilt{} }); evidence.ReasonOf(err) != evidence.Document {
		t.Errorf("a spoilt document store: %v", err)
	}
	if err := build(func(r *evidence.Request) { r.Documents = missing{} }); err != nil {
		t.Errorf("documents that are not to be seen: %v", err)
	}
}

// spoilt has other contents than the ledger names, missing has none.
type (
	spoilt  struct{}
	missing struct{}
)

func (spoilt) Open(string) (*os.File, []byte, error) {
	f, err := os.Open(os.DevNull)
	return f, nil, err
}

func (missing) Open(string) (*os.File, []byte, error) { return nil, nil, documents.ErrUnknown }

func TestSpool(t *testing.T) {
	w := newWorld(t)
	m := w.story()
	subject := evidence.Subject{Kind: evidence.OfTrace, Lot: m.lot, Direction: evidence.Forward}
	last := uint64(len(w.c.Blocks()) - 1)
	dir := t.TempDir()
	s, err := evidence.NewSpool(t.Context(), dir, last, stream(w.c.Blocks()))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := evidence.Build(t.Context(), &out, s, w.request(subject, true)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(out.Bytes(), w.pack(m, true)) {
		t.Error("the pack from a stream differs from the pack from memory")
	}
	if _, err := s.Block(t.Context(), last+1); err == nil {
		t.Error("a block that was not read")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := evidence.NewSpool(t.Context(), dir, last+1, stream(w.c.Blocks())); err == nil {
		t.Error("a stream that ends early")
	}
	if _, err := evidence.NewSpool(t.Context(), dir, last, stream(w.c.Blocks()[1:])); err == nil {
		t.Error("a stream that begins late")
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("%v are left behind, %v", left, err)
	}
}
