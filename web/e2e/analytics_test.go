package web_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestFlowsAndRelation looks at flows by region and year as an auditor, opens a cell, whose movements are those that the API
// answers, and relates the flows to a table of indicators.
func TestFlowsAndRelation(t *testing.T) {
	g := running(t)
	chromium(t)
	auditor := g.first(t, "auditor")
	var flows struct {
		Cells []struct {
			Region    string
			Year      int
			Movements int
		}
	}
	g.signIn(t, auditor).get(t, "/analytics/flows", &flows)
	if len(flows.Cells) == 0 {
		t.Skip("no fund has paid an enterprise yet: load the sample data")
	}
	cell := flows.Cells[0]
	var lines struct {
		Items []struct{ Movement string }
	}
	g.signIn(t, auditor).get(t, fmt.Sprintf("/analytics/flows/lines?region=%s&year=%d", cell.Region, cell.Year), &lines)

	p := open(t, g, auditor)
	p.do("open a cell", p.view(fmt.Sprintf("#/analytics/flows?region=%s&year=%d", cell.Region, cell.Year)), chromedp.WaitVisible(`section.queue tbody tr`, chromedp.ByQuery))
	var shown string
	p.do("read its movements", chromedp.AttributeValue(`section.queue tbody tr a`, "title", &shown, nil, chromedp.ByQuery))
	if len(lines.Items) != min(cell.Movements, 50) || shown != lines.Items[0].Movement {
		t.Errorf("the page shows %q first, the API %q; the cell counts %d movements and the API lists %d", shown, lines.Items[0].Movement, cell.Movements, len(lines.Items))
	}

	var table strings.Builder
	table.WriteString("region,year,vc,traced_only\n")
	for _, region := range []string{"辽宁", "吉林", "黑龙江", "浙江", "广东"} {
		for year := cell.Year - 4; year <= cell.Year+2; year++ {
			fmt.Fprintf(&table, "%s,%d,%d,0\n", region, year, 20+year%5+len(region))
		}
	}
	file := filepath.Join(t.TempDir(), "indicators.csv")
	if err := os.WriteFile(file, []byte(table.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	p.do("relate", p.view("#/analytics/relate"), chromedp.WaitReady(`input[type=file]`, chromedp.ByQuery), chromedp.SetUploadFiles(`input[type=file]`, []string{file}, chromedp.ByQuery),
		chromedp.Click(labelled("Outcome")), chromedp.Click(option("vc")), chromedp.Click(labelled("Of them")), chromedp.Click(option("traced_only")),
		chromedp.Click(button("Estimate")), chromedp.WaitVisible(`//h2[contains(., "declared beforehand")]`))
	var report string
	p.do("find the readable report", chromedp.AttributeValue(`//a[contains(., "readable report")]`, "href", &report, nil))
	if !strings.HasPrefix(report, "api/v1/analytics/jobs/") {
		t.Errorf("the report lies at %q", report)
	}
}

// option is one that a list offers now: lists that are closed keep theirs out of sight.
func option(text string) string {
	return `//*[@role="listbox" and not(ancestor::*[contains(@style, "display: none")])]//*[@role="option" and normalize-space() = "` + text + `"]`
}
