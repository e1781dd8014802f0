package diagnose

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/index"
)

// Move is how many places a dimension lost between two years, and between how many it may have: its nominal ranks with the
// interval of the runs. Worse, Same and Better are shares of runs.
type Move struct {
	Code     string  `json:"code"`
	From     int     `json:"from"`
	To       int     `json:"to"`
	RankFrom int     `json:"rank_from"`
	RankTo   int     `json:"rank_to"`
	FromLow  int     `json:"rank_from_low"` // interval of the rank in the first year
	FromHigh int     `json:"rank_from_high"`
	ToLow    int     `json:"rank_to_low"`
	ToHigh   int     `json:"rank_to_high"`
	Places   int     `json:"places"` // lost
	Low      int     `json:"low"`
	High     int     `json:"high"`
	Worse    float64 `json:"worse"`
	Same     float64 `json:"same"`
	Better   float64 `json:"better"`
}

// Uncertainty says what is varied to see how far a rank may lie from its nominal one.
type Uncertainty struct {
	Runs  int     `json:"runs"`
	Level float64 `json:"level"` // share of runs that an interval holds; 0: 0.9
	// Noise multiplies each weight by 1 + U(-Noise, Noise) in each run. 0 leaves weights alone.
	Noise float64 `json:"noise"`
	// Counts draws every count of the two years from a Poisson distribution with the count as its mean: what a year might have had if
	// enterprises decide for themselves. Without it only dimensions of several indicators vary.
	Counts bool   `json:"counts"`
	Seed   uint64 `json:"seed"`
}

// Bounds of an uncertainty study.
const maxRuns = 100_000

// Intervals answers the move of every dimension and of the composite of a region between two years. It needs an index of z
// values, arithmetic means and total counts, as the reference reading is; the same seed gives the same numbers.
// progress is told now and then how many runs are done; it may be nil. Errors: FIELD_INVALID, TOO_LARGE, and the context's.
func Intervals(ctx context.Context, r *index.Result, p *index.Profile, region string, from, to int, u Uncertainty, progress func(done, total int)) ([]Move, error) {
	if u.Level == 0 {
		u.Level = 0.9
	}
	switch {
	case u.Runs < 1 || u.Level <= 0 || u.Level >= 1 || u.Noise < 0 || u.Noise >= 1:
		return nil, invalid("runs", "%d runs, level %g, noise %g: use at least 1 run and shares between 0 and 1", u.Runs, u.Level, u.Noise)
	case u.Runs > maxRuns:
		return nil, ledger.Refuse(ledger.TooLarge, fmt.Sprintf("%d runs are more than %d", u.Runs, maxRuns), "field", "runs")
	case r.Method.Normalise != "z" || r.Method.Scope != "base" || r.Method.Carry != "values" || r.Method.Scale != "total" || !slices.Equal(slices.Compact(slices.Clone(r.Method.Aggregate)), []string{"arithmetic"}):
		return nil, invalid("method", "rank intervals by counts need the reference reading: z over the base, totals, arithmetic means of values")
	}
	s := &shaken{nodes: r.Nodes, region: region, noise: u.Noise, counts: u.Counts}
	if err := s.read(r, p, from, to); err != nil {
		return nil, err
	}
	ranks := make([][2][]int, len(s.tops)) // by node and year: rank of each run
	for i := range ranks {
		ranks[i] = [2][]int{make([]int, u.Runs), make([]int, u.Runs)}
	}
	for run := range u.Runs {
		if run%64 == 0 {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if progress != nil {
				progress(run, u.Runs)
			}
		}
		var key [32]byte
		binary.LittleEndian.PutUint64(key[:], u.Seed)
		binary.LittleEndian.PutUint64(key[8:], uint64(run)+1)
		s.shake(rand.NewChaCha8(key))
		for i, n := range s.tops {
			for year := range 2 {
				ranks[i][year][run] = s.rank(n, year)
			}
		}
	}
	if progress != nil {
		progress(u.Runs, u.Runs)
	}
	var out []Move
	for i, n := range s.tops {
		m := Move{Code: r.Nodes[n].Code, From: from, To: to}
		nominal := [2]int{}
		for year, y := range []int{from, to} {
			row, _ := r.Row(region, y)
			nominal[year] = row.Nodes[m.Code].Rank
		}
		m.fill(nominal, ranks[i], u.Level)
		out = append(out, m)
	}
	return out, nil
}

// fill reads the runs.
func (m *Move) fill(nominal [2]int, ranks [2][]int, level float64) {
	m.RankFrom, m.RankTo, m.Places = nominal[0], nominal[1], nominal[1]-nominal[0]
	lost := make([]int, len(ranks[0]))
	for i := range lost {
		lost[i] = ranks[1][i] - ranks[0][i]
		switch {
		case lost[i] > 0:
			m.Worse++
		case lost[i] == 0:
			m.Same++
		default:
			m.Better++
		}
	}
	n := float64(len(lost))
	m.Worse, m.Same, m.Better = m.Worse/n, m.Same/n, m.Better/n
	m.FromLow, m.FromHigh = ends(ranks[0], level)
	m.ToLow, m.ToHigh = ends(ranks[1], level)
	m.Low, m.High = ends(lost, level)
}

