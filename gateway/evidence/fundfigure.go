package evidence

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace"
)

// FundTotals is where the money of a fund is, in minor units. In is the sum of Idle, InTransit, Reached and Spent.
type FundTotals struct {
	In        int64 `json:"in,string"`         // paid in from outside the fund; what came back is not paid in again
	PassedOn  int64 `json:"passed_on,string"`  // of it, neither in the fund's account nor on the first step out of it
	Returned  int64 `json:"returned,string"`   // came back into the fund's account, in all
	IdleHere  int64 `json:"idle_here,string"`  // lies in the fund's own account
	Idle      int64 `json:"idle,string"`       // lies in accounts of funds, this one's included
	InTransit int64 `json:"in_transit,string"` // instructed or debited, at any depth
	Reached   int64 `json:"reached,string"`    // lies in accounts of enterprises or of the treasury, or published ones
	Spent     int64 `json:"spent,string"`      // ended in a sink
}

// FundOrigin is the money of one root in a fund.
type FundOrigin struct {
	Lot     string         `json:"lot"`
	Account string         `json:"account"` // into which it came from outside
	Date    string         `json:"date"`    // value date on which it did
	Origin  *ledger.Origin `json:"origin,omitempty"`
	FundTotals
}

// FundFigure is the figure that a report prints of a fund: where everything is that was paid in, as of a value date.
type FundFigure struct {
	Fund     string `json:"fund"`
	Account  string `json:"account"`
	Currency string `json:"currency"`
	AsOf     string `json:"as_of"` // value date; empty: every date
	FundTotals
	Arriving  int64         `json:"arriving,string"` // on its way to the fund, not counted above
	Statement FundStatement `json:"statement"`       // of the fund alone: money that has entered another fund is that fund's
	Origins   []FundOrigin  `json:"origins"`         // by what was paid in, the most first; then as recorded
}

// stageAsOf is the stage that a movement was in as of a value date (empty: every date), and the date of that stage: the
// newest of its stages that bears no later date. ok is false where it was in none yet.
func (b *book) stageAsOf(m *movement, asOf string) (stage ledger.Stage, date string, ok bool) {
	steps := b.state(m).Steps
	for i := len(steps) - 1; i >= 0; i-- {
		if asOf == "" || steps[i].Date <= asOf {
			return steps[i].Stage, steps[i].Date, true
		}
	}
	if asOf == "" || m.fact.Date <= asOf {
		return m.fact.Stage, m.fact.Date, true
	}
	return "", "", false
}

// standing of a lot as of a value date; lots that were not there yet carry nothing, as those of movements that came to
// nothing.
func (b *book) standing(l *lot, asOf string) trace.Standing {
	stage, _, ok := b.stageAsOf(l.of, asOf)
	switch {
	case !ok || dead(stage) || asOf != "" && b.gaveWay(l, asOf):
		return trace.Dead
	case stage == ledger.Instructed || stage == ledger.Debited:
		return trace.InTransit
	case strings.HasPrefix(l.Account, ledger.SinkPrefix):
		return trace.Spent
	}
	return trace.Live
}

// gaveWay reports whether a lot that carried money on a day gives way to what is dated before and was paid once the lot had
// come to nothing: as of a day in between, more would be drawn than there is.
func (b *book) gaveWay(l *lot, asOf string) bool {
	above := b.lots[l.Parent]
	return above != nil && dead(b.state(l.of).Stage) && (b.overdrawn(above, asOf) || b.gaveWay(above, asOf))
}

func (b *book) overdrawn(l *lot, asOf string) bool {
	left := l.Amount
	for _, c := range b.children[l.Lot] {
		if stage, _, ok := b.stageAsOf(c.of, asOf); ok && !dead(stage) {
			left -= c.Amount
		}
	}
	return left < 0
}

// fundFigure computes a fund's figure from everything that is proven, and answers the lots that it rests on. The error
// says what is missing or contradicts itself.
func (b *book) fundFigure(s *Subject) (*FundFigure, map[*lot]bool, error) {
	f := &FundFigure{Fund: s.Fund, AsOf: s.AsOf, Origins: []FundOrigin{}}
	for id, a := range b.accounts {
		if a.value.Fund == s.Fund && (f.Account == "" || id < f.Account) {
			f.Account, f.Currency = id, a.value.Currency
		}
	}
	if f.Account == "" {
		return nil, nil, fmt.Errorf("no proven account is that of fund %s", s.Fund)
	}
	p := &purse{book: b, figure: f, rests: map[*lot]bool{}, of: map[*lot]int{}}
	for _, m := range b.order {
		if m.fact.To != f.Account || m.fact.Kind.OfClaims() {
			continue
		}
		for _, y := range m.fact.Yields(m.entry) {
			if err := p.paidIn(b.lots[y.Lot]); err != nil {
				return nil, nil, err
			}
		}
	}
	for i := range f.Origins {
		o := &f.Origins[i]
		o.PassedOn += o.In - o.IdleHere
		if o.In != o.Idle+o.InTransit+o.Reached+o.Spent {
			return nil, nil, fmt.Errorf("of %d that came from lot %s, %d are found", o.In, o.Lot, o.Idle+o.InTransit+o.Reached+o.Spent)
		}
		f.add(&o.FundTotals)
	}
	if err := p.state(); err != nil {
		return nil, nil, err
	}
	slices.SortStableFunc(f.Origins, func(x, y FundOrigin) int { return cmp.Compare(y.In, x.In) })
	return f, p.rests, nil
}

// purse works out the figure of one fund.
type purse struct {
	book   *book
	figure *FundFigure
	rests  map[*lot]bool // that the figure rests on
	of     map[*lot]int  // root → place in Origins
}

