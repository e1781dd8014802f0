// Package bulk reads and writes the tables with which people record many things at once: CSV with Chinese or English
// headers, in UTF-8 or GB18030, with amounts in yuan or fen as the header states. One declarative table of columns for
// each operation (tables.go) serves both the parser and the templates.
package bulk

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"fundtrace/chaincode/ledger"
)

// Operation is what the rows of a table record; it is the last part of the API's address.
type Operation string

// The operations that have a table.
const (
	Parties       Operation = "parties"
	Accounts      Operation = "accounts"
	Funds         Operation = "funds"
	Commitments   Operation = "commitments"
	Contributions Operation = "contributions"
	Disbursements Operation = "disbursements"
	Uses          Operation = "uses"
	Returns       Operation = "returns"
	Distributions Operation = "distributions"
	Fees          Operation = "fees"
	OwnFunds      Operation = "own-funds"
	Transfers     Operation = "transfers"
	Confirmations Operation = "confirmations"
)

// Operations lists every operation in a fixed order.
func Operations() []Operation {
	return []Operation{Parties, Accounts, Funds, Commitments, Contributions, Disbursements, Uses, Returns, Distributions,
		Fees, OwnFunds, Transfers, Confirmations, Invoices, Vouchers, VoucherTransfers}
}

// Limits of one table.
const (
	MaxRows  = ledger.MaxOps
	MaxBytes = 16 << 20
)

// RowError is what is wrong with one cell or row.
type RowError struct {
	Row     int         `json:"row"`              // line of the file, from 1; the header is on line 1
	Column  string      `json:"column,omitempty"` // as the header writes it; empty: the row as a whole
	Code    ledger.Code `json:"code"`
	Message string      `json:"message"`
}

// Table is a parsed file. Ops and Rows go together: Rows[i] is the line of the file that Ops[i] stands on. Rows with
// errors have no operation.
type Table struct {
	Ops      []ledger.Op
	Beside   []Beside // of each operation, what it does not carry
	Rows     []int
	Errors   []RowError
	Encoding Encoding
	Unit     Unit // empty where the table has no amounts
}

// Parse reads a table strictly: see ParseTable.
func Parse(op Operation, r io.Reader) ([]ledger.Op, []RowError, error) {
	t, err := ParseTable(op, r)
	if err != nil {
		return nil, nil, err
	}
	return t.Ops, t.Errors, nil
}

// ParseTable reads a table strictly. What is wrong with a cell or row goes to Errors, all of it. The file as a whole is
// refused where the header or the CSV is: unknown, missing or doubled columns are named. Payments become
// movement.instruct without lots unless the table names them: whoever records them sets the type that the writer's
// role asks for, and picks the lots.
//
// Errors: UNKNOWN_OPERATION, TOO_LARGE, MALFORMED (encoding, quotes), FIELD_INVALID and FIELD_MISSING (header), with
// "line" or "columns" in the detail; other errors come from r.
func ParseTable(op Operation, r io.Reader) (*Table, error) {
	layout, err := layoutOf(op)
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read the table: %w", err)
	}
	if len(raw) > MaxBytes {
		return nil, ledger.Refuse(ledger.TooLarge, fmt.Sprintf("the table is larger than %d MiB: split it", MaxBytes>>20))
	}
	text, enc, err := decode(raw)
	if err != nil {
		return nil, err
	}
	in := csv.NewReader(strings.NewReader(text))
	in.FieldsPerRecord = -1 // a row of another length is an error of that row
	names, err := in.Read()
	if errors.Is(err, io.EOF) {
		return nil, ledger.Refuse(ledger.Malformed, "the table is empty: start from the template")
	}
	if err != nil {
		return nil, brokenCSV(err)
	}
	head, err := readHeader(layout, names)
	if err != nil {
		return nil, err
	}
	t := &Table{Encoding: enc, Unit: head.unit}
	for rows := 0; ; {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, brokenCSV(err)
		}
		if blank(cells) {
			continue
		}
		line, _ := in.FieldPos(0)
		if rows++; rows > MaxRows {
			return nil, ledger.Refuse(ledger.TooLarge, fmt.Sprintf("the table has more than %d rows: split it", MaxRows), "line", strconv.Itoa(line))
		}
		if made, beside, bad := head.row(cells, line); len(bad) > 0 {
			t.Errors = append(t.Errors, bad...)
		} else {
			t.Ops, t.Beside, t.Rows = append(t.Ops, made), append(t.Beside, beside), append(t.Rows, line)
		}
	}
	if len(t.Ops)+len(t.Errors) == 0 {
		return nil, ledger.Refuse(ledger.FieldMissing, "the table has a header and no rows: add at least one")
	}
	return t, nil
}

func brokenCSV(err error) error {
	var bad *csv.ParseError
	if !errors.As(err, &bad) {
		return fmt.Errorf("read the table: %w", err)
	}
	line := strconv.Itoa(bad.Line)
	return ledger.Refuse(ledger.Malformed, "line "+line+": the quotes are broken ("+bad.Err.Error()+"): put text with commas or quotes into double quotes, and double the quotes in it", "line", line)
}

func blank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}
