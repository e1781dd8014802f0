package arena

import (
	"slices"

	"fundtrace/gateway/trace"
)

// Statements reads a view account by account, as bank statements are. It remembers what it has worked out and is for one goroutine.
type Statements struct {
	view *View
	when map[int32]*timing // by movement
}

// Statements answers a reader of the view's payments.
func (v *View) Statements() *Statements { return &Statements{view: v, when: map[int32]*timing{}} }

// Moment names what the view looks at: the last value date, as days since 1970-01-01, and the last block that count.
func (v *View) Moment() (asOf int32, known uint32) { return v.asOf, v.known }

// timing is when a movement left its payer and arrived.
type timing struct {
	left, arrived trace.Instant
	dated         int32
	lots          int  // that exist: see exists
	dead          bool // it came to nothing, or had not begun
	missing       []int32
}

// exists reports whether a lot of the movement carried money at the moment: the lot that it was drawn from had arrived.
func (t *timing) exists(lot int32) bool { return !t.dead && !slices.Contains(t.missing, lot) }

// Payments answers the payments to an account and those from it, each in the order of the ledger. Accounts are named as they
// were given to Add; a payment between two accounts is answered for each of them.
func (p *Statements) Payments(account trace.Ref) (in, out []trace.Payment) {
	a := p.view.arena
	a.mu.RLock()
	defer a.mu.RUnlock()
	n, ok := a.number[int64(account)]
	if !ok {
		return nil, nil
	}
	var arriving, leaving []int32
	for i := a.latest[n]; i != none; i = a.kin[i].held {
		arriving = append(arriving, a.kin[i].move)
		for _, k := range a.children(i, nil) {
			leaving = append(leaving, a.kin[k].move)
		}
	}
	return p.payments(arriving), p.payments(leaving)
}

// PaymentsOf answers the payments that yielded lots of the view, each once.
func (p *Statements) PaymentsOf(lots []trace.Ref) []trace.Payment {
	a := p.view.arena
	a.mu.RLock()
	defer a.mu.RUnlock()
	moves := make([]int32, 0, len(lots))
	for _, ref := range lots {
		if ref >= 1 && int(ref) <= len(a.lots) {
			moves = append(moves, a.kin[ref-1].move)
		}
	}
	return p.payments(moves)
}

// payments answers movements once each, without those that carried nothing.
func (p *Statements) payments(moves []int32) []trace.Payment {
	slices.Sort(moves)
	moves = slices.Compact(moves)
	out := make([]trace.Payment, 0, len(moves))
	for _, m := range moves {
		if x, ok := p.payment(m); ok {
			out = append(out, x)
		}
	}
	return out
}

func (p *Statements) payment(m int32) (trace.Payment, bool) {
	t := p.timing(m)
	if t.dead || t.lots == 0 {
		return trace.Payment{}, false
	}
	a := p.view.arena
	first := a.moves[m].lots
	x := trace.Payment{Movement: a.moves[m].ref, To: trace.Ref(a.accounts[a.kin[first].account]), Left: t.left, Arrived: t.arrived, Dated: t.dated,
		Lots: make([]trace.Piece, 0, t.lots)}
	for i := first; int(i) < len(a.lots) && a.kin[i].move == m; i++ {
		if !t.exists(i) {
			continue
		}
		parent := a.kin[i].parent
		if parent != none {
			x.From = trace.Ref(a.accounts[a.kin[parent].account])
		}
		x.Lots = append(x.Lots, trace.Piece{Lot: trace.Ref(i) + 1, Parent: trace.Ref(parent) + 1, Amount: a.lots[i].amount})
	}
	return x, true
}

// timing works out when a movement left and arrived: as its bank says, and not before the money that it draws on. The
// caller holds the lock. Lots draw on older ones, so that this ends.
func (p *Statements) timing(m int32) *timing {
	if t := p.when[m]; t != nil {
		return t
	}
	t := &timing{}
	p.when[m] = t
	a := p.view.arena
	if !p.dates(m, t) {
		t.dead = true
		return t
	}
	doomed := p.view.doomed(m)
	for i := a.moves[m].lots; int(i) < len(a.lots) && a.kin[i].move == m; i++ {
		parent := a.kin[i].parent
		if parent == none {
			t.lots++
			continue
		}
		above := p.timing(a.kin[parent].move)
		if !above.exists(parent) || above.arrived.Day == trace.NotArrived || doomed && p.view.overdrawn(parent) {
			t.missing = append(t.missing, i)
			continue
		}
		t.lots++
		t.left.Day = max(t.left.Day, above.arrived.Day)
	}
	if t.arrived.Day != trace.NotArrived {
		t.arrived.Day = max(t.arrived.Day, t.left.Day)
	}
	return t
}

// dates reads what the banks say of a movement, as far as the moment knows: the first day of each stage, for attestations
// come later. A reservation counts as gone from its payer, from the day of the instruction until a debit tells a better
// one. It answers false where nothing was moved.
func (p *Statements) dates(m int32, t *timing) bool {
	a, v := p.view.arena, p.view
	if c := v.stage(&a.moves[m]); c == nil || c.stage > credited {
		return false
	}
	var days [credited + 1]trace.Instant // by stage
	for i := range days {
		days[i].Day = trace.NotArrived
	}
	for i := a.moves[m].change; i != none; i = a.changes[i].before {
		if c := &a.changes[i]; c.block <= v.known && c.date <= v.asOf && c.stage <= credited {
			days[c.stage] = trace.Instant{Day: c.date, Seq: int64(c.block)<<32 | int64(m)}
		}
	}
	t.arrived = days[credited]
	for _, s := range []stage{debited, credited, 0} {
		if t.left = days[s]; t.left.Day != trace.NotArrived {
			break
		}
	}
	t.dated = t.left.Day
	if t.arrived.Day != trace.NotArrived {
		t.dated = t.arrived.Day
	}
	return true
}

// Accounts lists every account and sink that holds or held a lot, in the order in which the ledger first paid them.
func (p *Statements) Accounts() []trace.Ref {
	a := p.view.arena
	a.mu.RLock()
	defer a.mu.RUnlock()
	out := make([]trace.Ref, len(a.accounts))
	for i, ref := range a.accounts {
		out[i] = trace.Ref(ref)
	}
	return out
}

// Lots translates references that were given to Add into those of the view. What is not there is passed over.
func (p *Statements) Lots(given []int64) []trace.Ref {
	a := p.view.arena
	a.mu.RLock()
	defer a.mu.RUnlock()
	out := make([]trace.Ref, 0, len(given))
	for _, ref := range given {
		if i, ok := a.find(ref); ok {
			out = append(out, trace.Ref(i)+1)
		}
	}
	return out
}

// Given translates references of lots of the view into those that were given to Add, one for each.
func (p *Statements) Given(lots []trace.Ref) []trace.Ref {
	a := p.view.arena
	a.mu.RLock()
	defer a.mu.RUnlock()
	out := make([]trace.Ref, len(lots))
	for i, ref := range lots {
		if ref >= 1 && int(ref) <= len(a.kin) {
			out[i] = trace.Ref(a.kin[ref-1].ref)
		}
	}
	return out
}
