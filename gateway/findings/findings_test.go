package findings_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/findings"
	"fundtrace/gateway/rulepack"

	"pgregory.net/rapid"
)

func filter(rule string) findings.Filter { return findings.Filter{Rule: rule} }

func TestCleanWorld(t *testing.T) {
	a := planted(t, func(*rows) {})
	if len(a.Skipped) > 0 {
		t.Errorf("skipped %+v", a.Skipped)
	}
	if want := (findings.Scanned{Vouchers: 11, Claims: 6, Invoices: 5, Parties: 10}); a.Scanned != want {
		t.Errorf("scanned %+v, want %+v", a.Scanned, want)
	}
}

// Every rule of the pack that does not block is evaluated here, and no other.
func TestRulesAreThoseThatDoNotBlock(t *testing.T) {
	var want []string
	for _, r := range rulepack.SCF() {
		if r.Mode != ledger.Block {
			want = append(want, r.ID)
		}
	}
	slices.Sort(want)
	if got := findings.Rules(); !slices.Equal(got, want) {
		t.Errorf("rules %v, want %v", got, want)
	}
}

// guilty is a world in which every rule finds something.
func guilty() *rows {
	s := clean()
	s.party("group", "")
	s.parties[0].Group, s.parties[2].Group = "group", "group"
	s.party("a", "group")
	big := s.claim("big", "supplier9", "issuer1", 5_000_000, "2026-09-01")
	n := s.issued("big", big, 5_000_000, "2026-09-10", "2027-06-10")
	for k, part := range s.split(n, "2026-09-11", 4_900_000, 90_000, 9_000, 1_000) {
		if k > 0 {
			continue
		}
		s.passed(s.passed(part, "b", "2026-09-12", ""), "a", "2026-09-13", "document")
	}
	late := s.issued("late", s.claim("late", "supplier9", "issuer2", 100_000, "2026-06-01"), 100_000, "2026-06-02", "2026-07-27")
	paid(late, 40_000, "2026-07-27", "2026-08-06")
	s.issued("again", s.claim("again", "supplier9", "issuer2", 100_000, "2026-08-01"), 50_000, "2026-08-07", "2026-12-01")
	s.sold(s.issued("dear", s.claim("dear", "supplier9", "issuer3", 100_000, "2026-10-01"), 50_000, "2026-10-02", "2026-11-02"), "factor", "2026-10-09", 180_000, "")
	s.invoices[0].Near, s.invoices[1].Near = []string{"same", "near"}, []string{"near", "same"}
	return s
}

func TestEveryRuleFindsSomething(t *testing.T) {
	a := evaluate(t, guilty(), pack(), today, findings.Filter{})
	found := map[string]bool{}
	for _, f := range a.Findings {
		found[f.Rule] = true
	}
	if got := slices.Sorted(maps.Keys(found)); !slices.Equal(got, findings.Rules()) {
		t.Errorf("rules that found something: %v, of %v", got, findings.Rules())
	}
	if a.Total != len(a.Findings) || !slices.IsSortedFunc(a.Findings, func(x, y findings.Finding) int {
		return strings.Compare(x.Rule+x.Date+x.Subject, y.Rule+y.Date+y.Subject)
	}) {
		t.Error("the findings are not in order")
	}
}

