package arena

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace"

	"pgregory.net/rapid"
)

// plain is the forest underneath: it answers what the arena does not keep. Lots are named by their references.
type plain struct {
	trace.Forest
	lots map[string]int64
}

func (p plain) Find(_ context.Context, lot string) (trace.Lot, error) {
	if ref, ok := p.lots[lot]; ok {
		return trace.Lot{Ref: trace.Ref(ref)}, nil
	}
	return trace.Lot{}, ledger.Refuse(ledger.LotUnknown, "there is no lot "+lot)
}

func (p plain) Accounts(_ context.Context, refs []trace.Ref) ([]trace.Account, error) {
	out := make([]trace.Account, len(refs))
	for i, r := range refs {
		out[i] = trace.Account{Ref: r, ID: fmt.Sprint("acct:", r), Place: trace.InEnterprise, Currency: "CNY"}
		if r == 1 {
			out[i].Place = trace.InFund
		}
		if r >= 90 {
			out[i].Place = trace.InSink
		}
	}
	return out, nil
}

func (p plain) Facts(_ context.Context, refs []trace.Ref) ([]trace.Fact, error) {
	out := make([]trace.Fact, len(refs))
	for i, r := range refs {
		out[i] = trace.Fact{Ref: r, Lot: fmt.Sprint("lot", r), Stage: "NOW"}
	}
	return out, nil
}

// event is one thing that happens, in a block of its own.
type event struct {
	add    *Movement
	change int64 // movement
	stage  ledger.Stage
	date   string
}

// history draws a random one: movements that draw on live lots and stages that follow.
func history(t *rapid.T) []event {
	type lotNow struct {
		ref, account, left int64
		move               int
	}
	type moveNow struct {
		stage ledger.Stage
		draws map[int]int64 // lot position → amount
		sink  bool
	}
	var lots []lotNow
	var moves []moveNow
	var events []event
	for step := range rapid.IntRange(2, 40).Draw(t, "events") {
		date := fmt.Sprintf("2026-01-%02d", 1+step/2)
		open := -1
		for i := range moves {
			if moves[i].stage == ledger.Instructed && rapid.IntRange(0, 2).Draw(t, "step") == 0 {
				open = i
				break
			}
		}
		if open >= 0 {
			to := rapid.SampledFrom([]ledger.Stage{ledger.Credited, ledger.Voided}).Draw(t, "to")
			moves[open].stage = to
			if to == ledger.Voided {
				for k, v := range moves[open].draws {
					lots[k].left += v
				}
			}
			events = append(events, event{change: int64(open+1) << 9, stage: to, date: date})
			continue
		}
		number := int64(len(moves)+1) << 9
		m := &Movement{Ref: number, Block: uint64(step), Date: date, Stage: rapid.SampledFrom([]ledger.Stage{ledger.Instructed, ledger.Credited}).Draw(t, "stage")}
		now := moveNow{stage: m.Stage, draws: map[int]int64{}}
		var payer int64
		for k := range lots {
			if lots[k].left > 0 && moves[lots[k].move].stage == ledger.Credited && !moves[lots[k].move].sink && (payer == 0 || payer == lots[k].account) && rapid.IntRange(0, 2).Draw(t, "draw") == 0 {
				v := rapid.Int64Range(1, lots[k].left).Draw(t, "amount")
				payer, now.draws[k] = lots[k].account, v
				lots[k].left -= v
				m.Lots = append(m.Lots, Yield{Ref: number + int64(len(m.Lots)), Parent: lots[k].ref, Amount: v})
			}
		}
		if payer == 0 {
			m.Lots = []Yield{{Ref: number, Amount: rapid.Int64Range(1, 1000).Draw(t, "root")}}
		}
		m.Account = rapid.SampledFrom([]int64{1, 2, 3, 90}).Draw(t, "account")
		if payer == 0 || m.Account == payer {
			m.Account = payer%3 + 1
		}
		m.Place = map[int64]trace.Place{1: trace.InFund, 90: trace.InSink}[m.Account]
		now.sink = m.Account == 90
		for _, y := range m.Lots {
			lots = append(lots, lotNow{ref: y.Ref, account: m.Account, left: y.Amount, move: len(moves)})
		}
		moves = append(moves, now)
		events = append(events, event{add: m})
	}
	return events
}

func replay(t *rapid.T, events []event, last int, asOf string) (*Arena, plain) {
	a, p := New(0), plain{lots: map[string]int64{}}
	tidy := rapid.IntRange(0, len(events)).Draw(t, "laid out after")
	for i, e := range events {
		if i > last {
			break
		}
		if i == tidy {
			a.layOut()
		}
		if e.add != nil {
			if asOf != "" && e.add.Date > asOf {
				continue
			}
			if err := a.Add(e.add); err != nil {
				t.Fatal(err)
			}
			for _, y := range e.add.Lots {
				p.lots[fmt.Sprint("lot", y.Ref)] = y.Ref
			}
		} else if asOf == "" || e.date <= asOf {
			if err := a.Change(e.change, uint64(i), e.date, e.stage, 1); err != nil {
				t.Fatal(err)
			}
		}
	}
	return a, p
}

