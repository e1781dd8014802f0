package projection

import (
	"context"
	"database/sql"

	"fundtrace/chaincode/ledger"
)

// Anchor is an anchor of a log that is kept outside the ledger, and the transaction that recorded it.
type Anchor struct {
	ID string `json:"id"` // the stream's: organisation/name, see ledger.StreamID
	ledger.AnchorRecorded
	Recorded
}

// maxAnchors is the most anchors that one question answers: almost three years of days.
const maxAnchors = 1000

// Anchors lists anchors of a stream, by its ledger.StreamID, in the order of their sequence from the one after a given
// number on (0: from the first), at most limit of them or 1,000. An unknown stream has none. Anchors say nothing of what
// the log holds: they are public.
func (db *DB) Anchors(ctx context.Context, stream string, after int64, limit int) ([]Anchor, error) {
	if limit <= 0 || limit > maxAnchors {
		limit = maxAnchors
	}
	q := &query{text: `SELECT a.body, x.id, x.ref, a.stream FROM anchor a JOIN tx x ON x.ref = a.tx
WHERE a.stream = ? AND a.sequence > ? ORDER BY a.sequence LIMIT ?`, args: []any{stream, after, limit}}
	return collectAnchors(ctx, db, q)
}

// AnchorStreams lists the last anchor of every stream, by the stream.
func (db *DB) AnchorStreams(ctx context.Context) ([]Anchor, error) {
	return collectAnchors(ctx, db, &query{text: `SELECT a.body, x.id, x.ref, a.stream FROM anchor a JOIN tx x ON x.ref = a.tx
WHERE a.sequence = (SELECT max(sequence) FROM anchor WHERE stream = a.stream) ORDER BY a.stream`})
}

func collectAnchors(ctx context.Context, db *DB, q *query) ([]Anchor, error) {
	return collect(ctx, db.reader, q, func(r *sql.Rows) (Anchor, error) {
		var a Anchor
		return a, scanBody(r, &a.AnchorRecorded, &a.Recorded, &a.ID)
	})
}

// anchor records an anchor. The ledger lets each follow the one before, so that one out of its turn means that the blocks
// are not the ledger's.
func (w *writer) anchor(tx int64, a *ledger.AnchorRecorded) error {
	stream := ledger.StreamID(a.Writer.MSP, a.Stream)
	var last int64
	if _, err := w.find("SELECT coalesce(max(sequence), 0) FROM anchor WHERE stream = ?", []any{stream}, &last); err != nil {
		return err
	}
	if a.Sequence != last+1 {
		return w.contradiction("anchor %d of %q follows anchor %d", a.Sequence, stream, last)
	}
	body, err := bodyOf(a)
	if err != nil {
		return err
	}
	_, err = w.exec("INSERT INTO anchor VALUES (?, ?, ?, ?, ?, ?, ?)", stream, a.Sequence, a.Day, a.Head, a.Count, body, tx)
	return err
}
