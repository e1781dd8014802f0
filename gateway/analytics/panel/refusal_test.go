package panel

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/design"
)

func TestSpecsAreRefusedWithReasons(t *testing.T) {
	data := grunfeld(t)
	both := []string{Entity, Time}
	for _, c := range []struct {
		name string
		edit func(*Spec)
		code ledger.Code
		says string
	}{
		{"no outcome", func(s *Spec) { s.Outcome = "" }, ledger.FieldMissing, "outcome"},
		{"no regressor", func(s *Spec) { s.Regressors = nil }, ledger.FieldMissing, "regressor"},
		{"no such column", func(s *Spec) { s.Regressors = []string{"price"} }, ledger.FieldMissing, `"price"`},
		{"twice", func(s *Spec) { s.Regressors = []string{"value", "value"} }, ledger.FieldInvalid, "twice"},
		{"outcome as regressor", func(s *Spec) { s.Regressors = []string{"inv"} }, ledger.FieldInvalid, "twice"},
		{"estimator", func(s *Spec) { s.Estimator = "gmm" }, ledger.FieldInvalid, "ols, ppml, between, random"},
		{"errors", func(s *Spec) { s.Errors = "hc3" }, ledger.FieldInvalid, "cr2"},
		{"small", func(s *Spec) { s.Small = "big" }, ledger.FieldInvalid, "nested"},
		{"level", func(s *Spec) { s.Level = 95 }, ledger.FieldInvalid, "between 0 and 1"},
		{"effect without a column", func(s *Spec) { s.Entity, s.Effects = "", both[:1] }, ledger.FieldMissing, "entity"},
		{"effect twice", func(s *Spec) { s.Effects = []string{"entity", "firm"} }, ledger.FieldInvalid, "twice"},
		{"no cluster", func(s *Spec) { s.Errors = "cr1" }, ledger.FieldMissing, "cluster"},
		{"three clusters", func(s *Spec) { s.Cluster = []string{"firm", "year", "inv"} }, ledger.FieldInvalid, "one or two"},
		{"clusters of iid", func(s *Spec) { s.Errors, s.Cluster = "iid", both[:1] }, ledger.FieldInvalid, "no clusters"},
		{"two-way CR2", func(s *Spec) { s.Errors, s.Cluster = "cr2", both }, design.Refused, "one-way"},
		{"CR2 of random effects", func(s *Spec) { s.Errors, s.Cluster, s.Estimator = "cr2", both[:1], "random" }, design.Refused, "least squares"},
		{"random with effects", func(s *Spec) { s.Effects, s.Estimator = both, "random" }, design.Refused, "takes no fixed effects"},
		{"between by cluster", func(s *Spec) { s.Cluster, s.Estimator = both[:1], "between" }, design.Refused, "one row for each entity"},
		{"between with weights", func(s *Spec) { s.Weights, s.Estimator = "value", "between" }, design.Refused, "no weights"},
		{"negative lags", func(s *Spec) { s.Lags = -1 }, ledger.FieldInvalid, "lags"},
		{"lags without a time", func(s *Spec) { s.Lags, s.Time = 1, "" }, ledger.FieldMissing, "time"},
		{"lag of no regressor", func(s *Spec) { s.Lags, s.Shift = 1, []string{"inv"} }, ledger.FieldInvalid, "no regressor"},
		{"as many lags as years", func(s *Spec) { s.Lags = 20 }, design.Refused, "no neighbour"},
		{"logarithms of both kinds", func(s *Spec) { s.Log, s.Log1p = []string{"value"}, []string{"value"} }, ledger.FieldInvalid, "ln(x)"},
		{"test of nothing", func(s *Spec) { s.Test = []string{"F1.value"} }, ledger.FieldInvalid, "there are value, capital, constant"},
		{"few runs", func(s *Spec) { s.Cluster, s.Bootstrap = both[:1], &Bootstrap{Runs: 10} }, ledger.FieldInvalid, "99"},
		{"bootstrap weights", func(s *Spec) { s.Cluster, s.Bootstrap = both[:1], &Bootstrap{Runs: 99, Weights: "normal"} }, ledger.FieldInvalid, "webb"},
		{"bootstrap of nothing", func(s *Spec) { s.Cluster, s.Bootstrap = both[:1], &Bootstrap{Runs: 99, Only: []string{"price"}} }, ledger.FieldInvalid, "price"},
		{"two-way bootstrap", func(s *Spec) { s.Cluster, s.Bootstrap = both, &Bootstrap{Runs: 99} }, design.Refused, "one cluster"},
		{"bootstrap without clusters", func(s *Spec) { s.Bootstrap = &Bootstrap{Runs: 99} }, design.Refused, "one cluster"},
		{"one per cent of 99 runs", func(s *Spec) { s.Cluster, s.Level, s.Bootstrap = both[1:], 0.999, &Bootstrap{Runs: 99} }, design.Refused, "nothing could ever be significant"},
	} {
		if _, err := Run(context.Background(), data, investment(c.edit), nil); ledger.ErrorCode(err) != c.code || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %s with %q", c.name, err, c.code, c.says)
		}
	}
}

