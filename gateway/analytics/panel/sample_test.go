package panel

import (
	"context"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/design"
	"fundtrace/gateway/analytics/table"
)

func csv(t *testing.T, text string) *table.Table {
	t.Helper()
	data, err := table.Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// 2011 is missing everywhere: a lag never reaches over it, and C has no 2013 either.
const gaps = `region,year,y,x
A,2014,9,5
A,2010,1,1
A,2012,2,2
A,2013,4,4
B,2010,3,2
B,2012,1,1
B,2013,3,3
B,2014,7,9
C,2010,2,1
C,2012,4,3
C,2014,5,8
`

func TestLagsAndLeadsRespectGaps(t *testing.T) {
	data := csv(t, gaps)
	s := Spec{Outcome: "y", Regressors: []string{"x"}, Entity: "region", Time: "year", Lags: 1}
	d, err := FromTable(data, s)
	if err != nil {
		t.Fatal(err)
	}
	f, err := newFrame(d, s.filled())
	if err != nil {
		t.Fatal(err)
	}
	// A 2014 after 2013, A 2013 after 2012, B the same: 4 rows; 7 have no year before them
	if f.sample.Used != 4 || f.sample.Gaps != 7 || strings.Join(f.names, " ") != "x L1.x" {
		t.Fatalf("%+v, %v", f.sample, f.names)
	}
	for i, want := range map[int]float64{0: 4, 1: 2, 2: 1, 3: 3} {
		if f.x[1][i] != want {
			t.Errorf("row %d of the table: the lag is %v, want %v", f.rows[i]+2, f.x[1][i], want)
		}
	}
	s.Lags, s.Leads = 0, 1
	if f, err = newFrame(d, s.filled()); err != nil || f.sample.Used != 4 || f.names[1] != "F1.x" || f.x[1][0] != 4 { // A 2012 before 2013
		t.Fatalf("leads: %+v, %v, %v", f.sample, f.names, err)
	}
	s.Lags, s.Leads = 2, 1
	if _, err = newFrame(d, s.filled()); ledger.ErrorCode(err) != design.Refused || !strings.Contains(err.Error(), "11 have no neighbour") {
		t.Errorf("two lags and a lead: %v", err)
	}
	s.Time = "region"
	s.Entity = "year"
	if _, err := Run(context.Background(), data, s, nil); ledger.ErrorCode(err) != ledger.FieldInvalid || !strings.Contains(err.Error(), "row 2") {
		t.Errorf("a time that is no number: %v", err)
	}
}

func TestDistributedLagsAreNamed(t *testing.T) {
	r := run(t, grunfeld(t), investment(func(s *Spec) {
		s.Effects, s.Cluster, s.Lags, s.Leads, s.Log = []string{Entity, Time}, []string{Entity}, 2, 1, []string{"value"}
	}))
	var names []string
	for _, c := range r.Coefficients {
		names = append(names, c.Name)
	}
	if got := strings.Join(names, " "); got != "log(value) capital L1.log(value) L2.log(value) F1.log(value)" {
		t.Error(got)
	}
	if r.Sample.Used != 170 || r.Sample.Gaps != 30 || r.Spec.Shift[0] != "value" {
		t.Errorf("%+v", r.Sample)
	}
}

func TestSampleIsAccountedFor(t *testing.T) {
	data := csv(t, "g,h,y,x\na,1,1,2\na,2,2,3\na,1,,4\nb,2,4,1\nb,1,3,NA\nc,1,6,6\nb,1,2,8\na,2,5,7\n")
	r := run(t, data, Spec{Outcome: "y", Regressors: []string{"x"}, Effects: []string{"g"}})
	if s := r.Sample; s.Rows != 8 || s.Missing != 2 || s.Singletons != 1 || s.Used != 5 || s.Rows != s.Used+s.Missing+s.Singletons {
		t.Errorf("%+v", s)
	}
	// What is the same in every row of a group, or a sum of others, is dropped and named.
	more := csv(t, "g,y,x,c,sum,one\na,1,2,1,3,7\na,2,3,1,4,7\na,4,1,1,2,7\nb,4,1,2,3,7\nb,2,8,2,10,7\nb,7,3,2,5,7\n")
	r = run(t, more, Spec{Outcome: "y", Regressors: []string{"x", "c", "sum", "one"}, Effects: []string{"g"}})
	if len(r.Coefficients) != 1 || len(r.Dropped) != 3 {
		t.Fatalf("%+v, dropped %+v", r.Coefficients, r.Dropped)
	}
	for i, want := range []string{"beyond the effects of g", "linear combination of x, the effects", "same in all rows"} {
		if !strings.Contains(r.Dropped[i].Reason, want) {
			t.Errorf("%+v, want %q", r.Dropped[i], want)
		}
	}
	if text, err := json.Marshal(r); err != nil || strings.Contains(string(text), "NaN") {
		t.Errorf("%s, %v", text, err)
	}
}

// Rows in another order, entities with other names: the same numbers.
func TestOrderOfRowsDoesNotMatter(t *testing.T) {
	s := investment(func(s *Spec) {
		s.Effects, s.Cluster, s.Errors, s.Bootstrap = []string{Entity, Time}, []string{Time}, "cr2", &Bootstrap{Runs: 999, Seed: 4}
	})
	data := grunfeld(t)
	first := run(t, data, s)
	turned := table.New()
	for _, name := range data.Names() {
		text, _ := data.Text(name)
		back := make([]string, len(text))
		for i, v := range text {
			if back[len(text)-1-i] = v; name == "firm" {
				back[len(text)-1-i] = "firm " + v
			}
		}
		turned.Add(name, back)
	}
	second := run(t, turned, s)
	for j := range first.Coefficients {
		a, b := first.Coefficients[j], second.Coefficients[j]
		if !same(a.Estimate, b.Estimate, 1e-12) || !same(a.SE, b.SE, 1e-11) || !same(a.DF, b.DF, 1e-10) {
			t.Errorf("%+v, turned %+v", a, b)
		}
	}
	again := run(t, data, s)
	if *first.Coefficients[0].Bootstrap.Low != *again.Coefficients[0].Bootstrap.Low || first.Coefficients[1].Bootstrap.P != again.Coefficients[1].Bootstrap.P {
		t.Error("one seed gave two results")
	}
}

func TestScaleOfARegressor(t *testing.T) {
	data := grunfeld(t)
	value, _ := data.Numbers("value")
	big := make([]float64, len(value))
	for i, v := range value {
		big[i] = v*1e9 + 1e12
	}
	data.AddNumbers("big", big)
	edit := func(s *Spec) { s.Effects, s.Cluster = []string{Entity, Time}, []string{Entity} }
	plain := run(t, data, investment(edit))
	scaled := run(t, data, investment(func(s *Spec) { edit(s); s.Regressors[0] = "big" }))
	a, b := plain.Coefficients[0], scaled.Coefficients[0]
	if math.Abs(b.Estimate*1e9/a.Estimate-1) > 1e-9 || math.Abs(b.T/a.T-1) > 1e-9 || !same(plain.Joint.F, scaled.Joint.F, 1e-8) {
		t.Errorf("%+v, scaled %+v", a, b)
	}
}
