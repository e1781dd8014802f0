package relate

import (
	"fmt"
	"math"
	"strings"

	"fundtrace/gateway/analytics/design"
	"fundtrace/gateway/analytics/table"
)

// scoreWords are what columns of scores and ranks are called.
var scoreWords = []string{"score", "index", "rank", "percentile", "quantile", "grade", "得分", "指数", "排名", "名次", "分位", "评分", "百分位"}

// refuseScore refuses a column as an outcome that is a score, an index or a rank: by its name, or because its numbers are
// no counts and look like a score between 0 and 100. Errors: DESIGN_REFUSED.
func refuseScore(column string, values []float64, kind string) error {
	lower := strings.ToLower(column)
	for _, w := range scoreWords {
		if strings.Contains(lower, w) {
			return design.Refuse(fmt.Sprintf("column %.40q is a score, an index or a rank: it is bounded and ordinal, and one region's value depends on all the others, so that no regression on it is meaningful. Take the count it was made from, as ln(1+y)", column),
				"column", column)
		}
	}
	whole, inside, n := true, true, 0
	for _, v := range values {
		if math.IsNaN(v) {
			continue
		}
		n++
		whole = whole && v == math.Trunc(v)
		inside = inside && v >= 0 && v <= 100
	}
	if kind == Count && n > 0 && !whole && inside {
		return design.Refuse(fmt.Sprintf("column %.40q is declared a count, and its values lie between 0 and 100 with decimals: that is a score or a percentage, and no outcome. Take the count it was made from", column), "column", column)
	}
	return nil
}

// outcome reads a column that may be an outcome: not a score, not negative, whole where it counts.
// Errors: FIELD_MISSING, FIELD_INVALID with row and column, DESIGN_REFUSED.
func outcome(t *table.Table, column, kind string) ([]float64, error) {
	values, err := t.Numbers(column)
	if err != nil {
		return nil, err
	}
	if err := refuseScore(column, values, kind); err != nil {
		return nil, err
	}
	for i, v := range values {
		switch {
		case v < 0:
			return nil, table.Bad(column, i, "a count or amount is not negative")
		case kind == Count && v != math.Trunc(v) && !math.IsNaN(v):
			return nil, table.Bad(column, i, "a count is a whole number; say that the outcome is an amount if it is one")
		}
	}
	return values, nil
}
