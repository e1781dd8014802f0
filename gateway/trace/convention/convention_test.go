package convention

import (
	"context"
	"testing"
)

// e1 is the worked example of domain §5.1: an enterprise with money of its own and a fund's mixed deposit, three payments.
var e1 = []Movement{
	{ID: "gov", Date: "2026-03-01", To: "fund", Amount: 540_000_000, Tag: "gov"},
	{ID: "soc", Date: "2026-03-01", Seq: 1, To: "fund", Amount: 1_260_000_000, Tag: "soc"},
	{ID: "own1", Date: "2026-04-01", To: "e1", Amount: 600_000_000, Tag: "own"},
	{ID: "inv", Date: "2026-04-15", From: "fund", To: "e1", Amount: 1_800_000_000},
	{ID: "own2", Date: "2026-05-01", To: "e1", Amount: 1_000_000_000, Tag: "own"},
	{ID: "X", Date: "2026-05-10", From: "e1", Amount: 1_200_000_000},
	{ID: "own3", Date: "2026-06-01", To: "e1", Amount: 500_000_000, Tag: "own"},
	{ID: "Y", Date: "2026-06-20", From: "e1", Amount: 2_000_000_000},
	{ID: "Z", Date: "2026-07-01", From: "e1", Amount: 400_000_000},
}

func TestGoldenExample(t *testing.T) {
	want := map[Method]map[string][4]int64{
		ProRata: {"gov": {190588235, 258823530, 51764706, 38823529}, "own": {564705883, 1137254901, 227450980, 170588236}, "soc": {444705882, 603921569, 120784314, 90588235}},
		FIFO:    {"gov": {180000000, 360000000, 0, 0}, "own": {600000000, 800000000, 400000000, 300000000}, "soc": {420000000, 840000000, 0, 0}},
		LIFO:    {"gov": {60000000, 450000000, 30000000, 0}, "own": {1000000000, 500000000, 300000000, 300000000}, "soc": {140000000, 1050000000, 70000000, 0}},
		LIBR:    {"gov": {0, 0, 240000000, 300000000}},
	}
	b, err := Open(e1, BySequence)
	if err != nil {
		t.Fatal(err)
	}
	for method, rows := range want {
		r, err := Run(context.Background(), b, Options{Method: method, Protected: "gov"})
		if err != nil {
			t.Fatal(err)
		}
		for tag, row := range rows {
			got := [4]int64{}
			for k, id := range []string{"X", "Y", "Z"} {
				i, _ := b.Movement(id)
				got[k] = r.Of(r.Carried[i], tag)
			}
			got[3] = r.Of(r.Holds("e1"), tag)
			if got != row {
				t.Errorf("%s %s is %v, want %v", method, tag, got, row)
			}
		}
	}
}

// Under ORDERED a payment can carry a source in several places, with others between: the lines add them up.
func TestLinesAddUpOrderedParts(t *testing.T) {
	b, err := Open([]Movement{
		{ID: "1", Seq: 1, Date: "2026-01-01", To: "a", Amount: 3, Tag: "gov"}, {ID: "2", Seq: 2, Date: "2026-01-01", To: "a", Amount: 4, Tag: "own"},
		{ID: "3", Seq: 3, Date: "2026-01-01", To: "a", Amount: 5, Tag: "gov"}, {ID: "4", Seq: 4, Date: "2026-01-02", From: "a", To: "b", Amount: 10},
	}, BySequence)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Run(t.Context(), b, Options{Method: FIFO, Inside: Ordered})
	if err != nil {
		t.Fatal(err)
	}
	lines := r.Lines("gov")
	if last := lines[len(lines)-1]; last.Source != 6 || last.Before != 8 || last.After != 2 {
		t.Errorf("line %+v", last)
	}
	if g := r.Graph("gov"); g[len(g)-1].Amount != 6 {
		t.Errorf("graph %+v", g)
	}
}
