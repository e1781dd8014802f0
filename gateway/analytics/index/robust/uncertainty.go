package robust

import (
	"context"
	"fmt"
	"math"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/parallel"
)

// Intervals is what became of ranks and scores over many runs.
type Intervals struct {
	Settings
	Runs int `json:"runs"`
	// Level is the share of runs that intervals hold; their ends are the ranks at (1-Level)/2 and (1+Level)/2 of the sorted runs (nearest rank).
	Level float64    `json:"level"`
	Rows  []Interval `json:"rows"`
	// MeanShift is the mean, over rows and runs, of how many places the rank is from the nominal.
	MeanShift float64 `json:"mean_shift"`
	Moves     []Move  `json:"moves,omitempty"`
}

// Interval is one unit-year.
type Interval struct {
	Unit   string  `json:"unit"`
	Year   int     `json:"year,omitempty"`
	Rank   int     `json:"rank"` // nominal
	Mean   float64 `json:"mean"`
	Median int     `json:"median"`
	Low    int     `json:"low"`
	High   int     `json:"high"`
	Same   float64 `json:"same"` // share of runs with the nominal rank
	// Of scores to two decimals, where all methods publish places in a base.
	ScoreLow  *float64 `json:"score_low,omitempty"`
	ScoreHigh *float64 `json:"score_high,omitempty"`
}

// Move is how a unit's rank went from a year to another within each run: only that says whether a decline is one whatever the
// choices. Worse, Same and Better are shares of runs.
type Move struct {
	Unit   string  `json:"unit"`
	From   int     `json:"from"`
	To     int     `json:"to"`
	Places int     `json:"places"` // nominal; positive is a loss
	Low    int     `json:"low"`
	High   int     `json:"high"`
	Worse  float64 `json:"worse"`
	Same   float64 `json:"same"`
	Better float64 `json:"better"`
}

// UncertaintyOptions says how many runs, and what of them is asked.
type UncertaintyOptions struct {
	Runs  int
	Level float64 // 0: 0.9
	// From and To are years between which moves are judged; both 0 for none.
	From, To int
}

