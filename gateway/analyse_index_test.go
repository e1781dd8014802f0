package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	indexreport "fundtrace/gateway/analytics/index/report"
)

// analyse runs the command as a person would.
func analyse(args ...string) (string, error) {
	c := analyseCommand()
	c.SetFlagErrorFunc(wrongFlag)
	var out bytes.Buffer
	c.SetOut(&out)
	c.SetErr(&out)
	c.SilenceUsage, c.SilenceErrors = true, true
	c.SetArgs(args)
	err := c.Execute()
	return out.String(), err
}

const regions = `province,year,invention,utility,design
辽宁,2019,10,40,9
广东,2019,50,90,80
吉林,2019,5,10,3
辽宁,2020,12,44,8
广东,2020,60,99,95
吉林,2020,9,18,6
`

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAnalyseIndex(t *testing.T) {
	data := write(t, "regions.csv", regions)
	out, err := analyse("index", "--data", data, "--profile", "patents", "--entity", "province", "--change", "2019-2020", "--uncertainty", "100", "--sensitivity", "20", "--remove-one", "--compare", "min-max,goalposts", "--dominance", "--coherence", "value")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"profile  patents version 1", `"normalise":"z"`, "6 rows of 3 regions", "engine   index/1",
		"广东    2020     1       100.00", // 100·6/6
		"辽宁    2020     2        66.67", // 100·4/6
		"(mean)  2020              66.67",
		"change from 2019 to 2020", "+20.00    15.38  14.81", // 10 → 12 of 65 → 81
		"rank intervals that hold 90 % of 100 runs, seed 1; varied: weights ±25 %, normalise (z | percentile | min-max), drop",
		"places lost from 2019 to 2020", "Sobol indices of the mean absolute shift of ranks", "nothing to explain", "leaving one out", "goalposts: FIELD_INVALID", "pairs of regions", "coherence of values",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the output does not say %q:\n%s", want, out)
		}
	}
}

func TestAnalyseIndexJSONAndFrozenBase(t *testing.T) {
	data := write(t, "regions.csv", regions)
	base := filepath.Join(t.TempDir(), "base.json")
	args := []string{"index", "--data", data, "--profile", "patents", "--entity", "province", "--json"}
	read := func(more ...string) indexreport.Report {
		t.Helper()
		out, err := analyse(append(args, more...)...)
		if err != nil {
			t.Fatal(err)
		}
		var r indexreport.Report
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			t.Fatalf("%v in %s", err, out)
		}
		return r
	}
	first := read("--base", "2019", "--save-base", base, "--base-name", "first", "--uncertainty", "10", "--seed", "42")
	if first.Uncertainty.Seed != 42 || len(first.Result.Rows) != 6 || first.Result.Base.Frozen || first.Result.Base.Rows != 3 {
		t.Errorf("%+v", first.Result.Base)
	}
	again := read("--base", base, "--at", "2020")
	if again.Result.Base.ID != first.Result.Base.ID || !again.Result.Base.Frozen || again.Result.Base.Name != "first" || len(again.Result.Rows) != 3 {
		t.Errorf("against the frozen base: %+v", again.Result.Base)
	}
	for i, row := range again.Result.Rows {
		if row.Nodes["patents_dim"].Score != first.Result.Rows[i+3].Nodes["patents_dim"].Score {
			t.Errorf("%s: %v against the file, %v against the years", row.Unit, row.Nodes["patents_dim"], first.Result.Rows[i+3].Nodes["patents_dim"])
		}
	}
	if _, err := analyse(append(args, "--base", "2019", "--save-base", base)...); err == nil {
		t.Error("a frozen base was written over")
	}
	if _, err := analyse(append(args, "--base", base, "--save-base", base+"2")...); err == nil || !strings.Contains(err.Error(), "frozen already") {
		t.Errorf("freezing a frozen base: %v", err)
	}
}

func TestAnalyseIndexRefuses(t *testing.T) {
	data := write(t, "regions.csv", regions)
	gap := write(t, "gap.csv", strings.Replace(regions, "12,44,8", "12,,8", 1))
	wrong := write(t, "wrong.json", `{"id":"w","version":"1","weights":"percent","index":{"code":"i","children":[{"code":"invention","weight":60},{"code":"design","weight":30}]}}`)
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"--data", gap, "--profile", "patents", "--entity", "province"}, "row 5, column utility: the value is missing"},
		{[]string{"--data", data, "--profile", wrong, "--entity", "province"}, "sum to 90, not to 100"},
		{[]string{"--data", data, "--profile", "patents"}, `no column "region"`},
		{[]string{"--data", data, "--profile", "patents", "--entity", "province", "--ties", "coin"}, "upper, middle, lower"},
		{[]string{"--data", data, "--profile", "table2"}, "table1"},
		{[]string{"--data", data + ".gone"}, "read the table"},
		{[]string{"--data", data, "--profile", "patents", "--entity", "province", "--at", "twenty"}, "2010-2020"},
	} {
		if _, err := analyse(append([]string{"index"}, c.args...)...); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v: %v, want %q", c.args, err, c.says)
		}
	}
	var usage usageError
	for _, args := range [][]string{{"index"}, {"index", "more", "--data", data}, {"forecast"}} {
		if _, err := analyse(args...); !errors.As(err, &usage) {
			t.Errorf("%v: %v is no error of usage", args, err)
		}
	}
}

// The published example, through the command: COINr's results to two decimals.
func TestAnalyseIndexASEM(t *testing.T) {
	const folder = "../../shared/data/"
	if _, err := os.Stat(folder + "coinr_ASEM_iData.csv"); err != nil {
		t.Skipf("the public data set is not here: %v", err)
	}
	out, err := analyse("index", "--data", folder+"coinr_ASEM_iData.csv", "--profile", folder+"coinr_ASEM_iMeta.csv", "--entity", "uCode", "--time", "", "--group", "EurAsia_group")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"CHE              1  68.38  62.79   3  73.98   1", "IND             45  39.79  28.60  44  50.99  43", "outliers of Services: skewness 3.95 → 1.62, kurtosis 17.65 → 2.12, 4 points moved"} {
		if !strings.Contains(out, want) {
			t.Errorf("the output does not say %q", want)
		}
	}
}

func TestAnalyseIndexPage(t *testing.T) {
	data, path := write(t, "regions.csv", regions), filepath.Join(t.TempDir(), "index.html")
	if _, err := analyse("index", "--data", data, "--profile", "patents", "--entity", "province", "--focus", "辽宁", "--uncertainty", "20", "--html", path, "--language", "en"); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<html lang="en">`, "辽宁 in 2020: rank 2 of 3", "<svg", "20 runs that vary at random"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}
