package users

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Sign-in attempts allowed for one user from one address: a burst, then one each interval. A success forgives.
const (
	attemptBurst    = 8
	attemptInterval = 10 * time.Second
	mostLimiters    = 10_000 // user and address pairs remembered
)

// limiter bounds attempts per user and address.
type limiter struct {
	mu    sync.Mutex
	pairs map[string]*attempts
	now   func() time.Time
}

type attempts struct {
	rate *rate.Limiter
	last time.Time
}

func newLimiter(now func() time.Time) *limiter {
	return &limiter{pairs: map[string]*attempts{}, now: now}
}

// allow takes one attempt, and answers how long to wait when there is none left.
func (l *limiter) allow(user, address string) (wait time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	key := user + "\x00" + address
	a := l.pairs[key]
	if a == nil {
		if len(l.pairs) >= mostLimiters {
			l.forgetIdle(now)
		}
		a = &attempts{rate: rate.NewLimiter(rate.Every(attemptInterval), attemptBurst)}
		l.pairs[key] = a
	}
	a.last = now
	r := a.rate.ReserveN(now, 1)
	if d := r.DelayFrom(now); d > 0 {
		r.CancelAt(now)
		return d, false
	}
	return 0, true
}

// forgive forgets the attempts after a success.
func (l *limiter) forgive(user, address string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.pairs, user+"\x00"+address)
}

// forgetIdle drops pairs whose burst has filled up again; when an attack keeps all of them busy it drops the oldest
// half, so that memory stays bounded.
func (l *limiter) forgetIdle(now time.Time) {
	for k, a := range l.pairs {
		if now.Sub(a.last) > attemptBurst*attemptInterval {
			delete(l.pairs, k)
		}
	}
	for k := range l.pairs {
		if len(l.pairs) <= mostLimiters/2 {
			return
		}
		delete(l.pairs, k)
	}
}
