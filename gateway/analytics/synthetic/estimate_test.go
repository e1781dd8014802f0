package synthetic

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/design"
	"fundtrace/gateway/analytics/table"
)

// factors is a panel of units that share two factors; the first is treated from period start on by effect.
func factors(random *rand.Rand, units, periods, start int, effect, noise float64) *Data {
	d := &Data{Columns: map[string][][]float64{}}
	common := make([][2]float64, periods)
	for t := range common {
		common[t] = [2]float64{float64(t)/4 + random.NormFloat64()*0.3, random.NormFloat64()}
		d.Times = append(d.Times, 2000+t)
	}
	for u := range units {
		load := [2]float64{1 + random.Float64(), random.NormFloat64() * 0.5}
		line := make([]float64, periods)
		for t := range line {
			line[t] = 5 + load[0]*common[t][0] + load[1]*common[t][1] + noise*random.NormFloat64()
			if u == 0 && t >= start {
				line[t] += effect
			}
		}
		d.Units, d.Outcome = append(d.Units, fmt.Sprintf("u%02d", u)), append(d.Outcome, line)
	}
	d.Columns["y"] = d.Outcome
	return d
}

func TestKnownEffectIsFound(t *testing.T) {
	for _, method := range Methods[:2] {
		sum, first := 0.0, 0
		const runs = 60
		for run := range runs {
			d := factors(rand.New(rand.NewPCG(uint64(run), 3)), 25, 24, 18, 2, 0.1)
			r, err := Estimate(context.Background(), d, Options{Treated: "u00", Start: 2018, Method: method}, nil)
			if err != nil {
				t.Fatal(err)
			}
			sum += r.Effect / runs
			if r.Test.Rank == 1 {
				first++
			}
		}
		if first < runs*3/4 {
			t.Errorf("%s: an effect of twenty standard deviations stands first in %d of %d runs", method, first, runs)
		}
		near(t, method, sum, 2, 0.12)
	}
}

