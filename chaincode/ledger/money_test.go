package ledger_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	. "fundtrace/chaincode/ledger"
)

// A reversal takes two organisations, gives the draws and the call back, and leaves the history.
func TestReversal(t *testing.T) {
	w := newWorld(t)
	id := MovementID(w.do(custodian1, settle(Movement{Kind: Contribution, To: parentAcct, Amount: 700_000 * yuan, Origin: budget(bureau),
		BankRef: "a", Commitment: govPromise})), 0)
	again := settle(Movement{Kind: Contribution, To: parentAcct, Amount: 700_000 * yuan, Origin: budget(bureau), BankRef: "b", Commitment: govPromise})
	if got := w.refused(custodian1, again); got != CommitmentExceeded {
		t.Fatalf("a second call: %q", got)
	}
	if got := w.refused(parentMgr, step(ReversalPropose, Step{Movement: id, Reason: "TYPO"})); got != NotOwner {
		t.Errorf("proposed by another than its writer: %q", got)
	}
	if got := w.refused(custodian1, step(ReversalPropose, Step{Movement: id, Reason: "MISTAKE"})); got != FieldInvalid {
		t.Errorf("a reason that is none: %q", got)
	}
	w.do(custodian1, step(ReversalPropose, Step{Movement: id, Reason: "DUPLICATE", Document: strings.Repeat("a", 64)}))
	if got := w.refused(custodian1, step(ReversalPropose, Step{Movement: id, Reason: "TYPO"})); got != StageConflict {
		t.Errorf("proposed twice: %q", got)
	}
	for by, want := range map[Caller]Code{custodian1: ReversalSameParty, custodian2: ReversalSameParty, subMgr: NotOwner, boss1: NotPermitted, auditor: NotPermitted, parentMgr: "", officer: ""} {
		if got := w.refused(by, step(ReversalApprove, Step{Movement: id})); got != want {
			t.Errorf("approved by %s: %q, want %q", by.Name, got, want)
		}
	}
	w.do(parentMgr, step(ReversalApprove, Step{Movement: id}))
	m, err := ReadMovement(w, id)
	if err != nil {
		t.Fatal(err)
	}
	last := m.State.Steps[len(m.State.Steps)-1]
	if m.State.Stage != Reversed || m.State.Reversal == nil || m.State.Reversal.Reason != "DUPLICATE" || last.Writer.Name != parentMgr.Name || last.Date != today {
		t.Errorf("state %+v", m.State)
	}
	if got := w.refused(custodian1, again); got != "" {
		t.Errorf("the call did not come back: %s", got)
	}
	w.audit()
}

// Money that moves on between proposal and approval stops the reversal; money that comes back lets it go on.
func TestReversalOfMoneyThatMovedOn(t *testing.T) {
	w := newWorld(t)
	lot := w.paidIn(100 * yuan)
	movement, _, _ := SplitLotID(lot)
	w.do(custodian1, step(ReversalPropose, Step{Movement: movement, Reason: "TYPO"}))
	approve := step(ReversalApprove, Step{Movement: movement})
	child := MovementID(w.do(parentMgr, instruct(Movement{Kind: Disbursement, From: parentAcct, To: e1Acct, Draws: draws(lot, 1)})), 0)
	if got := w.refused(officer, approve); got != LotMovedOn {
		t.Fatalf("approved although a fen moved on: %q", got)
	}
	w.do(parentMgr, step(MovementVoid, Step{Movement: child}))
	w.do(officer, approve)
	if got := w.refused(parentMgr, instruct(Movement{Kind: Disbursement, From: parentAcct, To: e1Acct, Draws: draws(lot, 1)})); got != LotNotLive {
		t.Errorf("drawn after the reversal: %q", got)
	}
	w.audit()
}

