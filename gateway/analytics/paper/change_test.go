package paper

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"fundtrace/gateway/analytics/index"
)

// Every change of Tables 2 and 3, as they were recomputed by hand from the paper.
func TestChangesOfTheTables(t *testing.T) {
	want := map[string]struct {
		growth, points float64
		from, to, lost int
		best, worst    int
		worstIn        []int
		falls          []int
	}{
		NewEnterprises:    {23.11, 17.07, 9, 16, 7, 9, 17, []int{2015}, []int{2013}},
		OutsideInvestment: {19.22, 14.26, 7, 20, 13, 7, 20, []int{2020}, []int{2012, 2013, 2016, 2020}},
		VentureCapital:    {6.21, 4.58, 9, 22, 13, 9, 22, []int{2020}, []int{2013, 2014, 2019, 2020}},
		Patents:           {32.22, 20.82, 14, 18, 4, 14, 21, []int{2015}, []int{2015, 2018}},
		Trademarks:        {19.15, 14.55, 11, 18, 7, 11, 18, []int{2020}, []int{2015}},
		Composite:         {18.31, 13.53, 9, 18, 9, 9, 18, []int{2020}, []int{}},
	}
	got := Changes(VintageTable)
	if len(got) != len(want) {
		t.Fatalf("%d changes", len(got))
	}
	falls, steps := 0, 0
	for _, c := range got {
		w := want[c.Code]
		if c.Growth != w.growth || c.Points != w.points || c.RankFrom != w.from || c.RankTo != w.to || c.Lost != w.lost || c.Best != w.best || c.Worst != w.worst ||
			!slices.Equal(c.WorstIn, w.worstIn) || !slices.Equal(c.Falls, w.falls) {
			t.Errorf("%s: %+v, want %+v", c.Code, c, w)
		}
		if c.Code != Composite {
			falls, steps = falls+len(c.Falls), steps+c.Steps
		} else if c.FirstHalf != 11.55 || c.SecondHalf != 6.07 {
			t.Errorf("composite by halves: %v, %v", c.FirstHalf, c.SecondHalf)
		}
	}
	if falls != 12 || steps != 45 {
		t.Errorf("%d falls in %d steps", falls, steps)
	}
}

// The text's own arithmetic is right on its own pairs, and wrong on the table's but for the composite.
func TestPrintedRates(t *testing.T) {
	want := map[string][2]float64{Composite: {18.31, 18.31}, NewEnterprises: {21.83, 23.11}, OutsideInvestment: {20.34, 19.22}, Patents: {34.54, 32.22}, Trademarks: {17.91, 19.15}}
	checks := CheckRates()
	if len(checks) != len(want) {
		t.Fatalf("%d rates", len(checks))
	}
	for _, c := range checks {
		if w := want[c.Code]; c.Own != w[0] || c.Table != w[1] || !c.OwnOK || c.TableOK != (c.Code == Composite) {
			t.Errorf("%+v, want %v", c, w)
		}
	}
}

func TestVintageOfTheText(t *testing.T) {
	want := map[string]Cell{
		NewEnterprises: {Score: 90.01, Rank: 17}, OutsideInvestment: {Score: 89.28, Rank: 22}, VentureCapital: {Score: 78.67, Rank: 24},
		Patents: {Score: 86.94, Rank: 18}, Trademarks: {Score: 89.59, Rank: 18}, Composite: {Score: 87.41, Rank: 18},
	}
	table := Cells(VintageTable)
	differ := 0
	for i, c := range Cells(VintageText) {
		if c.Year == 2020 && (c.Score != want[c.Code].Score || c.Rank != want[c.Code].Rank) {
			t.Errorf("%+v, want %+v", c, want[c.Code])
		}
		if c.Score != table[i].Score || c.Rank != table[i].Rank {
			differ++
			if c.Place.Section == "" || c.Year != 2020 {
				t.Errorf("%+v has no place in the text", c)
			}
		} else if c.Place != table[i].Place {
			t.Errorf("%+v is the table's but has another place", c)
		}
	}
	if differ != 5 { // the date of the peak of venture capital is a slip and lays nothing over
		t.Errorf("%d cells differ", differ)
	}
}

