package panel

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Result is an estimated regression with everything it depends on.
type Result struct {
	Spec         Spec          `json:"spec"` // with defaults written out
	Coefficients []Coefficient `json:"coefficients"`
	Covariance   [][]float64   `json:"covariance"` // of the coefficients, in their order
	Sample       Sample        `json:"sample"`
	Fit          Fit           `json:"fit"`
	Joint        *Joint        `json:"joint,omitempty"` // all regressors but the constant
	Effects      []EffectInfo  `json:"effects,omitempty"`
	Clusters     []ClusterInfo `json:"clusters,omitempty"`
	Dropped      []Dropped     `json:"dropped,omitempty"`
	Components   *Components   `json:"components,omitempty"` // of random effects
	Convention   string        `json:"convention"`           // how standard errors, factor and degrees of freedom were made, as a sentence
	Notes        []string      `json:"notes,omitempty"`
	Engine       string        `json:"engine"`
	Software     string        `json:"software"`
}

// Coefficient is one regressor's estimate.
type Coefficient struct {
	Name     string  `json:"name"`
	Estimate float64 `json:"estimate"`
	SE       float64 `json:"se"`
	T        float64 `json:"t"`
	DF       float64 `json:"df"` // of the t distribution; with CR2 it differs between coefficients
	P        float64 `json:"p"`  // two-sided
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
	// Bootstrap is nil where it was not asked for.
	Bootstrap *BootstrapTest `json:"bootstrap,omitempty"`
}

// BootstrapTest is the wild cluster bootstrap of one coefficient.
type BootstrapTest struct {
	P          float64  `json:"p"` // of the hypothesis that the coefficient is 0, symmetric
	Low        *float64 `json:"low"`
	High       *float64 `json:"high"` // the values not refused at the level; nil: no bound within 1,000 standard errors
	Runs       int      `json:"runs"`
	Weights    string   `json:"weights"`
	Enumerated bool     `json:"enumerated"` // every draw of signs was taken: exact, no seed
	Smallest   float64  `json:"smallest"`   // the smallest p that these clusters and runs can give
	Seed       uint64   `json:"seed"`
}

// Sample is what became of the rows of the table.
type Sample struct {
	Rows       int `json:"rows"`
	Used       int `json:"used"`
	Missing    int `json:"missing,omitempty"`    // outcome, a regressor or the weight is not there
	Gaps       int `json:"gaps,omitempty"`       // a lag or lead would be of a time that the entity has not
	Singletons int `json:"singletons,omitempty"` // alone in a level of an effect
	Separated  int `json:"separated,omitempty"`  // fitted perfectly as 0 by a Poisson model: they say nothing of the coefficients
	Entities   int `json:"entities,omitempty"`   // in the rows that are used
	Times      int `json:"times,omitempty"`
}

// Fit is how well the regression fits. Sums of squares are weighted where there are weights.
type Fit struct {
	RSS        float64 `json:"rss"`
	TSS        float64 `json:"tss"` // about the mean
	R2         float64 `json:"r2"`  // effects included
	WithinTSS  float64 `json:"within_tss"`
	WithinR2   float64 `json:"within_r2"` // of the outcome after the effects are taken out
	Sigma      float64 `json:"sigma"`     // √(RSS / (n - K))
	Parameters int     `json:"parameters"`
	ResidualDF int     `json:"residual_df"`
	// Of Poisson: RSS, TSS, R2, WithinTSS, WithinR2 and Sigma are 0 there.
	Deviance     float64 `json:"deviance,omitempty"`
	NullDeviance float64 `json:"null_deviance,omitempty"`
	PseudoR2     float64 `json:"pseudo_r2,omitempty"` // 1 - log-likelihood over that of a constant (McFadden)
	Iterations   int     `json:"iterations,omitempty"`
}

// Joint is the test that several coefficients are all 0.
type Joint struct {
	Names []string `json:"names,omitempty"` // empty: all but the constant
	F     float64  `json:"f"`
	DF1   int      `json:"df1"`
	DF2   float64  `json:"df2"`
	P     float64  `json:"p"`
	Wald  float64  `json:"wald"` // b'V⁻¹b, for those who look it up in χ²
}

// EffectInfo is one set of fixed effects.
type EffectInfo struct {
	Name      string `json:"name"`
	Levels    int    `json:"levels"`
	Redundant int    `json:"redundant"` // levels that earlier effects determine
	Nested    bool   `json:"nested"`    // each level lies in one cluster
}

// ClusterInfo is one clustering.
type ClusterInfo struct {
	Name     string `json:"name"`
	Clusters int    `json:"clusters"`
	Smallest int    `json:"smallest"` // rows
	Largest  int    `json:"largest"`
}

// Dropped is a regressor that could not be estimated.
type Dropped struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

// Components are the variance components of random effects (Swamy and Arora 1972).
type Components struct {
	SigmaE float64 `json:"sigma_e"`
	SigmaU float64 `json:"sigma_u"`
	Rho    float64 `json:"rho"`   // share of σ²u in σ²u + σ²e
	Theta  float64 `json:"theta"` // share of its mean that is taken from an entity; the mean over entities where they differ in rows
}

// Coefficient finds a coefficient by name: a lag is L1.x, a lead F1.x, a logarithm log(x), the constant "constant".
func (r *Result) Coefficient(name string) (Coefficient, bool) {
	for _, c := range r.Coefficients {
		if c.Name == name {
			return c, true
		}
	}
	return Coefficient{}, false
}

// test fills in t, p and interval.
func (c *Coefficient) test(df, level float64) {
	c.DF = df
	t := distuv.StudentsT{Sigma: 1, Nu: df}
	if c.SE > 0 {
		c.T = c.Estimate / c.SE
		c.P = 2 * t.Survival(math.Abs(c.T))
	}
	half := t.Quantile(0.5+level/2) * c.SE
	c.Low, c.High = c.Estimate-half, c.Estimate+half
}
