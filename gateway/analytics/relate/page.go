package relate

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"fundtrace/gateway/analytics/flow"
	"fundtrace/gateway/analytics/page"
	"fundtrace/gateway/analytics/plot"
)

// Page makes the readable report, in Chinese ("zh") or English ("en").
func (out *Report) Page(language string) *page.Page {
	if language != "en" {
		language = "zh"
	}
	p := &pageMaker{r: out, language: language}
	doc := &page.Page{Language: language, Title: p.say("title"), Lead: p.lead(), Facts: p.facts()}
	doc.Sections = append(doc.Sections, p.primary(), p.flows())
	if len(out.Exploratory) > 0 {
		doc.Sections = append(doc.Sections, p.exploratory())
	}
	if len(out.Methods) > 0 {
		doc.Sections = append(doc.Sections, p.methods())
	}
	if out.Designs != nil {
		doc.Sections = append(doc.Sections, p.designs())
	}
	return doc
}

type pageMaker struct {
	r        *Report
	language string
}

func (p *pageMaker) say(key string, args ...any) string {
	text := pageWords[key][0]
	if p.language == "en" {
		text = pageWords[key][1]
	}
	return fmt.Sprintf(text, args...)
}

// name is what an estimate is called; one that has no word keeps its own name.
func (p *pageMaker) name(e string) string {
	if p.language == "en" {
		return e
	}
	if words, ok := estimateWords[e]; ok {
		return words
	}
	if column, ok := strings.CutPrefix(e, "on "); ok {
		return "对 " + column
	}
	return e
}

// unit is what one unit of the flow is called.
func (p *pageMaker) unit() string {
	if p.r.Request.Unit == 1_000_000 && (p.r.Flows.Currency == "CNY" || p.r.Flows.Currency == "") {
		return p.say("ten-thousand")
	}
	return p.say("units")
}

func (p *pageMaker) region(code string) string {
	r, ok := flow.Name(code)
	switch {
	case !ok:
		return code
	case p.language == "en":
		return r.English
	}
	return r.Chinese
}

func (p *pageMaker) lead() string {
	e := p.r.Primary
	if e.Coefficient == nil {
		return p.say("refused", e.Refused.Reason)
	}
	c := e.Coefficient
	key := "lead-none"
	if c.P < 1-p.r.Request.Level {
		key = "lead-some"
	}
	return p.say(key, *e.Doubling, 100*(math.Exp2(c.Low)-1), 100*(math.Exp2(c.High)-1), pvalue(c.P))
}

func (p *pageMaker) facts() []page.Fact {
	r, s := p.r, p.r.Sample
	fact := func(key, value string) page.Fact { return page.Fact{Name: p.say(key), Value: value} }
	block := "–"
	if r.Flows.Block != nil {
		block = strconv.FormatUint(*r.Flows.Block, 10)
	}
	return []page.Fact{
		fact("fact-sample", p.say("sample", len(s.Regions), s.Years[0], s.Years[len(s.Years)-1], s.Rows)),
		fact("fact-flows", fmt.Sprintf("%s · %s · %s · %s", or(r.Flows.Stage, r.Flows.Source), or(r.Flows.Class, "–"), or(r.Flows.Convention, "–"), or(r.Flows.AsOf, "–"))),
		fact("fact-block", block),
		fact("fact-unit", strconv.FormatInt(r.Request.Unit, 10)),
		fact("fact-outcome", or(r.Request.Outcome, "deals")+" − "+or(r.Request.Alone, map[bool]string{true: "0", false: "deals"}[r.Request.LeaveOut])),
		fact("fact-declaration", r.Declaration),
		fact("fact-seed", strconv.FormatUint(r.Request.Seed, 10)),
		fact("fact-version", r.Version+" · "+r.Software),
	}
}

// coefficient is an estimate in the plot.
func (p *pageMaker) coefficient(e Estimate, group string, muted bool) (plot.Coefficient, bool) {
	if e.Coefficient == nil {
		return plot.Coefficient{}, false
	}
	c := e.Coefficient
	return plot.Coefficient{Label: p.name(e.Name), Value: c.Estimate, Interval: plot.Interval{Low: c.Low, High: c.High}, Group: group, Muted: muted}, true
}