// paidIn follows a lot in the fund's account down, if it came from outside.
func (p *purse) paidIn(l *lot) error {
	standing := p.book.standing(l, p.figure.AsOf)
	if standing == trace.Dead {
		return nil
	}
	root := l
	for steps := 0; root.Parent != ""; steps++ {
		above := p.book.lots[root.Parent]
		if above == nil {
			return fmt.Errorf("the movement that yielded lot %s is not proven", root.Parent)
		}
		if steps > len(p.book.lots) {
			return fmt.Errorf("lot %s descends from itself", l.Lot)
		}
		if above.Account == p.figure.Account {
			return nil // it came back: followed from where it was paid in
		}
		root = above
	}
	for up := l; ; up = p.book.lots[up.Parent] {
		p.rests[up] = true
		if up == root {
			break
		}
	}
	if standing == trace.InTransit {
		p.figure.Arriving += l.Amount
		return nil
	}
	i, known := p.of[root]
	if !known {
		i = len(p.figure.Origins)
		p.of[root] = i
		_, date, _ := p.book.stageAsOf(root.of, p.figure.AsOf)
		p.figure.Origins = append(p.figure.Origins, FundOrigin{Lot: root.Lot, Account: root.Account, Date: date, Origin: root.of.fact.Origin})
	}
	p.figure.Origins[i].In += l.Amount
	return p.down(l, i)
}

// down sums where the money of a lot is that was paid in, at any depth.
func (p *purse) down(start *lot, origin int) error {
	o := &p.figure.Origins[origin]
	for level := []*lot{start}; len(level) > 0; {
		var next []*lot
		for _, l := range level {
			p.rests[l] = true
			if len(p.rests) > len(p.book.lots) {
				return fmt.Errorf("lot %s descends from itself", l.Lot)
			}
			drawn := int64(0)
			if p.book.standing(l, p.figure.AsOf) == trace.Live { // others have passed nothing on as of that day
				for _, c := range p.book.children[l.Lot] {
					if p.book.standing(c, p.figure.AsOf) != trace.Dead {
						drawn += c.Amount
						next = append(next, c)
					}
				}
				if err := p.drawn(l, drawn); err != nil {
					return err
				}
			}
			if err := p.settle(o, l, start, l.Amount-drawn); err != nil {
				return err
			}
		}
		level = next
	}
	return nil
}

// drawn checks that the draws on a lot are all there.
func (p *purse) drawn(l *lot, sum int64) error {
	if p.figure.AsOf == "" && sum != p.book.drawn[l.Lot] {
		return fmt.Errorf("%d of lot %s is drawn, and the proven draws on it sum to %d", p.book.drawn[l.Lot], l.Lot, sum)
	}
	if sum > l.Amount {
		return fmt.Errorf("as of %s, %d is drawn from lot %s, which holds %d", p.figure.AsOf, sum, l.Lot, l.Amount)
	}
	return nil
}

// settle adds what stays of a lot.
func (p *purse) settle(o *FundOrigin, l, start *lot, stays int64) error {
	home := p.figure.Account
	switch p.book.standing(l, p.figure.AsOf) {
	case trace.InTransit:
		o.InTransit += l.Amount
		if above := p.book.lots[l.Parent]; above != nil && above.Account == home {
			o.PassedOn -= l.Amount // has left the account, but has arrived nowhere
		}
		return nil
	case trace.Spent:
		o.Spent += l.Amount
		return nil
	}
	if l.Account == home {
		o.IdleHere += stays
		if l != start {
			o.Returned += l.Amount
		}
	}
	a := p.book.accounts[l.Account]
	if a == nil {
		return fmt.Errorf("account %s is not proven", l.Account)
	}
	if a.value.Purpose == ledger.Custody && a.value.Fund != "" {
		o.Idle += stays
	} else {
		o.Reached += stays
	}
	return nil
}

func (t *FundTotals) add(u *FundTotals) {
	t.In += u.In
	t.PassedOn += u.PassedOn
	t.Returned += u.Returned
	t.IdleHere += u.IdleHere
	t.Idle += u.Idle
	t.InTransit += u.InTransit
	t.Reached += u.Reached
	t.Spent += u.Spent
}

// agrees compares the figure with the answer of the read model: totals, and what became of the money of each root.
func (f *FundFigure) agrees(a *trace.FundAnswer) error {
	of := func(t *trace.FundTotals) FundTotals {
		return FundTotals{t.In, t.PassedOn, t.Returned, t.IdleHere, t.Idle, t.InTransit, t.Reached, t.Spent}
	}
	if a.Fund != f.Fund || a.Account != f.Account || a.Currency != f.Currency {
		return fmt.Errorf("the blocks speak of account %s in %s, the read model of %s in %s", f.Account, f.Currency, a.Account, a.Currency)
	}
	if have := of(&a.Totals); have != f.FundTotals || a.Arriving != f.Arriving {
		return fmt.Errorf("the totals are %+v (arriving %d) from the blocks, %+v (arriving %d) from the read model", f.FundTotals, f.Arriving, have, a.Arriving)
	}
	rows := map[string]FundTotals{}
	for i := range a.Rows {
		rows[a.Rows[i].Lot] = of(&a.Rows[i].FundTotals)
	}
	for i := range f.Origins {
		if o := &f.Origins[i]; rows[o.Lot] != o.FundTotals {
			return fmt.Errorf("what came from lot %s is not the same in both", o.Lot)
		}
	}
	if len(rows) != len(f.Origins) {
		return fmt.Errorf("%d roots from the blocks, %d from the read model", len(f.Origins), len(rows))
	}
	return nil
}
