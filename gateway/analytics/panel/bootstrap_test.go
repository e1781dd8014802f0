package panel

import (
	"context"
	"math"
	"runtime"
	"testing"

	"gonum.org/v1/gonum/mat"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/design"
)

// Weights have mean 0 and variance 1; each comes as often as the others.
func TestWildWeights(t *testing.T) {
	for _, c := range []struct {
		weights string
		fourth  float64
	}{{"rademacher", 1}, {"webb", (2*1.5*1.5 + 2 + 2*0.25) / 6}} {
		w := wild{clusters: 70, runs: 3_000, weights: c.weights, seed: 5}
		v := make([]float64, w.clusters)
		var first, second, fourth, n float64
		for r := range w.runs {
			w.signs(r, v)
			for _, x := range v {
				first, second, fourth, n = first+x, second+x*x, fourth+x*x*x*x, n+1
			}
		}
		if math.Abs(first/n) > 0.01 || math.Abs(second/n-1) > 0.01 || math.Abs(fourth/n-c.fourth) > 0.02 {
			t.Errorf("%s: moments %.4f, %.4f, %.4f", c.weights, first/n, second/n, fourth/n)
		}
	}
	w := wild{clusters: 5, runs: 32, enumerated: true, weights: "rademacher"}
	seen, v := map[[5]float64]bool{}, make([]float64, 5)
	for r := range w.runs {
		w.signs(r, v)
		seen[[5]float64(v)] = true
	}
	if len(seen) != 32 || !seen[[5]float64{1, 1, 1, 1, 1}] || !seen[[5]float64{-1, -1, -1, -1, -1}] {
		t.Errorf("%d different draws of 32", len(seen))
	}
}

func TestBootstrapDoesNotDependOnProcessors(t *testing.T) {
	data := grunfeld(t)
	ask := func(weights string) *BootstrapTest {
		r := run(t, data, investment(func(s *Spec) {
			s.Effects, s.Cluster, s.Bootstrap = []string{Entity, Time}, []string{Time}, &Bootstrap{Runs: 1999, Seed: 3, Weights: weights, Only: []string{"value"}}
		}))
		if r.Coefficients[1].Bootstrap != nil {
			t.Error("capital was tested and not asked for")
		}
		return r.Coefficients[0].Bootstrap
	}
	for _, weights := range []string{"rademacher", "webb"} {
		before := runtime.GOMAXPROCS(1)
		one := ask(weights)
		runtime.GOMAXPROCS(4)
		four := ask(weights)
		runtime.GOMAXPROCS(before)
		if one.P != four.P || *one.Low != *four.Low || *one.High != *four.High || one.Weights != weights {
			t.Errorf("%s: %+v with one processor, %+v with four", weights, one, four)
		}
	}
}

// Which weights and draws are chosen for how many clusters, and what is refused.
func TestChoiceOfWeights(t *testing.T) {
	for _, c := range []struct {
		clusters, runs int
		asked, weights string
		enumerated     bool
		smallest       float64
		refused        bool
	}{
		{31, 9999, "auto", "rademacher", false, 1e-4, false},
		{10, 9999, "auto", "rademacher", true, 2.0 / 1024, false},
		{10, 999, "auto", "rademacher", false, 2.0 / 1024, false},
		{7, 9999, "auto", "webb", false, 1e-4, false},
		{5, 9999, "rademacher", "rademacher", true, 2.0 / 32, true},
		{3, 9999, "auto", "webb", false, 2.0 / 216, false},
		{2, 9999, "auto", "webb", false, 2.0 / 36, true},
	} {
		w := wild{clusters: c.clusters, runs: c.runs, weights: c.asked}
		err := w.choose(0.05, "g")
		if w.weights != c.weights || w.enumerated != c.enumerated || math.Abs(w.smallest()-c.smallest) > 1e-12 || (ledger.ErrorCode(err) == design.Refused) != c.refused {
			t.Errorf("%+v: %s, %v, %v, %v", c, w.weights, w.enumerated, w.smallest(), err)
		}
	}
}

func TestBootstrapIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	w := wild{clusters: 3, runs: 100_000, weights: "webb", tz: mat.NewDense(3, 1, nil), te: mat.NewDense(3, 1, nil), zz: make([]float64, 3), ze: make([]float64, 3)}
	cancel()
	if err := w.draw(ctx, func(int) {}); err == nil {
		t.Error("a cancelled bootstrap went on")
	}
}
