package report

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/diagnose"
	"fundtrace/gateway/analytics/index"
	"fundtrace/gateway/analytics/paper"
	"fundtrace/gateway/analytics/table"
)

// The three challenges hold in both versions of the paper's data, and the report ends with what to try.
func TestPaperInBothVersions(t *testing.T) {
	r, err := Run(t.Context(), nil, Request{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Versions) != 2 || len(r.Agree) != 3 || r.Region != paper.Region || len(r.Notes) == 0 {
		t.Fatalf("%+v", r)
	}
	for _, a := range r.Agree {
		if !a.Same || a.Verdicts[0] != diagnose.Holds || !strings.Contains(a.Says.EN, "do not decide it") {
			t.Errorf("%+v", a)
		}
		// The first holds in 3 of 9 windows, and not without 2019: nobody should read the headline without that.
		if a.Fragile != (a.Challenge == "disconnect") || a.Fragile != strings.Contains(a.Says.EN, "holds in 3 of 9 windows, and in 7 of 8") || a.Fragile != strings.Contains(a.Says.ZH, "9个年份窗口中有3个成立") {
			t.Errorf("%+v", a)
		}
	}
	for _, s := range r.Plan.Steps {
		if !s.Try {
			t.Errorf("%+v", s)
		}
	}
	if v := r.Versions[0].Comparison; len(v.Weak) != 1 || v.Weak[0].Code != paper.VentureCapital || v.Standing.Rank != 18 {
		t.Errorf("%+v", v.Weak)
	}
	if _, err := json.Marshal(r); err != nil {
		t.Error(err)
	}
}

// A threshold on which the versions differ leaves the challenge undecided in the plan.
func TestVersionsThatDisagree(t *testing.T) {
	r, err := Run(t.Context(), nil, Request{Values: map[string]float64{"gap": 5}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if a := r.Agree[0]; a.Same || a.Verdicts[0] != diagnose.HoldsNot || a.Verdicts[1] != diagnose.Holds || !strings.Contains(a.Says.EN, "depends on the version") {
		t.Errorf("%+v", a)
	}
	for _, s := range r.Plan.Steps {
		if s.Try == (s.Problem == "disconnect") {
			t.Errorf("%+v", s)
		}
	}
}

// panel is 31 regions from 2010 to 2020 in the eight indicators of Table 1; the first is made to fall back as the paper says.
func panel() *table.Table {
	names := []string{"new_enterprises", "outside_investment", "venture_capital", "invention", "utility", "design", "trademarks", "software"}
	var regions, years []string
	columns := make([][]float64, len(names))
	var survival []float64
	for y := range 11 {
		for i := range 31 {
			region := fmt.Sprintf("R%02d", i)
			if i == 0 {
				region = "辽宁"
			}
			regions, years = append(regions, region), append(years, fmt.Sprint(2010+y))
			survival = append(survival, 80-float64(y))
			for k := range names {
				growth := math.Pow(1.15, float64(y))
				v := math.Round(float64(200+170*(30-(i+8)%31)) * growth)
				if i == 0 { // rank 9 at first; new enterprises and trademarks outgrow patents, capital peaks in 2018
					pace := []float64{1.09, 1.05, 1.04, 1.13, 1.13, 1.13, 1.10, 1.15}[k]
					v = math.Round(float64(200+170*22) * math.Pow(pace, float64(y)))
					if k == 2 && y > 8 {
						v = math.Round(float64(200+170*22) * (math.Pow(1.04, 8) - 0.08*float64(y-8)))
					}
				}
				columns[k] = append(columns[k], v)
			}
		}
	}
	t := table.New()
	t.Add("region", regions)
	t.Add("year", years)
	for k, name := range names {
		t.AddNumbers(name, columns[k])
	}
	t.AddNumbers("survival", survival)
	return t
}

func TestCounts(t *testing.T) {
	r := Request{From: FromCounts, Survival: "survival", Uncertainty: &diagnose.Uncertainty{Runs: 200, Noise: 0.25, Counts: true, Seed: 3}}
	r.Index.Entity, r.Index.Time = "region", "year"
	got, err := Run(t.Context(), panel(), r, nil)
	if err != nil {
		t.Fatal(err)
	}
	v := got.Versions[0]
	if len(v.Diagnosis.Moves) != 7 || got.Index.Result.Base.Rows != 341 || len(got.Index.Result.Rows) != 0 || len(v.Comparison.Notes) != 2 {
		t.Errorf("%d moves, %+v, notes %v", len(v.Diagnosis.Moves), got.Index.Result.Base, v.Comparison.Notes)
	}
	for _, c := range v.Diagnosis.Verdicts {
		if c.Verdict != diagnose.Holds {
			t.Errorf("%s: %+v", c.ID, c)
		}
		if c.ID == "bloated" {
			for _, f := range c.Findings {
				if f.ID == "survival" && f.Answer != diagnose.Met {
					t.Errorf("survival: %+v", f)
				}
				if f.ID == "patents-per-entrant" && f.Answer != diagnose.NotMet { // patents outgrow entrants
					t.Errorf("patents per entrant: %+v", f)
				}
			}
			if all := english(c.Reservations); !strings.Contains(all, "beyond the numbers") {
				t.Errorf("reservations: %s", all)
			}
		}
	}
	for _, c := range v.Diagnosis.Rises {
		if !c.Tide.Is() || (c.Code == paper.NewEnterprises && (!c.Hollow || c.Basis != "mean" || !c.RawGrowth.Is())) {
			t.Errorf("%+v", c)
		}
	}
}

func TestScores(t *testing.T) {
	got, err := Run(t.Context(), paper.Table(paper.VintageText), Request{From: FromScores, Of: 31, Start: 2012, End: 2020}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Versions) != 1 || got.Versions[0].Diagnosis.From != 2012 || got.Agree[1].Says.EN != diagnose.Holds {
		t.Errorf("%+v", got.Agree)
	}
}

func TestRequestsAreRefusedWithReasons(t *testing.T) {
	for _, c := range []struct {
		says string
		data *table.Table
		r    Request
	}{
		{"paper, scores or counts", nil, Request{From: "rumour"}},
		{"no table", nil, Request{From: FromScores}},
		{"no vintage", nil, Request{Vintage: "draft"}},
		{"of the paper's", panel(), Request{From: FromCounts, Vintage: "text"}},
		{"need the counts", nil, Request{Uncertainty: &diagnose.Uncertainty{Runs: 10}}},
		{"column of a table of counts", nil, Request{Survival: "s"}},
		{"no region", nil, Request{Region: "广东"}},
		{"no parameter", nil, Request{Values: map[string]float64{"luck": 1}}},
		{"at least one challenge", nil, Request{Rules: &diagnose.Rules{ID: "r"}}},
		{`no column "dimension"`, panel(), Request{From: FromScores}},
	} {
		if _, err := Run(t.Context(), c.data, c.r, nil); ledger.ErrorCode(err) == "" || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v, want %q", err, c.says)
		}
	}
}

// On open data patents alone cannot decide the challenges, and what is missing is said.
func TestOpenPatentsAloneDecideNothing(t *testing.T) {
	file, err := os.Open("../../../../../shared/data/cn_province_patents_granted_2010_2023.csv")
	if err != nil {
		t.Skip("the open data are not here: ", err)
	}
	defer file.Close()
	data, err := table.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	profile, err := index.Builtin("patents")
	if err != nil {
		t.Fatal(err)
	}
	r := Request{From: FromCounts, Start: 2010, End: 2020, Neighbours: true}
	r.Index.Profile, r.Index.Entity, r.Index.Time, r.Index.BaseYears = profile, "province", "year", "2010-2020"
	got, err := Run(t.Context(), data, r, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range got.Agree {
		if a.Verdicts[0] != diagnose.Undecided {
			t.Errorf("%+v", a)
		}
	}
	names := []string{}
	for _, o := range got.Versions[0].Comparison.Others {
		names = append(names, o.Region+" "+o.Relation)
	}
	if fmt.Sprint(names) != "[广东 named 浙江 named 河北 neighbour 内蒙古 neighbour 吉林 neighbour]" {
		t.Errorf("beside %v", names)
	}
	for _, s := range got.Plan.Steps {
		if s.Try {
			t.Errorf("%+v", s)
		}
	}
}

// english joins sentences; each is there in Chinese too.
func english(list []diagnose.Said) string {
	var out []string
	for _, s := range list {
		if s.ZH == "" || s.ZH == s.EN {
			return "no Chinese: " + s.EN
		}
		out = append(out, s.EN)
	}
	return strings.Join(out, "\n")
}
