package projection

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"runtime"
	"sync"

	"fundtrace/gateway/trace/attribution"
)

//go:embed schema/*.sql
var schema embed.FS

// DB is the read model. One writer folds blocks; any number of readers ask meanwhile and see whole blocks only.
type DB struct {
	writer *sql.DB // one connection
	reader *sql.DB

	folding sync.Mutex // serialises Apply
	dec     *decoder
	memo    *memo

	mu      sync.Mutex
	tip     tip
	changed chan struct{} // closed and replaced whenever tip moves

	shelf   attribution.Shelf
	history history // of all lots, in memory, for questions about earlier moments
}

// Open opens the read model at path, makes it where there is none and brings an older one to the present schema. The
// directory must exist.
func Open(path string) (*DB, error) {
	// A lost tail is folded again from the blocks, so WAL with synchronous=NORMAL gives up nothing.
	writer, err := sql.Open("sqlite3", dsn(path, "rwc", "_journal_mode=WAL&_synchronous=NORMAL&_txlock=immediate&_busy_timeout=10000&_cache_size=-65536"))
	if err != nil {
		return nil, fmt.Errorf("open the read model: %w", err)
	}
	writer.SetMaxOpenConns(1)
	db := &DB{writer: writer, dec: newDecoder(), memo: newMemo(), changed: make(chan struct{})}
	if err := db.prepare(path); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func (db *DB) prepare(path string) error {
	if err := migrate(db.writer); err != nil {
		return err
	}
	for _, pragma := range []string{"PRAGMA wal_autocheckpoint=4000", "PRAGMA temp_store=MEMORY"} {
		if _, err := db.writer.Exec(pragma); err != nil {
			return fmt.Errorf("set up the read model: %w", err)
		}
	}
	if err := db.writer.QueryRow("SELECT next, hash FROM checkpoint").Scan(&db.tip.next, &db.tip.hash); err != nil {
		return fmt.Errorf("read the checkpoint: %w", err)
	}
	reader, err := sql.Open("sqlite3", dsn(path, "ro", "_query_only=1&_busy_timeout=10000&_cache_size=-32768"))
	if err != nil {
		return fmt.Errorf("open the read model for reading: %w", err)
	}
	reader.SetMaxOpenConns(max(4, 2*runtime.NumCPU()))
	reader.SetMaxIdleConns(max(4, 2*runtime.NumCPU()))
	db.reader = reader
	return nil
}

func dsn(path, mode, options string) string {
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: "mode=" + mode + "&" + options}
	return u.String()
}

// Close ends the use of the read model.
func (db *DB) Close() error {
	err := db.writer.Close()
	if db.reader != nil {
		err = errors.Join(err, db.reader.Close())
	}
	return err
}

// migrate brings the schema up to date. The number of the last migration applied is kept in user_version; each file
// schema/NNNN_*.sql is applied once, in the order of its name, in its own SQL transaction.
func migrate(w *sql.DB) error {
	files, err := fs.Glob(schema, "schema/*.sql")
	if err != nil {
		return fmt.Errorf("list migrations: %w", err)
	}
	var version int
	if err := w.QueryRow("PRAGMA user_version").Scan(&version); err != nil {
		return fmt.Errorf("read the schema version: %w", err)
	}
	if version > len(files) {
		return fmt.Errorf("the read model has schema %d, this program knows %d: use the newer program or start with an empty read model", version, len(files))
	}
	for i := version; i < len(files); i++ {
		text, err := schema.ReadFile(files[i])
		if err != nil {
			return fmt.Errorf("read migration %s: %w", files[i], err)
		}
		if err := inTx(context.Background(), w, func(tx *sql.Tx) error {
			_, err := tx.Exec(string(text) + fmt.Sprintf("\nPRAGMA user_version = %d;", i+1))
			return err
		}); err != nil {
			return fmt.Errorf("apply migration %s: %w", files[i], err)
		}
	}
	return nil
}

// inTx runs do in one SQL transaction: all of it is kept, or nothing.
func inTx(ctx context.Context, w *sql.DB, do func(*sql.Tx) error) error {
	tx, err := w.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := do(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}
