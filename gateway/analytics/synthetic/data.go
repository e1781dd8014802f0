// Package synthetic estimates what happened to one unit after something began for it alone: the unit is compared with the weighted
// mean of others that went as it did before. Synthetic control: Abadie, Diamond and Hainmueller, "Synthetic Control Methods for
// Comparative Case Studies", Journal of the American Statistical Association 105 (2010) 493–505. Synthetic
// difference-in-differences: Arkhangelsky, Athey, Hirshberg, Imbens and Wager, American Economic Review 111 (2021) 4088–4118.
// Chance is judged by placebos: every other unit is treated as if it had been the one.
package synthetic

import (
	"fmt"
	"math"
	"slices"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/table"
)

// Data is a panel: an outcome, and columns that predict it, for units and periods.
type Data struct {
	Units   []string
	Times   []int                  // in order
	Outcome [][]float64            // [unit][time], NaN: missing
	Columns map[string][][]float64 // further columns for predictors
}

// Columns names the columns of a table.
type Columns struct {
	Unit    string `json:"unit"`
	Time    string `json:"time"`
	Outcome string `json:"outcome"`
}

// Predictor is something that the synthetic unit should share with the treated one before the start: the mean of a column (the
// outcome, too) from one period to another.
type Predictor struct {
	Column string `json:"column"`
	From   int    `json:"from"`
	To     int    `json:"to"`
}

// FromTable reads a panel with the columns that predictors name. Errors: FIELD_MISSING, FIELD_INVALID with row and column,
// ALREADY_EXISTS (a unit and period twice).
func FromTable(t *table.Table, c Columns, predictors []Predictor) (*Data, error) {
	for _, needed := range []struct{ name, column string }{{"unit", c.Unit}, {"time", c.Time}, {"outcome", c.Outcome}} {
		if needed.column == "" {
			return nil, ledger.Refuse(ledger.FieldMissing, fmt.Sprintf("the column of the %s is not named: name it", needed.name), "field", needed.name)
		}
	}
	units, err := t.Text(c.Unit)
	if err != nil {
		return nil, err
	}
	times, err := t.Whole(c.Time)
	if err != nil {
		return nil, err
	}
	if err := t.Unique(c.Unit, c.Time); err != nil {
		return nil, err
	}
	if t.Rows() == 0 {
		return nil, ledger.Refuse(ledger.FieldMissing, "the table has no rows")
	}
	d := &Data{Units: distinct(units), Times: distinct(times), Columns: map[string][][]float64{}}
	place, at := positions(d.Units), positions(d.Times)
	spread := func(column string) ([][]float64, error) {
		values, err := t.Numbers(column)
		if err != nil {
			return nil, err
		}
		out := make([][]float64, len(d.Units))
		for u := range out {
			out[u] = slices.Repeat([]float64{math.NaN()}, len(d.Times))
		}
		for i, v := range values {
			out[place[units[i]]][at[times[i]]] = v
		}
		return out, nil
	}
	if d.Outcome, err = spread(c.Outcome); err != nil {
		return nil, err
	}
	d.Columns[c.Outcome] = d.Outcome
	for _, p := range predictors {
		if d.Columns[p.Column] != nil {
			continue
		}
		if d.Columns[p.Column], err = spread(p.Column); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// check refuses a panel whose parts do not fit: a mistake of the program that made it.
func (d *Data) check() error {
	bad := func(what string) error {
		return ledger.Refuse(ledger.FieldInvalid, "the panel does not fit together: "+what)
	}
	if len(d.Units) == 0 || len(d.Times) == 0 {
		return ledger.Refuse(ledger.FieldMissing, "the panel is empty")
	}
	if !slices.IsSorted(d.Times) || len(slices.Compact(slices.Clone(d.Times))) != len(d.Times) {
		return bad("periods are not in order")
	}
	if len(distinct(d.Units)) != len(d.Units) {
		return bad("a unit is there twice")
	}
	for name, column := range d.Columns {
		if len(column) != len(d.Units) {
			return bad("column " + name)
		}
		for _, line := range column {
			if len(line) != len(d.Times) {
				return bad("column " + name)
			}
		}
	}
	if len(d.Outcome) != len(d.Units) {
		return bad("the outcome")
	}
	for u, line := range d.Outcome {
		if len(line) != len(d.Times) {
			return bad("the outcome")
		}
		for t, y := range line {
			if math.Abs(y) > greatest {
				return ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("the outcome of %.40q in %d is %g: squares of it cannot be computed with", d.Units[u], d.Times[t], y))
			}
		}
	}
	return nil
}

// greatest outcome whose squares and sums of squares are still numbers.
const greatest = 1e100

func distinct[T int | string](values []T) []T {
	out := slices.Clone(values)
	slices.Sort(out)
	return slices.Compact(out)
}

func positions[T comparable](values []T) map[T]int {
	out := make(map[T]int, len(values))
	for i, v := range values {
		out[v] = i
	}
	return out
}
