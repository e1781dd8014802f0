package api

import (
	"context"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/flow"
	"fundtrace/gateway/projection"
	"fundtrace/gateway/trace/convention"
	"fundtrace/network/sample"
)

// Over the whole sample: what was disbursed is what banks credited, every method divides the same money, what reached firms and
// what they spent are parts of it, and each cell opens into movements that add up to it.
func TestFlowsOfTheSample(t *testing.T) {
	w := newWorld(t)
	w.clock = time.Date(2026, 1, 5, 1, 0, 0, 0, time.UTC) // after the sample's last day
	users := map[string]ledger.Caller{}
	for _, u := range sample.Users() {
		users[u.Name] = u.Caller()
	}
	err := sample.Load(t.Context(), sample.Place{Key: consortium, Made: w.clock}, func(_ context.Context, user string, e ledger.Entry) error {
		_, err := w.ledger.Submit(users[user], e)
		return err
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.channel.fold(); err != nil {
		t.Fatal(err)
	}
	book, err := w.db.FlowBook(t.Context(), everything, "", nil, true)
	if err != nil {
		t.Fatal(err)
	}
	table := func(q flow.Query) *flow.Table {
		t.Helper()
		out, err := flow.Cells(t.Context(), book, q)
		if err != nil {
			t.Fatalf("%+v: %v", q, err)
		}
		return out
	}
	disbursed := table(flow.Query{Level: flow.City})
	totals, err := w.db.MovementTotals(t.Context(), everything, projection.MovementFilter{Kind: string(ledger.Disbursement), Stage: string(ledger.Credited)})
	if err != nil || len(totals) != 1 || totals[0].Amount != disbursed.Total.Amount || disbursed.Total.Amount == 0 {
		t.Fatalf("disbursed %+v, credited %+v %v", disbursed.Total, totals, err)
	}
	if len(disbursed.Regions) < 3 || len(disbursed.Years) < 3 || disbursed.Unplaced.Amount != 0 {
		t.Errorf("regions %v, years %v, unplaced %+v", disbursed.Regions, disbursed.Years, disbursed.Unplaced)
	}
	for _, c := range disbursed.Cells {
		p, err := flow.Drill(t.Context(), book, flow.Query{Level: flow.City}, c.Region, c.Year, false, 0, flow.MaxLines)
		if err != nil || p.Total.Amount != c.Amount || p.Total.Movements != c.Movements || p.Total.Parts != c.Parts || p.Total.Firms != c.Firms {
			t.Errorf("cell %+v opens into %+v %v", c, p.Total, err)
		}
	}
	for _, m := range flow.Methods() {
		got := table(flow.Query{Method: m, Level: flow.City}).Total
		if got.Amount != disbursed.Total.Amount || got.Parts.Of(flow.All) != got.Amount {
			t.Errorf("%s: %+v", m, got)
		}
		t.Logf("%-9s public %d of %d", m, got.Parts.Public, got.Amount)
		if m == convention.LIBR {
			continue
		}
		reached, spent := table(flow.Query{Stage: flow.Reached, Method: m}).Total.Amount, table(flow.Query{Stage: flow.Spent, Method: m}).Total.Amount
		if reached <= 0 || reached > got.Amount || spent <= 0 || spent > reached {
			t.Errorf("%s: reached %d, spent %d of %d", m, reached, spent, got.Amount)
		}
	}
	if ordered, promised := table(flow.Query{Stage: flow.Instructed}).Total.Amount, table(flow.Query{Stage: flow.Committed}).Total.Amount; ordered < disbursed.Total.Amount || promised == 0 {
		t.Errorf("ordered %d, promised %d", ordered, promised)
	}
}
