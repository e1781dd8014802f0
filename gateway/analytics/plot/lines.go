package plot

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Line is one series. A NaN in Y breaks it: what is not known is not drawn through.
type Line struct {
	Name     string // written at its end; empty: none
	X, Y     []float64
	Interval []Interval // a band around it, one for each point; may be nil
	Muted    bool       // thin and grey, behind the others, unnamed
	Dashed   bool
}

// Broken answers the line broken wherever neighbours in X are further apart than a step: between 2010 and 2012 nothing is known of 2011, and
// nothing is drawn.
func (l Line) Broken(step float64) Line {
	out := l
	out.X, out.Y, out.Interval = nil, nil, nil
	for i := range l.X {
		if i > 0 && l.X[i]-l.X[i-1] > step*(1+1e-9) {
			out.X, out.Y = append(out.X, l.X[i-1]+step), append(out.Y, math.NaN())
			if l.Interval != nil {
				out.Interval = append(out.Interval, Interval{math.NaN(), math.NaN()})
			}
		}
		out.X, out.Y = append(out.X, l.X[i]), append(out.Y, l.Y[i])
		if l.Interval != nil {
			out.Interval = append(out.Interval, l.Interval[i])
		}
	}
	return out
}

// Step answers how far apart the closest neighbours of some lines are, such as 1 of yearly and 5 of five-yearly tables; 1 where none has two points.
func Step(list []Line) float64 {
	least := math.Inf(1)
	for _, l := range list {
		for i := 1; i < len(l.X); i++ {
			if d := l.X[i] - l.X[i-1]; d > 0 {
				least = min(least, d)
			}
		}
	}
	if math.IsInf(least, 1) {
		return 1
	}
	return least
}

// Mark is a vertical line with a label, such as a start.
type Mark struct {
	X     float64
	Label string
}

// Lines draws series over a common axis, which are years when all X are whole numbers.
func Lines(f Frame, list []Line, marks ...Mark) SVG {
	xs, ys := newSpan(), newSpan()
	whole, room := true, 12.0
	for _, l := range list {
		xs.add(l.X...)
		ys.add(l.Y...)
		for _, x := range l.X {
			whole = whole && x == math.Trunc(x)
		}
		for _, i := range l.Interval {
			ys.add(i.Low, i.High)
		}
		if !l.Muted {
			room = max(room, measure(l.Name)+18)
		}
	}
	c := newCanvas(f, 720, 380)
	c.top, c.bottom = 26, c.Height-40
	y := ys.axis(c.bottom, c.top, 6)
	if c.Ranks {
		y = rankAxis(ys, c.top, c.bottom)
	}
	c.left, c.right = y.room()+4, c.Width-min(room, c.Width*0.4)
	x := xs.axis(c.left, c.right, 8)
	if whole {
		x.mark(max(1, nice((x.high-x.low)/10)))
	}
	c.yAxis(y)
	for _, t := range x.ticks {
		s := x.spell(t)
		if whole {
			s = fmt.Sprintf("%d", int(math.Round(t))) // years have no thousands
		}
		c.text("quiet small", "middle", x.at(t), c.bottom+15, s)
	}
	if y.low < 0 && y.high > 0 && !c.Ranks {
		c.line("zero", c.left, y.at(0), c.right, y.at(0))
	}
	for _, m := range marks {
		if !finite(m.X) {
			continue
		}
		c.line("mark", x.at(m.X), c.top, x.at(m.X), c.bottom)
		anchor, by := "start", 5.0
		if x.at(m.X) > (c.left+c.right)/2 {
			anchor, by = "end", -5
		}
		c.text("quiet small", anchor, x.at(m.X)+by, c.top+10, m.Label)
	}
	type ending struct {
		name    string
		tone    int
		at, put float64
	}
	var endings []ending
	tone := 0
	order := slices.Clone(list)
	slices.SortStableFunc(order, func(a, b Line) int { return cmp.Compare(side(a.Muted), side(b.Muted)) })
	for _, l := range order {
		if l.Muted {
			c.series(l, x, y, 0, 1)
			continue
		}
		tone = tone%6 + 1
		c.series(l, x, y, tone, 2.2)
		if last := lastKnown(l.Y); last >= 0 && l.Name != "" {
			endings = append(endings, ending{l.Name, tone, y.at(l.Y[last]), 0})
		}
	}
	// Names at the ends are pushed apart so that they can be read.
	slices.SortFunc(endings, func(a, b ending) int { return cmp.Compare(a.at, b.at) })
	for i := range endings {
		endings[i].put = endings[i].at
		if i > 0 {
			endings[i].put = max(endings[i].put, endings[i-1].put+14)
		}
	}
	if n := len(endings); n > 0 {
		over := max(0, endings[n-1].put-c.bottom)
		for i := n - 1; i >= 0 && over > 0; i-- {
			endings[i].put -= over
			if i > 0 {
				over = max(0, endings[i-1].put+14-endings[i].put)
			}
		}
	}
	for _, e := range endings {
		c.text(fmt.Sprintf("tone strong c%d", e.tone), "start", c.right+6, e.put+4, clip(e.name, c.Width-c.right-8))
	}
	c.labels()
	return c.done()
}

