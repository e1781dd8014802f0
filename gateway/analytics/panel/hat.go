package panel

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"fundtrace/gateway/analytics/design"
)

// maxHat bounds rows × columns of the part of the hat matrix that is kept as numbers: 400 MB.
const maxHat = 50_000_000

// hat is the projection on regressors and effects, H = H₁ + QQ', over rows scaled by √weight: H₁ takes the mean of each level of the
// largest effect that is nested in the clusters (or else the largest), Q is orthonormal and spans what the other effects and the
// regressors add. CR2 and the bootstrap need blocks of it; it is never made whole.
type hat struct {
	rows   [][]int // of each cluster
	root   []float64
	first  *group
	share  []float64 // 1/√(weight of a level of first)
	nested bool      // first lies in the clusters: it ties no two clusters together
	q      *mat.Dense
}

func (f *frame) hat(m *fitted) (*hat, error) {
	h := &hat{rows: make([][]int, f.clusters[0].levels), root: repeat(1, f.sample.Used)}
	for i, l := range f.clusters[0].of {
		h.rows[l] = append(h.rows[l], i)
	}
	for i, w := range f.w {
		h.root[i] = math.Sqrt(w)
	}
	at := -1
	for j, e := range m.d.info {
		if at < 0 || e.Nested && !m.d.info[at].Nested || e.Nested == m.d.info[at].Nested && e.Levels > m.d.info[at].Levels {
			at = j
		}
	}
	others := slices.Clone(f.effects)
	if at >= 0 {
		h.first, h.nested = &f.effects[at], m.d.info[at].Nested
		others = slices.Delete(others, at, at+1)
	}
	return h, h.span(f, m, others)
}

// span makes Q.
func (h *hat) span(f *frame, m *fitted, others []group) error {
	n, p := f.sample.Used, len(m.x)
	for _, g := range others {
		p += g.levels
	}
	if n*p > maxHat || (h.first != nil && !h.nested && h.first.levels*len(h.rows) > maxHat) {
		return design.Refuse(fmt.Sprintf("CR2 and the bootstrap keep rows × levels as numbers, and %d × %d are too many: with that many clusters cr1 is as good", n, p), "rows", fmt.Sprint(n), "levels", fmt.Sprint(p))
	}
	columns, sizes := make([][]float64, 0, p), make([]float64, 0, p) // sizes before the first effect is taken out
	for _, x := range m.x {
		columns, sizes = append(columns, slices.Clone(x)), append(sizes, dot(x, x, f.w))
	}
	for _, g := range others {
		dummies := make([][]float64, g.levels)
		for l := range dummies {
			dummies[l] = make([]float64, n)
		}
		for i, l := range g.of {
			dummies[l][i] = 1
		}
		for _, c := range dummies {
			columns, sizes = append(columns, c), append(sizes, dot(c, c, f.w))
		}
	}
	if h.first != nil {
		take := newWithin([]group{*h.first}, f.w)
		h.share = make([]float64, h.first.levels)
		for l, s := range take.share[0] {
			h.share[l] = math.Sqrt(s)
		}
		sums := [][]float64{make([]float64, h.first.levels)}
		for _, c := range columns[len(m.x):] {
			take.project(0, c, sums)
			take.project(0, c, sums)
		}
	}
	for _, c := range columns {
		for i, r := range h.root {
			c[i] *= r
		}
	}
	h.q = orthonormal(columns, sizes, n)
	return nil
}

// orthonormal makes an orthonormal basis of columns, dropping those of which next to nothing of their size is left: Gram and Schmidt,
// twice (Kahan's "twice is enough").
func orthonormal(columns [][]float64, sizes []float64, n int) *mat.Dense {
	var basis [][]float64
	for j, c := range columns {
		for range 2 {
			for _, b := range basis {
				s := dot(b, c, nil)
				for i := range c {
					c[i] -= s * b[i]
				}
			}
		}
		after := dot(c, c, nil)
		if after <= collinear*sizes[j] {
			continue
		}
		scale := 1 / math.Sqrt(after)
		for i := range c {
			c[i] *= scale
		}
		basis = append(basis, c)
	}
	q := mat.NewDense(n, len(basis), nil)
	for j, b := range basis {
		q.SetCol(j, b)
	}
	return q
}

// block is I - H of the rows of one cluster.
func (h *hat) block(g int) *mat.SymDense {
	rows := h.rows[g]
	out := mat.NewSymDense(len(rows), nil)
	for a, i := range rows {
		qi := h.q.RawRowView(i)
		for b := a; b < len(rows); b++ {
			j := rows[b]
			v := -dot(qi, h.q.RawRowView(j), nil)
			if h.first != nil && h.first.of[i] == h.first.of[j] {
				s := h.share[h.first.of[i]]
				v -= h.root[i] * h.root[j] * s * s
			}
			if a == b {
				v++
			}
			out.SetSym(a, b, v)
		}
	}
	return out
}

// weighted is W⁻¹ b W⁻¹ of the rows of one cluster, W their weights.
func (h *hat) weighted(g int, b *mat.SymDense) *mat.SymDense {
	rows := h.rows[g]
	out := mat.NewSymDense(len(rows), nil)
	for a, i := range rows {
		for c := a; c < len(rows); c++ {
			w := h.root[i] * h.root[rows[c]]
			out.SetSym(a, c, b.At(a, c)/(w*w))
		}
	}
	return out
}

// width is the number of coordinates that reach writes.
func (h *hat) width() int {
	_, p := h.q.Dims()
	if h.first != nil && !h.nested {
		p += h.first.levels
	}
	return p
}

// reach writes the coordinates of a vector of one cluster, scaled by √weight and 0 elsewhere, in the space that H projects on: for two
// clusters, v'H w is the inner product of their coordinates. Where the first effect is nested its part is left out: it ties no two
// clusters together, and within one it vanishes for vectors that are orthogonal to it, as residuals are.
func (h *hat) reach(g int, v, out []float64) {
	clear(out)
	_, p := h.q.Dims()
	for a, i := range h.rows[g] {
		x := v[a]
		for j, q := range h.q.RawRowView(i) {
			out[j] += q * x
		}
		if h.first != nil && !h.nested {
			l := h.first.of[i]
			out[p+int(l)] += h.share[l] * h.root[i] * x
		}
	}
}

// of takes a vector's rows of one cluster, scaled by √weight.
func (h *hat) of(g int, v []float64) []float64 {
	out := make([]float64, len(h.rows[g]))
	for a, i := range h.rows[g] {
		out[a] = v[i] * h.root[i]
	}
	return out
}
