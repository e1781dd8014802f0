package panel

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
	"gonum.org/v1/gonum/mat"

	"fundtrace/gateway/analytics/design"
)

// webb are the six points of Webb (2023): mean 0, variance 1.
var webb = [6]float64{-math.Sqrt(1.5), -1, -math.Sqrt(0.5), math.Sqrt(0.5), 1, math.Sqrt(1.5)}

// wild is the wild cluster bootstrap-t of one coefficient b with the null imposed (Cameron, Gelbach and Miller 2008), computed as Roodman,
// MacKinnon, Nielsen and Webb (2019): nothing is estimated again. With z the regressor's residual on all others and effects and δ = b̂ - b₀,
// residuals under the null are e + δz. A draw v of one weight for each cluster gives the numerator Σ v_g z_g'(e+δz)_g and scores
// s_g = Σ_h v_h z_g' (I-H)_gh (e+δz)_h, so that t*² is a quotient of quadratics in δ: five numbers for each draw answer for every b₀.
type wild struct {
	clusters, runs int
	weights        string
	enumerated     bool
	seed           uint64
	zz, ze         []float64  // z_g'z_g, z_g'e_g
	tz, te         *mat.Dense // coordinates of z_g and e_g in the space of H, clusters × width
	draws          []quotient
	size           float64 // z'z
	own            float64 // Σ (z_g'e_g)²
}

// quotient is t*² as a function of δ: (a + bδ)² / (c + dδ + eδ²).
type quotient struct{ a, b, c, d, e float64 }

// bootstrap adds the bootstrap test to the coefficients.
func (f *frame) bootstrap(ctx context.Context, m *fitted, r *Result, progress Progress) error {
	b := f.spec.Bootstrap
	for _, name := range b.Only {
		if !slices.Contains(m.names, name) {
			return invalid("bootstrap", "there is no coefficient %.40q to test", name)
		}
	}
	h, err := f.hat(m)
	if err != nil {
		return err
	}
	w := wild{clusters: len(h.rows), runs: b.Runs, weights: b.Weights, seed: b.Seed}
	if err := w.choose(1-f.spec.Level, f.clusters[0].name); err != nil {
		return err
	}
	for j := range r.Coefficients {
		c := &r.Coefficients[j]
		if len(b.Only) > 0 && !slices.Contains(b.Only, c.Name) || len(b.Only) == 0 && c.Name == "constant" {
			continue
		}
		w.prepare(h, m, j)
		if err := w.draw(ctx, func(done int) { progress("bootstrap of "+c.Name, done, w.runs) }); err != nil {
			return err
		}
		c.Bootstrap = w.test(c, 1-f.spec.Level)
	}
	return nil
}

// choose settles weights and runs, and refuses where no draw could reach the level.
func (w *wild) choose(alpha float64, cluster string) error {
	if w.clusters < 2 {
		return design.Refuse("all rows lie in one cluster: there is nothing to draw", "cluster", cluster)
	}
	if w.weights == "auto" {
		w.weights = "rademacher"
		if w.clusters < 8 {
			w.weights = "webb"
		}
	}
	if w.weights == "rademacher" && w.clusters < 31 && 1<<w.clusters <= w.runs {
		w.enumerated, w.runs = true, 1<<w.clusters
	}
	if s := w.smallest(); s > alpha {
		return design.Refuse(fmt.Sprintf("with %d clusters of %s and %s weights the smallest p of the bootstrap is %.3g, above %.3g: nothing could ever be significant", w.clusters, cluster, w.weights, s, alpha),
			"clusters", fmt.Sprint(w.clusters), "smallest", fmt.Sprint(s))
	}
	return nil
}

// smallest is the smallest p that can come out: a draw and its opposite have the same t².
func (w *wild) smallest() float64 {
	points := 2.0
	if w.weights == "webb" {
		points = 6
	}
	s := 2 * math.Pow(points, -float64(w.clusters))
	if !w.enumerated {
		s = max(s, 1/float64(w.runs+1))
	}
	return s
}

