package trace

import (
	"encoding/base64"
	"strconv"

	"fundtrace/chaincode/ledger"
)

// Totals is where an amount is. Traced is the sum of the others, exactly.
type Totals struct {
	Traced    int64 `json:"traced,string"`     // minor units, as all of them
	Reached   int64 `json:"reached,string"`    // lies in accounts of enterprises, of the treasury, or published ones
	Idle      int64 `json:"idle,string"`       // lies where it started, or in accounts of funds
	InTransit int64 `json:"in_transit,string"` // instructed or debited, not credited
	Spent     int64 `json:"spent,string"`      // ended in a sink
	Hidden    int64 `json:"hidden,string"`     // is where the reader may not look
}

// Closes reports whether the totals close.
func (t *Totals) Closes() bool {
	return t.Traced == t.Reached+t.Idle+t.InTransit+t.Spent+t.Hidden
}

// Node is an account, a sink or a source in the diagram of flows.
type Node struct {
	ID    string `json:"id"`    // account, sink or source; accounts on a circle appear once for each depth: "acct:x@3"
	Label string `json:"label"` // name of the fund or the owner
	Kind  string `json:"kind"`  // fund, enterprise, treasury, published, sink, root, hidden
	Level int    `json:"level"` // least depth
}

// Link is what flowed from one node to another.
type Link struct {
	From      string `json:"from"`
	To        string `json:"to"`
	Amount    int64  `json:"amount,string"` // minor units
	Movements int    `json:"movements"`
}

// Row is one lot of a trace, with what an auditor needs to check it by hand.
type Row struct {
	Depth     int            `json:"depth"`
	Lot       string         `json:"lot"`
	Parent    string         `json:"parent,omitempty"`
	Movement  string         `json:"movement"`
	Kind      ledger.Kind    `json:"kind"`
	Stage     ledger.Stage   `json:"stage"`
	Level     ledger.Level   `json:"level"`
	Date      string         `json:"date"`
	From      string         `json:"from,omitempty"`
	To        string         `json:"to"`
	Payee     string         `json:"payee,omitempty"`
	Purpose   ledger.Purpose `json:"purpose,omitempty"`
	Voucher   string         `json:"voucher,omitempty"` // claim lot that the money was paid for
	Origin    *ledger.Origin `json:"origin,omitempty"`
	Amount    int64          `json:"amount,string"`    // minor units
	Drawn     int64          `json:"drawn,string"`     // of it, reserved or gone
	Remaining int64          `json:"remaining,string"` // of it, still where it lies
	Before    int64          `json:"before,string"`    // what the parent held before this draw; for roots 0
	After     int64          `json:"after,string"`     // what the parent held after it
}

// Answer is the trace of one lot.
type Answer struct {
	Lot       string `json:"lot"`
	Direction string `json:"direction"` // forward or backward
	Currency  string `json:"currency"`
	Amount    int64  `json:"amount,string"` // of the lot
	Totals    Totals `json:"totals"`
	Nodes     []Node `json:"nodes"`
	Links     []Link `json:"links"`
	Rows      []Row  `json:"rows"`
	// Settlements tells of every voucher that a row of this page settled who stands behind it.
	Settlements []Settlement `json:"settlements"`
	// Truncated says that the listing leaves something out, by depth or because the diagram has more than MaxLinks
	// links. Totals are over everything all the same.
	Truncated bool   `json:"truncated"`
	Next      string `json:"next"`
}

// The directions of a trace.
const (
	forward  = "forward"
	backward = "backward"
)

// Limits of a listing.
const (
	DefaultRows = 200
	MaxRows     = 2000
	MaxLinks    = 2000 // of a diagram: the largest are kept
)

// window is the part of a listing that a page shows.
type window struct{ from, to int }

// window reads Limit and Cursor. Errors: FIELD_INVALID.
func (o Options) window() (window, error) {
	limit := o.Limit
	if limit <= 0 {
		limit = DefaultRows
	}
	w := window{0, min(limit, MaxRows)}
	if o.Cursor == "" {
		return w, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(o.Cursor)
	if err == nil {
		var from int
		if from, err = strconv.Atoi(string(b)); err == nil && from >= 0 && from < 1<<40 {
			return window{from, from + w.to}, nil
		}
	}
	return w, ledger.Refuse(ledger.FieldInvalid, "cursor is not one that this list answered: take next of the page before", "field", "cursor")
}

func (w window) holds(i int) bool { return i >= w.from && i < w.to }

// next is the cursor of the page after this one, empty when there are no more than total rows.
func (w window) next(total int) string {
	if w.to >= total {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(w.to)))
}

func (o Options) lists(depth int) bool { return o.Depth <= 0 || depth <= o.Depth }
