package index

import (
	"fmt"
	"math"
	"slices"

	"fundtrace/chaincode/ledger"
)

// Imputed is a value that was missing and was filled in.
type Imputed struct {
	Unit  string  `json:"unit"`
	Year  int     `json:"year,omitempty"`
	Code  string  `json:"code"`
	Value float64 `json:"value"` // after denominators
}

// impute fills the gaps of an indicator in place. Means and medians are of the rows of the same year, and group, that have a
// value; a base from elsewhere is filled from its own rows.
func (e *Engine) impute(n *Node, x []float64, how string) ([]Imputed, error) {
	var gaps []int
	for i, v := range x {
		if math.IsNaN(v) {
			gaps = append(gaps, i)
		}
	}
	if len(gaps) == 0 || how == "omit" {
		return nil, nil
	}
	known := slices.Clone(x)
	if (how == "group-mean" || how == "group-median") && e.rows.groups == nil {
		return nil, badOption("missing", "is "+how+", but no column of groups was named for the table and the base panel")
	}
	var done []Imputed
	for _, i := range gaps {
		v := math.NaN()
		switch how {
		case "zero":
			v = 0
		case "mean", "group-mean":
			v = mean(e.peers(known, i, how == "group-mean"))
		case "median", "group-median":
			v = median(e.peers(known, i, how == "group-median"))
		case "interpolate":
			v = e.interpolate(known, i)
		}
		if math.IsNaN(v) {
			return nil, e.missing(n, i, how)
		}
		x[i] = v
		if i < e.shown {
			done = append(done, Imputed{e.rows.units[i], e.rows.years[i], n.Code, v})
		}
	}
	return done, nil
}

func (e *Engine) missing(n *Node, i int, how string) error {
	why := "the value is missing: fill it in, or say what to do with gaps (option missing)"
	if how != "refuse" {
		why = fmt.Sprintf("the value is missing, and %s finds nothing to fill it with", how)
	}
	refusal := e.rows.bad(n.column(), i, why)
	refusal.Code = ledger.FieldMissing
	return refusal
}

// peers answers the known values of the rows of the same year, and group.
func (e *Engine) peers(x []float64, i int, grouped bool) []float64 {
	var out []float64
	for _, s := range e.spans {
		if i < s[0] || i >= s[1] {
			continue
		}
		for j := s[0]; j < s[1]; j++ {
			if !math.IsNaN(x[j]) && (!grouped || e.rows.groups[j] == e.rows.groups[i]) {
				out = append(out, x[j])
			}
		}
	}
	return out
}

// interpolate lies on the line between the nearest years of the unit before and after that have a value.
func (e *Engine) interpolate(x []float64, i int) float64 {
	from, to := 0, e.shown
	if i >= e.shown {
		from, to = e.shown, len(x)
	}
	before, after := -1, -1
	for j := from; j < to; j++ { // rows are by year
		if e.rows.units[j] != e.rows.units[i] || math.IsNaN(x[j]) {
			continue
		}
		if j < i {
			before = j
		} else if after < 0 {
			after = j
		}
	}
	if before < 0 || after < 0 {
		return math.NaN()
	}
	years := float64(e.rows.years[after] - e.rows.years[before])
	return x[before] + (x[after]-x[before])*float64(e.rows.years[i]-e.rows.years[before])/years
}

func mean(x []float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

func median(x []float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	slices.Sort(x)
	middle := len(x) / 2
	if len(x)%2 == 1 {
		return x[middle]
	}
	return (x[middle-1] + x[middle]) / 2
}
