package rank

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func close(a, b, within float64) bool { return math.Abs(a-b) <= within }

// The examples of R's cor.test, of R with ties, and of scipy.stats.
func TestCorrelationsOfReferences(t *testing.T) {
	for _, c := range []struct {
		name     string
		x, y     []float64
		rho, tau float64
	}{
		{"Hollander and Wolfe, tuna", tunaX, tunaY, 0.6, 0.444444444444},
		{"ties, R", []float64{3, 1, 4, 1, 5, 9, 2, 6, 5, 3}, []float64{2, 7, 1, 8, 2, 8, 1, 8, 2, 8}, 0.134715062811, 0.130410132739},
		{"ties, scipy", []float64{12, 2, 1, 12, 2}, []float64{1, 4, 7, 1, 0}, math.NaN(), -0.47140452079103173},
		{"one column flat", []float64{1, 2, 3}, []float64{4, 4, 4}, math.NaN(), math.NaN()},
		{"gaps left out", []float64{1, 2, math.NaN(), 3, 4}, []float64{1, 2, 9, 3, math.NaN()}, 1, 1},
	} {
		if tau, _ := TauB(c.x, c.y); !close(tau, c.tau, 1e-11) && !(math.IsNaN(tau) && math.IsNaN(c.tau)) {
			t.Errorf("%s: τ-b %v, want %v", c.name, tau, c.tau)
		}
		if rho, _ := Spearman(c.x, c.y); !math.IsNaN(c.rho) && !close(rho, c.rho, 1e-11) {
			t.Errorf("%s: ρ %v, want %v", c.name, rho, c.rho)
		}
	}
	if got := Ranks([]float64{3, 1, 3, 2}); !slices.Equal(got, []float64{3.5, 1, 3.5, 2}) {
		t.Errorf("ranks %v", got)
	}
	if rho, n := Spearman([]float64{1, 2}, []float64{1, 2}); !math.IsNaN(rho) || n != 2 {
		t.Errorf("of two rows: %v, %d", rho, n)
	}
}

var (
	tunaX = []float64{44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1}
	tunaY = []float64{2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8}
)

// Knight's algorithm against counting pairs, with many ties.
func TestTauBCountsPairs(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		n, levels := 3+random.IntN(40), 1+random.IntN(8)
		x, y := make([]float64, n), make([]float64, n)
		for i := range x {
			x[i], y[i] = float64(random.IntN(levels)), float64(random.IntN(levels))
		}
		k := newKendall(x, y)
		got, _ := TauB(x, y)
		if k.scale == 0 {
			if !math.IsNaN(got) {
				t.Fatalf("%v %v: %v where a column does not vary", x, y, got)
			}
			continue
		}
		if want := k.value(y); !close(got, want, 1e-12) {
			t.Fatalf("%v %v: %v, counted %v", x, y, got, want)
		}
	}
}

func TestDifferencesRespectGaps(t *testing.T) {
	at, d := Differences([]int{2013, 2010, 2012, 2015, 2014, 2016}, []float64{4, 1, 2, math.NaN(), 7, 9})
	if !slices.Equal(at, []int{2013, 2014}) || !slices.Equal(d, []float64{2, 3}) {
		t.Errorf("%v %v: 2010 and 2012 are not adjacent, nor are 2014 and 2016 without 2015", at, d)
	}
}

func TestHolm(t *testing.T) {
	got := Holm([]float64{0.01, 0.04, math.NaN(), 0.03, 0.005, 0.5})
	for i, want := range []float64{0.04, 0.09, math.NaN(), 0.09, 0.025, 0.5} { // R's p.adjust
		if !close(got[i], want, 1e-15) && !(math.IsNaN(want) && math.IsNaN(got[i])) {
			t.Errorf("%d: %v, want %v", i, got[i], want)
		}
	}
}
