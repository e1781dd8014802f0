package trace

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// FundTotals is where the money of a fund is. In = Idle + InTransit + Reached + Spent + Hidden, exactly.
type FundTotals struct {
	In        int64 `json:"in,string"`         // paid in from outside the fund; what came back is not paid in again
	PassedOn  int64 `json:"passed_on,string"`  // of it, neither in the fund's account nor on the first step out of it
	Returned  int64 `json:"returned,string"`   // came back into the fund's account, in all
	IdleHere  int64 `json:"idle_here,string"`  // lies in the fund's own account
	Idle      int64 `json:"idle,string"`       // lies in accounts of funds, this one's included
	InTransit int64 `json:"in_transit,string"` // instructed or debited, at any depth
	Reached   int64 `json:"reached,string"`    // lies in accounts of enterprises or of the treasury
	Spent     int64 `json:"spent,string"`      // ended in a sink
	Hidden    int64 `json:"hidden,string"`     // is where the reader may not look
}

// FundRow is the money of one root in a fund.
type FundRow struct {
	Origin
	FundTotals
	First  string `json:"first"`            // first value date on which money of the root was paid in
	Oldest string `json:"oldest,omitempty"` // on which the oldest money arrived that is still in the fund's account
	Days   int    `json:"days"`             // since Oldest, up to Options.AsOf
}

// FundAnswer is the trace of everything that was paid into a fund.
type FundAnswer struct {
	Fund      string     `json:"fund"`
	Account   string     `json:"account"`
	Currency  string     `json:"currency"`
	Totals    FundTotals `json:"totals"`
	Arriving  int64      `json:"arriving,string"` // on its way to the fund, not counted in Totals
	Rows      []FundRow  `json:"rows"`            // by what was paid in, the most first
	Nodes     []Node     `json:"nodes"`
	Links     []Link     `json:"links"`
	Truncated bool       `json:"truncated"`
	Next      string     `json:"next"`
}

// ForFund answers where everything is that was paid into a fund, for each root. Money that came back and was paid out
// again is followed on and counted once. Errors: FUND_UNKNOWN, FIELD_INVALID, DATE_INVALID, ErrUnbalanced.
func ForFund(ctx context.Context, f Forest, fund string, o Options) (*FundAnswer, error) {
	w, err := o.window()
	if err != nil {
		return nil, err
	}
	days, err := o.days()
	if err != nil {
		return nil, err
	}
	home, err := f.AccountOf(ctx, fund)
	if err != nil {
		return nil, err
	}
	held, err := f.Held(ctx, []Ref{home})
	if err != nil {
		return nil, err
	}
	up, err := climb(ctx, f, held)
	if err != nil {
		return nil, err
	}
	p := &purse{atlas: newAtlas(f), home: home, up: up, row: map[Ref]int{}, arrived: map[Ref]string{}, days: days, out: &FundAnswer{Fund: fund}}
	seeds := p.paidIn(held)
	d := newDiagram() // sources stand at level 0, the fund at 1
	d.start(home)
	err = descend(ctx, f, p.atlas, seeds, func(s step) {
		p.count(s)
		if !o.lists(s.depth) {
			p.out.Truncated = true
		} else if s.parent != nil {
			d.add(end{account: s.parent.Account}, destination(s.lot), s.depth+1, s.lot.Movement, s.lot.Amount)
		}
	})
	if err != nil {
		return nil, err
	}
	return p.out, p.answer(ctx, f, w, d, seeds)
}

// purse works out the trace of one fund.
type purse struct {
	atlas   *atlas
	home    Ref
	up      *ancestry
	row     map[Ref]int // origin → row
	tops    []Ref
	rows    []FundRow
	arrived map[Ref]string // lot in the fund's account → date
	days    func(from string) int
	out     *FundAnswer
}

