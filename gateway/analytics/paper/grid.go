package paper

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"

	"fundtrace/gateway/analytics/index"
)

// Printed is a score as the paper prints it, with its place.
type Printed struct {
	Set   string  `json:"set"` // Table 3, Table 2, text
	Score float64 `json:"score"`
	Code  string  `json:"code"`
	Year  int     `json:"year"`
	Rank  int     `json:"rank,omitempty"`
	Place Place   `json:"place"`
}

// AllPrinted lists every printed score: those of Table 3, of Table 2, and those that the text gives otherwise than the tables.
func AllPrinted() []Printed {
	var out []Printed
	tables := Cells(VintageTable)
	for set, cells := range map[string][]Cell{"Table 3": Table3(), "Table 2": Table2()} {
		for _, c := range cells {
			out = append(out, Printed{set, c.Score, c.Code, c.Year, c.Rank, c.Place})
		}
	}
	for _, f := range Figures() {
		if f.Score == 0 || slices.ContainsFunc(tables, func(c Cell) bool { return c.Code == f.Code && c.Year == f.Year && c.Score == f.Score }) {
			continue
		}
		out = append(out, Printed{"text", f.Score, f.Code, f.Year, f.Rank, f.Place})
	}
	order := []string{"Table 3", "Table 2", "text"}
	slices.SortStableFunc(out, func(a, b Printed) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Set), slices.Index(order, b.Set)))
	})
	return out
}

// GridScore is one printed score on the grid k/961, or off it. Where it is on it, K says how many province-years of the base are not above the
// region, and with the rank how many of those above are of the same year and of others.
type GridScore struct {
	Printed
	On        bool `json:"on_grid"`
	K         int  `json:"k"` // the nearest where it is off
	Above     int  `json:"above"`
	AboveYear int  `json:"above_in_year,omitempty"` // rank less one
	Elsewhere int  `json:"above_in_other_years,omitempty"`
	// Feasible: those above in the year are among those above, and the rest fit into the other years, as do those below.
	Feasible bool `json:"feasible"`
}

// GridSet is how many of a set of scores lie on the grid, and how many would by chance.
type GridSet struct {
	Set      string  `json:"set"`
	Scores   int     `json:"scores"`
	Hits     int     `json:"hits"`
	Expected float64 `json:"expected"`
	P        float64 `json:"p"` // that chance gives as many or more
}

// Denominator is how all printed scores fit the grid k/D: z counts standard deviations above chance.
type Denominator struct {
	D        int     `json:"d"`
	Hits     int     `json:"hits"`
	Expected float64 `json:"expected"`
	Z        float64 `json:"z"`
}

// GridCheck is the test whether a score is a place in a panel of 961 province-years.
type GridCheck struct {
	D      int           `json:"d"`
	Chance float64       `json:"chance"` // that a number with two decimals is on the grid
	Scores []GridScore   `json:"scores"`
	Sets   []GridSet     `json:"sets"`
	Best   []Denominator `json:"best"`  // of 31 to 2,999, the best ten
	Named  []Denominator `json:"named"` // that other readings would need
}

// Range of denominators that are tried, and those that other readings of the method would need.
const (
	leastDenominator = 31
	mostDenominator  = 2_999
)

var otherDenominators = []int{310, 341, 651, 930, 960, 962, 992}

// CheckGrid tests every printed score against k/961 and all of them against every other denominator.
func CheckGrid() *GridCheck {
	all := AllPrinted()
	out := &GridCheck{D: BaseRows, Chance: chance(BaseRows)}
	bySet := map[string]*GridSet{}
	var sets []string
	for _, p := range all {
		g := gridScore(p)
		out.Scores = append(out.Scores, g)
		if bySet[p.Set] == nil {
			bySet[p.Set] = &GridSet{Set: p.Set}
			sets = append(sets, p.Set)
		}
		s := bySet[p.Set]
		s.Scores++
		if g.On {
			s.Hits++
		}
	}
	for _, name := range sets {
		s := bySet[name]
		s.Expected = float64(s.Scores) * out.Chance
		if s.P = 1; s.Hits > 0 {
			s.P = mathext.RegIncBeta(float64(s.Hits), float64(s.Scores-s.Hits+1), out.Chance)
		}
		out.Sets = append(out.Sets, *s)
	}
	var tried []Denominator
	for d := leastDenominator; d <= mostDenominator; d++ {
		fit := fitOf(all, d)
		tried = append(tried, fit)
		if slices.Contains(otherDenominators, d) {
			out.Named = append(out.Named, fit)
		}
	}
	slices.SortStableFunc(tried, func(a, b Denominator) int { return cmp.Compare(b.Z, a.Z) })
	out.Best = tried[:10]
	return out
}

func gridScore(p Printed) GridScore {
	g := GridScore{Printed: p}
	g.K, g.On = index.OnGrid(p.Score, BaseRows, 2)
	g.Above = BaseRows - g.K
	if p.Rank > 0 {
		g.AboveYear = p.Rank - 1
		g.Elsewhere = g.Above - g.AboveYear
		others := BaseRows - Provinces
		g.Feasible = 0 <= g.Elsewhere && g.Elsewhere <= others && Provinces-p.Rank+1 <= g.K
	} else {
		g.Feasible = 0 < g.K && g.K <= BaseRows
	}
	return g
}

// chance is the share of numbers 0.01, 0.02, … 100.00 that are 100·k/d to two decimals.
func chance(d int) float64 {
	n, last := 0, 0
	for k := 1; k <= d; k++ {
		if at := int(math.Round(10_000 * float64(k) / float64(d))); at != last { // they come in order
			n, last = n+1, at
		}
	}
	return float64(n) / 10_000
}

func fitOf(all []Printed, d int) Denominator {
	out := Denominator{D: d}
	for _, p := range all {
		if _, on := index.OnGrid(p.Score, d, 2); on {
			out.Hits++
		}
	}
	n, q := float64(len(all)), chance(d)
	out.Expected = n * q
	out.Z = (float64(out.Hits) - out.Expected) / math.Sqrt(n*q*(1-q))
	return out
}
