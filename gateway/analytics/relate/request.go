package relate

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"fundtrace/chaincode/ledger"
)

// Request says what is related. The zero value of every field but Outcome is a choice.
type Request struct {
	Region  string `json:"region,omitempty"`  // column of regions; default "region"
	Year    string `json:"year,omitempty"`    // column of years; default "year"
	Outcome string `json:"outcome,omitempty"` // column: enterprises newly receiving venture capital, or the like. Not needed with deals
	Kind    string `json:"kind,omitempty"`    // of the outcome: "count" (default) or "amount"
	// The outcome without what the traced funds did alone: Alone is the column of deals whose only investors are traced funds,
	// which are part of Outcome; LeaveOut says that they are not in Outcome.
	Alone    string `json:"alone,omitempty"`
	LeaveOut bool   `json:"leave_out,omitempty"`

	Controls []string `json:"controls,omitempty"` // columns beside the flow
	Log1p    []string `json:"log1p,omitempty"`    // of them, those that are taken as ln(1+x)
	Others   []string `json:"others,omitempty"`   // other outcomes, counts too: exploratory
	From     int      `json:"from,omitempty"`     // first year of the outcome; 0: the first there is
	To       int      `json:"to,omitempty"`       // last year

	Unit      int64   `json:"unit,omitempty"`       // minor units in one unit of the flow; default 1,000,000: ten thousand yuan (万元)
	Absent    string  `json:"absent,omitempty"`     // a region and year without a flow, within the years that flows cover: "zero" (default) or "missing"
	FlowsFrom int     `json:"flows_from,omitempty"` // years that the flows cover: in them an absent flow is none. Default: the first and the last year with any flow
	FlowsTo   int     `json:"flows_to,omitempty"`
	Lags      int     `json:"lags,omitempty"`      // of the distributed lags; default 2, -1: none
	Leads     int     `json:"leads,omitempty"`     // of the placebo; default 2, -1: none
	Threshold float64 `json:"threshold,omitempty"` // units of flow in a year from which a region counts as treated; default: any flow
	Focus     string  `json:"focus,omitempty"`     // region whose own series are looked at; default: the one with the largest flow

	Level     float64 `json:"level,omitempty"`     // of intervals; default 0.95
	Alpha     float64 `json:"alpha,omitempty"`     // at which a placebo test of one treated region is read; default 0.05
	Bootstrap int     `json:"bootstrap,omitempty"` // runs of the wild cluster bootstrap; default 9,999
	Seed      uint64  `json:"seed,omitempty"`      // of everything random; default 1
	Only      string  `json:"only,omitempty"`      // "primary": nothing exploratory
}

// Kinds of outcomes.
const (
	Count  = "count"
	Amount = "amount"
)

// What an absent flow is taken for.
const (
	Zero    = "zero"
	Missing = "missing"
)

// Limits of a request.
const (
	maxShift     = 5
	maxBootstrap = 999_999
	maxOthers    = 20
)