// Figures that somebody published and money that banks keep never touch, in either direction and under no operation.
func TestPublishedFiguresNeverMix(t *testing.T) {
	w := newWorld(t)
	real := w.paidIn(100 * yuan)
	unknown := &Origin{Source: UnknownSource}
	pub := LotID(MovementID(w.do(officer, declare(Movement{Kind: UnknownOrigin, To: pubA, Amount: 100 * yuan, Origin: unknown})), 0), 0)
	for name, c := range map[string]struct {
		by   Caller
		op   Op
		want Code
	}{
		"declared on":                       {officer, declare(Movement{Kind: Disbursement, From: pubA, To: pubB, Draws: draws(pub, yuan)}), ""},
		"declared as spent":                 {officer, declare(Movement{Kind: Use, From: pubA, Payee: outsider, Purpose: PurposeOther, Draws: draws(pub, yuan)}), ""},
		"declared into a bank's account":    {officer, declare(Movement{Kind: Disbursement, From: pubA, To: e1Acct, Draws: draws(pub, yuan)}), PublishedOnly},
		"declared from a bank's account":    {officer, declare(Movement{Kind: Disbursement, From: parentAcct, To: pubA, Draws: draws(real, yuan)}), PublishedOnly},
		"declared between bank's accounts":  {officer, declare(Movement{Kind: Disbursement, From: parentAcct, To: e1Acct, Draws: draws(real, yuan)}), PublishedOnly},
		"settled from a published account":  {custodian1, settle(Movement{Kind: Disbursement, From: pubA, To: e1Acct, Draws: draws(pub, yuan), BankRef: "r"}), PublishedOnly},
		"instructed to a published account": {parentMgr, instruct(Movement{Kind: Disbursement, From: parentAcct, To: pubA, Draws: draws(real, yuan)}), PublishedOnly},
		"a published account at a bank":     {officer, account("acct:x", e1, bank1, Published, "CNY"), PublishedOnly},
		"a published lot in a bank's money": {parentMgr, instruct(Movement{Kind: Disbursement, From: parentAcct, To: e1Acct, Draws: draws(pub, yuan)}), LotNotOwned},
		"unknown origin at a bank":          {custodian1, settle(Movement{Kind: UnknownOrigin, To: e1Acct, Amount: yuan, Origin: unknown, BankRef: "r"}), RouteNotAllowed},
	} {
		if got := w.refused(c.by, c.op); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	m, err := ReadMovement(w, pub[:len(pub)-2])
	if err != nil || m.State.Level != SelfDeclared {
		t.Errorf("a published figure has level %d, %v", m.State.Level, err)
	}
}

// A call draws on the promise; when the call is withdrawn the promise is whole again.
func TestCommitments(t *testing.T) {
	w := newWorld(t)
	lot := w.paidIn(900_000 * yuan)
	into := func(amount int64) Op {
		return instruct(Movement{Kind: Contribution, From: parentAcct, To: subAcct, Commitment: parentPromise, Draws: draws(lot, amount)})
	}
	first := w.do(parentMgr, into(400_000*yuan))
	if got := w.refused(parentMgr, into(200_000*yuan+1)); got != CommitmentExceeded {
		t.Errorf("a fen beyond the promise: %q", got)
	}
	w.do(parentMgr, into(200_000*yuan))
	if got := w.refused(parentMgr, into(1)); got != CommitmentExceeded {
		t.Errorf("a fen after the last: %q", got)
	}
	w.do(parentMgr, step(MovementVoid, Step{Movement: MovementID(first, 0)}))
	w.do(parentMgr, into(400_000*yuan))
	var c Commitment
	w.read(CommitmentRoom+parentPromise, &c)
	if c.Lot == "" {
		t.Error("the commitment names no lot")
	}
	w.audit()
}

// One line of a bank's statement is recorded once, by that bank; other banks and the other side have lines of their own.
func TestBankReferences(t *testing.T) {
	w := newWorld(t)
	in := func(ref string) Op {
		return settle(Movement{Kind: Contribution, To: parentAcct, Amount: yuan, Origin: budget(bureau), BankRef: ref})
	}
	lot := LotID(MovementID(w.do(custodian1, in("7"), in("8")), 0), 0)
	out := settle(Movement{Kind: Disbursement, From: parentAcct, To: e1Acct, Draws: draws(lot, 1), BankRef: "7"})
	if got := w.refused(custodian1, in("7")); got != BankReferenceUsed {
		t.Errorf("recorded in an earlier entry: %q", got)
	}
	if got := w.refused(custodian1, in("9"), in("9")); got != BatchRefused {
		t.Errorf("twice in one entry: %q", got)
	}
	w.do(custodian1, out) // a debit may carry the number of a credit
	if got := w.refused(custodian1, out); got != BankReferenceUsed {
		t.Errorf("a second debit of that number: %q", got)
	}
	id := w.invested(yuan)
	debit := func(ref string) Op {
		return step(MovementDebit, Step{Movement: id, Date: today, BankRef: ref})
	}
	if got := w.refused(custodian1, debit("7")); got != BankReferenceUsed {
		t.Errorf("a confirmation with a settled payment's number: %q", got)
	}
	w.do(custodian1, debit("10"))
	w.do(custodian2, step(MovementCredit, Step{Movement: id, Date: today, BankRef: "7"})) // another bank's number
	if got := w.refused(custodian1, in("a/b c")); got != "" {
		t.Errorf("a reference with separators: %s", got)
	}
}

// A refused batch lists every offending operation with its place, and nothing else of it is recorded.
func TestBatchRefusalListsRows(t *testing.T) {
	w := newWorld(t)
	lot := w.paidIn(10 * yuan)
	pay := func(amount int64, to string) Op {
		return instruct(Movement{Kind: Disbursement, From: parentAcct, To: to, Draws: draws(lot, amount)})
	}
	before := len(w.Keys(""))
	batch := &Batch{Entries: []Entry{
		{Key: "a", Ops: []Op{pay(yuan, e1Acct), pay(yuan, "acct:nobody"), pay(9*yuan, e1Acct), pay(1, e1Acct)}},
		{Key: "", Ops: []Op{pay(yuan, e1Acct)}},
		{Key: "c", Ops: []Op{{Type: "x"}}},
	}}
	writes, _, err := Apply(batch, parentMgr, now, w)
	e, ok := err.(*Error)
	if !ok || e.Code != BatchRefused || writes != nil {
		t.Fatalf("%v", err)
	}
	got := ""
	for _, r := range e.Rows {
		got += fmt.Sprintf("%d/%d %s; ", r.Entry, r.Op, r.Code)
	}
	if want := "0/1 ACCOUNT_UNKNOWN; 0/3 LOT_OVERDRAWN; 1/0 FIELD_MISSING; 2/0 UNKNOWN_OPERATION; "; got != want {
		t.Errorf("rows %s, want %s", got, want)
	}
	many := Entry{Key: "many"}
	for range MaxRowErrors + 17 {
		many.Ops = append(many.Ops, pay(yuan, "acct:nobody"))
	}
	_, _, err = Apply(&Batch{Entries: []Entry{many}}, parentMgr, now, w)
	if e := err.(*Error); len(e.Rows) != MaxRowErrors || e.RowsOmitted != 17 {
		t.Errorf("%d rows, %d omitted", len(e.Rows), e.RowsOmitted)
	}
	if len(w.Keys("")) != before {
		t.Error("a refused batch left a trace")
	}
}

// 2,000 instructions on one lot are one read and few writes: 40 pages, the lot and the payee's index.
func TestLargeBatchCostsFewKeys(t *testing.T) {
	const n = 2000
	w := newWorld(t)
	batch, err := DecodeBatch(largeBatch(w, n))
	if err != nil {
		t.Fatal(err)
	}
	tx := w.Begin(parentMgr)
	view := &countingView{View: tx}
	writes, result, err := Apply(batch, parentMgr, now, view)
	if err != nil {
		t.Fatal(err)
	}
	if want := n/PageSize + 2; len(writes) != want {
		t.Errorf("%d writes, want %d", len(writes), want)
	}
	if keys := len(tx.ReadKeys()); view.trips > 2 || keys > 8 {
		t.Errorf("%d keys read in %d round trips", keys, view.trips)
	}
	for _, wr := range writes {
		if strings.HasPrefix(wr.Key, EntryRoom) && len(wr.Value) > 32<<10 {
			t.Errorf("page %s has %d bytes", wr.Key, len(wr.Value))
		}
	}
	if err := tx.Put(writes); err != nil {
		t.Fatal(err)
	}
	w.Commit(tx)
	b := w.audit()
	if len(b.movements) != n+1 {
		t.Errorf("%d movements", len(b.movements))
	}
	// The last of them can be found, and its bank can confirm a thousand in one trip as well.
	var confirm Entry
	confirm.Key = "confirm"
	for i := range 1000 {
		confirm.Ops = append(confirm.Ops, step(MovementDebit, Step{Movement: MovementID(result.Entries[0].Entry, n-1-i), Date: today, BankRef: fmt.Sprint("d", i)}))
	}
	view = &countingView{View: w}
	if _, _, err := Apply(&Batch{Entries: []Entry{confirm}}, custodian1, now, view); err != nil || view.trips > 3 {
		t.Errorf("confirming: %d round trips, %v", view.trips, err)
	}
}

type countingView struct {
	View
	trips int
}

func (v *countingView) Read(keys []string) ([][]byte, error) {
	v.trips++
	return v.View.Read(keys)
}

// Operations of one entry see what earlier ones did, so that a gateway can chain money through in one transaction.
func TestChainInOneEntry(t *testing.T) {
	w := newWorld(t)
	entry := EntryID(custodian1.MSP, custodian1.Name, "chain")
	lot := func(n int) string { return LotID(MovementID(entry, n), 0) }
	e := Entry{Key: "chain", Ops: []Op{
		settle(Movement{Kind: Contribution, To: parentAcct, Amount: 10 * yuan, Origin: budget(bureau), BankRef: "1"}),
		settle(Movement{Kind: Disbursement, From: parentAcct, To: e1Acct, Draws: draws(lot(0), 6*yuan), BankRef: "2"}),
		settle(Movement{Kind: Use, From: e1Acct, Payee: outsider, Purpose: PurposeRD, Draws: draws(lot(1), 6*yuan), BankRef: "3"}),
	}}
	tx := w.Begin(custodian1)
	writes, _, err := Apply(&Batch{Entries: []Entry{e}}, custodian1, now, tx)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range tx.ReadKeys() {
		if strings.HasPrefix(k, LotRoom+entry) || strings.HasPrefix(k, MovementRoom+entry) {
			t.Errorf("read %s, which only this transaction can make", k)
		}
	}
	_ = tx.Put(writes)
	w.Commit(tx)
	w.audit()
	e.Key, e.Ops[2].Movement.Draws = "chain-2", draws(LotID(MovementID(EntryID(custodian1.MSP, custodian1.Name, "chain-2"), 2), 0), 6*yuan)
	if _, _, err := Apply(&Batch{Entries: []Entry{{Key: "chain-2", Ops: e.Ops[2:]}}}, custodian1, now, w); ErrorCode(err) != LotUnknown {
		t.Errorf("a movement that draws on what comes later: %v", err)
	}
}

func TestIdempotency(t *testing.T) {
	w := newWorld(t)
	e := Entry{Key: "once", Ops: []Op{settle(Movement{Kind: Contribution, To: parentAcct, Amount: yuan, Origin: budget(bureau), BankRef: "1"})}}
	id, err := w.record(custodian1, e)
	if err != nil {
		t.Fatal(err)
	}
	writes, result, err := Apply(&Batch{Entries: []Entry{e}}, custodian1, now.AddDate(0, 0, 3), w)
	if err != nil || len(writes) != 0 || !result.Entries[0].Replayed || result.Entries[0].Entry != id {
		t.Errorf("again, three days later: %v %+v %v", writes, result, err)
	}
	// The same key is another's business: another writer's entry is another entry.
	if got := EntryID(custodian2.MSP, custodian2.Name, "once"); got == id {
		t.Error("two writers share an entry")
	}
	// A batch may repeat an old entry beside a new one, and two new ones may not share a key.
	fresh := Entry{Key: "fresh", Ops: []Op{party("other:fresh", Private)}}
	if _, result, err := Apply(&Batch{Entries: []Entry{e, fresh, e}}, custodian1, now, w); err != nil || !result.Entries[0].Replayed || result.Entries[1].Replayed || !result.Entries[2].Replayed {
		t.Errorf("old beside new: %+v, %v", result, err)
	}
	_, _, err = Apply(&Batch{Entries: []Entry{fresh, fresh}}, custodian1, now, w)
	if refused, ok := err.(*Error); !ok || refused.Rows[0].Code != IdempotencyConflict || refused.Rows[0].Entry != 1 {
		t.Errorf("one key twice: %v", err)
	}
	body, _ := json.Marshal(e)
	var changed Entry
	_ = json.Unmarshal(body, &changed)
	changed.Ops[0].Movement.Memo = "corrected"
	if _, err := w.record(custodian1, changed); ErrorCode(err) != IdempotencyConflict {
		t.Errorf("other content: %v", err)
	}
}
