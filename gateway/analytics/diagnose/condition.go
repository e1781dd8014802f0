package diagnose

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"fundtrace/gateway/analytics/compare"
	"fundtrace/gateway/analytics/index"
)

// Answers of a condition.
const (
	Met     = "met"
	NotMet  = "not met"
	Unknown = "unknown" // the board does not have what it needs
)

// Finding is a condition judged.
type Finding struct {
	Condition
	Answer    string       `json:"answer"`
	Threshold index.Number `json:"threshold"`
	// Parts is one for each dimension that the condition is of; the condition is met where all are.
	Parts []Part `json:"parts"`
}

// Part is one dimension's evidence.
type Part struct {
	Code     string       `json:"code"`
	Name     Said         `json:"name"` // of the dimension
	Answer   string       `json:"answer"`
	Value    index.Number `json:"value"`  // places, steps, p, or percent of change
	Margin   index.Number `json:"margin"` // by how much the threshold is passed; negative where it is missed
	Evidence Said         `json:"evidence"`
}

// view is a board as one region sees it between two years, perhaps with years left out.
type view struct {
	board    *compare.Board
	region   string
	from, to int
	without  int // year that is left out; 0 for none
	moves    map[string]Move
}

// name is what people call a dimension.
func (v view) name(code string) Said {
	n, err := v.board.Node(code)
	if err != nil || n.Name == "" {
		if out, ok := usualNames()[code]; ok {
			return out
		}
		return guardName(code)
	}
	return named(n.Name, n.NameZH)
}

func named(en, zh string) Said {
	out := Said{EN: strings.ToLower(en[:1]) + en[1:], ZH: zh}
	if zh == "" {
		out.ZH = en
	}
	return out
}

// usualNames are those of the default profile, for dimensions that a board does not have or does not name.
var usualNames = sync.OnceValue(func() map[string]Said {
	out := map[string]Said{}
	p, err := index.Builtin(index.DefaultProfile)
	if err != nil {
		return out // names are for people only
	}
	for _, d := range p.Index.Children {
		out[d.Code] = named(d.Name, d.NameZH)
	}
	return out
})

// line is the years of a dimension within the view.
func (v view) line(code string) (years []int, cells []compare.Cell) {
	y, c := v.board.Line(v.region, code)
	for i := range y {
		if v.from <= y[i] && y[i] <= v.to && y[i] != v.without {
			years, cells = append(years, y[i]), append(cells, c[i])
		}
	}
	return years, cells
}

// ends is the cells of the first and the last year; ok is false where one is not there.
func (v view) ends(code string) (first, last compare.Cell, ok bool) {
	first, a := v.board.Cell(v.region, code, v.from)
	last, b := v.board.Cell(v.region, code, v.to)
	return first, last, a && b
}

// kind is how conditions of a kind are judged: one dimension at a time.
type kind struct {
	one, over, threshold bool // takes one dimension only; needs over; needs a parameter
	judge                func(v view, c Condition, code string, threshold float64) Part
}

var kinds = map[string]kind{
	"rank-gap":           {true, true, true, rankGap},
	"rank-gap-change":    {true, true, true, rankGapChange},
	"falling":            {false, false, true, falling},
	"rank-loss":          {false, false, true, rankLoss},
	"rank-trend":         {false, false, true, rankTrend},
	"score-trend":        {false, false, true, scoreTrend},
	"score-up-rank-down": {false, false, true, scoreUpRankDown},
	"ratio-falling":      {true, true, false, ratioFalling},
	"measure-falling":    {true, false, false, measureFalling},
}

func kindNames() []string { return slices.Sorted(maps.Keys(kinds)) }

// judge answers a condition.
func (v view) judge(c Condition, values map[string]float64) Finding {
	f := Finding{Condition: c, Answer: Met, Threshold: index.None(), Parts: []Part{}}
	k := kinds[c.Kind]
	if k.threshold {
		f.Threshold = index.Number(values[c.Parameter])
	}
	for _, code := range c.Of {
		p := k.judge(v, c, code, values[c.Parameter])
		p.Code, p.Name = code, v.name(code)
		f.Parts = append(f.Parts, p)
	}
	f.Answer = all(f.Parts)
	return f
}

// all is met where all parts are, not met where one is not, and otherwise unknown.
func all(parts []Part) string {
	out := Met
	for _, p := range parts {
		switch p.Answer {
		case NotMet:
			return NotMet
		case Unknown:
			out = Unknown
		}
	}
	return out
}

func unknown(why Said) Part {
	return Part{Answer: Unknown, Value: index.None(), Margin: index.None(), Evidence: why}
}

// atLeast judges a value that has to reach a threshold.
func atLeast(value, threshold float64, evidence Said) Part {
	p := Part{Answer: NotMet, Value: index.Number(value), Margin: index.Number(value - threshold), Evidence: evidence}
	if value >= threshold {
		p.Answer = Met
	}
	return p
}
