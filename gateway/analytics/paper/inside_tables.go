package paper

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"fundtrace/gateway/analytics/bilingual"
)

// InsideTables lists what is wrong or open within the tables themselves and in the references.
func InsideTables() []Discrepancy {
	l := newLookup()
	weights := Table1()
	out := []Discrepancy{
		l.copied(),
		yearsOfTable2(),
		missingYear(),
		noSoftware(),
		{Kind: "gap", Quantity: bilingual.Text{EN: "national averages and leading provinces", ZH: "全国平均与先进省份"}, Text: bilingual.Text{EN: "announced in the method", ZH: "方法部分已预告"}, Table: bilingual.Text{EN: "neither has a row", ZH: "表中均无"}, Place: section("2.4"), Against: Place{Table: "Table 3"}, Basis: Read, Found: true},
		weightSum(weights),
		definitions(weights),
		{Kind: "definition", Quantity: bilingual.Text{EN: "position of the dimension's name", ZH: "维度名称的位置"}, Text: bilingual.Text{EN: "beside the second of three patent rows", ZH: "在三行专利的第二行"}, Table: bilingual.Text{EN: "it is the name of all three", ZH: "应为三行共有"}, Place: Place{Table: "Table 1", Row: "patents"}, Against: Place{Table: "Table 1"}, Basis: Read, Found: true},
		{Kind: "definition", Quantity: bilingual.Text{EN: "which index the weights are of", ZH: "权重属于哪个指数"}, Text: bilingual.Text{EN: "title: the digital-economy index (IRIEDEC)", ZH: "表题：数字经济指数（IRIEDEC）"}, Table: bilingual.Text{EN: "note: the regional index (IRIEC)", ZH: "表注：区域指数（IRIEC）"}, Place: Place{Table: "Table 1", Row: "title"}, Against: Place{Table: "Table 1", Row: "note"}, Basis: Read, Found: true},
		indexOfTheGrid(),
		l.suspectPatents(),
		equalScores(),
		vintagesConflict(),
		{Kind: "source", Quantity: bilingual.Text{EN: "order of the authors of reference 4", ZH: "文献4的作者顺序"}, Text: bilingual.Same("Zhu, Dai, Zhang"), Table: bilingual.Text{EN: "in the journal Dai, Zhu, Zhang", ZH: "期刊为 Dai, Zhu, Zhang"}, Place: Place{Section: "references", Row: "4"}, Against: Place{Section: "Economic Science 2024(1)"}, Basis: Read, Found: true},
		{Kind: "source", Quantity: bilingual.Text{EN: "references 5 and 6", ZH: "文献5与6"}, Text: bilingual.Text{EN: "cited for how fintech works", ZH: "用以说明金融科技的机制"}, Table: bilingual.Text{EN: "theses on small enterprises in Indonesia", ZH: "关于印度尼西亚小企业的学位论文"}, Place: section("3.4"), Against: Place{Section: "references", Row: "5, 6"}, Basis: Read, Found: true},
		{Code: OutsideInvestment, Kind: "definition", Quantity: bilingual.Text{EN: "what “foreign” investment is", ZH: "“外来投资”的含义"}, Text: bilingual.Text{EN: "foreign", ZH: "外国投资"}, Table: bilingual.Text{EN: "外来投资 is investment by legal persons of other regions", ZH: "外来投资是其他地区法人的投资"}, Place: Place{Table: "Table 1", Row: "Attract foreign investment"}, Against: Place{Section: "abstract of reference 4"}, Basis: Read, Found: true},
	}
	for i := range out {
		out[i].Number = i + 1
	}
	return out
}

func (l lookup) copied() Discrepancy {
	a, b := l.table[Composite][2010], l.table[NewEnterprises][2010]
	return Discrepancy{Code: Composite, Kind: "copy", Quantity: bilingual.Text{EN: "composite of 2010", ZH: "2010年总指数"}, Text: pairText(a.Score, a.Rank), Table: bilingual.Text{EN: "new enterprises of 2010 have the same score and rank: probably copied", ZH: "与2010年新建企业的得分和排名相同：可能为误抄"},
		Place: a.Place, Against: b.Place, Basis: Computed, Found: a.Score == b.Score && a.Rank == b.Rank}
}

