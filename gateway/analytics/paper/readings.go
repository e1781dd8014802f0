package paper

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/stat/distuv"

	"fundtrace/gateway/analytics/bilingual"
)

// Reading is a way in which the scores could have been computed, and what the published numbers say of it.
type Reading struct {
	ID       string         `json:"id"`
	About    bilingual.Text `json:"about"`
	Verdict  string         `json:"verdict"` // fits, excluded, not excluded
	Evidence bilingual.Text `json:"evidence"`
	// Cells counts the published pairs that the reading cannot give.
	Cells int `json:"impossible_cells"`
}

// Verdicts of readings.
const (
	Fits        = "fits"
	Excluded    = "excluded"
	NotExcluded = "not excluded"
)

// Sixth is what the dimension that Table 3 leaves out would have to score if the composite were the weighted mean of scores.
type Sixth struct {
	Year  int     `json:"year"`
	Score float64 `json:"score"`
}

// Sixths computes it for the years of Table 2.
func Sixths() []Sixth {
	weight := map[string]float64{}
	for _, w := range Table1() {
		weight[w.Dimension] += w.Percent
	}
	var out []Sixth
	for _, composite := range Table2() {
		rest := 100 * composite.Score
		for _, c := range Table3() {
			if c.Year == composite.Year {
				rest -= weight[c.Code] * c.Score
			}
		}
		out = append(out, Sixth{composite.Year, rest / weight[Software]})
	}
	return out
}

// Readings checks every candidate against the published numbers.
func Readings() []Reading {
	grid := CheckGrid()
	hits := 0
	for _, s := range grid.Sets {
		hits += s.Hits
	}
	infeasible := 0
	for _, s := range grid.Scores {
		if !s.Feasible {
			infeasible++
		}
	}
	fit := Reading{ID: "A", About: bilingual.Text{EN: "pooled z, place in all province-years of 1990 to 2020", ZH: "合并标准化，1990至2020年全部省份年份中的位置"}, Verdict: Fits, Cells: infeasible,
		Evidence: bilingual.Say("%d of %d printed scores are 100·k/961 to two decimals (by chance %.1f); every pair of score and rank is feasible", "%d个得分（共%d个）恰为100·k/961（随机约%.1f个）；每一对得分与排名都可行", hits, len(grid.Scores), float64(len(grid.Scores))*grid.Chance)}
	if infeasible > 0 || float64(hits) < 0.5*float64(len(grid.Scores)) {
		fit.Verdict = Excluded
	}
	return []Reading{fit, shortBase(grid), withinYear(), phiOfYear(), minMaxOfYear(), phiPooled(grid, hits), meanOfScores()}
}

func shortBase(grid *GridCheck) Reading {
	r := Reading{ID: "A'", About: bilingual.Text{EN: "the same over 2010 to 2020, the years that the paper names", ZH: "同上，但基期为论文所称的2010至2020年"}, Verdict: NotExcluded}
	for _, d := range grid.Named {
		if d.D == Provinces*11 {
			if d.Z < 2 {
				r.Verdict = Excluded
			}
			r.Evidence = bilingual.Say("%d scores lie on the grid k/341, chance gives %.1f", "%d个得分为k/341，随机约%.1f个", d.Hits, d.Expected)
		}
	}
	return r
}

func withinYear() Reading {
	scores := map[int]map[float64]bool{}
	most, rank := 0, 0
	for _, c := range Table3() {
		if scores[c.Rank] == nil {
			scores[c.Rank] = map[float64]bool{}
		}
		scores[c.Rank][c.Score] = true
		if n := len(scores[c.Rank]); n > most {
			most, rank = n, c.Rank
		}
	}
	r := Reading{ID: "B", About: bilingual.Text{EN: "place within the year, 100·(32-rank)/31", ZH: "年内位置，100·(32-排名)/31"}, Verdict: Fits}
	if most > 1 {
		r.Verdict = Excluded
		r.Evidence = bilingual.Say("rank %d would always score %.2f; it is printed with %d different scores", "第%d位应恒为%.2f，而表中有%d个不同得分", rank, 100*float64(Provinces+1-rank)/Provinces, most)
	}
	for _, c := range Table3() {
		if math.Abs(c.Score-100*float64(Provinces+1-c.Rank)/Provinces) > 0.005 {
			r.Cells++
		}
	}
	return r
}

// phiOfYear: the r-th largest of n numbers has z of at most √((n-r)/r), reached when the r largest are equal and so are the rest.
func phiOfYear() Reading {
	r := Reading{ID: "C", About: bilingual.Text{EN: "z within the year, 100·Φ(z)", ZH: "年内标准化，100·Φ(z)"}, Verdict: NotExcluded}
	worst, excess := Cell{}, 0.0
	for _, c := range Table3() {
		bound := 100 * distuv.UnitNormal.CDF(math.Sqrt(float64(Provinces-c.Rank)/float64(c.Rank)))
		if c.Score > bound+0.005 {
			r.Cells++
			if c.Score-bound > excess {
				worst, excess = c, c.Score-bound
			}
		}
	}
	if r.Cells > 0 {
		r.Verdict = Excluded
		r.Evidence = bilingual.Say("impossible in %d of %d cells: rank %d of %d can score at most %.2f, %s of %d is printed with %.2f", "%d个单元格不可能（共%d个）：第%d位（共%d位）最高只能得%.2f，而%s%d年为%.2f", r.Cells, len(Table3()), worst.Rank, Provinces, worst.Score-excess, Name(worst.Code), worst.Year, worst.Score)
	}
	return r
}

func minMaxOfYear() Reading {
	most := 0.0
	for _, c := range Table3() {
		if c.Rank == (Provinces+1)/2 {
			most = max(most, c.Score)
		}
	}
	return Reading{ID: "D", About: bilingual.Text{EN: "min–max within the year", ZH: "年内极差标准化"}, Verdict: NotExcluded,
		Evidence: bilingual.Say("no pair excludes it, but the median province would stand at %.2f %% of the greatest, where counts are skewed to the right; and it gives no grid", "没有数对能排除它，但中位省份将达到最高者的%.2f %%，而数量分布右偏；且不产生网格", most)}
}

func phiPooled(grid *GridCheck, hits int) Reading {
	r := Reading{ID: "E", About: bilingual.Text{EN: "pooled z, 100·Φ(z)", ZH: "合并标准化，100·Φ(z)"}, Verdict: NotExcluded}
	if expected := float64(len(grid.Scores)) * grid.Chance; float64(hits) > 3*expected {
		r.Verdict = Excluded
		r.Evidence = bilingual.Say("a continuous score would be on the grid %.1f times of %d, not %d", "连续得分落在网格上约%.1f次（共%d次），而非%d次", expected, len(grid.Scores), hits)
	}
	return r
}

func meanOfScores() Reading {
	r := Reading{ID: "F", About: bilingual.Text{EN: "the composite as weighted mean of dimension scores", ZH: "总指数为各维度得分的加权平均"}, Verdict: NotExcluded}
	var needed []string
	for _, s := range Sixths() {
		if s.Score > 100 {
			r.Verdict = Excluded
			r.Cells++
		}
		needed = append(needed, fmt.Sprintf("%.1f (%d)", s.Score, s.Year))
	}
	r.Evidence = bilingual.Say("the sixth dimension would have to score %s", "第六个维度须得%s", strings.Join(needed, ", "))
	return r
}
