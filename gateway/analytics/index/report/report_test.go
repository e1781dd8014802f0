package report

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/index"
	"fundtrace/gateway/analytics/table"
)

// patents is four regions in three years.
const patents = `region,year,invention,utility,design,population
A,2018,10,40,9,100
B,2018,20,30,8,400
C,2018,30,20,7,200
D,2018,5,10,30,100
A,2019,12,44,9,100
B,2019,26,31,5,410
C,2019,29,25,7,190
D,2019,6,15,36,110
A,2020,15,40,9,100
B,2020,33,35,4,420
C,2020,31,28,7,180
D,2020,9,18,41,120
`

func ask(t *testing.T, edit func(*Request)) (*Report, error) {
	t.Helper()
	data, err := table.Read(strings.NewReader(patents))
	if err != nil {
		t.Fatal(err)
	}
	p, err := index.Builtin("patents")
	if err != nil {
		t.Fatal(err)
	}
	r := Request{Profile: p, Entity: "region", Time: "year", Seed: 3}
	edit(&r)
	return Run(context.Background(), data, r, nil)
}

func TestEverythingAtOnce(t *testing.T) {
	stages := map[string]int{}
	data, err := table.Read(strings.NewReader(patents))
	if err != nil {
		t.Fatal(err)
	}
	var r Request
	text := `{"profile":{"id":"p","version":"2","weights":"percent","index":{"code":"i","children":[{"code":"invention","weight":60},{"code":"utility","weight":30},{"code":"design","weight":10}]}},
		"entity":"region","time":"year","base_years":"2018-2019","years":[2020],"change":"2018-2020","uncertainty":50,"sensitivity":20,"bootstrap":10,"noise":0.1,
		"vary":["normalise","scale=population","base=2019-2020"],"remove_one":true,"compare":["all"],"coherence":"value","dominance":true,"seed":11}`
	if err := ledger.DecodeStrict([]byte(text), &r); err != nil {
		t.Fatal(err)
	}
	got, err := Run(context.Background(), data, r, func(stage string, done, total int) { stages[stage] = done })
	if err != nil {
		t.Fatal(err)
	}
	if got.Result.Base.Name != "2018-2019" || got.Result.Base.Rows != 8 || got.Result.Base.ID != got.Base.ID || len(got.Result.Rows) != 4 || len(got.Result.Means) != 1 {
		t.Errorf("base %+v, %d rows", got.Result.Base, len(got.Result.Rows))
	}
	if len(got.Changes) != 16 || len(got.Uncertainty.Moves) != 4 || len(got.RemoveOne.Shifts) != 3 || len(got.Compare.Shifts) != len(index.Presets()) || len(got.Coherence.Groups) != 1 || got.Dominance.Pairs != 6 {
		t.Errorf("%d changes, %d moves, %d left out, %d methods, %d groups, %d pairs", len(got.Changes), len(got.Uncertainty.Moves), len(got.RemoveOne.Shifts), len(got.Compare.Shifts), len(got.Coherence.Groups), got.Dominance.Pairs)
	}
	if f := got.Sensitivity.Indices.Factors; len(f) != 4 || f[0].Name != "weights" || f[2].Name != "scale" || got.Sensitivity.Seed != 11 || got.Uncertainty.Noise != 0.1 {
		t.Errorf("factors %+v", f)
	}
	if stages["uncertainty"] != 50 || stages["sensitivity"] != 20 {
		t.Errorf("progress %v", stages)
	}
	if _, err := json.Marshal(got); err != nil {
		t.Error(err)
	}
}

func TestRequestsAreRefusedWithReasons(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(*Request)
		says string
	}{
		{"entity", func(r *Request) { r.Entity = "province" }, `no column "province"`},
		{"method", func(r *Request) { r.Method = "best" }, "reference"},
		{"option", func(r *Request) { r.Options = json.RawMessage(`{"ties":"coin"}`) }, "upper, middle, lower"},
		{"scale", func(r *Request) { r.Options = json.RawMessage(`{"scale":"area"}`) }, `no column "area"`},
		{"years", func(r *Request) { r.Years = []int{2025} }, "no year 2025"},
		{"base", func(r *Request) { r.BaseYears = "1990-2000" }, "no rows between 1990 and 2000"},
		{"change", func(r *Request) { r.Change = "2018-2030" }, "no year 2030"},
		{"factor", func(r *Request) { r.Uncertainty, r.Vary = 10, []string{"luck"} }, "normalise"},
		{"coherence", func(r *Request) { r.Coherence = "ranks" }, "raw, value or score"},
		{"compare", func(r *Request) { r.Compare = []string{"best"} }, "no method"},
		{"negative runs", func(r *Request) { r.Uncertainty = -5 }, "uncertainty is -5"},
		{"negative points", func(r *Request) { r.Sensitivity = -1 }, "sensitivity is -1"},
		{"negative resamples", func(r *Request) { r.Sensitivity, r.Bootstrap = 10, -3 }, "bootstrap is -3"},
		{"focus alone", func(r *Request) { r.Focus = "Z" }, `no region "Z"`},
		{"one year of change", func(r *Request) { r.Change = "2020" }, "between two years"},
		{"focus", func(r *Request) { r.Sensitivity, r.Focus = 10, "Z" }, `no region "Z"`},
		{"weights", func(r *Request) { r.Profile.Index.Children[0].Weight = 60 }, "sum to 97.5, not to 100"},
		{"table 1 of patents", func(r *Request) { r.Profile = nil }, `no column "new_enterprises"`},
	} {
		if _, err := ask(t, c.edit); ledger.ErrorCode(err) == "" || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.name, err, c.says)
		}
	}
}

// Per head, D with few people is first where it was last.
func TestScaleOfATableColumn(t *testing.T) {
	got, err := ask(t, func(r *Request) { r.Options = json.RawMessage(`{"scale":"population"}`) })
	if err != nil {
		t.Fatal(err)
	}
	row, _ := got.Result.Row("D", 2020)
	total, err := ask(t, func(*Request) {})
	if err != nil {
		t.Fatal(err)
	}
	before, _ := total.Result.Row("D", 2020)
	if row.Nodes["design"].Rank != 1 || row.Nodes["invention"].Rank != 4 || before.Nodes["invention"].Rank != 4 || row.Nodes["patents_dim"].Rank >= before.Nodes["patents_dim"].Rank {
		t.Errorf("per head %+v, total %+v", row.Nodes, before.Nodes)
	}
	if total.Result.Method.Scale != "total" || got.Result.Method.Scale != "population" {
		t.Error("the scale is not printed")
	}
}

// Scores are those of dimensions: where a profile has none, the choice is said to change nothing rather than answered silently.
func TestCarryWithoutDimensions(t *testing.T) {
	for method, noted := range map[string]bool{"reference": false, "scores": true, "scores-mean": true, "copeland": false} {
		got, err := ask(t, func(r *Request) { r.Method = method })
		if err != nil {
			t.Fatal(err)
		}
		if (len(got.Result.Notes) == 1) != noted {
			t.Errorf("%s: %v", method, got.Result.Notes)
		}
	}
}
