package robust

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/index"
)

// Factor is one uncertain choice of how the index is made. In each run every one of its choices is equally likely.
type Factor struct {
	Name    string   `json:"name"`
	Choices []Choice `json:"choices"`
}

// Choice is what one alternative changes of the nominal computation.
type Choice struct {
	Name   string          `json:"name"`
	Method json.RawMessage `json:"method,omitempty"` // options written over the nominal method's
	Drop   string          `json:"drop,omitempty"`   // an indicator or dimension left out
	Base   string          `json:"base,omitempty"`   // other years of the panel as the base: 2000-2020
	// Vintage is another edition of the data, with the same rows and profile; nil for the nominal one.
	Vintage *index.Engine `json:"-"`
}

// Limits of a study.
const (
	maxScenarios = 10_000
	maxCells     = 50_000_000 // runs × rows whose ranks are kept
	maxRuns      = 20_000_000 // of Sobol indices
)

// scenario is one combination of choices, ready to run.
type scenario struct {
	prepared *index.Prepared
	engine   *index.Engine
	method   index.Method
	dropped  []int // nodes
}

// scenarios makes every combination of the factors' choices, the last factor turning fastest, so that a combination that
// cannot be computed is refused before the first run.
func (s *Study) scenarios() ([]scenario, error) {
	total := 1
	for _, f := range s.Factors {
		if len(f.Choices) == 0 {
			return nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("factor %.40q has no choices", f.Name), "field", "factors")
		}
		if total *= len(f.Choices); total > maxScenarios {
			return nil, ledger.Refuse(ledger.TooLarge, fmt.Sprintf("the factors have more than %d combinations: leave some out", maxScenarios), "field", "factors")
		}
	}
	engines := map[string]*index.Engine{}
	out := make([]scenario, total)
	for i := range out {
		var err error
		if out[i], err = s.scenario(i, engines); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// scenario makes one combination; engines keeps those that have another base.
func (s *Study) scenario(number int, engines map[string]*index.Engine) (scenario, error) {
	sc := scenario{engine: s.Engine}
	names, options, base := make([]string, len(s.Factors)), make([]json.RawMessage, len(s.Factors)), ""
	for f := len(s.Factors) - 1; f >= 0; f-- {
		choices := s.Factors[f].Choices
		c := choices[number%len(choices)]
		number /= len(choices)
		names[f], options[f] = s.Factors[f].Name+" "+c.Name, c.Method
		if c.Drop != "" {
			node, err := s.Engine.Node(c.Drop)
			if err != nil {
				return sc, err
			}
			sc.dropped = append(sc.dropped, node)
		}
		if c.Vintage != nil {
			if err := sameRows(s.Engine, c.Vintage); err != nil {
				return sc, err
			}
			sc.engine = c.Vintage
		}
		if c.Base != "" {
			base = c.Base
		}
	}
	in := func(err error) error { return fmt.Errorf("%s: %w", strings.Join(names, ", "), err) }
	var err error
	if sc.method, err = s.Method.With(options...); err != nil {
		return sc, in(err)
	}
	if base != "" {
		key := fmt.Sprintf("%p %s", sc.engine, base)
		if engines[key] == nil {
			from, to, err := ParseYears(base)
			if err != nil {
				return sc, err
			}
			if engines[key], err = sc.engine.WithBaseYears(from, to); err != nil {
				return sc, in(err)
			}
		}
		sc.engine = engines[key]
	}
	if sc.prepared, err = sc.engine.Prepare(sc.method); err != nil {
		return sc, in(err)
	}
	return sc, nil
}

// sameRows refuses a vintage whose rows or profile are others: ranks would not be of the same units.
func sameRows(a, b *index.Engine) error {
	if a.Profile().ID != b.Profile().ID || a.Profile().Version != b.Profile().Version || a.Panel().Rows() != b.Panel().Rows() {
		return ledger.Refuse(ledger.FieldInvalid, "the vintage has another profile or number of rows than the nominal data", "field", "vintage")
	}
	for i := range a.Panel().Rows() {
		unit, year := a.Row(i)
		if u, y := b.Row(i); u != unit || y != year {
			return ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("the vintage has %.40s %d where the nominal data have %.40s %d", u, y, unit, year), "field", "vintage")
		}
	}
	return nil
}

// ParseYears reads 2010-2020, or one year. Errors: FIELD_INVALID.
func ParseYears(text string) (from, to int, err error) {
	first, last, ranged := strings.Cut(text, "-")
	if !ranged {
		last = first
	}
	from, errFrom := strconv.Atoi(strings.TrimSpace(first))
	to, errTo := strconv.Atoi(strings.TrimSpace(last))
	if errFrom != nil || errTo != nil || from > to {
		return 0, 0, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("%.40q are no years: write 2010-2020", text), "field", "years")
	}
	return from, to, nil
}

// StandardFactors lists the choices that a reader would question of a method, by name: "normalise", "composite" or "aggregate", and
// "drop". Those that make no sense for the profile or the method are left out.
func StandardFactors(e *index.Engine, m index.Method) []Factor {
	var out []Factor
	option := func(name, method string) Choice { return Choice{Name: name, Method: json.RawMessage(method)} }
	top := e.Profile().Index
	deep := slices.ContainsFunc(top.Children, func(n index.Node) bool { return len(n.Children) > 0 })
	switch m.Score {
	case "ecdf":
		out = append(out, Factor{"normalise", []Choice{option("z", `{"normalise":"z"}`), option("percentile", `{"normalise":"percentile"}`), option("min-max", `{"normalise":"min-max"}`)}})
		if deep {
			out = append(out, Factor{"composite", []Choice{option("of values", `{"carry":"values","aggregate":["arithmetic"]}`), option("of scores", `{"carry":"scores","aggregate":["arithmetic"]}`),
				option("geometric of scores", `{"carry":"scores","aggregate":["arithmetic","geometric"]}`)}})
		}
	case "none":
		out = append(out, Factor{"normalise", []Choice{option("min-max", `{"normalise":"min-max","range":[1,100]}`), option("percentile", `{"normalise":"percentile"}`)}},
			Factor{"aggregate", []Choice{option("arithmetic", `{"aggregate":["arithmetic"]}`), option("geometric", `{"aggregate":["geometric"]}`)}})
	}
	if len(top.Children) > 2 {
		drop := Factor{"drop", []Choice{{Name: "none"}}}
		for _, n := range top.Children {
			drop.Choices = append(drop.Choices, Choice{Name: n.Code, Drop: n.Code})
		}
		out = append(out, drop)
	}
	return out
}
