// Package table reads the plain tables that analyses work on: a header, rows, and columns of text or numbers. What is wrong
// with a table is said with row and column, as a person would look for it in a spreadsheet: the header is row 1.
package table

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"fundtrace/chaincode/ledger"
)

// Limits of a table.
const (
	MaxRows    = 5_000_000
	MaxColumns = 2_000
)

// Table is a table of text, column by column.
type Table struct {
	names   []string
	columns map[string][]string
	rows    int
}

// Read reads comma-separated values with a header, in UTF-8. Errors: MALFORMED, FIELD_INVALID (a column twice, a text in another encoding,
// with row and column), TOO_LARGE.
func Read(in io.Reader) (*Table, error) {
	r := csv.NewReader(in)
	r.ReuseRecord = true
	header, err := r.Read()
	if err != nil {
		return nil, ledger.Refuse(ledger.Malformed, "the table has no header: name its columns in the first row")
	}
	if len(header) > MaxColumns {
		return nil, ledger.Refuse(ledger.TooLarge, fmt.Sprintf("the table has %d columns, at most %d are read", len(header), MaxColumns))
	}
	t := &Table{columns: map[string][]string{}}
	for i, name := range header {
		name = strings.TrimSpace(strings.TrimPrefix(name, "\ufeff"))
		if !utf8.ValidString(name) {
			return nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("row 1, column %d: %s", i+1, notUTF8), "row", "1")
		}
		if name == "" {
			name = fmt.Sprint("column", i+1) // row names that a statistics program wrote
		}
		if slices.Contains(t.names, name) {
			return nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("row 1: column %.40q is given twice", name), "column", name)
		}
		t.names = append(t.names, strings.Clone(name))
	}
	cells := make([][]string, len(t.names))
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, ledger.Refuse(ledger.Malformed, fmt.Sprintf("row %d cannot be read: %v", t.rows+2, err), "row", strconv.Itoa(t.rows+2))
		}
		if t.rows == MaxRows {
			return nil, ledger.Refuse(ledger.TooLarge, fmt.Sprintf("the table has more than %d rows", MaxRows))
		}
		for i := range cells {
			if !utf8.ValidString(record[i]) {
				return nil, Bad(t.names[i], t.rows, notUTF8)
			}
			cells[i] = append(cells[i], strings.Clone(strings.TrimSpace(record[i])))
		}
		t.rows++
	}
	for i, name := range t.names {
		t.columns[name] = cells[i]
	}
	return t, nil
}

// notUTF8 is what is wrong with a table that a spreadsheet saved in another encoding: names would be joined and printed as rubbish.
const notUTF8 = "the text is not UTF-8 (GBK?): save the table as CSV UTF-8"

// New makes a table of columns of equal length, for tables that a program builds.
func New() *Table { return &Table{columns: map[string][]string{}} }

// Add appends a column. It panics when the length differs from the columns before: a mistake of the program.
func (t *Table) Add(name string, values []string) {
	if len(t.names) > 0 && len(values) != t.rows {
		panic(fmt.Sprintf("column %s has %d rows, the table %d", name, len(values), t.rows))
	}
	t.rows = len(values)
	t.names = append(t.names, name)
	t.columns[name] = values
}

// AddNumbers appends a column of numbers, spelled so that they read back exactly; NaN becomes empty.
func (t *Table) AddNumbers(name string, values []float64) {
	text := make([]string, len(values))
	for i, v := range values {
		if !math.IsNaN(v) {
			text[i] = strconv.FormatFloat(v, 'g', -1, 64)
		}
	}
	t.Add(name, text)
}

// Rows is the number of rows below the header.
func (t *Table) Rows() int { return t.rows }

// Names lists the columns in order.
func (t *Table) Names() []string { return t.names }

// Has reports whether there is such a column.
func (t *Table) Has(name string) bool { return slices.Contains(t.names, name) }

// Text answers a column as text. Errors: FIELD_MISSING.
func (t *Table) Text(name string) ([]string, error) {
	values, ok := t.columns[name]
	if !ok {
		return nil, ledger.Refuse(ledger.FieldMissing, fmt.Sprintf("the table has no column %.40q: it has %s", name, clip(strings.Join(t.names, ", "))), "column", name)
	}
	return values, nil
}

// missing is how tables spell that a value is not there.
var missing = []string{"", "NA", "N/A", "NaN", "nan", ".", "null"}

// Numbers answers a column as numbers; what is missing is NaN. Errors: FIELD_MISSING, FIELD_INVALID with row and column.
func (t *Table) Numbers(name string) ([]float64, error) {
	text, err := t.Text(name)
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(text))
	for i, s := range text {
		if slices.Contains(missing, s) {
			out[i] = math.NaN()
			continue
		}
		v, err := strconv.ParseFloat(s, 64)
		if err != nil || math.IsInf(v, 0) {
			return nil, Bad(name, i, fmt.Sprintf("%.40q is no number", s))
		}
		out[i] = v
	}
	return out, nil
}

// Complete answers a column of numbers without gaps. Errors: FIELD_MISSING (the column, or a value with row and column),
// FIELD_INVALID.
func (t *Table) Complete(name string) ([]float64, error) {
	values, err := t.Numbers(name)
	if err != nil {
		return nil, err
	}
	for i, v := range values {
		if math.IsNaN(v) {
			e := Bad(name, i, "the value is missing")
			e.Code = ledger.FieldMissing
			return nil, e
		}
	}
	return values, nil
}

// Whole answers a column of whole numbers, such as years. Errors: FIELD_MISSING, FIELD_INVALID.
func (t *Table) Whole(name string) ([]int, error) {
	values, err := t.Complete(name)
	if err != nil {
		return nil, err
	}
	out := make([]int, len(values))
	for i, v := range values {
		if v != math.Trunc(v) || math.Abs(v) > 1<<53 {
			return nil, Bad(name, i, strconv.FormatFloat(v, 'g', -1, 64)+" is no whole number")
		}
		out[i] = int(v)
	}
	return out, nil
}

// Unique refuses two rows that agree in all of the columns, such as a region and a year. Errors: FIELD_MISSING,
// ALREADY_EXISTS with both rows.
func (t *Table) Unique(names ...string) error {
	seen := make(map[string]int, t.rows)
	for i := range t.rows {
		var key strings.Builder
		for _, name := range names {
			values, err := t.Text(name)
			if err != nil {
				return err
			}
			if values[i] == "" {
				e := Bad(name, i, "the key is missing")
				e.Code = ledger.FieldMissing
				return e
			}
			fmt.Fprintf(&key, "%d:%s", len(values[i]), values[i])
		}
		if first, twice := seen[key.String()]; twice {
			return ledger.Refuse(ledger.AlreadyExists, fmt.Sprintf("rows %d and %d have the same %s", first+2, i+2, strings.Join(names, " and ")),
				"row", strconv.Itoa(i+2), "column", names[0])
		}
		seen[key.String()] = i
	}
	return nil
}

// Bad is a refusal that names row and column; i counts from 0 below the header.
func Bad(column string, i int, why string) *ledger.Error {
	return ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("row %d, column %s: %s", i+2, column, why), "row", strconv.Itoa(i+2), "column", column)
}

func clip(s string) string {
	if r := []rune(s); len(r) > 200 {
		return string(r[:200]) + "…"
	}
	return s
}
