package robust

import (
	"context"
	"math"

	"fundtrace/gateway/analytics/index"
	"fundtrace/gateway/analytics/index/coherence"
)

// Shift is how far ranks under one computation are from the nominal ones.
type Shift struct {
	Name  string `json:"name"`
	About string `json:"about,omitempty"`
	// Refused says why there is nothing to compare; the rest is empty then.
	Refused  string       `json:"refused,omitempty"`
	Mean     float64      `json:"mean_shift"` // places, over rows
	Max      int          `json:"max_shift"`
	Unit     string       `json:"unit,omitempty"` // that is shifted most, the first of equals
	Year     int          `json:"year,omitempty"`
	Spearman index.Number `json:"spearman"` // of ranks, mean over years
	Ranks    []int        `json:"ranks"`    // by row
}

// Comparison is ranks under several computations beside the nominal ones.
type Comparison struct {
	Settings
	Rows   []index.RowName `json:"rows"`
	Ranks  []int           `json:"ranks"` // nominal
	Shifts []Shift         `json:"shifts"`
}

func (d *design) comparison() *Comparison {
	out := &Comparison{Settings: d.settings(), Shifts: []Shift{}}
	for _, r := range d.rows {
		unit, year := d.Engine.Row(r)
		out.Rows = append(out.Rows, index.RowName{Unit: unit, Year: year})
		out.Ranks = append(out.Ranks, int(d.nominal[r]))
	}
	return out
}

// Methods compares the nominal method with others by name; a method that the table or profile cannot carry is listed with the
// reason. Weight noise and factors play no part. Errors: of the nominal method; the context's.
func (s Study) Methods(ctx context.Context, names []string) (*Comparison, error) {
	d, err := s.plain()
	if err != nil {
		return nil, err
	}
	out := d.comparison()
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		m, err := index.PresetFor(name, d.Method)
		if err != nil {
			return nil, err
		}
		p, err := d.Engine.Prepare(m)
		if err != nil {
			out.Shifts = append(out.Shifts, Shift{Name: name, About: index.AboutPreset(name), Refused: err.Error()})
			continue
		}
		shift := d.shift(name, p.NewRun(m), d.Engine.Weights(nil))
		shift.About = index.AboutPreset(name)
		out.Shifts = append(out.Shifts, shift)
	}
	return out, nil
}

// RemoveOne leaves each indicator and dimension out in turn. Errors: of the nominal method; the context's.
func (s Study) RemoveOne(ctx context.Context) (*Comparison, error) {
	d, err := s.plain()
	if err != nil {
		return nil, err
	}
	p, err := d.Engine.Prepare(d.Method)
	if err != nil {
		return nil, err
	}
	run := p.NewRun(d.Method)
	out := d.comparison()
	for node := range d.Engine.Top() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if d.Engine.Siblings(node) == 1 {
			continue // its parent is the same
		}
		factor := make([]float64, d.Engine.Top()+1)
		for i := range factor {
			factor[i] = 1
		}
		factor[node] = 0
		shares := d.Engine.Weights(factor)
		if d.Engine.Empty(shares) {
			continue // it is all there is
		}
		out.Shifts = append(out.Shifts, d.shift(d.Engine.Code(node), run, shares))
	}
	return out, nil
}

// plain is a design without anything random.
func (s Study) plain() (*design, error) {
	s.Factors, s.Noise = nil, 0
	return s.designOf()
}

// shift runs once and compares.
func (d *design) shift(name string, run *index.Run, shares []float64) Shift {
	run.Do(shares)
	ranks := make([]uint16, len(d.nominal))
	run.Ranks(d.Engine.Top(), ranks)
	out := Shift{Name: name, Spearman: index.None()}
	sum, n := 0, 0
	years, sumRho := 0, 0.0
	var a, b []float64
	flush := func() {
		if rho, _ := coherence.Spearman(a, b); !math.IsNaN(rho) {
			years++
			sumRho += rho
		}
		a, b = a[:0], b[:0]
	}
	last := 0
	for k, r := range d.rows {
		unit, year := d.Engine.Row(r)
		if k > 0 && year != last {
			flush()
		}
		last = year
		out.Ranks = append(out.Ranks, int(ranks[r]))
		if ranks[r] == 0 || d.nominal[r] == 0 {
			continue
		}
		a, b = append(a, float64(d.nominal[r])), append(b, float64(ranks[r]))
		moved := abs(int(ranks[r]) - int(d.nominal[r]))
		sum += moved
		n++
		if moved > out.Max {
			out.Max, out.Unit, out.Year = moved, unit, year
		}
	}
	flush()
	if n > 0 {
		out.Mean = float64(sum) / float64(n)
	}
	if years > 0 {
		out.Spearman = index.Number(sumRho / float64(years))
	}
	return out
}
