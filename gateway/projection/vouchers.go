package projection

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace"
)

// VoucherFilter narrows a list of vouchers. Empty fields do not narrow.
type VoucherFilter struct {
	Issuer        string // party
	Holder        string // party
	Party         string // in any part: issuer, holder, transferee, funder or pledgee, now or formerly
	State         string // ledger.VoucherState
	Root          string // lot of the issued voucher that the tree grew from
	Claim         string
	MaturityFrom  string // first date, YYYY-MM-DD
	MaturityUntil string // last date
	Live          bool   // only those that somebody holds and nobody has paid or passed on yet
	WithEvents    bool   // the list carries the events of the vouchers that the reader is told all of
}

// Voucher is a voucher as it stands now. Of one that the reader was only offered once and has no part in any more, what
// others agreed on since is left out.
type Voucher struct {
	ledger.VoucherNode
	Unpaid   int64          `json:"open,string"`        // of the face, neither paid nor passed on; minor units
	Acquired string         `json:"acquired,omitempty"` // day on which the holder came by it; empty until accepted
	Left     string         `json:"left,omitempty"`     // day on which it was divided, passed on, settled or ended
	Events   []VoucherEvent `json:"events,omitempty"`
	Entry    string         `json:"entry"`
	At       string         `json:"at"` // claimed time of the transaction that made it, RFC 3339
	Recorded
	ref   int64
	drawn int64  // of the lot
	whose string // who held what it comes from
	told  bool   // the reader is told all of it
}

// VoucherEvent is a step of a voucher and the transaction that recorded it.
type VoucherEvent struct {
	ledger.VoucherEvent
	Recorded
}

// VoucherDetail is a voucher with its history, the claim it stands on and the money that was paid against it.
type VoucherDetail struct {
	Voucher
	IssuerName  string           `json:"issuer_name,omitempty"`
	HolderName  string           `json:"holder_name,omitempty"`
	Movement    string           `json:"movement"` // that yielded the lot
	ClaimRecord *Claim           `json:"claim_record,omitempty"`
	Payments    []VoucherPayment `json:"payments"`         // oldest first
	Passed      *Passed          `json:"passed,omitempty"` // what became of a voucher that was passed on
}

// Passed is to whom a holder passed its voucher on, and how.
type Passed struct {
	To        string        `json:"to"`
	Name      string        `json:"name,omitempty"`
	Via       string        `json:"via"` // TRANSFER, FINANCE, RECOURSE
	Date      string        `json:"date"`
	Recourse  bool          `json:"recourse,omitempty"`
	Cash      string        `json:"cash,omitempty"`
	Financing *ledger.Facts `json:"financing,omitempty"`
}

const voucherColumns = `v.ref, e.id, v.body, v.open, v.drawn, v.acquired, v.ended, coalesce(u.holder, ''), e.at, x.id, x.ref`

const voucherTables = ` FROM voucher v JOIN entry e ON e.ref = v.ref >> 29 JOIN tx x ON x.ref = v.tx LEFT JOIN voucher u ON u.ref = v.parent`

// voucherQuery selects the vouchers that the reader sees, each with whether it is told all of it.
func (s Scope) voucherQuery() *query {
	told, a := s.terms()
	cond, b := s.vouchers()
	q := &query{text: "SELECT " + voucherColumns + ", " + told + " IS TRUE" + voucherTables, args: append([]any{}, a...)}
	return q.where(cond, b...)
}

func scanVoucher(r *sql.Rows) (Voucher, error) { return scanVoucherAnd(r) }

// scanVoucherAnd reads a voucher, whether the reader is told all of it, and what else the row holds after that.
func scanVoucherAnd(r *sql.Rows, more ...any) (Voucher, error) {
	var v Voucher
	var body []byte
	var tx int64
	if err := r.Scan(append([]any{&v.ref, &v.Entry, &body, &v.Unpaid, &v.drawn, &v.Acquired, &v.Left, &v.whose, &v.At, &v.Tx, &tx, &v.told}, more...)...); err != nil {
		return v, err
	}
	v.Block = blockOf(tx)
	err := json.Unmarshal(body, &v.VoucherNode)
	if !v.told { // only what the tree shows anybody on its way
		n := v.VoucherNode
		v.VoucherNode = ledger.VoucherNode{Lot: n.Lot, Root: n.Root, Parent: n.Parent, Claim: n.Claim, Issuer: n.Issuer, Holder: n.Holder, Face: n.Face,
			Settled: n.Settled, Currency: n.Currency, Issued: n.Issued, Maturity: n.Maturity, AcceptBy: n.AcceptBy, Tier: n.Tier, Depth: n.Depth, Via: n.Via,
			From: n.From, FromLot: n.FromLot, State: n.State}
	}
	return v, err
}

