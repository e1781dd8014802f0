// Package compare sets a region beside all regions, beside leaders and beside its neighbours: score, rank, share and raw growth,
// always with the line of the mean, because a score that rises with everybody's is no gain. It works on a board: scores and
// ranks that an index was computed with, or that were published.
package compare

import (
	"fmt"
	"slices"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/index"
)

// Cell is one dimension of one region in one year. What is not known is not there.
type Cell struct {
	Score index.Number `json:"score"`
	Rank  int          `json:"rank,omitempty"` // within the year, 1 is best
	Raw   index.Number `json:"raw"`            // count, where the dimension has one indicator
	Share index.Number `json:"share_percent"`  // of the sum over all regions
}

// Node is a dimension, or the composite.
type Node struct {
	Code   string  `json:"code"`
	Name   string  `json:"name,omitempty"`
	NameZH string  `json:"name_zh,omitempty"`
	Weight float64 `json:"weight,omitempty"` // percent of the composite
}

type place struct {
	unit, code string
	year       int
}

type yearCode struct {
	year int
	code string
}

// Board is scores and ranks by region, dimension and year.
type Board struct {
	// Title says what the numbers are, such as a vintage.
	Title string
	// Of is how many regions are ranked in a year.
	Of int
	// Top is the code of the composite; empty without one.
	Top   string
	nodes []Node
	years []int
	units []string
	cells map[place]Cell
	means map[yearCode]float64 // score, over all regions
	sums  map[yearCode]float64 // raw, over all regions
}

func newBoard() *Board {
	return &Board{cells: map[place]Cell{}, means: map[yearCode]float64{}, sums: map[yearCode]float64{}}
}

// Nodes lists the dimensions in order, the composite last.
func (b *Board) Nodes() []Node { return b.nodes }

// Years lists the years in order.
func (b *Board) Years() []int { return b.years }

// Units lists the regions in order.
func (b *Board) Units() []string { return b.units }

// Node answers a dimension. Errors: FIELD_INVALID.
func (b *Board) Node(code string) (Node, error) {
	for _, n := range b.nodes {
		if n.Code == code {
			return n, nil
		}
	}
	return Node{}, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("the table has no dimension %.40q", code), "code", code)
}

// Cell answers one cell; ok is false where there is none.
func (b *Board) Cell(unit, code string, year int) (c Cell, ok bool) {
	c, ok = b.cells[place{unit, code, year}]
	return c, ok
}

// Mean answers the mean score of all regions in a year; NaN where not all are known.
func (b *Board) Mean(code string, year int) index.Number {
	if m, ok := b.means[yearCode{year, code}]; ok {
		return index.Number(m)
	}
	return index.None()
}

// Sum answers the sum of the raw counts of all regions in a year; NaN where not all are known.
func (b *Board) Sum(code string, year int) index.Number {
	if s, ok := b.sums[yearCode{year, code}]; ok {
		return index.Number(s)
	}
	return index.None()
}

// Line answers the years in which a region has a dimension, and the cells.
func (b *Board) Line(unit, code string) (years []int, cells []Cell) {
	for _, y := range b.years {
		if c, ok := b.Cell(unit, code, y); ok {
			years, cells = append(years, y), append(cells, c)
		}
	}
	return years, cells
}

// FromResult makes a board of an index that was computed under a profile: its dimensions and the composite. The raw count of a
// dimension is the sum of its indicators' where all of them are counts, such as patents of three kinds.
func FromResult(r *index.Result, p *index.Profile) *Board {
	b := newBoard()
	b.Title = r.Profile.Title
	b.Top = r.Nodes[len(r.Nodes)-1].Code
	counts := map[string][]string{} // dimension → its indicators, where all are counts
	for i := range p.Index.Children {
		d := &p.Index.Children[i]
		counts[d.Code] = countsOf(d)
	}
	for _, n := range r.Nodes {
		if n.Parent == b.Top || n.Code == b.Top {
			b.nodes = append(b.nodes, Node{n.Code, n.Name, n.NameZH, n.Weight})
		}
	}
	for _, row := range r.Rows {
		b.units = append(b.units, row.Unit)
		b.years = append(b.years, row.Year)
		for _, n := range b.nodes {
			cell := row.Nodes[n.Code]
			b.cells[place{row.Unit, n.Code, row.Year}] = Cell{Score: cell.Score, Rank: cell.Rank, Raw: sumOf(row, counts[n.Code]), Share: index.None()}
		}
	}
	b.sort()
	for _, m := range r.Means {
		b.Of = max(b.Of, m.Units)
	}
	b.sumUp()
	return b
}

// countsOf lists the indicators below a node; none where one of them is no count.
func countsOf(n *index.Node) []string {
	if len(n.Children) == 0 {
		if n.Kind != index.Count {
			return nil
		}
		return []string{n.Code}
	}
	var out []string
	for i := range n.Children {
		below := countsOf(&n.Children[i])
		if below == nil {
			return nil
		}
		out = append(out, below...)
	}
	return out
}

func sumOf(row index.Row, codes []string) index.Number {
	if len(codes) == 0 {
		return index.None()
	}
	sum := index.Number(0)
	for _, code := range codes {
		raw := row.Nodes[code].Raw
		if raw == nil {
			return index.None()
		}
		sum += *raw
	}
	return sum
}

func (b *Board) sort() {
	slices.Sort(b.units)
	b.units = slices.Compact(b.units)
	slices.Sort(b.years)
	b.years = slices.Compact(b.years)
}
