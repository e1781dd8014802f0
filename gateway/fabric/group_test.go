package fabric

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"fundtrace/chaincode/ledger"
)

func TestGroupCommit(t *testing.T) {
	r := newRig(t, 500, 500, 9000)
	release := r.channel.hold()
	defer release()
	const n = 100
	receipts := make([]Receipt, n)
	var wg sync.WaitGroup
	submit := func(i int) {
		wg.Go(func() { receipts[i] = r.must(officer, entry(fmt.Sprint("k", i), pay("acct:a", "acct:b", 100))) })
	}
	submit(0)
	until(t, "the first payment is with the orderer", func() bool { return r.Pending() == 1 })
	for i := 1; i < n; i++ {
		submit(i)
	}
	until(t, "the others wait", func() bool { return r.inLine() == n-1 })
	release()
	wg.Wait()
	if got := r.channel.proposals(); got != 2 {
		t.Errorf("%d transactions, want 2: the first payment and everybody behind it", got)
	}
	for i, x := range receipts {
		if want := min(uint64(i), 1) + 2; x.Block != want || x.Entry != officer.EntryID(fmt.Sprint("k", i)) {
			t.Errorf("receipt %d: %+v, want block %d", i, x, want)
		}
	}
	if a, b := r.balance("acct:a"), r.balance("acct:b"); a != 0 || b != 10000 {
		t.Errorf("balances %d and %d", a, b)
	}
}

func TestGroupsKeepToTheLimits(t *testing.T) {
	r := newRig(t, 10000)
	release := r.channel.hold()
	defer release()
	var wg sync.WaitGroup
	submit := func(e ledger.Entry) { wg.Go(func() { r.must(officer, e) }) }
	submit(entry("first", fill("acct:b", 1)))
	until(t, "the first entry is with the orderer", func() bool { return r.Pending() == 1 })
	for k := range 3 {
		ops := make([]ledger.Op, 2000)
		for i := range ops {
			ops[i] = fill("acct:b", 1)
		}
		submit(entry(fmt.Sprint("bulk", k), ops...))
	}
	until(t, "the bulk entries wait", func() bool { return r.inLine() == 3 })
	release()
	wg.Wait()
	for _, b := range r.channel.proposed {
		ops := 0
		for _, e := range b.Entries {
			ops += len(e.Ops)
		}
		if ops > ledger.MaxOps {
			t.Errorf("a transaction of %d operations", ops)
		}
	}
	if got := r.channel.proposals(); got != 3 {
		t.Errorf("%d transactions, want 3: one, two bulk entries, one", got)
	}
}

// Another payer, and the same payer in another signer's hands: the first does not wait, the second waits for its turn.
func TestTurns(t *testing.T) {
	r := newRig(t, 1000)
	r.must(officer, entry("give", pay("acct:a", "acct:b", 500)))
	gate := make(chan struct{})
	r.channel.set(func() {
		r.channel.onSubmit = func(tx string, order func()) error {
			for _, e := range r.batch(tx).Entries {
				if e.Key == "slow" {
					<-gate
				}
			}
			order()
			return nil
		}
	})
	var wg sync.WaitGroup
	wg.Go(func() { r.must(officer, entry("slow", pay("acct:a", "acct:c", 100))) })
	until(t, "the slow payment is with the orderer", func() bool { return r.Pending() == 1 })
	r.must(officer, entry("other-payer", pay("acct:b", "acct:c", 100)))
	wg.Go(func() { r.must(officer2, entry("same-payer", pay("acct:a", "acct:c", 100))) })
	wg.Go(func() {
		r.must(officer, entry("both-payers", pay("acct:b", "acct:c", 100), pay("acct:a", "acct:c", 100)))
	})
	until(t, "both wait", func() bool { return r.inLine() == 2 })
	close(gate)
	wg.Wait()
	if got := r.balance("acct:c"); got != 500 {
		t.Errorf("acct:c holds %d, want 500", got)
	}
}

// batch is what a transaction records.
func (r *rig) batch(tx string) ledger.Batch {
	r.channel.mu.Lock()
	t := r.channel.txs[tx]
	r.channel.mu.Unlock()
	b, err := ledger.DecodeBatch(t.GetArgs()[1])
	if err != nil {
		panic(err)
	}
	return *b
}

func TestOffendersLeaveTheGroup(t *testing.T) {
	r := newRig(t, 100, 100)
	release := r.channel.hold()
	defer release()
	var wg sync.WaitGroup
	go r.Submit(context.Background(), officer, entry("first", pay("acct:a", "acct:b", 1, ledger.Draw{Lot: lotOf(1), Amount: 1})))
	until(t, "the first payment is with the orderer", func() bool { return r.Pending() == 1 })
	whole := ledger.Draw{Lot: lotOf(0), Amount: 100}
	cases := []struct {
		e    ledger.Entry
		code ledger.Code
		rows int
	}{
		{entry("good", pay("acct:a", "acct:b", 10, ledger.Draw{Lot: lotOf(1), Amount: 10})), "", 0},
		{entry("unknown", pay("acct:a", "acct:none", 10, ledger.Draw{Lot: lotOf(1), Amount: 10})), ledger.AccountUnknown, 0},
		// Takes the whole lot before its second operation is refused; that must not harm the next.
		{entry("half", pay("acct:a", "acct:b", 100, whole), pay("acct:a", "acct:none", 1, ledger.Draw{Lot: lotOf(1), Amount: 1})), ledger.BatchRefused, 1},
		{entry("innocent", pay("acct:a", "acct:b", 100, whole)), "", 0},
		{entry("late", pay("acct:a", "acct:b", 100, whole)), ledger.LotOverdrawn, 0},
		{entry("last", pay("acct:a", "acct:c", 10, ledger.Draw{Lot: lotOf(1), Amount: 10})), "", 0},
	}
	for i, c := range cases {
		wg.Go(func() {
			_, err := r.Submit(context.Background(), officer, c.e)
			var e *ledger.Error
			if errors.As(err, &e); ledger.ErrorCode(err) != c.code || e != nil && len(e.Rows) != c.rows {
				t.Errorf("%s: %v with rows, want %q with %d rows", c.e.Key, err, c.code, c.rows)
			}
			want := 0
			if c.code == "" {
				want = 1
			}
			if got := r.times(officer.EntryID(c.e.Key)); got != want {
				t.Errorf("%s is recorded %d times, want %d", c.e.Key, got, want)
			}
		})
		until(t, c.e.Key+" waits", func() bool { return r.inLine() == i+1 })
	}
	release()
	wg.Wait()
}

// A refusal of a group that names no operation cannot be blamed on anybody: each gets a hearing of its own.
func TestRefusalWithoutRowsDividesTheGroup(t *testing.T) {
	r := newRig(t, 100)
	release := r.channel.hold()
	defer release()
	var wg sync.WaitGroup
	go r.Submit(context.Background(), officer, entry("first", fill("acct:b", 1)))
	until(t, "the first entry is with the orderer", func() bool { return r.Pending() == 1 })
	r.channel.set(func() {
		r.channel.onEndorse = func(b ledger.Batch) error {
			if len(b.Entries) > 1 {
				return ledger.Refuse(ledger.TooLarge, "not that much")
			}
			return nil
		}
	})
	for i := range 3 {
		wg.Go(func() { r.must(officer, entry(fmt.Sprint("k", i), fill("acct:b", 1))) })
	}
	until(t, "they wait", func() bool { return r.inLine() == 3 })
	release()
	wg.Wait()
	if got := r.balance("acct:b"); got != 4 {
		t.Errorf("acct:b holds %d, want 4", got)
	}
}
