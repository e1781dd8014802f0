package web_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestImportInvoices looks at a table with a fault, which is told by its line; records the corrected one; and finds the
// invoice again by what is printed on it.
func TestImportInvoices(t *testing.T) {
	g := running(t)
	chromium(t)
	s := g.supply(t)
	day := time.Now().AddDate(0, 0, -2).Format(time.DateOnly)
	number := invoiceNumber(t)
	good := s.creditor + "," + s.core + ",DIGITAL,," + number + "," + day + ",1.23\n"
	table := func(name, rows string) string {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, []byte("seller,buyer,type,code,number,date,amount (yuan)\n"+rows), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	p := open(t, g, s.supplier)
	file := `input[type=file]`
	p.do("look at a table with a fault", p.view("#/invoice-import"), chromedp.WaitReady(file, chromedp.ByQuery),
		chromedp.SetUploadFiles(file, []string{table("faulty.csv", good+strings.Replace(good, number, "26", 1))}, chromedp.ByQuery),
		chromedp.Click(button("Preview")), chromedp.WaitVisible(`table[aria-label="Rows that are refused"]`, chromedp.ByQuery))
	if said := p.text(`table[aria-label="Rows that are refused"]`); !strings.Contains(said, "#3") || !strings.Contains(said, "20 digits") {
		t.Errorf("of the fault in line 3 the page says %q", said)
	}
	p.do("record the corrected table", chromedp.SetUploadFiles(file, []string{table("good.csv", good)}, chromedp.ByQuery),
		chromedp.WaitNotPresent(`table[aria-label="Rows that are refused"]`, chromedp.ByQuery), chromedp.Click(button("Preview")),
		chromedp.Click(button("Record 1")), chromedp.WaitVisible(`//*[contains(., "1 invoice registered")]`))

	p.do("look the invoice up", p.view("#/invoice-lookup"), chromedp.WaitVisible(labelled("Seller")), chromedp.SendKeys(labelled("Seller"), s.creditor),
		chromedp.SendKeys(labelled("Buyer"), s.core), chromedp.SendKeys(labelled("Invoice number"), number), p.set(labelled("Date of invoice"), day),
		chromedp.SendKeys(labelled("Payable"), "1.23"), chromedp.Click(button("Look up")), chromedp.WaitVisible(`//h2[contains(., "The invoice is")]`))
	if said := p.text(`main section[aria-live]`); !strings.Contains(said, "The invoice is registered") || !strings.Contains(said, "1.23") {
		t.Errorf("of the invoice the page says %q", said)
	}
}

// set puts a value into a field that no keyboard fills the same way everywhere, such as a date.
func (p *page) set(xpath, value string) chromedp.Action {
	return chromedp.Evaluate(`((field) => {
		Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, "`+value+`");
		field.dispatchEvent(new Event("input", { bubbles: true }));
	})(document.evaluate(`+"`"+xpath+"`"+`, document, null, XPathResult.FIRST_ORDERED_NODE_TYPE).singleNodeValue)`, nil)
}
