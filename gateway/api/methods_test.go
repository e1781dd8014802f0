package api

import (
	"net/url"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace/attribution"
	"fundtrace/gateway/trace/convention"
	"fundtrace/gateway/trace/ways"
)

// Accounts of the worked example of docs/tracing.md.
const (
	goldFund = "acct:gold-fund"
	gold     = "acct:gold"
)

// golden records the worked example: an enterprise with money of its own and of a fund that is 30 % public, and three
// payments out of one account. It answers the lot of public money.
func golden(t *testing.T, w *world) (gov string) {
	t.Helper()
	w.furnish()
	fund := "other:gold-fund"
	w.write("officer@finance", "/parties", ledger.Party{ID: fund, Kind: ledger.FundEntity, Name: "产业基金", Region: "210000"})
	w.write("custodian@bank", "/accounts", ledger.Account{ID: goldFund, Owner: fund, Bank: party("custodian@bank"), Currency: "CNY", Purpose: ledger.Custody})
	w.write("custodian2@bank", "/accounts", ledger.Account{ID: gold, Owner: party("e2@enterprise"), Bank: party("custodian2@bank"), Currency: "CNY", Purpose: ledger.Operating})
	w.write("officer@finance", "/funds", ledger.Fund{ID: "fund:gold", Party: fund, Level: "DIRECT", Class: "INDUSTRY", Manager: party("dalian@manager"), Account: goldFund,
		Region: "210000", TermStart: "2020-01-01", TermEnd: "2030-01-01", Name: "gold"})
	in := func(path, to, date, ref string, yuan int64, o ledger.Origin) Written {
		user := "custodian@bank"
		if to == gold {
			user = "custodian2@bank"
		}
		return w.write(user, path, Payment{To: to, Amount: yuan * 100, Currency: "CNY", Date: date, BankRef: ref, Origin: &o})
	}
	pay := func(date, ref string, yuan int64, purpose ledger.Purpose) {
		w.write("custodian2@bank", "/uses", Payment{From: gold, Payee: party("e1@enterprise"), Purpose: purpose, Amount: yuan * 100, Currency: "CNY", Date: date, BankRef: ref})
	}
	own := ledger.Origin{Source: ledger.OwnMoney}
	gov = in("/contributions", goldFund, "2025-03-01", "G1", 5_400_000, ledger.Origin{Source: ledger.GeneralBudget, Investor: party("officer@finance"), BudgetLine: "2025-2160299"}).lot(t)
	in("/contributions", goldFund, "2025-03-01", "G2", 12_600_000, ledger.Origin{Source: ledger.SocialCapital, Investor: party("e1@enterprise")})
	in("/own-funds", gold, "2025-04-01", "G3", 6_000_000, own)
	w.write("custodian@bank", "/disbursements", Payment{From: goldFund, To: gold, Amount: 18_000_000_00, Currency: "CNY", Date: "2025-04-15", BankRef: "G4"})
	in("/own-funds", gold, "2025-05-01", "G5", 10_000_000, own)
	pay("2025-05-10", "G6", 12_000_000, ledger.PurposeRD)
	in("/own-funds", gold, "2025-06-01", "G7", 5_000_000, own)
	pay("2025-06-20", "G8", 20_000_000, ledger.PurposeEquipment)
	pay("2025-06-29", "G9", 4_000_000, ledger.PurposePayroll)
	return gov
}

// read asks for JSON, checks it against the description, and decodes it.
func read[T any](t *testing.T, w *world, user, path string) T {
	t.Helper()
	rec := w.do(user, "GET", Base+path, nil)
	if rec.Code != 200 {
		t.Fatalf("%s %s: %d %s", user, path, rec.Code, rec.Body)
	}
	loadDescription(t, w).check(t, "GET", path, rec)
	return decode[T](t, rec)
}

// The figures of the worked example, in fen: X, Y and Z are uses for research, equipment and payroll.
var goldFigures = map[convention.Method][4]int64{
	convention.FIFO:    {180_000_000, 360_000_000, 0, 0},
	convention.LIFO:    {60_000_000, 450_000_000, 30_000_000, 0},
	convention.ProRata: {190_588_235, 258_823_530, 51_764_706, 38_823_529},
	convention.LIBR:    {0, 0, 240_000_000, 300_000_000},
}

