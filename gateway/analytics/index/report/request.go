// Package report answers a whole request for an index in one call: what the command line and the API ask alike. It reads a
// table, computes the index, and adds what is asked beside it: changes, coherence, robustness.
package report

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/index"
	"fundtrace/gateway/analytics/index/robust"
)

// Request says what to compute from a table.
type Request struct {
	Profile *index.Profile `json:"profile,omitempty"` // nil: the paper's Table 1
	Entity  string         `json:"entity"`            // column of regions
	Time    string         `json:"time,omitempty"`    // column of years; empty for a table of one year
	Group   string         `json:"group,omitempty"`   // column of groups, for group means

	Method  string          `json:"method,omitempty"`  // named; empty: the profile's own, or the reference reading
	Options json.RawMessage `json:"options,omitempty"` // written over it
	// The base panel: a frozen one, or some years of the table, or neither for all of the table.
	Base      *index.Base `json:"base,omitempty"`
	BaseYears string      `json:"base_years,omitempty"`

	Years  []int  `json:"years,omitempty"`  // that are answered; empty for all. Everything is computed on all years
	Change string `json:"change,omitempty"` // 2010-2020: how each region went from the one to the other
	Focus  string `json:"focus,omitempty"`  // one region: its changes alone, and its rank as what sensitivity is of

	Uncertainty int             `json:"uncertainty,omitempty"` // runs
	Level       float64         `json:"level,omitempty"`       // of rank intervals; 0: 0.9
	Noise       *float64        `json:"noise,omitempty"`       // of weights; nil: 0.25
	Vary        []string        `json:"vary,omitempty"`        // factors; nil: the standard ones. See ParseFactors
	Factors     []robust.Factor `json:"factors,omitempty"`     // more factors
	Seed        uint64          `json:"seed,omitempty"`

	Sensitivity  int  `json:"sensitivity,omitempty"` // base points of Sobol indices
	Bootstrap    int  `json:"bootstrap,omitempty"`
	SplitWeights bool `json:"split_weights,omitempty"`

	RemoveOne bool     `json:"remove_one,omitempty"`
	Compare   []string `json:"compare,omitempty"`   // named methods; "all"
	Coherence string   `json:"coherence,omitempty"` // value, score or raw
	Dominance bool     `json:"dominance,omitempty"`

	Workers int `json:"-"`
}

// check refuses numbers that mean nothing. Errors: FIELD_INVALID.
func (r *Request) check() error {
	for _, n := range []struct {
		name  string
		value int
	}{{"uncertainty", r.Uncertainty}, {"sensitivity", r.Sensitivity}, {"bootstrap", r.Bootstrap}} {
		if n.value < 0 {
			return ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("%s is %d: use a number of runs, or 0 for none", n.name, n.value), "field", n.name)
		}
	}
	if r.Change != "" {
		from, to, err := robust.ParseYears(r.Change)
		if err != nil {
			return err
		}
		if from == to {
			return ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("a change is between two years, and %.40q is one: write 2010-2020", r.Change), "field", "change")
		}
	}
	return nil
}

// method answers the method that is asked for. Errors: MALFORMED, FIELD_INVALID.
func (r *Request) method() (index.Method, error) {
	m := index.Reference()
	if r.Profile.Method != nil {
		m = *r.Profile.Method
	}
	if r.Method != "" {
		var err error
		if m, err = index.Preset(r.Method); err != nil {
			return m, err
		}
	}
	return m.With(r.Options)
}

// factors answers what is varied beside weights.
func (r *Request) factors(e *index.Engine, m index.Method) ([]robust.Factor, error) {
	standard := robust.StandardFactors(e, m)
	if r.Vary == nil {
		return append(standard, r.Factors...), nil
	}
	var out []robust.Factor
	for _, text := range r.Vary {
		if text == "none" {
			continue
		}
		f, err := parseFactor(text, standard)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return append(out, r.Factors...), nil
}

// parseFactor reads a standard factor's name, or an option or the base with the alternatives to the nominal one: scale=population,
// base=2000-2020, missing=zero|mean.
func parseFactor(text string, standard []robust.Factor) (robust.Factor, error) {
	var names []string
	for _, f := range standard {
		if f.Name == text {
			return f, nil
		}
		names = append(names, f.Name)
	}
	name, choices, ok := strings.Cut(text, "=")
	if !ok || choices == "" {
		return robust.Factor{}, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("there is no factor %.60q: use %s, or an option with its alternatives such as scale=population or base=2000-2020",
			text, strings.Join(names, ", ")), "field", "vary")
	}
	f := robust.Factor{Name: name, Choices: []robust.Choice{{Name: "nominal"}}}
	for choice := range strings.SplitSeq(choices, "|") {
		c := robust.Choice{Name: choice}
		switch name {
		case "base":
			c.Base = choice
		case "drop":
			c.Drop = choice
		case "scale", "missing", "normalise", "scope", "carry", "score", "ties":
			c.Method, _ = json.Marshal(map[string]string{name: choice})
		default:
			return robust.Factor{}, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("%.40q cannot be varied by name: use base, drop, scale, missing, normalise, scope, carry, score, ties, or a file of factors", name), "field", "vary")
		}
		f.Choices = append(f.Choices, c)
	}
	return f, nil
}

// columns lists what the methods divide by, beyond the profile's denominators.
func (r *Request) columns(m index.Method) []string {
	out := []string{m.Scale}
	for _, v := range r.Vary {
		if choices, ok := strings.CutPrefix(v, "scale="); ok {
			out = append(out, strings.Split(choices, "|")...)
		}
	}
	for _, f := range r.Factors {
		for _, c := range f.Choices {
			var o struct {
				Scale string `json:"scale"`
			}
			if json.Unmarshal(c.Method, &o) == nil {
				out = append(out, o.Scale)
			}
		}
	}
	return slices.DeleteFunc(out, func(s string) bool { return s == "" || s == "total" || s == "declared" })
}
