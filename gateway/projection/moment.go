package projection

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"sync"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace"
	"fundtrace/gateway/trace/arena"
)

// history is the forest in memory with every stage of every movement, read from the tables as far as anybody asked. The
// zero value has read nothing.
type history struct {
	mu    sync.Mutex
	arena *arena.Arena
	lots  int64 // last lot.ref that was read
	steps int64 // last step.tx that was read
	seen  map[Scope]sight
}

// Moment is the record as one reader sees it and as it stood: what was true by a value date, as far as blocks up to one
// tell. It is a snapshot for one goroutine; close it soon.
type Moment struct {
	*arena.View
	AsOf  string // value date, YYYY-MM-DD; empty: every date
	Known uint64 // last block that counts
	under *Forest
	seen  arena.Seen
	next  uint64 // block that the snapshot waits for: what the reader may see follows from those before it
}

// At opens a snapshot as of a value date (empty: every date) and as known at a block (nil: the last one folded).
// Errors: FIELD_INVALID for a block that is not folded yet.
func (db *DB) At(ctx context.Context, s Scope, asOf string, known *uint64) (*Moment, error) {
	f, err := db.Forest(ctx, s)
	if err != nil {
		return nil, err
	}
	m, err := db.history.at(ctx, f, asOf, known)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return m, nil
}

// Close ends the snapshot.
func (m *Moment) Close() error { return m.under.Close() }

func (h *history) at(ctx context.Context, f *Forest, asOf string, known *uint64) (*Moment, error) {
	var next uint64
	if err := f.tx.QueryRowContext(ctx, "SELECT next FROM checkpoint").Scan(&next); err != nil {
		return nil, fmt.Errorf("read the checkpoint: %w", err)
	}
	moment := arena.Moment{AsOf: asOf, Known: max(next, 1) - 1}
	if known != nil {
		if *known >= next {
			return nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("block %d is not known here yet: ask for one up to %d", *known, moment.Known), "field", "known_at")
		}
		moment.Known = *known
	}
	if err := h.read(ctx, f.tx); err != nil {
		return nil, err
	}
	seen, err := h.sees(ctx, f, next)
	if err != nil {
		return nil, err
	}
	view, err := h.arena.At(moment, f, seen)
	if err != nil {
		return nil, err
	}
	return &Moment{View: view, AsOf: asOf, Known: moment.Known, under: f, seen: seen, next: next}, nil
}

// read brings the arena up to the snapshot. Snapshots of an earlier moment may come later: they find it ahead of them and
// see, through the block that they look at, only what they know.
func (h *history) read(ctx context.Context, tx *sql.Tx) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.arena == nil {
		var lots int
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM lot").Scan(&lots); err != nil {
			return fmt.Errorf("count lots: %w", err)
		}
		h.arena = arena.New(lots)
		h.lots, h.steps = math.MinInt64, math.MinInt64
	}
	if err := h.readLots(ctx, tx); err != nil {
		return err
	}
	return h.readSteps(ctx, tx)
}

// readLots adds the movements that the arena does not know, as they stood when they were recorded.
func (h *history) readLots(ctx context.Context, tx *sql.Tx) error {
	rows, err := tx.QueryContext(ctx, `SELECT m.ref, m.to_account, a.place, m.date, m.stage, m.level, m.from_account IS NOT NULL AND a.place <> 'SINK', x.tx >> 20,
  coalesce((SELECT s.stage FROM step s WHERE s.movement = m.ref AND s.kind = 'stage' ORDER BY s.i LIMIT 1), ''),
  coalesce((SELECT s.level FROM step s WHERE s.movement = m.ref AND s.kind = 'attest' ORDER BY s.i LIMIT 1), 0),
  l.ref, coalesce(l.parent, 0), l.amount
FROM lot l JOIN movement m ON m.ref = l.ref >> 9 JOIN entry x ON x.ref = l.ref >> 29 JOIN account a ON a.ref = m.to_account
WHERE l.ref > ? ORDER BY l.ref`, h.lots)
	if err != nil {
		return fmt.Errorf("read the history of lots: %w", err)
	}
	defer rows.Close()
	var m *arena.Movement
	for rows.Next() {
		var now arena.Movement
		var y arena.Yield
		var twoBanks bool
		var first ledger.Stage
		var attested ledger.Level
		if err := rows.Scan(&now.Ref, &now.Account, &now.Place, &now.Date, &now.Stage, &now.Level, &twoBanks, &now.Block, &first, &attested,
			&y.Ref, &y.Parent, &y.Amount); err != nil {
			return fmt.Errorf("read the history of lots: %w", err)
		}
		if m == nil || m.Ref != now.Ref {
			if err := h.add(m); err != nil {
				return err
			}
			now.Stage, now.Level = beginning(now.Stage, now.Level, first, attested, twoBanks)
			m = &now
		}
		m.Lots = append(m.Lots, y)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read the history of lots: %w", err)
	}
	return h.add(m)
}

