package index

import (
	"math"
	"slices"
	"strconv"

	"fundtrace/gateway/analytics/software"
)

// Result is an index computed: what was computed with, and what came out.
type Result struct {
	Engine   string         `json:"engine"`   // version of the computation
	Software string         `json:"software"` // version of the program
	Profile  ProfileInfo    `json:"profile"`
	Method   Method         `json:"method"`
	Base     BaseInfo       `json:"base"`
	Nodes    []NodeInfo     `json:"nodes"` // indicators first, the composite last
	Rows     []Row          `json:"rows"`  // by year, then unit
	Means    []Mean         `json:"means"` // of all units, by year: no region's line is read without it
	Imputed  []Imputed      `json:"imputed,omitempty"`
	Treated  []Treatment    `json:"treated,omitempty"`
	Notes    []string       `json:"notes,omitempty"`
	at       map[string]int // row of a unit and year
}

// ProfileInfo names a profile.
type ProfileInfo struct {
	ID      string `json:"id"`
	Version string `json:"version"`
	Title   string `json:"title,omitempty"`
	Source  string `json:"source,omitempty"`
}

// NodeInfo says what a node is and weighs.
type NodeInfo struct {
	Code   string  `json:"code"`
	Name   string  `json:"name,omitempty"`
	NameZH string  `json:"name_zh,omitempty"`
	Parent string  `json:"parent,omitempty"`
	Level  int     `json:"level"`
	Weight float64 `json:"weight"` // percent of the composite
}

// Row is one unit-year.
type Row struct {
	Unit  string          `json:"unit"`
	Year  int             `json:"year,omitempty"`
	Nodes map[string]Cell `json:"nodes"` // by code
}

// RowName names a unit-year.
type RowName struct {
	Unit string `json:"unit"`
	Year int    `json:"year,omitempty"`
}

// Cell is one node of one unit-year. Scores are places, bounded by 100: their differences are points, and no growth rate of
// them is given. What grows is the raw value.
type Cell struct {
	Value Number `json:"value"`          // normalised, or aggregated
	Score Number `json:"score"`          // as published
	Rank  int    `json:"rank,omitempty"` // in the year: 1 is best, ties share the better rank
	// Raw and Share are an indicator's: the table's number, and its percent of the sum over all units of the year.
	Raw   *Number `json:"raw,omitempty"`
	Share *Number `json:"share,omitempty"`
}

// Mean is the unweighted mean score of all units of a year, by code.
type Mean struct {
	Year   int               `json:"year,omitempty"`
	Units  int               `json:"units"`
	Scores map[string]Number `json:"scores"`
}

// Compute makes the index under a method. Errors: FIELD_MISSING, FIELD_INVALID with row and column where the table is at fault.
func (e *Engine) Compute(m Method) (*Result, error) {
	m = m.withDefaults()
	p, err := e.Prepare(m)
	if err != nil {
		return nil, err
	}
	shares := e.Weights(nil)
	run := p.NewRun(m)
	run.Do(shares)
	out := e.describe(m)
	out.Imputed, out.Treated = p.Imputed, p.Treated
	global := e.tree.global(shares)
	ranks := make([]uint16, e.shown)
	for i := range e.rows.units[:e.shown] {
		unit, year := e.Row(i)
		out.Rows = append(out.Rows, Row{Unit: unit, Year: year, Nodes: make(map[string]Cell, len(e.tree.nodes))})
		out.at[rowKey(unit, year)] = i
	}
	for n := range e.tree.nodes {
		node := &e.tree.nodes[n]
		info := NodeInfo{Code: node.Code, Name: node.Name, NameZH: node.NameZH, Level: node.level, Weight: 100 * global[n]}
		if node.parent >= 0 {
			info.Parent = e.tree.nodes[node.parent].Code
		}
		out.Nodes = append(out.Nodes, info)
		values, scores := run.Values(n), run.Scores(n)
		run.Ranks(n, ranks)
		for i := range out.Rows {
			cell := Cell{Value: Number(values[i]), Score: Number(scores[i]), Rank: int(ranks[i])}
			if n < e.tree.leaves {
				raw, share := Number(e.rows.values[node.column()][i]), None()
				cell.Raw, cell.Share = &raw, &share
			}
			out.Rows[i].Nodes[node.Code] = cell
		}
	}
	e.shares(out)
	e.means(out)
	return out, nil
}