// The order in which the source answers its rows does not show in the answer.
func TestOrderOfRowsDoesNotMatter(t *testing.T) {
	answer := func(t interface{ Fatal(...any) }, s *rows, asOf string) string {
		a, err := findings.Evaluate(context.Background(), s, pack(), asOf, findings.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		out, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	rapid.Check(t, func(t *rapid.T) {
		s := guilty()
		asOf := rapid.SampledFrom([]string{"2026-06-30", "2026-08-07", "2026-09-12", today, "2027-12-31"}).Draw(t, "as of")
		want := answer(t, s, asOf)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		r.Shuffle(len(s.vouchers), func(i, j int) { s.vouchers[i], s.vouchers[j] = s.vouchers[j], s.vouchers[i] })
		r.Shuffle(len(s.claims), func(i, j int) { s.claims[i], s.claims[j] = s.claims[j], s.claims[i] })
		r.Shuffle(len(s.invoices), func(i, j int) { s.invoices[i], s.invoices[j] = s.invoices[j], s.invoices[i] })
		r.Shuffle(len(s.parties), func(i, j int) { s.parties[i], s.parties[j] = s.parties[j], s.parties[i] })
		if got := answer(t, s, asOf); got != want {
			t.Fatalf("in another order\n%s\nand\n%s", got, want)
		}
	})
}

// What happened after the day of the answer is not in it: the answer is that of a world in which it has not happened.
func TestAsOf(t *testing.T) {
	s := clean()
	n := s.issued("late", s.claim("late", "supplier9", "issuer2", 100_000, "2026-06-01"), 100_000, "2026-06-02", "2026-07-27")
	paid(n, 40_000, "2026-07-27", "2026-08-06")
	paid(n, 60_000, "2026-07-27", "2026-08-16")
	for asOf, want := range map[string]string{
		"2026-07-27": "",
		"2026-08-01": "S-SET-01 late 2026-08-01 5>0 days open 100000 interest 250",
		"2026-08-10": "S-SET-01 late 2026-08-10 14>0 days open 60000 interest 620", // 500 for the first ten days, 120 since
		today:        "S-SET-01 late 2026-08-16 20>0 days open 0 interest 800",
	} {
		a := evaluate(t, s, pack(), asOf, filter("S-SET-01"))
		got := ""
		for _, f := range a.Findings {
			got += summary(f) + " open " + f.Detail["open"] + " interest " + f.Detail["interest"]
		}
		if got != want {
			t.Errorf("as of %s: %q, want %q", asOf, got, want)
		}
	}
	if n.State != ledger.VoucherSettled || n.Settled != 100_000 || len(n.Events) != 6 {
		t.Errorf("the source's row was changed: %+v", n)
	}
	if a := evaluate(t, s, pack(), "2026-01-01", findings.Filter{}); a.Total != 0 {
		t.Errorf("before everything: %+v", a.Findings)
	}
}

// Each fact is judged by the version in force on its day.
func TestVersionInForceOnTheDay(t *testing.T) {
	s := clean()
	for lot, issued := range map[string]string{"before": "2026-09-30", "after": "2026-10-01"} {
		s.issued(lot, s.claim(lot, "supplier9", "issuer1", 10_000, "2026-09-20"), 10_000, issued, ledger.AddMonths(issued, 4))
	}
	rules := pack()
	next := rules["S-TRM-02"].Versions[0]
	next.Version, next.EffectiveFrom, next.Parameters = 2, "2026-10-01", map[string]int64{"usual_months": 3}
	rules["S-TRM-02"].Versions = append(rules["S-TRM-02"].Versions, next)
	a := evaluate(t, s, rules, today, filter("S-TRM-02"))
	if len(a.Findings) != 1 || a.Findings[0].Subject != "after" || a.Findings[0].Version != 2 {
		t.Errorf("found %+v", a.Findings)
	}
}

func TestSkippedIsSaid(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*rows, map[string]*ledger.RuleHistory)
		want   findings.Skip
	}{
		"not published": {func(_ *rows, r map[string]*ledger.RuleHistory) { delete(r, "S-TRM-02") },
			findings.Skip{Rule: "S-TRM-02", Reason: findings.NotPublished}},
		"not yet in force": {func(_ *rows, r map[string]*ledger.RuleHistory) {
			r["S-TRM-02"].Versions[0].EffectiveFrom = "2026-09-01"
		},
			findings.Skip{Rule: "S-TRM-02", Reason: findings.NotInForce, Facts: 1}},
		"switched off": {func(_ *rows, r map[string]*ledger.RuleHistory) { r["S-CON-01"].Versions[0].Mode = ledger.Off },
			findings.Skip{Rule: "S-CON-01", Reason: findings.SwitchedOff, Facts: 1}},
		"without its parameter": {func(_ *rows, r map[string]*ledger.RuleHistory) {
			delete(r["S-FIN-06"].Versions[0].Parameters, "margin_ppm")
		},
			findings.Skip{Rule: "S-FIN-06", Reason: findings.ParameterMissing, What: "margin_ppm", Facts: 1}},
		"without the facts": {func(s *rows, _ map[string]*ledger.RuleHistory) { s.claims[0].DebtorSize = "" },
			findings.Skip{Rule: "S-TRM-03", Reason: findings.FactMissing, What: "delivery date or sizes of the claim", Facts: 1}},
		"seen in part": {func(s *rows, _ map[string]*ledger.RuleHistory) { s.vouchers = s.vouchers[:len(s.vouchers)-2] }, // a buyer's voucher
			findings.Skip{Rule: "S-TRM-03", Reason: findings.FactMissing, What: "what others hold of the voucher", Facts: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			s, rules := clean(), pack()
			c.change(s, rules)
			a := evaluate(t, s, rules, today, findings.Filter{})
			if !slices.Equal(a.Skipped, []findings.Skip{c.want}) || len(a.Findings) > 0 {
				t.Errorf("skipped %+v, want %+v; found %+v", a.Skipped, c.want, a.Findings)
			}
		})
	}
	s := clean()
	s.partial = true
	a := evaluate(t, s, pack(), today, findings.Filter{})
	if want := []findings.Skip{{Rule: "S-CON-01", Reason: findings.PartialView}, {Rule: "S-ISS-01", Reason: findings.PartialView}}; !slices.Equal(a.Skipped, want) {
		t.Errorf("with a partial view skipped %+v", a.Skipped)
	}
}

