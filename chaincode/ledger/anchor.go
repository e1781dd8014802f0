package ledger

import "strconv"

// Anchor fixes how a log that is kept outside the ledger stood: who looked at what is no fact of the ledger, and with its
// head anchored day by day such a log cannot be changed afterwards without it showing (domain rules "who looked").
type Anchor struct {
	Stream   string `json:"stream"`             // name of the log in the writer's organisation: 1 to 80 letters, digits, - _ or .
	Day      string `json:"day"`                // YYYY-MM-DD in China: when the log stood so
	Sequence int64  `json:"sequence,string"`    // counts the stream's anchors from 1, without gaps
	Head     string `json:"head"`               // SHA-256 of the log's last record, which covers all before it
	Count    int64  `json:"count,string"`       // records of the log up to the head
	Previous string `json:"previous,omitempty"` // head of the anchor before; empty in the first
}

// AnchorRecorded is the latest anchor of a stream. Those before it are in the blocks.
type AnchorRecorded struct {
	Anchor
	Writer Writer `json:"writer"`
	At     string `json:"at"` // claimed time of the transaction, RFC 3339 UTC
}

// StreamID is the identifier of a stream on the ledger. It begins with the organisation, so that nobody can write, or
// begin, another organisation's stream.
func StreamID(msp, stream string) string { return msp + "/" + stream }

// recordAnchor records how a log stands. Errors: FIELD_MISSING, FIELD_INVALID, DATE_INVALID, DATE_IN_FUTURE, ANCHOR_BROKEN;
// NOT_OWNER where the anchor before is of another party: the service identity of one of several parties should name its own.
func (a *applier) recordAnchor(n Anchor) error {
	if err := n.check(); err != nil {
		return err
	}
	if err := a.checkPast("anchor.day", n.Day); err != nil {
		return err
	}
	id := StreamID(a.by.MSP, n.Stream)
	last, err := a.anchor(id)
	if err != nil {
		return err
	}
	if err := n.follows(id, last); err != nil {
		return err
	}
	// An organisation may have several parties, as BankMSP has banks: none writes on another one's log.
	if last != nil && last.Writer.Party != "" && a.by.Party != "" {
		if err := a.by.mustBe(last.Writer.Party, "stream "+quote(id), false); err != nil {
			return err
		}
	}
	if _, again := a.dirty[AnchorRoom+id]; again { // the state keeps the last one only: blocks must show each
		return Refuse(AnchorBroken, "the transaction anchors "+quote(id)+" twice: send one anchor at a time", "stream", id)
	}
	now := &AnchorRecorded{Anchor: n, Writer: a.by.writer(), At: a.at}
	a.anchors[AnchorRoom+id] = now
	a.touch(AnchorRoom+id, now)
	return nil
}

// check verifies what the anchor says by itself.
func (n *Anchor) check() *Error {
	if n.Stream == "" {
		return missing("anchor.stream")
	}
	if n.Head == "" {
		return missing("anchor.head")
	}
	if err := first(checkName("anchor.stream", n.Stream, ""), checkSHA256("anchor.head", n.Head)); err != nil {
		return err
	}
	if n.Previous != "" {
		if err := checkSHA256("anchor.previous", n.Previous); err != nil {
			return err
		}
	}
	if n.Sequence < 1 {
		return invalid("anchor.sequence", strconv.FormatInt(n.Sequence, 10), "a number from 1")
	}
	if n.Count < 1 {
		return invalid("anchor.count", strconv.FormatInt(n.Count, 10), "a number from 1")
	}
	return nil
}

// follows refuses an anchor that does not continue its stream: the next number, the head before, a log that has grown or
// is as it was, no earlier day.
func (n *Anchor) follows(id string, last *AnchorRecorded) *Error {
	if last == nil {
		last = &AnchorRecorded{}
	}
	var why string
	switch {
	case n.Sequence != last.Sequence+1:
		why = "anchor " + amount(last.Sequence+1) + " is next"
	case n.Previous != last.Head:
		why = "the anchor before has another head"
	case n.Count < last.Count:
		why = "the log has fewer records than at the anchor before"
	case n.Count == last.Count && n.Head != last.Head:
		why = "the log has as many records as at the anchor before, and another head"
	case n.Count > last.Count && n.Head == last.Head:
		why = "the log has more records than at the anchor before, and the same head"
	case n.Day < last.Day:
		why = "the anchor before is of a later day"
	default:
		return nil
	}
	return Refuse(AnchorBroken, "the anchor does not continue "+quote(id)+": "+why+"; look at the log and at the last anchor",
		"stream", id, "sequence", amount(last.Sequence+1), "previous", last.Head, "count", amount(last.Count), "day", last.Day)
}

// ReadAnchor answers the latest anchor of a stream, by its StreamID. Errors: ANCHOR_UNKNOWN.
func ReadAnchor(view View, id string) (*AnchorRecorded, error) {
	last, err := newBook(view).anchor(id)
	if err == nil && last == nil {
		return nil, Refuse(AnchorUnknown, "no log is anchored as "+quote(id)+": name organisation and stream, such as AuditMSP/gateway", "stream", clip(id))
	}
	return last, err
}

func (b *book) anchor(id string) (*AnchorRecorded, error) {
	return load(b, b.anchors, AnchorRoom+id)
}
