package projection_test

import (
	"encoding/json"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
)

var all = projection.Everything()

// balances are what the story leaves: remaining, in transit, arriving.
var balances = map[string][3]int64{
	acctP:    {150_000, 0, 0},
	acctA:    {10_000, 60_000, 0},
	acctB:    {30_000, 70_000, 0},
	acct1:    {190_000, 0, 0},
	acct1b:   {10_000, 0, 0},
	acct2:    {100_000, 0, 60_000},
	acct3:    {240_000, 0, 70_000},
	acctCash: {0, 0, 0},
}

func TestAccounts(t *testing.T) {
	w := newWorld(t)
	w.populate()
	w.story()
	page, err := w.db.Accounts(t.Context(), all, projection.AccountFilter{}, projection.List{})
	if err != nil {
		t.Fatal(err)
	}
	if len(page.Items) != len(balances) || page.Next != "" {
		t.Fatalf("%d accounts, next %q", len(page.Items), page.Next)
	}
	for _, a := range page.Items {
		if got := [3]int64{a.Balance.Remaining, a.Balance.InTransit, a.Balance.Arriving}; got != balances[a.ID] {
			t.Errorf("%s: remaining, in transit, arriving %v, want %v", a.ID, got, balances[a.ID])
		}
		if a.Balance.Hidden != (projection.Hidden{}) {
			t.Errorf("%s: hidden %v from who sees everything", a.ID, a.Balance.Hidden)
		}
	}
	if a := page.Items[0]; a.ID != acctA || a.Fund != fundA || a.Place != "FUND" || a.Block == 0 || len(a.Tx) != 64 {
		t.Errorf("first account %+v", a)
	}
	one, err := w.db.Accounts(t.Context(), all, projection.AccountFilter{Owner: e1, Bank: bank1, Purpose: "OPERATING"}, projection.List{})
	if err != nil || len(one.Items) != 1 || one.Items[0].ID != acct1b {
		t.Errorf("filtered: %+v, %v", one, err)
	}
	if _, err := w.db.Account(t.Context(), all, "acct:none"); ledger.ErrorCode(err) != ledger.AccountUnknown {
		t.Errorf("unknown account: %v", err)
	}
	if _, err := w.db.Account(t.Context(), all, "sink:RD"); ledger.ErrorCode(err) != ledger.AccountUnknown {
		t.Errorf("a sink is no account: %v", err)
	}
}

// TestPages walks every list page by page and expects each row once, in the order of the whole list.
func TestPages(t *testing.T) {
	w := newWorld(t)
	w.populate()
	w.story()
	lists := map[string]func(projection.List) (any, string, error){
		"parties": func(l projection.List) (any, string, error) {
			p, err := w.db.Parties(t.Context(), all, projection.PartyFilter{}, l)
			return p.Items, p.Next, err
		},
		"accounts": func(l projection.List) (any, string, error) {
			p, err := w.db.Accounts(t.Context(), all, projection.AccountFilter{}, l)
			return p.Items, p.Next, err
		},
		"lots": func(l projection.List) (any, string, error) {
			p, err := w.db.Lots(t.Context(), all, projection.LotFilter{Account: acct1}, l)
			return p.Items, p.Next, err
		},
		"funds": func(l projection.List) (any, string, error) {
			p, err := w.db.Funds(t.Context(), all, projection.FundFilter{}, l)
			return p.Items, p.Next, err
		},
		"movements": func(l projection.List) (any, string, error) {
			p, err := w.db.Movements(t.Context(), all, projection.MovementFilter{}, l)
			return p.Items, p.Next, err
		},
	}
	for name, list := range lists {
		t.Run(name, func(t *testing.T) {
			whole, _, err := list(projection.List{Limit: 500})
			if err != nil {
				t.Fatal(err)
			}
			want := split(t, whole)
			if len(want) < 3 {
				t.Fatalf("only %d rows", len(want))
			}
			for size := 1; size <= 3; size++ {
				var got []string
				cursor := ""
				for {
					rows, next, err := list(projection.List{Limit: size, Cursor: cursor})
					if err != nil {
						t.Fatal(err)
					}
					part := split(t, rows)
					if len(part) > size || len(part) == 0 {
						t.Fatalf("page of %d rows, at most %d asked for", len(part), size)
					}
					got = append(got, part...)
					if cursor = next; next == "" {
						break
					}
				}
				if strings.Join(got, "\n") != strings.Join(want, "\n") {
					t.Errorf("pages of %d differ from the whole", size)
				}
			}
		})
	}
	for _, bad := range []string{"x", "!!", "WyJhIl0", "bnVsbA"} {
		if _, err := w.db.Movements(t.Context(), all, projection.MovementFilter{}, projection.List{Cursor: bad}); ledger.ErrorCode(err) != ledger.FieldInvalid {
			t.Errorf("cursor %q: %v", bad, err)
		}
	}
}

