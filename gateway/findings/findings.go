// Package findings evaluates the rules of supply-chain finance that warn and detect. The ledger refuses what breaks a
// blocking rule; these look at what was recorded. Each rule is a pure function over vouchers, claims, invoices and
// parties, in a file of its own. Its parameters come from the version of the rule in force on the day of the fact, and
// where none is in force the answer says that the rule was skipped. Arithmetic is exact: integers and parts per million.
package findings

import (
	"cmp"
	"context"
	"slices"
	"time"

	"fundtrace/chaincode/ledger"
)

// Finding is a fact that a rule warns of or detects. It accuses nobody: somebody has to look at it.
type Finding struct {
	Rule     string          `json:"rule"`    // such as S-TRM-02
	Version  int             `json:"version"` // of the rule, in force on Date
	Severity string          `json:"severity,omitempty"`
	Mode     ledger.RuleMode `json:"mode"`
	Kind     Kind            `json:"kind"`             // what Subject is
	Subject  string          `json:"subject"`          // voucher, invoice or party; for the market the currency
	Party    string          `json:"party,omitempty"`  // who answers for it
	Others   []string        `json:"others,omitempty"` // the other parties concerned, sorted
	Date     string          `json:"date"`             // of the fact, YYYY-MM-DD
	// Measured broke Allowed; both are decimal integers in Unit. Measured is empty where the fact is that something is
	// missing.
	Measured string            `json:"measured,omitempty"`
	Allowed  string            `json:"allowed,omitempty"`
	Unit     Unit              `json:"unit,omitempty"`
	Message  string            `json:"message"`            // a sentence
	Detail   map[string]string `json:"detail,omitempty"`   // further figures, named by each rule; amounts in minor units
	Evidence []string          `json:"evidence,omitempty"` // vouchers, claims, invoices, movements to look at, at most 50
}

// Kind is what a finding is about.
type Kind string

// The kinds of subjects.
const (
	OfVoucher Kind = "VOUCHER"
	OfInvoice Kind = "INVOICE"
	OfParty   Kind = "PARTY"
	OfMarket  Kind = "MARKET" // all outstanding vouchers in one currency
)

// Unit is what Measured and Allowed count.
type Unit string

// The units.
const (
	Days  Unit = "days"
	PPM   Unit = "ppm"
	Fen   Unit = "fen" // minor units of the currency that Detail names
	Count Unit = "count"
)

// Filter narrows an answer. Empty fields do not narrow.
type Filter struct {
	Rule     string // evaluates no other rule
	Severity string // CRITICAL, HIGH, MEDIUM, LOW
	Party    string // answers for it, or is concerned otherwise
	Subject  string
	Most     int // findings to answer at most; 0 means 10,000
	MostRows int // vouchers, claims, invoices and parties to read at most, each; 0 means 200,000
}

const (
	defaultMost     = 10_000
	defaultMostRows = 200_000
	mostEvidence    = 50
)

// Answer is what the rules found as of a day.
type Answer struct {
	AsOf     string    `json:"as_of"`
	Findings []Finding `json:"findings"` // by rule, date, subject
	Total    int       `json:"total"`    // that match; Findings holds the first of them
	Skipped  []Skip    `json:"skipped"`  // by rule and reason
	Scanned  Scanned   `json:"scanned"`
}

// Scanned counts the rows that the rules looked at.
type Scanned struct {
	Vouchers int `json:"vouchers"`
	Claims   int `json:"claims"`
	Invoices int `json:"invoices"`
	Parties  int `json:"parties"`
}

// check is one rule: its identifier, whether it is only true of all vouchers there are, and the function.
type check struct {
	rule  string
	whole bool
	find  func(*world, *judge)
}

// checks is every rule of the package, by identifier.
var checks = []check{
	{"S-CON-01", true, concentration},
	{"S-FIN-02", false, priorSearch},
	{"S-FIN-03N", false, lookAlikes},
	{"S-FIN-06", false, cost},
	{"S-ISS-01", true, quota},
	{"S-SET-01", false, lateSettlement},
	{"S-SPL-02", false, abnormalSplitting},
	{"S-TRF-01", false, undocumentedTransfer},
	{"S-TRF-02", false, circularTrade},
	{"S-TRM-02", false, longTerm},
	{"S-TRM-03", false, paymentClock},
	{"S-TRM-04", false, stretching},
}

// Rules answers the identifiers of the rules that the package evaluates, sorted.
func Rules() []string {
	out := make([]string, len(checks))
	for i, c := range checks {
		out[i] = c.rule
	}
	return out
}

// Evaluate applies the rules to what the source holds, as it stood at the end of the day asOf by the dates of the steps:
// what is dated later is left out, whenever it was recorded. rules holds what was published, by identifier. The order of
// the source's rows does not matter. Errors: DATE_INVALID, FIELD_INVALID for a rule that is not one of Rules, TOO_LARGE
// for more rows than the filter allows, the context's, and those of the source.
func Evaluate(ctx context.Context, src Source, rules map[string]*ledger.RuleHistory, asOf string, f Filter) (*Answer, error) {
	if _, err := time.Parse(time.DateOnly, asOf); err != nil {
		return nil, ledger.Refuse(ledger.DateInvalid, "as_of takes a calendar date as YYYY-MM-DD", "field", "as_of")
	}
	wanted := slices.DeleteFunc(slices.Clone(checks), func(c check) bool { return f.Rule != "" && f.Rule != c.rule })
	if len(wanted) == 0 {
		return nil, ledger.Refuse(ledger.FieldInvalid, "rule names none of the rules that warn or detect here: leave it out for all", "field", "rule")
	}
	w, err := read(ctx, src, asOf, cmp.Or(f.MostRows, defaultMostRows))
	if err != nil {
		return nil, err
	}
	a := &Answer{AsOf: asOf, Findings: []Finding{}, Skipped: []Skip{}, Scanned: w.scanned}
	for _, c := range wanted {
		j := &judge{rule: c.rule, history: rules[c.rule], skips: map[Skip]int{}}
		switch {
		case j.history == nil || len(j.history.Versions) == 0:
			j.skip(NotPublished, "")
		case c.whole && !src.Whole():
			j.skip(PartialView, "")
		default:
			c.find(w, j)
		}
		if w.failed != nil {
			return nil, w.failed
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		a.Findings = append(a.Findings, slices.DeleteFunc(j.found, func(x Finding) bool { return !f.takes(&x) })...)
		a.Skipped = append(a.Skipped, j.skipped()...)
	}
	slices.SortFunc(a.Findings, inOrder)
	a.Total = len(a.Findings)
	a.Findings = a.Findings[:min(a.Total, cmp.Or(f.Most, defaultMost))]
	return a, nil
}

func (f *Filter) takes(x *Finding) bool {
	return (f.Severity == "" || f.Severity == x.Severity) && (f.Subject == "" || f.Subject == x.Subject) &&
		(f.Party == "" || f.Party == x.Party || slices.Contains(x.Others, f.Party))
}

// inOrder is a total order: two findings that agree in all of it are the same.
func inOrder(a, b Finding) int {
	return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Date, b.Date), cmp.Compare(a.Subject, b.Subject),
		cmp.Compare(a.Detail["what"], b.Detail["what"]), cmp.Compare(a.Party, b.Party), cmp.Compare(a.Measured, b.Measured),
		cmp.Compare(a.Message, b.Message), slices.Compare(a.Evidence, b.Evidence))
}
