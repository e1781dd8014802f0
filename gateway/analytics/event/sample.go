package event

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/design"
	"fundtrace/gateway/analytics/table"
)

// panel is the balanced panel that is estimated on: units × periods.
type panel struct {
	periods  []int
	step     int // least distance of two periods
	names    []string
	y        [][]float64   // [unit][period]
	x        [][][]float64 // [unit][period][covariate]
	start    []int         // 0: never
	weight   []float64     // mean 1
	cluster  []int
	clusters int
	cohorts  []int // starts in order
}

// balanced makes the panel: units seen in every period, that were not treated from the outset, in cohorts that are large enough.
// Errors: FIELD_INVALID, FIELD_MISSING, DESIGN_REFUSED.
func balanced(d *Data, o Options, sample *Sample) (*panel, error) {
	p := &panel{periods: periods(d.Time)}
	if len(p.periods) < 2 {
		return nil, design.Refuse("an event study compares periods and the table has one: give at least two")
	}
	p.step = math.MaxInt
	at := map[int]int{}
	for i, t := range p.periods {
		at[t] = i
		if i > 0 {
			p.step = min(p.step, t-p.periods[i-1])
		}
	}
	rows := map[string][]int{} // row of each period, -1 where there is none
	for i, unit := range d.Unit {
		if rows[unit] == nil {
			rows[unit] = slices.Repeat([]int{-1}, len(p.periods))
		}
		if d.usable(i) {
			place := &rows[unit][at[d.Time[i]]]
			if *place >= 0 {
				return nil, ledger.Refuse(ledger.AlreadyExists, fmt.Sprintf("%.40q is there twice in %d", unit, d.Time[i]))
			}
			*place = i
		}
	}
	dropped := map[string][]string{}
	first, last := p.periods[0], p.periods[len(p.periods)-1]
	clusters := map[string]int{}
	for _, unit := range keys(rows) {
		line := rows[unit]
		if slices.Contains(line, -1) {
			why := "not observed in every period"
			dropped[why] = append(dropped[why], unit)
			continue
		}
		start := d.Start[line[0]]
		switch {
		case start == 0 || start > last+o.Anticipation:
			start = 0
		case start <= first+o.Anticipation:
			why := "treated from the outset: no period shows it untreated"
			dropped[why] = append(dropped[why], unit)
			continue
		case start > last:
			why := "may anticipate a start after the last period"
			dropped[why] = append(dropped[why], unit)
			continue
		}
		group := "u" + unit
		if d.Cluster != nil {
			group = "c" + d.Cluster[line[0]]
		}
		if _, known := clusters[group]; !known {
			clusters[group] = len(clusters)
		}
		weight := 1.0
		if d.Weight != nil {
			weight = d.Weight[line[0]]
		}
		p.add(unit, d, line, start, weight, clusters[group])
	}
	p.clusters = len(clusters)
	if err := p.choose(o, sample, dropped); err != nil {
		return nil, err
	}
	for _, why := range keys(dropped) {
		names := dropped[why]
		sample.Dropped = append(sample.Dropped, Dropped{Why: why, Units: len(names), Names: names[:min(len(names), 10)]})
	}
	total := 0.0
	for _, w := range p.weight {
		total += w
	}
	for i := range p.weight {
		p.weight[i] *= float64(len(p.weight)) / total
	}
	sample.Units, sample.Clusters, sample.Periods = len(p.y), p.clusters, p.periods
	sample.Rows = sample.Units * len(p.periods)
	return p, nil
}

// usable reports whether a row has its outcome and covariates.
func (d *Data) usable(i int) bool {
	for _, x := range d.Covariates {
		if math.IsNaN(x[i]) {
			return false
		}
	}
	return !math.IsNaN(d.Outcome[i])
}

func (p *panel) add(unit string, d *Data, line []int, start int, weight float64, cluster int) {
	y := make([]float64, len(line))
	for t, row := range line {
		y[t] = d.Outcome[row]
	}
	p.names, p.y, p.start = append(p.names, unit), append(p.y, y), append(p.start, start)
	p.weight, p.cluster = append(p.weight, weight), append(p.cluster, cluster)
	if len(d.Covariates) == 0 {
		return
	}
	x := make([][]float64, len(line))
	for t, row := range line {
		for _, column := range d.Covariates {
			x[t] = append(x[t], column[row])
		}
	}
	p.x = append(p.x, x)
}

