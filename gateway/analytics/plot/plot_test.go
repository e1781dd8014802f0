package plot

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// drawing is what a test wants to know of a picture.
type drawing struct {
	elements map[string]int
	text     string
}

// look reads a picture and fails on what no reader could show: broken markup, coordinates that are no numbers or lie outside.
func look(t interface{ Fatalf(string, ...any) }, svg SVG) drawing {
	d := drawing{elements: map[string]int{}}
	in := xml.NewDecoder(strings.NewReader(string(svg)))
	var width, height float64
	var text strings.Builder
	for {
		token, err := in.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("broken markup: %v in %s", err, svg)
		}
		switch e := token.(type) {
		case xml.CharData:
			if !strings.HasPrefix(string(e), "\n.ft-plot") { // the style is no text
				text.Write(e)
				text.WriteByte('\n')
			}
		case xml.StartElement:
			d.elements[e.Name.Local]++
			for _, a := range e.Attr {
				if strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf") {
					t.Fatalf("%s: %s=%s", e.Name.Local, a.Name.Local, a.Value)
				}
				limit := width
				switch a.Name.Local {
				case "viewBox":
					if _, err := fmt.Sscanf(a.Value, "0 0 %g %g", &width, &height); err != nil {
						t.Fatalf("viewBox %s", a.Value)
					}
					continue
				case "x", "x1", "x2", "cx":
				case "y", "y1", "y2", "cy":
					limit = height
				case "points":
					for i, v := range strings.FieldsFunc(a.Value, func(r rune) bool { return r == ' ' || r == ',' }) {
						inside(t, e.Name.Local, v, []float64{width, height}[i%2])
					}
					continue
				default:
					continue
				}
				inside(t, e.Name.Local, a.Value, limit)
			}
		}
	}
	d.text = text.String()
	return d
}

func inside(t interface{ Fatalf(string, ...any) }, element, value string, limit float64) {
	v, err := strconv.ParseFloat(value, 64)
	if err != nil || v < -8 || v > limit+8 {
		t.Fatalf("%s: coordinate %s of %v", element, value, limit)
	}
}

const hostile = `<script>alert("1")</script>&' 辽` + "\x00\x1b"

// Whatever is drawn, hostile texts and values that are no numbers among it, can be shown.
func TestAnythingCanBeDrawn(t *testing.T) {
	value := rapid.OneOf(rapid.Float64(), rapid.Float64Range(-3, 3), rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, 1e300, -1e-300}))
	interval := rapid.Custom(func(t *rapid.T) Interval { return Interval{value.Draw(t, "low"), value.Draw(t, "high")} })
	name := rapid.SampledFrom([]string{"", "a", hostile, "内蒙古自治区", strings.Repeat("long ", 60)})
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 12).Draw(t, "n")
		var coefficients []Coefficient
		var events []Event
		var ranks []Rank
		var dots []Dot
		var tiles []Tile
		var lines []Line
		for i := range n {
			wide := interval.Draw(t, "wide")
			coefficients = append(coefficients, Coefficient{Label: name.Draw(t, "label"), Value: value.Draw(t, "value"), Interval: interval.Draw(t, "interval"), Wide: &wide, Group: name.Draw(t, "group")})
			events = append(events, Event{At: i - 4, Value: value.Draw(t, "value"), Interval: interval.Draw(t, "interval"), Band: &wide, Reference: i == 3})
			ranks = append(ranks, Rank{Label: name.Draw(t, "label"), Rank: value.Draw(t, "value"), Interval: interval.Draw(t, "interval")})
			dots = append(dots, Dot{Label: name.Draw(t, "label"), Value: value.Draw(t, "value"), Marked: true})
			tiles = append(tiles, Tile{Code: fmt.Sprint(11 + i), Value: value.Draw(t, "value"), Text: name.Draw(t, "label"), Note: hostile})
			line := Line{Name: name.Draw(t, "label"), Muted: i%2 == 0}
			for range n {
				line.X = append(line.X, value.Draw(t, "x"))
				line.Y = append(line.Y, value.Draw(t, "y"))
				line.Interval = append(line.Interval, interval.Draw(t, "interval"))
			}
			lines = append(lines, line)
		}
		f := Frame{Title: hostile, Description: hostile, XLabel: hostile, YLabel: hostile, Ranks: rapid.Bool().Draw(t, "ranks")}
		middle := value.Draw(t, "middle")
		for _, svg := range []SVG{
			Coefficients(f, coefficients), Events(f, events), Ranks(f, ranks), Dots(f, dots), Lines(f, lines, Mark{X: value.Draw(t, "mark"), Label: hostile}),
			Tiles(f, tiles, Scale{Middle: &middle, Unit: hostile}), Tiles(f, tiles, Scale{Range: &Interval{Low: value.Draw(t, "low"), High: value.Draw(t, "high")}}),
		} {
			if look(t, svg).elements["script"] > 0 || strings.Contains(string(svg), "<script") {
				t.Fatalf("a text became markup")
			}
		}
	})
}

