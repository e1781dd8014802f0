package projection

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace"
	"fundtrace/gateway/trace/arena"
)

// What became of a movement between two blocks.
const (
	ChangeNew      = "NEW"      // it was not recorded before, or not for a date that counts
	ChangeStage    = "STAGE"    // it was debited, credited, returned, voided or expired
	ChangeReversed = "REVERSED" // two organisations took it back
	ChangeAttested = "ATTESTED" // its level rose; no figure changes
)

// MovementState is how a movement stood.
type MovementState struct {
	Stage ledger.Stage `json:"stage"`
	Level ledger.Level `json:"level"`
	Date  string       `json:"date"` // value date of the stage, YYYY-MM-DD
}

// Act is one entry by which a movement changed, and whose it was.
type Act struct {
	What   string       `json:"what"` // RECORDED, STAGE or ATTESTED
	Stage  ledger.Stage `json:"stage,omitempty"`
	Level  ledger.Level `json:"level,omitempty"`
	Date   string       `json:"date,omitempty"` // value date, YYYY-MM-DD
	Reason string       `json:"reason,omitempty"`
	Recorded
	Writer ledger.Writer `json:"writer"`
	At     string        `json:"at"` // time of the entry, RFC 3339 UTC
}

// Change is one movement that stands otherwise than it did.
type Change struct {
	Movement string         `json:"movement"`
	Kind     ledger.Kind    `json:"kind"`
	Amount   int64          `json:"amount,string"` // minor units
	Currency string         `json:"currency"`
	From     string         `json:"from,omitempty"` // account
	To       string         `json:"to"`             // account or sink
	Payee    string         `json:"payee,omitempty"`
	What     string         `json:"what" enum:"NEW,STAGE,REVERSED,ATTESTED"`
	Before   *MovementState `json:"before,omitempty"` // absent: it was not there
	After    MovementState  `json:"after"`
	// Restates: it has effect on a day that was over when the earlier block was made, so that figures drawn up then are
	// no longer what is known of that day.
	Restates bool  `json:"restates"`
	Acts     []Act `json:"acts"` // in the order of the ledger
	ref      int64
}

// ChangeSum counts changes of one sort.
type ChangeSum struct {
	What      string `json:"what"`
	Currency  string `json:"currency"`
	Movements int    `json:"movements"`
	Amount    int64  `json:"amount,string"` // minor units of the movements
	Restating int    `json:"restating"`     // of them, movements that restate
	Restated  int64  `json:"restated,string"`
}

// FundChange is the statement of a fund, or of all funds, at both blocks.
type FundChange struct {
	FundHead
	Before     trace.Statement `json:"before"`
	After      trace.Statement `json:"after"`
	Difference trace.Statement `json:"difference"` // after less before
}

// Restatement is what changed between two blocks in what is known of the days up to a value date.
type Restatement struct {
	FromBlock uint64       `json:"from_block"`
	ToBlock   uint64       `json:"to_block"`
	FromDay   string       `json:"from_day,omitempty"` // day in China on which the last transaction up to FromBlock was made
	AsOf      string       `json:"as_of,omitempty"`
	Sums      []ChangeSum  `json:"sums"`  // over all changes
	Funds     []FundChange `json:"funds"` // whose statement changed
	All       []FundChange `json:"all"`   // all funds together, one for each currency; Fund is empty
	Changes   []Change     `json:"changes"`
	Next      string       `json:"next"`
}

// back is the same snapshot as known at an earlier block.
func (m *Moment) back(known uint64) (*Moment, error) {
	view, err := m.under.db.history.arena.At(arena.Moment{AsOf: m.AsOf, Known: known}, m.under, m.seen)
	return &Moment{View: view, AsOf: m.AsOf, Known: known, under: m.under, seen: m.seen}, err
}

