// Package report answers a whole diagnosis in one call: what the command line and the API ask alike. It takes the paper's
// numbers, a table of published scores, or raw counts that it makes an index of; compares the region; judges the challenges
// on every version of the data; says on what they agree; and ends with what to try and how one would see it work.
package report

import (
	"fmt"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/diagnose"
	indexreport "fundtrace/gateway/analytics/index/report"
	"fundtrace/gateway/analytics/remedy"
)

// Where the numbers come from.
const (
	FromPaper  = "paper"  // the published numbers of Liaoning
	FromScores = "scores" // a table of scores and ranks: region, year, dimension, score, rank
	FromCounts = "counts" // raw counts, of which an index is made
)

// Request says whom to diagnose, on what, and what to compare with.
type Request struct {
	From string `json:"source"` // paper, scores, counts; empty: paper

	Region     string   `json:"region,omitempty"`     // empty: Liaoning
	Start      int      `json:"start,omitempty"`      // first year; 0: the first that there is
	End        int      `json:"end,omitempty"`        // last year
	Against    []string `json:"against,omitempty"`    // other regions; nil: Guangdong and Zhejiang where the table has all regions
	Neighbours bool     `json:"neighbours,omitempty"` // add the provinces that share a border
	Places     int      `json:"places,omitempty"`     // of a strength or weakness; 0: 3

	Vintage string `json:"vintage,omitempty"` // of the paper: table, text, both; empty: both

	Of  int    `json:"of,omitempty"`  // of scores: how many regions are ranked
	Top string `json:"top,omitempty"` // of scores: which dimension is the composite; empty: index

	Index    indexreport.Request `json:"index,omitzero"`     // of counts: profile, columns, method, base
	Survival string              `json:"survival,omitempty"` // of counts: column with the survival of entrants, a measure of quality

	Rules  *diagnose.Rules    `json:"rules,omitempty"`  // nil: the paper's three challenges
	Values map[string]float64 `json:"values,omitempty"` // of parameters

	Uncertainty *diagnose.Uncertainty `json:"uncertainty,omitempty"` // of counts: rank intervals; nil: none

	Catalogue *remedy.Catalogue `json:"catalogue,omitempty"` // nil: the one that is shipped
	Measures  *remedy.Recorded  `json:"measures,omitempty"`  // of the ledger, before and after; nil: none
}

// Check refuses what cannot be answered, and fills what is left empty. Errors: FIELD_INVALID.
func (r *Request) check() error {
	if r.From == "" {
		r.From = FromPaper
	}
	if r.Rules == nil {
		r.Rules = diagnose.Builtin()
	}
	if err := r.Rules.Check(); err != nil {
		return err
	}
	if r.Catalogue == nil {
		r.Catalogue = remedy.Builtin()
	}
	if err := r.Catalogue.Check(); err != nil {
		return err
	}
	switch r.From {
	case FromCounts:
	case FromPaper, FromScores:
		if r.Uncertainty != nil {
			return ledger.Refuse(ledger.FieldInvalid, "rank intervals need the counts of all regions: published scores of one region carry none", "field", "uncertainty")
		}
		if r.Survival != "" {
			return ledger.Refuse(ledger.FieldInvalid, "survival is a column of a table of counts", "field", "survival")
		}
	default:
		return ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("there is no source %.40q: use paper, scores or counts", r.From), "field", "source")
	}
	if r.From != FromPaper && r.Vintage != "" {
		return ledger.Refuse(ledger.FieldInvalid, "vintages are of the paper's numbers", "field", "vintage")
	}
	return nil
}
