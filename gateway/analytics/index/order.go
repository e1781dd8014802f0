package index

import "math"

// order sorts the rows of a panel by value, again and again. Ten thousand runs spend most of their time here, so that it is a
// radix sort: eight passes over bytes, without a comparison. One order gives places in the base panel and ranks within years alike.
type order struct {
	rows, other []uint32 // rows that have a value, from the lowest up; memory for the passes
	keys, next  []uint64
}

// key maps a number to an integer of the same order.
func key(v float64) uint64 {
	bits := math.Float64bits(v)
	if bits>>63 == 1 {
		return ^bits
	}
	return bits | 1<<63
}

// sort orders the rows by their values; rows without one are left out.
func (o *order) sort(values []float64) {
	if cap(o.rows) < len(values) {
		o.rows, o.other = make([]uint32, len(values)), make([]uint32, len(values))
		o.keys, o.next = make([]uint64, len(values)), make([]uint64, len(values))
	}
	rows, keys := o.rows[:0], o.keys[:0]
	var counts [8][256]uint32
	for i, v := range values {
		if v != v {
			continue
		}
		k := key(v)
		rows, keys = append(rows, uint32(i)), append(keys, k)
		for b := range counts {
			counts[b][byte(k>>(8*b))]++
		}
	}
	other, next := o.other[:len(rows)], o.next[:len(rows)]
	for b := range counts {
		count := &counts[b]
		if len(keys) > 0 && count[byte(keys[0]>>(8*b))] == uint32(len(keys)) {
			continue // all have the same byte here
		}
		at := uint32(0)
		for d, n := range count {
			count[d], at = at, at+n
		}
		for i, k := range keys {
			d := byte(k >> (8 * b))
			to := count[d]
			count[d]++
			next[to], other[to] = k, rows[i]
		}
		rows, other, keys, next = other, rows, next, keys
	}
	o.rows, o.other, o.keys, o.next = rows, other[:cap(other)], keys, next[:cap(next)]
}

// scores writes 100·k/N over the base rows of each value into out, k by the tie rule; NaN for rows without a value.
func (o *order) scores(out, values []float64, inBase []bool, ties string) {
	if len(o.rows) < len(values) {
		for i := range out {
			out[i] = math.NaN()
		}
	}
	n := 0
	for _, r := range o.rows {
		if inBase[r] {
			n++
		}
	}
	below := 0
	for from := 0; from < len(o.rows); {
		to, equal := from, 0
		for v := values[o.rows[from]]; to < len(o.rows) && values[o.rows[to]] == v; to++ {
			if inBase[o.rows[to]] {
				equal++
			}
		}
		score := 100 * standing(below, equal, ties) / float64(n)
		for ; from < to; from++ {
			out[o.rows[from]] = score
		}
		below += equal
	}
}

// standing is where values stand of which some are in the base, with others below: under the rule upper all that are not above
// count, under middle half of the equals, under lower one of them. What is not in the base stands alike under any rule.
func standing(below, equal int, ties string) float64 {
	switch {
	case equal == 0 || ties == "upper":
		return float64(below + equal)
	case ties == "lower":
		return float64(below) + 1
	default:
		return float64(below) + float64(equal+1)/2
	}
}

// years keeps, while ranks are given, how many of each year have one.
type years struct {
	seen, rank []uint16
	value      []float64
}

// ranks writes each row's rank within its span into out: one more than those above it, ties sharing the better rank, 0 for rows
// without a value. Rows behind out are passed over.
func (o *order) ranks(out []uint16, values []float64, spanOf []uint32, spans int, y *years) {
	if len(y.seen) < spans {
		y.seen, y.rank, y.value = make([]uint16, spans), make([]uint16, spans), make([]float64, spans)
	}
	clear(y.seen)
	if len(o.rows) < len(values) {
		clear(out)
	}
	for i := len(o.rows) - 1; i >= 0; i-- {
		r := o.rows[i]
		if int(r) >= len(out) {
			continue
		}
		s, v := spanOf[r], values[r]
		y.seen[s]++
		if y.seen[s] == 1 || v != y.value[s] {
			y.rank[s], y.value[s] = y.seen[s], v
		}
		out[r] = y.rank[s]
	}
}
