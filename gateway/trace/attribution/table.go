package attribution

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace"
	"fundtrace/gateway/trace/convention"
)

// Column is one method of a table: where all of the source's money is by it.
type Column struct {
	Method  convention.Method `json:"method"`
	Version string            `json:"version"`
	Totals  Totals            `json:"totals"`
	Refused string            `json:"refused,omitempty"`
	Code    ledger.Code       `json:"refused_code,omitempty"`
}

// Cell is what one method says of one place.
type Cell struct {
	Method   convention.Method `json:"method"`
	Received int64             `json:"received,string"` // minor units, whenever it arrived
	Holds    int64             `json:"holds,string"`
}

// TableRow is a place under every method that brings money of the source there.
type TableRow struct {
	Place
	Cells []Cell `json:"cells"` // in the order of the columns; a method that brings nothing is not in it
}

// Table is where a source's money went under every method, side by side.
type Table struct {
	About
	Columns []Column   `json:"columns"`
	Rows    []TableRow `json:"rows"` // by the most that any method brings, POISON aside
	// Truncated says that rows beyond the depth asked for, or beyond MaxPlaces, are left out.
	Truncated bool `json:"truncated"`
}

// Table follows a source under each method; without methods, under all. Errors: those of Forward.
func (s *Shelf) Table(ctx context.Context, r Record, source Source, o Options, depth int, methods ...convention.Method) (*Table, error) {
	found, err := s.scene(ctx, r, source, nil, o.Currency)
	if err != nil {
		return nil, err
	}
	if len(methods) == 0 {
		methods = convention.Methods()
	}
	out := &Table{About: found.about(o), Columns: []Column{}, Rows: []TableRow{}}
	hops := found.hops()
	rows := map[trace.Ref]*TableRow{}
	for _, m := range methods {
		o.Method = m
		c := Column{Method: m}
		run, err := found.run(ctx, o)
		var refused *ledger.Error
		switch {
		case errors.As(err, &refused):
			c.Refused, c.Code = refused.Message, refused.Code
		case err != nil:
			return nil, err
		default:
			c.Version, c.Totals = run.Version, run.totals
			var one Answer
			run.places(hops, depth, &one)
			out.Truncated = out.Truncated || one.Truncated
			for _, l := range one.Places {
				if rows[l.ref] == nil {
					rows[l.ref] = &TableRow{Place: l.Place}
				}
				rows[l.ref].Cells = append(rows[l.ref].Cells, Cell{m, l.Received, l.Holds})
			}
		}
		out.Columns = append(out.Columns, c)
	}
	for _, row := range rows {
		out.Rows = append(out.Rows, *row)
	}
	slices.SortFunc(out.Rows, func(x, y TableRow) int { return cmp.Or(cmp.Compare(y.most(), x.most()), cmp.Compare(x.ID, y.ID)) })
	out.Rows, out.Truncated = most(out.Rows, out.Truncated)
	return out, nil
}

func (t *TableRow) most() (v int64) {
	for _, c := range t.Cells {
		if c.Method != convention.Poison {
			v = max(v, c.Received)
		}
	}
	return v
}
