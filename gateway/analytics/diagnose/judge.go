package diagnose

import (
	"fmt"

	"fundtrace/gateway/analytics/compare"
	"fundtrace/gateway/analytics/index"
	"fundtrace/gateway/analytics/rank"
)

func (v view) ranks(code string) (from, to int, why Said) {
	first, last, ok := v.ends(code)
	if !ok || first.Rank == 0 || last.Rank == 0 {
		return 0, 0, say("no rank of %s in %d and %d", "%s在%d年和%d年没有排名", v.name(code), v.from, v.to)
	}
	return first.Rank, last.Rank, Said{}
}

func rankGap(v view, c Condition, code string, threshold float64) Part {
	_, a, why := v.ranks(code)
	_, b, why2 := v.ranks(c.Over)
	if why = why.With(why2); why.EN != "" {
		return unknown(why)
	}
	return atLeast(float64(a-b), threshold, say("%d: rank %d against %d of %s, %+d places", "%d年：第%d位，而第%d位为%s，相差%+d位", v.to, a, b, v.name(c.Over), a-b))
}

func rankGapChange(v view, c Condition, code string, threshold float64) Part {
	a0, a1, why := v.ranks(code)
	b0, b1, why2 := v.ranks(c.Over)
	if why = why.With(why2); why.EN != "" {
		return unknown(why)
	}
	return atLeast(float64((a1-b1)-(a0-b0)), threshold, say("gap to %s %+d in %d, %+d in %d", "与%s的位差：%+d（%d年），%+d（%d年）", v.name(c.Over), a0-b0, v.from, a1-b1, v.to))
}

// falling counts in how many of the last steps the dimension fell. A score in a frozen base falls only when the count falls.
func falling(v view, _ Condition, code string, threshold float64) Part {
	years, cells := v.line(code)
	if len(years) < 2 {
		return unknown(say("fewer than two years of %s", "%s不足两年", v.name(code)))
	}
	values, what := rawOrScore(cells)
	steps := 0
	for i := len(values) - 1; i > 0 && values[i] < values[i-1]; i-- {
		steps++
	}
	peak := 0
	for i := range values {
		if values[i] > values[peak] {
			peak = i
		}
	}
	last := len(values) - 1
	return atLeast(float64(steps), threshold, say("%s fell in the last %d steps; peak %s in %d, %s in %d", "%s在最后%d步下降；峰值%s（%d年），%s（%d年）", what, steps, short(values[peak]), years[peak], short(values[last]), years[last]))
}

func rawOrScore(cells []compare.Cell) (values []index.Number, what Said) {
	for _, c := range cells {
		if !c.Raw.Is() {
			values = values[:0]
			for _, c := range cells {
				values = append(values, c.Score)
			}
			return values, Said{EN: "score (in a frozen base: the count)", ZH: "得分（基期固定，即数量）"}
		}
		values = append(values, c.Raw)
	}
	return values, Said{EN: "count", ZH: "数量"}
}

func short(n index.Number) string {
	if !n.Is() {
		return "–"
	}
	if n == index.Number(int64(n)) {
		return fmt.Sprintf("%d", int64(n))
	}
	return fmt.Sprintf("%.2f", float64(n))
}

func rankLoss(v view, _ Condition, code string, threshold float64) Part {
	a, b, why := v.ranks(code)
	if why.EN != "" {
		return unknown(why)
	}
	p := atLeast(float64(b-a), threshold, say("rank %d in %d, %d in %d: %+d places", "第%d位（%d年），第%d位（%d年）：%+d位", a, v.from, b, v.to, b-a))
	v.withMove(code, &p)
	return p
}

// withMove takes back a loss whose interval holds none.
func (v view) withMove(code string, p *Part) {
	m, ok := v.moves[code]
	if !ok || m.From != v.from || m.To != v.to {
		return
	}
	p.Evidence = p.Evidence.With(say(", interval %+d to %+d", "，区间%+d至%+d", m.Low, m.High))
	if p.Answer == Met && m.Low <= 0 {
		p.Answer = NotMet
		p.Evidence = p.Evidence.With(Said{EN: ": no loss is within it", ZH: "：区间内包含没有下降"})
	}
}