func TestGoldenOnTheLedger(t *testing.T) {
	w := newWorld(t)
	gov := golden(t, w)
	figures := func(cell func(place string) (received, holds int64)) (f [4]int64) {
		for i, sink := range []string{"sink:RD", "sink:EQUIPMENT", "sink:PAYROLL"} {
			f[i], _ = cell(sink)
		}
		_, f[3] = cell(gold)
		return f
	}
	table := read[LotTrace](t, w, "auditor@audit", "/lots/"+gov+"/trace?compare=all").Table
	if len(table.Columns) != len(convention.Methods()) || table.Currency != "CNY" || table.Returned != 0 {
		t.Fatalf("table %+v", table)
	}
	for _, column := range table.Columns {
		want, known := goldFigures[column.Method]
		if !known {
			continue
		}
		got := figures(func(place string) (int64, int64) {
			for _, row := range table.Rows {
				for _, c := range row.Cells {
					if row.ID == place && c.Method == column.Method {
						return c.Received, c.Holds
					}
				}
			}
			return 0, 0
		})
		if got != want || !column.Totals.Closes() || column.Totals.Traced != 540_000_000 {
			t.Errorf("%s: %v, want %v; %+v", column.Version, got, want, column.Totals)
		}
	}
	for method, want := range goldFigures {
		a := read[LotTrace](t, w, "auditor@audit", "/lots/"+gov+"/trace?method="+string(method)).ByConvention
		got := figures(func(place string) (int64, int64) {
			for _, p := range a.Places {
				if p.ID == place {
					return p.Received, p.Holds
				}
			}
			return 0, 0
		})
		if got != want {
			t.Errorf("%s: %v, want %v", a.Version, got, want)
		}
	}
}

func TestComparisonOnTheLedger(t *testing.T) {
	w := newWorld(t)
	gov := golden(t, w)
	for _, target := range []string{gold, party("e2@enterprise")} {
		c := read[attribution.Comparison](t, w, "auditor@audit", "/traces/comparison?source="+gov+"&target="+url.QueryEscape(target)+"&methods=FIFO,PRO_RATA")
		if len(c.Figures) != 2 || c.Figures[0].Amount != 540_000_000 || c.Bounds == nil || c.Bounds.Least != 540_000_000 || c.Bounds.Most != 540_000_000 {
			t.Errorf("to %s: %+v, bounds %+v", target, c.Figures, c.Bounds)
		}
	}
	c := read[LotTrace](t, w, "auditor@audit", "/lots/"+gov+"/trace?compare=all&target="+gold).Comparison
	if len(c.Figures) != len(convention.Methods()) || c.Bounds.Inflow != 39_000_000_00 || c.Figures[5].Holds != 300_000_000 {
		t.Errorf("%+v, bounds %+v", c.Figures, c.Bounds)
	}
	// All capital of the fund is 18 million, all public money that entered anywhere 5.5 million.
	if a := read[attribution.Answer](t, w, "officer@finance", "/traces?source=fund:gold&method=LIFO"); a.Totals.Traced != 18_000_000_00 || !a.Totals.Closes() {
		t.Errorf("fund: %+v", a.Totals)
	}
	if a := read[attribution.Answer](t, w, "officer@finance", "/traces?source=PUBLIC&method=PRO_RATA&depth=1&limit=2"); a.Totals.Traced != 5_500_000_00 || len(a.Lines) != 2 || a.Next == "" || !a.Truncated {
		t.Errorf("public money: %+v, %d lines", a.Totals, len(a.Lines))
	}
	if x := read[attribution.Table](t, w, "auditor@audit", "/traces/table?source=SPECIAL_BOND&methods=FIFO"); x.Columns[0].Totals.Traced != 100_000_00 {
		t.Errorf("%+v", x.Columns)
	}
}

func TestLinesOfATraceCanBeDoneByHand(t *testing.T) {
	w := newWorld(t)
	gov := golden(t, w)
	a := read[attribution.Answer](t, w, "auditor@audit", "/traces?source="+gov+"&method=FIFO")
	want := []attribution.Line{
		{Kind: ledger.Contribution, Date: "2025-03-01", To: goldFund, Amount: 540_000_000, Of: 540_000_000, After: 540_000_000},
		{Kind: ledger.Disbursement, Date: "2025-04-15", From: goldFund, To: gold, Amount: 1_800_000_000, Of: 540_000_000, Before: 540_000_000, Held: 1_800_000_000},
		{Kind: ledger.Use, Date: "2025-05-10", From: gold, To: "sink:RD", Amount: 1_200_000_000, Of: 180_000_000, Before: 540_000_000, After: 360_000_000, Held: 3_400_000_000},
		{Kind: ledger.Use, Date: "2025-06-20", From: gold, To: "sink:EQUIPMENT", Amount: 2_000_000_000, Of: 360_000_000, Before: 360_000_000, Held: 2_700_000_000},
	}
	if len(a.Lines) != len(want) {
		t.Fatalf("%+v", a.Lines)
	}
	for i, x := range a.Lines {
		y := want[i]
		if x.Kind != y.Kind || x.Date != y.Date || x.Dated != y.Date || x.From != y.From || x.To != y.To || x.Amount != y.Amount || x.Of != y.Of || x.Before != y.Before ||
			x.After != y.After || x.Held != y.Held || x.Stage != ledger.Credited || len(x.Lots) == 0 || x.Movement == "" {
			t.Errorf("line %d: %+v\nwant %+v", i, x, y)
		}
	}
}

