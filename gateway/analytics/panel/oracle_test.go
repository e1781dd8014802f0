package panel

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// world is a random unbalanced panel with three effects and weights.
func world(random *rand.Rand, n int) *Data {
	d := &Data{Rows: n, Numbers: map[string][]float64{}, Keys: map[string][]string{}}
	for _, name := range []string{"y", "a", "b", "w", "count"} {
		d.Numbers[name] = make([]float64, n)
	}
	for _, name := range []string{"unit", "year", "kind", "region"} {
		d.Keys[name] = make([]string, n)
	}
	for i := range n {
		unit, year, kind := random.IntN(8), random.IntN(5), random.IntN(3)
		d.Keys["unit"][i], d.Keys["year"][i], d.Keys["kind"][i] = fmt.Sprint(unit), fmt.Sprint(year), fmt.Sprint(kind)
		d.Keys["region"][i] = fmt.Sprint(unit / 2) // units are nested in regions
		a, b := random.NormFloat64()+float64(unit), random.NormFloat64()*float64(1+year)
		d.Numbers["a"][i], d.Numbers["b"][i], d.Numbers["w"][i] = a, b, 0.2+random.Float64()
		d.Numbers["y"][i] = 1.5*a - b + float64(unit*year)/4 + float64(kind) + random.NormFloat64()
		d.Numbers["count"][i] = math.Floor(math.Exp(0.3*a-0.2*b-0.3*float64(unit)+random.Float64()) * random.Float64() * 3)
	}
	return d
}

// dense is the regression with every dummy written out, over rows scaled by √weight: definitions, no algebra.
type dense struct {
	x, inverse *mat.Dense // regressors and all dummies; pseudo-inverse of the cross products
	e          *mat.VecDense
	rank       int
	beta       []float64
	root       []float64
}

func dummies(d *Data, effects []string, columns []string, y []float64, weights []float64) *dense {
	var cols [][]float64
	for _, name := range columns {
		cols = append(cols, d.Numbers[name])
	}
	if len(effects) == 0 {
		cols = append(cols, repeat(1, d.Rows))
	}
	for _, effect := range effects {
		g, _, _ := d.group(effect)
		for l := range g.levels {
			c := make([]float64, d.Rows)
			for i, of := range g.of {
				if int(of) == l {
					c[i] = 1
				}
			}
			cols = append(cols, c)
		}
	}
	o := &dense{x: mat.NewDense(d.Rows, len(cols), nil), root: repeat(1, d.Rows)}
	mean := 0.0
	for _, w := range weights {
		mean += w / float64(d.Rows)
	}
	for i, w := range weights {
		o.root[i] = math.Sqrt(w / mean)
	}
	scaled := mat.NewVecDense(d.Rows, nil)
	for i := range d.Rows {
		scaled.SetVec(i, y[i]*o.root[i])
		for j, c := range cols {
			o.x.Set(i, j, c[i]*o.root[i])
		}
	}
	var svd mat.SVD
	var gram mat.Dense
	gram.Mul(o.x.T(), o.x)
	if !svd.Factorize(&gram, mat.SVDFull) {
		panic("no singular values")
	}
	var u, v mat.Dense
	svd.UTo(&u)
	svd.VTo(&v)
	values := svd.Values(nil)
	o.inverse = mat.NewDense(len(cols), len(cols), nil)
	for l, s := range values {
		if s > 1e-9*values[0] {
			o.rank++
			var outer mat.Dense
			outer.Outer(1/s, v.ColView(l), u.ColView(l))
			o.inverse.Add(o.inverse, &outer)
		}
	}
	var moment, beta, fit mat.VecDense
	moment.MulVec(o.x.T(), scaled)
	beta.MulVec(o.inverse, &moment)
	fit.MulVec(o.x, &beta)
	o.e = mat.NewVecDense(d.Rows, nil)
	o.e.SubVec(scaled, &fit)
	o.beta = beta.RawVector().Data
	return o
}

