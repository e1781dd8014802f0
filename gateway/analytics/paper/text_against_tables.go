package paper

import (
	"fmt"
	"slices"
	"strings"

	"fundtrace/gateway/analytics/bilingual"
)

// TextAgainstTables lists where the running text says otherwise than the tables, in the order of the text.
func TextAgainstTables() []Discrepancy {
	l := newLookup()
	out := []Discrepancy{
		l.value2020(NewEnterprises, "3.2.1"),
		l.rank2020(NewEnterprises, "3.2.1"),
		l.declineYearByYear(),
		l.value2020(OutsideInvestment, "3.2.2(1)"),
		l.rank2020(OutsideInvestment, "3.2.2(1)"),
		l.continuedRise(),
		{Code: OutsideInvestment, Kind: "subject", Quantity: bilingual.Text{EN: "what the loss of rank is explained with", ZH: "用什么解释排名下降"}, Text: bilingual.Text{EN: "share of venture capital funding", ZH: "风险投资份额"}, Table: bilingual.Text{EN: "the column is outside investment", ZH: "该列是外来投资"},
			Place: section("3.2.2(1)"), Against: table3Place("", OutsideInvestment), Basis: Read, Found: true},
		l.peak(),
		l.ventureCapital2020(),
		l.value2020(Patents, "3.2.3(1)"),
		l.band(Patents),
		l.value2020(Trademarks, "3.2.3(2)"),
		l.greatestGrowth(),
		l.stagnant(),
		l.gapOfRanks(),
		l.rankLosses(),
		l.steadily(),
	}
	for i := range out {
		out[i].Number = i + 1
	}
	return out
}

// Agreements lists what text and tables agree on.
func Agreements() []Agreement {
	l := newLookup()
	var out []Agreement
	for _, f := range Figures() {
		if c := l.table[f.Code][f.Year]; f.Year == 2010 {
			ok := (f.Score == 0 || f.Score == c.Score) && (f.Rank == 0 || f.Rank == c.Rank)
			out = append(out, Agreement{Name(f.Code).With(bilingual.Same(" 2010")), pairText(f.Score, f.Rank), f.Place, ok})
		}
	}
	composite, vc := l.own[Composite], l.own[VentureCapital]
	trademarks := bandOf(Trademarks)
	peak := slices.Max(scores(l.line(VentureCapital)))
	_, patents := figure(Patents, 2020)
	return append(out,
		Agreement{bilingual.Text{EN: "composite, growth", ZH: "总指数增长率"}, bilingual.Same(fmt.Sprintf("+%.1f %%", Table2Growth)), section("3.1"), within(composite.Growth, Table2Growth)},
		Agreement{bilingual.Text{EN: "composite, places lost", ZH: "总指数下降位数"}, bilingual.Same(fmt.Sprint(Table2Loss)), Place{Table: "Table 2", Column: "Growth Rate"}, composite.Lost == Table2Loss},
		Agreement{bilingual.Text{EN: "trademarks, band of ranks", ZH: "商标排名区间"}, bilingual.Same(fmt.Sprintf("%d–%d", trademarks.Best, trademarks.Worst)), trademarks.Place, l.own[Trademarks].Best == trademarks.Best && l.own[Trademarks].Worst == trademarks.Worst},
		Agreement{bilingual.Text{EN: "patents 2020, rank", ZH: "专利2020年排名"}, bilingual.Same(fmt.Sprint(patents)), section("3.3.1"), l.table[Patents][2020].Rank == patents},
		Agreement{bilingual.Text{EN: "venture capital rises and then falls", ZH: "风险投资先升后降"}, bilingual.Say("peak %.2f", "峰值%.2f", peak), section("3.2.2(2)"), peak > vc.ScoreFrom && peak > vc.ScoreTo},
	)
}

func (l lookup) line(code string) []Cell { return lineOf(Cells(VintageTable), code) }

func scores(line []Cell) []float64 {
	out := make([]float64, len(line))
	for i, c := range line {
		out[i] = c.Score
	}
	return out
}

func within(a, printed float64) bool { return a >= printed-0.0501 && a <= printed+0.0501 }

func pairText(score float64, rank int) bilingual.Text {
	switch {
	case rank == 0:
		return bilingual.Same(fmt.Sprintf("%.2f", score))
	case score == 0:
		return bilingual.Say("rank %d", "第%d位", rank)
	}
	return bilingual.Say("%.2f, rank %d", "%.2f，第%d位", score, rank)
}

func years(list []int) string {
	parts := make([]string, len(list))
	for i, y := range list {
		parts[i] = fmt.Sprint(y)
	}
	return strings.Join(parts, ", ")
}

