package readlog

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"fundtrace/chaincode/ledger"
)

// Report says what Verify found.
type Report struct {
	OK       bool   `json:"ok"`
	Break    *Break `json:"break,omitempty"` // where it does not hold
	Log      string `json:"log"`             // identifier
	Records  int64  `json:"records"`         // that were read and hold
	Days     int    `json:"days"`            // files read
	First    string `json:"first,omitempty"` // time of the first record, RFC 3339
	Last     string `json:"last,omitempty"`  // of the last
	Head     string `json:"head"`            // SHA-256 of the last record's line, hexadecimal
	Anchors  int    `json:"anchors"`         // on the ledger that agree with the log
	Anchored int64  `json:"anchored"`        // records that they cover
	On       string `json:"on,omitempty"`    // day of the last of them
	Mended   int    `json:"mended"`          // places that a crash had left half written and that are noted
	Torn     *Torn  `json:"torn,omitempty"`  // what stands behind the last record and is not noted yet
}

// Verify reads the whole log in a folder, and holds it against the anchors that the ledger has of it, in any order. The
// report is never nil. It may run beside a gateway that writes the log: half a line at the end is then what is being
// written. Errors: *Break, as in the report; ctx's; those of reading.
func Verify(ctx context.Context, dir string, anchors []ledger.Anchor) (*Report, error) {
	r := &Report{}
	err := r.verify(ctx, dir, anchors)
	if err != nil {
		var b *Break
		if errors.As(err, &b) {
			r.Break = b
		}
		return r, err
	}
	r.OK = true
	return r, nil
}

func (r *Report) verify(ctx context.Context, dir string, anchors []ledger.Anchor) error {
	anchors = slices.SortedFunc(slices.Values(anchors), func(a, b ledger.Anchor) int { return int(a.Sequence - b.Sequence) })
	if err := consecutive(anchors); err != nil {
		return err
	}
	all, err := days(dir)
	if err != nil {
		return err
	}
	c := &chain{}
	waiting := anchors
	for _, day := range all {
		_, err := c.follow(dir, day, func(rec *Record) error {
			r.note(rec, c)
			for len(waiting) > 0 && waiting[0].Count == c.n {
				if err := r.hold(&waiting[0], c); err != nil {
					return err
				}
				waiting = waiting[1:]
			}
			return ctx.Err()
		})
		if err != nil {
			return err
		}
		r.Days++
	}
	r.Torn = c.rest()
	if len(waiting) > 0 {
		a := &waiting[len(waiting)-1]
		return &Break{Reason: CutOff, File: c.file, Line: c.line, N: c.n + 1,
			Message: fmt.Sprintf("the log ends with record %d, and anchor %d of %s on the ledger speaks of %d: the last %d were cut off", c.n, a.Sequence, a.Day, a.Count, a.Count-c.n)}
	}
	return nil
}

// note counts a record.
func (r *Report) note(rec *Record, c *chain) {
	r.Records, r.Head, r.Last, r.Log = c.n, c.head.String(), rec.At, c.log
	if r.First == "" {
		r.First = rec.At
	}
	if rec.Torn != nil {
		r.Mended++
	}
}

// hold compares a record with the anchor that speaks of it.
func (r *Report) hold(a *ledger.Anchor, c *chain) error {
	if a.Head != c.head.String() {
		return c.broken(Rewritten, c.line, r.Anchored+1,
			"record %d is not the one that anchor %d of %s on the ledger speaks of: some of the records %d to %d were changed, and all behind them written anew",
			a.Count, a.Sequence, a.Day, r.Anchored+1, a.Count)
	}
	r.Anchors, r.Anchored, r.On = r.Anchors+1, a.Count, a.Day
	return nil
}

// consecutive checks that no anchor is missing between the first and the last: the ledger takes them one by one.
func consecutive(anchors []ledger.Anchor) error {
	for i, a := range anchors {
		previous, count := "", int64(0)
		if i > 0 {
			previous, count = anchors[i-1].Head, anchors[i-1].Count
		}
		if a.Sequence != int64(i)+1 || a.Previous != previous || a.Count < count {
			return &Break{Reason: AnchorBroken, Message: fmt.Sprintf("anchor %d does not follow the one before it: ask a peer for all anchors of the stream", a.Sequence)}
		}
	}
	return nil
}

// HeadOf reads where the log in a folder stands, also while a gateway writes it. Errors: *Break where its end does not
// hold; ErrEmpty; those of reading.
func HeadOf(dir string) (Head, error) {
	all, err := days(dir)
	if err != nil {
		return Head{}, err
	}
	c, _, err := tail(dir, all)
	if err != nil {
		return Head{}, err
	}
	if c.n == 0 {
		return Head{}, ErrEmpty
	}
	// What another process has written may not be on the disk yet; what is anchored must be.
	f, err := os.Open(dayFile(dir, all[len(all)-1]))
	if err == nil {
		err = errors.Join(f.Sync(), f.Close())
	}
	if err != nil {
		return Head{}, fmt.Errorf("make the read log durable: %w", err)
	}
	id, err := identifier(dir, all[0])
	return Head{id, c.n, c.head.String()}, err
}

// ErrEmpty says that a folder holds no read log.
var ErrEmpty = errors.New("there is no read log here")