// Vouchers lists vouchers, the last made first. Errors: CLAIM_UNKNOWN, VOUCHER_UNKNOWN for identifiers that are none.
func (db *DB) Vouchers(ctx context.Context, s Scope, f VoucherFilter, l List) (*Page[Voucher], error) {
	filter, err := f.where(s)
	if err != nil {
		return nil, err
	}
	var last int64
	if next, err := l.after(&last); err != nil {
		return nil, err
	} else if next {
		filter.where("v.ref < ?", last)
	}
	// Each way to see a voucher is walked from its newest on, and no further than the page needs: who sees a hundred
	// thousand vouchers waits no longer than who sees ten.
	page := &query{}
	for i, way := range s.voucherWays() {
		if i > 0 {
			page.text += " UNION "
		}
		one := &query{text: "SELECT v.ref FROM voucher v", cond: slices.Clone(filter.cond), args: slices.Clone(filter.args)}
		one.where(way.text, way.args...)
		page.text += "SELECT * FROM (" + one.page("v.ref DESC", l).text + ")"
		page.args = append(page.args, one.args...)
	}
	q := s.voucherQuery()
	q.where("v.ref IN ("+page.text+")", page.args...)
	p, err := paged(ctx, db.reader, q.page("v.ref DESC", l), l, scanVoucher, func(v *Voucher) []any { return []any{v.ref} })
	if err != nil || !f.WithEvents {
		return p, err
	}
	return p, db.events(ctx, p.Items)
}

// where answers the filter's conditions on the voucher "v".
func (f *VoucherFilter) where(s Scope) (*query, error) {
	q := &query{}
	q.equal("v.issuer", f.Issuer).equal("v.holder", f.Holder).equal("v.state", f.State)
	if f.Party != "" {
		told, args := "1", []any(nil) // to whom a voucher was offered is for those to know who are told all of it
		if f.Party != s.party {
			told, args = s.terms()
		}
		q.where("(v.issuer = ? OR v.holder = ? OR "+told+" AND v.ref IN (SELECT voucher FROM voucher_part WHERE party = ?))",
			append(append([]any{f.Party, f.Party}, args...), f.Party)...)
	}
	if f.Root != "" {
		d, err := splitLot(f.Root)
		if err != nil {
			return nil, unknown(ledger.VoucherUnknown, "voucher", f.Root)
		}
		q.where("v.root = ((SELECT ref FROM entry WHERE id = ?) << 20 | ?) << 9 | ?", d.entry, d.n, d.k)
	}
	if f.Claim != "" {
		entry, n, err := splitMovement(f.Claim)
		if err != nil {
			return nil, unknown(ledger.ClaimUnknown, "claim", f.Claim)
		}
		q.where("v.claim = (SELECT ref FROM entry WHERE id = ?) << 20 | ?", entry, n)
	}
	if f.MaturityFrom != "" {
		q.where("v.maturity >= ?", f.MaturityFrom)
	}
	if f.MaturityUntil != "" {
		q.where("v.maturity <= ?", f.MaturityUntil)
	}
	if f.Live {
		q.where("v.open > 0")
	}
	return q, nil
}

