package crash

import (
	"math/rand/v2"
	"time"

	"fundtrace/chaincode/ledger"
)

// next chooses a step for a voucher, who takes it, and the entry's key.
func (t *trader) next(n *ledger.VoucherNode) (*seat, string, []ledger.Op) {
	last := n.Events[len(n.Events)-1].Date
	date := t.after(last, 3)
	step := func(op ledger.OpType, s ledger.VoucherStep) (*seat, string, []ledger.Op) {
		s.Voucher = n.Lot
		if s.Date == "" {
			s.Date = date
		}
		by := t.who(op, n)
		if chance(6) { // somebody else
			by = t.seat(one(n.Issuer, n.Holder, supplier(rand.IntN(suppliers)), factor(0), otherBank, bureau))
		}
		return by, t.key(), []ledger.Op{{Type: op, VoucherStep: &s}}
	}
	plain := func(ops ...ledger.OpType) (*seat, string, []ledger.Op) {
		return step(one(ops...), ledger.VoucherStep{})
	}
	if chance(5) { // whatever the state
		return plain(ledger.VoucherSign, ledger.VoucherAccept, ledger.VoucherTake, ledger.VoucherDecline, ledger.VoucherRefuse, ledger.VoucherUnpledge,
			ledger.VoucherCancel, ledger.VoucherMature, ledger.VoucherDefault, ledger.VoucherLapse)
	}
	if n.State != ledger.VoucherDrafted && n.State != ledger.VoucherFrozen && chance(3) {
		return step(ledger.VoucherFreeze, ledger.VoucherStep{Document: digest("order")})
	}
	mature := func() (*seat, string, []ledger.Op) {
		return step(ledger.VoucherMature, ledger.VoucherStep{Date: t.after(max(n.Maturity, last), 4)})
	}
	switch n.State {
	case ledger.VoucherDrafted:
		return plain(ledger.VoucherSign, ledger.VoucherSign, ledger.VoucherSign, ledger.VoucherSign, ledger.VoucherSign, ledger.VoucherSign, ledger.VoucherCancel)
	case ledger.VoucherIssued:
		if chance(8) {
			return step(ledger.VoucherLapse, ledger.VoucherStep{Date: t.after(n.AcceptBy, 3)})
		}
		if chance(8) {
			return plain(ledger.VoucherReject)
		}
		return plain(ledger.VoucherAccept)
	case ledger.VoucherActive:
		return t.hold(n, step, mature)
	case ledger.TransferPending:
		if chance(8) {
			return mature()
		}
		return plain(ledger.VoucherTake, ledger.VoucherTake, ledger.VoucherTake, ledger.VoucherTake, ledger.VoucherDecline)
	case ledger.FinancePending:
		switch {
		case chance(5):
			return mature()
		case chance(8):
			return plain(ledger.VoucherRefuse)
		case n.Pending.Registration == nil && !chance(5):
			return step(ledger.VoucherRegister, ledger.VoucherStep{Registration: t.registration(date)})
		}
		return t.finance(n, date)
	case ledger.VoucherFinanced:
		return mature()
	case ledger.VoucherPledged:
		if chance(50) {
			return plain(ledger.VoucherUnpledge)
		}
		return mature()
	case ledger.VoucherFrozen:
		return step(ledger.VoucherThaw, ledger.VoucherStep{Document: digest("order lifted")})
	case ledger.VoucherDue, ledger.PartiallySettled:
		if chance(8) || n.Recourse && chance(45) {
			return step(ledger.VoucherDefault, ledger.VoucherStep{Date: t.after(max(n.Due, last), 8)})
		}
		return t.settle(n, date)
	case ledger.VoucherOverdue:
		switch {
		case n.Pledgee != "" && chance(30):
			return plain(ledger.VoucherUnpledge)
		case n.Recourse && !chance(10):
			return step(ledger.VoucherClaim, ledger.VoucherStep{Against: one(n.From, n.From, n.From, n.Issuer)})
		case chance(25):
			return step(ledger.VoucherWriteOff, ledger.VoucherStep{Document: digest("hopeless")})
		}
		return t.settle(n, date)
	default: // in recourse
		if chance(20) {
			return step(ledger.VoucherWriteOff, ledger.VoucherStep{Document: digest("hopeless")})
		}
		if chance(20) {
			return t.settle(n, date)
		}
		return t.pay(t.desk, ledger.Recourse, n.Against, n.Holder, n.Open(), date, ledger.VoucherRepay, n.Lot)
	}
}

type stepper func(ledger.OpType, ledger.VoucherStep) (*seat, string, []ledger.Op)

