package event

import (
	"fmt"
	"slices"

	"fundtrace/chaincode/ledger"
)

// Version is that of the computation: it changes when numbers change.
const Version = "event/1"

// Choices of the options.
var (
	ControlGroups = []string{"never", "not-yet"}
	Bases         = []string{"varying", "universal"}
	Methods       = []string{"dr", "reg", "ipw"}
	Multipliers   = []string{"mammen", "rademacher"}
	SmallRules    = []string{"refuse", "drop"}
)

// MostDraws bounds the draws of the bootstrap and the permutations.
const MostDraws = 1_000_000

// Options of an estimate. The zero value takes the first choice of each.
type Options struct {
	// Controls: never-treated units only, or also those not yet treated in the periods compared.
	Controls string `json:"controls"`
	// Base: before the start each period is compared with the one before it (varying), or all with the last before the start
	// (universal). After the start both are the same.
	Base string `json:"base"`
	// Method with covariates: doubly robust, outcome regression, inverse probability weighting. Without covariates all are the
	// difference of mean changes.
	Method string `json:"method"`
	// Anticipation is how many units of time before the start units may already react.
	Anticipation int `json:"anticipation"`
	// MinEvent, MaxEvent bound the event times of aggregates; Balance keeps the cohorts that are seen at least that long after
	// their start, and event times up to it.
	MinEvent *int `json:"min_event,omitempty"`
	MaxEvent *int `json:"max_event,omitempty"`
	Balance  *int `json:"balance,omitempty"`
	// Level of intervals and bands; 0 means 0.95.
	Level float64 `json:"level"`
	// Draws of the multiplier bootstrap that makes bands uniform; 0 means 1999, below 0 none.
	Draws      int    `json:"draws"`
	Multiplier string `json:"multiplier"`
	// Permutations of the starts among units, for an exact p of the overall effects; 0 means 999 when there are at most 100
	// clusters and none otherwise, below 0 none.
	Permutations int    `json:"permutations"`
	Seed         uint64 `json:"seed"`
	// MinCohort is how many clusters a cohort and its controls need; 0 means 5, at least 2: from one no variance can be estimated.
	MinCohort int `json:"min_cohort"`
	// SmallCohorts: refuse the design, or drop the cohorts below MinCohort and say so.
	SmallCohorts string `json:"small_cohorts"`
}

// complete fills in what was left open and refuses what there is not. Errors: FIELD_INVALID.
func (o *Options) complete() error {
	for _, choice := range []struct {
		name    string
		value   *string
		choices []string
	}{
		{"controls", &o.Controls, ControlGroups},
		{"base", &o.Base, Bases},
		{"method", &o.Method, Methods},
		{"multiplier", &o.Multiplier, Multipliers},
		{"small_cohorts", &o.SmallCohorts, SmallRules},
	} {
		if *choice.value == "" {
			*choice.value = choice.choices[0]
		}
		if !slices.Contains(choice.choices, *choice.value) {
			return bad(choice.name, fmt.Sprintf("%s is %.40q: use one of %v", choice.name, *choice.value, choice.choices))
		}
	}
	if o.Level == 0 {
		o.Level = 0.95
	}
	if o.MinCohort == 0 {
		o.MinCohort = 5
	}
	if o.Draws == 0 {
		o.Draws = 1999
	}
	switch {
	case !(o.Level > 0 && o.Level < 1):
		return bad("level", fmt.Sprintf("the level is %v: use a share between 0 and 1, such as 0.95", o.Level))
	case o.Anticipation < 0:
		return bad("anticipation", "anticipation is a number of periods, 0 or more")
	case o.MinCohort < 2:
		return bad("min_cohort", "a cohort needs at least 2 units: from one its variance cannot be estimated; for one treated unit use synthetic control")
	case o.Draws > MostDraws || o.Permutations > MostDraws:
		return bad("draws", fmt.Sprintf("at most %d draws are made", MostDraws))
	case o.Balance != nil && *o.Balance < 0:
		return bad("balance", "balance is a number of periods after the start, 0 or more")
	}
	return nil
}

func bad(field, message string) error {
	return ledger.Refuse(ledger.FieldInvalid, message, "field", field)
}
