// Package ubl reads invoices in the Universal Business Language (OASIS UBL, ISO/IEC 19845), version 2.1 and later. It
// takes from a document what tells the invoice from every other one, and what a claim stands on; it fetches nothing and
// resolves nothing.
package ubl

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"

	"fundtrace/chaincode/ledger"
)

// NotInvoice is the code of a document that can be read and is no invoice that anybody owes: a credit note, a pro forma
// invoice, another document or another standard.
const NotInvoice ledger.Code = "NOT_AN_INVOICE"

// Limits of one document.
const (
	MaxBytes = 4 << 20 // an invoice with some thousand lines
	maxDepth = 40      // elements in one another; UBL itself needs about 12
	maxText  = 1000    // characters of a value that is read
)

// The namespaces of UBL 2, the same in all of its versions.
const (
	ublSpace     = "urn:oasis:names:specification:ubl:schema:xsd:"
	invoiceSpace = ublSpace + "Invoice-2"
	cacSpace     = ublSpace + "CommonAggregateComponents-2"
	cbcSpace     = ublSpace + "CommonBasicComponents-2"
)

// Problem is what is wrong with one element. Several may be wrong at once.
type Problem struct {
	Line    int         `json:"line"`    // of the file, from 1
	Element string      `json:"element"` // such as cac:LegalMonetaryTotal/cbc:PayableAmount
	Code    ledger.Code `json:"code"`
	Message string      `json:"message"`
}

// value is the text of an element that is read.
type value struct {
	text   string
	attr   map[string]string // schemeID, currencyID, name
	line   int
	parent int // which occurrence of the enclosing element
}

// document holds the values of an invoice by their paths under the root.
type document struct {
	values map[string][]value
	line   int // of the root
}

// wanted are the elements that are read; everything else is passed over.
var wanted = map[string]bool{
	pathVersion: true, pathID: true, pathIssued: true, pathDue: true, pathType: true, pathCurrency: true, pathPayable: true, pathPaymentDue: true,
	pathOrder: true, pathContract: true, pathContractDate: true, pathDespatch: true, pathDespatchDate: true,
	pathReference: true, pathReferenceType: true,
}

func init() {
	for _, side := range []string{pathSupplier, pathCustomer} {
		for _, p := range partyPaths {
			wanted[side+p] = true
		}
	}
}

// parse reads a document's values. Errors: TOO_LARGE, MALFORMED, NOT_AN_INVOICE.
func parse(data []byte) (*document, error) {
	if len(data) > MaxBytes {
		return nil, ledger.Refuse(ledger.TooLarge, fmt.Sprintf("the document is larger than %d MiB: leave embedded attachments out", MaxBytes>>20))
	}
	if bytes.HasPrefix(data, []byte{0xFF, 0xFE}) || bytes.HasPrefix(data, []byte{0xFE, 0xFF}) {
		return nil, ledger.Refuse(ledger.Malformed, "the document is in UTF-16: save it in UTF-8")
	}
	d := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte{0xEF, 0xBB, 0xBF})))
	d.CharsetReader = charset
	p := parser{xml: d, document: &document{values: map[string][]value{}}}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, p.broken(err)
		}
		if err := p.take(token); err != nil {
			return nil, err
		}
	}
	if p.document.line == 0 {
		return nil, ledger.Refuse(ledger.Malformed, "the document holds no element: send an invoice in XML")
	}
	return p.document, nil
}

// charset decodes what a declaration names besides UTF-8.
func charset(label string, in io.Reader) (io.Reader, error) {
	switch strings.ToLower(label) {
	case "gb18030", "gbk", "gb2312":
		return simplifiedchinese.GB18030.NewDecoder().Reader(in), nil
	case "us-ascii", "ascii":
		return in, nil
	}
	return nil, fmt.Errorf("the encoding %s is not known here", quote(label))
}

// parser follows the elements of a document.
type parser struct {
	xml      *xml.Decoder
	document *document
	path     []string        // open elements under the root, as cac:X or cbc:X; "-" for those of other namespaces
	parents  map[string]int  // how many elements of a path there were
	now      *value          // the wanted element that is open
	text     strings.Builder // of now
	open     int             // depth of open elements, the root included
	closed   bool            // the root has ended
}

