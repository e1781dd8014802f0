package index

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/table"
)

// Keys says which columns of a table name its rows.
type Keys struct {
	Unit  string   // region, country: required
	Time  string   // year; empty for a table of one year
	Group string   // of units, for group means; may be empty
	Extra []string // columns that a method divides by, beyond those the profile declares
}

// Panel is the rows of a table that an index is made of, by year and then by unit, so that the order of the table does not
// matter. Values are as given; NaN where missing.
type Panel struct {
	timed  bool
	units  []string
	years  []int
	groups []string // nil without
	rows   []int    // of the table, counted from 0 below the header, for messages; -1 where there is none
	values map[string][]float64
	notes  []string
}

// Rows is the number of unit-years.
func (p *Panel) Rows() int { return len(p.units) }

// Years lists the years of the panel in order; a table without a year has the one year 0.
func (p *Panel) Years() []int { return slices.Compact(slices.Clone(p.years)) }

// Units lists the units of the panel in order.
func (p *Panel) Units() []string {
	units := slices.Sorted(slices.Values(p.units))
	return slices.Compact(units)
}

// Notes says what of the table looks wrong but was not refused.
func (p *Panel) Notes() []string { return p.notes }

// Read takes the columns that a profile needs out of a table. Errors, each with row and column: FIELD_MISSING (a column, a
// key), FIELD_INVALID (not a number, not of the indicator's kind), ALREADY_EXISTS (two rows of one unit and year).
func Read(t *table.Table, p *Profile, k Keys) (*Panel, error) {
	if t.Rows() == 0 {
		return nil, ledger.Refuse(ledger.FieldMissing, "the table has a header but no rows")
	}
	keys := []string{k.Unit}
	if k.Time != "" {
		keys = append(keys, k.Time)
	}
	if err := t.Unique(keys...); err != nil {
		return nil, err
	}
	units, err := t.Text(k.Unit)
	if err != nil {
		return nil, err
	}
	years := make([]int, t.Rows())
	if k.Time != "" {
		if years, err = t.Whole(k.Time); err != nil {
			return nil, err
		}
	}
	order := make([]int, t.Rows())
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(years[a], years[b]), cmp.Compare(units[a], units[b]))
	})
	panel := &Panel{timed: k.Time != "", rows: order, units: pick(units, order), years: pick(years, order), values: map[string][]float64{}}
	if k.Group != "" {
		groups, err := t.Text(k.Group)
		if err != nil {
			return nil, err
		}
		panel.groups = pick(groups, order)
	}
	return panel, panel.readColumns(t, p, k.Extra)
}

func (p *Panel) readColumns(t *table.Table, profile *Profile, extra []string) error {
	add := func(column string) ([]float64, error) {
		if values, ok := p.values[column]; ok {
			return values, nil
		}
		values, err := t.Numbers(column)
		if err != nil {
			return nil, err
		}
		p.values[column] = pick(values, p.rows)
		return p.values[column], nil
	}
	for _, leaf := range newTree(profile).leafNodes() {
		values, err := add(leaf.column())
		if err != nil {
			return err
		}
		if err := p.checkKind(leaf, values); err != nil {
			return err
		}
		p.noteJumps(leaf.column(), values)
		if leaf.Denominator != "" && t.Has(leaf.Denominator) {
			if _, err := add(leaf.Denominator); err != nil {
				return err
			}
		}
	}
	for _, column := range extra {
		if _, err := add(column); err != nil {
			return err
		}
	}
	return nil
}

// checkKind refuses values that the indicator's kind cannot have: the sign of another unit or of shifted columns.
func (p *Panel) checkKind(n *Node, values []float64) error {
	for i, v := range values {
		why, hint := "", ""
		switch {
		case n.Kind == "" || math.IsNaN(v):
		case v < 0:
			why = "is negative"
		case n.Kind == Count && v != math.Trunc(v):
			why, hint = "is no whole number", ": is the column in thousands, or a rate?"
		case n.Kind == PerCnt && v > 100:
			why = "is above 100"
		case n.Kind == Share && v > 1:
			why, hint = "is above 1", ": is the column in percent?"
		}
		if why != "" {
			return p.bad(n.column(), i, fmt.Sprintf("%g %s, but %s is a %s%s", v, why, n.Code, n.Kind, hint))
		}
	}
	return nil
}

// unitJump is the factor from one year to the next that no region grows by: the unit has probably changed.
const unitJump = 1000

// maxNotes bounds what is noted of one column.
const maxNotes = 5

func (p *Panel) noteJumps(column string, values []float64) {
	last := map[string]int{}
	noted := 0
	for i, v := range values {
		if math.IsNaN(v) {
			continue
		}
		before, ok := last[p.units[i]]
		last[p.units[i]] = i
		if !ok || noted == maxNotes || min(v, values[before]) < 10 { // small numbers do jump
			continue
		}
		if ratio := v / values[before]; ratio >= unitJump || ratio <= 1.0/unitJump {
			p.notes = append(p.notes, fmt.Sprintf("row %d, column %s: %g after %g in %d: is it the same unit?", p.rows[i]+2, column, v, values[before], p.years[before]))
			noted++
		}
	}
}

// bad is a refusal that names the row of the table.
func (p *Panel) bad(column string, i int, why string) *ledger.Error {
	if p.rows == nil || p.rows[i] < 0 {
		return ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("base panel, %s %d, column %s: %s", p.units[i], p.years[i], column, why), "column", column)
	}
	return table.Bad(column, p.rows[i], why)
}

// only answers the rows of the panel that lie between two years.
func (p *Panel) only(from, to int) *Panel {
	var keep []int
	for i, y := range p.years {
		if from <= y && y <= to {
			keep = append(keep, i)
		}
	}
	out := &Panel{timed: p.timed, units: pick(p.units, keep), years: pick(p.years, keep), values: map[string][]float64{}}
	if p.rows != nil {
		out.rows = pick(p.rows, keep)
	}
	if p.groups != nil {
		out.groups = pick(p.groups, keep)
	}
	for column, values := range p.values {
		out.values[column] = pick(values, keep)
	}
	return out
}

// pick answers the values at places.
func pick[T any](values []T, at []int) []T {
	out := make([]T, len(at))
	for i, j := range at {
		out[i] = values[j]
	}
	return out
}
