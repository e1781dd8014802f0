package projection

import (
	"database/sql"

	"fundtrace/chaincode/ledger"
)

// credited is the condition that a movement of money "m" was credited within the window; its arguments are those of window.
const credited = "m.claims = 0 AND m.stage = 'CREDITED' AND m.currency = ?1 AND m.settled BETWEEN ?2 AND ?3"

func (r *measurer) window() []any { return []any{r.Currency, r.From, r.To} }

// daysToEnterprise takes every lot of public money that arrived at an enterprise for the first time, and climbs to where it left the treasury: a
// root, or a lot that was paid out of a treasury account.
func (r *measurer) daysToEnterprise() (Measure, error) {
	q := &query{text: `WITH RECURSIVE climb(lot, amount, day, at, before) AS (
  SELECT l.ref, l.amount, m.settled, l.ref, 0
  FROM movement m JOIN account t ON t.ref = m.to_account AND t.place = 'ENTERPRISE' JOIN account f ON f.ref = m.from_account AND f.place IN ('FUND', 'TREASURY')
    JOIN lot l ON l.ref BETWEEN m.ref << 9 AND m.ref << 9 | 511
  WHERE ` + credited + `
  UNION ALL
  SELECT c.lot, c.amount, c.day, p.ref, c.before OR a.place = 'ENTERPRISE'
  FROM climb c JOIN lot l ON l.ref = c.at JOIN lot p ON p.ref = l.parent JOIN account a ON a.ref = p.account
  WHERE a.place <> 'TREASURY')
SELECT c.amount, c.day, s.settled, o.origin_source
FROM (SELECT lot, amount, day, min(at) AS top, max(before) AS before FROM climb GROUP BY lot) c
  JOIN movement s ON s.ref = c.top >> 9 JOIN lot l ON l.ref = c.lot JOIN movement o ON o.ref = l.root >> 9
WHERE c.before = 0`, args: r.window()}
	var waits []wait
	_, err := collect(r.ctx, r.tx, q, func(rows *sql.Rows) (struct{}, error) {
		var w wait
		var came, left, source string
		if err := rows.Scan(&w.amount, &came, &left, &source); err != nil || !ledger.FundingSource(source).Public() {
			return struct{}{}, err
		}
		var err error
		w.days, err = daysBetween(left, came)
		waits = append(waits, w)
		return struct{}{}, err
	})
	return medianWait(waits), err
}

// attestedShare is of disbursements the part that both banks had confirmed by the end of the window. A level is the present one unless an
// attestation came later: then the last before, or the one that it was recorded with.
func (r *measurer) attestedShare() (Measure, error) {
	q := &query{text: `SELECT m.amount, m.stage, m.level,
  coalesce((SELECT s.stage FROM step s WHERE s.movement = m.ref AND s.kind = 'stage' ORDER BY s.i LIMIT 1), ''),
  coalesce((SELECT s.level FROM step s WHERE s.movement = m.ref AND s.kind = 'attest' ORDER BY s.i LIMIT 1), 0),
  coalesce((SELECT s.level FROM step s WHERE s.movement = m.ref AND s.kind = 'attest' AND substr(s.at, 1, 10) <= ?3 ORDER BY s.i DESC LIMIT 1), 0),
  EXISTS (SELECT 1 FROM step s WHERE s.movement = m.ref AND s.kind = 'attest' AND substr(s.at, 1, 10) > ?3)
FROM movement m WHERE m.kind = 'DISBURSEMENT' AND ` + credited, args: r.window()}
	var attested, all, cases int64
	_, err := collect(r.ctx, r.tx, q, func(rows *sql.Rows) (struct{}, error) {
		var amount int64
		var stage, first ledger.Stage
		var level, attest, last ledger.Level
		var later bool
		if err := rows.Scan(&amount, &stage, &level, &first, &attest, &last, &later); err != nil {
			return struct{}{}, err
		}
		switch {
		case !later:
		case last > 0:
			level = last
		case first != "":
			level = levelAt(ledger.Credited, false) // a disbursement has two accounts
		default:
			_, level = beginning(stage, level, first, attest, true)
		}
		all, cases = all+amount, cases+1
		if level >= ledger.BothBanks {
			attested += amount
		}
		return struct{}{}, nil
	})
	return share(attested, all, cases), err
}

// idleShare is of what was paid into funds up to the end of the window what lies in their accounts then. Money that is on its way out
// does not lie there any more; money that came back does.
func (r *measurer) idleShare() (Measure, error) {
	var in, out, paid, cases int64
	err := r.tx.QueryRowContext(r.ctx, `SELECT
  coalesce(sum(CASE WHEN t.place = 'FUND' AND m.stage = 'CREDITED' AND m.settled <= ?2 THEN m.amount END), 0),
  coalesce(sum(CASE WHEN f.place = 'FUND' AND m.date <= ?2 THEN m.amount END), 0),
  coalesce(sum(CASE WHEN m.kind = 'CONTRIBUTION' AND t.place = 'FUND' AND coalesce(f.place, '') <> 'FUND' AND m.stage = 'CREDITED' AND m.settled <= ?2 THEN m.amount END), 0),
  count(CASE WHEN m.kind = 'CONTRIBUTION' AND t.place = 'FUND' AND coalesce(f.place, '') <> 'FUND' AND m.stage = 'CREDITED' AND m.settled <= ?2 THEN 1 END)
FROM movement m JOIN account t ON t.ref = m.to_account LEFT JOIN account f ON f.ref = m.from_account
WHERE m.claims = 0 AND m.currency = ?1 AND m.stage IN ('INSTRUCTED', 'DEBITED', 'CREDITED')`, r.Currency, r.To).Scan(&in, &out, &paid, &cases)
	return share(in-out, paid, cases), err
}

// evidencedUse is of what enterprises spent, moves between accounts of their own apart, the part that a document stands behind.
func (r *measurer) evidencedUse() (Measure, error) {
	var evidenced, all, cases int64
	err := r.tx.QueryRowContext(r.ctx, `SELECT coalesce(sum(CASE WHEN m.document <> '' OR EXISTS
    (SELECT 1 FROM document d WHERE d.subject = e.id || '.' || (m.ref & 1048575)) THEN m.amount END), 0), coalesce(sum(m.amount), 0), count(*)
FROM movement m JOIN entry e ON e.ref = m.ref >> 20 WHERE m.kind = 'USE' AND m.purpose <> 'TRANSFER' AND `+credited, r.window()...).Scan(&evidenced, &all, &cases)
	return share(evidenced, all, cases), err
}