// complete fills in defaults and refuses what cannot be asked. Errors: FIELD_MISSING, FIELD_INVALID.
func (r Request) complete(deals bool) (Request, error) {
	r.Region, r.Year = cmp.Or(r.Region, "region"), cmp.Or(r.Year, "year")
	r.Kind, r.Absent = cmp.Or(r.Kind, Count), cmp.Or(r.Absent, Zero)
	r.Unit, r.Lags, r.Leads = cmp.Or(r.Unit, 1_000_000), cmp.Or(r.Lags, 2), cmp.Or(r.Leads, 2)
	r.Level, r.Alpha, r.Bootstrap, r.Seed = cmp.Or(r.Level, 0.95), cmp.Or(r.Alpha, 0.05), cmp.Or(r.Bootstrap, 9_999), cmp.Or(r.Seed, 1)
	bad := func(field, format string, args ...any) error {
		return ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf(format, args...), "field", field)
	}
	switch {
	case r.Outcome == "" && !deals:
		return r, ledger.Refuse(ledger.FieldMissing, "name the column of the outcome, such as the number of enterprises that newly received venture capital, or send a table of deals", "field", "outcome")
	case deals && (r.Outcome != "" || r.Alone != "" || r.LeaveOut):
		return r, bad("outcome", "the outcome is counted from the deals: name no column of the outcome beside them")
	case !slices.Contains([]string{Count, Amount}, r.Kind):
		return r, bad("kind", "kind is %.40q: it is count or amount", r.Kind)
	case !slices.Contains([]string{Zero, Missing}, r.Absent):
		return r, bad("absent", "absent is %.40q: it is zero or missing", r.Absent)
	case r.Only != "" && r.Only != "primary":
		return r, bad("only", "only is %.40q: it is primary, or empty", r.Only)
	case r.Alone != "" && r.LeaveOut:
		return r, bad("alone", "either the outcome leaves out what traced funds did alone, or a column says how much of it that is: not both")
	case r.Unit < 1:
		return r, bad("unit", "a unit of the flow has at least one minor unit")
	case r.Lags < -1 || r.Lags > maxShift || r.Leads < -1 || r.Leads > maxShift:
		return r, bad("lags", "lags and leads lie between 0 and %d", maxShift)
	case r.Level <= 0 || r.Level >= 1 || r.Alpha <= 0 || r.Alpha >= 1:
		return r, bad("level", "level and alpha lie between 0 and 1")
	case r.Bootstrap < 99 || r.Bootstrap > maxBootstrap:
		return r, bad("bootstrap", "a bootstrap takes 99 to %d runs", maxBootstrap)
	case r.Threshold < 0:
		return r, bad("threshold", "a threshold is not negative")
	case r.From != 0 && r.To != 0 && r.From > r.To:
		return r, bad("from", "the first year %d is after the last, %d", r.From, r.To)
	case r.FlowsFrom != 0 && r.FlowsTo != 0 && r.FlowsFrom > r.FlowsTo:
		return r, bad("flows_from", "the first year %d that flows cover is after the last, %d", r.FlowsFrom, r.FlowsTo)
	case len(r.Others) > maxOthers:
		return r, bad("others", "at most %d other outcomes are looked at", maxOthers)
	}
	for _, c := range r.Log1p {
		if !slices.Contains(r.Controls, c) {
			return r, bad("log1p", "%.40q is taken as ln(1+x) and is no control", c)
		}
	}
	return r, nil
}

// declared is what is fixed before anybody looks at numbers: everything that the primary estimate depends on but the data.
type declared struct {
	Version   string   `json:"version"`
	Outcome   string   `json:"outcome"`
	Kind      string   `json:"kind"`
	Alone     string   `json:"alone,omitempty"`
	LeaveOut  bool     `json:"leave_out,omitempty"`
	Controls  []string `json:"controls,omitempty"`
	Log1p     []string `json:"log1p,omitempty"`
	From      int      `json:"from,omitempty"`
	To        int      `json:"to,omitempty"`
	Unit      int64    `json:"unit"`
	Absent    string   `json:"absent"`
	FlowsFrom int      `json:"flows_from,omitempty"`
	FlowsTo   int      `json:"flows_to,omitempty"`
	Stage     string   `json:"stage"`
	Class     string   `json:"class"`
	Method    string   `json:"method"`
	Level     string   `json:"level"`
	Estimator string   `json:"estimator"`
}

// digest names the declaration of the primary specification by its SHA-256, so that it can be published or anchored before
// the data are there, and nobody can change it afterwards unnoticed.
func (r Request) digest(s *Series) string {
	d := declared{Version: Version, Outcome: cmp.Or(r.Outcome, "deals"), Kind: r.Kind, Alone: r.Alone, LeaveOut: r.LeaveOut, Controls: r.Controls, Log1p: r.Log1p,
		From: r.From, To: r.To, Unit: r.Unit, Absent: r.Absent, FlowsFrom: r.FlowsFrom, FlowsTo: r.FlowsTo, Stage: s.Stage, Class: s.Class, Method: s.Method, Level: s.Level, Estimator: primaryAbout}
	text, err := json.Marshal(d)
	if err != nil { // strings and numbers only: cannot happen
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
