package plot

import (
	"fmt"
	"math"
)

// Coefficient is one estimate of a coefficient plot.
type Coefficient struct {
	Label    string
	Value    float64
	Interval Interval
	Wide     *Interval // a second, wider interval, such as a uniform band
	Group    string    // a heading stands above the first of each group
	Muted    bool      // drawn in grey: exploratory, a placebo
}

// Coefficients draws estimates below one another with their intervals and a line at 0.
func Coefficients(f Frame, list []Coefficient) SVG {
	const row, head = 26.0, 24.0
	height, group, label := 16.0, "", 40.0
	values := newSpan()
	values.add(0)
	for _, e := range list {
		if e.Group != group {
			group = e.Group
			height += head
		}
		height += row
		label = max(label, measure(e.Label))
		values.add(e.Value, e.Interval.Low, e.Interval.High)
		if e.Wide != nil {
			values.add(e.Wide.Low, e.Wide.High)
		}
	}
	c := newCanvas(f, 720, height+44)
	c.left, c.right = min(label+24, c.Width*0.5), c.Width-76
	c.top, c.bottom = 8, c.Height-38
	a := values.axis(c.left, c.right, 6)
	c.xAxis(a)
	c.line("zero", a.at(0), c.top, a.at(0), c.bottom)
	y := c.top + 8
	group = ""
	for _, e := range list {
		if e.Group != group {
			group = e.Group
			c.text("strong", "start", 8, y+16, group)
			y += head
		}
		tone := 1
		if e.Muted {
			tone = 0
		}
		middle := y + row/2
		c.named(fmt.Sprintf("%s: %s [%s, %s]", e.Label, short(e.Value), short(e.Interval.Low), short(e.Interval.High)))
		c.text("", "end", c.left-10, middle+4, clip(e.Label, c.left-20))
		if e.Wide != nil {
			c.across(a, tone, 1.2, *e.Wide, middle, true)
		}
		c.across(a, tone, 3.5, e.Interval, middle, false)
		if finite(e.Value) {
			c.circle("fill", tone, a.at(e.Value), middle, 4.5)
		}
		c.text("small", "start", c.right+8, middle+4, spell(e.Value, a.decimals+2))
		c.end()
		y += row
	}
	c.labels()
	return c.done()
}

// across draws an interval from left to right, with caps if asked, an arrow where an end is infinite.
func (c *canvas) across(a axis, tone int, thick float64, i Interval, y float64, caps bool) {
	if math.IsNaN(i.Low) || math.IsNaN(i.High) {
		return
	}
	from, to := a.at(i.Low), a.at(i.High)
	c.stroke(tone, thick, from, y, to, y)
	for _, end := range []struct{ value, at, turn float64 }{{i.Low, from, 5}, {i.High, to, -5}} {
		switch {
		case !finite(end.value):
			c.stroke(tone, thick, end.at, y, end.at+end.turn, y-4)
			c.stroke(tone, thick, end.at, y, end.at+end.turn, y+4)
		case caps:
			c.stroke(tone, thick, end.at, y-4, end.at, y+4)
		}
	}
}

// Event is the effect at one event time.
type Event struct {
	At        int
	Value     float64
	Interval  Interval
	Band      *Interval // that holds all effects at once
	Reference bool      // the base period, 0 by construction
}

// Events draws an event study: effects by time since the start, hollow before it, with pointwise intervals thick and the uniform
// band thin with caps.
func Events(f Frame, list []Event) SVG {
	values, times := newSpan(), newSpan()
	values.add(0)
	for _, e := range list {
		values.add(e.Value)
		times.add(float64(e.At))
		if !e.Reference {
			values.add(e.Interval.Low, e.Interval.High)
			if e.Band != nil {
				values.add(e.Band.Low, e.Band.High)
			}
		}
	}
	times.add(-1, 0)
	c := newCanvas(f, 720, 380)
	c.top, c.bottom = 26, c.Height-40
	y := values.axis(c.bottom, c.top, 6)
	c.left, c.right = y.room()+4, c.Width-12
	x := span{times.low - 0.5, times.high + 0.5}.axis(c.left, c.right, 12)
	x.mark(max(1, nice((x.high-x.low)/14)))
	x.decimals = 0
	c.yAxis(y)
	for _, t := range x.ticks {
		if t >= times.low && t <= times.high {
			c.text("quiet small", "middle", x.at(t), c.bottom+15, x.spell(t))
		}
	}
	c.line("zero", c.left, y.at(0), c.right, y.at(0))
	c.line("mark", x.at(-0.5), c.top, x.at(-0.5), c.bottom)
	for _, e := range list {
		at := x.at(float64(e.At))
		if e.Reference {
			c.named(fmt.Sprintf("%d: 0", e.At))
			c.circle("hollow", 0, at, y.at(0), 4)
			c.end()
			continue
		}
		tone := 1
		if e.At < 0 {
			tone = 3
		}
		c.named(fmt.Sprintf("%d: %s [%s, %s]", e.At, short(e.Value), short(e.Interval.Low), short(e.Interval.High)))
		if e.Band != nil {
			c.upright(y, tone, 1.2, *e.Band, at, true)
		}
		c.upright(y, tone, 3.5, e.Interval, at, false)
		if finite(e.Value) {
			if e.At < 0 {
				c.circle("hollow", tone, at, y.at(e.Value), 4.5)
			} else {
				c.circle("fill", tone, at, y.at(e.Value), 4.5)
			}
		}
		c.end()
	}
	c.labels()
	return c.done()
}

// upright draws an interval from below to above.
func (c *canvas) upright(a axis, tone int, thick float64, i Interval, x float64, caps bool) {
	if math.IsNaN(i.Low) || math.IsNaN(i.High) {
		return
	}
	from, to := a.at(i.Low), a.at(i.High)
	c.stroke(tone, thick, x, from, x, to)
	for _, end := range []struct{ value, at, turn float64 }{{i.Low, from, -5}, {i.High, to, 5}} {
		switch {
		case !finite(end.value):
			c.stroke(tone, thick, x, end.at, x-4, end.at+end.turn)
			c.stroke(tone, thick, x, end.at, x+4, end.at+end.turn)
		case caps:
			c.stroke(tone, thick, x-4, end.at, x+4, end.at)
		}
	}
}

// clip shortens a label to a width.
func clip(s string, room float64) string {
	if measure(s) <= room {
		return s
	}
	r := []rune(s)
	for len(r) > 1 && measure(string(r))+12 > room {
		r = r[:len(r)-1]
	}
	return string(r) + "…"
}
