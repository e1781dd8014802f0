package fabric

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"fundtrace/chaincode/ledger"

	"github.com/mattn/go-sqlite3"
)

// outbox keeps every signed transaction on disk before it is submitted, until its outcome is known, and afterwards where
// its entries were recorded. It is a SQLite file in write-ahead mode that is synced at every commit; a second process
// cannot open it. Writes of the moment share one commit, and so one sync.
type outbox struct {
	db     *sql.DB
	writes chan outboxWrite
	idle   chan struct{} // closed when the writer has stopped
}

type outboxWrite struct {
	apply func(*sql.Tx) error
	done  chan error
}

// The states of a transaction in the outbox.
const (
	stateOpen     = "OPEN"     // stored; whether it was submitted and recorded is not known
	stateRecorded = "RECORDED" // committed and valid
	stateInvalid  = "INVALID"  // committed as invalid: changed nothing
	stateRejected = "REJECTED" // refused by the orderer: will never be committed
)

const outboxSchema = `
CREATE TABLE IF NOT EXISTS tx (
	id TEXT PRIMARY KEY,
	signer TEXT NOT NULL,             -- MSP identifier and common name
	signed BLOB,                      -- the transaction; dropped once the outcome is known
	batch BLOB,                       -- what it records (ledger.Batch); dropped with it
	state TEXT NOT NULL,
	block INTEGER NOT NULL DEFAULT 0,
	code TEXT NOT NULL DEFAULT '',    -- validation code or the orderer's reason
	time INTEGER NOT NULL             -- of the last change, seconds since 1970
) STRICT;
CREATE INDEX IF NOT EXISTS tx_open ON tx(state) WHERE state = 'OPEN';
CREATE TABLE IF NOT EXISTS entry (
	id TEXT NOT NULL,                 -- ledger.EntryID
	tx TEXT NOT NULL REFERENCES tx(id),
	key TEXT NOT NULL,                -- idempotency key
	PRIMARY KEY (id, tx)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entry_tx ON entry(tx);`

// openTx is a transaction whose outcome is not known.
type openTx struct {
	ID     string
	Signer string
	Signed []byte
	Batch  ledger.Batch
	IDs    []string // of the entries, in the order of the batch
}

