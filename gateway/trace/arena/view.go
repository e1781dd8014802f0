package arena

import (
	"context"
	"math"
	"slices"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace"
)

// Moment is what a reader wants to look at: what was true by a value date, as far as the ledger knew it at a block.
type Moment struct {
	AsOf  string // YYYY-MM-DD; empty: every value date
	Known uint64 // the last block that counts
}

// View is the forest at one moment, as one reader sees it. Its references count lots from 1 and are the arena's own;
// what is told about them comes from the forest underneath.
type View struct {
	arena *Arena
	under trace.Forest // answers accounts, facts, owners; its references are the ones given to Add
	seen  Seen         // nil: the reader sees every lot
	asOf  int32
	known uint32
}

var _ trace.Forest = (*View)(nil)

// Seen tells which lots a reader may see: a bit for each, by its position. Lots that were added later are not among them.
type Seen []uint64

// See makes Seen of the lots with some references, in ascending order. References of no lot are passed over.
func (a *Arena) See(refs []int64) Seen {
	a.mu.RLock()
	defer a.mu.RUnlock()
	out := make(Seen, (len(a.kin)+63)/64)
	at := 0
	for _, ref := range refs {
		for at < len(a.kin) && a.kin[at].ref < ref {
			at++
		}
		if at < len(a.kin) && a.kin[at].ref == ref {
			out[at>>6] |= 1 << (at & 63)
		}
	}
	return out
}

// At looks at the arena at a moment. under speaks the references that were given to Add; seen tells which lots the reader
// may see, nil for all. Errors: a date that is none.
func (a *Arena) At(m Moment, under trace.Forest, seen Seen) (*View, error) {
	a.arrange()
	v := &View{arena: a, under: under, seen: seen, asOf: math.MaxInt32, known: uint32(min(m.Known, math.MaxUint32))}
	if m.AsOf != "" {
		d, err := day(m.AsOf)
		if err != nil {
			return nil, err
		}
		v.asOf = d
	}
	return v, nil
}

// stage answers the newest change of a movement that the moment knows of; nil when it did not exist yet.
func (v *View) stage(m *move) *change {
	for i := m.change; i != none; i = v.arena.changes[i].before {
		if c := &v.arena.changes[i]; c.block <= v.known && c.date <= v.asOf {
			return c
		}
	}
	return nil
}

// lot answers a lot as it stood; ok is false when it did not exist yet. What was drawn follows from its children.
func (v *View) lot(i int32) (trace.Lot, bool) {
	a := v.arena
	l, r := &a.lots[i], &a.kin[i]
	standing, ok := v.standing(i)
	if !ok {
		return trace.Lot{}, false
	}
	out := trace.Lot{Ref: trace.Ref(i) + 1, Movement: trace.Ref(r.move) + 1, Account: trace.Ref(a.accounts[r.account]), Amount: l.amount,
		Standing: standing, Hidden: v.hides(i), Parent: trace.Ref(r.parent) + 1, Root: trace.Ref(i) + 1}
	for p := r.parent; p != none; p = a.kin[p].parent {
		out.Root = trace.Ref(p) + 1
	}
	for _, k := range a.children(i, nil) {
		if v.carries(k) {
			out.Drawn += a.lots[k].amount
		}
	}
	return out, true
}

// hides reports whether the reader may not see a lot.
func (v *View) hides(i int32) bool {
	if v.seen == nil {
		return false
	}
	word := int(i >> 6)
	return word >= len(v.seen) || v.seen[word]&(1<<(i&63)) == 0
}

// carries reports whether a lot existed at the moment and carried money.
func (v *View) carries(i int32) bool {
	s, ok := v.standing(i)
	return ok && s != trace.Dead
}

// valued answers the value date of a movement at the moment: of its credit, or as recorded while there is none. What came
// after the credit, such as an attestation, does not change it.
func (v *View) valued(m *move) (date int32) {
	arrived := false
	for i := m.change; i != none; i = v.arena.changes[i].before {
		c := &v.arena.changes[i]
		if c.block > v.known || c.date > v.asOf {
			continue
		}
		if c.stage == credited {
			date, arrived = c.date, true
		} else if !arrived {
			date = c.date
		}
	}
	return date
}

// Find answers the lot of that identifier. Errors: LOT_UNKNOWN, also where it did not exist at the moment.
func (v *View) Find(ctx context.Context, id string) (trace.Lot, error) {
	found, err := v.under.Find(ctx, id)
	if err != nil {
		return trace.Lot{}, err
	}
	v.arena.mu.RLock()
	defer v.arena.mu.RUnlock()
	if i, ok := v.arena.find(int64(found.Ref)); ok {
		if l, ok := v.lot(i); ok {
			return l, nil
		}
	}
	return trace.Lot{}, notYet(id)
}

