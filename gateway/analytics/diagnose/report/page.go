package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"fundtrace/gateway/analytics/bilingual"
	"fundtrace/gateway/analytics/compare"
	"fundtrace/gateway/analytics/diagnose"
	"fundtrace/gateway/analytics/index"
	"fundtrace/gateway/analytics/page"
	"fundtrace/gateway/analytics/plot"
)

// Page makes the readable report, in Chinese ("zh") or English ("en").
func (out *Report) Page(language string) *page.Page {
	if language != "en" {
		language = "zh"
	}
	w := pageWriter{out, language}
	p := &page.Page{Language: language, Title: w.say("%s: diagnosis and what to try", "%s：诊断与对策", out.Region), Lead: w.lead(), Facts: w.facts()}
	for _, v := range out.Versions {
		p.Sections = append(p.Sections, w.compared(v), w.judged(v))
	}
	p.Sections = append(p.Sections, w.plan())
	return p
}

type pageWriter struct {
	r        *Report
	language string
}

func (w pageWriter) say(en, zh string, facts ...any) string {
	return bilingual.Say(en, zh, facts...).In(w.language)
}

func (w pageWriter) lead() string {
	var parts []string
	for _, a := range w.r.Agree {
		parts = append(parts, w.say("%s: %s", "%s：%s", bilingual.Text{EN: a.Name, ZH: a.NameZH}, a.Says))
	}
	return strings.Join(parts, w.say(". ", "。")) + w.say(".", "。")
}

func (w pageWriter) facts() []page.Fact {
	d := w.r.Versions[0].Diagnosis
	facts := []page.Fact{
		{Name: w.say("Region", "地区"), Value: d.Region},
		{Name: w.say("Window", "年份"), Value: fmt.Sprintf("%d–%d", d.From, d.To)},
		{Name: w.say("Regions ranked", "参与排名的地区数"), Value: strconv.Itoa(d.Of)},
		{Name: w.say("Rules", "规则"), Value: d.Rules.ID + " " + d.Rules.Version},
		{Name: w.say("Version", "版本"), Value: d.Engine + ", " + d.Software},
	}
	for _, p := range d.Rules.Parameters {
		facts = append(facts, page.Fact{Name: p.About.In(w.language), Value: strconv.FormatFloat(p.Value, 'g', -1, 64)})
	}
	if w.r.Index != nil {
		b := w.r.Index.Result.Base
		facts = append(facts, page.Fact{Name: w.say("Base panel", "基期面板"), Value: fmt.Sprintf("%s %s (%d)", b.ID, b.Name, b.Rows)})
	}
	return facts
}

// versionName is what a version of the data is called.
func (w pageWriter) versionName(name string) string {
	switch name {
	case "table":
		return w.say("the paper's tables", "论文的表")
	case "text":
		return w.say("the paper's text", "论文的正文")
	case FromScores:
		return w.say("published scores", "公布的得分")
	case FromCounts:
		return w.say("raw counts", "原始数量")
	}
	return name
}

func (w pageWriter) names(nodes []compare.Node) map[string]string {
	out := map[string]string{}
	for _, n := range nodes {
		out[n.Code] = n.Code
		if name := (bilingual.Text{EN: n.Name, ZH: n.NameZH}).In(w.language); name != "" {
			out[n.Code] = name
		}
	}
	return out
}

func number(n index.Number, format string) string {
	if !n.Is() {
		return "–"
	}
	return fmt.Sprintf(format, float64(n))
}

func place(rank int) string {
	if rank == 0 {
		return "–"
	}
	return strconv.Itoa(rank)
}

func columns(text int, names ...string) []page.Column {
	out := make([]page.Column, len(names))
	for i, n := range names {
		out[i] = page.Column{Name: n, Number: i >= text}
	}
	return out
}

// compared is the region beside the mean and beside others.
func (w pageWriter) compared(v Version) page.Section {
	c := v.Comparison
	names := w.names(c.Nodes)
	s := page.Section{Title: w.say("Compared: %s", "比较：%s", w.versionName(v.Name))}
	for _, n := range c.Notes {
		s.Warnings = append(s.Warnings, n.In(w.language))
	}
	s.Tables = append(s.Tables, w.changes(c, names))
	if t := w.counts(c, names); len(t.Columns) > 1 {
		s.Tables = append(s.Tables, t)
	}
	for _, x := range c.Strong {
		s.Text = append(s.Text, w.say("Strength: %s, rank %d, %d places before its own standing (%d).", "强项：%s，第%d位，比自身整体位次靠前%d位（整体第%d位）。", names[x.Code], x.Rank, x.Places, c.Standing.Rank))
	}
	for _, x := range c.Weak {
		s.Text = append(s.Text, w.say("Weakness: %s, rank %d, %d places behind its own standing (%d).", "弱项：%s，第%d位，比自身整体位次落后%d位（整体第%d位）。", names[x.Code], x.Rank, -x.Places, c.Standing.Rank))
	}
	s.Figures = append(s.Figures, w.lines(c, names))
	if len(c.Field) > 1 {
		s.Figures = append(s.Figures, w.tiles(c))
	}
	if len(c.Others) > 0 {
		s.Tables = append(s.Tables, w.others(c, names))
	}
	return s
}

