package panel

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/mat"

	"fundtrace/gateway/analytics/design"
)

// maxCluster bounds the rows of a cluster under CR2: an eigenvalue problem of that size is solved for each.
const maxCluster = 2_000

// reduced is the bias-reduced covariance CR2 of Bell and McCaffrey (2002) with the degrees of freedom of Satterthwaite, for models with
// absorbed effects as Pustejovsky and Tipton (2018):
//
//	V = M Σ_g X_g' A_g e_g e_g' A_g' X_g M,  A_g = (W⁻¹ (I - H_gg) W⁻¹)^(+1/2) W⁻¹,  M = (X'X)⁻¹
//
// over rows scaled by √weight, W the weights, H the projection on regressors and all effects, (+1/2) the square root of the pseudo-inverse.
// It is without bias where errors are independent with variances inverse to the weights. For one coefficient with
// p_g = (I-H)_g' A_g' X_g M c the degrees of freedom are (Σ p_g'p_g)² / Σ_g Σ_h (p_g'p_h)².
func (f *frame) reduced(m *fitted) (*spread, error) {
	h, err := f.hat(m)
	if err != nil {
		return nil, err
	}
	clusters, k := len(h.rows), len(m.x)
	direction := make([][]float64, k) // X M c of each coefficient
	for j := range k {
		direction[j] = make([]float64, f.sample.Used)
		for l, x := range m.x {
			b := m.inverse.At(l, j)
			for i, v := range x {
				direction[j][i] += b * v
			}
		}
	}
	width := h.width()
	s := &spread{v: mat.NewSymDense(k, nil), df: make([]float64, k)}
	own := make([]*mat.SymDense, clusters) // p_g'p_g of each pair of coefficients
	tied := make([]*mat.Dense, k)          // coordinates of a_g
	score := mat.NewVecDense(k, nil)
	for j := range k {
		tied[j] = mat.NewDense(clusters, width, nil)
	}
	for g := range clusters {
		if len(h.rows[g]) > maxCluster {
			return nil, design.Refuse(fmt.Sprintf("a cluster of %s has %d rows, and CR2 takes at most %d: take cr1, or finer clusters", f.clusters[0].name, len(h.rows[g]), maxCluster), "cluster", f.clusters[0].name)
		}
		left := h.block(g)
		adjust, err := inverseRoot(h.weighted(g, left))
		if err != nil {
			return nil, err
		}
		e, n := h.of(g, m.e), len(h.rows[g])
		adjusted := mat.NewDense(n, k, nil)
		for j := range k {
			var a mat.VecDense
			a.MulVec(adjust, mat.NewVecDense(n, h.of(g, direction[j])))
			for l, i := range h.rows[g] {
				a.SetVec(l, a.AtVec(l)/(h.root[i]*h.root[i]))
			}
			adjusted.SetCol(j, a.RawVector().Data)
			score.SetVec(j, mat.Dot(&a, mat.NewVecDense(n, e)))
			h.reach(g, a.RawVector().Data, tied[j].RawRowView(g))
		}
		own[g] = quadratic(adjusted, left)
		s.v.SymRankOne(s.v, 1, score)
	}
	var low []string
	for j := range k {
		s.df[j] = satterthwaite(own, tied, j)
		if s.df[j] < 4 {
			low = append(low, fmt.Sprintf("%s (%.1f)", m.names[j], s.df[j]))
		}
		if !(s.df[j] > 0) {
			return nil, design.Refuse(fmt.Sprintf("the coefficient of %s comes from too few clusters for CR2: take the bootstrap, or other effects", m.names[j]), "x", m.names[j])
		}
	}
	if len(low) > 0 {
		s.notes = append(s.notes, "fewer than 4 degrees of freedom, so that p-values are rough (Tipton 2015): "+strings.Join(low, ", "))
	}
	s.eta = func(at []int) float64 { return hotelling(m.inverse, own, tied, at) }
	s.joint = true
	s.convention = fmt.Sprintf("cr2 (Bell and McCaffrey 2002; Pustejovsky and Tipton 2018), clustered by %s, %d clusters; t with Satterthwaite's degrees of freedom for each coefficient", f.clusters[0].name, clusters)
	return s, nil
}

