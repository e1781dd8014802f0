package report

import (
	"strings"

	"fundtrace/gateway/analytics/bilingual"
	"fundtrace/gateway/analytics/index"
	"fundtrace/gateway/analytics/page"
)

// plan is what to try, and how one would see it work.
func (w pageWriter) plan() page.Section {
	p := w.r.Plan
	s := page.Section{Title: w.say("What to try, and how one would see it work", "对策，以及如何看出其作用")}
	t := page.Table{Caption: w.say("Problem → tool → effect", "问题 → 工具 → 效果"), Columns: columns(9, w.say("Problem", "问题"), w.say("Tool", "工具"), w.say("Because", "理由"), w.say("Seen by", "如何看出"))}
	problems := map[string]string{}
	for _, a := range w.r.Agree {
		problems[a.Challenge] = bilingual.Text{EN: a.Name, ZH: a.NameZH}.In(w.language)
	}
	for _, x := range p.Steps {
		seen := []string{}
		for _, o := range x.Effects {
			seen = append(seen, w.observed(o.About, o.Before == nil || o.After == nil, o.Answer, func() (index.Number, index.Number) { return o.Before.Value, o.After.Value }))
		}
		seen = append(seen, x.Watch.How.In(w.language))
		if x.Note != nil {
			seen = append(seen, x.Note.In(w.language))
		}
		t.Rows = append(t.Rows, []string{problems[x.Problem], bilingual.Text{EN: x.Tool.Name, ZH: x.Tool.NameZH}.In(w.language), x.Because.In(w.language), strings.Join(seen, w.say("; ", "；"))})
	}
	for _, n := range p.Notes {
		t.Notes = append(t.Notes, n.In(w.language))
	}
	s.Tables = []page.Table{t}
	return s
}

// answers are what becomes of measures, in Chinese.
var answers = map[string]string{"as expected": "符合预期", "otherwise": "与预期相反", "unchanged": "不变", "no data": "无数据", "shown": "仅展示"}

func (w pageWriter) observed(about bilingual.Text, unread bool, answer string, values func() (before, after index.Number)) string {
	if unread {
		return about.In(w.language)
	}
	before, after := values()
	return w.say("%s: %s → %s, %s", "%s：%s → %s，%s", about, number(before, "%.1f"), number(after, "%.1f"), bilingual.Text{EN: answer, ZH: answers[answer]})
}
