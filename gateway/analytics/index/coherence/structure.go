package coherence

import (
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// Alpha answers Cronbach's alpha of columns, from their covariances: k²·mean covariance/sum of all of them. Covariances are of
// the rows that two columns share, as COINr has it. NaN for fewer than two columns.
func Alpha(columns [][]float64) float64 {
	k := float64(len(columns))
	if k < 2 {
		return math.NaN()
	}
	var all, own float64
	for i := range columns {
		for j := range columns {
			a, b := complete(columns[i], columns[j])
			if len(a) < 2 {
				return math.NaN()
			}
			c := stat.Covariance(a, b, nil)
			if all += c; i == j {
				own += c
			}
		}
	}
	if all == 0 {
		return math.NaN()
	}
	return k * k * (all - own) / (k*k - k) / all
}

// Components is a principal component analysis of the correlation matrix.
type Components struct {
	Rows        int         `json:"rows"` // without a gap in any column
	Eigenvalues []float64   `json:"eigenvalues"`
	Share       []float64   `json:"share"` // of variance
	Cumulative  []float64   `json:"cumulative"`
	Kaiser      int         `json:"kaiser"`   // components with an eigenvalue above 1
	Loadings    [][]float64 `json:"loadings"` // component × column; each has length 1, and its greatest entry is positive
}

// PCA analyses columns of the rows that have all of them. It answers nil where fewer rows than columns are complete, or a
// column does not vary in them.
func PCA(columns [][]float64) *Components {
	k := len(columns)
	if k < 2 {
		return nil
	}
	full := make([][]float64, k)
rows:
	for i := range columns[0] {
		for _, c := range columns {
			if math.IsNaN(c[i]) {
				continue rows
			}
		}
		for j, c := range columns {
			full[j] = append(full[j], c[i])
		}
	}
	n := len(full[0])
	if n <= k {
		return nil
	}
	r := mat.NewSymDense(k, nil)
	for i := range full {
		for j := range i + 1 {
			v := product(full[i], full[j])
			if math.IsNaN(v) {
				return nil
			}
			r.SetSym(i, j, v)
		}
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(r, true) {
		return nil
	}
	values := eigen.Values(nil) // in ascending order
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	out := &Components{Rows: n}
	cumulative := 0.0
	for c := k - 1; c >= 0; c-- {
		value := max(values[c], 0)
		cumulative += value / float64(k)
		out.Eigenvalues, out.Share, out.Cumulative = append(out.Eigenvalues, value), append(out.Share, value/float64(k)), append(out.Cumulative, cumulative)
		if value > 1 {
			out.Kaiser++
		}
		loading := mat.Col(nil, c, &vectors)
		greatest := 0.0
		for _, v := range loading {
			if math.Abs(v) > math.Abs(greatest)+1e-12 {
				greatest = v
			}
		}
		if greatest < 0 {
			for i := range loading {
				loading[i] = -loading[i]
			}
		}
		out.Loadings = append(out.Loadings, loading)
	}
	return out
}
