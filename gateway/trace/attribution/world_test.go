package attribution

import (
	"context"
	"fmt"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace"
	"fundtrace/gateway/trace/arena"
)

// world is an arena with accounts, filled payment by payment. Account numbers are references; sinks are those from 900 on,
// funds those from 500 to 599.
type world struct {
	t        testing.TB
	arena    *arena.Arena
	next     int64
	block    uint64
	named    map[trace.Ref]bool
	part     map[trace.Ref]bool // the reader sees a part only
	currency map[trace.Ref]string
	origins  map[int64]ledger.Origin // of root lots, as given to the arena
	free     map[trace.Ref][]held    // what lies where, oldest first
}

// held is what is left of a lot.
type held struct{ lot, amount int64 }

func newWorld(t testing.TB) *world {
	return &world{t: t, arena: arena.New(0), named: map[trace.Ref]bool{}, part: map[trace.Ref]bool{}, currency: map[trace.Ref]string{}, origins: map[int64]ledger.Origin{}, free: map[trace.Ref][]held{}}
}

func placeOf(ref trace.Ref) trace.Place {
	switch {
	case ref >= 900:
		return trace.InSink
	case ref >= 500 && ref < 600:
		return trace.InFund
	}
	return trace.InEnterprise
}

// enter brings money from outside and answers its lot.
func (w *world) enter(date string, to trace.Ref, amount int64, source ledger.FundingSource) int64 {
	lots := w.add(date, to, ledger.Credited, []arena.Yield{{Amount: amount}})
	w.origins[lots[0]] = ledger.Origin{Source: source, BudgetLine: "2026"}
	return lots[0]
}

// pay moves money, oldest lots first, or the lots named, and answers the movement's lots.
func (w *world) pay(date string, from, to trace.Ref, amount int64, named ...int64) []int64 {
	return w.move(date, from, to, amount, ledger.Credited, named...)
}

func (w *world) move(date string, from, to trace.Ref, amount int64, stage ledger.Stage, named ...int64) []int64 {
	w.t.Helper()
	var yields []arena.Yield
	lies := w.free[from]
	for i := range lies {
		if amount == 0 {
			break
		}
		if len(named) > 0 && lies[i].lot != named[0] {
			continue
		}
		v := min(amount, lies[i].amount)
		if v == 0 {
			continue
		}
		lies[i].amount -= v
		amount -= v
		yields = append(yields, arena.Yield{Parent: lies[i].lot, Amount: v})
	}
	for len(lies) > 0 && lies[0].amount == 0 {
		lies = lies[1:]
	}
	w.free[from] = lies
	if amount > 0 {
		w.t.Fatalf("account %d does not hold %d more", from, amount)
	}
	return w.add(date, to, stage, yields)
}

func (w *world) add(date string, to trace.Ref, stage ledger.Stage, yields []arena.Yield) (lots []int64) {
	w.t.Helper()
	w.block++
	w.next++
	m := &arena.Movement{Ref: w.next, Account: int64(to), Place: placeOf(to), Block: w.block, Date: date, Stage: stage, Level: ledger.BothBanks}
	for k := range yields {
		yields[k].Ref = w.next<<9 | int64(k)
		lots = append(lots, yields[k].Ref)
		if stage == ledger.Credited {
			w.free[to] = append(w.free[to], held{yields[k].Ref, yields[k].Amount})
		}
	}
	m.Lots = yields
	if err := w.arena.Add(m); err != nil {
		w.t.Fatal(err)
	}
	return lots
}

// change records a stage of the movement of a lot.
func (w *world) change(lot int64, date string, to ledger.Stage) {
	w.t.Helper()
	w.block++
	if err := w.arena.Change(lot>>9, w.block, date, to, arena.KeepLevel); err != nil {
		w.t.Fatal(err)
	}
}

// record looks at the world at a moment.
func (w *world) record(m arena.Moment) *record {
	w.t.Helper()
	if m.Known == 0 {
		m.Known = w.block
	}
	v, err := w.arena.At(m, under{w}, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return &record{v.Statements(), v, w, fmt.Sprint(m)}
}

// moment is what is known now.
func (w *world) moment() arena.Moment { return arena.Moment{Known: w.block} }

func (w *world) now() *record { return w.record(w.moment()) }

type record struct {
	*arena.Statements
	view  *arena.View
	world *world
	key   string
}

func (r *record) Key() string { return r.key }

func (r *record) Terms(_ context.Context, accounts []trace.Ref) ([]Terms, error) {
	out := make([]Terms, 0, len(accounts))
	for _, ref := range accounts {
		t := Terms{Account: trace.Account{Ref: ref, ID: fmt.Sprint("acct:", int(ref)), Place: placeOf(ref), Currency: "CNY"}, Named: r.world.named[ref], Whole: !r.world.part[ref], Seen: true}
		if c := r.world.currency[ref]; c != "" {
			t.Currency = c
		}
		if t.Place == trace.InSink {
			t.Currency = ""
		}
		out = append(out, t)
	}
	return out, nil
}

func (r *record) Origins(_ context.Context, roots []trace.Ref) (map[trace.Ref]ledger.Origin, error) {
	out := map[trace.Ref]ledger.Origin{}
	for i, ref := range r.Given(roots) {
		out[roots[i]] = r.world.origins[int64(ref)]
	}
	return out, nil
}

func (r *record) Facts(ctx context.Context, lots []trace.Ref) ([]trace.Fact, error) {
	return r.view.Facts(ctx, lots)
}

// lot is a source of one lot.
func (r *record) lot(lots ...int64) Source { return Source{Name: "gov", Lots: r.Lots(lots)} }

// under answers facts for the arena's view.
type under struct{ *world }

func (u under) Facts(_ context.Context, lots []trace.Ref) ([]trace.Fact, error) {
	var out []trace.Fact
	for _, ref := range lots {
		out = append(out, trace.Fact{Ref: ref, Lot: fmt.Sprintf("l%d.%d", ref>>9, ref&511), ID: fmt.Sprint("m", int64(ref>>9))})
	}
	return out, nil
}

func (under) Find(context.Context, string) (trace.Lot, error)                { return trace.Lot{}, nil }
func (under) Lots(context.Context, []trace.Ref) ([]trace.Lot, error)         { return nil, nil }
func (under) Children(context.Context, []trace.Ref) ([]trace.Lot, error)     { return nil, nil }
func (under) Held(context.Context, []trace.Ref) ([]trace.Lot, error)         { return nil, nil }
func (under) Accounts(context.Context, []trace.Ref) ([]trace.Account, error) { return nil, nil }
func (under) Paths(context.Context, []string) ([]trace.Path, error)          { return nil, nil }
func (under) OwnedBy(context.Context, string) ([]trace.Ref, error)           { return nil, nil }
func (under) AccountOf(context.Context, string) (trace.Ref, error)           { return 0, nil }
