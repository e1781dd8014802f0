package projection

import (
	"context"
	"database/sql"

	"fundtrace/chaincode/ledger"
)

// Document is the fingerprint of a document that is kept outside the ledger.
type Document struct {
	ledger.Document
	Recorded
	ref int64
}

// DocumentFilter narrows a list of documents. Empty fields do not narrow.
type DocumentFilter struct {
	Subject string // movement, party, fund, commitment, claim or voucher
	Kind    string
}

// subjectRef is the reference of the movement or claim that a document belongs to, or of the one that yielded the
// voucher; subjectLot is the voucher's.
const (
	subjectRef = "(SELECT ref FROM entry WHERE id = substr(d.subject, 1, 20)) << 20 | CAST(substr(d.subject, 22) AS INTEGER)"
	subjectLot = "(" + subjectRef + ") << 9 | CAST(substr(d.subject, 23 + instr(substr(d.subject, 23), '.')) AS INTEGER)"
	ofLot      = "substr(d.subject, 23) LIKE '%.%'"
)

// documentQuery sees the documents of what the reader sees: its subject is a movement, fund, commitment, claim, voucher
// or party.
func (s Scope) documentQuery() *query {
	q := &query{text: "SELECT d.ref, d.sha256, d.size, d.media_type, d.salted, d.subject, d.kind, x.id, x.ref FROM document d JOIN tx x ON x.ref = d.tx"}
	switch s.kind {
	case seesNothing:
		return q.where("0")
	case seesEverything:
		return q
	}
	accounts, a := s.accounts()
	movements, m := s.movements()
	claims, c := s.claims()
	vouchers, v := s.vouchers()
	cond := "(d.subject = ? OR EXISTS (SELECT 1 FROM account a WHERE a.owner = d.subject AND " + accounts + ")" +
		" OR EXISTS (SELECT 1 FROM account a WHERE a.fund = d.subject AND " + accounts + ")" +
		" OR EXISTS (SELECT 1 FROM commitment c WHERE c.id = d.subject AND (c.investor = ? OR EXISTS (SELECT 1 FROM account a WHERE a.fund = c.fund AND c.fund <> '' AND " + accounts + ")))" +
		" OR instr(d.subject, ':') = 0 AND (" +
		"NOT " + ofLot + " AND EXISTS (SELECT 1 FROM movement m WHERE m.ref = " + subjectRef + " AND " + movements + ")" +
		" OR NOT " + ofLot + " AND EXISTS (SELECT 1 FROM claim c WHERE c.ref = " + subjectRef + " AND " + claims + ")" +
		" OR " + ofLot + " AND EXISTS (SELECT 1 FROM voucher v WHERE v.ref = " + subjectLot + " AND " + vouchers + ")))"
	args := append([]any{s.party}, a...)
	args = append(append(args, a...), s.party)
	args = append(append(args, a...), m...)
	return q.where(cond, append(append(args, c...), v...)...)
}

func scanDocument(r *sql.Rows) (Document, error) {
	var d Document
	var tx int64
	err := r.Scan(&d.ref, &d.SHA256, &d.Size, &d.MediaType, &d.Salted, &d.Subject, &d.Kind, &d.Tx, &tx)
	d.Block = blockOf(tx)
	return d, err
}

// Documents lists documents, the last recorded first.
func (db *DB) Documents(ctx context.Context, s Scope, f DocumentFilter, l List) (*Page[Document], error) {
	q := s.documentQuery().equal("d.subject", f.Subject).equal("d.kind", f.Kind)
	var last int64
	if next, err := l.after(&last); err != nil {
		return nil, err
	} else if next {
		q.where("d.ref < ?", last)
	}
	return paged(ctx, db.reader, q.page("d.ref DESC", l), l, scanDocument, func(d *Document) []any { return []any{d.ref} })
}

// Document answers one document's record by its SHA-256. Errors: DOCUMENT_UNKNOWN.
func (db *DB) Document(ctx context.Context, s Scope, sha256 string) (*Document, error) {
	found, err := collect(ctx, db.reader, s.documentQuery().where("d.sha256 = ?", sha256), scanDocument)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, unknown(ledger.DocumentUnknown, "document", sha256)
	}
	return &found[0], nil
}
