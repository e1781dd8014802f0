package api

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"os"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
)

// sampleInvoice is a UBL invoice of e2 to e1.
func sampleInvoice(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("../ubl/testdata/invoice.xml")
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer("91350100M000100Y43", strings.TrimPrefix(party("e2@enterprise"), "uscc:"), "91350100m000100y43", strings.TrimPrefix(party("e2@enterprise"), "uscc:"),
		"91330100799655058B", strings.TrimPrefix(party("e1@enterprise"), "uscc:"), "2026-03-01", "2025-06-16", "2026-04-30", "2025-08-15").Replace(string(data))
}

// form packs files into a form; it answers the body and its media type.
func form(t *testing.T, files ...string) (string, string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i+1 < len(files); i += 2 {
		part, err := w.CreateFormFile("file", files[i])
		if err == nil {
			_, err = part.Write([]byte(files[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), w.FormDataContentType()
}

const invoiceHeader = "销售方,购买方,发票类型,发票代码,发票号码,开票日期,金额(元),币种,付款期限,文件摘要\n"

func csvInvoice(number, amount string) string {
	return strings.Join([]string{party("e2@enterprise"), party("e1@enterprise"), "数电票", "", number, "2025-06-16", amount, "CNY", "", ""}, ",") + "\n"
}

func TestImportInvoices(t *testing.T) {
	w := newWorld(t)
	w.furnishTrade()
	d := loadDescription(t, w)
	xml := sampleInvoice(t)
	send := func(user, query, body, media string) *ImportedInvoices {
		t.Helper()
		rec := w.do(user, http.MethodPost, Base+"/invoices/import"+query, body, "Content-Type", media, idempotencyHeader, "import-"+user)
		if rec.Code != http.StatusCreated {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
		d.check(t, http.MethodPost, "/invoices/import", rec)
		got := decode[ImportedInvoices](t, rec)
		return &got
	}
	one := send("e2@enterprise", "", xml, "application/xml")
	if len(one.Invoices) != 1 || one.Invoices[0].State != ledger.InvoiceRegistered || one.Invoices[0].Duplicate {
		t.Fatalf("%+v", one)
	}
	// The same invoice, typed in, is the same to the registry; its file's digest is on the ledger and its number is not.
	rec := w.do("e2@enterprise", http.MethodPost, Base+"/invoices/lookup", InvoiceParticulars{Seller: party("e2@enterprise"), Buyer: party("e1@enterprise"), Type: "DIGITAL",
		Number: "26212000000012345678", Date: "2025-06-16", Amount: 1_000_000_00, Currency: "CNY"})
	if s := decode[InvoiceStatus](t, rec); !s.Registered || s.Fingerprint != one.Invoices[0].Fingerprint {
		t.Errorf("%+v", s)
	}
	for _, b := range w.ledger.Blocks() {
		for _, data := range b.GetData().GetData() {
			if bytes.Contains(data, []byte("26212000000012345678")) {
				t.Fatal("an invoice's number is on the ledger")
			}
		}
	}
	if again := send("e2@enterprise", "", xml, "application/xml"); !again.Replayed {
		t.Errorf("the same file again: %+v", again)
	}

	table := invoiceHeader + csvInvoice("25212000000000000011", "100.00") + csvInvoice("25212000000000000012", "100.00")
	body, media := form(t, "a.xml", xml, "b.csv", table)
	rec = w.do("e1@enterprise", http.MethodPost, Base+"/invoices/import?preview=true", body, "Content-Type", media)
	d.check(t, http.MethodPost, "/invoices/import?preview=true", rec)
	p := decode[Preview](t, rec)
	if rec.Code != http.StatusOK || !p.Recordable || p.Rows != 3 || p.Totals[0].Amount != "100020000" || strings.Contains(rec.Body.String(), "26212000000012345678") {
		t.Errorf("preview: %s", rec.Body)
	}
	many := send("e1@enterprise", "", body, media)
	if len(many.Invoices) != 3 || !many.Invoices[0].Duplicate || many.Invoices[0].File != "a.xml" || many.Invoices[2].File != "b.csv" || many.Invoices[2].Row != 3 ||
		many.Invoices[1].Duplicate || many.Invoices[1].State != ledger.InvoiceRegistered {
		t.Errorf("%+v", many)
	}
	if n := many.Invoices[1].Near; len(n) != 1 || n[0].Invoices[0] != many.Invoices[2].Fingerprint { // one trade under two numbers
		t.Errorf("%+v", n)
	}
}

func TestImportRefusals(t *testing.T) {
	w := newWorld(t)
	w.furnishTrade()
	xml := sampleInvoice(t)
	row := func(number, amount string) string { return invoiceHeader + csvInvoice(number, amount) }
	files := func(files ...string) [2]string { b, m := form(t, files...); return [2]string{b, m} }
	height := w.ledger.Height()
	for _, tc := range []struct {
		name   string
		body   [2]string // content and media type
		status int
		code   ledger.Code
		has    []string
	}{
		{"JSON", [2]string{"{}", "application/json"}, 415, CodeMediaType, nil},
		{"nothing said", [2]string{xml, ""}, 415, CodeMediaType, nil},
		{"no invoice", [2]string{"<html/>", "application/xml"}, 422, "NOT_AN_INVOICE", []string{"send a UBL invoice"}},
		{"a credit note", [2]string{strings.Replace(xml, ">380<", ">381<", 1), "text/xml"}, 422, "NOT_AN_INVOICE", []string{"credit note"}},
		{"an entity", [2]string{"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + xml, "application/xml"}, 400, ledger.Malformed, nil},
		{"elements", [2]string{strings.NewReplacer("1000000.00", "1000000.001", "2025-06-16", "2025-06-31").Replace(xml), "application/xml"}, 422, ledger.BatchRefused,
			[]string{`"column":"cbc:IssueDate"`, `"column":"cac:LegalMonetaryTotal/cbc:PayableAmount"`, `"code":"AMOUNT_INVALID"`, `"row":31`}},
		{"cells", [2]string{row("1", "1.005"), "text/csv"}, 422, ledger.BatchRefused, []string{`"row":2`, `"column":"金额(元)"`}},
		{"a number of a spreadsheet", [2]string{row("2.52E+19", "1.00"), "text/csv"}, 422, ledger.BatchRefused, []string{`"row":2`, "20 digits"}},
		{"no table", [2]string{"a,b\n1,2\n", "text/csv"}, 422, ledger.FieldInvalid, nil},
		{"an empty form", files(), 400, ledger.Malformed, nil},
		{"one bad of two", files("good.xml", xml, "bad.csv", row("25212000000000000011", "0")), 422, ledger.BatchRefused, []string{`"file":"bad.csv"`}},
		{"one unreadable of two", files("good.xml", xml, "bad.xml", "<a>"), 422, ledger.BatchRefused, []string{`"file":"bad.xml"`, `"code":"NOT_AN_INVOICE"`}},
		{"twice the same", files("a.xml", xml, "b.xml", xml), 422, ledger.BatchRefused, []string{`"file":"b.xml"`, `"code":"ALREADY_EXISTS"`}},
		{"of others", [2]string{strings.ReplaceAll(xml, strings.TrimPrefix(party("e1@enterprise"), "uscc:"), strings.TrimPrefix(group, "uscc:")), "application/xml"}, 422, ledger.PartyUnknown, []string{`"row":1`}},
		{"too large", [2]string{strings.Repeat("x", LimitInvoices+1), "text/csv"}, 413, CodeBodyTooLarge, nil},
	} {
		rec := w.do("e2@enterprise", http.MethodPost, Base+"/invoices/import", tc.body[0], "Content-Type", tc.body[1])
		if rec.Code != tc.status || decode[Problem](t, rec).Code != tc.code {
			t.Errorf("%s: %d %s", tc.name, rec.Code, rec.Body)
		}
		for _, want := range tc.has {
			if !strings.Contains(rec.Body.String(), want) {
				t.Errorf("%s: %q is missing in\n%s", tc.name, want, pretty(rec.Body.Bytes()))
			}
		}
		if h := w.ledger.Height(); h != height {
			t.Fatalf("%s left something on the ledger", tc.name)
		}
	}
	body, media := form(t, "good.xml", xml, "bad.csv", row("1", "0"))
	rec := w.do("e2@enterprise", http.MethodPost, Base+"/invoices/import?preview=true", body, "Content-Type", media)
	if p := decode[Preview](t, rec); rec.Code != http.StatusOK || p.Recordable || p.Rows != 1 || len(p.Errors) != 1 || p.Errors[0].File != "bad.csv" {
		t.Errorf("preview: %d %s", rec.Code, rec.Body)
	}
}