func yearsOfTable2() Discrepancy {
	n := len(Table2())
	return Discrepancy{Code: Composite, Kind: "gap", Quantity: bilingual.Text{EN: "years of the composite", ZH: "总指数的年份"}, Text: bilingual.Same("2010–2020"), Table: bilingual.Say("%d of 11 years", "11年中的%d年", n), Place: section("2.1"), Against: Place{Table: "Table 2"}, Basis: Computed, Found: n < 11}
}

// MissingYears lists the years between the first and the last that Table 3 has no row of. Years beside a gap are not adjacent:
// differences and lags do not cross it.
func MissingYears() []int {
	var out []int
	for i := 1; i < len(table3); i++ {
		for y := table3[i-1].year + 1; y < table3[i].year; y++ {
			out = append(out, y)
		}
	}
	return out
}

func missingYear() Discrepancy {
	missing := MissingYears()
	return Discrepancy{Kind: "gap", Quantity: bilingual.Text{EN: "years of the dimensions", ZH: "各维度的年份"}, Text: bilingual.Same("2010–2020"), Table: bilingual.Say("%d rows: no %s", "%d行：缺%s", len(table3), years(missing)), Place: section("2.1"), Against: Place{Table: "Table 3"}, Basis: Computed, Found: len(missing) > 0}
}

func noSoftware() Discrepancy {
	weight := 0.0
	for _, w := range Table1() {
		if w.Dimension == Software {
			weight += w.Percent
		}
	}
	return Discrepancy{Code: Software, Kind: "gap", Quantity: names[Software], Text: bilingual.Say("a dimension of %g %%", "权重%g %%的维度", weight), Table: bilingual.Text{EN: "no column and no figure in the text", ZH: "表无此列，文中亦无数字"}, Place: Place{Table: "Table 1", Row: "Software copyrights"},
		Against: Place{Table: "Table 3"}, Basis: Computed, Found: !slices.Contains(Dimensions, Software)}
}

// weightSum is listed so that it is seen to be in order: it is found only where the weights do not sum to 100.
func weightSum(weights []Weight) Discrepancy {
	sum := 0.0
	for _, w := range weights {
		sum += w.Percent
	}
	return Discrepancy{Kind: "value", Quantity: bilingual.Text{EN: "sum of the weights", ZH: "权重之和"}, Text: bilingual.Same("100"), Table: bilingual.Same(fmt.Sprintf("%g", sum)), Place: Place{Table: "Table 1"}, Against: Place{Table: "Table 1"}, Basis: Computed, Found: sum != 100}
}

func definitions(weights []Weight) Discrepancy {
	var counted []string
	for _, w := range weights {
		if w.Dimension == Patents && !slices.Contains(counted, w.Counted) {
			counted = append(counted, w.Counted)
		}
	}
	return Discrepancy{Code: Patents, Kind: "definition", Quantity: bilingual.Text{EN: "what is counted of patents", ZH: "专利的统计口径"}, Text: bilingual.Text{EN: "granted", ZH: "授权"}, Table: bilingual.Text{EN: strings.Join(counted, ", "), ZH: "授权、公开、申请三种口径（" + strings.Join(counted, ", ") + "）"}, Place: Place{Table: "Table 1", Row: "patents"}, Against: Place{Table: "Table 1"}, Basis: Computed, Found: len(counted) > 1}
}

func indexOfTheGrid() Discrepancy {
	named, grid := 0, fitOf(AllPrinted(), BaseRows)
	for _, d := range CheckGrid().Named {
		if d.D == Provinces*11 {
			named = d.Hits
		}
	}
	return Discrepancy{Kind: "definition", Quantity: bilingual.Text{EN: "which panel scores are places in", ZH: "得分所属的基期面板"}, Text: bilingual.Same("2010–2020"), Table: bilingual.Say("%d of %d scores are k/961: 1990 to 2020, the panel of the regional index; %d are k/341", "%d个得分（共%d个）为k/961：1990至2020年，即区域指数的面板；为k/341的有%d个", grid.Hits, len(AllPrinted()), named),
		Place: section("2.2"), Against: Place{Table: "Table 3"}, Basis: Computed, Found: grid.Hits > 2*named}
}

