package fabric

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"fundtrace/chaincode/ledger"
)

// Somebody else's payment gets between proposal and commit a few times, or always.
func TestConflictsAreRetriedAndBounded(t *testing.T) {
	for _, c := range []struct {
		conflicts int
		code      ledger.Code
		proposals int
	}{{1, "", 2}, {5, "", 6}, {99, Contention, 6}} {
		t.Run(fmt.Sprint(c.conflicts), func(t *testing.T) {
			r := newRig(t, 1000)
			n := 0
			r.channel.set(func() {
				r.channel.onSubmit = func(_ string, order func()) error {
					if n++; n <= c.conflicts {
						if _, err := r.channel.Ledger.Submit(officer2.Caller(), entry(fmt.Sprint("other", n), pay("acct:a", "acct:c", 1, ledger.Draw{Lot: lotOf(0), Amount: 1}))); err != nil {
							panic(err)
						}
					}
					order()
					return nil
				}
			})
			receipt, err := r.Submit(context.Background(), officer, entry("k", pay("acct:a", "acct:b", 400)))
			if ledger.ErrorCode(err) != c.code {
				t.Fatalf("%v, want %q", err, c.code)
			}
			want := 1
			if c.code != "" {
				want = 0
			}
			if got := r.times(officer.EntryID("k")); got != want {
				t.Errorf("recorded %d times (receipt %+v), want %d", got, receipt, want)
			}
			if got := r.channel.proposals(); got != c.proposals {
				t.Errorf("%d proposals, want %d", got, c.proposals)
			}
			if r.Pending() != 0 {
				t.Errorf("%d transactions are open", r.Pending())
			}
		})
	}
}

// The read model does not know yet that another gateway drew the lot that it would choose.
func TestStaleChoiceIsMadeAnew(t *testing.T) {
	r := newRig(t, 100, 100)
	if _, err := r.channel.Ledger.Submit(officer2.Caller(), entry("other", pay("acct:a", "acct:c", 60, ledger.Draw{Lot: lotOf(0), Amount: 60}))); err != nil {
		t.Fatal(err)
	}
	r.must(officer, entry("k", pay("acct:a", "acct:b", 140)))
	if got := r.balance("acct:a"); got != 0 {
		t.Errorf("acct:a holds %d", got)
	}
	// The caller's own choice is the caller's own fault.
	if _, err := r.Submit(context.Background(), officer, entry("named", pay("acct:a", "acct:b", 1, ledger.Draw{Lot: lotOf(0), Amount: 1}))); ledger.ErrorCode(err) != ledger.LotOverdrawn {
		t.Errorf("named: %v", err)
	}
}

// Money that was recorded a moment ago can be paid on, whether or not the read model has seen it.
func TestMoneyThatJustCameIn(t *testing.T) {
	r := newRig(t)
	r.must(officer, entry("in", fill("acct:a", 70)))
	r.must(officer, entry("out", pay("acct:a", "acct:b", 70)))
	if got := r.balance("acct:b"); got != 70 {
		t.Errorf("acct:b holds %d", got)
	}
}

// Payments follow each other faster than the read model: what was drawn since is kept in mind, and not counted twice when
// a block is taken in while lots are being chosen.
func TestChoiceAheadOfTheReadModel(t *testing.T) {
	r := newRig(t, 100, 100, 100)
	r.model.mu.Lock()
	r.model.frozen = true
	r.model.mu.Unlock()
	for i := range 4 {
		r.must(officer, entry(fmt.Sprint("k", i), pay("acct:a", "acct:b", 60)))
	}
	if got := r.channel.proposals(); got != 4 {
		t.Errorf("%d proposals for 4 payments: chosen lots were refused", got)
	}
	r.model.mu.Lock()
	r.model.frozen, r.model.onPick = false, sync.OnceFunc(r.model.advance)
	r.model.mu.Unlock()
	if draws, err := r.pick(context.Background(), "acct:a", 60); err != nil || len(draws) != 1 {
		t.Errorf("while the blocks are taken in: %v, %v", draws, err)
	}
	if draws, err := r.pick(context.Background(), "acct:a", 60); err != nil || len(draws) != 1 {
		t.Errorf("after the blocks were taken in: %v, %v", draws, err)
	}
	r.must(officer, entry("rest", pay("acct:a", "acct:b", 60)))
	if got := r.balance("acct:a"); got != 0 {
		t.Errorf("acct:a holds %d", got)
	}
	r.drawn.forget(r.model.Next())
	if n := len(r.drawn.txs); n != 0 {
		t.Errorf("%d transactions are kept in mind that the read model shows", n)
	}
}

