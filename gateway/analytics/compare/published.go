package compare

import (
	"fmt"
	"slices"

	"fundtrace/gateway/analytics/index"
	"fundtrace/gateway/analytics/table"
)

// Columns of a table of published scores.
const (
	ColumnRegion    = "region"
	ColumnYear      = "year"
	ColumnDimension = "dimension"
	ColumnScore     = "score"
	ColumnRank      = "rank"
	ColumnRaw       = "raw" // may be missing
)

// FromTable makes a board of published scores: a row for each region, year and dimension. Means and shares are there where a
// year has all of the regions. of is how many regions are ranked, top the dimension that is the composite; either may be left
// empty. Errors, with row and column: FIELD_MISSING, FIELD_INVALID, ALREADY_EXISTS.
func FromTable(t *table.Table, of int, top string) (*Board, error) {
	b := newBoard()
	if err := t.Unique(ColumnRegion, ColumnYear, ColumnDimension); err != nil {
		return nil, err
	}
	regions, err := t.Text(ColumnRegion)
	if err != nil {
		return nil, err
	}
	dimensions, err := t.Text(ColumnDimension)
	if err != nil {
		return nil, err
	}
	years, err := t.Whole(ColumnYear)
	if err != nil {
		return nil, err
	}
	scores, err := t.Numbers(ColumnScore)
	if err != nil {
		return nil, err
	}
	ranks, err := t.Numbers(ColumnRank)
	if err != nil {
		return nil, err
	}
	raw := make([]float64, t.Rows())
	for i := range raw {
		raw[i] = float64(index.None())
	}
	if t.Has(ColumnRaw) {
		if raw, err = t.Numbers(ColumnRaw); err != nil {
			return nil, err
		}
	}
	for i := range regions {
		c := Cell{Score: index.Number(scores[i]), Raw: index.Number(raw[i]), Share: index.None()}
		switch r := index.Number(ranks[i]); {
		case c.Score.Is() && (c.Score < 0 || c.Score > 100):
			return nil, table.Bad(ColumnScore, i, fmt.Sprintf("%g is no score between 0 and 100", scores[i]))
		case r.Is() && (r < 1 || r != index.Number(int(r))):
			return nil, table.Bad(ColumnRank, i, fmt.Sprintf("%g is no rank: ranks are 1, 2, 3, …", ranks[i]))
		case r.Is() && of > 0 && int(r) > of:
			return nil, table.Bad(ColumnRank, i, fmt.Sprintf("rank %g among %d regions", ranks[i], of))
		case r.Is():
			c.Rank = int(r)
		}
		b.Of = max(b.Of, c.Rank)
		b.cells[place{regions[i], dimensions[i], years[i]}] = c
		if !slices.ContainsFunc(b.nodes, func(n Node) bool { return n.Code == dimensions[i] }) {
			b.nodes = append(b.nodes, Node{Code: dimensions[i]})
		}
		if dimensions[i] == top {
			b.Top = top
		}
	}
	b.units, b.years = slices.Clone(regions), slices.Clone(years)
	b.sort()
	b.Of = max(b.Of, of, len(b.units))
	slices.SortStableFunc(b.nodes, func(x, y Node) int { return before(x.Code == top, y.Code == top) })
	b.sumUp()
	return b, nil
}

// before puts what is last behind what is not.
func before(x, y bool) int {
	switch {
	case x == y:
		return 0
	case x:
		return 1
	}
	return -1
}

// sumUp makes means, sums and shares of the years that have all regions.
func (b *Board) sumUp() {
	for _, n := range b.nodes {
		for _, y := range b.years {
			scores, raw, withScore, withRaw := 0.0, 0.0, 0, 0
			for _, u := range b.units {
				c, ok := b.Cell(u, n.Code, y)
				if ok && c.Score.Is() {
					scores, withScore = scores+float64(c.Score), withScore+1
				}
				if ok && c.Raw.Is() {
					raw, withRaw = raw+float64(c.Raw), withRaw+1
				}
			}
			if withScore == b.Of {
				b.means[yearCode{y, n.Code}] = scores / float64(b.Of)
			}
			if withRaw != b.Of || raw == 0 {
				continue
			}
			b.sums[yearCode{y, n.Code}] = raw
			for _, u := range b.units {
				p := place{u, n.Code, y}
				c := b.cells[p]
				c.Share = index.Number(100 * float64(c.Raw) / raw)
				b.cells[p] = c
			}
		}
	}
}

// Describe gives dimensions their names, where the board has none.
func (b *Board) Describe(nodes []Node) {
	for i := range b.nodes {
		for _, n := range nodes {
			if n.Code == b.nodes[i].Code && b.nodes[i].Name == "" {
				b.nodes[i] = n
			}
		}
	}
}
