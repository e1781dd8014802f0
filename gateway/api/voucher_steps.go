package api

import (
	"net/http"
	"strings"

	"fundtrace/chaincode/ledger"
)

// stepBody is the body of a voucher's step, as the ledger takes it.
type stepBody interface{ step() ledger.VoucherStep }

// PlainStep is a step that needs nothing but its day. Without one it is dated today; who lapses, matures or defaults a
// voucher says as of which day; freeze, unfreeze and write-off need a document.
type PlainStep struct {
	Date     string `json:"date,omitempty"`
	Reason   string `json:"reason,omitempty"`
	Document string `json:"document,omitempty"` // SHA-256
}

func (p PlainStep) step() ledger.VoucherStep {
	return ledger.VoucherStep{Date: p.Date, Reason: p.Reason, Document: p.Document}
}

// Split divides a voucher into pieces of the same holder; they add up to the voucher.
type Split struct {
	Pieces []ledger.Piece `json:"pieces"`
	PlainStep
}

func (s Split) step() ledger.VoucherStep {
	x := s.PlainStep.step()
	x.Pieces = s.Pieces
	return x
}

// Offer passes a voucher on to the next supplier, who takes it or declines.
type Offer struct {
	To       string `json:"to"`                 // party
	Recourse bool   `json:"recourse,omitempty"` // the transferee may come back
	PlainStep
}

func (o Offer) step() ledger.VoucherStep {
	x := o.PlainStep.step()
	x.To, x.Recourse = optionalParty(o.To), o.Recourse
	return x
}

// Application asks a funder for money on the terms named.
type Application struct {
	Financing ledger.Terms `json:"financing"`
	PlainStep
}

func (a Application) step() ledger.VoucherStep {
	x := a.PlainStep.step()
	a.Financing.Funder = optionalParty(a.Financing.Funder)
	x.Financing = &a.Financing
	return x
}

// RegistryEntry attaches the number at the movable-asset registry (中登网), and is the funder's agreement to the terms.
type RegistryEntry struct {
	Registration ledger.Registration `json:"registration"`
	PlainStep
}

func (r RegistryEntry) step() ledger.VoucherStep {
	x := r.PlainStep.step()
	x.Registration = &r.Registration
	return x
}

// RecourseClaim demands the open amount from who passed the voucher on with recourse.
type RecourseClaim struct {
	Against string `json:"against"` // party
	PlainStep
}

func (r RecourseClaim) step() ledger.VoucherStep {
	x := r.PlainStep.step()
	x.Against = optionalParty(r.Against)
	return x
}

// stepName is the last part of a step's address: what follows the dot in the operation.
func stepName(op ledger.OpType) string { return strings.TrimPrefix(string(op), "voucher.") }

// voucherOps are the operations behind the steps of vouchers, in the order of a voucher's life.
var voucherOps = []ledger.OpType{ledger.VoucherSign, ledger.VoucherAccept, ledger.VoucherReject, ledger.VoucherLapse, ledger.VoucherDivide,
	ledger.VoucherOffer, ledger.VoucherTake, ledger.VoucherDecline, ledger.VoucherApply, ledger.VoucherRegister, ledger.VoucherFund,
	ledger.VoucherRefuse, ledger.VoucherUnpledge, ledger.VoucherFreeze, ledger.VoucherThaw, ledger.VoucherMature, ledger.VoucherPay,
	ledger.VoucherDefault, ledger.VoucherClaim, ledger.VoucherRepay, ledger.VoucherWriteOff, ledger.VoucherCancel}

// stepRoutes are one route for each step of a voucher.
func (s *Server) stepRoutes() []Route {
	return []Route{
		stepRoute[PlainStep](ledger.VoucherSign, "Issue a draft, as another person of the issuer than drafted it (开立)"),
		stepRoute[PlainStep](ledger.VoucherAccept, "Accept a voucher, as its payee (签收)"),
		stepRoute[PlainStep](ledger.VoucherReject, "Reject a voucher, as its payee"),
		stepRoute[PlainStep](ledger.VoucherLapse, "End a voucher that nobody accepted in time, as of a day"),
		stepRoute[Split](ledger.VoucherDivide, "Divide a voucher (拆分)"),
		stepRoute[Offer](ledger.VoucherOffer, "Offer a voucher to the next supplier (转让)"),
		stepRoute[PlainStep](ledger.VoucherTake, "Take an offered voucher, as the transferee"),
		stepRoute[PlainStep](ledger.VoucherDecline, "Decline an offered voucher, or withdraw the offer"),
		stepRoute[Application](ledger.VoucherApply, "Apply to a funder (融资)"),
		stepRoute[RegistryEntry](ledger.VoucherRegister, "Record the registration of a financing, as the funder"),
		s.paymentRoute(ledger.VoucherFund, "Pay a holder for its voucher or on its pledge, as the funder's bank; without an amount at the price of the terms"),
		stepRoute[PlainStep](ledger.VoucherRefuse, "Refuse a financing, or withdraw the application"),
		stepRoute[PlainStep](ledger.VoucherUnpledge, "Free a pledged voucher, as the pledgee"),
		stepRoute[PlainStep](ledger.VoucherFreeze, "Freeze a voucher by order of a court or in a dispute"),
		stepRoute[PlainStep](ledger.VoucherThaw, "Lift a freeze"),
		stepRoute[PlainStep](ledger.VoucherMature, "Make a voucher due, as of a day"),
		s.paymentRoute(ledger.VoucherPay, "Pay a voucher to who holds it, as the issuer's bank (兑付); without an amount all that is open"),
		stepRoute[PlainStep](ledger.VoucherDefault, "State that the issuer has not paid within the grace, as of a day"),
		stepRoute[RecourseClaim](ledger.VoucherClaim, "Demand payment from who passed the voucher on (追索)"),
		s.paymentRoute(ledger.VoucherRepay, "Pay a holder in the issuer's place, as the bank of who passed the voucher on; without an amount all that is open"),
		stepRoute[PlainStep](ledger.VoucherWriteOff, "Give a voucher up"),
		stepRoute[PlainStep](ledger.VoucherCancel, "Withdraw a draft, or cancel an accepted voucher with the other side's consent"),
	}
}

func stepRoute[B stepBody](op ledger.OpType, summary string) Route {
	return post("/vouchers/{id}/"+stepName(op), "voucher-"+stepName(op), tagTrade, summary, may(op), LimitJSON, http.StatusCreated,
		func(c *call, b B) (reply[Written], error) {
			x := b.step()
			x.Voucher = c.param("id")
			r, err := c.record(c.key(), ledger.Op{Type: op, VoucherStep: &x})
			return c.stepped(r), unknownHere(err, ledger.VoucherUnknown)
		})
}

// stepped names the voucher that a step leaves: the one that it made where it made one, else the one in the address.
func (c *call) stepped(r reply[Written]) reply[Written] {
	r.body.ID = c.param("id")
	if len(r.body.Vouchers) == 1 {
		r.body.ID = r.body.Vouchers[0]
	}
	r.location = Base + "/vouchers/" + r.body.ID
	return r
}