// changes is scores and ranks at both ends of the window.
func (w pageWriter) changes(c *compare.Report, names map[string]string) page.Table {
	t := page.Table{Caption: w.say("%s, %d to %d: scores and ranks", "%s，%d年至%d年：得分与排名", c.Region, c.From, c.To), Columns: columns(1, w.say("Dimension", "维度"), w.say("Score", "得分"), w.say("Points", "分差"), w.say("Mean of all", "全国平均"), w.say("Relative", "相对"),
		w.say("Rank", "排名"), w.say("Lost", "下降")), Notes: []string{w.say("Marked: the score rose while the region fell behind others.", "标出者：得分上升而相对落后。")}}
	for i, x := range c.Changes {
		if x.Hollow {
			t.Marked = append(t.Marked, i)
		}
		t.Rows = append(t.Rows, []string{names[x.Code], number(x.ScoreFrom, "%.2f") + " → " + number(x.ScoreTo, "%.2f"), number(x.Points, "%+.2f"), number(x.Tide, "%+.2f"), number(x.Relative, "%+.2f"),
			place(x.RankFrom) + " → " + place(x.RankTo), fmt.Sprintf("%+d", x.Lost)})
	}
	return known(t)
}

// counts is what is known of the raw counts.
func (w pageWriter) counts(c *compare.Report, names map[string]string) page.Table {
	t := page.Table{Caption: w.say("Counts: growth and share of all regions", "数量：增长与全国占比"), Columns: columns(1, w.say("Dimension", "维度"), w.say("Growth %%", "增长 %%"), w.say("All grew %%", "全国增长 %%"), w.say("Share then %%", "期初占比 %%"), w.say("now", "期末"))}
	for _, x := range c.Changes {
		t.Rows = append(t.Rows, []string{names[x.Code], number(x.RawGrowth, "%+.1f"), number(x.AllGrowth, "%+.1f"), number(x.ShareFrom, "%.2f"), number(x.ShareTo, "%.2f")})
	}
	return known(t)
}

// known leaves the columns out of which nothing is known.
func known(t page.Table) page.Table {
	for i := len(t.Columns) - 1; i > 0; i-- {
		if slices.ContainsFunc(t.Rows, func(row []string) bool { return row[i] != "–" }) {
			continue
		}
		t.Columns = slices.Delete(t.Columns, i, i+1)
		for k := range t.Rows {
			t.Rows[k] = slices.Delete(t.Rows[k], i, i+1)
		}
	}
	return t
}

// lines draws what is known of the region beside the others: the gap to the mean, or else the ranks.
func (w pageWriter) lines(c *compare.Report, names map[string]string) page.Figure {
	caption, label := w.say("Score less the mean of all", "得分减全国平均"), w.say("points", "分")
	value, ranks := func(p compare.Point) float64 { return float64(p.Gap) }, false
	if known := c.Lines[0].Points; len(known) == 0 || !known[len(known)-1].Mean.Is() {
		caption, label = w.say("Rank; a greater number is worse", "排名；数字越大越差"), w.say("rank", "排名")
		ranks = true
		value = func(p compare.Point) float64 {
			if p.Rank == 0 {
				return math.NaN()
			}
			return float64(p.Rank)
		}
	}
	var list []plot.Line
	for _, l := range c.Lines {
		line := plot.Line{Name: names[l.Code]}
		for _, p := range l.Points {
			if p.Year < c.From || p.Year > c.To {
				continue
			}
			line.X, line.Y = append(line.X, float64(p.Year)), append(line.Y, value(p))
		}
		list = append(list, line)
	}
	step := plot.Step(list)
	for i := range list {
		list[i] = list[i].Broken(step)
	}
	return page.Figure{Plot: plot.Lines(plot.Frame{Title: caption, YLabel: label, Language: w.language, Ranks: ranks}, list), Caption: caption}
}

func (w pageWriter) tiles(c *compare.Report) page.Figure {
	caption := w.say("Rank of every province in %d", "%d年各省排名", c.To)
	var list []plot.Tile
	for _, f := range c.Field {
		list = append(list, plot.Tile{Code: f.Region, Value: float64(f.Rank), Text: place(f.Rank), Mark: f.Region == c.Region})
	}
	return page.Figure{Plot: plot.Tiles(plot.Frame{Title: caption, Language: w.language}, list, plot.Scale{Unit: w.say("rank", "排名")}), Caption: caption}
}

