package web_test

import (
	"context"
	"crypto/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// chromium answers where a browser is installed, or skips the test.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("install chromium to test the page in a browser")
	return ""
}

// page is a tab in a browser profile of its own, in English.
type page struct {
	t   *testing.T
	ctx context.Context
	url string
}

// open starts a browser, signs the user in by the form and waits for the views.
func open(t *testing.T, g *gateway, u user) *page {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.UserDataDir(profile(t)), chromedp.WindowSize(1280, 1000))
	allocator, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, closeTab := chromedp.NewContext(allocator)
	t.Cleanup(closeTab)
	p := &page{t: t, ctx: ctx, url: g.url}
	// A first run without a deadline: it starts the browser, which would end with the deadline's context.
	if err := chromedp.Run(ctx); err != nil {
		t.Fatalf("start the browser: %v", err)
	}
	t.Cleanup(p.picture)
	p.do("sign in", chromedp.Navigate(g.url+"/"), chromedp.Evaluate(`localStorage.setItem("fundtrace.lang", "en")`, nil), chromedp.Reload(),
		chromedp.SendKeys(`input[name=user]`, u.User, chromedp.ByQuery), chromedp.SendKeys(`input[name=password]`, u.Password, chromedp.ByQuery),
		chromedp.Click(`button[type=submit]`, chromedp.ByQuery), chromedp.WaitVisible(`nav a.tab`, chromedp.ByQuery))
	return p
}

// profile makes a directory for a browser's profile. Processes of the browser may write to it a moment longer than the
// browser lives, so that removing it may take more than one try; one that stays behind fails no test.
func profile(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "fundtrace-page-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for range 20 {
			if os.RemoveAll(dir) == nil {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
	})
	return dir
}

// do runs actions within half a minute.
func (p *page) do(what string, actions ...chromedp.Action) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 30*time.Second)
	defer cancel()
	if err := chromedp.Run(ctx, actions...); err != nil {
		p.t.Fatalf("%s: %v", what, err)
	}
}

// view goes to a view by its address.
func (p *page) view(hash string) chromedp.Action {
	return chromedp.Evaluate(`location.hash = "`+hash+`"`, nil)
}

// text reads what an element shows.
func (p *page) text(selector string) string {
	p.t.Helper()
	var out string
	p.do("read "+selector, chromedp.Text(selector, &out, chromedp.ByQuery))
	return strings.TrimSpace(out)
}

// picture keeps what a failed test saw, where the environment says to.
func (p *page) picture() {
	dir := os.Getenv("FUNDTRACE_PICTURES")
	if !p.t.Failed() || dir == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(p.ctx), 10*time.Second)
	defer cancel()
	var png []byte
	if err := chromedp.Run(ctx, chromedp.FullScreenshot(&png, 90)); err == nil {
		_ = os.WriteFile(filepath.Join(dir, strings.ReplaceAll(p.t.Name(), "/", "-")+".png"), png, 0o600)
	}
}

// labelled is the input under a label.
func labelled(label string) string {
	return `//label[starts-with(normalize-space(), "` + label + `")]/ancestor::*[contains(@class, "InputWrapper")][1]//*[self::input or self::textarea]`
}

func button(text string) string { return `//button[contains(., "` + text + `")]` }

// TestDisburseConfirmTrace is the page's main way: a manager instructs, the banks confirm, an officer sees it traced.
func TestDisburseConfirmTrace(t *testing.T) {
	g := running(t)
	chromium(t)
	pay := g.payable(t)

	manager := open(t, g, pay.manager)
	var invalid string
	manager.do("fill the form with a fraction of a fen", manager.view("#/disburse?fund="+pay.fund),
		chromedp.SendKeys(labelled("Receiving enterprise account"), pay.paid.ID), chromedp.SendKeys(labelled("Amount"), "1.234"),
		chromedp.Click(button("Instruct payment")), chromedp.WaitVisible(`input[aria-invalid="true"]`, chromedp.ByQuery),
		chromedp.Value(`input[aria-invalid="true"]`, &invalid, chromedp.ByQuery))
	if invalid != "1.234" {
		t.Fatalf("the field marked invalid holds %q", invalid)
	}
	manager.do("correct the amount and send", chromedp.SendKeys(labelled("Amount"), "\b"), chromedp.Click(button("Instruct payment")),
		chromedp.WaitVisible(`//h2[contains(., "Recorded on the ledger")]`))
	movement := manager.text(`dl.facts dd.id`)

	officer := g.signIn(t, g.first(t, "officer"))
	expect(t, officer, movement, "INSTRUCTED", 0)

	confirm(t, g, g.keeper(t, pay.payer.Bank), movement, "Confirm debit")
	expect(t, officer, movement, "DEBITED", 1)
	confirm(t, g, g.keeper(t, pay.paid.Bank), movement, "Confirm credit")
	expect(t, officer, movement, "CREDITED", 2)

	traced(t, g, officer.user, movement+".0")
}