// take follows one token. Errors: MALFORMED, TOO_LARGE, NOT_AN_INVOICE.
func (p *parser) take(token xml.Token) error {
	switch t := token.(type) {
	case xml.Directive:
		return p.refuse(ledger.Malformed, "a document type or entity is declared: an invoice needs none, and none is resolved: take it out")
	case xml.StartElement:
		return p.begin(t)
	case xml.EndElement:
		p.end()
	case xml.CharData:
		if p.now != nil && p.text.Len() <= 4*maxText {
			p.text.Write(t)
		}
	}
	return nil
}

func (p *parser) begin(t xml.StartElement) error {
	if p.closed {
		return p.refuse(ledger.Malformed, "another document follows the invoice: send one at a time")
	}
	if p.now != nil {
		return p.refuse(ledger.Malformed, "the element "+p.at()+" holds other elements: it takes text")
	}
	if p.open++; p.open > maxDepth {
		return p.refuse(ledger.TooLarge, fmt.Sprintf("there are elements more than %d deep: this is no invoice that people wrote", maxDepth))
	}
	line, _ := p.xml.InputPos()
	if p.open == 1 {
		p.document.line = line
		return checkRoot(t.Name)
	}
	name := "-"
	switch t.Name.Space {
	case cacSpace:
		name = "cac:" + t.Name.Local
	case cbcSpace:
		name = "cbc:" + t.Name.Local
	}
	parent := p.parents[p.at()]
	p.path = append(p.path, name)
	if p.parents == nil {
		p.parents = map[string]int{}
	}
	at := p.at()
	if strings.HasPrefix(name, "cac:") {
		p.parents[at]++
	}
	if !wanted[at] {
		return nil
	}
	p.text.Reset()
	p.now = &value{line: line, parent: parent}
	for _, a := range t.Attr {
		if a.Name.Space == "" {
			if p.now.attr == nil {
				p.now.attr = map[string]string{}
			}
			p.now.attr[a.Name.Local] = a.Value
		}
	}
	return nil
}

func (p *parser) end() {
	p.open--
	if p.open == 0 {
		p.closed = true
		return
	}
	if p.now != nil {
		p.now.text = strings.TrimSpace(p.text.String())
		p.document.values[p.at()] = append(p.document.values[p.at()], *p.now)
		p.now = nil
	}
	p.path = p.path[:len(p.path)-1]
}

func (p *parser) at() string { return strings.Join(p.path, "/") }

func (p *parser) refuse(code ledger.Code, why string) error {
	line, _ := p.xml.InputPos()
	return ledger.Refuse(code, fmt.Sprintf("line %d: %s", line, why), "line", fmt.Sprint(line))
}

// broken says where the XML ends to be XML.
func (p *parser) broken(err error) error {
	why := err.Error()
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		why = syntax.Msg
		if strings.Contains(why, "entity") {
			why += ": entities are not resolved, write the characters themselves"
		}
	}
	return p.refuse(ledger.Malformed, "the XML cannot be read ("+clip(why)+"): save the document again in UTF-8")
}

// checkRoot refuses what is no UBL invoice. Errors: NOT_AN_INVOICE.
func checkRoot(name xml.Name) error {
	space, local := clip(name.Space), clip(name.Local)
	why := "the root is " + quote(local) + ` in the namespace ` + quote(space) + ": send a UBL invoice, in the namespace " + invoiceSpace
	switch {
	case name.Local == "Invoice" && name.Space == invoiceSpace:
		return nil
	case name.Local == "CreditNote":
		why = "this is a credit note: it lowers what is owed. Register the invoices that stand"
	case name.Local == "Invoice":
		why = "the root Invoice is in the namespace " + quote(space) + ": UBL 2 has it in " + invoiceSpace
	case strings.HasPrefix(name.Space, ublSpace):
		why = "this is a UBL " + local + ", not an Invoice"
	}
	return ledger.Refuse(NotInvoice, why, "element", local, "namespace", space)
}

func clip(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return s
}

func quote(s string) string { return fmt.Sprintf("%q", clip(s)) }
