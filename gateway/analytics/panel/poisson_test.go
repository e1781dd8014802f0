package panel

import (
	"context"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"gonum.org/v1/gonum/mat"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/design"
)

// R's glm with dummies and sandwich's vcovCL (HC0) on Grunfeld, investment rounded to whole numbers.
func TestPoissonOfR(t *testing.T) {
	data := grunfeld(t)
	inv, err := data.Numbers("inv")
	if err != nil {
		t.Fatal(err)
	}
	counts := make([]float64, len(inv))
	for i, v := range inv {
		counts[i] = math.RoundToEven(v)
	}
	data.AddNumbers("count", counts)
	for _, c := range []struct {
		effects               []string
		value, capital        float64
		seValue, seCapital, d float64
	}{
		{[]string{Entity}, 0.835721472688, 0.254930104000, 0.1071965699155, 0.0233983585955, 1500.1451283},
		{[]string{Entity, Time}, 0.563356527962, 0.082264741676, 0.1957847286788, 0.0257291643202, 742.576975835},
	} {
		r := run(t, data, investment(func(s *Spec) {
			s.Outcome, s.Log, s.Estimator, s.Effects, s.Cluster, s.Errors = "count", []string{"value", "capital"}, "ppml", c.effects, []string{Entity}, "cr0"
		}))
		a, okA := r.Coefficient("log(value)")
		b, okB := r.Coefficient("log(capital)")
		if !okA || !okB || !same(a.Estimate, c.value, 1e-11) || !same(b.Estimate, c.capital, 1e-11) || !same(a.SE, c.seValue, 1e-11) || !same(b.SE, c.seCapital, 1e-11) || math.Abs(r.Fit.Deviance/c.d-1) > 1e-9 {
			t.Errorf("%v: %+v, %+v, deviance %v", c.effects, a, b, r.Fit.Deviance)
		}
	}
}

// newton maximises the Poisson likelihood with every dummy written out, over the rows that are kept.
func newton(d *Data, effects []string, keep []int) []float64 {
	o := dummies(d, effects, []string{"a", "b"}, d.Numbers["count"], nil)
	_, p := o.x.Dims()
	x, y := mat.NewDense(len(keep), p, nil), make([]float64, len(keep))
	for i, r := range keep {
		x.SetRow(i, o.x.RawRowView(r))
		y[i] = d.Numbers["count"][r]
	}
	beta := mat.NewVecDense(p, nil)
	for range 60 {
		var eta mat.VecDense
		eta.MulVec(x, beta)
		var gram mat.Dense
		weighted := mat.DenseCopyOf(x)
		score := mat.NewVecDense(len(keep), nil)
		for i := range keep {
			mu := math.Exp(eta.AtVec(i))
			score.SetVec(i, y[i]-mu)
			for j := range p {
				weighted.Set(i, j, x.At(i, j)*mu)
			}
		}
		gram.Mul(x.T(), weighted)
		for j := range p {
			gram.Set(j, j, gram.At(j, j)+1e-9) // dummies are collinear: the ridge settles which, and moves the slopes by 1e-9
		}
		var moment, step mat.VecDense
		moment.MulVec(x.T(), score)
		if step.SolveVec(&gram, &moment) != nil {
			break
		}
		if n := mat.Norm(&step, 2); n > 3 {
			step.ScaleVec(3/n, &step)
		}
		beta.AddVec(beta, &step)
	}
	return beta.RawVector().Data[:2]
}

