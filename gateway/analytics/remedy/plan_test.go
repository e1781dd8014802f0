package remedy

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/diagnose"
	"fundtrace/gateway/analytics/index"
)

func diagnosis(verdicts ...string) *diagnose.Diagnosis {
	d := &diagnose.Diagnosis{}
	for i, id := range []string{"disconnect", "hollowing", "bloated"} {
		d.Verdicts = append(d.Verdicts, diagnose.Verdict{ID: id, Verdict: verdicts[i]})
	}
	return d
}

// readings is every measure of the catalogue in both windows: after is before plus a step.
func readings(step map[string]float64) *Recorded {
	r := &Recorded{}
	for _, m := range Builtin().Measures {
		before := Reading{Measure: m.ID, Unit: m.Unit, Value: 40, Window: Window{"2024-01-01", "2024-12-31"}}
		after := before
		after.Value += index.Number(step[m.ID])
		after.Window = Window{"2025-01-01", "2025-12-31"}
		r.Before, r.After = append(r.Before, before), append(r.After, after)
	}
	return r
}

func TestPlan(t *testing.T) {
	r := readings(map[string]float64{"days-to-enterprise": -12, "idle-share": 3, "attested-share": 5, "duplicates-caught": 2})
	missing := slices.IndexFunc(r.After, func(x Reading) bool { return x.Measure == "evidenced-use-share" })
	r.After[missing].Value = index.None()
	w, err := r.Windows()
	if err != nil {
		t.Fatal(err)
	}
	p, err := Make(t.Context(), diagnosis(diagnose.Holds, diagnose.HoldsNot, diagnose.Undecided), Builtin(), r, w)
	if err != nil {
		t.Fatal(err)
	}
	answers := map[string]string{}
	for _, s := range p.Steps {
		if s.Problem == "hollowing" {
			t.Errorf("a tool against what does not hold: %+v", s)
		}
		if s.Try != (s.Problem == "disconnect") || s.Tool.Name == "" || s.Because.ZH == "" || s.Watch.Dimension == "" {
			t.Errorf("%+v", s)
		}
		if len(s.Effects) == 0 && s.Note == nil {
			t.Errorf("%s has no measure and does not say so", s.Tool.ID)
		}
		for _, o := range s.Effects {
			if o.About.ZH == "" || o.Before == nil {
				t.Errorf("%+v", o)
			}
			answers[s.Problem+" "+o.Measure] = o.Answer
		}
	}
	for what, want := range map[string]string{"disconnect days-to-enterprise": AsExpected, "disconnect idle-share": Otherwise, "disconnect evidenced-use-share": NoData,
		"bloated duplicates-caught": Shown, "bloated days-waited": Unchanged} {
		if answers[what] != want {
			t.Errorf("%s: %s, want %s", what, answers[what], want)
		}
	}
	if _, err := json.Marshal(p); err != nil {
		t.Error(err)
	}
}

func TestPlanWithoutALedger(t *testing.T) {
	p, err := Make(t.Context(), diagnosis(diagnose.Holds, diagnose.Holds, diagnose.Holds), Builtin(), nil, Windows{})
	if err != nil {
		t.Fatal(err)
	}
	problems := map[string]int{}
	for _, s := range p.Steps {
		problems[s.Problem]++
		for _, o := range s.Effects {
			if o.Answer != NoData || o.About.ZH == "" {
				t.Errorf("%+v", o)
			}
		}
	}
	if len(problems) != 3 || p.Before != nil || len(p.Notes) != 2 {
		t.Errorf("%v, %v", problems, p.Notes)
	}
}

// Every challenge that is shipped has a tool, and every tool against it a problem.
func TestCatalogueFitsTheChallenges(t *testing.T) {
	c := Builtin()
	tools := map[string]bool{}
	for _, challenge := range diagnose.Builtin().Challenges {
		onLedger := false
		for _, l := range c.Links {
			if l.Problem == challenge.ID {
				tool, _ := c.Tool(l.Tool)
				tools[tool.ID] = true
				onLedger = onLedger || (tool.OnLedger && len(l.Effects) > 0)
			}
		}
		if !onLedger {
			t.Errorf("nothing against %s is measured on the ledger", challenge.ID)
		}
	}
	for _, l := range c.Links {
		if !slices.ContainsFunc(diagnose.Builtin().Challenges, func(x diagnose.Challenge) bool { return x.ID == l.Problem }) {
			t.Errorf("there is no challenge %s", l.Problem)
		}
	}
	if len(tools) != len(c.Tools) {
		t.Errorf("%d of %d tools are meant against something", len(tools), len(c.Tools))
	}
}

func TestCataloguesAreRefusedWithReasons(t *testing.T) {
	for _, c := range []struct{ text, says string }{
		{`{"id":"c"}`, "at least one link"},
		{`{"id":"c","version":"1","tools":[],"links":[{"problem":"p","tool":"t","because":{"en":"b","zh":"b"},"effects":[],"watch":{"dimension":"d","how":{"en":"h","zh":"h"}}}],"measures":[]}`, `tool "t"`},
		{`{"id":"c","version":"1","tools":[{"id":"t","name":"T","on_ledger":true,"does":{"en":"x","zh":"x"}}],"links":[{"problem":"p","tool":"t","because":{"en":"b","zh":"b"},"effects":[{"measure":"m","expect":"up"}],"watch":{"dimension":"d","how":{"en":"h","zh":"h"}}}],"measures":[]}`, `measure "m"`},
		{`{"id":"c","version":"1","tools":[{"id":"t","name":"T","on_ledger":true,"does":{"en":"x","zh":"x"}}],"links":[{"problem":"p","tool":"t","because":{"en":"b","zh":"b"},"effects":[{"measure":"m","expect":"better"}],"watch":{"dimension":"d","how":{"en":"h","zh":"h"}}}],"measures":[{"id":"m","unit":"u","about":{"en":"a","zh":"a"}}]}`, "up, down or watch"},
	} {
		if _, err := Parse([]byte(c.text)); ledger.ErrorCode(err) == "" || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v, want %q", err, c.says)
		}
	}
}

func TestRecordedReadingsAreChecked(t *testing.T) {
	for says, edit := range map[string]func(*Recorded){
		"no readings of after":   func(r *Recorded) { r.After = nil },
		"one of each measure":    func(r *Recorded) { r.After[1].To = "2025-06-30" },
		"see days-to-enterprise": func(r *Recorded) { r.Before[1].Measure = r.Before[0].Measure },
		"the same window":        func(r *Recorded) { r.After = r.Before },
	} {
		r := readings(nil)
		edit(r)
		if _, err := r.Windows(); ledger.ErrorCode(err) == "" || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %q", err, says)
		}
	}
	r := readings(nil)
	w, _ := r.Windows()
	if _, err := r.Measure(t.Context(), "luck", w.Before); ledger.ErrorCode(err) != ledger.FieldInvalid {
		t.Errorf("a measure that was not read: %v", err)
	}
	if _, err := Make(t.Context(), diagnosis(diagnose.Holds, diagnose.Holds, diagnose.Holds), Builtin(), failing{}, w); !errors.Is(err, errFailing) {
		t.Errorf("a failing ledger: %v", err)
	}
}

var errFailing = errors.New("out of order")

type failing struct{}

func (failing) Measure(context.Context, string, Window) (*Reading, error) { return nil, errFailing }
