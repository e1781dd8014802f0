package relate

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/flow"
	"fundtrace/gateway/analytics/table"
)

// Deals is the outcome counted from deals, by region and year.
type Deals struct {
	Firms map[string]map[int]int // enterprises that received venture capital
	Alone map[string]map[int]int // of them, those that received it from traced funds only
}

// ReadDeals counts enterprises that received venture capital from a table with a row for each investor in a deal: columns
// firm, region, year, traced (1: the investor is a traced fund, 0: it is not). An enterprise counts once in a year and
// region; it is alone when every investor of all its deals there is a traced fund.
// Errors: FIELD_MISSING, FIELD_INVALID with row and column.
func ReadDeals(t *table.Table) (*Deals, error) {
	firms, err := t.Text("firm")
	if err != nil {
		return nil, err
	}
	regions, err := t.Text("region")
	if err != nil {
		return nil, err
	}
	years, err := t.Whole("year")
	if err != nil {
		return nil, err
	}
	traced, err := t.Complete("traced")
	if err != nil {
		return nil, err
	}
	type deal struct {
		at   place
		firm string
	}
	others := map[deal]bool{} // somebody else invested too
	for i := range firms {
		switch {
		case firms[i] == "":
			return nil, table.Bad("firm", i, "the firm is missing")
		case regions[i] == "":
			return nil, table.Bad("region", i, "the region is missing")
		case traced[i] != 0 && traced[i] != 1:
			return nil, table.Bad("traced", i, "write 1 where the investor is a traced fund, 0 where it is not")
		}
		d := deal{place{flow.Code(regions[i]), years[i]}, firms[i]}
		others[d] = others[d] || traced[i] == 0
	}
	out := &Deals{Firms: map[string]map[int]int{}, Alone: map[string]map[int]int{}}
	for d, more := range others {
		count(out.Firms, d.at)
		if !more {
			count(out.Alone, d.at)
		}
	}
	return out, nil
}

func count(in map[string]map[int]int, at place) {
	if in[at.region] == nil {
		in[at.region] = map[int]int{}
	}
	in[at.region][at.year]++
}

// column answers the counts in the rows of a panel; where there is no deal it is 0.
func (d *Deals) column(of map[string]map[int]int, regions []string, years []int) []float64 {
	out := make([]float64, len(regions))
	for i := range regions {
		out[i] = float64(of[regions[i]][years[i]])
	}
	return out
}

// check refuses deals of which none is in the panel, and deals that are in no row of it.
func (d *Deals) check(regions []string, years []int) error {
	rows := map[place]bool{}
	for i := range regions {
		rows[place{regions[i], years[i]}] = true
	}
	for _, region := range slices.Sorted(maps.Keys(d.Firms)) {
		for _, year := range slices.Sorted(maps.Keys(d.Firms[region])) {
			if !rows[place{region, year}] {
				return ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("%d enterprises of region %.40s received venture capital in %d, and the panel of indicators has no row for it: a panel lists every region and year, those without deals too",
					d.Firms[region][year], region, year), "region", region, "year", strconv.Itoa(year))
			}
		}
	}
	return nil
}
