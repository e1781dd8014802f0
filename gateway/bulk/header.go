package bulk

import (
	"fmt"
	"strings"

	"fundtrace/chaincode/ledger"
)

// header is the first row as understood: which column of the layout each cell belongs to.
type header struct {
	layout  *layout
	names   []string  // as written
	columns []*column // nil: a column without a name, which must stay empty
	unit    Unit
}

// readHeader matches names to columns, in any order and either language. Optional columns may be absent; nothing else
// may be there. Errors: FIELD_INVALID, FIELD_MISSING with "columns".
func readHeader(l *layout, names []string) (*header, error) {
	h := &header{layout: l, names: names, columns: make([]*column, len(names))}
	seen := map[*column]bool{}
	var unknown, twice, missing []string
	for i, name := range names {
		names[i] = strings.TrimSpace(name)
		if names[i] == "" {
			continue
		}
		c, unit := l.find(names[i])
		switch {
		case c == nil:
			unknown = append(unknown, names[i])
			continue
		case seen[c]:
			twice = append(twice, names[i])
			continue
		case unit != "" && h.unit != "" && unit != h.unit:
			return nil, headerError(ledger.FieldInvalid, "the amounts are in %s and in another unit: use one", []string{names[i]})
		case unit != "":
			h.unit = unit
		}
		seen[c] = true
		h.columns[i] = c
	}
	for i := range l.columns {
		if c := &l.columns[i]; c.need && !seen[c] {
			missing = append(missing, c.header(Chinese, Yuan)+" / "+c.header(English, Yuan))
		}
	}
	switch {
	case len(unknown) > 0:
		hint := ""
		if l.moneyWithoutUnit(unknown) {
			hint = " (an amount states its unit: 金额(元), 金额(分), amount (yuan) or amount (fen))"
		}
		return nil, headerError(ledger.FieldInvalid, "the table has columns that are not known here: %s"+hint+"; use the names of the template", unknown)
	case len(twice) > 0:
		return nil, headerError(ledger.FieldInvalid, "the table has columns twice: %s; leave one of each", twice)
	case len(missing) > 0:
		return nil, headerError(ledger.FieldMissing, "the table lacks columns: %s; add them", missing)
	}
	return h, nil
}

func headerError(code ledger.Code, format string, columns []string) error {
	for i, c := range columns {
		columns[i] = quote(c)
	}
	names := strings.Join(columns, ", ")
	return ledger.Refuse(code, fmt.Sprintf(format, names), "line", "1", "columns", names)
}

// find answers the column that a name means, and the unit that it states.
func (l *layout) find(name string) (*column, Unit) {
	name = canonical(name)
	for i := range l.columns {
		c := &l.columns[i]
		for _, lang := range []Lang{Chinese, English} {
			if !c.money {
				if canonical(c.header(lang, "")) == name {
					return c, ""
				}
				continue
			}
			for _, unit := range []Unit{Yuan, Fen} {
				if canonical(c.header(lang, unit)) == name {
					return c, unit
				}
			}
		}
	}
	return nil, ""
}

func (l *layout) moneyWithoutUnit(names []string) bool {
	for _, n := range names {
		for i := range l.columns {
			if c := &l.columns[i]; c.money && (canonical(n) == canonical(c.zh) || canonical(n) == canonical(c.en)) {
				return true
			}
		}
	}
	return false
}

// canonical makes names that look alike alike: case, full-width brackets, spaces.
func canonical(name string) string {
	name = strings.NewReplacer("（", "(", "）", ")", " ", "", "　", "", "\u00a0", "").Replace(name)
	return strings.ToLower(name)
}

// row turns the cells of one line into an operation and what goes beside it, or tells everything that is wrong with them.
func (h *header) row(cells []string, line int) (ledger.Op, Beside, []RowError) {
	if len(cells) != len(h.names) {
		return ledger.Op{}, Beside{}, []RowError{{Row: line, Code: ledger.Malformed,
			Message: fmt.Sprintf("the row has %d cells and the header %d: put text with commas into double quotes", len(cells), len(h.names))}}
	}
	r := &record{unit: h.unit, currency: "CNY"}
	var bad []RowError
	for _, money := range []bool{false, true} {
		for i, c := range h.columns {
			cell := strings.TrimSpace(cells[i])
			switch {
			case c == nil:
				if cell != "" && !money {
					bad = append(bad, RowError{Row: line, Code: ledger.FieldInvalid, Message: fmt.Sprintf("cell %d holds %s under a column without a name: name it or empty it", i+1, quote(cell))})
				}
			case c.money != money:
			case cell == "" && c.need:
				bad = append(bad, RowError{Row: line, Column: h.names[i], Code: ledger.FieldMissing, Message: "the cell is empty: every row needs it"})
			case cell == "":
			default:
				if err := c.readCell(r, cell); err != nil {
					bad = append(bad, rowError(line, h.names[i], err))
				}
			}
		}
	}
	if len(bad) > 0 {
		return ledger.Op{}, Beside{}, bad
	}
	op, err := h.layout.finish(r)
	if err != nil {
		return ledger.Op{}, Beside{}, []RowError{rowError(line, "", err)}
	}
	return op, r.beside, nil
}
