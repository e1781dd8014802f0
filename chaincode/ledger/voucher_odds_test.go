package ledger_test

import (
	"time"

	. "fundtrace/chaincode/ledger"
)

// odds is a step with the odds that it is drawn.
type odds struct {
	op   OpType
	odds int
}

// choices lists what may happen to a voucher in its state on the day.
func (t *trade) choices(n *VoucherNode) []odds {
	late := t.today() >= n.Maturity
	due := n.Due != "" && t.today() > n.Due
	switch n.State {
	case VoucherDrafted:
		return []odds{{VoucherSign, 9}, {VoucherCancel, 1}}
	case VoucherIssued:
		if t.today() > n.AcceptBy {
			return []odds{{VoucherLapse, 5}, {VoucherAccept, 1}}
		}
		return []odds{{VoucherAccept, 12}, {VoucherReject, 4}, {VoucherLapse, 1}, {VoucherFreeze, 1}}
	case VoucherActive:
		if late {
			return []odds{{VoucherMature, 14}, {VoucherOffer, 1}, {VoucherFreeze, 1}, {VoucherCancel, 4}}
		}
		return []odds{{VoucherDivide, 5}, {VoucherOffer, 9}, {VoucherApply, 7}, {VoucherCancel, 2}, {VoucherMature, 1}}
	case TransferPending, FinancePending:
		if late {
			return []odds{{VoucherMature, 1}}
		}
		if n.State == TransferPending {
			return []odds{{VoucherTake, 8}, {VoucherDecline, 2}}
		}
		if n.Pending.Registration == nil {
			return []odds{{VoucherRegister, 8}, {VoucherFund, 1}, {VoucherRefuse, 1}}
		}
		return []odds{{VoucherFund, 9}, {VoucherRefuse, 1}, {VoucherRegister, 1}}
	case VoucherPledged:
		return []odds{{VoucherUnpledge, 2}, {VoucherMature, 5}}
	case VoucherFrozen:
		return []odds{{VoucherThaw, 1}}
	case VoucherDue, PartiallySettled:
		if due {
			return []odds{{VoucherDefault, 7}, {VoucherPay, 3}, {VoucherUnpledge, 1}}
		}
		return []odds{{VoucherPay, 4}, {VoucherDefault, 1}, {VoucherUnpledge, 1}, {VoucherFreeze, 1}}
	case VoucherOverdue:
		if !n.Recourse {
			return []odds{{VoucherPay, 6}, {VoucherWriteOff, 2}, {VoucherUnpledge, 3}, {VoucherClaim, 1}}
		}
		return []odds{{VoucherClaim, 12}, {VoucherPay, 3}, {VoucherWriteOff, 1}, {VoucherUnpledge, 1}}
	case InRecourse:
		return []odds{{VoucherRepay, 7}, {VoucherPay, 2}, {VoucherWriteOff, 1}}
	}
	return []odds{{VoucherMature, 1}, {VoucherPay, 1}, {VoucherDivide, 1}, {VoucherFreeze, 1}}
}

// proceed draws a step of a voucher by the one who may take it.
func (t *trade) proceed(n *VoucherNode, key string) (Caller, []Op) {
	all := 0
	list := t.choices(n)
	for _, c := range list {
		all += c.odds
	}
	at, op := t.pick(all), OpType("")
	for _, c := range list {
		if op = c.op; at < c.odds {
			break
		}
		at -= c.odds
	}
	s := VoucherStep{Voucher: n.Lot, Date: t.today()}
	if t.slip(2) {
		s.Date = issueDay
	}
	by := whoOf(n.Holder)
	switch op {
	case VoucherSign:
		by = map[string]Caller{e1: core2, e2: buyer2}[n.Issuer]
	case VoucherCancel:
		if n.State == VoucherDrafted || n.Cancels == n.Holder {
			by = whoOf(n.Issuer)
		}
	case VoucherLapse, VoucherMature, VoucherDefault:
		by = []Caller{officer, custodian1, stranger1}[t.pick(3)]
	case VoucherFreeze, VoucherThaw:
		by, s.Document = []Caller{officer, auditor}[t.pick(2)], digest("b")
	case VoucherWriteOff:
		s.Document = digest("b")
	case VoucherOffer:
		s.To, s.Recourse = []string{deeper, stranger, supplier}[t.pick(3)], t.slip(80)
	case VoucherTake:
		by = whoOf(n.Pending.To)
	case VoucherDecline, VoucherRefuse:
		if t.slip(50) {
			by = whoOf(n.Pending.To)
		}
	case VoucherApply:
		s.Financing = terms(factor, Sale, t.slip(80))
		if t.slip(40) {
			s.Financing = terms(lender, []string{Sale, Pledge}[t.pick(2)], t.slip(50))
		}
	case VoucherRegister:
		by, s.Registration = whoOf(n.Pending.To), registered(t.today())
	case VoucherUnpledge:
		by = lender1
	case VoucherClaim:
		if s.Against = n.From; n.From == "" {
			s.Against = supplier
		}
	case VoucherDivide:
		return by, t.split(n, s, key)
	case VoucherFund, VoucherPay, VoucherRepay:
		return t.settle(op, n, key)
	}
	return by, []Op{voucherStep(op, s)}
}

