package api

import (
	"context"
	"errors"
	"net/http"

	"fundtrace/chaincode/ledger"
)

// VoucherPayment is money that is paid against a voucher. The gateway writes payment and step in one entry (delivery
// versus payment), in the voucher's currency.
type VoucherPayment struct {
	From     string        `json:"from"`                    // account of who pays
	To       string        `json:"to"`                      // account of who receives
	Amount   *int64        `json:"amount,string,omitempty"` // minor units; without it the price, or all that is open
	Draws    []ledger.Draw `json:"draws,omitempty"`         // lots to draw on; chosen by the account's policy when left out
	Date     string        `json:"date"`                    // value date
	BankRef  string        `json:"bank_ref"`                // of the statement line
	Document string        `json:"document,omitempty"`      // SHA-256
	Memo     string        `json:"memo,omitempty"`
	Reason   string        `json:"reason,omitempty"` // of the step
}

// cashKinds are the steps that go with a payment, and the kind of each.
var cashKinds = map[ledger.OpType]ledger.Kind{ledger.VoucherFund: ledger.Financing, ledger.VoucherPay: ledger.Settlement, ledger.VoucherRepay: ledger.Recourse}

func (s *Server) paymentRoute(op ledger.OpType, summary string) Route {
	return post("/vouchers/{id}/"+stepName(op), "voucher-"+stepName(op), tagTrade, summary, may(op), LimitJSON, http.StatusCreated,
		func(c *call, p VoucherPayment) (reply[Written], error) {
			key := c.key()
			ops, err := s.paid(c.ctx(), op, c.param("id"), p, c.who.Entry(key), 0)
			if err != nil {
				return reply[Written]{}, unknownHere(err, ledger.VoucherUnknown)
			}
			r, err := c.record(key, ops...)
			return c.stepped(r), unknownHere(ofPair(err), ledger.VoucherUnknown)
		})
}

// paid composes a payment against a voucher and the voucher's step, which become the operations n and n+1 of an entry.
// Errors: VOUCHER_UNKNOWN, FIELD_MISSING and those of the price.
func (s *Server) paid(ctx context.Context, op ledger.OpType, voucher string, p VoucherPayment, entry string, n int) ([]ledger.Op, error) {
	for _, f := range []struct{ name, value string }{{"from", p.From}, {"to", p.To}, {"date", p.Date}} {
		if f.value == "" {
			return nil, ledger.Refuse(ledger.FieldMissing, f.name+" is missing: give it a value", "field", f.name)
		}
	}
	cash := ledger.MovementID(entry, n)
	// The gateway reads for itself: the bank of a funder may have nothing else to do with the voucher.
	v, err := s.Store.Voucher(ctx, everything, voucher)
	if err != nil {
		return nil, err
	}
	m := &ledger.Movement{Kind: cashKinds[op], From: p.From, To: p.To, Currency: v.Currency, Draws: p.Draws, Date: p.Date, BankRef: p.BankRef,
		Document: p.Document, Memo: p.Memo, Voucher: voucher}
	if p.Amount != nil {
		m.Amount = *p.Amount
	} else if m.Amount, err = s.owed(ctx, op, &v.VoucherNode, p.Date, cash); err != nil {
		return nil, err
	}
	return []ledger.Op{{Type: ledger.MovementSettle, Movement: m},
		{Type: op, VoucherStep: &ledger.VoucherStep{Voucher: voucher, Cash: cash, Reason: p.Reason, Document: p.Document}}}, nil
}

// owed is what a payment without an amount pays: the price by the terms applied for, or all that is open. A request that
// is sent again pays what it paid before, although the voucher has moved on.
func (s *Server) owed(ctx context.Context, op ledger.OpType, v *ledger.VoucherNode, date, cash string) (int64, error) {
	earlier, err := s.Store.Movement(ctx, everything, cash)
	if err == nil {
		return earlier.Amount, nil
	}
	if ledger.ErrorCode(err) != ledger.MovementUnknown {
		return 0, err
	}
	if op != ledger.VoucherFund {
		if v.Open() == 0 {
			return 0, notNow(v, "nothing is open of it")
		}
		return v.Open(), nil
	}
	if v.Pending == nil || v.Pending.Financing == nil {
		return 0, notNow(v, "no financing has been applied for")
	}
	if v.Pending.Financing.Mode != ledger.Sale {
		return 0, ledger.Refuse(ledger.FieldMissing, "amount is missing: a loan on a pledge is what the funder lends, at most the face", "field", "amount")
	}
	q, err := s.price(ctx, v, *v.Pending.Financing, date)
	return q.Net, err
}

func notNow(v *ledger.VoucherNode, why string) error {
	return ledger.Refuse(ledger.VoucherConflict, "the voucher is "+string(v.State)+": "+why, "voucher", v.Lot, "state", string(v.State))
}

// ofPair answers the cause where payment and step are refused together: the first refusal makes the other one follow.
func ofPair(err error) error {
	var refused *ledger.Error
	if !errors.As(err, &refused) || refused.Code != ledger.BatchRefused || len(refused.Rows) == 0 {
		return err
	}
	cause := refused.Rows[0]
	return &ledger.Error{Code: cause.Code, Message: cause.Message, Detail: cause.Detail}
}
