package ledger_test

import (
	"encoding/json"
	"errors"
	"testing"

	. "fundtrace/chaincode/ledger"
	"fundtrace/chaincode/memledger"

	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

// simulate runs the contract on the present state.
func (w *world) simulate(by Caller, e Entry) (*memledger.Tx, *EntryResult, error) {
	w.Helper()
	body, err := json.Marshal(Batch{Entries: []Entry{e}})
	if err != nil {
		w.Fatal(err)
	}
	tx, answer, err := w.Invoke(by, "Apply", string(body))
	if err != nil {
		return nil, nil, err
	}
	var r Result
	if err := json.Unmarshal(answer, &r); err != nil {
		w.Fatal(err)
	}
	return tx, &r.Entries[0], nil
}

// Two transactions of two writers are simulated on one state, through the contract, and committed in one block, and in
// two. Where they touch the same money exactly the first may pass, whatever it leaves; the second, proposed again, meets
// the rules.
func TestConcurrentTransactions(t *testing.T) {
	const conflict = peer.TxValidationCode_MVCC_READ_CONFLICT
	const valid = peer.TxValidationCode_VALID
	type side struct {
		by Caller
		op Op
	}
	disburse := func(lot string, amount int64) side {
		return side{parentMgr, instruct(Movement{Kind: Disbursement, From: parentAcct, To: e1Acct, Draws: draws(lot, amount)})}
	}
	receive := func(ref string) side {
		return side{custodian1, settle(Movement{Kind: Contribution, To: parentAcct, Amount: 700_000 * yuan, Origin: budget(bureau), BankRef: ref})}
	}
	called := func(s side) side {
		s.op.Movement.Commitment = govPromise
		return s
	}
	for _, c := range []struct {
		name  string
		sides func(w *world) (side, side)
		want  peer.TxValidationCode // of the second
		retry Code                  // of the second, proposed again
	}{
		{"draws that do not both fit", func(w *world) (side, side) {
			lot := w.paidIn(100)
			return disburse(lot, 60), disburse(lot, 60)
		}, conflict, LotOverdrawn},
		{"draws that both fit", func(w *world) (side, side) {
			lot := w.paidIn(100)
			return disburse(lot, 60), disburse(lot, 40)
		}, conflict, ""},
		{"draws on two lots of one account", func(w *world) (side, side) {
			return disburse(w.paidIn(100), 60), disburse(w.paidIn(100), 60)
		}, valid, ""},
		{"two receipts into one account", func(*world) (side, side) { return receive("1"), receive("2") }, valid, ""},
		{"one line of a statement twice", func(*world) (side, side) { return receive("1"), receive("1") }, conflict, BankReferenceUsed},
		{"calls that do not both fit", func(*world) (side, side) { return called(receive("1")), called(receive("2")) }, conflict, CommitmentExceeded},
		{"a draw and the reversal of its lot", func(w *world) (side, side) {
			lot := w.paidIn(100)
			movement, _, _ := SplitLotID(lot)
			w.do(custodian1, step(ReversalPropose, Step{Movement: movement, Reason: "TYPO"}))
			return disburse(lot, 1), side{officer, step(ReversalApprove, Step{Movement: movement})}
		}, conflict, LotMovedOn},
		{"a reversal and a draw on its lot", func(w *world) (side, side) {
			lot := w.paidIn(100)
			movement, _, _ := SplitLotID(lot)
			w.do(custodian1, step(ReversalPropose, Step{Movement: movement, Reason: "TYPO"}))
			return side{officer, step(ReversalApprove, Step{Movement: movement})}, disburse(lot, 1)
		}, conflict, LotNotLive},
		{"a debit and a withdrawal", func(w *world) (side, side) {
			id := w.invested(100)
			return side{custodian1, step(MovementDebit, Step{Movement: id, Date: today, BankRef: "1"})}, side{parentMgr, step(MovementVoid, Step{Movement: id})}
		}, conflict, StageConflict},
		{"confirmations of two payments", func(w *world) (side, side) {
			return side{custodian1, step(MovementDebit, Step{Movement: w.invested(100), Date: today, BankRef: "1"})},
				side{custodian1, step(MovementDebit, Step{Movement: w.invested(100), Date: today, BankRef: "2"})}
		}, valid, ""},
		{"one party registered twice", func(*world) (side, side) {
			return side{officer, party(outsider, Private)}, side{parentMgr, party(outsider, Foreign)}
		}, conflict, AlreadyExists},
		{"two funds on one account", func(*world) (side, side) {
			return side{officer, fundOp("fund:x", subLP, "DIRECT", "", subGP, bareAcct)}, side{subMgr, fundOp("fund:y", subLP, "DIRECT", "", subGP, bareAcct)}
		}, conflict, RouteNotAllowed},
	} {
		for _, blocks := range []int{1, 2} {
			t.Run(c.name, func(t *testing.T) {
				w := newWorld(t)
				one, two := c.sides(w)
				first, _, err1 := w.simulate(one.by, Entry{Key: "one", Ops: []Op{one.op}})
				second, _, err2 := w.simulate(two.by, Entry{Key: "two", Ops: []Op{two.op}})
				if err := errors.Join(err1, err2); err != nil {
					t.Fatal(err)
				}
				var out []memledger.Outcome
				if blocks == 1 {
					out = w.Commit(first, second).Txs
				} else {
					out = append(w.Commit(first).Txs, w.Commit(second).Txs...)
				}
				if out[0].Code != valid || out[1].Code != c.want {
					t.Fatalf("in %d blocks: %s, %s; want the second %s", blocks, out[0].Code, out[1].Code, c.want)
				}
				w.audit()
				if out[1].Valid() {
					return
				}
				_, _, err := w.simulate(two.by, Entry{Key: "two", Ops: []Op{two.op}})
				if got := ErrorCode(err); got != c.retry {
					t.Errorf("proposed again: %v, want %q", err, c.retry)
				}
			})
		}
	}
}

// A client that sends one entry twice at once records it once; the loser, proposed again, is told so.
func TestConcurrentDuplicates(t *testing.T) {
	w := newWorld(t)
	e := Entry{Key: "once", Ops: []Op{settle(Movement{Kind: Contribution, To: parentAcct, Amount: yuan, Origin: budget(bureau), BankRef: "1"})}}
	first, _, err1 := w.simulate(custodian1, e)
	second, _, err2 := w.simulate(custodian1, e)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	out := w.Commit(second, first).Txs
	if !out[0].Valid() || out[1].Valid() {
		t.Fatalf("%s, %s", out[0].Code, out[1].Code)
	}
	again, r, err := w.simulate(custodian1, e)
	if err != nil || !r.Replayed || len(again.Writes()) != 0 {
		t.Errorf("proposed again: %+v, %v", r, err)
	}
	if b := w.audit(); len(b.lots) != 1 {
		t.Errorf("%d lots", len(b.lots))
	}
}