func TestComposition(t *testing.T) {
	w := newWorld(t)
	golden(t, w)
	path := "/accounts/" + gold + "/composition?method="
	c := read[attribution.Composition](t, w, "auditor@audit", path+"PRO_RATA")
	want := map[string][2]int64{ // received and held, in fen
		"OWN_MONEY": {2_100_000_000, 170_588_236}, "SOCIAL_CAPITAL": {1_260_000_000, 90_588_235}, "GENERAL_BUDGET": {540_000_000, 38_823_529}}
	if c.Received != 3_900_000_000 || c.Holds != 300_000_000 || len(c.Sources) != len(want) {
		t.Fatalf("%+v", c)
	}
	for _, s := range c.Sources {
		if got := [2]int64{s.Received, s.Holds}; got != want[s.Source] || s.Public != (s.Source == "GENERAL_BUDGET") {
			t.Errorf("%+v, want %v", s, want[s.Source])
		}
	}
	if c := read[attribution.Composition](t, w, "auditor@audit", path+"LIBR&by=PUBLIC&protected=PUBLIC"); c.Sources[1].Source != "PUBLIC" || c.Sources[1].Holds != 300_000_000 {
		t.Errorf("LIBR: %+v", c)
	}
	if c := read[attribution.Composition](t, w, "auditor@audit", path+"FIFO&as_of=2025-04-10"); c.Holds != 600_000_000 || len(c.Sources) != 1 {
		t.Errorf("before the fund paid: %+v", c)
	}
	// The enterprise sees its own account whole, and not what is above it.
	if c := read[attribution.Composition](t, w, "e2@enterprise", path+"FIFO"); c.Unseen != 1_800_000_000 || c.Holds != 300_000_000 {
		t.Errorf("the enterprise: %+v", c)
	}
}

func TestConventionsForWhoSeesAPart(t *testing.T) {
	w := newWorld(t)
	gov := golden(t, w)
	// The fund's manager sees the fund's account whole and the enterprise's in part: there its trace ends.
	a := read[attribution.Answer](t, w, "dalian@manager", "/traces?source="+gov+"&method=FIFO")
	if a.Totals.Hidden != 540_000_000 || !a.Totals.Closes() || len(a.Places) != 2 {
		t.Errorf("the manager: %+v %+v", a.Totals, a.Places)
	}
	play(t, w, []scenario{
		{name: "not whole", user: "dalian@manager", method: "GET", path: "/accounts/" + gold + "/composition", status: 403, has: []string{`"code":"ACCOUNT_NOT_WHOLE"`}},
		{name: "not its lot", user: "e1@enterprise", method: "GET", path: "/traces?source=" + gov, status: 404, has: []string{`"code":"LOT_UNKNOWN"`}},
		{name: "not all money", user: "dalian@manager", method: "GET", path: "/traces?source=PUBLIC", status: 403, has: []string{`"code":"ACCOUNT_NOT_WHOLE"`}},
		{name: "not its fund", user: "shenyang@manager", method: "GET", path: "/traces?source=fund:gold", status: 404, has: []string{`"code":"FUND_UNKNOWN"`}},
		{name: "not its account", user: "e1@enterprise", method: "GET", path: "/accounts/" + gold + "/composition", status: 404, has: []string{`"code":"ACCOUNT_UNKNOWN"`}},
		{name: "no source", user: "auditor@audit", method: "GET", path: "/traces", status: 400, has: []string{`"code":"QUERY_INVALID"`}},
		{name: "no method", user: "auditor@audit", method: "GET", path: "/traces?source=" + gov + "&method=HIFO", status: 400, has: []string{`"code":"QUERY_INVALID"`}},
		{name: "no methods", user: "auditor@audit", method: "GET", path: "/traces/table?source=" + gov + "&methods=HIFO", status: 400, has: []string{`"code":"QUERY_INVALID"`, "methods"}},
		{name: "LIBR of nothing", user: "auditor@audit", method: "GET", path: "/accounts/" + gold + "/composition?method=LIBR", status: 422, has: []string{`"code":"FIELD_MISSING"`}},
		{name: "before genesis", user: "auditor@audit", method: "GET", path: "/traces?source=" + gov + "&known_at=0", status: 404, has: []string{`"code":"LOT_UNKNOWN"`}},
		{name: "to come", user: "auditor@audit", method: "GET", path: "/traces?source=" + gov + "&known_at=9999", status: 422, has: []string{`"code":"FIELD_INVALID"`}},
		{name: "backward", user: "auditor@audit", method: "GET", path: "/lots/" + gov + "/trace?method=FIFO&direction=backward", status: 400, has: []string{`"code":"QUERY_INVALID"`, "composition"}},
		{name: "target alone", user: "auditor@audit", method: "GET", path: "/lots/" + gov + "/trace?target=" + gold, status: 400, has: []string{`"code":"QUERY_INVALID"`, "compare"}},
		{name: "no target", user: "auditor@audit", method: "GET", path: "/traces/comparison?source=" + gov + "&target=acct:none", status: 404, has: []string{`"code":"ACCOUNT_UNKNOWN"`}},
	})
}

