package panel

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fundtrace/gateway/analytics/table"
)

// read reads a table beside the test, or one of the data that are no part of the repository: without those the test is skipped.
func read(t testing.TB, path string) *table.Table {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Skipf("%v: no data", err)
	}
	defer file.Close()
	data, err := table.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func grunfeld(t testing.TB) *table.Table { return read(t, filepath.Join(sharedData, "Grunfeld.csv")) }

func run(t testing.TB, data *table.Table, s Spec) *Result {
	t.Helper()
	r, err := Run(context.Background(), data, s, nil)
	if err != nil {
		t.Fatalf("%+v: %v", s, err)
	}
	return r
}

// investment is the model of Grunfeld's data.
func investment(edit func(*Spec)) Spec {
	s := Spec{Outcome: "inv", Regressors: []string{"value", "capital"}, Entity: "firm", Time: "year"}
	edit(&s)
	return s
}

// printed compares a number with one printed to some digits.
func printed(got, want float64, decimals int) bool {
	return math.Abs(got-want) <= 0.5000001*math.Pow10(-decimals)
}

// Grunfeld, 10 firms × 20 years: the numbers of plm's tests, of gretl and Stata, to the digits printed.
func TestGrunfeld(t *testing.T) {
	data := grunfeld(t)
	firm, year, both := []string{Entity}, []string{Time}, []string{Entity, Time}
	for _, c := range []struct {
		name                   string
		edit                   func(*Spec)
		value, se, capital, sk float64
		rss                    float64
		f                      float64
		df1, df2               int
		wald                   float64
	}{
		{"pooled", func(s *Spec) {}, 0.1155622, 0.0058357, 0.2306785, 0.0254758, 0, 0, 0, 0, 0},
		{"within firm", func(s *Spec) { s.Effects = firm }, 0.1101238, 0.0118567, 0.3100653, 0.0173545, 523478.15, 309.014, 2, 188, 0},
		{"within year", func(s *Spec) { s.Effects = year }, 0.1167978, 0.0063313, 0.2197066, 0.0322961, 1712971.74, 0, 0, 0, 0},
		{"two-way", func(s *Spec) { s.Effects = both }, 0.1177159, 0.0137513, 0.3579163, 0.0227190, 452147.07, 217.442, 2, 169, 0},
		{"within firm, cr0 by firm", func(s *Spec) { s.Effects, s.Cluster, s.Errors = firm, firm, "cr0" }, 0.1101238, 0.0143421, 0.3100653, 0.0497926, 0, 0, 0, 0, 63.5489},
		{"within firm, cr1 by firm", func(s *Spec) { s.Effects, s.Cluster = firm, firm }, 0.1101238, 0.0151945, 0.3100653, 0.0527518, 0, 28.3096, 2, 9, 0},
		{"within firm, cr0 by year", func(s *Spec) { s.Effects, s.Cluster, s.Errors = firm, year, "cr0" }, 0.1101238, 0.0164157, 0.3100653, 0.0305797, 0, 109.317, 2, 19, 0},
		{"two-way, cr0 by firm", func(s *Spec) { s.Effects, s.Cluster, s.Errors = both, firm, "cr0" }, 0.1177159, 0.0097120, 0.3579163, 0.0429311, 0, 0, 0, 0, 149.268},
		{"two-way, cr1 by firm", func(s *Spec) { s.Effects, s.Cluster = both, firm }, 0.1177159, 0.0108244, 0.3579163, 0.0478484, 0, 60.0821, 2, 9, 0},
		{"between", func(s *Spec) { s.Estimator = "between" }, 0.134646, 0.028745, 0.032031, 0.190938, 0, 0, 0, 0, 0},
		{"random", func(s *Spec) { s.Estimator = "random" }, 0.109781, 0.010493, 0.308113, 0.017180, 0, 0, 0, 0, 0},
	} {
		r := run(t, data, investment(c.edit))
		decimals := 7
		if r.Spec.Estimator != "ols" {
			decimals = 6
		}
		value, _ := r.Coefficient("value")
		capital, _ := r.Coefficient("capital")
		if !printed(value.Estimate, c.value, decimals) || !printed(value.SE, c.se, decimals) || !printed(capital.Estimate, c.capital, decimals) || !printed(capital.SE, c.sk, decimals) {
			t.Errorf("%s: value %.7f (%.7f), capital %.7f (%.7f)", c.name, value.Estimate, value.SE, capital.Estimate, capital.SE)
		}
		if c.rss > 0 && !printed(r.Fit.RSS, c.rss, 2) {
			t.Errorf("%s: RSS %.3f, want %.2f", c.name, r.Fit.RSS, c.rss)
		}
		if c.f > 0 && (math.Abs(r.Joint.F/c.f-1) > 5e-6 || r.Joint.DF1 != c.df1 || r.Joint.DF2 != float64(c.df2)) {
			t.Errorf("%s: F %+v, want %v (%d, %d)", c.name, r.Joint, c.f, c.df1, c.df2)
		}
		if c.wald > 0 && math.Abs(r.Joint.Wald/c.wald-1) > 5e-6 {
			t.Errorf("%s: Wald %v, want %v", c.name, r.Joint.Wald, c.wald)
		}
	}
}

