package readlog

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"hash"
	"strings"
)

// Reason is the stable name of why a log does not hold.
type Reason string

// The reasons.
const (
	Unreadable   Reason = "LINE_UNREADABLE" // a line in the middle is no record
	NotBegun     Reason = "BEGINNING_GONE"  // the first line is not the log's first record
	Missing      Reason = "RECORD_MISSING"  // records were taken out
	OutOfOrder   Reason = "RECORD_MOVED"    // a record stands twice or in another place
	Changed      Reason = "RECORD_CHANGED"  // a record is not the one that the next was written after
	NotTorn      Reason = "TORN_DIFFERS"    // what a MENDED record speaks of is not what stands before it
	Rewritten    Reason = "ANCHOR_DIFFERS"  // the ledger has another head for that record
	CutOff       Reason = "RECORDS_CUT_OFF" // the ledger has anchored more records than there are
	AnchorBroken Reason = "ANCHOR_SEQUENCE" // the anchors given do not follow one another: one of them was left out
)

// Break says where a log does not hold, and why. It is an error.
type Break struct {
	Reason  Reason `json:"reason"`
	File    string `json:"file,omitempty"` // name of the day's file
	Line    int    `json:"line,omitempty"` // in it, from 1
	N       int64  `json:"n,omitempty"`    // of the record concerned
	Message string `json:"message"`
}

func (b *Break) Error() string {
	where := ""
	if b.File != "" {
		where = fmt.Sprintf("%s line %d: ", b.File, b.Line)
	}
	return fmt.Sprintf("%s: %s%s", b.Reason, where, b.Message)
}

// chain follows a log line by line.
type chain struct {
	n    int64  // of the last record, 0 before the first
	head Digest // of its line
	log  string // identifier, once the first record is read

	file string
	line int // in file, of the last line read

	torn      hash.Hash // of what stands behind the last record and is none; nil: nothing
	tornBytes int64
	tornLine  int // where it begins
}

func (c *chain) broken(r Reason, line int, n int64, format string, args ...any) *Break {
	return &Break{Reason: r, File: c.file, Line: line, N: n, Message: fmt.Sprintf(format, args...)}
}

// take reads the next line, with its line end if it has one. It answers nil for what is no record; whether that was left
// by a crash only what follows can tell. Errors: *Break.
func (c *chain) take(raw []byte) (*Record, error) {
	c.line++
	line := bytes.TrimSuffix(raw, []byte{'\n'})
	r, err := decode(line)
	if err != nil {
		if c.torn == nil {
			c.torn, c.tornBytes, c.tornLine = sha256.New(), 0, c.line
		}
		c.torn.Write(raw)
		c.tornBytes += int64(len(raw))
		return nil, nil //nolint:nilnil // no record, and not yet an error
	}
	if err := c.fits(r); err != nil {
		return nil, err
	}
	c.n, c.head, c.torn = r.N, digestOf(line), nil
	if r.Kind == Begun {
		c.log = r.Log
	}
	return r, nil
}

// fits checks that a record continues the chain.
func (c *chain) fits(r *Record) error {
	switch {
	case c.torn != nil && r.Torn == nil:
		return c.broken(Unreadable, c.tornLine, c.n+1, "the line is no record, and none says that a crash left it")
	case c.n == 0 && (r.Kind != Begun || r.N != 1 || r.Prev != Digest{}.String()):
		return c.broken(NotBegun, c.line, 1, "the log begins with record %d: the records before it were taken out", r.N)
	case r.N > c.n+1:
		return c.broken(Missing, c.line, c.n+1, "record %d follows record %d: what was between them was taken out", r.N, c.n)
	case r.N <= c.n:
		return c.broken(OutOfOrder, c.line, r.N, "record %d follows record %d: it stands twice, or was moved", r.N, c.n)
	case r.Prev != c.head.String():
		return c.broken(Changed, c.line, c.n, "record %d is not the one that record %d was written after: one of them was changed", c.n, r.N)
	case r.Kind == Begun && c.n > 0:
		return c.broken(OutOfOrder, c.line, r.N, "a log begins in the middle of a log")
	}
	if r.Torn != nil {
		if c.torn == nil || r.Torn.Bytes != c.tornBytes || !strings.EqualFold(r.Torn.SHA256, fmt.Sprintf("%x", c.torn.Sum(nil))) {
			return c.broken(NotTorn, c.line, r.N, "the record says that %d bytes before it were left by a crash, and they are not there as they were", r.Torn.Bytes)
		}
		return nil
	}
	return nil
}

// rest says what stands behind the last record; nil for nothing. A crash may have left it, or somebody: what a crash
// leaves was not answered.
func (c *chain) rest() *Torn {
	if c.torn == nil {
		return nil
	}
	return &Torn{Bytes: c.tornBytes, SHA256: fmt.Sprintf("%x", c.torn.Sum(nil))}
}
