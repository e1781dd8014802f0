package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace"
	"fundtrace/gateway/trace/attribution"
	"fundtrace/gateway/trace/convention"
	"fundtrace/gateway/trace/ways"
)

var byFIFO = attribution.Answer{About: attribution.About{Source: "a.0.0", Currency: "CNY", Payments: 9, Moved: 2, Returned: 7_00}, Method: convention.FIFO, Version: "FIFO/BLEND/SEQUENCE/1",
	Totals: attribution.Totals{Traced: 1000_00, Idle: 600_00, Spent: 400_00},
	Places: []attribution.Landing{{Place: attribution.Place{ID: "acct:fund", Label: "Fund", Kind: trace.InFund}, Received: 1000_00, Holds: 600_00},
		{Place: attribution.Place{ID: "sink:RD", Kind: trace.InSink, Depth: 1}, Received: 400_00, Holds: 400_00}},
	Edges: []attribution.Edge{{To: "acct:fund", Amount: 1000_00, Payments: 1}, {From: "acct:fund", To: "sink:RD", Amount: 400_00, Payments: 2}},
	Lines: []attribution.Line{{Movement: "a.0", Kind: ledger.Contribution, Stage: ledger.Credited, Level: 2, Lots: []string{"a.0.0", "a.0.1"}, Date: "2025-01-01", Dated: "2025-01-01",
		To: "acct:fund", Amount: 1500_00, Of: 1000_00, After: 1000_00}}}

var everyMethod = attribution.Table{About: byFIFO.About, Columns: []attribution.Column{{Method: convention.FIFO, Version: byFIFO.Version, Totals: byFIFO.Totals},
	{Method: convention.Recorded, Code: ledger.DrawsUnbalanced, Refused: "no"}},
	Rows: []attribution.TableRow{{Place: byFIFO.Places[1].Place, Cells: []attribution.Cell{{Method: convention.FIFO, Received: 400_00, Holds: 400_00}}}}}

var compared = attribution.Comparison{About: byFIFO.About, Target: "acct:e1", Bounds: &attribution.Bounds{Least: 1_00, Most: 5_00, Inflow: 9_00},
	Figures: []convention.Figure{{Method: convention.LIFO, Version: "LIFO/BLEND/SEQUENCE/1", Amount: 3_00, Holds: 2_00}, {Method: convention.Recorded, Code: "DRAWS_UNBALANCED"}}}

func TestTraceByMethodCommand(t *testing.T) {
	const most = "depth=0&inside=BLEND&limit=200&method=FIFO&order=SEQUENCE&source=a.0.0"
	for _, tc := range []struct {
		name, args, asked string
		body              any
		has               []string
		exit              int
	}{
		{"a tree", "a.0.0 --method fifo", "/api/v1/traces?" + most, byFIFO, []string{"└─ 1,000.00 → acct:fund Fund (holds 600.00)\n   └─ 400.00 → sink:RD", "traced                 1,000.00", "a.0 ", "2 of 9 payments", "7.00 came back"}, exitDone},
		{"lines", "a.0.0 --method FIFO --format csv", "/api/v1/traces?depth=0&inside=BLEND&limit=2000&method=FIFO&order=SEQUENCE&source=a.0.0", byFIFO,
			[]string{"FIFO/BLEND/SEQUENCE/1,a.0,a.0.0 a.0.1,CONTRIBUTION,CREDITED,2,2025-01-01,2025-01-01,,acct:fund,,150000,100000,0,100000,0,CNY"}, exitDone},
		{"a graph", "a.0.0 --method FIFO --format dot", "/api/v1/traces?" + most, byFIFO, []string{`"acct:fund" -> "sink:RD" [label="40000"]`}, exitDone},
		{"another graph", "a.0.0 --method FIFO --format gexf", "/api/v1/traces?" + most, byFIFO, []string{`<gexf xmlns="http://gexf.net/1.3"`, `weight="40000"`}, exitDone},
		{"as JSON", "--source PUBLIC --method FIFO --format json --as-of 2025-01-31 --known-at 7", "/api/v1/traces?as_of=2025-01-31&depth=0&inside=BLEND&known_at=7&limit=200&method=FIFO&order=SEQUENCE&source=PUBLIC", byFIFO, []string{`"version":"FIFO`}, exitDone},
		{"side by side", "a.0.0 --method all --order CREDITS_FIRST", "/api/v1/traces/table?depth=0&inside=BLEND&order=CREDITS_FIRST&source=a.0.0", everyMethod, []string{"FIFO", "DRAWS_UNBALANCED", "sink:RD    400.00                 –"}, exitDone},
		{"some as a table", "--source fund:x --method FIFO,LIFO --format csv", "/api/v1/traces/table?depth=0&inside=BLEND&methods=FIFO%2CLIFO&order=SEQUENCE&source=fund%3Ax", everyMethod, []string{"a.0.0,sink:RD,SINK,,,1,FIFO/BLEND/SEQUENCE/1,40000,40000,CNY"}, exitDone},
		{"a target", "a.0.0 --target acct:e1", "/api/v1/traces/comparison?inside=BLEND&order=SEQUENCE&source=a.0.0&target=acct%3Ae1", compared, []string{"3.00", "1.00 … 5.00", "DRAWS_UNBALANCED"}, exitDone},
		{"a target as a table", "a.0.0 --target acct:e1 --method LIFO --format csv", "/api/v1/traces/comparison?inside=BLEND&methods=LIFO&order=SEQUENCE&source=a.0.0&target=acct%3Ae1", compared, []string{"BOUNDS,,,100,500,900,,CNY"}, exitDone},
		{"the record as a table", "a.0.0 --format csv", "/api/v1/lots/a.0.0/trace?depth=0&direction=forward&limit=2000", forward, []string{"2,d.0.0,b.0.0,,USE,CREDITED,0,2024-04-01,acct:e1,sink:RD,other:lab,,10000,0,0,0,0,CNY"}, exitDone},
		{"no graph of a table", "a.0.0 --method all --format dot", "", everyMethod, nil, exitUsage},
		{"no such form", "a.0.0 --method FIFO --format xls", "", byFIFO, nil, exitUsage},
		{"a method of a party", "--party x --method FIFO", "", byFIFO, nil, exitUsage},
		{"a method backward", "a.0.0 --direction backward --method FIFO", "", byFIFO, nil, exitUsage},
		{"a party as a graph", "--party x --format dot", "", byFIFO, nil, exitUsage},
		{"two sources", "a.0.0 --source PUBLIC", "", byFIFO, nil, exitUsage},
	} {
		t.Run(tc.name, func(t *testing.T) { tryCommand(t, traceCommand(), tc.args, tc.body, tc.asked, tc.has, tc.exit) })
	}
}

