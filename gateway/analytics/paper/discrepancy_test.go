package paper

import (
	"strings"
	"testing"
)

// The audit of the text, item by item: what is said, what the tables have, where.
func TestTextAgainstTables(t *testing.T) {
	want := []struct{ place, text, table string }{
		{"section 3.2.1", "90.01, +21.8 %", "90.95, +23.11 %"},
		{"section 3.2.1", "17", "16"},
		{"section 3.2.1", "each year", "improved in 2016 (17 → 16), 2017 (16 → 15), 2018 (15 → 13); worst in 2015"},
		{"section 3.2.2(1)", "89.28, +20.3 %", "88.45, +19.22 %"},
		{"section 3.2.2(1)", "22", "20"},
		{"section 3.2.2(1)", "rises throughout", "fell in 4 of 9 steps: 2012, 2013, 2016, 2020"},
		{"section 3.2.2(1)", "share of venture capital funding", "the column is outside investment"},
		{"section 3.2.2(2)", "86.26 (rank 20) in 2017", "that is 2018; 2017 has 84.81 (rank 19)"},
		{"section 3.2.2(2), 3.3.1, 3.3.2", "78.67, rank 24", "78.36, rank 22"},
		{"section 3.2.3(1)", "86.94, +34.5 %", "85.44, +32.22 %"},
		{"section 3.2.3(1)", "14–18", "14–21 (worst in 2015)"},
		{"section 3.2.3(2)", "89.59, +17.9 %", "90.53, +19.15 %"},
		{"section 3.2.3(2)", "most, +17.9 %", "the least of the four rates in the text; number 4 of 5 in the table"},
		{"section 3.1", "17–18 for long", "9, 17, 18"},
		{"section 3.3.1", "18 and 24: 6 places", "18 and 22: 4 places; in 2010 14 and 9: -5"},
		{"section 3.3.2", "7 and 9 to 22 and 24", "7 and 9 to 20 and 22"},
		{"section 3.3", "steadily", "12 falls in 45 steps; venture capital -7.90 from 2018 to 2020"},
	}
	got := TextAgainstTables()
	if len(got) != len(want) {
		t.Fatalf("%d discrepancies, want %d", len(got), len(want))
	}
	for i, d := range got {
		w := want[i]
		if !d.Found || d.Number != i+1 || d.Place.String() != w.place || d.Text.EN != w.text || d.Table.EN != w.table || d.Text.ZH == "" || d.Table.ZH == "" || d.Quantity.ZH == "" {
			t.Errorf("%d: %+v at %s, want %+v", i+1, d, d.Place, w)
		}
		if Kinds[d.Kind].ZH == "" || (d.Basis != Computed && d.Basis != Read) {
			t.Errorf("%d: kind %q, basis %q", i+1, d.Kind, d.Basis)
		}
	}
}

func TestAgreements(t *testing.T) {
	got := Agreements()
	if len(got) < 10 {
		t.Errorf("%d agreements", len(got))
	}
	for _, a := range got {
		if !a.Holds || a.Value.EN == "" {
			t.Errorf("%+v", a)
		}
	}
}

func TestInsideTables(t *testing.T) {
	all := map[string]Discrepancy{}
	for _, d := range InsideTables() {
		all[d.Quantity.EN] = d
		if Kinds[d.Kind].ZH == "" {
			t.Errorf("kind %q", d.Kind)
		}
		if d.Found == (d.Quantity.EN == "sum of the weights") { // the weights are in order
			t.Errorf("%+v", d)
		}
	}
	for quantity, says := range map[string]string{
		"composite of 2010":                       "same score and rank",
		"years of the composite":                  "3 of 11 years",
		"years of the dimensions":                 "10 rows: no 2011",
		"what is counted of patents":              "authorized, publication, applications",
		"which panel scores are places in":        "50 of 59 scores are k/961",
		"equal scores with different ranks":       "86.26: rank 16 (outside investment 2017), rank 20 (venture capital 2018), 89.80: rank 16 (new enterprises 2019), rank 17 (outside investment 2019)",
		"table and text are of one panel":         "outside investment 88.45 (rank 20) and 89.28 (rank 22); venture capital 78.36 (rank 22) and 78.67 (rank 24)",
		"software copyrights":                     "no column",
		"patents of 2015":                         "open data have grants rising",
		"national averages and leading provinces": "neither",
	} {
		if d, ok := all[quantity]; !ok || !strings.Contains(d.Table.EN, says) {
			t.Errorf("%s: %+v, want %q", quantity, d, says)
		}
	}
}
