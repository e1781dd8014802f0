package paper

import (
	"fmt"
	"strconv"
	"strings"

	"fundtrace/gateway/analytics/bilingual"
	"fundtrace/gateway/analytics/page"
	"fundtrace/gateway/analytics/plot"
)

// Page makes the readable report of an audit, in Chinese ("zh") or English ("en").
func (a *Audit) Page(language string) *page.Page {
	if language != "en" {
		language = "zh"
	}
	w := pageWriter{a, language}
	found := 0
	for _, d := range append(append([]Discrepancy{}, a.TextVsTables...), a.Inside...) {
		if d.Found {
			found++
		}
	}
	p := &page.Page{Language: language, Title: w.say("The paper's numbers, rebuilt and audited", "论文数据的重建与核查"),
		Lead:  w.say("%d discrepancies are listed. %s", "列出%d处出入。%s", found, a.Readings[0].Evidence.In(language)),
		Facts: []page.Fact{{Name: w.say("Source", "来源"), Value: a.Source}, {Name: w.say("Region", "地区"), Value: a.Region}, {Name: w.say("Version", "版本"), Value: a.Engine + ", " + a.Software}}}
	for _, v := range a.Vintages {
		p.Sections = append(p.Sections, w.vintage(v))
	}
	p.Sections = append(p.Sections, w.grid(), w.readings(),
		w.discrepancies(w.say("Text against tables", "正文与表的出入"), a.TextVsTables), w.discrepancies(w.say("Inside the tables", "表内的问题"), a.Inside))
	if a.Paradox != nil {
		p.Sections = append(p.Sections, w.paradox())
	}
	return p
}

type pageWriter struct {
	a        *Audit
	language string
}

func (w pageWriter) say(en, zh string, facts ...any) string {
	return bilingual.Say(en, zh, facts...).In(w.language)
}

func (w pageWriter) name(code string) string { return Name(code).In(w.language) }

func (w pageWriter) columns(numbers bool, names ...string) []page.Column {
	out := make([]page.Column, len(names))
	for i, n := range names {
		out[i] = page.Column{Name: n, Number: numbers && i > 0}
	}
	return out
}

