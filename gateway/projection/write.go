package projection

import (
	"database/sql"
	"errors"
	"fmt"

	"github.com/mattn/go-sqlite3"
)

// writer writes facts in one SQL transaction. Statements are prepared once for each transaction, on first use.
type writer struct {
	tx    *sql.Tx
	memo  *memo
	stmts map[string]*sql.Stmt
	now   *block // the block being written, for alarms
}

func newWriter(tx *sql.Tx, m *memo) *writer {
	return &writer{tx: tx, memo: m, stmts: map[string]*sql.Stmt{}}
}

func (w *writer) close() {
	for _, s := range w.stmts {
		_ = s.Close() // the transaction ends with or without it
	}
}

func (w *writer) stmt(query string) (*sql.Stmt, error) {
	if s, ok := w.stmts[query]; ok {
		return s, nil
	}
	s, err := w.tx.Prepare(query)
	if err != nil {
		return nil, fmt.Errorf("prepare %q: %w", query, err)
	}
	w.stmts[query] = s
	return s, nil
}

func (w *writer) run(query string, args []any) (sql.Result, error) {
	s, err := w.stmt(query)
	if err != nil {
		return nil, err
	}
	r, err := s.Exec(args...)
	if err != nil {
		return nil, w.failure(query, err)
	}
	return r, nil
}

// exec runs a statement and answers how many rows it changed.
func (w *writer) exec(query string, args ...any) (int64, error) {
	r, err := w.run(query, args)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// insert adds a row to a table whose key SQLite assigns, and answers the key.
func (w *writer) insert(query string, args ...any) (int64, error) {
	r, err := w.run(query, args)
	if err != nil {
		return 0, err
	}
	return r.LastInsertId()
}

// one runs a statement that must change exactly one row.
func (w *writer) one(what, query string, args ...any) error {
	n, err := w.exec(query, args...)
	if err == nil && n != 1 {
		return w.contradiction("%s changes %d rows instead of one", what, n)
	}
	return err
}

// find reads one row; found is false when there is none.
func (w *writer) find(query string, args []any, into ...any) (found bool, err error) {
	s, err := w.stmt(query)
	if err != nil {
		return false, err
	}
	err = s.QueryRow(args...).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, w.failure(query, err)
	}
	return true, nil
}

// failure tells what the blocks got wrong (a fact recorded twice, more drawn than there is) from what the database did.
func (w *writer) failure(query string, err error) error {
	var e sqlite3.Error
	if errors.As(err, &e) && e.Code == sqlite3.ErrConstraint {
		return &Alarm{Block: w.now.number, Reason: Contradiction, Message: "a write breaks what the ledger guarantees", Err: err}
	}
	return fmt.Errorf("%.60q: %w", query, err)
}

func (w *writer) contradiction(format string, args ...any) error {
	return &Alarm{Block: w.now.number, Reason: Contradiction, Message: fmt.Sprintf(format, args...)}
}

// advance moves the checkpoint. It must stand where the fold began: nobody else may have folded meanwhile.
func (w *writer) advance(from, to tip) error {
	if from.next == to.next {
		return nil
	}
	n, err := w.exec("UPDATE checkpoint SET next = ?, hash = ? WHERE next = ?", int64(to.next), to.hash, int64(from.next))
	if err == nil && n != 1 {
		return fmt.Errorf("the checkpoint is not at block %d: another process folds into this read model", from.next)
	}
	return err
}

// block writes everything that a block says. Rooms are written so that what is referred to is there before.
func (w *writer) block(b *block) error {
	w.now = b
	if _, err := w.exec("INSERT INTO block VALUES (?, ?, ?, ?)", int64(b.number), b.hash, b.dataHash, len(b.transactions)); err != nil {
		return err
	}
	for i := range b.transactions {
		t := &b.transactions[i]
		if _, err := w.exec("INSERT INTO tx VALUES (?, ?, ?, ?, ?, ?, ?)", t.ref, t.id, int64(t.kind), int64(t.code), t.msp, t.name, t.claimed); err != nil {
			return err
		}
	}
	rooms := []func() error{
		each(b.parties, w.party),
		each(b.accounts, w.account),
		each(b.funds, w.fund),
		each(b.pages, w.page),
		each(b.commitments, w.commitment),
		each(b.states, w.state),
		each(b.invoices, w.invoice),
		each(b.claims, w.claim),
		func() error { return w.vouchers(b.vouchers) },
		each(b.draws, w.drawn),
		each(b.documents, w.document),
		each(b.rules, w.rule),
		each(b.calendars, w.calendar),
		each(b.issuers, w.issuer),
		each(b.anchors, w.anchor),
	}
	for _, write := range rooms {
		if err := write(); err != nil {
			return err
		}
	}
	return nil
}

func each[T any](facts []fact[T], write func(tx int64, v *T) error) func() error {
	return func() error {
		for i := range facts {
			if err := write(facts[i].tx, &facts[i].value); err != nil {
				return err
			}
		}
		return nil
	}
}
