package convention

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Histories that share no account do not touch each other, in whatever order a file lists them and however their payments
// are numbered among each other.
func TestIndependentAccountsDoNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		order := rapid.SampledFrom([]Order{BySequence, CreditsFirst}).Draw(t, "order")
		first, second := drawMovements(t), drawMovements(t)
		shift := rapid.Int64Range(-40, 40).Draw(t, "shift")
		for i := range second {
			m := &second[i]
			m.ID, m.Seq = "x"+m.ID, m.Seq+shift
			for _, name := range []*string{&m.From, &m.To, &m.Tag} {
				if *name != "" {
					*name = "x" + *name
				}
			}
		}
		together := slices.Concat(first, second)
		shuffled := rapid.Permutation(together).Draw(t, "shuffled")
		alone, err := Open(first, order)
		if err != nil {
			t.Fatal(err)
		}
		both, err := Open(shuffled, order)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range []Options{{Method: FIFO}, {Method: LIFO, Inside: Ordered}, {Method: ProRata}, {Method: LIBR, Protected: "gov"}, {Method: Poison, Protected: "gov"}, {Method: Specific}} {
			want, err := Run(t.Context(), alone, o)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Run(t.Context(), both, o)
			if err != nil {
				t.Fatal(err)
			}
			for i, m := range alone.Movements {
				k, _ := both.Movement(m.ID)
				for _, source := range want.Sources {
					if x, y := want.Of(want.Carried[i], source), got.Of(got.Carried[k], source); x != y {
						t.Fatalf("%s: %s carries %d of %s alone, %d beside others", want.Version, m.ID, x, source, y)
					}
				}
			}
		}
	})
}