func (w pageWriter) vintage(v VintageOf) page.Section {
	title := w.say("Vintage “table”: Tables 2 and 3", "“表”版本：表2与表3")
	if v.Vintage == VintageText {
		title = w.say("Vintage “text”: with the text's values of 2020", "“正文”版本：采用正文的2020年数值")
	}
	s := page.Section{Title: title}
	var scores, ranks []plot.Line
	for _, code := range Dimensions {
		score, rank := plot.Line{Name: w.name(code)}, plot.Line{Name: w.name(code)}
		for _, c := range lineOf(v.Cells, code) {
			score.X, score.Y = append(score.X, float64(c.Year)), append(score.Y, c.Score)
			rank.X, rank.Y = append(rank.X, float64(c.Year)), append(rank.Y, float64(c.Rank))
		}
		scores, ranks = append(scores, score.Broken(1)), append(ranks, rank.Broken(1)) // 2011 is missing
	}
	up := w.say("Scores rise …", "得分上升……")
	down := w.say("… while ranks fall back (a greater number is worse)", "……而排名后退（数字越大越差）")
	s.Figures = []page.Figure{
		{Plot: plot.Lines(plot.Frame{Title: up, YLabel: w.say("score", "得分"), Language: w.language}, scores), Caption: up},
		{Plot: plot.Lines(plot.Frame{Title: down, YLabel: w.say("rank", "排名"), Language: w.language, Ranks: true}, ranks), Caption: down},
	}
	changes := page.Table{Caption: w.say("From 2010 to 2020", "2010年至2020年"), Columns: w.columns(true, w.say("Dimension", "维度"), w.say("Score", "得分"), w.say("Points", "分差"), w.say("Score growth %%", "得分增长率 %%"), w.say("Rank", "排名"), w.say("Places lost", "下降位数"), w.say("Best–worst", "最好–最差"), w.say("Falls of the score", "得分下降年份")),
		Notes: []string{w.say("A score is a place among 961 province-years: its growth rate is arithmetic, no quantity that grew.", "得分是961个省份年份中的位置：其增长率只是算术，并非数量的增长。")}}
	for _, c := range v.Changes {
		changes.Rows = append(changes.Rows, []string{w.name(c.Code), fmt.Sprintf("%.2f → %.2f", c.ScoreFrom, c.ScoreTo), fmt.Sprintf("%+.2f", c.Points), fmt.Sprintf("%+.2f", c.Growth),
			fmt.Sprintf("%d → %d", c.RankFrom, c.RankTo), fmt.Sprintf("%+d", c.Lost), fmt.Sprintf("%d–%d", c.Best, c.Worst), years(c.Falls)})
	}
	trends := page.Table{Caption: "Mann–Kendall", Columns: w.columns(true, w.say("Dimension", "维度"), w.say("Rank: S", "排名 S"), "p", "p (Holm)", w.say("Score: S", "得分 S"), "p", "p (Holm)")}
	for i := 0; i+1 < len(v.Trends); i += 2 {
		r, c := v.Trends[i], v.Trends[i+1]
		trends.Rows = append(trends.Rows, []string{w.name(r.Code), fmt.Sprintf("%+d", r.S), fmt.Sprintf("%.5f", r.P), fmt.Sprintf("%.5f", r.Holm), fmt.Sprintf("%+d", c.S), fmt.Sprintf("%.5f", c.P), fmt.Sprintf("%.5f", c.Holm)})
	}
	together := page.Table{Caption: w.say("Spearman's ρ: levels, and first differences of adjacent years", "Spearman ρ：水平值与相邻年份的一阶差分"), Columns: w.columns(true, w.say("Pair", "维度对"), w.say("Levels", "水平值"), "n", w.say("Differences", "差分"), "n", "p")}
	for _, x := range v.Associations {
		together.Rows = append(together.Rows, []string{w.name(x.A) + " – " + w.name(x.B), fmt.Sprintf("%.2f", x.Levels), strconv.Itoa(x.N), fmt.Sprintf("%.2f", x.Differences), strconv.Itoa(x.M), fmt.Sprintf("%.3f", x.P)})
	}
	s.Tables = []page.Table{changes, trends, together}
	return s
}

func (w pageWriter) grid() page.Section {
	g := w.a.Grid
	s := page.Section{Title: w.say("The grid k/961", "网格 k/961"), Text: []string{w.say("A score that is a place among N values is 100·k/N. Each printed score is tried against N = %d; chance hits %.1f %% of numbers with two decimals.", "若得分是N个值中的位置，则为100·k/N。逐一检验N=%d；两位小数的随机命中率为%.1f %%。", g.D, 100*g.Chance)}}
	sets := page.Table{Caption: w.say("Scores on the grid", "落在网格上的得分"), Columns: w.columns(true, w.say("Set", "来源"), w.say("Scores", "个数"), w.say("On the grid", "在网格上"), w.say("By chance", "随机期望"), "P")}
	for _, x := range g.Sets {
		sets.Rows = append(sets.Rows, []string{x.Set, strconv.Itoa(x.Scores), strconv.Itoa(x.Hits), fmt.Sprintf("%.1f", x.Expected), fmt.Sprintf("%.2g", x.P)})
	}
	fits := page.Table{Caption: w.say("Denominators: standard deviations above chance", "分母：高于随机的标准差数"), Columns: w.columns(true, "D", w.say("Hits", "命中"), w.say("By chance", "随机期望"), "z"),
		Notes: []string{w.say("The best four of 31 to 2,999, then those that other readings would need.", "31至2,999中最好的四个，以及其他读法所需的分母。")}}
	for _, x := range append(append([]Denominator{}, g.Best[:4]...), g.Named...) {
		fits.Rows = append(fits.Rows, []string{strconv.Itoa(x.D), strconv.Itoa(x.Hits), fmt.Sprintf("%.1f", x.Expected), fmt.Sprintf("%.1f", x.Z)})
	}
	cells := page.Table{Caption: w.say("Every printed score", "每一个公布的得分"), Columns: w.columns(true, w.say("Place", "位置"), w.say("Score", "得分"), "k", w.say("Above", "更高者"), w.say("in the year", "当年"), w.say("in other years", "其他年份"))}
	for i, x := range g.Scores {
		k, year, other := strconv.Itoa(x.K), "–", "–"
		if !x.On {
			k = w.say("off the grid", "不在网格")
			cells.Marked = append(cells.Marked, i)
		}
		if x.Rank > 0 {
			year, other = strconv.Itoa(x.AboveYear), strconv.Itoa(x.Elsewhere)
		}
		cells.Rows = append(cells.Rows, []string{fmt.Sprintf("%s, %s %d", x.Set, w.name(x.Code), x.Year), fmt.Sprintf("%.2f", x.Score), k, strconv.Itoa(x.Above), year, other})
	}
	s.Tables = []page.Table{sets, fits, cells}
	return s
}