func TestFilter(t *testing.T) {
	s := guilty()
	everything := evaluate(t, s, pack(), today, findings.Filter{})
	for name, f := range map[string]findings.Filter{
		"rule": filter("S-SPL-02"), "severity": {Severity: "CRITICAL"}, "party": {Party: "issuer2"}, "another concerned": {Party: "factor"}, "subject": {Subject: "dear"},
	} {
		a := evaluate(t, s, pack(), today, f)
		want := slices.DeleteFunc(slices.Clone(everything.Findings), func(x findings.Finding) bool {
			return f.Rule != "" && x.Rule != f.Rule || f.Severity != "" && x.Severity != f.Severity || f.Subject != "" && x.Subject != f.Subject ||
				f.Party != "" && x.Party != f.Party && !slices.Contains(x.Others, f.Party)
		})
		if name != "subject" && len(want) == 0 || a.Total != len(want) || len(a.Findings) != len(want) {
			t.Errorf("by %s: %d findings, want %d", name, a.Total, len(want))
		}
	}
	if a := evaluate(t, s, pack(), today, findings.Filter{Most: 2}); len(a.Findings) != 2 || a.Total != everything.Total || summary(a.Findings[1]) != summary(everything.Findings[1]) {
		t.Errorf("at most two: %d of %d", len(a.Findings), a.Total)
	}
}

func TestRefusals(t *testing.T) {
	ended, end := context.WithCancel(t.Context())
	end()
	failure := errors.New("the disk is gone")
	for name, c := range map[string]struct {
		ctx    context.Context
		change func(*rows)
		asOf   string
		f      findings.Filter
		code   ledger.Code
		is     error
	}{
		"no date":           {t.Context(), func(*rows) {}, "2026-02-30", findings.Filter{}, ledger.DateInvalid, nil},
		"no rule":           {t.Context(), func(*rows) {}, today, filter("S-TRM-01"), ledger.FieldInvalid, nil},
		"too many rows":     {t.Context(), func(*rows) {}, today, findings.Filter{MostRows: 10}, ledger.TooLarge, nil},
		"cancelled":         {ended, func(*rows) {}, today, findings.Filter{}, "", context.Canceled},
		"the source failed": {t.Context(), func(s *rows) { s.broken = failure }, today, findings.Filter{}, "", failure},
	} {
		t.Run(name, func(t *testing.T) {
			s := clean()
			c.change(s)
			a, err := findings.Evaluate(c.ctx, s, pack(), c.asOf, c.f)
			if a != nil || err == nil || ledger.ErrorCode(err) != c.code || c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("%v, %v", a, err)
			}
		})
	}
	if _, err := findings.Evaluate(t.Context(), clean(), pack(), today, findings.Filter{MostRows: 11}); err != nil {
		t.Errorf("as many rows as are allowed: %v", err)
	}
}