// choose looks at the cohorts: which there are, and whether they are large enough.
func (p *panel) choose(o Options, sample *Sample, dropped map[string][]string) error {
	if len(p.y) == 0 {
		return design.Refuse("no unit is observed untreated in every period: an event study needs periods before the start")
	}
	units, groups := map[int]int{}, map[int]map[int]bool{}
	for i, start := range p.start {
		units[start]++
		if groups[start] == nil {
			groups[start] = map[int]bool{}
		}
		groups[start][p.cluster[i]] = true
	}
	var small []string
	for _, start := range keys(units) {
		if start == 0 {
			sample.Never = units[0]
			continue
		}
		if len(groups[start]) < o.MinCohort {
			if o.SmallCohorts == "drop" {
				why := fmt.Sprintf("the cohort of %d has fewer than %d units", start, o.MinCohort)
				dropped[why] = p.remove(start)
				continue
			}
			small = append(small, fmt.Sprintf("%d (%d)", start, len(groups[start])))
			continue
		}
		p.cohorts = append(p.cohorts, start)
		sample.Cohorts = append(sample.Cohorts, Cohort{start, units[start], len(groups[start])})
	}
	switch {
	case len(small) > 0:
		return design.Refuse(fmt.Sprintf("cohorts are too small, start (units): %s; each needs %d for its variance to be estimated: gather starts in wider periods, drop these cohorts, or take synthetic control for a single unit",
			strings.Join(small, ", "), o.MinCohort), "min_cohort", fmt.Sprint(o.MinCohort))
	case len(p.cohorts) == 0:
		return design.Refuse("nobody starts to be treated within the periods of the table: there is no effect to estimate")
	case o.Controls == "never" && len(groups[0]) < o.MinCohort:
		return design.Refuse(fmt.Sprintf("%d units are never treated, %d are needed to compare with: use units not yet treated as controls", len(groups[0]), o.MinCohort),
			"never", fmt.Sprint(len(groups[0])))
	}
	return nil
}

// remove takes out the units of one start and answers their names.
func (p *panel) remove(start int) []string {
	var gone []string
	kept := 0
	for i := range p.start {
		if p.start[i] == start {
			gone = append(gone, p.names[i])
			continue
		}
		p.names[kept], p.y[kept], p.start[kept], p.weight[kept], p.cluster[kept] = p.names[i], p.y[i], p.start[i], p.weight[i], p.cluster[i]
		if p.x != nil {
			p.x[kept] = p.x[i]
		}
		kept++
	}
	p.names, p.y, p.start, p.weight, p.cluster = p.names[:kept], p.y[:kept], p.start[:kept], p.weight[:kept], p.cluster[:kept]
	if p.x != nil {
		p.x = p.x[:kept]
	}
	number := map[int]int{}
	for i, c := range p.cluster {
		if _, known := number[c]; !known {
			number[c] = len(number)
		}
		p.cluster[i] = number[c]
	}
	p.clusters = len(number)
	return gone
}

// check refuses columns that do not belong together, for panels that a program made.
func (d *Data) check() error {
	n := len(d.Unit)
	if n == 0 {
		return ledger.Refuse(ledger.FieldMissing, "the table has no rows")
	}
	lengths := []int{len(d.Time), len(d.Outcome), len(d.Start)}
	if d.Weight != nil {
		lengths = append(lengths, len(d.Weight))
	}
	if d.Cluster != nil {
		lengths = append(lengths, len(d.Cluster))
	}
	for _, x := range d.Covariates {
		lengths = append(lengths, len(x))
	}
	for _, m := range lengths {
		if m != n {
			return ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("the columns of the panel differ in length: %d and %d", n, m))
		}
	}
	for i, w := range d.Weight {
		if !(w > 0) {
			return table.Bad("weight", i, "a weight is above 0")
		}
	}
	return d.constant(Columns{Outcome: "outcome", Start: "start", Weight: "weight", Cluster: "cluster"})
}
