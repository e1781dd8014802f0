package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/panel"
)

// openData is a public data set beside the checkout; tests that need it are skipped where it is not.
func openData(t *testing.T, name string) string {
	t.Helper()
	path := "../../shared/data/" + name
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the public data set is not here: %v", err)
	}
	return path
}

// The published example, through the command.
func TestAnalysePanel(t *testing.T) {
	grunfeld := openData(t, "Grunfeld.csv")
	args := []string{"panel", "--data", grunfeld, "--y", "inv", "--x", "value,capital", "--entity", "firm", "--time", "year"}
	for _, c := range []struct {
		more []string
		says []string
	}{
		{[]string{"--effects", "entity,time", "--cluster", "firm"}, []string{
			"inv by ols, effects of firm (10) and year (20)", "200 of 200 rows, 10 entities, 20 times", "K = 22", "t with G-1 = 9",
			"value    0.1177159  0.01082443  10.875", "capital  0.3579163   0.0478484", "F 60.0821 (2, 9)", "within R² 0.72015", "10 clusters are few"}},
		{[]string{"--primary", "--bootstrap", "9999"}, []string{"cr2", "0.02081482", "2.389", "0.100214 ", "all 1024 draws", "smallest p 0.002", "wild p"}},
		{[]string{"--estimator", "random"}, []string{"0.1097812", "σe 52.768, σu 84.201, ρ 0.7180, θ 0.8612"}},
		{[]string{"--estimator", "between"}, []string{"0.03203147", "one row for each entity"}},
		{[]string{"--estimator", "ppml", "--log", "value,capital", "--effects", "entity,time", "--cluster", "entity"}, []string{"inv by ppml", "log(capital)", "pseudo R² 0.9"}},
		{[]string{"--effects", "entity,time", "--cluster", "entity", "--lags", "2", "--leads", "1", "--test", "F1.value"}, []string{"L2.value", "F1.value 0: F ", "30 have no neighbour in time"}},
	} {
		out, err := analyse(append(args, c.more...)...)
		if err != nil {
			t.Errorf("%v: %v", c.more, err)
		}
		for _, want := range c.says {
			if !strings.Contains(out, want) {
				t.Errorf("%v does not say %q:\n%s", c.more, want, out)
			}
		}
	}
	out, err := analyse("panel", "--data", grunfeld, "--y", "inv", "--x", "value", "--entity", "firm", "--time", "year", "--granger", "2")
	if err != nil || !strings.Contains(out, "Z̃ 1.6832, p 0.0923") || !strings.Contains(out, "11.0632") {
		t.Errorf("%v: %s", err, out)
	}
	out, err = analyse(append(args, "--primary", "--bootstrap", "999", "--wild", "webb", "--seed", "7", "--json")...)
	var r panel.Result
	if err != nil || json.Unmarshal([]byte(out), &r) != nil || r.Engine != panel.Version || r.Spec.Bootstrap.Seed != 7 || r.Coefficients[0].Bootstrap.Weights != "webb" || r.Spec.Small != "nested" {
		t.Errorf("%v: %s", err, out)
	}
}

// small is a panel of five regions in which deals go with the flow.
func small() string {
	var b strings.Builder
	b.WriteString("region,year,deals,flow\n")
	for i := range 5 {
		for year := 2015; year <= 2020; year++ {
			flow := (i*i*3 + year*(i+2)) % 7
			fmt.Fprintf(&b, "r%d,%d,%d,%d\n", i, year, 10*i+3*flow+(i*year)%3, flow)
		}
	}
	return b.String()
}

func TestAnalysePanelPage(t *testing.T) {
	args := []string{"panel", "--data", write(t, "small.csv", small()), "--y", "deals", "--x", "flow", "--entity", "region", "--time", "year", "--effects", "entity,time", "--cluster", "entity"}
	for language, want := range map[string]string{"zh": "面板回归", "en": "Panel regression"} {
		html := filepath.Join(t.TempDir(), "report.html")
		if _, err := analyse(append(args, "--html", html, "--language", language)...); err != nil {
			t.Fatal(err)
		}
		if page, err := os.ReadFile(html); err != nil || !strings.Contains(string(page), want) || !strings.Contains(string(page), "<svg") {
			t.Errorf("%s: %v, the page of %d bytes does not say %q", language, err, len(page), want)
		}
	}
}