func split(t *testing.T, rows any) []string {
	t.Helper()
	b, err := json.Marshal(rows)
	if err != nil {
		t.Fatal(err)
	}
	var raw []json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		t.Fatal(err)
	}
	out := make([]string, len(raw))
	for i := range raw {
		out[i] = string(raw[i])
	}
	return out
}

func TestMovementFilters(t *testing.T) {
	w := newWorld(t)
	w.populate()
	m := w.story()
	for _, c := range []struct {
		name   string
		filter projection.MovementFilter
		rows   int64
		amount int64
	}{
		{"all", projection.MovementFilter{}, 16, 2_600_000},
		{"kind", projection.MovementFilter{Kind: "DISBURSEMENT"}, 6, 730_000},
		{"stage", projection.MovementFilter{Stage: "DEBITED"}, 1, 60_000},
		{"from", projection.MovementFilter{From: acctA}, 3, 410_000},
		{"to", projection.MovementFilter{To: acct3}, 3, 310_000},
		{"party by its accounts", projection.MovementFilter{Party: e1}, 8, 570_000},
		{"party as payee", projection.MovementFilter{Party: supplier}, 2, 120_000},
		{"fund", projection.MovementFilter{Fund: fundB}, 3, 570_000},
		{"since", projection.MovementFilter{Since: "2025-05-01"}, 4, 160_000},
		{"until", projection.MovementFilter{Until: "2025-01-10"}, 2, 900_000},
		{"level", projection.MovementFilter{MinLevel: 2}, 7, 1_030_000},
		{"purpose", projection.MovementFilter{Purpose: "RD"}, 1, 90_000},
		{"commitment", projection.MovementFilter{Commitment: "cmt:gov"}, 1, 600_000},
		{"nothing", projection.MovementFilter{From: "acct:none"}, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			page, err := w.db.Movements(t.Context(), all, c.filter, projection.List{Limit: 500})
			if err != nil {
				t.Fatal(err)
			}
			sum := int64(0)
			for _, m := range page.Items {
				sum += m.Amount
			}
			if int64(len(page.Items)) != c.rows || sum != c.amount {
				t.Errorf("%d movements of %d, want %d of %d", len(page.Items), sum, c.rows, c.amount)
			}
			totals, err := w.db.MovementTotals(t.Context(), all, c.filter)
			if err != nil {
				t.Fatal(err)
			}
			var got projection.Total
			if len(totals) > 0 {
				got = totals[0]
			}
			if got.Movements != c.rows || got.Amount != c.amount || got.Hidden.Movements != 0 {
				t.Errorf("totals %+v", totals)
			}
		})
	}
	d, err := w.db.Movement(t.Context(), all, m.underWay)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := json.Marshal(d)
	for _, part := range []string{`"stage":"DEBITED"`, `"level":1`, `"from":"acct:a"`, `"to_fund"`, `"from_fund":"fund:a"`, `"amount":"60000"`, `"writer":{"msp":"ManagerMSP"`} {
		if part == `"to_fund"` {
			if strings.Contains(string(b), part) {
				t.Errorf("an enterprise's account is of no fund: %s", b)
			}
		} else if !strings.Contains(string(b), part) {
			t.Errorf("%s lacks %s", b, part)
		}
	}
	if len(d.Steps) != 1 || d.Steps[0].Stage != ledger.Debited || d.Steps[0].Block == 0 || len(d.Draws) == 0 || len(d.Draws) != len(d.Yields) {
		t.Errorf("steps %+v draws %+v yields %+v", d.Steps, d.Draws, d.Yields)
	}
	for _, id := range []string{"", "x", "0123456789abcdef0123.0", strings.Repeat("界", 100)} {
		if _, err := w.db.Movement(t.Context(), all, id); ledger.ErrorCode(err) != ledger.MovementUnknown {
			t.Errorf("movement %q: %v", id, err)
		}
	}
}

