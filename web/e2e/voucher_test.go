package web_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

const dialog = `//*[@role="dialog"]`

// recorded is the page's word that a step is on the ledger.
func recorded(step string) string {
	return `//*[@role="status"]//*[contains(., "` + step + `: recorded on the ledger")]`
}

// TestVoucherLife is a voucher's way through the page: the debtor confirms what it owes and drafts, a second person
// issues, the supplier accepts and splits, an auditor sees a tree that closes.
func TestVoucherLife(t *testing.T) {
	g := running(t)
	chromium(t)
	s := g.supply(t)
	claim := s.owed(t, g)
	auditor := g.signIn(t, g.first(t, "auditor"))

	one := open(t, g, s.one)
	one.do("confirm the receivable", one.view("#/claim/"+claim), chromedp.Click(button("Confirm")), chromedp.WaitVisible(dialog),
		chromedp.Click(dialog+button("Confirm")), chromedp.WaitVisible(recorded("Confirm")))
	one.do("draft on all of it", one.view("#/draft?claim="+claim), chromedp.Click(button("All that is left")), chromedp.Click(button("3 months")),
		chromedp.Click(button("Record the draft")), chromedp.WaitVisible(`//h1[contains(., "Voucher of")]`))
	lot := one.here("voucher")
	if v := auditor.voucher(t, lot); v.State != "DRAFT" || v.Face != "10005" {
		t.Fatalf("the draft is %+v, want one of 10005 fen", v)
	}
	if said := one.text(`[role=group][aria-label="Actions"]`); !strings.Contains(said, "another person") || strings.Contains(said, "Issue") {
		t.Errorf("who drafted the voucher is told %q", said)
	}

	two := open(t, g, s.two)
	two.sign("Drafts to sign", lot, "Issue")
	if v := auditor.voucher(t, lot); v.State != "ISSUED" {
		t.Fatalf("the voucher is %s after its issue", v.State)
	}

	supplier := open(t, g, s.supplier)
	supplier.sign("Vouchers to accept", lot, "Accept")
	supplier.do("split", chromedp.Click(`//*[@role="group"]`+button("Split")), chromedp.WaitVisible(dialog),
		chromedp.SendKeys(dialog+`//input[@aria-label="Piece 1 (yuan)"]`, "60"), chromedp.Click(dialog+button("Fill in the rest")),
		chromedp.Click(dialog+button("Split into 2")), chromedp.WaitVisible(recorded("Split")))
	if v := auditor.voucher(t, lot); v.State != "SPLIT" {
		t.Fatalf("the voucher is %s after its split", v.State)
	}
	piece := supplier.text(`[role=status] a.id`)
	quoted(t, supplier, auditor, lot)
	if piece == "" {
		t.Error("the page names no new voucher")
	}
	treeCloses(t, g, auditor, lot)
}

// sign takes a step from the list of what waits: the button of the voucher's row, the dialog, the answer.
func (p *page) sign(queue, lot, step string) {
	p.t.Helper()
	row := `//section[@aria-label="` + queue + `"]//tr[.//a[@title="` + lot + `"]]`
	p.do(step, p.view("#/vouchers"), chromedp.WaitVisible(`//section[@aria-label="`+queue+`"]`), p.whole(queue), chromedp.Click(row+`//a[contains(., "`+step+`")]`),
		chromedp.WaitVisible(dialog), chromedp.Click(dialog+button(step)), chromedp.WaitVisible(recorded(step)))
}

// whole shows all of a queue, where it shows some only.
func (p *page) whole(queue string) chromedp.Action {
	return chromedp.Evaluate(`[...document.querySelectorAll('section[aria-label="`+queue+`"] button')].find((b) => b.textContent.startsWith("Show all"))?.click()`, nil)
}

// here is the identifier in the page's address.
func (p *page) here(view string) string {
	p.t.Helper()
	var hash string
	p.do("read the address", chromedp.Evaluate(`location.hash`, &hash))
	id, found := strings.CutPrefix(hash, "#/"+view+"/")
	if !found {
		p.t.Fatalf("the page is at %q, not at a %s", hash, view)
	}
	return id
}

