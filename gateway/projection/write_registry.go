package projection

import (
	"encoding/json"
	"fmt"
	"strings"

	"fundtrace/chaincode/ledger"
)

func (w *writer) party(tx int64, p *ledger.Party) error {
	licence := ledger.Licence{}
	if p.Licence != nil {
		licence = *p.Licence
	}
	if _, err := w.exec(`INSERT INTO party_version VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		p.ID, p.Version, string(p.Kind), p.Name, p.Region, p.Industry, p.Size, p.SizeDate, p.EffectiveFrom, tx, p.Group, licence.Kind, licence.Until); err != nil {
		return err
	}
	_, err := w.exec(`INSERT INTO party VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET kind = excluded.kind,
name = excluded.name, region = excluded.region, industry = excluded.industry, size = excluded.size, size_date = excluded.size_date,
version = excluded.version, effective_from = excluded.effective_from, tx = excluded.tx, top = excluded.top, licence = excluded.licence,
licensed_until = excluded.licensed_until`,
		p.ID, string(p.Kind), p.Name, p.Region, p.Industry, p.Size, p.SizeDate, p.Version, p.EffectiveFrom, tx, p.Group, licence.Kind, licence.Until)
	return err
}

// account opens an account, or assigns it to the fund that was established on it.
func (w *writer) account(tx int64, a *ledger.Account) error {
	if strings.HasPrefix(a.ID, ledger.SinkPrefix) || strings.HasPrefix(a.ID, ledger.ClaimsPrefix) {
		return w.contradiction("account %q bears the name of what nobody opens", a.ID)
	}
	delete(w.memo.accounts, a.ID)
	_, err := w.exec(`INSERT INTO account (id, owner, bank, currency, purpose, policy, fund, place, tx) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, bank = excluded.bank, purpose = excluded.purpose, policy = excluded.policy,
fund = excluded.fund, place = excluded.place`,
		a.ID, a.Owner, a.Bank, a.Currency, string(a.Purpose), string(a.Policy), a.Fund, placeOf(a), tx)
	return err
}

func (w *writer) fund(tx int64, f *ledger.Fund) error {
	mandate, err := json.Marshal(f.Mandate)
	if err != nil {
		return fmt.Errorf("encode the mandate of %s: %w", f.ID, err)
	}
	_, err = w.exec(`INSERT INTO fund VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, f.ID, f.Party, f.Level, f.Class, f.Name, f.Parent,
		f.Manager, f.Account, f.Region, f.TermStart, f.TermEnd, string(mandate), tx)
	return err
}

func (w *writer) commitment(tx int64, c *ledger.Commitment) error {
	lot, err := splitLot(c.Lot)
	if err != nil {
		return w.contradiction("commitment %q has the lot %q", c.ID, c.Lot)
	}
	entry, err := w.entry(lot.entry)
	if err != nil {
		return err
	}
	_, err = w.exec(`INSERT INTO commitment VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?)`, c.ID, c.Fund, c.Investor, c.Class, string(c.Source),
		c.Amount, c.Currency, c.Date, c.Document, lotRef(movementRef(entry, lot.n), lot.k), tx, c.Account)
	return err
}

func (w *writer) document(tx int64, d *ledger.Document) error {
	_, err := w.exec(`INSERT INTO document (sha256, size, media_type, salted, subject, kind, tx) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		d.SHA256, d.Size, d.MediaType, d.Salted, d.Subject, d.Kind, tx)
	return err
}

// accountFacts answers what folding needs of an account. Sinks, and the accounts that hold claims, come into being on
// first use.
func (w *writer) accountFacts(id string) (accountFacts, error) {
	if a, ok := w.memo.accounts[id]; ok {
		return a, nil
	}
	a := accountFacts{sink: strings.HasPrefix(id, ledger.SinkPrefix)}
	found, err := w.find("SELECT ref, owner, fund FROM account WHERE id = ?", []any{id}, &a.ref, &a.owner, &a.fund)
	if err != nil {
		return a, err
	}
	if !found {
		place := placeSink
		if a.owner, found = strings.CutPrefix(id, ledger.ClaimsPrefix); found {
			place = placeClaims
		} else if a.owner = ""; !a.sink {
			return a, w.contradiction("account %q was never opened", id)
		}
		if a.ref, err = w.insert(`INSERT INTO account (id, owner, bank, currency, purpose, policy, fund, place, tx)
VALUES (?, ?, '', '', '', '', '', ?, -1)`, id, a.owner, place); err != nil {
			return a, err
		}
	}
	remember(w.memo.accounts, id, a)
	return a, nil
}
