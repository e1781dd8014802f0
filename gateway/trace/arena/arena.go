// Package arena keeps the forest of lots in memory, a few dozen bytes for each, with every stage that a movement has been
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
	moves    []move
	changes  []change
	latest   map[int32]int32 // by account: its newest lot
	accounts []int64         // the caller's reference, by number
	funds    []bool          // by number: the account is a fund's
	number   map[int64]int32
	block    uint32 // the last one that changed anything
	date     int32  // the last value date
}

// none ends a chain.
const none int32 = -1

// lot is one lot. Chains run from the newest to the oldest.
type lot struct {
	ref     int64 // the caller's reference; ascending
	amount  int64 // minor units
	parent  int32
	child   int32 // newest of its children
	sibling int32 // next older child of the same parent
	held    int32 // next older lot of the same account
	move    int32
	account int32
	now     uint8 // trace.Standing at present
}

// move is one movement: what is the same for all its lots.
type move struct {
	ref    int64
	change int32 // newest of its changes
	lots   int32 // first of its lots, which stand side by side
	sink   bool
}

// change is a stage that a movement entered.
type change struct {
	before int32 // the next older one
	block  uint32
	date   int32 // days since 1970-01-01
	stage  stage
	level  uint8
}

type stage uint8

// stages in the order of their numbers.
var stages = []ledger.Stage{ledger.Instructed, ledger.Debited, ledger.Credited, ledger.Returned, ledger.Voided, ledger.Expired, ledger.Reversed}

func stageOf(s ledger.Stage) (stage, error) {
	for i := range stages {
		if stages[i] == s {
			return stage(i), nil
		}
	}
	return 0, fmt.Errorf("there is no stage %q", s)
}

// standing of the lots of a movement at a stage.
func (s stage) standing(sink bool) trace.Standing {
	switch stages[s] {
	case ledger.Instructed, ledger.Debited:
		return trace.InTransit
	case ledger.Credited:
		if sink {
			return trace.Spent
		}
		return trace.Live
	}
	return trace.Dead
}

// New makes an empty arena with room for as many lots.
func New(lots int) *Arena {
	return &Arena{lots: make([]lot, 0, lots), moves: make([]move, 0, lots), changes: make([]change, 0, lots), latest: map[int32]int32{}, number: map[int64]int32{}}
}

// Movement is what the arena is told of a movement.
type Movement struct {
	Ref     int64
	Account int64 // owner of the lots: account or sink
	Sink    bool
	Fund    bool // the account is a fund's
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
		a.funds = append(a.funds, m.Fund)
		a.latest[account] = none
	}
	number := int32(len(a.moves))
	for k, y := range m.Lots {
		l := lot{ref: y.Ref, amount: y.Amount, parent: parents[k], child: none, sibling: none, held: a.latest[account], move: number, account: account,
			now: uint8(s.standing(m.Sink))}
		here := int32(len(a.lots))
		if p := parents[k]; p != none {
			l.sibling = a.lots[p].child
			a.lots[p].child = here
		}
		a.latest[account] = here
		a.lots = append(a.lots, l)
	}
	a.moves = append(a.moves, move{ref: m.Ref, change: int32(len(a.changes)), lots: int32(len(a.lots) - len(m.Lots)), sink: m.Sink})
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
	for k := a.moves[i].lots; int(k) < len(a.lots) && a.lots[k].move == i; k++ {
		a.lots[k].now = uint8(s.standing(a.moves[i].sink))
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
	return search(len(a.lots), func(i int) int64 { return a.lots[i].ref }, ref)
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

func dateOf(day int32) string {
	return time.Unix(int64(day)*86400, 0).UTC().Format(time.DateOnly)
}

func levelOf(l uint8) ledger.Level { return ledger.Level(l) }

func notYet(lot string) error {
	return ledger.Refuse(ledger.LotUnknown, fmt.Sprintf("there was no lot %.60q at that moment: ask for a later date or block", lot), "lot", lot)
}
