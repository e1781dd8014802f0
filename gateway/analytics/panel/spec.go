package panel

import (
	"fmt"
	"slices"
	"strings"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/design"
)

// Entity and Time are the names by which effects and clusters mean the columns that the spec declares as such.
const (
	Entity = "entity"
	Time   = "time"
)

// The choices of a spec; the first is what an empty field means, except that Errors depends on whether there is a cluster.
var (
	Estimators  = []string{"ols", "ppml", "between", "random"}
	ErrorKinds  = []string{"iid", "hc1", "cr0", "cr1", "cr2"}
	SmallRules  = []string{"nested", "full", "plm", "none"}
	WildWeights = []string{"auto", "rademacher", "webb"}
)

// Spec is a regression: what the command line and the API ask alike, and what is printed with the result.
type Spec struct {
	Outcome    string   `json:"y"`
	Regressors []string `json:"x"`
	// Entity and Time are the columns that name a row. Both may be empty for a plain regression; lags need both. A time is a
	// whole number such as a year where lags or leads are asked for.
	Entity string `json:"entity,omitempty"`
	Time   string `json:"time,omitempty"`
	// Effects are columns whose levels get a fixed effect each: "entity", "time" or any other. Without effects the regression has a
	// constant.
	Effects []string `json:"effects,omitempty"`
	// Cluster is one or two columns within whose levels errors may be correlated.
	Cluster []string `json:"cluster,omitempty"`
	// Weights is a column of weights above 0, taken as inverse to the variance and scaled to a mean of 1.
	Weights string `json:"weights,omitempty"`
	// Estimator is one of Estimators.
	Estimator string `json:"estimator,omitempty"`
	// Errors is one of ErrorKinds; empty means cr1 with a cluster and iid without.
	Errors string `json:"errors,omitempty"`
	// Small is the small-sample factor of cr1 and hc1: see SmallRules and Result.Convention.
	Small string `json:"small,omitempty"`
	// Lags and Leads add the values of Shift that many times before and after. A neighbour is the time ± 1 of the same
	// entity: 2010 and 2012 are none.
	Lags  int `json:"lags,omitempty"`
	Leads int `json:"leads,omitempty"`
	// Shift is which of Regressors are lagged and led; empty means the first.
	Shift []string `json:"shift,omitempty"`
	// Log and Log1p are columns taken as ln(x) and ln(1+x) before anything else.
	Log   []string `json:"log,omitempty"`
	Log1p []string `json:"log1p,omitempty"`
	// Level is the share of samples that an interval would hold; 0 means 0.95.
	Level float64 `json:"level,omitempty"`
	// Bootstrap asks for the wild cluster bootstrap beside the errors; nil for none.
	Bootstrap *Bootstrap `json:"bootstrap,omitempty"`
	// Test names coefficients that are tested together, such as the leads F1.x and F2.x; empty means all but the constant.
	Test []string `json:"test,omitempty"`
	// KeepSingletons keeps rows that are alone in a level of an effect. They say nothing about the coefficients, and overstate the number
	// of clusters.
	KeepSingletons bool `json:"keep_singletons,omitempty"`
}

// Bootstrap asks for the wild cluster bootstrap-t with the null imposed (Cameron, Gelbach and Miller 2008).
type Bootstrap struct {
	Runs int    `json:"runs"` // 99 to 999,999
	Seed uint64 `json:"seed"`
	// Weights are "rademacher" (±1; all 2^G are enumerated where they are at most Runs), "webb" (six points, Webb 2023) or "auto":
	// Webb with fewer than 8 clusters, where Rademacher has too few distinct draws.
	Weights string   `json:"weights,omitempty"`
	Only    []string `json:"only,omitempty"` // coefficients to test; empty: all
}

// PrimarySpec is the specification that is declared before anybody has seen the numbers: least squares with effects of entity and
// time, CR2 errors clustered by entity, Satterthwaite's degrees of freedom. Everything else is exploratory. Its coverage on panels of 31
// entities and 11 years is tested.
func PrimarySpec(y string, x []string, entity, time string) Spec {
	return Spec{Outcome: y, Regressors: x, Entity: entity, Time: time, Effects: []string{Entity, Time}, Cluster: []string{Entity}, Errors: "cr2"}
}

// filled writes the defaults out, so that a result says what was done.
func (s Spec) filled() Spec {
	if s.Estimator == "" {
		s.Estimator = Estimators[0]
	}
	if s.Errors == "" {
		s.Errors = "iid"
		if len(s.Cluster) > 0 {
			s.Errors = "cr1"
		} else if s.Estimator == "ppml" {
			s.Errors = "hc1"
		}
	}
	if s.Small == "" {
		s.Small = SmallRules[0]
	}
	if s.Level == 0 {
		s.Level = 0.95
	}
	if s.Lags+s.Leads > 0 && len(s.Shift) == 0 && len(s.Regressors) > 0 {
		s.Shift = s.Regressors[:1]
	}
	if s.Bootstrap != nil {
		b := *s.Bootstrap
		if b.Weights == "" {
			b.Weights = WildWeights[0]
		}
		s.Bootstrap = &b
	}
	return s
}

// column answers the column that a name of an effect or cluster means.
func (s Spec) column(name string) (string, error) {
	column := name
	switch name {
	case Entity:
		column = s.Entity
	case Time:
		column = s.Time
	}
	if column == "" {
		return "", ledger.Refuse(ledger.FieldMissing, fmt.Sprintf("name the column of %s: it is asked for as an effect or cluster", name), "field", name)
	}
	return column, nil
}

