package projection_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
)

// dealer takes random steps of vouchers. What the ledger refuses leaves no trace; what it takes must show in the read model.
type dealer struct {
	*world
	r     *rand.Rand
	claim string
	taken map[ledger.OpType]int
}

// try submits an entry and answers whether the ledger took it.
func (d *dealer) try(by ledger.Caller, ops ...ledger.Op) bool {
	d.key++
	_, err := d.l.Submit(by, ledger.Entry{Key: fmt.Sprintf("t%d", d.key), Ops: ops})
	if err != nil && ledger.ErrorCode(err) == "" {
		d.t.Fatalf("the ledger failed: %v", err)
	}
	return err == nil
}

// ahead says which steps are tried from a state, those that lead on more often.
var ahead = map[ledger.VoucherState][]ledger.OpType{
	ledger.VoucherDrafted:   {ledger.VoucherSign, ledger.VoucherSign, ledger.VoucherCancel},
	ledger.VoucherIssued:    {ledger.VoucherAccept, ledger.VoucherAccept, ledger.VoucherAccept, ledger.VoucherReject, ledger.VoucherLapse},
	ledger.VoucherActive:    {ledger.VoucherDivide, ledger.VoucherDivide, ledger.VoucherOffer, ledger.VoucherOffer, ledger.VoucherApply, ledger.VoucherApply, ledger.VoucherCancel, ledger.VoucherFreeze, ledger.VoucherMature},
	ledger.TransferPending:  {ledger.VoucherTake, ledger.VoucherTake, ledger.VoucherTake, ledger.VoucherDecline, ledger.VoucherMature},
	ledger.FinancePending:   {ledger.VoucherRegister, ledger.VoucherFund, ledger.VoucherFund, ledger.VoucherRefuse},
	ledger.VoucherFinanced:  {ledger.VoucherMature, ledger.VoucherFreeze},
	ledger.VoucherPledged:   {ledger.VoucherMature, ledger.VoucherUnpledge},
	ledger.VoucherFrozen:    {ledger.VoucherThaw},
	ledger.VoucherDue:       {ledger.VoucherPay, ledger.VoucherPay, ledger.VoucherDefault, ledger.VoucherFreeze},
	ledger.PartiallySettled: {ledger.VoucherPay, ledger.VoucherDefault},
	ledger.VoucherOverdue:   {ledger.VoucherPay, ledger.VoucherClaim, ledger.VoucherClaim, ledger.VoucherWriteOff},
	ledger.InRecourse:       {ledger.VoucherRepay, ledger.VoucherRepay, ledger.VoucherPay, ledger.VoucherWriteOff},
}

// act takes one random step, by whom it is for.
func (d *dealer) act() {
	lots := d.lotsOnLedger()
	if len(lots) == 0 || d.r.IntN(10) == 0 {
		face := d.r.Int64N(50)*100 + 100
		if d.try(core1, ledger.Op{Type: ledger.VoucherDraft, Voucher: &ledger.Voucher{Claim: d.claim, Amount: face, Currency: "CNY", Date: "2025-03-01", Maturity: "2025-06-01", AcceptBy: "2025-03-10"}}) {
			d.taken[ledger.VoucherDraft]++
		}
		return
	}
	n, err := ledger.ReadVoucher(d.l, pick(d.r, lots))
	if err != nil {
		d.t.Fatal(err)
	}
	if n.State.Over() {
		return
	}
	op := pick(d.r, ahead[n.State])
	if op == ledger.VoucherFund && n.Pending.Registration == nil {
		op = ledger.VoucherRegister
	}
	users := map[string]ledger.Caller{e1: core2, t1: t1User, t2: t2User, t3: t3User, factor: factorUser, bank2: custodian2}
	by, s := users[n.Beneficiary()], ledger.VoucherStep{Voucher: n.Lot, Date: max(n.Events[len(n.Events)-1].Date, "2025-03-05")}
	switch op {
	case ledger.VoucherSign:
		by = core2
	case ledger.VoucherDivide:
		first := d.r.Int64N(max(1, n.Face/100))*100 + 100
		s.Pieces = []ledger.Piece{{Amount: first}, {Amount: n.Face - first}}
	case ledger.VoucherOffer:
		s.To, s.Recourse = pick(d.r, []string{t2, t3}), d.r.IntN(2) == 0
	case ledger.VoucherTake, ledger.VoucherDecline, ledger.VoucherRefuse, ledger.VoucherRegister:
		if n.Pending == nil {
			return
		}
		by = users[n.Pending.To]
		if op == ledger.VoucherRegister {
			s.Registration = &ledger.Registration{Number: "R", Date: s.Date, Description: sha("a")}
		}
	case ledger.VoucherApply:
		s.Financing = &ledger.Terms{Funder: pick(d.r, []string{factor, bank2}), Mode: pick(d.r, []string{ledger.Sale, ledger.Pledge}),
			RatePPM: 36_000, DayCount: ledger.Actual360, Recourse: true}
	case ledger.VoucherFreeze, ledger.VoucherThaw, ledger.VoucherWriteOff:
		s.Document = sha("f")
		if op != ledger.VoucherWriteOff {
			by = officer
		}
	case ledger.VoucherLapse, ledger.VoucherMature, ledger.VoucherDefault:
		by, s.Date = officer, map[ledger.OpType]string{ledger.VoucherLapse: "2025-03-11", ledger.VoucherMature: "2025-06-02", ledger.VoucherDefault: "2025-06-04"}[op]
	case ledger.VoucherClaim:
		s.Against = n.From
	case ledger.VoucherCancel:
		by = pick(d.r, []ledger.Caller{core1, t1User})
	case ledger.VoucherFund, ledger.VoucherPay, ledger.VoucherRepay:
		d.pay(op, n)
		return
	}
	if d.try(by, ledger.Op{Type: op, VoucherStep: &s}) {
		d.taken[op]++
	}
}

