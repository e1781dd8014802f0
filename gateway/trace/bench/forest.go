package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace"
	"fundtrace/gateway/trace/arena"
)

// Forest is what one size measured.
type Forest struct {
	Lots        int     `json:"lots"`
	BytesPerLot float64 `json:"bytes_per_lot"`
	Descendants int     `json:"descendants"` // of the traced lot
	Totals      Took    `json:"totals"`      // its forward trace, totals alone
	Trace       Took    `json:"trace"`       // with the first page of rows and the diagram
	Postgres    *Took   `json:"postgres,omitempty"`
}

// lot is one generated lot: number, parent (0 for roots), account and amounts in minor units.
type lot struct {
	parent  int32
	account int32
	amount  int64
	drawn   int64
	depth   uint8
}

const (
	accounts = 5000 // of funds up to 100, sinks from 4900 on
	funds    = 100
	sinks    = 4900
)

// generate grows a forest as money does: few large roots, funds that feed many enterprises, these their suppliers, chains
// rarely longer than eight. The seed is fixed: every run measures the same forest.
func generate(n int) []lot {
	r := rand.New(rand.NewPCG(20250419, uint64(n)))
	lots := make([]lot, 1, n+1) // numbers start at 1
	var open []int32            // lots that still hold money
	for len(lots) <= n {
		number := int32(len(lots))
		if len(open) == 0 || r.IntN(200) == 0 {
			lots = append(lots, lot{account: int32(1 + r.IntN(funds)), amount: int64(1e12) + r.Int64N(1e13)})
			open = append(open, number)
			continue
		}
		// The oldest lots are the hottest: a treasury lot feeds thousands.
		at := int(float64(len(open)) * r.Float64() * r.Float64())
		parent := &lots[open[at]]
		left := parent.amount - parent.drawn
		share := 1 + left/int64(50+r.IntN(2000))
		parent.drawn += share
		child := lot{parent: open[at], amount: share, depth: parent.depth + 1, account: int32(funds + 1 + r.IntN(accounts-funds))}
		lots = append(lots, child)
		if child.account < sinks && child.depth < 8 && share > 1000 {
			open = append(open, number)
		}
		if parent.amount == parent.drawn {
			open[at] = open[len(open)-1]
			open = open[:len(open)-1]
		}
	}
	return lots
}

// measureForest traces the lot whose descendants are nearest to 10,000.
func measureForest(ctx context.Context, n, rounds int, db *postgres) (*Forest, error) {
	lots := generate(n)
	below := make([]int32, len(lots))
	for i := len(lots) - 1; i > 0; i-- {
		if p := lots[i].parent; p != 0 {
			below[p] += below[i] + 1
		}
	}
	start := 1
	for i := range lots {
		if i > 0 && distance(below[i]) < distance(below[start]) {
			start = i
		}
	}
	before := heap()
	a, err := plant(lots)
	if err != nil {
		return nil, err
	}
	view, err := a.At(arena.Moment{Known: 1}, names{}, nil)
	if err != nil {
		return nil, err
	}
	out := &Forest{Lots: n, BytesPerLot: float64(heap()-before) / float64(n), Descendants: int(below[start])}
	var totals trace.Totals
	out.Trace, err = measure(rounds, ownCPU, func() error {
		answer, err := trace.Forward(ctx, view, fmt.Sprint(start), trace.Options{})
		if err == nil {
			totals = answer.Totals
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	out.Totals, err = measure(rounds, ownCPU, func() error {
		answer, err := trace.Total(ctx, view, fmt.Sprint(start))
		if err == nil && answer.Totals != totals {
			err = fmt.Errorf("the totals are %+v, those of the trace %+v", answer.Totals, totals)
		}
		return err
	})
	if err != nil || db == nil {
		return out, err
	}
	if err := db.load(ctx, lots); err != nil {
		return nil, err
	}
	var theirs trace.Totals
	took, err := measure(rounds, db.cpu, func() (err error) {
		theirs, err = db.trace(ctx, start)
		return err
	})
	out.Postgres = &took
	if err == nil && theirs != totals {
		err = fmt.Errorf("PostgreSQL answers %+v, the engine %+v", theirs, totals)
	}
	return out, err
}

func distance(descendants int32) int32 { return max(descendants-10_000, 10_000-descendants) }

// plant puts the forest into an arena.
func plant(lots []lot) (*arena.Arena, error) {
	a := arena.New(len(lots))
	m := arena.Movement{Date: "2026-01-01", Stage: ledger.Credited, Level: ledger.BothBanks, Lots: make([]arena.Yield, 1)}
	for i := range lots {
		if i == 0 {
			continue
		}
		l := &lots[i]
		m.Ref, m.Account, m.Place = int64(i), int64(l.account), place(l.account)
		m.Lots[0] = arena.Yield{Ref: int64(i), Parent: int64(l.parent), Amount: l.amount}
		if err := a.Add(&m); err != nil {
			return nil, err
		}
	}
	return a, nil
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// names answers what the arena does not keep: lots are called by their numbers.
type names struct{ trace.Forest }

func (names) Find(_ context.Context, id string) (trace.Lot, error) {
	var n int64
	_, err := fmt.Sscan(id, &n)
	return trace.Lot{Ref: trace.Ref(n)}, err
}

func (names) Accounts(_ context.Context, refs []trace.Ref) ([]trace.Account, error) {
	out := make([]trace.Account, len(refs))
	for i, r := range refs {
		out[i] = trace.Account{Ref: r, ID: fmt.Sprint("acct:", r), Place: place(int32(r)), Currency: "CNY"}
	}
	return out, nil
}

func place(account int32) trace.Place {
	switch {
	case account <= funds:
		return trace.InFund
	case account >= sinks:
		return trace.InSink
	}
	return trace.InEnterprise
}

func (names) Facts(_ context.Context, refs []trace.Ref) ([]trace.Fact, error) {
	out := make([]trace.Fact, len(refs))
	for i, r := range refs {
		out[i] = trace.Fact{Ref: r, Lot: fmt.Sprint(r), Kind: ledger.Use}
	}
	return out, nil
}
