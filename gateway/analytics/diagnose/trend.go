package diagnose

import (
	"context"
	"math"
	"slices"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/compare"
	"fundtrace/gateway/analytics/design"
	"fundtrace/gateway/analytics/index"
	"fundtrace/gateway/analytics/rank"
)

// Trend is Mann–Kendall of one line: S counts the pairs of years that rise less those that fall, P is two-sided by the normal
// approximation with ties and continuity. A greater rank is worse. Holm is P corrected for the number of lines.
type Trend struct {
	Code string       `json:"code"`
	What string       `json:"what"` // rank, score
	N    int          `json:"n"`
	S    int          `json:"s"`
	P    index.Number `json:"p"`
	Holm index.Number `json:"p_holm"`
}

// leastTrend is how many years a trend needs.
const leastTrend = 4

func (v view) trends() []Trend {
	out := []Trend{}
	var ps []float64
	for _, n := range v.board.Nodes() {
		_, cells := v.line(n.Code)
		for _, what := range []string{"rank", "score"} {
			var x []float64
			for _, c := range cells {
				value := c.Score
				if what == "rank" {
					value = rankOf(c)
				}
				if value.Is() {
					x = append(x, float64(value))
				}
			}
			if len(x) < leastTrend {
				continue
			}
			s, p := rank.MannKendall(x)
			out = append(out, Trend{Code: n.Code, What: what, N: len(x), S: s, P: index.Number(p)})
			ps = append(ps, p)
		}
	}
	for i, p := range rank.Holm(ps) {
		out[i].Holm = index.Number(p)
	}
	return out
}

// Association is the rank correlation of the scores of two dimensions, of levels and of first differences between adjacent
// years. Two lines that rise correlate whatever binds them: only the differences say whether they move together.
type Association struct {
	A           string       `json:"a"`
	B           string       `json:"b"`
	Levels      index.Number `json:"levels"`
	N           int          `json:"n"`
	Differences index.Number `json:"differences"`
	M           int          `json:"n_differences"`
	// P is of the differences: the share of permutations as far from 0, two-sided; Exact where all permutations were tried.
	P     index.Number `json:"p"`
	Exact bool         `json:"exact"`
}

// leastPermuted is how many differences a permutation test needs.
const leastPermuted = 5

// associations correlates the dimensions that a challenge sets beside each other.
func (v view) associations(ctx context.Context, r *Rules) ([]Association, error) {
	out := []Association{}
	done := map[[2]string]bool{}
	for _, c := range r.Challenges {
		codes := v.meant(c)
		for i := range codes {
			for j := range i {
				pair := [2]string{codes[j], codes[i]}
				if done[pair] {
					continue
				}
				done[pair] = true
				a, err := v.associate(ctx, pair[0], pair[1])
				if err != nil {
					return nil, err
				}
				if a.N >= leastTrend {
					out = append(out, a)
				}
			}
		}
	}
	return out, nil
}

// meant lists the dimensions that a challenge is about, in the order of the board.
func (v view) meant(c Challenge) []string {
	var out []string
	for _, n := range v.board.Nodes() {
		if slices.ContainsFunc(c.Conditions, func(k Condition) bool { return k.Over == n.Code || slices.Contains(k.Of, n.Code) }) {
			out = append(out, n.Code)
		}
	}
	return out
}

func (v view) associate(ctx context.Context, a, b string) (Association, error) {
	years, x, y := v.together(a, b)
	out := Association{A: a, B: b, N: len(years), Levels: index.None(), Differences: index.None(), P: index.None()}
	if out.N < leastTrend {
		return out, nil
	}
	rho, _ := rank.Spearman(x, y)
	out.Levels = index.Number(rho)
	_, dx := rank.Differences(years, x)
	_, dy := rank.Differences(years, y)
	out.M = len(dx)
	rho, _ = rank.Spearman(dx, dy)
	out.Differences = index.Number(rho)
	if out.M < leastPermuted || math.IsNaN(rho) {
		return out, nil
	}
	t, err := rank.Permute(ctx, dx, dy, rank.Options{Seed: 1})
	if ledger.ErrorCode(err) == design.Refused { // the differences are too few, or do not vary: they test nothing
		return out, nil
	}
	if err != nil {
		return out, err
	}
	out.P, out.Exact = index.Number(t.P), t.Exact
	return out, nil
}

// together is the scores of two dimensions in the years that have both.
func (v view) together(a, b string) (years []int, x, y []float64) {
	at := map[int]compare.Cell{}
	ya, ca := v.line(a)
	for i, c := range ca {
		at[ya[i]] = c
	}
	yb, cb := v.line(b)
	for i, c := range cb {
		if other, ok := at[yb[i]]; ok && c.Score.Is() && other.Score.Is() {
			years, x, y = append(years, yb[i]), append(x, float64(other.Score)), append(y, float64(c.Score))
		}
	}
	return years, x, y
}
