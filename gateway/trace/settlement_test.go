package trace_test

import (
	"errors"
	"slices"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace"
)

// settled plots money of a fund that an enterprise pays a supplier against voucher v, in two lots of one movement, and
// some that the supplier pays on.
func settled(path trace.Path) (*plot, trace.Ref) {
	p := &plot{paths: map[string]trace.Path{path.Voucher: path}}
	fund, core, supplier := p.account("f", trace.InFund, "o:f"), p.account("core", trace.InEnterprise, "o:core"), p.account("s", trace.InEnterprise, "o:s")
	root := p.yield(0, fund, 1000, trace.Live)
	one, two := p.yield(root, core, 300, trace.Live), p.yield(root, core, 200, trace.Live)
	paid := []trace.Ref{p.yield(one, supplier, 300, trace.Live), p.yield(two, supplier, 150, trace.Live)}
	for _, r := range paid {
		p.lots[r-1].Movement = paid[0]
		p.facts[r-1].Kind, p.facts[r-1].ID, p.facts[r-1].Voucher, p.facts[r-1].Date = ledger.Settlement, "pay", "v", "2026-03-02"
	}
	return p, root
}

func TestSettlements(t *testing.T) {
	cash := func(kind ledger.Kind, id, payee, date string) trace.Cash {
		return trace.Cash{Movement: id, Kind: kind, Payee: payee, Date: date}
	}
	paid := cash(ledger.Settlement, "pay", "o:s", "2026-03-02")
	for what, c := range map[string]struct {
		path   []trace.Holding
		want   []trace.Hop // without days
		days   []int       // -1: none
		hidden int
	}{
		"held from the issue on": {[]trace.Holding{{Voucher: "v", Made: ledger.VoucherIssue, Tier: 1, Party: "o:s", Acquired: "2026-02-02", Cash: []trace.Cash{paid}}},
			[]trace.Hop{{Tier: 1, Party: "o:s", Voucher: "v", Acquired: "2026-02-02", Via: "ISSUE", PaidBy: trace.ByIssuer, Cash: "pay", CashDate: "2026-03-02"}}, []int{28}, 0},
		"divided twice": {[]trace.Holding{{Voucher: "r", Made: ledger.VoucherIssue, Tier: 1, Party: "o:a", Acquired: "2026-02-02"},
			{Voucher: "p", Made: ledger.VoucherSplit, Tier: 1, Party: "o:a", Acquired: "2026-02-02"}, {Voucher: "q", Made: ledger.VoucherSplit, Tier: 1, Party: "o:a", Acquired: "2026-02-02"},
			{Voucher: "v", Made: ledger.VoucherTransfer, Tier: 2, Party: "o:s", Acquired: "2026-02-20", Cash: []trace.Cash{paid}}},
			[]trace.Hop{{Tier: 1, Party: "o:a", Voucher: "q", Acquired: "2026-02-02", Via: "ISSUE", PaidBy: trace.ByNext},
				{Tier: 2, Party: "o:s", Voucher: "v", Acquired: "2026-02-20", Via: "TRANSFER", PaidBy: trace.ByIssuer, Cash: "pay", CashDate: "2026-03-02"}}, []int{-1, 10}, 0},
		"a part settled before": {[]trace.Holding{{Voucher: "v", Made: ledger.VoucherIssue, Tier: 1, Party: "o:s", Acquired: "2026-02-02",
			Cash: []trace.Cash{cash(ledger.Settlement, "earlier", "o:s", "2026-03-01"), paid, cash(ledger.Settlement, "later", "o:s", "2026-03-09")}}},
			[]trace.Hop{{Tier: 1, Party: "o:s", Voucher: "v", Acquired: "2026-02-02", Via: "ISSUE", PaidBy: trace.ByIssuer, Cash: "pay", CashDate: "2026-03-02"}}, []int{28}, 0},
		"an earlier loan repaid": {[]trace.Holding{{Voucher: "v", Made: ledger.VoucherIssue, Tier: 1, Party: "o:s", Acquired: "2026-02-02",
			Cash: []trace.Cash{cash(ledger.Financing, "loan", "o:s", "2026-02-03"), paid}}},
			[]trace.Hop{{Tier: 1, Party: "o:s", Voucher: "v", Acquired: "2026-02-02", Via: "ISSUE", PaidBy: trace.ByIssuer, Cash: "pay", CashDate: "2026-03-02"}}, []int{28}, 0},
		"terms of others": {[]trace.Holding{{Voucher: "r", Made: ledger.VoucherIssue, Tier: 1, Party: "o:a", Acquired: "2026-02-02"},
			{Voucher: "v", Made: ledger.VoucherFinance, Tier: 1, Party: "o:s", Acquired: "2026-02-20", Cash: []trace.Cash{paid}}},
			[]trace.Hop{{Tier: 1, Party: "o:a", Voucher: "r", Acquired: "2026-02-02", Via: "ISSUE"},
				{Tier: 1, Party: "o:s", Voucher: "v", Acquired: "2026-02-20", Via: "FINANCE", PaidBy: trace.ByIssuer, Cash: "pay", CashDate: "2026-03-02"}}, []int{-1, 10}, 0},
		"seen down to the first holder": {[]trace.Holding{{Voucher: "r", Made: ledger.VoucherIssue, Tier: 1, Party: "o:a", Acquired: "2026-02-02"},
			{Hidden: true, Made: ledger.VoucherTransfer}, {Hidden: true, Made: ledger.VoucherSplit}, {Hidden: true, Made: ledger.VoucherTransfer}},
			[]trace.Hop{{Tier: 1, Party: "o:a", Voucher: "r", Acquired: "2026-02-02", Via: "ISSUE", PaidBy: trace.ByNext}}, []int{-1}, 2},
	} {
		p, root := settled(trace.Path{Voucher: "v", Root: "r", Issuer: "o:core", Holdings: c.path})
		a, err := trace.Forward(t.Context(), p, name(root), trace.Options{})
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		if len(a.Settlements) != 1 || a.Settlements[0].Amount != 450 || a.Settlements[0].Hidden != c.hidden || a.Settlements[0].Movement != "pay" {
			t.Errorf("%s: settlements %+v", what, a.Settlements)
			continue
		}
		var days []int
		chain := a.Settlements[0].Chain
		for i := range chain {
			d := -1
			if chain[i].DaysWaited != nil {
				d = *chain[i].DaysWaited
			}
			days = append(days, d)
			chain[i].DaysWaited = nil
		}
		if !slices.Equal(chain, c.want) || !slices.Equal(days, c.days) {
			t.Errorf("%s: chain\n%+v %v\nwant\n%+v %v", what, chain, days, c.want, c.days)
		}
	}
}

// TestSettlementsUnknown refuses to answer where the forest knows nothing of a voucher that it says was settled.
func TestSettlementsUnknown(t *testing.T) {
	p, root := settled(trace.Path{Voucher: "v"})
	delete(p.paths, "v")
	if _, err := trace.Forward(t.Context(), p, name(root), trace.Options{}); !errors.Is(err, trace.ErrUnbalanced) {
		t.Errorf("%v", err)
	}
	p, root = settled(trace.Path{Voucher: "v"})
	for i := range p.facts { // money that is paid for other reasons asks for no path
		p.facts[i].Kind = ledger.Use
	}
	calls := p.calls
	if a, err := trace.Forward(t.Context(), p, name(root), trace.Options{}); err != nil || len(a.Settlements) != 0 || p.calls-calls > 20 {
		t.Errorf("%+v, %v", a, err)
	}
}
