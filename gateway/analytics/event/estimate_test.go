package event

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/design"
	"fundtrace/gateway/analytics/table"
)

// staggered is a panel of units in cohorts (0 is never), whose outcome rises by effect(start, time) from the start on. What a unit
// gains for other reasons is noise that is correlated over time within it.
func staggered(random *rand.Rand, sizes map[int]int, first, last int, effect func(start, time int) float64) *Data {
	d := &Data{}
	starts := keys(sizes)
	for _, start := range starts {
		for i := range sizes[start] {
			level, noise := random.NormFloat64()*3+float64(start%7), 0.0
			for time := first; time <= last; time++ {
				noise = 0.5*noise + random.NormFloat64()
				y := level + 0.3*float64(time-first) + noise
				if start != 0 && time >= start {
					y += effect(start, time)
				}
				d.Unit = append(d.Unit, fmt.Sprintf("%d-%d", start, i))
				d.Time, d.Outcome, d.Start = append(d.Time, time), append(d.Outcome, y), append(d.Start, start)
			}
		}
	}
	return d
}

// Effects that differ by cohort and grow with time are found again, each with an interval that holds it as often as it says. (A
// two-way fixed-effects regression is biased on such data.)
func TestKnownEffectsAndTheirIntervals(t *testing.T) {
	truth := func(start, time int) float64 { return float64(start-2010)/4 + float64(time-start)/2 }
	sizes := map[int]int{0: 60, 2013: 30, 2015: 20, 2017: 30}
	const runs = 250
	var simple, held, bands float64
	wanted, weight := 0.0, 0.0
	for start, n := range map[int]int{2013: 30, 2015: 20, 2017: 30} {
		for time := start; time <= 2018; time++ {
			wanted += float64(n) * truth(start, time)
			weight += float64(n)
		}
	}
	wanted /= weight
	for run := range runs {
		d := staggered(rand.New(rand.NewPCG(uint64(run), 1)), sizes, 2010, 2018, truth)
		r, err := Estimate(context.Background(), d, Options{Draws: 199, Seed: uint64(run), Permutations: -1}, nil)
		if err != nil {
			t.Fatal(err)
		}
		simple += r.Simple.Overall.Estimate / runs
		if r.Simple.Overall.Low <= wanted && wanted <= r.Simple.Overall.High {
			held += 1.0 / runs
		}
		all := true
		for _, part := range r.Dynamic.Parts {
			of, n := 0.0, 0.0
			for start, size := range sizes {
				if time := start + part.At; start != 0 && time > 2010 && time <= 2018 {
					n += float64(size)
					if part.At >= 0 {
						of += float64(size) * truth(start, time)
					}
				}
			}
			all = all && *part.BandLow <= of/n && of/n <= *part.BandHigh
		}
		if all {
			bands += 1.0 / runs
		}
	}
	near(t, "mean of the simple aggregate", simple, wanted, 0.03)
	near(t, "intervals that hold the truth", held, 0.95, 0.035)
	near(t, "bands that hold all event times", bands, 0.95, 0.05)
}