// events adds the history of the vouchers that the reader is told all of.
func (db *DB) events(ctx context.Context, vouchers []Voucher) error {
	at := make(map[int64]*Voucher, len(vouchers))
	var refs []trace.Ref
	for i := range vouchers {
		if v := &vouchers[i]; v.told {
			at[v.ref] = v
			refs = append(refs, trace.Ref(v.ref))
		}
	}
	q := &query{text: `SELECT n.voucher, n.body, x.id, x.ref FROM voucher_event n JOIN tx x ON x.ref = n.tx
WHERE n.voucher IN (SELECT value FROM json_each(?)) ORDER BY n.voucher, n.seq`, args: []any{list(refs)}}
	_, err := collect(ctx, db.reader, q, func(r *sql.Rows) (struct{}, error) {
		var e VoucherEvent
		var ref, tx int64
		var body []byte
		if err := r.Scan(&ref, &body, &e.Tx, &tx); err != nil {
			return struct{}{}, err
		}
		e.Block = blockOf(tx)
		err := json.Unmarshal(body, &e.VoucherEvent)
		at[ref].Events = append(at[ref].Events, e)
		return struct{}{}, err
	})
	return err
}

// Voucher answers one voucher with its history, the claim behind it and the money paid against it.
// Errors: VOUCHER_UNKNOWN.
func (db *DB) Voucher(ctx context.Context, s Scope, lot string) (*VoucherDetail, error) {
	v, err := db.voucherRow(ctx, s, lot)
	if err != nil {
		return nil, err
	}
	one := []Voucher{*v}
	if err := db.events(ctx, one); err != nil {
		return nil, err
	}
	d := &VoucherDetail{Voucher: one[0], Movement: v.movement()}
	names, err := namesOf(ctx, db.reader, []string{v.Issuer, v.Holder})
	if err != nil {
		return nil, err
	}
	d.IssuerName, d.HolderName = names[v.Issuer], names[v.Holder]
	if d.ClaimRecord, err = db.claimBehind(ctx, s, v.Claim); err != nil {
		return nil, err
	}
	paid, err := s.paymentsFor(ctx, db.reader, "m.voucher = ?", v.ref)
	if err != nil {
		return nil, err
	}
	d.Payments = toldOf(s, v.told, paid[v.ref])
	if v.told && v.State == ledger.VoucherPassedOn {
		d.Passed, err = db.passed(ctx, v)
	}
	return d, err
}

// passed answers what became of a voucher that was passed on: the one voucher that came of it.
func (db *DB) passed(ctx context.Context, v *Voucher) (*Passed, error) {
	p := &Passed{Date: v.Left}
	var made ledger.Kind
	var body []byte
	var cash named
	_, err := db.one(ctx, `SELECT v.body, coalesce(p.name, ''), v.made, m.cash, ce.id FROM voucher v
JOIN movement m ON m.ref = v.ref >> 9 LEFT JOIN entry ce ON ce.ref = m.cash >> 20 LEFT JOIN party p ON p.id = v.holder WHERE v.parent = ?1 AND v.root = (SELECT root FROM voucher WHERE ref = ?1)`,
		[]any{v.ref}, &body, &p.Name, &made, &cash.ref, &cash.entry)
	if err != nil {
		return nil, err
	}
	var next ledger.VoucherNode
	if err := json.Unmarshal(body, &next); err != nil {
		return nil, fmt.Errorf("read the read model: %w", err)
	}
	p.To, p.Cash = next.Holder, cash.movement()
	switch made {
	case ledger.VoucherTransfer:
		p.Via, p.Recourse = "TRANSFER", next.Recourse
	case ledger.VoucherFinance:
		p.Via, p.Recourse, p.Financing = "FINANCE", next.Recourse, next.Financing
	case ledger.VoucherRecourse:
		p.Via = "RECOURSE"
	}
	return p, nil
}

// voucherRow answers a voucher without what surrounds it. Errors: VOUCHER_UNKNOWN.
func (db *DB) voucherRow(ctx context.Context, s Scope, lot string) (*Voucher, error) {
	d, err := splitLot(lot)
	if err != nil {
		return nil, unknown(ledger.VoucherUnknown, "voucher", lot)
	}
	q := s.voucherQuery().where("v.ref = ((SELECT ref FROM entry WHERE id = ?) << 20 | ?) << 9 | ?", d.entry, d.n, d.k)
	found, err := collect(ctx, db.reader, q, scanVoucher)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, unknown(ledger.VoucherUnknown, "voucher", lot)
	}
	return &found[0], nil
}
