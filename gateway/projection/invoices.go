package projection

import (
	"context"
	"database/sql"
	"encoding/json"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/fingerprint"
)

// InvoiceFilter narrows a list of invoices. Empty fields do not narrow.
type InvoiceFilter struct {
	Seller string // party
	Buyer  string // party
	Party  string // in any part: seller, buyer, who registered it or reserved an amount of it
	State  string // ledger.InvoiceState
}

// Invoice is a registered invoice as it stands now. To others than its seller and buyer it does not say who else
// registered, checked or reserved it, only that somebody did.
type Invoice struct {
	ledger.Invoice
	State ledger.InvoiceState `json:"state"`
	Used  int64               `json:"used,string"` // by claims and reservations, minor units
	Left  int64               `json:"left,string"`
	Recorded
	ref int64
}

// InvoiceDetail is an invoice with the claims that stand on it, as far as the reader may see them.
type InvoiceDetail struct {
	Invoice
	Claims []InvoiceClaim `json:"claims"`
}

// InvoiceClaim is a claim that draws on an invoice.
type InvoiceClaim struct {
	Claim  string `json:"claim"`
	Amount int64  `json:"amount,string"` // of the invoice, minor units
	State  string `json:"state"`
}

// NearGroup is invoices that are not the same and agree in particulars that should tell invoices apart.
type NearGroup struct {
	Near     string    `json:"near"`  // the keyed hash that they share
	Agree    []string  `json:"agree"` // the particulars behind it
	Invoices []Invoice `json:"invoices"`
	Hidden   int64     `json:"hidden"` // further invoices of the group that the reader may not see
}

const invoiceColumns = `i.ref, e.id, i.fingerprint, i.seller, i.buyer, i.type, i.date, i.due, i.amount, i.currency, i.document, i.used, i.state, i.body, x.id, x.ref`

const invoiceTables = ` FROM invoice i JOIN entry e ON e.ref = i.ref >> 20 JOIN tx x ON x.ref = i.tx`

func (s Scope) invoiceQuery() *query {
	cond, args := s.invoices()
	q := &query{text: "SELECT " + invoiceColumns + invoiceTables}
	return q.where(cond, args...)
}

// scanInvoice reads an invoice as the reader is told of it.
func (s Scope) scanInvoice(r *sql.Rows) (Invoice, error) { return s.scanInvoiceAnd(r) }

func (s Scope) scanInvoiceAnd(r *sql.Rows, more ...any) (Invoice, error) {
	var i Invoice
	var entry string
	var body []byte
	var tx int64
	if err := r.Scan(append([]any{&i.ref, &entry, &i.Fingerprint, &i.Seller, &i.Buyer, &i.Type, &i.Date, &i.Due, &i.Amount, &i.Currency, &i.Document,
		&i.Used, &i.State, &body, &i.Tx, &tx}, more...)...); err != nil {
		return i, err
	}
	i.Lot, i.Left, i.Block = lotName(entry, lotRef(i.ref, 0)), i.Amount-i.Used, blockOf(tx)
	var b invoiceBody
	err := json.Unmarshal(body, &b)
	i.Near, i.Registrations, i.Checks, i.Reservations, i.Cancelled = b.Near, b.Registrations, b.Checks, b.Reservations, b.Cancelled
	if s.kind != seesEverything && s.party != i.Seller && s.party != i.Buyer {
		s.closeParts(&i)
	}
	return i, err
}

// closeParts leaves out who else has a part in an invoice. That somebody has stays: it is what a registry is asked for.
func (s Scope) closeParts(i *Invoice) {
	for k := range i.Registrations {
		if r := &i.Registrations[k]; r.Writer.Party != s.party {
			r.Writer = ledger.Writer{}
		}
	}
	for k := range i.Checks {
		if c := &i.Checks[k]; c.Writer.Party != s.party {
			c.Writer = ledger.Writer{}
		}
	}
	for k := range i.Reservations {
		if r := &i.Reservations[k]; r.Funder != s.party {
			r.ID, r.Funder, r.Registration = "", "", nil
		}
	}
}

