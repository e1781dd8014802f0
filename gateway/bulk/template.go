package bulk

import (
	"bytes"
	"encoding/csv"
	"fmt"

	"fundtrace/chaincode/ledger"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// Lang is the language of a table's header.
type Lang string

// The languages.
const (
	Chinese Lang = "zh"
	English Lang = "en"
)

// Template writes the table of an operation with one example line, ready for a spreadsheet: UTF-8 with a byte order
// mark, or GB18030; lines end in CR LF. unit is ignored where there are no amounts. Errors: UNKNOWN_OPERATION,
// FIELD_INVALID.
func Template(op Operation, lang Lang, enc Encoding, unit Unit) ([]byte, error) {
	l, err := layoutOf(op)
	if err != nil {
		return nil, err
	}
	for _, v := range []struct{ field, got, a, b string }{
		{"lang", string(lang), string(Chinese), string(English)},
		{"encoding", string(enc), string(UTF8), string(GB18030)},
		{"unit", string(unit), string(Yuan), string(Fen)},
	} {
		if v.got != v.a && v.got != v.b {
			return nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("%s is %s: use %s or %s", v.field, quote(v.got), v.a, v.b), "field", v.field)
		}
	}
	names, example := make([]string, len(l.columns)), make([]string, len(l.columns))
	for i := range l.columns {
		c := &l.columns[i]
		names[i] = c.header(lang, unit)
		example[i] = Safe(c.example)
		switch {
		case c.money && unit == Fen:
			example[i] = c.inFen
		case lang == Chinese && c.inZh != "":
			example[i] = Safe(c.inZh)
		}
	}
	var b bytes.Buffer
	if enc == UTF8 {
		b.Write(mark)
	}
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	if err := w.WriteAll([][]string{names, example}); err != nil {
		return nil, fmt.Errorf("write the template: %w", err)
	}
	if enc == UTF8 {
		return b.Bytes(), nil
	}
	out, err := simplifiedchinese.GB18030.NewEncoder().Bytes(b.Bytes())
	if err != nil {
		return nil, fmt.Errorf("write the template in GB18030: %w", err)
	}
	return out, nil
}