// inverseRoot is the square root of the pseudo-inverse of a matrix without negative eigenvalues.
func inverseRoot(b *mat.SymDense) (*mat.SymDense, error) {
	var eigen mat.EigenSym
	if !eigen.Factorize(b, true) {
		return nil, design.Refuse("the eigenvalues of a cluster were not found: take cr1")
	}
	n := b.SymmetricDim()
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	for l, value := range eigen.Values(nil) {
		scale := 0.0
		if value > collinear {
			scale = math.Pow(value, -0.25)
		}
		for i := range n {
			vectors.Set(i, l, vectors.At(i, l)*scale)
		}
	}
	out := mat.NewSymDense(n, nil)
	out.SymOuterK(1, &vectors)
	return out, nil
}

// quadratic is a'·b·a.
func quadratic(a *mat.Dense, b mat.Symmetric) *mat.SymDense {
	_, k := a.Dims()
	var half, whole mat.Dense
	half.Mul(b, a)
	whole.Mul(a.T(), &half)
	out := mat.NewSymDense(k, nil)
	for i := range k {
		for j := i; j < k; j++ {
			out.SetSym(i, j, whole.At(i, j))
		}
	}
	return out
}

// satterthwaite answers (tr P)² / tr(PP) of the matrix P of p_g'p_h of coefficient j: own on the diagonal, and for two clusters less the
// product of their coordinates.
func satterthwaite(own []*mat.SymDense, tied []*mat.Dense, j int) float64 {
	clusters, width := tied[j].Dims()
	trace, square := 0.0, 0.0
	for g := range own {
		row := tied[j].RawRowView(g)
		a, b := own[g].At(j, j), dot(row, row, nil)
		trace += a
		square += a*a - b*b
	}
	var inner mat.Dense // the smaller of the two products has the same norm
	if clusters <= width {
		inner.Mul(tied[j], tied[j].T())
	} else {
		inner.Mul(tied[j].T(), tied[j])
	}
	norm := mat.Norm(&inner, 2) // Frobenius
	square += norm * norm
	return trace * trace / square
}

// maxJoint bounds clusters × coefficients of a joint test.
const maxJoint = 5_000

// hotelling answers the degrees of freedom η of the approximate Hotelling test of several coefficients (Zhang 2012 as in Pustejovsky and Tipton
// 2018): the covariance, whitened by its expectation, is taken as Wishart, and η matches the variances of its entries:
//
//	η = q(q+1) / Σ_st Σ_gh [p_sg'p_sh · p_tg'p_th + p_sg'p_th · p_tg'p_sh]
//
// over whitened contrasts s and t. Then F = (η-q+1)/(ηq)·Q has q and η-q+1 degrees of freedom. 0 where it is too large to compute.
func hotelling(inverse *mat.SymDense, own []*mat.SymDense, tied []*mat.Dense, at []int) float64 {
	q, clusters := len(at), len(own)
	if q*clusters > maxJoint {
		return 0
	}
	expected := mat.NewSymDense(q, nil)
	for i, a := range at {
		for j := i; j < q; j++ {
			expected.SetSym(i, j, inverse.At(a, at[j])/math.Sqrt(inverse.At(a, a)*inverse.At(at[j], at[j])))
		}
	}
	white, err := inverseRoot(expected)
	if err != nil {
		return 0
	}
	contrast := func(i, s int) float64 { return white.At(i, s) / math.Sqrt(inverse.At(at[i], at[i])) }
	_, width := tied[0].Dims()
	reach := make([]*mat.Dense, q) // coordinates of the whitened contrasts
	for s := range q {
		reach[s] = mat.NewDense(clusters, width, nil)
		for i, a := range at {
			var part mat.Dense
			part.Scale(contrast(i, s), tied[a])
			reach[s].Add(reach[s], &part)
		}
	}
	p := make([][]*mat.Dense, q) // p_sg'p_th
	for s := range q {
		p[s] = make([]*mat.Dense, q)
		for t := range q {
			p[s][t] = mat.NewDense(clusters, clusters, nil)
			p[s][t].Mul(reach[s], reach[t].T())
			p[s][t].Scale(-1, p[s][t])
			for g := range clusters {
				v := 0.0
				for i, a := range at {
					for j, b := range at {
						v += contrast(i, s) * contrast(j, t) * own[g].At(a, b)
					}
				}
				p[s][t].Set(g, g, v)
			}
		}
	}
	variance := 0.0
	for s := range q {
		for t := range q {
			for g := range clusters {
				for h := range clusters {
					variance += p[s][s].At(g, h)*p[t][t].At(g, h) + p[s][t].At(g, h)*p[t][s].At(g, h)
				}
			}
		}
	}
	return float64(q*(q+1)) / variance
}
