package findings_test

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/findings"
	"fundtrace/gateway/rulepack"
)

// today is the day of most answers, a Friday.
const today = "2026-10-30"

// rows is a source that holds what a test puts into it.
type rows struct {
	vouchers []*ledger.VoucherNode
	claims   []*ledger.Claim
	invoices []*ledger.Invoice
	parties  []*ledger.Party
	since    map[string]string
	partial  bool
	broken   error
}

func seq[T any](list []*T, err error) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for _, v := range list {
			if !yield(v, nil) {
				return
			}
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

func (s *rows) Vouchers(context.Context) iter.Seq2[*ledger.VoucherNode, error] {
	return seq(s.vouchers, s.broken)
}
func (s *rows) Claims(context.Context) iter.Seq2[*ledger.Claim, error] { return seq(s.claims, nil) }
func (s *rows) Invoices(context.Context) iter.Seq2[*ledger.Invoice, error] {
	return seq(s.invoices, nil)
}
func (s *rows) Parties(context.Context) iter.Seq2[*ledger.Party, error] { return seq(s.parties, nil) }
func (s *rows) Whole() bool                                             { return !s.partial }

func (s *rows) Registered(_ context.Context, party string) (string, error) {
	return s.since[party], nil
}

func (s *rows) Calendars(context.Context) (map[int]*ledger.Calendar, error) {
	years := map[int]*ledger.Calendar{}
	for _, c := range rulepack.Calendars() {
		years[c.Year] = &c
	}
	return years, nil
}

func pack() map[string]*ledger.RuleHistory {
	rules := map[string]*ledger.RuleHistory{}
	for _, r := range rulepack.SCF() {
		if rules[r.ID] == nil {
			rules[r.ID] = &ledger.RuleHistory{}
		}
		rules[r.ID].Versions = append(rules[r.ID].Versions, r)
	}
	return rules
}

func (s *rows) party(id, group string) {
	s.parties = append(s.parties, &ledger.Party{ID: id, Group: group})
}

// claim is a confirmed receivable of a small creditor against a large debtor.
func (s *rows) claim(id, creditor, debtor string, amount int64, delivery string) *ledger.Claim {
	c := &ledger.Claim{ID: id, Creditor: creditor, Debtor: debtor, Amount: amount, Currency: "CNY", DeliveryDate: delivery, ContractDate: delivery,
		CreditorSize: "SMALL", DebtorSize: "LARGE", Confirmed: &ledger.Signature{Date: delivery}}
	s.claims = append(s.claims, c)
	return c
}

func event(n *ledger.VoucherNode, op ledger.OpType, state ledger.VoucherState, date string) *ledger.VoucherEvent {
	n.Events = append(n.Events, ledger.VoucherEvent{Seq: len(n.Events) + 1, Op: op, State: state, Date: date})
	n.State = state
	return &n.Events[len(n.Events)-1]
}

// issued is an accepted voucher on a claim.
func (s *rows) issued(lot string, c *ledger.Claim, face int64, date, maturity string) *ledger.VoucherNode {
	n := &ledger.VoucherNode{Lot: lot, Root: lot, Claim: c.ID, Issuer: c.Debtor, Holder: c.Creditor, Face: face, Currency: c.Currency,
		Issued: date, Maturity: maturity, AcceptBy: date, Tier: 1, Via: "ISSUE"}
	event(n, ledger.VoucherDraft, ledger.VoucherDrafted, date)
	event(n, ledger.VoucherSign, ledger.VoucherIssued, date)
	event(n, ledger.VoucherAccept, ledger.VoucherActive, date)
	s.vouchers = append(s.vouchers, n)
	return n
}

func (s *rows) child(n *ledger.VoucherNode, k int, face int64, op ledger.OpType, state ledger.VoucherState, date string) *ledger.VoucherNode {
	c := *n
	c.Lot, c.Parent, c.Face, c.Settled, c.Due, c.Interest, c.Events = fmt.Sprintf("%s.%d", n.Lot, k), n.Lot, face, 0, "", 0, nil
	event(&c, op, state, date)
	s.vouchers = append(s.vouchers, &c)
	return &c
}

func (s *rows) split(n *ledger.VoucherNode, date string, faces ...int64) []*ledger.VoucherNode {
	event(n, ledger.VoucherDivide, ledger.VoucherDivided, date)
	var out []*ledger.VoucherNode
	for k, f := range faces {
		c := s.child(n, k, f, ledger.VoucherDivide, ledger.VoucherActive, date)
		c.Depth++
		out = append(out, c)
	}
	return out
}

// passed hands a voucher on; the document goes with the offer.
func (s *rows) passed(n *ledger.VoucherNode, to, date, document string) *ledger.VoucherNode {
	event(n, ledger.VoucherOffer, ledger.TransferPending, date).Document = document
	event(n, ledger.VoucherTake, ledger.VoucherPassedOn, date)
	c := s.child(n, 0, n.Face, ledger.VoucherTake, ledger.VoucherActive, date)
	c.Holder, c.Via, c.From, c.Tier = to, "TRANSFER", n.Holder, n.Tier+1
	return c
}

// sold finances a voucher at a rate, ACT/360; it is searched on one day and registered and paid on another.
func (s *rows) sold(n *ledger.VoucherNode, funder, date string, ratePPM int64, searched string) *ledger.VoucherNode {
	event(n, ledger.VoucherApply, ledger.FinancePending, date)
	event(n, ledger.VoucherFund, ledger.VoucherPassedOn, date)
	c := s.child(n, 0, n.Face, ledger.VoucherFund, ledger.VoucherFinanced, date)
	c.Holder, c.Via, c.From = funder, "FINANCE", n.Holder
	c.Financing = financing(funder, ledger.Sale, n.Face, ratePPM, date, n.Maturity, searched)
	return c
}

func financing(funder, mode string, face, ratePPM int64, date, due, searched string) *ledger.Facts {
	f := &ledger.Facts{Terms: ledger.Terms{Funder: funder, Mode: mode, RatePPM: ratePPM, DayCount: ledger.Actual360}, Date: date, Days: ledger.Days(date, due),
		Registration: ledger.Registration{Number: "R1", Date: date, Searched: searched, Search: "result"}, Cash: "cash"}
	f.Net = face
	if mode == ledger.Sale {
		f.Discount = ledger.Discount(face, ratePPM, f.Days, f.DayCount)
		f.Net -= f.Discount
	}
	if searched == "" {
		f.Registration.Search = ""
	}
	return f
}

// paid settles an amount of a voucher that is due, with the interest of 0.05 % a day that the ledger computes.
func paid(n *ledger.VoucherNode, amount int64, due, date string) {
	if n.Due == "" {
		n.Due = due
		event(n, ledger.VoucherMature, ledger.VoucherDue, due)
	}
	state, open, since := ledger.PartiallySettled, n.Face-n.Settled, due
	if amount == open {
		state = ledger.VoucherSettled
	}
	for _, e := range n.Events {
		if e.Op == ledger.VoucherPay && e.Date > since {
			since = e.Date
		}
	}
	e := event(n, ledger.VoucherPay, state, date)
	e.Amount, e.Cash = amount, "cash:"+date
	n.Settled += amount
	if date > due {
		e.DaysLate, e.Interest = ledger.Days(due, date), ledger.LateInterest(open, 500, ledger.Days(since, date))
		n.Interest += e.Interest
	}
}

// clean is a world in which nothing is to be found: five issuers with outstanding vouchers of 500,000 each; some were
// split, passed on with a document or sold, one was paid in time.
func clean() *rows {
	s := &rows{since: map[string]string{}}
	var last *ledger.VoucherNode
	for k := 1; k <= 5; k++ {
		issuer, supplier := fmt.Sprint("issuer", k), fmt.Sprint("supplier", k)
		s.party(issuer, "")
		s.party(supplier, "")
		c := s.claim(fmt.Sprint("claim", k), supplier, issuer, 1_000_000, "2026-09-20")
		last = s.issued(fmt.Sprint("v", k), c, 500_000, "2026-09-25", "2026-11-10")
		s.invoices = append(s.invoices, &ledger.Invoice{Fingerprint: fmt.Sprint("invoice", k), Seller: supplier, Buyer: issuer, Date: "2026-09-20",
			Amount: 1_000_000, Near: []string{fmt.Sprint("near", k)}})
	}
	pieces := s.split(last, "2026-09-28", 200_000, 290_000, 10_000)
	s.passed(pieces[0], "deeper", "2026-09-29", "document")
	s.sold(pieces[1], "factor", "2026-09-29", 36_000, "2026-09-26")
	done := s.issued("done", s.claim("claim6", "supplier1", "issuer1", 300_000, "2026-06-01"), 300_000, "2026-06-02", "2026-07-25")
	paid(done, 300_000, "2026-07-27", "2026-07-27") // due on a Saturday, paid on the Monday after it
	return s
}

// summary is the part of a finding that tables compare.
func summary(f findings.Finding) string {
	out := fmt.Sprintf("%s %s %s", f.Rule, f.Subject, f.Date)
	if w := f.Detail["what"]; w != "" {
		out += " " + w
	}
	if f.Unit != "" {
		out += fmt.Sprintf(" %s>%s %s", f.Measured, f.Allowed, f.Unit)
	}
	return out
}

func evaluate(t *testing.T, s findings.Source, rules map[string]*ledger.RuleHistory, asOf string, f findings.Filter) *findings.Answer {
	t.Helper()
	a, err := findings.Evaluate(t.Context(), s, rules, asOf, f)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// planted evaluates every rule of the pack on the clean world and what was planted in it, and expects exactly the findings.
func planted(t *testing.T, plant func(*rows), want ...string) *findings.Answer {
	t.Helper()
	s := clean()
	plant(s)
	a := evaluate(t, s, pack(), today, findings.Filter{})
	var got []string
	for _, f := range a.Findings {
		got = append(got, summary(f))
		if f.Message == "" || f.Party == "" && f.Kind != findings.OfMarket || slices.Contains(f.Others, f.Party) || f.Version != 1 || f.Mode == "" || f.Severity == "" {
			t.Errorf("finding is not complete: %+v", f)
		}
	}
	compare(t, got, want)
	return a
}

// expect evaluates one rule and expects exactly the findings.
func expect(t *testing.T, s *rows, rule string, want ...string) {
	t.Helper()
	var got []string
	for _, f := range evaluate(t, s, pack(), today, filter(rule)).Findings {
		got = append(got, summary(f))
	}
	compare(t, got, want)
}

func compare(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("found\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}
