package relate_test

import (
	"encoding/json"
	"io"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/design"
	"fundtrace/gateway/analytics/relate"
)

func named(t *testing.T, list []relate.Estimate, name string) relate.Estimate {
	t.Helper()
	i := slices.IndexFunc(list, func(e relate.Estimate) bool { return e.Name == name })
	if i < 0 {
		t.Fatalf("there is no estimate %q", name)
	}
	return list[i]
}

// The truth is found where it is there, and the mechanical part is what makes the rest.
func TestTheTruthIsFound(t *testing.T) {
	for _, effect := range []float64{0, 0.3} {
		w := standard()
		w.effect = effect
		out := run(t, w.input(t), asked())
		c := out.Primary.Coefficient
		if c == nil || math.Abs(c.Estimate-effect) > 3*c.SE || c.SE > 0.05 {
			t.Fatalf("effect %g: %+v %+v", effect, c, out.Primary.Refused)
		}
		if c.Bootstrap == nil || (c.Bootstrap.P < 0.05) != (effect > 0) || (c.P < 0.01) != (effect > 0) {
			t.Errorf("effect %g: p %g, by bootstrap %+v", effect, c.P, c.Bootstrap)
		}
		whole, part := named(t, out.Beside, "with the mechanical part"), named(t, out.Beside, "the mechanical part")
		if whole.Coefficient.Estimate < c.Estimate+0.02 || part.Coefficient.P > 1e-6 {
			t.Errorf("effect %g: with the mechanical part %g, without %g, itself p %g", effect, whole.Coefficient.Estimate, c.Estimate, part.Coefficient.P)
		}
		ppml := named(t, out.Exploratory, "poisson")
		if ppml.Coefficient == nil || math.Abs(ppml.Coefficient.Estimate-effect) > 4*ppml.Coefficient.SE {
			t.Errorf("effect %g: poisson %+v %+v", effect, ppml.Coefficient, ppml.Refused)
		}
		leads := named(t, out.Exploratory, "leads, together")
		if leads.Coefficient == nil || *leads.Holm < 0.05 {
			t.Errorf("effect %g: leads %+v, adjusted %v", effect, leads.Coefficient, leads.Holm)
		}
		differences := named(t, out.Exploratory, "first differences")
		if differences.Coefficient == nil || math.Abs(differences.Coefficient.Estimate-effect) > 4*differences.Coefficient.SE {
			t.Errorf("effect %g: first differences %+v", effect, differences.Coefficient)
		}
		for _, e := range out.Exploratory {
			if e.Coefficient != nil && (e.Holm == nil || *e.Holm < e.Coefficient.P) {
				t.Errorf("%s: p %g is not adjusted: %v", e.Name, e.Coefficient.P, e.Holm)
			}
		}
		if doubling := *out.Primary.Doubling; math.Abs(doubling-100*(math.Exp2(c.Estimate)-1)) > 1e-9 {
			t.Errorf("doubling is %g", doubling)
		}
		if _, err := json.Marshal(out); err != nil {
			t.Errorf("the report cannot be spelled: %v", err)
		}
	}
}

// Years before the first flow are not used, and the warning says how they would be.
func TestYearsWithoutFlowsAreNamed(t *testing.T) {
	for _, c := range []struct {
		name     string
		from, to int
		absent   string
		says     []string
		not      []string
	}{
		{name: "both ends", says: []string{"--flows-from and --flows-to", "flows (2012 to 2018)"}},
		{name: "the beginning", to: 2020, says: []string{"before 2012", "--flows-from (flows_from)"}, not: []string{"--flows-to"}},
		{name: "the end", from: 2010, says: []string{"after 2018", "--flows-to (flows_to)"}, not: []string{"--flows-from"}},
		{name: "absence tells nothing", absent: relate.Missing, says: []string{"are not used"}, not: []string{"--flows-"}},
		{name: "nothing", from: 2010, to: 2020},
	} {
		in := standard().input(t)
		in.Flows = series(t, "region,year,amount,new_firms\n11,2012,3000000,1\n12,2015,5000000,1\n21,2014,9000000,1\n13,2018,4000000,2\n")
		r := asked()
		r.FlowsFrom, r.FlowsTo, r.Absent, r.Only = c.from, c.to, c.absent, "primary"
		out := run(t, in, r)
		i := slices.IndexFunc(out.Warnings, func(w relate.Warning) bool { return w.Code == relate.NotCovered })
		if i < 0 || len(c.says) == 0 {
			if i >= 0 || len(c.says) > 0 {
				t.Errorf("%s: warnings %+v", c.name, out.Warnings)
			}
			continue
		}
		for _, text := range []string{out.Warnings[i].Says.EN, out.Warnings[i].Says.ZH} {
			for _, not := range append(c.not, "%!") {
				if strings.Contains(text, not) {
					t.Errorf("%s: %q says %q", c.name, text, not)
				}
			}
		}
		for _, says := range c.says {
			if !strings.Contains(out.Warnings[i].Says.EN, says) {
				t.Errorf("%s: %q does not say %q", c.name, out.Warnings[i].Says.EN, says)
			}
		}
	}
}

