package projection

import (
	"context"
	"database/sql"
)

// NearTo lists registered invoices that share one of the partial fingerprints with an invoice in hand, registered or
// not, and are another one. near holds the partial fingerprints in the order in which invoices carry them. Invoices that
// the reader may not see are counted, not told.
func (db *DB) NearTo(ctx context.Context, s Scope, fingerprint string, near []string) ([]NearGroup, error) {
	out := []NearGroup{}
	for position, hash := range near {
		g, err := db.nearGroup(ctx, s, hash, position, fingerprint)
		if err != nil {
			return nil, err
		}
		if len(g.Invoices) > 0 || g.Hidden > 0 {
			out = append(out, g)
		}
	}
	return out, nil
}

// nearGroup gathers the invoices that carry a partial fingerprint in a place, all but one.
func (db *DB) nearGroup(ctx context.Context, s Scope, near string, position int, except string) (NearGroup, error) {
	g := NearGroup{Near: near, Agree: agree(position), Invoices: []Invoice{}}
	cond, args := s.invoices()
	q := &query{text: "SELECT " + invoiceColumns + ", " + cond + " IS TRUE" + invoiceTables + " JOIN invoice_near n ON n.invoice = i.ref", args: args}
	q.where("n.near = ? AND n.i = ? AND i.fingerprint <> ?", near, position, except)
	q.text, q.cond = q.String()+" ORDER BY i.ref", nil
	_, err := collect(ctx, db.reader, q, func(r *sql.Rows) (struct{}, error) {
		var seen bool
		v, err := s.scanInvoiceAnd(r, &seen)
		if seen {
			g.Invoices = append(g.Invoices, v)
		} else {
			g.Hidden++
		}
		return struct{}{}, err
	})
	return g, err
}
