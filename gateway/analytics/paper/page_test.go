package paper

import (
	"strings"
	"testing"
)

func TestPage(t *testing.T) {
	a, err := Run(t.Context(), Request{})
	if err != nil {
		t.Fatal(err)
	}
	for language, says := range map[string][]string{
		"zh": {"论文数据的重建与核查", "不在网格", "正文与表的出入", "稳步"},
		"en": {"rebuilt and audited", "off the grid", "Text against tables", "steadily", "fell in 4 of 9 steps"},
	} {
		var b strings.Builder
		if err := a.Page(language).Write(&b); err != nil {
			t.Fatal(err)
		}
		for _, want := range says {
			if !strings.Contains(b.String(), want) {
				t.Errorf("%s: the report does not say %q", language, want)
			}
		}
		if strings.Contains(b.String(), "%!") || strings.Contains(b.String(), "NaN") {
			t.Errorf("%s: a number or a text went wrong", language)
		}
	}
}
