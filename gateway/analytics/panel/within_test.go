package panel

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// Levels that hang together like a chain are the hardest to separate: plain alternating projections would take millions of rounds. Without
// errors the coefficients are known exactly.
func TestBadlyConnectedEffects(t *testing.T) {
	random := rand.New(rand.NewPCG(19, 20))
	const links = 400
	n := 4 * links
	d := &Data{Rows: n, Numbers: map[string][]float64{"y": make([]float64, n), "x": make([]float64, n)}, Keys: map[string][]string{"worker": make([]string, n), "firm": make([]string, n)}}
	for i := range n {
		worker := i / 4
		firm := (i + 2) / 4 // each worker has rows at two firms, and shares each with a neighbour
		x := random.NormFloat64() + float64(worker)/50
		d.Numbers["x"][i], d.Numbers["y"][i] = x, 0.7*x+math.Sqrt(float64(worker))-0.01*float64(firm*firm%97)
		d.Keys["worker"][i], d.Keys["firm"][i] = fmt.Sprint(worker), fmt.Sprint(firm)
	}
	r, err := Estimate(context.Background(), d, Spec{Outcome: "y", Regressors: []string{"x"}, Effects: []string{"worker", "firm"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if c := r.Coefficients[0]; math.Abs(c.Estimate-0.7) > 1e-9 || r.Fit.RSS > 1e-9 {
		t.Errorf("%v after %d iterations, RSS %v", c.Estimate, r.Fit.Iterations, r.Fit.RSS)
	}
	if len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "make up y exactly") {
		t.Errorf("an outcome without errors is not noted: %v", r.Notes)
	}
	if r.Fit.Parameters != 1+links+links+1-1 { // links workers, links+1 firms, one component
		t.Errorf("%d parameters", r.Fit.Parameters)
	}
}

// What is left of a column has mean 0 in every level of every effect, and taking the effects out again changes nothing.
func TestWhatIsLeftIsOrthogonal(t *testing.T) {
	random := rand.New(rand.NewPCG(21, 22))
	for trial := range 20 {
		d := world(random, 150)
		var groups []group
		for _, name := range []string{"unit", "year", "kind"}[:1+trial%3] {
			g, _, _ := d.group(name)
			groups = append(groups, g)
		}
		var w []float64
		if trial%2 == 0 {
			w = d.Numbers["w"]
		}
		x := append([]float64(nil), d.Numbers["a"]...)
		for i := range x {
			x[i] += 1e6 // a level that is large beside the deviations
		}
		a := newWithin(groups, w)
		if _, err := a.column(context.Background(), x); err != nil {
			t.Fatal(err)
		}
		for _, g := range groups {
			sums := make([]float64, g.levels)
			for i, l := range g.of {
				if w == nil {
					sums[l] += x[i]
				} else {
					sums[l] += w[i] * x[i]
				}
			}
			for l, s := range sums {
				if math.Abs(s) > 1e-7 {
					t.Errorf("trial %d: %s %d has a sum of %v", trial, g.name, l, s)
				}
			}
		}
		before := append([]float64(nil), x...)
		if _, err := a.column(context.Background(), x); err != nil {
			t.Fatal(err)
		}
		for i := range x {
			if math.Abs(x[i]-before[i]) > 1e-9 {
				t.Fatalf("trial %d, row %d: %v, again %v", trial, i, before[i], x[i])
			}
		}
	}
}
