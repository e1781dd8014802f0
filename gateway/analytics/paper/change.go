package paper

import "math"

// Change is how one dimension went from 2010 to 2020 in a vintage.
type Change struct {
	Code      string  `json:"code"`
	ScoreFrom float64 `json:"score_from"`
	ScoreTo   float64 `json:"score_to"`
	Points    float64 `json:"points"` // two decimals
	// Growth is the ratio of scores less one, in percent, as the paper forms it. A score is a place in a panel: the rate of it
	// is arithmetic on two places and no quantity that grew.
	Growth   float64 `json:"score_growth_percent"`
	RankFrom int     `json:"rank_from"`
	RankTo   int     `json:"rank_to"`
	Lost     int     `json:"places_lost"`
	Best     int     `json:"best_rank"`
	Worst    int     `json:"worst_rank"`
	WorstIn  []int   `json:"worst_in"` // years of the worst rank
	Years    []int   `json:"years"`    // that the paper gives
	// Falls is the years whose score is below that of the year given before. With a frozen base a lower score is a lower count.
	Falls []int `json:"falls"`
	Steps int   `json:"steps"`
	// Halves is the growth from 2010 to 2015 and from 2015 to 2020, where 2015 is given.
	FirstHalf  float64 `json:"growth_2010_2015_percent"`
	SecondHalf float64 `json:"growth_2015_2020_percent"`
}

// Changes computes every change of a vintage, the composite first.
func Changes(vintage string) []Change {
	var out []Change
	for _, code := range append([]string{Composite}, Dimensions...) {
		out = append(out, changeOf(lineOf(Cells(vintage), code)))
	}
	return out
}

// lineOf is one dimension's cells, by year.
func lineOf(cells []Cell, code string) []Cell {
	var out []Cell
	for _, c := range cells {
		if c.Code == code {
			out = append(out, c)
		}
	}
	return out
}

func changeOf(line []Cell) Change {
	first, last := line[0], line[len(line)-1]
	c := Change{Code: first.Code, ScoreFrom: first.Score, ScoreTo: last.Score, Points: hundredths(last.Score - first.Score), Growth: growth(first.Score, last.Score),
		RankFrom: first.Rank, RankTo: last.Rank, Lost: last.Rank - first.Rank, Best: first.Rank, Worst: first.Rank, Falls: []int{}, Steps: len(line) - 1}
	for i, cell := range line {
		c.Years = append(c.Years, cell.Year)
		c.Best, c.Worst = min(c.Best, cell.Rank), max(c.Worst, cell.Rank)
		if i > 0 && cell.Score < line[i-1].Score {
			c.Falls = append(c.Falls, cell.Year)
		}
		if cell.Year == 2015 {
			c.FirstHalf, c.SecondHalf = growth(first.Score, cell.Score), growth(cell.Score, last.Score)
		}
	}
	for _, cell := range line {
		if cell.Rank == c.Worst {
			c.WorstIn = append(c.WorstIn, cell.Year)
		}
	}
	return c
}

// growth is the rate from a to b in percent, to two decimals.
func growth(a, b float64) float64 { return hundredths(100 * (b/a - 1)) }

func hundredths(x float64) float64 { return math.Round(100*x) / 100 }

// RateCheck sets a printed growth rate beside what its own pair of scores gives and what the tables give.
type RateCheck struct {
	Rate
	Own     float64 `json:"own_pair_percent"` // of the scores that the text gives with it
	Table   float64 `json:"table_percent"`
	OwnOK   bool    `json:"own_pair_agrees"` // to the printed decimal
	TableOK bool    `json:"table_agrees"`
}

// CheckRates computes every printed growth rate again.
func CheckRates() []RateCheck {
	table, text := Cells(VintageTable), Cells(VintageText)
	var out []RateCheck
	for _, r := range Rates() {
		own, of := changeOf(lineOf(text, r.Code)).Growth, changeOf(lineOf(table, r.Code)).Growth
		out = append(out, RateCheck{r, own, of, math.Abs(own-r.Percent) <= 0.0501, math.Abs(of-r.Percent) <= 0.0501})
	}
	return out
}
