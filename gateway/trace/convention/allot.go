package convention

import (
	"math/bits"
	"slices"
)

// Part is an amount of one source. Sources are numbered in ascending order of their names.
type Part struct {
	Source int32
	Amount int64 // minor units, positive
}

// allot divides amount among parts in proportion to theirs: each gets the whole units of its share, and the units that
// are left go to the largest remainders, ties to the lower source. total is the parts' sum; amount is at most total.
// Whoever takes gets a list without empty parts; the parts keep the rest. Golden: 100 among three equal parts is 34, 33, 33.
func allot(parts []Part, total, amount int64) (taken []Part) {
	if amount == 0 {
		return nil
	}
	taken = make([]Part, len(parts))
	type remainder struct {
		at   int
		left uint64
	}
	var remainders []remainder
	given := int64(0)
	for i, p := range parts {
		hi, lo := bits.Mul64(uint64(amount), uint64(p.Amount))
		q, r := bits.Div64(hi, lo, uint64(total))
		taken[i] = Part{p.Source, int64(q)}
		given += int64(q)
		if r > 0 {
			remainders = append(remainders, remainder{i, r})
		}
	}
	if rest := int(amount - given); rest > 0 {
		slices.SortStableFunc(remainders, func(x, y remainder) int {
			switch {
			case x.left > y.left:
				return -1
			case x.left < y.left:
				return 1
			}
			return x.at - y.at
		})
		for _, r := range remainders[:rest] {
			taken[r.at].Amount++
		}
	}
	return slices.DeleteFunc(taken, func(p Part) bool { return p.Amount == 0 })
}

// subtract takes parts away from a list that holds them; both are in order of source. What is empty goes.
func subtract(from, parts []Part) []Part {
	k := 0
	for i := range from {
		if k < len(parts) && parts[k].Source == from[i].Source {
			from[i].Amount -= parts[k].Amount
			k++
		}
	}
	return slices.DeleteFunc(from, func(p Part) bool { return p.Amount == 0 })
}

// add merges parts into a list in order of source and answers the list.
func add(to, parts []Part) []Part {
	for _, p := range parts {
		i, found := slices.BinarySearchFunc(to, p.Source, func(x Part, s int32) int { return int(x.Source) - int(s) })
		if found {
			to[i].Amount += p.Amount
		} else {
			to = slices.Insert(to, i, p)
		}
	}
	return to
}

func sum(parts []Part) (total int64) {
	for _, p := range parts {
		total += p.Amount
	}
	return total
}
