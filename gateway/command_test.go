package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
	"fundtrace/gateway/trace"
)

// forward is a trace of 1,000.00 yuan: 600 passed on, of which 100 spent and 200 in transit.
var forward = trace.Answer{Lot: "a.0.0", Direction: "forward", Currency: "CNY", Amount: 1000_00,
	Totals: trace.Totals{Traced: 1000_00, Idle: 400_00, InTransit: 200_00, Reached: 300_00, Spent: 100_00},
	Rows: []trace.Row{
		{Lot: "a.0.0", Movement: "a.0", Kind: ledger.Contribution, Stage: ledger.Credited, Date: "2024-01-01", To: "acct:fund", Amount: 1000_00, Drawn: 600_00, Remaining: 400_00,
			Origin: &ledger.Origin{Source: ledger.SpecialBond, BudgetLine: "bond 1"}},
		{Depth: 1, Lot: "b.0.0", Parent: "a.0.0", Kind: ledger.Disbursement, Stage: ledger.Credited, Date: "2024-02-01", From: "acct:fund", To: "acct:e1", Amount: 400_00, Drawn: 100_00, Remaining: 300_00},
		{Depth: 1, Lot: "c.0.0", Parent: "a.0.0", Kind: ledger.Disbursement, Stage: ledger.Instructed, Date: "2024-03-01", From: "acct:fund", To: "acct:e2", Amount: 200_00},
		{Depth: 2, Lot: "d.0.0", Parent: "b.0.0", Kind: ledger.Use, Stage: ledger.Credited, Date: "2024-04-01", From: "acct:e1", To: "sink:RD", Payee: "other:lab", Amount: 100_00},
	}}

