package arena

import (
	"fmt"
	"slices"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace"

	"pgregory.net/rapid"
)

// The accounts of these histories: three funds, two enterprises, the treasury and a sink.
var settings = map[int64]trace.Place{1: trace.InFund, 2: trace.InFund, 3: trace.InFund, 11: trace.InEnterprise, 12: trace.InEnterprise, 21: trace.InTreasury, 90: trace.InSink}

// entry is one lot as the oracle keeps it.
type entry struct {
	parent  int // position, -1 for roots
	account int64
	amount  int64
	left    int64
	stage   ledger.Stage
}

func (e *entry) live() bool { return e.stage == ledger.Credited && e.account != 90 }
func (e *entry) dead() bool { return e.stage == ledger.Voided }

// tangle draws a random history of payments in all directions, and plays it into an arena.
func tangle(t *rapid.T) (*Arena, []entry) {
	a := New(0)
	var lots []entry
	moves := map[int]int64{} // lot → movement that may still change
	accounts := []int64{1, 2, 3, 11, 12, 21, 90}
	for n := range rapid.IntRange(1, 40).Draw(t, "movements") {
		if rapid.IntRange(0, 20).Draw(t, "tidy") == 0 {
			a.layOut()
		}
		if len(moves) > 0 && rapid.IntRange(0, 3).Draw(t, "step") == 0 {
			open := slices.Sorted(func(yield func(int) bool) {
				for k := range moves {
					if !yield(k) {
						return
					}
				}
			})
			k := rapid.SampledFrom(open).Draw(t, "which")
			to := rapid.SampledFrom([]ledger.Stage{ledger.Credited, ledger.Voided}).Draw(t, "to")
			if err := a.Change(moves[k], uint64(n), "2026-01-01", to, 1); err != nil {
				t.Fatal(err)
			}
			delete(moves, k)
			if lots[k].stage = to; to == ledger.Voided && lots[k].parent >= 0 {
				lots[lots[k].parent].left += lots[k].amount
			}
			continue
		}
		l := entry{parent: -1, amount: rapid.Int64Range(1, 1000).Draw(t, "amount"), stage: rapid.SampledFrom([]ledger.Stage{ledger.Credited, ledger.Credited, ledger.Instructed}).Draw(t, "stage")}
		var drawable []int
		for k := range lots {
			if lots[k].live() && lots[k].left > 0 {
				drawable = append(drawable, k)
			}
		}
		y := Yield{Ref: int64(n+1) << 9}
		to := accounts[:6]
		if len(drawable) > 0 && rapid.IntRange(0, 4).Draw(t, "draw") > 0 {
			l.parent = rapid.SampledFrom(drawable).Draw(t, "from")
			p := &lots[l.parent]
			l.amount = min(l.amount, p.left)
			p.left -= l.amount
			y.Parent = moveRef(a, l.parent)
			to = slices.DeleteFunc(slices.Clone(accounts), func(x int64) bool { return x == p.account })
		}
		l.account, l.left, y.Amount = rapid.SampledFrom(to).Draw(t, "to"), l.amount, l.amount
		if err := a.Add(&Movement{Ref: y.Ref, Account: l.account, Place: settings[l.account], Block: uint64(n), Date: "2026-01-01", Stage: l.stage, Lots: []Yield{y}}); err != nil {
			t.Fatal(err)
		}
		if l.stage == ledger.Instructed {
			moves[len(lots)] = y.Ref
		}
		lots = append(lots, l)
	}
	return a, lots
}

func moveRef(a *Arena, lot int) int64 { return a.kin[lot].ref }

// nearest answers the account of the fund from which a lot's money came last, the lot's own included; 0 for none.
func nearest(lots []entry, k int) int64 {
	for ; k >= 0; k = lots[k].parent {
		if settings[lots[k].account] == trace.InFund {
			return lots[k].account
		}
	}
	return 0
}