// Table 1 is the profile that the index ships.
func TestTable1IsTheProfile(t *testing.T) {
	p, err := index.Builtin("table1")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, d := range p.Index.Children {
		for _, leaf := range d.Children {
			want[leaf.Code] = fmt.Sprint(d.Code, leaf.Weight)
		}
	}
	sum := 0.0
	for _, w := range Table1() {
		if want[w.Indicator] != fmt.Sprint(w.Dimension, w.Percent) {
			t.Errorf("%+v, the profile has %s", w, want[w.Indicator])
		}
		sum += w.Percent
		delete(want, w.Indicator)
	}
	if sum != 100 || len(want) != 0 {
		t.Errorf("weights sum to %v, missing %v", sum, want)
	}
}

func TestGrid(t *testing.T) {
	g := CheckGrid()
	want := map[string][2]int{"Table 3": {50, 42}, "Table 2": {3, 3}, "text": {6, 5}}
	for _, s := range g.Sets {
		if w := want[s.Set]; s.Scores != w[0] || s.Hits != w[1] {
			t.Errorf("%+v, want %v", s, w)
		}
		if s.Set == "Table 3" && (math.Abs(s.Expected-4.8) > 0.05 || s.P < 4.5e-35 || s.P > 5.5e-35) {
			t.Errorf("by chance %v, P %v", s.Expected, s.P)
		}
	}
	if math.Abs(g.Chance-0.0961) > 1e-9 || len(g.Scores) != 59 {
		t.Errorf("chance %v, %d scores", g.Chance, len(g.Scores))
	}
	off := map[string][]int{}
	for _, s := range g.Scores {
		if !s.On {
			off[s.Set+" "+s.Code] = append(off[s.Set+" "+s.Code], s.Year)
		}
		if !s.Feasible {
			t.Errorf("%+v is not feasible", s)
		}
	}
	wantOff := map[string][]int{"Table 3 " + Trademarks: {2010, 2013, 2014, 2015}, "Table 3 " + Patents: {2017, 2018, 2019, 2020}, "text " + Patents: {2020}}
	if fmt.Sprint(off) != fmt.Sprint(wantOff) {
		t.Errorf("off the grid: %v, want %v", off, wantOff)
	}
	if b := g.Best; b[0].D != 961 || math.Abs(b[0].Z-19.6) > 0.05 || b[1].D != 1922 || b[2].D != 2883 || math.Abs(b[3].Z-5.5) > 0.05 {
		t.Errorf("best denominators %+v", b[:4])
	}
	for _, d := range g.Named {
		if d.Z > 2.6 {
			t.Errorf("%d fits better than chance: %+v", d.D, d)
		}
	}
}

// What a score and a rank say together.
func TestImpliedPlaces(t *testing.T) {
	for _, w := range []struct {
		code                          string
		year, k, above, inYear, other int
	}{{NewEnterprises, 2020, 874, 87, 15, 72}, {NewEnterprises, 2010, 710, 251, 8, 243}, {VentureCapital, 2020, 753, 208, 21, 187}} {
		found := false
		for _, s := range CheckGrid().Scores {
			if s.Set == "Table 3" && s.Code == w.code && s.Year == w.year {
				found = true
				if s.K != w.k || s.Above != w.above || s.AboveYear != w.inYear || s.Elsewhere != w.other {
					t.Errorf("%+v, want %+v", s, w)
				}
			}
		}
		if !found {
			t.Errorf("no %s of %d", w.code, w.year)
		}
	}
}

func TestReadings(t *testing.T) {
	want := map[string]string{"A": Fits, "A'": Excluded, "B": Excluded, "C": Excluded, "D": NotExcluded, "E": Excluded, "F": Excluded}
	for _, r := range Readings() {
		if r.Verdict != want[r.ID] || r.Evidence.ZH == "" {
			t.Errorf("%+v, want %s", r, want[r.ID])
		}
		if r.ID == "C" && r.Cells != 21 {
			t.Errorf("%d cells are impossible under C", r.Cells)
		}
		delete(want, r.ID)
	}
	if len(want) > 0 {
		t.Errorf("missing %v", want)
	}
	for i, w := range []float64{90.1, 139.5, 102.2} {
		if s := Sixths()[i]; math.Abs(s.Score-w) > 0.05 {
			t.Errorf("%+v, want %v", s, w)
		}
	}
}
