package index

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"fundtrace/chaincode/ledger"
)

// Method is every choice between a table and its scores. It is printed with each result. The zero value of a field means
// the reference reading's choice.
type Method struct {
	// Scale is what values are divided by: "total" (nothing), "declared" (each indicator's denominator in the profile), or a
	// column of the table, such as population or area, for all indicators.
	Scale string `json:"scale"`
	// Missing says what becomes of values that are not there: "refuse", "omit" (the weights of the others are scaled up where
	// at least MinShare of the weight is there), "zero", "mean", "median", "group-mean", "group-median" (of the same year, and the same
	// group), "interpolate" (linear between a unit's years; what lies at an end stays missing and is refused).
	Missing  string  `json:"missing"`
	MinShare float64 `json:"min_share,omitempty"` // for omit; 0 means 0.65, the JRC COIN Tool's rule of thumb
	// Outliers treats indicators with |skewness| and kurtosis beyond limits; nil treats none.
	Outliers *Outliers `json:"outliers,omitempty"`
	// Normalise makes indicators comparable: see Normalisations.
	Normalise string `json:"normalise"`
	// Scope is what Normalise compares with: "base" (all rows of the base panel) or "year" (the rows of the same year).
	Scope string `json:"scope"`
	// Range is what min-max and goalposts run to; nil means 0 to 100.
	Range *[2]float64 `json:"range,omitempty"`
	// Aggregate is how children make a parent, from the lowest level up, the last repeated: "arithmetic", "geometric",
	// "harmonic" (weighted means). "copeland" stands last and is of the composite alone.
	Aggregate []string `json:"aggregate"`
	// Carry is what goes into the next level: "values" as aggregated, or their "scores".
	Carry string `json:"carry"`
	// Score is what is published: "ecdf" (100·k/N in the base panel, at every level), "ecdf-below-top" (the composite stays the mean
	// of its parts), or "none" (values are the scores).
	Score string `json:"score"`
	// Ties is where equal values stand in the empirical distribution: "upper" (counted as ≤), "middle" or "lower".
	Ties string `json:"ties"`
}

// Outliers is the treatment of the handbook and of COINr: while |skewness| and kurtosis are both beyond their limits, the
// outermost point is moved to the next, at most MaxPoints; where that is not enough and Log is set, the original is taken
// as log(x - min + 0.01·(max - min)).
type Outliers struct {
	Skew      float64 `json:"skew"`
	Kurtosis  float64 `json:"kurtosis"` // excess kurtosis
	MaxPoints int     `json:"max_points"`
	Log       bool    `json:"log"`
}

// The choices of each option; the first is the reference reading's.
var (
	Missings       = []string{"refuse", "omit", "zero", "mean", "median", "group-mean", "group-median", "interpolate"}
	Normalisations = []string{"z", "min-max", "rank", "percentile", "percentile-rank", "phi", "dist-to-max", "goalposts", "none"}
	Scopes         = []string{"base", "year"}
	Aggregations   = []string{"arithmetic", "geometric", "harmonic", "copeland"}
	Carries        = []string{"values", "scores"}
	Scores         = []string{"ecdf", "ecdf-below-top", "none"}
	TieRules       = []string{"upper", "middle", "lower"}
)

// Reference is the reading that the published numbers show: pooled z-scores over the base panel, weighted means, pooled
// empirical distribution at every level.
func Reference() Method { return Method{}.withDefaults() }

func (m Method) withDefaults() Method {
	first := func(field *string, choices []string) {
		if *field == "" {
			*field = choices[0]
		}
	}
	if m.Scale == "" {
		m.Scale = "total"
	}
	first(&m.Missing, Missings)
	first(&m.Normalise, Normalisations)
	first(&m.Scope, Scopes)
	first(&m.Carry, Carries)
	first(&m.Score, Scores)
	first(&m.Ties, TieRules)
	if len(m.Aggregate) == 0 {
		m.Aggregate = Aggregations[:1:1]
	}
	if m.Missing == "omit" && m.MinShare == 0 {
		m.MinShare = 0.65
	}
	return m
}

