package rank

import (
	"context"
	"fmt"
	"math"
	"strconv"

	"gonum.org/v1/gonum/stat/distuv"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/design"
)

// exactUpTo is the number of values whose orders are all enumerated: 11! = 39,916,800.
const exactUpTo = 11

// countedUpTo is the number of values without ties whose orders are counted by τ instead of looked at: 20! is the last to fit 64 bits.
const countedUpTo = 20

// Options of a permutation test.
type Options struct {
	// Statistic is "spearman" (the default) or "kendall".
	Statistic string `json:"statistic,omitempty"`
	// Draws is how many orders are drawn at random where they cannot all be enumerated; 0 means 99,999.
	Draws int    `json:"draws,omitempty"`
	Seed  uint64 `json:"seed,omitempty"`
	// Block keeps runs of this many rows together, in the order given, and permutes the runs: what is left of serial dependence within a run
	// stays. 0 and 1 permute freely, which takes rows as exchangeable.
	Block int `json:"block,omitempty"`
	// Level is that of the interval, and what the smallest attainable p is held against; 0 means 0.95.
	Level float64 `json:"level,omitempty"`
}

// Test is a permutation test of no association, two-sided.
type Test struct {
	Statistic    string  `json:"statistic"`
	Estimate     float64 `json:"estimate"`
	N            int     `json:"n"`
	P            float64 `json:"p"`            // share of orders whose statistic is at least as far from 0
	Exact        bool    `json:"exact"`        // all orders were enumerated
	Permutations int     `json:"permutations"` // orders looked at
	Smallest     float64 `json:"smallest"`     // the smallest p that could come out
	// Low and High are an interval of ρ by Fisher's z with the variance of Bonett and Wright (2000), (1+ρ²/2)/(n-3), or of τ with that of Fieller,
	// Hartley and Pearson (1957), 0.437/(n-4). It takes rows as independent, and is approximate where P is exact.
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	Block int     `json:"block,omitempty"`
	Seed  uint64  `json:"seed,omitempty"` // where orders were drawn
}

// Permute tests whether two columns go together, over the rows that both have. With at most 11 values (20 for τ without ties) every order
// counts and p is exact; beyond, orders are drawn and the sample itself counts as one. Errors: FIELD_INVALID (options), DESIGN_REFUSED where a column
// does not vary or no order could give a p below 1 - Level, and the context's.
func Permute(ctx context.Context, x, y []float64, o Options) (*Test, error) {
	if err := o.fill(); err != nil {
		return nil, err
	}
	a, b := complete(x, y)
	n := len(a)
	blocks := (n + o.Block - 1) / o.Block
	orders := factorial(blocks)
	t := &Test{Statistic: o.Statistic, N: n, Block: o.Block, Smallest: 1 / orders}
	if o.Block == 1 {
		t.Block, t.Smallest = 0, 2/orders // the opposite order is as far from 0
	}
	t.Exact = blocks <= exactUpTo || orders <= float64(o.Draws)+1
	if !t.Exact {
		t.Smallest, t.Seed = max(t.Smallest, 1/float64(o.Draws+1)), o.Seed
	}
	if n < 3 || t.Smallest > 1-o.Level {
		return nil, design.Refuse(fmt.Sprintf("%d values in %d exchangeable pieces cannot give a p below %.3g, and %.3g is asked for: at least %d pieces are needed", n, blocks, t.Smallest, 1-o.Level, o.pieces()),
			"n", strconv.Itoa(n), "pieces", strconv.Itoa(blocks))
	}
	s, start, err := o.statistic(a, b)
	if err != nil {
		return nil, err
	}
	t.Estimate = s.value(start)
	far := math.Abs(t.Estimate) - 1e-12
	k, ok := s.(*kendall)
	switch {
	case ok && k.untied && o.Block == 1 && n <= countedUpTo:
		t.Exact, t.Smallest, t.Seed = true, 2/orders, 0
		t.Permutations, t.P = int(orders), exactTrend(n, k.count(start))
	case t.Exact:
		t.Permutations = int(orders)
		t.P, err = enumerate(ctx, s, start, o.Block, far)
	default:
		t.Permutations = o.Draws
		t.P, err = o.draw(ctx, s, start, far)
	}
	if err != nil {
		return nil, err
	}
	t.interval(o.Level)
	return t, nil
}

func (o *Options) fill() error {
	if o.Statistic == "" {
		o.Statistic = "spearman"
	}
	if o.Draws == 0 {
		o.Draws = 99_999
	}
	if o.Level == 0 {
		o.Level = 0.95
	}
	o.Block = max(o.Block, 1)
	switch {
	case o.Statistic != "spearman" && o.Statistic != "kendall":
		return refuse("statistic", "%.40q is no statistic: it is spearman or kendall", o.Statistic)
	case o.Draws < 99 || o.Draws > 100_000_000:
		return refuse("draws", "a permutation test takes 99 to 100,000,000 draws, not %d", o.Draws)
	case o.Level <= 0 || o.Level >= 1:
		return refuse("level", "the level lies between 0 and 1, not %g", o.Level)
	}
	return nil
}

func refuse(field, format string, args ...any) error {
	return ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf(format, args...), "field", field)
}

// pieces is how many exchangeable pieces reach the level.
func (o *Options) pieces() int {
	sides := 1.0
	if o.Block == 1 {
		sides = 2
	}
	for n := 2; ; n++ {
		if sides/factorial(n) <= 1-o.Level {
			return n
		}
	}
}

func (o *Options) statistic(a, b []float64) (s statistic, start []float64, err error) {
	x, y := Ranks(a), Ranks(b)
	flat := design.Refuse("one of the columns does not vary: there is no association to test")
	if o.Statistic == "kendall" {
		k := newKendall(x, y)
		if k.scale == 0 {
			return nil, nil, flat
		}
		return k, y, nil
	}
	p := newSpearman(x, y)
	if p.scale == 0 {
		return nil, nil, flat
	}
	return p, p.y, nil
}

func factorial(n int) float64 {
	f := 1.0
	for i := 2; i <= n; i++ {
		f *= float64(i)
	}
	return f
}

// interval is by Fisher's z. A perfect order has no z: the interval is then that of the next best order, with 1 as its other end.
func (t *Test) interval(level float64) {
	n, r := float64(t.N), t.Estimate
	variance := (1 + r*r/2) / (n - 3)
	next := 1 - 12/(n*(n*n-1))
	if t.Statistic == "kendall" {
		variance, next = 0.437/(n-4), 1-4/(n*(n-1))
	}
	half := distuv.UnitNormal.Quantile(0.5+level/2) * math.Sqrt(variance)
	z := math.Atanh(min(max(r, -next), next))
	t.Low, t.High = math.Tanh(z-half), math.Tanh(z+half)
	if r > next {
		t.High = 1
	}
	if r < -next {
		t.Low = -1
	}
}
