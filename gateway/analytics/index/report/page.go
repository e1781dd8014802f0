package report

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"fundtrace/gateway/analytics/index"
	"fundtrace/gateway/analytics/page"
)

// words are the texts of the page in one language.
type words struct {
	page.Reader
	r     *Report
	nodes []index.NodeInfo // the composite, then what is right below it
	last  int              // the latest year that is shown
}

// Page makes the readable report, in Chinese ("zh") or English ("en"): the latest year as a map where regions are provinces, lines
// over the years beside the mean of all regions, and a part for whatever else was asked.
func (r *Report) Page(language string) *page.Page {
	top := r.Result.Nodes[len(r.Result.Nodes)-1]
	w := words{texts.In(language, notes), r, []index.NodeInfo{top}, r.Result.Means[len(r.Result.Means)-1].Year}
	for _, n := range r.Result.Nodes {
		if n.Parent == top.Code {
			w.nodes = append(w.nodes, n)
		}
	}
	p := &page.Page{Language: w.Language, Title: cmp.Or(r.Result.Profile.Title, w.name(top.Code)), Lead: w.lead()}
	if w.Language == "zh" && top.NameZH != "" {
		p.Title = top.NameZH
	}
	p.Sections = append(p.Sections, w.standings())
	if len(r.Result.Means) > 1 {
		p.Sections = append(p.Sections, w.years())
	}
	if len(r.Changes) > 0 {
		p.Sections = append(p.Sections, w.changes())
	}
	p.Sections = append(p.Sections, w.robustness()...)
	if r.Coherence != nil {
		p.Sections = append(p.Sections, w.coherence())
	}
	if s := w.data(); len(s.Tables) > 0 {
		p.Sections = append(p.Sections, s)
	}
	p.Facts = w.facts()
	return p
}

// name is what a node is called.
func (w words) name(code string) string {
	for _, n := range w.r.Result.Nodes {
		if n.Code == code {
			if w.Language == "zh" {
				return cmp.Or(n.NameZH, n.Name, n.Code)
			}
			return cmp.Or(n.Name, n.Code)
		}
	}
	return code
}

// inYear lists the rows of a year, the best first and those without a rank last.
func (w words) inYear(year int) []index.Row {
	var out []index.Row
	for _, row := range w.r.Result.Rows {
		if row.Year == year {
			out = append(out, row)
		}
	}
	top := w.nodes[0].Code
	place := func(r index.Row) int {
		if rank := r.Nodes[top].Rank; rank > 0 {
			return rank
		}
		return math.MaxInt
	}
	slices.SortStableFunc(out, func(a, b index.Row) int { return cmp.Compare(place(a), place(b)) })
	return out
}

// lead says who is first, and where the region that is looked at stands.
func (w words) lead() string {
	rows, top := w.inYear(w.last), w.nodes[0].Code
	if len(rows) == 0 || rows[0].Nodes[top].Rank == 0 {
		return ""
	}
	shown := rows[0]
	if i := slices.IndexFunc(rows, func(r index.Row) bool { return r.Unit == w.r.Focus }); i >= 0 {
		shown = rows[i]
	}
	cell := shown.Nodes[top]
	s := w.Sayf("lead", shown.Unit, w.when(w.last), cell.Rank, len(rows), two(cell.Score))
	if m, ok := w.mean(w.last); ok && m.Scores[top].Is() {
		s += w.Sayf("lead-mean", two(m.Scores[top]))
	}
	if u := w.r.Uncertainty; u != nil {
		for _, i := range u.Rows {
			if i.Unit == shown.Unit && i.Year == w.last {
				s += w.Sayf("lead-interval", 100*u.Level, u.Runs, i.Low, i.High)
			}
		}
	}
	return s
}

func (w words) when(year int) string {
	if year == 0 {
		return ""
	}
	return w.Sayf("when", year)
}

func (w words) mean(year int) (index.Mean, bool) {
	for _, m := range w.r.Result.Means {
		if m.Year == year {
			return m, true
		}
	}
	return index.Mean{}, false
}

// facts are what the numbers were computed with.
func (w words) facts() []page.Fact {
	r := w.r.Result
	options, _ := json.Marshal(r.Method) // strings and numbers only
	frozen := w.Say("base-cut")
	if r.Base.Frozen {
		frozen = w.Say("base-frozen")
	}
	facts := []page.Fact{
		{Name: w.Say("fact-profile"), Value: r.Profile.ID + ", " + r.Profile.Version},
		{Name: w.Say("fact-base"), Value: w.Sayf("fact-base-text", r.Base.ID, r.Base.Name, frozen, r.Base.Rows, r.Base.Units)},
		{Name: w.Say("fact-options"), Value: string(options)},
	}
	if r.Profile.Source != "" {
		facts = append(facts, page.Fact{Name: w.Say("fact-source"), Value: r.Profile.Source})
	}
	if u := w.r.Uncertainty; u != nil {
		facts = append(facts, page.Fact{Name: w.Say("fact-seed"), Value: strconv.FormatUint(u.Seed, 10)})
	} else if s := w.r.Sensitivity; s != nil {
		facts = append(facts, page.Fact{Name: w.Say("fact-seed"), Value: strconv.FormatUint(s.Seed, 10)})
	}
	return append(facts, page.Fact{Name: w.Say("fact-version"), Value: r.Engine + ", " + r.Software})
}

// two writes a number to two decimals, as the index is published.
func two(n index.Number) string {
	if !n.Is() {
		return "–"
	}
	return strings.ReplaceAll(fmt.Sprintf("%.2f", float64(n)), "-", "−")
}

// signed writes a difference with its sign.
func signed(n index.Number) string {
	switch {
	case !n.Is():
		return "–"
	case math.Abs(float64(n)) < 0.005:
		return "0.00" // neither +0.00 nor -0.00
	}
	return strings.ReplaceAll(fmt.Sprintf("%+.2f", float64(n)), "-", "−")
}

// places writes a number of places with its sign.
func places(n int) string {
	if n == 0 {
		return "0"
	}
	return strings.ReplaceAll(fmt.Sprintf("%+d", n), "-", "−")
}

func rankText(rank int) string {
	if rank == 0 {
		return "–"
	}
	return strconv.Itoa(rank)
}

func rankValue(rank int) float64 {
	if rank == 0 {
		return math.NaN()
	}
	return float64(rank)
}