func (w pageWriter) others(c *compare.Report, names map[string]string) page.Table {
	t := page.Table{Caption: w.say("Beside others in %d; a positive lead is the region's", "%d年与其他地区相比；正值为本地区领先", c.To), Columns: columns(3, w.say("Beside", "对照地区"), w.say("Why", "关系"), w.say("Dimension", "维度"), w.say("Score", "得分"), w.say("Rank", "排名"),
		w.say("Lead, points", "领先（分）"), w.say("Lead, places", "领先（位）"), w.say("Count ratio then", "期初数量比"), w.say("now", "期末"))}
	for _, o := range c.Others {
		relation := map[string]string{"named": w.say("named", "指定"), "neighbour": w.say("neighbour", "邻省")}[o.Relation]
		for _, x := range o.Rows {
			t.Rows = append(t.Rows, []string{o.Region, relation, names[x.Code], number(x.Score, "%.2f"), place(x.Rank), number(x.Points, "%+.2f"), fmt.Sprintf("%+d", x.Places), number(x.RatioFrom, "%.2f"), number(x.RatioTo, "%.2f")})
		}
	}
	return known(t)
}

// judged is the verdicts with their evidence.
func (w pageWriter) judged(v Version) page.Section {
	d := v.Diagnosis
	s := page.Section{Title: w.say("Diagnosed: %s", "诊断：%s", w.versionName(v.Name))}
	for _, x := range d.Verdicts {
		name := bilingual.Text{EN: x.Name, ZH: x.NameZH}.In(w.language)
		t := page.Table{Caption: w.say("%s: %s (“%s”)", "%s：%s（“%s”）", name, diagnose.InWords(x.Verdict), x.Claims), Columns: columns(9, w.say("Condition", "条件"), w.say("Role", "作用"), w.say("Answer", "结果"), w.say("Evidence", "证据"))}
		for _, f := range x.Findings {
			for _, p := range f.Parts {
				t.Rows = append(t.Rows, []string{p.Name.In(w.language) + " · " + diagnose.KindName(f.Kind).In(w.language), diagnose.InWords(f.Role).In(w.language), diagnose.InWords(p.Answer).In(w.language), p.Evidence.In(w.language)})
			}
		}
		r := x.Robustness
		t.Notes = append(t.Notes, w.say("Robustness: holds in %d of %d windows of years, %d of %d with a year left out, %d of %d combinations of thresholds.", "稳健性：年份窗口%d/%d，去掉一年%d/%d，阈值组合%d/%d成立。",
			r.Windows.Holds, r.Windows.Tried, r.Years.Holds, r.Years.Tried, r.Thresholds.Holds, r.Thresholds.Tried))
		for _, said := range x.Reservations {
			t.Notes = append(t.Notes, w.say("But: %s", "但：%s", said))
		}
		s.Tables = append(s.Tables, t)
	}
	names := w.names(v.Comparison.Nodes)
	if len(d.Trends) > 0 {
		t := page.Table{Caption: "Mann–Kendall", Columns: columns(2, w.say("Dimension", "维度"), w.say("Of", "对象"), w.say("Years", "年数"), "S", "p", "p (Holm)")}
		for _, x := range d.Trends {
			what := map[string]string{"rank": w.say("rank", "排名"), "score": w.say("score", "得分")}[x.What]
			t.Rows = append(t.Rows, []string{names[x.Code], what, strconv.Itoa(x.N), fmt.Sprintf("%+d", x.S), number(x.P, "%.5f"), number(x.Holm, "%.5f")})
		}
		s.Tables = append(s.Tables, t)
	}
	if len(d.Associations) > 0 {
		t := page.Table{Caption: w.say("Spearman's ρ of scores: levels, and first differences of adjacent years", "得分的Spearman ρ：水平值与相邻年份的一阶差分"), Columns: columns(1, w.say("Pair", "维度对"), w.say("Levels", "水平值"), "n", w.say("Differences", "差分"), "n", "p"),
			Notes: []string{w.say("Two lines that rise correlate whatever binds them: only differences say whether they move together.", "两条上升的线总会相关：只有差分能说明它们是否一起变化。")}}
		for _, a := range d.Associations {
			t.Rows = append(t.Rows, []string{names[a.A] + " – " + names[a.B], number(a.Levels, "%.2f"), strconv.Itoa(a.N), number(a.Differences, "%.2f"), strconv.Itoa(a.M), number(a.P, "%.3f")})
		}
		s.Tables = append(s.Tables, t)
	}
	if len(d.Moves) > 0 {
		s.Figures = append(s.Figures, w.moves(d, names))
	}
	return s
}

func (w pageWriter) moves(d *diagnose.Diagnosis, names map[string]string) page.Figure {
	caption := w.say("Ranks of %d with the intervals of the runs", "%d年排名及其区间", d.To)
	var list []plot.Rank
	for _, m := range d.Moves {
		list = append(list, plot.Rank{Label: names[m.Code], Rank: float64(m.RankTo), Interval: plot.Interval{Low: float64(m.ToLow), High: float64(m.ToHigh)}, Marked: m.Low > 0})
	}
	return page.Figure{Plot: plot.Ranks(plot.Frame{Title: caption, XLabel: w.say("rank", "排名"), Language: w.language}, list), Caption: caption}
}
