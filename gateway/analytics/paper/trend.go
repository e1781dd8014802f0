package paper

import (
	"context"

	"fundtrace/gateway/analytics/rank"
)

// Trend is Mann–Kendall of one line of Table 3: S counts the pairs of years that rise less those that fall, P is two-sided, by the
// normal approximation with ties and continuity. A greater rank is worse.
type Trend struct {
	Code string  `json:"code"`
	What string  `json:"what"` // rank, score
	N    int     `json:"n"`
	S    int     `json:"s"`
	P    float64 `json:"p"`
	Holm float64 `json:"p_holm"` // corrected for the number of lines
}

// Trends tests the ranks and the scores of every dimension of a vintage.
func Trends(vintage string) []Trend {
	cells := Cells(vintage)
	var out []Trend
	var ps []float64
	for _, code := range Dimensions {
		line := lineOf(cells, code)
		for _, what := range []string{"rank", "score"} {
			x := scores(line)
			if what == "rank" {
				for i, c := range line {
					x[i] = float64(c.Rank)
				}
			}
			s, p := rank.MannKendall(x)
			out, ps = append(out, Trend{Code: code, What: what, N: len(x), S: s, P: p}), append(ps, p)
		}
	}
	for i, p := range rank.Holm(ps) {
		out[i].Holm = p
	}
	return out
}

// Association is the rank correlation of two dimensions' scores: of levels, where all that rises correlates, and of first
// differences between adjacent years, where the missing year leaves a gap that no difference crosses.
type Association struct {
	A           string  `json:"a"`
	B           string  `json:"b"`
	Levels      float64 `json:"levels"`
	N           int     `json:"n"`
	Differences float64 `json:"differences"`
	M           int     `json:"n_differences"`
	P           float64 `json:"p"` // of the differences, two-sided, by permutation
	Exact       bool    `json:"exact"`
}

// pairs is the pairs of dimensions that the paper's argument is about.
var pairs = [][2]string{{Patents, VentureCapital}, {OutsideInvestment, VentureCapital}, {NewEnterprises, Trademarks}}

// Associations correlates the pairs that the challenges are about. Errors: the context's.
func Associations(ctx context.Context, vintage string) ([]Association, error) {
	cells := Cells(vintage)
	var out []Association
	for _, p := range pairs {
		a, b := lineOf(cells, p[0]), lineOf(cells, p[1])
		years := make([]int, len(a))
		for i, c := range a {
			years[i] = c.Year
		}
		x, y := scores(a), scores(b)
		levels, n := rank.Spearman(x, y)
		_, dx := rank.Differences(years, x)
		_, dy := rank.Differences(years, y)
		t, err := rank.Permute(ctx, dx, dy, rank.Options{Statistic: "spearman", Seed: 1})
		if err != nil {
			return nil, err
		}
		rho, m := rank.Spearman(dx, dy)
		out = append(out, Association{p[0], p[1], levels, n, rho, m, t.P, t.Exact})
	}
	return out, nil
}
