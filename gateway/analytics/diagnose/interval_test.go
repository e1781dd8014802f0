package diagnose

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/index"
	"fundtrace/gateway/analytics/table"
)

// counted is an index of regions A to F in two years: A leads in the first and is third in the second, by counts of a size.
func counted(t *testing.T, size int, method string) (*index.Result, *index.Profile) {
	t.Helper()
	p, err := index.ParseProfile([]byte(`{"id":"p","version":"1","weights":"percent","index":{"code":"i","children":[
		{"code":"one","children":[{"code":"x","weight":60,"kind":"count"}]},
		{"code":"two","children":[{"code":"y","weight":20,"kind":"count"},{"code":"z","weight":20,"kind":"count"}]}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	text := "region,year,x,y,z\n"
	for i, unit := range []string{"A", "B", "C", "D", "E", "F"} {
		text += fmt.Sprintf("%s,2010,%d,%d,%d\n", unit, size*(12-i), size*(6-i), size*(3+i))
		later := []int{13, 15, 14, 10, 9, 8}[i]
		text += fmt.Sprintf("%s,2020,%d,%d,%d\n", unit, size*later, size*(8-i), size*(4+i))
	}
	data, err := table.Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	panel, err := index.Read(data, p, index.Keys{Unit: "region", Time: "year"})
	if err != nil {
		t.Fatal(err)
	}
	e, err := index.New(p, panel)
	if err != nil {
		t.Fatal(err)
	}
	m, err := index.Preset(method)
	if err != nil {
		t.Fatal(err)
	}
	r, err := e.Compute(m)
	if err != nil {
		t.Fatal(err)
	}
	return r, p
}

func moveOf(t *testing.T, moves []Move, code string) Move {
	t.Helper()
	for _, m := range moves {
		if m.Code == code {
			return m
		}
	}
	t.Fatalf("no move of %s in %+v", code, moves)
	return Move{}
}

// Without anything that varies every run has the ranks that the index has.
func TestIntervalsWithoutNoiseAreTheRanks(t *testing.T) {
	r, p := counted(t, 10, "reference")
	for _, region := range []string{"A", "C", "F"} {
		moves, err := Intervals(t.Context(), r, p, region, 2010, 2020, Uncertainty{Runs: 5}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(moves) != 3 {
			t.Fatalf("%+v", moves)
		}
		for _, m := range moves {
			first, _ := r.Row(region, 2010)
			last, _ := r.Row(region, 2020)
			a, b := first.Nodes[m.Code].Rank, last.Nodes[m.Code].Rank
			if m.RankFrom != a || m.RankTo != b || m.FromLow != a || m.FromHigh != a || m.ToLow != b || m.ToHigh != b || m.Places != b-a || m.Low != b-a || m.High != b-a {
				t.Errorf("%s: %+v, ranks %d and %d", region, m, a, b)
			}
		}
	}
}

// Many enterprises leave little to chance, few leave much: two places lost among some ten enterprises are no decline.
func TestIntervalsOfSmallCountsAreWide(t *testing.T) {
	u := Uncertainty{Runs: 2000, Counts: true, Seed: 7}
	r, p := counted(t, 5000, "reference")
	many, err := Intervals(t.Context(), r, p, "A", 2010, 2020, u, nil)
	if err != nil {
		t.Fatal(err)
	}
	if m := moveOf(t, many, "one"); m.Places != 2 || m.Low != 2 || m.High != 2 || m.Worse != 1 {
		t.Errorf("of thousands: %+v", m)
	}
	r, p = counted(t, 1, "reference")
	few, err := Intervals(t.Context(), r, p, "A", 2010, 2020, u, nil)
	if err != nil {
		t.Fatal(err)
	}
	m := moveOf(t, few, "one")
	if m.Places != 2 || m.Low > 0 || m.High < 2 || m.Worse > 0.9 || m.Worse+m.Same+m.Better < 0.999 || m.FromHigh == 1 {
		t.Errorf("of ten: %+v", m)
	}
	again, err := Intervals(t.Context(), r, p, "A", 2010, 2020, u, nil)
	if err != nil || !reflect.DeepEqual(few, again) {
		t.Errorf("the same seed gives other numbers: %v", err)
	}
}

// Noise of weights matters in a dimension of several indicators and in the composite, not in one of a single indicator.
func TestIntervalsOfWeights(t *testing.T) {
	r, p := counted(t, 10, "reference")
	moves, err := Intervals(t.Context(), r, p, "C", 2010, 2020, Uncertainty{Runs: 500, Noise: 0.9, Seed: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	one, two := moveOf(t, moves, "one"), moveOf(t, moves, "two")
	if one.FromLow != one.FromHigh || one.ToLow != one.ToHigh || two.FromLow == two.FromHigh {
		t.Errorf("%+v, %+v", one, two)
	}
}

func TestIntervalsAreRefusedWithReasons(t *testing.T) {
	r, p := counted(t, 10, "reference")
	other, q := counted(t, 10, "min-max")
	for _, c := range []struct {
		says   string
		r      *index.Result
		p      *index.Profile
		region string
		u      Uncertainty
	}{
		{"at least 1 run", r, p, "A", Uncertainty{}},
		{"more than", r, p, "A", Uncertainty{Runs: 1_000_000}},
		{"level", r, p, "A", Uncertainty{Runs: 1, Level: 1}},
		{"reference reading", other, q, "A", Uncertainty{Runs: 1}},
		{"no row of Z", r, p, "Z", Uncertainty{Runs: 1}},
	} {
		if _, err := Intervals(t.Context(), c.r, c.p, c.region, 2010, 2020, c.u, nil); ledger.ErrorCode(err) == "" || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v, want %q", err, c.says)
		}
	}
}
