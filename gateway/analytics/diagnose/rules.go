// Package diagnose tests what ails a region: challenges declared as data, each a set of conditions with parameters, judged on a
// board of scores and ranks with the evidence beside every verdict. A place or two lost is not called a decline, a trend is one
// only where Mann–Kendall says so, and each verdict is told with how far it holds when parameters and years are others.
package diagnose

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"fundtrace/chaincode/ledger"
)

// Version names the computation. It changes when the same board and rules could give other verdicts.
const Version = "diagnose/1"

// Rules declares challenges and the parameters of their conditions.
type Rules struct {
	ID         string      `json:"id"`
	Version    string      `json:"version"`
	Source     string      `json:"source,omitempty"`
	Parameters []Parameter `json:"parameters"`
	Challenges []Challenge `json:"challenges"`
}

// Parameter is a threshold.
type Parameter struct {
	Name  string    `json:"name"`
	Value float64   `json:"value"`
	Unit  string    `json:"unit"`
	About Said      `json:"about"`
	Tried []float64 `json:"tried"` // other values that verdicts are tried with
}

// Challenge is a claim about a region that conditions decide.
type Challenge struct {
	ID         string      `json:"id"`
	Name       string      `json:"name"`
	NameZH     string      `json:"name_zh,omitempty"`
	Claims     Said        `json:"claims"`
	Place      string      `json:"place,omitempty"` // in the source
	Conditions []Condition `json:"conditions"`
}

// Roles of conditions.
const (
	Required   = "required"   // the challenge holds only where it is met
	Supporting = "supporting" // where it is not met, the verdict is told with a reservation
	Guard      = "guard"      // of quality: not met contradicts the claim's words, unknown leaves them unproved
)

// Condition is one test. Kinds:
//
//	rank-gap            rank of "of" less rank of "over" at the end ≥ parameter (places)
//	rank-gap-change     that gap widened over the window by ≥ parameter (places)
//	falling             "of" fell in each of the last steps (parameter); raw counts where known, else scores in a frozen base
//	rank-loss           each of "of" lost ≥ parameter places, and its interval, where there is one, holds no gain
//	rank-trend          Mann–Kendall on ranks of each of "of": worsening, p ≤ parameter
//	score-trend         Mann–Kendall on scores of each of "of": rising, p ≤ parameter. Met says that the score truly rose
//	score-up-rank-down  each of "of": score up, rank lost ≥ parameter places
//	ratio-falling       raw count of "of" by that of "over" fell over the window
//	measure-falling     the measure "of" fell over the window
type Condition struct {
	ID        string   `json:"id"`
	Kind      string   `json:"kind"`
	Role      string   `json:"role"`
	Of        []string `json:"of"`
	Over      string   `json:"over,omitempty"`
	Parameter string   `json:"parameter,omitempty"`
}

//go:embed challenges.json
var builtin []byte

// Builtin answers the paper's three challenges, with thresholds.
func Builtin() *Rules {
	r, err := ParseRules(builtin)
	if err != nil {
		panic("the built-in challenges: " + err.Error()) // a mistake of the program, and tested
	}
	return r
}

// ParseRules reads rules. Errors: MALFORMED, FIELD_MISSING, FIELD_INVALID.
func ParseRules(text []byte) (*Rules, error) {
	var r Rules
	if err := ledger.DecodeStrict(text, &r); err != nil {
		return nil, err
	}
	return &r, r.Check()
}

