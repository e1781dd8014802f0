package api

import (
	"context"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
)

func TestPicker(t *testing.T) {
	w := newWorld(t)
	s := w.furnish()
	ctx := context.Background()
	second := w.write("custodian@bank", "/contributions", Payment{From: parentAccount, To: shenyangAccount, Amount: 50_00, Currency: "CNY", Date: "2025-01-01", BankRef: "K1"})
	a, b := s.toShenyang.lot(t), second.lot(t) // 20,000.00 and 50.00 are left
	pick := Picker{w.db}
	for _, tc := range []struct {
		name   string
		amount int64
		taken  map[string]int64
		want   string
		code   ledger.Code
	}{
		{"the oldest", 100, nil, fmt.Sprint([]ledger.Draw{{Lot: a, Amount: 100}}), ""},
		{"all of the oldest", 20_000_00, nil, fmt.Sprint([]ledger.Draw{{Lot: a, Amount: 20_000_00}}), ""},
		{"and some more", 20_001_00, nil, fmt.Sprint([]ledger.Draw{{Lot: a, Amount: 20_000_00}, {Lot: b, Amount: 1_00}}), ""},
		{"around what is taken", 100, map[string]int64{a: 19_999_50}, fmt.Sprint([]ledger.Draw{{Lot: a, Amount: 50}, {Lot: b, Amount: 50}}), ""},
		{"what is taken elsewhere", 20_050_00, map[string]int64{"0123456789abcdef0123.0.0": 5}, fmt.Sprint([]ledger.Draw{{Lot: a, Amount: 20_000_00}, {Lot: b, Amount: 50_00}}), ""},
		{"the oldest is gone", 50_00, map[string]int64{a: 20_000_00}, fmt.Sprint([]ledger.Draw{{Lot: b, Amount: 50_00}}), ""},
		{"too much", 20_050_01, nil, "", ledger.LotOverdrawn},
		{"too much beside what is taken", 20_050_00, map[string]int64{b: 1}, "", ledger.LotOverdrawn},
		{"more than an amount holds", 1<<63 - 1, map[string]int64{a: 5}, "", ledger.LotOverdrawn},
		{"nothing", 0, nil, "", ledger.AmountInvalid},
	} {
		got, err := pick.Pick(ctx, shenyangAccount, tc.amount, tc.taken)
		if ledger.ErrorCode(err) != tc.code || tc.code == "" && fmt.Sprint(got) != tc.want {
			t.Errorf("%s: %v, %v; want %s %s", tc.name, got, err, tc.want, tc.code)
		}
	}
	if _, err := pick.Pick(ctx, "acct:nowhere", 1, nil); ledger.ErrorCode(err) != ledger.AccountUnknown {
		t.Errorf("no account: %v", err)
	}
	w.write("custodian2@bank", "/accounts", ledger.Account{ID: "acct:named", Owner: party("e1@enterprise"), Bank: party("custodian2@bank"), Currency: "CNY", Purpose: ledger.Operating, Policy: ledger.Named})
	if _, err := pick.Pick(ctx, "acct:named", 1, nil); ledger.ErrorCode(err) != ledger.DrawsMissing {
		t.Errorf("an account whose tranches are named: %v", err)
	}
}

// TestPickerNeverOverdraws: whatever is taken already, picks cover the amount exactly, oldest first, within what is left.
func TestPickerNeverOverdraws(t *testing.T) {
	w := newWorld(t)
	w.furnish()
	for i := range 12 {
		w.write("custodian@bank", "/contributions", Payment{From: parentAccount, To: dalianAccount, Amount: int64(1 + i*7%5), Currency: "CNY", Date: "2025-01-01", BankRef: fmt.Sprint("N", i)})
	}
	ctx := context.Background()
	lots, err := w.db.Lots(ctx, everything, projection.LotFilter{Account: dalianAccount, Live: true}, projection.List{Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	if len(lots.Items) != 13 {
		t.Fatalf("%d lots", len(lots.Items))
	}
	rapid.Check(t, func(t *rapid.T) {
		taken := map[string]int64{}
		left := int64(0)
		for _, l := range lots.Items {
			if rapid.Bool().Draw(t, "touched") {
				taken[l.ID] = rapid.Int64Range(0, l.Remaining).Draw(t, "taken")
			}
			left += l.Remaining - taken[l.ID]
		}
		if rapid.Bool().Draw(t, "unseen") {
			taken["00000000000000000000.0.0"] = rapid.Int64Range(1, 1<<62).Draw(t, "elsewhere")
		}
		amount := rapid.Int64Range(1, left+3).Draw(t, "amount")
		draws, err := Picker{w.db}.Pick(ctx, dalianAccount, amount, taken)
		if amount > left {
			if ledger.ErrorCode(err) != ledger.LotOverdrawn {
				t.Fatalf("%d of %d: %v", amount, left, err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		i, sum := 0, int64(0)
		for _, l := range lots.Items {
			free := l.Remaining - taken[l.ID]
			if sum == amount || free == 0 {
				continue
			}
			want := min(free, amount-sum)
			if i >= len(draws) || draws[i] != (ledger.Draw{Lot: l.ID, Amount: want}) {
				t.Fatalf("draw %d of %v: want %d of %s", i, draws, want, l.ID)
			}
			i, sum = i+1, sum+want
		}
		if i != len(draws) || sum != amount {
			t.Fatalf("%v for %d", draws, amount)
		}
	})
}
