package rank

import "math"

// statistic is a measure of association of which one column is permuted again and again.
type statistic interface {
	// value is the statistic with y in this order.
	value(y []float64) float64
	// start sets the order; exchange swaps two of it, and now answers the statistic: cheaper than value.
	start(y []float64)
	exchange(i, j int)
	now() float64
	fork() statistic
}

// spearman is the correlation of ranks.
type spearman struct {
	x, y   []float64 // centred ranks
	scale  float64   // 1/√(Σx²Σy²)
	at     []float64
	moment float64
}

func newSpearman(x, y []float64) *spearman {
	s := &spearman{x: centred(x), y: centred(y)}
	var xx, yy float64
	for i := range s.x {
		xx, yy = xx+s.x[i]*s.x[i], yy+s.y[i]*s.y[i]
	}
	if xx > 0 && yy > 0 {
		s.scale = 1 / (math.Sqrt(xx) * math.Sqrt(yy))
	}
	return s
}

func centred(ranks []float64) []float64 {
	out := make([]float64, len(ranks))
	middle := float64(len(ranks)+1) / 2
	for i, r := range ranks {
		out[i] = r - middle
	}
	return out
}

func (s *spearman) value(y []float64) float64 {
	sum := 0.0
	for i, v := range s.x {
		sum += v * y[i]
	}
	return min(max(sum*s.scale, -1), 1)
}

func (s *spearman) start(y []float64) {
	s.at, s.moment = y, 0
	for i, v := range s.x {
		s.moment += v * y[i]
	}
}

func (s *spearman) exchange(i, j int) {
	s.moment += (s.x[i] - s.x[j]) * (s.at[j] - s.at[i])
	s.at[i], s.at[j] = s.at[j], s.at[i]
}

func (s *spearman) now() float64 { return s.moment * s.scale }

func (s *spearman) fork() statistic { c := *s; return &c }

// kendall is τ-b. Permuting changes neither column's ties, so that only concordant less discordant pairs have to be counted.
type kendall struct {
	x       [][]int8 // sign of x_i - x_j
	scale   float64
	untied  bool // neither column has ties
	at      []float64
	balance int
}

func newKendall(x, y []float64) *kendall {
	k := &kendall{}
	var untiedX, untiedY float64
	for i := range x {
		row := make([]int8, len(x))
		for j := range x {
			row[j] = int8(sign(x[i] - x[j]))
			if j < i {
				untiedX += math.Abs(float64(row[j]))
				untiedY += math.Abs(float64(sign(y[i] - y[j])))
			}
		}
		k.x = append(k.x, row)
	}
	if untiedX > 0 && untiedY > 0 {
		k.scale = 1 / (math.Sqrt(untiedX) * math.Sqrt(untiedY))
	}
	pairs := float64(len(x)*(len(x)-1)) / 2
	k.untied = untiedX == pairs && untiedY == pairs
	return k
}

func sign(v float64) int {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}

func (k *kendall) count(y []float64) int {
	n := 0
	for i := range y {
		for j := range i {
			n += int(k.x[i][j]) * sign(y[i]-y[j])
		}
	}
	return n
}

func (k *kendall) value(y []float64) float64 { return float64(k.count(y)) * k.scale }

func (k *kendall) start(y []float64) { k.at, k.balance = y, k.count(y) }

// exchange changes the pairs of i and j with all others, and turns their own around.
func (k *kendall) exchange(i, j int) {
	u, v := k.at[i], k.at[j]
	ri, rj := k.x[i], k.x[j]
	change := -2 * int(ri[j]) * sign(u-v)
	for l, w := range k.at {
		if d := int(ri[l]) - int(rj[l]); d != 0 && l != i && l != j {
			change += d * (sign(v-w) - sign(u-w))
		}
	}
	k.balance += change
	k.at[i], k.at[j] = v, u
}

func (k *kendall) now() float64 { return float64(k.balance) * k.scale }

func (k *kendall) fork() statistic { c := *k; return &c }