func trend(v view, code string, threshold float64, what Said, sign int, of func(compare.Cell) index.Number) Part {
	_, cells := v.line(code)
	var x []float64
	for _, c := range cells {
		if n := of(c); n.Is() {
			x = append(x, float64(n))
		}
	}
	if len(x) < 4 {
		return unknown(say("%d years of %s: a trend needs four", "%d年的%s：判断趋势至少需要四年", len(x), v.name(code)))
	}
	s, p := rank.MannKendall(x)
	out := Part{Answer: NotMet, Value: index.Number(p), Margin: index.Number(threshold - p), Evidence: say("%s over %d years: S %+d, p %s", "%s，%d年：S %+d，p %s", what, len(x), s, pText(p))}
	if s*sign > 0 && p <= threshold {
		out.Answer = Met
	}
	return out
}

func pText(p float64) string {
	if p < 0.001 {
		return fmt.Sprintf("%.5f", p)
	}
	return fmt.Sprintf("%.3f", p)
}

func rankOf(c compare.Cell) index.Number {
	if c.Rank == 0 {
		return index.None()
	}
	return index.Number(c.Rank)
}

func rankTrend(v view, _ Condition, code string, threshold float64) Part {
	return trend(v, code, threshold, Said{EN: "rank", ZH: "排名"}, 1, rankOf) // a greater rank is worse
}

func scoreTrend(v view, _ Condition, code string, threshold float64) Part {
	return trend(v, code, threshold, Said{EN: "score", ZH: "得分"}, 1, func(c compare.Cell) index.Number { return c.Score })
}

func scoreUpRankDown(v view, _ Condition, code string, threshold float64) Part {
	first, last, ok := v.ends(code)
	a, b, why := v.ranks(code)
	if !ok || why.EN != "" || !first.Score.Is() || !last.Score.Is() {
		return unknown(say("no score and rank of %s in both years", "%s缺少两年的得分与排名", v.name(code)))
	}
	points := last.Score - first.Score
	p := atLeast(float64(b-a), threshold, say("score %+.2f points, rank %d to %d: %+d places", "得分%+.2f，排名由第%d位到第%d位：%+d位", float64(points), a, b, b-a))
	if points <= 0 {
		p.Answer = NotMet
	}
	v.withMove(code, &p)
	return p
}

func ratioFalling(v view, c Condition, code string, _ float64) Part {
	a0, a1, ok := v.ends(code)
	b0, b1, ok2 := v.ends(c.Over)
	if !ok || !ok2 || !a0.Raw.Is() || !a1.Raw.Is() || !b0.Raw.Is() || !b1.Raw.Is() || b0.Raw <= 0 || b1.Raw <= 0 || a0.Raw <= 0 {
		return unknown(say("the counts of %s and %s are not known", "%s与%s的数量未知", v.name(code), v.name(c.Over)))
	}
	then, now := a0.Raw/b0.Raw, a1.Raw/b1.Raw
	return fell(then, now, say("%s by %s: %.4g in %d, %.4g in %d", "%s与%s之比：%.4g（%d年），%.4g（%d年）", v.name(code), v.name(c.Over), float64(then), v.from, float64(now), v.to))
}

func measureFalling(v view, _ Condition, code string, _ float64) Part {
	a, b, ok := v.ends(code)
	if !ok || !a.Raw.Is() || !b.Raw.Is() || a.Raw == 0 {
		return unknown(say("no %s is given", "没有给出%s", v.name(code)))
	}
	return fell(a.Raw, b.Raw, say("%s: %.4g in %d, %.4g in %d", "%s：%.4g（%d年），%.4g（%d年）", v.name(code), float64(a.Raw), v.from, float64(b.Raw), v.to))
}

// fell judges whether a quantity is lower than it was; the value is the change in percent.
func fell(then, now index.Number, evidence Said) Part {
	p := Part{Answer: NotMet, Value: 100 * (now/then - 1), Margin: 100 * (1 - now/then), Evidence: evidence}
	if now < then {
		p.Answer = Met
	}
	return p
}
