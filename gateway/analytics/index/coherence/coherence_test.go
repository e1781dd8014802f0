package coherence

import (
	"fmt"
	"math"
	"os"
	"testing"

	"fundtrace/gateway/analytics/index"
	"fundtrace/gateway/analytics/table"
)

// asem computes the ASEM example of COINr under the handbook's chain.
func asem(t *testing.T) *index.Result {
	t.Helper()
	read := func(name string) *table.Table {
		file, err := os.Open("../../../../../shared/data/" + name)
		if err != nil {
			t.Skipf("the public data set is not here: %v", err)
		}
		defer file.Close()
		got, err := table.Read(file)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	p, err := index.ProfileFromTable(read("coinr_ASEM_iMeta.csv"), "asem")
	if err != nil {
		t.Fatal(err)
	}
	panel, err := index.Read(read("coinr_ASEM_iData.csv"), p, index.Keys{Unit: "uCode", Group: "EurAsia_group"})
	if err != nil {
		t.Fatal(err)
	}
	e, err := index.New(p, panel)
	if err != nil {
		t.Fatal(err)
	}
	r, err := e.Compute(*p.Method)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Published in COINr 1.1.14, docs/articles/weights.html and analysis.html, to the digits printed there.
func TestASEMCorrelations(t *testing.T) {
	r := asem(t)
	for _, c := range []struct {
		a, b, data string
		want       float64
	}{
		{"Index", "Conn", "value", 0.9397805}, {"Index", "Sust", "value", 0.8382873},
		{"MatCon", "CO2", "raw", 0.7222051}, {"PrimEner", "CO2", "raw", 0.3268484}, {"Renew", "CO2", "raw", -0.5986338},
	} {
		if got, _ := Pearson(r.Column(c.a, c.data), r.Column(c.b, c.data)); math.Abs(got-c.want) > 5e-8 {
			t.Errorf("%s and %s: %.7f, published %.7f", c.a, c.b, got, c.want)
		}
	}
	report, err := Analyse(r, "value")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, g := range report.Groups {
		for _, p := range g.Siblings {
			if p.Pearson > 0.75 || p.Pearson < -0.5 {
				found[p.A+" "+p.B] = fmt.Sprintf("%.3f", p.Pearson)
			}
		}
	}
	// Those above 0.75 and below -0.5 within groups of indicators, of the normalised data.
	for pair, want := range map[string]string{"FreePress CPI": "0.761", "NGOs CPI": "0.768", "CostImpEx TBTs": "-0.697", "TBTs RTAs": "-0.752", "TBTs TIRcon": "-0.623"} {
		if found[pair] != want {
			t.Errorf("%s: %q, published %s", pair, found[pair], want)
		}
	}
}

func TestASEMAlphaAndComponents(t *testing.T) {
	r := asem(t)
	report, err := Analyse(r, "raw")
	if err != nil {
		t.Fatal(err)
	}
	groups := map[string]Group{}
	for _, g := range report.Groups {
		groups[g.Code] = g
	}
	if got := float64(groups["P2P"].Alpha); math.Abs(got-0.05126659) > 5e-9 {
		t.Errorf("alpha of P2P is %.8f, published 0.05126659", got)
	}
	social := groups["Social"].PCA
	for i, want := range []float64{2.2042, 1.1256, 0.9788, 0.78834, 0.77153, 0.56836, 0.42463, 0.36068, 0.25760} {
		if got := math.Sqrt(social.Eigenvalues[i]); math.Abs(got-want) > 5e-5 {
			t.Errorf("standard deviation %d of Social is %.5f, published %v", i+1, got, want)
		}
	}
	for i, want := range []float64{0.5398, 0.6806, 0.7871, 0.85611, 0.92225, 0.95814, 0.97817, 0.99263, 1} {
		if got := social.Cumulative[i]; math.Abs(got-want) > 5e-5 {
			t.Errorf("cumulative share %d of Social is %.5f, published %v", i+1, got, want)
		}
	}
	if social.Kaiser != 2 || social.Rows != 37 { // 14 of 51 rows have a gap
		t.Errorf("Social: %d components above 1, %d rows", social.Kaiser, social.Rows)
	}
	// Published in the order of the alphabet, with the other sign: a component's sign is of no account.
	environ := groups["Environ"]
	for code, want := range map[string]float64{"CO2": -0.581, "Forest": 0.214, "MatCon": -0.543, "PrimEner": -0.313, "Renew": 0.473} {
		for i, c := range environ.Children {
			if c == code && math.Abs(-environ.PCA.Loadings[0][i]-want) > 5e-4 {
				t.Errorf("loading of %s is %.4f, published %v", code, environ.PCA.Loadings[0][i], want)
			}
		}
	}
	if _, err := Analyse(r, "ranks"); err == nil {
		t.Error("correlations of what does not exist")
	}
}

// Examples from the documentation of scipy.stats.
func TestRankCorrelations(t *testing.T) {
	if got, n := Kendall([]float64{12, 2, 1, 12, 2}, []float64{1, 4, 7, 1, 0}); math.Abs(got+0.47140452079103173) > 1e-14 || n != 5 {
		t.Errorf("τ-b is %v", got)
	}
	if got, _ := Spearman([]float64{1, 2, 3, 4, 5}, []float64{5, 6, 7, 8, 7}); math.Abs(got-0.82078268166812329) > 1e-15 {
		t.Errorf("ρ is %v", got)
	}
	r, n := Pearson([]float64{1, 2, 3, 4, 5, 6, 7, math.NaN()}, []float64{10, 9, 2.5, 6, 4, 3, 2, 1})
	if math.Abs(r+0.828503883588428) > 1e-14 || n != 7 {
		t.Errorf("r is %v of %d", r, n)
	}
	if p := PValue(r, n); math.Abs(p-0.021280260007523286) > 1e-12 {
		t.Errorf("p is %v", p)
	}
	if got, _ := Pearson([]float64{1, 1, 1}, []float64{1, 2, 3}); !math.IsNaN(got) {
		t.Errorf("a constant correlates by %v", got)
	}
}

// Alpha of two columns that agree is 1, of two that are opposed and equal in size it does not exist.
func TestAlpha(t *testing.T) {
	x := []float64{1, 2, 3, 4}
	if got := Alpha([][]float64{x, x}); math.Abs(got-1) > 1e-12 {
		t.Errorf("alpha of a column and itself is %v", got)
	}
	// variances 5/3 and 5/3, covariance 4/3: 4·(4/3)/(2·5/3+2·4/3)
	if got := Alpha([][]float64{x, {1, 3, 2, 4}}); math.Abs(got-4*(4.0/3)/(6)) > 1e-12 {
		t.Errorf("alpha is %v", got)
	}
	if got := Alpha([][]float64{x}); !math.IsNaN(got) {
		t.Errorf("alpha of one column is %v", got)
	}
	if got := PCA([][]float64{x, x, {1, 3, 2, 4}, {2, 1, 4, 3}}); got != nil {
		t.Errorf("components of four columns and four rows: %+v", got)
	}
}
