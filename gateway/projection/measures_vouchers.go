package projection

import "database/sql"

// paidToSuppliers selects money that a supplier got for a voucher that it held: from a funder, or from the issuer. What a funder gets for a
// voucher that it bought, or a pledgee for one in pledge, is no supplier's.
const paidToSuppliers = `FROM movement m JOIN voucher v ON v.ref = m.voucher JOIN account t ON t.ref = m.to_account AND t.owner = v.holder
WHERE m.kind IN ('FINANCING', 'SETTLEMENT') AND v.made <> 'VOUCHER_FINANCE' AND ` + credited

// lowerTiers counts the suppliers of tier 2 and below that were paid.
func (r *measurer) lowerTiers() (Measure, error) {
	var suppliers, payments int64
	err := r.tx.QueryRowContext(r.ctx, "SELECT count(DISTINCT v.holder), count(*) "+paidToSuppliers+" AND v.tier >= 2", r.window()...).Scan(&suppliers, &payments)
	return count(suppliers, payments), err
}

// daysWaited is how long suppliers held vouchers until they had money for them.
func (r *measurer) daysWaited() (Measure, error) {
	q := &query{text: "SELECT m.amount, v.acquired, m.settled " + paidToSuppliers + " AND v.acquired <> ''", args: r.window()}
	waits, err := collect(r.ctx, r.tx, q, func(rows *sql.Rows) (wait, error) {
		var w wait
		var got, paid string
		if err := rows.Scan(&w.amount, &got, &paid); err != nil {
			return w, err
		}
		var err error
		w.days, err = daysBetween(got, paid)
		return w, err
	})
	return medianWait(waits), err
}

// financingRate is of the faces issued in the window the faces that were financed in it. A voucher that was issued earlier may be financed in
// it, so that the rate of a short window may pass 100.
func (r *measurer) financingRate() (Measure, error) {
	var financed, issued, cases int64
	if err := r.tx.QueryRowContext(r.ctx, "SELECT coalesce(sum(face), 0) FROM voucher WHERE parent IS NULL AND currency = ?1 AND signed BETWEEN ?2 AND ?3", r.window()...).Scan(&issued); err != nil {
		return Measure{}, err
	}
	err := r.tx.QueryRowContext(r.ctx, "SELECT coalesce(sum(v.face), 0), count(*) FROM movement m JOIN voucher v ON v.ref = m.voucher WHERE m.kind = 'FINANCING' AND "+credited, r.window()...).Scan(&financed, &cases)
	return share(financed, issued, cases), err
}

// duplicates counts registrations of an invoice that somebody else had registered before.
func (r *measurer) duplicates() (Measure, error) {
	var n int64
	err := r.tx.QueryRowContext(r.ctx, `SELECT count(*) FROM invoice i, json_each(i.body, '$.registrations') x
WHERE i.currency = ?1 AND json_extract(x.value, '$.duplicate') AND substr(json_extract(x.value, '$.at'), 1, 10) BETWEEN ?2 AND ?3`, r.window()...).Scan(&n)
	return count(n, n), err
}
