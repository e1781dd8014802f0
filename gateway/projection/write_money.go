package projection

import "fundtrace/chaincode/ledger"

// entry answers the reference of an entry that has been recorded.
func (w *writer) entry(id string) (int64, error) {
	if ref, ok := w.memo.entries[id]; ok {
		return ref, nil
	}
	var ref int64
	found, err := w.find("SELECT ref FROM entry WHERE id = ?", []any{id}, &ref)
	if err != nil {
		return 0, err
	}
	if !found {
		return 0, w.contradiction("entry %q was never recorded", id)
	}
	remember(w.memo.entries, id, ref)
	return ref, nil
}

// page records a page of an entry: its head, which page 0 carries, and its movements with the lots they yield.
func (w *writer) page(tx int64, p *page) error {
	if p.index == 0 {
		ref, err := w.insert("INSERT INTO entry (id, key, hash, ops, msp, role, party, name, at, tx) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			p.entry, p.Key, p.Hash, p.Ops, p.Writer.MSP, p.Writer.Role, p.Writer.Party, p.Writer.Name, p.At, tx)
		if err != nil {
			return err
		}
		remember(w.memo.entries, p.entry, ref)
	}
	entry, err := w.entry(p.entry)
	if err != nil {
		return err
	}
	for i := range p.Movements {
		if err := w.movement(p.entry, entry, &p.Movements[i]); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) movement(entryID string, entry int64, m *ledger.Movement) error {
	ref := movementRef(entry, m.N)
	to, err := w.accountFacts(m.Owner())
	if err != nil {
		return err
	}
	var from any
	if m.From != "" {
		f, err := w.accountFacts(m.From)
		if err != nil {
			return err
		}
		if err := w.dealt(f, to, m.Payee); err != nil {
			return err
		}
		from = f.ref
	}
	state, settled := stateOf(m.Stage, to.sink), ""
	if m.Stage == ledger.Credited {
		settled = m.Date
	}
	lineage, claims := int64(0), m.Kind.OfClaims()
	voucher, cash, err := w.against(ref, m)
	if err != nil {
		return err
	}
	for k, y := range m.Yields(entryID) {
		if claims { // recorded as vouchers
			break
		}
		passed, err := w.lot(lotRef(ref, k), y, to, state, m.Date)
		if err != nil {
			return err
		}
		if lineage, err = w.union(lineage, passed); err != nil {
			return err
		}
	}
	origin := ledger.Origin{}
	if m.Origin != nil {
		origin = *m.Origin
	}
	_, err = w.exec(`INSERT INTO movement VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, ref, string(m.Kind), from, to.ref,
		m.Payee, m.Amount, m.Currency, string(m.Purpose), m.Date, settled, m.Expires, m.BankRef, m.Document, m.Memo, m.Commitment,
		string(origin.Source), origin.Investor, origin.BudgetLine, string(m.Stage), int64(m.Level), lineage, claims, voucher, cash)
	return err
}

// against answers the references that a movement has to a voucher (that it is paid for, or moves) and to a payment.
func (w *writer) against(ref int64, m *ledger.Movement) (voucher, cash any, err error) {
	lot := m.Voucher
	if len(m.Draws) > 0 && m.Kind.OfClaims() {
		lot = m.Draws[0].Lot
	}
	switch {
	case lot != "":
		if voucher, err = w.lotNamed(lot); err != nil {
			return nil, nil, err
		}
	case m.Kind == ledger.VoucherIssue:
		voucher = lotRef(ref, 0)
	}
	if m.Cash != "" {
		entry, n, err := splitMovement(m.Cash)
		if err != nil {
			return nil, nil, w.contradiction("movement %d of claims goes against %q", m.N, m.Cash)
		}
		of, err := w.entry(entry)
		if err != nil {
			return nil, nil, err
		}
		cash = movementRef(of, n)
	}
	return voucher, cash, nil
}

// lotNamed answers the reference of a lot's identifier, whether or not it is recorded yet.
func (w *writer) lotNamed(id string) (int64, error) {
	of, err := splitLot(id)
	if err != nil {
		return 0, w.contradiction("%q names no lot", id)
	}
	entry, err := w.entry(of.entry)
	return lotRef(movementRef(entry, of.n), of.k), err
}

// lot records a yielded lot and answers its lineage. It inherits root and lineage from its parent and adds the fund
// whose account it enters.
func (w *writer) lot(ref int64, y ledger.Yield, owner accountFacts, state int, date string) (lineage int64, err error) {
	d := descent{root: ref}
	var parent any
	if y.Parent != "" {
		above, err := w.lotNamed(y.Parent)
		if err != nil {
			return 0, err
		}
		if d, err = w.descent(above, y.Parent); err != nil {
			return 0, err
		}
		parent = above
	}
	if owner.fund != "" {
		if d.lineage, err = w.lineage(d.lineage, owner.fund); err != nil {
			return 0, err
		}
	}
	remaining := int64(0)
	if state == lotLive {
		remaining = y.Amount
	}
	if _, err := w.exec(`INSERT INTO lot VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?)`, ref, parent, d.root, d.lineage, owner.ref, y.Amount, remaining, state, date); err != nil {
		return 0, err
	}
	remember(w.memo.lots, ref, d)
	return d.lineage, w.reached(owner.ref, d.lineage)
}

func (w *writer) descent(lot int64, name string) (descent, error) {
	if d, ok := w.memo.lots[lot]; ok {
		return d, nil
	}
	var d descent
	found, err := w.find("SELECT root, lineage FROM lot WHERE ref = ?", []any{lot}, &d.root, &d.lineage)
	if err != nil {
		return d, err
	}
	if !found {
		return d, w.contradiction("lot %q was never recorded", name)
	}
	remember(w.memo.lots, lot, d)
	return d, nil
}

// drawn records how much of a lot is drawn: of cash, of a voucher, of a claim or an invoice, or of a commitment.
func (w *writer) drawn(_ int64, d *drawn) error {
	entry, err := w.entry(d.entry)
	if err != nil {
		return err
	}
	ref := lotRef(movementRef(entry, d.n), d.k)
	for _, of := range [...]struct {
		query string
		ref   int64
	}{
		{"UPDATE lot SET drawn = ?1, remaining = CASE state WHEN 1 THEN amount - ?1 ELSE 0 END WHERE ref = ?2", ref},
		{"UPDATE voucher SET drawn = ? WHERE ref = ?", ref},
		{"UPDATE claim SET used = ? WHERE ref = ?", movementOf(ref)},
		{"UPDATE invoice SET used = ? WHERE ref = ?", movementOf(ref)},
	} {
		if n, err := w.exec(of.query, d.drawn, of.ref); err != nil || n == 1 {
			return err
		}
	}
	return w.one("drawing on lot "+lotName(d.entry, ref), "UPDATE commitment SET called = ? WHERE lot = ?", d.drawn, ref)
}

// state records where a movement stands now and who confirmed it; its lots come alive, die or are spent with it.
func (w *writer) state(tx int64, s *stateOfMovement) error {
	entry, err := w.entry(s.entry)
	if err != nil {
		return err
	}
	ref := movementRef(entry, s.n)
	settled := ""
	for i, c := range s.Steps {
		if c.Stage == ledger.Credited {
			settled = c.Date
		}
		if err := w.step(ref, "stage", i, c.Stage, 0, c.Date, c.BankRef, c.Reason, c.Document, c.Writer, c.At, tx); err != nil {
			return err
		}
	}
	for i, a := range s.Attestations {
		if err := w.step(ref, "attest", i, "", a.Level, "", "", "", a.Document, a.Writer, a.At, tx); err != nil {
			return err
		}
	}
	if r := s.Reversal; r != nil {
		if err := w.step(ref, "propose", 0, "", 0, "", "", r.Reason, r.Document, r.Writer, r.At, tx); err != nil {
			return err
		}
	}
	if err := w.one("confirming movement "+movementName(s.entry, ref), `UPDATE movement SET stage = ?, level = ?,
settled = CASE WHEN ?3 <> '' THEN ?3 ELSE settled END WHERE ref = ?4`, string(s.Stage), int64(s.Level), settled, ref); err != nil {
		return err
	}
	live, sunk := stateOf(s.Stage, false), stateOf(s.Stage, true)
	_, err = w.exec(`UPDATE lot SET state = s.state, remaining = CASE s.state WHEN 1 THEN amount - drawn ELSE 0 END,
date = CASE WHEN ?3 <> '' THEN ?3 ELSE date END
FROM (SELECT CASE place WHEN 'SINK' THEN ?2 ELSE ?1 END AS state FROM account WHERE ref = (SELECT to_account FROM movement WHERE ref = ?4)) s
WHERE lot.ref BETWEEN ?4 << 9 AND ?4 << 9 | 511`, live, sunk, settled, ref)
	return err
}

// step records one confirmation. The ledger repeats earlier ones with every later one: the first mention stays, with
// the transaction that brought it.
func (w *writer) step(movement int64, kind string, i int, stage ledger.Stage, level ledger.Level, date, bankRef, reason, document string,
	by ledger.Writer, at string, tx int64) error {
	_, err := w.exec("INSERT INTO step VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", movement, kind, i,
		string(stage), int64(level), date, bankRef, reason, document, by.MSP, by.Role, by.Party, by.Name, at, tx)
	return err
}