// table lists estimates.
func (p *pageMaker) table(caption string, list []Estimate, adjusted bool) page.Table {
	t := page.Table{Caption: caption, Columns: []page.Column{{Name: p.say("col-name")}, {Name: p.say("col-estimate"), Number: true}, {Name: p.say("col-se"), Number: true},
		{Name: p.say("col-interval"), Number: true}, {Name: "p", Number: true}, {Name: p.say("col-p2"), Number: true}, {Name: "n", Number: true}}}
	for _, e := range list {
		if e.Coefficient == nil {
			t.Rows = append(t.Rows, []string{p.name(e.Name), "–", "–", "–", "–", "–", "–"})
			t.Notes = append(t.Notes, p.name(e.Name)+": "+e.Refused.Reason)
			continue
		}
		c, second, n := e.Coefficient, "–", "–"
		switch {
		case adjusted && e.Holm != nil:
			second = pvalue(*e.Holm)
		case c.Bootstrap != nil:
			second = pvalue(c.Bootstrap.P)
		}
		if e.Result != nil {
			n = strconv.Itoa(e.Result.Sample.Used)
		}
		t.Rows = append(t.Rows, []string{p.name(e.Name), number(c.Estimate), number(c.SE), number(c.Low) + " … " + number(c.High), pvalue(c.P), second, n})
	}
	return t
}

func (p *pageMaker) primary() page.Section {
	s := page.Section{Title: p.say("primary"), Text: []string{p.say("primary-text")}}
	for _, w := range p.r.Warnings {
		s.Warnings = append(s.Warnings, w.Says.In(p.language))
	}
	list := append([]Estimate{p.r.Primary}, p.r.Beside...)
	var drawn []plot.Coefficient
	for i, e := range list {
		if c, ok := p.coefficient(e, "", i > 0); ok {
			drawn = append(drawn, c)
		}
	}
	if len(drawn) > 0 {
		s.Figures = append(s.Figures, page.Figure{Plot: plot.Coefficients(plot.Frame{Title: p.say("primary"), XLabel: p.say("x-coefficient"), Language: p.language}, drawn), Caption: p.say("primary-caption")})
	}
	t := p.table(p.say("primary-table"), list, false)
	t.Marked = []int{0}
	s.Tables = append(s.Tables, t)
	return s
}

// flows shows where money went: the map of the whole period, and the focus region over the years.
func (p *pageMaker) flows() page.Section {
	s := page.Section{Title: p.say("flows"), Text: []string{p.say("flows-text", 100*p.r.Sample.Outside.Share)}}
	sums := map[string]float64{}
	years, flows, outcome := []float64{}, []float64{}, []float64{}
	focus := ""
	if p.r.Designs != nil {
		focus = p.r.Designs.Focus.Name
	}
	for _, row := range p.r.Rows {
		if row.Flow != nil {
			sums[row.Region] += *row.Flow
		}
		if row.Region == focus {
			years, flows, outcome = append(years, float64(row.Year)), append(flows, value(row.Flow)), append(outcome, value(row.Y))
		}
	}
	var tiles []plot.Tile
	for _, region := range p.r.Sample.Regions {
		if _, ok := flow.Name(region); ok {
			tiles = append(tiles, plot.Tile{Code: region, Value: sums[region], Mark: region == focus})
		}
	}
	if len(tiles) > 0 {
		s.Figures = append(s.Figures, page.Figure{Plot: plot.Tiles(plot.Frame{Title: p.say("flows"), Language: p.language}, tiles, plot.Scale{Unit: p.unit()}), Caption: p.say("tiles-caption")})
	}
	if len(years) > 1 {
		s.Figures = append(s.Figures, page.Figure{Plot: plot.Lines(plot.Frame{Title: p.region(focus), Language: p.language, YLabel: "ln(1+x)"},
			[]plot.Line{{Name: p.say("flow"), X: years, Y: logs(flows)}, {Name: p.say("outcome"), X: years, Y: logs(outcome)}}), Caption: p.say("focus-caption", p.region(focus))})
	}
	return s
}

func (p *pageMaker) exploratory() page.Section {
	s := page.Section{Title: p.say("exploratory"), Text: []string{p.say("exploratory-text")}}
	var drawn []plot.Coefficient
	for _, e := range p.r.Exploratory {
		if c, ok := p.coefficient(e, "", true); ok {
			drawn = append(drawn, c)
		}
	}
	if len(drawn) > 0 {
		s.Figures = append(s.Figures, page.Figure{Plot: plot.Coefficients(plot.Frame{Title: p.say("exploratory"), XLabel: p.say("x-coefficient"), Language: p.language}, drawn), Caption: p.say("exploratory")})
	}
	s.Tables = append(s.Tables, p.table(p.say("exploratory-table"), p.r.Exploratory, true))
	return s
}

func (p *pageMaker) methods() page.Section {
	list := append([]Estimate{p.r.Primary}, p.r.Methods...)
	list[0].Name = or(p.r.Flows.Method, "RECORDED")
	return page.Section{Title: p.say("methods"), Text: []string{p.say("methods-text")}, Tables: []page.Table{p.table(p.say("methods"), list, false)}}
}

func or(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

func value(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}

func logs(values []float64) []float64 {
	out := slices.Clone(values)
	for i, v := range out {
		out[i] = math.Log1p(v)
	}
	return out
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', 4, 64) }

func pvalue(p float64) string {
	if p < 0.0001 {
		return "< 0.0001"
	}
	return strconv.FormatFloat(p, 'f', 4, 64)
}