func TestGrunfeldFit(t *testing.T) {
	data := grunfeld(t)
	pooled := run(t, data, investment(func(*Spec) {}))
	if c, ok := pooled.Coefficient("constant"); !ok || !printed(c.Estimate, -42.7143694, 7) || !printed(c.SE, 9.5116760, 7) || !printed(pooled.Fit.R2, 0.81241, 5) {
		t.Errorf("pooled: %+v, R² %v", c, pooled.Fit.R2)
	}
	if within := run(t, data, investment(func(s *Spec) { s.Effects = []string{Entity} })); !printed(within.Fit.WithinR2, 0.76676, 5) || within.Fit.ResidualDF != 188 || within.Fit.R2 < 0.9 {
		t.Errorf("within: %+v", within.Fit)
	}
	if c, _ := run(t, data, investment(func(s *Spec) { s.Estimator = "between" })).Coefficient("constant"); !printed(c.Estimate, -8.527114, 6) {
		t.Errorf("between: %+v", c)
	}
	random := run(t, data, investment(func(s *Spec) { s.Estimator = "random" }))
	c, _ := random.Coefficient("constant")
	v := random.Components
	if !printed(c.Estimate, -57.834415, 6) || !printed(c.SE, 28.898935, 6) || !printed(v.Theta, 0.8612, 4) || !printed(v.SigmaE, 52.77, 2) || !printed(v.SigmaU, 84.20, 2) {
		t.Errorf("random: %+v, %+v", c, v)
	}
}

// The small-sample conventions on Grunfeld, one-way and two-way effects: R's plm (sss) and sandwich; Stata's areg and dummies by hand.
func TestSmallSampleConventions(t *testing.T) {
	data := grunfeld(t)
	for _, c := range []struct {
		small          string
		effects        []string
		value, capital float64
	}{
		{"plm", []string{Entity}, 0.0151560754389, 0.0526183915915},
		{"plm", []string{Entity, Time}, 0.0102631912366, 0.0453674944848},
		{"none", []string{Entity}, 0.0143421 * math.Sqrt(10.0/9), 0.0497926 * math.Sqrt(10.0/9)},
		{"full", []string{Entity}, 0.0143421 * math.Sqrt(10.0/9*199/188), 0.0497926 * math.Sqrt(10.0/9*199/188)},
		{"full", []string{Entity, Time}, 0.0097120 * math.Sqrt(10.0/9*199/169), 0.0429311 * math.Sqrt(10.0/9*199/169)},
	} {
		r := run(t, data, investment(func(s *Spec) { s.Effects, s.Cluster, s.Small = c.effects, []string{Entity}, c.small }))
		value, capital := r.Coefficients[0].SE, r.Coefficients[1].SE
		if math.Abs(value/c.value-1) > 1e-5 || math.Abs(capital/c.capital-1) > 1e-5 {
			t.Errorf("%s, %v: %.10f and %.10f, want %.10f and %.10f", c.small, c.effects, value, capital, c.value, c.capital)
		}
		if r.Convention == "" || !strings.Contains(r.Convention, "G-1 = 9") {
			t.Errorf("convention %q", r.Convention)
		}
	}
}

