package flow

import (
	"context"
	"slices"
	"strconv"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace/convention"
)

// Parts divides an amount among classes, in minor units. Of a line that takes away all are negative or zero.
type Parts struct {
	Public  int64 `json:"public,string"`
	Social  int64 `json:"social,string"`
	Own     int64 `json:"own,string"`
	Unknown int64 `json:"unknown,string"`
}

// Of answers the part of a class, or the sum.
func (p Parts) Of(c Class) int64 {
	switch c {
	case Public:
		return p.Public
	case Social:
		return p.Social
	case Own:
		return p.Own
	case Unknown:
		return p.Unknown
	}
	return p.Public + p.Social + p.Own + p.Unknown
}

// Add adds an amount of a class.
func (p *Parts) Add(c Class, v int64) {
	switch c {
	case Public:
		p.Public += v
	case Social:
		p.Social += v
	case Own:
		p.Own += v
	default:
		p.Unknown += v
	}
}

func (p *Parts) plus(q Parts) {
	p.Public += q.Public
	p.Social += q.Social
	p.Own += q.Own
	p.Unknown += q.Unknown
}

func (p Parts) negative() Parts { return Parts{-p.Public, -p.Social, -p.Own, -p.Unknown} }

// Line is what one movement, or one commitment, adds to a cell.
type Line struct {
	Movement string      `json:"movement,omitempty"`
	Promise  string      `json:"commitment,omitempty"`
	Kind     ledger.Kind `json:"kind,omitempty"`
	Date     string      `json:"date"`             // the day by which it counts
	Region   string      `json:"region,omitempty"` // empty where nobody stated it as finely as asked
	Year     int         `json:"year"`
	From     string      `json:"from,omitempty"` // account
	To       string      `json:"to,omitempty"`   // account
	Firm     string      `json:"firm"`           // party whose region it is; the fund, of a commitment
	Whole    int64       `json:"whole,string"`   // amount of the movement
	Amount   int64       `json:"amount,string"`  // what counts in the cell, of the class asked for; negative where money went on
	Parts    Parts       `json:"parts"`          // all classes
	seq      int64
}

// Lines answers every line of a query, in order of date and recording, and the version of the convention that divided
// them. Errors: FIELD_INVALID; CURRENCY_MISMATCH (the book holds several currencies and the query names none); those of the
// convention; the context's.
func Lines(ctx context.Context, b *Book, q Query) ([]Line, string, error) {
	q, err := q.Complete()
	if err != nil {
		return nil, "", err
	}
	if q.whole() && !b.Complete {
		return nil, "", ledger.Refuse(ledger.FieldInvalid, "this question needs every movement of money, and the book holds only what funds paid to enterprises", "field", "stage")
	}
	if q.Currency == "" {
		switch c := b.currencies(q.Stage); len(c) {
		case 0:
		case 1:
			q.Currency = c[0]
		default:
			return nil, "", ledger.Refuse(ledger.CurrencyMismatch, "the ledger holds several currencies, which are not added up: name one of them as currency", "field", "currency")
		}
	}
	m := &maker{book: b, query: q}
	version := string(convention.Recorded)
	switch q.Stage {
	case Committed:
		m.promises()
	case Reached, Spent:
		version, err = m.onward(ctx)
	default:
		version, err = m.paid(ctx)
	}
	if err != nil {
		return nil, "", err
	}
	slices.SortStableFunc(m.lines, func(x, y Line) int {
		if x.Date != y.Date {
			if x.Date < y.Date {
				return -1
			}
			return 1
		}
		return int(min(1, max(-1, x.seq-y.seq)))
	})
	return m.lines, version, nil
}

// maker makes the lines of one query.
type maker struct {
	book  *Book
	query Query
	lines []Line
}

// promises makes a line of each commitment to a fund.
func (m *maker) promises() {
	for i, p := range m.book.Promises {
		if p.Currency != m.query.Currency || m.query.Fund != "" && p.Fund != m.query.Fund {
			continue
		}
		var parts Parts
		parts.Add(p.Class, p.Amount)
		m.add(Line{Promise: p.ID, Date: p.Date, Firm: p.Fund, Whole: p.Amount, Parts: parts, seq: int64(i)}, p.Region)
	}
}

// paid makes a line of each payment from a fund to an enterprise.
func (m *maker) paid(ctx context.Context) (string, error) {
	divide, version, err := divider(ctx, m.book, m.query)
	if err != nil {
		return "", err
	}
	for i := range m.book.Payments {
		p := &m.book.Payments[i]
		if !invests(p) || p.Currency != m.query.Currency || m.query.Fund != "" && p.From.Fund != m.query.Fund {
			continue
		}
		date := p.Date
		if m.query.Stage == Instructed {
			date = p.Ordered
		} else if !p.Credited {
			continue
		}
		m.payment(p, date, p.To.Owner, divide(i))
	}
	return version, nil
}

// onward makes lines of what came to enterprises and went on from them.
func (m *maker) onward(ctx context.Context) (string, error) {
	invested, version, err := investments(ctx, m.book, m.query)
	if err != nil {
		return "", err
	}
	for i := range m.book.Payments {
		p := &m.book.Payments[i]
		parts := invested[i]
		if parts == (Parts{}) || !p.Credited {
			continue
		}
		if m.query.Stage == Spent {
			if p.From.Place == Enterprise && p.To.Place == Outside {
				m.payment(p, p.Date, p.From.Owner, parts)
			}
			continue
		}
		if p.From.Place == Enterprise && p.To.Place == Enterprise && p.From.Owner == p.To.Owner {
			continue
		}
		if p.To.Place == Enterprise {
			m.payment(p, p.Date, p.To.Owner, parts)
		}
		if p.From.Place == Enterprise && p.To.Place != Outside {
			m.payment(p, p.Date, p.From.Owner, parts.negative())
		}
	}
	return version, nil
}

func (m *maker) payment(p *Payment, date, firm string, parts Parts) {
	m.add(Line{Movement: p.ID, Kind: p.Kind, Date: date, From: p.From.ID, To: p.To.ID, Firm: firm, Whole: p.Amount, Parts: parts, seq: p.Seq},
		m.book.region(firm, date))
}

func (m *maker) add(l Line, region string) {
	l.Region = m.query.Level.at(region)
	l.Year, _ = strconv.Atoi(l.Date[:min(4, len(l.Date))])
	l.Amount = l.Parts.Of(m.query.Class)
	if m.query.Class != All && l.Amount == 0 {
		return
	}
	m.lines = append(m.lines, l)
}

// invests reports whether a payment puts a fund's money into an enterprise.
func invests(p *Payment) bool {
	return p.Kind == ledger.Disbursement && p.From.Place == Fund && p.To.Place == Enterprise
}
