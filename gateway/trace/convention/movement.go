package convention

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"fundtrace/chaincode/ledger"
)

// Movement is money from one account to another. An empty From is new money: a source of its own.
type Movement struct {
	ID      string
	Date    string // value date, YYYY-MM-DD
	Seq     int64  // order within the day: the bank's sequence number, else the order of recording
	From    string // account; empty: from outside
	To      string // account; empty: to outside
	Amount  int64  // minor units
	Earmark string // the source or the deposit that the payment is meant to spend (SPECIFIC)
	Tag     string // of new money: the source it belongs to; default its ID
	Draws   []Draw // what the payer said that it spends (RECORDED)
}

// Draw names an earlier movement into the payer's account and how much of it is spent.
type Draw struct {
	Deposit string // movement
	Amount  int64  // minor units
}

// Order says in which order the movements of one day are taken.
type Order string

// The orders. Both put new money before all else and end with Seq.
const (
	BySequence   Order = "SEQUENCE"      // as the bank, or the ledger, numbered them
	CreditsFirst Order = "CREDITS_FIRST" // an account's credits before its debits, where the day's payments form no circle
)

// Book is movements made ready: accounts and movements are numbered, and in the order in which they are taken.
type Book struct {
	Order     Order
	Movements []Movement
	accounts  []string
	account   map[string]int32
	from, to  []int32 // by movement; outside is noAccount
	index     map[string]int32
}

const noAccount int32 = -1

// Open checks movements and puts them in order. The slice is not changed.
// Errors: FIELD_MISSING, FIELD_INVALID, ALREADY_EXISTS (an identifier twice), AMOUNT_INVALID, DATE_INVALID.
func Open(movements []Movement, order Order) (*Book, error) {
	if order == "" {
		order = BySequence
	}
	if order != BySequence && order != CreditsFirst {
		return nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("order is %.40q: use %s or %s", order, BySequence, CreditsFirst), "field", "order")
	}
	b := &Book{Order: order, Movements: slices.Clone(movements), account: map[string]int32{}, index: make(map[string]int32, len(movements))}
	for i := range b.Movements {
		if err := b.Movements[i].check(); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(b.Movements, func(x, y Movement) int {
		return cmp.Or(cmp.Compare(x.Date, y.Date), cmp.Compare(rank(x), rank(y)), cmp.Compare(x.Seq, y.Seq), cmp.Compare(x.ID, y.ID))
	})
	if order == CreditsFirst {
		b.creditsFirst()
	}
	b.from, b.to = make([]int32, len(b.Movements)), make([]int32, len(b.Movements))
	for i := range b.Movements {
		m := &b.Movements[i]
		if _, twice := b.index[m.ID]; twice {
			return nil, ledger.Refuse(ledger.AlreadyExists, fmt.Sprintf("movement %.60q is given twice", m.ID), "movement", m.ID)
		}
		b.index[m.ID] = int32(i)
		b.from[i], b.to[i] = b.number(m.From), b.number(m.To)
	}
	return b, nil
}

// rank puts new money before the payments of its day.
func rank(m Movement) int {
	if m.From == "" {
		return 0
	}
	return 1
}

func (m *Movement) check() error {
	switch {
	case m.ID == "":
		return ledger.Refuse(ledger.FieldMissing, "a movement has no id: give it one", "field", "id")
	case m.From == "" && m.To == "":
		return ledger.Refuse(ledger.FieldMissing, fmt.Sprintf("movement %.60q has neither payer nor payee", m.ID), "movement", m.ID)
	case m.From == m.To:
		return ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("movement %.60q pays from an account to itself", m.ID), "movement", m.ID)
	case m.Amount <= 0:
		return ledger.Refuse(ledger.AmountInvalid, fmt.Sprintf("movement %.60q has an amount that is not positive", m.ID), "movement", m.ID)
	}
	if _, err := time.Parse(time.DateOnly, m.Date); err != nil {
		return ledger.Refuse(ledger.DateInvalid, fmt.Sprintf("movement %.60q is dated %.20q: write YYYY-MM-DD", m.ID, m.Date), "movement", m.ID)
	}
	return nil
}

func (b *Book) number(account string) int32 {
	if account == "" {
		return noAccount
	}
	n, ok := b.account[account]
	if !ok {
		n = int32(len(b.accounts))
		b.account[account] = n
		b.accounts = append(b.accounts, account)
	}
	return n
}

// Accounts lists the accounts in the order in which they first appear.
func (b *Book) Accounts() []string { return b.accounts }

// Movement answers the position of a movement in the order taken.
func (b *Book) Movement(id string) (int, bool) {
	i, ok := b.index[id]
	return int(i), ok
}

// Account reports whether the account appears.
func (b *Book) Account(id string) bool {
	_, ok := b.account[id]
	return ok
}

// creditsFirst reorders each day so that an account's credits come before its debits. Payments that go round in a circle
// on one day keep the order of their sequence.
func (b *Book) creditsFirst() {
	for start := 0; start < len(b.Movements); {
		end := start
		for end < len(b.Movements) && b.Movements[end].Date == b.Movements[start].Date {
			end++
		}
		orderDay(b.Movements[start:end])
		start = end
	}
}

// orderDay takes, again and again, the first payment whose payer awaits no more credits on the day (Kahn's algorithm on
// accounts, ties by sequence); when every payer awaits one there is a circle, and the first in sequence goes.
func orderDay(day []Movement) {
	waiting := map[string]int{} // credits that an account still awaits
	debits := map[string][]int{}
	for i := range day {
		if day[i].To != "" {
			waiting[day[i].To]++
		}
		if day[i].From != "" {
			debits[day[i].From] = append(debits[day[i].From], i)
		}
	}
	ready := &positions{}
	for i := range day {
		if day[i].From == "" || waiting[day[i].From] == 0 {
			ready.push(i)
		}
	}
	done := make([]bool, len(day))
	out := make([]Movement, 0, len(day))
	next := 0 // first that may not be done: where a circle is cut
	for len(out) < len(day) {
		i, ok := ready.pop()
		if !ok {
			for done[next] {
				next++
			}
			i = next
		}
		if done[i] {
			continue
		}
		done[i] = true
		out = append(out, day[i])
		to := day[i].To
		if to == "" {
			continue
		}
		if waiting[to]--; waiting[to] == 0 {
			for _, d := range debits[to] {
				ready.push(d)
			}
		}
	}
	copy(day, out)
}
