package panel

import (
	"context"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize/convex/lp"
)

// Which rows are separated, by linear programming: the greatest Σ z over z = Xγ with z = 0 where y > 0 and 0 ≤ z ≤ 1 where y = 0 is
// taken again and again without the rows found, until it is 0.
func separatedByProgram(x *mat.Dense, y []float64) []bool {
	out := make([]bool, len(y))
	_, p := x.Dims()
	for {
		var at []int // rows of y = 0 that are left
		var fixed []int
		for i, v := range y {
			switch {
			case v > 0:
				fixed = append(fixed, i)
			case !out[i]:
				at = append(at, i)
			}
		}
		// z = B·u with u free: null space of the fixed rows
		basis := null(x, fixed, p)
		if basis == nil || len(at) == 0 {
			return out
		}
		_, k := basis.Dims()
		var z mat.Dense
		rows := mat.NewDense(len(at), p, nil)
		for a, i := range at {
			rows.SetRow(a, x.RawRowView(i))
		}
		z.Mul(rows, basis)
		// variables: u⁺, u⁻ (k each), slack of z ≥ 0, slack of z ≤ 1
		n := len(at)
		c := make([]float64, 2*k+2*n)
		a := mat.NewDense(2*n, 2*k+2*n, nil)
		b := make([]float64, 2*n)
		for i := range n {
			for j := range k {
				v := z.At(i, j)
				c[j] -= v
				c[k+j] += v
				a.Set(i, j, v)
				a.Set(i, k+j, -v)
				a.Set(n+i, j, v)
				a.Set(n+i, k+j, -v)
			}
			a.Set(i, 2*k+i, -1)
			a.Set(n+i, 2*k+n+i, 1)
			b[n+i] = 1
		}
		_, u, err := lp.Simplex(c, a, b, 1e-9, nil)
		if err != nil {
			return nil
		}
		found := false
		for i := range n {
			v := 0.0
			for j := range k {
				v += z.At(i, j) * (u[j] - u[k+j])
			}
			if v > 1e-6 {
				out[at[i]], found = true, true
			}
		}
		if !found {
			return out
		}
	}
}

// null is a basis of the combinations of columns that vanish on the rows; nil where there is none but 0 on all rows.
func null(x *mat.Dense, rows []int, p int) *mat.Dense {
	gram := mat.NewSymDense(p, nil)
	for _, i := range rows {
		gram.SymRankOne(gram, 1, x.RowView(i))
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(gram, true) {
		return nil
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	var columns [][]float64
	for l, v := range eigen.Values(nil) {
		if v < 1e-9 {
			column := mat.Col(nil, l, &vectors)
			var on mat.VecDense
			on.MulVec(x, mat.NewVecDense(p, column))
			if mat.Norm(&on, 2) > 1e-7 {
				columns = append(columns, column)
			}
		}
	}
	if len(columns) == 0 {
		return nil
	}
	out := mat.NewDense(p, len(columns), nil)
	for j, c := range columns {
		out.SetCol(j, c)
	}
	return out
}

// The iterative rectifier finds the rows that linear programming finds, on small random panels full of zeros.
func TestRectifierIsLinearProgramming(t *testing.T) {
	random := rand.New(rand.NewPCG(17, 18))
	checked, withSeparation := 0, 0
	for range 450 {
		n := 12 + random.IntN(12)
		d := &Data{Rows: n, Numbers: map[string][]float64{}, Keys: map[string][]string{"unit": make([]string, n), "year": make([]string, n)}}
		for _, name := range []string{"count", "a", "b"} {
			d.Numbers[name] = make([]float64, n)
		}
		for i := range n {
			d.Keys["unit"][i], d.Keys["year"][i] = strconv.Itoa(random.IntN(3)), strconv.Itoa(random.IntN(2))
			d.Numbers["a"][i] = float64(random.IntN(3))
			d.Numbers["b"][i] = float64(random.IntN(2)) * random.NormFloat64()
			d.Numbers["count"][i] = float64(max(0, random.IntN(9)-5))
			if d.Numbers["a"][i] == 2 && random.IntN(5) > 0 {
				d.Numbers["count"][i] = 0
			}
		}
		effects := [][]string{nil, {"unit"}, {"unit", "year"}}[checked%3]
		x := dummies(d, effects, []string{"a", "b"}, d.Numbers["count"], nil).x
		want := separatedByProgram(x, d.Numbers["count"])
		if want == nil || slices.Max(d.Numbers["count"]) == 0 {
			continue
		}
		f, err := newFrame(d, Spec{Outcome: "count", Regressors: []string{"a", "b"}, Effects: effects, Estimator: "ppml", KeepSingletons: true}.filled())
		if err != nil {
			t.Fatal(err)
		}
		if err := f.dropSeparated(context.Background()); err != nil {
			t.Fatal(err)
		}
		got := slices.Repeat([]bool{true}, n)
		for _, r := range f.rows {
			got[r] = false
		}
		checked++
		if count(want) > 0 {
			withSeparation++
		}
		if !slices.Equal(got, want) {
			t.Errorf("%v: rectifier %v, program %v; y %v a %v b %v unit %v year %v", effects, got, want, d.Numbers["count"], d.Numbers["a"], d.Numbers["b"], d.Keys["unit"], d.Keys["year"])
		}
		if len(f.notes) > 0 {
			t.Error(f.notes)
		}
	}
	if checked < 250 || withSeparation < 60 {
		t.Errorf("%d panels, %d with separation", checked, withSeparation)
	}
}
