package sample

import (
	"fundtrace/chaincode/ledger"
)

// apply asks a funder to buy the voucher or to lend on it.
func (t *trade) apply(v *voucher, terms ledger.Terms) {
	v.must(ledger.VoucherActive)
	o := t.act(ledger.VoucherApply, v.holder.user, v, ledger.FinancePending, ledger.VoucherStep{Financing: &terms}, t.parties[terms.Funder])
	o.reads = append(o.reads, "party "+terms.Funder)
	v.pending, v.terms = t.traders[terms.Funder], &terms
}

// enter records the funder's entry at the movable-asset registry; searched as in registration.
func (t *trade) enter(v *voucher, searched int) {
	v.must(ledger.FinancePending)
	t.act(ledger.VoucherRegister, v.pending.user, v, v.state, ledger.VoucherStep{Registration: t.registration(v.key(), searched)})
}

func (t *trade) refuse(v *voucher, user string) {
	v.must(ledger.FinancePending)
	t.act(ledger.VoucherRefuse, user, v, ledger.VoucherActive, ledger.VoucherStep{Reason: "额度不足 / no credit line left"})
	v.pending, v.terms = nil, nil
}

// fund pays the holder: the price of a sale, or the loan on a pledge. It answers who the funder has now.
func (t *trade) fund(v *voucher, loan int64) *voucher {
	v.must(ledger.FinancePending)
	funder, terms := v.pending, v.terms
	amount := loan
	if terms.Mode == ledger.Sale {
		due := t.openDay(v.maturity)
		amount = v.face - ledger.Discount(v.face, terms.RatePPM, int64(due-t.today), terms.DayCount)
	}
	to := ledger.VoucherPledged
	if terms.Mode == ledger.Sale {
		to = ledger.VoucherPassedOn
	}
	o := t.pay(ledger.VoucherFund, ledger.Financing, funder, v.holder, v, amount, to)
	o.reads = append(o.reads, "party "+funder.id, v.claim.key(), v.claim.invoice.key())
	v.pending = nil
	if terms.Mode == ledger.Pledge {
		v.pledgee = funder
		return v
	}
	c := t.child(v, o, 0, v.face)
	c.state, c.holder, c.from, c.recourse, c.acquired = ledger.VoucherFinanced, funder, v.holder, terms.Recourse, t.today
	return c
}

// pay records a payment against the voucher and the voucher's step, which go into one entry of the payer's bank.
func (t *trade) pay(kind ledger.OpType, cash ledger.Kind, from, to *trader, v *voucher, amount int64, after ledger.VoucherState) *op {
	t.afford(from, amount)
	memo := map[ledger.Kind]string{ledger.Financing: "凭证融资款（合成）", ledger.Settlement: "凭证兑付（合成）", ledger.Recourse: "凭证追索款（合成）"}[cash]
	m := t.settle(payment{kind: cash, from: from.account, to: to.account, amount: amount, voucher: v, memo: memo})
	o := t.act(kind, keeper(from.account), v, after, ledger.VoucherStep{}, m.op)
	o.body.VoucherStep.Date = "" // the payment says it
	o.pays = m.op
	fill := o.fill
	o.fill = func(b *ledger.Op, at Place) error {
		err := fill(b, at)
		b.VoucherStep.Cash = m.id()
		return err
	}
	v.cash = m
	return o
}

func (t *trade) unpledge(v *voucher) {
	v.must(ledger.VoucherPledged)
	t.act(ledger.VoucherUnpledge, v.pledgee.user, v, ledger.VoucherActive, ledger.VoucherStep{Reason: "贷款已还清 / the loan is repaid"})
	v.pledgee = nil
}

// live is whether the voucher comes due on its maturity.
func (v *voucher) live() bool {
	switch v.state {
	case ledger.VoucherActive, ledger.TransferPending, ledger.FinancePending, ledger.VoucherFinanced, ledger.VoucherPledged:
		return true
	}
	return false
}

// planMaturity plans that what has come of an issue falls due and is paid, delay days later.
func (t *trade) planMaturity(root *voucher, delay day) {
	t.when(root.maturity, func() {
		t.mature(root)
		t.later(delay, func() { t.redeem(root) })
	})
}

// mature makes everything of the tree that is live due, as the issuer's bank sees it in its calendar.
func (t *trade) mature(root *voucher) {
	for _, v := range root.leaves() {
		if v.live() {
			t.act(ledger.VoucherMature, keeper(v.issuer.account), v, ledger.VoucherDue, ledger.VoucherStep{})
			v.pending, v.terms = nil, nil
		}
	}
}

// redeem pays everything of the tree that is due in full. Who has failed once pays nobody: the rest falls overdue too.
func (t *trade) redeem(root *voucher) {
	for _, v := range root.leaves() {
		switch {
		case v.state != ledger.VoucherDue && v.state != ledger.PartiallySettled:
		case v.issuer.blocked:
			t.later(1, func() { t.fail(v) })
		default:
			t.payOff(v, v.open())
		}
	}
}

// payOff pays an amount of what is due to whoever holds the voucher.
func (t *trade) payOff(v *voucher, amount int64) *op {
	v.must(ledger.VoucherDue, ledger.PartiallySettled, ledger.VoucherOverdue, ledger.InRecourse)
	after := v.state
	switch {
	case amount == v.open():
		after = ledger.VoucherSettled
	case v.state == ledger.VoucherDue:
		after = ledger.PartiallySettled
	}
	o := t.pay(ledger.VoucherPay, ledger.Settlement, v.issuer, v.beneficiary(), v, amount, after)
	if v.defaulted {
		o.writes = append(o.writes, "issuer "+v.issuer.id)
	}
	v.paid += amount
	v.settled = t.today
	return o
}

// fail states that the issuer has not paid: from now on it is blocked.
func (t *trade) fail(v *voucher) {
	v.must(ledger.VoucherDue, ledger.PartiallySettled)
	o := t.act(ledger.VoucherDefault, keeper(v.issuer.account), v, ledger.VoucherOverdue, ledger.VoucherStep{}, v.issuer.issues...)
	o.writes = append(o.writes, "issuer "+v.issuer.id)
	v.defaulted, v.issuer.blocked = true, true
}

// claimRecourse demands the open amount from whom the holder has the voucher from.
func (t *trade) claimRecourse(v *voucher) {
	v.must(ledger.VoucherOverdue)
	t.act(ledger.VoucherClaim, v.holder.user, v, ledger.InRecourse, ledger.VoucherStep{Against: v.from.id})
	v.against = v.from
}

// payRecourse has the one who is liable pay and step into the holder's place.
func (t *trade) payRecourse(v *voucher) *voucher {
	v.must(ledger.InRecourse)
	o := t.pay(ledger.VoucherRepay, ledger.Recourse, v.against, v.holder, v, v.open(), ledger.VoucherPassedOn)
	former := v
	for former.holder != v.against {
		former = former.parent
		o.reads = append(o.reads, former.key())
	}
	c := t.child(v, o, 0, v.face-v.paid)
	c.holder, c.from, c.recourse, c.acquired = v.against, former.from, former.recourse, t.today
	return c
}

func (t *trade) writeOff(v *voucher) {
	v.must(ledger.VoucherOverdue, ledger.InRecourse)
	o := t.withPaper(ledger.VoucherWriteOff, v.holder.user, v, ledger.VoucherWrittenOff, "坏账核销审批单（合成）/ Approval of a write-off (synthetic)")
	o.writes = append(o.writes, "issuer "+v.issuer.id)
}