// split divides a voucher into two or three pieces, mostly of the right sum, and now and then passes the first one on.
func (t *trade) split(n *VoucherNode, s VoucherStep, key string) []Op {
	first := t.amount(n.Face)
	s.Pieces = pieces(first, n.Face-first)
	if t.slip(30) && n.Face-first > 1 {
		second := t.amount(n.Face - first - 1)
		s.Pieces = pieces(first, second, n.Face-first-second)
	}
	switch {
	case t.slip(5):
		s.Pieces[0].Amount += 1 - 2*int64(t.pick(2))
	case t.slip(6):
		s.Pieces = pieces(1, n.Face-1)
	}
	ops := []Op{voucherStep(VoucherDivide, s)}
	if by := whoOf(n.Holder); t.slip(40) {
		piece := lot0(EntryID(by.MSP, by.Name, key), 0)
		ops = append(ops, voucherStep(VoucherOffer, VoucherStep{Voucher: piece, Date: s.Date, To: []string{deeper, stranger}[t.pick(2)], Recourse: true}))
	}
	return ops
}

// settle pays for a voucher from any lot that covers it, rarely a fen too much or to another.
func (t *trade) settle(op OpType, n *VoucherNode, key string) (Caller, []Op) {
	kind, payer, payee, amount := Settlement, n.Issuer, n.Beneficiary(), n.Face-n.Settled
	switch op {
	case VoucherPay:
		if t.slip(45) {
			amount = t.amount(amount)
		}
	case VoucherRepay:
		kind, payer = Recourse, n.Against
	case VoucherFund:
		kind, payer, payee = Financing, n.Pending.To, n.Holder
		due, _ := time.Parse(time.DateOnly, n.Maturity)
		for due.Weekday() == time.Saturday || due.Weekday() == time.Sunday {
			due = due.AddDate(0, 0, 1)
		}
		f := n.Pending.Financing
		if amount = n.Face - Discount(n.Face, f.RatePPM, Days(t.today(), due.Format(time.DateOnly)), f.DayCount); f.Mode == Pledge {
			amount = t.amount(n.Face)
		}
	}
	if t.slip(8) {
		amount += 1 - 2*int64(t.pick(2))
	}
	from, to := acctOf(payer), acctOf(payee)
	if t.slip(4) {
		from = acctOf([]string{e1, e2, supplier, deeper, factor, stranger}[t.pick(6)])
	}
	if t.slip(6) {
		to = strangerAcct
	}
	by := keeper(from)
	var lots []string
	for _, id := range t.books.order {
		if l := t.books.lots[id]; l.Account == from && l.Amount-l.drawn >= amount {
			lots = append(lots, id)
		}
	}
	if len(lots) == 0 {
		lots = []string{absent + ".0"}
	}
	m := Movement{Kind: kind, From: from, To: to, Draws: draws(lots[t.pick(len(lots))], amount), BankRef: key, Voucher: n.Lot, Date: t.today()}
	ops := []Op{settle(m), voucherStep(op, VoucherStep{Voucher: n.Lot, Cash: MovementID(EntryID(by.MSP, by.Name, key), 0)})}
	if t.slip(2) {
		ops = ops[t.pick(2):][:1]
	}
	return by, ops
}