func TestTablesAreRefusedWithRowAndColumn(t *testing.T) {
	s := Spec{Outcome: "y", Regressors: []string{"x"}, Entity: "g", Time: "t", Effects: []string{Entity}}
	for _, c := range []struct {
		name, text string
		edit       func(*Spec)
		code       ledger.Code
		says       string
	}{
		{"twice", "g,t,y,x\na,1,1,1\nb,1,2,3\na,1,3,5\n", func(*Spec) {}, ledger.AlreadyExists, "rows 2 and 4"},
		{"no key", "g,t,y,x\na,1,1,1\n,1,2,3\n", func(*Spec) {}, ledger.FieldMissing, "row 3, column g"},
		{"no number", "g,t,y,x\na,1,one,1\n", func(*Spec) {}, ledger.FieldInvalid, "row 2, column y"},
		{"ln of 0", "g,t,y,x\na,1,1,0\n", func(s *Spec) { s.Log = []string{"x"} }, ledger.FieldInvalid, "row 2, column x"},
		{"ln of 1 less 1", "g,t,y,x\na,1,1,-1\n", func(s *Spec) { s.Log1p = []string{"x"} }, ledger.FieldInvalid, "row 2, column x"},
		{"a weight of 0", "g,t,y,x,w\na,1,1,1,0\n", func(s *Spec) { s.Weights = "w" }, ledger.FieldInvalid, "row 2, column w"},
		{"nothing complete", "g,t,y,x\na,1,,1\nb,1,2,\n", func(*Spec) {}, design.Refused, "2 lack a value"},
		{"too few rows", "g,t,y,x\na,1,1,1\na,2,2,3\nb,1,1,1\nb,2,2,1\n", func(s *Spec) { s.Effects = []string{Entity, Time} }, design.Refused, "do not carry"},
		{"a level for each row", "g,t,y,x\na,1,5,1\nb,2,4,3\nc,3,6,2\n", func(*Spec) {}, design.Refused, "alone in a level"},
		{"flat outcome", "g,t,y,x\na,1,5,1\na,2,5,3\nb,1,5,1\nb,2,5,1\n", func(*Spec) {}, design.Refused, "does not vary"},
		{"flat regressor", "g,t,y,x\na,1,5,1\na,2,4,1\nb,1,6,2\nb,2,5,2\n", func(*Spec) {}, design.Refused, "no regressor is left"},
		{"one cluster", "g,t,y,x,c\na,1,5,1,z\na,2,4,3,z\nb,1,6,2,z\nb,2,5,7,z\n", func(s *Spec) { s.Cluster = []string{"c"} }, design.Refused, "one cluster"},
		{"one cluster of CR2", "g,t,y,x,c\na,1,5,1,z\na,2,4,3,z\nb,1,6,2,z\nb,2,5,7,z\n", func(s *Spec) { s.Cluster, s.Errors = []string{"c"}, "cr2" }, design.Refused, "one cluster"},
		{"two clusters of the bootstrap", "g,t,y,x,c\na,1,5,1,z\na,2,4,3,z\nb,1,6,2,w\nb,2,5,7,w\n", func(s *Spec) { s.Cluster, s.Bootstrap = []string{"c"}, &Bootstrap{Runs: 999} }, design.Refused, "with 2 clusters"},
	} {
		edited := s
		c.edit(&edited)
		if _, err := Run(context.Background(), csv(t, c.text), edited, nil); ledger.ErrorCode(err) != c.code || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %s with %q", c.name, err, c.code, c.says)
		}
	}
}

