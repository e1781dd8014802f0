package plot

import (
	"math"
	"strconv"
	"strings"
)

// axis maps values to pixels.
type axis struct {
	low, high float64 // values
	from, to  float64 // pixels
	ticks     []float64
	decimals  int
}

// span gathers the finite values of what is to be drawn.
type span struct{ low, high float64 }

func newSpan() span { return span{math.Inf(1), math.Inf(-1)} }

func (s *span) add(values ...float64) {
	for _, v := range values {
		if finite(v) {
			s.low, s.high = min(s.low, v), max(s.high, v)
		}
	}
}

// axis makes an axis over the span with a margin on both sides and about count ticks at 1, 2 or 5 times a power of ten.
func (s span) axis(from, to float64, count int) axis {
	if s.low > s.high {
		s = span{0, 1} // nothing to draw
	}
	if s.low == s.high {
		d := math.Abs(s.low) / 10
		if d == 0 {
			d = 1
		}
		s = span{s.low - d, s.high + d}
	}
	margin := (s.high - s.low) * 0.04
	a := axis{low: s.low - margin, high: s.high + margin, from: from, to: to}
	a.mark(nice((a.high - a.low) / float64(max(count, 2))))
	return a
}

// mark puts ticks at the multiples of a step within the axis.
func (a *axis) mark(step float64) {
	a.decimals = min(max(0, int(math.Ceil(-math.Log10(step)-1e-9))), 12)
	a.ticks = nil
	for k := math.Ceil(a.low/step - 1e-9); k*step <= a.high+step*1e-9 && len(a.ticks) < 100; k++ {
		a.ticks = append(a.ticks, k*step)
	}
}

// nice answers the least of 1, 2 and 5 times a power of ten that is not below a rough step.
func nice(rough float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(rough)))
	for _, m := range []float64{1, 2, 5} {
		if m*power >= rough*(1-1e-9) {
			return m * power
		}
	}
	return 10 * power
}

// at answers the pixel of a value, kept within the axis; what is no number lies at its beginning.
func (a axis) at(v float64) float64 {
	if math.IsNaN(v) {
		return a.from
	}
	v = min(max(v, a.low), a.high)
	return a.from + (v-a.low)/(a.high-a.low)*(a.to-a.from)
}

// spell writes a tick.
func (a axis) spell(v float64) string { return spell(v, a.decimals) }

// spell writes a number with a proper minus and, from 10,000 on, groups of three; what has too many digits by its power of ten.
func spell(v float64, decimals int) string {
	if !finite(v) {
		switch {
		case math.IsInf(v, 1):
			return "∞"
		case math.IsInf(v, -1):
			return "−∞"
		}
		return "–"
	}
	if size := math.Abs(v); size >= 1e15 || decimals >= 9 && size > 0 && size < 1e-9 {
		return strings.ReplaceAll(strconv.FormatFloat(v, 'g', 4, 64), "-", "−")
	}
	s := strconv.FormatFloat(math.Abs(v), 'f', decimals, 64)
	whole, rest, _ := strings.Cut(s, ".")
	if len(whole) > 4 {
		var b strings.Builder
		for i, r := range whole {
			if i > 0 && (len(whole)-i)%3 == 0 {
				b.WriteByte(',')
			}
			b.WriteRune(r)
		}
		whole = b.String()
	}
	if rest != "" {
		whole += "." + rest
	}
	if v < 0 && strings.Trim(s, "0.") != "" {
		return "−" + whole
	}
	return whole
}

// short writes a value to four significant digits, for tips.
func short(v float64) string {
	if !finite(v) || v == 0 {
		return spell(v, 0)
	}
	decimals := 3 - int(math.Floor(math.Log10(math.Abs(v))))
	return spell(v, min(max(decimals, 0), 12))
}

// xAxis draws ticks below the field, with lines through it.
func (c *canvas) xAxis(a axis) {
	for _, t := range a.ticks {
		x := a.at(t)
		c.line("grid", x, c.top, x, c.bottom)
		c.text("quiet small", "middle", x, c.bottom+15, a.spell(t))
	}
}

// yAxis draws ticks to the left of the field, with lines through it.
func (c *canvas) yAxis(a axis) {
	for _, t := range a.ticks {
		y := a.at(t)
		c.line("grid", c.left, y, c.right, y)
		c.text("quiet small", "end", c.left-6, y+3.5, a.spell(t))
	}
}

// room is how much place the ticks of an axis take.
func (a axis) room() float64 {
	w := 0.0
	for _, t := range a.ticks {
		w = max(w, measure(a.spell(t)))
	}
	return w + 12
}
