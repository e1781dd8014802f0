package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	eventreport "fundtrace/gateway/analytics/event/report"
	syntheticreport "fundtrace/gateway/analytics/synthetic/report"
)

// treatedRegions is a table of 31 regions and 11 years: eight are treated from 2014 on and gain 5.
func treatedRegions() string {
	random := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	b.WriteString("region,year,deals,start,gdp\n")
	for i := range 31 {
		start := 0
		if i < 8 {
			start = 2014
		}
		level := 10 * random.Float64()
		for year := 2010; year <= 2020; year++ {
			y := level + float64(year-2010)*(0.5+level/20) + 0.3*random.NormFloat64()
			if start > 0 && year >= start {
				y += 5
			}
			fmt.Fprintf(&b, "r%02d,%d,%.4f,%d,%.2f\n", i, year, y, start, level)
		}
	}
	return b.String()
}

func TestAnalyseEventStudy(t *testing.T) {
	data := write(t, "panel.csv", treatedRegions())
	html := filepath.Join(t.TempDir(), "study.html")
	out, err := analyse("event-study", "--data", data, "--y", "deals", "--start", "start", "--permutations", "99", "--html", html, "--language", "en")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"31 units, 31 clusters, 11 periods 2010–2020, 341 rows; never treated 23; 2014: 8", "engine   event/1", "0.0100", "by time since the start (bands: ±", "group-time effects", "note: 31 clusters"} {
		if !strings.Contains(out, want) {
			t.Errorf("the output does not say %q:\n%s", want, out)
		}
	}
	if text, err := os.ReadFile(html); err != nil || !strings.Contains(string(text), "<svg") {
		t.Errorf("the report: %v", err)
	}
	out, err = analyse("event-study", "--data", data, "--y", "deals", "--start", "start", "--json", "--min-event", "-2", "--max-event", "3", "--bootstrap", "-1", "--permutations", "-1")
	if err != nil {
		t.Fatal(err)
	}
	var r eventreport.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Dynamic.Parts) != 6 || r.Dynamic.Parts[0].At != -2 || r.Dynamic.Overall.Estimate < 4 || r.Dynamic.Permutation != nil {
		t.Errorf("%+v", r.Dynamic)
	}
}

func TestAnalyseSynthetic(t *testing.T) {
	data := write(t, "panel.csv", treatedRegions())
	html := filepath.Join(t.TempDir(), "control.html")
	others := "r01,r02,r03,r04,r05,r06,r07"
	out, err := analyse("synthetic", "--data", data, "--y", "deals", "--treated", "r00", "--start", "2014", "--exclude", others, "--predictor", "gdp:2010-2013", "--predictor", "deals:2013", "--html", html)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"r00 from 2014 on: synthetic, 24 units, 4 periods before and 7 after", "the smallest is 0.0417", "made of", "gdp 2010–2013", "without one donor"} {
		if !strings.Contains(out, want) {
			t.Errorf("the output does not say %q:\n%s", want, out)
		}
	}
	if text, err := os.ReadFile(html); err != nil || !strings.Contains(string(text), "合成控制：r00") {
		t.Errorf("the report: %v", err)
	}
	out, err = analyse("synthetic", "--data", data, "--y", "deals", "--treated", "r00", "--start", "2014", "--exclude", others, "--method", "sdid", "--json")
	if err != nil {
		t.Fatal(err)
	}
	var r syntheticreport.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	if r.Effect < 3.5 || r.Effect > 6.5 || len(r.Periods) == 0 || r.Test.Statistic != "effect" {
		t.Errorf("%+v", r.Test)
	}
}

func TestAnalyseDesignsThatTheSampleCannotCarry(t *testing.T) {
	data := write(t, "panel.csv", treatedRegions())
	for _, c := range []struct {
		args []string
		code ledger.Code
		says string
	}{
		{[]string{"synthetic", "--data", data, "--y", "deals", "--treated", "r00", "--start", "2014", "--alpha", "0.01"}, "DESIGN_REFUSED", "1/31"},
		{[]string{"event-study", "--data", data, "--y", "deals", "--start", "start", "--min-cohort", "9"}, "DESIGN_REFUSED", "2014 (8)"},
		{[]string{"event-study", "--data", data, "--y", "deals", "--start", "start", "--controls", "friends"}, ledger.FieldInvalid, "not-yet"},
		{[]string{"event-study", "--data", data, "--y", "deals", "--flow", "gdp"}, ledger.FieldInvalid, "threshold"},
		{[]string{"event-study", "--data", data, "--y", "wins", "--start", "start"}, ledger.FieldMissing, `"wins"`},
		{[]string{"synthetic", "--data", data, "--y", "deals", "--treated", "r00", "--start", "2014", "--predictor", "gdp"}, ledger.FieldInvalid, "gdp:2005-2010"},
		{[]string{"synthetic", "--data", data, "--y", "deals", "--treated", "r00", "--start", "2014", "--predictor", "gdp:then"}, ledger.FieldInvalid, "gdp:then"},
	} {
		if _, err := analyse(c.args...); ledger.ErrorCode(err) != c.code || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v: %v, want %s with %q", c.args, err, c.code, c.says)
		}
	}
	var usage usageError
	for _, args := range [][]string{{"event-study"}, {"event-study", "more", "--data", data}, {"synthetic", "--data", data, "--y", "deals"}} {
		if _, err := analyse(args...); !errors.As(err, &usage) {
			t.Errorf("%v: %v is no error of usage", args, err)
		}
	}
}

// The published example through the command, as did prints it.
func TestAnalyseEventStudyCounties(t *testing.T) {
	data := openData(t, "did_mpdta.csv")
	out, err := analyse("event-study", "--data", data, "--y", "lemp", "--entity", "countyreal", "--time", "year", "--start", "first.treat", "--bootstrap", "199")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"dynamic     -0.0772", "simple      -0.0400", "group       -0.0310", "p 0.16812 (χ²)", " 2004    2006  2003       20       309   -0.1373  0.0364"} {
		if !strings.Contains(out, want) {
			t.Errorf("the output does not say %q:\n%s", want, out)
		}
	}
}
