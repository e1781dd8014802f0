package paper

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/software"
	"fundtrace/gateway/analytics/table"
)

// Request says what of the paper to answer.
type Request struct {
	// Vintage is table, text or both; empty for both.
	Vintage string `json:"vintage,omitempty"`
	// Patents is open data to show the paradox on; nil leaves it out.
	Patents *table.Table `json:"-"`
}

// VintageOf is one version of the data.
type VintageOf struct {
	Vintage      string        `json:"vintage"`
	Cells        []Cell        `json:"cells"`
	Changes      []Change      `json:"changes"`
	Trends       []Trend       `json:"trends"`
	Associations []Association `json:"associations"`
}

// Audit is the paper rebuilt and checked.
type Audit struct {
	Engine       string        `json:"engine"`
	Software     string        `json:"software"`
	Source       string        `json:"source"`
	Region       string        `json:"region"`
	Weights      []Weight      `json:"table_1"`
	Vintages     []VintageOf   `json:"vintages"`
	Rates        []RateCheck   `json:"printed_rates"`
	Grid         *GridCheck    `json:"grid"`
	Readings     []Reading     `json:"readings"`
	Sixths       []Sixth       `json:"implied_sixth_dimension"`
	TextVsTables []Discrepancy `json:"text_against_tables"`
	Inside       []Discrepancy `json:"inside_tables"`
	Agreements   []Agreement   `json:"agreements"`
	Missing      []int         `json:"missing_years"`
	Paradox      *Paradox      `json:"paradox,omitempty"`
}

// ReadVintage answers the vintages of a choice: table, text or both; empty means both. Errors: FIELD_INVALID.
func ReadVintage(choice string) ([]string, error) {
	switch {
	case choice == "" || choice == "both":
		return Vintages, nil
	case slices.Contains(Vintages, choice):
		return []string{choice}, nil
	}
	return nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("there is no vintage %.40q: use %s or both", choice, strings.Join(Vintages, ", ")), "field", "vintage")
}

// Run rebuilds and audits the paper. Errors: FIELD_INVALID (vintage), what is wrong with the open data, the context's.
func Run(ctx context.Context, r Request) (*Audit, error) {
	vintages, err := ReadVintage(r.Vintage)
	if err != nil {
		return nil, err
	}
	a := &Audit{Engine: Version, Software: software.Version(), Source: Source, Region: Region, Weights: Table1(), Rates: CheckRates(), Grid: CheckGrid(), Readings: Readings(),
		Sixths: Sixths(), TextVsTables: TextAgainstTables(), Inside: InsideTables(), Agreements: Agreements(), Missing: MissingYears()}
	for _, v := range vintages {
		associations, err := Associations(ctx, v)
		if err != nil {
			return nil, err
		}
		a.Vintages = append(a.Vintages, VintageOf{v, Cells(v), Changes(v), Trends(v), associations})
	}
	if r.Patents != nil {
		a.Paradox, err = ShowParadox(ctx, r.Patents)
	}
	return a, err
}

// Table answers the cells of a vintage as a table with the columns region, year, dimension, score, rank and place, which
// comparison and diagnosis read.
func Table(vintage string) *table.Table {
	var regions, years, dimensions, marks, ranks, places []string
	for _, c := range Cells(vintage) {
		regions, years, dimensions = append(regions, Region), append(years, strconv.Itoa(c.Year)), append(dimensions, c.Code)
		marks, ranks, places = append(marks, strconv.FormatFloat(c.Score, 'f', 2, 64)), append(ranks, strconv.Itoa(c.Rank)), append(places, c.Place.String())
	}
	t := table.New()
	t.Add("region", regions)
	t.Add("year", years)
	t.Add("dimension", dimensions)
	t.Add("score", marks)
	t.Add("rank", ranks)
	t.Add("place", places)
	return t
}
