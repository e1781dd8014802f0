package compare

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/bilingual"
	"fundtrace/gateway/analytics/index"
)

// Options says what a region is compared with.
type Options struct {
	Region string `json:"region"`
	// From and To are the years that changes lie between; 0 for the first and the last that the region has.
	From int `json:"from,omitempty"`
	To   int `json:"to,omitempty"`
	// Against names other regions, such as leaders.
	Against []string `json:"against,omitempty"`
	// Neighbours adds the provinces that share a border with the region.
	Neighbours bool `json:"neighbours,omitempty"`
	// Places is by how many places a dimension's rank has to differ from the region's own standing to be a strength or a
	// weakness. 0: 3.
	Places int `json:"places,omitempty"`
}

// Report is a region compared.
type Report struct {
	Options
	Of       int              `json:"of"` // regions that are ranked
	Nodes    []Node           `json:"nodes"`
	Lines    []Line           `json:"lines"`
	Changes  []Change         `json:"changes"`
	Others   []Other          `json:"others,omitempty"`
	Standing Standing         `json:"standing"`
	Field    []Placed         `json:"field"` // every region in the last year, by the composite or the first dimension
	Strong   []Standout       `json:"strengths"`
	Weak     []Standout       `json:"weaknesses"`
	Notes    []bilingual.Text `json:"notes,omitempty"`
}

// Line is one dimension of the region over the years, with the mean of all regions beside it.
type Line struct {
	Code   string  `json:"code"`
	Points []Point `json:"points"`
}

// Point is one year of a line.
type Point struct {
	Year int `json:"year"`
	Cell
	Mean index.Number `json:"mean_score"` // of all regions
	Gap  index.Number `json:"gap"`        // score less mean
}

// Change is how a dimension went from one year to the other. Points of a score that rises with everybody's are the tide's.
type Change struct {
	Code      string       `json:"code"`
	ScoreFrom index.Number `json:"score_from"`
	ScoreTo   index.Number `json:"score_to"`
	Points    index.Number `json:"points"`
	Tide      index.Number `json:"tide"` // points that the mean of all regions moved
	Relative  index.Number `json:"relative_points"`
	RankFrom  int          `json:"rank_from,omitempty"`
	RankTo    int          `json:"rank_to,omitempty"`
	Lost      int          `json:"places_lost"`
	RawGrowth index.Number `json:"raw_growth_percent"`
	AllGrowth index.Number `json:"all_regions_growth_percent"`
	ShareFrom index.Number `json:"share_from_percent"`
	ShareTo   index.Number `json:"share_to_percent"`
	// Hollow says that the score rose while the region fell behind, and Basis what shows it: mean, share, or rank where
	// neither is known.
	Hollow bool   `json:"score_up_behind_others"`
	Basis  string `json:"basis"`
}

// Other is another region beside this one.
type Other struct {
	Region   string `json:"region"`
	Relation string `json:"relation"` // named, neighbour
	Rows     []Gap  `json:"rows"`
}

// Gap is one dimension of another region in the last year, and how far the region stands from it; positive is the region's lead.
type Gap struct {
	Code   string       `json:"code"`
	Score  index.Number `json:"score"`
	Rank   int          `json:"rank,omitempty"`
	Points index.Number `json:"points"`
	Places int          `json:"places"`
	// RatioFrom and RatioTo are the region's raw count by the other's, in the first and the last year.
	RatioFrom index.Number `json:"raw_ratio_from"`
	RatioTo   index.Number `json:"raw_ratio_to"`
}

// Standing is what a region's dimensions are measured against: the rank of its composite, or the median of its ranks.
type Standing struct {
	Rank  int    `json:"rank"`
	Basis string `json:"basis"` // composite, median
}

// Placed is where a region stands.
type Placed struct {
	Region string       `json:"region"`
	Score  index.Number `json:"score"`
	Rank   int          `json:"rank,omitempty"`
}

// Standout is a dimension in which a region stands better or worse than it does on the whole.
type Standout struct {
	Code   string `json:"code"`
	Rank   int    `json:"rank"`
	Places int    `json:"places"` // from the standing
	Third  string `json:"third"`  // of all regions: top, middle, bottom
}

// Region compares a region. Errors: FIELD_INVALID (no such region or year), TOO_LARGE.
func Region(b *Board, o Options) (*Report, error) {
	var err error
	if o.Region, err = b.Unit(o.Region); err != nil {
		return nil, err
	}
	switch {
	case o.Places < 0:
		return nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("a dimension stands out by %d places: use a number above 0", o.Places), "field", "places")
	case o.Places == 0:
		o.Places = 3
	}
	if o.From, o.To, err = b.window(o); err != nil {
		return nil, err
	}
	r := &Report{Options: o, Of: b.Of, Nodes: b.nodes, Strong: []Standout{}, Weak: []Standout{}}
	means := false
	for _, n := range b.nodes {
		r.Lines = append(r.Lines, b.line(o.Region, n.Code))
		if c, ok := b.change(o, n.Code); ok {
			r.Changes = append(r.Changes, c)
			means = means || c.Tide.Is()
		}
	}
	if !means {
		r.Notes = append(r.Notes, bilingual.Text{EN: "the table does not have all regions: there is no mean, and rank alone says how others moved", ZH: "数据不含所有地区：没有平均线，只有排名能说明其他地区的变化"})
	}
	r.beside(b)
	r.stand(b)
	r.field(b)
	return r, nil
}

