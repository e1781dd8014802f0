package trace

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"fundtrace/chaincode/ledger"
)

// Flow is what became of money that a party received. Received is the sum of Holds, InTransit, Spent and PassedOn.
type Flow struct {
	Received  int64 `json:"received,string"`   // minor units, as all of them
	Holds     int64 `json:"holds,string"`      // lies in the party's accounts
	InTransit int64 `json:"in_transit,string"` // paid out, not credited yet
	Spent     int64 `json:"spent,string"`      // ended in a sink
	PassedOn  int64 `json:"passed_on,string"`  // credited to accounts of others
	Returned  int64 `json:"returned,string"`   // of PassedOn, to funds and the treasury
}

func (f *Flow) closes() bool { return f.Received == f.Holds+f.InTransit+f.Spent+f.PassedOn }

// Origin is where money of a party comes from: a root, or, where that may not be seen, the highest lot that may.
type Origin struct {
	Lot        string               `json:"lot"`
	Closed     bool                 `json:"closed,omitempty"` // what is above the lot may not be seen
	Source     ledger.FundingSource `json:"source,omitempty"`
	BudgetLine string               `json:"budget_line,omitempty"`
	Investor   string               `json:"investor,omitempty"` // party
	Account    string               `json:"account"`            // in which the lot arrived
	Fund       string               `json:"fund,omitempty"`     // of the account
	Date       string               `json:"date"`               // of the lot
}

// SourceRow is what a party received from one origin.
type SourceRow struct {
	Origin
	Flow
	First  string `json:"first"`            // first value date on which money of the origin arrived
	Last   string `json:"last"`             // last one
	Oldest string `json:"oldest,omitempty"` // on which the oldest money arrived that is still held
	Days   int    `json:"days"`             // since Oldest, up to Options.AsOf
}

// SourceSum sums a party's origins by funding source and budget line.
type SourceSum struct {
	Source     ledger.FundingSource `json:"source,omitempty"` // empty: origins that may not be seen
	BudgetLine string               `json:"budget_line,omitempty"`
	Public     bool                 `json:"public"`
	Flow
}

// Sources is whose money a party received and holds.
type Sources struct {
	Party    string      `json:"party"`
	Currency string      `json:"currency"`
	Totals   Flow        `json:"totals"`
	Arriving int64       `json:"arriving,string"` // on its way to the party, not counted in Totals
	Closed   int64       `json:"closed,string"`   // of Totals.Received, from origins that may not be seen
	Hidden   int64       `json:"hidden,string"`   // arrived besides, in lots that may not be seen
	BySource []SourceSum `json:"by_source"`
	Rows     []SourceRow `json:"rows"` // by what was received, the most first
	Nodes    []Node      `json:"nodes"`
	Links    []Link      `json:"links"`
	// Truncated says that the diagram leaves out links; totals are over everything all the same.
	Truncated bool   `json:"truncated"`
	Next      string `json:"next"`
}

// ForParty answers whose money a party has received and what became of it, for each root. Transfers between accounts of
// the party are neither received nor passed on. Where the party has accounts in several currencies the answer is about
// the one in which it opened its first account. Errors: PARTY_UNKNOWN, FIELD_INVALID, ErrUnbalanced.
func ForParty(ctx context.Context, f Forest, party string, o Options) (*Sources, error) {
	w, err := o.window()
	if err != nil {
		return nil, err
	}
	days, err := o.days()
	if err != nil {
		return nil, err
	}
	accounts, err := f.OwnedBy(ctx, party)
	if err != nil {
		return nil, err
	}
	out := &Sources{Party: party, BySource: []SourceSum{}, Rows: []SourceRow{}, Nodes: []Node{}, Links: []Link{}}
	if len(accounts) == 0 {
		return out, nil
	}
	h := &holder{forest: f, atlas: newAtlas(f), own: map[Ref]*Lot{}, group: map[Ref]Ref{}, rows: map[Ref]*SourceRow{}, chart: newDiagram(), days: days, out: out}
	if err := h.gather(ctx, accounts); err != nil {
		return nil, err
	}
	if err := h.paidOut(ctx); err != nil {
		return nil, err
	}
	return out, h.answer(ctx, w)
}

// holder works out the sources of one party.
type holder struct {
	forest Forest
	atlas  *atlas
	held   []Lot
	own    map[Ref]*Lot // lots of the party that may be seen
	group  map[Ref]Ref  // lot → origin
	up     *ancestry
	rows   map[Ref]*SourceRow
	order  []Ref
	days   func(from string) int
	out    *Sources
	chart  *diagram
}

