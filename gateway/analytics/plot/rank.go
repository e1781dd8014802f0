package plot

import (
	"cmp"
	"fmt"
	"slices"
)

// Rank is one unit of a rank plot: its nominal rank, the interval of its rank, whether it is the one looked at.
type Rank struct {
	Label    string
	Rank     float64
	Interval Interval
	Marked   bool
}

// Ranks draws ranks in order with their intervals, 1 at the left.
func Ranks(f Frame, list []Rank) SVG {
	const row = 19.0
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b Rank) int { return cmp.Compare(a.Rank, b.Rank) })
	label, ranks := 40.0, newSpan()
	ranks.add(1)
	for _, r := range list {
		label = max(label, measure(r.Label))
		ranks.add(r.Rank, r.Interval.Low, r.Interval.High)
	}
	c := newCanvas(f, 720, row*float64(len(list))+58)
	c.left, c.right = min(label+24, c.Width*0.5), c.Width-24
	c.top, c.bottom = 8, c.Height-38
	ranks.add(2) // a single unit has an axis, too
	a := ranks.axis(c.left, c.right, 8)
	a.mark(max(1, nice((a.high-a.low)/8)))
	if len(a.ticks) == 0 || a.ticks[0] != 1 { // 1 is what readers look for
		a.ticks = append([]float64{1}, slices.DeleteFunc(a.ticks, func(t float64) bool { return t < 1 })...)
	}
	c.xAxis(a)
	y := c.top + 4
	for _, r := range list {
		tone, class := 3, ""
		if r.Marked {
			tone, class = 2, "strong"
		}
		middle := y + row/2
		c.named(fmt.Sprintf("%s: %s [%s, %s]", r.Label, short(r.Rank), short(r.Interval.Low), short(r.Interval.High)))
		c.text(class, "end", c.left-10, middle+4, clip(r.Label, c.left-20))
		if finite(r.Interval.Low) && finite(r.Interval.High) {
			from, to := a.at(r.Interval.Low), a.at(r.Interval.High)
			c.rect("band", tone, from-3, middle-6, to-from+6, 12)
			c.stroke(tone, 1.5, from, middle, to, middle)
		}
		if finite(r.Rank) {
			c.circle("fill", tone, a.at(r.Rank), middle, 4)
		}
		c.end()
		y += row
	}
	c.labels()
	return c.done()
}

// Dot is one unit of a sorted dot plot.
type Dot struct {
	Label  string
	Value  float64
	Marked bool
}

// Dots draws values sorted from the greatest, one row each, to show where one stands among all. Values must not be negative for
// the bar from 0 to mean something; negative ones are drawn all the same.
func Dots(f Frame, list []Dot) SVG {
	const row = 17.0
	list = slices.DeleteFunc(slices.Clone(list), func(d Dot) bool { return !finite(d.Value) })
	slices.SortStableFunc(list, func(a, b Dot) int { return cmp.Compare(b.Value, a.Value) })
	label, values := 40.0, newSpan()
	values.add(0)
	for _, d := range list {
		label = max(label, measure(d.Label))
		values.add(d.Value)
	}
	c := newCanvas(f, 720, row*float64(len(list))+58)
	c.left, c.right = min(label+24, c.Width*0.5), c.Width-24
	c.top, c.bottom = 8, c.Height-38
	a := values.axis(c.left, c.right, 8)
	c.xAxis(a)
	c.line("axis", a.at(0), c.top, a.at(0), c.bottom)
	y := c.top + 4
	for _, d := range list {
		tone, class := 0, ""
		if d.Marked {
			tone, class = 2, "strong"
		}
		middle := y + row/2
		c.named(d.Label + ": " + short(d.Value))
		c.text(class, "end", c.left-10, middle+4, clip(d.Label, c.left-20))
		c.stroke(tone, 2, a.at(0), middle, a.at(d.Value), middle)
		c.circle("fill", tone, a.at(d.Value), middle, 4)
		c.end()
		y += row
	}
	c.labels()
	return c.done()
}