// Check refuses rules that cannot be judged. Errors: FIELD_MISSING, FIELD_INVALID.
func (r *Rules) Check() error {
	if r.ID == "" || len(r.Challenges) == 0 {
		return ledger.Refuse(ledger.FieldMissing, "rules need an id and at least one challenge", "field", "challenges")
	}
	if len(r.Challenges) > maxChallenges || len(r.Parameters) > maxChallenges {
		return invalid("challenges", "%d challenges with %d parameters: at most %d of each are judged", len(r.Challenges), len(r.Parameters), maxChallenges)
	}
	seen := map[string]bool{}
	for _, p := range r.Parameters {
		if p.Name == "" || seen[p.Name] {
			return invalid("parameters", "parameter %.40q is without a name or given twice", p.Name)
		}
		seen[p.Name] = true
		if len(p.Tried) > maxTried {
			return invalid("parameters", "parameter %.40q is tried with %d values, at most %d are", p.Name, len(p.Tried), maxTried)
		}
	}
	ids := map[string]bool{}
	for _, c := range r.Challenges {
		if c.ID == "" || ids[c.ID] {
			return invalid("challenges", "challenge %.40q is without an id or given twice", c.ID)
		}
		ids[c.ID] = true
		if len(c.Conditions) > maxConditions {
			return invalid("conditions", "challenge %.40q has %d conditions, at most %d are judged", c.ID, len(c.Conditions), maxConditions)
		}
		required := 0
		for _, k := range c.Conditions {
			if err := r.checkCondition(c, k); err != nil {
				return err
			}
			if k.Role == Required {
				required++
			}
		}
		if required == 0 {
			return invalid("conditions", "challenge %.40q has no required condition: it would always hold", c.ID)
		}
	}
	return nil
}

// Bounds of rules: values of a parameter that are tried, challenges, conditions of each, dimensions of each.
const (
	maxTried      = 20
	maxChallenges = 50
	maxConditions = 20
)

func (r *Rules) checkCondition(c Challenge, k Condition) error {
	kind, ok := kinds[k.Kind]
	switch {
	case !ok:
		return invalid("kind", "challenge %.40q has a condition of kind %.40q: use one of %s", c.ID, k.Kind, strings.Join(kindNames(), ", "))
	case !slices.Contains([]string{Required, Supporting, Guard}, k.Role):
		return invalid("role", "condition %.40q has the role %.40q: use required, supporting or guard", k.ID, k.Role)
	case len(k.Of) == 0 || len(k.Of) > maxConditions || (kind.one && len(k.Of) > 1):
		return invalid("of", "condition %.40q is of %d dimensions: %s takes %s", k.ID, len(k.Of), k.Kind, map[bool]string{true: "one", false: "one or more"}[kind.one])
	case kind.over != (k.Over != ""):
		return invalid("over", "condition %.40q: %s %s", k.ID, k.Kind, map[bool]string{true: "needs over, the dimension that it is compared with", false: "takes no over"}[kind.over])
	case kind.threshold != (k.Parameter != ""):
		return invalid("parameter", "condition %.40q: %s %s", k.ID, k.Kind, map[bool]string{true: "needs a parameter", false: "takes no parameter"}[kind.threshold])
	}
	if k.Parameter != "" {
		if _, ok := r.parameter(k.Parameter); !ok {
			return invalid("parameter", "condition %.40q names the parameter %.40q, which is not declared", k.ID, k.Parameter)
		}
	}
	return nil
}

func (r *Rules) parameter(name string) (Parameter, bool) {
	for _, p := range r.Parameters {
		if p.Name == name {
			return p, true
		}
	}
	return Parameter{}, false
}

// With answers rules with other values of parameters. Errors: FIELD_INVALID (a parameter that is not declared).
func (r *Rules) With(values map[string]float64) (*Rules, error) {
	out := *r
	out.Parameters = slices.Clone(r.Parameters)
	for name, v := range values {
		at := slices.IndexFunc(out.Parameters, func(p Parameter) bool { return p.Name == name })
		if at < 0 {
			return nil, invalid("values", "the rules %s have no parameter %.40q", r.ID, name)
		}
		out.Parameters[at].Value = v
	}
	return &out, nil
}

func (r *Rules) values() map[string]float64 {
	out := map[string]float64{}
	for _, p := range r.Parameters {
		out[p.Name] = p.Value
	}
	return out
}

func invalid(field, format string, args ...any) error {
	return ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf(format, args...), "field", field)
}
