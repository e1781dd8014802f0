package synthetic

import (
	"cmp"
	"context"
	"math"
	"slices"

	"fundtrace/gateway/analytics/parallel"
)

// trims are how many times worse than the treated unit's the fit of a placebo may be (Abadie, Diamond and Hainmueller 2010, 3.4).
var trims = []float64{20, 5, 2}

// everyone fits every unit as if it had been treated; the treated unit's own fit is first.
func (p *problem) everyone(ctx context.Context, progress func(stage string, done, total int)) (own *fitted, placebos []Placebo, err error) {
	n := len(p.units)
	fits := make([]*fitted, n)
	donorsOf := func(unit int) []int {
		var out []int
		for j := range p.units {
			if j != unit && (unit == p.treated || p.Pool == "all" || j != p.treated) {
				out = append(out, j)
			}
		}
		return out
	}
	if err := parallel.Each(ctx, n, parallel.Stage("placebos", progress), func(i int) { fits[i] = p.fit(i, donorsOf(i)) }); err != nil {
		return nil, nil, err
	}
	for i, f := range fits {
		b := Placebo{Unit: p.units[i], Treated: i == p.treated, Effect: f.effect, Gaps: f.gaps}
		b.Before, b.After = rms(f.gaps[:p.before]), rms(f.gaps[p.before:])
		if b.Before > p.exact(i) {
			ratio := b.After / b.Before
			b.Ratio = &ratio
		}
		if k := slices.Index(donorsOf(i), p.treated); k >= 0 {
			b.onTreated = f.weights[k]
		}
		placebos = append(placebos, b)
	}
	slices.SortStableFunc(placebos, func(a, b Placebo) int { return cmp.Compare(p.remarkable(b), p.remarkable(a)) })
	return fits[p.treated], placebos, nil
}

// exact is the root mean squared gap below which a fit counts as exact: rounding.
func (p *problem) exact(unit int) float64 { return 1e-8 * (1e-300 + rms(p.y[unit])) }

// remarkable is the statistic of the test: the ratio of the gaps after the start to those before; for the double differences,
// whose lines are shifted, the size of the effect.
func (p *problem) remarkable(b Placebo) float64 {
	switch {
	case p.Method != "synthetic":
		return math.Abs(b.Effect)
	case b.Ratio == nil:
		return math.Inf(1)
	}
	return *b.Ratio
}

// test ranks the treated unit among all.
func (p *problem) test(placebos []Placebo) Test {
	own := placebos[slices.IndexFunc(placebos, func(b Placebo) bool { return b.Treated })]
	t := Test{Statistic: "effect", Units: len(placebos), Smallest: 1 / float64(len(placebos))}
	if p.Method == "synthetic" {
		t.Statistic = "ratio"
	}
	among := func(times float64) (rank, units int) {
		for _, b := range placebos {
			if !b.Treated && b.Before > times*own.Before {
				continue
			}
			units++
			if p.remarkable(b) >= p.remarkable(own)*(1-1e-12) {
				rank++
			}
		}
		return rank, units
	}
	t.Rank, _ = among(math.Inf(1))
	t.P = float64(t.Rank) / float64(t.Units)
	t.Claim = t.P <= p.Alpha*(1+1e-12)
	if p.Method == "synthetic" {
		for _, times := range trims {
			rank, units := among(times)
			t.Trimmed = append(t.Trimmed, Trim{times, units, float64(rank) / float64(units)})
		}
		p.bounds(placebos, own, &t)
	}
	mean, sum := 0.0, 0.0
	for _, b := range placebos {
		if !b.Treated {
			mean += b.Effect / float64(len(placebos)-1)
		}
	}
	for _, b := range placebos {
		if !b.Treated {
			sum += (b.Effect - mean) * (b.Effect - mean)
		}
	}
	t.SE = math.Sqrt(sum / float64(len(placebos)-1)) // over the number of placebos, as in algorithm 4
	return t
}

// bounds inverts the test: which constant effects c would it not refuse? Taking c from the treated unit after the start changes
// its own gaps by -c and a placebo's by +c times the weight that the treated unit has in it; weights come from before the start
// and stay. The rank of the treated unit changes only where its squared ratio meets another's, both quadratic in c, so that p is
// looked at between those places and at them. The set may have holes; its ends are answered, nil where it has none.
func (p *problem) bounds(placebos []Placebo, own Placebo, t *Test) {
	if own.Ratio == nil {
		return
	}
	t.Set = true
	mine := curve(own.Gaps[p.before:], -1, own.Before)
	var others [][3]float64
	always := 1 // units that are at least as remarkable whatever c: the treated itself, and exact fits
	cuts := []float64{own.Effect}
	for _, b := range placebos {
		switch {
		case b.Treated:
		case b.Ratio == nil:
			always++
		default:
			q := curve(b.Gaps[p.before:], b.onTreated, b.Before)
			others = append(others, q)
			cuts = append(cuts, roots(q[0]-mine[0], q[1]-mine[1], q[2]-mine[2])...)
		}
	}
	kept := func(c float64) bool {
		rank := always
		for _, q := range others {
			if value(q, c) >= value(mine, c)*(1-1e-12) {
				rank++
			}
		}
		return float64(rank)/float64(len(placebos)) > p.Alpha*(1+1e-12)
	}
	slices.Sort(cuts)
	far := 10 * (1 + math.Abs(cuts[0]) + math.Abs(cuts[len(cuts)-1]))
	from, to := math.Inf(1), math.Inf(-1)
	if kept(cuts[0] - far) {
		from = math.Inf(-1)
	}
	if kept(cuts[len(cuts)-1] + far) {
		to = math.Inf(1)
	}
	for i, c := range cuts {
		if kept(c) {
			from, to = min(from, c), max(to, c)
		}
		if i > 0 && kept((cuts[i-1]+c)/2) {
			from, to = min(from, cuts[i-1]), max(to, c)
		}
	}
	switch {
	case from > to:
		t.Empty = true
		return
	case !math.IsInf(from, -1):
		t.Low = &from
	}
	if !math.IsInf(to, 1) {
		t.High = &to
	}
}

// curve is the mean of (gap + slope·c)² over the squared fit before, as coefficients of 1, c, c².
func curve(gaps []float64, slope, before float64) (q [3]float64) {
	n := float64(len(gaps)) * before * before
	for _, g := range gaps {
		q[0] += g * g / n
		q[1] += 2 * g * slope / n
		q[2] += slope * slope / n
	}
	return q
}

func value(q [3]float64, c float64) float64 { return q[0] + c*(q[1]+c*q[2]) }

// roots of a + b·c + d·c² that are real.
func roots(a, b, d float64) []float64 {
	if math.Abs(d) < 1e-14*(math.Abs(a)+math.Abs(b)) || d == 0 {
		if b == 0 {
			return nil
		}
		return []float64{-a / b}
	}
	inside := b*b - 4*a*d
	if inside < 0 {
		return nil
	}
	// The form that does not lose digits where b is large.
	s := -(b + math.Copysign(math.Sqrt(inside), b)) / 2
	if s == 0 {
		return []float64{0}
	}
	return []float64{s / d, a / s}
}

func rms(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v * v
	}
	return math.Sqrt(sum / float64(len(values)))
}
