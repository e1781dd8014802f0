package relate

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/flow"
	"fundtrace/gateway/analytics/table"
)

// Series is flows by region and year, with what they depend on.
type Series struct {
	Source     string  `json:"source"` // "ledger" or "file"
	Stage      string  `json:"stage,omitempty"`
	Class      string  `json:"class,omitempty"`
	Method     string  `json:"method,omitempty"`
	Convention string  `json:"convention,omitempty"`
	Level      string  `json:"level,omitempty"`
	AsOf       string  `json:"as_of,omitempty"`
	Block      *uint64 `json:"block,omitempty"` // of the ledger, the last one that counts; nil of a file
	Currency   string  `json:"currency,omitempty"`
	From       int     `json:"from"` // years that are covered: in them a region without a flow had none
	To         int     `json:"to"`
	Total      int64   `json:"total,string"`    // minor units, all regions and years
	Unplaced   int64   `json:"unplaced,string"` // of it, of no region
	cells      map[place]cell
	firms      bool // cells tell of new firms
}

// place is a region in a year.
type place struct {
	region string
	year   int
}

// cell is what flowed there.
type cell struct {
	amount int64
	fresh  int // enterprises that got money for the first time
}

// FromTable takes flows that were added up from the ledger.
func FromTable(t *flow.Table) *Series {
	block := t.Block
	s := &Series{Source: "ledger", Stage: string(t.Query.Stage), Class: string(t.Query.Class), Method: string(t.Query.Method), Convention: t.Convention,
		Level: string(t.Query.Level), AsOf: t.AsOf, Block: &block, Currency: t.Currency, Total: t.Total.Amount, Unplaced: t.Unplaced.Amount, cells: map[place]cell{}, firms: true}
	for _, c := range t.Cells {
		s.cells[place{c.Region, c.Year}] = cell{c.Amount, c.New}
	}
	if n := len(t.Years); n > 0 {
		s.From, s.To = t.Years[0], t.Years[n-1]
	}
	return s
}

// Columns of a file of flows. Amount is whole minor units unless Scale says how many minor units one of its units has.
type Columns struct {
	Region, Year, Amount, New string // New may be empty or absent
	Scale                     int64
}

// ReadSeries reads flows from a table. Regions may be spelled by code or by name; a region and year stands in one row.
// Errors: FIELD_MISSING, FIELD_INVALID with row and column, ALREADY_EXISTS, AMOUNT_INVALID.
func ReadSeries(t *table.Table, c Columns) (*Series, error) {
	regions, err := t.Text(c.Region)
	if err != nil {
		return nil, err
	}
	years, err := t.Whole(c.Year)
	if err != nil {
		return nil, err
	}
	texts, err := t.Text(c.Amount)
	if err != nil {
		return nil, err
	}
	s := &Series{Source: "file", cells: map[place]cell{}}
	var fresh []float64
	if c.New != "" && t.Has(c.New) {
		if fresh, err = t.Complete(c.New); err != nil {
			return nil, err
		}
		s.firms = true
	}
	rows := map[place]int{}
	for i := range texts {
		at := place{flow.Code(regions[i]), years[i]}
		if at.region == "" {
			return nil, table.Bad(c.Region, i, "the region is missing")
		}
		if first, twice := rows[at]; twice {
			return nil, ledger.Refuse(ledger.AlreadyExists, fmt.Sprintf("rows %d and %d are both of region %.40s in %d", first+2, i+2, at.region, at.year), "row", strconv.Itoa(i+2))
		}
		rows[at] = i
		amount, err := minor(texts[i], max(c.Scale, 1))
		if err != nil {
			return nil, table.Bad(c.Amount, i, err.Error())
		}
		next := cell{amount: amount}
		if fresh != nil {
			next.fresh = int(fresh[i])
		}
		s.cells[at] = next
		s.Total += amount
		if len(rows) == 1 {
			s.From, s.To = at.year, at.year
		}
		s.From, s.To = min(s.From, at.year), max(s.To, at.year)
	}
	if len(rows) == 0 {
		return nil, ledger.Refuse(ledger.FieldMissing, "the table of flows has no rows", "field", "flows")
	}
	return s, nil
}

// minor reads an amount exactly, in minor units.
func minor(text string, scale int64) (int64, error) {
	r, ok := new(big.Rat).SetString(text)
	if !ok || strings.ContainsAny(text, "/eEpPxX_") || len(text) > 40 {
		return 0, fmt.Errorf("%.40q is no amount", text)
	}
	r.Mul(r, new(big.Rat).SetInt64(scale))
	if !r.IsInt() || !r.Num().IsInt64() {
		return 0, fmt.Errorf("%.40q is no whole number of minor units", text)
	}
	return r.Num().Int64(), nil
}

// covering answers the same flows with the years that are said to be covered; nothing that flowed is left out of them.
func (s *Series) covering(from, to int) *Series {
	out := *s
	if from != 0 {
		out.From = min(from, s.From)
	}
	if to != 0 {
		out.To = max(to, s.To)
	}
	return &out
}

// regions lists the regions of a series in order.
func (s *Series) regions() []string {
	var out []string
	for at := range s.cells {
		out = append(out, at.region)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
