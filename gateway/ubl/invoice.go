package ubl

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/amount"
	"fundtrace/gateway/fingerprint"
)

// The paths of what is read, under the root.
const (
	pathVersion       = "cbc:UBLVersionID"
	pathID            = "cbc:ID"
	pathIssued        = "cbc:IssueDate"
	pathDue           = "cbc:DueDate"
	pathPaymentDue    = "cac:PaymentMeans/cbc:PaymentDueDate"
	pathType          = "cbc:InvoiceTypeCode"
	pathCurrency      = "cbc:DocumentCurrencyCode"
	pathPayable       = "cac:LegalMonetaryTotal/cbc:PayableAmount"
	pathOrder         = "cac:OrderReference/cbc:ID"
	pathContract      = "cac:ContractDocumentReference/cbc:ID"
	pathContractDate  = "cac:ContractDocumentReference/cbc:IssueDate"
	pathDespatch      = "cac:DespatchDocumentReference/cbc:ID"
	pathDespatchDate  = "cac:DespatchDocumentReference/cbc:IssueDate"
	pathReference     = "cac:AdditionalDocumentReference/cbc:ID"
	pathReferenceType = "cac:AdditionalDocumentReference/cbc:DocumentType"
	pathSupplier      = "cac:AccountingSupplierParty/cac:Party/"
	pathCustomer      = "cac:AccountingCustomerParty/cac:Party/"
)

// Invoice is what a document says of an invoice.
type Invoice struct {
	fingerprint.Particulars        // in their canonical writing
	Due                     string // last day of payment, YYYY-MM-DD; may be empty
	Order                   string // the buyer's order; may be empty
	Contract                Reference
	Despatch                Reference
	SHA256                  string // of the document as it was read
}

// Reference is another document that the invoice names; ID is empty where it names none.
type Reference struct {
	ID   string
	Date string // YYYY-MM-DD; may be empty
}

// Read takes an invoice out of a document. What is wrong with single elements is listed, all of it, and there is no
// invoice then. The document as a whole is refused where it is none. Errors: TOO_LARGE, MALFORMED, NOT_AN_INVOICE.
func Read(data []byte) (*Invoice, []Problem, error) {
	d, err := parse(data)
	if err != nil {
		return nil, nil, err
	}
	sum := sha256.Sum256(data)
	r := reading{document: d, invoice: &Invoice{SHA256: hex.EncodeToString(sum[:])}}
	if err := r.read(); err != nil {
		return nil, nil, err
	}
	if len(r.problems) > 0 {
		return nil, r.problems, nil
	}
	return r.invoice, nil, nil
}

// reading is a document being turned into an invoice.
type reading struct {
	*document
	invoice  *Invoice
	problems []Problem
}

func (r *reading) read() error {
	i := r.invoice
	if v, ok := r.one(pathVersion); ok && !version.MatchString(v.text) {
		r.problem(v, pathVersion, ledger.FieldInvalid, "the version is "+quote(v.text)+": UBL 2.1 and later are read")
	}
	kind, _ := r.one(pathType)
	if why := unfit[kind.text]; why != "" {
		return ledger.Refuse(NotInvoice, "the type code "+kind.text+" in "+pathType+" says that "+why, "element", pathType, "code", kind.text)
	}
	number, ok := r.one(pathID)
	if !ok {
		r.missing(pathID, "the invoice's number")
	}
	i.Number = number.text
	i.Date = r.date(pathIssued, true)
	if i.Due = r.date(pathDue, false); i.Due == "" {
		i.Due = r.date(pathPaymentDue, false)
	}
	r.amount()
	i.Seller = r.party(pathSupplier, "the supplier")
	i.Buyer = r.party(pathCustomer, "the customer")
	i.Code = r.code()
	r.kind(kind)
	order, _ := r.one(pathOrder)
	i.Order = order.text
	i.Contract = r.reference(pathContract, pathContractDate)
	i.Despatch = r.reference(pathDespatch, pathDespatchDate)
	if len(r.problems) > 0 {
		return nil
	}
	normal, err := i.Normal()
	var refused *ledger.Error
	if errors.As(err, &refused) { // what no single element shows: number and code by the invoice's type
		at, v := pathID, number
		switch refused.Detail["field"] {
		case "type":
			at, v = pathType, kind
		case "code":
			at, v = pathReference, value{line: r.line}
		}
		r.problem(v, at, refused.Code, refused.Message)
		return nil
	}
	i.Particulars = normal
	return err
}

var version = regexp.MustCompile(`^2\.[1-9][0-9]?$`)

// unfit are type codes (UNTDID 1001) of documents that nobody owes anything on, or on which somebody else stands already.
var unfit = map[string]string{
	"381": creditNote, "261": creditNote, "262": creditNote, "296": creditNote, "308": creditNote, "396": creditNote, "420": creditNote, "458": creditNote, "532": creditNote,
	"325": "it is a pro forma invoice: nothing is owed on it",
	"384": "it corrects another invoice: register the invoice that stands",
	"386": "it asks for a payment in advance: nothing has been delivered yet",
	"393": "the claim has been assigned to a factor already",
}

const creditNote = "it is a credit note: it lowers what is owed. Register the invoices that stand"

// one answers the value of an element that may stand once.
func (r *reading) one(path string) (value, bool) {
	list := r.values[path]
	if len(list) == 0 || list[0].text == "" {
		return value{line: r.line}, false
	}
	v := list[0]
	if len(list) > 1 {
		r.problem(list[1], path, ledger.FieldInvalid, "it stands twice: keep one")
	}
	if utf8.RuneCountInString(v.text) > maxText {
		r.problem(v, path, ledger.TooLarge, "the text is longer than 1000 characters")
		v.text = ""
	}
	return v, true
}

