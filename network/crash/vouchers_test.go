package crash

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
)

// traders is how many write side by side.
const traders = tellers

// enough is how many entries with steps of vouchers are recorded before the traders stop, besides some of every kind.
const enough = 600

// TestVouchers lets traders play with vouchers on a real network while rivals fight over invoices and vouchers. Then it
// reads the blocks like an auditor: after every block the promises I1 to I12 hold, whatever was refused left no trace,
// and both peers say the same.
func TestVouchers(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: starts real Fabric nodes, and builds them the first time")
	}
	m := newMarket(t)
	begun := time.Now()
	m.play(t)
	t.Logf("play took %v", time.Since(begun))
	height := m.settle(m.house, m.other)
	m.agree(t, height)
	begun = time.Now()
	b := newBooks()
	for _, block := range m.peers["bank"].blocks(height) {
		b.fold(m.world, block)
		b.check()
		if len(b.wrong) > 0 {
			for _, w := range b.wrong[:min(len(b.wrong), 20)] {
				t.Error(w)
			}
			t.FailNow()
		}
	}
	m.outcomes(t, b)
	b.wins(t)
	m.compare(t, b)
	m.project(t, height)
	t.Logf("%d blocks, %d vouchers, %d claims, %d invoices; audit took %v", height, len(b.vouchers), len(b.claims), len(b.invoices), time.Since(begun))
}

// play runs traders and rivals until everything has happened that should.
func (m *market) play(t *testing.T) {
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	everything := &board{}
	var group sync.WaitGroup
	for i := range traders {
		group.Go(func() {
			for tr := (&trader{m, everything, i}); ctx.Err() == nil; {
				tr.act()
			}
		})
	}
	group.Go(func() {
		m.rivals(t)
		for missing := m.missing(); len(missing) > 0; missing = m.missing() {
			select {
			case <-time.After(100 * time.Millisecond):
			case <-ctx.Done():
				t.Errorf("gave up waiting: %v", missing)
				return
			}
		}
		stop()
	})
	group.Wait()
	t.Logf("accepted %v", m.passed)
	t.Logf("refused %v; %d races were lost and run again", m.failed, m.lost)
}

// missing lists what has not happened often enough for the run to say anything.
func (m *market) missing() (list []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	steps := 0
	for op := range maps.Keys(ways) {
		steps += m.passed[op]
		if m.passed[op] < 2 {
			list = append(list, fmt.Sprintf("%s %d times", op, m.passed[op]))
		}
	}
	if steps < enough {
		list = append(list, fmt.Sprintf("%d steps", steps))
	}
	for _, code := range []ledger.Code{ledger.VoucherConflict, ledger.InvoiceOverused, ledger.SamePerson, ledger.ConsentRequired, ledger.NotOwner,
		ledger.SplitUnbalanced, ledger.TermExceeded, ledger.PaymentUnmatched, ledger.WrongPayee, ledger.MoneyPath, ledger.FunderUnlicensed, ledger.ClaimExceeded} {
		if m.failed[code] == 0 {
			list = append(list, fmt.Sprintf("no %s", code))
		}
	}
	if m.lost == 0 {
		list = append(list, "no race")
	}
	slices.Sort(list)
	return list
}

// compare has both peers and a gateway read some of the vouchers: they say what the blocks say.
func (m *market) compare(t *testing.T, b *books) {
	t.Helper()
	lots := slices.Sorted(maps.Keys(b.vouchers))
	for i := 0; i < len(lots); i += max(1, len(lots)/50) {
		want := b.raw[ledger.VoucherRoom+lots[i]]
		for organisation, peer := range m.peers {
			if got := peer.read(new(ledger.VoucherNode), "Voucher", lots[i]); got != want {
				t.Errorf("%s is %s at the peer of %s, the blocks say %s", lots[i], got, organisation, want)
			}
		}
		var shown projection.VoucherDetail
		if err := m.house.clients[officer].Get(t.Context(), "/vouchers/"+lots[i], &shown); err != nil {
			t.Errorf("%s: %v", lots[i], err)
		}
		node := shown.VoucherNode
		for _, e := range shown.Events {
			node.Events = append(node.Events, e.VoucherEvent)
		}
		if !reflect.DeepEqual(&node, b.vouchers[lots[i]]) {
			t.Errorf("the gateway shows %s as %+v, the blocks say %s", lots[i], node, want)
		}
	}
}

// project folds all blocks anew with the second gateway's own command.
func (m *market) project(t *testing.T, height uint64) {
	t.Helper()
	if err := m.end(); err != nil {
		t.Fatal(err)
	}
	if report := m.replay(t, m.other); report.Blocks != height {
		t.Errorf("of %d blocks, the read model was made from %+v", height, report)
	}
}