// expect compares a movement of 1.23 yuan with what the API says of it.
func expect(t *testing.T, s *session, movement, stage string, level int) {
	t.Helper()
	var m struct {
		Stage  string
		Level  int
		Amount string
	}
	s.get(t, "/movements/"+movement, &m)
	if m.Stage != stage || m.Level != level || m.Amount != "123" {
		t.Fatalf("movement %s is %+v, want stage %s, level %d and 123 fen", movement, m, stage, level)
	}
}

// confirm lets a custodian take a step by the button of the movement's row.
func confirm(t *testing.T, g *gateway, custodian user, movement, step string) {
	t.Helper()
	p := open(t, g, custodian)
	row := `//tr[.//a[@title="` + movement + `"]]`
	dialog := `//*[@role="dialog"]`
	p.do(step, p.view("#/confirm"), chromedp.Click(row+button(step)), chromedp.WaitVisible(dialog+labelled("Bank reference")),
		chromedp.SendKeys(dialog+labelled("Bank reference"), "E2E-"+rand.Text()), chromedp.Click(dialog+button(step)),
		chromedp.WaitVisible(`//*[@role="status"]//*[contains(., "recorded on the ledger")]`))
}

// traced looks at a lot's trace: the diagram is drawn, the totals close, every row is there, in both languages.
func traced(t *testing.T, g *gateway, u user, lot string) {
	t.Helper()
	p := open(t, g, u)
	var paths, rows int
	p.do("trace", p.view("#/trace/"+lot+"?direction=backward"), chromedp.WaitVisible(`section[aria-label="Totals"]`, chromedp.ByQuery),
		chromedp.WaitVisible(`[role=img] svg path`, chromedp.ByQuery),
		chromedp.Evaluate(`document.querySelectorAll("[role=img] svg path").length`, &paths),
		chromedp.Evaluate(`document.querySelectorAll('[aria-label="Lots"] tbody tr').length`, &rows))
	s := g.signIn(t, u)
	var answer struct {
		Nodes, Links, Rows []any
	}
	s.get(t, "/lots/"+lot+"/trace?direction=backward", &answer)
	if paths < len(answer.Nodes)+len(answer.Links) {
		t.Errorf("the diagram has %d shapes for %d places and %d flows", paths, len(answer.Nodes), len(answer.Links))
	}
	if rows != len(answer.Rows) || rows < 2 {
		t.Errorf("the table has %d rows, the answer %d: want all of them, a root at least", rows, len(answer.Rows))
	}
	if totals := p.text(`section[aria-label="Totals"]`); !strings.Contains(totals, "1.23") || !strings.Contains(totals, "closes to the fen") {
		t.Errorf("the totals say %q", totals)
	}
	var lang string
	p.do("switch to Chinese", chromedp.Click(`//label[contains(., "中文")]`), chromedp.WaitVisible(`section[aria-label="合计"]`, chromedp.ByQuery),
		chromedp.Evaluate(`document.documentElement.lang`, &lang))
	if totals := p.text(`section[aria-label="合计"]`); lang != "zh-CN" || !strings.Contains(totals, "分毫不差") {
		t.Errorf("in %s the totals say %q", lang, totals)
	}
}

// TestRefusalsAreSentences holds that a wrong password and an unknown lot are told in words with their code.
func TestRefusalsAreSentences(t *testing.T) {
	g := running(t)
	p := open(t, g, g.first(t, "officer"))
	p.do("an unknown lot", p.view("#/trace/00000000000000000000.0.0"), chromedp.WaitVisible(`[role=alert]`, chromedp.ByQuery))
	if said := p.text(`[role=alert]`); !strings.Contains(said, "LOT_UNKNOWN") || len(said) < len("LOT_UNKNOWN")+15 {
		t.Errorf("the page says %q", said)
	}
	p.do("a wrong password", chromedp.Click(button("Sign out")), chromedp.SendKeys(`input[name=user]`, "nobody@finance", chromedp.ByQuery),
		chromedp.SendKeys(`input[name=password]`, "wrong", chromedp.ByQuery), chromedp.Click(`button[type=submit]`, chromedp.ByQuery),
		chromedp.WaitVisible(`[role=alert]`, chromedp.ByQuery))
	if said := p.text(`[role=alert]`); !strings.Contains(said, "CREDENTIALS_WRONG") && !strings.Contains(said, "ENROLMENT_REFUSED") {
		t.Errorf("the page says %q", said)
	}
}
