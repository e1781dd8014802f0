package findings_test

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/findings"
	"fundtrace/gateway/findings/readmodel"
	"fundtrace/gateway/projection"
)

// Over the read model, which folds the ledger's blocks, the rules find exactly what they find on the ledger's state.
func TestReadModelAgreesWithTheLedger(t *testing.T) {
	c := newChain(t)
	c.story()
	db, err := projection.Open(filepath.Join(t.TempDir(), "model.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Apply(c.Blocks()...); err != nil {
		t.Fatal(err)
	}
	rules, err := readmodel.Rules(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	for _, asOf := range []string{"2026-06-04", "2026-08-01", "2026-08-10", "2026-10-09", today, "2027-06-30"} {
		want, err := json.Marshal(evaluate(t, state{c}, c.rules(), asOf, findings.Filter{}))
		if err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(evaluate(t, readmodel.New(db, projection.Everything()), rules, asOf, findings.Filter{}))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("as of %s the read model gives\n%s\nand the ledger\n%s", asOf, got, want)
		}
	}
	// Core enterprise 2 sees what it issued and nothing of core enterprise 1; rules that need all vouchers are left out.
	own := evaluate(t, readmodel.New(db, projection.ScopeOf(ledger.EnterpriseMSP, core2)), rules, today, findings.Filter{})
	count := map[string]int{}
	for _, f := range own.Findings {
		count[f.Rule]++
		if f.Party != core2 {
			t.Errorf("a finding that is none of its business: %+v", f)
		}
	}
	if count["S-SET-01"] != 2 || count["S-TRM-03"] != 2 || count["S-TRM-04"] != 1 || len(count) != 3 {
		t.Errorf("to core enterprise 2: %v", count)
	}
	partial := 0
	for _, s := range own.Skipped {
		if s.Reason == findings.PartialView {
			partial++
		}
	}
	if partial != 2 {
		t.Errorf("skipped for it: %+v", own.Skipped)
	}
}

// Whoever sees less is told less, and nothing that is not so.
func TestPartialViewsFindNothingElse(t *testing.T) {
	c := newChain(t)
	c.story()
	db, err := projection.Open(filepath.Join(t.TempDir(), "model.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Apply(c.Blocks()...); err != nil {
		t.Fatal(err)
	}
	told := map[string]int{}
	for _, asOf := range []string{"2026-08-10", today, "2027-06-30"} {
		all := map[string]bool{}
		for _, f := range evaluate(t, state{c}, c.rules(), asOf, findings.Filter{}).Findings {
			all[summary(f)] = true
		}
		for _, party := range []string{core1, core2, supplier, deeper, factor, "other:new0", "other:nobody", bank} {
			msp := ledger.EnterpriseMSP
			if party == bank {
				msp = ledger.BankMSP
			}
			a := evaluate(t, readmodel.New(db, projection.ScopeOf(msp, party)), c.rules(), asOf, findings.Filter{})
			// deeper took its voucher without a document, and is not told what others recorded of the voucher before.
			if missing := (findings.Skip{Rule: "S-TRF-01", Reason: findings.FactMissing, What: "the offer", Facts: 1}); party == deeper && !slices.Contains(a.Skipped, missing) {
				t.Errorf("skipped for %s: %+v", party, a.Skipped)
			}
			for _, f := range a.Findings {
				told[party]++
				if !all[summary(f)] {
					t.Errorf("as of %s %s is told what is not so: %+v", asOf, party, f)
				}
			}
		}
	}
	if told[core1] == 0 || told[core2] == 0 || told[supplier] == 0 || told[factor] == 0 || told["other:nobody"] > 0 {
		t.Errorf("findings told: %v", told)
	}
}
