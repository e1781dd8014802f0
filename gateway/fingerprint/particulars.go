// Package fingerprint names an invoice without telling what is in it: a keyed hash of its particulars in one canonical
// form. Who shares the consortium's key can tell whether an invoice in hand is registered; who does not cannot guess,
// although invoice numbers run in sequence and amounts are round.
//
// The canonical form (all members of a consortium must use the same):
//
//	seller|buyer|type|code|number|date|amount|currency
//
// Texts are Unicode NFKC in upper case without spaces and invisible characters; parties are identifiers with their
// scheme; amounts are whole minor units. A fully digitalised invoice (数电票) has a number of 20 digits and no code, a VAT
// invoice of the older kinds a code of 10 or 12 digits and a number of 8. A backslash goes before | and \ in a value.
package fingerprint

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/amount"
)

// The types of invoices, as ledger.Invoice.Type has them.
const (
	Digital     = "DIGITAL"      // 全面数字化的电子发票 (数电票)
	VATSpecial  = "VAT_SPECIAL"  // 增值税专用发票
	VATOrdinary = "VAT_ORDINARY" // 增值税普通发票
	Other       = "OTHER"        // any other invoice, domestic or foreign
)

// maxNumber bounds numbers and codes in characters; real ones have up to 30.
const maxNumber = 100

// Particulars are what makes an invoice this invoice and no other.
type Particulars struct {
	Seller   string // party identifier, such as uscc:91350100M000100Y43
	Buyer    string // party identifier
	Type     string // as ledger.Invoice.Type
	Code     string // 发票代码, of the older VAT invoices
	Number   string // 发票号码
	Date     string // of issue, YYYY-MM-DD
	Amount   int64  // payable, tax included, minor units
	Currency string // ISO 4217
}

// Normal answers the particulars with every value in its one canonical writing.
// Errors: FIELD_MISSING, FIELD_INVALID, IDENTIFIER_INVALID, PERSONAL_DATA, DATE_INVALID, AMOUNT_INVALID, CURRENCY_INVALID.
func (p Particulars) Normal() (Particulars, error) {
	for _, f := range []struct {
		name string
		text *string
	}{{"type", &p.Type}, {"code", &p.Code}, {"number", &p.Number}, {"date", &p.Date}, {"currency", &p.Currency}} {
		if !utf8.ValidString(*f.text) {
			return p, wrong(f.name, strings.ToValidUTF8(*f.text, "?"), "text in UTF-8")
		}
		*f.text = settled(*f.text, strings.ToUpper)
	}
	var err error
	if p.Seller, err = party("seller", p.Seller); err != nil {
		return p, err
	}
	if p.Buyer, err = party("buyer", p.Buyer); err != nil {
		return p, err
	}
	if err := p.checkNumber(); err != nil {
		return p, err
	}
	if _, err := time.Parse(time.DateOnly, p.Date); err != nil {
		return p, ledger.Refuse(ledger.DateInvalid, "date is "+quote(p.Date)+": write the invoice's date as YYYY-MM-DD", "field", "date")
	}
	if p.Amount <= 0 {
		return p, ledger.Refuse(ledger.AmountInvalid, "amount must be positive, in minor units (fen)", "field", "amount")
	}
	if _, known := amount.Exponent(p.Currency); !known {
		return p, ledger.Refuse(ledger.CurrencyInvalid, quote(p.Currency)+" is no ISO 4217 currency: write one such as CNY", "field", "currency")
	}
	return p, nil
}

// Canonical answers the one writing of the particulars that the fingerprint is made of. Errors: as Normal.
func (p Particulars) Canonical() (string, error) {
	n, err := p.Normal()
	if err != nil {
		return "", err
	}
	return n.canonical(), nil
}

func (p Particulars) canonical() string {
	return join(p.Seller, p.Buyer, p.Type, p.Code, p.Number, p.Date, strconv.FormatInt(p.Amount, 10), p.Currency)
}

