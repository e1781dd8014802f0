package ways

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"fundtrace/gateway/trace"
	"fundtrace/gateway/trace/attribution"
)

// Circle is money that the ledger recorded coming back to who had paid it, along one chain of parties.
type Circle struct {
	Stops  []Stop `json:"stops"`         // who paid, who handed on, and who paid once more
	Amount int64  `json:"amount,string"` // that came back, minor units
	Times  int    `json:"times"`         // payments that brought it back
	First  string `json:"first"`         // day on which the first of it left
	Last   string `json:"last"`          // day on which the last of it came back
	Days   int    `json:"days"`          // the least from leaving to coming back
	// Movements are those of the first time, from the payment that left to the one that came back.
	Movements []string `json:"movements"`
	Currency  string   `json:"currency"`
	lots      []trace.Ref
	last      int64 // movement that brought something back last
	dates     [2]int32
}

// Circles is all money that came back, the greatest circle first. It is exact: every lot has one parent.
type Circles struct {
	Hops      int      `json:"hops"`
	Rows      []Circle `json:"rows"`
	Found     int      `json:"found"`
	Truncated bool     `json:"truncated"` // of the answer: Found are more than are listed
}

// Returned answers the money that came back to who had paid it, over at most so many payments: to any party, or to the
// owner of some accounts. Money that came back twice counts each time.
func Returned(ctx context.Context, r Record, to []trace.Ref, o Options) (*Circles, error) {
	o = o.bounded()
	accounts := r.Accounts()
	terms := make(map[trace.Ref]*attribution.Terms, len(accounts))
	for part := range slices.Chunk(accounts, 4096) {
		found, err := termsOf(ctx, r, part)
		if err != nil {
			return nil, err
		}
		for ref, t := range found {
			terms[ref] = t
		}
	}
	groups := map[string]int{}
	group := func(ref trace.Ref) int {
		t := terms[ref]
		if t == nil || t.Place == trace.InSink {
			return 0
		}
		key := cmp.Or(t.Owner, t.ID)
		if groups[key] == 0 {
			groups[key] = len(groups) + 1
		}
		return groups[key]
	}
	rows := map[string]*Circle{}
	err := r.Returns(ctx, group, o.Hops, func(chain []trace.Ref) {
		payments := r.PaymentsOf(chain[1:])
		if len(payments) == 0 || len(to) > 0 && !slices.Contains(to, payments[len(payments)-1].To) {
			return
		}
		left, back := payments[0].Left.Day, payments[len(payments)-1]
		if o.Days > 0 && int(back.Arrived.Day-left) > o.Days {
			return
		}
		stops, key := stopsOf(terms, payments)
		c := rows[key]
		if c == nil {
			c = &Circle{Stops: stops, Days: 1 << 30, dates: [2]int32{left, back.Arrived.Day}, lots: slices.Clone(chain[1:]), Currency: terms[back.To].Currency}
			rows[key] = c
		}
		for _, l := range back.Lots {
			if l.Lot == chain[len(chain)-1] {
				c.Amount += l.Amount
			}
		}
		if c.last != back.Movement {
			c.last = back.Movement
			c.Times++
		}
		c.dates = [2]int32{min(c.dates[0], left), max(c.dates[1], back.Arrived.Day)}
		c.Days = min(c.Days, int(back.Arrived.Day-left))
	})
	if err != nil {
		return nil, err
	}
	out := &Circles{Hops: o.Hops, Found: len(rows), Rows: make([]Circle, 0, len(rows))}
	for _, c := range rows {
		c.First, c.Last = trace.DateOf(c.dates[0]), trace.DateOf(c.dates[1])
		out.Rows = append(out.Rows, *c)
	}
	slices.SortFunc(out.Rows, func(x, y Circle) int {
		return cmp.Or(cmp.Compare(y.Amount, x.Amount), cmp.Compare(fmt.Sprint(x.Stops), fmt.Sprint(y.Stops)))
	})
	out.Rows, out.Truncated = out.Rows[:min(len(out.Rows), o.Limit)], len(out.Rows) > o.Limit
	return out, out.name(ctx, r)
}

// stopsOf names the parties along payments, transfers within a party left out.
func stopsOf(terms map[trace.Ref]*attribution.Terms, payments []trace.Payment) (stops []Stop, key string) {
	accounts := []trace.Ref{payments[0].From}
	for i := range payments {
		accounts = append(accounts, payments[i].To)
	}
	for _, ref := range accounts {
		t := terms[ref]
		s := Stop{ID: cmp.Or(t.Owner, t.ID), Label: t.Label, Fund: t.Fund}
		if n := len(stops); n > 0 && stops[n-1].ID == s.ID {
			continue
		}
		stops = append(stops, s)
		key += s.ID + "\n"
	}
	return stops, key
}

func (c *Circles) name(ctx context.Context, r Record) error {
	for i := range c.Rows {
		row := &c.Rows[i]
		facts, err := r.Facts(ctx, row.lots)
		if err != nil {
			return err
		}
		ids := make(map[trace.Ref]string, len(facts))
		for k := range facts {
			ids[facts[k].Ref] = facts[k].ID
		}
		row.Movements = make([]string, len(row.lots))
		for k, l := range row.lots {
			row.Movements[k] = ids[l]
		}
	}
	return nil
}