func TestPrintTrace(t *testing.T) {
	var out bytes.Buffer
	printTrace(&out, &forward)
	want := `lot a.0.0, 1,000.00 CNY, forward

2024-01-01 CONTRIBUTION 1,000.00 from SPECIAL_BOND bond 1 → acct:fund (left 400.00)  a.0.0
├─ 2024-02-01 DISBURSEMENT 400.00 → acct:e1 (left 300.00)  b.0.0
│  └─ 2024-04-01 USE 100.00 → sink:RD other:lab  d.0.0
└─ 2024-03-01 DISBURSEMENT 200.00 → acct:e2 INSTRUCTED  c.0.0

traced                 1,000.00
  idle                   400.00
  in transit             200.00
  reached                300.00
  spent                  100.00
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
	out.Reset()
	waited := 3
	paid := forward
	paid.Rows = slices.Clone(forward.Rows[:2])
	paid.Rows[1].Kind, paid.Rows[1].Voucher = ledger.Settlement, "v.0.0"
	paid.Settlements = []trace.Settlement{{Voucher: "v.0.0", Amount: 400_00, Date: "2024-02-01", Issuer: "other:core", IssuerName: "Core", Hidden: 1, Chain: []trace.Hop{
		{Tier: 1, Party: "other:t1", Name: "First", Acquired: "2024-01-05", Via: "ISSUE", PaidBy: trace.ByNext},
		{Tier: 2, Party: "other:t2", Acquired: "2024-01-29", Via: "TRANSFER", PaidBy: trace.ByIssuer, CashDate: "2024-02-01", DaysWaited: &waited}}}}
	printTrace(&out, &paid)
	for _, want := range []string{"SETTLEMENT 400.00 → acct:e1 for voucher v.0.0 (left 300.00)", "2024-02-01 400.00 settled voucher v.0.0 of Core\n",
		"  tier 1  First, had it on 2024-01-05 by ISSUE, passed it on in payment\n",
		"  tier 2  other:t2, had it on 2024-01-29 by TRANSFER, paid by the issuer on 2024-02-01 after 3 days\n", "  1 more that you may not see\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
	out.Reset()
	cut := forward
	cut.Truncated, cut.Totals.Hidden = true, 5
	printTrace(&out, &cut)
	if !strings.Contains(out.String(), "listing is cut") || !strings.Contains(out.String(), "hidden                   0.05") {
		t.Errorf("%s", out.String())
	}
	out.Reset()
	back := forward
	back.Direction, back.Rows = "backward", []trace.Row{forward.Rows[3], forward.Rows[1], forward.Rows[0]}
	printTrace(&out, &back)
	if !strings.Contains(out.String(), "\n2024-04-01 USE") || !strings.Contains(out.String(), "\n    2024-01-01 CONTRIBUTION") {
		t.Errorf("%s", out.String())
	}
}

func TestMoneyWithThousands(t *testing.T) {
	for _, tc := range []struct {
		minor    int64
		currency string
		want     string
	}{{0, "CNY", "0.00"}, {99, "CNY", "0.99"}, {100_00, "CNY", "100.00"}, {1000_00, "CNY", "1,000.00"}, {-123456_78, "CNY", "-123,456.78"},
		{-1234_00, "CNY", "-1,234.00"}, {1<<63 - 1, "CNY", "92,233,720,368,547,758.07"}, {1234567, "JPY", "1,234,567"}, {1234567, "KWD", "1,234.567"}} {
		if got := in(tc.currency)(tc.minor); got != tc.want {
			t.Errorf("%d %s: %s, want %s", tc.minor, tc.currency, got, tc.want)
		}
	}
}

func TestPrintSourcesAndFund(t *testing.T) {
	var out bytes.Buffer
	flow := trace.Flow{Received: 500, Holds: 300, Spent: 200}
	printSources(&out, &trace.Sources{Party: "other:e1", Currency: "CNY", Totals: flow, Arriving: 7, Hidden: 9,
		BySource: []trace.SourceSum{{Source: ledger.SpecialBond, BudgetLine: "bond 1", Flow: flow}, {}}})
	for _, want := range []string{"other:e1", "5.00", "3.00", "2.00", "SPECIAL_BOND bond 1", "(not to be seen)", "arriving, not counted yet: 0.07", "may not see: 0.09"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
	out.Reset()
	printFund(&out, &trace.FundAnswer{Fund: "fund:x", Account: "acct:x", Currency: "JPY", Totals: trace.FundTotals{In: 12, Idle: 12},
		Rows: []trace.FundRow{{Origin: trace.Origin{Source: ledger.GeneralBudget, Date: "2024-01-01"}, FundTotals: trace.FundTotals{In: 12, Idle: 12}}}})
	if !strings.Contains(out.String(), "fund:x, account acct:x, JPY") || !strings.Contains(out.String(), "GENERAL_BUDGET") || !strings.Contains(out.String(), "12") {
		t.Errorf("%s", out.String())
	}
}

// localGateway is a folder of a network whose gateway answers every read with body.
func localGateway(t *testing.T, body any) (dir string, asked *[]string) {
	t.Helper()
	asked = &[]string{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/v1/sessions" {
			w.WriteHeader(http.StatusCreated)
			fmt.Fprint(w, `{"token":"t","user":"auditor@audit"}`)
			return
		}
		*asked = append(*asked, r.URL.EscapedPath()+"?"+r.URL.RawQuery)
		if err, ok := body.(*ledger.Error); ok {
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprintf(w, `{"code":%q,"detail":%q}`, err.Code, err.Message)
			return
		}
		if err := json.NewEncoder(w).Encode(body); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(srv.Close)
	dir = t.TempDir()
	for name, text := range map[string]string{"credentials.json": `[{"user":"auditor@audit","password":"p"}]`, "gateway.yaml": "listen: " + strings.TrimPrefix(srv.URL, "http://")} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir, asked
}

func TestTraceCommand(t *testing.T) {
	for _, tc := range []struct {
		name  string
		args  []string
		body  any
		asked string
		has   string
		exit  int
	}{
		{"a lot", []string{"a.0.0"}, forward, "/api/v1/lots/a.0.0/trace?depth=0&direction=forward&limit=200", "└─ 2024-03-01", exitDone},
		{"as JSON", []string{"a.0.0", "--json", "--direction", "backward", "--depth", "3"}, forward, "/api/v1/lots/a.0.0/trace?depth=3&direction=backward&limit=200", `"lot":"a.0.0"`, exitDone},
		{"a party", []string{"--party", "iati:XM/1"}, trace.Sources{Party: "iati:XM/1", Currency: "CNY"}, "/api/v1/parties/iati:XM%2F1/sources?depth=0&limit=200", "party iati:XM/1", exitDone},
		{"a fund", []string{"--fund", "fund:x"}, trace.FundAnswer{Fund: "fund:x", Currency: "CNY"}, "/api/v1/funds/fund:x/trace?depth=0&limit=200", "fund fund:x", exitDone},
		{"no such lot", []string{"z"}, ledger.Refuse(ledger.LotUnknown, "there is no lot"), "/api/v1/lots/z/trace?depth=0&direction=forward&limit=200", "", exitFailed},
		{"nothing named", nil, forward, "", "", exitUsage},
		{"two things named", []string{"a.0.0", "--fund", "fund:x"}, forward, "", "", exitUsage},
		{"no direction", []string{"a.0.0", "--direction", "up"}, forward, "", "", exitUsage},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir, asked := localGateway(t, tc.body)
			var out bytes.Buffer
			c := traceCommand()
			c.SilenceErrors, c.SilenceUsage = true, true
			c.SetOut(&out)
			c.SetArgs(append(append([]string{}, tc.args...), "--dir", dir))
			if got := report(c.ExecuteContext(t.Context())); got != tc.exit {
				t.Fatalf("exit code %d, want %d", got, tc.exit)
			}
			if !strings.Contains(out.String(), tc.has) {
				t.Errorf("%q is missing in\n%s", tc.has, out.String())
			}
			if tc.asked != "" && (len(*asked) != 1 || (*asked)[0] != tc.asked) {
				t.Errorf("asked %v, want %s", *asked, tc.asked)
			}
		})
	}
}

func TestTraceAnotherServerNeedsAPassword(t *testing.T) {
	t.Setenv(passwordVariable, "")
	a := asker{server: "http://127.0.0.1:1", user: "auditor@audit"}
	if _, err := a.connect(t.Context()); err == nil || !strings.Contains(err.Error(), passwordVariable) {
		t.Fatal(err)
	}
}

func TestPrintReplay(t *testing.T) {
	for _, tc := range []struct {
		report projection.ReplayReport
		json   bool
		want   string
	}{
		{projection.ReplayReport{Blocks: 3, Want: "aa", Got: "aa", Equal: true}, false, "EQUAL"},
		{projection.ReplayReport{Blocks: 3, Want: "aa", Got: "bb"}, false, "DIFFERENT"},
		{projection.ReplayReport{Blocks: 3, Want: "aa", Got: "bb"}, true, `{"blocks":3,"want":"aa","got":"bb","equal":false}`},
	} {
		var out bytes.Buffer
		if err := printReplay(&out, tc.report, tc.json); err != nil || !strings.Contains(out.String(), tc.want) {
			t.Errorf("%v %s", err, out.String())
		}
	}
}

func TestExitCodes(t *testing.T) {
	for _, tc := range []struct {
		err  error
		want int
	}{{nil, exitDone}, {errors.New("x"), exitFailed}, {errAnswerNo, exitFailed}, {ledger.Refuse(ledger.LotUnknown, "x"), exitFailed},
		{usageError{errors.New("x"), "gateway trace"}, exitUsage}, {fmt.Errorf("more: %w", usageError{errors.New("x"), "gateway"}), exitUsage}} {
		if got := report(tc.err); got != tc.want {
			t.Errorf("%v: %d, want %d", tc.err, got, tc.want)
		}
	}
}

func TestServeRefusesHalfATLSPair(t *testing.T) {
	err := serve(t.Context(), serveOptions{certificate: "cert.pem"})
	var usage usageError
	if !errors.As(err, &usage) {
		t.Fatal(err)
	}
	if err := serve(t.Context(), serveOptions{config: filepath.Join(t.TempDir(), "none.yaml")}); err == nil {
		t.Fatal("a configuration that is not there")
	}
}