// plm's vcovDC, HC0: clustered by firm and year at once. With the factor plm gives each of the three sandwiches its own, so that only
// HC0 is compared.
func TestTwoWayClusters(t *testing.T) {
	data := grunfeld(t)
	for _, c := range []struct {
		effects        []string
		value, capital float64
	}{
		{[]string{Entity}, 0.0110542285516, 0.0411447658398},
		{[]string{Entity, Time}, 0.0106338232407, 0.0426562329875},
	} {
		r := run(t, data, investment(func(s *Spec) { s.Effects, s.Cluster, s.Errors = c.effects, []string{Entity, Time}, "cr0" }))
		if value, capital := r.Coefficients[0].SE, r.Coefficients[1].SE; math.Abs(value-c.value) > 1e-12 || math.Abs(capital-c.capital) > 1e-12 {
			t.Errorf("%v: %.13f and %.13f", c.effects, value, capital)
		}
		if len(r.Clusters) != 2 || r.Clusters[0].Clusters != 10 || r.Clusters[1].Clusters != 20 || r.Coefficients[0].DF != 9 {
			t.Errorf("clusters %+v", r.Clusters)
		}
	}
}

// CR2 with Satterthwaite's degrees of freedom: clubSandwich 0.5.8 of R on Grunfeld, with dummies (lm) and, the same, absorbed (plm).
func TestBiasReducedErrors(t *testing.T) {
	data := grunfeld(t)
	type line struct{ se, df, p float64 }
	for _, c := range []struct {
		effects, cluster []string
		weights          string
		value, capital   line
	}{
		{[]string{Entity}, []string{Entity}, "", line{0.0206311068339, 1.81256840291, 0.0410217892800}, line{0.0826753020490, 1.79953119284, 0.0755286886155}},
		{[]string{Entity}, []string{Time}, "", line{0.0184719078895, 10.41578704088, 0.000117859378382}, line{0.0355272003874, 9.24562282169, 0.000009199115258}},
		{[]string{Entity, Time}, []string{Entity}, "", line{0.0208148232743, 2.38867112031, 0.0196733998420}, line{0.1002139542317, 1.84346038046, 0.0790615897407}},
		{[]string{Entity, Time}, []string{Time}, "", line{0.0203754845901, 10.94462241863, 0.000125765263287}, line{0.0596543820004, 7.87638263997, 0.000343823361579}},
	} {
		r := run(t, data, investment(func(s *Spec) { s.Effects, s.Cluster, s.Errors = c.effects, c.cluster, "cr2" }))
		for j, want := range []line{c.value, c.capital} {
			got := r.Coefficients[j]
			if math.Abs(got.SE-want.se) > 1e-12 || math.Abs(got.DF-want.df) > 1e-10 || math.Abs(got.P-want.p) > 1e-11 {
				t.Errorf("%v by %v: %+v, want %+v", c.effects, c.cluster, got, want)
			}
		}
	}
	// weights inverse to the variance (inverse_var = TRUE); clubSandwich's degrees of freedom lose digits there, 2.41621 and 2.21583
	r := run(t, data, investment(func(s *Spec) {
		s.Effects, s.Cluster, s.Errors, s.Weights = []string{Entity, Time}, []string{Entity}, "cr2", "capital"
	}))
	if a, b := r.Coefficients[0], r.Coefficients[1]; math.Abs(a.SE-0.0293437658402) > 1e-11 || math.Abs(b.SE-0.0350077354429) > 1e-11 || math.Abs(a.DF-2.41621) > 1e-4 || math.Abs(b.DF-2.21583) > 1e-4 {
		t.Errorf("weighted: %+v, %+v", a, b)
	}
}

