package ledger

import "slices"

// place is what an account is to the rules: where money may come from and go to.
type place string

const (
	outside   place = "outside"    // no account here: where roots come from, where spent money goes
	fund      place = "fund"       // the custody account of an established fund
	company   place = "enterprise" // an ordinary or supervised account
	treasury  place = "treasury"
	published place = "published"
)

func placeOf(a *Account) place {
	switch {
	case a == nil:
		return outside
	case a.Purpose == Published:
		return published
	case a.Purpose == Treasury:
		return treasury
	case a.Purpose == Custody && a.Fund != "":
		return fund
	case a.Purpose == Custody: // no fund established on it: nothing may move
		return ""
	}
	return company
}

// route is one allowed way of a kind of movement.
type route struct{ from, to place }

// routes lists every allowed way. What is not listed is refused (domain: money graph, off-custody payment G-INV-11).
var routes = map[Kind][]route{
	Contribution: {{outside, fund}, {treasury, fund}, {fund, fund}, {company, fund}, {outside, published}, {published, published}},
	OwnFunds:     {{outside, company}},
	Disbursement: {{fund, company}, {published, published}},
	Use:          {{company, company}, {company, outside}, {published, outside}, {published, published}},
	Return:       {{company, fund}},
	Distribution: {{fund, fund}, {fund, treasury}, {fund, company}, {fund, outside}},
	Fee:          {{fund, company}, {fund, outside}},
	Transfer:     {{published, published}},

	UnknownOrigin: {{outside, published}},

	Financing:  {{company, company}},
	Settlement: {{company, company}},
	Recourse:   {{company, company}},
}

// checkRoute refuses a kind that does not go between the two accounts, and figures that nobody confirmed beside money
// that banks keep. Errors: ROUTE_NOT_ALLOWED, PUBLISHED_ONLY.
func checkRoute(op OpType, kind Kind, from, to *Account) *Error {
	f, t := placeOf(from), placeOf(to)
	figures := f == published || t == published
	mixed := figures && (f != published && f != outside || t != published && t != outside)
	if figures != (op == MovementDeclare) || mixed {
		return Refuse(PublishedOnly, "published figures are declared, between published accounts; money that banks keep is instructed or settled")
	}
	if !slices.Contains(routes[kind], route{f, t}) {
		return Refuse(RouteNotAllowed, "a movement of kind "+quote(string(kind))+" does not go from "+describe(f)+" to "+describe(t),
			"kind", clip(string(kind)), "from", string(f), "to", string(t))
	}
	return nil
}

func describe(p place) string {
	switch p {
	case outside:
		return "outside"
	case "":
		return "a custody account without a fund"
	}
	return "a " + string(p) + " account"
}

// checkInstructor refuses an instruction by anyone but whose money it is: a fund's manager, an account's owner, the
// finance bureau for the treasury and for contributions from outside. Errors: NOT_OWNER, FUND_UNKNOWN.
func (a *applier) checkInstructor(from *Account) error {
	switch placeOf(from) {
	case fund:
		f, err := a.fund(from.Fund)
		if err != nil {
			return err
		}
		if f == nil {
			return unknownFund(from.Fund)
		}
		return orNil(a.by.mustBe(f.Manager, "fund "+f.ID, false))
	case company:
		return orNil(a.by.mustBe(from.Owner, "account "+from.ID, false))
	}
	if a.by.MSP != FinanceMSP {
		return Refuse(NotOwner, "money of the treasury is instructed by the finance bureau")
	}
	return nil
}

// orNil keeps a nil *Error from becoming a non-nil error.
func orNil(e *Error) error {
	if e == nil {
		return nil
	}
	return e
}
