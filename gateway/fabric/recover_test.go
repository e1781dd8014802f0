package fabric

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"

	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

// crash copies the outbox as kill -9 would leave it at this moment. What is in the file and its write-ahead log has been
// synced; nothing else survives.
func (r *rig) crash() string {
	r.t.Helper()
	to := filepath.Join(r.t.TempDir(), "outbox.db")
	for _, part := range []string{"", "-wal"} {
		from, err := os.Open(r.file + part)
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			r.t.Fatal(err)
		}
		defer from.Close()
		copied, err := os.Create(to + part)
		if err != nil {
			r.t.Fatal(err)
		}
		if _, err := io.Copy(copied, from); err != nil {
			r.t.Fatal(err)
		}
		if err := copied.Close(); err != nil {
			r.t.Fatal(err)
		}
	}
	return to
}

// Whatever the point at which the gateway dies, the entry is on the ledger once after the restart, the caller that sends
// it again gets its receipt, and no new transaction was made while the old one's outcome was open.
func TestCrashAtEveryPoint(t *testing.T) {
	for name, c := range map[string]struct {
		// die commits or not, and copies the outbox where the gateway is to die
		die func(r *rig, order func()) (copied string)
		// transactions proposed in all, the repeated entry's included
		proposals int
	}{
		"stored, not submitted":  {func(r *rig, _ func()) string { return r.crash() }, 2},
		"submitted, not known":   {func(r *rig, order func()) string { order(); return r.crash() }, 2},
		"stored, then recorded":  {func(r *rig, order func()) string { defer order(); return r.crash() }, 2},
		"overtaken by a payment": {func(r *rig, order func()) string { r.overtake(); order(); return r.crash() }, 2},
		"overtaken afterwards":   {func(r *rig, _ func()) string { defer r.overtake(); return r.crash() }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, 1000)
			payment := entry("k", pay("acct:a", "acct:b", 400, ledger.Draw{Lot: lotOf(0), Amount: 400}))
			copied := make(chan string, 1)
			gone := make(chan struct{})
			r.channel.set(func() {
				r.channel.onSubmit = func(_ string, order func()) error {
					select {
					case copied <- c.die(r, order):
					default:
					}
					<-gone // the dying gateway learns nothing
					return errLost
				}
			})
			go r.Submit(context.Background(), officer, payment)
			file := <-copied
			r.channel.set(func() { r.channel.onSubmit = nil })
			first := r.Submitter
			first.stop()
			close(gone)
			if err := first.Close(); err != nil {
				t.Fatal(err)
			}
			r.open(file)
			until(t, "the outcome is known", func() bool { return r.Pending() == 0 })
			receipt := r.must(officer, payment)
			if n := r.times(receipt.Entry); n != 1 {
				t.Errorf("the entry is recorded %d times", n)
			}
			if receipt.Block == 0 || receipt.TxID == "" {
				t.Errorf("receipt %+v", receipt)
			}
			if got := r.balance("acct:b"); got != 400 {
				t.Errorf("acct:b holds %d, want 400", got)
			}
			if receipt.Replayed == strings.HasPrefix(name, "overtaken") {
				t.Errorf("receipt %+v: an invalid transaction is proposed anew, a recorded entry is not", receipt)
			}
			if got := r.channel.proposals(); got != c.proposals {
				t.Errorf("%d proposals, want %d", got, c.proposals)
			}
		})
	}
}

// overtake has another gateway's officer draw from the same lot.
func (r *rig) overtake() {
	if _, err := r.channel.Ledger.Submit(officer2.Caller(), entry("overtake", pay("acct:a", "acct:c", 1, ledger.Draw{Lot: lotOf(0), Amount: 1}))); err != nil {
		panic(err)
	}
}

