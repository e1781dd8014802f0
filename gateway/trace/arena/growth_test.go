package arena

import (
	"context"
	"sync"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace"
)

// Readers ask while the arena grows, changes and is laid out anew: what they are told of their own block stays as it was.
// Run it with -race.
func TestReadersWhileItGrows(t *testing.T) {
	a := New(0)
	add := func(ref, parent, account, amount int64, block uint64, stage ledger.Stage) {
		if err := a.Add(&Movement{Ref: ref << 9, Account: account, Place: settings[account], Block: block, Date: "2026-01-01", Stage: stage,
			Lots: []Yield{{Ref: ref << 9, Parent: parent << 9, Amount: amount}}}); err != nil {
			t.Error(err)
		}
	}
	add(1, 0, 1, 1_000_000, 1, ledger.Credited)
	for n := int64(2); n < 50; n++ {
		add(n, 1, 11, 10, 1, ledger.Instructed)
	}
	view, err := a.At(Moment{Known: 1}, plain{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := trace.Totals{Traced: 1_000_000, Idle: 1_000_000 - 480, InTransit: 480}
	var readers sync.WaitGroup
	stop := make(chan struct{})
	for range 3 {
		readers.Go(func() {
			for {
				if got := view.Sum(1); got != want {
					t.Errorf("%+v, want %+v", got, want)
				}
				visits, err := view.Walk(context.Background(), 1)
				if err != nil || len(visits) != 49 {
					t.Errorf("%d visits, %v", len(visits), err)
				}
				flows, err := view.Flows([]trace.Ref{1, 2})
				if err != nil || flows.Funds[0].InTransit != 480 || flows.Funds[0].Idle != want.Idle {
					t.Errorf("%+v, %v", flows, err)
				}
				latest, err := a.At(Moment{Known: 1 << 30}, plain{}, nil) // may lay out anew
				if err != nil || latest.Sum(1).Traced != 1_000_000 {
					t.Error(err)
				}
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	for n := int64(2); n < 50; n++ {
		if err := a.Change(n<<9, 2, "2026-01-02", ledger.Credited, 2); err != nil {
			t.Error(err)
		}
	}
	for n := int64(50); n < 4000; n++ {
		add(n, 1+n%40, []int64{2, 11, 12}[n%3], 1, 3, ledger.Credited)
	}
	close(stop)
	readers.Wait()
}
