package ledger_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	. "fundtrace/chaincode/ledger"
	"fundtrace/chaincode/memledger"

	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"pgregory.net/rapid"
)

// tally counts what the random runs did, so that a run that tests nothing fails.
type tally struct {
	ops       map[OpType]int
	codes     map[Code]int
	conflicts int
	replays   int
}

// Whatever writers send, in whatever interleaving, the promises of audit hold after every block: nothing is overdrawn,
// every lot has one parent, what is drawn is what standing children took, and all money that entered is accounted for.
// Besides: simulating twice gives the same bytes, a refusal writes nothing, a transaction is invalidated only when
// something that it read was written before it, and at the end every recorded entry is recognised and writes nothing.
func TestMoneyIsConservedUnderInterleavings(t *testing.T) {
	did := tally{ops: map[OpType]int{}, codes: map[Code]int{}}
	rapid.Check(t, did.play)
	for _, op := range []OpType{MovementInstruct, MovementSettle, MovementDeclare, MovementDebit, MovementCredit, MovementReturn, MovementVoid,
		MovementExpire, ReversalPropose, ReversalApprove} {
		if did.ops[op] == 0 {
			t.Errorf("no %s was ever accepted", op)
		}
	}
	for _, code := range []Code{LotOverdrawn, StageConflict, LotNotLive, LotNotOwned, BankReferenceUsed, IdempotencyConflict, BatchRefused} {
		if did.codes[code] == 0 {
			t.Errorf("nothing was ever refused as %s", code)
		}
	}
	if did.conflicts == 0 || did.replays == 0 {
		t.Errorf("%d conflicts, %d replays", did.conflicts, did.replays)
	}
	t.Logf("accepted %v, refused %v, %d conflicts, %d replays", did.ops, did.codes, did.conflicts, did.replays)
}

// FuzzMoneyIsConserved plays the same scripts, led by the coverage of the rules.
func FuzzMoneyIsConserved(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz((&tally{ops: map[OpType]int{}, codes: map[Code]int{}}).play))
}

// play runs one random script.
func (did *tally) play(t *rapid.T) {
	s := &script{world: newWorld(t), t: t, at: now}
	s.next = s.entry
	s.books = s.audit()
	for range rapid.IntRange(8, 20).Draw(t, "blocks") {
		s.round(did)
		s.books = s.audit()
	}
	s.replayAll()
}

// round simulates one to five entries on one state and commits them in one block.
func (s *script) round(did *tally) {
	var (
		txs    []*memledger.Tx
		from   []sent
		replay []bool
	)
	for range 1 + s.pick(5) {
		one := s.next()
		tx, result, err := s.twice(one)
		if err != nil {
			e := refusalOf(err)
			did.codes[e.Code]++
			for _, r := range e.Rows {
				did.codes[r.Code]++
			}
			continue
		}
		txs, from, replay = append(txs, tx), append(from, one), append(replay, result.Entries[0].Replayed)
	}
	written := map[string]bool{} // by this block's valid transactions
	for i, o := range s.Commit(txs...).Txs {
		stale := slices.ContainsFunc(txs[i].ReadKeys(), func(k string) bool { return written[k] })
		switch {
		case stale != (o.Code == peer.TxValidationCode_MVCC_READ_CONFLICT) || !stale && !o.Valid():
			s.Fatalf("transaction %d is %s; read something that changed: %v", i, o.Code, stale)
		case stale:
			did.conflicts++
		case replay[i]:
			did.replays++
			if len(o.Writes) > 0 {
				s.Fatalf("a replay wrote %v", o.Writes)
			}
		default:
			s.past = append(s.past, from[i])
			for _, op := range from[i].e.Ops {
				did.ops[op.Type]++
			}
			for _, w := range o.Writes {
				written[w.Key] = true
			}
		}
	}
}

// twice applies an entry two times and demands the same answer to the byte: writes, reads, result or refusal. Every map
// of the second run has another order, which is Go's own shuffle.
func (s *script) twice(one sent) (*memledger.Tx, *Result, error) {
	var (
		seen   [2]string
		tx     *memledger.Tx
		result *Result
		failed error
	)
	for i := range seen {
		tx = s.Begin(one.by)
		writes, r, err := Apply(&Batch{Entries: []Entry{one.e}}, one.by, s.at, tx)
		if err != nil && (writes != nil || ErrorCode(err) == "") {
			s.Fatalf("%v with %d writes", err, len(writes))
		}
		if err := tx.Put(writes); err != nil {
			s.Fatal(err)
		}
		result, failed = r, err
		var text bytes.Buffer
		for _, w := range writes {
			fmt.Fprintf(&text, "%s=%s\n", w.Key, w.Value)
		}
		text.WriteString(refusalOf(err).JSON())
		fmt.Fprint(&text, tx.ReadKeys())
		seen[i] = text.String()
	}
	if seen[0] != seen[1] {
		s.Fatalf("two runs differ:\n%s\n%s", seen[0], seen[1])
	}
	return tx, result, failed
}

// replayAll sends every recorded entry again, in one batch for each writer.
func (s *script) replayAll() {
	byWriter := map[Caller][]Entry{}
	for _, p := range s.past {
		byWriter[p.by] = append(byWriter[p.by], p.e)
	}
	for by, entries := range byWriter {
		writes, result, err := Apply(&Batch{Entries: entries}, by, s.at.AddDate(1, 0, 0), s)
		if err != nil || len(writes) > 0 {
			s.Fatalf("sent again: %v, %d writes", err, len(writes))
		}
		for _, r := range result.Entries {
			if !r.Replayed {
				s.Fatalf("entry %s was not recognised", r.Entry)
			}
		}
	}
}

// Where a peer stands and how its clock is set must not reach what is written.
func TestPlaceOfThePeerDoesNotMatter(t *testing.T) {
	home := time.Local
	defer func() { time.Local = home }()
	var seen []string
	for _, zone := range []*time.Location{time.UTC, time.FixedZone("far east", 14*3600), time.FixedZone("far west", -12*3600)} {
		time.Local = zone
		w := newWorld(t)
		// Late in the evening of 1 March in London it is 2 March in China: a payment of that day has happened.
		at := time.Date(2026, 3, 1, 16, 30, 0, 0, time.UTC)
		for _, claimed := range []time.Time{at, at.In(zone)} {
			writes, _, err := Apply(&Batch{Entries: []Entry{{Key: "k", Ops: []Op{settle(Movement{Kind: Contribution, To: parentAcct,
				Amount: yuan, Origin: budget(bureau), BankRef: "1", Date: "2026-03-02"})}}}}, custodian1, claimed, w)
			if err != nil {
				t.Fatal(err)
			}
			seen = append(seen, fmt.Sprintf("%s", writes))
		}
	}
	if slices.ContainsFunc(seen, func(s string) bool { return s != seen[0] }) {
		t.Errorf("writes differ by place:\n%v", seen)
	}
}
