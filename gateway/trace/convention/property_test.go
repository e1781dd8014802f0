package convention

import (
	"context"
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// drawMovements makes a random history in which accounts mostly have what they pay.
func drawMovements(t *rapid.T) []Movement {
	accounts := rapid.IntRange(2, 6).Draw(t, "accounts")
	days := rapid.IntRange(1, 6).Draw(t, "days")
	balance := make([]int64, accounts)
	var out []Movement
	for i := range rapid.IntRange(3, 30).Draw(t, "movements") {
		day := i * days / 30
		m := Movement{ID: fmt.Sprintf("m%02d", i), Seq: int64(i), Date: fmt.Sprintf("2026-01-%02d", 1+day)}
		to := rapid.IntRange(0, accounts-1).Draw(t, "to")
		from := rapid.IntRange(0, accounts-1).Draw(t, "from")
		m.To = fmt.Sprint("a", to)
		if from != to && balance[from] > 0 && rapid.IntRange(0, 3).Draw(t, "new") > 0 {
			m.From = fmt.Sprint("a", from)
			m.Amount = rapid.Int64Range(1, balance[from]+rapid.Int64Range(0, 1).Draw(t, "over")).Draw(t, "amount")
			balance[from] = max(0, balance[from]-m.Amount)
			if rapid.IntRange(0, 9).Draw(t, "out") == 0 {
				m.To = ""
			}
		} else {
			m.Amount = rapid.Int64Range(1, 1000).Draw(t, "amount")
			m.Tag = rapid.SampledFrom([]string{"gov", "own", "soc"}).Draw(t, "tag")
		}
		if m.To != "" {
			balance[to] += m.Amount
		}
		out = append(out, m)
	}
	return out
}

// Every conserving method attributes each movement to the unit, and its figure lies within the bounds.
func TestMethodsConserveAndLieWithinBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, err := Open(drawMovements(t), rapid.SampledFrom([]Order{BySequence, CreditsFirst}).Draw(t, "order"))
		if err != nil {
			t.Fatal(err)
		}
		target := rapid.SampledFrom(b.Accounts()).Draw(t, "target")
		absorbed := b.Absorb(target)
		for _, source := range absorbed.Sources() {
			bounds, err := Bound(context.Background(), b, source, target)
			if err != nil {
				t.Fatal(err)
			}
			if bounds.Least < 0 || bounds.Most > bounds.Inflow || bounds.Least > bounds.Most {
				t.Fatalf("bounds %+v", bounds)
			}
			for _, o := range []Options{{Method: FIFO}, {Method: FIFO, Inside: Ordered}, {Method: LIFO}, {Method: LIFO, Inside: Ordered}, {Method: ProRata},
				{Method: LIBR, Protected: source}, {Method: Specific}, {Method: Specific, Inside: Ordered}} {
				r, err := Run(context.Background(), absorbed, o)
				if err != nil {
					t.Fatal(err)
				}
				for i := range r.Carried {
					if got := sum(r.Carried[i]); got != absorbed.Movements[i].Amount {
						t.Fatalf("%s: movement %s of %d carries %d", r.Version, absorbed.Movements[i].ID, absorbed.Movements[i].Amount, got)
					}
				}
				if got := r.Of(r.Into(target), source); got < bounds.Least || got > bounds.Most {
					t.Fatalf("%s: %d of %s reached %s, outside %+v", r.Version, got, source, target, bounds)
				}
			}
		}
	})
}

// The bounds are attained: an independent search by augmenting paths finds the same value.
func TestLargestFlowAgreesWithAugmentingPaths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, err := Open(drawMovements(t), BySequence)
		if err != nil {
			t.Fatal(err)
		}
		target := rapid.SampledFrom(b.Accounts()).Draw(t, "target")
		source := rapid.SampledFrom([]string{"gov", "own", "soc"}).Draw(t, "source")
		build := func() *network {
			g, err := expand(b.Absorb(target), target, func(tag string) bool { return tag == source })
			if err != nil {
				t.Fatal(err)
			}
			return g
		}
		got, err := build().maxFlow(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if want := augment(build()); got != want {
			t.Fatalf("flow is %d, augmenting paths give %d", got, want)
		}
	})
}

// augment is Ford and Fulkerson by depth-first search.
func augment(g *network) (value int64) {
	for {
		seen := make([]bool, g.nodes)
		var walk func(v int32, room int64) int64
		walk = func(v int32, room int64) int64 {
			if v == g.sink {
				return room
			}
			seen[v] = true
			for e := range g.tail {
				if g.tail[e] == v && g.room[e] > 0 && !seen[g.head[e]] {
					if pushed := walk(g.head[e], min(room, g.room[e])); pushed > 0 {
						g.room[e] -= pushed
						g.room[e^1] += pushed
						return pushed
					}
				}
			}
			return 0
		}
		pushed := walk(g.source, 1<<62)
		if pushed == 0 {
			return value
		}
		value += pushed
	}
}
