package diagnose

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/compare"
	"fundtrace/gateway/analytics/paper"
)

func published(t *testing.T, vintage string) *compare.Board {
	t.Helper()
	b, err := compare.FromTable(paper.Table(vintage), paper.Provinces, paper.Composite)
	if err != nil {
		t.Fatal(err)
	}
	b.Title = vintage
	return b
}

func verdict(t *testing.T, d *Diagnosis, id string) Verdict {
	t.Helper()
	for _, v := range d.Verdicts {
		if v.ID == id {
			return v
		}
	}
	t.Fatalf("no verdict on %s", id)
	return Verdict{}
}

// The three challenges hold in both versions of the paper's data, with what weakens them beside.
func TestThePapersChallenges(t *testing.T) {
	for _, c := range []struct {
		vintage       string
		gap, widening float64
		losses        [2]float64
		noTrend       bool // of new enterprises
	}{
		{paper.VintageTable, 4, 9, [2]float64{13, 13}, true},
		{paper.VintageText, 6, 11, [2]float64{15, 15}, false},
	} {
		d, err := Diagnose(t.Context(), published(t, c.vintage), Builtin(), Options{Region: paper.Region})
		if err != nil {
			t.Fatal(err)
		}
		if d.From != 2010 || d.To != 2020 || d.Of != 31 || len(d.Verdicts) != 3 {
			t.Errorf("%+v", d)
		}
		for _, v := range d.Verdicts {
			if v.Verdict != Holds {
				t.Errorf("%s: %s %s", c.vintage, v.ID, v.Verdict)
			}
		}
		disconnect, hollowing, bloated := verdict(t, d, "disconnect"), verdict(t, d, "hollowing"), verdict(t, d, "bloated")
		if g, w := disconnect.Findings[0].Parts[0].Value, disconnect.Findings[1].Parts[0].Value; float64(g) != c.gap || float64(w) != c.widening {
			t.Errorf("%s: gap %v, widening %v", c.vintage, g, w)
		}
		for i, p := range hollowing.Findings[0].Parts {
			if float64(p.Value) != c.losses[i] {
				t.Errorf("%s: loss %v of %s", c.vintage, p.Value, p.Code)
			}
		}
		all := english(bloated.Reservations)
		if strings.Contains(all, "is not shown for") != c.noTrend || !strings.Contains(all, "survival cannot be judged") {
			t.Errorf("%s: %s", c.vintage, all)
		}
		// Venture capital rose until 2018: the disconnect is of the last two years, and says so.
		if w := disconnect.Robustness.Windows; w.Tried != 9 || w.Holds != 3 || !strings.Contains(english(disconnect.Reservations), "3 of 9 windows") {
			t.Errorf("%s: %+v", c.vintage, w)
		}
		if r := hollowing.Robustness; r.Thresholds.Holds != r.Thresholds.Tried || r.Thresholds.Tried != 15 || r.Years.Holds != 8 {
			t.Errorf("%s: %+v", c.vintage, r)
		}
		if _, err := json.Marshal(d); err != nil {
			t.Error(err)
		}
	}
}

// The pairs that challenges set beside each other are five. No mean and no share of one region: what rises behind others is told by ranks, and the composite, of three years, has no trend.
func TestRisesAndTrendsOfThePaper(t *testing.T) {
	d, err := Diagnose(t.Context(), published(t, paper.VintageTable), Builtin(), Options{Region: "Liaoning"})
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Rises) != 6 || len(d.Trends) != 10 || len(d.Associations) != 5 {
		t.Fatalf("%d rises, %d trends, %d associations", len(d.Rises), len(d.Trends), len(d.Associations))
	}
	for _, r := range d.Rises {
		if !r.Hollow || r.Basis != "rank" {
			t.Errorf("%+v", r)
		}
	}
	for _, a := range d.Associations {
		if a.N != 10 || a.M != 8 || !a.P.Is() || !a.Exact {
			t.Errorf("%+v", a)
		}
	}
}

