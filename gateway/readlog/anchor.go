package readlog

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"fundtrace/chaincode/ledger"
)

// Ledger is where heads are anchored: one stream of one organisation.
type Ledger interface {
	// Last answers the stream's latest anchor, nil when it has none.
	Last(ctx context.Context) (*ledger.Anchor, error)
	// Record records the next one.
	Record(ctx context.Context, a ledger.Anchor) error
}

// Anchor anchors a head on the ledger as of a day, and answers the anchor. A head that the ledger has already is anchored
// again where the day is a later one: it says that nobody has asked for anything since. Errors: those of the ledger,
// ANCHOR_BROKEN where the log has fewer records than it had.
func Anchor(ctx context.Context, to Ledger, stream string, h Head, now time.Time) (ledger.Anchor, error) {
	a := ledger.Anchor{Stream: stream, Day: dayOf(now), Sequence: 1, Head: h.SHA256, Count: h.Count}
	last, err := to.Last(ctx)
	if err != nil {
		return a, fmt.Errorf("read the latest anchor of the read log: %w", err)
	}
	if last != nil {
		if last.Day == a.Day && last.Head == a.Head {
			return *last, nil
		}
		a.Sequence, a.Previous = last.Sequence+1, last.Head
	}
	if err := to.Record(ctx, a); err != nil {
		return a, fmt.Errorf("anchor the read log: %w", err)
	}
	return a, nil
}

// Intervals of Keep.
const (
	keepFirst = time.Minute      // after the start
	keepEvery = 15 * time.Minute // looks whether a new day has begun
)

// Keep anchors the log once a day until ctx ends: soon after midnight in China, or after the start where the day has no
// anchor yet. What fails is tried again.
func (l *Log) Keep(ctx context.Context, to Ledger, stream string) {
	anchored := ""
	for wait := keepFirst; ; wait = keepEvery {
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return
		}
		day, err := l.keep(ctx, to, stream, anchored)
		if ledger.ErrorCode(err) == ledger.AnchorBroken { // somebody may have anchored at the same moment
			day, err = l.keep(ctx, to, stream, anchored)
		}
		switch {
		case err == nil:
			anchored = day
		case ledger.ErrorCode(err) == ledger.AnchorBroken:
			l.log.Error("ALARM: the read log does not continue what the ledger has anchored: run gateway readlog verify", slog.String("error", err.Error()))
		case ctx.Err() == nil:
			l.log.Warn("the read log could not be anchored; it will be tried again", slog.String("error", err.Error()))
		}
	}
}

// keep anchors the log if the day has no anchor yet, and answers the day that has one then.
func (l *Log) keep(ctx context.Context, to Ledger, stream, anchored string) (string, error) {
	now := l.now()
	if dayOf(now) <= anchored {
		return anchored, nil
	}
	last, err := to.Last(ctx)
	if err != nil {
		return "", err
	}
	if last != nil && last.Day >= dayOf(now) {
		return last.Day, nil
	}
	h, err := l.Head()
	if err != nil {
		return "", err
	}
	a, err := Anchor(ctx, to, stream, h, now)
	if err != nil {
		return "", err
	}
	l.log.Info("the read log is anchored", slog.String("stream", stream), slog.Int64("sequence", a.Sequence), slog.Int64("records", a.Count))
	return a.Day, nil
}