// The approximate Hotelling test of both coefficients: clubSandwich's Wald_test, HTZ.
func TestJointTestOfFewClusters(t *testing.T) {
	data := grunfeld(t)
	for _, c := range []struct {
		effects, cluster []string
		f, df, p         float64
	}{
		{[]string{Entity}, []string{Time}, 67.112254822, 7.16755501129, 2.28462329771e-05},
		{[]string{Entity, Time}, []string{Time}, 36.8241551739, 7.15930810285, 0.000170656662197},
		{[]string{Entity}, []string{Entity}, 6.429002216, 0.78298167022, 0.326680345675},
		{[]string{Entity, Time}, []string{Entity}, 10.9633983415, 0.9811103405, 0.213201018357},
	} {
		j := run(t, data, investment(func(s *Spec) { s.Effects, s.Cluster, s.Errors = c.effects, c.cluster, "cr2" })).Joint
		if j == nil || j.DF1 != 2 || !same(j.F, c.f, 1e-10) || !same(j.DF2, c.df, 1e-9) || !same(j.P, c.p, 1e-9) {
			t.Errorf("%v by %v: %+v", c.effects, c.cluster, j)
		}
	}
	// Of one coefficient it is the square of t with Satterthwaite's degrees of freedom.
	r := run(t, data, investment(func(s *Spec) {
		s.Effects, s.Cluster, s.Errors, s.Test = []string{Entity, Time}, []string{Time}, "cr2", []string{"capital"}
	}))
	if c := r.Coefficients[1]; !same(r.Joint.F, c.T*c.T, 1e-10) || !same(r.Joint.DF2, c.DF, 1e-10) || !same(r.Joint.P, c.P, 1e-9) {
		t.Errorf("%+v, %+v", r.Joint, c)
	}
}

// Weighted least squares: R's lm and sandwich.
func TestWeights(t *testing.T) {
	data := grunfeld(t)
	effects := []string{Entity, Time}
	plain := run(t, data, investment(func(s *Spec) { s.Effects, s.Weights = effects, "capital" }))
	cluster := run(t, data, investment(func(s *Spec) { s.Effects, s.Weights, s.Cluster, s.Errors = effects, "capital", []string{Entity}, "cr0" }))
	for j, want := range [][3]float64{{0.140645968962, 0.0148652548819, 0.0124543138035}, {0.445541688967, 0.0247822998937, 0.0297626567933}} {
		if got := plain.Coefficients[j]; math.Abs(got.Estimate-want[0]) > 1e-11 || math.Abs(got.SE-want[1]) > 1e-11 || math.Abs(cluster.Coefficients[j].SE-want[2]) > 1e-11 {
			t.Errorf("%+v, clustered %v, want %v", got, cluster.Coefficients[j].SE, want)
		}
	}
}

// Dumitrescu and Hurlin on Grunfeld: plm's pgrangertest.
func TestGrangerOfGrunfeld(t *testing.T) {
	data := grunfeld(t)
	ask := func(lags int) *GrangerResult {
		r, err := Granger(t.Context(), data, GrangerSpec{Outcome: "inv", Regressor: "value", Entity: "firm", Time: "year", Lags: lags})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := ask(1); !printed(r.ZTilde, 3.2896, 4) || !printed(r.PTilde, 0.001003, 6) || !printed(r.WBar, 3.0226, 4) {
		t.Errorf("one lag: %+v", r)
	}
	r := ask(2)
	if !printed(r.ZTilde, 1.6832, 4) || !printed(r.PTilde, 0.09234, 5) || !printed(r.ZBar, 2.9657, 4) || !printed(r.PBar, 0.00302, 5) {
		t.Errorf("two lags: %+v", r)
	}
	for i, want := range []float64{1.8255, 4.3695, 0.7983, 3.3070, 11.0632} {
		if !printed(r.Units[i].Wald, want, 4) {
			t.Errorf("firm %s: %v, want %v", r.Units[i].Entity, r.Units[i].Wald, want)
		}
	}
}
