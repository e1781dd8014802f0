package readlog

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// ErrUnavailable says that nothing can be written down now, and therefore nothing answered.
var ErrUnavailable = errors.New("the read log cannot be written")

// ErrInUse says that another process writes the log.
var ErrInUse = errors.New("another gateway writes the read log in this folder: stop it, or give this one a folder of its own")

// Head is where the log stands.
type Head struct {
	Log    string `json:"log"`    // identifier of the log
	Count  int64  `json:"count"`  // records
	SHA256 string `json:"sha256"` // of the last one's line, hexadecimal
}

// Options of Open. The zero value works.
type Options struct {
	Now func() time.Time // default time.Now
	Log *slog.Logger     // default slog.Default()
}

// Log is a log open for writing: by one process, and there by as many callers as like.
type Log struct {
	dir  string
	now  func() time.Time
	log  *slog.Logger
	lock *os.File

	mu      sync.Mutex
	waiting []*entry
	writing bool
	closed  bool
	idle    sync.Cond // of mu: nothing is being written

	// What the one that writes changes, and others read under mu.
	chain chain
	day   string
	size  int64 // of the day's file, as far as it is durable
	begun string

	// Of the one that writes.
	file     *os.File // nil: the end of the log must be read first
	newline  bool     // the file's last line has no end
	syncFile func(*os.File) error
}

// entry is a record that waits to be written.
type entry struct {
	read *Read
	done chan struct{}
	n    int64
	err  error
}

// Open opens the log in the folder dir, and makes it where there is none. A log whose end does not hold is opened all the
// same, and refuses what is appended until it does: Check says why. Errors: ErrInUse; those of the folder.
func Open(dir string, o Options) (*Log, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of the read log: %w", err)
	}
	lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the read log: %w", err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(ErrInUse, lock.Close())
	}
	l := &Log{dir: dir, now: o.Now, log: o.Log, lock: lock, syncFile: (*os.File).Sync}
	l.idle.L = &l.mu
	if l.now == nil {
		l.now = time.Now
	}
	if l.log == nil {
		l.log = slog.Default()
	}
	if err := l.Check(); err != nil {
		l.log.Error("ALARM: the read log does not hold; what it must note is refused", slog.String("error", err.Error()))
	}
	return l, nil
}

// Check says why nothing can be appended now; nil when something can. Errors: ErrUnavailable, around a *Break where the
// end of the log does not hold.
func (l *Log) Check() error {
	_, err := l.wait(context.Background(), &entry{done: make(chan struct{})})
	return err
}

// Append writes down a question and answers the number of its record, once it is on the disk. Records that are asked for
// at the same time are written together. Errors: ErrUnavailable, and why; ctx's, and then the record may stand or not.
func (l *Log) Append(ctx context.Context, r Read) (int64, error) {
	if _, err := (&Record{Kind: Asked, Prev: Digest{}.String(), At: spell(time.Time{}), Read: &r}).encode(); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrUnavailable, err) // it alone is refused, not the group that it would be written with
	}
	return l.wait(ctx, &entry{read: &r, done: make(chan struct{})})
}

func (l *Log) wait(ctx context.Context, e *entry) (int64, error) {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return 0, fmt.Errorf("%w: the gateway is stopping", ErrUnavailable)
	}
	l.waiting = append(l.waiting, e)
	if !l.writing {
		l.writing = true
		go l.drain()
	}
	l.mu.Unlock()
	select {
	case <-e.done:
		return e.n, e.err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// drain writes what waits until nothing does.
func (l *Log) drain() {
	for {
		l.mu.Lock()
		group := l.waiting
		l.waiting = nil
		if len(group) == 0 {
			l.writing = false
			l.idle.Broadcast()
			l.mu.Unlock()
			return
		}
		l.mu.Unlock()
		err := l.write(group)
		for _, e := range group {
			if err != nil {
				e.err = fmt.Errorf("%w: %w", ErrUnavailable, err)
			}
			close(e.done)
		}
	}
}

// Head says where the log stands. Errors: as Check.
func (l *Log) Head() (Head, error) {
	if err := l.Check(); err != nil {
		return Head{}, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return Head{l.begun, l.chain.n, l.chain.head.String()}, nil
}

// Close writes what waits and closes the log.
func (l *Log) Close() error {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return nil
	}
	l.closed = true
	for l.writing {
		l.idle.Wait()
	}
	l.mu.Unlock()
	var failed error
	if l.file != nil {
		failed = l.file.Close()
	}
	return errors.Join(failed, l.lock.Close())
}

// NewExport makes the identifier of an answer: 128 random bits in hexadecimal, behind an x.
func NewExport() string { return "x" + random() }

func random() string {
	raw := make([]byte, 16)
	rand.Read(raw) // never fails since Go 1.24
	return hex.EncodeToString(raw)
}
