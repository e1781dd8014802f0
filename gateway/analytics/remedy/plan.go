package remedy

import (
	"context"
	"fmt"

	"fundtrace/gateway/analytics/bilingual"
	"fundtrace/gateway/analytics/diagnose"
	"fundtrace/gateway/analytics/index"
)

// Window is the days over which a measure is read, both included, YYYY-MM-DD.
type Window struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Reading is a measure read from the ledger. Value is not there where there was nothing to measure.
type Reading struct {
	Measure     string       `json:"measure"`
	Unit        string       `json:"unit"`
	Value       index.Number `json:"value"`
	Numerator   int64        `json:"numerator,string"`   // minor units, or what the unit says; of medians the amount weighed
	Denominator int64        `json:"denominator,string"` // 0 where the measure is a count or a median
	Cases       int64        `json:"cases"`              // movements, lots or parties behind it
	Window
}

// Measures answers the ledger's named measures. Errors: FIELD_INVALID for a measure that it does not have.
type Measures interface {
	Measure(ctx context.Context, name string, w Window) (*Reading, error)
}

// What became of a measure between two windows.
const (
	AsExpected = "as expected"
	Otherwise  = "otherwise"
	Unchanged  = "unchanged"
	NoData     = "no data"
	Shown      = "shown" // it was to be watched
)

// Observed is a measure before and after.
type Observed struct {
	Effect
	Unit   string         `json:"unit"`
	About  bilingual.Text `json:"about"`
	Before *Reading       `json:"before,omitempty"`
	After  *Reading       `json:"after,omitempty"`
	Change index.Number   `json:"change"` // in the measure's unit
	Answer string         `json:"answer"`
}

// Step is one thing to try, and how one would see it work.
type Step struct {
	Problem string `json:"problem"`
	Verdict string `json:"verdict"` // of the diagnosis
	// Try says whether the tool is proposed: the challenge holds. Where it is undecided the step says what to find out first.
	Try     bool            `json:"try"`
	Tool    Tool            `json:"tool"`
	Because bilingual.Text  `json:"because"`
	Effects []Observed      `json:"effects"`
	Watch   Watch           `json:"watch"`
	Note    *bilingual.Text `json:"note,omitempty"`
}

// Plan is what to try and how one would see it work.
type Plan struct {
	Catalogue string           `json:"catalogue"`
	Version   string           `json:"version"`
	Source    string           `json:"source,omitempty"`
	Before    *Window          `json:"before,omitempty"`
	After     *Window          `json:"after,omitempty"`
	Steps     []Step           `json:"steps"`
	Notes     []bilingual.Text `json:"notes"`
}

// Windows are the two windows that measures are read in.
type Windows struct {
	Before Window `json:"before"`
	After  Window `json:"after"`
}

// Make answers the plan for a diagnosis. With measures, every effect has its figures of both windows; without, it says what
// would be measured. Errors: of the measures.
func Make(ctx context.Context, d *diagnose.Diagnosis, c *Catalogue, m Measures, w Windows) (*Plan, error) {
	p := &Plan{Catalogue: c.ID, Version: c.Version, Source: c.Source, Steps: []Step{},
		Notes: []bilingual.Text{{EN: "A measure that moved as expected is consistent with the tool working. It does not show that the tool moved it: that takes regions or enterprises with and without it.",
			ZH: "指标按预期变化与工具起作用相符，但不能证明是工具使其变化：这需要对照使用与未使用该工具的地区或企业。"}}}
	if m != nil {
		p.Before, p.After = &w.Before, &w.After
	} else {
		p.Notes = append(p.Notes, bilingual.Text{EN: "No ledger was asked: the measures are what to read before the tool is used, and again after.", ZH: "没有查询账本：所列指标应在使用工具之前与之后各读取一次。"})
	}
	verdicts := map[string]string{}
	for _, v := range d.Verdicts {
		verdicts[v.ID] = v.Verdict
	}
	for _, l := range c.Links {
		verdict, ok := verdicts[l.Problem]
		if !ok || verdict == diagnose.HoldsNot {
			continue
		}
		tool, _ := c.Tool(l.Tool)
		s := Step{Problem: l.Problem, Verdict: verdict, Try: verdict == diagnose.Holds, Tool: tool, Because: l.Because, Effects: []Observed{}, Watch: l.Watch}
		switch {
		case !s.Try:
			s.Note = &bilingual.Text{EN: "the challenge is undecided: find what the diagnosis lacks before anything is tried", ZH: "该挑战无法判定：先补齐诊断所缺的数据"}
		case len(l.Effects) == 0:
			s.Note = &bilingual.Text{EN: "the ledger measures nothing of it yet: what to watch is outside", ZH: "账本目前没有相应指标：需观察账本之外的数据"}
		}
		for _, e := range l.Effects {
			o, err := observe(ctx, c, e, m, w)
			if err != nil {
				return nil, fmt.Errorf("measure %s: %w", e.Measure, err)
			}
			s.Effects = append(s.Effects, o)
		}
		p.Steps = append(p.Steps, s)
	}
	return p, nil
}

func observe(ctx context.Context, c *Catalogue, e Effect, m Measures, w Windows) (Observed, error) {
	of, _ := c.Measure(e.Measure)
	o := Observed{Effect: e, Unit: of.Unit, About: of.About, Change: index.None(), Answer: NoData}
	if m == nil {
		return o, nil
	}
	var err error
	if o.Before, err = m.Measure(ctx, e.Measure, w.Before); err != nil {
		return o, err
	}
	if o.After, err = m.Measure(ctx, e.Measure, w.After); err != nil {
		return o, err
	}
	o.Change = o.After.Value - o.Before.Value
	switch {
	case !o.Change.Is():
	case e.Expect == Watching:
		o.Answer = Shown
	case o.Change == 0:
		o.Answer = Unchanged
	case (o.Change > 0) == (e.Expect == Up):
		o.Answer = AsExpected
	default:
		o.Answer = Otherwise
	}
	return o, nil
}