// Restatement answers what changed from a block to this moment's, and by whose entries: movements of money with their
// stages and attestations, and what that did to the statement of each fund. Only value dates up to this moment's count.
// The cost is linear in what was recorded in between, and in the funds. Errors: FIELD_INVALID.
func (m *Moment) Restatement(ctx context.Context, from uint64, l List) (*Restatement, error) {
	if from > m.Known {
		return nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("block %d is after block %d: give the earlier one first", from, m.Known), "field", "from_block")
	}
	var last int64
	if _, err := l.after(&last); err != nil {
		return nil, err
	}
	earlier, err := m.back(from)
	if err != nil {
		return nil, err
	}
	out := &Restatement{FromBlock: from, ToBlock: m.Known, AsOf: m.AsOf, Sums: []ChangeSum{}, Funds: []FundChange{}, All: []FundChange{}}
	if out.FromDay, err = m.dayOf(ctx, from); err != nil {
		return nil, err
	}
	changes, err := m.changes(ctx, earlier, out.FromDay)
	if err != nil {
		return nil, err
	}
	out.Sums = sumsOf(changes)
	if out.Funds, out.All, err = m.figures(ctx, earlier); err != nil {
		return nil, err
	}
	changes = changes[sortedAfter(changes, last):]
	if n := l.limit(); len(changes) > n {
		changes = changes[:n]
		out.Next = cursor(changes[n-1].ref)
	}
	out.Changes = changes
	return out, m.acts(ctx, from, changes)
}

// sortedAfter answers how many of the changes come up to a reference.
func sortedAfter(changes []Change, last int64) int {
	n, _ := slices.BinarySearchFunc(changes, last+1, func(c Change, ref int64) int { return cmp.Compare(c.ref, ref) })
	return n
}

// dayOf answers the day in China on which the last valid transaction up to a block was made; empty when there is none.
func (m *Moment) dayOf(ctx context.Context, block uint64) (string, error) {
	var at string
	err := m.under.tx.QueryRowContext(ctx, "SELECT coalesce(max(claimed), '') FROM tx WHERE ref < ? AND code = 0", txRef(block+1, 0)).Scan(&at)
	if err != nil {
		return "", fmt.Errorf("read the time of block %d: %w", block, err)
	}
	if at == "" {
		return "", nil
	}
	made, err := time.Parse(time.RFC3339Nano, at)
	if err != nil {
		return "", fmt.Errorf("read the time of block %d: %w", block, err)
	}
	return made.In(ledger.China).Format(time.DateOnly), nil
}

// changes lists the movements that stand otherwise than they did, in the order of the ledger, without their acts.
func (m *Moment) changes(ctx context.Context, earlier *Moment, fromDay string) ([]Change, error) {
	low, high := txRef(earlier.Known+1, 0), txRef(m.Known+1, 0)
	cond, args := m.under.scope.payments()
	q := &query{text: `SELECT m.ref, ` + movementText + `, m.kind, m.amount, m.currency, coalesce(f.id, ''), t.id, m.payee
FROM (SELECT m.ref FROM entry e JOIN movement m ON m.ref BETWEEN e.ref << 20 AND e.ref << 20 | 1048575 WHERE e.tx >= ? AND e.tx < ?
  UNION SELECT s.movement FROM step s WHERE s.tx >= ? AND s.tx < ? AND s.kind IN ('stage', 'attest')) c
JOIN movement m ON m.ref = c.ref JOIN entry e ON e.ref = m.ref >> 20 LEFT JOIN account f ON f.ref = m.from_account JOIN account t ON t.ref = m.to_account`,
		args: []any{low, high, low, high}}
	q.where("m.claims = 0").where(cond, args...)
	q.text, q.cond = q.String()+" ORDER BY m.ref", nil
	found, err := collect(ctx, m.under.tx, q, func(r *sql.Rows) (Change, error) {
		c := Change{Acts: []Act{}}
		return c, r.Scan(&c.ref, &c.Movement, &c.Kind, &c.Amount, &c.Currency, &c.From, &c.To, &c.Payee)
	})
	if err != nil {
		return nil, err
	}
	out := found[:0]
	for _, c := range found {
		after, is := m.StateOf(c.ref)
		before, was := earlier.StateOf(c.ref)
		if !is || was && before == after {
			continue // what was recorded counts for later dates only
		}
		c.After = MovementState(after)
		switch {
		case !was:
			c.What = ChangeNew
		case after.Stage == ledger.Reversed:
			c.What = ChangeReversed
		case before.Stage != after.Stage:
			c.What = ChangeStage
		default:
			c.What = ChangeAttested
		}
		if was {
			state := MovementState(before)
			c.Before = &state
		}
		c.Restates = c.What != ChangeAttested && fromDay != "" && after.Date < fromDay
		out = append(out, c)
	}
	return out, nil
}

