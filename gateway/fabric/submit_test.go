package fabric

import (
	"context"
	"errors"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
)

func TestSubmitRecordsOnce(t *testing.T) {
	r := newRig(t, 1000)
	first := r.must(officer, entry("k", pay("acct:a", "acct:b", 400)))
	if first.Entry != officer.EntryID("k") || first.TxID == "" || first.Block != 2 || first.Replayed {
		t.Errorf("receipt %+v", first)
	}
	again := r.must(officer, entry("k", pay("acct:a", "acct:b", 400)))
	want := first
	want.Replayed = true
	if again != want {
		t.Errorf("again: %+v, want %+v", again, want)
	}
	if _, err := r.Submit(context.Background(), officer, entry("k", pay("acct:a", "acct:b", 401))); ledger.ErrorCode(err) != ledger.IdempotencyConflict {
		t.Errorf("same key, other amount: %v", err)
	}
	if _, err := r.Submit(context.Background(), officer, entry("k", fill("acct:b", 1))); ledger.ErrorCode(err) != ledger.IdempotencyConflict {
		t.Errorf("same key, other operation: %v", err)
	}
	if a, b := r.balance("acct:a"), r.balance("acct:b"); a != 600 || b != 400 {
		t.Errorf("balances %d and %d", a, b)
	}
	if r.Pending() != 0 {
		t.Errorf("%d transactions are open", r.Pending())
	}
}

func TestRefusalKeepsItsCode(t *testing.T) {
	r := newRig(t, 1000)
	for name, c := range map[string]struct {
		e    ledger.Entry
		code ledger.Code
	}{
		"unknown payee":      {entry("1", pay("acct:a", "acct:none", 1)), ledger.AccountUnknown},
		"unknown payer":      {entry("2", pay("acct:none", "acct:b", 1, ledger.Draw{Lot: lotOf(0), Amount: 1})), ledger.AccountUnknown},
		"more than there is": {entry("3", pay("acct:a", "acct:b", 1001)), ledger.LotOverdrawn},
		"named lot overdrawn": {entry("4", pay("acct:a", "acct:b", 1001, ledger.Draw{Lot: lotOf(0), Amount: 1001})),
			ledger.LotOverdrawn},
		"negative amount":     {entry("5", pay("acct:a", "acct:b", -1)), ledger.AmountInvalid},
		"several of several":  {entry("6", fill("acct:none", 1), fill("acct:b", 1), fill("acct:none", 2)), ledger.BatchRefused},
		"no operation":        {entry("7"), ledger.Malformed},
		"no key":              {entry("", fill("acct:b", 1)), ledger.FieldMissing},
		"more than one batch": {entry("8", make([]ledger.Op, ledger.MaxOps+1)...), ledger.TooLarge},
	} {
		for what, err := range map[string]error{"submit": second(r.Submit(context.Background(), officer, c.e)), "check": r.Check(context.Background(), officer, c.e)} {
			if ledger.ErrorCode(err) != c.code {
				t.Errorf("%s, %s: %v, want %s", name, what, err, c.code)
			}
			var e *ledger.Error
			if errors.As(err, &e) && e.Code == ledger.BatchRefused && (len(e.Rows) != 2 || e.Rows[0].Op != 0 || e.Rows[1].Op != 2) {
				t.Errorf("%s, %s: rows %+v", name, what, e.Rows)
			}
		}
	}
	if h := r.channel.Ledger.Height(); h != 2 {
		t.Errorf("refusals left blocks: height %d", h)
	}
}

func second(_ Receipt, err error) error { return err }

func TestCheckRecordsNothing(t *testing.T) {
	r := newRig(t, 1000)
	if err := r.Check(context.Background(), officer, entry("k", pay("acct:a", "acct:b", 400))); err != nil {
		t.Fatal(err)
	}
	if r.times(officer.EntryID("k")) != 0 || r.channel.Ledger.Height() != 2 {
		t.Error("a check was recorded")
	}
	r.must(officer, entry("k", pay("acct:a", "acct:b", 400)))
	if err := r.Check(context.Background(), officer, entry("k", pay("acct:a", "acct:b", 400))); err != nil {
		t.Errorf("of what is recorded: %v", err)
	}
}

func TestCallersWhoStopWaiting(t *testing.T) {
	r := newRig(t, 1000)
	release := r.channel.hold()
	defer release()
	ctx, cancel := context.WithCancel(context.Background())
	answers := make(chan error, 2)
	go func() { answers <- second(r.Submit(ctx, officer, entry("under-way", pay("acct:a", "acct:b", 1)))) }()
	until(t, "it is with the orderer", func() bool { return r.Pending() == 1 })
	cancel()
	err := <-answers
	var e *ledger.Error
	if !errors.As(err, &e) || e.Code != OutcomeUnknown || e.Detail["tx"] == "" || e.Detail["entry"] != officer.EntryID("under-way") {
		t.Errorf("under way: %v", err)
	}
	ctx, cancel = context.WithCancel(context.Background())
	go func() { answers <- second(r.Submit(ctx, officer, entry("in-line", pay("acct:a", "acct:b", 2)))) }()
	until(t, "it waits", func() bool { return r.inLine() == 1 })
	cancel()
	if err := <-answers; ledger.ErrorCode(err) != Unavailable {
		t.Errorf("in line: %v", err)
	}
	release()
	until(t, "the first is recorded", func() bool { return r.Pending() == 0 })
	if got := r.balance("acct:b"); got != 1 {
		t.Errorf("acct:b holds %d, want 1: who was told that nothing was recorded was recorded", got)
	}
	if x := r.must(officer, entry("under-way", pay("acct:a", "acct:b", 1))); !x.Replayed || x.Block == 0 {
		t.Errorf("sent again: %+v", x)
	}
}

func TestNothingGoesAfterClose(t *testing.T) {
	r := newRig(t, 1000)
	release := r.channel.hold()
	answers := make(chan error, 1)
	go func() {
		answers <- second(r.Submit(context.Background(), officer, entry("k", pay("acct:a", "acct:b", 1))))
	}()
	until(t, "it is with the orderer", func() bool { return r.Pending() == 1 })
	closed := make(chan error)
	go func() { closed <- r.Close() }()
	if err := <-answers; ledger.ErrorCode(err) != OutcomeUnknown {
		t.Errorf("under way: %v", err)
	}
	release()
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if _, err := r.Submit(context.Background(), officer, entry("late", fill("acct:b", 1))); ledger.ErrorCode(err) != Unavailable {
		t.Errorf("after Close: %v", err)
	}
}

func TestUnavailableLedger(t *testing.T) {
	r := newRig(t, 1000)
	r.channel.set(func() { r.channel.onEndorse = func(ledger.Batch) error { return unavailable(errLost) } })
	if _, err := r.Submit(context.Background(), officer, entry("k", pay("acct:a", "acct:b", 1))); ledger.ErrorCode(err) != Unavailable {
		t.Errorf("got %v", err)
	}
	r.channel.set(func() { r.channel.onEndorse = nil })
	r.must(officer, entry("k", pay("acct:a", "acct:b", 1)))
}

func TestPatience(t *testing.T) {
	r := newRig(t, 1000)
	r.limits.Patience = 10 * time.Millisecond
	release := r.channel.hold()
	defer release()
	if _, err := r.Submit(context.Background(), officer, entry("k", pay("acct:a", "acct:b", 1))); ledger.ErrorCode(err) != OutcomeUnknown {
		t.Errorf("got %v", err)
	}
}