// noDimensions is said where scores are to be carried and nothing has any: indicators go into their dimension as values.
const noDimensions = "the profile has no dimensions between indicators and composite: option carry changes nothing, the composite is of values"

func (e *Engine) describe(m Method) *Result {
	p := e.tree.profile
	notes := slices.Clone(e.target.notes)
	if top := e.tree.top(); m.Carry == "scores" && e.tree.nodes[top].level == 2 && m.aggregation(2, true) != "copeland" {
		notes = append(notes, noDimensions)
	}
	return &Result{Engine: Version, Software: software.Version(), Profile: ProfileInfo{p.ID, p.Version, p.Title, p.Source},
		Method: m.clone(), Base: e.base, Notes: notes, at: map[string]int{}}
}

// shares fills in what percent of the year's sum each indicator of a unit is, where none of them is negative.
func (e *Engine) shares(out *Result) {
	for n := range e.tree.leaves {
		node := e.tree.nodes[n]
		values := e.rows.values[node.column()]
		for _, s := range e.spans {
			if s[0] >= e.shown {
				break
			}
			sum, additive := 0.0, node.Kind == Count || node.Kind == Amount
			for _, v := range values[s[0]:s[1]] {
				if v == v {
					sum += v
				}
			}
			for i := s[0]; i < s[1] && additive && sum > 0; i++ {
				*out.Rows[i].Nodes[node.Code].Share = Number(100 * values[i] / sum)
			}
		}
	}
}

func (e *Engine) means(out *Result) {
	for _, s := range e.spans {
		if s[0] >= e.shown {
			break
		}
		m := Mean{Year: e.rows.years[s[0]], Units: s[1] - s[0], Scores: map[string]Number{}}
		for _, n := range out.Nodes {
			sum, count := 0.0, 0
			for i := s[0]; i < s[1]; i++ {
				if v := out.Rows[i].Nodes[n.Code].Score; v.Is() {
					sum += float64(v)
					count++
				}
			}
			m.Scores[n.Code] = None()
			if count > 0 {
				m.Scores[n.Code] = Number(sum / float64(count))
			}
		}
		out.Means = append(out.Means, m)
	}
}

// Row answers the row of a unit and year.
func (r *Result) Row(unit string, year int) (*Row, bool) {
	i, ok := r.at[rowKey(unit, year)]
	if !ok {
		return nil, false
	}
	return &r.Rows[i], true
}

func rowKey(unit string, year int) string { return strconv.Itoa(year) + " " + unit }

// Mean answers the mean scores of a year.
func (r *Result) Mean(year int) (*Mean, bool) {
	for i := range r.Means {
		if r.Means[i].Year == year {
			return &r.Means[i], true
		}
	}
	return nil, false
}

// Column answers a node's numbers, row by row: "raw" (indicators only), "value" or "score".
func (r *Result) Column(code, what string) []float64 {
	out := make([]float64, len(r.Rows))
	for i, row := range r.Rows {
		cell := row.Nodes[code]
		switch {
		case what == "score":
			out[i] = float64(cell.Score)
		case what == "value":
			out[i] = float64(cell.Value)
		case cell.Raw != nil:
			out[i] = float64(*cell.Raw)
		default:
			out[i] = math.NaN()
		}
	}
	return out
}

// Only answers the result with the rows of some years; all of them where none is named. What was computed stays as it was.
func (r *Result) Only(years []int) *Result {
	if len(years) == 0 {
		return r
	}
	out := *r
	out.Rows, out.Means, out.at = nil, nil, map[string]int{}
	for _, row := range r.Rows {
		if slices.Contains(years, row.Year) {
			out.at[rowKey(row.Unit, row.Year)] = len(out.Rows)
			out.Rows = append(out.Rows, row)
		}
	}
	for _, m := range r.Means {
		if slices.Contains(years, m.Year) {
			out.Means = append(out.Means, m)
		}
	}
	return &out
}
