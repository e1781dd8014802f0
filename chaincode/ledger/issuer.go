package ledger

import (
	"slices"
	"time"
)

// Issuer is what keeps a core enterprise from issuing (银发〔2025〕77号 Art. 15): overdue vouchers, as the ledger counts
// them, and flags that the finance bureau sets.
type Issuer struct {
	Party   string   `json:"party"`
	Overdue int      `json:"overdue"`         // defaulted vouchers that the issuer has not paid
	Flags   []string `json:"flags,omitempty"` // sorted: BILL_OVERDUE, BOND_DEFAULT, WRITTEN_OFF
}

// Blocked reports whether the issuer may not issue.
func (i *Issuer) Blocked() bool { return i.Overdue > 0 || len(i.Flags) > 0 }

// IssuerFlagging sets or clears a flag.
type IssuerFlagging struct {
	Party    string `json:"party"`
	Flag     string `json:"flag"` // BILL_OVERDUE (持续逾期), BOND_DEFAULT, WRITTEN_OFF
	Set      bool   `json:"set"`
	Source   string `json:"source"`             // who says so
	Document string `json:"document,omitempty"` // SHA-256
}

// issuer answers what stands against an issuer; nothing at first.
func (b *book) issuer(party string) (*Issuer, error) {
	i, err := load(b, b.issuers, IssuerRoom+party)
	if err != nil {
		return nil, err
	}
	if i == nil {
		return &Issuer{Party: party}, nil
	}
	next := *i
	next.Flags = slices.Clone(i.Flags)
	return &next, nil
}

func (a *applier) putIssuer(i *Issuer) {
	a.issuers[IssuerRoom+i.Party] = i
	a.touch(IssuerRoom+i.Party, i)
}

func (a *applier) flagIssuer(f IssuerFlagging) error {
	if err := first(oneOf("flag.flag", f.Flag, "BILL_OVERDUE", "BOND_DEFAULT", "WRITTEN_OFF"), checkText("flag.source", f.Source),
		optional(checkSHA256, "flag.document", f.Document)); err != nil {
		return err
	}
	if f.Source == "" {
		return missing("flag.source")
	}
	if err := a.mustKnow(f.Party); err != nil {
		return err
	}
	i, err := a.issuer(f.Party)
	if err != nil {
		return err
	}
	i.mark(f.Flag, f.Set)
	a.putIssuer(i)
	return nil
}

func (i *Issuer) mark(flag string, set bool) {
	at, found := slices.BinarySearch(i.Flags, flag)
	switch {
	case set && !found:
		i.Flags = slices.Insert(i.Flags, at, flag)
	case !set && found:
		i.Flags = slices.Delete(i.Flags, at, at+1)
	}
}

// issuerPaid takes one defaulted voucher off the issuer's count, leaving a flag where it was not paid.
func (c *voucherChange) issuerPaid(flag string) error {
	i, err := c.issuer(c.now.Issuer)
	if err != nil {
		return err
	}
	i.Overdue--
	if flag != "" {
		i.mark(flag, true)
	}
	c.putIssuer(i)
	return nil
}

func addDays(date string, n int64) string {
	d, _ := time.Parse(time.DateOnly, date)
	return d.AddDate(0, 0, int(min(n, 1_000_000))).Format(time.DateOnly)
}
