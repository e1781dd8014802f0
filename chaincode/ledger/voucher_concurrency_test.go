package ledger_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	. "fundtrace/chaincode/ledger"
	"fundtrace/chaincode/memledger"

	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

// rival is one of two entries that are simulated on one state.
type rival struct {
	by  Caller
	ops []Op
}

// payment is a rival that pays and takes the voucher's step. Its key is its place's, one or two.
func (w *world) payment(op OpType, lot, to string, amount int64, date, key string) rival {
	w.Helper()
	by, e := w.paying(op, lot, to, amount, date)
	e.Ops[0].Movement.BankRef = key
	e.Ops[1].VoucherStep.Cash = MovementID(EntryID(by.MSP, by.Name, key), 0)
	return rival{by, e.Ops}
}

func by(c Caller, ops ...Op) rival { return rival{c, ops} }

// Two entries about one invoice, claim or voucher are simulated on one state, through the contract, and committed in one
// block and in two, in either order. Where they cannot both stand the first passes and the second does not; proposed again
// it meets the rules.
func TestConcurrentTrade(t *testing.T) {
	const conflict, valid = peer.TxValidationCode_MVCC_READ_CONFLICT, peer.TxValidationCode_VALID
	both, neither := [2]peer.TxValidationCode{conflict, conflict}, [2]peer.TxValidationCode{valid, valid}
	onlyRead := [2]peer.TxValidationCode{conflict, valid} // the second only reads what the first writes: the other order stands
	invoice := func(w *world) { w.do(supplier1, invoiceOp(digest("1"), supplier, e1, 100*yuan)) }
	claimOf := func(v int64) Op {
		o := (*world)(nil).claimOps(supplier1, core1, digest("1"), 100*yuan)[1]
		o.Claim.Amount, o.Claim.Invoices[0].Amount = v, v
		return o
	}
	for _, c := range []struct {
		name  string
		sides func(w *world) (rival, rival)
		want  [2]peer.TxValidationCode // of the second, in this order and in the other
		retry [2]Code                  // of the second proposed again
	}{
		{"two funders reserve all of one invoice", func(w *world) (rival, rival) {
			invoice(w)
			return by(factor1, reserve(digest("1"), 100*yuan)), by(lender1, reserve(digest("1"), 100*yuan))
		}, both, [2]Code{InvoiceOverused, InvoiceOverused}},
		{"two funders reserve what fits", func(w *world) (rival, rival) {
			invoice(w)
			return by(factor1, reserve(digest("1"), 40*yuan)), by(lender1, reserve(digest("1"), 60*yuan))
		}, both, [2]Code{"", ""}},
		{"a reservation and a claim", func(w *world) (rival, rival) {
			invoice(w)
			return by(factor1, reserve(digest("1"), 100*yuan)), by(supplier1, claimOf(1))
		}, both, [2]Code{InvoiceOverused, InvoiceOverused}},
		{"two claims on one invoice", func(w *world) (rival, rival) {
			invoice(w)
			return by(supplier1, claimOf(60*yuan)), by(supplier1, claimOf(50*yuan))
		}, both, [2]Code{InvoiceOverused, InvoiceOverused}},
		{"two parties register one invoice", func(w *world) (rival, rival) {
			return by(supplier1, invoiceOp(digest("1"), supplier, e1, 1)), by(factor1, invoiceOp(digest("1"), supplier, e1, 1))
		}, both, [2]Code{"", ""}},
		{"a reservation and a void", func(w *world) (rival, rival) {
			invoice(w)
			return by(lender1, check("VOID")), by(factor1, reserve(digest("1"), 1))
		}, both, [2]Code{InvoiceVoid, ""}},
		{"two drafts that do not both fit", func(w *world) (rival, rival) {
			claim := w.claimed(supplier1, core1, digest("1"), 100*yuan)
			return by(core1, draftOp(claim, 60*yuan, issueDay, maturityDay)), by(core2, draftOp(claim, 50*yuan, issueDay, maturityDay))
		}, both, [2]Code{ClaimExceeded, ClaimExceeded}},
		{"a draft and the claim's end", func(w *world) (rival, rival) {
			claim := w.claimed(supplier1, core1, digest("1"), 100*yuan)
			return by(core1, draftOp(claim, yuan, issueDay, maturityDay)), by(supplier1, claimStep(ClaimCancel, claim))
		}, both, [2]Code{ClaimConflict, ClaimConflict}},
		{"two fundings of one voucher", func(w *world) (rival, rival) {
			lot := w.made(FinancePending)
			w.do(custodian1, settle(Movement{Kind: OwnFunds, To: factorAcct, Amount: face, Origin: &Origin{Source: OwnMoney}, BankRef: "other cash"}))
			return w.payment(VoucherFund, lot, supplierAcct, soldPrice, "2026-02-04", "one"), w.payment(VoucherFund, lot, supplierAcct, soldPrice, "2026-02-04", "two")
		}, both, [2]Code{VoucherConflict, VoucherConflict}},
		{"a funding and the holder's change of mind", func(w *world) (rival, rival) {
			lot := w.made(FinancePending)
			return w.payment(VoucherFund, lot, supplierAcct, soldPrice, "2026-02-04", "one"), by(supplier1, voucherStep(VoucherRefuse, at(lot, "2026-02-04")))
		}, both, [2]Code{VoucherConflict, VoucherConflict}},
		{"a funding and a freeze", func(w *world) (rival, rival) {
			lot := w.made(FinancePending)
			return w.payment(VoucherFund, lot, supplierAcct, soldPrice, "2026-02-04", "one"),
				by(auditor, voucherStep(VoucherFreeze, VoucherStep{Voucher: lot, Date: "2026-02-04", Document: digest("b")}))
		}, both, [2]Code{VoucherConflict, VoucherConflict}},
		{"a funding and the invoice's void", func(w *world) (rival, rival) {
			lot := w.made(FinancePending)
			claim := must(ReadClaim(w, w.voucher(lot).Claim))
			void := check("VOID")
			void.InvoiceStep.Fingerprint = claim.Claim.Invoices[0].Fingerprint
			return by(lender1, void), w.payment(VoucherFund, lot, supplierAcct, soldPrice, "2026-02-04", "two")
		}, onlyRead, [2]Code{InvoiceVoid, ""}},
		{"a funding and the end of the licence", func(w *world) (rival, rival) {
			lot := w.made(FinancePending)
			return by(officer, Op{Type: PartyRevise, Party: &Party{ID: factor, Kind: Private, Version: 2, EffectiveFrom: today}}),
				w.payment(VoucherFund, lot, supplierAcct, soldPrice, "2026-02-04", "two")
		}, onlyRead, [2]Code{FunderUnlicensed, ""}},
		{"a split and an offer", func(w *world) (rival, rival) {
			lot := w.made(VoucherActive)
			return by(supplier1, voucherStep(VoucherDivide, onPurpose(VoucherStep{Voucher: lot, Pieces: pieces(100*yuan, 400*yuan)}))),
				by(supplier1, voucherStep(VoucherOffer, onPurpose(VoucherStep{Voucher: lot, To: deeper})))
		}, both, [2]Code{VoucherConflict, VoucherConflict}},
		{"two splits", func(w *world) (rival, rival) {
			lot := w.made(VoucherActive)
			return by(supplier1, voucherStep(VoucherDivide, onPurpose(VoucherStep{Voucher: lot, Pieces: pieces(100*yuan, 400*yuan)}))),
				by(supplier1, voucherStep(VoucherDivide, onPurpose(VoucherStep{Voucher: lot, Pieces: pieces(200*yuan, 300*yuan)})))
		}, both, [2]Code{VoucherConflict, VoucherConflict}},
		{"taken and declined", func(w *world) (rival, rival) {
			lot := w.made(TransferPending)
			return by(deeper1, voucherStep(VoucherTake, at(lot, "2026-02-04"))), by(supplier1, voucherStep(VoucherDecline, at(lot, "2026-02-04")))
		}, both, [2]Code{VoucherConflict, VoucherConflict}},
		{"two settlements that do not both fit", func(w *world) (rival, rival) {
			lot := w.made(VoucherDue)
			w.do(custodian1, settle(Movement{Kind: OwnFunds, To: e1Acct, Amount: face, Origin: &Origin{Source: OwnMoney}, BankRef: "other cash"}))
			return w.payment(VoucherPay, lot, deeperAcct, 300*yuan, maturityDay, "one"), w.payment(VoucherPay, lot, deeperAcct, 300*yuan, maturityDay, "two")
		}, both, [2]Code{PaymentUnmatched, PaymentUnmatched}},
		{"a settlement and the recourse", func(w *world) (rival, rival) {
			lot := w.made(InRecourse)
			return w.payment(VoucherPay, lot, deeperAcct, face, "2026-02-22", "one"), w.payment(VoucherRepay, lot, deeperAcct, face, "2026-02-22", "two")
		}, both, [2]Code{VoucherConflict, VoucherConflict}},
		{"an issue and a default of the issuer", func(w *world) (rival, rival) {
			due, draft := w.made(VoucherDue), w.made(VoucherDrafted)
			return by(officer, voucherStep(VoucherDefault, at(due, "2026-02-21"))), by(core2, voucherStep(VoucherSign, at(draft, issueDay)))
		}, onlyRead, [2]Code{IssuerBlocked, ""}},
		{"an issue and a shorter cap", func(w *world) (rival, rival) {
			return by(officer, ruleVersion(RuleTerm, 2, "2026-01-01", Block, map[string]int64{"cap_days": 1})), by(core2, voucherStep(VoucherSign, at(w.made(VoucherDrafted), issueDay)))
		}, onlyRead, [2]Code{TermExceeded, ""}},
		{"two defaults of one issuer", func(w *world) (rival, rival) {
			one, two := w.made(VoucherDue), w.made(VoucherDue)
			return by(officer, voucherStep(VoucherDefault, at(one, "2026-02-21"))), by(custodian1, voucherStep(VoucherDefault, at(two, "2026-02-21")))
		}, both, [2]Code{"", ""}},
		{"two vouchers accepted", func(w *world) (rival, rival) {
			one, two := w.made(VoucherIssued), w.made(VoucherIssued)
			return by(supplier1, voucherStep(VoucherAccept, at(one, "2026-02-02"))), by(supplier1, voucherStep(VoucherAccept, at(two, "2026-02-02")))
		}, neither, [2]Code{}},
		{"two vouchers of one issuer issued", func(w *world) (rival, rival) {
			one, two := w.made(VoucherDrafted), w.made(VoucherDrafted)
			return by(core2, voucherStep(VoucherSign, at(one, issueDay))), by(core2, voucherStep(VoucherSign, at(two, issueDay)))
		}, neither, [2]Code{}},
		{"two pieces of one split passed on", func(w *world) (rival, rival) {
			entry := w.do(supplier1, voucherStep(VoucherDivide, onPurpose(VoucherStep{Voucher: w.made(VoucherActive), Pieces: pieces(200*yuan, 300*yuan)})))
			one, two := LotID(MovementID(entry, 0), 0), LotID(MovementID(entry, 0), 1)
			return by(supplier1, voucherStep(VoucherOffer, onPurpose(VoucherStep{Voucher: one, To: deeper}))), by(supplier1, voucherStep(VoucherOffer, onPurpose(VoucherStep{Voucher: two, To: stranger})))
		}, neither, [2]Code{}},
	} {
		for n := range 4 {
			t.Run(fmt.Sprint(c.name, " ", n), func(t *testing.T) {
				blocks, swapped := 1+n%2, n/2
				w := newTrade(t)
				one, two := c.sides(w)
				keys := [2]string{"one", "two"}
				if swapped == 1 {
					one, two, keys = two, one, [2]string{"two", "one"}
				}
				first, _, err1 := w.simulate(one.by, Entry{Key: keys[0], Ops: one.ops})
				second, _, err2 := w.simulate(two.by, Entry{Key: keys[1], Ops: two.ops})
				if err := errors.Join(err1, err2); err != nil {
					t.Fatal(err)
				}
				var out []memledger.Outcome
				if blocks == 1 {
					out = w.Commit(first, second).Txs
				} else {
					out = append(w.Commit(first).Txs, w.Commit(second).Txs...)
				}
				w.audit()
				if want := c.want[swapped]; !out[0].Valid() || out[1].Code != want {
					t.Fatalf("%s, %s; want the second %s", out[0].Code, out[1].Code, want)
				}
				if out[1].Valid() {
					return
				}
				_, _, err := w.simulate(two.by, Entry{Key: keys[1], Ops: two.ops})
				got := ErrorCode(err)
				if got == BatchRefused {
					got = refusalOf(err).Rows[0].Code
				}
				if got != c.retry[swapped] {
					t.Errorf("proposed again: %v, want %q", err, c.retry[swapped])
				}
			})
		}
	}
}

