package report

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"fundtrace/gateway/analytics/panel"
	"fundtrace/gateway/analytics/table"
)

// provinces is a panel of 12 regions and 9 years: deals go with the flow, twice is twice the flow, large is of another scale, a value
// is missing and so is a year of one region.
func provinces(t *testing.T) *table.Table {
	t.Helper()
	random := rand.New(rand.NewPCG(3, 1))
	var b strings.Builder
	b.WriteString("region,year,deals,flow,twice,large\n")
	for i := range 12 {
		for year := 2010; year <= 2018; year++ {
			if i == 5 && year == 2014 {
				continue
			}
			flow, large := float64(random.IntN(4000))/1000, random.IntN(9000)
			deals := fmt.Sprintf("%.3f", float64(20+i)+0.8*flow+random.NormFloat64())
			if i == 3 && year == 2012 {
				deals = ""
			}
			fmt.Fprintf(&b, "r%02d,%d,%s,%.3f,%.3f,%d\n", i, year, deals, flow, 2*flow, large)
		}
	}
	in, err := table.Read(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func run(t *testing.T, s panel.Spec) *panel.Result {
	t.Helper()
	s.Outcome, s.Entity, s.Time = "deals", "region", "year"
	if s.Regressors == nil {
		s.Regressors = []string{"flow"}
	}
	r, err := panel.Run(context.Background(), provinces(t), s, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func text(t *testing.T, r *panel.Result, language string) string {
	t.Helper()
	var b bytes.Buffer
	if err := Page(r, language).Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var both = []string{panel.Entity, panel.Time}

func TestPage(t *testing.T) {
	for _, c := range []struct {
		name   string
		spec   panel.Spec
		zh, en []string
	}{
		{"declared, with the bootstrap", panel.Spec{Effects: both, Cluster: both[:1], Errors: "cr2", Bootstrap: &panel.Bootstrap{Runs: 199, Seed: 7}},
			[]string{"面板回归", "flow 与 deals 相关", "野生自助法 p", "野生自助法与 95% 区间", "缺少数值", "cr2（Bell and McCaffrey 2002", "种子 7", "<svg"},
			[]string{"flow goes with deals", "lack a value", "12 clusters; t with Satterthwaite", "199 draws, seed 7", "thin: interval of the wild bootstrap", "panel/1", "least squares"}},
		{"lags and leads", panel.Spec{Effects: both, Cluster: both[:1], Lags: 1, Leads: 2, Test: []string{"F1.flow", "F2.flow"}},
			[]string{"L1.flow", "灰色", "缺少相邻时间", "只有 12 个聚类", "嵌套于聚类"},
			[]string{"F2.flow", "have no neighbour in time", "Test that F1.flow, F2.flow are 0 together", "1 lags, 2 leads of flow", "12 clusters are few"}},
		{"a regressor too many", panel.Spec{Regressors: []string{"flow", "twice", "large"}, Errors: "hc1"},
			[]string{"常数项", "未估计 twice：是 flow 的线性组合", "异方差稳健"},
			[]string{"twice is left out: it is a linear combination of flow", "constant", "HC1: robust"}},
		{"Poisson", panel.Spec{Effects: both, Cluster: both[:1], Estimator: "ppml", Log1p: []string{"flow"}},
			[]string{"泊松", "log1p(flow)", "偏差"}, []string{"Poisson", "pseudo R²", "Taken as ln(1"}},
		{"random effects", panel.Spec{Estimator: "random"}, []string{"随机效应", "减去每个个体均值的 θ 倍之后；误差独立同方差"}, []string{"Random effects: σe", "after θ of each entity"}},
		{"between", panel.Spec{Estimator: "between"}, []string{"组间", "每个个体一行，取其均值；"}, []string{"one row for each entity"}},
		{"two clusterings", panel.Spec{Effects: both, Cluster: both, Errors: "cr0", KeepSingletons: true}, []string{"cr0，按 region and year 聚类，无小样本系数", "保留"}, []string{"clustered by region and year"}},
		{"no factor for K", panel.Spec{Cluster: both[:1], Small: "none"}, []string{"系数 G/(G-1)，不计 K"}, []string{"no factor for K"}},
	} {
		r := run(t, c.spec)
		for language, wants := range map[string][]string{"zh": c.zh, "en": c.en} {
			got := text(t, r, language)
			e := r.Coefficients[0]
			for _, want := range append(wants, number(e.Estimate), number(e.Low), number(e.High), r.Software) {
				if !strings.Contains(got, want) {
					t.Errorf("%s, %s: the page does not say %q", c.name, language, want)
				}
			}
			if strings.Contains(got, "%!") {
				t.Errorf("%s, %s: a text was filled wrongly", c.name, language)
			}
		}
		w := words{texts.In("zh", notes)}
		said := slices.Clone(r.Notes)
		for _, d := range r.Dropped {
			said = append(said, d.Reason)
		}
		for _, s := range said {
			if w.Note(s) == s {
				t.Errorf("%s: %q is not in Chinese", c.name, s)
			}
		}
		if w.convention(r.Convention) == r.Convention {
			t.Errorf("%s: %q is not in Chinese", c.name, r.Convention)
		}
	}
}

// The page of a job is made of JSON: it is the same.
func TestPageOfWhatWasSpelled(t *testing.T) {
	r := run(t, panel.Spec{Effects: both, Cluster: both[:1], Errors: "cr2", Bootstrap: &panel.Bootstrap{Runs: 199, Seed: 7}})
	spelled, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var back panel.Result
	if err := json.Unmarshal(spelled, &back); err != nil {
		t.Fatal(err)
	}
	if text(t, r, "en") != text(t, &back, "en") {
		t.Error("the page differs once the result was JSON")
	}
}

func TestLeadDoesNotFindWhatIsNotThere(t *testing.T) {
	w := words{texts.In("en", notes)}
	r := run(t, panel.Spec{Regressors: []string{"large"}, Effects: both})
	c := r.Coefficients[0]
	if c.Low > 0 || c.High < 0 {
		t.Fatalf("noise is found: %+v", c)
	}
	if s := w.lead(r); !strings.HasPrefix(s, "No association of large with deals is seen") {
		t.Error(s)
	}
}

func TestScales(t *testing.T) {
	c := func(name string, reach float64) panel.Coefficient {
		return panel.Coefficient{Name: name, Low: -reach, High: reach / 2}
	}
	got := scales([]panel.Coefficient{c("flow", 1), c("gdp", 1e-6), c("L1.flow", 0.001), c("banks", 15), c("F2.gdp", 1e-6), c("constant", 400)})
	var names [][]string
	for _, group := range got {
		var in []string
		for _, e := range group {
			in = append(in, e.Name)
		}
		names = append(names, in)
	}
	if fmt.Sprint(names) != "[[flow L1.flow banks] [gdp F2.gdp]]" {
		t.Error(names)
	}
}

func TestNumber(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 0.000123456: "0.0001235", -0.0108244: "−0.01082", 0.1177159: "0.1177", 12345.6: "12346", 3e-9: "3e−09"} {
		if got := number(v); got != want {
			t.Errorf("%g is written %s, not %s", v, got, want)
		}
	}
}

// Every text is there in both languages and takes the same values.
func TestTexts(t *testing.T) {
	for name, pair := range texts {
		if pair[0] == "" || pair[1] == "" {
			t.Errorf("%s lacks a language", name)
		}
		if strings.Count(pair[0], "%")-2*strings.Count(pair[0], "%%") != strings.Count(pair[1], "%")-2*strings.Count(pair[1], "%%") {
			t.Errorf("%s takes different values in its languages", name)
		}
	}
	for _, e := range panel.Estimators {
		if (words{texts.In("zh", nil)}).Say("by-"+e) == "" {
			t.Error(e)
		}
	}
}