// Under no effect for anybody and starts dealt at random the permutation p is exact, however small the sample.
func TestPermutationsAreExact(t *testing.T) {
	const runs = 200
	below := 0
	for run := range runs {
		random := rand.New(rand.NewPCG(uint64(run), 9))
		d := staggered(random, map[int]int{0: 13}, 2010, 2016, nil)
		starts := []int{0, 0, 0, 0, 0, 0, 0, 2013, 2013, 2013, 2015, 2015, 2015}
		random.Shuffle(len(starts), func(i, j int) { starts[i], starts[j] = starts[j], starts[i] })
		for i := range d.Outcome { // heavy tails, where normal intervals fail
			d.Outcome[i] = math.Exp(d.Outcome[i] / 2)
			d.Start[i] = starts[i/7]
		}
		r, err := Estimate(context.Background(), d, Options{MinCohort: 2, Draws: -1, Permutations: 99, Seed: uint64(run)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if r.Dynamic.Permutation.P <= 0.1 {
			below++
		}
	}
	near(t, "share with p ≤ 0.1", float64(below)/runs, 0.1, 4*math.Sqrt(0.09/runs))
}

// By hand: two periods, changes of treated 3 and 5, of controls 1, 1 and 4: 4 - 2, and the variance of two means.
func TestTwoByTwoByHand(t *testing.T) {
	d := &Data{
		Unit: []string{"a", "a", "b", "b", "c", "c", "d", "d", "e", "e"}, Time: []int{1, 2, 1, 2, 1, 2, 1, 2, 1, 2},
		Outcome: []float64{10, 13, 0, 5, 7, 8, 2, 3, 1, 5}, Start: []int{2, 2, 2, 2, 0, 0, 0, 0, 0, 0},
	}
	r, err := Estimate(context.Background(), d, Options{MinCohort: 2, Draws: -1, Permutations: -1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "effect", r.Simple.Overall.Estimate, 2, 1e-12)
	near(t, "standard error", r.Simple.Overall.SE, math.Sqrt(2.0/4+6.0/9), 1e-12)
	// A unit that counts twice is the same unit twice, but for the variance of its cluster.
	weighted := *d
	weighted.Weight = []float64{2, 2, 1, 1, 1, 1, 1, 1, 1, 1}
	r, err = Estimate(context.Background(), &weighted, Options{MinCohort: 2, Draws: -1, Permutations: -1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "weighted", r.Simple.Overall.Estimate, (2*3+5)/3.0-2, 1e-12)
	twice := *d
	twice.Unit = append(slices.Clone(d.Unit), "f", "f")
	twice.Time = append(slices.Clone(d.Time), 1, 2)
	twice.Outcome = append(slices.Clone(d.Outcome), 10, 13)
	twice.Start = append(slices.Clone(d.Start), 2, 2)
	twice.Cluster = []string{"a", "a", "b", "b", "c", "c", "d", "d", "e", "e", "a", "a"}
	clustered, err := Estimate(context.Background(), &twice, Options{MinCohort: 2, Draws: -1, Permutations: -1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "clustered", clustered.Simple.Overall.SE, r.Simple.Overall.SE, 1e-12)
	if clustered.Sample.Clusters != 5 || clustered.Sample.Units != 6 {
		t.Errorf("%+v", clustered.Sample)
	}
}

func TestChoices(t *testing.T) {
	d := staggered(rand.New(rand.NewPCG(3, 3)), map[int]int{0: 8, 2013: 6, 2015: 7}, 2010, 2016, func(_, _ int) float64 { return 1 })
	get := func(o Options) *Result {
		t.Helper()
		o.Draws = -1
		o.Permutations = -1
		r, err := Estimate(context.Background(), d, o, nil)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	cell := func(r *Result, start, time int) Cell {
		for _, c := range r.Cells {
			if c.Start == start && c.Time == time {
				return c
			}
		}
		t.Fatalf("no cell %d, %d", start, time)
		return Cell{}
	}
	varying, universal := get(Options{}), get(Options{Base: "universal"})
	if c := cell(universal, 2015, 2014); !c.Reference || c.Estimate != 0 || c.SE != 0 {
		t.Errorf("the base period: %+v", c)
	}
	near(t, "after the start both bases agree", cell(varying, 2015, 2016).Estimate, cell(universal, 2015, 2016).Estimate, 1e-12)
	near(t, "varying changes add up to the universal one",
		cell(varying, 2015, 2013).Estimate+cell(varying, 2015, 2014).Estimate, -cell(universal, 2015, 2012).Estimate, 1e-12)
	notYet := get(Options{Controls: "not-yet"})
	if a, b := cell(varying, 2013, 2014).Controls, cell(notYet, 2013, 2014).Controls; a != 8 || b != 15 {
		t.Errorf("controls of 2013 in 2014: %d and %d", a, b)
	}
	if c := cell(notYet, 2013, 2015).Controls; c != 8 {
		t.Errorf("controls of 2013 in 2015: %d", c)
	}
	if c := cell(get(Options{Anticipation: 1}), 2015, 2015); c.Base != 2013 {
		t.Errorf("with one period of anticipation the base is %d", c.Base)
	}
	two := 1
	if r := get(Options{MaxEvent: &two}); len(r.Calendar.Parts) != 4 || r.Dynamic.Parts[len(r.Dynamic.Parts)-1].At != 1 {
		t.Errorf("up to one period after: %+v", r.Dynamic.Parts)
	}
}

// Periods that are not in the table are not passed over as if they were next to each other.
func TestGapsAreNotAdjacent(t *testing.T) {
	d := staggered(rand.New(rand.NewPCG(4, 4)), map[int]int{0: 8, 2014: 6, 2016: 7}, 2010, 2017, func(_, _ int) float64 { return 1 })
	kept := &Data{}
	for i, time := range d.Time {
		if time != 2013 && time != 2011 {
			kept.Unit, kept.Time = append(kept.Unit, d.Unit[i]), append(kept.Time, time)
			kept.Outcome, kept.Start = append(kept.Outcome, d.Outcome[i]), append(kept.Start, d.Start[i])
		}
	}
	r, err := Estimate(context.Background(), kept, Options{Draws: -1, Permutations: -1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range r.Cells {
		if !c.Post() && c.Time-c.Base != 1 {
			t.Errorf("%d is compared with %d", c.Time, c.Base)
		}
		if c.Start == 2014 && c.Post() && c.Base != 2012 {
			t.Errorf("cohort 2014 is compared with %d", c.Base)
		}
	}
	if notes := strings.Join(r.Notes, "\n"); !strings.Contains(notes, "cohort 2014 is compared with 2012") || len(r.Skipped) == 0 {
		t.Errorf("notes: %s; skipped %+v", notes, r.Skipped)
	}
}

func TestRefusals(t *testing.T) {
	one := func(int, int) float64 { return 1 }
	make := func(sizes map[int]int, first, last int) *Data {
		return staggered(rand.New(rand.NewPCG(5, 5)), sizes, first, last, one)
	}
	six := 60
	cases := []struct {
		name string
		data *Data
		o    Options
		code ledger.Code
		says string
	}{
		{"one treated unit", make(map[int]int{0: 30, 2013: 1}, 2010, 2016), Options{}, design.Refused, "2013 (1)"},
		{"cohort of four", make(map[int]int{0: 20, 2013: 6, 2014: 4}, 2010, 2016), Options{}, design.Refused, "2014 (4)"},
		{"nobody untreated", make(map[int]int{2013: 6, 2014: 6}, 2010, 2016), Options{}, design.Refused, "not yet treated"},
		{"nobody treated", make(map[int]int{0: 6}, 2010, 2016), Options{}, design.Refused, "nobody starts"},
		{"all from the outset", make(map[int]int{2010: 6}, 2010, 2016), Options{}, design.Refused, "untreated"},
		{"one period", make(map[int]int{0: 6, 2010: 6}, 2010, 2010), Options{}, design.Refused, "one"},
		{"variance of one", make(map[int]int{0: 6, 2013: 6}, 2010, 2016), Options{MinCohort: 1}, ledger.FieldInvalid, "synthetic control"},
		{"controls", make(map[int]int{0: 6, 2013: 6}, 2010, 2016), Options{Controls: "all"}, ledger.FieldInvalid, "controls"},
		{"level", make(map[int]int{0: 6, 2013: 6}, 2010, 2016), Options{Level: 95}, ledger.FieldInvalid, "0.95"},
		{"bounds", make(map[int]int{0: 6, 2013: 6}, 2010, 2016), Options{MinEvent: &six}, design.Refused, "event time"},
		{"empty", &Data{}, Options{}, ledger.FieldMissing, "no rows"},
		{"lengths", &Data{Unit: []string{"a"}, Time: []int{1}, Outcome: []float64{1}}, Options{}, ledger.FieldInvalid, "length"},
		{"twice", &Data{Unit: []string{"a", "a", "a"}, Time: []int{1, 2, 2}, Outcome: []float64{1, 2, 3}, Start: []int{0, 0, 0}}, Options{}, ledger.AlreadyExists, "twice in 2"},
		{"two starts", &Data{Unit: []string{"a", "a"}, Time: []int{1, 2}, Outcome: []float64{1, 2}, Start: []int{0, 2}}, Options{}, ledger.FieldInvalid, "row 3, column start"},
		{"beyond measure", &Data{Unit: []string{"a", "a"}, Time: []int{1, 2}, Outcome: []float64{1, 1e200}, Start: []int{0, 0}}, Options{}, ledger.FieldInvalid, "row 3, column outcome"},
	}
	for _, c := range cases {
		_, err := Estimate(context.Background(), c.data, c.o, nil)
		if ledger.ErrorCode(err) != c.code || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %s with %q", c.name, err, c.code, c.says)
		}
	}
	d := make(map[int]int{0: 20, 2013: 6, 2014: 4, 2010: 3}, 2010, 2016)
	d.Outcome[0] = math.NaN()
	r, err := Estimate(context.Background(), d, Options{SmallCohorts: "drop", Draws: -1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Sample.Dropped) != 3 || r.Sample.Units != 25 || len(r.Sample.Cohorts) != 1 {
		t.Errorf("%+v", r.Sample)
	}
	if r.Simple.Permutation == nil || r.Options.Permutations != 999 {
		t.Error("25 units and no permutations")
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	if _, err := Estimate(stopped, d, Options{SmallCohorts: "drop"}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}

// The order of rows and the number of processors change nothing; another seed changes bands and nothing else.
func TestSameSeedSameNumbers(t *testing.T) {
	d := staggered(rand.New(rand.NewPCG(6, 6)), map[int]int{0: 12, 2013: 6, 2015: 7}, 2010, 2016, func(_, _ int) float64 { return 1 })
	turned := &Data{}
	for i := len(d.Unit) - 1; i >= 0; i-- {
		turned.Unit, turned.Time = append(turned.Unit, d.Unit[i]), append(turned.Time, d.Time[i])
		turned.Outcome, turned.Start = append(turned.Outcome, d.Outcome[i]), append(turned.Start, d.Start[i])
	}
	run := func(d *Data, seed uint64) *Result {
		r, err := Estimate(context.Background(), d, Options{Seed: seed, Draws: 300, Permutations: 50}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	a, b, c := run(d, 1), run(turned, 1), run(d, 2)
	if a.Dynamic.Critical != b.Dynamic.Critical || a.Simple.Overall != b.Simple.Overall || *a.Dynamic.Permutation != *b.Dynamic.Permutation {
		t.Error("the order of rows changes numbers")
	}
	if a.Dynamic.Critical == c.Dynamic.Critical || a.Simple.Overall.SE != c.Simple.Overall.SE {
		t.Error("the seed changes nothing, or too much")
	}
}

func TestFromTable(t *testing.T) {
	columns := Columns{Unit: "region", Time: "year", Outcome: "y", Start: "start", Weight: "w", Cluster: "c"}
	cases := []struct {
		name, text string
		code       ledger.Code
		says       string
	}{
		{"start changes", "region,year,y,start,w,c\nA,2000,1,2001,1,x\nA,2001,1,0,1,x\n", ledger.FieldInvalid, "row 3, column start"},
		{"weight changes", "region,year,y,start,w,c\nA,2000,1,2001,1,x\nA,2001,1,2001,2,x\n", ledger.FieldInvalid, "row 3, column w"},
		{"cluster changes", "region,year,y,start,w,c\nA,2000,1,2001,1,x\nA,2001,1,2001,1,z\n", ledger.FieldInvalid, "row 3, column c"},
		{"no weight", "region,year,y,start,w,c\nA,2000,1,2001,0,x\n", ledger.FieldInvalid, "above 0"},
		{"half a start", "region,year,y,start,w,c\nA,2000,1,2001.5,1,x\n", ledger.FieldInvalid, "row 2, column start"},
		{"twice", "region,year,y,start,w,c\nA,2000,1,,1,x\nA,2000,1,,1,x\n", ledger.AlreadyExists, "rows 2 and 3"},
		{"no column", "region,year,y,w,c\nA,2000,1,1,x\n", ledger.FieldMissing, "start"},
	}
	for _, c := range cases {
		in, err := table.Read(strings.NewReader(c.text))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := FromTable(in, columns); ledger.ErrorCode(err) != c.code || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %s with %q", c.name, err, c.code, c.says)
		}
	}
	in, _ := table.Read(strings.NewReader("region,year,y,start\nA,2000,1,NA\nB,2000,NA,2001\n"))
	d, err := FromTable(in, Columns{Unit: "region", Time: "year", Outcome: "y", Start: "start"})
	if err != nil || d.Start[0] != 0 || d.Start[1] != 2001 || !math.IsNaN(d.Outcome[1]) {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestStarts(t *testing.T) {
	got := Starts([]string{"A", "A", "A", "B", "B", "C"}, []int{2012, 2010, 2011, 2010, 2011, 2010},
		[]float64{9, 1, 5, math.NaN(), 4.9, 0}, 5)
	if !slices.Equal(got, []int{2011, 2011, 2011, 0, 0, 0}) {
		t.Errorf("%v", got)
	}
}