func TestEvents(t *testing.T) {
	band := Interval{-1, 1}
	d := look(t, Events(Frame{XLabel: "years", YLabel: "effect"}, []Event{
		{At: -2, Value: 0.1, Interval: Interval{-0.5, 0.6}}, {At: -1, Reference: true}, {At: 0, Value: 0.5, Interval: Interval{0.2, 0.8}, Band: &band},
	}))
	for _, want := range []string{"years", "effect", "0: 0.5000 [0.2000, 0.8000]", "−2: 0.1000", "−1: 0"} {
		if !strings.Contains(strings.ReplaceAll(d.text, "-", "−"), want) {
			t.Errorf("the picture does not say %q: %s", want, d.text)
		}
	}
	if d.elements["circle"] != 3 {
		t.Errorf("%d points", d.elements["circle"])
	}
}

// A gap is not drawn through; a point that stands alone is still seen.
func TestLinesBreakAtGaps(t *testing.T) {
	x := []float64{2010, 2011, 2012, 2013, 2014}
	d := look(t, Lines(Frame{}, []Line{{Name: "a", X: x, Y: []float64{1, 2, math.NaN(), 4, 5}}}))
	if d.elements["polyline"] != 2 {
		t.Errorf("%d stretches, want 2", d.elements["polyline"])
	}
	d = look(t, Lines(Frame{}, []Line{{Name: "a", X: x, Y: []float64{1, math.NaN(), 3, math.NaN(), 5}}}))
	if d.elements["circle"] != 3 {
		t.Errorf("%d points, want 3", d.elements["circle"])
	}
	if !strings.Contains(d.text, "2012") || strings.Contains(d.text, "2,012") {
		t.Errorf("years have no thousands: %s", d.text)
	}
}

// Of ranks, 1 is at the top and marked; of other values the greater are.
func TestRanksFallDownwards(t *testing.T) {
	heights := func(f Frame) (first, last float64, ticks string) {
		svg := string(Lines(f, []Line{{Name: "a", X: []float64{2010, 2020}, Y: []float64{7, 20}}}))
		points := regexp.MustCompile(`points="[\d.]+,([\d.]+) [\d.]+,([\d.]+)"`).FindStringSubmatch(svg)
		if points == nil {
			t.Fatal(svg)
		}
		first, _ = strconv.ParseFloat(points[1], 64)
		last, _ = strconv.ParseFloat(points[2], 64)
		return first, last, "\n" + look(t, SVG(svg)).text
	}
	if first, last, text := heights(Frame{Ranks: true}); first >= last || !strings.Contains(text, "\n1\n") || strings.Contains(text, "\n0\n") {
		t.Errorf("ranks at %v and %v: %s", first, last, text)
	}
	if first, last, _ := heights(Frame{}); first <= last {
		t.Errorf("values at %v and %v", first, last)
	}
}

// A year that a table does not have is not drawn through; a table of every fifth year is.
func TestMissingYearsBreakLines(t *testing.T) {
	yearly := []Line{{X: []float64{2010, 2012, 2013}, Y: []float64{1, 2, 3}, Interval: []Interval{{0, 2}, {1, 3}, {2, 4}}}, {X: []float64{2010, 2015}, Y: []float64{1, 2}}}
	if step := Step(yearly); step != 1 {
		t.Fatalf("a step of %v", step)
	}
	got := yearly[0].Broken(1)
	if len(got.X) != 4 || got.X[1] != 2011 || !math.IsNaN(got.Y[1]) || len(got.Interval) != 4 || got.Interval[2] != (Interval{1, 3}) {
		t.Errorf("%+v", got)
	}
	if d := look(t, Lines(Frame{}, []Line{got})); d.elements["polyline"] != 2 {
		t.Errorf("%d stretches", d.elements["polyline"])
	}
	five := Line{X: []float64{2010, 2015, 2020}, Y: []float64{1, 2, 3}}
	if whole := five.Broken(Step([]Line{five})); len(whole.X) != 3 || Step(nil) != 1 {
		t.Errorf("%+v", whole)
	}
}