func (l lookup) suspectPatents() Discrepancy {
	p := l.table[Patents]
	return Discrepancy{Code: Patents, Kind: "suspect", Quantity: bilingual.Text{EN: "patents of 2015", ZH: "2015年专利"}, Text: bilingual.Say("%.2f, %.2f, %.2f; ranks %d, %d, %d", "%.2f、%.2f、%.2f；第%d、%d、%d位", p[2014].Score, p[2015].Score, p[2016].Score, p[2014].Rank, p[2015].Rank, p[2016].Rank),
		Table: bilingual.Text{EN: "a fall and a leap; open data have grants rising in 2015", ZH: "先降后跃升；公开数据显示2015年授权量上升"}, Place: table3Place("2014–2016", Patents), Against: p[2015].Place, Basis: Computed,
		Found: p[2015].Score < p[2014].Score && p[2015].Rank > max(p[2014].Rank, p[2016].Rank)}
}

// equalScores finds equal scores with different ranks, which scoring within a year could not give.
func equalScores() Discrepancy {
	byScore := map[float64][]Cell{}
	for _, c := range Table3() {
		byScore[c.Score] = append(byScore[c.Score], c)
	}
	found := bilingual.Text{}
	for _, score := range slices.Sorted(maps.Keys(byScore)) {
		cells := byScore[score]
		slices.SortStableFunc(cells, func(a, b Cell) int { return cmp.Compare(a.Rank, b.Rank) })
		if len(cells) > 1 && cells[0].Rank != cells[len(cells)-1].Rank {
			found = found.With(bilingual.Say("%.2f:", "%.2f：", score))
			for _, c := range cells {
				found = found.With(bilingual.Say(" rank %d (%s %d),", "第%d位（%s%d年），", c.Rank, Name(c.Code), c.Year))
			}
			found = found.With(bilingual.Same(" "))
		}
	}
	return Discrepancy{Kind: "copy", Quantity: bilingual.Text{EN: "equal scores with different ranks", ZH: "得分相同而排名不同"}, Text: bilingual.Text{EN: "scores are comparable within a year", ZH: "得分可在年内比较"}, Table: found.With(bilingual.Text{EN: "fine in a pooled panel, impossible in a scoring by year", ZH: "在合并面板中正常，在逐年评分中不可能"}),
		Place: section("2.4"), Against: Place{Table: "Table 3"}, Basis: Computed, Found: found.EN != ""}
}

// vintagesConflict finds dimensions of 2020 whose text has a better score and a worse rank than the table: one panel gives no
// province both.
func vintagesConflict() Discrepancy {
	l := newLookup()
	found := bilingual.Text{}
	for _, code := range Dimensions {
		a, b := l.own[code], l.text[code]
		if (b.ScoreTo > a.ScoreTo && b.RankTo > a.RankTo) || (b.ScoreTo < a.ScoreTo && b.RankTo < a.RankTo) {
			found = found.With(bilingual.Say("%s %.2f (rank %d) and %.2f (rank %d); ", "%s %.2f（第%d位）与%.2f（第%d位）；", Name(code), a.ScoreTo, a.RankTo, b.ScoreTo, b.RankTo))
		}
	}
	return Discrepancy{Kind: "definition", Quantity: bilingual.Text{EN: "table and text are of one panel", ZH: "表与正文出自同一面板"}, Text: bilingual.Text{EN: "one data set", ZH: "同一数据"}, Table: found.With(bilingual.Text{EN: "a better score with a worse rank, so two versions of the data", ZH: "得分更高而排名更差，故为两个数据版本"}),
		Place: section("2.2"), Against: Place{Table: "Table 3", Row: "2020"}, Basis: Computed, Found: found.EN != ""}
}
