package event

import (
	"context"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"

	"fundtrace/gateway/analytics/parallel"
)

// What random numbers are for.
const (
	forBootstrap = iota
	forPermutation
)

// numbers gives the random numbers of one draw: they depend on the seed, on what they are for and on the draw alone.
func numbers(seed uint64, purpose, draw int) *rand.Rand {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[0:], seed)
	binary.LittleEndian.PutUint64(key[8:], uint64(purpose))
	binary.LittleEndian.PutUint64(key[16:], uint64(draw))
	return rand.New(rand.NewChaCha8(key))
}

// mammen's two points have mean 0, variance 1 and third moment 1 (Annals of Statistics 21 (1993) 255–285).
var (
	mammenLow   = (1 - math.Sqrt(5)) / 2
	mammenHigh  = (1 + math.Sqrt(5)) / 2
	mammenShare = (1 + math.Sqrt(5)) / (2 * math.Sqrt(5)) // probability of the low point
)

// block is how many draws are multiplied at once, so that influences are read from memory once for all of them.
const block = 32

// bootstrap draws multipliers for clusters and answers, for each influence, its deviations over the draws: Σ_c v_c ψ_c / n.
func (p *panel) bootstrap(ctx context.Context, influences [][]float64, o Options, progress func(string, int, int)) ([][]float64, error) {
	sums := mat.NewDense(len(influences), p.clusters, nil)
	for i, psi := range influences {
		sums.SetRow(i, p.clustered(psi))
	}
	n := float64(len(p.y))
	out := make([][]float64, len(influences))
	for i := range out {
		out[i] = make([]float64, o.Draws)
	}
	err := parallel.Each(ctx, (o.Draws+block-1)/block, parallel.Stage("bootstrap", progress), func(number int) {
		first := number * block
		draws := min(block, o.Draws-first)
		multipliers := mat.NewDense(draws, p.clusters, nil)
		for d := range draws {
			multiply(numbers(o.Seed, forBootstrap, first+d), multipliers.RawRowView(d), o.Multiplier)
		}
		var deviations mat.Dense
		deviations.Mul(sums, multipliers.T())
		for i := range out {
			for d := range draws {
				out[i][first+d] = deviations.At(i, d) / n
			}
		}
	})
	return out, err
}

// multiply draws one multiplier for each cluster.
func multiply(random *rand.Rand, v []float64, kind string) {
	for c := range v {
		switch {
		case kind == "rademacher":
			v[c] = float64(2*int(random.Uint64()&1) - 1)
		case random.Float64() < mammenShare:
			v[c] = mammenLow
		default:
			v[c] = mammenHigh
		}
	}
}

// band makes the intervals of a family uniform: the level's quantile of the greatest |t*| over the family, in each draw with the
// effects' own standard errors.
func band(effects []*Effect, deviations [][]float64, level float64) (critical float64) {
	if len(effects) == 0 || len(deviations[0]) == 0 {
		return 0
	}
	draws := len(deviations[0])
	greatest := make([]float64, draws)
	for i, e := range effects {
		if e.Reference || e.SE == 0 {
			continue
		}
		for d, v := range deviations[i] {
			greatest[d] = max(greatest[d], math.Abs(v)/e.SE)
		}
		sorted := slices.Clone(deviations[i])
		slices.Sort(sorted)
		range75 := distuv.UnitNormal.Quantile(0.75) - distuv.UnitNormal.Quantile(0.25)
		se := (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / range75
		e.SEBootstrap = &se
	}
	slices.Sort(greatest)
	// Never narrower than the pointwise interval: with few draws the quantile may fall below the normal's.
	critical = max(quantile(greatest, level), distuv.UnitNormal.Quantile(1-(1-level)/2))
	for _, e := range effects {
		if e.Reference || e.SE == 0 {
			continue
		}
		low, high := e.Estimate-critical*e.SE, e.Estimate+critical*e.SE
		e.BandLow, e.BandHigh = &low, &high
	}
	return critical
}

// quantile of sorted values: the least that at least a share q does not exceed.
func quantile(sorted []float64, q float64) float64 {
	i := int(math.Ceil(q*float64(len(sorted)))) - 1
	return sorted[min(max(i, 0), len(sorted)-1)]
}