// An answer got lost, and all the money is gone: for exactly the payment that is sent again, through another gateway.
func TestRepeatedPaymentThroughAnotherGateway(t *testing.T) {
	r := newRig(t, 100, 100)
	e := entry("k", pay("acct:a", "acct:b", 150), pay("acct:a", "acct:c", 50))
	first := r.must(officer, e)
	r.open(filepath.Join(t.TempDir(), "outbox.db"))
	again := r.must(officer, e)
	if again != (Receipt{Entry: first.Entry, Replayed: true}) {
		t.Errorf("again: %+v", again)
	}
	if _, err := r.Submit(context.Background(), officer, entry("k", pay("acct:a", "acct:b", 150), pay("acct:a", "acct:c", 49))); ledger.ErrorCode(err) != ledger.IdempotencyConflict {
		t.Errorf("other content: %v", err)
	}
	// With money left, the lots that would be chosen now differ from those that were drawn.
	r.must(officer, entry("more", fill("acct:a", 500)))
	if again := r.must(officer, e); !again.Replayed {
		t.Errorf("with money left: %+v", again)
	}
}

// The same entry from several callers at once is one record, whoever chose the lots.
func TestSameEntryAtOnce(t *testing.T) {
	for name, op := range map[string]ledger.Op{"chosen lots": pay("acct:a", "acct:b", 10), "no lots": fill("acct:b", 10)} {
		r := newRig(t, 1000)
		receipts := make([]Receipt, 8)
		release := r.channel.hold()
		var wg sync.WaitGroup
		wg.Go(func() { r.must(officer, entry("before", op)) }) // of the same lane
		until(t, "an entry is with the orderer", func() bool { return r.Pending() == 1 })
		for i := range receipts {
			wg.Go(func() { receipts[i] = r.must(officer, entry("k", op)) })
		}
		until(t, "all wait behind it", func() bool { return r.inLine() == len(receipts) })
		release()
		wg.Wait()
		fresh := 0
		for _, x := range receipts {
			if !x.Replayed {
				fresh++
			}
			if x.TxID != receipts[0].TxID || x.Block != receipts[0].Block {
				t.Errorf("%s: receipt %+v differs from %+v", name, x, receipts[0])
			}
		}
		if fresh != 1 || r.balance("acct:b") != 20 {
			t.Errorf("%s: %d of 8 are fresh, acct:b holds %d", name, fresh, r.balance("acct:b"))
		}
	}
}

// One endorsing peer is a block behind: the proposal is made anew until they agree. When they never do, the refusal of the
// one is not passed on as the answer: it may be that of the peer that knows less.
func TestPeersThatDisagree(t *testing.T) {
	r := newRig(t, 1000)
	refusal := ledger.Refuse(ledger.LotUnknown, "there is no such lot")
	asked := 0
	r.channel.set(func() {
		r.channel.onEndorse = func(ledger.Batch) error {
			if asked++; asked <= 2 {
				return &disagreement{refusal: refusal}
			}
			return nil
		}
	})
	r.must(officer, entry("k", pay("acct:a", "acct:b", 1)))
	if asked != 3 {
		t.Errorf("asked %d times", asked)
	}
	r.channel.set(func() {
		r.channel.onEndorse = func(ledger.Batch) error { asked++; return &disagreement{refusal: refusal} }
	})
	asked = 0
	if _, err := r.Submit(context.Background(), officer, entry("l", pay("acct:a", "acct:b", 1))); ledger.ErrorCode(err) != Contention || asked != 11 {
		t.Errorf("after %d attempts: %v", asked, err)
	}
	r.channel.set(func() { r.channel.onEndorse = func(ledger.Batch) error { return &disagreement{} } })
	if _, err := r.Submit(context.Background(), officer, entry("m", pay("acct:a", "acct:b", 1))); ledger.ErrorCode(err) != Contention {
		t.Errorf("different states for ever: %v", err)
	}
}

// A bulk entry whose payments need more lots than one choice gives is covered in parts.
func TestManySmallLots(t *testing.T) {
	amounts := make([]int64, 3*ledger.MaxDraws)
	for i := range amounts {
		amounts[i] = 2
	}
	r := newRig(t, amounts...)
	ops := make([]ledger.Op, 10)
	for i := range ops {
		ops[i] = pay("acct:a", "acct:b", int64(2*len(amounts)/len(ops)))
	}
	r.must(officer, entry("bulk", ops...))
	if a, b := r.balance("acct:a"), r.balance("acct:b"); a != 0 || b != int64(2*len(amounts)) {
		t.Errorf("balances %d and %d", a, b)
	}
}

// Nobody waits for the answer any more: what lost against another writer is not tried again.
func TestNoNewAttemptForCallersWhoLeft(t *testing.T) {
	r := newRig(t, 1000)
	ctx, cancel := context.WithCancel(context.Background())
	left := make(chan struct{})
	r.channel.set(func() {
		r.channel.onSubmit = func(_ string, order func()) error {
			cancel()
			<-left
			r.overtake()
			order()
			return nil
		}
	})
	if _, err := r.Submit(ctx, officer, entry("k", pay("acct:a", "acct:b", 400))); ledger.ErrorCode(err) != OutcomeUnknown {
		t.Errorf("got %v", err)
	}
	close(left)
	until(t, "the payer is free again", func() bool {
		r.queue.mu.Lock()
		defer r.queue.mu.Unlock()
		return len(r.queue.held) == 0
	})
	if n, p := r.times(officer.EntryID("k")), r.channel.proposals(); n != 0 || p != 1 {
		t.Errorf("recorded %d times in %d proposals", n, p)
	}
}
