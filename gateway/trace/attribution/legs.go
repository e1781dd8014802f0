package attribution

import (
	"fmt"
	"slices"
	"strconv"

	"fundtrace/gateway/trace"
	"fundtrace/gateway/trace/convention"
)

// whole adds a payment as one amount.
func (b *binder) whole(n int32, p *trace.Payment, to string) {
	id := strconv.FormatInt(p.Movement, 10)
	var fresh, rest []trace.Piece
	source := ""
	for _, l := range p.Lots {
		if s := b.enters(p, &l); s != "" {
			source, fresh = s, append(fresh, l)
		} else {
			rest = append(rest, l)
		}
	}
	spends := p.From != 0 && b.spends(p.From)
	if len(fresh) > 0 && spends {
		b.spend(n, p, again, fresh, "", "X"+id)
	}
	if !spends && to == "" {
		return
	}
	straight := p.Left == p.Arrived
	switch {
	case len(fresh) == 0 && spends && straight:
		if b.spend(n, p, settled, rest, to, "M"+id) {
			return
		}
	case len(fresh) == 0 && !spends, len(rest) == 0 && p.From == 0:
		if p.UnderWay() && len(fresh) == 0 {
			return // it came from others and has not come
		}
		if !p.UnderWay() {
			m := convention.Movement{ID: "M" + id, To: to, Amount: p.Amount(), Tag: source}
			o := origin{n, entering}
			if source == "" {
				m.From = b.feeding(b.beyond(p.From), m.Amount)
				o.part = arriving
			}
			b.add(o, p.Arrived, m)
			return
		}
	}
	transit := transitPrefix + id
	if len(fresh) > 0 {
		b.add(origin{n, entering}, p.Left, convention.Movement{ID: "N" + id, To: transit, Amount: sum(fresh), Tag: source})
	}
	switch {
	case len(rest) == 0:
	case spends:
		b.spend(n, p, leaving, rest, transit, "L"+id)
	default:
		b.add(origin{n, leaving}, p.Left, convention.Movement{ID: "L" + id, From: b.feeding(b.beyond(p.From), sum(rest)), To: transit, Amount: sum(rest)})
	}
	if !p.UnderWay() {
		b.add(origin{n, arriving}, p.Arrived, convention.Movement{ID: "M" + id, From: transit, To: to, Amount: p.Amount()})
	}
}

// inside adds a payment between accounts that count as one: nothing but new money in it is to be seen.
func (b *binder) inside(n int32, p *trace.Payment, to string) {
	for i := range p.Lots {
		l := &p.Lots[i]
		if source := b.enters(p, l); source != "" {
			at := p.Arrived
			if p.UnderWay() {
				at = p.Left
			}
			id := "N" + strconv.FormatInt(int64(l.Lot), 10) + "/"
			if b.method == convention.Recorded {
				id = "M" + strconv.FormatInt(int64(l.Lot), 10) // which draws name
			}
			b.add(origin{n, entering}, at, convention.Movement{ID: id, To: to, Amount: l.Amount, Tag: source})
		}
	}
}

// spend adds what leaves the payer's account. Under SPECIFIC, from an account whose payer names tranches, it is earmarked
// for the deposits that were drawn on; where they are several and the payment is settled at once, it answers false: the
// payment needs an account in transit in which they meet.
func (b *binder) spend(n int32, p *trace.Payment, as part, lots []trace.Piece, to, id string) bool {
	from := b.name(p.From)
	if b.method != convention.Specific || !b.named(p.From) {
		b.add(origin{n, as}, b.instant(p, as), convention.Movement{ID: id, From: from, To: to, Amount: sum(lots)})
		return true
	}
	type draw struct{ deposit, amount int64 }
	var draws []draw
	for _, l := range lots {
		d := b.deposit[l.Parent]
		if k := slices.IndexFunc(draws, func(x draw) bool { return x.deposit == d }); k >= 0 {
			draws[k].amount += l.Amount
		} else {
			draws = append(draws, draw{d, l.Amount})
		}
	}
	if as == settled && len(draws) > 1 {
		return false
	}
	for k, d := range draws {
		name := id
		if k > 0 {
			name = fmt.Sprint(id, "/", k)
		}
		b.add(origin{n, as}, b.instant(p, as), convention.Movement{ID: name, From: from, To: to, Amount: d.amount, Earmark: "M" + strconv.FormatInt(d.deposit, 10)})
	}
	return true
}

func (b *binder) instant(p *trace.Payment, as part) trace.Instant {
	if as == settled || as == arriving {
		return p.Arrived
	}
	return p.Left
}

// byLot adds a payment lot by lot, each with the lot that it was drawn from: what RECORDED goes by.
func (b *binder) byLot(n int32, p *trace.Payment, to string) {
	spends := p.From != 0 && b.spends(p.From)
	for i := range p.Lots {
		l := &p.Lots[i]
		id, from := strconv.FormatInt(int64(l.Lot), 10), b.name(p.From)
		parent := l.Parent
		for up, ok := b.above[parent]; ok; up, ok = b.above[parent] {
			parent = up
		}
		draws := []convention.Draw{{Deposit: "M" + strconv.FormatInt(int64(parent), 10), Amount: l.Amount}}
		source := b.enters(p, l)
		if source != "" && spends {
			b.add(origin{n, again}, p.Left, convention.Movement{ID: "X" + id, From: from, Amount: l.Amount, Draws: draws})
		}
		if source != "" || !spends {
			if source == "" {
				source = b.beyond(p.From)
			}
			switch {
			case to == "":
			case p.UnderWay():
				b.add(origin{n, entering}, p.Left, convention.Movement{ID: "N" + id, To: transitPrefix + id, Amount: l.Amount, Tag: source})
			default:
				b.add(origin{n, entering}, p.Arrived, convention.Movement{ID: "M" + id, To: to, Amount: l.Amount, Tag: source})
			}
			continue
		}
		if p.Left == p.Arrived {
			b.add(origin{n, settled}, p.Arrived, convention.Movement{ID: "M" + id, From: from, To: to, Amount: l.Amount, Draws: draws})
			continue
		}
		transit := transitPrefix + id
		b.add(origin{n, leaving}, p.Left, convention.Movement{ID: "L" + id, From: from, To: transit, Amount: l.Amount, Draws: draws})
		if !p.UnderWay() {
			b.add(origin{n, arriving}, p.Arrived, convention.Movement{ID: "M" + id, From: transit, To: to, Amount: l.Amount,
				Draws: []convention.Draw{{Deposit: "L" + id, Amount: l.Amount}}})
		}
	}
}
