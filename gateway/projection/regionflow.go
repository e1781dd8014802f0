package projection

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"sync"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/flow"
	"fundtrace/gateway/trace/attribution"
	"fundtrace/gateway/trace/convention"
)

// FlowBook reads what region flows are made of, as of a value date (empty: every date) and as known at a block (nil: the
// last one folded): every movement of money when whole, else only what funds paid to enterprises. Flows add up what
// everybody's funds did, so only who sees everything may ask.
// Errors: NOT_PERMITTED; FIELD_INVALID for a block that is not folded yet.
func (db *DB) FlowBook(ctx context.Context, s Scope, asOf string, known *uint64, whole bool) (b *flow.Book, err error) {
	if s.kind != seesEverything {
		return nil, ledger.Refuse(ledger.NotPermitted, "flows by region add up what everybody's funds paid: ask the finance bureau or the audit office, who see all of it")
	}
	f, err := db.Forest(ctx, s)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	r := &flowReader{ctx: ctx, tx: f.tx, asOf: asOf, kind: string(ledger.Disbursement)}
	if whole {
		r.kind = ""
	}
	if asOf == "" {
		r.asOf = "9999-12-31"
	}
	var next uint64
	if err := f.tx.QueryRowContext(ctx, "SELECT next FROM checkpoint").Scan(&next); err != nil {
		return nil, fmt.Errorf("read the checkpoint: %w", err)
	}
	r.known = max(next, 1) - 1
	if known != nil {
		if *known >= next {
			return nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("block %d is not known here yet: ask for one up to %d", *known, r.known), "field", "known_at")
		}
		r.known = *known
	}
	b = &flow.Book{AsOf: asOf, Block: r.known, Complete: whole}
	b.Divide = db.divideFlows(s, asOf, r.known)
	for _, read := range []func(*flow.Book) error{r.accounts, r.steps, r.payments, r.lots, r.promises, r.parties} {
		if err := read(b); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// divideFlows follows all money of a moment by a convention, as traces do, and adds up the sources by class. What it has
// answered it answers again at once.
func (db *DB) divideFlows(s Scope, asOf string, block uint64) func(context.Context, convention.Method, string) (map[int64]flow.Parts, string, error) {
	type key struct {
		method   convention.Method
		currency string
	}
	type divided struct {
		parts   map[int64]flow.Parts
		version string
	}
	var mu sync.Mutex
	known := map[key]divided{}
	return func(ctx context.Context, method convention.Method, currency string) (parts map[int64]flow.Parts, version string, err error) {
		mu.Lock()
		defer mu.Unlock()
		if d, ok := known[key{method, currency}]; ok {
			return d.parts, d.version, nil
		}
		m, err := db.At(ctx, s, asOf, &block)
		if err != nil {
			return nil, "", err
		}
		defer func() { err = errors.Join(err, m.Close()) }()
		o := attribution.Options{Method: method, By: attribution.ByClass, Currency: currency}
		class := func(source string) flow.Class { return flow.ClassOf(ledger.FundingSource(source)) }
		if method == convention.LIBR { // it protects one source: public money against all other
			o.By, o.Protected = attribution.ByPublic, attribution.PublicSource
			class = func(source string) flow.Class {
				if source == attribution.PublicSource {
					return flow.Public
				}
				return flow.Unknown
			}
		}
		w, err := attribution.Everything(ctx, m.Statements(), o)
		if err != nil {
			return nil, "", err
		}
		parts = map[int64]flow.Parts{}
		for c := range w.Payments() {
			var p flow.Parts
			for _, share := range c.Shares {
				p.Add(class(share.Source), share.Amount)
			}
			parts[c.Movement] = p
		}
		known[key{method, currency}] = divided{parts, w.Version}
		return parts, w.Version, nil
	}
}

// flowReader reads one book from one snapshot.
type flowReader struct {
	ctx     context.Context
	tx      *sql.Tx
	asOf    string
	known   uint64
	kind    string // of movements; empty: all
	account map[int64]flow.Account
	changes map[int64][]flowChange // by movement, in order
	at      map[int64]int          // movement → payment
}

// flowChange is a stage that a movement entered after it was recorded.
type flowChange struct {
	stage ledger.Stage
	date  string
	block uint64
}

// rows reads every row of a query.
func (r *flowReader) rows(what, text string, args []any, row func(*sql.Rows) error) error {
	rows, err := r.tx.QueryContext(r.ctx, text, args...)
	if err != nil {
		return fmt.Errorf("read %s: %w", what, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return fmt.Errorf("read %s: %w", what, err)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read %s: %w", what, err)
	}
	return nil
}

func (r *flowReader) accounts(*flow.Book) error {
	r.account = map[int64]flow.Account{}
	return r.rows("accounts", "SELECT ref, id, owner, fund, place FROM account", nil, func(rows *sql.Rows) error {
		var ref int64
		var a flow.Account
		if err := rows.Scan(&ref, &a.ID, &a.Owner, &a.Fund, &a.Place); err != nil {
			return err
		}
		if a.Place == placeSink {
			a = flow.Account{}
		}
		r.account[ref] = a
		return nil
	})
}

func (r *flowReader) steps(*flow.Book) error {
	r.changes = map[int64][]flowChange{}
	return r.rows("stages", `SELECT s.movement, s.stage, s.date, s.tx FROM step s JOIN movement m ON m.ref = s.movement
WHERE s.kind = 'stage' AND m.claims = 0 AND (? = '' OR m.kind = ?) ORDER BY s.movement, s.i`, []any{r.kind, r.kind}, func(rows *sql.Rows) error {
		var movement, tx int64
		var c flowChange
		if err := rows.Scan(&movement, &c.stage, &c.date, &tx); err != nil {
			return err
		}
		c.block = blockOf(tx)
		r.changes[movement] = append(r.changes[movement], c)
		return nil
	})
}

// payments reads movements that stood at the moment: on their way, or credited.
func (r *flowReader) payments(b *flow.Book) error {
	r.at = map[int64]int{}
	return r.rows("movements", `SELECT m.ref, e.id, m.kind, coalesce(m.from_account, 0), m.to_account, m.amount, m.currency, m.date, m.stage, e.tx
FROM movement m JOIN entry e ON e.ref = m.ref >> 20 WHERE m.claims = 0 AND (? = '' OR m.kind = ?) ORDER BY m.ref`, []any{r.kind, r.kind}, func(rows *sql.Rows) error {
		var from, to, tx int64
		var p flow.Payment
		var entry string
		var stage ledger.Stage
		if err := rows.Scan(&p.Seq, &entry, &p.Kind, &from, &to, &p.Amount, &p.Currency, &p.Ordered, &stage, &tx); err != nil {
			return err
		}
		if blockOf(tx) > r.known {
			return nil
		}
		stage, p.Date = r.stood(p.Seq, stage, p.Ordered)
		switch stage {
		case ledger.Credited:
			p.Credited = true
		case ledger.Instructed, ledger.Debited:
		default:
			return nil
		}
		p.ID, p.From, p.To = movementName(entry, p.Seq), r.account[from], r.account[to]
		r.at[p.Seq] = len(b.Payments)
		b.Payments = append(b.Payments, p)
		return nil
	})
}

// stood answers at which stage a movement stood at the moment, and since which value date; no stage where it was not there
// yet. now is its present stage, recorded the date with which it was recorded.
func (r *flowReader) stood(movement int64, now ledger.Stage, recorded string) (ledger.Stage, string) {
	changes := r.changes[movement]
	stage, date := now, recorded
	if len(changes) > 0 {
		if stage = ledger.Instructed; changes[0].stage == ledger.Reversed { // settled in one step, then reversed
			stage = ledger.Credited
		}
	}
	if recorded > r.asOf {
		stage = ""
	}
	for _, c := range changes {
		if c.block <= r.known && c.date <= r.asOf {
			stage, date = c.stage, c.date
		}
	}
	return stage, date
}

// lots reads what the payments yielded, each lot with the class of the root that it descends from.
func (r *flowReader) lots(b *flow.Book) error {
	return r.rows("lots", `SELECT l.ref, coalesce(l.parent, 0), l.amount, o.origin_source
FROM lot l JOIN movement m ON m.ref = l.ref >> 9 JOIN movement o ON o.ref = l.root >> 9
WHERE m.claims = 0 AND (? = '' OR m.kind = ?) ORDER BY l.ref`, []any{r.kind, r.kind}, func(rows *sql.Rows) error {
		var l flow.Lot
		var source ledger.FundingSource
		if err := rows.Scan(&l.Ref, &l.Parent, &l.Amount, &source); err != nil {
			return err
		}
		if i, ok := r.at[movementOf(l.Ref)]; ok {
			l.Class = flow.ClassOf(source)
			b.Payments[i].Lots = append(b.Payments[i].Lots, l)
		}
		return nil
	})
}

// promises reads commitments to funds; published figures have none.
func (r *flowReader) promises(b *flow.Book) error {
	return r.rows("commitments", `SELECT c.id, c.fund, f.region, c.source, c.currency, c.amount, c.date, c.tx FROM commitment c JOIN fund f ON f.id = c.fund
WHERE c.date <= ? ORDER BY c.tx, c.lot`, []any{r.asOf}, func(rows *sql.Rows) error {
		var p flow.Promise
		var source ledger.FundingSource
		var tx int64
		if err := rows.Scan(&p.ID, &p.Fund, &p.Region, &source, &p.Currency, &p.Amount, &p.Date, &tx); err != nil {
			return err
		}
		if p.Class = flow.ClassOf(source); blockOf(tx) <= r.known {
			b.Promises = append(b.Promises, p)
		}
		return nil
	})
}

// parties reads in which regions parties have been, as far as the moment knows.
func (r *flowReader) parties(b *flow.Book) error {
	b.Parties = map[string][]flow.Version{}
	return r.rows("parties", "SELECT party, region, effective_from FROM party_version WHERE tx <= ? ORDER BY party, version",
		[]any{txRef(min(r.known, math.MaxInt32), 1<<txBits-1)}, func(rows *sql.Rows) error {
			var party string
			var v flow.Version
			if err := rows.Scan(&party, &v.Region, &v.From); err != nil {
				return err
			}
			b.Parties[party] = append(b.Parties[party], v)
			return nil
		})
}
