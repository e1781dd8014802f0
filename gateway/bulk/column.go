package bulk

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/amount"
)

// Unit is the unit of a table's amounts.
type Unit string

// The units: major units (yuan) with decimals, or whole minor units (fen), of whatever currency the row is in.
const (
	Yuan Unit = "yuan"
	Fen  Unit = "fen"
)

// record is a row in the making: the bodies that a table may fill.
type record struct {
	unit       Unit
	party      ledger.Party
	account    ledger.Account
	fund       ledger.Fund
	commitment ledger.Commitment
	movement   ledger.Movement
	origin     ledger.Origin
	step       ledger.Step
	action     string
	invoice    ledger.Invoice
	voucher    ledger.Voucher
	offer      ledger.VoucherStep
	beside     Beside
	licence    ledger.Licence
	currency   string
}

// column is one column of a table: its names, whether a row needs it, an example, and how its cells are read.
type column struct {
	zh, en   string
	need     bool
	example  string
	inFen    string // the example in fen, of columns with money
	inZh     string // the example in Chinese, where the cell may be Chinese
	money    bool   // the header states the unit; read after the other cells, whose currency it needs
	readCell func(r *record, cell string) error
}

// money columns carry their unit in the header: 金额(元), amount (fen).
func (c *column) header(lang Lang, unit Unit) string {
	name := c.en
	if lang == Chinese {
		name = c.zh
	}
	switch {
	case !c.money:
		return name
	case lang == Chinese && unit == Yuan:
		return name + "(元)"
	case lang == Chinese:
		return name + "(分)"
	}
	return name + " (" + string(unit) + ")"
}

// required marks the column as one that every row fills.
func (c column) required() column {
	c.need = true
	return c
}

func text(zh, en, example string, field func(*record) *string) column {
	return column{zh: zh, en: en, example: example, readCell: func(r *record, cell string) error {
		*field(r) = plain(cell)
		return nil
	}}
}

// party reads an identifier with its scheme; 18 characters without one are a unified social credit code.
func party(zh, en, example string, field func(*record) *string) column {
	return column{zh: zh, en: en, example: example, readCell: func(r *record, cell string) error {
		if len(cell) == 18 && !strings.Contains(cell, ":") {
			cell = ledger.SchemeUSCC + ":" + strings.ToUpper(cell)
		}
		if err := ledger.CheckIdentifier(cell); err != nil {
			return err
		}
		*field(r) = cell
		return nil
	}}
}

// anyDate accepts what spreadsheets make of a date that was written as YYYY-MM-DD: the year always comes first.
var anyDate = regexp.MustCompile(`^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$`)

func date(zh, en, example string, field func(*record) *string) column {
	return column{zh: zh, en: en, example: example, readCell: func(r *record, cell string) error {
		m := anyDate.FindStringSubmatch(cell)
		if m == nil {
			return refuse(ledger.DateInvalid, "%s is no date: write YYYY-MM-DD", quote(cell))
		}
		day, err := time.Parse("2006-1-2", m[1]+"-"+m[2]+"-"+m[3])
		if err != nil {
			return refuse(ledger.DateInvalid, "%s is not in the calendar: write YYYY-MM-DD", quote(cell))
		}
		*field(r) = day.Format(time.DateOnly)
		return nil
	}}
}

// choice reads one word of a list, by code or by its Chinese name.
func choice[T ~string](zh, en, example string, list words, field func(*record) *T) column {
	return column{zh: zh, en: en, example: example, inZh: list.zh(example), readCell: func(r *record, cell string) error {
		for _, w := range list {
			if strings.EqualFold(cell, w.code) || cell == w.zh {
				*field(r) = T(w.code)
				return nil
			}
		}
		return refuse(ledger.FieldInvalid, "%s is not one of %s", quote(cell), list)
	}}
}

// list reads several codes in one cell, separated by semicolons or 、.
func list(zh, en, example string, field func(*record) *[]string) column {
	return column{zh: zh, en: en, example: example, readCell: func(r *record, cell string) error {
		for _, v := range strings.FieldsFunc(cell, func(c rune) bool { return c == ';' || c == '；' || c == '、' }) {
			if v = strings.TrimSpace(v); v != "" {
				*field(r) = append(*field(r), v)
			}
		}
		return nil
	}}
}

func currencyColumn() column {
	return column{zh: "币种", en: "currency", example: "CNY", readCell: func(r *record, cell string) error {
		code := strings.ToUpper(cell)
		if cell == "人民币" {
			code = "CNY"
		}
		if _, ok := amount.Exponent(code); !ok {
			return refuse(ledger.CurrencyInvalid, "%s is no ISO 4217 currency: write CNY", quote(cell))
		}
		r.currency = code
		return nil
	}}
}

func amountColumn(field func(*record) *int64) column {
	return column{zh: "金额", en: "amount", example: "1000000.00", inFen: "100000000", need: true, money: true, readCell: func(r *record, cell string) error {
		v, err := r.money(cell)
		*field(r) = v
		return err
	}}
}

// drawsColumn reads the lots that a payment draws on, each with its amount in the unit of the header.
func drawsColumn() column {
	return column{zh: "动用批次", en: "lots", money: true, readCell: func(r *record, cell string) error {
		for _, part := range strings.FieldsFunc(cell, func(c rune) bool { return c == ';' || c == '；' }) {
			lot, value, ok := strings.Cut(strings.TrimSpace(part), "=")
			if _, _, err := ledger.SplitLotID(strings.TrimSpace(lot)); !ok || err != nil {
				return refuse(ledger.FieldInvalid, "%s is no lot with an amount: write lot=amount, separated by semicolons", quote(part))
			}
			v, err := r.money(value)
			if err != nil {
				return err
			}
			r.movement.Draws = append(r.movement.Draws, ledger.Draw{Lot: strings.TrimSpace(lot), Amount: v})
		}
		return nil
	}}
}

func levelColumn() column {
	return column{zh: "证明级别", en: "level", readCell: func(r *record, cell string) error {
		n, err := strconv.Atoi(cell)
		if err != nil || n < 0 || n > int(ledger.WithReceipt) {
			return refuse(ledger.FieldInvalid, "%s is no attestation level: write 0, 1, 2 or 3", quote(cell))
		}
		r.step.Level = ledger.Level(n)
		return nil
	}}
}

// money reads a positive amount exactly in the unit of the header and the currency of the row.
func (r *record) money(cell string) (int64, error) {
	var v int64
	var err error
	if r.unit == Fen {
		v, err = amount.ParseMinor(cell)
	} else {
		v, err = amount.Parse(cell, r.currency)
	}
	if err == nil && v <= 0 {
		return 0, refuse(ledger.AmountInvalid, "the amount is %s: write a positive number", quote(cell))
	}
	return v, err
}

func refuse(code ledger.Code, format string, args ...any) error {
	return ledger.Refuse(code, fmt.Sprintf(format, args...))
}

// rowError makes a RowError of what a cell was refused for.
func rowError(line int, name string, err error) RowError {
	var e *ledger.Error
	if errors.As(err, &e) {
		return RowError{Row: line, Column: name, Code: e.Code, Message: e.Message}
	}
	return RowError{Row: line, Column: name, Code: ledger.FieldInvalid, Message: err.Error()}
}

func quote(s string) string {
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40]) + "…"
	}
	return strconv.Quote(s)
}
