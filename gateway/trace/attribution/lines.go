package attribution

import (
	"context"
	"fmt"

	"fundtrace/gateway/trace"
)

// step is a payment that carried money of the source: a line before it is told in the ledger's words.
type step struct {
	payment             int32
	of                  int64
	before, after, held int64
	fresh               bool // it entered
}

// steps lists the payments that carried money of the source, in the order in which they were taken.
func (o *outcome) steps() []step {
	var out []step
	source, all := make([]int64, len(o.book.Accounts())), make([]int64, len(o.book.Accounts()))
	number := make(map[string]int, len(source))
	for i, name := range o.book.Accounts() {
		number[name] = i
	}
	open := map[int32]int{} // payment → its line, while it leaves piece by piece
	for i := range o.book.Movements {
		m, from := &o.book.Movements[i], o.book.origins[i]
		v := o.Of(o.Carried[i], o.scene.name)
		fresh := from.part == entering
		at := m.From
		if fresh {
			at = m.To
		}
		if v > 0 && from.part != wired && from.part != arriving {
			n := number[at]
			if k, ok := open[from.payment]; ok && !fresh && !out[k].fresh {
				out[k].of += v
				out[k].after -= v
			} else {
				s := step{payment: from.payment, of: v, before: source[n], after: source[n] - v, held: all[n], fresh: fresh}
				if fresh {
					s.after = s.before + v
				}
				open[from.payment] = len(out)
				out = append(out, s)
			}
		}
		if m.From != "" {
			source[number[m.From]] -= v
			all[number[m.From]] -= m.Amount
		}
		if m.To != "" {
			source[number[m.To]] += v
			all[number[m.To]] += m.Amount
		}
	}
	return out
}

// list tells a page of the lines.
func (o *outcome) list(ctx context.Context, r Record, hops map[trace.Ref]int, options trace.Options, out *Answer) error {
	w, err := options.Window()
	if err != nil {
		return err
	}
	var page []step
	total := 0
	for _, s := range o.steps() {
		p := &o.book.payment[s.payment]
		depth := 0
		if !s.fresh {
			depth = hops[p.From] + 1
		}
		if options.Depth > 0 && depth > options.Depth {
			out.Truncated = true
			continue
		}
		if w.Holds(total) {
			page = append(page, s)
		}
		total++
	}
	out.Next = w.Next(total)
	out.Lines, err = o.tell(ctx, r, page)
	return err
}

// batch is how many lots are asked about at once.
const batch = 4096

func (o *outcome) tell(ctx context.Context, r Record, page []step) ([]Line, error) {
	var lots []trace.Ref
	for _, s := range page {
		for _, l := range o.book.payment[s.payment].Lots {
			lots = append(lots, l.Lot)
		}
	}
	facts := make(map[trace.Ref]*trace.Fact, len(lots))
	for from := 0; from < len(lots); from += batch {
		found, err := r.Facts(ctx, lots[from:min(len(lots), from+batch)])
		if err != nil {
			return nil, err
		}
		for i := range found {
			facts[found[i].Ref] = &found[i]
		}
	}
	lines := make([]Line, len(page))
	for i, s := range page {
		p := &o.book.payment[s.payment]
		f := facts[p.Lots[0].Lot]
		if f == nil {
			return nil, fmt.Errorf("%w: nothing is known of lot %d", trace.ErrUnbalanced, p.Lots[0].Lot)
		}
		l := Line{Movement: f.ID, Kind: f.Kind, Stage: f.Stage, Level: f.Level, Date: trace.DateOf(p.Left.Day), Dated: f.Date, From: f.From, To: f.To, Payee: f.Payee,
			Amount: p.Amount(), Of: s.of, Before: s.before, After: s.after, Held: s.held, Lots: []string{}}
		if s.fresh && !p.UnderWay() {
			l.Date = trace.DateOf(p.Arrived.Day)
		}
		for _, piece := range p.Lots {
			l.Lots = append(l.Lots, facts[piece.Lot].Lot)
		}
		lines[i] = l
	}
	return lines, nil
}
