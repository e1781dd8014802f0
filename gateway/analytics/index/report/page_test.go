package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"fundtrace/gateway/analytics/index"
	"fundtrace/gateway/analytics/table"
)

// everything asks for every part of the report that the table can carry.
func everything(r *Request) {
	r.Change, r.Uncertainty, r.Sensitivity, r.Bootstrap = "2018-2020", 50, 20, 10
	r.RemoveOne, r.Compare, r.Coherence, r.Dominance = true, []string{"all"}, "value", true
}

func written(t *testing.T, r *Report, language string) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.Page(language).Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPage(t *testing.T) {
	all, err := ask(t, func(r *Request) { everything(r); r.Focus = "B" })
	if err != nil {
		t.Fatal(err)
	}
	for language, wants := range map[string][]string{
		"en": {"B in 2020: rank 1 of 4, score 100.00. The mean of all regions is 66.67.", "In 90 % of 50 runs its rank is from", "mean of all", "From 2018 to 2020", "weights by ±25 %, normalise (z | percentile | min-max)", "mean rank of B",
			"whatever the weights", "goalposts: FIELD_INVALID", "Cronbach’s α", "cut out of this table", `<dt>Seed</dt><dd>3</dd>`, "index/1", "&#34;ties&#34;:&#34;upper&#34;"},
		"zh": {"专利授权", "发明专利授权数", "历年变化", "排名有多可靠", "哪个选择最重要", "逐一去掉", "换一种方法", "各部分是否一致", "取自本表"},
	} {
		got := written(t, all, language)
		for _, want := range wants {
			if !strings.Contains(got, want) {
				t.Errorf("%s: the page does not say %q", language, want)
			}
		}
		// Dots, scores, ranks, ranks of parts, rank bands, Sobol indices.
		if n := strings.Count(got, "<svg"); n != 6 || strings.Contains(got, "NaN") || strings.Contains(got, "%!") {
			t.Errorf("%s: %d pictures", language, n)
		}
	}
	if got := written(t, all, "en"); strings.Count(got, `<tr class="marked"><td class="number">1</td><td>B</td>`) != 1 {
		t.Error("the region that is looked at is not set off")
	}
}

// What a job keeps is the answer as JSON: its page is the same.
func TestPageOfAStoredAnswer(t *testing.T) {
	r, err := ask(t, everything)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var again Report
	if err := json.Unmarshal(text, &again); err != nil {
		t.Fatal(err)
	}
	if written(t, r, "zh") != written(t, &again, "zh") {
		t.Error("the page of a stored answer differs")
	}
}

// A table of one year has no lines; a table of provinces has a map with the mean in the middle; what was treated and filled is listed.
func TestPageOfOneYear(t *testing.T) {
	var b strings.Builder
	b.WriteString("region,invention,utility,design\n")
	for i, name := range []string{"北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海", "江苏", "浙江", "安徽", "福建", "江西", "山东", "河南"} {
		b.WriteString(name + "," + strings.Repeat("9", 1+i/5) + "," + string(rune('1'+i%9)) + "," + map[bool]string{true: "", false: "5" + string(rune('0'+i%7))}[i == 3] + "\n")
	}
	data, err := table.Read(strings.NewReader(strings.Replace(b.String(), "河南,9999,", "河南,999999999,", 1)))
	if err != nil {
		t.Fatal(err)
	}
	p, err := index.Builtin("patents")
	if err != nil {
		t.Fatal(err)
	}
	r, err := Run(t.Context(), data, Request{Profile: p, Entity: "region", Method: "handbook", Options: json.RawMessage(`{"missing":"mean"}`), Focus: "辽宁"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := written(t, r, "zh")
	for _, want := range []string{"<title>河南: ", "各省一格", "补齐的缺失值：1 个", "异常值处理", "辽宁综合排名第"} {
		if !strings.Contains(got, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(got, "历年变化") || strings.Count(got, "<svg") != 1 {
		t.Error("one year has lines")
	}
}
