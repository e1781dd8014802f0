package projection_test

import (
	"slices"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
	"fundtrace/gateway/trace"
)

// readers are who looks at the story.
var readers = map[string]projection.Scope{
	"finance":    projection.ScopeOf(ledger.FinanceMSP, bureau),
	"audit":      projection.ScopeOf(ledger.AuditMSP, "other:auditor"),
	"bank 1":     projection.ScopeOf(ledger.BankMSP, bank1),
	"bank 2":     projection.ScopeOf(ledger.BankMSP, bank2),
	"parent":     projection.ScopeOf(ledger.ManagerMSP, managerP),
	"a":          projection.ScopeOf(ledger.ManagerMSP, managerA),
	"b":          projection.ScopeOf(ledger.ManagerMSP, managerB),
	"e1":         projection.ScopeOf(ledger.EnterpriseMSP, e1),
	"e3":         projection.ScopeOf(ledger.EnterpriseMSP, e3),
	"stranger":   projection.ScopeOf(ledger.EnterpriseMSP, "other:stranger"),
	"no party":   projection.ScopeOf(ledger.ManagerMSP, ""),
	"no such":    projection.ScopeOf("ElsewhereMSP", bureau),
	"zero value": {},
}

// TestScopeOfAccounts says for each reader which accounts it sees, and what it sees of each: remaining, and remaining that
// is hidden. The two must sum to what is there.
func TestScopeOfAccounts(t *testing.T) {
	w := newWorld(t)
	w.populate()
	w.story()
	whole := map[string][2]int64{}
	for id, b := range balances {
		whole[id] = [2]int64{b[0], 0}
	}
	for reader, want := range map[string]map[string][2]int64{
		"finance": whole,
		"audit":   whole,
		"bank 1":  {acctP: {150_000, 0}, acctA: {10_000, 0}, acct1: {190_000, 0}, acct1b: {10_000, 0}, acct2: {100_000, 0}, acctCash: {0, 0}},
		"bank 2":  {acctB: {30_000, 0}, acct3: {240_000, 0}},
		// Everything that the parent fund fed. Oldest first, e1 has spent the parent's 50,000, then its own 80,000, of which
		// 10,000 went to e3 together with 30,000 of sub-fund a's money.
		"parent": {acctP: {150_000, 0}, acctA: {10_000, 0}, acctB: {30_000, 0}, acct1: {190_000, 0}, acct1b: {10_000, 0}, acct2: {100_000, 0},
			acct3: {230_000, 10_000}},
		"a":          {acctA: {10_000, 0}, acct1: {190_000, 0}, acct1b: {10_000, 0}, acct2: {100_000, 0}, acct3: {30_000, 210_000}},
		"b":          {acctB: {30_000, 0}, acct3: {200_000, 40_000}},
		"e1":         {acct1: {190_000, 0}, acct1b: {10_000, 0}},
		"e3":         {acct3: {240_000, 0}},
		"stranger":   {},
		"no party":   {},
		"no such":    {},
		"zero value": {},
	} {
		t.Run(reader, func(t *testing.T) {
			page, err := w.db.Accounts(t.Context(), readers[reader], projection.AccountFilter{}, projection.List{})
			if err != nil {
				t.Fatal(err)
			}
			got := map[string][2]int64{}
			for _, a := range page.Items {
				got[a.ID] = [2]int64{a.Balance.Remaining, a.Balance.Hidden.Amount}
				if a.Balance.Remaining+a.Balance.Hidden.Amount != balances[a.ID][0] {
					t.Errorf("%s: %d seen and %d hidden of %d", a.ID, a.Balance.Remaining, a.Balance.Hidden.Amount, balances[a.ID][0])
				}
				lots, err := w.db.Lots(t.Context(), readers[reader], projection.LotFilter{Account: a.ID, Live: true}, projection.List{Limit: 500})
				if err != nil {
					t.Fatal(err)
				}
				sum := int64(0)
				for _, l := range lots.Items {
					sum += l.Remaining
				}
				if sum != a.Balance.Remaining || lots.Hidden != a.Balance.Hidden {
					t.Errorf("%s: lots sum to %d and hide %v, the balance is %+v", a.ID, sum, lots.Hidden, a.Balance)
				}
			}
			if len(got) != len(want) {
				t.Errorf("sees %v, want %v", got, want)
			}
			for id, b := range want {
				if got[id] != b {
					t.Errorf("%s: remaining and hidden %v, want %v", id, got[id], b)
				}
			}
			for id := range balances {
				_, err := w.db.Account(t.Context(), readers[reader], id)
				if _, ok := want[id]; ok != (err == nil) {
					t.Errorf("account %s by its identifier: %v", id, err)
				} else if !ok && ledger.ErrorCode(err) != ledger.AccountUnknown {
					t.Errorf("hidden account %s: %v", id, err)
				}
				if _, ok := want[id]; !ok {
					if _, err := w.db.Lots(t.Context(), readers[reader], projection.LotFilter{Account: id}, projection.List{}); ledger.ErrorCode(err) != ledger.AccountUnknown {
						t.Errorf("lots of hidden account %s: %v", id, err)
					}
					if _, err := w.db.PickLots(t.Context(), readers[reader], id, 1); ledger.ErrorCode(err) != ledger.AccountUnknown {
						t.Errorf("pick from hidden account %s: %v", id, err)
					}
				}
			}
		})
	}
}