// state is the statement of a group by its definitions, amount by amount: where each lies, and which fund it left last.
func state(lots []entry, group []int64) trace.Statement {
	var s trace.Statement
	in := func(account int64) bool { return slices.Contains(group, account) }
	fund := func(account int64) bool { return settings[account] == trace.InFund }
	for k := range lots {
		l := &lots[k]
		if l.dead() {
			continue
		}
		payer, above := int64(0), int64(0)
		if l.parent >= 0 {
			payer, above = lots[l.parent].account, nearest(lots, l.parent)
		}
		switch {
		case l.stage == ledger.Instructed:
			if in(above) {
				s.InTransit += l.amount
			}
			if in(payer) {
				s.Leaving += l.amount
			}
			if in(l.account) && !in(payer) {
				s.Arriving += l.amount
			}
			continue
		case l.account == 90:
			if in(above) {
				s.Spent += l.amount
			}
			continue
		}
		switch {
		case in(l.account) && in(payer):
			s.Between += l.amount
		case in(l.account) && fund(payer):
			s.FromFunds += l.amount
		case in(l.account) && above != 0:
			s.CameBack += l.amount
		case in(l.account):
			s.New += l.amount
		case fund(l.account) && in(payer):
			s.ToFunds += l.amount
		}
		if fund(l.account) && !fund(payer) && in(above) {
			s.WentBack += l.amount
		}
		if at := nearest(lots, k); in(at) {
			switch settings[l.account] {
			case trace.InFund:
				s.Idle += l.left
			case trace.InTreasury:
				s.Returned += l.left
			default:
				s.Reached += l.left
			}
		}
	}
	s.In = s.New + s.FromFunds + s.CameBack
	s.PassedOn = s.In - s.Idle - s.Leaving
	return s
}

// Every group's statement, put together from those of its funds, is the one that its definitions give; it closes; and the
// levels of any division of the funds add up to the whole, in everything but what they paid each other.
func TestStatementsCountNothingTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, lots := tangle(t)
		view, err := a.At(Moment{Known: 1000}, plain{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		funds := []int64{1, 2, 3}
		flows, err := view.Flows([]trace.Ref{1, 2, 3})
		if err != nil {
			t.Fatal(err)
		}
		groups := map[string][]int{}
		for i := range funds {
			level := rapid.SampledFrom([]string{"PARENT", "SUB"}).Draw(t, "level")
			groups[level] = append(groups[level], i)
			groups["ALL"] = append(groups["ALL"], i)
			groups[fmt.Sprint(i)] = []int{i}
		}
		sums := map[string]trace.Statement{}
		for name, members := range groups {
			var accounts []int64
			for _, i := range members {
				accounts = append(accounts, funds[i])
			}
			got, want := flows.Group(members), state(lots, accounts)
			if got != want || !got.Closes() {
				t.Fatalf("%v: %+v\nwant %+v\n%+v", accounts, got, want, lots)
			}
			sums[name] = got
		}
		parent, sub, all := sums["PARENT"], sums["SUB"], sums["ALL"]
		levels := parent
		levels.Add(&sub)
		passed := levels.FromFunds - all.FromFunds
		if levels.New != all.New || levels.Idle != all.Idle || levels.InTransit != all.InTransit || levels.Reached != all.Reached || levels.Returned != all.Returned ||
			levels.Spent != all.Spent || levels.ToFunds-all.ToFunds != passed || levels.In-all.In != passed || levels.Between+passed != all.Between || all.FromFunds != 0 {
			t.Fatalf("levels %+v\nall %+v", levels, all)
		}
		var new, live, transit, spent int64
		for k := range lots { // of everything that was ever in a fund
			if l := &lots[k]; nearest(lots, k) != 0 {
				switch {
				case l.live():
					live += l.left
				case l.stage == ledger.Instructed && settings[l.account] == trace.InFund && (l.parent < 0 || nearest(lots, l.parent) == 0): // not yet
				case l.stage == ledger.Instructed:
					transit += l.amount
				case l.stage == ledger.Credited:
					spent += l.amount
				}
			}
		}
		if new = live + transit + spent; all.New != new || all.Spent != spent || all.InTransit != transit {
			t.Fatalf("new money is %d, of which %d is in transit and %d spent; the total says %+v", new, transit, spent, all)
		}
		where := view.Total([]trace.Ref{1, 2, 3})
		if !where.Closes() || where.Traced != all.New || where.Spent != all.Spent || where.InTransit != all.InTransit || where.Idle != all.Idle || where.Reached != all.Reached+all.Returned {
			t.Fatalf("%+v lies at %+v", all, where)
		}
	})
}