// Under no effect, and units that are alike, the rank is uniform: P(p ≤ k/n) = k/n exactly.
func TestSizeIsExact(t *testing.T) {
	const runs, units = 1000, 10
	for _, method := range Methods {
		below := 0
		for run := range runs {
			d := factors(rand.New(rand.NewPCG(uint64(run), 5)), units, 12, 8, 0, 0.5)
			r, err := Estimate(context.Background(), d, Options{Treated: "u00", Start: 2008, Method: method, Pool: "all", Alpha: 0.2}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if r.Test.Claim {
				below++
			}
		}
		share := float64(below) / runs
		if sd := math.Sqrt(0.2 * 0.8 / runs); math.Abs(share-0.2) > 4*sd {
			t.Errorf("%s: claims at 0.2 in %.3f of the runs without an effect", method, share)
		}
	}
}

// The bounds are those of the test itself: taking a constant effect just inside them from the data leaves p above alpha, taking one
// just outside does not.
func TestBoundsInvertTheTest(t *testing.T) {
	checked := 0
	for run := range 12 {
		d := factors(rand.New(rand.NewPCG(uint64(run), 7)), 21, 16, 10, 1.5, 0.3)
		o := Options{Treated: "u00", Start: 2010, Alpha: 0.1}
		r, err := Estimate(context.Background(), d, o, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !r.Test.Set {
			t.Fatal("no bounds")
		}
		if r.Test.Empty {
			continue
		}
		p := func(c float64) float64 {
			less := &Data{Units: d.Units, Times: d.Times, Columns: map[string][][]float64{}}
			for u, line := range d.Outcome {
				line = append([]float64(nil), line...)
				if u == 0 {
					for t := 10; t < len(line); t++ {
						line[t] -= c
					}
				}
				less.Outcome = append(less.Outcome, line)
			}
			again, err := Estimate(context.Background(), less, o, nil)
			if err != nil {
				t.Fatal(err)
			}
			return again.Test.P
		}
		for _, end := range []struct {
			at  *float64
			out float64
		}{{r.Test.Low, -1}, {r.Test.High, 1}} {
			if end.at == nil {
				continue
			}
			checked++
			if inside, outside := p(*end.at-end.out*1e-6), p(*end.at+end.out*1e-6); inside <= o.Alpha || outside > o.Alpha {
				t.Errorf("run %d: at %v p is %v inside and %v outside", run, *end.at, inside, outside)
			}
		}
	}
	if checked < 10 {
		t.Errorf("%d ends were looked at", checked)
	}
}

func TestRefusals(t *testing.T) {
	d := factors(rand.New(rand.NewPCG(1, 1)), 31, 11, 6, 1, 0.2)
	short := factors(rand.New(rand.NewPCG(1, 1)), 31, 6, 3, 1, 0.2)
	gap := factors(rand.New(rand.NewPCG(1, 1)), 31, 11, 6, 1, 0.2)
	gap.Outcome[0][3] = math.NaN()
	eight := 2008
	cases := []struct {
		name string
		data *Data
		o    Options
		code ledger.Code
		says string
	}{
		{"one per cent of 31", d, Options{Treated: "u00", Start: 2006, Alpha: 0.01}, design.Refused, "1/31"},
		{"one period before", d, Options{Treated: "u00", Start: 2001}, design.Refused, "before the start"},
		{"no period after", d, Options{Treated: "u00", Start: 2020}, design.Refused, "ends in 2010"},
		{"no such unit", d, Options{Treated: "x", Start: 2006}, ledger.FieldInvalid, "no unit"},
		{"nobody", d, Options{Start: 2006}, ledger.FieldMissing, "not named"},
		{"treated with a gap", gap, Options{Treated: "u00", Start: 2006}, ledger.FieldInvalid, "missing"},
		{"method", d, Options{Treated: "u00", Start: 2006, Method: "x"}, ledger.FieldInvalid, "method"},
		{"weigh nothing", d, Options{Treated: "u00", Start: 2006, Weigh: "fit"}, ledger.FieldInvalid, "predictors"},
		{"predictor after the start", d, Options{Treated: "u00", Start: 2006, Predictors: []Predictor{{"y", 2004, 2006}}}, ledger.FieldInvalid, "before the start"},
		{"predictor of nothing", d, Options{Treated: "u00", Start: 2006, Predictors: []Predictor{{"y", 1990, 1991}}}, ledger.FieldMissing, "1990"},
		{"predictors for sdid", d, Options{Treated: "u00", Start: 2006, Method: "sdid", Predictors: []Predictor{{"y", 2000, 2001}}}, ledger.FieldInvalid, "only synthetic"},
		{"excluded twice over", d, Options{Treated: "u00", Start: 2006, Exclude: []string{"u00"}}, ledger.FieldInvalid, "excluded"},
		{"late backdate", d, Options{Treated: "u00", Start: 2006, Backdate: &eight}, ledger.FieldInvalid, "earlier start"},
	}
	for _, c := range cases {
		_, err := Estimate(context.Background(), c.data, c.o, nil)
		if ledger.ErrorCode(err) != c.code || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %s with %q", c.name, err, c.code, c.says)
		}
	}
	exact := 0
	for _, unit := range short.Units {
		if _, err := Estimate(context.Background(), short, Options{Treated: unit, Start: 2002}, nil); err != nil && strings.Contains(err.Error(), "exactly") {
			exact++
		}
	}
	if exact == 0 {
		t.Error("two periods before the start are fitted exactly by some unit's 30 donors, and none is refused")
	}
	if _, err := Estimate(context.Background(), d, Options{Treated: "u00", Start: 2006}, nil); err != nil {
		t.Errorf("five per cent of 31: %v", err)
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	if _, err := Estimate(stopped, d, Options{Treated: "u00", Start: 2006}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}

func TestNotes(t *testing.T) {
	d := factors(rand.New(rand.NewPCG(2, 2)), 12, 14, 9, 1, 0.2)
	for t := range d.Outcome[0] {
		d.Outcome[0][t] += 100
	}
	d.Outcome[5][2] = math.NaN()
	r, err := Estimate(context.Background(), d, Options{Treated: "u00", Start: 2009, Alpha: 0.2, Exclude: []string{"u03"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if notes := strings.Join(r.Notes, "\n"); !strings.Contains(notes, "outside all donors") || !strings.Contains(notes, "gaps in the outcome") || !strings.Contains(notes, "1/10") {
		t.Errorf("notes:\n%s", notes)
	}
	for _, w := range r.Donors {
		if w.Unit == "u03" || w.Unit == "u05" {
			t.Errorf("%s is a donor", w.Unit)
		}
	}
}

func TestFromTable(t *testing.T) {
	in, err := table.Read(strings.NewReader("region,year,y,x\nB,2001,2,\nA,2000,1,7\nA,2001,3,8\nB,2000,NA,9\n"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := FromTable(in, Columns{"region", "year", "y"}, []Predictor{{"x", 2000, 2001}})
	if err != nil {
		t.Fatal(err)
	}
	if d.Units[0] != "A" || d.Times[1] != 2001 || d.Outcome[0][1] != 3 || !math.IsNaN(d.Outcome[1][0]) || d.Columns["x"][0][1] != 8 {
		t.Errorf("%+v", d)
	}
	if _, err := FromTable(in, Columns{"region", "year", "y"}, []Predictor{{"z", 2000, 2001}}); ledger.ErrorCode(err) != ledger.FieldMissing {
		t.Errorf("no such predictor: %v", err)
	}
	twice, _ := table.Read(strings.NewReader("region,year,y\nA,2000,1\nA,2000,2\n"))
	if _, err := FromTable(twice, Columns{"region", "year", "y"}, nil); ledger.ErrorCode(err) != ledger.AlreadyExists {
		t.Errorf("twice: %v", err)
	}
}