// reduced is CR2 and Satterthwaite's degrees of freedom of coefficient c, by their definitions over whole matrices.
func (o *dense) reduced(cluster group, c int) (se, df float64) {
	n, _ := o.x.Dims()
	var hx, hat mat.Dense
	hx.Mul(o.x, o.inverse)
	hat.Mul(&hx, o.x.T())
	maker := mat.NewDense(n, n, nil)
	for i := range n {
		for j := range n {
			maker.Set(i, j, -hat.At(i, j))
		}
		maker.Set(i, i, 1-hat.At(i, i))
	}
	variance := 0.0
	p := mat.NewDense(n, cluster.levels, nil)
	for g := range cluster.levels {
		var rows []int
		for i, l := range cluster.of {
			if int(l) == g {
				rows = append(rows, i)
			}
		}
		b := mat.NewSymDense(len(rows), nil)
		for a, i := range rows {
			for s := a; s < len(rows); s++ {
				j := rows[s]
				b.SetSym(a, s, maker.At(i, j)/(o.root[i]*o.root[i]*o.root[j]*o.root[j]))
			}
		}
		root, err := inverseRoot(b)
		if err != nil {
			panic(err)
		}
		v := mat.NewVecDense(len(rows), nil) // X_g M c
		for a, i := range rows {
			v.SetVec(a, hx.At(i, c))
		}
		var adjusted mat.VecDense
		adjusted.MulVec(root, v)
		score := 0.0
		whole := mat.NewVecDense(n, nil)
		for a, i := range rows {
			x := adjusted.AtVec(a) / (o.root[i] * o.root[i])
			score += x * o.e.AtVec(i)
			whole.SetVec(i, x)
		}
		variance += score * score
		var column mat.VecDense
		column.MulVec(maker, whole)
		p.SetCol(g, column.RawVector().Data)
	}
	var inner mat.Dense
	inner.Mul(p.T(), p)
	norm := mat.Norm(&inner, 2)
	return math.Sqrt(variance), mat.Trace(&inner) * mat.Trace(&inner) / (norm * norm)
}

func same(got, want, within float64) bool { return math.Abs(got-want) <= within*max(1, math.Abs(want)) }

// Absorbing against dummies: estimates, residuals, degrees of freedom, classical and CR2 errors, over random unbalanced panels with one to three
// effects, weighted or not, clusters that nest an effect or do not.
func TestAbsorbingIsDummies(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 12))
	for trial := range 60 {
		d := world(random, 60+random.IntN(60))
		effects := [][]string{nil, {"unit"}, {"unit", "year"}, {"year", "unit", "kind"}, {"unit", "region"}}[trial%5]
		cluster := []string{"unit", "region", "year"}[trial%3]
		s := Spec{Outcome: "y", Regressors: []string{"a", "b"}, Effects: effects, KeepSingletons: true}
		var weights []float64
		if trial%2 == 1 {
			s.Weights, weights = "w", d.Numbers["w"]
		}
		o := dummies(d, effects, s.Regressors, d.Numbers["y"], weights)
		plain, err := Estimate(context.Background(), d, s, nil)
		if err != nil {
			t.Fatal(err)
		}
		s.Cluster, s.Errors = []string{cluster}, "cr2"
		reduced, err := Estimate(context.Background(), d, s, nil)
		if err != nil {
			t.Fatal(err)
		}
		rss := mat.Dot(o.e, o.e)
		if len(effects) < 3 && plain.Fit.Parameters != o.rank {
			t.Errorf("%v: %d parameters, the rank is %d", effects, plain.Fit.Parameters, o.rank)
		}
		if plain.Fit.Parameters < o.rank {
			t.Errorf("%v: %d parameters are fewer than the rank %d", effects, plain.Fit.Parameters, o.rank)
		}
		g, _, _ := d.group(cluster)
		for j := range s.Regressors {
			classical := math.Sqrt(rss / float64(plain.Fit.ResidualDF) * o.inverse.At(j, j))
			se, df := o.reduced(g, j)
			a, b := plain.Coefficients[j], reduced.Coefficients[j]
			if !same(a.Estimate, o.beta[j], 1e-10) || !same(a.SE, classical, 1e-10) || !same(b.SE, se, 1e-8) || !same(b.DF, df, 1e-7) {
				t.Errorf("trial %d, %v by %s: %v (%v, %v, df %v), with dummies %v (%v, %v, df %v)", trial, effects, cluster, a.Estimate, a.SE, b.SE, b.DF, o.beta[j], classical, se, df)
			}
		}
	}
}

