package synthetic

// Result is everything an estimate says. Effects are in units of the outcome.
type Result struct {
	Options Options `json:"options"`
	Units   int     `json:"units"`  // the treated one and the donors
	Before  int     `json:"before"` // periods before the start
	After   int     `json:"after"`
	// Effect is the mean gap after the start; for sdid and did the double difference.
	Effect float64 `json:"effect"`
	// Fit says how well the synthetic unit went along before the start.
	Fit    Fit      `json:"fit"`
	Path   []Point  `json:"path"`
	Donors []Weight `json:"donors"` // with weight, the greatest first
	// Periods are the weights of periods before the start (sdid).
	Periods []PeriodWeight `json:"periods,omitempty"`
	Matched []Matched      `json:"matched,omitempty"`
	// Placebos are the same estimate for every unit, the treated one among them, the most remarkable first.
	Placebos []Placebo `json:"placebos"`
	Test     Test      `json:"test"`
	// LeaveOneOut is the effect without each donor that has weight.
	LeaveOneOut []LeftOut `json:"leave_one_out,omitempty"`
	Backdated   *Backdate `json:"backdated,omitempty"`
	Dropped     []string  `json:"dropped,omitempty"` // units with gaps, not used
	Notes       []string  `json:"notes,omitempty"`
	Version     string    `json:"version"`
}

// Fit before the start.
type Fit struct {
	RMSPE float64 `json:"rmspe"` // root mean squared gap before the start
	// Explained is 1 - Σ gap² / Σ (treated - its mean)², below 0 where the mean would do better; nil where the treated unit does not move.
	Explained *float64 `json:"explained"`
	Unique    bool     `json:"unique"` // no other weights fit as well
}

// Point is one period of the path.
type Point struct {
	Time      int     `json:"time"`
	Treated   float64 `json:"treated"`
	Synthetic float64 `json:"synthetic"`
	Gap       float64 `json:"gap"`
}

// Weight is what a donor counts for.
type Weight struct {
	Unit   string  `json:"unit"`
	Weight float64 `json:"weight"`
}

// PeriodWeight is what a period before the start counts for.
type PeriodWeight struct {
	Time   int     `json:"time"`
	Weight float64 `json:"weight"`
}

// Matched is a predictor with what it counts for and its value in the treated unit, the synthetic one and the donors' mean.
type Matched struct {
	Predictor
	Weight    float64 `json:"weight"`
	Treated   float64 `json:"treated"`
	Synthetic float64 `json:"synthetic"`
	Mean      float64 `json:"mean"`
}

// Placebo is the estimate for one unit as if it had been treated.
type Placebo struct {
	Unit    string  `json:"unit"`
	Treated bool    `json:"treated,omitempty"` // the real one
	Effect  float64 `json:"effect"`
	Before  float64 `json:"rmspe_before"`
	After   float64 `json:"rmspe_after"`
	// Ratio is after/before; nil where the fit before is exact, which counts as greater than any.
	Ratio *float64  `json:"ratio"`
	Gaps  []float64 `json:"gaps"` // in every period
	// onTreated is the weight of the treated unit in this placebo's synthetic unit.
	onTreated float64
}

// Test is randomisation inference over units: exact under no effect for anybody if any unit might as well have been the treated
// one. One treated unit among n can never give less than 1/n.
type Test struct {
	Statistic string  `json:"statistic"` // ratio (synthetic) or effect (the others)
	Rank      int     `json:"rank"`      // of the treated unit, 1 is the most remarkable; units that tie with it come before it
	Units     int     `json:"units"`
	P         float64 `json:"p"` // rank / units
	Smallest  float64 `json:"smallest"`
	// Claim reports whether P is at most alpha.
	Claim bool `json:"claim"`
	// Trimmed repeats the test without units whose fit before the start is several times worse than the treated unit's.
	Trimmed []Trim `json:"trimmed,omitempty"`
	// SE is the standard deviation of the placebos' effects (Arkhangelsky et al., algorithm 4, over all donors). With one treated
	// unit it supposes that all units vary alike.
	SE float64 `json:"se"`
	// Low and High bound the constant effects that the test does not refuse at alpha (Firpo and Possebom, "Synthetic control
	// method: inference, sensitivity analysis and confidence sets", Journal of Causal Inference 6 (2018)): nil is unbounded. Only for
	// the ratio.
	Low  *float64 `json:"low,omitempty"`
	High *float64 `json:"high,omitempty"`
	Set  bool     `json:"set"` // whether such bounds were computed
	// Empty says that the test refuses every constant effect: what happened was not the same in every period.
	Empty bool `json:"empty,omitempty"`
}

// Trim is the test among the units whose fit before is at most so many times the treated unit's.
type Trim struct {
	Times float64 `json:"times"`
	Units int     `json:"units"`
	P     float64 `json:"p"`
}

// LeftOut is the effect without one donor.
type LeftOut struct {
	Unit   string  `json:"unit"`
	Effect float64 `json:"effect"`
	RMSPE  float64 `json:"rmspe"`
}

// Backdate is the estimate with an earlier start.
type Backdate struct {
	Start  int     `json:"start"`
	Effect float64 `json:"effect"`
	Before float64 `json:"rmspe_before"`
	After  float64 `json:"rmspe_after"`
}
