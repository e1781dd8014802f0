package iati

import (
	"bufio"
	"bytes"
	"io"
	"regexp"
	"strings"

	"fundtrace/chaincode/ledger"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// encodings lists what an XML declaration may name. UTF-8 needs no decoder. What is not listed is refused: a file in
// an encoding that nobody expects is more often an attack or an accident than a text.
var encodings = map[string]encoding.Encoding{
	"utf-8": nil, "us-ascii": nil, "ascii": nil,
	"iso-8859-1": charmap.ISO8859_1, "latin1": charmap.ISO8859_1, "iso-8859-2": charmap.ISO8859_2,
	"iso-8859-5": charmap.ISO8859_5, "iso-8859-6": charmap.ISO8859_6, "iso-8859-7": charmap.ISO8859_7,
	"iso-8859-9": charmap.ISO8859_9, "iso-8859-15": charmap.ISO8859_15,
	"windows-1250": charmap.Windows1250, "windows-1251": charmap.Windows1251, "windows-1252": charmap.Windows1252,
	"windows-1254": charmap.Windows1254, "windows-1256": charmap.Windows1256, "koi8-r": charmap.KOI8R,
	"gb18030": simplifiedchinese.GB18030, "gbk": simplifiedchinese.GBK, "gb2312": simplifiedchinese.GBK,
	"big5": traditionalchinese.Big5, "shift_jis": japanese.ShiftJIS, "euc-jp": japanese.EUCJP, "euc-kr": korean.EUCKR,
}

var declaration = regexp.MustCompile(`^<\?xml\s[^>]*?encoding\s*=\s*["']([^"']*)["']`)

// declarationRoom is how far an XML declaration is looked for.
const declarationRoom = 512

// toUTF8 answers the text of raw in UTF-8, and the name of the encoding that it was in. A byte order mark that
// contradicts the declaration is refused. Errors: FIELD_INVALID with line 1.
func toUTF8(raw io.Reader) (io.Reader, string, error) {
	text := bufio.NewReaderSize(raw, 64<<10)
	mark := ""
	switch head, _ := text.Peek(4); {
	case bytes.HasPrefix(head, []byte{0xEF, 0xBB, 0xBF}):
		mark = "utf-8"
		_, _ = text.Discard(3)
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE, 0, 0}), bytes.HasPrefix(head, []byte{0, 0, 0xFE, 0xFF}):
		return nil, "", badEncoding("the file is in UTF-32")
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}), bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		mark = "utf-16"
		utf16 := unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM)
		text = bufio.NewReaderSize(utf16.NewDecoder().Reader(text), 64<<10)
	case bytes.HasPrefix(head, []byte{'<', 0}), bytes.HasPrefix(head, []byte{0, '<'}):
		return nil, "", badEncoding("the file is in UTF-16 without a byte order mark")
	}
	head, _ := text.Peek(declarationRoom)
	label := mark
	if m := declaration.FindSubmatch(head); m != nil {
		label = strings.ToLower(string(m[1]))
		agrees := mark == "" || label == mark || mark == "utf-16" && (label == "utf-16le" || label == "utf-16be")
		if !agrees {
			return nil, "", badEncoding("the XML declaration says " + quote(label) + " and the byte order mark says " + mark)
		}
	}
	if mark != "" {
		return text, mark, nil
	}
	if label == "" {
		label = "utf-8"
	}
	enc, known := encodings[label]
	if !known {
		return nil, "", badEncoding("the encoding " + quote(label) + " is not known here")
	}
	if enc == nil {
		return text, label, nil
	}
	return enc.NewDecoder().Reader(text), label, nil
}

func badEncoding(why string) error {
	return ledger.Refuse(ledger.FieldInvalid, "line 1: "+why+": save the file in UTF-8 and declare that", "line", "1")
}

// guard hands out the text byte by byte and stops when a single token or the whole text grows too long, so that the
// XML decoder never gathers more than that in memory.
type guard struct {
	text       *bufio.Reader
	used       int64 // since the last token
	total      int64
	token, all int64 // the limits
}

func (g *guard) ReadByte() (byte, error) {
	if g.used >= g.token || g.total >= g.all {
		return 0, errTooLong
	}
	b, err := g.text.ReadByte()
	if err == nil {
		g.used++
		g.total++
	}
	return b, err
}

// Read makes guard an io.Reader, which the decoder asks for and does not use.
func (g *guard) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	b, err := g.ReadByte()
	if err != nil {
		return 0, err
	}
	p[0] = b
	return 1, nil
}