// What a view says of a moment is what an arena says that never learned more: as known at a block, and as of a date.
func TestAViewOfAMomentIsTheArenaOfThatMoment(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := history(t)
		whole, under := replay(t, events, len(events), "")
		last := rapid.IntRange(0, len(events)-1).Draw(t, "known")
		asOf := rapid.SampledFrom([]string{"", "2026-01-03", "2026-01-08"}).Draw(t, "as of")
		then, _ := replay(t, events, last, asOf)
		view, err := whole.At(Moment{AsOf: asOf, Known: uint64(last)}, under, nil)
		if err != nil {
			t.Fatal(err)
		}
		want, err := then.At(Moment{Known: 1 << 20}, under, nil)
		if err != nil {
			t.Fatal(err)
		}
		for id := range under.lots {
			got, gotErr := trace.Forward(context.Background(), view, id, trace.Options{})
			exp, expErr := trace.Forward(context.Background(), want, id, trace.Options{})
			if ledger.ErrorCode(gotErr) != ledger.ErrorCode(expErr) {
				t.Fatalf("lot %s: %v, and then it was %v", id, gotErr, expErr)
			}
			if gotErr != nil {
				if ledger.ErrorCode(gotErr) == "" {
					t.Fatal(gotErr)
				}
				continue
			}
			walked := walk(t, view, id)
			if walked != got.Totals {
				t.Fatalf("lot %s: a walk gives %+v, the trace %+v", id, walked, got.Totals)
			}
			if got.Totals != exp.Totals || len(got.Rows) != len(exp.Rows) {
				t.Fatalf("lot %s: %+v, and then it was %+v", id, got.Totals, exp.Totals)
			}
		}
		for _, account := range []trace.Ref{1, 2, 3} {
			got, _ := view.Held(context.Background(), []trace.Ref{account})
			exp, _ := want.Held(context.Background(), []trace.Ref{account})
			if !slices.EqualFunc(got, exp, func(x, y trace.Lot) bool {
				return x.Amount == y.Amount && x.Drawn == y.Drawn && x.Standing == y.Standing && x.Date == y.Date
			}) {
				t.Fatalf("account %d: %+v, and then it was %+v", account, got, exp)
			}
		}
	})
}

func TestArenaRefusesWhatDoesNotFit(t *testing.T) {
	a := New(0)
	root := &Movement{Ref: 512, Account: 1, Date: "2026-01-01", Stage: ledger.Credited, Lots: []Yield{{Ref: 512, Amount: 5}}}
	if err := a.Add(root); err != nil {
		t.Fatal(err)
	}
	for name, m := range map[string]*Movement{
		"again":     root,
		"date":      {Ref: 1024, Account: 1, Date: "2026-13-01", Stage: ledger.Credited},
		"stage":     {Ref: 1024, Account: 1, Date: "2026-01-01", Stage: "LOST"},
		"no parent": {Ref: 1024, Account: 1, Date: "2026-01-01", Stage: ledger.Credited, Lots: []Yield{{Ref: 1024, Parent: 7, Amount: 5}}},
	} {
		if err := a.Add(m); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	if a.Len() != 1 {
		t.Errorf("%d lots, want 1", a.Len())
	}
	if err := a.Change(9, 1, "2026-01-01", ledger.Credited, 1); err == nil {
		t.Error("a change of nothing is accepted")
	}
}

// walk sums by Walk, checks that Sum agrees and that every visit draws from its parent what it carries.
func walk(t *rapid.T, v *View, id string) trace.Totals {
	start, err := v.Find(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	var totals trace.Totals
	last := trace.Visit{Depth: -1}
	visits, err := v.Walk(context.Background(), start.Ref)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range visits {
		if s.Depth < last.Depth || s.Depth == last.Depth && s.Lot.Ref <= last.Lot.Ref {
			t.Fatalf("lot %d at depth %d comes after %d at %d", s.Lot.Ref, s.Depth, last.Lot.Ref, last.Depth)
		}
		if s.Parent >= 0 {
			p := &visits[s.Parent]
			if p.Lot.Ref != s.Lot.Parent || s.Before-s.After != s.Lot.Amount || s.After < p.Lot.Amount-p.Lot.Drawn || s.Depth != p.Depth+1 {
				t.Fatalf("lot %d of %d takes %d to %d", s.Lot.Ref, s.Lot.Amount, s.Before, s.After)
			}
		}
		last = s
		switch {
		case s.Parent < 0 && s.Lot.Standing == trace.Live, s.Lot.Standing == trace.Live && s.Lot.Account == 1:
			totals.Idle += s.Lot.Remaining()
		case s.Lot.Standing == trace.Live:
			totals.Reached += s.Lot.Remaining()
		case s.Lot.Standing == trace.Spent:
			totals.Spent += s.Lot.Amount
		default:
			totals.InTransit += s.Lot.Amount
		}
		if s.Parent < 0 {
			totals.Traced = s.Lot.Amount
		}
	}
	if sum := v.Sum(start.Ref); sum != totals {
		t.Fatalf("lot %s: sum is %+v, walk %+v", id, sum, totals)
	}
	return totals
}