// Uncertainty runs the study at random points and answers rank intervals. The same seed gives the same numbers. Errors:
// FIELD_INVALID, TOO_LARGE, FIELD_MISSING, and the context's.
func (s Study) Uncertainty(ctx context.Context, o UncertaintyOptions) (*Intervals, error) {
	d, err := s.design()
	if err != nil {
		return nil, err
	}
	if o.Level == 0 {
		o.Level = 0.9
	}
	switch {
	case o.Runs < 1:
		return nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("%d runs are none: 1,000 give a picture, 10,000 figures", o.Runs), "field", "runs")
	case o.Level <= 0 || o.Level >= 1:
		return nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("the level of intervals is %g: use a share such as 0.9", o.Level), "field", "level")
	case o.Runs > maxCells/len(d.rows):
		return nil, ledger.Refuse(ledger.TooLarge, fmt.Sprintf("%d runs of %d rows are more than %d ranks: name fewer years or runs", o.Runs, len(d.rows), maxCells), "field", "runs")
	}
	rows := len(d.rows)
	ranks := make([]uint16, o.Runs*rows)
	var scores []uint16
	if d.scored {
		scores = make([]uint16, o.Runs*rows)
	}
	err = parallel.Workers(ctx, s.Workers, o.Runs, s.Progress, func() func(int) {
		w, random, u := d.worker(), newStream(), make([]float64, d.columns)
		return func(i int) {
			random.start(s.Seed, forRuns, i)
			for c := range u {
				u[c] = random.Float64()
			}
			w.at(u)
			for k, r := range d.rows {
				ranks[i*rows+k] = w.ranks[r]
			}
			if scores != nil {
				of := w.run.Scores(d.Engine.Top())
				for k, r := range d.rows {
					scores[i*rows+k] = hundredths(of[r])
				}
			}
		}
	})
	if err != nil {
		return nil, err
	}
	out := &Intervals{Settings: s.settings(), Runs: o.Runs, Level: o.Level}
	counts := make([]int, 1<<16)
	byRow, byRowScores := turned(ranks, rows), turned(scores, rows)
	for k, r := range d.rows {
		unit, year := d.Engine.Row(r)
		row := Interval{Unit: unit, Year: year, Rank: int(d.nominal[r])}
		row.fill(out, byRow(k), counts)
		if scores != nil && row.Rank > 0 {
			low, high := ends(byRowScores(k), o.Level, counts)
			a, b := float64(low)/100, float64(high)/100
			row.ScoreLow, row.ScoreHigh = &a, &b
		}
		out.Rows = append(out.Rows, row)
	}
	out.MeanShift /= float64(rows * o.Runs)
	if o.From != 0 || o.To != 0 {
		if out.Moves, err = d.moves(o, ranks); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// hundredths is a score to two decimals, as it would be printed.
func hundredths(score float64) uint16 {
	if math.IsNaN(score) {
		return 0
	}
	return uint16(math.Round(100 * score))
}

// turned answers the runs of a row, for rows that are asked for in order. It turns a block of rows at a time: numbers of one
// run lie together, and reading one row alone would fetch all of the memory for each.
func turned(runs []uint16, rows int) func(row int) []uint16 {
	const block = 32 // of 16 bits: a cache line
	n := len(runs) / rows
	lines := make([]uint16, block*n)
	return func(row int) []uint16 {
		if row%block == 0 {
			width := min(block, rows-row)
			for i := range n {
				for j, v := range runs[i*rows+row : i*rows+row+width] {
					lines[j*n+i] = v
				}
			}
		}
		return lines[row%block*n : row%block*n+n]
	}
}

// fill reads the runs of one row.
func (row *Interval) fill(out *Intervals, runs []uint16, counts []int) {
	sum, same, shift := 0, 0, 0
	for _, v := range runs {
		if int(v) == row.Rank {
			same++
		}
		sum += int(v)
		shift += abs(int(v) - row.Rank)
	}
	n := float64(len(runs))
	row.Mean, row.Same = float64(sum)/n, float64(same)/n
	row.Low, row.High = ends(runs, out.Level, counts)
	row.Median, _ = ends(runs, 0, counts)
	out.MeanShift += float64(shift)
}

// ends answers the numbers at (1-level)/2 and (1+level)/2 of the sorted runs, by nearest rank. counts is memory for as many
// counts as there are values; it is left cleared.
func ends(runs []uint16, level float64, counts []int) (low, high int) {
	least, most := 1<<16, 0
	for _, v := range runs {
		counts[v]++
		least, most = min(least, int(v)), max(most, int(v))
	}
	at := func(share float64) int { return max(int(math.Ceil(share*float64(len(runs))-1e-9)), 1) }
	first, last := at((1-level)/2), at((1+level)/2)
	seen := 0
	low = -1
	for v := least; v <= most; v++ {
		seen += counts[v]
		if low < 0 && seen >= first {
			low = v
		}
		if seen >= last {
			high = v
			break
		}
	}
	clear(counts[least : most+1])
	return low, high
}

func abs(x int) int { return max(x, -x) }

// moves compares two years within each run.
func (d *design) moves(o UncertaintyOptions, ranks []uint16) ([]Move, error) {
	first, last := map[string]int{}, map[string]int{}
	for k, r := range d.rows {
		unit, year := d.Engine.Row(r)
		if year == o.From {
			first[unit] = k
		}
		if year == o.To {
			last[unit] = k
		}
	}
	if len(first) == 0 || len(last) == 0 {
		return nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("moves from %d to %d need rows of both years among those that are looked at", o.From, o.To), "field", "years")
	}
	const middle = 1 << 15 // of the counted range, so that losses and gains have a place
	var out []Move
	counts := make([]int, 1<<16)
	places := make([]uint16, o.Runs)
	for k, r := range d.rows { // in the order of rows
		unit, year := d.Engine.Row(r)
		if year != o.From {
			continue
		}
		to, ok := last[unit]
		if !ok || d.nominal[r] == 0 || d.nominal[d.rows[to]] == 0 {
			continue
		}
		m := Move{Unit: unit, From: o.From, To: o.To, Places: int(d.nominal[d.rows[to]]) - int(d.nominal[r])}
		worse, same := 0, 0
		for i := range places {
			lost := int(ranks[i*len(d.rows)+to]) - int(ranks[i*len(d.rows)+k])
			places[i] = uint16(min(max(lost+middle, 0), 1<<16-1))
			if lost > 0 {
				worse++
			} else if lost == 0 {
				same++
			}
		}
		m.Low, m.High = ends(places, o.Level, counts)
		m.Low, m.High = m.Low-middle, m.High-middle
		n := float64(o.Runs)
		m.Worse, m.Same, m.Better = float64(worse)/n, float64(same)/n, float64(o.Runs-worse-same)/n
		out = append(out, m)
	}
	return out, nil
}
