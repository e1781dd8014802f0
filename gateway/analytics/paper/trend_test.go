package paper

import (
	"math"
	"os"
	"testing"

	"fundtrace/gateway/analytics/table"
)

// Mann–Kendall as recomputed from Table 3: the rank of venture capital falls back, its score has no trend.
func TestTrendsOfTheTable(t *testing.T) {
	want := map[string]struct {
		s       int
		p, near float64
	}{
		VentureCapital + " rank":    {43, 0.00015, 0.000005},
		VentureCapital + " score":   {21, 0.074, 0.0005},
		NewEnterprises + " rank":    {19, 0.095, 0.0005},
		OutsideInvestment + " rank": {0, 0.001, 0.0005},
		Patents + " rank":           {0, 0.008, 0.0005},
		Trademarks + " rank":        {0, 0.0006, 0.00005},
	}
	trends := Trends(VintageTable)
	if len(trends) != 10 {
		t.Fatalf("%d trends", len(trends))
	}
	found := 0
	for _, x := range trends {
		if w, ok := want[x.Code+" "+x.What]; ok {
			found++
			if (w.s != 0 && x.S != w.s) || math.Abs(x.P-w.p) > w.near || x.N != 10 || x.Holm < x.P {
				t.Errorf("%+v, want %+v", x, w)
			}
		}
	}
	if found != len(want) {
		t.Errorf("%d found", found)
	}
}

// Levels rise together; differences of adjacent years, of which the missing year leaves eight, do not.
func TestAssociationsOfTheTable(t *testing.T) {
	got, err := Associations(t.Context(), VintageTable)
	if err != nil {
		t.Fatal(err)
	}
	want := [][2]float64{{0.56, 0.19}, {0.68, 0.64}, {0.95, -0.24}}
	for i, a := range got {
		if a.N != 10 || a.M != 8 || math.Abs(a.Levels-want[i][0]) > 0.005 || math.Abs(a.Differences-want[i][1]) > 0.005 {
			t.Errorf("%+v, want %v", a, want[i])
		}
		if !a.Exact || a.P < 0.05 { // 0.64 is below 0.738, the critical value of eight
			t.Errorf("p %v, exact %v", a.P, a.Exact)
		}
	}
	if len(got) != 3 {
		t.Errorf("%d pairs", len(got))
	}
}

// The paradox on open data: the numbers of all holders, Liaoning from rank 10 to 17.
func TestParadoxOnOpenData(t *testing.T) {
	file, err := os.Open("../../../../shared/data/cn_province_patents_granted_2010_2023.csv")
	if err != nil {
		t.Skip("the open data are not here: ", err)
	}
	defer file.Close()
	data, err := table.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	p, err := ShowParadox(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	c := p.Counts
	near := func(name string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 0.05 {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	if *c.RawFrom != 17093 || *c.RawTo != 60185 || c.RankFrom != 10 || c.RankTo != 17 || !p.Shows || !p.Behind || p.BaseRows != 341 || p.Weighted == nil || len(p.Trend) != 11 {
		t.Errorf("%+v", p)
	}
	near("score of 2010", float64(c.ScoreFrom), 41.6)
	near("score of 2020", float64(c.ScoreTo), 75.7)
	near("mean of 2010", float64(p.MeanFrom), 34.0)
	near("mean of 2020", float64(p.MeanTo), 68.2)
	near("share of 2010", float64(*c.ShareFrom), 2.38)
	near("share of 2020", float64(*c.ShareTo), 1.72)
}

func TestRunAnswersTheVintagesAskedFor(t *testing.T) {
	for choice, want := range map[string]int{"": 2, "both": 2, "table": 1, "text": 1} {
		a, err := Run(t.Context(), Request{Vintage: choice})
		if err != nil || len(a.Vintages) != want || len(a.TextVsTables) != 17 || a.Paradox != nil {
			t.Errorf("%q: %v, %+v", choice, err, a)
		}
	}
	if _, err := Run(t.Context(), Request{Vintage: "draft"}); err == nil {
		t.Error("a vintage that is not there was answered")
	}
	if got := Table(VintageText); got.Rows() != 53 {
		t.Errorf("%d rows", got.Rows())
	}
}