func TestVerdicts(t *testing.T) {
	b := boardOf(t, five)
	rules := func(conditions string) *Rules {
		r, err := ParseRules([]byte(`{"id":"r","version":"1","parameters":[{"name":"h","value":3,"unit":"places","about":{"en":"x","zh":"x"},"tried":[1,11,12]}],
			"challenges":[{"id":"c","name":"C","claims":{"en":"x","zh":"x"},"conditions":[` + conditions + `]}]}`))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	loss := func(of, role string) string {
		return `{"id":"` + of + `","kind":"rank-loss","role":"` + role + `","of":["` + of + `"],"parameter":"h"}`
	}
	for _, c := range []struct{ conditions, want string }{
		{loss("a", Required), Holds},
		{loss("c", Required), HoldsNot},
		{loss("d", Required), Undecided},
		{loss("d", Required) + "," + loss("c", Required), HoldsNot},
		{loss("a", Required) + "," + loss("c", Supporting), Holds},
		{loss("a", Required) + "," + loss("d", Guard), Holds},
	} {
		d, err := Diagnose(t.Context(), b, rules(c.conditions), Options{Region: "L"})
		if err != nil {
			t.Fatal(err)
		}
		if d.Verdicts[0].Verdict != c.want {
			t.Errorf("%s: %s, want %s", c.conditions, d.Verdicts[0].Verdict, c.want)
		}
	}
	d, err := Diagnose(t.Context(), b, rules(loss("a", Required)), Options{Region: "L", Values: map[string]float64{"h": 12}})
	if err != nil || d.Verdicts[0].Verdict != HoldsNot || d.Rules.Parameters[0].Value != 12 {
		t.Errorf("with another threshold: %v, %+v", err, d.Verdicts[0])
	}
	d, err = Diagnose(t.Context(), b, rules(loss("a", Required)), Options{Region: "L"})
	if err != nil {
		t.Fatal(err)
	}
	if r := d.Verdicts[0].Robustness; r.Thresholds.Tried != 3 || r.Thresholds.Holds != 2 || *r.Strictest[0].Value != 11 {
		t.Errorf("%+v", r)
	}
}

func TestRulesAreRefusedWithReasons(t *testing.T) {
	for _, c := range []struct{ name, text, says string }{
		{"unknown field", `{"id":"r","rules":[]}`, "rules"},
		{"nothing", `{"id":"r","version":"1","parameters":[],"challenges":[]}`, "at least one challenge"},
		{"kind", `{"id":"r","version":"1","parameters":[],"challenges":[{"id":"c","name":"c","claims":{"en":"x","zh":"x"},"conditions":[{"id":"k","kind":"luck","role":"required","of":["a"]}]}]}`, "rank-trend"},
		{"role", `{"id":"r","version":"1","parameters":[],"challenges":[{"id":"c","name":"c","claims":{"en":"x","zh":"x"},"conditions":[{"id":"k","kind":"measure-falling","role":"perhaps","of":["a"]}]}]}`, "required, supporting or guard"},
		{"parameter", `{"id":"r","version":"1","parameters":[],"challenges":[{"id":"c","name":"c","claims":{"en":"x","zh":"x"},"conditions":[{"id":"k","kind":"rank-loss","role":"required","of":["a"],"parameter":"h"}]}]}`, "not declared"},
		{"no parameter", `{"id":"r","version":"1","parameters":[],"challenges":[{"id":"c","name":"c","claims":{"en":"x","zh":"x"},"conditions":[{"id":"k","kind":"rank-loss","role":"required","of":["a"]}]}]}`, "needs a parameter"},
		{"over", `{"id":"r","version":"1","parameters":[],"challenges":[{"id":"c","name":"c","claims":{"en":"x","zh":"x"},"conditions":[{"id":"k","kind":"ratio-falling","role":"required","of":["a"]}]}]}`, "needs over"},
		{"two", `{"id":"r","version":"1","parameters":[],"challenges":[{"id":"c","name":"c","claims":{"en":"x","zh":"x"},"conditions":[{"id":"k","kind":"measure-falling","role":"required","of":["a","b"]}]}]}`, "takes one"},
		{"nothing required", `{"id":"r","version":"1","parameters":[],"challenges":[{"id":"c","name":"c","claims":{"en":"x","zh":"x"},"conditions":[{"id":"k","kind":"measure-falling","role":"guard","of":["a"]}]}]}`, "always hold"},
	} {
		if _, err := ParseRules([]byte(c.text)); ledger.ErrorCode(err) == "" || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.name, err, c.says)
		}
	}
	b := boardOf(t, five)
	for says, o := range map[string]Options{`no region "Z"`: {Region: "Z"}, "no year 2015": {Region: "L", From: 2015}, "not before": {Region: "L", From: 2020, To: 2016},
		"no parameter": {Region: "L", Values: map[string]float64{"x": 1}}} {
		if _, err := Diagnose(t.Context(), b, Builtin(), o); ledger.ErrorCode(err) == "" || !strings.Contains(err.Error(), says) {
			t.Errorf("%+v: %v, want %q", o, err, says)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Diagnose(ctx, b, Builtin(), Options{Region: "L"}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// english joins sentences; each is there in Chinese too.
func english(list []Said) string {
	var out []string
	for _, s := range list {
		if s.ZH == "" || s.ZH == s.EN {
			return "no Chinese: " + s.EN
		}
		out = append(out, s.EN)
	}
	return strings.Join(out, "\n")
}
