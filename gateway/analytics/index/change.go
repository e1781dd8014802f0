package index

import (
	"fmt"

	"fundtrace/chaincode/ledger"
)

// Change is how one node of one unit went from a year to another. A score is a place in a frozen panel: Points is the
// difference of places, not a rate, and Relative is what is left of it after the mean of all units moved. Growth is a rate, of the raw
// value of an indicator.
type Change struct {
	Unit      string `json:"unit"`
	Code      string `json:"code"`
	From      int    `json:"from"`
	To        int    `json:"to"`
	ScoreFrom Number `json:"score_from"`
	ScoreTo   Number `json:"score_to"`
	Points    Number `json:"points"`
	Relative  Number `json:"relative_points"`
	RankFrom  int    `json:"rank_from,omitempty"`
	RankTo    int    `json:"rank_to,omitempty"`
	// Of indicators:
	RawFrom   *Number `json:"raw_from,omitempty"`
	RawTo     *Number `json:"raw_to,omitempty"`
	Growth    *Number `json:"raw_growth_percent,omitempty"`
	ShareFrom *Number `json:"share_from,omitempty"` // percent of all units
	ShareTo   *Number `json:"share_to,omitempty"`
}

// Changes lists how every node of every unit, or of one, went from a year to another; unit is empty for all. Units that one
// of the years does not have are left out. Errors: FIELD_INVALID (a year or unit that the result does not have).
func (r *Result) Changes(unit string, from, to int) ([]Change, error) {
	start, ok := r.Mean(from)
	if !ok {
		return nil, noYear(from)
	}
	end, ok := r.Mean(to)
	if !ok {
		return nil, noYear(to)
	}
	var out []Change
	for i := range r.Rows {
		first := &r.Rows[i]
		if first.Year != from || (unit != "" && first.Unit != unit) {
			continue
		}
		last, ok := r.Row(first.Unit, to)
		if !ok {
			continue
		}
		for _, n := range r.Nodes {
			out = append(out, change(first, last, n.Code, end.Scores[n.Code]-start.Scores[n.Code]))
		}
	}
	if len(out) == 0 {
		return nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("no rows of %.40q in both %d and %d", unit, from, to), "unit", unit)
	}
	return out, nil
}

func change(first, last *Row, code string, tide Number) Change {
	a, b := first.Nodes[code], last.Nodes[code]
	c := Change{Unit: first.Unit, Code: code, From: first.Year, To: last.Year, ScoreFrom: a.Score, ScoreTo: b.Score, Points: b.Score - a.Score,
		RankFrom: a.Rank, RankTo: b.Rank, RawFrom: a.Raw, RawTo: b.Raw, ShareFrom: a.Share, ShareTo: b.Share}
	c.Relative = c.Points - tide
	if a.Raw != nil && b.Raw != nil {
		growth := None()
		if *a.Raw > 0 {
			growth = 100 * (*b.Raw / *a.Raw - 1)
		}
		c.Growth = &growth
	}
	return c
}

func noYear(year int) error {
	return ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("the result has no year %d", year), "year", fmt.Sprint(year))
}

// SameBase refuses to set results beside each other that were compared with different bases or computed by different options:
// a score of one is not a score of the other. Errors: FIELD_INVALID.
func SameBase(a, b *Result) error {
	if a.Base.ID != b.Base.ID {
		return ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("the results have different base panels, %s and %s: score both against one frozen base", a.Base.ID, b.Base.ID), "base", b.Base.ID)
	}
	if a.Profile.ID != b.Profile.ID || a.Profile.Version != b.Profile.Version || a.Engine != b.Engine || !a.Method.equal(b.Method) {
		return ledger.Refuse(ledger.FieldInvalid, "the results have different profiles, methods or versions of the computation: compute both in the same way")
	}
	return nil
}
