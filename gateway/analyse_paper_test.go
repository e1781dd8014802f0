package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	diagnosis "fundtrace/gateway/analytics/diagnose/report"
	"fundtrace/gateway/analytics/paper"
	"fundtrace/gateway/analytics/remedy"
)

func must(t *testing.T, out string, says ...string) {
	t.Helper()
	for _, want := range says {
		if !strings.Contains(out, want) {
			t.Errorf("the output does not say %q", want)
		}
	}
	if strings.Contains(out, "%!") {
		t.Errorf("a format went wrong: %s", out)
	}
	if t.Failed() {
		t.Log(out)
	}
}

func TestAnalysePaper(t *testing.T) {
	page := filepath.Join(t.TempDir(), "paper.html")
	out, err := analyse("paper", "--html", page, "--language", "en")
	if err != nil {
		t.Fatal(err)
	}
	must(t, out, "vintage table", "vintage text", "90.01*", "+23.11 %", "7 → 20", "18.3     18.31", "21.8     21.83  23.11 ≠", "961 19.6", "off the grid", "Impossible in 21 of 50 cells",
		"139.5 (2015)", "14  composite index, rank of the composite", "12 falls in 45 steps", "in order: sum of the weights", "venture capital     rank   +43  0.00015", "0.95  10        -0.24  8")
	text, err := os.ReadFile(page)
	if err != nil || !strings.Contains(string(text), "<svg") || !strings.Contains(string(text), "Text against tables") {
		t.Errorf("the report: %v, %d bytes", err, len(text))
	}
	out, err = analyse("paper", "--json", "--vintage", "text")
	if err != nil {
		t.Fatal(err)
	}
	var a paper.Audit
	if err := json.Unmarshal([]byte(out), &a); err != nil || len(a.Vintages) != 1 || a.Vintages[0].Vintage != "text" || len(a.TextVsTables) != 17 {
		t.Errorf("%v, %+v", err, a.Vintages)
	}
}

func TestAnalysePaperOnOpenData(t *testing.T) {
	const data = "../../shared/data/cn_province_patents_granted_2010_2023.csv"
	if _, err := os.Stat(data); err != nil {
		t.Skip("the open data are not here: ", err)
	}
	out, err := analyse("paper", "--patents", data)
	if err != nil {
		t.Fatal(err)
	}
	must(t, out, "count 17093 → 60185", "score 41.6 → 75.7, rank 10 → 17", "share 2.38 → 1.72", "mean score of all 34.0 → 68.2", "the paradox is there")
}

// What paper prints, diagnose reads: the text's vintage as a table of scores gives the verdicts of the text's vintage.
func TestDiagnoseReadsWhatPaperPrints(t *testing.T) {
	out, err := analyse("paper", "--vintage", "text", "--csv")
	if err != nil {
		t.Fatal(err)
	}
	file := write(t, "liaoning.csv", out)
	read := func(args ...string) diagnosis.Report {
		t.Helper()
		out, err := analyse(append([]string{"diagnose", "--json"}, args...)...)
		if err != nil {
			t.Fatal(err)
		}
		var r diagnosis.Report
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			t.Fatal(err)
		}
		return r
	}
	a, b := read("--scores", file, "--of", "31"), read("--vintage", "text")
	for i := range a.Agree {
		if a.Agree[i].Verdicts[0] != b.Agree[i].Verdicts[0] {
			t.Errorf("%+v, %+v", a.Agree[i], b.Agree[i])
		}
	}
	if both := read(); len(both.Versions) != 2 || !both.Agree[0].Same {
		t.Errorf("%+v", both.Agree)
	}
	if hard := read("--set", "gap=5"); hard.Agree[0].Same {
		t.Errorf("%+v", hard.Agree[0])
	}
}

func TestAnalyseDiagnose(t *testing.T) {
	page := filepath.Join(t.TempDir(), "liaoning.html")
	measures := write(t, "measures.json", `{"before":[{"measure":"days-to-enterprise","unit":"days","value":80,"numerator":"5","denominator":"0","cases":3,"from":"2024-01-01","to":"2024-12-31"},
		{"measure":"idle-share","unit":"percent","value":30,"numerator":"3","denominator":"10","cases":2,"from":"2024-01-01","to":"2024-12-31"},
		{"measure":"evidenced-use-share","unit":"percent","value":null,"numerator":"0","denominator":"0","cases":0,"from":"2024-01-01","to":"2024-12-31"},
		{"measure":"attested-share","unit":"percent","value":10,"numerator":"0","denominator":"0","cases":0,"from":"2024-01-01","to":"2024-12-31"},
		{"measure":"lower-tier-suppliers","unit":"suppliers","value":1,"numerator":"0","denominator":"0","cases":0,"from":"2024-01-01","to":"2024-12-31"},
		{"measure":"days-waited","unit":"days","value":50,"numerator":"0","denominator":"0","cases":0,"from":"2024-01-01","to":"2024-12-31"},
		{"measure":"financing-rate","unit":"percent","value":50,"numerator":"0","denominator":"0","cases":0,"from":"2024-01-01","to":"2024-12-31"},
		{"measure":"duplicates-caught","unit":"registrations","value":0,"numerator":"0","denominator":"0","cases":0,"from":"2024-01-01","to":"2024-12-31"}],"after":[]}`)
	if _, err := analyse("diagnose", "--measures", measures); err == nil || !strings.Contains(err.Error(), "no readings of after") {
		t.Errorf("measures of one window: %v", err)
	}
	text, err := os.ReadFile(measures)
	if err != nil {
		t.Fatal(err)
	}
	before, _, _ := strings.Cut(string(text), `,"after"`)
	after := strings.NewReplacer(`{"before"`, `"after"`, "2024-", "2025-", `"value":80`, `"value":68`, `"value":30`, `"value":35`).Replace(before)
	measures = write(t, "both.json", before+","+after+"}")
	out, err := analyse("diagnose", "--vintage", "table", "--measures", measures, "--html", page)
	if err != nil {
		t.Fatal(err)
	}
	must(t, out, "辽宁, 2010 to 2020, among 31 regions (table)", "yes, by rank", "weakness: Venture capital, rank 22, 4 places behind", "Disconnect of innovation and capital: HOLDS", "+4 places",
		"how far: holds in 3 of 9 windows", "a decline of the rank as a trend is not shown for new enterprises", "survival cannot be judged", "try Tracing of guided funds",
		"days-to-enterprise (days, expected down): 80.00 → 68.00, as expected (3 and 3 cases", "idle-share (percent, expected down): 30.00 → 35.00, otherwise", "no data", "does not show that the tool moved it")
	if report, err := os.ReadFile(page); err != nil || !strings.Contains(string(report), "创新与资本脱节") {
		t.Errorf("the report: %v", err)
	}
}