// hold is what the holder of a voucher does with it.
func (t *trader) hold(n *ledger.VoucherNode, step stepper, mature func() (*seat, string, []ledger.Op)) (*seat, string, []ledger.Op) {
	switch d := rand.IntN(100); {
	case n.Defaulted != "" || d < 12:
		return mature()
	case d < 16:
		return step(ledger.VoucherCancel, ledger.VoucherStep{})
	case d < 40:
		return step(ledger.VoucherDivide, ledger.VoucherStep{Pieces: t.pieces(n.Face)})
	case d < 68:
		to := one(supplier(rand.IntN(suppliers)), supplier(rand.IntN(suppliers)), supplier(rand.IntN(suppliers)), supplier(rand.IntN(suppliers)), n.Issuer)
		if chance(4) {
			to = platform
		}
		return step(ledger.VoucherOffer, ledger.VoucherStep{To: to, Recourse: chance(80), Document: digest("trade")})
	}
	return step(ledger.VoucherApply, ledger.VoucherStep{Financing: &ledger.Terms{Funder: one(factor(0), factor(0), factor(1), factor(1), otherBank, lapsed),
		Mode: one(ledger.Sale, ledger.Sale, ledger.Sale, ledger.Pledge, ledger.Pledge), RatePPM: rand.Int64N(80_000), DayCount: one(ledger.Actual360, ledger.Actual365), Recourse: chance(80)}})
}

// who may take a step, as far as one user can know.
func (t *trader) who(op ledger.OpType, n *ledger.VoucherNode) *seat {
	pending := n.Holder
	if n.Pending != nil {
		pending = n.Pending.To
	}
	switch op {
	case ledger.VoucherSign: // by another person than the one who drafted it
		s := t.seat(n.Issuer)
		for s.by.Name == n.Events[0].Writer.Name && !chance(10) {
			s = t.seat(n.Issuer)
		}
		return s
	case ledger.VoucherTake, ledger.VoucherRegister:
		return t.seat(pending)
	case ledger.VoucherDecline, ledger.VoucherRefuse:
		return t.seat(one(pending, n.Holder))
	case ledger.VoucherUnpledge:
		return t.seat(n.Pledgee)
	case ledger.VoucherCancel:
		return t.seat(one(n.Issuer, n.Holder))
	case ledger.VoucherFreeze, ledger.VoucherThaw:
		return one(t.seats[auditor], t.seats[officer])
	case ledger.VoucherMature, ledger.VoucherDefault, ledger.VoucherLapse:
		return one(t.seats[officer], t.teller(t.desk), t.seat(n.Holder))
	}
	return t.seat(n.Holder)
}

// pieces divides a face at random, now and then not to the fen.
func (t *trader) pieces(face int64) []ledger.Piece {
	var pieces []ledger.Piece
	left := face
	for range 1 + rand.IntN(4) {
		p := 1 + rand.Int64N(max(1, left*3/4))
		pieces, left = append(pieces, ledger.Piece{Amount: p}), left-p
		if left <= 1 {
			break
		}
	}
	if chance(4) {
		left++
	}
	return append(pieces, ledger.Piece{Amount: max(1, left)})
}

// finance pays the price of an application, now and then a wrong one or to somebody else.
func (t *trader) finance(n *ledger.VoucherNode, date string) (*seat, string, []ledger.Op) {
	terms := n.Pending.Financing
	amount := n.Face * 8 / 10
	if terms.Mode == ledger.Sale {
		amount = n.Face - ledger.Discount(n.Face, terms.RatePPM, ledger.Days(date, businessDay(n.Maturity)), terms.DayCount)
	}
	if chance(6) {
		amount++
	}
	to := n.Holder
	if chance(4) {
		to = one(n.Issuer, supplier(0), supplier(1))
	}
	return t.pay(t.desk, ledger.Financing, terms.Funder, to, max(1, amount), date, ledger.VoucherFund, n.Lot)
}

// settle pays what is open, or a part of it, now and then too much or to somebody else.
func (t *trader) settle(n *ledger.VoucherNode, date string) (*seat, string, []ledger.Op) {
	amount := n.Open()
	switch {
	case chance(35):
		amount = 1 + rand.Int64N(amount)
	case chance(5):
		amount++
	}
	to := n.Beneficiary()
	if chance(5) {
		to = one(supplier(0), factor(0), n.From, n.Holder)
	}
	if to == "" || to == n.Issuer {
		to = n.Holder
	}
	return t.pay(t.desk, ledger.Settlement, n.Issuer, to, amount, date, ledger.VoucherPay, n.Lot)
}

// businessDay is the day, or the Monday after it where it falls on a weekend: the market publishes no calendar.
func businessDay(date string) string {
	day, _ := time.Parse(time.DateOnly, date)
	for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
		day = day.AddDate(0, 0, 1)
	}
	return day.Format(time.DateOnly)
}
