package index

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/table"
)

// small is three regions in two years with two indicators, the second of which is better when less. Ties in both.
const small = `unit,year,a,b,pop,group
A,1,10,4,2,n
B,1,20,2,4,n
C,1,20,8,5,s
A,2,30,4,3,n
B,2,50,1,5,n
C,2,40,2,8,s
`

func smallEngine(t *testing.T, text string) *Engine {
	t.Helper()
	data, err := table.Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	p, err := ParseProfile([]byte(`{"id":"s","version":"1","weights":"percent","index":{"code":"i","children":[
		{"code":"a","weight":75,"denominator":"pop","goalposts":[0,40]},{"code":"b","weight":25,"direction":-1,"goalposts":[9,1]}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	return engineOf(t, data, p, Keys{Unit: "unit", Time: "year", Group: "group", Extra: []string{"pop"}})
}

func near(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool {
		return math.Abs(x-y) < 5e-4 || (math.IsNaN(x) && math.IsNaN(y))
	})
}

// Worked by hand. Rows are A1 B1 C1 A2 B2 C2.
func TestNormalisations(t *testing.T) {
	for _, c := range []struct {
		options string
		a, b    []float64
	}{
		// mean 28.333, sd 14.720; mean -3.5, sd 2.510
		{`{"normalise":"z"}`, []float64{-1.2455, -0.5661, -0.5661, 0.1132, 1.4719, 0.7926}, []float64{-0.1992, 0.5976, -1.7928, -0.1992, 0.9960, 0.5976}},
		{`{"normalise":"z","scope":"year"}`, []float64{-1.1547, 0.5774, 0.5774, -1, 1, 0}, []float64{0.2182, 0.8729, -1.0911, -1.0911, 0.8729, 0.2182}},
		{`{"normalise":"min-max"}`, []float64{0, 25, 25, 50, 100, 75}, []float64{400.0 / 7, 600.0 / 7, 0, 400.0 / 7, 100, 600.0 / 7}},
		{`{"normalise":"min-max","scope":"year","range":[1,100]}`, []float64{1, 100, 100, 1, 100, 50.5}, []float64{67, 100, 1, 1, 100, 67}},
		{`{"normalise":"rank"}`, []float64{1, 2, 2, 4, 6, 5}, []float64{2, 4, 1, 2, 6, 4}},
		{`{"normalise":"percentile"}`, []float64{100.0 / 6, 50, 50, 400.0 / 6, 100, 500.0 / 6}, []float64{50, 500.0 / 6, 100.0 / 6, 50, 100, 500.0 / 6}},
		{`{"normalise":"percentile","ties":"middle"}`, []float64{100.0 / 6, 250.0 / 6, 250.0 / 6, 400.0 / 6, 100, 500.0 / 6}, []float64{250.0 / 6, 75, 100.0 / 6, 250.0 / 6, 100, 75}},
		{`{"normalise":"percentile","ties":"lower"}`, []float64{100.0 / 6, 200.0 / 6, 200.0 / 6, 400.0 / 6, 100, 500.0 / 6}, []float64{200.0 / 6, 400.0 / 6, 100.0 / 6, 200.0 / 6, 100, 400.0 / 6}},
		{`{"normalise":"percentile","scope":"year"}`, []float64{100.0 / 3, 100, 100, 100.0 / 3, 100, 200.0 / 3}, []float64{200.0 / 3, 100, 100.0 / 3, 100.0 / 3, 100, 200.0 / 3}},
		{`{"normalise":"percentile-rank"}`, []float64{0, 20, 20, 60, 100, 80}, []float64{20, 60, 0, 20, 100, 60}},
		{`{"normalise":"phi"}`, []float64{10.6473, 28.565, 28.565, 54.5075, 92.9484, 78.5993}, []float64{42.1054, 72.4948, 3.6503, 42.1054, 84.0382, 72.4948}},
		{`{"normalise":"dist-to-max"}`, []float64{20, 40, 40, 60, 100, 80}, []float64{25, 50, 12.5, 25, 100, 50}},
		{`{"normalise":"dist-to-max","scope":"year"}`, []float64{50, 100, 100, 60, 100, 80}, []float64{50, 100, 25, 25, 100, 50}},
		{`{"normalise":"goalposts"}`, []float64{25, 50, 50, 75, 100, 100}, []float64{62.5, 87.5, 12.5, 62.5, 100, 87.5}},
		{`{"normalise":"none"}`, []float64{10, 20, 20, 30, 50, 40}, []float64{-4, -2, -8, -4, -1, -2}},
		{`{"normalise":"none","scale":"declared"}`, []float64{5, 5, 4, 10, 10, 5}, []float64{-4, -2, -8, -4, -1, -2}},
		{`{"normalise":"none","scale":"pop"}`, []float64{5, 5, 4, 10, 10, 5}, []float64{-2, -0.5, -1.6, -4.0 / 3, -0.2, -0.25}},
	} {
		m, err := Reference().With([]byte(c.options))
		if err != nil {
			t.Fatal(err)
		}
		r := compute(t, smallEngine(t, small), m)
		if got := r.Column("a", "value"); !near(got, c.a) {
			t.Errorf("%s: a is %.4f, want %.4f", c.options, got, c.a)
		}
		if got := r.Column("b", "value"); !near(got, c.b) {
			t.Errorf("%s: b is %.4f, want %.4f", c.options, got, c.b)
		}
	}
}

func TestAggregations(t *testing.T) {
	for _, c := range []struct {
		options string
		want    []float64
		ranks   []int
	}{
		{`{"normalise":"goalposts","score":"none"}`, []float64{34.375, 59.375, 40.625, 71.875, 100, 96.875}, []int{3, 1, 2, 3, 1, 2}},
		{`{"normalise":"goalposts","score":"none","aggregate":["geometric"]}`, []float64{31.4358, 57.5082, 35.3553, 71.6582, 100.0, 96.7168}, []int{3, 1, 2, 3, 1, 2}},
		{`{"normalise":"goalposts","score":"none","aggregate":["harmonic"]}`, []float64{29.4118, 56, 28.5714, 71.4286, 100, 96.5517}, []int{2, 1, 3, 3, 1, 2}},
		// A loses to both in a (75 of 100), which decides; B and C tie in a, b decides.
		{`{"score":"none","aggregate":["copeland"]}`, []float64{-1, 1, 0, -1, 1, 0}, []int{3, 1, 2, 3, 1, 2}},
		// weighted percentiles, then their place among the six
		{`{"normalise":"percentile"}`, []float64{100.0 / 6, 300.0 / 6, 200.0 / 6, 400.0 / 6, 100, 500.0 / 6}, []int{3, 1, 2, 3, 1, 2}},
	} {
		m, err := Reference().With([]byte(c.options))
		if err != nil {
			t.Fatal(err)
		}
		r := compute(t, smallEngine(t, small), m)
		if got := r.Column("i", "score"); !near(got, c.want) {
			t.Errorf("%s: %.4f, want %.4f", c.options, got, c.want)
		}
		for i, row := range r.Rows {
			if row.Nodes["i"].Rank != c.ranks[i] {
				t.Errorf("%s: %s %d has rank %d, want %d", c.options, row.Unit, row.Year, row.Nodes["i"].Rank, c.ranks[i])
			}
		}
	}
}

func TestGaps(t *testing.T) {
	gap := strings.Replace(small, "B,2,50", "B,2,", 1) // a of B in year 2
	for _, c := range []struct {
		options string
		value   float64
		says    string
	}{
		{`{"missing":"refuse"}`, 0, "row 6, column a: the value is missing"},
		{`{"missing":"zero"}`, 0, ""},
		{`{"missing":"mean"}`, 35, ""},
		{`{"missing":"median"}`, 35, ""},
		{`{"missing":"group-mean"}`, 30, ""},
		{`{"missing":"interpolate"}`, 0, "interpolate finds nothing"},
	} {
		m, err := Reference().With([]byte(strings.Replace(c.options, "{", `{"normalise":"none",`, 1)))
		if err != nil {
			t.Fatal(err)
		}
		r, err := smallEngine(t, gap).Compute(m)
		if c.says != "" {
			if ledger.ErrorCode(err) != ledger.FieldMissing || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s: %v, want %q", c.options, err, c.says)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		row, _ := r.Row("B", 2)
		if float64(row.Nodes["a"].Value) != c.value || len(r.Imputed) != 1 || r.Imputed[0].Unit != "B" || r.Imputed[0].Value != c.value {
			t.Errorf("%s: %v, imputed %+v", c.options, row.Nodes["a"], r.Imputed)
		}
	}
	between := smallEngine(t, small+"A,4,,1,2,n\nB,4,1,1,2,n\nA,8,90,4,2,n\nB,8,50,1,2,n\n")
	r := compute(t, between, Method{Missing: "interpolate", Normalise: "none"})
	if row, _ := r.Row("A", 4); row.Nodes["a"].Value != 50 { // 30 in year 2, 90 in year 8
		t.Errorf("year 4 between 2 and 8: %v", row.Nodes["a"])
	}
	// Left out: b of B weighs 25 of 100, too little alone; where a is missing of a composite mostly made of b it would do.
	r = compute(t, smallEngine(t, gap), Method{Missing: "omit", Normalise: "goalposts", Score: "none"})
	if row, _ := r.Row("B", 2); row.Nodes["i"].Score.Is() || row.Nodes["i"].Rank != 0 {
		t.Errorf("25 %% of the weight made a composite: %v", row.Nodes["i"])
	}
	r = compute(t, smallEngine(t, gap), Method{Missing: "omit", MinShare: 0.2, Normalise: "goalposts", Score: "none"})
	if row, _ := r.Row("B", 2); row.Nodes["i"].Score != 100 || row.Nodes["i"].Rank != 1 {
		t.Errorf("the rest scaled up: %v", row.Nodes["i"])
	}
	if text, err := json.Marshal(compute(t, smallEngine(t, gap), Method{Missing: "omit"})); err != nil || !strings.Contains(string(text), `"value":null`) {
		t.Errorf("a result with gaps as JSON: %v", err)
	}
}

// The bound that excludes per-year Φ(z): the r-th largest of n has z of at most √((n-r)/r), with the population's sd.
func TestPerYearZIsBounded(t *testing.T) {
	r := compute(t, engineOf(t, synthetic(7, 31, 1990, 2000), table1(t), provinceYear), Method{Scope: "year", Score: "none"})
	population := math.Sqrt(31.0 / 30)
	for _, row := range r.Rows {
		cell := row.Nodes["trademarks"]
		if bound := math.Sqrt(float64(31-cell.Rank) / float64(cell.Rank)); float64(cell.Value)*population > bound+1e-9 {
			t.Fatalf("rank %d has z %v, above %v", cell.Rank, cell.Value, bound)
		}
	}
	// Published: rank 16 of 31 with 90.95, where the bound allows 100·Φ(0.968) = 83.35.
	if bound := 50 * math.Erfc(-math.Sqrt(15.0/16)/math.Sqrt2); math.Abs(bound-83.35) > 0.005 {
		t.Errorf("the bound of rank 16 is %.2f", bound)
	}
}

// Score up, rank down, on open data: patents granted in Liaoning, all types, 2010 to 2020, pooled over those years.
func TestRisingTideOnOpenPatents(t *testing.T) {
	data := readShared(t, "cn_province_patents_granted_2010_2023.csv")
	p, err := ParseProfile([]byte(`{"id":"total","version":"1","weights":"percent","index":{"code":"i","children":[{"code":"total","weight":100,"kind":"count"}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	e, err := engineOf(t, data, p, provinceYear).WithBaseYears(2010, 2020)
	if err != nil {
		t.Fatal(err)
	}
	r := compute(t, e, Reference())
	if r.Base.Rows != 341 || r.Base.Units != 31 {
		t.Fatalf("base %+v", r.Base)
	}
	changes, err := r.Changes("辽宁", 2010, 2020)
	if err != nil {
		t.Fatal(err)
	}
	c := changes[0]
	got := fmt.Sprintf("raw %.0f %.0f, rank %d %d, score %.1f %.1f, share %.2f %.2f", *c.RawFrom, *c.RawTo, c.RankFrom, c.RankTo, c.ScoreFrom, c.ScoreTo, *c.ShareFrom, *c.ShareTo)
	if want := "raw 17093 60185, rank 10 17, score 41.6 75.7, share 2.38 1.72"; got != want {
		t.Errorf("Liaoning: %s, want %s", got, want)
	}
	from, _ := r.Mean(2010)
	to, _ := r.Mean(2020)
	if got := fmt.Sprintf("%.1f %.1f", from.Scores["i"], to.Scores["i"]); got != "34.0 68.2" {
		t.Errorf("the mean of all provinces: %s, want 34.0 68.2", got)
	}
	if c.Points <= 0 || c.Relative >= c.Points || c.RankTo <= c.RankFrom {
		t.Errorf("no rising tide: %+v", c)
	}
}

// The order of a table's rows changes nothing, not even the last bit.
func TestRowOrderIsOfNoAccount(t *testing.T) {
	data := synthetic(8, 31, 2000, 2010)
	turned := table.New()
	for _, name := range data.Names() {
		text, _ := data.Text(name)
		text = slices.Clone(text)
		slices.Reverse(text)
		turned.Add(name, text)
	}
	a, b := compute(t, engineOf(t, data, table1(t), provinceYear), Reference()), compute(t, engineOf(t, turned, table1(t), provinceYear), Reference())
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	if string(x) != string(y) {
		t.Error("the same rows in another order give another result")
	}
}
