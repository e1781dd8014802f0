package trace_test

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace"
)

// plot is a forest in memory: lot n has reference n, counted from 1.
type plot struct {
	lots     []trace.Lot
	facts    []trace.Fact
	accounts []trace.Account
	paths    map[string]trace.Path // by voucher
	calls    int                   // of the interface
}

func (p *plot) account(id string, place trace.Place, owner string) trace.Ref {
	ref := trace.Ref(len(p.accounts) + 1)
	currency, fund := "CNY", ""
	if place == trace.InSink {
		currency = ""
	}
	if place == trace.InFund {
		fund = "fund:" + id
	}
	p.accounts = append(p.accounts, trace.Account{Ref: ref, ID: id, Place: place, Label: "name of " + id, Owner: owner, Fund: fund, Currency: currency})
	return ref
}

// yield adds a lot; parent 0 makes a root.
func (p *plot) yield(parent, account trace.Ref, amount int64, standing trace.Standing) trace.Ref {
	ref := trace.Ref(len(p.lots) + 1)
	l := trace.Lot{Ref: ref, Parent: parent, Root: ref, Movement: ref, Account: account, Amount: amount, Standing: standing,
		Date: fmt.Sprintf("2025-%02d-%02d", 1+int(ref)/28%12, 1+int(ref)%28)}
	f := trace.Fact{Ref: ref, Lot: name(ref), ID: "m" + name(ref), Kind: ledger.Use, Date: l.Date, To: p.accounts[account-1].ID}
	if parent == 0 {
		f.Kind, f.Origin = ledger.Contribution, &ledger.Origin{Source: ledger.GeneralBudget, BudgetLine: "2025", Investor: "other:bureau"}
	} else {
		up := &p.lots[parent-1]
		l.Root, f.Parent, f.From = up.Root, name(parent), p.accounts[up.Account-1].ID
		if standing != trace.Dead {
			up.Drawn += amount
		}
	}
	p.lots, p.facts = append(p.lots, l), append(p.facts, f)
	return ref
}

func name(r trace.Ref) string { return fmt.Sprintf("lot%d", r) }

func (p *plot) lot(r trace.Ref) trace.Lot { return p.lots[r-1] }

func (p *plot) Find(_ context.Context, id string) (trace.Lot, error) {
	for _, l := range p.lots {
		if name(l.Ref) == id && !l.Hidden {
			return l, nil
		}
	}
	return trace.Lot{}, ledger.Refuse(ledger.LotUnknown, "there is no lot "+id)
}

func (p *plot) pick(keep func(*trace.Lot) bool) []trace.Lot {
	p.calls++
	var out []trace.Lot
	for i := range p.lots {
		if keep(&p.lots[i]) {
			out = append(out, p.lots[i])
		}
	}
	return out
}

func (p *plot) Lots(_ context.Context, refs []trace.Ref) ([]trace.Lot, error) {
	return p.pick(func(l *trace.Lot) bool { return slices.Contains(refs, l.Ref) }), nil
}

func (p *plot) Children(_ context.Context, parents []trace.Ref) ([]trace.Lot, error) {
	return p.pick(func(l *trace.Lot) bool { return l.Parent != 0 && slices.Contains(parents, l.Parent) }), nil
}

func (p *plot) Held(_ context.Context, accounts []trace.Ref) ([]trace.Lot, error) {
	return p.pick(func(l *trace.Lot) bool { return slices.Contains(accounts, l.Account) }), nil
}

func (p *plot) Accounts(_ context.Context, refs []trace.Ref) ([]trace.Account, error) {
	p.calls++
	var out []trace.Account
	for _, r := range refs {
		out = append(out, p.accounts[r-1])
	}
	return out, nil
}

func (p *plot) Facts(_ context.Context, refs []trace.Ref) ([]trace.Fact, error) {
	p.calls++
	var out []trace.Fact
	for _, r := range refs {
		out = append(out, p.facts[r-1])
	}
	return out, nil
}

func (p *plot) Paths(_ context.Context, vouchers []string) ([]trace.Path, error) {
	p.calls++
	var out []trace.Path
	for _, v := range vouchers {
		if path, ok := p.paths[v]; ok {
			out = append(out, path)
		}
	}
	return out, nil
}

