package bulk

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"fundtrace/chaincode/ledger"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// Encoding is how a table's text is written.
type Encoding string

// The encodings. Spreadsheets in China write GB18030, or UTF-8 with a byte order mark.
const (
	UTF8    Encoding = "utf-8"
	GB18030 Encoding = "gb18030"
)

var mark = []byte{0xEF, 0xBB, 0xBF}

// decode tells UTF-8 from GB18030 by the bytes: no Chinese header of ours in GB18030 is valid UTF-8. Errors: MALFORMED.
func decode(raw []byte) (string, Encoding, error) {
	if bytes.HasPrefix(raw, []byte{0xFF, 0xFE}) || bytes.HasPrefix(raw, []byte{0xFE, 0xFF}) {
		return "", "", ledger.Refuse(ledger.Malformed, `the table is in UTF-16: save it as "CSV UTF-8"`)
	}
	if bytes.HasPrefix(raw, []byte("PK\x03\x04")) {
		return "", "", ledger.Refuse(ledger.Malformed, `this is a workbook, not CSV: save it as "CSV UTF-8"`)
	}
	text, marked := bytes.CutPrefix(raw, mark)
	if at := invalid(text); at < 0 {
		return string(text), UTF8, nil
	} else if marked {
		return "", "", notText(text, at, "UTF-8")
	}
	decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(text)
	if err != nil {
		return "", "", ledger.Refuse(ledger.Malformed, "the table is neither UTF-8 nor GB18030: save it in one of them")
	}
	if at := bytes.IndexRune(decoded, utf8.RuneError); at >= 0 {
		return "", "", notText(decoded, at, "UTF-8 nor GB18030")
	}
	return string(decoded), GB18030, nil
}

func invalid(text []byte) int {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

func notText(text []byte, at int, what string) error {
	line := strconv.Itoa(1 + bytes.Count(text[:at], []byte{'\n'}))
	return ledger.Refuse(ledger.Malformed, "line "+line+": there are bytes that are not "+what+": save the table again in one encoding", "line", line)
}

// formula tells cells that a spreadsheet would take for a formula.
func formula(cell string) bool {
	return cell != "" && strings.ContainsRune("=+-@\t\r＝＋－＠", []rune(cell)[0])
}

// Safe makes a text cell harmless for spreadsheets: what would be taken for a formula gets an apostrophe in front.
// Everything that is written to CSV for people goes through it, except numbers.
func Safe(cell string) string {
	if formula(cell) || strings.HasPrefix(cell, "'") {
		return "'" + cell
	}
	return cell
}

// plain undoes Safe.
func plain(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && (formula(rest) || strings.HasPrefix(rest, "'")) {
		return rest
	}
	return cell
}
