package report

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"fundtrace/gateway/analytics/synthetic"
	"fundtrace/gateway/analytics/table"
)

func regions(t *testing.T) *table.Table {
	t.Helper()
	random := rand.New(rand.NewPCG(2, 2))
	var b strings.Builder
	b.WriteString("region,year,deals,gdp\n")
	for i := range 31 {
		level := 10 + 4*random.Float64()
		for year := 2005; year <= 2020; year++ {
			y := level + 0.4*float64(year-2005)*level/12 + 0.2*random.NormFloat64()
			if i == 6 && year >= 2016 {
				y += 4
			}
			fmt.Fprintf(&b, "地区%02d,%d,%.3f,%.2f\n", i, year, y, level*3)
		}
	}
	in, err := table.Read(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func request() Request {
	return Request{Columns: synthetic.Columns{Unit: "region", Time: "year", Outcome: "deals"}, Options: synthetic.Options{Treated: "地区06", Start: 2016}}
}

func TestRun(t *testing.T) {
	r, err := Run(context.Background(), regions(t), request(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.Test.Rank != 1 || !r.Test.Claim || r.Effect < 3 || r.Effect > 5 || r.Software == "" {
		t.Errorf("%+v %v", r.Test, r.Effect)
	}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"treated":"地区06"`, `"smallest":0.032258`, `"version":"synthetic/1"`, `"claim":true`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the answer does not have %s", want)
		}
	}
}

func TestPage(t *testing.T) {
	early := 2013
	for name, with := range map[string]func(*synthetic.Options){
		"outcomes": func(o *synthetic.Options) { o.Backdate = &early },
		"predictors": func(o *synthetic.Options) {
			o.Predictors = []synthetic.Predictor{{Column: "gdp", From: 2005, To: 2015}, {Column: "deals", From: 2010, To: 2015}}
			o.Exclude = []string{"地区01"}
		},
		"sdid": func(o *synthetic.Options) { o.Method = "sdid" },
		"did":  func(o *synthetic.Options) { o.Method = "did" },
	} {
		q := request()
		with(&q.Options)
		r, err := Run(context.Background(), regions(t), q, nil)
		if err != nil {
			t.Fatal(err)
		}
		for language, wants := range map[string][]string{"zh": {"合成控制：地区06", "个单位中只有一个被处理", "<svg", "权重"}, "en": {"Synthetic control: 地区06", "one treated unit among", "Weights"}} {
			var b bytes.Buffer
			if err := Page(r, language).Write(&b); err != nil {
				t.Fatal(err)
			}
			for _, want := range wants {
				if !strings.Contains(b.String(), want) {
					t.Errorf("%s, %s: the page does not say %q", name, language, want)
				}
			}
			if strings.Contains(b.String(), "%!") {
				t.Errorf("%s, %s: a text was filled wrongly", name, language)
			}
		}
	}
}

// Every note of the estimator has its Chinese, and every text both languages.
func TestTexts(t *testing.T) {
	in := texts.In("zh", notes)
	for _, note := range []string{
		"one treated unit among 31: the smallest p is 1/31 = 0.032",
		"other weights fit as well before the start: the gap after it is one of several",
		"the synthetic unit does not go along before the start: its gap after it says little",
		"the treated unit lies outside all donors before the start: no weights can make it; sdid allows a constant difference",
		"30 donors for 11 periods before the start: part of the fit is chance",
		"2 units with gaps in the outcome are no donors", "between 2010 and 2012 there are no periods",
	} {
		if in.Note(note) == note {
			t.Errorf("%q has no Chinese", note)
		}
	}
	if got := in.Note("one treated unit among 31: the smallest p is 1/31 = 0.032"); got != "31 个单位中只有一个被处理：最小的 p 为 1/31 = 0.032" {
		t.Errorf("%s", got)
	}
	for name, pair := range texts {
		if pair[0] == "" || pair[1] == "" {
			t.Errorf("%s lacks a language", name)
		}
		if strings.Count(pair[0], "%")-2*strings.Count(pair[0], "%%") != strings.Count(pair[1], "%")-2*strings.Count(pair[1], "%%") {
			t.Errorf("%s takes different values in its languages", name)
		}
	}
}
