package flow

import (
	"cmp"
	"context"
	"slices"

	"fundtrace/chaincode/ledger"
)

// Cell is what flowed in one region and one year.
type Cell struct {
	Region    string `json:"region"`
	Year      int    `json:"year"`
	Amount    int64  `json:"amount,string"` // of the class asked for, minor units
	Parts     Parts  `json:"parts"`         // all classes: of DISBURSED their sum is what the banks paid
	Movements int    `json:"movements"`     // lines that the cell is made of
	Firms     int    `json:"firms"`         // enterprises (of COMMITTED: funds) that they are about
	New       int    `json:"new_firms"`     // of them, those that got money of the query for the first time
}

// Table is flows by region and year, with everything that they depend on. A region and year without a cell had none.
type Table struct {
	Query      Query    `json:"query"`
	Convention string   `json:"convention"` // version of the convention that divided classes
	AsOf       string   `json:"as_of,omitempty"`
	Block      uint64   `json:"block"` // the last one that counts
	Currency   string   `json:"currency"`
	Regions    []string `json:"regions"`
	Years      []int    `json:"years"` // from the first to the last, without gaps
	Cells      []Cell   `json:"cells"` // by region, then year
	Total      Sum      `json:"total"`
	Unplaced   Sum      `json:"unplaced"` // of it, what is of enterprises whose region nobody stated as finely as asked: in no cell
}

// Sum adds up lines.
type Sum struct {
	Amount    int64 `json:"amount,string"` // minor units
	Parts     Parts `json:"parts"`
	Movements int   `json:"movements"`
	Firms     int   `json:"firms"`
}

// Cells adds up the lines of a query. Errors: those of Lines.
func Cells(ctx context.Context, b *Book, q Query) (*Table, error) {
	lines, version, err := Lines(ctx, b, q)
	if err != nil {
		return nil, err
	}
	q, _ = q.Complete()
	t := &Table{Query: q, Convention: version, AsOf: b.AsOf, Block: b.Block, Currency: q.Currency, Regions: []string{}, Years: []int{}, Cells: []Cell{}}
	if c := b.currencies(q.Stage); t.Currency == "" && len(c) == 1 {
		t.Currency = c[0]
	}
	type key struct {
		region string
		year   int
	}
	cells := map[key]*Cell{}
	firms := map[key]map[string]bool{}
	known := map[string]bool{} // firms met in any year
	all, lost := map[string]bool{}, map[string]bool{}
	for i := range lines {
		l := &lines[i]
		first := !known[l.Firm] && l.Amount > 0
		if l.Amount > 0 {
			known[l.Firm] = true
		}
		if !q.holds(l.Year) {
			continue
		}
		t.Total.add(l)
		all[l.Firm] = true
		if l.Region == "" {
			t.Unplaced.add(l)
			lost[l.Firm] = true
			continue
		}
		k := key{l.Region, l.Year}
		if cells[k] == nil {
			cells[k], firms[k] = &Cell{Region: l.Region, Year: l.Year}, map[string]bool{}
		}
		c := cells[k]
		c.Amount += l.Amount
		c.Parts.plus(l.Parts)
		c.Movements++
		if !firms[k][l.Firm] {
			firms[k][l.Firm] = true
			c.Firms++
		}
		if first {
			c.New++
		}
	}
	t.Total.Firms, t.Unplaced.Firms = len(all), len(lost)
	for _, c := range cells {
		t.Cells = append(t.Cells, *c)
	}
	t.arrange()
	return t, nil
}

// holds reports whether a year is asked for.
func (q Query) holds(year int) bool {
	return (q.From == 0 || year >= q.From) && (q.To == 0 || year <= q.To)
}

func (s *Sum) add(l *Line) {
	s.Amount += l.Amount
	s.Parts.plus(l.Parts)
	s.Movements++
}

// arrange puts cells in order and lists regions and years.
func (t *Table) arrange() {
	slices.SortFunc(t.Cells, func(x, y Cell) int { return cmp.Or(cmp.Compare(x.Region, y.Region), cmp.Compare(x.Year, y.Year)) })
	first, last := t.Query.From, t.Query.To
	for i, c := range t.Cells {
		if i == 0 || t.Cells[i-1].Region != c.Region {
			t.Regions = append(t.Regions, c.Region)
		}
		if first == 0 || c.Year < first {
			first = c.Year
		}
		last = max(last, c.Year)
	}
	if first == 0 || last < first || last-first > 1000 {
		return
	}
	for y := first; y <= last; y++ {
		t.Years = append(t.Years, y)
	}
}

// Page is one page of the lines of a cell.
type Page struct {
	Items []Line `json:"items"`
	Total Sum    `json:"total"` // of all pages: the cell's own figures
	From  int    `json:"-"`
	Next  int    `json:"-"` // where the next page begins; 0 at the end
}

// MaxLines is the most lines of a page.
const MaxLines = 500

// Drill answers a page of the lines that make up a cell: those of one region and year, of a region (year 0), of a year
// (region empty), or all; unplaced asks for those without a region. Errors: FIELD_INVALID, those of Lines.
func Drill(ctx context.Context, b *Book, q Query, region string, year int, unplaced bool, from, limit int) (*Page, error) {
	if unplaced && region != "" {
		return nil, ledger.Refuse(ledger.FieldInvalid, "what has no region has none: leave the region out", "field", "region")
	}
	lines, _, err := Lines(ctx, b, q)
	if err != nil {
		return nil, err
	}
	region = Code(region)
	p := &Page{Items: []Line{}, From: from}
	firms := map[string]bool{}
	n := 0
	for i := range lines {
		l := &lines[i]
		if !q.holds(l.Year) || year != 0 && l.Year != year || region != "" && l.Region != region || unplaced && l.Region != "" {
			continue
		}
		p.Total.add(l)
		firms[l.Firm] = true
		if n >= from && n < from+min(limit, MaxLines) {
			p.Items = append(p.Items, *l)
		}
		n++
	}
	p.Total.Firms = len(firms)
	if end := from + len(p.Items); end < n && len(p.Items) > 0 {
		p.Next = end
	}
	return p, nil
}