// Measures are asked of a gateway for two windows, as the user who is named, and go into the plan.
func TestAnalyseDiagnoseAsksAGateway(t *testing.T) {
	asked := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			w.WriteHeader(http.StatusCreated)
			fmt.Fprint(w, `{"token":"t","user":"auditor@audit"}`)
			return
		}
		asked = r.URL.RequestURI()
		reading := func(day string, value int) string {
			var out []string
			for _, m := range remedy.Builtin().Measures {
				out = append(out, fmt.Sprintf(`{"measure":%q,"unit":%q,"value":%d,"numerator":"1","denominator":"0","cases":1,"from":"2024-01-01","to":%q}`, m.ID, m.Unit, value, day))
			}
			return strings.Join(out, ",")
		}
		fmt.Fprintf(w, `{"currency":"CNY","block":7,"before":[%s],"after":[%s]}`, reading("2024-06-30", 40), reading("2024-12-31", 39))
	}))
	defer server.Close()
	t.Setenv(passwordVariable, "secret")
	out, err := analyse("diagnose", "--vintage", "text", "--server", server.URL, "--before", "2024-06-30", "--after", "2024-12-31", "--days", "180")
	if err != nil {
		t.Fatal(err)
	}
	must(t, out, "days-to-enterprise (days, expected down): 40.00 → 39.00, as expected", "attested-share (percent, expected up): 40.00 → 39.00, otherwise", "duplicates-caught (registrations, expected watch): 40.00 → 39.00, shown")
	if !strings.HasSuffix(asked, "/analytics/measures?after=2024-12-31&before=2024-06-30&currency=CNY&days=180") {
		t.Errorf("asked %s", asked)
	}
}

func TestAnalyseDiagnoseOfCounts(t *testing.T) {
	data := write(t, "regions.csv", regions)
	out, err := analyse("diagnose", "--data", data, "--profile", "patents", "--entity", "province", "--neighbours", "--uncertainty", "50", "--seed", "3")
	if err != nil {
		t.Fatal(err)
	}
	must(t, out, "辽宁, 2019 to 2020, among 3 regions (counts)", "广东", "吉林", "neighbour", "the table has no 浙江", "UNDECIDED", "rank intervals", "not yet Tracing of guided funds", "find what the diagnosis lacks")
}

func TestAnalyseDiagnoseRefuses(t *testing.T) {
	var usage usageError
	for says, args := range map[string][]string{
		"name one table":                    {"--data", "a.csv", "--scores", "b.csv"},
		"go together":                       {"--before", "2024-12-31"},
		"needs the counts":                  {"--uncertainty", "10"},
		"from a file or from a gateway":     {"--measures", "m.json", "--before", "2024-12-31", "--after", "2025-12-31"},
		"--data or --scores":                {"extra"},
		"--csv prints one vintage: name it": nil,
	} {
		command := append([]string{"diagnose"}, args...)
		if args == nil {
			command = []string{"paper", "--csv"}
		}
		if _, err := analyse(command...); !errors.As(err, &usage) || !strings.Contains(err.Error(), says) {
			t.Errorf("%v: %v, want %q", command, err, says)
		}
	}
	for says, args := range map[string][]string{
		`"x" is no number`:          {"--set", "gap=x"},
		"no parameter":              {"--set", "luck=1"},
		"read the table":            {"--data", "nowhere.csv"},
		"no vintage":                {"--vintage", "draft"},
		"nowhere.json":              {"--rules", "nowhere.json"},
		"at least one link":         {"--catalogue", write(t, "c.json", `{"id":"c"}`)},
		`no region "Bern": it has `: {"--region", "Bern"},
	} {
		if _, err := analyse(append([]string{"diagnose"}, args...)...); err == nil || errors.As(err, &usage) || !strings.Contains(err.Error(), says) {
			t.Errorf("%v: %v, want %q", args, err, says)
		}
	}
}
