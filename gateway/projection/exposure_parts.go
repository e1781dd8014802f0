package projection

import (
	"cmp"
	"slices"
)

// spread is where a sum lies: in which months, tiers and with which other parties.
type spread struct {
	months  []MonthSum
	tiers   []TierSum
	parties map[string]*PartySum
}

// add counts what is open of a tally.
func (p *spread) add(t *tally) {
	if t.open.Vouchers == 0 {
		return
	}
	p.months = addTo(p.months, func(m *MonthSum) bool { return m.Month == t.month }, MonthSum{Month: t.month}, func(m *MonthSum) { m.add(t.open) })
	p.tiers = addTo(p.tiers, func(s *TierSum) bool { return s.Tier == t.tier }, TierSum{Tier: t.tier}, func(s *TierSum) { s.add(t.open) })
	if p.parties == nil {
		p.parties = map[string]*PartySum{}
	}
	if p.parties[t.other] == nil {
		p.parties[t.other] = &PartySum{Party: t.other}
	}
	p.parties[t.other].add(t.open)
}

func (p *spread) byMonth() []MonthSum {
	slices.SortFunc(p.months, func(x, y MonthSum) int { return cmp.Compare(x.Month, y.Month) })
	return append([]MonthSum{}, p.months...)
}

func (p *spread) byTier() []TierSum {
	slices.SortFunc(p.tiers, func(x, y TierSum) int { return cmp.Compare(x.Tier, y.Tier) })
	return append([]TierSum{}, p.tiers...)
}

func (p *spread) byParty() []PartySum {
	out := make([]PartySum, 0, len(p.parties))
	for _, s := range p.parties {
		out = append(out, *s)
	}
	return out
}

// part is one part of an exposure while it is put together: a figure and its spread for each currency.
type part[T any] struct {
	figures map[string]*T
	spreads map[string]*spread
}

func newPart[T any]() part[T] { return part[T]{map[string]*T{}, map[string]*spread{}} }

func (p part[T]) of(currency string) (*T, *spread) {
	if p.figures[currency] == nil {
		p.figures[currency], p.spreads[currency] = new(T), &spread{}
	}
	return p.figures[currency], p.spreads[currency]
}

// list answers the figures by currency.
func (p part[T]) list(finish func(currency string, figure *T, s *spread)) []T {
	currencies := make([]string, 0, len(p.figures))
	for c := range p.figures {
		currencies = append(currencies, c)
	}
	slices.Sort(currencies)
	out := make([]T, len(currencies))
	for i, c := range currencies {
		finish(c, p.figures[c], p.spreads[c])
		out[i] = *p.figures[c]
	}
	return out
}

func (x *exposer) issuer() []IssuerExposure {
	p := newPart[IssuerExposure]()
	tallies := x.tallies("v.holder", "v.issuer = ?1")
	for i := range tallies {
		t := &tallies[i]
		e, s := p.of(t.currency)
		e.Drafted.add(t.drafted)
		e.Issued.add(t.issued)
		e.Outstanding.add(t.open)
		e.Overdue.add(t.late)
		e.Settled += t.settled
		e.Cancelled += t.cancelled
		e.WrittenOff += t.writtenOff
		e.Interest += t.interest
		s.add(t)
	}
	return p.list(func(currency string, e *IssuerExposure, s *spread) {
		e.Currency, e.ByMonth, e.ByTier, e.ByHolder = currency, s.byMonth(), s.byTier(), x.largest(s.byParty(), e.Outstanding.Amount)
	})
}

func (x *exposer) holder() []HolderExposure {
	p := newPart[HolderExposure]()
	tallies := x.tallies("v.issuer", "v.holder = ?1 AND v.open > 0 AND v.state <> 'DRAFT'")
	for i := range tallies {
		t := &tallies[i]
		e, s := p.of(t.currency)
		e.Held.add(t.open)
		e.Overdue.add(t.late)
		e.Pledged.add(t.pledged)
		s.add(t)
	}
	for currency, sum := range x.paid("SETTLEMENT", "m.to_account") {
		e, _ := p.of(currency)
		e.Received = sum.Amount
	}
	return p.list(func(currency string, e *HolderExposure, s *spread) {
		e.Currency, e.ByMonth, e.ByTier, e.ByIssuer = currency, s.byMonth(), s.byTier(), x.largest(s.byParty(), e.Held.Amount)
	})
}

func (x *exposer) funder() []FunderExposure {
	p := newPart[FunderExposure]()
	// Who has a voucher in pledge was asked as its funder, by which it is found.
	tallies := x.tallies("v.issuer", "(v.holder = ?1 AND v.made = 'VOUCHER_FINANCE'"+
		" OR v.pledgee = ?1 AND v.ref IN (SELECT voucher FROM voucher_part WHERE party = ?1 AND role = 'FUNDER')) AND v.open > 0")
	for i := range tallies {
		t := &tallies[i]
		e, s := p.of(t.currency)
		e.Outstanding.add(t.open)
		e.Bought.add(t.bought)
		e.Pledged.add(t.pledged)
		e.Overdue.add(t.late)
		s.add(t)
	}
	for currency, sum := range x.paid("FINANCING", "m.from_account") {
		e, _ := p.of(currency)
		e.Paid = sum
	}
	for currency, sum := range x.discounts() {
		e, _ := p.of(currency)
		e.Discount = sum.Amount
	}
	return p.list(func(currency string, e *FunderExposure, s *spread) {
		issuers := s.byParty()
		e.Currency, e.ByMonth = currency, s.byMonth()
		e.ByGroup = x.largest(x.groups(issuers), e.Outstanding.Amount)
		if e.ByIssuer = x.largest(issuers, e.Outstanding.Amount); len(e.ByIssuer) > 0 {
			e.LargestIssuer, e.LargestSharePPM = e.ByIssuer[0].Party, e.ByIssuer[0].SharePPM
		}
	})
}
