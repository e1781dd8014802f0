package api

import (
	"context"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
)

func (s *Server) vouchers(c *call) (projection.Page[projection.Voucher], error) {
	live, err := c.flag("live")
	if err != nil {
		return projection.Page[projection.Voucher]{}, err
	}
	events, err := c.flag("events")
	if err != nil {
		return projection.Page[projection.Voucher]{}, err
	}
	f := projection.VoucherFilter{Issuer: optionalParty(c.query("issuer")), Holder: optionalParty(c.query("holder")), Party: optionalParty(c.query("party")),
		State: c.query("state"), Root: c.query("root"), Claim: c.query("claim"), MaturityFrom: c.query("maturity_from"), MaturityUntil: c.query("maturity_until"),
		Live: live, WithEvents: events}
	return page(c, func(l projection.List) (*projection.Page[projection.Voucher], error) {
		return s.Store.Vouchers(c.ctx(), c.scope(), f, l)
	})
}

func (s *Server) voucher(c *call) (projection.VoucherDetail, error) {
	return found(s.Store.Voucher(c.ctx(), c.scope(), c.param("id")))
}

func (s *Server) voucherTree(c *call) (projection.VoucherTree, error) {
	return found(s.Store.VoucherTree(c.ctx(), c.scope(), c.param("id")))
}

func (s *Server) exposure(c *call) (projection.Exposure, error) {
	return found(s.Store.Exposure(c.ctx(), c.scope(), partyID(c.param("id"))))
}

// draftVoucher answers the voucher's identifier, which is its claim lot's, as id.
func (s *Server) draftVoucher(c *call, v ledger.Voucher) (reply[Written], error) {
	r, err := c.record(c.key(), ledger.Op{Type: ledger.VoucherDraft, Voucher: &v})
	if err == nil {
		r.body.ID = r.body.Vouchers[0]
		r.location = Base + "/vouchers/" + r.body.ID
	}
	return r, err
}

// born lists the vouchers that the operations of an entry make, by what is known before they are recorded. A financing
// that is bought makes one too, see bought.
func born(entry string, ops []ledger.Op) []string {
	var out []string
	for n := range ops {
		made := 0
		switch ops[n].Type {
		case ledger.VoucherDraft, ledger.VoucherTake, ledger.VoucherRepay:
			made = 1
		case ledger.VoucherDivide:
			made = len(ops[n].VoucherStep.Pieces)
		}
		for k := range made {
			out = append(out, ledger.LotID(ledger.MovementID(entry, n), k))
		}
	}
	return out
}

// bought adds the vouchers that financings made: whether the funder bought or took a pledge, the terms said.
func (s *Server) bought(ctx context.Context, w *Written, ops []ledger.Op) error {
	for n := range ops {
		if ops[n].Type != ledger.VoucherFund {
			continue
		}
		lot := ledger.LotID(ledger.MovementID(w.Entry, n), 0)
		switch _, err := s.Store.Voucher(ctx, everything, lot); {
		case err == nil:
			w.Vouchers = append(w.Vouchers, lot)
		case ledger.ErrorCode(err) != ledger.VoucherUnknown:
			return err
		}
	}
	return nil
}

var voucherStates = []string{string(ledger.VoucherDrafted), string(ledger.VoucherIssued), string(ledger.VoucherActive), string(ledger.TransferPending),
	string(ledger.FinancePending), string(ledger.VoucherFinanced), string(ledger.VoucherPledged), string(ledger.VoucherFrozen), string(ledger.VoucherDue),
	string(ledger.PartiallySettled), string(ledger.VoucherOverdue), string(ledger.InRecourse), string(ledger.VoucherDivided), string(ledger.VoucherPassedOn),
	string(ledger.VoucherSettled), string(ledger.VoucherWrittenOff), string(ledger.VoucherCancelled)}

var voucherFilters = []param{
	{name: "issuer", about: "party"}, {name: "holder", about: "party"},
	{name: "party", about: "in any part: issuer, holder, transferee, funder or pledgee, now or formerly; a bare unified social credit code is accepted"},
	{name: "state", about: "where it stands", values: voucherStates},
	{name: "root", about: "voucher that the tree grew from"}, {name: "claim", about: "claim that it stands on"},
	{name: "maturity_from", about: "first day of maturity, YYYY-MM-DD", date: true}, {name: "maturity_until", about: "last day of maturity, YYYY-MM-DD", date: true},
	{name: "live", about: "true: only those that somebody holds and nobody has paid or passed on", values: flags},
	{name: "events", about: "true: with the steps of each", values: flags},
}
