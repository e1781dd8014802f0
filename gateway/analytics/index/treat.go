package index

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// Treatment says what was done about an indicator's outliers. Skewness and kurtosis are the bias-corrected (type 2)
// coefficients over the base panel; kurtosis is excess kurtosis.
type Treatment struct {
	Code       string `json:"code"`
	Skew       Number `json:"skew"`
	Kurtosis   Number `json:"kurtosis"`
	Points     int    `json:"points,omitempty"` // moved to the next value
	Log        bool   `json:"log,omitempty"`    // the logarithm was taken of the original instead
	SkewAfter  Number `json:"skew_after"`
	KurtAfter  Number `json:"kurtosis_after"`
	StillFails bool   `json:"still_fails,omitempty"`
}

// treat answers the treated values. Limits come from the base rows; other rows are moved to the same limits.
func treat(code string, x []float64, base []int, o Outliers) ([]float64, Treatment) {
	known := make([]float64, 0, len(base))
	for _, r := range base {
		if !math.IsNaN(x[r]) {
			known = append(known, x[r])
		}
	}
	t := Treatment{Code: code}
	low, high := extremes(known)
	original := [2]float64{low, high}
	t.Skew, t.Kurtosis = moments(known)
	fails := func(skew, kurtosis Number) bool {
		return math.Abs(float64(skew)) >= o.Skew && float64(kurtosis) >= o.Kurtosis
	}
	t.SkewAfter, t.KurtAfter = t.Skew, t.Kurtosis
	if !fails(t.Skew, t.Kurtosis) {
		return x, t
	}
	work := append([]float64(nil), known...)
	highs, lows := 0, 0 // points that no longer have their own value
	for fails(t.SkewAfter, t.KurtAfter) && highs+lows < o.MaxPoints {
		if t.SkewAfter >= 0 {
			next := below(work, high)
			if next == low {
				break // nothing would distinguish the rows any more
			}
			high, highs = next, clip(work, math.Inf(-1), next)
		} else {
			next := above(work, low)
			if next == high {
				break
			}
			low, lows = next, clip(work, next, math.Inf(1))
		}
		t.SkewAfter, t.KurtAfter = moments(work)
	}
	t.Points = highs + lows
	if !fails(t.SkewAfter, t.KurtAfter) || !o.Log {
		t.StillFails = fails(t.SkewAfter, t.KurtAfter)
		return limited(x, low, high), t
	}
	t.Points, t.Log = 0, true
	out := limited(x, original[0], original[1])
	shift := 0.01 * (original[1] - original[0])
	logarithm := func(values []float64) {
		for i, v := range values {
			values[i] = math.Log(v - original[0] + shift)
		}
	}
	logarithm(out)
	logarithm(known)
	t.SkewAfter, t.KurtAfter = moments(known)
	t.StillFails = fails(t.SkewAfter, t.KurtAfter)
	return out, t
}

// below answers the highest value under top.
func below(x []float64, top float64) float64 {
	next := math.Inf(-1)
	for _, v := range x {
		if v < top {
			next = max(next, v)
		}
	}
	return next
}

// above answers the lowest value over bottom.
func above(x []float64, bottom float64) float64 {
	next := math.Inf(1)
	for _, v := range x {
		if v > bottom {
			next = min(next, v)
		}
	}
	return next
}

// clip moves values beyond the limits to them and answers how many it moved.
func clip(x []float64, low, high float64) int {
	moved := 0
	for i, v := range x {
		if v < low || v > high {
			x[i] = min(max(v, low), high)
			moved++
		}
	}
	return moved
}

// limited answers a copy with values beyond the limits moved to them.
func limited(x []float64, low, high float64) []float64 {
	out := slices.Clone(x)
	clip(out, low, high)
	return out
}

func extremes(x []float64) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, v := range x {
		low, high = min(low, v), max(high, v)
	}
	return low, high
}

// moments answers bias-corrected skewness and excess kurtosis; NaN where there are too few values or none differ.
func moments(x []float64) (skew, kurtosis Number) {
	if len(x) < 4 {
		return None(), None()
	}
	return Number(stat.Skew(x, nil)), Number(stat.ExKurtosis(x, nil))
}
