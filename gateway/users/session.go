package users

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"time"
)

// Session is somebody signed in.
type Session struct {
	Identity
	Expires time.Time `json:"expires"` // UTC
}

// digest is what is kept of a token: whoever reads the database cannot sign in with it.
func digest(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// open makes a session with a token of 256 random bits.
func (b *Book) open(ctx context.Context, id Identity) (string, Session, error) {
	raw := make([]byte, 32)
	rand.Read(raw) // never fails since Go 1.24
	token := base64.RawURLEncoding.EncodeToString(raw)
	now := b.now()
	s := Session{Identity: id, Expires: now.Add(SessionLife).UTC().Truncate(time.Second)}
	d := digest(token)
	tx, err := b.db.BeginTx(ctx, nil)
	if err != nil {
		return "", Session{}, fmt.Errorf("open a session: %w", err)
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, `DELETE FROM session WHERE expires <= ?`, now.Unix()); err != nil {
		return "", Session{}, fmt.Errorf("open a session: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO session(digest, user, organisation, msp, role, party, expires) VALUES(?,?,?,?,?,?,?)`,
		d, s.User, s.Organisation, s.MSP, s.Role, s.Party, s.Expires.Unix()); err != nil {
		return "", Session{}, fmt.Errorf("open a session: %w", err)
	}
	if err := tx.Commit(); err != nil {
		return "", Session{}, fmt.Errorf("open a session: %w", err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for k, old := range b.sessions {
		if !old.Expires.After(now) {
			delete(b.sessions, k)
		}
	}
	b.sessions[d] = s
	return token, s, nil
}

// Session answers the session of a token. Errors: ErrNoSession.
func (b *Book) Session(token string) (Session, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s, ok := b.sessions[digest(token)]
	if !ok || !s.Expires.After(b.now()) {
		return Session{}, ErrNoSession
	}
	return s, nil
}

// SignOut ends the session of a token; a token without session is fine.
func (b *Book) SignOut(ctx context.Context, token string) error {
	d := digest(token)
	b.mu.Lock()
	delete(b.sessions, d)
	b.mu.Unlock()
	if _, err := b.db.ExecContext(ctx, `DELETE FROM session WHERE digest = ?`, d); err != nil {
		return fmt.Errorf("end the session: %w", err)
	}
	return nil
}
