// Package arena keeps the forest of lots in memory, about a hundred bytes for each, with every stage that a movement has been
// in. Traces walk it without a query for each level, and any moment can be asked for: as of a value date, and as known at
// a block.
package arena

import (
	"fmt"
	"sync"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace"
)

// Arena is the forest. It only grows; what was added stays as it was. It is safe for one writer and many readers.
type Arena struct {
	mu       sync.RWMutex
	lots     []lot
	kin      []kin // of the same lots
	kids     []kid // children side by side, those of the first arranged lots
	arranged int   // lots whose place in kids is known; younger ones hang in chains
	moves    []move
	changes  []change
	latest   []int32 // by account: its newest lot
	accounts []int64 // the caller's reference, by number
	places   []place // by number
	number   map[int64]int32
	block    uint32 // the last one that changed anything
	date     int32  // the last value date
}

// none ends a chain.
const none int32 = -1

// New makes an empty arena with room for as many lots.
func New(lots int) *Arena {
	return &Arena{lots: make([]lot, 0, lots), kin: make([]kin, 0, lots), moves: make([]move, 0, lots), changes: make([]change, 0, lots), number: map[int64]int32{}}
}

// Movement is what the arena is told of a movement.
type Movement struct {
	Ref     int64
	Account int64 // owner of the lots: account or sink
	Place   trace.Place
	Lots    []Yield
	Block   uint64 // that recorded it
	Date    string // value date, YYYY-MM-DD
	Stage   ledger.Stage
	Level   ledger.Level
}

// Yield is one lot of a movement.
type Yield struct {
	Ref    int64
	Parent int64 // 0 for roots
	Amount int64
}

// Add appends a movement. References of movements and lots ascend; a parent is there before its children.
func (a *Arena) Add(m *Movement) error {
	date, err := day(m.Date)
	if err != nil {
		return err
	}
	s, err := stageOf(m.Stage)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if n := len(a.moves); n > 0 && a.moves[n-1].ref >= m.Ref {
		return fmt.Errorf("movement %d follows %d: references ascend", m.Ref, a.moves[n-1].ref)
	}
	parents := make([]int32, len(m.Lots))
	for k, y := range m.Lots {
		parents[k] = none
		if y.Parent == 0 {
			continue
		}
		p, ok := a.find(y.Parent)
		if !ok {
			return fmt.Errorf("lot %d descends from %d, which is not there", y.Ref, y.Parent)
		}
		parents[k] = p
	}
	account, ok := a.number[m.Account]
	if !ok {
		account = int32(len(a.accounts))
		a.number[m.Account] = account
		a.accounts = append(a.accounts, m.Account)
		a.places = append(a.places, placeOf(m.Place))
		a.latest = append(a.latest, none)
	}
	number := int32(len(a.moves))
	for k, y := range m.Lots {
		r := kin{ref: y.Ref, parent: parents[k], sibling: none, held: a.latest[account], move: number, account: account, rank: none}
		here := int32(len(a.lots))
		if p := parents[k]; p != none {
			r.sibling = a.lots[p].fresh
			a.lots[p].fresh = here
			if at := a.kin[p].rank; at != none {
				a.kids[at].mark |= markParent
			}
		}
		a.latest[account] = here
		a.lots = append(a.lots, lot{amount: y.Amount, fresh: none, now: uint8(s.standing(a.places[account])), place: a.places[account]})
		a.kin = append(a.kin, r)
	}
	a.moves = append(a.moves, move{ref: m.Ref, change: int32(len(a.changes)), lots: int32(len(a.lots) - len(m.Lots))})
	a.newest(m.Block, date)
	a.changes = append(a.changes, change{before: none, block: uint32(m.Block), date: date, stage: s, level: uint8(m.Level)})
	return nil
}

// KeepLevel says of a change that the movement keeps its level.
const KeepLevel ledger.Level = -1

// Change says that a movement entered a stage, or (with an empty stage) was attested at a level: in which block, and as
// of which value date.
func (a *Arena) Change(movement int64, block uint64, date string, to ledger.Stage, level ledger.Level) error {
	d, err := day(date)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	i, ok := search(len(a.moves), func(i int) int64 { return a.moves[i].ref }, movement)
	if !ok {
		return fmt.Errorf("movement %d changes and is not there", movement)
	}
	before := &a.changes[a.moves[i].change]
	s := before.stage
	if to != "" {
		if s, err = stageOf(to); err != nil {
			return err
		}
	}
	if level == KeepLevel {
		level = levelOf(before.level)
	}
	a.changes = append(a.changes, change{before: a.moves[i].change, block: uint32(block), date: d, stage: s, level: uint8(level)})
	a.moves[i].change = int32(len(a.changes) - 1)
	for k := a.moves[i].lots; int(k) < len(a.lots) && a.kin[k].move == i; k++ {
		a.lots[k].now = uint8(s.standing(a.lots[k].place))
		if at := a.kin[k].rank; at != none {
			a.kids[at].mark = a.lots[k].mark()
		}
	}
	a.newest(block, d)
	return nil
}

// newest remembers the last block and the last value date that the arena knows of.
func (a *Arena) newest(block uint64, date int32) {
	a.block, a.date = max(a.block, uint32(block)), max(a.date, date)
}

// Len is the number of lots.
func (a *Arena) Len() int {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return len(a.lots)
}

// find answers the position of a lot by the caller's reference.
func (a *Arena) find(ref int64) (int32, bool) {
	return search(len(a.kin), func(i int) int64 { return a.kin[i].ref }, ref)
}

func search(n int, ref func(int) int64, want int64) (int32, bool) {
	low, high := 0, n
	for low < high {
		if mid := int(uint(low+high) >> 1); ref(mid) < want {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return int32(low), low < n && ref(low) == want
}

// day counts a date in days since 1970-01-01.
func day(date string) (int32, error) {
	d, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return 0, fmt.Errorf("date %q: %w", date, err)
	}
	return int32(d.Unix() / 86400), nil
}

func dateOf(day int32) string { return Date(int(day)) }

func levelOf(l uint8) ledger.Level { return ledger.Level(l) }

func notYet(lot string) error {
	return ledger.Refuse(ledger.LotUnknown, fmt.Sprintf("there was no lot %.60q at that moment: ask for a later date or block", lot), "lot", lot)
}
