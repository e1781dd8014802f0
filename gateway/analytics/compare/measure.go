package compare

import (
	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/index"
	"fundtrace/gateway/analytics/table"
)

// Measure adds a column of a table that is no dimension of the index, such as the survival of entrants, under a code. It has
// no score and no rank. Errors, with row and column: FIELD_MISSING, FIELD_INVALID, ALREADY_EXISTS (the code is a dimension's).
func (b *Board) Measure(code string, t *table.Table, regionColumn, yearColumn, column string) error {
	if _, err := b.Node(code); err == nil {
		return ledger.Refuse(ledger.AlreadyExists, "a dimension has the code "+code, "code", code)
	}
	regions, err := t.Text(regionColumn)
	if err != nil {
		return err
	}
	years := make([]int, t.Rows())
	if yearColumn != "" {
		if years, err = t.Whole(yearColumn); err != nil {
			return err
		}
	}
	values, err := t.Numbers(column)
	if err != nil {
		return err
	}
	for i, v := range values {
		if n := index.Number(v); n.Is() {
			b.cells[place{regions[i], code, years[i]}] = Cell{Score: index.None(), Raw: n, Share: index.None()}
		}
	}
	return nil
}