func TestPoissonIsNewton(t *testing.T) {
	random := rand.New(rand.NewPCG(15, 16))
	for trial := range 12 {
		d := world(random, 120)
		effects := [][]string{nil, {"unit"}, {"unit", "year"}}[trial%3]
		s := Spec{Outcome: "count", Regressors: []string{"a", "b"}, Effects: effects, Estimator: "ppml", KeepSingletons: true}
		f, err := newFrame(d, s.filled())
		if err != nil {
			t.Fatal(err)
		}
		if err := f.dropSeparated(context.Background()); err != nil {
			t.Fatal(err)
		}
		want := newton(d, effects, f.rows)
		r, err := Estimate(context.Background(), d, s, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Coefficients; !same(got[0].Estimate, want[0], 1e-6) || !same(got[1].Estimate, want[1], 1e-6) || r.Spec.Errors != "hc1" {
			t.Errorf("%v: %+v, Newton %v, %+v", effects, got, want, r.Sample)
		}
	}
}

// table of rows of y, x and a group
func rows(values ...[3]float64) *Data {
	d := &Data{Rows: len(values), Numbers: map[string][]float64{"y": nil, "x": nil, "z": nil}, Keys: map[string][]string{"g": nil}}
	for i, v := range values {
		d.Numbers["y"] = append(d.Numbers["y"], v[0])
		d.Numbers["x"] = append(d.Numbers["x"], v[1])
		d.Numbers["z"] = append(d.Numbers["z"], math.Sin(float64(i*i+1)))
		d.Keys["g"] = append(d.Keys["g"], strconv.FormatFloat(v[2], 'g', -1, 64))
	}
	return d
}

// What a Poisson model fits perfectly as 0 has no say, and is counted.
func TestSeparatedRowsAreLeftOut(t *testing.T) {
	base := [][3]float64{{1, 0, 1}, {3, 0, 1}, {2, 0, 1}, {0, 0, 1}, {5, 0, 2}, {1, 0, 2}, {0, 0, 2}, {4, 0, 2}, {2, 0, 2}}
	for _, c := range []struct {
		name    string
		more    [][3]float64
		effects []string
		out     int
		dropped bool // x is left out with the rows
	}{
		{"a group of zeros", [][3]float64{{0, 1, 3}, {0, 2, 3}, {0, 0.5, 1}, {2, 0.7, 1}, {1, 0.2, 2}}, []string{"g"}, 2, false},
		{"x only where y is 0", [][3]float64{{0, 1, 1}, {0, 2, 2}}, []string{"g"}, 2, true},
		{"x of both signs where y is 0", [][3]float64{{0, 1, 1}, {0, -2, 2}}, []string{"g"}, 0, false},
		{"x with positive outcomes", [][3]float64{{0, 1, 1}, {3, 2, 2}}, []string{"g"}, 0, false},
		{"x of very different sizes", [][3]float64{{0, 1e-3, 1}, {0, 1e3, 2}}, []string{"g"}, 2, true},
		{"without effects", [][3]float64{{0, 1, 1}, {0, 2, 2}, {0, 3, 2}}, nil, 3, true},
	} {
		d := rows(append(append([][3]float64{}, base...), c.more...)...)
		r, err := Estimate(context.Background(), d, Spec{Outcome: "y", Regressors: []string{"z", "x"}, Effects: c.effects, Estimator: "ppml"}, nil)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if r.Sample.Separated != c.out || len(r.Dropped) > 0 != c.dropped {
			t.Errorf("%s: %+v, dropped %v", c.name, r.Sample, r.Dropped)
		}
		if c.dropped {
			without, err := Estimate(context.Background(), rows(base...), Spec{Outcome: "y", Regressors: []string{"z"}, Effects: c.effects, Estimator: "ppml"}, nil)
			if err != nil || !same(r.Coefficients[0].Estimate, without.Coefficients[0].Estimate, 1e-9) {
				t.Errorf("%s: z is %v, without the rows %+v, %v", c.name, r.Coefficients[0].Estimate, without, err)
			}
		}
	}
}

func TestPoissonRefuses(t *testing.T) {
	ask := func(d *Data, edit func(*Spec)) error {
		s := Spec{Outcome: "y", Regressors: []string{"x"}, Estimator: "ppml"}
		edit(&s)
		_, err := Estimate(context.Background(), d, s, nil)
		return err
	}
	good := rows([3]float64{1, 0, 1}, [3]float64{3, 1, 1}, [3]float64{2, 2, 2}, [3]float64{0, 0, 2})
	for _, c := range []struct {
		name string
		d    *Data
		edit func(*Spec)
		code ledger.Code
	}{
		{"negative", rows([3]float64{1, 0, 1}, [3]float64{-3, 1, 1}), func(*Spec) {}, ledger.FieldInvalid},
		{"zeros only", rows([3]float64{0, 0, 1}, [3]float64{0, 1, 1}), func(*Spec) {}, design.Refused},
		{"zeros only, with effects", rows([3]float64{0, 0, 1}, [3]float64{0, 1, 1}), func(s *Spec) { s.Effects = []string{"g"} }, design.Refused},
		{"one variance", good, func(s *Spec) { s.Errors = "iid" }, design.Refused},
		{"CR2", good, func(s *Spec) { s.Errors, s.Cluster = "cr2", []string{"g"} }, design.Refused},
		{"bootstrap", good, func(s *Spec) { s.Cluster, s.Bootstrap = []string{"g"}, &Bootstrap{Runs: 99} }, design.Refused},
	} {
		if err := ask(c.d, c.edit); ledger.ErrorCode(err) != c.code {
			t.Errorf("%s: %v, want %s", c.name, err, c.code)
		}
	}
}