// Money that follows capital shows in the leads, and the report says so.
func TestLeadsTellOfSelection(t *testing.T) {
	w := standard()
	w.effect, w.lead = 0, 0.3
	out := run(t, w.input(t), asked())
	leads := named(t, out.Exploratory, "leads, together")
	if leads.Coefficient == nil || leads.Coefficient.P > 0.01 {
		t.Errorf("leads: %+v", leads.Coefficient)
	}
	if !slices.ContainsFunc(out.Warnings, func(w relate.Warning) bool { return w.Code == relate.Selection }) {
		t.Errorf("no warning of leads in %+v", out.Warnings)
	}
}

// A year that the indicators miss is no reason to take the years around it for adjacent: lags are looked up in the flows.
func TestAMissingYearIsAGap(t *testing.T) {
	w := standard()
	w.skip = 2011
	out := run(t, w.input(t), asked())
	if !reflect.DeepEqual(out.Sample.Gaps, []int{2011}) || out.Sample.Rows != 310 || !out.Sample.Balanced {
		t.Errorf("sample: gaps %v, %d rows", out.Sample.Gaps, out.Sample.Rows)
	}
	if n := named(t, out.Exploratory, "first differences").Result.Sample.Used; n != 31*8 { // 2012-2013 … 2019-2020
		t.Errorf("%d differences, want 8 for each region", n)
	}
	// The flow of 2011 is known though the outcome of 2011 is not: rows of 2012 keep their first lag. Flows cover only the
	// years from the first to the last that any region had one.
	lags := named(t, out.Exploratory, "lags, together").Result.Sample
	if lags.Used != 31*(2020-out.Flows.From-2+1) {
		t.Errorf("%d rows have lags, flows cover %d to %d", lags.Used, out.Flows.From, out.Flows.To)
	}
	for _, d := range out.Designs.Causes {
		if d.Refused == nil || d.Refused.Code != design.Refused {
			t.Errorf("%s with a gap: %+v", d.Name, d.Refused)
		}
	}
}

func TestDesignsThatTheSampleCannotCarry(t *testing.T) {
	out := run(t, standard().input(t), asked())
	if d := out.Designs; d.Event.Result == nil && d.Event.Refused == nil || d.Synthetic.Refused == nil || d.Focus.Result == nil {
		t.Errorf("designs: %+v", d)
	}
	two := out.Designs.Causes[2] // two lags and 11 years or fewer
	if two.Refused == nil || two.Refused.Code != design.Refused {
		t.Errorf("two lags: %+v", two)
	}

	one := standard()
	one.treated = 1
	out = run(t, one.input(t), asked())
	if s := out.Designs.Synthetic; s.Result == nil || s.Result.Test.Smallest < 0.03 {
		t.Errorf("one treated region: %+v %+v", s.Result, s.Refused)
	}
	r := asked()
	r.Alpha = 0.01
	if s := run(t, one.input(t), r).Designs.Synthetic; s.Refused == nil || s.Result != nil {
		t.Errorf("a claim at 1 %% from 31 regions: %+v", s.Refused)
	}
	// One region alone: no panel, only its own changes.
	alone := standard()
	alone.regions, alone.treated = 1, 1
	r = asked()
	r.FlowsFrom, r.FlowsTo = 2010, 2020
	out = run(t, alone.input(t), r)
	if out.Primary.Refused == nil || out.Primary.Coefficient != nil {
		t.Errorf("a panel of one region: %+v", out.Primary)
	}
	if f := out.Designs.Focus; f.Result == nil || f.Result.Differences == nil {
		t.Errorf("one region alone: %+v", f.Refused)
	}
}

