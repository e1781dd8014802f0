package users

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"time"

	_ "github.com/mattn/go-sqlite3" // the database driver
	"golang.org/x/sync/semaphore"
)

// schema of the users' own database. It is apart from the read model, which may be dropped and folded again.
const schema = `
CREATE TABLE IF NOT EXISTS password (
	user TEXT PRIMARY KEY,
	hash TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS session (
	digest       TEXT PRIMARY KEY, -- SHA-256 of the token
	user         TEXT NOT NULL,
	organisation TEXT NOT NULL,
	msp          TEXT NOT NULL,
	role         TEXT NOT NULL,
	party        TEXT NOT NULL,
	expires      INTEGER NOT NULL  -- Unix seconds
) WITHOUT ROWID;`

// mostHashes is how many password hashes are computed at the same time.
const mostHashes = 2

// Open opens or makes the users' database at path (mode 0600) and loads the sessions that have not expired.
func Open(path string, authority Authority, opt Options) (*Book, error) {
	if opt.Cost == (Cost{}) {
		opt.Cost = DefaultCost
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the users' database: %w", err)
	}
	f.Close()
	db, err := sql.Open("sqlite3", "file:"+path+"?_journal_mode=WAL&_synchronous=FULL&_busy_timeout=5000")
	if err != nil {
		return nil, fmt.Errorf("open the users' database %s: %w", path, err)
	}
	db.SetMaxOpenConns(1)
	b := &Book{db: db, authority: authority, cost: opt.Cost, now: opt.Now, limit: newLimiter(opt.Now),
		hashing: semaphore.NewWeighted(mostHashes), sessions: map[string]Session{}}
	if _, err := db.Exec(schema); err != nil {
		return nil, errors.Join(fmt.Errorf("prepare the users' database %s: %w", path, err), db.Close())
	}
	if err := b.load(); err != nil {
		return nil, errors.Join(fmt.Errorf("read sessions from %s: %w", path, err), db.Close())
	}
	return b, nil
}

// Close closes the database.
func (b *Book) Close() error { return b.db.Close() }

func (b *Book) load() error {
	if _, err := b.db.Exec(`DELETE FROM session WHERE expires <= ?`, b.now().Unix()); err != nil {
		return err
	}
	rows, err := b.db.Query(`SELECT digest, user, organisation, msp, role, party, expires FROM session`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var digest string
		var s Session
		var expires int64
		if err := rows.Scan(&digest, &s.User, &s.Organisation, &s.MSP, &s.Role, &s.Party, &expires); err != nil {
			return err
		}
		s.Expires = time.Unix(expires, 0).UTC()
		b.sessions[digest] = s
	}
	return rows.Err()
}

// hashOf answers the kept hash of a user's password, empty when there is none.
func (b *Book) hashOf(ctx context.Context, user string) (string, error) {
	var hash string
	err := b.db.QueryRowContext(ctx, `SELECT hash FROM password WHERE user = ?`, user).Scan(&hash)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read the password hash of %s: %w", user, err)
	}
	return hash, nil
}

func (b *Book) keepHash(ctx context.Context, user, hash string) error {
	_, err := b.db.ExecContext(ctx, `INSERT INTO password(user, hash) VALUES(?, ?) ON CONFLICT(user) DO UPDATE SET hash = excluded.hash`, user, hash)
	if err != nil {
		return fmt.Errorf("keep the password hash of %s: %w", user, err)
	}
	return nil
}
