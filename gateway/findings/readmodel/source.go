// Package readmodel lets findings look at the read model, as one reader sees it.
package readmodel

import (
	"context"
	"iter"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/findings"
	"fundtrace/gateway/projection"
)

// pageRows is how many rows the read model is asked for at a time.
const pageRows = 500

// source is what one reader may see of the read model. It is read page by page while blocks are folded: a voucher that
// moves meanwhile is seen before or after the step, or both sides of it.
type source struct {
	db    *projection.DB
	scope projection.Scope
	since map[string]string // days of registration already asked for
}

// New answers what a reader may see of the read model as a source, for one evaluation.
func New(db *projection.DB, scope projection.Scope) findings.Source {
	return &source{db: db, scope: scope, since: map[string]string{}}
}

// Rules answers the rules on the ledger, by identifier.
func Rules(ctx context.Context, db *projection.DB) (map[string]*ledger.RuleHistory, error) {
	list, err := db.Rules(ctx)
	if err != nil {
		return nil, err
	}
	rules := make(map[string]*ledger.RuleHistory, len(list))
	for i := range list {
		rules[list[i].ID] = list[i].History()
	}
	return rules, nil
}

// Vouchers answers every voucher that the reader sees, with its events.
func (s *source) Vouchers(ctx context.Context) iter.Seq2[*ledger.VoucherNode, error] {
	return paged(func(l projection.List) (*projection.Page[projection.Voucher], error) {
		return s.db.Vouchers(ctx, s.scope, projection.VoucherFilter{WithEvents: true}, l)
	}, func(v *projection.Voucher) *ledger.VoucherNode {
		n := v.VoucherNode
		n.Events = make([]ledger.VoucherEvent, len(v.Events))
		for i, e := range v.Events {
			n.Events[i] = e.VoucherEvent
		}
		return &n
	})
}

// Claims answers every claim that the reader sees.
func (s *source) Claims(ctx context.Context) iter.Seq2[*ledger.Claim, error] {
	return paged(func(l projection.List) (*projection.Page[projection.Claim], error) {
		return s.db.Claims(ctx, s.scope, projection.ClaimFilter{}, l)
	}, func(c *projection.Claim) *ledger.Claim { return &c.Claim })
}

// Invoices answers every invoice that the reader sees.
func (s *source) Invoices(ctx context.Context) iter.Seq2[*ledger.Invoice, error] {
	return paged(func(l projection.List) (*projection.Page[projection.Invoice], error) {
		return s.db.Invoices(ctx, s.scope, projection.InvoiceFilter{}, l)
	}, func(i *projection.Invoice) *ledger.Invoice { return &i.Invoice })
}

// Parties answers the present version of every party that the reader sees.
func (s *source) Parties(ctx context.Context) iter.Seq2[*ledger.Party, error] {
	return paged(func(l projection.List) (*projection.Page[projection.Party], error) {
		return s.db.Parties(ctx, s.scope, projection.PartyFilter{}, l)
	}, func(p *projection.Party) *ledger.Party { return &p.Party })
}

// Registered answers the day that the first registration of the party claims, empty where the reader may not know.
func (s *source) Registered(ctx context.Context, party string) (string, error) {
	if day, known := s.since[party]; known {
		return day, nil
	}
	day, err := s.registered(ctx, party)
	if ledger.ErrorCode(err) != "" { // not to be seen by this reader
		day, err = "", nil
	}
	s.since[party] = day
	return day, err
}

func (s *source) registered(ctx context.Context, party string) (string, error) {
	p, err := s.db.Party(ctx, s.scope, party)
	if err != nil || len(p.Versions) == 0 {
		return "", err
	}
	tx, err := s.db.Transaction(ctx, s.scope, p.Versions[len(p.Versions)-1].Tx)
	if err != nil {
		return "", err
	}
	if at, err := time.Parse(time.RFC3339, tx.Claimed); err == nil {
		return at.In(ledger.China).Format(time.DateOnly), nil
	}
	return "", nil // a time that nobody can read says nothing
}

// Calendars answers the bank calendars, by year.
func (s *source) Calendars(ctx context.Context) (map[int]*ledger.Calendar, error) {
	list, err := s.db.Calendars(ctx)
	years := make(map[int]*ledger.Calendar, len(list))
	for i := range list {
		years[list[i].Year] = &list[i].Calendar
	}
	return years, err
}

// Whole reports whether the reader sees everything.
func (s *source) Whole() bool { return s.scope == projection.Everything() }

// paged goes through all pages of a list.
func paged[R, T any](ask func(projection.List) (*projection.Page[R], error), row func(*R) *T) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for l := (projection.List{Limit: pageRows}); ; {
			page, err := ask(l)
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range page.Items {
				if !yield(row(&page.Items[i]), nil) {
					return
				}
			}
			if l.Cursor = page.Next; l.Cursor == "" {
				return
			}
		}
	}
}