func TestWhatIsRefused(t *testing.T) {
	indicators, flows := standard().build()
	bare := "region,year,vc\n辽宁,2019,5\n辽宁,2020,6\n"
	for name, tc := range map[string]struct {
		indicators, flows string
		request           func(*relate.Request)
		code              ledger.Code
		says              string
	}{
		"a score by its name":       {indicators, flows, func(r *relate.Request) { r.Outcome, r.Alone, r.LeaveOut = "vc_score", "", true }, design.Refused, "ordinal"},
		"a score by its numbers":    {strings.Replace(indicators, "vc_score", "vc_value", 1), flows, func(r *relate.Request) { r.Outcome, r.Alone, r.LeaveOut = "vc_value", "", true }, design.Refused, "decimals"},
		"deals of the funds in it":  {indicators, flows, func(r *relate.Request) { r.Alone = "" }, design.Refused, "by construction"},
		"both at once":              {indicators, flows, func(r *relate.Request) { r.LeaveOut = true }, ledger.FieldInvalid, "not both"},
		"no such column":            {indicators, flows, func(r *relate.Request) { r.Outcome = "vcc" }, ledger.FieldMissing, "vcc"},
		"no outcome":                {indicators, flows, func(r *relate.Request) { r.Outcome = "" }, ledger.FieldMissing, "outcome"},
		"more alone than in all":    {indicators, flows, func(r *relate.Request) { r.Outcome, r.Alone = "vc_alone", "vc" }, ledger.FieldInvalid, "row "},
		"a row twice":               {indicators + "北京,2010,1,0,1,1,1\n", flows, nil, ledger.AlreadyExists, "have the same region and year"},
		"a row twice by two names":  {indicators + "110000,2010,1,0,1,1,1\n", flows, nil, ledger.AlreadyExists, "spelled"},
		"half an enterprise":        {bare + "吉林,2020,150.5\n", flows, func(r *relate.Request) { r.Alone, r.LeaveOut = "", true }, ledger.FieldInvalid, "row 4, column vc"},
		"fewer than none":           {bare + "吉林,2020,-1\n", flows, func(r *relate.Request) { r.Alone, r.LeaveOut = "", true }, ledger.FieldInvalid, "row 4, column vc"},
		"a word":                    {bare + "吉林,2020,many\n", flows, func(r *relate.Request) { r.Alone, r.LeaveOut = "", true }, ledger.FieldInvalid, "row 4, column vc"},
		"flows of other regions":    {indicators, "region,year,amount\n2101,2015,5\n", nil, ledger.FieldInvalid, "no region of the flows"},
		"a negative flow":           {indicators, "region,year,amount\n21,2015,-5000000\n", nil, ledger.FieldInvalid, "negative"},
		"years the wrong way":       {indicators, flows, func(r *relate.Request) { r.From, r.To = 2020, 2010 }, ledger.FieldInvalid, "after the last"},
		"no years":                  {indicators, flows, func(r *relate.Request) { r.From = 2030 }, ledger.FieldInvalid, "no row"},
		"a logarithm of no control": {indicators, flows, func(r *relate.Request) { r.Log1p = []string{"gdp"} }, ledger.FieldInvalid, "no control"},
		"too few runs":              {indicators, flows, func(r *relate.Request) { r.Bootstrap = 5 }, ledger.FieldInvalid, "99"},
		"another score":             {indicators, flows, func(r *relate.Request) { r.Others = []string{"vc_score"} }, design.Refused, "ordinal"},
	} {
		r := asked()
		if tc.request != nil {
			tc.request(&r)
		}
		_, err := relate.Run(t.Context(), relate.Input{Indicators: read(t, tc.indicators), Flows: series(t, tc.flows)}, r, nil)
		if ledger.ErrorCode(err) != tc.code || !strings.Contains(err.Error(), tc.says) {
			t.Errorf("%s: %v, want %s with %q", name, err, tc.code, tc.says)
		}
	}
}

