package arena

// Value dates may contradict the order in which the ledger came to know of payments: money is reserved or paid on a day,
// the reservation lapses or the payment is reversed later, and what is then paid out of the same money is dated before.
// As of a day in between both stand side by side, and together they are more than the money there is. What is known to have
// come to nothing gives way, so that totals close as of every day.

// gaveWay reports whether a lot that carried money on the day asked for gives way.
func (v *View) gaveWay(i int32) bool {
	k := &v.arena.kin[i]
	return k.parent != none && v.doomed(k.move) && (v.overdrawn(k.parent) || v.gaveWay(k.parent))
}

// doomed reports whether a movement came to nothing after the day asked for, as far as is known.
func (v *View) doomed(m int32) bool {
	for i := v.arena.moves[m].change; i != none; i = v.arena.changes[i].before {
		if c := &v.arena.changes[i]; c.block <= v.known {
			return c.stage > credited
		}
	}
	return false
}

// overdrawn reports whether more was drawn from a lot by the day asked for than there is.
func (v *View) overdrawn(lot int32) bool {
	a := v.arena
	left := a.lots[lot].amount
	for _, k := range a.children(lot, nil) {
		if c := v.stage(&a.moves[a.kin[k].move]); c != nil && c.stage <= credited {
			left -= a.lots[k].amount
		}
	}
	return left < 0
}
