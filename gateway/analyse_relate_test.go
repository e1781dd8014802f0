package main

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/flow"
	"fundtrace/gateway/analytics/relate"
)

// related is a panel in which ln(1+vc) rises by 0.2 for each ln(1+flow), and the flows.
func related() (indicators, flows string) {
	r := rand.New(rand.NewPCG(11, 1))
	var in, out strings.Builder
	in.WriteString("province,year,vc,traced_only,patents,vc_index\n")
	out.WriteString("province,year,amount\n")
	for i, p := range flow.Provinces()[:31] {
		for year := 2010; year <= 2020; year++ {
			amount, alone := 0.0, 0
			if i%2 == 0 && year >= 2013+i%5 {
				amount, alone = math.Round(math.Exp(4+r.NormFloat64())), 1+r.IntN(4)
			}
			fmt.Fprintf(&out, "%s,%d,%d\n", p.Code, year, int64(amount)*1_000_000)
			own := math.Exp(4 + 0.05*float64(i) + 0.2*math.Log1p(amount) + 0.1*r.NormFloat64())
			fmt.Fprintf(&in, "%s,%d,%d,%d,%d,%.1f\n", p.Chinese, year, int(own)+alone, alone, 100+r.IntN(50), 100*r.Float64())
		}
	}
	return in.String(), out.String()
}

func TestAnalyseRelate(t *testing.T) {
	indicators, flows := related()
	data, file := write(t, "provinces.csv", indicators), write(t, "flows.csv", flows)
	html := filepath.Join(t.TempDir(), "report.html")
	common := []string{"relate", "--data", data, "--flows", file, "--region", "province", "--outcome", "vc", "--bootstrap", "199"}
	out, err := analyse(append(common, "--alone", "traced_only", "--others", "patents", "--focus", "北京", "--html", html, "--language", "en")...)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"31 regions, 2010–2020, 341 rows", "declaration ", "PRIMARY: ln(1+y) on ln(1+flow)", "the mechanical part", "EXPLORATORY", "by Holm", "leads, together", "on patents",
		"2 lags: refused (DESIGN_REFUSED)", "11 alone, first differences", "flow → outcome, 1 lag: Z̃"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	if page, err := os.ReadFile(html); err != nil || !strings.Contains(string(page), "<svg") || !strings.Contains(string(page), "Sensitivity") == strings.Contains(out, "other conventions") {
		t.Errorf("the page: %v, %d bytes", err, len(page))
	}
	out, err = analyse(append(common, "--alone", "traced_only", "--primary-only", "--json")...)
	var r relate.Report
	if err != nil || json.Unmarshal([]byte(out), &r) != nil {
		t.Fatal(err, out)
	}
	if c := r.Primary.Coefficient; c == nil || math.Abs(c.Estimate-0.2) > 3*c.SE || c.SE > 0.03 || len(r.Exploratory) != 0 || len(r.Rows) != 341 {
		t.Errorf("primary %+v, %d exploratory", c, len(r.Exploratory))
	}
	for name, tc := range map[string]struct {
		args []string
		code ledger.Code
	}{
		"deals of the funds in it": {common, "DESIGN_REFUSED"},
		"a score":                  {[]string{"relate", "--data", data, "--flows", file, "--region", "province", "--outcome", "vc_index", "--leave-out"}, "DESIGN_REFUSED"},
		"no such column":           {append(common[:len(common):len(common)], "--alone", "nobody"), ledger.FieldMissing},
		"no such column of flows":  {append(common[:len(common):len(common)], "--alone", "traced_only", "--flow-amount", "sum"), ledger.FieldMissing},
	} {
		if _, err := analyse(tc.args...); ledger.ErrorCode(err) != tc.code {
			t.Errorf("%s: %v, want %s", name, err, tc.code)
		}
	}
	if _, err := analyse("relate"); err == nil || !strings.Contains(err.Error(), "--data") {
		t.Errorf("without data: %v", err)
	}
}

// Flows come from a gateway too: each convention is asked for at the same block, and one that refuses is in the report.
func TestAnalyseRelateFromAGateway(t *testing.T) {
	indicators, flows := related()
	data := write(t, "provinces.csv", indicators)
	var asked []string
	table := &flow.Table{Query: flow.Query{Stage: flow.Disbursed, Class: flow.Public, Method: "RECORDED", Level: flow.Province}, Convention: "RECORDED", Block: 42, Currency: "CNY"}
	for _, row := range strings.Split(strings.TrimSpace(flows), "\n")[1:] {
		var c flow.Cell
		if _, err := fmt.Sscanf(strings.ReplaceAll(row, ",", " "), "%s %d %d", &c.Region, &c.Year, &c.Amount); err != nil {
			t.Fatal(err)
		}
		table.Cells = append(table.Cells, c)
		table.Total.Amount += c.Amount
		table.Regions = append(table.Regions, c.Region)
	}
	for y := 2010; y <= 2020; y++ {
		table.Years = append(table.Years, y)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch method := r.URL.Query().Get("method"); {
		case strings.HasSuffix(r.URL.Path, "/sessions"):
			w.WriteHeader(http.StatusCreated)
			fmt.Fprint(w, `{"token":"t"}`)
		case method == "LIBR":
			w.WriteHeader(http.StatusUnprocessableEntity)
			fmt.Fprint(w, `{"code":"FIELD_INVALID","detail":"LIBR protects one source"}`)
		default:
			asked = append(asked, method+" "+r.URL.Query().Get("known_at")+" "+r.URL.Query().Get("class"))
			_ = json.NewEncoder(w).Encode(table)
		}
	}))
	defer server.Close()
	t.Setenv(passwordVariable, "secret")
	out, err := analyse("relate", "--data", data, "--region", "province", "--outcome", "vc", "--alone", "traced_only", "--bootstrap", "199", "--server", server.URL, "--class", "public")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"DISBURSED, PUBLIC money, RECORDED, known at block 42", "under other conventions", "PRO_RATA", "LIBR: not estimated (FIELD_INVALID)"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	if len(asked) != len(flow.Methods())-1 || asked[0] != "RECORDED  PUBLIC" || asked[1] != "SPECIFIC 42 PUBLIC" {
		t.Errorf("asked for %q", asked)
	}
	out, err = analyse("flows", "--server", server.URL)
	if err != nil || !strings.Contains(out, "21 辽宁") || !strings.Contains(out, "known at block 42") {
		t.Errorf("flows: %v\n%s", err, out)
	}
	out, err = analyse("flows", "--server", server.URL, "--csv")
	if err != nil || !strings.HasPrefix(out, "region,year,amount,") || strings.Count(out, "\n") != 342 {
		t.Errorf("flows as CSV: %v, %d lines", err, strings.Count(out, "\n"))
	}
}
