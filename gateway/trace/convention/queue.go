package convention

import (
	"fmt"
	"slices"

	"fundtrace/chaincode/ledger"
)

// queue is an account as the deposits that it holds, oldest first: FIFO, LIFO, SPECIFIC and RECORDED.
type queue struct {
	method   Method
	ordered  bool
	unknown  int32
	sources  []string
	deposits []deposit
	head     int // deposits before it are spent
	total    int64
	lookup   *lookup // SPECIFIC and RECORDED
	account  int32
}

// lookup finds deposits by the movement that made them. All accounts of a book share one: a movement is a deposit in one
// account alone.
type lookup struct {
	book *Book
	slot []int32 // by movement: which of its account's deposits it is; -1 before it is taken
}

func newLookup(b *Book) *lookup {
	l := &lookup{book: b, slot: make([]int32, len(b.Movements))}
	for i := range l.slot {
		l.slot[i] = -1
	}
	return l
}

// deposit answers which deposit of the account a movement made.
func (q *queue) deposit(movement string) (int, bool) {
	i, ok := q.lookup.book.index[movement]
	if !ok || q.lookup.book.to[i] != q.account || q.lookup.slot[i] < 0 {
		return 0, false
	}
	return int(q.lookup.slot[i]), true
}

// deposit is what is left of one movement into the account. Parts are in the order in which they are spent when the
// inside-rule is ORDERED, and in order of source when it is BLEND.
type deposit struct {
	parts  []Part
	amount int64
}

func (q *queue) receive(i int, m *Movement, parts []Part) error {
	if err := tooMuch(q.total, m.Amount); err != nil {
		return err
	}
	d := deposit{parts: slices.Clone(parts), amount: m.Amount}
	if !q.ordered {
		d.parts = add(nil, parts)
	}
	if q.lookup != nil {
		q.lookup.slot[i] = int32(len(q.deposits))
	}
	q.deposits = append(q.deposits, d)
	q.total += m.Amount
	return nil
}

func (q *queue) spend(m *Movement) ([]Part, error) {
	var out []Part
	need := m.Amount
	switch q.method {
	case Recorded:
		return q.recorded(m)
	case Specific:
		if m.Earmark != "" {
			out, need = q.earmarked(m.Earmark, need)
		}
	}
	for need > 0 {
		d := q.next()
		if d == nil {
			return q.join(out, []Part{{q.unknown, need}}), nil
		}
		v := min(need, d.amount)
		out = q.join(out, q.take(d, v))
		need -= v
	}
	return out, nil
}

// next answers the deposit that is spent next, nil when the account is empty. LIFO spends from the end; what it has
// emptied there is cut off, so that each deposit is passed over once.
func (q *queue) next() *deposit {
	if q.method == LIFO {
		for n := len(q.deposits); n > 0; n = len(q.deposits) {
			if d := &q.deposits[n-1]; d.amount > 0 {
				return d
			}
			q.deposits = q.deposits[:n-1]
		}
		return nil
	}
	for ; q.head < len(q.deposits); q.head++ {
		if d := &q.deposits[q.head]; d.amount > 0 {
			return d
		}
	}
	return nil
}

// take spends an amount of one deposit, as the inside-rule says.
func (q *queue) take(d *deposit, v int64) []Part {
	q.total -= v
	if v == d.amount {
		parts := d.parts
		d.parts, d.amount = nil, 0
		return parts
	}
	if !q.ordered {
		taken := allot(d.parts, d.amount, v)
		d.parts, d.amount = subtract(d.parts, taken), d.amount-v
		return taken
	}
	d.amount -= v
	var taken []Part
	for v > 0 {
		at := 0
		if q.method == LIFO {
			at = len(d.parts) - 1
		}
		p := &d.parts[at]
		n := min(v, p.Amount)
		taken = append(taken, Part{p.Source, n})
		v -= n
		if p.Amount -= n; p.Amount == 0 {
			d.parts = slices.Delete(d.parts, at, at+1)
		}
	}
	return taken
}

// join puts parts behind others: in the order spent, or merged by source where deposits blend.
func (q *queue) join(out, parts []Part) []Part {
	if !q.ordered {
		return add(out, parts)
	}
	for _, p := range parts {
		if n := len(out); n > 0 && out[n-1].Source == p.Source {
			out[n-1].Amount += p.Amount
		} else {
			out = append(out, p)
		}
	}
	return out
}

// earmarked spends what the payment is meant to spend, while it lasts: one deposit, or one source oldest first.
func (q *queue) earmarked(earmark string, need int64) (out []Part, rest int64) {
	if i, ok := q.deposit(earmark); ok {
		d := &q.deposits[i]
		v := min(need, d.amount)
		if v == 0 {
			return nil, need
		}
		return q.take(d, v), need - v
	}
	n, found := slices.BinarySearch(q.sources, earmark)
	if !found {
		return nil, need
	}
	for i := q.head; i < len(q.deposits) && need > 0; i++ {
		d := &q.deposits[i]
		for k := 0; k < len(d.parts) && need > 0; k++ {
			p := &d.parts[k]
			if p.Source != int32(n) {
				continue
			}
			v := min(need, p.Amount)
			out = q.join(out, []Part{{p.Source, v}})
			p.Amount -= v
			d.amount -= v
			q.total -= v
			need -= v
			if p.Amount == 0 {
				d.parts = slices.Delete(d.parts, k, k+1)
				k--
			}
		}
	}
	return out, need
}

// recorded spends the deposits that the payer named. Errors: DRAWS_MISSING, DRAWS_UNBALANCED.
func (q *queue) recorded(m *Movement) ([]Part, error) {
	if len(m.Draws) == 0 {
		return nil, ledger.Refuse(ledger.DrawsMissing, fmt.Sprintf("movement %.60q does not say which deposits it spends: take another method than RECORDED", m.ID), "movement", m.ID)
	}
	var out []Part
	need := m.Amount
	for _, w := range m.Draws {
		i, ok := q.deposit(w.Deposit)
		if !ok || w.Amount <= 0 || w.Amount > q.deposits[i].amount || w.Amount > need {
			return nil, ledger.Refuse(ledger.DrawsUnbalanced, fmt.Sprintf("movement %.60q spends %d of deposit %.60q, which does not hold it", m.ID, w.Amount, w.Deposit), "movement", m.ID)
		}
		out = q.join(out, q.take(&q.deposits[i], w.Amount))
		need -= w.Amount
	}
	if need != 0 {
		return nil, ledger.Refuse(ledger.DrawsUnbalanced, fmt.Sprintf("the draws of movement %.60q do not add up to its amount", m.ID), "movement", m.ID)
	}
	return out, nil
}

func (q *queue) left() []Part {
	var all []Part
	for i := q.head; i < len(q.deposits); i++ {
		all = add(all, q.deposits[i].parts)
	}
	return all
}
