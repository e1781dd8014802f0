package synthetic

import (
	"math"

	"gonum.org/v1/gonum/optimize"
)

// problem is the panel without gaps that is estimated on.
type problem struct {
	Options
	units      []string
	times      []int
	y          [][]float64 // [unit][time]
	before     int         // periods before the start
	treated    int
	donors     []int
	predictors [][]float64 // [predictor][unit], scaled to a standard deviation of one; nil: the outcome itself
	raw        [][]float64 // as they were
}

// fitted is one unit's synthetic counterpart.
type fitted struct {
	weights   []float64 // of the donors given
	periods   []float64 // sdid: of the periods before
	value     []float64 // what each predictor counts for
	synthetic []float64 // in every period
	gaps      []float64
	effect    float64
	unique    bool
}

// fit makes the synthetic counterpart of a unit from donors.
func (p *problem) fit(unit int, donors []int) *fitted {
	switch p.Method {
	case "sdid":
		return p.difference(unit, donors, true)
	case "did":
		return p.difference(unit, donors, false)
	}
	f := &fitted{}
	switch {
	case p.predictors == nil:
		points := make([][]float64, len(donors))
		for k, j := range donors {
			for t := range p.before {
				points[k] = append(points[k], p.y[j][t]-p.y[unit][t])
			}
		}
		f.weights, f.unique = simplex(inner(points))
	case p.Weigh == "fit":
		f.value = p.weigh(unit, donors)
		f.weights, f.unique = p.match(unit, donors, f.value)
	default:
		f.value = even(len(p.predictors))
		f.weights, f.unique = p.match(unit, donors, f.value)
	}
	f.synthetic = p.blend(donors, f.weights)
	f.gaps = make([]float64, len(p.times))
	for t := range f.gaps {
		f.gaps[t] = p.y[unit][t] - f.synthetic[t]
		if t >= p.before {
			f.effect += f.gaps[t] / float64(len(p.times)-p.before)
		}
	}
	return f
}

// match finds donors' weights that bring the predictors together, each counting for its value.
func (p *problem) match(unit int, donors []int, value []float64) ([]float64, bool) {
	points := make([][]float64, len(donors))
	for k, j := range donors {
		for m, x := range p.predictors {
			points[k] = append(points[k], math.Sqrt(value[m])*(x[j]-x[unit]))
		}
	}
	return simplex(inner(points))
}

// blend is the weighted mean of donors in every period.
func (p *problem) blend(donors []int, weights []float64) []float64 {
	out := make([]float64, len(p.times))
	for k, j := range donors {
		if weights[k] == 0 {
			continue
		}
		for t := range out {
			out[t] += weights[k] * p.y[j][t]
		}
	}
	return out
}

// weigh finds what each predictor should count for so that the outcome before the start is fitted best (Abadie, Diamond and
// Hainmueller 2010, section 2.3). The search is Nelder and Mead's over the logarithms, from several starts: all alike, and each
// predictor foremost. It may end in a local optimum, as any does here.
func (p *problem) weigh(unit int, donors []int) []float64 {
	k := len(p.predictors)
	if k == 1 {
		return []float64{1}
	}
	shares := func(x []float64) []float64 {
		greatest, sum := math.Inf(-1), 0.0
		for _, v := range x {
			greatest = max(greatest, v)
		}
		out := make([]float64, len(x))
		for i, v := range x {
			out[i] = math.Exp(max(v-greatest, -40))
			sum += out[i]
		}
		for i := range out {
			out[i] /= sum
		}
		return out
	}
	miss := func(x []float64) float64 {
		for _, v := range x {
			if math.IsNaN(v) || math.Abs(v) > 60 {
				return math.Inf(1)
			}
		}
		weights, _ := p.match(unit, donors, shares(x))
		made, sum := p.blend(donors, weights), 0.0
		for t := range p.before {
			d := p.y[unit][t] - made[t]
			sum += d * d
		}
		return sum / float64(p.before)
	}
	best, at := math.Inf(1), make([]float64, k)
	for start := -1; start < k; start++ {
		x := make([]float64, k)
		if start >= 0 {
			x[start] = 3
		}
		found, err := optimize.Minimize(optimize.Problem{Func: miss}, x, &optimize.Settings{
			FuncEvaluations: 60 * k, Converger: &optimize.FunctionConverge{Relative: 1e-9, Iterations: 15 * k},
		}, &optimize.NelderMead{})
		if found == nil || err != nil && found.X == nil {
			continue
		}
		if found.F < best {
			best, at = found.F, found.X
		}
	}
	return shares(at)
}