func (w pageWriter) readings() page.Section {
	verdicts := map[string]string{Fits: w.say("fits", "相符"), Excluded: w.say("excluded", "排除"), NotExcluded: w.say("not excluded", "未能排除")}
	t := page.Table{Caption: w.say("Candidate readings", "可能的算法"), Columns: w.columns(false, "", w.say("Reading", "算法"), w.say("Verdict", "结论"), w.say("Evidence", "证据"))}
	for _, r := range w.a.Readings {
		t.Rows = append(t.Rows, []string{r.ID, r.About.In(w.language), verdicts[r.Verdict], r.Evidence.In(w.language)})
	}
	return page.Section{Title: w.say("How the scores could have been computed", "得分可能的计算方式"), Tables: []page.Table{t}}
}

func (w pageWriter) discrepancies(title string, list []Discrepancy) page.Section {
	t := page.Table{Caption: title, Columns: w.columns(false, "#", w.say("Quantity", "项目"), w.say("Said", "所述"), w.say("The tables have", "表中"), w.say("Place", "位置"), w.say("Basis", "依据"))}
	for _, d := range list {
		if !d.Found {
			continue
		}
		quantity := d.Quantity.In(w.language)
		if d.Code != "" {
			quantity = w.name(d.Code) + w.say(": ", "：") + quantity
		}
		t.Rows = append(t.Rows, []string{strconv.Itoa(d.Number), quantity, d.Text.In(w.language), d.Table.In(w.language), strings.ReplaceAll(d.Place.String(), "section", w.say("section", "节")),
			map[string]string{Computed: w.say("computed", "计算"), Read: w.say("read", "阅读")}[d.Basis]})
	}
	return page.Section{Title: title, Tables: []page.Table{t}}
}

func (w pageWriter) paradox() page.Section {
	p := w.a.Paradox
	c := p.Counts
	mean := plot.Line{Name: w.say("mean of all", "全国平均"), Dashed: true}
	for _, m := range p.Trend {
		mean.X, mean.Y = append(mean.X, float64(m.Year)), append(mean.Y, float64(m.Scores[p.Indicator]))
	}
	own := plot.Line{Name: p.Region, X: []float64{float64(p.From), float64(p.To)}, Y: []float64{float64(c.ScoreFrom), float64(c.ScoreTo)}}
	caption := w.say("Patents granted: the region's score and the mean of all", "专利授权：本省得分与全国平均")
	text := w.say("From %d to %d the score went from %.1f to %.1f, the rank from %d to %d; the mean of all went from %.1f to %.1f.", "%d年至%d年得分由%.1f升至%.1f，排名由第%d位到第%d位；全国平均由%.1f升至%.1f。",
		p.From, p.To, float64(c.ScoreFrom), float64(c.ScoreTo), c.RankFrom, c.RankTo, float64(p.MeanFrom), float64(p.MeanTo))
	return page.Section{Title: w.say("Score up, rank down on open data", "公开数据上的“得分升、排名降”"), Text: []string{text},
		Figures: []page.Figure{{Plot: plot.Lines(plot.Frame{Title: caption, YLabel: w.say("score", "得分"), Language: w.language}, []plot.Line{own, mean}), Caption: caption}}}
}
