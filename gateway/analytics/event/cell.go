package event

import (
	"fmt"
	"slices"
)

// comparison is one two-by-two: the cohort of one start and its controls, from a base period to a period.
type comparison struct {
	start, time, base int // base and time are places in the periods
	treated           []bool
	units             []int // treated and controls
	nTreated          int
}

// compare estimates all cells: for each start each period that has a base and controls.
func (p *panel) compare(o Options) (cells []Cell, psi [][]float64, skipped []Skipped) {
	for _, start := range p.cohorts {
		// The last period before the cohort starts, and before it may anticipate the start.
		before := -1
		for i, t := range p.periods {
			if t+o.Anticipation < start {
				before = i
			}
		}
		for i, t := range p.periods {
			base := before
			if o.Base == "varying" && t < start {
				if i == 0 {
					continue // nothing before it to compare with
				}
				base = i - 1
				if t-p.periods[base] != p.step {
					skipped = append(skipped, Skipped{start, t, fmt.Sprintf("%d and %d are not adjacent", p.periods[base], t)})
					continue
				}
			}
			cell := Cell{Start: start, Time: t, Event: t - start, Base: p.periods[base]}
			if base == i {
				cell.Reference = true
				for _, s := range p.start {
					if s == start {
						cell.Treated++
					}
				}
				cells, psi = append(cells, cell), append(psi, make([]float64, len(p.y)))
				continue
			}
			c, why := p.choosePair(start, base, i, o)
			if why == "" {
				var influence []float64
				if cell.Estimate, influence, why = p.estimate(c, o); why == "" {
					cell.Treated, cell.Controls = c.nTreated, len(c.units)-c.nTreated
					cells, psi = append(cells, cell), append(psi, influence)
				}
			}
			if why != "" {
				skipped = append(skipped, Skipped{start, t, why})
			}
		}
	}
	return cells, psi, skipped
}

// choosePair picks treated and controls. Controls are never treated or, where that is allowed, start after both periods and the
// time in which they might anticipate it.
func (p *panel) choosePair(start, base, i int, o Options) (c comparison, why string) {
	c = comparison{start: start, time: i, base: base}
	horizon := p.periods[max(i, base)] + o.Anticipation
	controls := map[int]bool{}
	for u, s := range p.start {
		switch {
		case s == start:
			c.nTreated++
			c.units, c.treated = append(c.units, u), append(c.treated, true)
		case s == 0 || o.Controls == "not-yet" && s > horizon:
			controls[p.cluster[u]] = true
			c.units, c.treated = append(c.units, u), append(c.treated, false)
		}
	}
	if len(controls) < o.MinCohort {
		return c, fmt.Sprintf("%d controls are left, %d are needed", len(controls), o.MinCohort)
	}
	return c, ""
}

// estimate answers the effect of one comparison and the influence of every unit on it, scaled so that the variance of the effect
// is Σψ²/n² over all n units of the panel.
func (p *panel) estimate(c comparison, o Options) (effect float64, psi []float64, why string) {
	change := make([]float64, len(c.units))
	for j, u := range c.units {
		change[j] = p.y[u][c.time] - p.y[u][c.base]
	}
	psi = make([]float64, len(p.y))
	if p.x != nil {
		local, effect, why := p.conditional(c, change, o)
		if why != "" {
			return 0, nil, why
		}
		for j, u := range c.units {
			psi[u] = local[j] * float64(len(p.y)) / float64(len(c.units))
		}
		return effect, psi, ""
	}
	var sum, mean [2]float64
	for j, u := range c.units {
		side := side(c.treated[j])
		sum[side] += p.weight[u]
		mean[side] += p.weight[u] * change[j]
	}
	mean[0] /= sum[0]
	mean[1] /= sum[1]
	n := float64(len(p.y))
	for j, u := range c.units {
		s := side(c.treated[j])
		psi[u] = n * p.weight[u] * (change[j] - mean[s]) / sum[s]
		if s == 0 {
			psi[u] = -psi[u]
		}
	}
	return mean[1] - mean[0], psi, ""
}

func side(treated bool) int {
	if treated {
		return 1
	}
	return 0
}

// post are the cells from the start on, not later than the option allows.
func post(cells []Cell, o Options) []int {
	var out []int
	for i, c := range cells {
		if c.Post() && (o.MaxEvent == nil || c.Event <= *o.MaxEvent) {
			out = append(out, i)
		}
	}
	return out
}

// has reports whether a cell of this start is among those.
func has(cells []Cell, among []int, start int) bool {
	return slices.ContainsFunc(among, func(i int) bool { return cells[i].Start == start })
}