func (w *wild) prepare(h *hat, m *fitted, j int) {
	z := make([]float64, len(m.e))
	for l, x := range m.x {
		b := m.inverse.At(l, j) / m.inverse.At(j, j)
		for i, v := range x {
			z[i] += b * v
		}
	}
	width := h.width()
	w.zz, w.ze = make([]float64, w.clusters), make([]float64, w.clusters)
	w.tz, w.te = mat.NewDense(w.clusters, width, nil), mat.NewDense(w.clusters, width, nil)
	w.size, w.own = 0, 0
	for g := range w.clusters {
		zg, eg := h.of(g, z), h.of(g, m.e)
		w.zz[g], w.ze[g] = dot(zg, zg, nil), dot(zg, eg, nil)
		w.size += w.zz[g]
		w.own += w.ze[g] * w.ze[g]
		h.reach(g, zg, w.tz.RawRowView(g))
		h.reach(g, eg, w.te.RawRowView(g))
	}
}

// draw fills in the quotients of all runs, on as many processors as there are. Run r has random numbers of its own: results do not
// depend on the number of processors.
func (w *wild) draw(ctx context.Context, progress func(done int)) error {
	w.draws = make([]quotient, w.runs)
	const chunk = 500
	var done atomic.Int64
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(runtime.GOMAXPROCS(0))
	for from := 0; from < w.runs; from += chunk {
		work.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			_, width := w.tz.Dims()
			v, sz, se := make([]float64, w.clusters), make([]float64, width), make([]float64, width)
			for r := from; r < min(from+chunk, w.runs); r++ {
				w.signs(r, v)
				w.draws[r] = w.quotient(v, sz, se)
			}
			done.Add(int64(min(from+chunk, w.runs) - from))
			return nil
		})
	}
	err := work.Wait()
	progress(int(done.Load()))
	return err
}

// signs writes the weights of run r.
func (w *wild) signs(r int, v []float64) {
	if w.enumerated {
		for g := range v {
			v[g] = 1 - 2*float64(r>>g&1)
		}
		return
	}
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], w.seed)
	binary.LittleEndian.PutUint64(key[8:], uint64(r))
	source := rand.NewChaCha8(key)
	if w.weights == "webb" {
		random := rand.New(source)
		for g := range v {
			v[g] = webb[random.IntN(len(webb))]
		}
		return
	}
	var bits uint64
	for g := range v {
		if g%64 == 0 {
			bits = source.Uint64()
		}
		v[g] = 1 - 2*float64(bits>>(g%64)&1)
	}
}

func (w *wild) quotient(v, sz, se []float64) quotient {
	clear(sz)
	clear(se)
	var q quotient
	for g, x := range v {
		q.a += x * w.ze[g]
		q.b += x * w.zz[g]
		for j, c := range w.tz.RawRowView(g) {
			sz[j] += x * c
		}
		for j, c := range w.te.RawRowView(g) {
			se[j] += x * c
		}
	}
	for g, x := range v {
		row := w.tz.RawRowView(g)
		e, z := x*w.ze[g]-dot(row, se, nil), x*w.zz[g]-dot(row, sz, nil)
		q.c += e * e
		q.d += 2 * e * z
		q.e += z * z
	}
	return q
}

// p is the share of draws whose |t*| is at least |t| when b₀ = b̂ - δ. Drawn at random, the sample itself counts as one more draw.
func (w *wild) p(delta float64) float64 {
	observed := delta * delta * w.size * w.size / w.own
	count := 0
	for _, q := range w.draws {
		top, bottom := q.a+q.b*delta, q.c+q.d*delta+q.e*delta*delta
		if top*top >= observed*(1-1e-9)*bottom {
			count++
		}
	}
	if w.enumerated {
		return float64(count) / float64(w.runs)
	}
	return float64(count+1) / float64(w.runs+1)
}

// test is p of b = 0 and, inverted, the interval of values that are not refused.
func (w *wild) test(c *Coefficient, alpha float64) *BootstrapTest {
	t := &BootstrapTest{P: w.p(c.Estimate), Runs: w.runs, Weights: w.weights, Enumerated: w.enumerated, Smallest: w.smallest(), Seed: w.seed}
	t.Low, t.High = w.bound(c, alpha, 1), w.bound(c, alpha, -1)
	return t
}

// bound looks for the last value on one side that is not refused, from the estimate outwards and then by bisection.
func (w *wild) bound(c *Coefficient, alpha, side float64) *float64 {
	se := math.Sqrt(w.own) / w.size
	if se == 0 {
		v := c.Estimate
		return &v
	}
	in, out := 0.0, se
	for w.p(side*out) > alpha {
		if in, out = out, out*1.5; out > 1000*se {
			return nil
		}
	}
	for range 60 {
		middle := (in + out) / 2
		if w.p(side*middle) > alpha {
			in = middle
		} else {
			out = middle
		}
	}
	v := c.Estimate - side*in
	return &v
}
