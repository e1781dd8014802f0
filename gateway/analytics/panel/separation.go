package panel

import (
	"context"
	"fmt"
	"math"
	"slices"

	"fundtrace/gateway/analytics/design"
)

// Limits of the search for separated rows.
const (
	separationWeight     = 1e7  // of a row with an outcome above 0, which must be fitted exactly
	separationTolerance  = 1e-4 // of a certificate, which starts at 1: below it there is none
	separationNegative   = 1e-5 // of its greatest value: how far below 0 a certificate may go by rounding
	separationIterations = 10_000
	separationRay        = 1e-9 // how closely a step repeats the one before on a smaller scale
)

// dropSeparated leaves out the rows that a Poisson model with effects fits perfectly as 0, for which some coefficient would run to
// infinity: first whole levels of an effect without an outcome above 0, then those that a combination of regressors and effects
// separates. The rest has a unique estimate, and the rows left out would not change it (Correia, Guimarães and Zylkin 2019).
func (f *frame) dropSeparated(ctx context.Context) error {
	for {
		before := f.sample.Used
		if err := f.dropZeroLevels(); err != nil {
			return err
		}
		if !f.spec.KeepSingletons {
			f.dropSingletons()
		}
		if f.sample.Used == 0 {
			return design.Refuse("no row is left that says something of the coefficients: every level of an effect has only zeros, or one row", "y", f.spec.Outcome)
		}
		if f.sample.Used == before {
			break
		}
	}
	zeros := 0
	for _, y := range f.y {
		if y == 0 {
			zeros++
		}
	}
	if zeros == f.sample.Used {
		return design.Refuse(fmt.Sprintf("the outcome %s is 0 in all rows", f.spec.Outcome), "y", f.spec.Outcome)
	}
	if zeros == 0 {
		return nil
	}
	drop, err := f.separated(ctx)
	if err != nil || drop == nil {
		return err
	}
	f.sample.Separated += count(drop)
	f.without(drop)
	return f.dropSeparated(ctx) // levels may have lost their last outcome
}

// dropZeroLevels leaves out the levels of effects whose outcomes are all 0.
func (f *frame) dropZeroLevels() error {
	drop := make([]bool, f.sample.Used)
	for _, g := range f.effects {
		some := make([]bool, g.levels)
		for i, l := range g.of {
			some[l] = some[l] || f.y[i] > 0
		}
		for i, l := range g.of {
			drop[i] = drop[i] || !some[l]
		}
	}
	n := count(drop)
	if n == 0 {
		return nil
	}
	if n == f.sample.Used {
		return design.Refuse(fmt.Sprintf("the outcome %s is 0 in all rows", f.spec.Outcome), "y", f.spec.Outcome)
	}
	f.sample.Separated += n
	f.without(drop)
	return nil
}

// shrinks reports whether a step was u = λ·before with λ < 1. A step of λ·u is λ times the step of u, so that all that follow are the same
// and u goes to 0.
func shrinks(u, before []float64) bool {
	top, last := slices.Max(u), slices.Max(before)
	scale := top / last
	if scale >= 1-1e-6 {
		return false
	}
	for i := range u {
		if math.Abs(u[i]-scale*before[i]) > separationRay*top {
			return false
		}
	}
	return true
}

func count(drop []bool) int {
	n := 0
	for _, d := range drop {
		if d {
			n++
		}
	}
	return n
}

// separated looks for a certificate of separation by the iterative rectifier: a combination z of regressors and effects with z = 0 where
// y > 0 and z ≥ 0 where y = 0. Starting from u = 1 at the zeros, u is regressed with a large weight on the rows that must be 0, and
// what is fitted below 0 is set to 0, until nothing is. Rows with z > 0 are separated.
func (f *frame) separated(ctx context.Context) ([]bool, error) {
	n := f.sample.Used
	u, w := make([]float64, n), make([]float64, n)
	for i, y := range f.y {
		if y > 0 {
			w[i] = separationWeight
		} else {
			u[i], w[i] = 1, 1
		}
	}
	columns := make([][]float64, len(f.x), len(f.x)+1)
	raw := make([]float64, len(f.x), len(f.x)+1)
	list := append([]string(nil), f.names...)
	for j, x := range f.x {
		columns[j] = append([]float64(nil), x...)
		raw[j] = squares(x, w)
	}
	if len(f.effects) == 0 {
		columns, raw, list = append(columns, repeat(1, n)), append(raw, 1), append(list, "constant")
	}
	take := newWithin(f.effects, w)
	if _, err := take.columns(ctx, columns); err != nil {
		return nil, err
	}
	r := independent(list, columns, w, raw, "")
	for range separationIterations {
		working := append([]float64(nil), u...)
		if _, err := take.column(ctx, working); err != nil {
			return nil, err
		}
		_, e := r.solve(working)
		drop, before := make([]bool, n), slices.Clone(u)
		least, most := 0.0, 0.0
		for i, y := range f.y {
			if y > 0 {
				continue
			}
			z := u[i] - e[i]
			drop[i] = z > separationTolerance
			least, most = min(least, z), max(most, z)
			u[i] = max(z, 0)
		}
		switch {
		case most <= separationTolerance || shrinks(u, before):
			return nil, nil // what is left of u goes to 0
		case least >= -separationNegative*most:
			return drop, nil
		}
	}
	f.notes = append(f.notes, fmt.Sprintf("the search for separated rows did not end within %d iterations: none were left out by it", separationIterations))
	return nil, nil
}