// The bootstrap by its definition: for every draw a new outcome under the null, a new regression, a new t.
func TestBootstrapIsItsDefinition(t *testing.T) {
	random := rand.New(rand.NewPCG(13, 14))
	for trial := range 6 {
		d := world(random, 70)
		effects := [][]string{{"unit", "year"}, {"year"}, nil}[trial%3]
		s := Spec{Outcome: "y", Regressors: []string{"a", "b"}, Effects: effects, Cluster: []string{"unit"}, Bootstrap: &Bootstrap{Runs: 300, Weights: "rademacher"}, KeepSingletons: true}
		var weights []float64
		if trial >= 3 {
			s.Weights, weights = "w", d.Numbers["w"]
		}
		r, err := Estimate(context.Background(), d, s, nil)
		if err != nil {
			t.Fatal(err)
		}
		b := r.Coefficients[0].Bootstrap
		if !b.Enumerated || b.Runs != 256 {
			t.Fatalf("%+v", b)
		}
		ask := func(null float64) float64 { return slowBootstrap(d, effects, weights, null) }
		if want := ask(0); !same(b.P, want, 1e-12) {
			t.Errorf("%v: p %v, by definition %v", effects, b.P, want)
		}
		// just inside the interval a value is not refused, just outside it is
		for _, bound := range []struct {
			at  *float64
			out float64
		}{{b.Low, -1}, {b.High, 1}} {
			if bound.at == nil {
				continue
			}
			step := 1e-6 * r.Coefficients[0].SE
			if inside, outside := ask(*bound.at-bound.out*step), ask(*bound.at+bound.out*step); inside <= 0.05 || outside > 0.05 {
				t.Errorf("%v: bound %v has p %v inside and %v outside", effects, *bound.at, inside, outside)
			}
		}
	}
}

// slowBootstrap tests that the coefficient of a is null, with 2⁸ draws over the units.
func slowBootstrap(d *Data, effects []string, weights []float64, null float64) float64 {
	g, _, _ := d.group("unit")
	y := make([]float64, d.Rows)
	for i := range y {
		y[i] = d.Numbers["y"][i] - null*d.Numbers["a"][i]
	}
	statistic := func(y []float64) float64 { // t of (coefficient - null), y already less null·a
		o := dummies(d, effects, []string{"a", "b"}, y, weights)
		var hx mat.Dense
		hx.Mul(o.x, o.inverse)
		sums := make([]float64, g.levels)
		for i, l := range g.of {
			sums[l] += hx.At(i, 0) * o.e.AtVec(i)
		}
		variance := 0.0
		for _, s := range sums {
			variance += s * s
		}
		return math.Abs(o.beta[0]) / math.Sqrt(variance)
	}
	restricted := dummies(d, effects, []string{"b"}, y, weights)
	observed, hits := statistic(y), 0
	for draw := range 1 << 8 {
		star := make([]float64, d.Rows)
		for i, l := range g.of {
			e := restricted.e.AtVec(i) / restricted.root[i]
			star[i] = y[i] - e + e*(1-2*float64(draw>>l&1))
		}
		if statistic(star) >= observed*(1-1e-9) {
			hits++
		}
	}
	return float64(hits) / 256
}