func (r *reading) problem(v value, element string, code ledger.Code, message string) {
	r.problems = append(r.problems, Problem{Line: v.line, Element: element, Code: code, Message: message})
}

func (r *reading) missing(element, what string) {
	r.problem(value{line: r.line}, element, ledger.FieldMissing, "it is missing or empty: it says "+what+" (namespace "+cbcSpace+")")
}

// zone is what xs:date allows behind a date.
var zone = regexp.MustCompile(`(Z|[+-][0-9]{2}:[0-9]{2})$`)

func (r *reading) date(path string, need bool) string {
	v, ok := r.one(path)
	if !ok {
		if need {
			r.missing(path, "the day on which the invoice was issued")
		}
		return ""
	}
	day := v.text
	if len(day) > len(time.DateOnly) {
		day = zone.ReplaceAllString(day, "")
	}
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		r.problem(v, path, ledger.DateInvalid, quote(v.text)+" is no calendar date: write YYYY-MM-DD")
		return ""
	}
	return day
}

// amount reads the payable amount exactly, in the currency of the document.
func (r *reading) amount() {
	v, ok := r.one(pathCurrency)
	if !ok {
		r.missing(pathCurrency, "the currency, such as CNY")
	} else if _, known := amount.Exponent(v.text); !known {
		r.problem(v, pathCurrency, ledger.CurrencyInvalid, quote(v.text)+" is no ISO 4217 currency with a minor unit: write one such as CNY")
		return
	}
	r.invoice.Currency = v.text
	pay, found := r.one(pathPayable)
	if !found {
		r.missing(pathPayable, "what is to be paid")
		return
	}
	switch own := pay.attr["currencyID"]; {
	case own == "":
		r.problem(pay, pathPayable, ledger.FieldMissing, "it has no currencyID: state the currency of the amount")
		return
	case ok && own != v.text:
		r.problem(pay, pathPayable, ledger.CurrencyMismatch, "its currencyID is "+quote(own)+" and the document is in "+v.text+": make them one")
		return
	case !ok:
		return
	}
	minor, err := amount.Parse(pay.text, v.text)
	var refused *ledger.Error
	switch {
	case errors.As(err, &refused):
		r.problem(pay, pathPayable, refused.Code, refused.Message)
	case minor <= 0:
		r.problem(pay, pathPayable, ledger.AmountInvalid, "the amount is "+quote(pay.text)+": nothing is owed on the invoice")
	}
	r.invoice.Amount = minor
}

// kinds are the words by which InvoiceTypeCode/@name tells the kinds of Chinese invoices apart; UBL has no field for it.
var kinds = map[string]string{
	"DIGITAL": fingerprint.Digital, "数电票": fingerprint.Digital, "全面数字化的电子发票": fingerprint.Digital,
	"VAT_SPECIAL": fingerprint.VATSpecial, "增值税专用发票": fingerprint.VATSpecial,
	"VAT_ORDINARY": fingerprint.VATOrdinary, "增值税普通发票": fingerprint.VATOrdinary,
	"OTHER": fingerprint.Other,
}

var twentyDigits = regexp.MustCompile(`^[0-9]{20}$`)

// kind settles the invoice's type: as the type code's name says, or else by its number: a Chinese seller's number of 20
// digits is a fully digitalised invoice's.
func (r *reading) kind(v value) {
	i := r.invoice
	if name := strings.TrimSpace(v.attr["name"]); name != "" {
		if i.Type = kinds[name]; i.Type != "" {
			return
		}
	}
	switch {
	case i.Code != "":
		r.problem(v, pathType, ledger.FieldMissing, "an invoice with a code is one of VAT: say VAT_SPECIAL or VAT_ORDINARY in the attribute name")
	case twentyDigits.MatchString(i.Number) && strings.HasPrefix(i.Seller, ledger.SchemeUSCC+":"):
		i.Type = fingerprint.Digital
	default:
		i.Type = fingerprint.Other
	}
}

// code finds the code (发票代码) of an older VAT invoice among the additional references.
func (r *reading) code() string {
	var codes []value
	for _, kind := range r.values[pathReferenceType] {
		if kind.text != "INVOICE_CODE" && kind.text != "发票代码" {
			continue
		}
		at := slices.IndexFunc(r.values[pathReference], func(v value) bool { return v.parent == kind.parent })
		if at < 0 {
			r.problem(kind, pathReference, ledger.FieldMissing, "the reference to the invoice's code has no cbc:ID: give it the code")
			continue
		}
		codes = append(codes, r.values[pathReference][at])
	}
	if len(codes) > 1 {
		r.problem(codes[1], pathReference, ledger.FieldInvalid, "the invoice's code stands twice: keep one")
	}
	if len(codes) == 0 {
		return ""
	}
	return codes[0].text
}

// reference reads the first reference of a kind: an invoice over several deliveries names them all, and the earliest is
// the caller's to find.
func (r *reading) reference(path, datePath string) Reference {
	list := r.values[path]
	if len(list) == 0 {
		return Reference{}
	}
	ref := Reference{ID: clip(list[0].text)}
	for _, v := range r.values[datePath] {
		if v.parent == list[0].parent {
			day := zone.ReplaceAllString(v.text, "")
			if _, err := time.Parse(time.DateOnly, day); err != nil {
				r.problem(v, datePath, ledger.DateInvalid, quote(v.text)+" is no calendar date: write YYYY-MM-DD")
				continue
			}
			ref.Date = day
		}
	}
	return ref
}
