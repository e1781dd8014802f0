package fabric

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"fundtrace/chaincode/ledger"
)

// faults makes everything go wrong now and then: peers away or behind, connections that break before and after the
// orderer took the transaction, a status that does not come, somebody else's payment in between.
func (c *testChannel) faults(seed uint64) {
	var mu sync.Mutex
	random := rand.New(rand.NewPCG(seed, 1))
	n := 0
	roll := func(sides int) int {
		mu.Lock()
		defer mu.Unlock()
		n++
		return random.IntN(sides)
	}
	c.set(func() {
		c.onEndorse = func(ledger.Batch) error {
			switch roll(20) {
			case 0:
				return unavailable(errLost)
			case 1:
				return &disagreement{}
			}
			return nil
		}
		c.onSubmit = func(_ string, order func()) error {
			switch k := roll(20); k {
			case 0:
				return errLost
			case 1:
				order()
				return errLost
			case 2, 3:
				mu.Lock()
				key := fmt.Sprint("stranger", n)
				mu.Unlock()
				// Draws one of the lots, if it holds anything; a refusal is as good.
				_, _ = c.Ledger.Submit(officer2.Caller(), entry(key, pay("acct:a", "acct:c", 1, ledger.Draw{Lot: lotOf(roll(10)), Amount: 1})))
			}
			order()
			return nil
		}
		c.onStatus = func(string) error {
			if roll(20) == 0 {
				return errLost
			}
			return nil
		}
	})
}

// mortal is the channel of a process that can be killed: from then on it reaches nobody and learns nothing.
type mortal struct {
	*testChannel
	dead atomic.Bool
}

func (m *mortal) Endorse(ctx context.Context, by *Identity, batch []byte) (*Transaction, error) {
	tx, err := m.testChannel.Endorse(ctx, by, batch)
	if m.dead.Load() {
		return nil, unavailable(errLost)
	}
	return tx, err
}

func (m *mortal) Submit(ctx context.Context, signed []byte) error {
	if m.dead.Load() {
		return errLost
	}
	err := m.testChannel.Submit(ctx, signed)
	if m.dead.Load() {
		return errLost
	}
	return err
}

func (m *mortal) Status(ctx context.Context, tx string) (Status, error) {
	st, err := m.testChannel.Status(ctx, tx)
	if m.dead.Load() {
		return Status{}, errLost
	}
	return st, err
}

// Random payments by several users through a gateway that is killed in the midst of it, with faults everywhere. In the
// end every payment that was acknowledged is recorded once, none that was refused is, no answer stays open when asked
// again, and not a fen is lost or made.
func TestFaultsRestartsAndCrowds(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			amounts := make([]int64, 10)
			for i := range amounts {
				amounts[i] = 200
			}
			r := newRig(t, amounts...)
			r.must(officer, entry("b", fill("acct:b", 500), fill("acct:c", 500)))
			r.channel.faults(seed)
			const payments = 120
			entries := make([]ledger.Entry, payments)
			signers := make([]*Identity, payments)
			answers := make([]error, payments)
			random := rand.New(rand.NewPCG(seed, 2))
			for i := range entries {
				from := random.IntN(len(testAccounts))
				to := (from + 1 + random.IntN(len(testAccounts)-1)) % len(testAccounts)
				ops := []ledger.Op{pay(testAccounts[from], testAccounts[to], 1+random.Int64N(40))}
				if random.IntN(4) == 0 {
					ops = append(ops, pay(testAccounts[random.IntN(2)], testAccounts[2], 1+random.Int64N(20)))
				}
				entries[i] = entry(fmt.Sprint("p", i), ops...)
				signers[i] = []*Identity{officer, officer2}[random.IntN(2)]
			}
			crowd := func(s *Submitter, part []int) {
				var wg sync.WaitGroup
				for _, i := range part {
					wg.Go(func() { _, answers[i] = s.Submit(context.Background(), signers[i], entries[i]) })
				}
				wg.Wait()
			}
			all := random.Perm(payments)
			process := &mortal{testChannel: r.channel}
			r.Submitter.channel = process
			done := make(chan struct{})
			go func() { defer close(done); crowd(r.Submitter, all[:payments/2]) }()
			until(t, "the crowd is under way", func() bool { r.channel.mu.Lock(); defer r.channel.mu.Unlock(); return len(r.channel.sent) > 8 })
			process.dead.Store(true)
			file, first := r.crash(), r.Submitter
			r.open(file)
			if err := first.Close(); err != nil {
				t.Fatal(err)
			}
			<-done
			t.Log("open after the crash: ", r.Pending())
			crowd(r.Submitter, all[payments/2:])
			r.channel.set(func() { r.channel.onEndorse, r.channel.onSubmit, r.channel.onStatus = nil, nil, nil })
			until(t, "every outcome is known", func() bool { return r.Pending() == 0 })
			r.judge(signers, entries, answers)
		})
	}
}

// judge compares what the callers were told with the ledger.
func (r *rig) judge(signers []*Identity, entries []ledger.Entry, answers []error) {
	r.t.Helper()
	told := map[ledger.Code]int{}
	for i, e := range entries {
		id := signers[i].EntryID(e.Key)
		code, n := ledger.ErrorCode(answers[i]), r.times(id)
		told[code]++
		switch {
		case answers[i] != nil && code == "":
			r.t.Errorf("%s: %v is no ledger.Error", e.Key, answers[i])
		case n > 1:
			r.t.Errorf("%s is recorded %d times", e.Key, n)
		case code == "" && n != 1:
			r.t.Errorf("%s was acknowledged and is recorded %d times", e.Key, n)
		case code != "" && code != OutcomeUnknown && n != 0:
			r.t.Errorf("%s was refused (%s) and is recorded", e.Key, code)
		}
		if n == 1 {
			if receipt := r.must(signers[i], e); !receipt.Replayed {
				r.t.Errorf("%s is recorded, and sent again: %+v", e.Key, receipt)
			}
		}
	}
	sum := int64(0)
	for _, a := range testAccounts {
		sum += r.balance(a)
	}
	if sum != 3000 {
		r.t.Errorf("the accounts hold %d, want 3000", sum)
	}
	r.t.Logf("answers: %v, %d proposals, %d submissions", told, r.channel.proposals(), len(r.channel.sent))
}
