package projection

import (
	"encoding/json"
	"fmt"

	"fundtrace/chaincode/ledger"
)

// bodyOf spells what a row keeps as JSON because no question narrows by it.
func bodyOf(v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("encode a row of the read model: %w", err)
	}
	return string(b), nil
}

// invoiceBody is the part of an invoice that has no columns.
type invoiceBody struct {
	Near          []string             `json:"near,omitempty"`
	Registrations []ledger.Registrant  `json:"registrations,omitempty"`
	Checks        []ledger.TaxCheck    `json:"checks,omitempty"`
	Reservations  []ledger.Reservation `json:"reservations,omitempty"`
	Cancelled     *ledger.Signature    `json:"cancelled,omitempty"`
}

// invoice records an invoice, or what has happened to it since.
func (w *writer) invoice(tx int64, i *ledger.Invoice) error {
	lot, err := w.lotNamed(i.Lot)
	if err != nil {
		return err
	}
	ref := movementOf(lot)
	body, err := bodyOf(invoiceBody{i.Near, i.Registrations, i.Checks, i.Reservations, i.Cancelled})
	if err != nil {
		return err
	}
	unused := string(i.State(0))
	n, err := w.exec("UPDATE invoice SET unused = ?, body = ? WHERE ref = ?", unused, body, ref)
	if err != nil {
		return err
	}
	if n == 0 {
		if err := w.newInvoice(tx, ref, i, unused, body); err != nil {
			return err
		}
	}
	for _, party := range partiesOf(i) {
		if _, err := w.exec("INSERT OR IGNORE INTO invoice_part VALUES (?, ?)", party, ref); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) newInvoice(tx, ref int64, i *ledger.Invoice, unused, body string) error {
	if _, err := w.exec(`INSERT INTO invoice (ref, fingerprint, seller, buyer, type, date, due, amount, currency, document, used, unused, body, tx)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)`, ref, i.Fingerprint, i.Seller, i.Buyer, i.Type, i.Date, i.Due, i.Amount, i.Currency, i.Document,
		unused, body, tx); err != nil {
		return err
	}
	remember(w.memo.invoices, i.Fingerprint, ref)
	for k, near := range i.Near {
		if _, err := w.exec("INSERT INTO invoice_near VALUES (?, ?, ?)", near, k, ref); err != nil {
			return err
		}
	}
	return w.met(i.Seller, i.Buyer)
}

// claim records a receivable, or that its debtor confirmed it or its creditor withdrew it.
func (w *writer) claim(tx int64, c *ledger.Claim) error {
	lot, err := w.lotNamed(c.Lot)
	if err != nil {
		return err
	}
	ref, state := movementOf(lot), ClaimOpen
	switch {
	case c.Cancelled != nil:
		state = ClaimCancelled
	case c.Confirmed != nil:
		state = ClaimConfirmed
	}
	body, err := bodyOf(c)
	if err != nil {
		return err
	}
	n, err := w.exec("UPDATE claim SET state = ?, body = ? WHERE ref = ?", state, body, ref)
	if err != nil || n == 1 {
		return err
	}
	if _, err := w.exec("INSERT INTO claim VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?)", ref, c.Creditor, c.Debtor, c.Amount, c.Currency, state, body, tx); err != nil {
		return err
	}
	for _, u := range c.Invoices {
		invoice, err := w.invoiceNamed(u.Fingerprint)
		if err != nil {
			return err
		}
		if _, err := w.exec("INSERT INTO claim_invoice VALUES (?, ?, ?)", ref, invoice, u.Amount); err != nil {
			return err
		}
	}
	return w.met(c.Creditor, c.Debtor)
}

func (w *writer) invoiceNamed(fingerprint string) (int64, error) {
	if ref, ok := w.memo.invoices[fingerprint]; ok {
		return ref, nil
	}
	var ref int64
	found, err := w.find("SELECT ref FROM invoice WHERE fingerprint = ?", []any{fingerprint}, &ref)
	if err != nil {
		return 0, err
	}
	if !found {
		return 0, w.contradiction("invoice %q was never registered", fingerprint)
	}
	remember(w.memo.invoices, fingerprint, ref)
	return ref, nil
}

// met notes that two parties trade with each other, so that each may know the other's name.
func (w *writer) met(one, other string) error {
	x, err := w.accountFacts(ledger.ClaimsAccount(one))
	if err != nil {
		return err
	}
	y, err := w.accountFacts(ledger.ClaimsAccount(other))
	if err != nil {
		return err
	}
	return w.dealt(x, y, "")
}

// rule records the versions of a rule. The ledger repeats earlier ones with every later one: each stays with the
// transaction that published it.
func (w *writer) rule(tx int64, h *ledger.RuleHistory) error {
	for i := range h.Versions {
		r := &h.Versions[i]
		body, err := bodyOf(r)
		if err != nil {
			return err
		}
		if _, err := w.exec("INSERT INTO rule VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", r.ID, r.Version, r.EffectiveFrom, body, tx); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) calendar(tx int64, c *ledger.Calendar) error {
	body, err := bodyOf(c)
	if err != nil {
		return err
	}
	_, err = w.exec("INSERT INTO calendar VALUES (?, ?, ?, ?)", c.Year, c.Version, body, tx)
	return err
}

func (w *writer) issuer(tx int64, i *ledger.Issuer) error {
	flags, err := bodyOf(i.Flags)
	if err != nil {
		return err
	}
	_, err = w.exec(`INSERT INTO issuer VALUES (?, ?, ?, ?) ON CONFLICT (party) DO UPDATE SET overdue = excluded.overdue, flags = excluded.flags,
tx = excluded.tx`, i.Party, i.Overdue, flags, tx)
	return err
}

// partiesOf answers who registered, checked or reserved the invoice.
func partiesOf(i *ledger.Invoice) []string {
	seen := map[string]bool{i.Seller: true, i.Buyer: true, "": true} // they see it as seller and buyer
	var out []string
	add := func(party string) {
		if !seen[party] {
			seen[party] = true
			out = append(out, party)
		}
	}
	for _, r := range i.Registrations {
		add(r.Writer.Party)
	}
	for _, c := range i.Checks {
		add(c.Writer.Party)
	}
	for _, r := range i.Reservations {
		add(r.Funder)
	}
	return out
}