// TestScopeOfMovements checks that what is seen and what is hidden sum to the whole, that nothing else can be read by its
// identifier, and that filters that name hidden things answer nothing.
func TestScopeOfMovements(t *testing.T) {
	w := newWorld(t)
	w.populate()
	w.story()
	list := func(s projection.Scope, f projection.MovementFilter) (ids []string, amount int64) {
		page, err := w.db.Movements(t.Context(), s, f, projection.List{Limit: 500})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range page.Items {
			ids = append(ids, m.ID)
			amount += m.Amount
		}
		return ids, amount
	}
	everything, sum := list(all, projection.MovementFilter{})
	for reader, want := range map[string]int{"finance": 16, "audit": 16, "bank 1": 14, "bank 2": 4, "parent": 14, "a": 7, "b": 3, "e1": 8, "e3": 3, "stranger": 0,
		"no party": 0, "zero value": 0} {
		t.Run(reader, func(t *testing.T) {
			s := readers[reader]
			seen, amount := list(s, projection.MovementFilter{})
			if len(seen) != want {
				t.Errorf("sees %d movements, want %d", len(seen), want)
			}
			totals, err := w.db.MovementTotals(t.Context(), s, projection.MovementFilter{})
			if err != nil {
				t.Fatal(err)
			}
			if reader == "no party" || reader == "zero value" {
				if len(totals) != 0 {
					t.Errorf("who sees nothing is told %+v", totals)
				}
			} else if x := totals[0]; x.Movements != int64(want) || x.Amount != amount || x.Movements+x.Hidden.Movements != int64(len(everything)) || x.Amount+x.Hidden.Amount != sum {
				t.Errorf("totals %+v of %d movements of %d", x, len(everything), sum)
			}
			for _, id := range everything {
				d, err := w.db.Movement(t.Context(), s, id)
				if slices.Contains(seen, id) != (err == nil) {
					t.Errorf("movement %s: %v", id, err)
				} else if err != nil && ledger.ErrorCode(err) != ledger.MovementUnknown {
					t.Errorf("movement %s: %v", id, err)
				} else if err == nil {
					got := d.Hidden.Amount
					for _, y := range d.Yields {
						got += y.Amount
						if _, err := w.db.Lot(t.Context(), s, y.ID); err != nil {
							t.Errorf("yield %s of a movement that is seen: %v", y.ID, err)
						}
					}
					if got != d.Amount {
						t.Errorf("yields and hidden of %s sum to %d, want %d", id, got, d.Amount)
					}
				}
			}
		})
	}
	for _, f := range []projection.MovementFilter{{From: acctB}, {To: acct3}, {Fund: fundB}, {Party: e3}, {Party: e1, Fund: fundB}} {
		totals, err := w.db.MovementTotals(t.Context(), readers["e1"], f)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range totals {
			if x.Hidden != (projection.HiddenMovement{}) {
				t.Errorf("%+v tells e1 of hidden movements: %+v", f, x)
			}
		}
	}
}

