package ledger

import (
	"strconv"
	"unicode/utf8"
)

// The canonical form (RFC 8785) of what leaves are made of, written straight out: the general way by way of maps costs more
// than all else that recording a movement takes. Members come in the order of their names. A test holds it against a
// library and against every field of Movement.

// appendLeaf writes a Leaf; writer is in canonical form already, being the same for many.
func appendLeaf(to []byte, at, id string, m *Movement, salt string, writer []byte) []byte {
	to = append(to, `{"at":`...)
	to = appendString(to, at)
	to = append(to, `,"id":`...)
	to = appendString(to, id)
	to = append(to, `,"movement":`...)
	to = appendMovement(to, m)
	to = appendText(to, `,"salt":`, salt)
	to = append(to, `,"writer":`...)
	to = append(to, writer...)
	return append(to, '}')
}

func appendWriter(to []byte, w *Writer) []byte {
	to = append(to, `{"msp":`...)
	to = appendString(to, w.MSP)
	to = append(to, `,"name":`...)
	to = appendString(to, w.Name)
	to = appendText(to, `,"party":`, w.Party)
	to = append(to, `,"role":`...)
	to = appendString(to, w.Role)
	return append(to, '}')
}

func appendMovement(to []byte, m *Movement) []byte {
	to = append(to, `{"amount":`...)
	to = appendAmount(to, m.Amount)
	to = appendText(to, `,"bank_ref":`, m.BankRef)
	to = appendText(to, `,"cash":`, m.Cash)
	to = appendText(to, `,"commitment":`, m.Commitment)
	to = append(to, `,"currency":`...)
	to = appendString(to, m.Currency)
	to = append(to, `,"date":`...)
	to = appendString(to, m.Date)
	to = appendText(to, `,"document":`, m.Document)
	if len(m.Draws) > 0 {
		to = append(to, `,"draws":`...)
		for i := range m.Draws {
			if i == 0 {
				to = append(to, `[{"amount":`...)
			} else {
				to = append(to, `,{"amount":`...)
			}
			to = appendAmount(to, m.Draws[i].Amount)
			to = append(to, `,"lot":`...)
			to = appendString(to, m.Draws[i].Lot)
			to = append(to, '}')
		}
		to = append(to, ']')
	}
	to = appendText(to, `,"expires":`, m.Expires)
	to = appendText(to, `,"from":`, m.From)
	to = append(to, `,"kind":`...)
	to = appendString(to, string(m.Kind))
	if m.Level != 0 {
		to = append(to, `,"level":`...)
		to = strconv.AppendInt(to, int64(m.Level), 10)
	}
	to = appendText(to, `,"memo":`, m.Memo)
	to = append(to, `,"n":`...)
	to = strconv.AppendInt(to, int64(m.N), 10)
	if o := m.Origin; o != nil {
		to = append(to, `,"origin":{`...)
		if o.BudgetLine != "" {
			to = append(to, `"budget_line":`...)
			to = appendString(to, o.BudgetLine)
			to = append(to, ',')
		}
		if o.Investor != "" {
			to = append(to, `"investor":`...)
			to = appendString(to, o.Investor)
			to = append(to, ',')
		}
		to = append(to, `"source":`...)
		to = appendString(to, string(o.Source))
		to = append(to, '}')
	}
	to = appendText(to, `,"payee":`, m.Payee)
	to = appendText(to, `,"purpose":`, string(m.Purpose))
	to = appendText(to, `,"stage":`, string(m.Stage))
	to = appendText(to, `,"to":`, m.To)
	to = appendText(to, `,"voucher":`, m.Voucher)
	return append(to, '}')
}

// appendText writes an optional member: nothing where it is empty. name comes with its comma, quotes and colon.
func appendText(to []byte, name, v string) []byte {
	if v == "" {
		return to
	}
	return appendString(append(to, name...), v)
}

// appendAmount writes minor units as the ledger does, a decimal string.
func appendAmount(to []byte, v int64) []byte {
	to = append(to, '"')
	to = strconv.AppendInt(to, v, 10)
	return append(to, '"')
}

// appendString writes a JSON string as RFC 8785 §3.2.2.2 has it: quotes, backslashes and control characters are escaped,
// everything else stands for itself.
func appendString(to []byte, v string) []byte {
	const hexDigits = "0123456789abcdef"
	to = append(to, '"')
	done := 0
	for i := 0; i < len(v); {
		c := v[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(v[i:])
			if r == utf8.RuneError && size == 1 { // as encoding/json does with what is no text
				to = append(append(to, v[done:i]...), "\uFFFD"...)
				done = i + 1
			}
			i += size
			continue
		}
		i++
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		to = append(to, v[done:i-1]...)
		done = i
		switch c {
		case '"', '\\':
			to = append(to, '\\', c)
		case '\b':
			to = append(to, `\b`...)
		case '\t':
			to = append(to, `\t`...)
		case '\n':
			to = append(to, `\n`...)
		case '\f':
			to = append(to, `\f`...)
		case '\r':
			to = append(to, `\r`...)
		default:
			to = append(to, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return append(append(to, v[done:]...), '"')
}