// value2020 sets the text's score of 2020 and its growth rate beside the table's.
func (l lookup) value2020(code, at string) Discrepancy {
	score, _ := figure(code, 2020)
	own := l.own[code]
	return Discrepancy{Code: code, Kind: "value", Quantity: bilingual.Text{EN: "score of 2020 and growth", ZH: "2020年得分与增长率"}, Text: bilingual.Same(fmt.Sprintf("%.2f, +%.1f %%", score, rateOf(code))),
		Table: bilingual.Same(fmt.Sprintf("%.2f, +%.2f %%", own.ScoreTo, own.Growth)), Place: section(at), Against: l.table[code][2020].Place, Basis: Computed, Found: score != own.ScoreTo}
}

func (l lookup) rank2020(code, at string) Discrepancy {
	_, rank := figure(code, 2020)
	own := l.own[code]
	return Discrepancy{Code: code, Kind: "rank", Quantity: bilingual.Text{EN: "rank of 2020", ZH: "2020年排名"}, Text: bilingual.Same(fmt.Sprint(rank)), Table: bilingual.Same(fmt.Sprint(own.RankTo)), Place: section(at),
		Against: l.table[code][2020].Place, Basis: Computed, Found: rank != own.RankTo}
}

func (l lookup) declineYearByYear() Discrepancy {
	var better []string
	line := l.line(NewEnterprises)
	for i := 1; i < len(line); i++ {
		if line[i].Rank < line[i-1].Rank {
			better = append(better, fmt.Sprintf("%d (%d → %d)", line[i].Year, line[i-1].Rank, line[i].Rank))
		}
	}
	c := l.own[NewEnterprises]
	return Discrepancy{Code: NewEnterprises, Kind: "trend", Quantity: bilingual.Text{EN: "the rank declines each year", ZH: "排名逐年下降"}, Text: bilingual.Text{EN: "each year", ZH: "逐年"},
		Table: bilingual.Say("improved in %s; worst in %s", "上升：%s；最差：%s年", strings.Join(better, ", "), years(c.WorstIn)),
		Place: section("3.2.1"), Against: table3Place("2010–2020", NewEnterprises), Basis: Computed, Found: len(better) > 0}
}

func (l lookup) continuedRise() Discrepancy {
	c := l.own[OutsideInvestment]
	return Discrepancy{Code: OutsideInvestment, Kind: "trend", Quantity: bilingual.Text{EN: "the score keeps rising", ZH: "得分持续上升"}, Text: bilingual.Text{EN: "rises throughout", ZH: "持续上升"}, Table: bilingual.Say("fell in %d of %d steps: %s", "下降%d步（共%d步）：%s", len(c.Falls), c.Steps, years(c.Falls)),
		Place: section("3.2.2(1)"), Against: table3Place("2010–2020", OutsideInvestment), Basis: Computed, Found: len(c.Falls) > 0}
}

func (l lookup) peak() Discrepancy {
	d := Discrepancy{Code: VentureCapital, Kind: "date", Quantity: bilingual.Text{EN: "year of the peak", ZH: "峰值年份"}, Place: section("3.2.2(2)"), Basis: Computed}
	for _, f := range Figures() {
		if f.Misdated == 0 {
			continue
		}
		said, real := l.table[f.Code][f.Year], l.table[f.Code][f.Misdated]
		d.Text = bilingual.Say("%.2f (rank %d) in %d", "%.2f（第%d位），%d年", f.Score, f.Rank, f.Year)
		d.Table = bilingual.Say("that is %d; %d has %.2f (rank %d)", "那是%d年；%d年为%.2f（第%d位）", real.Year, said.Year, said.Score, said.Rank)
		d.Against = real.Place
		d.Found = real.Score == f.Score && real.Rank == f.Rank && (said.Score != f.Score || said.Rank != f.Rank)
	}
	return d
}

func (l lookup) ventureCapital2020() Discrepancy {
	score, rank := figure(VentureCapital, 2020)
	c := l.table[VentureCapital][2020]
	return Discrepancy{Code: VentureCapital, Kind: "value", Quantity: bilingual.Text{EN: "score and rank of 2020", ZH: "2020年得分与排名"}, Text: pairText(score, rank), Table: pairText(c.Score, c.Rank), Place: section("3.2.2(2), 3.3.1, 3.3.2"),
		Against: c.Place, Basis: Computed, Found: score != c.Score && rank != c.Rank}
}

func (l lookup) band(code string) Discrepancy {
	said, c := bandOf(code), l.own[code]
	return Discrepancy{Code: code, Kind: "band", Quantity: bilingual.Text{EN: "band of ranks", ZH: "排名区间"}, Text: bilingual.Same(fmt.Sprintf("%d–%d", said.Best, said.Worst)), Table: bilingual.Say("%d–%d (worst in %s)", "%d–%d（最差：%s年）", c.Best, c.Worst, years(c.WorstIn)),
		Place: said.Place, Against: table3Place("2010–2020", code), Basis: Computed, Found: said.Best != c.Best || said.Worst != c.Worst}
}

