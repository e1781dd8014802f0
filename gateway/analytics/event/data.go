// Package event estimates what happened to units after something began for them at different times: group-time average
// treatment effects and their event study, after Callaway and Sant'Anna, "Difference-in-Differences with Multiple Time Periods",
// Journal of Econometrics 225 (2021) 200–230.
package event

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/table"
)

// Data is a long panel: one row for each unit and period, in any order.
type Data struct {
	Unit    []string
	Time    []int     // period, such as a year
	Outcome []float64 // NaN: missing
	Start   []int     // first period in which the unit is treated; 0: never. Constant within a unit
	// Weight is what a unit counts for, constant within it; nil: all the same.
	Weight []float64
	// Cluster is the group within which units may move together, constant within a unit; nil: each unit its own.
	Cluster []string
	// Covariates are what parallel trends hold given; a cell takes them from its base period. Names are in the same order.
	Covariates [][]float64
	Names      []string
}

// Columns names the columns of a table. Weight, Cluster and Covariates may be empty.
type Columns struct {
	Unit       string   `json:"unit"`
	Time       string   `json:"time"`
	Outcome    string   `json:"outcome"`
	Start      string   `json:"start,omitempty"` // 0, empty or NA: never treated
	Weight     string   `json:"weight,omitempty"`
	Cluster    string   `json:"cluster,omitempty"`
	Covariates []string `json:"covariates,omitempty"`
	// Flow is a column from which the start is taken where none is named: the first period in which it reaches the threshold. A
	// missing flow reaches nothing.
	Flow      string  `json:"flow,omitempty"`
	Threshold float64 `json:"threshold,omitempty"`
	// Transform of the outcome: empty for none, log, log1p (the logarithm of 1 + y, for counts).
	Transform string `json:"transform,omitempty"`
}

// FromTable reads a panel. Errors: FIELD_MISSING (a column, a key), FIELD_INVALID with row and column (no number, a weight
// that is not positive, a start, weight or cluster that changes within a unit), ALREADY_EXISTS (a unit and period twice).
func FromTable(t *table.Table, c Columns) (*Data, error) {
	for _, needed := range []struct{ name, column string }{{"unit", c.Unit}, {"time", c.Time}, {"outcome", c.Outcome}, {"start", c.Start + c.Flow}} {
		if needed.column == "" {
			return nil, ledger.Refuse(ledger.FieldMissing, fmt.Sprintf("the column of the %s is not named: name it", needed.name), "field", needed.name)
		}
	}
	d := &Data{}
	var err error
	if d.Unit, err = t.Text(c.Unit); err != nil {
		return nil, err
	}
	if d.Time, err = t.Whole(c.Time); err != nil {
		return nil, err
	}
	if d.Outcome, err = t.Numbers(c.Outcome); err != nil {
		return nil, err
	}
	if err := d.transform(c); err != nil {
		return nil, err
	}
	if err := d.starts(t, c); err != nil {
		return nil, err
	}
	if c.Weight != "" {
		if d.Weight, err = t.Complete(c.Weight); err != nil {
			return nil, err
		}
		for i, v := range d.Weight {
			if v <= 0 {
				return nil, table.Bad(c.Weight, i, "a weight is above 0")
			}
		}
	}
	if c.Cluster != "" {
		if d.Cluster, err = t.Text(c.Cluster); err != nil {
			return nil, err
		}
	}
	for _, name := range c.Covariates {
		values, err := t.Numbers(name)
		if err != nil {
			return nil, err
		}
		d.Covariates, d.Names = append(d.Covariates, values), append(d.Names, name)
	}
	if err := t.Unique(c.Unit, c.Time); err != nil {
		return nil, err
	}
	return d, d.constant(c)
}

// greatest outcome whose squares and sums of squares are still numbers.
const greatest = 1e100

// transform takes the logarithm of the outcome where that is asked for.
func (d *Data) transform(c Columns) error {
	of := map[string]func(float64) float64{"log": math.Log, "log1p": math.Log1p}[c.Transform]
	switch {
	case c.Transform == "":
		return nil
	case of == nil:
		return bad("transform", fmt.Sprintf("transform is %.40q: use log or log1p, or none", c.Transform))
	}
	for i, y := range d.Outcome {
		v := of(y)
		if !math.IsNaN(y) && (math.IsNaN(v) || math.IsInf(v, 0)) {
			return table.Bad(c.Outcome, i, fmt.Sprintf("%v has no %s", y, c.Transform))
		}
		d.Outcome[i] = v
	}
	return nil
}

// starts reads when units start, or takes it from the flow.
func (d *Data) starts(t *table.Table, c Columns) error {
	if c.Start == "" {
		flow, err := t.Numbers(c.Flow)
		if err != nil {
			return err
		}
		if c.Threshold <= 0 {
			return bad("threshold", "the flow needs a threshold above 0: from what amount on is a unit treated?")
		}
		d.Start = Starts(d.Unit, d.Time, flow, c.Threshold)
		return nil
	}
	if c.Flow != "" {
		return bad("flow", "start and flow are both named: a start is read or taken from the flow")
	}
	start, err := t.Numbers(c.Start)
	if err != nil {
		return err
	}
	d.Start = make([]int, len(start))
	for i, v := range start {
		switch {
		case math.IsNaN(v):
		case v != math.Trunc(v) || v < 0 || v > 1<<31:
			return table.Bad(c.Start, i, strconv.FormatFloat(v, 'g', -1, 64)+" is no period: the first treated period, 0 for never")
		default:
			d.Start[i] = int(v)
		}
	}
	return nil
}

// constant refuses what has to be one value within a unit and is not, and outcomes beyond all measure.
func (d *Data) constant(c Columns) error {
	first := map[string]int{}
	for i, unit := range d.Unit {
		if math.Abs(d.Outcome[i]) > greatest {
			return table.Bad(c.Outcome, i, fmt.Sprintf("%g is too great: squares of it cannot be computed with", d.Outcome[i]))
		}
		j, known := first[unit]
		if !known {
			first[unit] = i
			continue
		}
		switch {
		case d.Start[i] != d.Start[j]:
			return table.Bad(c.Start, i, fmt.Sprintf("%.40q starts at %d here and at %d in row %d: a unit starts once and stays treated", unit, d.Start[i], d.Start[j], j+2))
		case d.Weight != nil && d.Weight[i] != d.Weight[j]:
			return table.Bad(c.Weight, i, fmt.Sprintf("the weight of %.40q differs from row %d: a unit has one weight", unit, j+2))
		case d.Cluster != nil && d.Cluster[i] != d.Cluster[j]:
			return table.Bad(c.Cluster, i, fmt.Sprintf("the cluster of %.40q differs from row %d: a unit belongs to one", unit, j+2))
		}
	}
	return nil
}

// Starts answers the start of each row's unit: the first period in which its flow reaches the threshold, 0 where it never does.
// A missing flow (NaN) reaches nothing.
func Starts(unit []string, time []int, flow []float64, threshold float64) []int {
	start := map[string]int{}
	reached := map[string]bool{}
	for i, u := range unit {
		if flow[i] >= threshold && (!reached[u] || time[i] < start[u]) {
			start[u], reached[u] = time[i], true
		}
	}
	out := make([]int, len(unit))
	for i, u := range unit {
		out[i] = start[u]
	}
	return out
}

// periods are the distinct periods in order.
func periods(time []int) []int {
	out := slices.Clone(time)
	slices.Sort(out)
	return slices.Compact(out)
}

// keys answers the keys of a map in order.
func keys[K cmp.Ordered, V any](m map[K]V) []K {
	out := make([]K, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
