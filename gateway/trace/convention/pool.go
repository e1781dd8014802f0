package convention

import "slices"

// pool is an account whose sources mix: PRO_RATA, and LIBR, where one source leaves last.
type pool struct {
	parts   []Part
	balance int64
	unknown int32
	last    int32 // the protected source; noAccount: none
}

func (p *pool) receive(_ int, _ *Movement, parts []Part) error {
	v := sum(parts)
	if err := tooMuch(p.balance, v); err != nil {
		return err
	}
	p.parts = add(p.parts, parts)
	p.balance += v
	return nil
}

func (p *pool) spend(m *Movement) ([]Part, error) {
	have := min(m.Amount, p.balance)
	taken := p.take(have)
	p.parts = subtract(p.parts, taken)
	p.balance -= have
	if short := m.Amount - have; short > 0 {
		taken = add(taken, []Part{{p.unknown, short}})
	}
	return taken, nil
}

// take chooses an amount that the pool holds. Under LIBR everything unprotected goes first, in proportion.
func (p *pool) take(amount int64) []Part {
	at := slices.IndexFunc(p.parts, func(x Part) bool { return x.Source == p.last })
	if at < 0 {
		return allot(p.parts, p.balance, amount)
	}
	protected := p.parts[at]
	others := slices.Delete(slices.Clone(p.parts), at, at+1)
	free := p.balance - protected.Amount
	if amount <= free {
		return allot(others, free, amount)
	}
	return add(others, []Part{{protected.Source, amount - free}})
}

func (p *pool) left() []Part { return p.parts }

// tainted is an account under POISON: while any of the poison is in it, all that leaves is poison as well.
type tainted struct {
	balance int64
	poison  int32
	unknown int32
	bad     bool
}

func (t *tainted) receive(_ int, m *Movement, parts []Part) error {
	if err := tooMuch(t.balance, m.Amount); err != nil {
		return err
	}
	t.balance += m.Amount
	t.bad = t.bad || slices.ContainsFunc(parts, func(p Part) bool { return p.Source == t.poison })
	return nil
}

// spend answers the poison that leaves: all or nothing. An account that is empty is clean again.
func (t *tainted) spend(m *Movement) ([]Part, error) {
	have := min(m.Amount, t.balance)
	var parts []Part
	if t.bad && have > 0 {
		parts = []Part{{t.poison, have}}
	}
	if t.balance -= have; t.balance == 0 {
		t.bad = false
	}
	if short := m.Amount - have; short > 0 && t.poison != t.unknown {
		parts = add(parts, []Part{{t.unknown, short}})
	}
	return parts, nil
}

func (t *tainted) left() []Part {
	if !t.bad || t.balance == 0 {
		return nil
	}
	return []Part{{t.poison, t.balance}}
}