func TestWayCommands(t *testing.T) {
	way := ways.Answer{From: "x", To: "y", Hops: 3, Found: 2, Ways: []ways.Way{{Amount: 500, First: "2025-01-01", Last: "2025-02-01", Days: 31,
		Hops: []ways.Hop{{From: ways.Stop{ID: "x"}, To: ways.Stop{ID: "y", Label: "Why"}, Payments: 2, Amount: 700, Movements: []string{"m.0"}}}}}}
	circle := ways.Circles{Found: 1, Rows: []ways.Circle{{Stops: []ways.Stop{{ID: "x"}, {ID: "y"}, {ID: "x"}}, Amount: 500, Currency: "CNY", Times: 1, Days: 9, Movements: []string{"m.0", "n.0"}}}}
	made := attribution.Composition{Account: "acct:a", Currency: "CNY", Version: "FIFO/BLEND/SEQUENCE/1", Received: 900, Holds: 400, Sources: []attribution.Ingredient{{Source: "OWN_MONEY", Received: 900, Holds: 400}}}
	for _, tc := range []struct {
		name, args, asked string
		command           func() *cobra.Command
		body              any
		has               []string
		exit              int
	}{
		{"paths", "x y --hops 3 --days 90", "/api/v1/paths?days=90&from=x&hops=3&limit=50&to=y", pathsCommand, way, []string{"2 ways", "at most 500", "x → y Why: 2 payments, 700", "m.0", "The list is cut"}, exitDone},
		{"one end", "x", "", pathsCommand, way, nil, exitUsage},
		{"circles", "--party p", "/api/v1/circles?hops=4&limit=50&party=p", circlesCommand, circle, []string{"5.00 CNY", "x → y → x", "m.0 n.0"}, exitDone},
		{"composition", "acct:a --method fifo", "/api/v1/accounts/acct:a/composition?by=CLASS&method=FIFO", composeCommand, made, []string{"9.00", "4.00", "OWN_MONEY"}, exitDone},
		{"as JSON", "acct:a --json --as-of 2025-01-01", "/api/v1/accounts/acct:a/composition?as_of=2025-01-01&by=CLASS&method=RECORDED", composeCommand, made, []string{`"holds":"400"`}, exitDone},
	} {
		t.Run(tc.name, func(t *testing.T) { tryCommand(t, tc.command(), tc.args, tc.body, tc.asked, tc.has, tc.exit) })
	}
}

// tryCommand runs a command against a gateway that answers body, and checks what it asked and printed.
func tryCommand(t *testing.T, c *cobra.Command, args string, body any, want string, has []string, exit int) {
	t.Helper()
	dir, asked := localGateway(t, body)
	var out bytes.Buffer
	c.SilenceErrors, c.SilenceUsage = true, true
	c.SetOut(&out)
	c.SetArgs(append(strings.Fields(args), "--dir", dir))
	if got := report(c.ExecuteContext(t.Context())); got != exit {
		t.Fatalf("exit code %d, want %d", got, exit)
	}
	for _, text := range has {
		if !strings.Contains(out.String(), text) {
			t.Errorf("%q is missing in\n%s", text, out.String())
		}
	}
	if want != "" && (len(*asked) != 1 || (*asked)[0] != want) {
		t.Errorf("asked %v, want %s", *asked, want)
	}
}
