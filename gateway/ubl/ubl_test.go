package ubl_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/fingerprint"
	. "fundtrace/gateway/ubl"
)

func sample(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile("testdata/invoice.xml")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// with answers the sample with one text replaced, which must be there.
func with(t testing.TB, old, replacement string) string {
	t.Helper()
	s := sample(t)
	if !strings.Contains(s, old) {
		t.Fatalf("the sample does not hold %q", old)
	}
	return strings.Replace(s, old, replacement, 1)
}

func TestRead(t *testing.T) {
	text := sample(t)
	got, problems, err := Read([]byte(text))
	if err != nil || problems != nil {
		t.Fatal(problems, err)
	}
	sum := sha256.Sum256([]byte(text))
	want := &Invoice{
		Particulars: fingerprint.Particulars{Seller: "uscc:91350100M000100Y43", Buyer: "uscc:91330100799655058B", Type: fingerprint.Digital,
			Number: "26212000000012345678", Date: "2026-03-01", Amount: 1_000_000_00, Currency: "CNY"},
		Due: "2026-04-30", Order: "PO-7", Contract: Reference{"HT-2026-004", "2026-01-05"}, Despatch: Reference{"D-1", "2026-02-20"},
		SHA256: hex.EncodeToString(sum[:]),
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestReadVariants(t *testing.T) {
	const supplier = `<cbc:CompanyID schemeID="USCC">91350100m000100y43</cbc:CompanyID>`
	code := `<cac:AdditionalDocumentReference><cbc:ID>X</cbc:ID><cbc:DocumentType>other</cbc:DocumentType></cac:AdditionalDocumentReference>` +
		`<cac:AdditionalDocumentReference><cbc:ID>2100204130</cbc:ID><cbc:DocumentType>INVOICE_CODE</cbc:DocumentType></cac:AdditionalDocumentReference><cac:OrderReference>`
	paper := strings.Replace(with(t, "<cac:OrderReference>", code), "<cbc:ID>26212000000012345678</cbc:ID>", "<cbc:ID>01234567</cbc:ID>", 1)
	paper = strings.Replace(paper, "<cbc:InvoiceTypeCode>", `<cbc:InvoiceTypeCode name="增值税专用发票">`, 1)
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String(with(t, `encoding="UTF-8"`, `encoding="GB18030"`))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		text string
		ok   func(*Invoice) bool
	}{
		"the newest version":       {with(t, "2.1</cbc:UBL", "2.4</cbc:UBL"), func(*Invoice) bool { return true }},
		"no version":               {with(t, "<cbc:UBLVersionID>2.1</cbc:UBLVersionID>", ""), func(*Invoice) bool { return true }},
		"other prefixes":           {strings.NewReplacer("cbc:", "b:", "xmlns:cbc", "xmlns:b").Replace(sample(t)), func(*Invoice) bool { return true }},
		"byte order mark":          {"\ufeff" + sample(t), func(*Invoice) bool { return true }},
		"GB18030":                  {gbk, func(i *Invoice) bool { return i.Number == "26212000000012345678" }},
		"date with a time zone":    {with(t, "2026-03-01<", "2026-03-01+08:00<"), func(i *Invoice) bool { return i.Date == "2026-03-01" }},
		"no due date":              {with(t, "<cbc:DueDate>2026-04-30</cbc:DueDate>", ""), func(i *Invoice) bool { return i.Due == "" }},
		"due by payment means":     {with(t, "<cbc:DueDate>2026-04-30</cbc:DueDate>", "<cac:PaymentMeans><cbc:PaymentDueDate>2026-05-01</cbc:PaymentDueDate></cac:PaymentMeans>"), func(i *Invoice) bool { return i.Due == "2026-05-01" }},
		"supplier by the tax code": {with(t, supplier, ""), func(i *Invoice) bool { return i.Seller == "uscc:91350100M000100Y43" }},
		"an LEI beside the code":   {with(t, supplier, supplier+`<cbc:CompanyID schemeID="LEI">5493001KJTIIGC8Y1R12</cbc:CompanyID>`), func(i *Invoice) bool { return i.Seller == "uscc:91350100M000100Y43" }},
		"customer by LEI":          {with(t, `<cbc:CompanyID schemeID="USCC">91330100799655058B`, `<cbc:CompanyID schemeID="0199">5493001KJTIIGC8Y1R12`), func(i *Invoice) bool { return i.Buyer == "lei:5493001KJTIIGC8Y1R12" }},
		"a number of its own":      {with(t, "26212000000012345678", "INV 2026/7"), func(i *Invoice) bool { return i.Type == fingerprint.Other && i.Number == "INV2026/7" }},
		"the kind by its name":     {with(t, "<cbc:InvoiceTypeCode>", `<cbc:InvoiceTypeCode name="OTHER">`), func(i *Invoice) bool { return i.Type == fingerprint.Other }},
		"an invoice of paper": {paper, func(i *Invoice) bool {
			return i.Type == fingerprint.VATSpecial && i.Code == "2100204130" && i.Number == "01234567"
		}},
		"decimals that are zeros":   {with(t, "1000000.00<", "1000000.0000<"), func(i *Invoice) bool { return i.Amount == 1_000_000_00 }},
		"a comment inside a value":  {with(t, "1000000.00<", "1000<!-- x -->000.00<"), func(i *Invoice) bool { return i.Amount == 1_000_000_00 }},
		"a currency without cents":  {strings.ReplaceAll(strings.Replace(sample(t), "1000000.00", "1000000", 1), "CNY", "JPY"), func(i *Invoice) bool { return i.Amount == 1_000_000 && i.Currency == "JPY" }},
		"elements of other parties": {with(t, "<cac:OrderReference>", `<x:ID xmlns:x="urn:x">7</x:ID><cac:OrderReference>`), func(i *Invoice) bool { return i.Number == "26212000000012345678" }},
	} {
		got, problems, err := Read([]byte(c.text))
		if err != nil || problems != nil || !c.ok(got) {
			t.Errorf("%s: %+v %v %v", name, got, problems, err)
		}
	}
}

// The document as a whole is refused.
func TestReadRefusesDocuments(t *testing.T) {
	deep := strings.Repeat("<a>", 60) + strings.Repeat("</a>", 60)
	for name, c := range map[string]struct {
		text string
		code ledger.Code
		says string
	}{
		"nothing":              {"", ledger.Malformed, "no element"},
		"no XML":               {"number,amount\n1,2\n", ledger.Malformed, "no element"},
		"JSON":                 {`{"a":1}`, ledger.Malformed, "no element"},
		"cut off":              {sample(t)[:900], ledger.Malformed, "XML cannot be read"},
		"tags crossed":         {with(t, "</cbc:DueDate>", "</cbc:ID>"), ledger.Malformed, "XML cannot be read"},
		"two documents":        {sample(t) + "<Invoice/>", ledger.Malformed, "another document"},
		"UTF-16":               {"\xff\xfe<\x00", ledger.Malformed, "UTF-16"},
		"an odd encoding":      {with(t, "UTF-8", "EBCDIC-CP-US"), ledger.Malformed, "EBCDIC"},
		"bytes that are none":  {with(t, "PO-7", "PO-\xff"), ledger.Malformed, "XML cannot be read"},
		"a document type":      {with(t, "<Invoice", `<!DOCTYPE Invoice SYSTEM "http://example.com/x.dtd"><Invoice`), ledger.Malformed, "none is resolved"},
		"an entity bomb":       {with(t, "<Invoice", `<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><Invoice`), ledger.Malformed, "none is resolved"},
		"an unknown entity":    {with(t, "PO-7", "&po;"), ledger.Malformed, "entities are not resolved"},
		"a file's entity":      {with(t, "PO-7", "&#x0;"), ledger.Malformed, "XML cannot be read"},
		"too deep":             {with(t, "<cac:OrderReference>", deep+"<cac:OrderReference>"), ledger.TooLarge, "deep"},
		"too large":            {sample(t) + strings.Repeat(" ", MaxBytes), ledger.TooLarge, "MiB"},
		"a credit note":        {strings.NewReplacer("Invoice-2", "CreditNote-2", "<Invoice", "<CreditNote", "</Invoice>", "</CreditNote>").Replace(sample(t)), NotInvoice, "credit note"},
		"a credit note's code": {with(t, ">380<", ">381<"), NotInvoice, "credit note"},
		"a pro forma":          {with(t, ">380<", ">325<"), NotInvoice, "pro forma"},
		"a correction":         {with(t, ">380<", ">384<"), NotInvoice, "corrects"},
		"a prepayment":         {with(t, ">380<", ">386<"), NotInvoice, "advance"},
		"factored already":     {with(t, ">380<", ">393<"), NotInvoice, "assigned"},
		"an order":             {strings.NewReplacer("Invoice-2", "Order-2", "<Invoice", "<Order", "</Invoice>", "</Order>").Replace(sample(t)), NotInvoice, "UBL Order"},
		"UBL 1":                {with(t, ":xsd:Invoice-2", ":xsd:Invoice-1.0"), NotInvoice, "UBL 2 has it in"},
		"no namespace":         {with(t, `xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"`, ""), NotInvoice, "UBL 2 has it in"},
		"another standard":     {`<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"/>`, NotInvoice, "CrossIndustryInvoice"},
		"a page":               {"<html><body/></html>", NotInvoice, "html"},
		"elements in a value":  {with(t, ">PO-7<", "><cbc:ID>PO-7</cbc:ID><"), ledger.Malformed, "it takes text"},
	} {
		got, problems, err := Read([]byte(c.text))
		if ledger.ErrorCode(err) != c.code || !strings.Contains(err.Error(), c.says) || got != nil || problems != nil {
			t.Errorf("%s: %+v %v %v, want %s that says %q", name, got, problems, err, c.code, c.says)
		}
	}
}

// Single elements are refused, each with its name and line.
func TestReadRefusesElements(t *testing.T) {
	for name, c := range map[string]struct {
		text    string
		element string
		code    ledger.Code
	}{
		"an older version":         {with(t, "2.1</cbc:UBL", "2.0</cbc:UBL"), "cbc:UBLVersionID", ledger.FieldInvalid},
		"no number":                {with(t, "<cbc:ID>26212000000012345678</cbc:ID>", ""), "cbc:ID", ledger.FieldMissing},
		"an empty number":          {with(t, "26212000000012345678", " "), "cbc:ID", ledger.FieldMissing},
		"a number twice":           {with(t, "<cbc:IssueDate>", "<cbc:ID>2</cbc:ID><cbc:IssueDate>"), "cbc:ID", ledger.FieldInvalid},
		"an endless number":        {with(t, "26212000000012345678", strings.Repeat("9", 1001)), "cbc:ID", ledger.TooLarge},
		"a number for OTHER":       {with(t, "26212000000012345678", strings.Repeat("9", 101)), "cbc:ID", ledger.FieldInvalid},
		"no date":                  {with(t, "<cbc:IssueDate>2026-03-01</cbc:IssueDate>", ""), "cbc:IssueDate", ledger.FieldMissing},
		"no such day":              {with(t, "2026-03-01", "2026-02-30"), "cbc:IssueDate", ledger.DateInvalid},
		"a written day":            {with(t, "2026-03-01", "1 March 2026"), "cbc:IssueDate", ledger.DateInvalid},
		"no such due day":          {with(t, "2026-04-30", "2026-04-31"), "cbc:DueDate", ledger.DateInvalid},
		"no currency":              {with(t, "<cbc:DocumentCurrencyCode>CNY</cbc:DocumentCurrencyCode>", ""), "cbc:DocumentCurrencyCode", ledger.FieldMissing},
		"no such currency":         {with(t, "<cbc:DocumentCurrencyCode>CNY", "<cbc:DocumentCurrencyCode>RMB"), "cbc:DocumentCurrencyCode", ledger.CurrencyInvalid},
		"another currency":         {with(t, `PayableAmount currencyID="CNY"`, `PayableAmount currencyID="USD"`), "cac:LegalMonetaryTotal/cbc:PayableAmount", ledger.CurrencyMismatch},
		"an amount of no currency": {with(t, `PayableAmount currencyID="CNY"`, `PayableAmount`), "cac:LegalMonetaryTotal/cbc:PayableAmount", ledger.FieldMissing},
		"no amount":                {with(t, `<cbc:PayableAmount currencyID="CNY">1000000.00</cbc:PayableAmount>`, ""), "cac:LegalMonetaryTotal/cbc:PayableAmount", ledger.FieldMissing},
		"a tenth of a fen":         {with(t, "1000000.00<", "1000000.001<"), "cac:LegalMonetaryTotal/cbc:PayableAmount", ledger.AmountInvalid},
		"thousands apart":          {with(t, "1000000.00<", "1,000,000.00<"), "cac:LegalMonetaryTotal/cbc:PayableAmount", ledger.AmountInvalid},
		"a power of ten":           {with(t, "1000000.00<", "1e6<"), "cac:LegalMonetaryTotal/cbc:PayableAmount", ledger.AmountInvalid},
		"nothing owed":             {with(t, "1000000.00<", "0.00<"), "cac:LegalMonetaryTotal/cbc:PayableAmount", ledger.AmountInvalid},
		"less than nothing":        {with(t, "1000000.00<", "-1.00<"), "cac:LegalMonetaryTotal/cbc:PayableAmount", ledger.AmountInvalid},
		"more than can be":         {with(t, "1000000.00<", "99999999999999999999.00<"), "cac:LegalMonetaryTotal/cbc:PayableAmount", ledger.AmountInvalid},
		"an amount twice":          {with(t, "</cac:LegalMonetaryTotal>", `<cbc:PayableAmount currencyID="CNY">1.00</cbc:PayableAmount></cac:LegalMonetaryTotal>`), "cac:LegalMonetaryTotal/cbc:PayableAmount", ledger.FieldInvalid},
		"a mistyped code":          {with(t, "91330100799655058B", "91330100799655058C"), "cac:AccountingCustomerParty/cac:Party/cac:PartyLegalEntity/cbc:CompanyID", ledger.IdentifierInvalid},
		"a customer of no scheme":  {with(t, `schemeID="USCC">91330100799655058B`, `schemeID="0088">4035811991021`), "cac:AccountingCustomerParty/cac:Party/cac:PartyLegalEntity/cbc:CompanyID", ledger.FieldMissing},
		"two suppliers":            {with(t, "<cbc:CompanyID>91350100M000100Y43", "<cbc:CompanyID>9144030071526726XG"), "cac:AccountingSupplierParty/cac:Party/cac:PartyTaxScheme/cbc:CompanyID", ledger.FieldInvalid},
		"a code without a kind":    {with(t, "<cac:OrderReference>", `<cac:AdditionalDocumentReference><cbc:ID>2100204130</cbc:ID><cbc:DocumentType>发票代码</cbc:DocumentType></cac:AdditionalDocumentReference><cac:OrderReference>`), "cbc:InvoiceTypeCode", ledger.FieldMissing},
		"a digital with a code":    {strings.Replace(with(t, "<cac:OrderReference>", `<cac:AdditionalDocumentReference><cbc:ID>2100204130</cbc:ID><cbc:DocumentType>发票代码</cbc:DocumentType></cac:AdditionalDocumentReference><cac:OrderReference>`), "<cbc:InvoiceTypeCode>", `<cbc:InvoiceTypeCode name="数电票">`, 1), "cac:AdditionalDocumentReference/cbc:ID", ledger.FieldInvalid},
		"a code that is not said":  {with(t, "<cac:OrderReference>", `<cac:AdditionalDocumentReference><cbc:DocumentType>INVOICE_CODE</cbc:DocumentType></cac:AdditionalDocumentReference><cac:OrderReference>`), "cac:AdditionalDocumentReference/cbc:ID", ledger.FieldMissing},
		"a contract of no day":     {with(t, "2026-01-05", "2026-13-05"), "cac:ContractDocumentReference/cbc:IssueDate", ledger.DateInvalid},
	} {
		got, problems, err := Read([]byte(c.text))
		if err != nil || got != nil || len(problems) == 0 {
			t.Errorf("%s: %+v %v %v", name, got, problems, err)
			continue
		}
		found := false
		for _, p := range problems {
			found = found || p.Element == c.element && p.Code == c.code
			if p.Line < 4 || p.Message == "" {
				t.Errorf("%s: %+v lacks a line or a sentence", name, p)
			}
		}
		if !found {
			t.Errorf("%s: %+v, want %s at %s", name, problems, c.code, c.element)
		}
	}
}

func TestReadListsEveryProblem(t *testing.T) {
	text := strings.NewReplacer("2026-03-01", "2026-03-00", "1000000.00", "1.005", "91330100799655058B", "1").Replace(sample(t))
	_, problems, err := Read([]byte(text))
	if err != nil || len(problems) != 3 {
		t.Fatalf("%+v %v", problems, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(sample(f)))
	f.Add([]byte(`<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>`))
	f.Add([]byte(with(f, "<cac:OrderReference>", `<cac:AdditionalDocumentReference><cbc:DocumentType>INVOICE_CODE</cbc:DocumentType></cac:AdditionalDocumentReference><cac:OrderReference>`)))
	f.Add([]byte("\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"gbk\"?><a>\x81</a>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, problems, err := Read(data)
		switch {
		case err != nil:
			if ledger.ErrorCode(err) == "" || got != nil || problems != nil {
				t.Fatalf("not a refusal: %+v %v %v", got, problems, err)
			}
		case len(problems) > 0:
			if got != nil {
				t.Fatalf("an invoice with problems: %+v", got)
			}
		default:
			if again, err := got.Normal(); err != nil || again != got.Particulars {
				t.Fatalf("an invoice that cannot be named: %+v %v", got, err)
			}
		}
	})
}