// rankAxis is an axis of ranks: 1 at its beginning, and marked, whatever the margin reaches.
func rankAxis(s span, from, to float64) axis {
	s.add(1, 2)
	a := s.axis(from, to, 6)
	a.mark(max(1, nice((a.high-a.low)/6)))
	a.ticks = slices.DeleteFunc(a.ticks, func(t float64) bool { return t <= 1 })
	a.ticks = append([]float64{1}, a.ticks...)
	return a
}

// side orders muted lines first, so that the others lie above them.
func side(muted bool) int {
	if muted {
		return 0
	}
	return 1
}

func lastKnown(y []float64) int {
	for i := len(y) - 1; i >= 0; i-- {
		if finite(y[i]) {
			return i
		}
	}
	return -1
}

// series draws one line: band, path, and points where there are few or they stand alone.
func (c *canvas) series(l Line, x, y axis, tone int, thick float64) {
	c.named(l.Name)
	defer c.end()
	for from := 0; from < len(l.Y); {
		if !finite(l.Y[from]) || !finite(l.X[from]) {
			from++
			continue
		}
		to := from
		for to < len(l.Y) && finite(l.Y[to]) && finite(l.X[to]) {
			to++
		}
		c.run(l, from, to, x, y, tone, thick)
		from = to
	}
}

// run draws a stretch without gaps.
func (c *canvas) run(l Line, from, to int, x, y axis, tone int, thick float64) {
	if len(l.Interval) == len(l.Y) {
		var up, down []string
		for i := from; i < to; i++ {
			if v := l.Interval[i]; !math.IsNaN(v.Low) && !math.IsNaN(v.High) {
				up = append(up, number(x.at(l.X[i]))+","+number(y.at(v.High)))
				down = append(down, number(x.at(l.X[i]))+","+number(y.at(v.Low)))
			}
		}
		slices.Reverse(down)
		fmt.Fprintf(&c.b, `<polygon class="band c%d" points="%s"/>`, tone, strings.Join(append(up, down...), " "))
	}
	points := make([]string, 0, to-from)
	for i := from; i < to; i++ {
		points = append(points, number(x.at(l.X[i]))+","+number(y.at(l.Y[i])))
	}
	dash := ""
	if l.Dashed {
		dash = ` stroke-dasharray="6 4"`
	}
	fmt.Fprintf(&c.b, `<polyline class="stroke c%d" stroke-width="%s" stroke-linejoin="round"%s points="%s"/>`, tone, number(thick), dash, strings.Join(points, " "))
	if l.Muted && to-from > 1 {
		return
	}
	for i := from; i < to && (to-from == 1 || len(l.Y) <= 40); i++ {
		c.named(fmt.Sprintf("%s %s: %s", l.Name, strings.ReplaceAll(short(l.X[i]), ",", ""), short(l.Y[i])))
		c.circle("fill", tone, x.at(l.X[i]), y.at(l.Y[i]), thick+0.5)
		c.end()
	}
}
