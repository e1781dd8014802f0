package diagnose

import (
	"context"
	"strings"

	"fundtrace/gateway/analytics/bilingual"
	"fundtrace/gateway/analytics/compare"
	"fundtrace/gateway/analytics/software"
)

// Options says whom to diagnose, and with what.
type Options struct {
	Region string `json:"region"`
	// From and To are the years of the window; 0 for the first and the last that the region has.
	From int `json:"from,omitempty"`
	To   int `json:"to,omitempty"`
	// Values are parameters with other values than the rules give.
	Values map[string]float64 `json:"values,omitempty"`
	// Moves are intervals of places lost, by dimension, where the board was computed from counts; a loss whose interval holds 0
	// is none.
	Moves []Move `json:"-"`
}

// Verdicts of a challenge.
const (
	Holds     = "holds"         // every required condition is met
	HoldsNot  = "does not hold" // one is not
	Undecided = "undecided"     // none is not met, but one cannot be judged
)

// Verdict is a challenge judged.
type Verdict struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	NameZH   string    `json:"name_zh,omitempty"`
	Claims   Said      `json:"claims"`
	Place    string    `json:"place,omitempty"`
	Verdict  string    `json:"verdict"`
	Findings []Finding `json:"findings"`
	// Reservations is what a careful reader has to know beside the verdict.
	Reservations []Said     `json:"reservations"`
	Robustness   Robustness `json:"robustness"`
}

// Diagnosis is a region diagnosed on one board.
type Diagnosis struct {
	Engine       string             `json:"engine"`
	Software     string             `json:"software"`
	Board        string             `json:"board"` // what the numbers are, such as a vintage
	Region       string             `json:"region"`
	From         int                `json:"from"`
	To           int                `json:"to"`
	Of           int                `json:"of"`
	Rules        *Rules             `json:"rules"` // with the values that were used
	Verdicts     []Verdict          `json:"verdicts"`
	Rises        []compare.Change   `json:"rises"` // of every dimension: score up and behind others
	Trends       []Trend            `json:"trends"`
	Associations []Association      `json:"associations"`
	Moves        []Move             `json:"moves,omitempty"`
	Values       map[string]float64 `json:"values"`
}

// Diagnose judges every challenge. Errors: FIELD_INVALID (no such region, year, parameter), and the context's.
func Diagnose(ctx context.Context, b *compare.Board, r *Rules, o Options) (*Diagnosis, error) {
	rules, err := r.With(o.Values)
	if err != nil {
		return nil, err
	}
	beside, err := compare.Region(b, compare.Options{Region: o.Region, From: o.From, To: o.To})
	if err != nil {
		return nil, err
	}
	v := view{board: b, region: beside.Region, from: beside.From, to: beside.To, moves: map[string]Move{}}
	for _, m := range o.Moves {
		v.moves[m.Code] = m
	}
	values := rules.values()
	d := &Diagnosis{Engine: Version, Software: software.Version(), Board: b.Title, Region: v.region, From: v.from, To: v.to, Of: b.Of, Rules: rules,
		Rises: beside.Changes, Moves: o.Moves, Values: values}
	for _, c := range rules.Challenges {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		out := v.decide(c, values)
		out.Robustness = v.robustness(rules, c)
		out.Reservations = reservations(&out)
		d.Verdicts = append(d.Verdicts, out)
	}
	d.Trends = v.trends()
	d.Associations, err = v.associations(ctx, rules)
	return d, err
}

// decide judges one challenge.
func (v view) decide(c Challenge, values map[string]float64) Verdict {
	out := Verdict{ID: c.ID, Name: c.Name, NameZH: c.NameZH, Claims: c.Claims, Place: c.Place, Verdict: Holds}
	for _, k := range c.Conditions {
		f := v.judge(k, values)
		out.Findings = append(out.Findings, f)
		switch {
		case k.Role != Required || f.Answer == Met:
		case f.Answer == NotMet:
			out.Verdict = HoldsNot
		case out.Verdict == Holds:
			out.Verdict = Undecided
		}
	}
	return out
}

// reservations says what weakens a verdict.
func reservations(v *Verdict) []Said {
	out := []Said{}
	for _, f := range v.Findings {
		for _, p := range f.Parts {
			switch {
			case f.Role == Supporting && p.Answer == NotMet:
				out = append(out, say("%s is not shown for %s (%s)", "%s不成立：%s（%s）", phrase(f.Kind), p.Name, p.Evidence))
			case f.Role == Guard && p.Answer == NotMet:
				out = append(out, say("quality did not fall by %s (%s): the words of the claim go beyond the numbers", "以%s衡量的质量没有下降（%s）：判断的措辞超出了数据", guardName(f.ID), p.Evidence))
			case f.Role == Guard && p.Answer == Unknown:
				out = append(out, say("quality by %s cannot be judged: %s", "以%s衡量的质量无法判断：%s", guardName(f.ID), p.Evidence))
			case f.Role == Required && p.Answer == Unknown:
				out = append(out, say("a required condition cannot be judged: %s", "一项必要条件无法判断：%s", p.Evidence))
			}
		}
	}
	if v.Verdict != Holds {
		return out
	}
	r := v.Robustness
	if r.Windows.Holds < r.Windows.Tried {
		out = append(out, say("holds in %d of %d windows of years; not in %s", "%d个年份窗口成立（共%d个）；不成立：%s", r.Windows.Holds, r.Windows.Tried, strings.Join(r.Windows.Breaks, ", ")))
	}
	if r.Years.Holds < r.Years.Tried {
		out = append(out, say("hangs on single years: not without %s", "依赖个别年份：去掉%s则不成立", strings.Join(r.Years.Breaks, ", ")))
	}
	return out
}

// phrase says what a kind of condition shows.
func phrase(kind string) Said {
	switch kind {
	case "rank-trend":
		return Said{EN: "a decline of the rank as a trend", ZH: "排名下降的趋势"}
	case "score-trend":
		return Said{EN: "a rise of the score as a trend", ZH: "得分上升的趋势"}
	}
	return bilingual.Same(kind)
}

// guardName is what a guard that is shipped measures; another is called by its id.
func guardName(id string) Said {
	switch id {
	case "patents-per-entrant":
		return Said{EN: "patents per entrant", ZH: "每家新建企业的专利数"}
	case "survival":
		return Said{EN: "survival", ZH: "存活率"}
	}
	return bilingual.Same(id)
}
