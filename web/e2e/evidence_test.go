package web_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"

	"fundtrace/gateway/evidence"
	"fundtrace/gateway/evidence/statement"
)

// TestTakeEvidenceAway follows a lot as an auditor, compares the conventions, keeps a pack and a statement of it, verifies both
// as a stranger would, and finds who asked in the read log.
func TestTakeEvidenceAway(t *testing.T) {
	g := running(t)
	chromium(t)
	auditor := g.first(t, "auditor")
	var list struct{ Items []struct{ Movement string } }
	g.signIn(t, auditor).get(t, "/movements?kind=CONTRIBUTION&limit=1", &list)
	if len(list.Items) == 0 {
		t.Skip("nothing was paid into a fund yet: load the sample data")
	}
	lot := list.Items[0].Movement + ".0"

	p := open(t, g, auditor)
	folder := t.TempDir()
	p.do("keep downloads", browser.SetDownloadBehavior(browser.SetDownloadBehaviorBehaviorAllow).WithDownloadPath(folder))
	p.do("trace", p.view("#/trace/"+lot), chromedp.WaitVisible(button("Evidence pack")))
	p.do("compare", chromedp.Click(button("Compare side by side")), chromedp.WaitVisible(`//th[contains(., "PRO_RATA") or contains(., "Pro rata")]`))
	p.do("take a statement", chromedp.Click(button("Statement signed")), chromedp.WaitVisible(`//code[contains(., "gateway verify statement-")]`))
	if report, err := statement.Verify(p.saved(folder, "statement-*.json"), statement.Options{}); err != nil || !report.OK {
		t.Errorf("the statement does not hold: %v", err)
	}
	p.do("take a pack", chromedp.Click(button("Evidence pack")), chromedp.WaitVisible(`//code[contains(., "gateway verify evidence-")]`))
	p.saved(folder, "evidence-*.zip")
	found, _ := filepath.Glob(filepath.Join(folder, "evidence-*.zip"))
	if report, err := evidence.VerifyFile(context.Background(), found[0], evidence.Options{}); err != nil || !report.OK {
		t.Errorf("the pack does not hold: %v", err)
	}
	export := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(found[0]), "evidence-"), ".zip")
	p.do("find it in the read log", p.view("#/readlog?export="+export), chromedp.WaitVisible(`//td[contains(., "makeEvidence")]`))
}

// saved answers a file once the browser has it whole.
func (p *page) saved(folder, pattern string) []byte {
	p.t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		found, _ := filepath.Glob(filepath.Join(folder, pattern))
		if len(found) == 1 {
			content, err := os.ReadFile(found[0])
			if err == nil && len(content) > 0 {
				return content
			}
		}
	}
	p.t.Fatalf("the browser saved no %s", pattern)
	return nil
}