// Check refuses choices that do not exist or do not go together. Errors: FIELD_INVALID.
func (m Method) Check() error {
	m = m.withDefaults()
	for _, f := range []struct {
		name, value string
		choices     []string
	}{
		{"missing", m.Missing, Missings}, {"normalise", m.Normalise, Normalisations}, {"scope", m.Scope, Scopes},
		{"carry", m.Carry, Carries}, {"score", m.Score, Scores}, {"ties", m.Ties, TieRules},
	} {
		if !slices.Contains(f.choices, f.value) {
			return badOption(f.name, fmt.Sprintf("is %.40q: use %s", f.value, strings.Join(f.choices, ", ")))
		}
	}
	for i, a := range m.Aggregate {
		switch {
		case !slices.Contains(Aggregations, a):
			return badOption("aggregate", fmt.Sprintf("is %.40q: use %s", a, strings.Join(Aggregations, ", ")))
		case a == "copeland" && i < len(m.Aggregate)-1:
			return badOption("aggregate", "has copeland below the top: Copeland counts wins within a year, which cannot be aggregated further")
		case a == "copeland" && m.Score == "ecdf":
			return badOption("score", "is ecdf, but Copeland compares regions within one year and gives no score across years: use none or ecdf-below-top")
		case (a == "geometric" || a == "harmonic") && m.Normalise == "z" && (i == 0 || m.Carry == "values"):
			return badOption("aggregate", a+" needs values that are not negative, which z is not: normalise with min-max over 1 to 100, a percentile or a rank, or carry scores")
		}
	}
	switch {
	case m.MinShare < 0 || m.MinShare > 1:
		return badOption("min_share", fmt.Sprintf("is %g: use a share between 0 and 1", m.MinShare))
	case m.Score == "ecdf-below-top" && m.Carry == "values":
		return badOption("score", "is ecdf-below-top, which makes the composite of scores: carry scores")
	case m.Carry == "scores" && m.Score == "none":
		return badOption("carry", "is scores, but score is none: score with ecdf or ecdf-below-top")
	case m.Range != nil && m.Range[0] >= m.Range[1]:
		return badOption("range", fmt.Sprintf("runs from %g to %g: use a lower and a higher bound", m.Range[0], m.Range[1]))
	case m.Outliers != nil && (m.Outliers.Skew <= 0 || m.Outliers.Kurtosis <= 0 || m.Outliers.MaxPoints < 0):
		return badOption("outliers", "needs limits above 0 and a number of points: the handbook has skew 2, kurtosis 3.5, max_points 5")
	}
	return nil
}

// With answers the method with options written over, one after the other, as JSON with the fields of Method. Errors: MALFORMED,
// FIELD_INVALID.
func (m Method) With(options ...json.RawMessage) (Method, error) {
	m = m.clone()
	for _, o := range options {
		if len(o) == 0 {
			continue
		}
		if err := ledger.DecodeStrict(o, &m); err != nil {
			return m, fmt.Errorf("options of a method: %w", err)
		}
	}
	m = m.withDefaults()
	return m, m.Check()
}

// clone copies what a pointer would share: decoding writes into it.
func (m Method) clone() Method {
	m.Aggregate = slices.Clone(m.Aggregate)
	if m.Range != nil {
		r := *m.Range
		m.Range = &r
	}
	if m.Outliers != nil {
		o := *m.Outliers
		m.Outliers = &o
	}
	return m
}

// equal reports whether two methods are the same choices.
func (m Method) equal(o Method) bool {
	a, b := m.withDefaults(), o.withDefaults()
	return a.preparation() == b.preparation() && slices.Equal(a.Aggregate, b.Aggregate) && a.Carry == b.Carry && a.Score == b.Score && a.MinShare == b.MinShare
}

func badOption(name, why string) error {
	return ledger.Refuse(ledger.FieldInvalid, "option "+name+" "+why, "field", name)
}

// aggregation is how children make a node of a level, counting indicators as level 1.
func (m *Method) aggregation(level int, top bool) string {
	below := m.Aggregate
	if last := len(below) - 1; below[last] == "copeland" {
		if top {
			return "copeland"
		}
		if below = below[:last]; last == 0 {
			return "arithmetic"
		}
	}
	return below[min(level-2, len(below)-1)]
}

func (m *Method) span() (low, high float64) {
	if m.Range == nil {
		return 0, 100
	}
	return m.Range[0], m.Range[1]
}
