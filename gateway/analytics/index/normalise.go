package index

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// normalise makes an indicator comparable, higher being better. What it compares with is the base panel or, where the scope
// is year, the rows of the same year.
func (e *Engine) normalise(n *Node, x []float64, m *Method) ([]float64, error) {
	out := make([]float64, len(x))
	if m.Normalise == "goalposts" || m.Normalise == "dist-to-max" {
		return out, e.bySize(n, x, m, out)
	}
	signed := slices.Clone(x)
	for i := range signed {
		signed[i] *= n.sign()
	}
	if m.Scope == "base" {
		return out, fit(signed, e.baseRows, allRows(len(x)), m, out)
	}
	for _, s := range e.spans {
		rows := allRows(s[1])[s[0]:]
		if err := fit(signed, rows, rows, m, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func allRows(n int) []int {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	return rows
}

// fit normalises the rows to with what the rows from show. Where all of from are equal, as many zeros of an early year, nobody
// differs: z is 0, and what has a range is in its middle.
func fit(x []float64, from, to []int, m *Method, out []float64) error {
	known := make([]float64, 0, len(from))
	for _, r := range from {
		if !math.IsNaN(x[r]) {
			known = append(known, x[r])
		}
	}
	slices.Sort(known)
	n := float64(len(known))
	low, high := m.span()
	var f func(v float64) float64
	switch m.Normalise {
	case "none":
		f = func(v float64) float64 { return v }
	case "z", "phi":
		center, sd := meanSD(known)
		f = func(v float64) float64 {
			z := 0.0
			if sd > 0 {
				z = (v - center) / sd
			}
			if m.Normalise == "phi" {
				return 100 * distuv.UnitNormal.CDF(z)
			}
			return z
		}
	case "min-max":
		f = func(v float64) float64 {
			least, most := known[0], known[len(known)-1]
			if least == most {
				return (low + high) / 2
			}
			return low + (high-low)*(v-least)/(most-least)
		}
	case "rank": // 1 for the lowest, ties share the lower number
		f = func(v float64) float64 { return 1 + float64(countBelow(known, v)) }
	case "percentile":
		f = func(v float64) float64 { return 100 * place(known, v, m.Ties) / n }
	case "percentile-rank":
		f = func(v float64) float64 {
			if n == 1 {
				return 50
			}
			return 100 * float64(countBelow(known, v)) / (n - 1)
		}
	default:
		return badOption("normalise", fmt.Sprintf("is %.40q, which nothing computes", m.Normalise))
	}
	for _, r := range to {
		if out[r] = math.NaN(); !math.IsNaN(x[r]) {
			out[r] = f(x[r])
		}
	}
	return nil
}

// bySize normalises by values themselves: goalposts, and percent of the leader. Where less is better, the leader is the
// lowest and the others are what part of their value it is.
func (e *Engine) bySize(n *Node, x []float64, m *Method, out []float64) error {
	if m.Normalise == "goalposts" {
		if n.Goalposts == nil {
			return badOption("normalise", fmt.Sprintf("is goalposts, but the profile gives %s none", n.Code))
		}
		low, high := m.span()
		for i, v := range x {
			share := (v - n.Goalposts[0]) / (n.Goalposts[1] - n.Goalposts[0])
			out[i] = low + (high-low)*min(max(share, 0), 1)
		}
		return nil
	}
	for i, v := range x {
		if v < 0 || (v == 0 && n.sign() < 0) {
			return e.rows.bad(n.column(), i, fmt.Sprintf("%g has no distance to the leader: dist-to-max needs values above 0", v))
		}
	}
	leaders := map[[2]int]float64{}
	leader := func(rows []int) float64 {
		best := math.NaN()
		for _, r := range rows {
			if v := x[r]; math.IsNaN(best) || v*n.sign() > best*n.sign() {
				best = v
			}
		}
		return best
	}
	best := leader(e.baseRows)
	for _, s := range e.spans {
		if leaders[s] = best; m.Scope == "year" {
			leaders[s] = leader(allRows(s[1])[s[0]:])
		}
		for i := s[0]; i < s[1]; i++ {
			switch lead := leaders[s]; {
			case n.sign() < 0:
				out[i] = 100 * lead / x[i]
			case lead == 0: // a year in which all are 0
				out[i] = 100
			default:
				out[i] = 100 * x[i] / lead
			}
		}
	}
	return nil
}

// meanSD answers mean and sample standard deviation, in two passes.
func meanSD(x []float64) (center, sd float64) {
	center = mean(x)
	if len(x) < 2 {
		return center, 0
	}
	squares := 0.0
	for _, v := range x {
		squares += (v - center) * (v - center)
	}
	return center, math.Sqrt(squares / float64(len(x)-1))
}
