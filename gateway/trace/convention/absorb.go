package convention

// OwnSource is the source of money that the target of a question pays out: when it comes back it is the target's own and
// not the source's a second time.
const OwnSource = "TARGET"

// Absorb answers the book for a question about one target account: what reaches the target counts when it first
// arrives, and payments out of the target are new money of the source OwnSource.
func (b *Book) Absorb(target string) *Book {
	n, ok := b.account[target]
	if !ok {
		return b
	}
	out := &Book{Order: b.Order, Movements: make([]Movement, len(b.Movements)), accounts: b.accounts, account: b.account,
		from: make([]int32, len(b.from)), to: b.to, index: b.index}
	copy(out.Movements, b.Movements)
	copy(out.from, b.from)
	for i, from := range b.from {
		if from == n {
			out.Movements[i].From, out.Movements[i].Tag, out.Movements[i].Draws = "", OwnSource, nil
			out.from[i] = noAccount
		}
	}
	return out
}
