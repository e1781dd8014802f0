package trace

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fundtrace/chaincode/ledger"
)

// Settlement is a voucher that traced money settled, and the suppliers behind it from the issuer's own on. It stands
// on the page on which the first row of its payment stands.
type Settlement struct {
	Movement   string `json:"movement"` // the payment
	Voucher    string `json:"voucher"`  // claim lot
	Root       string `json:"root,omitempty"`
	Amount     int64  `json:"amount,string"` // of the payment, traced money only; minor units
	Date       string `json:"date"`
	Issuer     string `json:"issuer,omitempty"`
	IssuerName string `json:"issuer_name,omitempty"`
	Chain      []Hop  `json:"chain"`
	Hidden     int    `json:"hidden"` // hops that the reader may not see
}

// PaidBy says what a holder of a voucher got for it.
type PaidBy string

// How a holder of a voucher came to its money.
const (
	ByIssuer   PaidBy = "ISSUER"   // the voucher was settled
	ByFunder   PaidBy = "FUNDER"   // a funder bought it or lent on it
	ByRecourse PaidBy = "RECOURSE" // who had passed it on paid in the issuer's place
	ByNext     PaidBy = "NEXT"     // none: it was passed on to the next tier in payment
)

// Hop is one holder of a settled voucher, in the order in which it was passed on.
type Hop struct {
	Tier     int    `json:"tier"` // 1: the issuer's own supplier; a funder stands on its seller's
	Party    string `json:"party"`
	Name     string `json:"name,omitempty"`
	Voucher  string `json:"voucher"`            // that it held last
	Acquired string `json:"acquired,omitempty"` // day on which it came by the voucher
	Via      string `json:"via"`                // ISSUE, TRANSFER, FINANCE, PLEDGE, RECOURSE
	PaidBy   PaidBy `json:"paid_by,omitempty"`  // empty where the reader may not know
	Cash     string `json:"cash,omitempty"`     // the payment that it got; empty for NEXT
	CashDate string `json:"cash_date,omitempty"`
	// DaysWaited counts from Acquired to CashDate; null where no cash was paid or the reader may not know.
	DaysWaited *int `json:"days_waited"`
}

// settle tells of every voucher that a row of the page settled who stands behind it.
func (out *Answer) settle(ctx context.Context, f Forest, l *listing) error {
	out.Settlements = []Settlement{}
	var vouchers []string
	if !slices.ContainsFunc(out.Rows, settles) {
		return nil
	}
	amounts, first := l.sums()
	for i, r := range out.Rows {
		movement := l.steps[i].lot.Movement
		if !settles(r) || first[movement] != l.window.from+i {
			continue
		}
		amount := amounts[movement]
		if out.Direction == backward {
			amount = out.Amount // of what the payment brought, so much is in the lot that is traced
		}
		out.Settlements = append(out.Settlements, Settlement{Movement: r.Movement, Voucher: r.Voucher, Amount: amount, Date: r.Date, Chain: []Hop{}})
		vouchers = append(vouchers, r.Voucher)
	}
	slices.Sort(vouchers)
	found, err := each(slices.Compact(vouchers), func(part []string) ([]Path, error) { return f.Paths(ctx, part) })
	if err != nil {
		return err
	}
	paths := make(map[string]*Path, len(found))
	for i := range found {
		paths[found[i].Voucher] = &found[i]
	}
	for i := range out.Settlements {
		s := &out.Settlements[i]
		p := paths[s.Voucher]
		if p == nil {
			return fmt.Errorf("%w: nothing is known of voucher %s, which was settled", ErrUnbalanced, s.Voucher)
		}
		s.Root, s.Issuer, s.IssuerName = p.Root, p.Issuer, p.IssuerName
		s.chain(p)
	}
	return nil
}

// settles reports whether a row is a payment that settled a voucher.
func settles(r Row) bool { return r.Kind == ledger.Settlement && r.Voucher != "" }

// chain puts the holders of a path one behind the other. Dividing a voucher changes no holder.
func (s *Settlement) chain(p *Path) {
	for i := range p.Holdings {
		h := &p.Holdings[i]
		last := i == len(p.Holdings)-1
		if !last && p.Holdings[i+1].Made == ledger.VoucherSplit && h.Hidden == p.Holdings[i+1].Hidden {
			continue
		}
		if h.Hidden {
			s.Hidden++
			continue
		}
		hop := Hop{Tier: h.Tier, Party: h.Party, Name: h.Name, Voucher: h.Voucher, Acquired: h.Acquired, Via: via(p.Holdings, i)}
		if last {
			s.end(hop, h)
			continue
		}
		switch p.Holdings[i+1].Made {
		case ledger.VoucherTransfer:
			hop.PaidBy = ByNext
		case ledger.VoucherFinance:
			hop.paid(ByFunder, h.paid(ledger.Financing, ""))
		case ledger.VoucherRecourse:
			hop.paid(ByRecourse, h.paid(ledger.Recourse, ""))
		}
		s.Chain = append(s.Chain, hop)
	}
}

// end adds who held the settled voucher, and who had it in pledge if the money went there.
func (s *Settlement) end(hop Hop, h *Holding) {
	settled := h.paid("", s.Movement)
	if settled == nil || settled.Payee == h.Party {
		hop.paid(ByIssuer, settled)
		s.Chain = append(s.Chain, hop)
		return
	}
	loan := h.paid(ledger.Financing, "")
	hop.paid(ByFunder, loan)
	pledge := Hop{Tier: h.Tier, Party: settled.Payee, Name: settled.PayeeName, Voucher: h.Voucher, Via: "PLEDGE"}
	if loan != nil {
		pledge.Acquired = loan.Date
	}
	pledge.paid(ByIssuer, settled)
	s.Chain = append(s.Chain, hop, pledge)
}

// via says how the holder at a place of the path came by the voucher, before it divided it.
func via(path []Holding, i int) string {
	for path[i].Made == ledger.VoucherSplit { // what is issued is whole
		i--
	}
	return strings.TrimPrefix(string(path[i].Made), "VOUCHER_")
}

// paid answers the last payment of a kind, or the one of that identifier; nil where the reader knows none.
func (h *Holding) paid(kind ledger.Kind, movement string) *Cash {
	for i := range slices.Backward(h.Cash) {
		if c := &h.Cash[i]; c.Movement == movement || kind != "" && c.Kind == kind {
			return c
		}
	}
	return nil
}

// paid notes what a holder got for its voucher.
func (hop *Hop) paid(by PaidBy, c *Cash) {
	if c == nil { // for others to know
		return
	}
	hop.PaidBy, hop.Cash, hop.CashDate = by, c.Movement, c.Date
	if hop.Acquired != "" {
		days := int(ledger.Days(hop.Acquired, c.Date))
		hop.DaysWaited = &days
	}
}
