package report

import (
	"strings"
	"testing"

	"fundtrace/gateway/analytics/diagnose"
)

// The report is whole in both languages: every verdict, what to try, no verb of a format left over.
func TestPage(t *testing.T) {
	r := Request{From: FromCounts, Neighbours: true, Uncertainty: &diagnose.Uncertainty{Runs: 50, Counts: true}}
	r.Index.Entity, r.Index.Time = "region", "year"
	counts, err := Run(t.Context(), panel(), r, nil)
	if err != nil {
		t.Fatal(err)
	}
	published, err := Run(t.Context(), nil, Request{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for language, says := range map[string][]string{
		"zh": {"辽宁：诊断与对策", "创新与资本脱节", "成立", "引导基金穿透追踪", "稳健性"},
		"en": {"辽宁: diagnosis and what to try", "Hollowing-out", "holds", "Tracing of guided funds", "Robustness", "rank falls back as a trend"},
	} {
		for name, report := range map[string]*Report{"counts": counts, "paper": published} {
			var b strings.Builder
			if err := report.Page(language).Write(&b); err != nil {
				t.Fatal(err)
			}
			for _, want := range says {
				if !strings.Contains(b.String(), want) {
					t.Errorf("%s in %s does not say %q", name, language, want)
				}
			}
			if strings.Contains(b.String(), "%!") || strings.Contains(b.String(), "NaN") {
				t.Errorf("%s in %s has a number or a text that went wrong", name, language)
			}
		}
	}
}