// movementText spells the identifier of a movement "m" of an entry "e".
const movementText = "e.id || '.' || (m.ref & 1048575)"

// sumsOf counts changes by sort and currency.
func sumsOf(changes []Change) []ChangeSum {
	out := []ChangeSum{}
	at := map[[2]string]int{}
	for i := range changes {
		c := &changes[i]
		k := [2]string{c.What, c.Currency}
		n, ok := at[k]
		if !ok {
			n = len(out)
			at[k] = n
			out = append(out, ChangeSum{What: c.What, Currency: c.Currency})
		}
		s := &out[n]
		s.Movements++
		s.Amount += c.Amount
		if c.Restates {
			s.Restating++
			s.Restated += c.Amount
		}
	}
	slices.SortFunc(out, func(x, y ChangeSum) int {
		return cmp.Or(cmp.Compare(x.What, y.What), cmp.Compare(x.Currency, y.Currency))
	})
	return out
}

// acts fills in by whose entries the changes came about.
func (m *Moment) acts(ctx context.Context, from uint64, changes []Change) error {
	of := make(map[int64]*Change, len(changes))
	refs := make([]trace.Ref, len(changes))
	for i := range changes {
		of[changes[i].ref], refs[i] = &changes[i], trace.Ref(changes[i].ref)
	}
	low, high, within := txRef(from+1, 0), txRef(m.Known+1, 0), list(refs)
	q := &query{text: `SELECT m.ref AS movement, 'RECORDED' AS what, '' AS stage, 0 AS level, m.date AS date, '' AS reason, x.id, x.ref AS tx, e.msp, e.role, e.party, e.name, e.at, 0 AS i
FROM movement m JOIN entry e ON e.ref = m.ref >> 20 JOIN tx x ON x.ref = e.tx WHERE m.ref IN (SELECT value FROM json_each(?1)) AND e.tx >= ?2 AND e.tx < ?3
UNION ALL SELECT s.movement, CASE s.kind WHEN 'stage' THEN 'STAGE' ELSE 'ATTESTED' END, s.stage, s.level, s.date, s.reason, x.id, x.ref, s.msp, s.role, s.party, s.name, s.at, s.i
FROM step s JOIN tx x ON x.ref = s.tx WHERE s.movement IN (SELECT value FROM json_each(?1)) AND s.tx >= ?2 AND s.tx < ?3 AND s.kind IN ('stage', 'attest')
ORDER BY 1, 8, 2, 14`, args: []any{within, low, high}}
	_, err := collect(ctx, m.under.tx, q, func(r *sql.Rows) (struct{}, error) {
		var movement, tx int64
		var i int
		var a Act
		err := r.Scan(&movement, &a.What, &a.Stage, &a.Level, &a.Date, &a.Reason, &a.Tx, &tx, &a.Writer.MSP, &a.Writer.Role, &a.Writer.Party, &a.Writer.Name, &a.At, &i)
		a.Block = blockOf(tx)
		if c := of[movement]; c != nil {
			c.Acts = append(c.Acts, a)
		}
		return struct{}{}, err
	})
	return err
}