func TestRegistry(t *testing.T) {
	w := newWorld(t)
	w.populate()
	w.submit(officer, ledger.Op{Type: ledger.PartyRevise, Party: &ledger.Party{ID: e1, Kind: ledger.Private, Name: "renamed", Region: "210200", Version: 2, EffectiveFrom: "2025-06-01"}})
	sha := strings.Repeat("ab", 32)
	w.submit(officer, ledger.Op{Type: ledger.DocumentRecord, Document: &ledger.Document{SHA256: sha, Size: 10, MediaType: "application/pdf", Subject: fundA, Kind: "AGREEMENT"}})
	w.settle(ledger.Contribution, "", acctP, 600_000, firstDate, origin(ledger.GeneralBudget, bureau, "2025-2160299"), calling("cmt:gov"))
	w.sync()
	ctx := t.Context()

	p, err := w.db.Party(ctx, all, e1)
	if err != nil || p.Name != "renamed" || p.Version != 2 || len(p.Versions) != 2 || p.Versions[1].Name != "name of "+e1 || len(p.Accounts) != 2 {
		t.Errorf("party %+v, %v", p, err)
	}
	for q, want := range map[string]int{"renam": 1, "manager-": 3, "other:e": 3, "e1": 1, "%": 0, "_1": 0} {
		got, err := w.db.Parties(ctx, all, projection.PartyFilter{Query: q}, projection.List{})
		if err != nil || len(got.Items) != want {
			t.Errorf("query %q: %d parties, want %d, %v", q, len(got.Items), want, err)
		}
	}
	got, err := w.db.Parties(ctx, all, projection.PartyFilter{Kind: "PRIVATE", Region: "2101"}, projection.List{})
	if err != nil || len(got.Items) != 3 {
		t.Errorf("by kind and region: %d, %v", len(got.Items), err)
	}
	c, err := w.db.Commitment(ctx, all, "cmt:gov")
	if err != nil || c.Called != 600_000 || c.Left != 400_000 {
		t.Fatalf("commitment %+v, %v", c, err)
	}
	l, err := w.db.Lot(ctx, all, c.Lot)
	if err != nil || l.Kind != projection.CommittedCapital || l.Drawn != 600_000 || l.Remaining != 400_000 || l.Account != "cmt:gov" {
		t.Errorf("its lot %+v, %v", l, err)
	}
	f, err := w.db.Fund(ctx, all, fundA)
	if err != nil || f.Parent != fundP || f.Manager != managerA {
		t.Errorf("fund %+v, %v", f, err)
	}
	d, err := w.db.Document(ctx, all, sha)
	if err != nil || d.Subject != fundA || d.Block == 0 {
		t.Errorf("document %+v, %v", d, err)
	}
	tx, err := w.db.Transaction(ctx, all, c.Tx)
	if err != nil || !tx.Valid || tx.MSP != ledger.FinanceMSP || tx.Name != "officer@finance" || len(tx.Entries) != 1 || tx.Claimed != "2025-06-30T04:00:00Z" {
		t.Errorf("transaction %+v, %v", tx, err)
	}
	st, err := w.db.Status(ctx)
	if err != nil || st.Next != w.l.Height() || st.Movements != 1 || st.Funds != 3 || st.Accounts != 8 || len(st.Hash) != 64 {
		t.Errorf("status %+v, %v", st, err)
	}
}

func TestPickLots(t *testing.T) {
	w := newWorld(t)
	w.populate()
	m := w.story()
	ctx := t.Context()
	// e1 holds what is left of a's money and its own; the lots that arrived first are used up.
	draws, err := w.db.PickLots(ctx, all, acctP, 150_000)
	if err != nil || len(draws) != 1 || draws[0].Lot != ledger.LotID(m.social, 0) || draws[0].Amount != 150_000 {
		t.Errorf("the treasury's lot came first and is used up: %+v, %v", draws, err)
	}
	late := w.settle(ledger.Contribution, "", acctP, 5, "2025-01-05", origin(ledger.SocialCapital, e3, ""))
	w.sync()
	draws, err = w.db.PickLots(ctx, all, acctP, 6)
	if err != nil || len(draws) != 2 || draws[0].Lot != ledger.LotID(late, 0) || draws[0].Amount != 5 || draws[1].Amount != 1 {
		t.Errorf("the oldest value date comes first, whenever it was recorded: %+v, %v", draws, err)
	}
	w.submit(custodian1, ledger.Op{Type: ledger.AccountOpen, Account: &ledger.Account{ID: "acct:named", Owner: e1, Bank: bank1, Currency: "CNY",
		Purpose: ledger.Supervised, Policy: ledger.Named}})
	w.sync()
	for _, c := range []struct {
		account string
		amount  int64
		want    ledger.Code
	}{
		{acctP, 150_006, ledger.LotOverdrawn},
		{acctP, 0, ledger.AmountInvalid},
		{acctP, -1, ledger.AmountInvalid},
		{"acct:none", 1, ledger.AccountUnknown},
		{"sink:RD", 1, ledger.AccountUnknown},
		{"acct:named", 1, ledger.DrawsMissing},
	} {
		if _, err := w.db.PickLots(ctx, all, c.account, c.amount); ledger.ErrorCode(err) != c.want {
			t.Errorf("%d from %s: %v, want %s", c.amount, c.account, err, c.want)
		}
	}
}
