package projection_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
	"fundtrace/gateway/trace"
)

// TestSources asks whose money enterprise 1 received and holds, first for who sees everything, then for itself.
func TestSources(t *testing.T) {
	w := newWorld(t)
	w.populate()
	m := w.story()
	ask := func(s projection.Scope) *trace.Sources {
		t.Helper()
		f, err := w.db.Forest(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		out, err := trace.ForParty(t.Context(), f, e1, trace.Options{AsOf: today})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	// 250,000 of the treasury's by way of sub-fund a, 80,000 of its own, 50,000 of social capital straight from the parent fund.
	// Oldest first it has spent the social capital and its own money; 10,000 of that and 30,000 of the treasury's went to e3,
	// 20,000 of the treasury's back to the sub-fund. The 10,000 in its other account are still its own to hold.
	s := ask(all)
	if want := (trace.Flow{Received: 380_000, Holds: 200_000, Spent: 120_000, PassedOn: 60_000, Returned: 20_000}); s.Totals != want {
		t.Errorf("totals %+v, want %+v", s.Totals, want)
	}
	want := []trace.SourceRow{
		{Origin: trace.Origin{Lot: ledger.LotID(m.gov, 0), Source: ledger.GeneralBudget, BudgetLine: "2025-2160299", Investor: bureau, Account: acctP, Fund: fundP, Date: firstDate},
			Flow: trace.Flow{Received: 250_000, Holds: 200_000, PassedOn: 50_000, Returned: 20_000}, First: "2025-03-01", Last: "2025-03-01", Oldest: "2025-03-01", Days: 121},
		{Origin: trace.Origin{Lot: ledger.LotID(m.own, 0), Source: ledger.OwnMoney, Account: acct1, Date: "2025-02-04"},
			Flow: trace.Flow{Received: 80_000, Spent: 70_000, PassedOn: 10_000}, First: "2025-02-04", Last: "2025-02-04"},
		{Origin: trace.Origin{Lot: ledger.LotID(m.social, 0), Source: ledger.SocialCapital, Investor: e3, Account: acctP, Fund: fundP, Date: "2025-01-10"},
			Flow: trace.Flow{Received: 50_000, Spent: 50_000}, First: "2025-02-03", Last: "2025-02-03"},
	}
	if !slices.Equal(s.Rows, want) {
		t.Errorf("rows\n%+v\nwant\n%+v", s.Rows, want)
	}
	if b := s.BySource; len(b) != 3 || b[0].Source != ledger.GeneralBudget || !b[0].Public || b[0].Received != 250_000 || b[1].Public {
		t.Errorf("by source %+v", b)
	}
	var links []string
	for _, l := range s.Links {
		links = append(links, l.From+">"+l.To)
	}
	for _, l := range []string{"root:GENERAL_BUDGET 2025-2160299>acct:p", "acct:p>acct:a", "acct:a>acct:e1", "root:SOCIAL_CAPITAL>acct:p", "acct:p>acct:e1", "root:OWN_MONEY>acct:e1"} {
		if !slices.Contains(links, l) {
			t.Errorf("links %v lack %s", links, l)
		}
	}

	s = ask(readers["e1"])
	if s.Totals.Received != 380_000 || s.Totals.Holds != 200_000 || s.Closed != 300_000 || s.Hidden != 0 {
		t.Errorf("for itself: %+v", s)
	}
	for _, row := range s.Rows {
		if row.Closed == (row.Source != "") || strings.HasPrefix(row.Account, "acct:p") {
			t.Errorf("an enterprise is told of what is above it: %+v", row)
		}
	}
	s = ask(readers["a"]) // sees only what its fund fed
	if s.Totals.Received != 250_000 || s.Closed != 250_000 || s.Hidden != 130_000 {
		t.Errorf("for the manager of a: %+v", s)
	}
	f, err := w.db.Forest(t.Context(), readers["b"])
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := trace.ForParty(t.Context(), f, e1, trace.Options{}); ledger.ErrorCode(err) != ledger.PartyUnknown {
		t.Errorf("the manager of b asks for an enterprise that its fund never fed: %v", err)
	}
}

func TestFundTrace(t *testing.T) {
	w := newWorld(t)
	w.populate()
	w.story()
	ask := func(s projection.Scope, fund string) (*trace.FundAnswer, error) {
		f, err := w.db.Forest(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		return trace.ForFund(t.Context(), f, fund, trace.Options{AsOf: today})
	}
	for _, c := range []struct {
		reader, fund string
		want         trace.FundTotals
	}{
		{"finance", fundP, trace.FundTotals{In: 900_000, PassedOn: 750_000, IdleHere: 150_000, Idle: 190_000, InTransit: 130_000, Reached: 530_000, Spent: 50_000}},
		{"finance", fundA, trace.FundTotals{In: 400_000, PassedOn: 330_000, Returned: 20_000, IdleHere: 10_000, Idle: 10_000, InTransit: 60_000, Reached: 330_000}},
		{"a", fundA, trace.FundTotals{In: 400_000, PassedOn: 330_000, Returned: 20_000, IdleHere: 10_000, Idle: 10_000, InTransit: 60_000, Reached: 330_000}},
		{"bank 1", fundA, trace.FundTotals{In: 400_000, PassedOn: 330_000, Returned: 20_000, IdleHere: 10_000, Idle: 10_000, InTransit: 60_000, Reached: 300_000, Hidden: 30_000}},
		{"b", fundB, trace.FundTotals{In: 300_000, PassedOn: 200_000, IdleHere: 30_000, Idle: 30_000, InTransit: 70_000, Reached: 200_000}},
	} {
		a, err := ask(readers[c.reader], c.fund)
		if err != nil {
			t.Errorf("%s asks for %s: %v", c.reader, c.fund, err)
			continue
		}
		if a.Totals != c.want {
			t.Errorf("%s asks for %s\n%+v\nwant\n%+v", c.reader, c.fund, a.Totals, c.want)
		}
	}
	for _, c := range [][2]string{{"a", fundP}, {"a", fundB}, {"e1", fundA}, {"stranger", fundP}, {"finance", "fund:none"}} {
		if _, err := ask(readers[c[0]], c[1]); ledger.ErrorCode(err) != ledger.FundUnknown {
			t.Errorf("%s asks for %s: %v", c[0], c[1], err)
		}
	}
	a, err := ask(all, fundP)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"account":"acct:p"`, `"currency":"CNY"`, `"in":"900000"`, `"budget_line":"2025-2160299"`, `"in":"600000"`, `"idle_here":"150000"`,
		`{"from":"root:GENERAL_BUDGET 2025-2160299","to":"acct:p","amount":"600000","movements":1}`} {
		if !strings.Contains(string(b), part) {
			t.Errorf("%s lacks %s", b, part)
		}
	}
}
