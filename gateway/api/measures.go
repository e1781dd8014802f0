package api

import (
	"fmt"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
)

// maxMeasureDays bounds the window of a measure: ten years.
const maxMeasureDays = 3653

// measureQuery is the query of measures.
var measureQuery = []param{
	{name: "before", about: "last day of the window before, YYYY-MM-DD", date: true},
	{name: "after", about: "last day of the window after, YYYY-MM-DD", date: true},
	{name: "days", about: "length of both windows, 1 to 3653; 365 when absent", number: true},
	{name: "currency", about: "ISO 4217; CNY when absent"},
}

// Measures is the ledger's named measures over two windows, by which one sees whether a tool works. A diagnosis takes it as it
// is, in measures.
type Measures struct {
	Currency string               `json:"currency"`
	Block    uint64               `json:"block"` // up to which the ledger was read
	Before   []projection.Measure `json:"before"`
	After    []projection.Measure `json:"after"`
}

func (s *Server) measures(c *call) (Measures, error) {
	out := Measures{Currency: c.query("currency")}
	if out.Currency == "" {
		out.Currency = "CNY"
	}
	days, err := c.number("days", 365, 1, maxMeasureDays)
	if err != nil {
		return out, err
	}
	var windows []projection.MeasureWindow
	for _, name := range []string{"before", "after"} {
		last, err := time.Parse(time.DateOnly, c.query(name))
		if err != nil {
			return out, ledger.Refuse(ledger.FieldMissing, fmt.Sprintf("say with %s= which day the window ends on, YYYY-MM-DD", name), "field", name)
		}
		windows = append(windows, projection.MeasureWindow{From: last.AddDate(0, 0, 1-days).Format(time.DateOnly), To: last.Format(time.DateOnly), Currency: out.Currency})
	}
	read, block, err := s.Store.Measures(c.ctx(), c.scope(), windows...)
	if err != nil {
		return out, err
	}
	out.Block, out.Before, out.After = block, read[0], read[1]
	return out, nil
}
