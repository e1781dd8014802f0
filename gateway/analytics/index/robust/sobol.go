package robust

import (
	"context"
	"fmt"
	"math"
	"slices"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/index"
	"fundtrace/gateway/analytics/parallel"
)

// Group is coordinates of the unit cube that are one factor: they are exchanged together.
type Group struct {
	Name    string
	Columns []int
}

// Design says how Sobol indices are estimated.
type Design struct {
	Groups    []Group
	Columns   int // of the unit cube
	N         int // base points; the model is run N·(groups + 2) times
	Bootstrap int // resamples for the intervals; 0 for none
	Level     float64
	Seed      uint64
	Workers   int
	Progress  func(done, total int)
}

// Indices is what part of the variance of a model's output goes back to each factor: First is what would be gone if the
// factor alone were settled, Total what would be left if all the others were. What Total has over First is interaction.
type Indices struct {
	Mean     index.Number `json:"mean"`
	Variance index.Number `json:"variance"`
	N        int          `json:"n"`
	Runs     int          `json:"runs"`
	Resample int          `json:"bootstrap"`
	Level    float64      `json:"level"`
	Factors  []Sensitive  `json:"factors"`
}

// Sensitive is one factor's indices with their bootstrap interval. An estimate may lie a little outside 0 to 1.
type Sensitive struct {
	Name      string       `json:"name"`
	First     index.Number `json:"first"`
	FirstLow  index.Number `json:"first_low"`
	FirstHigh index.Number `json:"first_high"`
	Total     index.Number `json:"total"`
	TotalLow  index.Number `json:"total_low"`
	TotalHigh index.Number `json:"total_high"`
}

// sample is the model's output at the points of the design: at A, at B, and at A with each factor taken from B.
type sample struct {
	a, b []float64
	ab   [][]float64 // factor × point
}

// Sobol estimates first-order indices as Saltelli et al. (2010) and total indices as Jansen (1999). The output is centred
// first, which leaves what is estimated as it is and takes noise out of the estimate. start answers the model, once for each worker.
func Sobol(ctx context.Context, d Design, start func() func(u []float64) float64) (*Indices, error) {
	if d.Level == 0 {
		d.Level = 0.95
	}
	switch {
	case d.N < 2:
		return nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("%d base points are too few: use some hundreds", d.N), "field", "n")
	case d.N > maxRuns/(len(d.Groups)+2) || d.Bootstrap < 0 || d.Bootstrap > 100_000:
		return nil, ledger.Refuse(ledger.TooLarge, "the design has too many runs or resamples", "field", "n")
	case len(d.Groups) == 0:
		return nil, ledger.Refuse(ledger.FieldInvalid, "nothing is varied: name factors", "field", "factors")
	case d.Level <= 0 || d.Level >= 1:
		return nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("the level of intervals is %g: use a share such as 0.95", d.Level), "field", "level")
	}
	y := sample{a: make([]float64, d.N), b: make([]float64, d.N), ab: make([][]float64, len(d.Groups))}
	for g := range y.ab {
		y.ab[g] = make([]float64, d.N)
	}
	err := parallel.Workers(ctx, d.Workers, d.N, d.Progress, func() func(int) {
		model, random := start(), newStream()
		a, b, mixed := make([]float64, d.Columns), make([]float64, d.Columns), make([]float64, d.Columns)
		return func(j int) {
			random.start(d.Seed, forRuns, j)
			for c := range a {
				a[c], b[c] = random.Float64(), random.Float64()
			}
			y.a[j], y.b[j] = model(a), model(b)
			for g, group := range d.Groups {
				copy(mixed, a)
				for _, c := range group.Columns {
					mixed[c] = b[c]
				}
				y.ab[g][j] = model(mixed)
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return d.estimate(ctx, y)
}

// estimate makes indices of a sample, and their intervals by resampling its points.
func (d *Design) estimate(ctx context.Context, y sample) (*Indices, error) {
	out := &Indices{N: d.N, Runs: d.N * (len(d.Groups) + 2), Resample: d.Bootstrap, Level: d.Level, Factors: []Sensitive{}}
	all := make([]int, d.N)
	for j := range all {
		all[j] = j
	}
	center, variance, first, total := y.indices(all)
	out.Mean, out.Variance = index.Number(center), index.Number(variance)
	boots := make([][2][]float64, len(d.Groups)) // factor: first, total
	random := newStream()
	drawn := make([]int, d.N)
	for r := range d.Bootstrap {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		random.start(d.Seed, forBootstrap, r)
		for j := range drawn {
			drawn[j] = random.IntN(d.N)
		}
		_, _, f, t := y.indices(drawn)
		for g := range d.Groups {
			boots[g][0], boots[g][1] = append(boots[g][0], f[g]), append(boots[g][1], t[g])
		}
	}
	for g, group := range d.Groups {
		s := Sensitive{Name: group.Name, First: index.Number(first[g]), Total: index.Number(total[g])}
		s.FirstLow, s.FirstHigh = between(boots[g][0], d.Level)
		s.TotalLow, s.TotalHigh = between(boots[g][1], d.Level)
		out.Factors = append(out.Factors, s)
	}
	return out, nil
}

// indices estimates from the points that are named, which may be named more than once.
func (y *sample) indices(points []int) (center, variance float64, first, total []float64) {
	n := float64(len(points))
	for _, j := range points {
		center += y.a[j] + y.b[j]
	}
	center /= 2 * n
	for _, j := range points {
		u, v := y.a[j]-center, y.b[j]-center
		variance += (u*u + v*v) / (2 * n)
	}
	if variance <= 1e-24*center*center { // what rounding makes of a constant
		variance = 0
	}
	first, total = make([]float64, len(y.ab)), make([]float64, len(y.ab))
	for g, ab := range y.ab {
		for _, j := range points {
			step := ab[j] - y.a[j]
			first[g] += (y.b[j] - center) * step / n
			total[g] += step * step / (2 * n)
		}
		first[g] /= variance // NaN where nothing varies
		total[g] /= variance
	}
	return center, variance, first, total
}

// between answers the ends of the middle part of numbers, by linear interpolation; nothing where there are none.
func between(values []float64, level float64) (low, high index.Number) {
	if len(values) == 0 || slices.ContainsFunc(values, math.IsNaN) {
		return index.None(), index.None()
	}
	slices.Sort(values)
	at := func(share float64) index.Number {
		place := share * float64(len(values)-1)
		under := int(place)
		over := min(under+1, len(values)-1)
		return index.Number(values[under] + (place-float64(under))*(values[over]-values[under]))
	}
	return at((1 - level) / 2), at((1 + level) / 2)
}
