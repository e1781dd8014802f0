package index

import (
	"fmt"
	"strings"

	"fundtrace/chaincode/ledger"
)

// preset is a method with a name.
type preset struct {
	name, about string
	method      Method
}

// presets lists the methods that have names: the reference reading, the other readings that analytics could exclude by the
// published numbers, and the handbook's alternatives.
var presets = []preset{
	{"reference", "pooled z over the base panel, weighted mean, pooled empirical distribution at every level", Method{}},
	{"scores", "as reference, but the composite weights dimension scores before its own empirical distribution", Method{Carry: "scores"}},
	{"scores-mean", "the composite is the weighted mean of the dimension scores", Method{Carry: "scores", Score: "ecdf-below-top"}},
	{"scores-geometric", "the composite is ranked by the geometric mean of the dimension scores", Method{Carry: "scores", Aggregate: []string{"arithmetic", "geometric"}}},
	{"percentile", "pooled percentiles of indicators, weighted mean, pooled empirical distribution", Method{Normalise: "percentile"}},
	{"percentile-year", "percentiles within each year, weighted mean", Method{Normalise: "percentile", Scope: "year", Score: "none"}},
	{"rank", "ranks over the base panel, weighted mean", Method{Normalise: "rank", Score: "none"}},
	{"z-year", "z within each year, weighted mean", Method{Scope: "year", Score: "none"}},
	{"phi-year", "100·Φ(z) within each year, weighted mean", Method{Normalise: "phi", Scope: "year", Score: "none"}},
	{"phi", "100·Φ(z) over the base panel, weighted mean", Method{Normalise: "phi", Score: "none"}},
	{"min-max", "min-max to 0–100 over the base panel, weighted mean", Method{Normalise: "min-max", Score: "none"}},
	{"min-max-year", "min-max to 0–100 within each year, weighted mean", Method{Normalise: "min-max", Scope: "year", Score: "none"}},
	{"dist-to-max", "percent of the base panel's best value, weighted mean", Method{Normalise: "dist-to-max", Score: "none"}},
	{"goalposts", "the profile's goalposts to 0–100, weighted mean", Method{Normalise: "goalposts", Score: "none"}},
	{"geometric", "min-max to 1–100, weighted geometric mean", Method{Normalise: "min-max", Range: &[2]float64{1, 100}, Aggregate: []string{"geometric"}, Score: "none"}},
	{"harmonic", "min-max to 1–100, weighted harmonic mean", Method{Normalise: "min-max", Range: &[2]float64{1, 100}, Aggregate: []string{"harmonic"}, Score: "none"}},
	{"copeland", "dimensions as reference, the composite by wins less losses against the regions of the same year", Method{Carry: "scores", Score: "ecdf-below-top", Aggregate: []string{"arithmetic", "copeland"}}},
	{"handbook", "the OECD/JRC handbook's chain as COINr runs it: denominators, group means for gaps, outliers treated, min-max to 0–100, arithmetic means",
		Method{Scale: "declared", Missing: "group-mean", Outliers: &Outliers{Skew: 2, Kurtosis: 3.5, MaxPoints: 5, Log: true}, Normalise: "min-max", Score: "none"}},
}

// Preset answers the method of a name. Errors: FIELD_INVALID.
func Preset(name string) (Method, error) {
	for _, p := range presets {
		if p.name == name {
			return p.method.clone().withDefaults(), nil
		}
	}
	return Method{}, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("there is no method %.40q: use one of %s", name, strings.Join(Presets(), ", ")), "method", name)
}

// PresetFor answers the method of a name for data that another method was chosen for: where the name says nothing of
// denominators, gaps and outliers, they are treated as the other treats them. Errors: FIELD_INVALID.
func PresetFor(name string, other Method) (Method, error) {
	m, err := Preset(name)
	if err != nil {
		return m, err
	}
	for _, p := range presets {
		if p.name != name {
			continue
		}
		if p.method.Scale == "" {
			m.Scale = other.Scale
		}
		if p.method.Missing == "" {
			m.Missing, m.MinShare = other.Missing, other.MinShare
		}
		if p.method.Outliers == nil {
			m.Outliers = other.clone().Outliers
		}
	}
	return m.withDefaults(), nil
}

// Presets lists the names of methods, the reference first.
func Presets() []string {
	names := make([]string, len(presets))
	for i, p := range presets {
		names[i] = p.name
	}
	return names
}

// AboutPreset says in a line what a named method does.
func AboutPreset(name string) string {
	for _, p := range presets {
		if p.name == name {
			return p.about
		}
	}
	return ""
}
