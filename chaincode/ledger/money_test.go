package ledger_test

import (
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