// quoted asks for a price in the dialog of an application and compares it with what the API answers. Nothing is sent.
func quoted(t *testing.T, p *page, s *session, root string) {
	t.Helper()
	var tree struct {
		Nodes []struct{ Voucher, State string }
	}
	s.get(t, "/vouchers/"+root+"/tree", &tree)
	lot := tree.Nodes[len(tree.Nodes)-1].Voucher
	var quote struct{ Net, Discount string }
	s.get(t, "/vouchers/"+lot+"/quote?rate_ppm=43500&day_count=ACT/360", &quote)
	p.do("quote", p.view("#/voucher/"+lot), chromedp.Click(button("Apply for financing")), chromedp.WaitVisible(dialog),
		chromedp.SendKeys(dialog+labelled("Rate (% a year)"), "4.35"), chromedp.WaitVisible(dialog+`//section[@aria-label="Quote"]`))
	said := p.text(`section[aria-label="Quote"]`)
	for _, fen := range []string{quote.Net, quote.Discount} {
		if !strings.Contains(said, yuan(t, fen)) {
			t.Errorf("the quote says %q, which lacks %s", said, yuan(t, fen))
		}
	}
}

// treeCloses compares the tree in the page with the API's.
func treeCloses(t *testing.T, g *gateway, auditor *session, lot string) {
	t.Helper()
	var tree struct {
		Face  string
		Nodes []struct{ Voucher, Face, State string }
		Sums  struct{ Live string }
	}
	auditor.get(t, "/vouchers/"+lot+"/tree", &tree)
	if len(tree.Nodes) != 3 || tree.Sums.Live != tree.Face {
		t.Fatalf("the tree is %+v, want a root and two live pieces", tree)
	}
	p := open(t, g, auditor.user)
	var rows []string
	p.do("open the tree", p.view("#/tree/"+lot), chromedp.WaitVisible(`table.tree tbody tr`, chromedp.ByQuery),
		chromedp.Evaluate(`[...document.querySelectorAll("table.tree tbody tr")].map((r) => r.querySelector("a").title + " " + r.querySelector("td").textContent)`, &rows))
	for i, n := range tree.Nodes {
		if want := n.Voucher + " " + yuan(t, n.Face); i >= len(rows) || rows[i] != want {
			t.Errorf("the rows are %q: the one at %d is not %q", rows, i, want)
		}
	}
	if totals := p.text(`section[aria-label="Totals"]`); !strings.Contains(totals, yuan(t, tree.Face)) || !strings.Contains(totals, "closes to the fen") {
		t.Errorf("the totals say %q", totals)
	}
}

// TestTraceThroughVoucher follows public money to the supplier that was paid by a voucher.
func TestTraceThroughVoucher(t *testing.T) {
	g := running(t)
	chromium(t)
	auditor := g.signIn(t, g.first(t, "auditor"))
	root, want := auditor.settled(t)
	p := open(t, g, auditor.user)
	section := `section[aria-labelledby="settlements"]`
	var rows []string
	p.do("trace", p.view("#/trace/"+root), chromedp.WaitVisible(section, chromedp.ByQuery),
		chromedp.Evaluate(`[...document.querySelectorAll('`+section+` button')].find((b) => b.textContent.startsWith("Show all"))?.click()`, nil),
		chromedp.WaitVisible(section+` a[title="`+want.Voucher+`"]`, chromedp.ByQuery),
		chromedp.Evaluate(`[...document.querySelector('`+section+` a[title="`+want.Voucher+`"]').closest("section").querySelectorAll("tbody tr")].map((r) => r.lastElementChild.textContent)`, &rows))
	if len(rows) != len(want.Chain) {
		t.Fatalf("the page shows %d holders of the voucher, the trace %d", len(rows), len(want.Chain))
	}
	for i, h := range want.Chain {
		days := "–"
		if h.Days != nil {
			days = strconv.Itoa(*h.Days)
		}
		if rows[i] != days {
			t.Errorf("holder %d waited %s days in the page, %s in the trace", i, rows[i], days)
		}
	}
	if totals := p.text(`section[aria-label="Totals"]`); !strings.Contains(totals, "closes to the fen") {
		t.Errorf("the totals say %q", totals)
	}
}

// yuan writes minor units as the page does: two decimals, groups of three.
func yuan(t *testing.T, fen string) string {
	t.Helper()
	for len(fen) < 3 {
		fen = "0" + fen
	}
	whole, cents := fen[:len(fen)-2], fen[len(fen)-2:]
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return whole + "." + cents
}