// pay takes a step with its payment.
func (d *dealer) pay(op ledger.OpType, n *ledger.VoucherNode) {
	accounts := map[string]string{e1: acct1, t1: acctT1, t2: acctT2, factor: acctFactor, bank2: acctBank2}
	m := ledger.Movement{Kind: ledger.Settlement, From: acct1, To: accounts[n.Beneficiary()], Amount: n.Open(), Currency: "CNY", Date: "2025-06-04", Voucher: n.Lot}
	switch op {
	case ledger.VoucherPay:
		if d.r.IntN(2) == 0 {
			m.Amount = 1 + d.r.Int64N(n.Open())
		}
	case ledger.VoucherFund:
		if n.Pending == nil || n.Pending.Financing == nil {
			return
		}
		f := n.Pending.Financing
		m.Kind, m.From, m.To, m.Date = ledger.Financing, accounts[f.Funder], accounts[n.Holder], n.Events[len(n.Events)-1].Date
		if f.Mode == ledger.Sale {
			m.Amount -= ledger.Discount(n.Face, f.RatePPM, ledger.Days(m.Date, "2025-06-02"), f.DayCount)
		}
	case ledger.VoucherRepay:
		m.Kind, m.From, m.To = ledger.Recourse, accounts[n.Against], accounts[n.Holder]
	}
	if m.To == "" || m.From == "" || m.Amount == 0 { // t3 keeps no account
		return
	}
	d.sync()
	var err error
	if m.Draws, err = d.db.PickLots(d.t.Context(), all, m.From, m.Amount); err != nil {
		return // the payer is out of money
	}
	d.key++
	m.BankRef = fmt.Sprintf("ref%d", d.key)
	by, key := d.banks[m.From], fmt.Sprintf("t%d", d.key)
	cash := ledger.MovementID(ledger.EntryID(by.MSP, by.Name, key), 0)
	_, err = d.l.Submit(by, ledger.Entry{Key: key, Ops: []ledger.Op{{Type: ledger.MovementSettle, Movement: &m}, {Type: op, VoucherStep: &ledger.VoucherStep{Voucher: n.Lot, Cash: cash}}}})
	if err != nil && ledger.ErrorCode(err) == "" {
		d.t.Fatalf("the ledger failed: %v", err)
	}
	if err == nil {
		d.taken[op]++
	}
}

// TestRandomTrade takes hundreds of random steps and then compares the read model with the ledger: every voucher, every
// tree for every reader, every exposure, and a replay.
func TestRandomTrade(t *testing.T) {
	taken := map[ledger.OpType]int{}
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			w := newWorld(t)
			w.trading()
			d := &dealer{world: w, r: rand.New(rand.NewPCG(seed, 2025)), claim: w.owed(sha("1"), 10_000_000), taken: taken}
			w.settle(ledger.OwnFunds, "", acct1, 300_000, firstDate, origin(ledger.OwnMoney, "", ""))
			for range 3 {
				w.issue(d.claim, 40_000)
			}
			for range 300 {
				d.act()
			}
			w.sync()
			w.compareTrade(t)
			d.closes()
			d.exposures()
			if report, err := projection.Replay(t.Context(), w.db, t.TempDir(), inOrder(w.l.Blocks())); err != nil || !report.Equal {
				t.Errorf("replay %+v, %v", report, err)
			}
		})
	}
	t.Logf("steps taken: %v", taken)
	for _, op := range []ledger.OpType{ledger.VoucherDivide, ledger.VoucherTake, ledger.VoucherFund, ledger.VoucherPay, ledger.VoucherDefault} {
		if taken[op] == 0 {
			t.Errorf("no %s was ever taken: the test shows little", op)
		}
	}
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// closes checks that every tree closes for every reader; VoucherTree refuses to answer where it does not.
func (d *dealer) closes() {
	for reader, s := range traders {
		for _, lot := range d.lotsOnLedger() {
			tree, err := d.db.VoucherTree(d.t.Context(), s, lot)
			if err != nil {
				if ledger.ErrorCode(err) != ledger.VoucherUnknown {
					d.t.Errorf("%s asks for the tree of %s: %v", reader, lot, err)
				}
				continue
			}
			if sum := tree.Sums.Live + tree.Sums.Settled + tree.Sums.Cancelled + tree.Sums.WrittenOff + tree.Hidden.Amount; sum != tree.Face {
				d.t.Errorf("%s: the tree of %s amounts to %d of %d", reader, lot, sum, tree.Face)
			}
		}
	}
}

// exposures checks that what was issued closes, and that issuer and holders agree on what is outstanding.
func (d *dealer) exposures() {
	held := int64(0)
	for _, p := range []string{t1, t2, t3, factor, bank2} {
		e, err := d.db.Exposure(d.t.Context(), all, p)
		if err != nil {
			d.t.Fatal(err)
		}
		for _, h := range e.Holder {
			held += h.Held.Amount
		}
	}
	e, err := d.db.Exposure(d.t.Context(), all, e1)
	if err != nil {
		d.t.Fatal(err)
	}
	i := e.Issuer[0]
	if i.Issued.Amount != i.Outstanding.Amount+i.Settled+i.Cancelled+i.WrittenOff || i.Outstanding.Amount != held {
		d.t.Errorf("holders hold %d of %+v", held, i)
	}
}
