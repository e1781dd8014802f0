package synthetic

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

// best checks the conditions of an optimum: weights on the simplex, and no point nearer along the direction reached than the point
// reached itself. They are sufficient, since the problem is convex.
func best(t interface{ Errorf(string, ...any) }, gram *mat.SymDense, weights []float64) {
	n := gram.SymmetricDim()
	sum, scale := 0.0, 0.0
	for i, w := range weights {
		if w < 0 {
			t.Errorf("weight %d is %v", i, w)
		}
		sum += w
		scale = max(scale, gram.At(i, i))
	}
	if math.Abs(sum-1) > 1e-9 {
		t.Errorf("weights sum to %v", sum)
	}
	norm := 0.0
	toward := make([]float64, n)
	for j := range n {
		for i, w := range weights {
			toward[j] += w * gram.At(i, j)
		}
		norm += weights[j] * toward[j]
	}
	for j := range n {
		if toward[j] < norm-1e-7*scale {
			t.Errorf("point %d would be better: %v, reached %v", j, toward[j], norm)
		}
	}
}

func TestNoBetterWeights(t *testing.T) {
	d := cigarettes(t)
	for target := range d.Units {
		var points [][]float64
		for j := range d.Units {
			if j == target {
				continue
			}
			line := make([]float64, 19)
			for k := range line {
				line[k] = d.Outcome[j][k] - d.Outcome[target][k]
			}
			points = append(points, line)
		}
		gram := inner(points)
		weights, _ := simplex(gram)
		best(t, gram, weights)
	}
}

func TestAnyPoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, k := rapid.IntRange(1, 40).Draw(t, "points"), rapid.IntRange(1, 20).Draw(t, "coordinates")
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		shift := rapid.Float64Range(0, 3).Draw(t, "shift")
		whole := rapid.Bool().Draw(t, "whole") // many ties
		points := make([][]float64, n)
		for i := range points {
			for range k {
				v := random.NormFloat64() + shift
				if whole {
					v = math.Round(v)
				}
				points[i] = append(points[i], v)
			}
		}
		gram := inner(points)
		weights, _ := simplex(gram)
		best(t, gram, weights)
	})
}

func TestKnownWeights(t *testing.T) {
	// The nearest point of a triangle, by hand: (1,0), (0,1), (2,2) → (½,½).
	weights, unique := simplex(inner([][]float64{{1, 0}, {0, 1}, {2, 2}}))
	for i, want := range []float64{0.5, 0.5, 0} {
		near(t, "weight", weights[i], want, 1e-12)
	}
	if !unique {
		t.Error("these weights are the only ones")
	}
	// The same point twice: any split does.
	if _, unique = simplex(inner([][]float64{{1, 0}, {1, 0}})); unique {
		t.Error("two equal points have many weights")
	}
	// A true mixture is found again, to the last digits that 12 coordinates of 8 points leave.
	random := rand.New(rand.NewPCG(1, 2))
	truth := []float64{0.4, 0.3, 0.2, 0.1, 0, 0, 0, 0}
	donors, unit := make([][]float64, 8), make([]float64, 12)
	for j := range donors {
		donors[j] = make([]float64, 12)
		for k := range donors[j] {
			donors[j][k] = random.NormFloat64()
			unit[k] += truth[j] * donors[j][k]
		}
	}
	for j := range donors {
		for k := range donors[j] {
			donors[j][k] -= unit[k]
		}
	}
	weights, unique = simplex(inner(donors))
	for j, want := range truth {
		near(t, "mixture", weights[j], want, 1e-6)
	}
	if !unique {
		t.Error("8 independent points have one mixture")
	}
}