func (l lookup) greatestGrowth() Discrepancy {
	said := rateOf(Trademarks)
	least := said
	for _, r := range Rates() {
		if r.Code != Composite {
			least = min(least, r.Percent)
		}
	}
	place := 1
	for _, code := range Dimensions {
		if l.own[code].Growth > l.own[Trademarks].Growth {
			place++
		}
	}
	return Discrepancy{Code: Trademarks, Kind: "order", Quantity: bilingual.Text{EN: "trademarks grow most", ZH: "商标增长最快"}, Text: bilingual.Say("most, +%.1f %%", "最快，+%.1f %%", said),
		Table: bilingual.Say("the least of the four rates in the text; number %d of %d in the table", "文中四个增长率中最低；表中第%d（共%d）", place, len(Dimensions)),
		Place: section("3.2.3(2)"), Against: table3Place("2010, 2020", Trademarks), Basis: Computed, Found: least == said && place > 1}
}

func (l lookup) stagnant() Discrepancy {
	said := bandOf(Composite)
	var ranks []string
	outside := false
	for _, c := range Table2() {
		ranks = append(ranks, fmt.Sprint(c.Rank))
		outside = outside || c.Rank < said.Best || c.Rank > said.Worst
	}
	return Discrepancy{Code: Composite, Kind: "band", Quantity: bilingual.Text{EN: "rank of the composite", ZH: "总指数排名"}, Text: bilingual.Say("%d–%d for long", "长期%d–%d位", said.Best, said.Worst), Table: bilingual.Same(strings.Join(ranks, ", ")), Place: said.Place,
		Against: Place{Table: "Table 2", Row: "National Ranking"}, Basis: Computed, Found: outside}
}

func (l lookup) gapOfRanks() Discrepancy {
	_, patents := figure(Patents, 2020)
	_, vc := figure(VentureCapital, 2020)
	p, v := l.own[Patents], l.own[VentureCapital]
	return Discrepancy{Code: VentureCapital, Kind: "rank", Quantity: bilingual.Text{EN: "gap between the ranks of patents and venture capital", ZH: "专利与风险投资的位差"}, Text: bilingual.Say("%d and %d: %d places", "%d与%d：%d位", patents, vc, vc-patents),
		Table: bilingual.Say("%d and %d: %d places; in 2010 %d and %d: %d", "%d与%d：%d位；2010年%d与%d：%d", p.RankTo, v.RankTo, v.RankTo-p.RankTo, p.RankFrom, v.RankFrom, v.RankFrom-p.RankFrom),
		Place: section("3.3.1"), Against: table3Place("2020", VentureCapital), Basis: Computed, Found: vc-patents != v.RankTo-p.RankTo}
}

func (l lookup) rankLosses() Discrepancy {
	_, outside := figure(OutsideInvestment, 2020)
	_, vc := figure(VentureCapital, 2020)
	o, v := l.own[OutsideInvestment], l.own[VentureCapital]
	return Discrepancy{Code: OutsideInvestment, Kind: "rank", Quantity: bilingual.Text{EN: "ranks of outside investment and venture capital", ZH: "外来投资与风险投资的排名"}, Text: bilingual.Say("%d and %d to %d and %d", "%d与%d到%d与%d", o.RankFrom, v.RankFrom, outside, vc),
		Table: bilingual.Say("%d and %d to %d and %d", "%d与%d到%d与%d", o.RankFrom, v.RankFrom, o.RankTo, v.RankTo), Place: section("3.3.2"), Against: table3Place("2010, 2020", OutsideInvestment), Basis: Computed,
		Found: outside != o.RankTo || vc != v.RankTo}
}

func (l lookup) steadily() Discrepancy {
	falls, steps := 0, 0
	for _, code := range Dimensions {
		falls, steps = falls+len(l.own[code].Falls), steps+l.own[code].Steps
	}
	return Discrepancy{Kind: "trend", Quantity: bilingual.Text{EN: "scores rise steadily in nearly all dimensions", ZH: "几乎所有维度稳步上升"}, Text: bilingual.Text{EN: "steadily", ZH: "稳步"},
		Table: bilingual.Say("%d falls in %d steps; venture capital %+.2f from 2018 to 2020", "下降%d次（共%d步）；风险投资2018至2020年%+.2f", falls, steps, hundredths(l.table[VentureCapital][2020].Score-l.table[VentureCapital][2018].Score)),
		Place: section("3.3"), Against: Place{Table: "Table 3"}, Basis: Computed, Found: falls > 0}
}
