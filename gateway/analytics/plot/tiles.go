package plot

import (
	"fmt"
	"math"
)

// Tile is the value of one province.
type Tile struct {
	Code  string  // GB/T 2260; a longer code or a name that ProvinceOf knows will do
	Value float64 // NaN: not known, drawn empty
	Text  string  // shown below the name; empty: the value
	Note  string  // said to a mouse beside the value
	Mark  bool    // outlined
}

// Scale is how values become colours.
type Scale struct {
	Range    *Interval // values at both ends; nil: those of the tiles
	Middle   *float64  // nil: from pale to dark; else two hues that meet there, such as at 0 or at the national mean
	Decimals int
	Unit     string // beside the legend
}

// colours of the two kinds of scale, red, green, blue.
var (
	pale  = [3]float64{0xee, 0xf6, 0xf2}
	deep  = [3]float64{0x06, 0x5f, 0x49}
	below = [3]float64{0xb4, 0x3e, 0x26}
	none  = [3]float64{0xf5, 0xf2, 0xee}
	above = [3]float64{0x1f, 0x57, 0x91}
)

// Tiles draws China's 31 provinces as equal tiles about where they lie: a map on which Shanghai can be seen as well as Xinjiang.
// What is not a province is left out; all 31 are drawn whether or not they have a value.
func Tiles(f Frame, list []Tile, s Scale) SVG {
	const size, gap = 68.0, 5.0
	tiles := map[string]Tile{}
	values := newSpan()
	for _, t := range list {
		if p, ok := ProvinceOf(t.Code); ok {
			tiles[p.Code] = t
			values.add(t.Value)
		}
	}
	if values.low > values.high {
		values = span{0, 1}
	}
	if s.Middle != nil && !finite(*s.Middle) {
		s.Middle = nil
	}
	if s.Range == nil || !finite(s.Range.Low) || !finite(s.Range.High) {
		s.Range = &Interval{values.low, values.high}
	}
	c := newCanvas(f, 7*(size+gap)+gap+24, 8*(size+gap)+gap+66)
	for _, p := range provinces {
		t, known := tiles[p.Code]
		if !known {
			t.Value = math.NaN()
		}
		x, y := 12+gap+float64(p.Column)*(size+gap), 8+gap+float64(p.Row)*(size+gap)
		name, full := p.Chinese, p.Chinese
		if c.Language == "en" {
			name, full = p.Letters, p.English
		}
		text := t.Text
		if text == "" {
			text = spell(t.Value, s.Decimals)
		}
		tip := full + ": " + spell(t.Value, s.Decimals)
		if t.Note != "" {
			tip += ", " + t.Note
		}
		c.named(tip)
		fill, ink := `var(--ground,#f4f6f5)`, `var(--quiet,#5c636a)`
		if finite(t.Value) {
			rgb := s.colour(t.Value)
			fill = fmt.Sprintf("rgb(%.0f %.0f %.0f)", rgb[0], rgb[1], rgb[2])
			ink = inkOn(rgb)
		}
		edge := ""
		if t.Mark {
			edge = ` stroke="var(--ink,#1f2327)" stroke-width="2.5"`
		}
		fmt.Fprintf(&c.b, `<rect x="%s" y="%s" width="%s" height="%s" rx="6" style="fill:%s"%s/>`, number(x), number(y), number(size), number(size), fill, edge)
		fmt.Fprintf(&c.b, `<text class="strong" style="fill:%s" text-anchor="middle" x="%s" y="%s">%s</text>`, ink, number(x+size/2), number(y+size/2-4), escape(name))
		fmt.Fprintf(&c.b, `<text class="small" style="fill:%s" text-anchor="middle" x="%s" y="%s">%s</text>`, ink, number(x+size/2), number(y+size/2+13), escape(clip(text, size)))
		c.end()
	}
	c.legend(s)
	return c.done()
}

// colour of a value.
func (s Scale) colour(v float64) [3]float64 {
	between := func(a, b [3]float64, share float64) (out [3]float64) {
		share = min(max(share, 0), 1)
		for i := range out {
			out[i] = a[i] + (b[i]-a[i])*share
		}
		return out
	}
	part := func(from, to float64) float64 {
		if to == from {
			return 0.5
		}
		return (v - from) / (to - from)
	}
	switch {
	case s.Middle == nil:
		return between(pale, deep, part(s.Range.Low, s.Range.High))
	case v < *s.Middle:
		return between(none, below, part(*s.Middle, s.Range.Low))
	}
	return between(none, above, part(*s.Middle, s.Range.High))
}

// inkOn answers dark or white, whichever has more contrast on a colour (WCAG 2: relative luminance).
func inkOn(rgb [3]float64) string {
	luminance := 0.0
	for i, share := range [3]float64{0.2126, 0.7152, 0.0722} {
		v := rgb[i] / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		luminance += share * v
	}
	const dark = 0.0168 // luminance of #1f2327
	if (luminance+0.05)/(dark+0.05) >= 1.05/(luminance+0.05) {
		return "#1f2327"
	}
	return "#fff"
}

// legend draws the scale below the map.
func (c *canvas) legend(s Scale) {
	const steps, wide = 40, 240.0
	x, y := 17.0, c.Height-44
	low, high := s.Range.Low, s.Range.High
	for i := range steps {
		v := low + (high-low)*(float64(i)+0.5)/steps
		rgb := s.colour(v)
		fmt.Fprintf(&c.b, `<rect x="%s" y="%s" width="%s" height="10" style="fill:rgb(%.0f %.0f %.0f)"/>`,
			number(x+float64(i)*wide/steps), number(y), number(wide/steps+0.5), rgb[0], rgb[1], rgb[2])
	}
	c.text("quiet small", "start", x, y+24, spell(low, s.Decimals))
	if m := s.Middle; m != nil && *m > low && *m < high {
		c.text("quiet small", "middle", x+wide*(*m-low)/(high-low), y+24, spell(*m, s.Decimals))
	}
	c.text("quiet small", "end", x+wide, y+24, spell(high, s.Decimals))
	c.text("quiet small", "start", x+wide+12, y+9, s.Unit)
}