func (h *history) add(m *arena.Movement) error {
	if m == nil {
		return nil
	}
	if err := h.arena.Add(m); err != nil {
		return fmt.Errorf("read the history of lots: %w", err)
	}
	h.lots = m.Lots[len(m.Lots)-1].Ref
	return nil
}

// beginning is the stage and level that a movement was recorded with. The tables keep the present ones and the steps in
// between: whatever was debited, credited, voided or expired later was instructed at first, by its own word alone; the
// first attestation raised what one bank had settled to 2, or to 3 what was at 2 already (at 1 where there is one bank).
func beginning(stage ledger.Stage, level ledger.Level, first ledger.Stage, attested ledger.Level, twoBanks bool) (ledger.Stage, ledger.Level) {
	switch first {
	case "":
	case ledger.Reversed:
		stage = ledger.Credited
	default:
		return ledger.Instructed, ledger.SelfDeclared
	}
	switch {
	case attested == ledger.BothBanks, attested == ledger.WithReceipt && !twoBanks:
		level = ledger.PayersBank
	case attested == ledger.WithReceipt:
		level = ledger.BothBanks
	}
	return stage, level
}

// readSteps adds the stages and attestations that the arena does not know.
func (h *history) readSteps(ctx context.Context, tx *sql.Tx) error {
	rows, err := tx.QueryContext(ctx, `SELECT s.movement, s.tx, s.kind = 'attest', s.stage, s.level, CASE s.kind WHEN 'attest' THEN substr(s.at, 1, 10) ELSE s.date END,
  m.from_account IS NULL OR a.place = 'SINK'
FROM step s JOIN movement m ON m.ref = s.movement JOIN account a ON a.ref = m.to_account
WHERE s.tx > ? AND s.kind IN ('stage', 'attest') AND m.claims = 0 ORDER BY s.tx, s.movement, s.kind DESC, s.i`, h.steps)
	if err != nil {
		return fmt.Errorf("read the history of stages: %w", err)
	}
	defer rows.Close()
	last := h.steps // a transaction counts as read when all its steps are: whoever asks may go away in the middle
	for rows.Next() {
		var movement, at int64
		var attest, oneBank bool
		var stage ledger.Stage
		var level ledger.Level
		var date string
		if err := rows.Scan(&movement, &at, &attest, &stage, &level, &date, &oneBank); err != nil {
			return fmt.Errorf("read the history of stages: %w", err)
		}
		if !attest {
			level = levelAt(stage, oneBank)
		}
		if err := h.arena.Change(movement, blockOf(at), date, stage, level); err != nil {
			return fmt.Errorf("read the history of stages: %w", err)
		}
		if at != last {
			h.steps, last = last, at
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read the history of stages: %w", err)
	}
	h.steps = last
	return nil
}

// levelAt is the level that a stage brings: a bank's debit or, of money from outside, its credit is one bank's word, a
// credit after a debit both banks'. Other stages keep the level.
func levelAt(stage ledger.Stage, oneBank bool) ledger.Level {
	switch {
	case stage == ledger.Debited, stage == ledger.Credited && oneBank:
		return ledger.PayersBank
	case stage == ledger.Credited:
		return ledger.BothBanks
	}
	return arena.KeepLevel
}

// sees tells which lots the reader may see; nil where it sees them all. It is worked out once for each reader and block.
func (h *history) sees(ctx context.Context, f *Forest, next uint64) (arena.Seen, error) {
	if f.scope.kind == seesEverything {
		return nil, nil
	}
	h.mu.Lock()
	known, ok := h.seen[f.scope]
	h.mu.Unlock()
	if ok && known.next == next {
		return known.lots, nil
	}
	cond, args := f.scope.lots()
	q := &query{text: "SELECT l.ref FROM lot l WHERE " + cond + " ORDER BY l.ref", args: append([]any{}, args...)}
	refs, err := collect(ctx, f.tx, q, func(r *sql.Rows) (int64, error) {
		var ref int64
		return ref, r.Scan(&ref)
	})
	if err != nil {
		return nil, err
	}
	known = sight{next, h.arena.See(refs)}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.seen) >= mostSights {
		clear(h.seen)
	}
	if h.seen == nil {
		h.seen = map[Scope]sight{}
	}
	h.seen[f.scope] = known
	return known.lots, nil
}

// sight is what a reader may see when a block is the next one.
type sight struct {
	next uint64
	lots arena.Seen
}

// mostSights is for how many readers it is remembered.
const mostSights = 64

var _ trace.Forest = (*Moment)(nil)