func TestPathsAndCircles(t *testing.T) {
	w := newWorld(t)
	s := w.furnish()
	from, to := party("officer@finance"), party("e1@enterprise")
	w.write("custodian@bank", "/distributions", Payment{From: parentAccount, To: treasuryAccount, Amount: 1_000_00, Currency: "CNY", Date: "2024-06-01", BankRef: "C0"})
	a := read[ways.Answer](t, w, "auditor@audit", "/paths?from="+parentAccount+"&to="+url.QueryEscape(to))
	if len(a.Ways) != 1 || len(a.Ways[0].Hops) != 2 || a.Ways[0].Amount != 30_000_00 || a.Ways[0].Days != 29 || a.Ways[0].First != "2024-02-01" || a.Ways[0].Last != "2024-03-01" ||
		a.Ways[0].Hops[1].Movements[0] != s.toE1.Movement {
		t.Errorf("%+v", a)
	}
	if a := read[ways.Answer](t, w, "auditor@audit", "/paths?hops=1&from="+parentAccount+"&to="+url.QueryEscape(to)); len(a.Ways) != 0 {
		t.Errorf("one hop: %+v", a)
	}
	if a := read[ways.Answer](t, w, "auditor@audit", "/paths?from="+url.QueryEscape(to)+"&to="+url.QueryEscape(from)); len(a.Ways) != 0 {
		t.Errorf("against the current: %+v", a)
	}
	if c := read[ways.Circles](t, w, "auditor@audit", "/circles"); len(c.Rows) != 0 {
		t.Errorf("no circle yet: %+v", c)
	}
	back := w.write("custodian2@bank", "/returns", Payment{From: e1Account, To: shenyangAccount, Amount: 7_000_00, Currency: "CNY", Date: "2024-07-01", BankRef: "C1"})
	c := read[ways.Circles](t, w, "auditor@audit", "/circles")
	if len(c.Rows) != 1 || c.Rows[0].Amount != 7_000_00 || c.Rows[0].Days != 122 || len(c.Rows[0].Stops) != 3 || c.Rows[0].Movements[1] != back.Movement {
		t.Errorf("%+v", c)
	}
	if c := read[ways.Circles](t, w, "auditor@audit", "/circles?days=100"); len(c.Rows) != 0 {
		t.Errorf("within 100 days: %+v", c)
	}
	if c := read[ways.Circles](t, w, "e2@enterprise", "/circles"); len(c.Rows) != 0 {
		t.Errorf("e2 is shown %+v", c)
	}
	round := read[ways.Answer](t, w, "auditor@audit", "/paths?from="+shenyangAccount+"&to="+shenyangAccount)
	if len(round.Ways) != 1 || round.Ways[0].Amount != 7_000_00 || len(round.Ways[0].Hops) != 2 {
		t.Errorf("%+v", round)
	}
	play(t, w, []scenario{
		{name: "nobody", user: "auditor@audit", method: "GET", path: "/paths?from=other:nobody&to=" + parentAccount, status: 404, has: []string{`"code":"PARTY_UNKNOWN"`}},
		{name: "too far", user: "auditor@audit", method: "GET", path: "/paths?hops=9&from=" + parentAccount + "&to=" + e1Account, status: 400, has: []string{`"code":"QUERY_INVALID"`}},
	})
}