func openOutbox(path string) (*outbox, error) {
	// EXCLUSIVE keeps the file locked: two gateways on one outbox would each resolve what the other has under way.
	db, err := sql.Open("sqlite3", "file:"+escapePath(path)+"?_locking_mode=EXCLUSIVE&_journal_mode=WAL&_synchronous=FULL&_txlock=immediate&_busy_timeout=2000")
	if err != nil {
		return nil, fmt.Errorf("open the outbox: %w", err)
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(outboxSchema); err != nil {
		var busy sqlite3.Error
		if errors.As(err, &busy) && busy.Code == sqlite3.ErrBusy {
			err = fmt.Errorf("another gateway runs on this data folder: stop it first (%w)", err)
		}
		return nil, errors.Join(fmt.Errorf("open the outbox %s: %w", path, err), db.Close())
	}
	if err := prune(db, time.Now().Add(-keepResolved)); err != nil {
		return nil, errors.Join(fmt.Errorf("tidy the outbox %s: %w", path, err), db.Close())
	}
	o := &outbox{db: db, writes: make(chan outboxWrite, 256), idle: make(chan struct{})}
	go o.write()
	return o, nil
}

// keepResolved is how long the outbox remembers where its entries were recorded. The ledger remembers for ever; only the
// receipt of a repeated entry then comes without transaction and block.
const keepResolved = 400 * 24 * time.Hour

// prune forgets transactions whose outcome has been known since before the time.
func prune(db *sql.DB, before time.Time) error {
	if _, err := db.Exec(`DELETE FROM entry WHERE tx IN (SELECT id FROM tx WHERE state <> 'OPEN' AND time < ?)`, before.Unix()); err != nil {
		return err
	}
	_, err := db.Exec(`DELETE FROM tx WHERE state <> 'OPEN' AND time < ?`, before.Unix())
	return err
}

// escapePath keeps characters that mean something in a SQLite URI from being read so.
func escapePath(path string) string {
	return strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
}

// write commits what waits, together.
func (o *outbox) write() {
	defer close(o.idle)
	for w := range o.writes {
		group := []outboxWrite{w}
		for more := true; more && len(group) < cap(o.writes); {
			select {
			case next, ok := <-o.writes:
				if more = ok; ok {
					group = append(group, next)
				}
			default:
				more = false
			}
		}
		err := o.commit(group)
		if err != nil && len(group) > 1 { // one bad write must not fail its neighbours
			for _, g := range group {
				g.done <- o.commit([]outboxWrite{g})
			}
			continue
		}
		for _, g := range group {
			g.done <- err
		}
	}
}

func (o *outbox) commit(group []outboxWrite) error {
	tx, err := o.db.Begin()
	if err != nil {
		return err
	}
	for _, w := range group {
		if err := w.apply(tx); err != nil {
			return errors.Join(err, tx.Rollback())
		}
	}
	return tx.Commit()
}

func (o *outbox) do(apply func(*sql.Tx) error) error {
	w := outboxWrite{apply: apply, done: make(chan error, 1)}
	o.writes <- w
	return <-w.done
}

// store keeps a transaction before it is submitted. It is on disk when store returns.
func (o *outbox) store(t *openTx) error {
	batch, err := json.Marshal(t.Batch)
	if err != nil {
		return fmt.Errorf("encode the batch of transaction %s: %w", t.ID, err)
	}
	err = o.do(func(tx *sql.Tx) error {
		if _, err := tx.Exec(`INSERT INTO tx (id, signer, signed, batch, state, time) VALUES (?, ?, ?, ?, ?, ?)`,
			t.ID, t.Signer, t.Signed, batch, stateOpen, time.Now().Unix()); err != nil {
			return err
		}
		for i, id := range t.IDs {
			if _, err := tx.Exec(`INSERT INTO entry (id, tx, key) VALUES (?, ?, ?)`, id, t.ID, t.Batch.Entries[i].Key); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store transaction %s in the outbox: %w", t.ID, err)
	}
	return nil
}

// resolve keeps the outcome of a transaction.
func (o *outbox) resolve(id, state string, block uint64, code string) error {
	err := o.do(func(tx *sql.Tx) error {
		_, err := tx.Exec(`UPDATE tx SET state = ?, block = ?, code = ?, signed = NULL, batch = NULL, time = ? WHERE id = ?`,
			state, int64(block), code, time.Now().Unix(), id)
		return err
	})
	if err != nil {
		return fmt.Errorf("store the outcome of transaction %s: %w", id, err)
	}
	return nil
}

// recorded answers where an entry was recorded, if this outbox submitted it.
func (o *outbox) recorded(ctx context.Context, entry string) (tx string, block uint64, err error) {
	var n int64
	err = o.db.QueryRowContext(ctx, `SELECT tx.id, tx.block FROM entry JOIN tx ON tx.id = entry.tx WHERE entry.id = ? AND tx.state = ?`,
		entry, stateRecorded).Scan(&tx, &n)
	if errors.Is(err, sql.ErrNoRows) {
		return "", 0, nil
	}
	if err != nil {
		return "", 0, fmt.Errorf("look up entry %s in the outbox: %w", entry, err)
	}
	return tx, uint64(n), nil
}

// open lists the transactions of unknown outcome, oldest first.
func (o *outbox) open() ([]*openTx, error) {
	rows, err := o.db.Query(`SELECT id, signer, signed, batch FROM tx WHERE state = ? ORDER BY rowid`, stateOpen)
	if err != nil {
		return nil, fmt.Errorf("read the outbox: %w", err)
	}
	defer rows.Close()
	var list []*openTx
	for rows.Next() {
		t, batch := new(openTx), []byte(nil)
		if err := rows.Scan(&t.ID, &t.Signer, &t.Signed, &batch); err != nil {
			return nil, fmt.Errorf("read the outbox: %w", err)
		}
		if err := json.Unmarshal(batch, &t.Batch); err != nil {
			return nil, fmt.Errorf("read the batch of transaction %s: %w", t.ID, err)
		}
		msp, name, _ := strings.Cut(t.Signer, " ")
		for _, e := range t.Batch.Entries {
			t.IDs = append(t.IDs, ledger.EntryID(msp, name, e.Key))
		}
		list = append(list, t)
	}
	return list, rows.Err()
}

// close waits for writes under way. Nothing may be written afterwards.
func (o *outbox) close() error {
	close(o.writes)
	<-o.idle
	return o.db.Close()
}
