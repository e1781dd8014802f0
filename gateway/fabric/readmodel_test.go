package fabric

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"fundtrace/chaincode/ledger"
)

// testReadModel is a LotPicker over the channel's state as of a block that the test chooses.
type testReadModel struct {
	channel *testChannel
	mu      sync.Mutex
	next    uint64
	lots    map[string][]ledger.LotRecord
	frozen  bool // does not move by itself when somebody waits
	moved   chan struct{}
	onPick  func()
}

func newReadModel(c *testChannel) *testReadModel {
	m := &testReadModel{channel: c, moved: make(chan struct{})}
	m.advance()
	return m
}

// advance takes in everything that is committed.
func (m *testReadModel) advance() {
	for {
		height := m.channel.Ledger.Height()
		lots := map[string][]ledger.LotRecord{}
		for _, account := range testAccounts {
			for bookmark := ""; ; {
				var page ledger.BalancePage
				answer, err := m.channel.Ledger.Evaluate(officer.Caller(), "Balance", account, bookmark, "200")
				if err != nil {
					break // not opened yet
				}
				if err := json.Unmarshal(answer, &page); err != nil {
					panic(err)
				}
				lots[account] = append(lots[account], page.Lots...)
				if bookmark = page.Next; bookmark == "" {
					break
				}
			}
			slices.SortFunc(lots[account], func(a, b ledger.LotRecord) int { return strings.Compare(a.Lot, b.Lot) })
		}
		if m.channel.Ledger.Height() != height {
			continue
		}
		m.mu.Lock()
		defer m.mu.Unlock()
		if height < m.next {
			return
		}
		m.next, m.lots = height, lots
		close(m.moved)
		m.moved = make(chan struct{})
		return
	}
}

func (m *testReadModel) Next() uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.next
}

func (m *testReadModel) Wait(ctx context.Context, block uint64) error {
	for {
		m.mu.Lock()
		next, moved, frozen := m.next, m.moved, m.frozen
		m.mu.Unlock()
		if next > block {
			return nil
		}
		if !frozen {
			m.advance()
			continue
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (m *testReadModel) Pick(_ context.Context, account string, amount int64, taken map[string]int64) ([]ledger.Draw, error) {
	m.mu.Lock()
	hook := m.onPick
	m.mu.Unlock()
	if hook != nil {
		hook()
	}
	m.mu.Lock()
	lots := m.lots[account]
	m.mu.Unlock()
	var draws []ledger.Draw
	missing := amount
	for _, l := range lots {
		if left := min(l.Remaining-taken[l.Lot], missing); left > 0 {
			draws = append(draws, ledger.Draw{Lot: l.Lot, Amount: left})
			missing -= left
		}
	}
	if missing > 0 {
		return nil, ledger.Refuse(ledger.LotOverdrawn, fmt.Sprintf("%s lacks %d", account, missing))
	}
	if len(draws) > ledger.MaxDraws {
		return nil, ledger.Refuse(ledger.TooLarge, "too many lots")
	}
	return draws, nil
}