func TestNamesAtTheEndsDoNotOverlap(t *testing.T) {
	var lines []Line
	for i := range 6 {
		lines = append(lines, Line{Name: fmt.Sprint("series", i), X: []float64{0, 1}, Y: []float64{0, 1 + float64(i)/1000}})
	}
	svg := string(Lines(Frame{}, lines))
	var at []float64
	for _, part := range strings.Split(svg, `<text class="tone strong`)[1:] {
		_, rest, _ := strings.Cut(part, ` y="`)
		value, _, _ := strings.Cut(rest, `"`)
		v, err := strconv.ParseFloat(value, 64)
		if err != nil {
			t.Fatal(err)
		}
		at = append(at, v)
	}
	if len(at) != 6 {
		t.Fatalf("%d names", len(at))
	}
	for i := range at {
		for j := range i {
			if math.Abs(at[i]-at[j]) < 13 {
				t.Errorf("names at %v and %v", at[j], at[i])
			}
		}
	}
}

func TestProvinces(t *testing.T) {
	places, codes := map[[2]int]string{}, map[string]bool{}
	for _, p := range Provinces() {
		if other, taken := places[[2]int{p.Row, p.Column}]; taken {
			t.Errorf("%s and %s lie on one tile", p.English, other)
		}
		places[[2]int{p.Row, p.Column}] = p.English
		codes[p.Code] = true
		for _, name := range []string{p.Code, p.Code + "0000", p.Code + "0102", p.Short, p.Chinese, p.English, strings.ToUpper(p.English), p.English + " Province", p.Chinese + "省", p.Chinese + "市"} {
			if got, ok := ProvinceOf(name); !ok || got.Code != p.Code {
				t.Errorf("%q is taken for %q", name, got.English)
			}
		}
	}
	if len(codes) != 31 {
		t.Errorf("%d provinces", len(codes))
	}
	for name, code := range map[string]string{"内蒙古自治区": "15", "广西壮族自治区": "45", "宁夏回族自治区": "64", "新疆维吾尔自治区": "65", "西藏自治区": "54", "Xizang": "54", "Nei Mongol": "15", " inner mongolia ": "15", "Xinjiang Uygur Autonomous Region": "65"} {
		if got, ok := ProvinceOf(name); !ok || got.Code != code {
			t.Errorf("%q is taken for %q", name, got.English)
		}
	}
	for _, name := range []string{"", "99", "Atlantis", "省", "LN", "2101"} {
		if got, ok := ProvinceOf(name); ok {
			t.Errorf("%q is taken for %q", name, got.English)
		}
	}
}

func TestTilesShowAllProvincesOnce(t *testing.T) {
	d := look(t, Tiles(Frame{Language: "en"}, []Tile{{Code: "辽宁省", Value: 3.14159, Mark: true}, {Code: "Atlantis", Value: 9}}, Scale{Decimals: 1, Unit: "CNY"}))
	for _, p := range Provinces() {
		if strings.Count(d.text, "\n"+p.Letters+"\n") != 1 {
			t.Errorf("%s is there %d times", p.Letters, strings.Count(d.text, "\n"+p.Letters+"\n"))
		}
	}
	if !strings.Contains(d.text, "Liaoning: 3.1") || strings.Contains(d.text, "9") {
		t.Errorf("%s", d.text)
	}
}

func TestTextOnTilesCanBeRead(t *testing.T) {
	light := func(hex string) float64 {
		if hex == "#fff" {
			return 1
		}
		return 0.0168
	}
	lum := func(rgb [3]float64) (l float64) {
		for i, s := range [3]float64{0.2126, 0.7152, 0.0722} {
			l += s * math.Pow((rgb[i]/255+0.055)/1.055, 2.4)
		}
		return l
	}
	zero := 0.0
	for _, s := range []Scale{{Range: &Interval{-1, 1}}, {Range: &Interval{-1, 1}, Middle: &zero}} {
		for v := -1.0; v <= 1; v += 0.01 {
			rgb := s.colour(v)
			a, b := lum(rgb)+0.05, light(inkOn(rgb))+0.05
			if ratio := max(a, b) / min(a, b); ratio < 3.8 {
				t.Errorf("contrast %.2f at %.2f", ratio, v)
			}
		}
	}
}

func TestTicks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.Float64Range(-1e9, 1e9).Draw(t, "low")
		high := low + rapid.Float64Range(1e-3, 1e9).Draw(t, "width")
		a := span{low, high}.axis(0, 500, 6)
		if n := len(a.ticks); n < 2 || n > 15 {
			t.Fatalf("%d ticks from %v to %v", n, low, high)
		}
		seen := map[string]bool{}
		for _, tick := range a.ticks {
			if seen[a.spell(tick)] {
				t.Fatalf("two ticks read %s from %v to %v", a.spell(tick), low, high)
			}
			seen[a.spell(tick)] = true
		}
	})
	for v, want := range map[float64]string{1234567.891: "1,234,567.89", -0.001: "0.00", -12.5: "−12.50", 9999: "9999.00"} {
		if got := spell(v, 2); got != want {
			t.Errorf("%v is spelled %s, want %s", v, got, want)
		}
	}
}
