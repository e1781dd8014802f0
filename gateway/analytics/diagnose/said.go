package diagnose

import "fundtrace/gateway/analytics/bilingual"

// Said is a sentence in both languages of the readers.
type Said = bilingual.Text

// say writes the same facts in both languages.
var say = bilingual.Say

// InWords is a verdict, an answer or a role in both languages.
func InWords(verdict string) Said {
	zh := map[string]string{Holds: "成立", HoldsNot: "不成立", Undecided: "无法判定", Met: "满足", NotMet: "不满足", Unknown: "未知",
		Required: "必要", Supporting: "佐证", Guard: "质量核验"}[verdict]
	return Said{EN: verdict, ZH: zh}
}

// KindName is what a kind of condition asks, in both languages.
func KindName(kind string) Said {
	words := map[string]Said{
		"rank-gap":           {EN: "ranks behind", ZH: "排名落后"},
		"rank-gap-change":    {EN: "gap has widened", ZH: "差距扩大"},
		"falling":            {EN: "falls", ZH: "连续下降"},
		"rank-loss":          {EN: "has lost places", ZH: "排名下降"},
		"rank-trend":         {EN: "rank falls back as a trend", ZH: "排名下降趋势"},
		"score-trend":        {EN: "score rises as a trend", ZH: "得分上升趋势"},
		"score-up-rank-down": {EN: "score up, rank down", ZH: "得分升、排名降"},
		"ratio-falling":      {EN: "ratio has fallen", ZH: "比值下降"},
		"measure-falling":    {EN: "has fallen", ZH: "数值下降"},
	}
	if w, ok := words[kind]; ok {
		return w
	}
	return bilingual.Same(kind)
}