// Check refuses a spec that contradicts itself. Errors: FIELD_MISSING, FIELD_INVALID, DESIGN_REFUSED.
func (s Spec) Check() error {
	s = s.filled()
	if s.Outcome == "" {
		return ledger.Refuse(ledger.FieldMissing, "name the outcome, y", "field", "y")
	}
	if len(s.Regressors) == 0 {
		return ledger.Refuse(ledger.FieldMissing, "name at least one regressor, x", "field", "x")
	}
	seen := map[string]bool{s.Outcome: true}
	for _, x := range s.Regressors {
		if seen[x] {
			return invalid("x", "column %.40q is named twice among outcome and regressors", x)
		}
		seen[x] = true
	}
	for _, c := range []struct {
		field, value string
		choices      []string
	}{{"estimator", s.Estimator, Estimators}, {"errors", s.Errors, ErrorKinds}, {"small", s.Small, SmallRules}} {
		if !slices.Contains(c.choices, c.value) {
			return invalid(c.field, "%.40q is no choice of %s: it is one of %s", c.value, c.field, strings.Join(c.choices, ", "))
		}
	}
	if s.Level <= 0 || s.Level >= 1 {
		return invalid("level", "the level of intervals lies between 0 and 1, not %g", s.Level)
	}
	for _, list := range [][]string{s.Effects, s.Cluster} {
		var columns []string
		for _, name := range list {
			column, err := s.column(name)
			if err != nil {
				return err
			}
			if slices.Contains(columns, column) {
				return invalid("effects", "column %.40q is named twice", column)
			}
			columns = append(columns, column)
		}
	}
	if err := s.checkShift(); err != nil {
		return err
	}
	for _, x := range s.Log {
		if slices.Contains(s.Log1p, x) {
			return invalid("log", "column %.40q is taken as ln(x) and as ln(1+x)", x)
		}
	}
	if err := s.checkErrors(); err != nil {
		return err
	}
	return s.checkBootstrap()
}

func (s Spec) checkShift() error {
	if s.Lags < 0 || s.Leads < 0 || s.Lags > 50 || s.Leads > 50 {
		return invalid("lags", "lags and leads lie between 0 and 50, not %d and %d", s.Lags, s.Leads)
	}
	for _, x := range s.Shift {
		if !slices.Contains(s.Regressors, x) {
			return invalid("shift", "%.40q is lagged or led but no regressor", x)
		}
	}
	if s.Lags+s.Leads > 0 && (s.Entity == "" || s.Time == "") {
		return ledger.Refuse(ledger.FieldMissing, "lags and leads need the columns of entity and time", "field", "time")
	}
	return nil
}

func (s Spec) checkErrors() error {
	if len(s.Cluster) > 2 {
		return invalid("cluster", "errors are clustered in one or two ways, not %d", len(s.Cluster))
	}
	clustered := strings.HasPrefix(s.Errors, "cr")
	switch {
	case clustered && len(s.Cluster) == 0:
		return ledger.Refuse(ledger.FieldMissing, s.Errors+" errors need a cluster: name its column", "field", "cluster")
	case !clustered && len(s.Cluster) > 0 && s.Bootstrap == nil:
		return invalid("errors", "%s errors know no clusters: leave the cluster out, or take cr0, cr1 or cr2", s.Errors)
	case s.Errors == "cr2" && len(s.Cluster) == 2:
		return design.Refuse("CR2 is defined for one-way clusters: take cr1, or cluster one way", "errors", s.Errors)
	case s.Errors == "cr2" && s.Estimator != "ols":
		return design.Refuse("CR2 is there for least squares alone: take cr1 with "+s.Estimator, "errors", s.Errors)
	case s.Estimator == "ppml" && s.Errors == "iid":
		return design.Refuse("the variance of a Poisson pseudo-likelihood is not known to equal its mean: take hc1, cr0 or cr1", "errors", s.Errors)
	}
	if s.Estimator == "between" || s.Estimator == "random" {
		switch {
		case s.Entity == "":
			return ledger.Refuse(ledger.FieldMissing, s.Estimator+" effects need the column of entities", "field", "entity")
		case len(s.Effects) > 0:
			return design.Refuse(fmt.Sprintf("the %s estimator is of one effect of the entity and takes no fixed effects: leave them out, or take ols", s.Estimator), "estimator", s.Estimator)
		case s.Weights != "":
			return design.Refuse("the "+s.Estimator+" estimator takes no weights", "estimator", s.Estimator)
		case s.Estimator == "between" && s.Errors != "iid" && s.Errors != "hc1":
			return design.Refuse("the between estimator has one row for each entity: take iid or hc1", "errors", s.Errors)
		}
	}
	return nil
}

func (s Spec) checkBootstrap() error {
	b := s.Bootstrap
	if b == nil {
		return nil
	}
	switch {
	case b.Runs < 99 || b.Runs > 999_999:
		return invalid("bootstrap", "a bootstrap takes 99 to 999,999 runs, not %d", b.Runs)
	case !slices.Contains(WildWeights, b.Weights):
		return invalid("bootstrap", "%.40q are no weights of the wild bootstrap: they are one of %s", b.Weights, strings.Join(WildWeights, ", "))
	case len(s.Cluster) != 1:
		return design.Refuse("the wild cluster bootstrap draws whole clusters of one way: name one cluster", "field", "cluster")
	case s.Estimator != "ols":
		return design.Refuse("the wild cluster bootstrap is of least squares: with "+s.Estimator+" take cr1", "estimator", s.Estimator)
	}
	return nil
}

func invalid(field, format string, args ...any) *ledger.Error {
	return ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf(format, args...), "field", field)
}