func even(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = 1 / float64(n)
	}
	return out
}

// difference is the double difference: donors weighted evenly, or as synthetic difference-in-differences weights donors (they go
// along with the unit before the start, up to a constant) and periods (they stand for those after it among the donors).
func (p *problem) difference(unit int, donors []int, weighted bool) *fitted {
	n, after := len(donors), len(p.times)-p.before
	f := &fitted{weights: even(n), periods: even(p.before), unique: true}
	if weighted {
		noise := p.noise(donors)
		f.weights, f.unique = p.parallel(unit, donors, math.Pow(float64(after), 0.25)*noise)
		f.periods = p.recent(donors, 1e-6*noise)
	}
	f.synthetic = p.blend(donors, f.weights)
	// The synthetic line is shifted to meet the unit in the weighted periods before the start.
	shift := 0.0
	for t, w := range f.periods {
		shift += w * (p.y[unit][t] - f.synthetic[t])
	}
	f.gaps = make([]float64, len(p.times))
	for t := range f.gaps {
		f.synthetic[t] += shift
		f.gaps[t] = p.y[unit][t] - f.synthetic[t]
		if t >= p.before {
			f.effect += f.gaps[t] / float64(after)
		}
	}
	return f
}

// noise is the standard deviation of the donors' changes from period to period before the start.
func (p *problem) noise(donors []int) float64 {
	var changes []float64
	mean := 0.0
	for _, j := range donors {
		for t := 1; t < p.before; t++ {
			changes = append(changes, p.y[j][t]-p.y[j][t-1])
			mean += p.y[j][t] - p.y[j][t-1]
		}
	}
	mean /= float64(len(changes))
	sum := 0.0
	for _, v := range changes {
		sum += (v - mean) * (v - mean)
	}
	return math.Sqrt(sum / float64(len(changes)-1))
}

// parallel weights donors with an intercept and a ridge: min Σ_t (Σ w y_jt - y_t + c)² + T ζ² Σ w².
func (p *problem) parallel(unit int, donors []int, zeta float64) ([]float64, bool) {
	points := make([][]float64, len(donors))
	for k, j := range donors {
		line := make([]float64, p.before)
		for t := range line {
			line[t] = p.y[j][t] - p.y[unit][t]
		}
		points[k] = append(centred(line), ridge(k, len(donors), zeta*math.Sqrt(float64(p.before)))...)
	}
	return simplex(inner(points))
}

// recent weights the periods before the start so that donors' weighted past stands for their mean after it.
func (p *problem) recent(donors []int, zeta float64) []float64 {
	points := make([][]float64, p.before)
	for t := range p.before {
		line := make([]float64, len(donors))
		for k, j := range donors {
			later := 0.0
			for s := p.before; s < len(p.times); s++ {
				later += p.y[j][s] / float64(len(p.times)-p.before)
			}
			line[k] = p.y[j][t] - later
		}
		points[t] = append(centred(line), ridge(t, p.before, zeta*math.Sqrt(float64(len(donors))))...)
	}
	weights, _ := simplex(inner(points))
	return weights
}

// centred takes the mean off, which leaves an intercept free.
func centred(line []float64) []float64 {
	mean := 0.0
	for _, v := range line {
		mean += v / float64(len(line))
	}
	for i := range line {
		line[i] -= mean
	}
	return line
}

// ridge is a coordinate of its own for each point, which makes Σ w² part of the distance.
func ridge(k, n int, size float64) []float64 {
	out := make([]float64, n)
	out[k] = size
	return out
}
