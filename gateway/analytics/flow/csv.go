package flow

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
)

// Header names the columns of a file of flows.
var Header = []string{"region", "year", "amount", "public", "social", "own", "unknown", "movements", "firms", "new_firms"}

// WriteCSV writes the cells of a table, amounts in minor units. What is unplaced is in no row.
func (t *Table) WriteCSV(out io.Writer) error {
	w := csv.NewWriter(out)
	rows := [][]string{Header}
	n := func(v int64) string { return strconv.FormatInt(v, 10) }
	for _, c := range t.Cells {
		rows = append(rows, []string{c.Region, strconv.Itoa(c.Year), n(c.Amount), n(c.Parts.Public), n(c.Parts.Social), n(c.Parts.Own), n(c.Parts.Unknown),
			strconv.Itoa(c.Movements), strconv.Itoa(c.Firms), strconv.Itoa(c.New)})
	}
	if err := w.WriteAll(rows); err != nil {
		return fmt.Errorf("write the flows: %w", err)
	}
	return nil
}