// Lots answers lots in ascending order.
func (v *View) Lots(_ context.Context, refs []trace.Ref) ([]trace.Lot, error) {
	v.arena.mu.RLock()
	defer v.arena.mu.RUnlock()
	sorted := slices.Compact(slices.Sorted(slices.Values(refs)))
	out := make([]trace.Lot, 0, len(sorted))
	for _, r := range sorted {
		if r < 1 || int(r) > len(v.arena.lots) {
			continue
		}
		if l, ok := v.lot(int32(r - 1)); ok {
			out = append(out, l)
		}
	}
	return out, nil
}

// Children answers the lots that were drawn from any of the parents, in ascending order.
func (v *View) Children(_ context.Context, parents []trace.Ref) ([]trace.Lot, error) {
	a := v.arena
	a.mu.RLock()
	defer a.mu.RUnlock()
	var out []trace.Lot
	for _, p := range parents {
		if p < 1 || int(p) > len(a.lots) {
			continue
		}
		for _, k := range a.children(int32(p-1), nil) {
			if l, ok := v.lot(k); ok {
				out = append(out, l)
			}
		}
	}
	slices.SortFunc(out, func(x, y trace.Lot) int { return int(x.Ref - y.Ref) })
	return out, nil
}

// Held answers every lot that had been yielded to any of the accounts by the moment, in ascending order, with its date.
func (v *View) Held(_ context.Context, accounts []trace.Ref) ([]trace.Lot, error) {
	a := v.arena
	a.mu.RLock()
	defer a.mu.RUnlock()
	var out []trace.Lot
	for _, r := range accounts {
		n, ok := a.number[int64(r)]
		if !ok {
			continue
		}
		for i := a.latest[n]; i != none; i = a.kin[i].held {
			if l, ok := v.lot(i); ok {
				l.Date = dateOf(v.valued(&a.moves[a.kin[i].move]))
				out = append(out, l)
			}
		}
	}
	slices.SortFunc(out, func(x, y trace.Lot) int { return int(x.Ref - y.Ref) })
	return out, nil
}

// Accounts answers accounts and sinks.
func (v *View) Accounts(ctx context.Context, accounts []trace.Ref) ([]trace.Account, error) {
	return v.under.Accounts(ctx, accounts)
}

// Facts answers what may be told about lots, with stage, level and date as they were at the moment.
func (v *View) Facts(ctx context.Context, lots []trace.Ref) ([]trace.Fact, error) {
	refs := make([]trace.Ref, 0, len(lots))
	v.arena.mu.RLock()
	for _, r := range lots {
		if r >= 1 && int(r) <= len(v.arena.lots) {
			refs = append(refs, trace.Ref(v.arena.kin[r-1].ref))
		}
	}
	v.arena.mu.RUnlock()
	facts, err := v.under.Facts(ctx, refs)
	if err != nil {
		return nil, err
	}
	v.arena.mu.RLock()
	defer v.arena.mu.RUnlock()
	for k := range facts {
		f := &facts[k]
		i, ok := v.arena.find(int64(f.Ref))
		if !ok {
			continue
		}
		f.Ref = trace.Ref(i) + 1
		m := &v.arena.moves[v.arena.kin[i].move]
		if c := v.stage(m); c != nil {
			f.Stage, f.Level, f.Date = stages[c.stage], levelOf(c.level), dateOf(v.valued(m))
		}
	}
	return facts, nil
}

// OwnedBy answers the accounts of a party. Errors: PARTY_UNKNOWN.
func (v *View) OwnedBy(ctx context.Context, party string) ([]trace.Ref, error) {
	return v.under.OwnedBy(ctx, party)
}

// AccountOf answers the account of a fund. Errors: FUND_UNKNOWN.
func (v *View) AccountOf(ctx context.Context, fund string) (trace.Ref, error) {
	return v.under.AccountOf(ctx, fund)
}

// Paths answers how vouchers came to those who held them last.
func (v *View) Paths(ctx context.Context, vouchers []string) ([]trace.Path, error) {
	return v.under.Paths(ctx, vouchers)
}

// State is how a movement stood.
type State struct {
	Stage ledger.Stage
	Level ledger.Level
	Date  string // value date of the stage, YYYY-MM-DD
}

// StateOf answers how a movement stood at the moment, by the caller's reference; ok is false when it did not exist yet.
func (v *View) StateOf(movement int64) (s State, ok bool) {
	a := v.arena
	a.mu.RLock()
	defer a.mu.RUnlock()
	i, ok := search(len(a.moves), func(i int) int64 { return a.moves[i].ref }, movement)
	if !ok {
		return State{}, false
	}
	c := v.stage(&a.moves[i])
	if c == nil {
		return State{}, false
	}
	return State{stages[c.stage], levelOf(c.level), dateOf(v.valued(&a.moves[i]))}, true
}
