package projection

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"fundtrace/chaincode/ledger"
)

// VoucherPayment is money that was paid against a voucher.
type VoucherPayment struct {
	Movement  string      `json:"movement"`
	Kind      ledger.Kind `json:"kind"` // FINANCING, SETTLEMENT, RECOURSE
	From      string      `json:"from"` // account
	To        string      `json:"to"`   // account
	Payer     string      `json:"payer"`
	PayerName string      `json:"payer_name,omitempty"`
	Payee     string      `json:"payee"`
	PayeeName string      `json:"payee_name,omitempty"`
	Amount    int64       `json:"amount,string"` // minor units
	Date      string      `json:"date"`
	Recorded
}

// paymentsFor answers the money that was paid against vouchers, oldest first, by the voucher. where narrows the
// movement "m".
func (s Scope) paymentsFor(ctx context.Context, from rows, where string, args ...any) (map[int64][]VoucherPayment, error) {
	q := &query{text: `SELECT m.voucher, m.ref, e.id, m.kind, f.id, t.id, f.owner, coalesce(fp.name, ''), t.owner, coalesce(tp.name, ''), m.amount, m.date, x.id, x.ref
FROM movement m JOIN entry e ON e.ref = m.ref >> 20 JOIN tx x ON x.ref = e.tx JOIN account f ON f.ref = m.from_account JOIN account t ON t.ref = m.to_account
LEFT JOIN party fp ON fp.id = f.owner LEFT JOIN party tp ON tp.id = t.owner`}
	q.where("m.claims = 0").where(where, args...)
	q.text, q.cond = q.String()+" ORDER BY m.ref", nil
	out := map[int64][]VoucherPayment{}
	_, err := collect(ctx, from, q, func(r *sql.Rows) (struct{}, error) {
		var p VoucherPayment
		var voucher, ref, tx int64
		var entry string
		err := r.Scan(&voucher, &ref, &entry, &p.Kind, &p.From, &p.To, &p.Payer, &p.PayerName, &p.Payee, &p.PayeeName, &p.Amount, &p.Date, &p.Tx, &tx)
		p.Movement, p.Block = movementName(entry, ref), blockOf(tx)
		out[voucher] = append(out[voucher], p)
		return struct{}{}, err
	})
	return out, err
}

// toldOf leaves what a reader may know of payments: everything where it is told all of the voucher, otherwise what it
// paid or received itself.
func toldOf(s Scope, told bool, paid []VoucherPayment) []VoucherPayment {
	out := []VoucherPayment{}
	for _, p := range paid {
		if told || p.Payer == s.party || p.Payee == s.party {
			out = append(out, p)
		}
	}
	return out
}

// namesOf answers the names of parties that have one.
func namesOf(ctx context.Context, from rows, parties []string) (map[string]string, error) {
	ids, err := json.Marshal(parties)
	if err != nil {
		return nil, fmt.Errorf("encode identifiers: %w", err)
	}
	names := map[string]string{}
	_, err = collect(ctx, from, &query{text: "SELECT id, name FROM party WHERE id IN (SELECT value FROM json_each(?))", args: []any{string(ids)}},
		func(r *sql.Rows) (struct{}, error) {
			var id, name string
			err := r.Scan(&id, &name)
			names[id] = name
			return struct{}{}, err
		})
	return names, err
}
