package event

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"fundtrace/gateway/analytics/parallel"
)

// permutable says why starts cannot be dealt anew, or nothing where they can: starts go to units, so each has to be its own
// cluster; with covariates the units are not alike.
func (p *panel) permutable() string {
	switch {
	case p.clusters < len(p.y):
		return "units of one cluster start together"
	case p.x != nil:
		return "units differ in covariates"
	}
	return ""
}

// estimates are all effects of one panel in a fixed order: the cells, then each family's overall effect and its parts.
type estimates struct {
	cells    []Cell
	families []*family
}

// each calls f for every effect with the number of its band: 0 for cells, 1 + i for the parts of family i, -1 for overall effects,
// which have none.
func (e *estimates) each(f func(effect *Effect, band int)) {
	for i := range e.cells {
		f(&e.cells[i].Effect, 0)
	}
	for i, family := range e.families {
		f(&family.Overall, -1)
		for j := range family.Parts {
			f(&family.Parts[j].Effect, 1+i)
		}
	}
}

// permute deals the starts anew among units and estimates again. It answers how often |t| of an overall effect is at least what it
// is: p = (1 + count) / (1 + draws) (Phipson and Smyth 2010), never 0. The statistic is studentised, which keeps its meaning where
// variances differ (MacKinnon and Webb, "Randomization inference for difference-in-differences with few treated clusters", Journal
// of Econometrics 218 (2020)). And it widens intervals and bands to the quantiles of |t| that the draws have, where those are beyond
// the normal's and the bootstrap's: in a small sample they are.
func (p *panel) permute(ctx context.Context, own *estimates, o Options, progress func(string, int, int)) error {
	if o.Permutations <= 0 || p.permutable() != "" {
		return nil
	}
	draws := make([][]float64, o.Permutations) // |t| of every effect
	err := parallel.Each(ctx, o.Permutations, parallel.Stage("permutations", progress), func(draw int) {
		dealt := *p
		dealt.start = make([]int, len(p.start))
		for i, j := range numbers(o.Seed, forPermutation, draw).Perm(len(p.start)) {
			dealt.start[i] = p.start[j]
		}
		again := &estimates{}
		var psi [][]float64
		again.cells, psi, _ = dealt.compare(o)
		again.families = newWeighing(&dealt, again.cells, psi).families(o)
		dealt.inferEach(again, psi, o.Level)
		again.each(func(e *Effect, _ int) { draws[draw] = append(draws[draw], math.Abs(e.T)) })
	})
	if err != nil {
		return err
	}
	z := distuv.UnitNormal.Quantile(1 - (1-o.Level)/2)
	greatest := make([][]float64, 1+len(own.families)) // of each band, in each draw
	for b := range greatest {
		greatest[b] = make([]float64, o.Permutations)
	}
	at := 0
	own.each(func(e *Effect, band int) {
		values := make([]float64, o.Permutations)
		for d := range draws {
			values[d] = draws[d][at]
			if band >= 0 {
				greatest[band][d] = max(greatest[band][d], values[d])
			}
		}
		if band < 0 {
			for _, f := range own.families {
				if e == &f.Overall {
					f.Permutation = count(values, math.Abs(e.T))
				}
			}
		}
		if c := max(z, among(values, o.Level)); !e.Reference {
			e.Low, e.High = e.Estimate-c*e.SE, e.Estimate+c*e.SE
		}
		at++
	})
	if o.Draws < 0 {
		return nil
	}
	critical := make([]float64, len(greatest))
	for b := range greatest {
		critical[b] = among(greatest[b], o.Level)
	}
	for i, f := range own.families {
		f.Critical = max(f.Critical, critical[1+i])
		critical[1+i] = f.Critical
	}
	own.each(func(e *Effect, band int) {
		if band >= 0 && e.BandLow != nil {
			*e.BandLow, *e.BandHigh = min(*e.BandLow, e.Estimate-critical[band]*e.SE), max(*e.BandHigh, e.Estimate+critical[band]*e.SE)
		}
	})
	return nil
}

// count makes the test of an overall effect.
func count(values []float64, t float64) *Permutation {
	n := 0
	for _, v := range values {
		if v >= t*(1-1e-12) {
			n++
		}
	}
	all := float64(len(values) + 1)
	return &Permutation{P: float64(n+1) / all, Draws: len(values), AtLeast: n, Smallest: 1 / all}
}

// among is the least value that the test at a level would not refuse: with it, an interval leaves out 0 where p ≤ 1 - level. With
// too few draws for the level it is the greatest.
func among(values []float64, level float64) float64 {
	slices.Sort(values)
	i := int(math.Ceil(level*float64(len(values)+1)-1e-9)) - 1
	return values[min(max(i, 0), len(values)-1)]
}