func (p *plot) OwnedBy(_ context.Context, party string) ([]trace.Ref, error) {
	var out []trace.Ref
	for _, a := range p.accounts {
		if a.Owner == party {
			out = append(out, a.Ref)
		}
	}
	return out, nil
}

func (p *plot) AccountOf(_ context.Context, fund string) (trace.Ref, error) {
	for _, a := range p.accounts {
		if a.Fund == fund {
			return a.Ref, nil
		}
	}
	return 0, ledger.Refuse(ledger.FundUnknown, "there is no fund "+fund)
}

// random grows a forest: funds, enterprises (two accounts of one owner among them), a treasury, sinks; money goes
// anywhere, also in circles. A part of the lots is hidden when asked for, each with everything below it.
func random(r *rapid.T, hide bool) *plot {
	p := &plot{}
	var open []trace.Ref
	for i := range rapid.IntRange(1, 3).Draw(r, "funds") {
		open = append(open, p.account(fmt.Sprintf("acct:f%d", i), trace.InFund, "manager"))
	}
	for i := range rapid.IntRange(2, 5).Draw(r, "enterprises") {
		open = append(open, p.account(fmt.Sprintf("acct:e%d", i), trace.InEnterprise, fmt.Sprintf("e%d", i/2)))
	}
	open = append(open, p.account("acct:t", trace.InTreasury, "bureau"))
	sink := p.account("sink:RD", trace.InSink, "")
	for range rapid.IntRange(1, 60).Draw(r, "lots") {
		var live []trace.Ref
		for _, l := range p.lots {
			if l.Remaining() > 0 {
				live = append(live, l.Ref)
			}
		}
		if len(live) == 0 || rapid.IntRange(0, 5).Draw(r, "root") == 0 {
			p.yield(0, rapid.SampledFrom(open).Draw(r, "to"), rapid.Int64Range(1, 1_000_000_000).Draw(r, "amount"), trace.Live)
			continue
		}
		parent := p.lot(rapid.SampledFrom(live).Draw(r, "parent"))
		amount := rapid.Int64Range(1, parent.Remaining()).Draw(r, "amount")
		to := rapid.SampledFrom(append(open, sink)).Draw(r, "to")
		if to == parent.Account {
			continue
		}
		standing := trace.Live
		switch rapid.IntRange(0, 6).Draw(r, "standing") {
		case 0:
			standing = trace.InTransit
		case 1:
			standing = trace.Dead
		}
		if standing == trace.Live && to == sink {
			standing = trace.Spent
		}
		p.yield(parent.Ref, to, amount, standing)
	}
	if hide {
		for i := range p.lots {
			l := &p.lots[i]
			l.Hidden = l.Parent != 0 && p.lots[l.Parent-1].Hidden || rapid.IntRange(0, 9).Draw(r, "hidden") == 0
		}
	}
	return p
}

// walk sums what became of a lot the plain way: by calling itself.
func (p *plot) walk(ref trace.Ref, start bool) trace.Totals {
	l := p.lot(ref)
	t := trace.Totals{}
	switch {
	case l.Standing == trace.Dead:
		return t
	case l.Hidden:
		t.Hidden = l.Amount
	case l.Standing == trace.InTransit:
		t.InTransit = l.Amount
	case l.Standing == trace.Spent:
		t.Spent = l.Amount
	default:
		if start || p.accounts[l.Account-1].Place == trace.InFund {
			t.Idle = l.Amount - l.Drawn
		} else {
			t.Reached = l.Amount - l.Drawn
		}
		for _, c := range p.lots {
			if c.Parent == ref {
				u := p.walk(c.Ref, false)
				t.Idle += u.Idle
				t.Reached += u.Reached
				t.InTransit += u.InTransit
				t.Spent += u.Spent
				t.Hidden += u.Hidden
			}
		}
	}
	if start {
		t.Traced = l.Amount
	}
	return t
}

// bare drops what unrolling a circle adds to a node's name.
func bare(node string) string {
	id, _, _ := strings.Cut(node, "@")
	return id
}
