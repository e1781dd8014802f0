// Package plot draws the pictures of analyses as scalable vector graphics: estimates with intervals, event studies, rank bands,
// lines, sorted dots and a tile map of China's provinces. A picture carries its style, needs no script and no font, follows the
// colours of the page around it where that sets them (--ink, --quiet, --line, --paper, --one … --six), prints, and says what every
// mark is to a mouse and to a screen reader. Texts come in the reader's language from the caller; everything is escaped.
package plot

import (
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"

	"golang.org/x/text/width"
)

// SVG is a picture, ready for a page.
type SVG = template.HTML

// Frame is what is around a picture. Sizes are in pixels of the drawing, which scales with the page; 0 takes the default.
type Frame struct {
	Title         string // the accessible name; a page writes its own caption
	Description   string // what the picture shows in a sentence, for those who cannot see it
	XLabel        string
	YLabel        string
	Width, Height float64
	Language      string // of province names: "zh" (default) or "en"
	Ranks         bool   // of lines: values are ranks, 1 at the top, so that a fall looks like one
}

// Interval is a range of values; an end may be infinite, which is drawn as an arrow.
type Interval struct{ Low, High float64 }

// style is every picture's own, so that one can be saved from the page and still be seen.
const style = `<style>
.ft-plot{font:12px system-ui,"Noto Sans CJK SC","Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif;max-width:100%;height:auto}
.ft-plot text{fill:var(--ink,#1f2327)}
.ft-plot .quiet{fill:var(--quiet,#5c636a)}
.ft-plot .small{font-size:10.5px}
.ft-plot .strong{font-weight:600}
.ft-plot .grid{stroke:var(--line,#dee2e6);stroke-width:1}
.ft-plot .axis{stroke:var(--quiet,#5c636a);stroke-width:1}
.ft-plot .zero{stroke:var(--ink,#1f2327);stroke-width:1}
.ft-plot .mark{stroke:var(--quiet,#5c636a);stroke-width:1;stroke-dasharray:4 3}
.ft-plot .c1{--c:var(--one,#0b7a5e)}.ft-plot .c2{--c:var(--two,#c0492f)}.ft-plot .c3{--c:var(--three,#2f5d8a)}
.ft-plot .c4{--c:var(--four,#a87708)}.ft-plot .c5{--c:var(--five,#7b5ea7)}.ft-plot .c6{--c:var(--six,#3b8794)}
.ft-plot .c0{--c:var(--faint,#b6bcc2)}
.ft-plot .stroke{stroke:var(--c);fill:none}
.ft-plot .fill{fill:var(--c)}
.ft-plot text.tone{fill:var(--c)}
.ft-plot .hollow{stroke:var(--c);fill:var(--paper,#fff);stroke-width:2}
.ft-plot .band{fill:var(--c);opacity:.16}
</style>`

// canvas is a drawing in the making. Coordinates grow to the right and down.
type canvas struct {
	Frame
	left, right, top, bottom float64 // edges of the field that values are drawn in
	b                        strings.Builder
}

func newCanvas(f Frame, width, height float64) *canvas {
	if f.Width > 0 {
		width = f.Width
	}
	if f.Height > 0 {
		height = f.Height
	}
	f.Width, f.Height = width, height
	return &canvas{Frame: f, left: 12, right: width - 12, top: 10, bottom: height - 10}
}

// done closes the drawing.
func (c *canvas) done() SVG {
	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" class="ft-plot" role="img" viewBox="0 0 %s %s" width="%s" height="%s">`,
		number(c.Width), number(c.Height), number(c.Width), number(c.Height))
	if c.Title != "" {
		fmt.Fprintf(&out, "<title>%s</title>", escape(c.Title))
	}
	if c.Description != "" {
		fmt.Fprintf(&out, "<desc>%s</desc>", escape(c.Description))
	}
	out.WriteString(style)
	out.WriteString(c.b.String())
	out.WriteString("</svg>")
	return SVG(out.String()) //nolint:gosec // every text in it went through escape
}

func (c *canvas) line(class string, x1, y1, x2, y2 float64) {
	fmt.Fprintf(&c.b, `<line class="%s" x1="%s" y1="%s" x2="%s" y2="%s"/>`, class, number(x1), number(y1), number(x2), number(y2))
}

// stroke is a line of a colour and width.
func (c *canvas) stroke(tone int, thick, x1, y1, x2, y2 float64) {
	fmt.Fprintf(&c.b, `<line class="stroke c%d" stroke-width="%s" x1="%s" y1="%s" x2="%s" y2="%s"/>`, tone, number(thick), number(x1), number(y1), number(x2), number(y2))
}

func (c *canvas) circle(class string, tone int, x, y, r float64) {
	fmt.Fprintf(&c.b, `<circle class="%s c%d" cx="%s" cy="%s" r="%s"/>`, class, tone, number(x), number(y), number(r))
}

func (c *canvas) rect(class string, tone int, x, y, w, h float64) {
	fmt.Fprintf(&c.b, `<rect class="%s c%d" x="%s" y="%s" width="%s" height="%s"/>`, class, tone, number(x), number(y), number(max(w, 0)), number(max(h, 0)))
}

// text writes a text; anchor is start, middle or end, y the base line.
func (c *canvas) text(class, anchor string, x, y float64, s string) {
	fmt.Fprintf(&c.b, `<text class="%s" text-anchor="%s" x="%s" y="%s">%s</text>`, class, anchor, number(x), number(y), escape(s))
}

// named opens a group whose marks say this to a mouse; close it with end.
func (c *canvas) named(s string) { fmt.Fprintf(&c.b, "<g><title>%s</title>", escape(s)) }

func (c *canvas) end() { c.b.WriteString("</g>") }

// labels writes what the axes are.
func (c *canvas) labels() {
	if c.XLabel != "" {
		c.text("quiet", "middle", (c.left+c.right)/2, c.Height-6, c.XLabel)
	}
	if c.YLabel != "" {
		c.text("quiet", "start", 6, 14, c.YLabel)
	}
}

// number spells a coordinate to a tenth of a pixel and finer where that is not 0.
func number(v float64) string { return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64) }

// escape makes a text safe in markup, and drops control characters, which markup cannot hold.
func escape(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
	return template.HTMLEscapeString(s)
}

// measure estimates how wide a text is at 12 pixels: a character of Chinese takes the whole height, one of Latin a good half.
func measure(s string) float64 {
	w := 0.0
	for _, r := range s {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			w += 12
		default:
			w += 6.6
		}
	}
	return w
}

// finite reports whether a value can be drawn: a number, and not so great that differences of two overflow.
func finite(v float64) bool { return math.Abs(v) < 1e150 }
