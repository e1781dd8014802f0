package projection

import (
	"cmp"
	"slices"

	"fundtrace/chaincode/ledger"
)

// inOrder puts the pages of each transaction into an order in which every movement comes after those whose lots it
// draws on. A transaction's writes come by key, and that is another order: page 10 of an entry before page 2, and
// entries by the digest that names them. The order follows from the writes alone, so every fold finds the same.
func inOrder(pages []fact[page]) []fact[page] {
	out := make([]fact[page], 0, len(pages))
	for from := 0; from < len(pages); {
		to := from + 1
		for to < len(pages) && pages[to].tx == pages[from].tx {
			to++
		}
		out = append(out, entriesInOrder(pages[from:to])...)
		from = to
	}
	return out
}

// entriesInOrder orders the pages of one transaction: within an entry by number, entries after those they draw on.
func entriesInOrder(pages []fact[page]) []fact[page] {
	slices.SortStableFunc(pages, func(x, y fact[page]) int {
		return cmp.Or(cmp.Compare(x.value.entry, y.value.entry), cmp.Compare(x.value.index, y.value.index))
	})
	if pages[0].value.entry == pages[len(pages)-1].value.entry {
		return pages
	}
	of := map[string][]fact[page]{}
	for _, p := range pages {
		of[p.value.entry] = append(of[p.value.entry], p)
	}
	out := make([]fact[page], 0, len(pages))
	done := map[string]bool{}
	var place func(entry string)
	place = func(entry string) {
		if done[entry] {
			return
		}
		done[entry] = true
		for _, p := range of[entry] {
			for _, m := range p.value.Movements {
				for _, lot := range append(drawnBy(&m), m.Voucher) {
					if first, err := splitLot(lot); err == nil && of[first.entry] != nil {
						place(first.entry)
					}
				}
			}
		}
		out = append(out, of[entry]...)
	}
	for _, p := range pages {
		place(p.value.entry)
	}
	return out
}

func drawnBy(m *ledger.Movement) []string {
	lots := make([]string, len(m.Draws), len(m.Draws)+1)
	for i, d := range m.Draws {
		lots[i] = d.Lot
	}
	return lots
}