func TestScopeOfNames(t *testing.T) {
	w := newWorld(t)
	w.populate()
	w.story()
	for reader, want := range map[string]struct {
		enterprises []string
		funds       []string
		commitments int
	}{
		"finance":  {[]string{e1, e2, e3, supplier}, []string{fundA, fundB, fundP}, 1},
		"bank 1":   {[]string{e1, e2, e3, supplier}, []string{fundA, fundB, fundP}, 1},
		"bank 2":   {[]string{e1, e3}, []string{fundB, fundP}, 0},
		"parent":   {[]string{e1, e2, e3, supplier}, []string{fundA, fundB, fundP}, 1},
		"a":        {[]string{e1, e2, e3}, []string{fundA, fundP}, 0},
		"b":        {[]string{e3}, []string{fundB, fundP}, 0},
		"e1":       {[]string{e1, e3, supplier}, []string{fundA, fundP}, 0},
		"stranger": {nil, nil, 0},
	} {
		t.Run(reader, func(t *testing.T) {
			s := readers[reader]
			parties, err := w.db.Parties(t.Context(), s, projection.PartyFilter{Kind: "PRIVATE"}, projection.List{})
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, p := range parties.Items {
				names = append(names, p.ID)
			}
			if !slices.Equal(names, want.enterprises) {
				t.Errorf("sees enterprises %v, want %v", names, want.enterprises)
			}
			funds, err := w.db.Funds(t.Context(), s, projection.FundFilter{}, projection.List{})
			if err != nil {
				t.Fatal(err)
			}
			names = nil
			for _, f := range funds.Items {
				names = append(names, f.ID)
			}
			if !slices.Equal(names, want.funds) {
				t.Errorf("sees funds %v, want %v", names, want.funds)
			}
			c, err := w.db.Commitments(t.Context(), s, projection.CommitmentFilter{}, projection.List{})
			if err != nil || len(c.Items) != want.commitments {
				t.Errorf("sees %d commitments, want %d, %v", len(c.Items), want.commitments, err)
			}
		})
	}
}

// TestScopeOfTraces follows the treasury's money for each reader that may see it. What is hidden closes the totals.
func TestScopeOfTraces(t *testing.T) {
	w := newWorld(t)
	w.populate()
	m := w.story()
	forward := func(reader, movement string) (*trace.Answer, error) {
		f, err := w.db.Forest(t.Context(), readers[reader])
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		return trace.Forward(t.Context(), f, ledger.LotID(movement, 0), trace.Options{})
	}
	for _, c := range []struct {
		reader, movement string
		want             trace.Totals
	}{
		// 600,000: a got 400,000 of it (250,000 to e1, of which 190,000 stay, 10,000 are in its other account, 30,000 at e3 and
		// 20,000 came back; 100,000 to e2; 60,000 under way; 10,000 idle), b the other 200,000, which lie at e3.
		{"finance", m.gov, trace.Totals{Traced: 600_000, Idle: 10_000, InTransit: 60_000, Reached: 190_000 + 10_000 + 30_000 + 100_000 + 200_000}},
		{"parent", m.gov, trace.Totals{Traced: 600_000, Idle: 10_000, InTransit: 60_000, Reached: 190_000 + 10_000 + 30_000 + 100_000 + 200_000}},
		{"bank 1", m.gov, trace.Totals{Traced: 600_000, Idle: 10_000, InTransit: 60_000, Reached: 300_000, Hidden: 230_000}},
		{"a", m.toA, trace.Totals{Traced: 400_000, Idle: 10_000, InTransit: 60_000, Reached: 330_000}},
		{"e1", m.aToE1, trace.Totals{Traced: 250_000, Idle: 190_000, Reached: 10_000, Hidden: 50_000}},
	} {
		a, err := forward(c.reader, c.movement)
		if err != nil {
			t.Errorf("%s: %v", c.reader, err)
			continue
		}
		if a.Totals != c.want || !a.Totals.Closes() {
			t.Errorf("%s: totals %+v, want %+v", c.reader, a.Totals, c.want)
		}
	}
	for _, c := range [][2]string{{"b", m.gov}, {"e1", m.gov}, {"e3", m.aToE1}, {"stranger", m.gov}, {"bank 2", m.gov}, {"zero value", m.gov}} {
		if _, err := forward(c[0], c[1]); ledger.ErrorCode(err) != ledger.LotUnknown {
			t.Errorf("%s traces money it may not see: %v", c[0], err)
		}
	}
}