// Under load exactly one of many gets an invoice: two funders reserve it, its seller claims it, each trying again until it
// hears a refusal, all at once, for many invoices.
func TestOneInvoiceIsFinancedOnce(t *testing.T) {
	w := newTrade(t)
	const invoices, writers = 20, 9
	var wins, refusals, conflicts atomic.Int64
	for i := range invoices {
		fingerprint := fmt.Sprintf("%064x", i)
		w.do(supplier1, invoiceOp(fingerprint, supplier, e1, 100*yuan))
		before := wins.Load()
		var all, ready sync.WaitGroup
		ready.Add(writers)
		for n := range writers {
			r := []rival{by(factor1, reserve(fingerprint, 100*yuan)), by(lender1, reserve(fingerprint, 51*yuan)),
				by(supplier1, w.claimOps(supplier1, core1, fingerprint, 100*yuan)[1])}[n%3]
			all.Go(func() {
				for attempt := 0; ; attempt++ {
					tx, _, err := w.simulate(r.by, Entry{Key: fmt.Sprint("try-", i, "-", n), Ops: r.ops})
					if err != nil {
						if ErrorCode(err) != InvoiceOverused {
							t.Errorf("refused as %v", err)
						}
						refusals.Add(1)
						return
					}
					if attempt == 0 { // everybody has seen the invoice free
						ready.Done()
						ready.Wait()
					}
					switch o := w.Commit(tx).Txs[0]; o.Code {
					case peer.TxValidationCode_VALID:
						wins.Add(1)
						return
					case peer.TxValidationCode_MVCC_READ_CONFLICT:
						conflicts.Add(1)
					default:
						t.Errorf("%s", o.Code)
						return
					}
				}
			})
		}
		all.Wait()
		if wins.Load()-before != 1 {
			t.Fatalf("invoice %d: %d were served", i, wins.Load()-before)
		}
		if r := must(ReadInvoice(w, fingerprint)); r.Used > r.Invoice.Amount || r.Used < 51*yuan {
			t.Errorf("%d of %d used", r.Used, r.Invoice.Amount)
		}
	}
	if refusals.Load() != invoices*(writers-1) || conflicts.Load() < invoices*(writers-1) {
		t.Errorf("%d refusals, %d conflicts", refusals.Load(), conflicts.Load())
	}
	t.Logf("%d served, %d refused, %d conflicts on the way", wins.Load(), refusals.Load(), conflicts.Load())
}