// join keeps values apart whatever they hold.
func join(values ...string) string {
	for i, v := range values {
		values[i] = strings.ReplaceAll(strings.ReplaceAll(v, `\`, `\\`), `|`, `\|`)
	}
	return strings.Join(values, "|")
}

// checkNumber checks code and number by the invoice's type.
func (p Particulars) checkNumber() error {
	if p.Number == "" {
		return ledger.Refuse(ledger.FieldMissing, "number is missing: give the invoice's number", "field", "number")
	}
	switch p.Type {
	case Digital:
		if len(p.Number) != 20 || !digits(p.Number) {
			return wrong("number", p.Number, "the 20 digits of a fully digitalised invoice")
		}
		if p.Code != "" {
			return wrong("code", p.Code, "none: a fully digitalised invoice has a number only")
		}
	case VATSpecial, VATOrdinary:
		if len(p.Number) != 8 || !digits(p.Number) {
			return wrong("number", p.Number, "the 8 digits of a VAT invoice")
		}
		if p.Code == "" {
			return ledger.Refuse(ledger.FieldMissing, "code is missing: a VAT invoice has one of 10 or 12 digits", "field", "code")
		}
		if len(p.Code) != 10 && len(p.Code) != 12 || !digits(p.Code) {
			return wrong("code", p.Code, "the 10 or 12 digits of a VAT invoice's code")
		}
	case Other:
		if n := utf8.RuneCountInString(p.Number); n > maxNumber {
			return wrong("number", p.Number, "at most "+strconv.Itoa(maxNumber)+" characters")
		}
		if n := utf8.RuneCountInString(p.Code); n > maxNumber {
			return wrong("code", p.Code, "at most "+strconv.Itoa(maxNumber)+" characters")
		}
	case "":
		return ledger.Refuse(ledger.FieldMissing, "type is missing: give DIGITAL, VAT_SPECIAL, VAT_ORDINARY or OTHER", "field", "type")
	default:
		return wrong("type", p.Type, "DIGITAL, VAT_SPECIAL, VAT_ORDINARY or OTHER")
	}
	return nil
}

// party brings an identifier into the writing that the ledger has: the scheme in lower case, registered codes in upper
// case. Other identifiers tell upper and lower case apart, as the ledger does.
func party(field, id string) (string, error) {
	if !utf8.ValidString(id) {
		return "", wrong(field, strings.ToValidUTF8(id, "?"), "text in UTF-8")
	}
	id = settled(id, func(s string) string { return s })
	if id == "" {
		return "", ledger.Refuse(ledger.FieldMissing, field+" is missing: give the party's identifier", "field", field)
	}
	scheme, value, found := strings.Cut(id, ":")
	if !found { // 18 characters without a scheme are a unified social credit code
		scheme, value = ledger.SchemeUSCC, id
	}
	scheme = strings.ToLower(scheme)
	if scheme == ledger.SchemeUSCC || scheme == ledger.SchemeLEI {
		value = strings.ToUpper(value)
	}
	id = scheme + ":" + value
	if err := ledger.CheckIdentifier(id); err != nil {
		if err.Detail == nil {
			err.Detail = map[string]string{}
		}
		err.Detail["field"] = field
		return "", err
	}
	return id, nil
}

// settled answers a text in NFKC, in the case that the function gives, without spaces, control characters and what is not
// seen (zero-width characters, byte order marks). Taking a character out, or changing its case, may let its neighbours
// compose anew, so it goes round until nothing changes.
func settled(text string, inCase func(string) string) string {
	for range 8 {
		next := strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
				return -1
			}
			return r
		}, inCase(norm.NFKC.String(text)))
		if next == text {
			break
		}
		text = next
	}
	return text
}

func digits(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

func wrong(field, value, want string) *ledger.Error {
	return ledger.Refuse(ledger.FieldInvalid, field+" is "+quote(value)+": write "+want, "field", field)
}

// quote shows a value, cut where it is long.
func quote(s string) string {
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60]) + "…"
	}
	return strconv.Quote(s)
}