// paidIn answers the lots that came into the fund from outside, by origin: those that no earlier lot of the fund feeds.
func (p *purse) paidIn(held []Lot) []seed {
	var seeds []seed
	for _, l := range held {
		p.arrived[l.Ref] = l.Date
		if l.Hidden || l.Standing == Dead || p.cameBack(l) {
			continue
		}
		if l.Standing == InTransit {
			p.out.Arriving += l.Amount
			continue
		}
		top, closed := p.up.top(l)
		i, known := p.row[top.Ref]
		if !known {
			i = len(p.rows)
			p.row[top.Ref] = i
			p.tops = append(p.tops, top.Ref)
			p.rows = append(p.rows, FundRow{Origin: Origin{Closed: closed}, First: l.Date})
		}
		p.rows[i].First = min(p.rows[i].First, l.Date)
		seeds = append(seeds, seed{lot: l, group: i})
	}
	return seeds
}

func (p *purse) cameBack(l Lot) bool {
	for {
		above, ok := p.up.parent(l)
		if !ok {
			return false
		}
		if above.Account == p.home {
			return true
		}
		l = above
	}
}

// count adds what stays at a step to its origin's row.
func (p *purse) count(s step) {
	r := &p.rows[s.group]
	var t Totals
	t.settle(s)
	r.In += t.Traced
	r.Idle += t.Idle
	r.InTransit += t.InTransit
	r.Reached += t.Reached
	r.Spent += t.Spent
	r.Hidden += t.Hidden
	if s.lot.Standing == InTransit && s.parent.Account == p.home {
		r.PassedOn -= t.InTransit + t.Hidden // has left the account, but has arrived nowhere
	}
	if s.lot.Account != p.home || s.lot.Hidden || s.lot.Standing != Live {
		return
	}
	r.IdleHere += t.Idle
	if !s.start {
		r.Returned += s.lot.Amount
	}
	if date := p.arrived[s.lot.Ref]; t.Idle > 0 && (r.Oldest == "" || date < r.Oldest) {
		r.Oldest, r.Days = date, p.days(date)
	}
}

// answer describes origins, sums them and lists a page of them.
func (p *purse) answer(ctx context.Context, f Forest, w window, d *diagram, seeds []seed) error {
	facts, err := factsOf(ctx, f, p.tops)
	if err != nil {
		return err
	}
	all := make([]Lot, 0, len(p.up.lots)+1)
	for _, l := range p.up.lots {
		all = append(all, l)
	}
	if err := p.atlas.load(ctx, append(all, Lot{Account: p.home})); err != nil {
		return err
	}
	for i, top := range p.tops {
		r := &p.rows[i]
		r.Origin = originOf(facts[top], p.atlas.seen[p.up.lots[top].Account], r.Closed)
		r.PassedOn += r.In - r.IdleHere
		if r.In != r.Idle+r.InTransit+r.Reached+r.Spent+r.Hidden {
			return fmt.Errorf("%w: what came from lot %s does not close", ErrUnbalanced, r.Lot)
		}
		p.out.Totals.add(r.FundTotals)
	}
	for _, s := range seeds {
		from := end{}
		if r := &p.rows[s.group]; !r.Closed {
			from = end{source: sourceNode(facts[p.tops[s.group]].Origin)}
		}
		d.add(from, end{account: p.home}, 1, s.lot.Movement, s.lot.Amount)
	}
	slices.SortStableFunc(p.rows, func(x, y FundRow) int { return cmp.Compare(y.In, x.In) })
	p.out.Rows = p.rows[min(w.from, len(p.rows)):min(w.to, len(p.rows))]
	if p.out.Rows == nil {
		p.out.Rows = []FundRow{}
	}
	p.out.Next = w.next(len(p.rows))
	p.out.Account, p.out.Currency = p.atlas.seen[p.home].ID, p.atlas.seen[p.home].Currency
	var cut bool
	if p.out.Nodes, p.out.Links, cut, err = d.draw(ctx, p.atlas); err != nil {
		return err
	}
	p.out.Truncated = p.out.Truncated || cut
	return nil
}

func (t *FundTotals) add(u FundTotals) {
	t.In += u.In
	t.PassedOn += u.PassedOn
	t.Returned += u.Returned
	t.IdleHere += u.IdleHere
	t.Idle += u.Idle
	t.InTransit += u.InTransit
	t.Reached += u.Reached
	t.Spent += u.Spent
	t.Hidden += u.Hidden
}