// As long as the outcome is open nobody may propose the entry anew, not even after a restart.
func TestNoNewProposalWhileTheOutcomeIsOpen(t *testing.T) {
	r := newRig(t, 1000)
	down := func(string, func()) error { return errLost }
	blind := func(string) error { return errLost }
	r.channel.set(func() { r.channel.onSubmit, r.channel.onStatus = down, blind })
	e := entry("k", pay("acct:a", "acct:b", 400))
	ctx, cancel := context.WithCancel(context.Background())
	answer := make(chan error, 1)
	go func() { answer <- second(r.Submit(ctx, officer, e)) }()
	until(t, "it is submitted in vain", func() bool { return r.Pending() == 1 })
	cancel()
	if err := <-answer; ledger.ErrorCode(err) != OutcomeUnknown {
		t.Errorf("first: %v", err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	r.open(r.file)
	if r.Pending() != 1 {
		t.Fatalf("%d transactions are open after the restart, want 1", r.Pending())
	}
	ctx, cancel = context.WithCancel(context.Background())
	go func() { answer <- second(r.Submit(ctx, officer, e)) }()
	until(t, "the second attempt waits", func() bool { return r.inLine() == 1 })
	if got := r.channel.proposals(); got != 1 {
		t.Errorf("%d proposals while the outcome is open", got)
	}
	cancel()
	if err := <-answer; ledger.ErrorCode(err) != OutcomeUnknown {
		t.Errorf("second: %v", err)
	}
	// Other entries of the payer go on, and keep off what the open transaction draws.
	r.channel.set(func() { r.channel.onSubmit, r.channel.onStatus = nil, nil })
	if _, err := r.Submit(context.Background(), officer, entry("all", pay("acct:a", "acct:c", 601))); ledger.ErrorCode(err) != ledger.LotOverdrawn {
		t.Errorf("a payment of what the open transaction draws: %v", err)
	}
	receipt := r.must(officer, e)
	if !receipt.Replayed || r.times(receipt.Entry) != 1 {
		t.Errorf("receipt %+v, recorded %d times", receipt, r.times(receipt.Entry))
	}
}

// A caller that waits gets its receipt once the connection is back.
func TestLostConnectionMendsItself(t *testing.T) {
	for name, ordered := range map[string]bool{"taken": true, "not taken": false} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, 1000)
			first := true
			r.channel.set(func() {
				r.channel.onSubmit = func(_ string, order func()) error {
					if first {
						first = false
						if ordered {
							order()
						}
						return errLost
					}
					order()
					return nil
				}
			})
			receipt := r.must(officer, entry("k", pay("acct:a", "acct:b", 400)))
			if receipt.Replayed || r.times(receipt.Entry) != 1 || r.channel.proposals() != 1 {
				t.Errorf("receipt %+v, recorded %d times, %d proposals", receipt, r.times(receipt.Entry), r.channel.proposals())
			}
		})
	}
}

// An outcome that becomes known late as a conflict sends the callers that still wait back in line.
func TestLateConflictIsRetried(t *testing.T) {
	r := newRig(t, 1000)
	first := true
	r.channel.set(func() {
		r.channel.onSubmit = func(_ string, order func()) error {
			if first {
				first = false
				r.overtake()
				order()
				return errLost
			}
			order()
			return nil
		}
	})
	receipt := r.must(officer, entry("k", pay("acct:a", "acct:b", 400)))
	if receipt.Replayed || r.times(receipt.Entry) != 1 || r.channel.proposals() != 2 {
		t.Errorf("receipt %+v, recorded %d times, %d proposals", receipt, r.times(receipt.Entry), r.channel.proposals())
	}
}

// Submitting the same bytes twice puts the transaction on the ledger twice; a peer may name the second time first.
func TestDuplicateIsNotTheOutcome(t *testing.T) {
	r := newRig(t, 1000)
	asked := 0
	r.channel.set(func() {
		r.channel.onSubmit = func(tx string, order func()) error {
			order()
			r.channel.set(func() {
				first := r.channel.status[tx]
				r.channel.onStatus = func(string) error {
					r.channel.set(func() {
						if asked++; asked == 1 {
							r.channel.status[tx] = Status{Block: first.Block + 1, Code: peer.TxValidationCode_DUPLICATE_TXID}
						} else {
							r.channel.status[tx] = first
						}
					})
					return nil
				}
			})
			return nil
		}
	})
	if receipt := r.must(officer, entry("k", pay("acct:a", "acct:b", 400))); receipt.Block != 2 {
		t.Errorf("receipt %+v", receipt)
	}
}

func TestRejectedByTheOrderer(t *testing.T) {
	r := newRig(t, 1000)
	r.channel.set(func() { r.channel.onSubmit = func(string, func()) error { return errRejected } })
	e := entry("k", pay("acct:a", "acct:b", 400))
	if _, err := r.Submit(context.Background(), officer, e); ledger.ErrorCode(err) != TransactionRejected {
		t.Errorf("got %v", err)
	}
	if r.Pending() != 0 {
		t.Errorf("%d transactions are open", r.Pending())
	}
	r.channel.set(func() { r.channel.onSubmit = nil })
	if receipt := r.must(officer, e); receipt.Replayed {
		t.Errorf("receipt %+v", receipt)
	}
}

func TestOneGatewayForOneOutbox(t *testing.T) {
	r := newRig(t, 1000)
	if s, err := NewSubmitter(r.channel, r.file, Options{}); err == nil || !strings.Contains(err.Error(), "another gateway") {
		t.Errorf("a second submitter on the same outbox: %v, %v", s, err)
	}
}