// gather reads what lies or lay in the party's accounts and follows what arrived to its origin.
func (h *holder) gather(ctx context.Context, accounts []Ref) error {
	slices.Sort(accounts)
	known, err := each(accounts, func(part []Ref) ([]Account, error) { return h.forest.Accounts(ctx, part) })
	if err != nil {
		return err
	}
	slices.SortFunc(known, func(x, y Account) int { return cmp.Compare(x.Ref, y.Ref) })
	if len(known) > 0 {
		h.out.Currency = known[0].Currency
	}
	same := accounts[:0]
	for _, a := range known {
		if a.Currency == h.out.Currency {
			same = append(same, a.Ref)
		}
	}
	if h.held, err = each(same, func(part []Ref) ([]Lot, error) { return h.forest.Held(ctx, part) }); err != nil {
		return err
	}
	slices.SortFunc(h.held, func(x, y Lot) int { return cmp.Compare(x.Ref, y.Ref) })
	all := map[Ref]bool{}
	var arrived []Lot
	for i := range h.held {
		l := &h.held[i]
		if all[l.Ref] = true; l.Standing == Dead {
			continue
		}
		inside := all[l.Parent]
		switch {
		case l.Hidden && l.Standing == Live && !inside:
			h.out.Hidden += l.Amount
		case l.Hidden:
		case l.Standing == InTransit && !inside:
			h.out.Arriving += l.Amount
		case l.Standing == Live:
			if h.own[l.Ref] = l; h.own[l.Parent] == nil {
				arrived = append(arrived, *l)
			}
		}
	}
	if h.up, err = climb(ctx, h.forest, arrived); err != nil {
		return err
	}
	for _, l := range arrived {
		h.arrive(l)
	}
	return nil
}

// arrive counts a lot that came from outside the party.
func (h *holder) arrive(l Lot) {
	top, closed := h.up.top(l)
	r := h.rows[top.Ref]
	if r == nil {
		r = &SourceRow{Origin: Origin{Closed: closed}, First: l.Date, Last: l.Date}
		h.rows[top.Ref] = r
		h.order = append(h.order, top.Ref)
	}
	h.group[l.Ref] = top.Ref
	r.Received += l.Amount
	r.First, r.Last = min(r.First, l.Date), max(r.Last, l.Date)
	if closed {
		h.out.Closed += l.Amount
	}
}

// paidOut follows the party's lots one step down: what stays, and where the rest went.
func (h *holder) paidOut(ctx context.Context) error {
	var drawn []Ref
	left := map[Ref]int64{}
	for i := range h.held {
		l := h.own[h.held[i].Ref]
		if l == nil {
			continue
		}
		if _, arrived := h.group[l.Ref]; !arrived {
			h.group[l.Ref] = h.group[l.Parent]
		}
		r := h.rows[h.group[l.Ref]]
		if rest := l.Remaining(); rest > 0 {
			r.Holds += rest
			if r.Oldest == "" || l.Date < r.Oldest {
				r.Oldest, r.Days = l.Date, h.days(l.Date)
			}
		}
		if left[l.Ref] = l.Drawn; l.Drawn > 0 {
			drawn = append(drawn, l.Ref)
		}
	}
	children, err := each(drawn, func(part []Ref) ([]Lot, error) { return h.forest.Children(ctx, part) })
	if err != nil {
		return err
	}
	if err := h.atlas.load(ctx, children); err != nil {
		return err
	}
	for i := range children {
		c := &children[i]
		if c.Standing == Dead {
			continue
		}
		left[c.Parent] -= c.Amount
		r := h.rows[h.group[c.Parent]]
		switch {
		case c.Standing == InTransit:
			r.InTransit += c.Amount
		case c.Standing == Spent:
			r.Spent += c.Amount
		case h.own[c.Ref] == nil:
			r.PassedOn += c.Amount
			if p := h.atlas.seen[c.Account].Place; p == InFund || p == InTreasury {
				r.Returned += c.Amount
			}
		}
	}
	for ref, rest := range left {
		if rest != 0 {
			return fmt.Errorf("%w: the draws on lot %d differ by %d from what is drawn", ErrUnbalanced, ref, rest)
		}
	}
	return nil
}

// add sums flows.
func (f *Flow) add(g Flow) {
	f.Received += g.Received
	f.Holds += g.Holds
	f.InTransit += g.InTransit
	f.Spent += g.Spent
	f.PassedOn += g.PassedOn
	f.Returned += g.Returned
}
