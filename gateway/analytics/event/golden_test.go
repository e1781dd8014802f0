package event

import (
	"context"
	"math"
	"os"
	"testing"

	"fundtrace/gateway/analytics/table"
)

// mpdta is the panel of 500 counties, 2003–2007, that the R package did prints its results for.
func mpdta(t *testing.T, covariates ...string) *Data {
	t.Helper()
	file, err := os.Open("../../../../shared/data/did_mpdta.csv")
	if err != nil {
		t.Skip("the panel of counties is not at hand")
	}
	defer file.Close()
	in, err := table.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	d, err := FromTable(in, Columns{Unit: "countyreal", Time: "year", Outcome: "lemp", Start: "first.treat", Covariates: covariates})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s: %.6f, want %.6f ± %g", what, got, want, within)
	}
}

// Printed by did 2.1 (README and vignette "Getting Started"), to four decimals; analytic standard errors from its influence
// functions, bootstrap standard errors as printed there.
func TestCountiesAsPrinted(t *testing.T) {
	r, err := Estimate(context.Background(), mpdta(t), Options{Seed: 1, Draws: 4999}, nil)
	if err != nil {
		t.Fatal(err)
	}
	cells := []struct{ estimate, se, boot float64 }{
		{-0.0105, .0233, .0243}, {-0.0704, .0310, .0331}, {-0.1373, .0364, .0412}, {-0.1008, .0344, .0358},
		{0.0065, .0233, .0230}, {-0.0028, .0196, .0210}, {-0.0046, .0178, .0175}, {-0.0412, .0202, .0196},
		{0.0305, .0150, .0147}, {-0.0027, .0164, .0156}, {-0.0311, .0179, .0179}, {-0.0261, .0167, .0175},
	}
	if len(r.Cells) != len(cells) {
		t.Fatalf("%d cells", len(r.Cells))
	}
	for i, want := range cells {
		c := r.Cells[i]
		near(t, "cell", c.Estimate, want.estimate, 5.1e-5)
		near(t, "standard error", c.SE, want.se, 1e-4)
		near(t, "bootstrap standard error", *c.SEBootstrap, want.boot, 0.15*want.boot)
	}
	if r.Sample.Units != 500 || r.Sample.Never != 309 || r.Cells[0].Treated != 20 || r.Cells[0].Controls != 309 {
		t.Errorf("sample %+v", r.Sample)
	}
	for i, want := range []float64{0.0305, -0.0006, -0.0245, -0.0199, -0.0510, -0.1373, -0.1008} {
		if r.Dynamic.Parts[i].At != i-3 {
			t.Fatalf("event times %+v", r.Dynamic.Parts)
		}
		near(t, "event time", r.Dynamic.Parts[i].Estimate, want, 5.1e-5)
	}
	for i, want := range []float64{.0157, .0136, .0144, .0124, .0163, .0402, .0354} {
		near(t, "its standard error", r.Dynamic.Parts[i].SE, want, 0.1*want)
	}
	near(t, "dynamic overall", r.Dynamic.Overall.Estimate, -0.0772, 5.1e-5)
	near(t, "its standard error", r.Dynamic.Overall.SE, 0.0203, 0.05*0.0203)
	for i, want := range []float64{-0.0797, -0.0229, -0.0261} {
		near(t, "group", r.Group.Parts[i].Estimate, want, 5.1e-5)
	}
	near(t, "group overall", r.Group.Overall.Estimate, -0.0310, 5.1e-5)
	near(t, "simple", r.Simple.Overall.Estimate, -0.0400, 5.1e-5)
	near(t, "pre-test", *r.PreTest.P, 0.16812, 5.1e-6)
}

func TestBalancedEventTimesAsPrinted(t *testing.T) {
	one := 1
	r, err := Estimate(context.Background(), mpdta(t), Options{Balance: &one, Draws: -1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "overall", r.Dynamic.Overall.Estimate, -0.0288, 5.1e-5)
	near(t, "its standard error", r.Dynamic.Overall.SE, 0.0135, 0.1*0.0135)
	want := []float64{0.0065, -0.0028, -0.0066, -0.0510}
	if len(r.Dynamic.Parts) != len(want) {
		t.Fatalf("event times %+v", r.Dynamic.Parts)
	}
	for i := range want {
		near(t, "event time", r.Dynamic.Parts[i].Estimate, want[i], 5.1e-5)
	}
}

// Printed by Stata's csdid with covariate lpop and method dripw (README of the package, "Replication"): the doubly robust estimate
// with analytic standard errors, its aggregates and the test of the cells before the start.
func TestCountiesGivenPopulation(t *testing.T) {
	r, err := Estimate(context.Background(), mpdta(t, "lpop"), Options{Draws: -1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	type printed struct{ estimate, se float64 }
	cells := []printed{
		{-.0145297, .0221292}, {-.0764219, .0286713}, {-.1404483, .0353782}, {-.1069039, .0328865},
		{-.0004721, .0222234}, {-.0062025, .0184957}, {.0009606, .0194002}, {-.0412939, .0197211},
		{.0267278, .0140657}, {-.0045766, .0157178}, {-.0284475, .0181809}, {-.0287814, .016239},
	}
	check := func(what string, e Effect, want printed) {
		t.Helper()
		near(t, what, e.Estimate, want.estimate, 6e-8)
		near(t, what+", standard error", e.SE, want.se, 6e-8)
	}
	for i, want := range cells {
		check("cell", r.Cells[i].Effect, want)
	}
	check("simple", r.Simple.Overall, printed{-.0417518, .0115028})
	for _, family := range []struct {
		of    Aggregate
		parts []printed
	}{
		{r.Calendar, []printed{{-.0145297, .0221292}, {-.0764219, .0286713}, {-.0461757, .0212107}, {-.0395822, .0129299}}},
		{r.Group, []printed{{-.0845759, .0245649}, {-.0201666, .0174696}, {-.0287814, .016239}}},
		{r.Dynamic, []printed{
			{.0267278, .0140657}, {-.0036165, .0129283}, {-.023244, .0144851},
			{-.0210604, .0114942}, {-.0530032, .0163465}, {-.1404483, .0353782}, {-.1069039, .0328865},
		}},
	} {
		if len(family.of.Parts) != len(family.parts) {
			t.Fatalf("%s: %d parts", family.of.Kind, len(family.of.Parts))
		}
		for i, want := range family.parts {
			check(family.of.Kind, family.of.Parts[i].Effect, want)
		}
	}
	near(t, "pre-test", r.PreTest.Statistic, 6.84, 5.1e-3)
	near(t, "its p", *r.PreTest.P, .2327, 5.1e-5)
}