// Every analysis with a readable report refuses a language that there is none in.
func TestAnalyseRefusesLanguages(t *testing.T) {
	asked := 0
	for _, c := range analyseCommand().Commands() {
		if c.Flag("language") == nil {
			continue
		}
		asked++
		var usage usageError
		if _, err := analyse(c.Name(), "--language", "fr"); !errors.As(err, &usage) || !strings.Contains(err.Error(), `"fr"`) || !strings.Contains(err.Error(), "zh or en") {
			t.Errorf("%s: %v", c.Name(), err)
		}
		if c.Flag("language").DefValue != "zh" {
			t.Errorf("%s: the default is %q", c.Name(), c.Flag("language").DefValue)
		}
	}
	if asked != 7 {
		t.Errorf("%d analyses take a language", asked)
	}
}

const series = `region,year,a,b
辽宁,2010,1,2
辽宁,2012,3,1
辽宁,2013,2,4
辽宁,2014,5,3
辽宁,2015,4,6
辽宁,2016,7,5
辽宁,2017,6,8
辽宁,2018,8,7
吉林,2018,1,1
`

func TestAnalyseRank(t *testing.T) {
	data := write(t, "series.csv", series)
	args := []string{"rank", "--data", data, "--x", "a", "--time", "year"}
	for _, c := range []struct {
		more []string
		says string
	}{
		{[]string{"--y", "b", "--where", "region=辽宁"}, "levels               0.6905  8  0.0694"}, // R: 0.06944
		{[]string{"--y", "b", "--where", "region=辽宁", "--statistic", "kendall"}, "levels               0.5000  8  0.1087"},
		{[]string{"--y", "b", "--where", "region=辽宁"}, "times without a predecessor, which have no difference: 1"},
		{[]string{"--where", "region=辽宁"}, "S 22, z 2.598, p 0.0094 (exact 0.0055), τ-b 0.7857, slope"},
	} {
		if out, err := analyse(append(args, c.more...)...); err != nil || !strings.Contains(out, c.says) {
			t.Errorf("%v: %v, want %q in\n%s", c.more, err, c.says, out)
		}
	}
	var twice *ledger.Error
	if _, err := analyse(args...); !errors.As(err, &twice) || twice.Code != ledger.AlreadyExists || twice.Detail["row"] != "10" || twice.Detail["column"] != "year" {
		t.Errorf("a year twice: %v, want ALREADY_EXISTS with row and column", err)
	}
	for _, c := range []struct {
		more []string
		says string
	}{
		{nil, "rows 9 and 10 are both of year 2018"},
		{[]string{"--where", "region=吉林"}, "at least 4 are needed"},
		{[]string{"--where", "region"}, "COLUMN=VALUE"},
		{[]string{"--where", "region=北京"}, "no row has region=北京"},
		{[]string{"--where", "region=辽宁", "--y", "c"}, `no column "c"`},
	} {
		if _, err := analyse(append(args, c.more...)...); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v: %v, want %q", c.more, err, c.says)
		}
	}
}

func TestAnalysePanelRefuses(t *testing.T) {
	grunfeld := openData(t, "Grunfeld.csv")
	args := []string{"panel", "--data", grunfeld, "--y", "inv", "--x", "value", "--entity", "firm", "--time", "year"}
	for _, c := range []struct {
		more []string
		says string
	}{
		{[]string{"--primary", "--cluster", "year"}, "--primary settles"},
		{[]string{"--granger", "5"}, "at most 4 lags"},
		{[]string{"--granger", "1", "--x", "capital"}, "one regressor"},
		{[]string{"--errors", "cr2"}, "need a cluster"},
		{[]string{"--lags", "19"}, "do not carry"},
		{[]string{"--primary", "--bootstrap", "-4"}, "99 to 999,999 runs, not -4"},
		{[]string{"--granger", "-1"}, "at least 1 lag"},
		{[]string{"--granger", "1", "--html", "report.html"}, "leave --html out"},
	} {
		if _, err := analyse(append(args, c.more...)...); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v: %v, want %q", c.more, err, c.says)
		}
	}
	var usage usageError
	for _, args := range [][]string{{"panel"}, {"panel", "--data", grunfeld}, {"rank"}, {"rank", "more"}} {
		if _, err := analyse(args...); !errors.As(err, &usage) {
			t.Errorf("%v: %v is no error of usage", args, err)
		}
	}
}
