package event

// Result is everything an estimate says.
type Result struct {
	Options  Options   `json:"options"`
	Sample   Sample    `json:"sample"`
	Cells    []Cell    `json:"cells"`
	Skipped  []Skipped `json:"skipped,omitempty"`
	Simple   Aggregate `json:"simple"`
	Dynamic  Aggregate `json:"dynamic"`
	Group    Aggregate `json:"group"`
	Calendar Aggregate `json:"calendar"`
	PreTest  *Wald     `json:"pre_test,omitempty"`
	Notes    []string  `json:"notes,omitempty"`
	// Critical is the bootstrap's value that makes the band uniform over the cells; 0 without a bootstrap.
	Critical float64     `json:"critical,omitempty"`
	Version  string      `json:"version"`
	psi      [][]float64 // influence of each unit on each cell
}

// Sample says what was estimated on.
type Sample struct {
	Rows     int       `json:"rows"` // that were used: units × periods
	Units    int       `json:"units"`
	Clusters int       `json:"clusters"`
	Periods  []int     `json:"periods"`
	Cohorts  []Cohort  `json:"cohorts"`
	Never    int       `json:"never"` // units never treated within the panel
	Dropped  []Dropped `json:"dropped,omitempty"`
}

// Cohort is the units that start in one period.
type Cohort struct {
	Start    int `json:"start"`
	Units    int `json:"units"`
	Clusters int `json:"clusters"`
}

// Dropped is units that were left out for one reason.
type Dropped struct {
	Why   string   `json:"why"`
	Units int      `json:"units"`
	Names []string `json:"names"` // the first ten
}

// Effect is an estimate in units of the outcome with its standard error (from the influence function, clustered), the pointwise
// interval, p against 0 (normal), and, where a bootstrap was run, the band that holds all effects of its family at once. Where
// permutations were made, interval and band are at least as wide as their quantiles of |t| ask for.
type Effect struct {
	Estimate    float64  `json:"estimate"`
	SE          float64  `json:"se"`
	T           float64  `json:"t"`
	P           float64  `json:"p"`
	Low         float64  `json:"low"`
	High        float64  `json:"high"`
	BandLow     *float64 `json:"band_low,omitempty"`
	BandHigh    *float64 `json:"band_high,omitempty"`
	SEBootstrap *float64 `json:"se_bootstrap,omitempty"` // by the interquartile range of the draws
	Reference   bool     `json:"reference,omitempty"`    // the base period itself: 0 by construction
}

// Cell is the average effect in one period on the cohort of one start: ATT(g,t). Before the start it is a placebo.
type Cell struct {
	Start    int `json:"start"`
	Time     int `json:"time"`
	Event    int `json:"event"` // time - start
	Base     int `json:"base"`  // period it is compared with
	Treated  int `json:"treated"`
	Controls int `json:"controls"`
	Effect
}

// Post reports whether the cell lies at or after the start.
func (c Cell) Post() bool { return c.Time >= c.Start }

// Skipped is a cell that could not be estimated.
type Skipped struct {
	Start int    `json:"start"`
	Time  int    `json:"time"`
	Why   string `json:"why"`
}

// Aggregate is a family of weighted means of cells: simple (all after the start), dynamic (by event time), group (by start),
// calendar (by period). Overall is their mean: for dynamic over event times from 0, for group weighted by size.
type Aggregate struct {
	Kind    string `json:"kind"`
	Overall Effect `json:"overall"`
	Parts   []Part `json:"parts,omitempty"`
	// Critical is the value that makes the band uniform over the parts; 0 without a bootstrap.
	Critical    float64      `json:"critical,omitempty"`
	Permutation *Permutation `json:"permutation,omitempty"`
}

// Part is the effect at one event time, start or period.
type Part struct {
	At    int `json:"at"`
	Cells int `json:"cells"` // how many cells it is made of
	Effect
}

// Permutation is randomisation inference on the overall effect: starts are dealt anew among units and |t| compared. Its p is exact
// in any sample if the timing was as good as random and under no effect for anybody.
type Permutation struct {
	P        float64 `json:"p"`
	Draws    int     `json:"draws"`
	AtLeast  int     `json:"at_least"` // draws with |t| at least as great
	Smallest float64 `json:"smallest"` // least p that this many draws can give
}

// Wald is the joint test that all cells before the start are 0.
type Wald struct {
	Statistic float64  `json:"statistic"`
	DF        int      `json:"df"`
	P         *float64 `json:"p"`       // by χ²; nil where the variance matrix cannot be inverted
	PSmall    *float64 `json:"p_small"` // by F(df, clusters - df), which knows that the variance is estimated
	Why       string   `json:"why,omitempty"`
}
