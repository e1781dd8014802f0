package page

import (
	"bytes"
	"errors"
	"math"
	"regexp"
	"strings"
	"testing"

	"fundtrace/gateway/analytics/plot"
)

func sample() *Page {
	return &Page{
		Language: "zh", Title: "标题 <b>", Lead: "一句话 & \"引号\"", Facts: []Fact{{"种子", "7"}},
		Sections: []Section{{
			Title: "第一节", Text: []string{"段落 <script>alert(1)</script>"}, Warnings: []string{"注意"},
			Figures: []Figure{{Plot: plot.Dots(plot.Frame{Title: "点"}, []plot.Dot{{Label: "甲", Value: 1}}), Caption: "图注"}},
			Tables:  []Table{{Caption: "表注", Columns: []Column{{Name: "名"}, {Name: "数", Number: true}}, Rows: [][]string{{"甲", "1"}, {"乙", "2"}}, Marked: []int{1}, Notes: []string{"注"}}},
		}, {Title: "第二节", Figures: []Figure{{Caption: "又一图"}}}},
	}
}

func written(t *testing.T, p *Page) string {
	t.Helper()
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPage(t *testing.T) {
	p := sample()
	got := written(t, p)
	for _, want := range []string{
		`<html lang="zh-CN">`, "标题 &lt;b&gt;", "一句话 &amp; &#34;引号&#34;", "图 1. 图注", "图 2. 又一图", "表 1. 表注", `class="warning">注意`,
		`<td class="number">1</td>`, `<tr class="marked"><td>乙</td>`, "<dt>种子</dt><dd>7</dd>", "计算条件", "<svg",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the page does not have %q", want)
		}
	}
	if strings.Contains(got, "<script") {
		t.Error("a text became a script")
	}
	p.Language = "en"
	if got := written(t, p); !strings.Contains(got, `<html lang="en">`) || !strings.Contains(got, "Figure 1. ") || !strings.Contains(got, "Computed with") {
		t.Error("the page is not in English")
	}
}

// A page needs nothing from anywhere: no address but the names of markup languages.
func TestPageIsSelfContained(t *testing.T) {
	got := written(t, sample())
	for _, address := range regexp.MustCompile(`(?i)(https?:)?//[a-z0-9.]+|url\(|@import|<link|src=`).FindAllString(got, -1) {
		if address != "http://www.w3.org" {
			t.Errorf("the page refers to %s", address)
		}
	}
}

func TestRaggedTableIsRefused(t *testing.T) {
	p := sample()
	p.Sections[0].Tables[0].Rows[1] = []string{"乙"}
	if err := p.Write(&bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "row 2 has 1 cells") {
		t.Errorf("%v", err)
	}
	if err := sample().Write(failing{}); !errors.Is(err, errDisk) {
		t.Errorf("a writer that fails: %v", err)
	}
}

var errDisk = errors.New("no space")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errDisk }

func TestWords(t *testing.T) {
	words := Words{"hello": {"你好 %s", "hello %s"}, "col-a": {"甲", "A"}, "col-b": {"乙", "B"}}
	notes := []Note{Translate(`(\d+) cells are empty`, "$1 个单元为空")}
	zh, en := words.In("zh", notes), words.In("en", notes)
	if zh.Sayf("hello", "x") != "你好 x" || en.Sayf("hello", "x") != "hello x" || words.In("", nil).Language != "zh" {
		t.Error("texts")
	}
	if zh.Note("3 cells are empty") != "3 个单元为空" || en.Note("3 cells are empty") != "3 cells are empty" || zh.Note("so 3 cells are empty") != "so 3 cells are empty" {
		t.Error("notes")
	}
	if c := en.Columns("a:", "b"); c[0] != (Column{"A", false}) || c[1] != (Column{"B", true}) {
		t.Errorf("%+v", c)
	}
	for v, want := range map[float64]string{0: "0", 1234.567: "1235", -0.01234: "−0.0123", 12.3456: "12.35", 0.00001: "1e−05", math.NaN(): "–"} {
		if got := Number(v); got != want {
			t.Errorf("%v is written %s, want %s", v, got, want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a text that is not there is a mistake")
		}
	}()
	zh.Say("bye")
}
