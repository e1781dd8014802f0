package panel

import (
	"fmt"
	"math"
	"strconv"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/table"
)

// Data is a panel in memory: columns of Rows values each. NaN is a value that is not there.
type Data struct {
	Rows    int
	Numbers map[string][]float64 // outcome, regressors, weights
	Keys    map[string][]string  // entity, time, effects, clusters
}

// FromTable reads the columns that a spec names. Errors: FIELD_MISSING (a column, or a key with row and column), FIELD_INVALID with
// row and column.
func FromTable(t *table.Table, s Spec) (*Data, error) {
	d := &Data{Rows: t.Rows(), Numbers: map[string][]float64{}, Keys: map[string][]string{}}
	numbers := append([]string{s.Outcome}, s.Regressors...)
	if s.Weights != "" {
		numbers = append(numbers, s.Weights)
	}
	for _, name := range numbers {
		values, err := t.Numbers(name)
		if err != nil {
			return nil, err
		}
		d.Numbers[name] = values
	}
	keys, err := s.keys()
	if err != nil {
		return nil, err
	}
	for _, name := range keys {
		values, err := t.Text(name)
		if err != nil {
			return nil, err
		}
		for i, v := range values {
			if v == "" {
				e := table.Bad(name, i, "the key is missing")
				e.Code = ledger.FieldMissing
				return nil, e
			}
		}
		d.Keys[name] = values
	}
	return d, nil
}

// keys lists the columns that a spec uses as keys.
func (s Spec) keys() ([]string, error) {
	var out []string
	for _, name := range []string{s.Entity, s.Time} {
		if name != "" {
			out = append(out, name)
		}
	}
	for _, list := range [][]string{s.Effects, s.Cluster} {
		for _, name := range list {
			column, err := s.column(name)
			if err != nil {
				return nil, err
			}
			out = append(out, column)
		}
	}
	return out, nil
}

func (d *Data) numbers(name string) ([]float64, error) {
	values, ok := d.Numbers[name]
	if !ok {
		return nil, ledger.Refuse(ledger.FieldMissing, fmt.Sprintf("there is no column %.40q", name), "column", name)
	}
	if len(values) != d.Rows {
		return nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("column %.40q has %d values for %d rows", name, len(values), d.Rows), "column", name)
	}
	return values, nil
}

// group is a column of keys as numbers: levels are numbered in the order in which they come.
type group struct {
	name   string
	of     []uint32
	levels int
}

func (d *Data) group(name string) (group, []string, error) {
	values, ok := d.Keys[name]
	if !ok {
		return group{}, nil, ledger.Refuse(ledger.FieldMissing, fmt.Sprintf("there is no column %.40q", name), "column", name)
	}
	if len(values) != d.Rows {
		return group{}, nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("column %.40q has %d values for %d rows", name, len(values), d.Rows), "column", name)
	}
	number := map[string]uint32{}
	of := make([]uint32, len(values))
	var labels []string
	for i, v := range values {
		if i > 0 && v == values[i-1] {
			of[i] = of[i-1]
			continue
		}
		n, ok := number[v]
		if !ok {
			n = uint32(len(labels))
			number[v] = n
			labels = append(labels, v)
		}
		of[i] = n
	}
	return group{name, of, len(labels)}, labels, nil
}

// renumber numbers the levels of the given rows anew, without those that no row has.
func (g group) renumber(rows []int) group {
	to := make([]uint32, g.levels)
	of := make([]uint32, len(rows))
	next := uint32(0)
	for i, r := range rows {
		l := g.of[r]
		if to[l] == 0 {
			next++
			to[l] = next
		}
		of[i] = to[l] - 1
	}
	return group{g.name, of, int(next)}
}

// sizes counts the rows of each level.
func (g group) sizes() []int {
	out := make([]int, g.levels)
	for _, l := range g.of {
		out[l]++
	}
	return out
}

// cross is the group of the pairs of levels that occur.
func cross(a, b group) group {
	of := make([]uint32, len(a.of))
	next := uint32(0)
	if size := a.levels * b.levels; size <= 1<<26 {
		seen := make([]uint32, size)
		for i := range of {
			at := &seen[int(a.of[i])*b.levels+int(b.of[i])]
			if *at == 0 {
				next++
				*at = next
			}
			of[i] = *at - 1
		}
	} else {
		seen := make(map[uint64]uint32, len(of))
		for i := range of {
			key := uint64(a.of[i])<<32 | uint64(b.of[i])
			n, ok := seen[key]
			if !ok {
				n = next
				next++
				seen[key] = n
			}
			of[i] = n
		}
	}
	return group{a.name + " × " + b.name, of, int(next)}
}

// years reads the labels of a time as whole numbers.
func years(g group, labels []string) ([]int, error) {
	out := make([]int, len(labels))
	for l, text := range labels {
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || v != math.Trunc(v) || math.Abs(v) > 1<<53 {
			for i, of := range g.of {
				if int(of) == l {
					return nil, table.Bad(g.name, i, fmt.Sprintf("%.40q is no whole number: lags and leads count times", text))
				}
			}
		}
		out[l] = int(v)
	}
	return out, nil
}
