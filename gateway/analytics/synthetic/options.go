package synthetic

import (
	"fmt"
	"slices"

	"fundtrace/chaincode/ledger"
)

// Version is that of the computation: it changes when numbers change.
const Version = "synthetic/1"

// Choices of the options.
var (
	Methods   = []string{"synthetic", "sdid", "did"}
	Weighings = []string{"equal", "fit"}
	Pools     = []string{"all", "untreated"}
)

// Options of an estimate.
type Options struct {
	Treated string `json:"treated"` // the unit
	Start   int    `json:"start"`   // its first treated period
	// Method: synthetic control, synthetic difference-in-differences, or the plain difference in differences beside them.
	Method string `json:"method"`
	// Exclude are units that must not be donors: treated themselves, or touched by what happened to the treated one.
	Exclude []string `json:"exclude,omitempty"`
	// Predictors to match; empty: the outcome in every period before the start.
	Predictors []Predictor `json:"predictors,omitempty"`
	// Weigh: how much each predictor counts: all the same once scaled to a standard deviation of one, or (fit) such that the outcome
	// before the start is fitted best.
	Weigh string `json:"weigh"`
	// Pool of a placebo's donors: all other units and the treated one, as in 2010 and as the exactness of p asks for; or the
	// untreated ones. Empty: all for synthetic, untreated for the others.
	Pool string `json:"pool"`
	// Alpha is the level of the claim that is to be made; 0 means 0.05. It is refused below what the number of units can show.
	Alpha float64 `json:"alpha"`
	// Backdate asks for the same estimate with an earlier start, on the periods before the real one: it should find nothing.
	Backdate *int `json:"backdate,omitempty"`
}

// complete fills in what was left open and refuses what there is not. Errors: FIELD_MISSING, FIELD_INVALID.
func (o *Options) complete(d *Data) error {
	if o.Treated == "" {
		return ledger.Refuse(ledger.FieldMissing, "the treated unit is not named: name one", "field", "treated")
	}
	if !slices.Contains(d.Units, o.Treated) {
		return bad("treated", fmt.Sprintf("there is no unit %.40q in the table", o.Treated))
	}
	for _, choice := range []struct {
		name    string
		value   *string
		choices []string
	}{{"method", &o.Method, Methods}, {"weigh", &o.Weigh, Weighings}} {
		if *choice.value == "" {
			*choice.value = choice.choices[0]
		}
		if !slices.Contains(choice.choices, *choice.value) {
			return bad(choice.name, fmt.Sprintf("%s is %.40q: use one of %v", choice.name, *choice.value, choice.choices))
		}
	}
	if o.Pool == "" {
		o.Pool = "untreated"
		if o.Method == "synthetic" {
			o.Pool = "all"
		}
	}
	if o.Alpha == 0 {
		o.Alpha = 0.05
	}
	switch {
	case !slices.Contains(Pools, o.Pool):
		return bad("pool", fmt.Sprintf("pool is %.40q: use one of %v", o.Pool, Pools))
	case !(o.Alpha > 0 && o.Alpha < 1):
		return bad("alpha", fmt.Sprintf("alpha is %v: use a share between 0 and 1, such as 0.05", o.Alpha))
	case o.Method != "synthetic" && len(o.Predictors) > 0:
		return bad("predictors", "only synthetic control matches predictors: the others match the outcome before the start")
	case o.Weigh == "fit" && len(o.Predictors) == 0:
		return bad("weigh", "without predictors the outcome before the start is matched itself and there is nothing to weigh: name predictors or leave weigh out")
	}
	for _, unit := range o.Exclude {
		if !slices.Contains(d.Units, unit) {
			return bad("exclude", fmt.Sprintf("there is no unit %.40q in the table", unit))
		}
		if unit == o.Treated {
			return bad("exclude", "the treated unit cannot be excluded")
		}
	}
	for _, p := range o.Predictors {
		if d.Columns[p.Column] == nil {
			return bad("predictors", fmt.Sprintf("there is no column %.40q among the panel's", p.Column))
		}
		if p.From > p.To || p.To >= o.Start {
			return bad("predictors", fmt.Sprintf("predictor %s is taken from %d to %d: it has to lie before the start, %d", p.Column, p.From, p.To, o.Start))
		}
	}
	return nil
}

func bad(field, message string) error {
	return ledger.Refuse(ledger.FieldInvalid, message, "field", field)
}
