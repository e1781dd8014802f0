package robust

import (
	"context"
	"errors"
	"math"
	"reflect"
	"testing"
)

func each(names ...string) []Group {
	var out []Group
	for i, n := range names {
		out = append(out, Group{n, []int{i}})
	}
	return out
}

func sobol(t *testing.T, d Design, f func(u []float64) float64) *Indices {
	t.Helper()
	out, err := Sobol(context.Background(), d, func() func([]float64) float64 { return f })
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// ishigami is the test function of Ishigami and Homma (1990), a = 7, b = 0.1.
func ishigami(u []float64) float64 {
	x := func(i int) float64 { return math.Pi * (2*u[i] - 1) }
	return math.Sin(x(0)) + 7*math.Pow(math.Sin(x(1)), 2) + 0.1*math.Pow(x(2), 4)*math.Sin(x(0))
}

// Analytic indices: V = a²/8 + bπ⁴/5 + b²π⁸/18 + 1/2 = 13.8446; S = 0.3139, 0.4424, 0; T = 0.5576, 0.4424, 0.2437.
func TestSobolOfIshigami(t *testing.T) {
	got := sobol(t, Design{Groups: each("x1", "x2", "x3"), Columns: 3, N: 1 << 17, Seed: 1}, ishigami)
	if math.Abs(float64(got.Variance)-13.8446) > 0.08 || math.Abs(float64(got.Mean)-3.5) > 0.02 || got.Runs != 5<<17 {
		t.Errorf("mean %v, variance %v, %d runs", got.Mean, got.Variance, got.Runs)
	}
	for i, want := range [][2]float64{{0.3139, 0.5576}, {0.4424, 0.4424}, {0, 0.2437}} {
		f := got.Factors[i]
		if math.Abs(float64(f.First)-want[0]) > 0.01 || math.Abs(float64(f.Total)-want[1]) > 0.01 {
			t.Errorf("%s: first %.4f, total %.4f, analytic %v", f.Name, f.First, f.Total, want)
		}
	}
}

// Of the bootstrap's 95 % intervals about 95 in 100 hold the analytic value: here 600, six of each of 100 seeds.
func TestSobolIntervalsCover(t *testing.T) {
	want := [][2]float64{{0.3139, 0.5576}, {0.4424, 0.4424}, {0, 0.2437}}
	held := 0
	for seed := range uint64(100) {
		got := sobol(t, Design{Groups: each("x1", "x2", "x3"), Columns: 3, N: 1000, Bootstrap: 200, Seed: seed}, ishigami)
		for i, f := range got.Factors {
			if float64(f.FirstLow) <= want[i][0] && want[i][0] <= float64(f.FirstHigh) {
				held++
			}
			if float64(f.TotalLow) <= want[i][1] && want[i][1] <= float64(f.TotalHigh) {
				held++
			}
		}
	}
	if held < 550 || held > 590 {
		t.Errorf("%d of 600 intervals hold the analytic value", held)
	}
}

// Sobol's g-function: S_i = V_i/V with V_i = 1/(3(1+a_i)²), V = Π(1+V_i) - 1, T_i = V_i·Π_{j≠i}(1+V_j)/V.
func TestSobolOfG(t *testing.T) {
	a := []float64{0, 1, 4.5, 9}
	got := sobol(t, Design{Groups: each("1", "2", "3", "4"), Columns: 4, N: 1 << 17, Seed: 2}, func(u []float64) float64 {
		y := 1.0
		for i, ai := range a {
			y *= (math.Abs(4*u[i]-2) + ai) / (1 + ai)
		}
		return y
	})
	all := 1.0
	part := make([]float64, len(a))
	for i, ai := range a {
		part[i] = 1 / (3 * (1 + ai) * (1 + ai))
		all *= 1 + part[i]
	}
	for i := range a {
		first, total := part[i]/(all-1), part[i]*all/(1+part[i])/(all-1)
		if f := got.Factors[i]; math.Abs(float64(f.First)-first) > 0.02 || math.Abs(float64(f.Total)-total) > 0.02 {
			t.Errorf("%s: first %.4f, total %.4f, analytic %.4f and %.4f", f.Name, f.First, f.Total, first, total)
		}
		if got.Factors[i].FirstLow.Is() {
			t.Error("an interval without resampling")
		}
	}
}

// Factors that are exchanged together have the indices of their group: x1 and x3 of Ishigami make all but x2's part.
func TestSobolOfGroups(t *testing.T) {
	got := sobol(t, Design{Groups: []Group{{"x1 and x3", []int{0, 2}}, {"x2", []int{1}}}, Columns: 3, N: 1 << 14, Seed: 3}, ishigami)
	if f := got.Factors[0]; math.Abs(float64(f.First)-0.5576) > 0.02 || math.Abs(float64(f.Total)-0.5576) > 0.02 {
		t.Errorf("the group has %v and %v, want 0.5576", f.First, f.Total)
	}
}

func TestSobolIsOfItsSeed(t *testing.T) {
	d := Design{Groups: each("x1", "x2", "x3"), Columns: 3, N: 500, Bootstrap: 50, Seed: 4, Workers: 1}
	one := sobol(t, d, ishigami)
	d.Workers = 5
	if five := sobol(t, d, ishigami); !reflect.DeepEqual(one, five) {
		t.Error("five workers find other numbers than one")
	}
	d.Seed = 5
	if other := sobol(t, d, ishigami); reflect.DeepEqual(one, other) {
		t.Error("another seed finds the same numbers")
	}
	flat := sobol(t, d, func([]float64) float64 { return 1 })
	if flat.Factors[0].First.Is() || flat.Variance != 0 {
		t.Errorf("a constant has indices: %+v", flat)
	}
}

func TestSobolStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	calls := 0
	_, err := Sobol(ctx, Design{Groups: each("x"), Columns: 1, N: 1_000_000, Workers: 1}, func() func([]float64) float64 {
		return func(u []float64) float64 {
			if calls++; calls == 100 {
				cancel()
			}
			return u[0]
		}
	})
	if !errors.Is(err, context.Canceled) || calls > 200 {
		t.Errorf("%v after %d calls", err, calls)
	}
}
