package report

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/event"
	"fundtrace/gateway/analytics/table"
)

// provinces is a panel of 31 regions whose flow reaches the threshold in two years, and one region with a gap.
func provinces(t *testing.T) *table.Table {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 1))
	var b strings.Builder
	b.WriteString("region,year,deals,flow\n")
	for i := range 31 {
		for year := 2010; year <= 2020; year++ {
			flow, deals := 0, 20+random.IntN(8)+year-2010
			if start := 2013 + 3*(i%3); i%3 < 2 && year >= start {
				flow, deals = 150, deals+12
			}
			if i == 4 && year == 2015 {
				fmt.Fprintf(&b, "r%02d,%d,,%d\n", i, year, flow)
				continue
			}
			fmt.Fprintf(&b, "r%02d,%d,%d,%d\n", i, year, deals, flow)
		}
	}
	in, err := table.Read(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func request() Request {
	return Request{
		Columns: event.Columns{Unit: "region", Time: "year", Outcome: "deals", Flow: "flow", Threshold: 100, Transform: "log1p"},
		Options: event.Options{Seed: 3, Draws: 199, Permutations: 99},
	}
}

func TestRunTakesTheStartFromTheFlow(t *testing.T) {
	r, err := Run(context.Background(), provinces(t), request(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Sample.Cohorts) != 2 || r.Sample.Cohorts[0].Start != 2013 || r.Sample.Cohorts[1].Start != 2016 || r.Sample.Units != 30 {
		t.Errorf("%+v", r.Sample)
	}
	if r.Dynamic.Overall.Low < 0.1 || r.Dynamic.Permutation.P > 0.05 || r.Software == "" {
		t.Errorf("%+v", r.Dynamic)
	}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"flow":"flow"`, `"threshold":100`, `"permutations":99`, `"seed":3`, `"dynamic":{`, `"version":"event/1"`, `"software":"`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the answer does not have %s", want)
		}
	}
}

func TestRunRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		with func(*Request)
		code ledger.Code
		says string
	}{
		{"no threshold", func(q *Request) { q.Columns.Threshold = 0 }, ledger.FieldInvalid, "threshold above 0"},
		{"both", func(q *Request) { q.Columns.Start = "flow" }, ledger.FieldInvalid, "both named"},
		{"neither", func(q *Request) { q.Columns.Flow = "" }, ledger.FieldMissing, "start"},
		{"transform", func(q *Request) { q.Columns.Transform = "sqrt" }, ledger.FieldInvalid, "log1p"},
		{"logarithm of nothing", func(q *Request) { q.Columns.Outcome, q.Columns.Transform = "flow", "log" }, ledger.FieldInvalid, "row 2, column flow: 0 has no log"},
	} {
		q := request()
		c.with(&q)
		if _, err := Run(context.Background(), provinces(t), q, nil); ledger.ErrorCode(err) != c.code || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %s with %q", c.name, err, c.code, c.says)
		}
	}
}

func TestPage(t *testing.T) {
	for _, with := range []func(*Request){
		func(*Request) {},
		func(q *Request) {
			q.Options = event.Options{Draws: -1, Permutations: -1, Base: "universal", Controls: "not-yet"}
		},
	} {
		q := request()
		with(&q)
		r, err := Run(context.Background(), provinces(t), q, nil)
		if err != nil {
			t.Fatal(err)
		}
		for language, wants := range map[string][]string{
			"zh": {"事件研究", "ATT(g,t)", "并非每期都有观测", "flow ≥ 100", "只有 30 个聚类", "log1p(deals)", "<svg"},
			"en": {"Event study", "not observed in every period", "30 clusters: ", "Overall effects", "event/1"},
		} {
			var b bytes.Buffer
			if err := Page(r, language).Write(&b); err != nil {
				t.Fatal(err)
			}
			for _, want := range wants {
				if !strings.Contains(b.String(), want) {
					t.Errorf("%s: the page does not say %q", language, want)
				}
			}
			if strings.Contains(b.String(), "%!") {
				t.Errorf("%s: a text was filled wrongly", language)
			}
		}
	}
}

// Every text is there in both languages.
func TestTexts(t *testing.T) {
	for name, pair := range texts {
		if pair[0] == "" || pair[1] == "" {
			t.Errorf("%s lacks a language", name)
		}
		if strings.Count(pair[0], "%")-2*strings.Count(pair[0], "%%") != strings.Count(pair[1], "%")-2*strings.Count(pair[1], "%%") {
			t.Errorf("%s takes different values in its languages", name)
		}
	}
}
