package iati

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"fundtrace/chaincode/ledger"
)

// Limits bound what a file may cost to read.
type Limits struct {
	Bytes        int64 // of the whole text in UTF-8
	Token        int64 // bytes of one tag, comment or run of text
	Depth        int   // of nested elements
	Attributes   int   // of one element
	Text         int   // bytes of one value that is kept
	Activities   int
	Transactions int
}

// DefaultLimits fit the largest files of the public registry with room to spare.
var DefaultLimits = Limits{Bytes: 512 << 20, Token: 4 << 20, Depth: 64, Attributes: 200, Text: 16 << 10, Activities: 100_000, Transactions: 1_000_000}

var errTooLong = errors.New("the text is too long")

// Read reads an activity file as a stream: memory grows with the transactions, not with the text around them.
//
// The file is refused as a whole when it is no XML, is broken, declares a document type or entities, is in an unknown
// encoding, is no activity file of version 1.x or 2.x, or exceeds a limit. Errors: *ledger.Error MALFORMED,
// FIELD_INVALID or TOO_LARGE whose message and detail carry the line; other errors come from r.
func Read(r io.Reader, limits Limits) (*File, error) {
	sum := sha256.New()
	counted := &counter{r: io.TeeReader(r, sum)}
	text, name, err := toUTF8(counted)
	if err != nil {
		return nil, err
	}
	g := &guard{text: bufio.NewReaderSize(text, 64<<10), token: limits.Token, all: limits.Bytes}
	d := &decoder{xml: xml.NewDecoder(g), guard: g, limits: limits, foreign: encodings[name] != nil || name == "utf-16"}
	d.xml.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // toUTF8 has done it
	f := &File{Encoding: name}
	if err := d.file(f); err != nil {
		if counted.err != nil { // the disk or the network failed, not the file
			return nil, fmt.Errorf("read the activity file: %w", counted.err)
		}
		return nil, err
	}
	f.SHA256, f.Bytes = hex.EncodeToString(sum.Sum(nil)), counted.n
	return f, nil
}

// counter counts the bytes of the file and keeps its own reading error apart from the decoder's.
type counter struct {
	r   io.Reader
	n   int64
	err error
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		c.err = err
	}
	return n, err
}

// decoder reads tokens within limits.
type decoder struct {
	xml          *xml.Decoder
	guard        *guard
	limits       Limits
	foreign      bool // decoded from another encoding: U+FFFD stands for bytes that are none of its characters
	at           Position
	depth        int
	transactions int
}

// next answers the next token. Comments and processing instructions are passed over; document types are refused, and
// with them every entity of the file's own making.
func (d *decoder) next() (xml.Token, error) {
	for {
		d.guard.used = 0
		d.at.Line, d.at.Column = d.xml.InputPos()
		tok, err := d.xml.Token()
		if err != nil {
			return nil, d.broken(err)
		}
		switch t := tok.(type) {
		case xml.Directive:
			return nil, d.refuse(ledger.Malformed, "a document type declaration is not accepted: remove it, entities are a way to blow up a reader")
		case xml.StartElement:
			if err := d.enter(&t); err != nil {
				return nil, err
			}
			return t, nil
		case xml.EndElement:
			d.depth--
			return t, nil
		case xml.CharData:
			if err := d.legible(string(t)); err != nil {
				return nil, err
			}
			return t, nil
		}
	}
}

func (d *decoder) enter(t *xml.StartElement) error {
	if d.depth++; d.depth > d.limits.Depth {
		return d.refuse(ledger.TooLarge, fmt.Sprintf("elements are nested more than %d deep", d.limits.Depth))
	}
	if len(t.Attr) > d.limits.Attributes {
		return d.refuse(ledger.TooLarge, fmt.Sprintf("an element has more than %d attributes", d.limits.Attributes))
	}
	for i, a := range t.Attr {
		if err := d.legible(a.Value); err != nil {
			return err
		}
		for _, b := range t.Attr[:i] {
			if a.Name == b.Name {
				return d.refuse(ledger.Malformed, "the attribute "+quote(a.Name.Local)+" stands twice: XML allows it once")
			}
		}
	}
	return nil
}

func (d *decoder) legible(s string) error {
	if d.foreign && strings.ContainsRune(s, utf8.RuneError) {
		return d.refuse(ledger.FieldInvalid, "there are bytes that are no characters of the declared encoding: declare the right one")
	}
	return nil
}

func (d *decoder) broken(err error) error {
	var syntax *xml.SyntaxError
	switch {
	case errors.Is(err, io.EOF):
		return io.EOF
	case errors.Is(err, errTooLong):
		return d.refuse(ledger.TooLarge, fmt.Sprintf("the file exceeds %d bytes, or one tag or text in it %d bytes", d.limits.Bytes, d.limits.Token))
	case errors.As(err, &syntax):
		d.at.Line = syntax.Line
		return d.refuse(ledger.Malformed, "the XML is broken: "+clip(syntax.Msg))
	}
	return d.refuse(ledger.Malformed, "the XML cannot be read: "+clip(err.Error()))
}

func (d *decoder) refuse(code ledger.Code, why string) error {
	line := strconv.Itoa(d.at.Line)
	return ledger.Refuse(code, "line "+line+": "+why, "line", line, "column", strconv.Itoa(d.at.Column))
}

// skip passes over the rest of the element just entered.
func (d *decoder) skip() error { return d.each(func(xml.StartElement) error { return d.skip() }, nil) }

// each reads the content of the element just entered up to its end: child for each child element, which must read up
// to the child's end, and text, when given, for its text.
func (d *decoder) each(child func(xml.StartElement) error, text func([]byte) error) error {
	for {
		tok, err := d.next()
		if err != nil {
			return d.early(err)
		}
		switch t := tok.(type) {
		case xml.StartElement:
			err = child(t)
		case xml.CharData:
			if text != nil {
				err = text(t)
			}
		case xml.EndElement:
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (d *decoder) early(err error) error {
	if errors.Is(err, io.EOF) {
		return d.refuse(ledger.Malformed, "the file ends too early")
	}
	return err
}

// attribute answers the trimmed value of an attribute without namespace.
func attribute(t xml.StartElement, name string) (string, bool) {
	for _, a := range t.Attr {
		if a.Name.Space == "" && a.Name.Local == name {
			return strings.TrimSpace(a.Value), true
		}
	}
	return "", false
}

func value(t xml.StartElement, name string) string {
	v, _ := attribute(t, name)
	return v
}

func quote(s string) string { return strconv.Quote(clip(s)) }

func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