// ends answers the numbers at (1-level)/2 and (1+level)/2 of the sorted runs, by nearest rank.
func ends(runs []int, level float64) (low, high int) {
	sorted := slices.Sorted(slices.Values(runs))
	at := func(share float64) int {
		return sorted[max(int(math.Ceil(share*float64(len(sorted))-1e-9)), 1)-1]
	}
	return at((1 - level) / 2), at((1 + level) / 2)
}

// shaken is the regions of two years with their indicators, drawn anew in each run.
type shaken struct {
	nodes  []index.NodeInfo
	tops   []int // dimensions and the composite, by place in nodes
	leaves []shakenLeaf
	region string
	own    [2]int // place of the region among the rows of each year
	noise  float64
	counts bool
	parent map[string]string
	values [2]map[string][]float64 // year → node code → value by row
}

// shakenLeaf is an indicator: its value rises by slope for each one more of the count, times the share that it has.
type shakenLeaf struct {
	code   string
	weight float64 // percent of the composite
	slope  float64
	count  bool
	raw    [2][]float64
	value  [2][]float64
}

func (s *shaken) read(r *index.Result, p *index.Profile, from, to int) error {
	s.parent = map[string]string{}
	top := r.Nodes[len(r.Nodes)-1].Code
	counted := map[string]bool{}
	for i := range p.Index.Children {
		markCounts(&p.Index.Children[i], counted)
	}
	for i, n := range r.Nodes {
		s.parent[n.Code] = n.Parent
		if n.Parent == top || n.Code == top {
			s.tops = append(s.tops, i)
		}
	}
	var rows [2][]int
	for i, row := range r.Rows {
		for year, y := range []int{from, to} {
			if row.Year == y {
				if row.Unit == s.region {
					s.own[year] = len(rows[year])
				}
				rows[year] = append(rows[year], i)
			}
		}
	}
	for _, n := range r.Nodes {
		raw := r.Column(n.Code, "raw")
		if n.Level != 1 {
			continue
		}
		value := r.Column(n.Code, "value")
		slope, err := slopeOf(n.Code, raw, value)
		if err != nil {
			return err
		}
		leaf := shakenLeaf{code: n.Code, weight: n.Weight, slope: slope, count: counted[n.Code]}
		for year := range 2 {
			for _, i := range rows[year] {
				leaf.raw[year] = append(leaf.raw[year], raw[i])
				leaf.value[year] = append(leaf.value[year], value[i])
			}
		}
		s.leaves = append(s.leaves, leaf)
	}
	for year, y := range []int{from, to} {
		if _, ok := r.Row(s.region, y); !ok {
			return invalid("region", "the table has no row of %.40s in %d", s.region, y)
		}
		s.values[year] = map[string][]float64{}
		for _, n := range r.Nodes {
			s.values[year][n.Code] = make([]float64, len(rows[year]))
		}
	}
	return nil
}

func markCounts(n *index.Node, counted map[string]bool) {
	if len(n.Children) == 0 {
		counted[n.Code] = n.Kind == index.Count
	}
	for i := range n.Children {
		markCounts(&n.Children[i], counted)
	}
}

// slopeOf answers how much a value rises with the count. A z value is a line in the count: where the table was altered on the
// way, by outliers taken in or gaps filled, it is none, and that is refused.
func slopeOf(code string, raw, value []float64) (float64, error) {
	low, high := 0, 0
	for i, x := range raw {
		if math.IsNaN(x) || math.IsNaN(value[i]) {
			return 0, invalid("data", "%s has gaps: rank intervals by counts need a table without", code)
		}
		if x < raw[low] {
			low = i
		}
		if x > raw[high] {
			high = i
		}
	}
	slope := (value[high] - value[low]) / (raw[high] - raw[low])
	for i, x := range raw {
		if math.Abs(value[low]+slope*(x-raw[low])-value[i]) > 1e-6*(1+math.Abs(value[i])) {
			return 0, invalid("method", "the values of %s are no line in its counts: rank intervals by counts need them untreated", code)
		}
	}
	return slope, nil
}

// shake draws counts and weights and adds up.
func (s *shaken) shake(source *rand.ChaCha8) {
	random := rand.New(source)
	for year := range 2 {
		for _, v := range s.values[year] {
			clear(v)
		}
	}
	for i := range s.leaves {
		l := &s.leaves[i]
		weight := l.weight * (1 + s.noise*(2*random.Float64()-1))
		for year := range 2 {
			for row, x := range l.raw[year] {
				v := l.value[year][row]
				if s.counts && l.count && x > 0 {
					v += l.slope * (distuv.Poisson{Lambda: x, Src: source}.Rand() - x)
				}
				for code := l.code; code != ""; code = s.parent[code] { // ranks need no division by the sum of weights
					s.values[year][code][row] += weight * v
				}
			}
		}
	}
}

// rank is the region's within the year; ties share the better.
func (s *shaken) rank(node, year int) int {
	values := s.values[year][s.nodes[node].Code]
	out := 1
	for _, v := range values {
		if v > values[s.own[year]] {
			out++
		}
	}
	return out
}