func TestGrangerRefuses(t *testing.T) {
	make := func(entities, from, to, without int) string {
		var b strings.Builder
		b.WriteString("g,t,y,x\n")
		for e := range entities {
			for y := from; y <= to; y++ {
				if y != without {
					fmt.Fprintf(&b, "%d,%d,%d,%d\n", e, y, (e*7+y*y)%13, (e*5+y*y*y)%11)
				}
			}
		}
		return b.String()
	}
	for _, c := range []struct {
		name, text string
		lags       int
		code       ledger.Code
		says       string
	}{
		{"two lags of eleven years", make(4, 2010, 2020, 0), 2, design.Refused, "at most 1 lags"},
		{"one lag of eight years", make(4, 2010, 2017, 0), 1, design.Refused, "more than 5 + 3·1 = 8"},
		{"a year is missing", make(4, 2010, 2020, 2011), 1, design.Refused, "between 2010 and 2012"},
		{"a row is missing", make(4, 2010, 2020, 0) + "9,2010,1,2\n", 1, design.Refused, "9 has no row for t 2011"},
		{"a value is missing", strings.Replace(make(4, 2010, 2020, 0), "0,2010,", "0,2010,NA,1\n7,2010,", 1), 1, design.Refused, "lack a value"},
		{"no lag", make(4, 2010, 2020, 0), 0, ledger.FieldInvalid, "at least 1"},
	} {
		_, err := Granger(t.Context(), csv(t, c.text), GrangerSpec{Outcome: "y", Regressor: "x", Entity: "g", Time: "t", Lags: c.lags})
		if ledger.ErrorCode(err) != c.code || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %s with %q", c.name, err, c.code, c.says)
		}
	}
	if _, err := Granger(t.Context(), csv(t, make(4, 2010, 2020, 0)), GrangerSpec{Outcome: "y", Regressor: "x", Entity: "g", Time: "t", Lags: 1}); err != nil {
		t.Errorf("one lag of eleven years: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if r, err := Granger(ctx, csv(t, make(4, 2010, 2020, 0)), GrangerSpec{Outcome: "y", Regressor: "x", Entity: "g", Time: "t", Lags: 1}); !errors.Is(err, context.Canceled) {
		t.Errorf("a test that was cancelled answers %+v, %v", r, err)
	}
}

func TestALongRunIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := Run(ctx, grunfeld(t), investment(func(s *Spec) { s.Effects = []string{Entity, Time} }), nil)
	if err == nil || ctx.Err() == nil {
		t.Errorf("a cancelled run answered: %v", err)
	}
}

// A programme in one region of many: regressions with clustered errors refuse it, and note it where it is in a few.
func TestOneTreatedRegionIsRefused(t *testing.T) {
	panel := func(treated int) string {
		var b strings.Builder
		b.WriteString("region,year,y,x,z\n")
		for r := range 12 {
			for y := range 8 {
				x := 0
				if r < treated && y >= 4 {
					x = 1
				}
				fmt.Fprintf(&b, "%d,%d,%d,%d,%d\n", r, 2010+y, 1+(r*7+y*y*3)%11+2*x, x, (r*r+y*y*y)%7)
			}
		}
		return b.String()
	}
	s := Spec{Outcome: "y", Regressors: []string{"z", "x"}, Entity: "region", Time: "year", Effects: []string{Entity, Time}, Cluster: []string{Entity}}
	for _, errors := range []string{"cr0", "cr1", "cr2"} {
		s.Errors = errors
		if _, err := Run(context.Background(), csv(t, panel(1)), s, nil); ledger.ErrorCode(err) != design.Refused || !strings.Contains(err.Error(), "x varies within one of 12 clusters") {
			t.Errorf("%s: %v", errors, err)
		}
		few := run(t, csv(t, panel(3)), s)
		if !strings.Contains(strings.Join(few.Notes, "\n"), "x varies within 3 of 12") {
			t.Errorf("%s: notes %q", errors, few.Notes)
		}
		if many := run(t, csv(t, panel(8)), s); strings.Contains(strings.Join(many.Notes, "\n"), "varies within") {
			t.Errorf("%s: notes %q", errors, many.Notes)
		}
	}
	s.Errors, s.Estimator = "cr1", "ppml"
	if _, err := Run(context.Background(), csv(t, panel(1)), s, nil); ledger.ErrorCode(err) != design.Refused {
		t.Errorf("ppml: %v", err)
	}
	// Where clusters are compared with each other, as in first differences, one that departs is one too.
	s.Estimator, s.Effects = "ols", []string{Time}
	if _, err := Run(context.Background(), csv(t, panel(1)), s, nil); ledger.ErrorCode(err) != design.Refused || !strings.Contains(err.Error(), "x is the same in all of 12 clusters of region but one") {
		t.Errorf("compared with each other: %v", err)
	}
	run(t, csv(t, panel(2)), s)
	s.Estimator, s.Errors, s.Cluster, s.Effects = "ols", "iid", nil, []string{Entity, Time}
	run(t, csv(t, panel(1)), s)
}
