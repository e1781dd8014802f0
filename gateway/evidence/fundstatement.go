package evidence

import (
	"fmt"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace"
)

// FundStatement is what a fund took in and what became of it until it entered a fund again, in minor units. Two sums close:
//
//	in = new + from funds + came back
//	in = idle + to funds + in transit + reached + returned + spent + went back
type FundStatement struct {
	In        int64 `json:"in,string"`         // credited to the fund's account
	New       int64 `json:"new,string"`        // of it, new money: it had never been in a fund
	FromFunds int64 `json:"from_funds,string"` // of it, paid by other funds
	CameBack  int64 `json:"came_back,string"`  // of it, paid by others out of money that had been in a fund before
	Idle      int64 `json:"idle,string"`       // lies in the fund's account
	ToFunds   int64 `json:"to_funds,string"`   // credited to other funds
	InTransit int64 `json:"in_transit,string"` // instructed or debited, not credited: on the way out, or further down
	Reached   int64 `json:"reached,string"`    // lies in accounts of enterprises, or published ones
	Returned  int64 `json:"returned,string"`   // lies in accounts of the treasury
	Spent     int64 `json:"spent,string"`      // ended in a sink
	WentBack  int64 `json:"went_back,string"`  // credited to funds again by those to whom it had been paid
	PassedOn  int64 `json:"passed_on,string"`  // in, less what is idle and what is on its way out of the account
}

// closes reports whether both sums hold.
func (s *FundStatement) closes() bool {
	return s.In == s.New+s.FromFunds+s.CameBack && s.In == s.Idle+s.ToFunds+s.InTransit+s.Reached+s.Returned+s.Spent+s.WentBack
}

// inFund reports whether a lot lies in a fund's account. Accounts that are not proven are told of by those who settle lots.
func (p *purse) inFund(l *lot) bool {
	a := p.book.accounts[l.Account]
	return a != nil && a.value.Purpose == ledger.Custody && a.value.Fund != ""
}

// state works out the fund's statement.
func (p *purse) state() error {
	s := &p.figure.Statement
	leaving := int64(0)
	for _, m := range p.book.order {
		if m.fact.To != p.figure.Account || m.fact.Kind.OfClaims() {
			continue
		}
		for _, y := range m.fact.Yields(m.entry) {
			l := p.book.lots[y.Lot]
			if p.book.standing(l, p.figure.AsOf) != trace.Live {
				continue
			}
			p.cameFrom(s, l)
			left := l.Amount
			for _, c := range p.book.children[l.Lot] {
				standing := p.book.standing(c, p.figure.AsOf)
				if standing == trace.Dead {
					continue
				}
				left -= c.Amount
				if standing == trace.InTransit {
					leaving += c.Amount
				}
				if standing == trace.Live && p.inFund(c) {
					if c.Account != l.Account {
						s.ToFunds += c.Amount
					}
					continue
				}
				if err := p.beyond(s, c, standing); err != nil {
					return err
				}
			}
			s.Idle += left
		}
	}
	s.In = s.New + s.FromFunds + s.CameBack
	s.PassedOn = s.In - s.Idle - leaving
	if !s.closes() {
		return fmt.Errorf("what came into fund %s does not close: %+v", p.figure.Fund, *s)
	}
	return nil
}

// cameFrom tells where a lot in the fund's account came from.
func (p *purse) cameFrom(s *FundStatement, l *lot) {
	above := p.book.lots[l.Parent]
	switch {
	case above == nil:
		s.New += l.Amount
		return
	case above.Account == l.Account:
		return // it never left
	case p.inFund(above):
		s.FromFunds += l.Amount
		return
	}
	for ; above != nil; above = p.book.lots[above.Parent] {
		if p.inFund(above) {
			s.CameBack += l.Amount
			return
		}
	}
	s.New += l.Amount
}

// beyond sums what became of a lot that the fund has paid, until it enters a fund again.
func (p *purse) beyond(s *FundStatement, start *lot, standing trace.Standing) error {
	type place struct {
		lot      *lot
		standing trace.Standing
	}
	for open := []place{{start, standing}}; len(open) > 0; {
		at := open[len(open)-1]
		open = open[:len(open)-1]
		switch {
		case at.standing == trace.InTransit:
			s.InTransit += at.lot.Amount
			continue
		case at.standing == trace.Spent:
			s.Spent += at.lot.Amount
			continue
		case p.inFund(at.lot):
			s.WentBack += at.lot.Amount
			continue
		}
		left := at.lot.Amount
		for _, c := range p.book.children[at.lot.Lot] {
			if standing := p.book.standing(c, p.figure.AsOf); standing != trace.Dead {
				left -= c.Amount
				open = append(open, place{c, standing})
			}
		}
		a := p.book.accounts[at.lot.Account]
		if a == nil {
			return fmt.Errorf("account %s is not proven", at.lot.Account)
		}
		if a.value.Purpose == ledger.Treasury {
			s.Returned += left
		} else {
			s.Reached += left
		}
	}
	return nil
}

// agreesWith compares the statement with that of the read model.
func (s *FundStatement) agreesWith(t *trace.Statement) error {
	have := FundStatement{In: t.In, New: t.New, FromFunds: t.FromFunds, CameBack: t.CameBack, Idle: t.Idle, ToFunds: t.ToFunds, InTransit: t.InTransit,
		Reached: t.Reached, Returned: t.Returned, Spent: t.Spent, WentBack: t.WentBack, PassedOn: t.PassedOn}
	if have != *s {
		return fmt.Errorf("the fund's statement is %+v from the blocks, %+v from the read model", *s, have)
	}
	return nil
}