// field places every region, the best first.
func (r *Report) field(b *Board) {
	code := b.nodes[0].Code
	if b.Top != "" {
		code = b.Top
	}
	for _, u := range b.units {
		if c, ok := b.Cell(u, code, r.To); ok {
			r.Field = append(r.Field, Placed{u, c.Score, c.Rank})
		}
	}
	slices.SortStableFunc(r.Field, func(x, y Placed) int {
		return cmp.Or(before(x.Rank == 0, y.Rank == 0), cmp.Compare(x.Rank, y.Rank))
	})
}

// Unit answers how the board spells a region: as given, or as a province in another spelling. Errors: FIELD_INVALID.
func (b *Board) Unit(name string) (string, error) {
	if unit, ok := find(name, b.units); ok {
		return unit, nil
	}
	return "", ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("the table has no region %.40q: it has %s", name, some(b.units)), "region", name)
}

func some(names []string) string {
	if len(names) > 12 {
		return strings.Join(names[:12], ", ") + fmt.Sprintf(" and %d more", len(names)-12)
	}
	return strings.Join(names, ", ")
}

// maxYears bounds the years of a region: tests of trends compare every pair.
const maxYears = 1_000

// window answers the years that are compared: those asked for, or the first and last of the region.
func (b *Board) window(o Options) (from, to int, err error) {
	var years []int
	for _, n := range b.nodes {
		y, _ := b.Line(o.Region, n.Code)
		years = append(years, y...)
	}
	slices.Sort(years)
	years = slices.Compact(years)
	if len(years) > maxYears {
		return 0, 0, ledger.Refuse(ledger.TooLarge, fmt.Sprintf("%.40s has %d years, at most %d are compared", o.Region, len(years), maxYears))
	}
	if len(years) < 2 {
		return 0, 0, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("%.40s has %d years: a change needs two", o.Region, len(years)), "region", o.Region)
	}
	from, to = o.From, o.To
	if from == 0 {
		from = years[0]
	}
	if to == 0 {
		to = years[len(years)-1]
	}
	for _, y := range []int{from, to} {
		if !slices.Contains(years, y) {
			return 0, 0, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("the table has no year %d of %.40s: it has %d to %d", y, o.Region, years[0], years[len(years)-1]), "year", fmt.Sprint(y))
		}
	}
	if from >= to {
		return 0, 0, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("%d is not before %d: name two years, the earlier first", from, to), "year", fmt.Sprint(from))
	}
	return from, to, nil
}

func (b *Board) line(unit, code string) Line {
	l := Line{Code: code, Points: []Point{}}
	years, cells := b.Line(unit, code)
	for i, c := range cells {
		mean := b.Mean(code, years[i])
		l.Points = append(l.Points, Point{years[i], c, mean, c.Score - mean})
	}
	return l
}

func (b *Board) change(o Options, code string) (Change, bool) {
	first, ok := b.Cell(o.Region, code, o.From)
	last, ok2 := b.Cell(o.Region, code, o.To)
	if !ok || !ok2 {
		return Change{}, false
	}
	c := Change{Code: code, ScoreFrom: first.Score, ScoreTo: last.Score, Points: last.Score - first.Score, Tide: b.Mean(code, o.To) - b.Mean(code, o.From),
		RankFrom: first.Rank, RankTo: last.Rank, RawGrowth: rate(first.Raw, last.Raw), AllGrowth: rate(b.Sum(code, o.From), b.Sum(code, o.To)),
		ShareFrom: first.Share, ShareTo: last.Share}
	c.Relative = c.Points - c.Tide
	if first.Rank > 0 && last.Rank > 0 {
		c.Lost = last.Rank - first.Rank
	}
	switch {
	case c.Relative.Is():
		c.Basis, c.Hollow = "mean", c.Points > 0 && c.Relative < 0
		if c.ShareFrom.Is() && c.ShareTo < c.ShareFrom && c.Points > 0 && !c.Hollow {
			c.Basis, c.Hollow = "share", true
		}
	case c.ShareFrom.Is() && c.ShareTo.Is():
		c.Basis, c.Hollow = "share", c.Points > 0 && c.ShareTo < c.ShareFrom
	default:
		c.Basis, c.Hollow = "rank", c.Points > 0 && c.Lost > 0
	}
	return c, true
}

// rate is growth in percent; not there where the first is 0.
func rate(a, b index.Number) index.Number {
	if !a.Is() || !b.Is() || a <= 0 {
		return index.None()
	}
	return 100 * (b/a - 1)
}
