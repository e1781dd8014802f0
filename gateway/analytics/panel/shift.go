package panel

import (
	"fmt"
	"math"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/table"
)

// rowKey is the place of a row in the panel.
type rowKey struct{ entity, time int }

// places finds the row of every entity and time. Errors: ALREADY_EXISTS with both rows.
func places(entity, time group, at []int) (map[rowKey]int, error) {
	rows := make(map[rowKey]int, len(entity.of))
	for i := range entity.of {
		key := rowKey{int(entity.of[i]), at[time.of[i]]}
		if first, twice := rows[key]; twice {
			return nil, ledger.Refuse(ledger.AlreadyExists, fmt.Sprintf("rows %d and %d have the same %s and %s", first+2, i+2, entity.name, time.name), "column", entity.name)
		}
		rows[key] = i
	}
	return rows, nil
}

// unique refuses two rows of one entity and time.
func unique(entity, time group) error {
	if both := cross(entity, time); both.levels == len(both.of) {
		return nil
	}
	plain := make([]int, time.levels)
	for l := range plain {
		plain[l] = l
	}
	_, err := places(entity, time, plain)
	return err
}

// shifted answers the values of x by steps earlier (steps > 0) or later (steps < 0) of the same entity, and which rows have no such
// neighbour. Only time - steps itself is a neighbour: where a year is missing, nothing takes its place.
func shifted(x []float64, rows map[rowKey]int, entity, time group, at []int, steps int) (out []float64, alone []bool) {
	out, alone = make([]float64, len(x)), make([]bool, len(x))
	for i := range x {
		j, ok := rows[rowKey{int(entity.of[i]), at[time.of[i]] - steps}]
		if !ok {
			out[i], alone[i] = math.NaN(), true
			continue
		}
		out[i] = x[j]
	}
	return out, alone
}

// shiftName names a lag or lead as Stata does.
func shiftName(name string, steps int) string {
	if steps > 0 {
		return fmt.Sprintf("L%d.%s", steps, name)
	}
	return fmt.Sprintf("F%d.%s", -steps, name)
}

// logarithm takes ln(x), or ln(1+x), of a column. Errors: FIELD_INVALID with row and column.
func logarithm(name string, x []float64, plus bool) ([]float64, error) {
	out := make([]float64, len(x))
	for i, v := range x {
		switch {
		case plus && v <= -1:
			return nil, table.Bad(name, i, fmt.Sprintf("ln(1+x) of %g is not there", v))
		case !plus && v <= 0:
			return nil, table.Bad(name, i, fmt.Sprintf("ln(x) of %g is not there: take ln(1+x), or ppml for counts with zeros", v))
		case plus:
			out[i] = math.Log1p(v)
		default:
			out[i] = math.Log(v)
		}
	}
	return out, nil
}