func TestFlowsThatCannotBeRead(t *testing.T) {
	for name, tc := range map[string]struct {
		text string
		code ledger.Code
	}{
		"no rows":     {"region,year,amount\n", ledger.FieldMissing},
		"twice":       {"region,year,amount\n21,2015,1\n辽宁,2015,2\n", ledger.AlreadyExists},
		"no amount":   {"region,year,amount\n21,2015,x\n", ledger.FieldInvalid},
		"half a fen":  {"region,year,amount\n21,2015,1.5\n", ledger.FieldInvalid},
		"a fraction":  {"region,year,amount\n21,2015,1/2\n", ledger.FieldInvalid},
		"an exponent": {"region,year,amount\n21,2015,1e99\n", ledger.FieldInvalid},
		"too much":    {"region,year,amount\n21,2015,99999999999999999999\n", ledger.FieldInvalid},
		"no year":     {"region,year,amount\n21,next,1\n", ledger.FieldInvalid},
		"no region":   {"region,year,amount\n,2015,1\n", ledger.FieldInvalid},
		"no column":   {"region,year,sum\n21,2015,1\n", ledger.FieldMissing},
	} {
		_, err := relate.ReadSeries(read(t, tc.text), relate.Columns{Region: "region", Year: "year", Amount: "amount"})
		if ledger.ErrorCode(err) != tc.code {
			t.Errorf("%s: %v, want %s", name, err, tc.code)
		}
	}
	s, err := relate.ReadSeries(read(t, "region,year,amount\n辽宁省,2015,12.34\n"), relate.Columns{Region: "region", Year: "year", Amount: "amount", Scale: 100})
	if err != nil || s.Total != 1234 {
		t.Errorf("yuan: %+v %v", s, err)
	}
}

// The same seed gives the same numbers; another declaration has another digest.
func TestReportsAreReproducible(t *testing.T) {
	in := standard().input(t)
	first, second := run(t, in, asked()), run(t, in, asked())
	a, _ := json.Marshal(first)
	b, _ := json.Marshal(second)
	if string(a) != string(b) {
		t.Error("two runs differ")
	}
	seeded := asked()
	seeded.Seed, seeded.Focus = 9, "辽宁"
	if out := run(t, in, seeded); out.Declaration != first.Declaration || out.Designs.Focus.Name != "21" {
		t.Errorf("seed or focus change the declaration, or the focus is %s", out.Designs.Focus.Name)
	}
	digests := map[string]bool{first.Declaration: true}
	for _, change := range []func(*relate.Request){func(r *relate.Request) { r.Controls = []string{"gdp"} }, func(r *relate.Request) { r.Unit = 100 },
		func(r *relate.Request) { r.To = 2019 }, func(r *relate.Request) { r.Absent = relate.Missing }, func(r *relate.Request) { r.Kind = relate.Amount }} {
		r := asked()
		r.Only = "primary"
		change(&r)
		out := run(t, in, r)
		if digests[out.Declaration] || len(out.Exploratory) != 0 || out.Designs != nil {
			t.Errorf("%+v has the digest of another declaration, or more than the primary estimate", r)
		}
		digests[out.Declaration] = true
	}
}

// Samples in which nothing moves, or hardly anything is there, make reports all the same, and they can be spelled.
func TestPoorSamplesMakeReports(t *testing.T) {
	panel := func(rows ...string) string { return "region,year,vc\n" + strings.Join(rows, "\n") + "\n" }
	var still, zeros, two []string
	for _, p := range []string{"11", "12", "13", "14", "15", "21", "22"} {
		for _, y := range []string{"2015", "2016", "2017", "2018", "2019", "2020"} {
			still, zeros = append(still, p+","+y+",5"), append(zeros, p+","+y+",0")
			if p < "13" {
				two = append(two, p+","+y+","+y[2:])
			}
		}
	}
	flows := "region,year,amount\n11,2017,3000000\n11,2018,5000000\n12,2018,9000000\n13,2019,2000000\n"
	for name, text := range map[string]string{
		"an outcome that never moves": panel(still...), "no deals at all": panel(zeros...), "two regions": panel(two...), "one row": panel("11,2018,7"),
		"outcomes missing": panel("11,2017,NA", "11,2018,NA", "12,2018,NA"), "a row missing": panel(append(still[1:], "31,2020,9")...),
	} {
		out := run(t, relate.Input{Indicators: read(t, text), Flows: series(t, flows)}, relate.Request{Outcome: "vc", LeaveOut: true, Bootstrap: 99})
		if _, err := json.Marshal(out); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if (out.Primary.Coefficient == nil) == (out.Primary.Refused == nil) {
			t.Errorf("%s: %+v", name, out.Primary)
		}
		for _, language := range []string{"zh", "en"} {
			if err := out.Page(language).Write(io.Discard); err != nil {
				t.Errorf("%s in %s: %v", name, language, err)
			}
		}
	}
}
