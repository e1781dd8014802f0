package users

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

// Refusals of a sign-in.
var (
	// ErrCredentials says that user and password do not fit. It never says which of them.
	ErrCredentials = errors.New("user or password is wrong")
	// ErrNoSession says that a token is unknown, signed out or expired.
	ErrNoSession = errors.New("there is no such session")
)

// TooManyAttempts is a sign-in refused for its rate.
type TooManyAttempts struct{ Wait time.Duration }

func (e *TooManyAttempts) Error() string {
	return fmt.Sprintf("too many sign-in attempts: wait %d seconds", e.Seconds())
}

// Seconds to wait, rounded up.
func (e *TooManyAttempts) Seconds() int { return int((e.Wait + time.Second - 1) / time.Second) }

// SessionLife is how long a session lasts from sign-in.
const SessionLife = 12 * time.Hour

// Limits of what a sign-in may carry, in bytes.
const (
	maxUser     = 100
	maxPassword = 512
)

// Book keeps password hashes and sessions. It is safe for concurrent use.
type Book struct {
	db        *sql.DB
	authority Authority
	cost      Cost
	now       func() time.Time
	limit     *limiter
	hashing   *semaphore.Weighted // each hash takes Cost.Memory: bounds what sign-ins can take at once

	mu       sync.Mutex
	sessions map[string]Session // by the token's digest
}

// Options change what Open does. The zero value is right for production.
type Options struct {
	Cost Cost             // default DefaultCost
	Now  func() time.Time // default time.Now
}

// SignIn checks user and password and opens a session. The token is answered here only; what is kept is its digest.
// Address is the caller's, without port. Errors: ErrCredentials, *TooManyAttempts, or that the authority cannot be asked.
func (b *Book) SignIn(ctx context.Context, user, password, address string) (token string, s Session, err error) {
	if user == "" || len(user) > maxUser || len(password) > maxPassword || strings.ContainsFunc(user, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return "", Session{}, ErrCredentials
	}
	if wait, ok := b.limit.allow(user, address); !ok {
		return "", Session{}, &TooManyAttempts{Wait: wait}
	}
	id, err := b.check(ctx, user, password)
	if err != nil {
		return "", Session{}, err
	}
	b.limit.forgive(user, address)
	return b.open(ctx, id)
}

// check asks the kept hash when the user has enrolled here before, the authority otherwise.
func (b *Book) check(ctx context.Context, user, password string) (Identity, error) {
	if err := b.hashing.Acquire(ctx, 1); err != nil {
		return Identity{}, err
	}
	defer b.hashing.Release(1)
	encoded, err := b.hashOf(ctx, user)
	if err != nil {
		return Identity{}, err
	}
	if encoded != "" {
		fits, err := verify(encoded, password)
		if err != nil {
			return Identity{}, fmt.Errorf("sign in %s: %w", user, err)
		}
		if !fits {
			return Identity{}, ErrCredentials
		}
		if id, ok := b.authority.Known(ctx, user); ok {
			return id, nil
		}
		// The wallet lost the certificate, or it has expired: the authority issues another.
	}
	id, err := b.authority.Enrol(ctx, Organisation(user), user, password)
	if err != nil {
		return Identity{}, err
	}
	return id, b.keepHash(ctx, user, b.cost.hash(password))
}
