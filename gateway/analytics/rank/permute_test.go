package rank

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/design"
)

func test(t *testing.T, x, y []float64, o Options) *Test {
	t.Helper()
	got, err := Permute(context.Background(), x, y, o)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// R's cor.test with exact = TRUE.
func TestExactPOfReferences(t *testing.T) {
	a := []float64{5.1, 2.2, 8.3, 1.4, 9.5, 3.6, 7.7, 4.8, 6.9, 0.1}
	b := []float64{4.0, 3.1, 9.2, 0.3, 6.4, 2.5, 8.6, 7.7, 5.8, 1.9}
	for _, c := range []struct {
		name, statistic string
		x, y            []float64
		estimate, p     float64
	}{
		{"tuna", "kendall", tunaX, tunaY, 0.444444444444, 0.119438932981},
		{"tuna", "spearman", tunaX, tunaY, 0.6, 0.0967978395062},
		{"ten values", "kendall", a, b, 0.688888888889, 0.00468694885362},
	} {
		got := test(t, c.x, c.y, Options{Statistic: c.statistic})
		if !got.Exact || !close(got.Estimate, c.estimate, 1e-11) || !close(got.P, c.p, 1e-11) {
			t.Errorf("%s, %s: %+v, want %v with p %v", c.name, c.statistic, got, c.estimate, c.p)
		}
	}
	// Twenty values without ties: by the distribution of τ, the same as many draws.
	long, other := make([]float64, 20), make([]float64, 20)
	for i := range long {
		long[i], other[i] = float64(i), float64(i*7%20)+float64(i)/3
	}
	counted := test(t, long, other, Options{Statistic: "kendall"})
	other[19] = other[18] // a tie: orders are drawn
	if drawn := test(t, long, other, Options{Statistic: "kendall"}); !counted.Exact || drawn.Exact || !close(counted.P, drawn.P, 0.05) || counted.Permutations != 2_432_902_008_176_640_000 {
		t.Errorf("counted %+v, drawn %+v", counted, drawn)
	}
	// From ten values on R's p of ρ is an Edgeworth series, 0.00446; of all 3,628,800 orders 13,446 are as far from 0.
	got := test(t, a, b, Options{})
	if !close(got.Estimate, 0.842424242424, 1e-11) || !close(got.P, 13_446.0/3_628_800, 1e-15) || got.Permutations != 3_628_800 {
		t.Errorf("ρ of ten values: %+v", got)
	}
}

// Critical values of ρ at 5 %, two-sided: 0.886 with 6 values, 0.738 with 8, 0.648 with 10. What is there is significant and the next below
// is not.
func TestCriticalValuesOfSpearman(t *testing.T) {
	for _, c := range []struct {
		n        int
		critical float64
	}{{6, 0.886}, {8, 0.738}, {10, 0.648}} {
		x := make([]float64, c.n)
		for i := range x {
			x[i] = float64(i)
		}
		s := newSpearman(Ranks(x), Ranks(x))
		count := map[float64]int{}
		random := rand.New(rand.NewPCG(3, 4))
		for range 20_000 { // one order for each value of ρ
			y := slices.Clone(s.y)
			random.Shuffle(len(y), func(i, j int) { y[i], y[j] = y[j], y[i] })
			count[math.Round(s.value(y)*1e6)/1e6]++
		}
		above, below := math.Inf(1), 0.0
		for rho := range count {
			if rho >= c.critical-0.0005 {
				above = min(above, rho)
			} else {
				below = max(below, rho)
			}
		}
		for _, at := range []struct {
			rho         float64
			significant bool
		}{{above, true}, {below, false}} {
			p, err := enumerate(context.Background(), s, slices.Clone(s.y), 1, at.rho-1e-6)
			if err != nil || p <= 0.05 != at.significant {
				t.Errorf("n %d: p of ρ %.4f is %.4f, %v", c.n, at.rho, p, err)
			}
		}
	}
}

// Heap's orders, and those of blocks, against every order made by recursion.
func TestEnumerationIsComplete(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 40 {
		n := 5 + random.IntN(3)
		x, y := make([]float64, n), make([]float64, n)
		for i := range x {
			x[i], y[i] = float64(random.IntN(4)), float64(random.IntN(5))
		}
		for _, statistic := range []string{"spearman", "kendall"} {
			o := Options{Statistic: statistic, Block: 1}
			s, start, err := o.statistic(x, y)
			if err != nil {
				continue
			}
			far := math.Abs(s.value(start)) - 1e-12
			one, err := enumerate(context.Background(), s, start, 1, far)
			if err != nil {
				t.Fatal(err)
			}
			hits, all, err := whole(context.Background(), s, append([][]float64{{}}, cut(start, 1)...), far)
			if want := float64(hits) / float64(all); err != nil || all != int64(factorial(n)) || one != want {
				t.Fatalf("%s of %v, %v: %v, want %v of %d orders", statistic, x, y, one, want, all)
			}
		}
	}
}

func TestRandomOrdersAgreeWithAll(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	x, y := make([]float64, 12), make([]float64, 12)
	for i := range x {
		x[i] = random.NormFloat64()
		y[i] = 0.5*x[i] + random.NormFloat64()
	}
	first := test(t, x, y, Options{Seed: 1})
	again := test(t, x, y, Options{Seed: 1})
	other := test(t, x, y, Options{Seed: 2})
	if first.Exact || *first != *again || first.P == other.P || !close(first.P, other.P, 0.01) {
		t.Errorf("%+v, again %+v, other seed %+v", first, again, other)
	}
	y[0] = y[1] // a tie: the orders are enumerated
	exact := test(t, x[:9], y[:9], Options{Statistic: "kendall"})
	o := Options{Statistic: "kendall", Draws: 50_000, Seed: 3}
	if err := o.fill(); err != nil {
		t.Fatal(err)
	}
	s, start, err := o.statistic(x[:9], y[:9])
	if err != nil {
		t.Fatal(err)
	}
	p, err := o.draw(context.Background(), s, start, math.Abs(exact.Estimate)-1e-12)
	if se := math.Sqrt(exact.P * (1 - exact.P) / 50_000); err != nil || !close(p, exact.P, 5*se+1e-4) {
		t.Errorf("drawn %v, exact %v, %v", p, exact.P, err)
	}
}

// Two independent random walks: free permutation finds them associated far too often, permuting in blocks less so.
func TestBlocksKeepSerialDependence(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	free, blocks := 0, 0
	const trials = 300
	for range trials {
		x, y := make([]float64, 40), make([]float64, 40)
		for i := 1; i < len(x); i++ {
			x[i], y[i] = 0.8*x[i-1]+random.NormFloat64(), 0.8*y[i-1]+random.NormFloat64()
		}
		if test(t, x, y, Options{Draws: 199}).P <= 0.05 {
			free++
		}
		if test(t, x, y, Options{Draws: 199, Block: 10, Level: 0.9}).P <= 0.05 {
			blocks++
		}
	}
	if free < trials/5 || blocks > free/2 {
		t.Errorf("of %d unrelated pairs %d look related freely, %d in blocks", trials, free, blocks)
	}
}

func TestWhatIsTooSmallIsRefused(t *testing.T) {
	four := []float64{1, 2, 3, 4}
	for _, c := range []struct {
		name string
		x, y []float64
		o    Options
		code ledger.Code
	}{
		{"four values", four, four, Options{}, design.Refused},
		{"one per cent of five", []float64{1, 2, 3, 4, 5}, []float64{1, 2, 3, 4, 5}, Options{Level: 0.99}, design.Refused},
		{"three blocks", []float64{1, 2, 3, 4, 5, 6}, []float64{1, 2, 3, 4, 5, 6}, Options{Block: 2}, design.Refused},
		{"flat", []float64{1, 1, 1, 1, 1}, []float64{1, 2, 3, 4, 5}, Options{}, design.Refused},
		{"statistic", four, four, Options{Statistic: "pearson"}, ledger.FieldInvalid},
		{"draws", four, four, Options{Draws: 5}, ledger.FieldInvalid},
		{"level", four, four, Options{Level: 2}, ledger.FieldInvalid},
	} {
		if _, err := Permute(context.Background(), c.x, c.y, c.o); ledger.ErrorCode(err) != c.code {
			t.Errorf("%s: %v, want %s", c.name, err, c.code)
		}
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	long := make([]float64, 30)
	for i := range long {
		long[i] = float64(i * i % 17)
	}
	if _, err := Permute(cancelled, long, long, Options{}); err == nil {
		t.Error("a cancelled test went on")
	}
}

// Of a perfect order the interval begins at the next best and ends at 1.
func TestIntervals(t *testing.T) {
	ten := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	for _, statistic := range []string{"spearman", "kendall"} {
		up := test(t, ten, ten, Options{Statistic: statistic})
		if up.High != 1 || up.Low < 0.5 || up.Low >= 1 || !close(up.P, up.Smallest, 1e-18) || !close(up.P, 2/factorial(10), 1e-18) {
			t.Errorf("%+v", up)
		}
		some := test(t, tunaX, tunaY, Options{Statistic: statistic})
		if some.Low >= some.Estimate || some.High <= some.Estimate || some.Low < -1 || some.High > 1 {
			t.Errorf("%+v", some)
		}
	}
	// Bonett and Wright: z ± 1.96·√((1+ρ²/2)/(n-3)) of ρ 0.6, n 9
	if got := test(t, tunaX, tunaY, Options{}); !close(got.Low, math.Tanh(math.Atanh(0.6)-1.959963984540054*math.Sqrt(1.18/6)), 1e-12) {
		t.Errorf("%+v", got)
	}
}
