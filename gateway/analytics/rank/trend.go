package rank

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/stat/distuv"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/design"
)

// TrendTest is the test of Mann (1945) and Kendall (1975) for a trend.
type TrendTest struct {
	S        int     `json:"s"` // pairs that rise less pairs that fall
	N        int     `json:"n"`
	Variance float64 `json:"variance"`        // of S, corrected for ties
	Z        float64 `json:"z"`               // with the correction for continuity
	P        float64 `json:"p"`               // two-sided, normal
	Exact    float64 `json:"exact,omitempty"` // two-sided, enumerated; 0 with ties or more than 100 values
	Tau      float64 `json:"tau"`             // τ-b with time
}

// MannKendall answers S and the two-sided p of the normal approximation with corrections for ties and continuity, of a series in the order of
// time. Gaps do not matter: only the order does. p is NaN with fewer than 3 values.
func MannKendall(x []float64) (s int, p float64) {
	t := mannKendall(present(x))
	if t.N < 3 {
		return t.S, math.NaN()
	}
	return t.S, t.P
}

// Trend is the whole test. It refuses fewer than 4 values, which no trend could make significant, with DESIGN_REFUSED.
func Trend(x []float64) (*TrendTest, error) {
	v := present(x)
	if len(v) < 4 {
		return nil, design.Refuse(fmt.Sprintf("%d values show no trend: at least 4 are needed", len(v)), "n", strconv.Itoa(len(v)))
	}
	t := mannKendall(v)
	return &t, nil
}

func present(x []float64) []float64 {
	return slices.DeleteFunc(slices.Clone(x), math.IsNaN)
}

func mannKendall(x []float64) TrendTest {
	n := len(x)
	t := TrendTest{N: n, P: 1}
	for i := range x {
		for j := range i {
			t.S += sign(x[i] - x[j])
		}
	}
	m := float64(n)
	t.Variance = m * (m - 1) * (2*m + 5)
	sorted := slices.Clone(x)
	slices.Sort(sorted)
	ties, tiedPairs := false, 0.0
	for from := 0; from < n; {
		to := from + 1
		for to < n && sorted[to] == sorted[from] {
			to++
		}
		if k := float64(to - from); k > 1 {
			t.Variance -= k * (k - 1) * (2*k + 5)
			tiedPairs += k * (k - 1) / 2
			ties = true
		}
		from = to
	}
	t.Variance /= 18
	if pairs := m * (m - 1) / 2; pairs > tiedPairs {
		t.Tau = float64(t.S) / (math.Sqrt(pairs) * math.Sqrt(pairs-tiedPairs))
	}
	if t.Variance > 0 && t.S != 0 {
		t.Z = (float64(t.S) - float64(sign(float64(t.S)))) / math.Sqrt(t.Variance)
		t.P = 2 * distuv.UnitNormal.Survival(math.Abs(t.Z))
	}
	if !ties && n >= 3 && n <= 100 {
		t.Exact = exactTrend(n, t.S)
	}
	return t
}

// exactTrend is the share of the n! orders whose |S| is at least |s|: S = n(n-1)/2 - 2·inversions, and inversions of n values are
// those of n-1 and a place of the last.
func exactTrend(n, s int) float64 {
	share := []float64{1} // by number of inversions
	for m := 2; m <= n; m++ {
		next := make([]float64, len(share)+m-1)
		for i, p := range share {
			for k := range m {
				next[i+k] += p / float64(m)
			}
		}
		share = next
	}
	pairs, p := n*(n-1)/2, 0.0
	if s < 0 {
		s = -s
	}
	for inversions, q := range share {
		if at := pairs - 2*inversions; at >= s || -at >= s {
			p += q
		}
	}
	return min(p, 1)
}

// Slope is the estimate of Sen (1968): the median of (x_j - x_i)/(t_j - t_i) over all pairs, by the times themselves. NaN with fewer than two.
func Slope(times []int, x []float64) float64 {
	var slopes []float64
	for i := range min(len(times), len(x)) {
		for j := range i {
			if times[i] != times[j] && !math.IsNaN(x[i]) && !math.IsNaN(x[j]) {
				slopes = append(slopes, (x[i]-x[j])/float64(times[i]-times[j]))
			}
		}
	}
	if len(slopes) == 0 {
		return math.NaN()
	}
	slices.Sort(slopes)
	middle := len(slopes) / 2
	if len(slopes)%2 == 1 {
		return slopes[middle]
	}
	return (slopes[middle-1] + slopes[middle]) / 2
}

// Pair is the association of two series, on levels and on first differences. Two series that both rise are associated in levels whatever
// they have to do with each other: the differences are the headline.
type Pair struct {
	Levels      *Test  `json:"levels,omitempty"`
	Differences *Test  `json:"differences,omitempty"`
	Gaps        int    `json:"gaps"`           // times after the first whose predecessor is missing: they have no difference
	Note        string `json:"note,omitempty"` // why a test is not there
}

// Association tests levels and first differences of two series. With o.Block the levels are permuted in runs; differences always freely.
// Where the sample does not carry one of the two it is nil and Note says why; it is refused where it carries neither. Errors as of
// Permute.
func Association(ctx context.Context, times []int, x, y []float64, o Options) (*Pair, error) {
	t, a, b := aligned(times, x, y)
	out := &Pair{}
	for i := 1; i < len(t); i++ {
		if t[i] != t[i-1]+1 {
			out.Gaps++
		}
	}
	var err error
	if out.Levels, err = Permute(ctx, a, b, o); err != nil {
		if ctx.Err() != nil || !refused(err) {
			return nil, err
		}
		out.Note = "levels: " + message(err)
	}
	_, dx := Differences(t, a)
	_, dy := Differences(t, b)
	free := o
	free.Block = 0
	if out.Differences, err = Permute(ctx, dx, dy, free); err != nil {
		if ctx.Err() != nil || !refused(err) || out.Levels == nil {
			return nil, err
		}
		out.Note = "differences: " + message(err)
	}
	return out, nil
}

// Ordered answers a series in the order of its times, without what is missing.
func Ordered(times []int, x []float64) ([]int, []float64) {
	t, a, _ := aligned(times, x, x)
	return t, a
}

// aligned answers the times that both series have, in their order.
func aligned(times []int, x, y []float64) (t []int, a, b []float64) {
	var order []int
	for i := range min(len(times), len(x), len(y)) {
		if !math.IsNaN(x[i]) && !math.IsNaN(y[i]) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(times[i], times[j]) })
	for _, i := range order {
		t, a, b = append(t, times[i]), append(a, x[i]), append(b, y[i])
	}
	return t, a, b
}

func refused(err error) bool { return ledger.ErrorCode(err) == design.Refused }

// message is what an error says, without its code.
func message(err error) string {
	var e *ledger.Error
	if errors.As(err, &e) {
		return e.Message
	}
	return err.Error()
}
