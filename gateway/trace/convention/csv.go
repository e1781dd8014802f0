package convention

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"fundtrace/chaincode/ledger"
)

// columns of a file of movements; those in optional may be left out.
var (
	columns  = []string{"id", "date", "seq", "from", "to", "amount", "earmark", "tag"}
	optional = []string{"seq", "earmark", "tag"}
)

// MaxMovements is the most movements that a file may hold.
const MaxMovements = 5_000_000

// ReadCSV reads movements from a table with the header id,date,seq,from,to,amount[,earmark][,tag], in any order of
// columns. Amounts are whole minor units; an empty from is new money, an empty to leaves the accounts.
// Errors name row and column: MALFORMED, FIELD_MISSING, FIELD_INVALID, AMOUNT_INVALID, TOO_LARGE.
func ReadCSV(in io.Reader) ([]Movement, error) {
	r := csv.NewReader(in)
	r.ReuseRecord = true
	header, err := r.Read()
	if err != nil {
		return nil, ledger.Refuse(ledger.Malformed, "the file has no header: begin with "+strings.Join(columns, ","))
	}
	at := map[string]int{}
	for i, name := range header {
		name = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))
		if _, twice := at[name]; twice || !slices.Contains(columns, name) {
			return nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("column %.40q is unknown or given twice: use %s", name, strings.Join(columns, ",")), "column", name)
		}
		at[name] = i
	}
	for _, name := range columns {
		if _, ok := at[name]; !ok && !slices.Contains(optional, name) {
			return nil, ledger.Refuse(ledger.FieldMissing, "column "+name+" is missing", "column", name)
		}
	}
	var out []Movement
	for row := 2; ; row++ {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, ledger.Refuse(ledger.Malformed, fmt.Sprintf("row %d cannot be read: %v", row, err), "row", strconv.Itoa(row))
		}
		if len(out) == MaxMovements {
			return nil, ledger.Refuse(ledger.TooLarge, fmt.Sprintf("the file holds more than %d movements", MaxMovements))
		}
		m, bad := readRow(record, at, row)
		if bad != nil {
			return nil, bad
		}
		out = append(out, m)
	}
}

func readRow(record []string, at map[string]int, row int) (Movement, *ledger.Error) {
	cell := func(name string) string {
		if i, ok := at[name]; ok {
			return strings.Clone(strings.TrimSpace(record[i]))
		}
		return ""
	}
	whole := func(name string, otherwise int64) (int64, *ledger.Error) {
		text := cell(name)
		if text == "" && name == "seq" {
			return otherwise, nil
		}
		v, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return 0, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("row %d, column %s: %.40q is no whole number (amounts are in minor units)", row, name, text),
				"row", strconv.Itoa(row), "column", name)
		}
		return v, nil
	}
	m := Movement{ID: cell("id"), Date: cell("date"), From: cell("from"), To: cell("to"), Earmark: cell("earmark"), Tag: cell("tag")}
	var bad *ledger.Error
	if m.Seq, bad = whole("seq", int64(row)); bad != nil {
		return m, bad
	}
	if m.Amount, bad = whole("amount", 0); bad != nil {
		return m, bad
	}
	if err := m.check(); err != nil {
		var e *ledger.Error
		errors.As(err, &e)
		e.Message = fmt.Sprintf("row %d: %s", row, e.Message)
		return m, e
	}
	return m, nil
}