// Invoices lists invoices, the last registered first.
func (db *DB) Invoices(ctx context.Context, s Scope, f InvoiceFilter, l List) (*Page[Invoice], error) {
	q := s.invoiceQuery().equal("i.seller", f.Seller).equal("i.buyer", f.Buyer).equal("i.state", f.State)
	if f.Party != "" {
		cond, args := "(i.seller = ? OR i.buyer = ?", []any{f.Party, f.Party}
		if f.Party == s.party || s.kind == seesEverything { // who else has a part is not told to others
			cond, args = cond+" OR i.ref IN (SELECT invoice FROM invoice_part WHERE party = ?)", append(args, f.Party)
		}
		q.where(cond+")", args...)
	}
	var last int64
	if next, err := l.after(&last); err != nil {
		return nil, err
	} else if next {
		q.where("i.ref < ?", last)
	}
	return paged(ctx, db.reader, q.page("i.ref DESC", l), l, s.scanInvoice, func(i *Invoice) []any { return []any{i.ref} })
}

// Invoice answers one invoice by its fingerprint. Errors: INVOICE_UNKNOWN.
func (db *DB) Invoice(ctx context.Context, s Scope, fingerprint string) (*InvoiceDetail, error) {
	found, err := collect(ctx, db.reader, s.invoiceQuery().where("i.fingerprint = ?", fingerprint), s.scanInvoice)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, unknown(ledger.InvoiceUnknown, "invoice", fingerprint)
	}
	d := &InvoiceDetail{Invoice: found[0]}
	cond, args := s.claims()
	q := &query{text: "SELECT c.ref, e.id, n.amount, c.state FROM claim_invoice n JOIN claim c ON c.ref = n.claim JOIN entry e ON e.ref = c.ref >> 20"}
	q.where("n.invoice = ?", d.ref).where(cond, args...)
	q.text, q.cond = q.String()+" ORDER BY c.ref", nil
	d.Claims, err = collect(ctx, db.reader, q, func(r *sql.Rows) (InvoiceClaim, error) {
		var c InvoiceClaim
		var ref int64
		var entry string
		err := r.Scan(&ref, &entry, &c.Amount, &c.State)
		c.Claim = movementName(entry, ref)
		return c, err
	})
	return d, err
}

// agree says which particulars are behind the partial fingerprint at a position.
func agree(position int) []string {
	if position < len(fingerprint.NearKinds) {
		return fingerprint.NearKinds[position]
	}
	return []string{"particulars"}
}

// NearDuplicates lists groups of invoices with different fingerprints that agree in particulars by which invoices are
// told apart: mistyped copies, or one trade invoiced twice. A group is listed when the reader sees one of its invoices.
func (db *DB) NearDuplicates(ctx context.Context, s Scope, l List) (*Page[NearGroup], error) {
	type key struct {
		near     string
		position int
	}
	cond, args := s.invoices()
	q := &query{text: "SELECT n.near, n.i FROM invoice_near n JOIN invoice i ON i.ref = n.invoice"}
	var near string
	var position int64
	if next, err := l.after(&near, &position); err != nil {
		return nil, err
	} else if next {
		q.where("(n.near, n.i) > (?, ?)", near, position)
	}
	q.text, q.cond = q.String()+" GROUP BY n.near, n.i HAVING count(*) > 1 AND max("+cond+" IS TRUE)", nil
	q.args = append(q.args, args...)
	groups, err := paged(ctx, db.reader, q.page("n.near, n.i", l), l, func(r *sql.Rows) (key, error) {
		var k key
		return k, r.Scan(&k.near, &k.position)
	}, func(k *key) []any { return []any{k.near, k.position} })
	if err != nil {
		return nil, err
	}
	out := &Page[NearGroup]{Items: make([]NearGroup, len(groups.Items)), Next: groups.Next}
	for i, k := range groups.Items {
		if out.Items[i], err = db.nearGroup(ctx, s, k.near, k.position, ""); err != nil {
			return nil, err
		}
	}
	return out, nil
}
