package panel

import (
	"context"
	"math"
	"runtime"

	"golang.org/x/sync/errgroup"

	"fundtrace/gateway/analytics/design"
)

// Limits of taking out the effects.
const (
	withinTolerance  = 1e-12 // of the norm of the column
	withinIterations = 10_000
)

// within takes the fixed effects out of columns: what is left of a column is its residual on all dummies. One effect is the deviation from
// its means. Several are alternating projections (Guimarães and Portugal 2010), made symmetric and sped up by conjugate gradients
// (Hernández-Ramos, Escalante and Raydan 2011; Correia 2016): with balanced rows one step is exact.
type within struct {
	groups []group
	w      []float64
	share  [][]float64 // 1 / sum of weights of each level
}

func newWithin(groups []group, w []float64) *within {
	a := &within{groups: groups, w: w}
	for _, g := range groups {
		share := make([]float64, g.levels)
		for i, l := range g.of {
			if w == nil {
				share[l]++
			} else {
				share[l] += w[i]
			}
		}
		for l := range share {
			share[l] = 1 / share[l]
		}
		a.share = append(a.share, share)
	}
	return a
}

// columns takes the effects out of every column, in place, as many at a time as there are processors. It answers the most iterations
// that a column took.
func (a *within) columns(ctx context.Context, columns [][]float64) (int, error) {
	taken := make([]int, len(columns))
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(runtime.GOMAXPROCS(0))
	for j, x := range columns {
		work.Go(func() (err error) {
			taken[j], err = a.column(ctx, x)
			return err
		})
	}
	err := work.Wait()
	most := 0
	for _, n := range taken {
		most = max(most, n)
	}
	return most, err
}

// column takes the effects out of one column, in place.
func (a *within) column(ctx context.Context, x []float64) (int, error) {
	if len(a.groups) == 0 {
		return 0, ctx.Err()
	}
	a.centre(x)
	size := math.Sqrt(a.dot(x, x))
	sums := make([][]float64, len(a.groups))
	for j, g := range a.groups {
		sums[j] = make([]float64, g.levels)
	}
	a.project(0, x, sums)
	if len(a.groups) == 1 {
		a.project(0, x, sums) // what rounding left of means that are large beside the deviations
		return 1, ctx.Err()
	}
	// r is what one symmetric round takes out of x; x stays orthogonal to the first effect.
	r, u, v := make([]float64, len(x)), make([]float64, len(x)), make([]float64, len(x))
	a.taken(x, r, sums)
	copy(u, r)
	left := a.dot(r, r)
	for n := 1; n <= withinIterations; n++ {
		if math.Sqrt(left) <= withinTolerance*size {
			return n, ctx.Err()
		}
		if err := ctx.Err(); err != nil {
			return n, err
		}
		a.taken(u, v, sums)
		curvature := a.dot(u, v)
		if curvature <= 0 {
			return n, nil // u is orthogonal to all effects but for rounding
		}
		step := left / curvature
		for i := range x {
			x[i] -= step * u[i]
			r[i] -= step * v[i]
		}
		before := left
		left = a.dot(r, r)
		turn := left / before
		for i := range u {
			u[i] = r[i] + turn*u[i]
		}
	}
	return withinIterations, design.Refusef("the fixed effects could not be taken out within %d iterations: their levels are hardly connected; leave the finest effect out, or drop the rows that hang by a thread", withinIterations)
}

// taken writes what a symmetric round of projections takes out of x into out: x - P₁P₂…P_F…P₂P₁x.
func (a *within) taken(x, out []float64, sums [][]float64) {
	copy(out, x)
	last := len(a.groups) - 1
	for j := 1; j <= last; j++ {
		a.project(j, out, sums)
	}
	for j := last - 1; j >= 0; j-- {
		a.project(j, out, sums)
	}
	for i := range out {
		out[i] = x[i] - out[i]
	}
}

// project subtracts each level's mean.
func (a *within) project(j int, x []float64, sums [][]float64) {
	of, sum, share := a.groups[j].of, sums[j], a.share[j]
	clear(sum)
	if a.w == nil {
		for i, l := range of {
			sum[l] += x[i]
		}
	} else {
		for i, l := range of {
			sum[l] += a.w[i] * x[i]
		}
	}
	for l := range sum {
		sum[l] *= share[l]
	}
	for i, l := range of {
		x[i] -= sum[l]
	}
}

// centre subtracts the mean of all rows, so that large levels cost no digits.
func (a *within) centre(x []float64) {
	var sum, weights float64
	for i, v := range x {
		w := 1.0
		if a.w != nil {
			w = a.w[i]
		}
		sum += w * v
		weights += w
	}
	mean := sum / weights
	for i := range x {
		x[i] -= mean
	}
}

func (a *within) dot(x, y []float64) float64 { return dot(x, y, a.w) }

// dot is the inner product under weights.
func dot(x, y, w []float64) float64 {
	sum := 0.0
	if w == nil {
		for i, v := range x {
			sum += v * y[i]
		}
		return sum
	}
	for i, v := range x {
		sum += w[i] * v * y[i]
	}
	return sum
}
