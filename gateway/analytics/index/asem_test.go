package index

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fundtrace/gateway/analytics/table"
)

// sharedData holds public data sets beside a checkout; they are not part of it.
const sharedData = "../../../../shared/data"

func readShared(t testing.TB, name string) *table.Table {
	t.Helper()
	file, err := os.Open(filepath.Join(sharedData, name))
	if err != nil {
		t.Skipf("the public data set is not here: %v", err)
	}
	defer file.Close()
	got, err := table.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// asem answers the ASEM example of COINr: 51 countries, 49 indicators, 8 pillars, 2 sub-indexes.
func asem(t testing.TB) *Engine {
	t.Helper()
	p, err := ProfileFromTable(readShared(t, "coinr_ASEM_iMeta.csv"), "asem")
	if err != nil {
		t.Fatal(err)
	}
	panel, err := Read(readShared(t, "coinr_ASEM_iData.csv"), p, Keys{Unit: "uCode", Group: "EurAsia_group"})
	if err != nil {
		t.Fatal(err)
	}
	e, err := New(p, panel)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// Published in COINr 1.1.14, docs/articles/results.html.
func TestASEMPublished(t *testing.T) {
	e := asem(t)
	got, err := e.Compute(*e.Profile().Method)
	if err != nil {
		t.Fatal(err)
	}
	columns := strings.Fields("Index Conn Sust Physical ConEcFin Political Instit P2P Environ Social SusEcFin")
	for _, c := range []struct {
		unit   string
		rank   int
		scores [11]float64
	}{
		{"CHE", 1, [11]float64{68.38, 62.79, 73.98, 63.41, 32.87, 74.78, 85.94, 56.93, 77.21, 87.85, 56.88}},
		{"NLD", 2, [11]float64{64.82, 61.94, 67.70, 64.87, 46.62, 84.55, 71.74, 41.92, 58.73, 86.58, 57.78}},
		{"DNK", 3, [11]float64{64.80, 57.10, 72.51, 50.52, 30.43, 78.13, 75.35, 51.04, 69.83, 86.40, 61.29}},
		{"NOR", 4, [11]float64{64.47, 57.44, 71.50, 58.18, 25.70, 80.03, 89.46, 33.80, 70.90, 87.00, 56.59}},
		{"BEL", 5, [11]float64{63.54, 63.99, 63.09, 71.97, 48.22, 80.84, 75.60, 43.32, 53.01, 86.17, 50.09}},
		{"SWE", 6, [11]float64{63.00, 53.87, 72.12, 51.51, 23.87, 80.98, 74.51, 38.50, 66.37, 87.74, 62.27}},
		{"IND", 45, [11]float64{39.79, 28.60, 50.99, 18.78, 6.38, 51.90, 59.84, 6.07, 75.34, 22.74, 54.88}},
	} {
		row, ok := got.Row(c.unit, 0)
		if !ok {
			t.Fatalf("no %s", c.unit)
		}
		if rank := row.Nodes["Index"].Rank; rank != c.rank {
			t.Errorf("%s has rank %d, published %d", c.unit, rank, c.rank)
		}
		for i, code := range columns {
			if v := float64(row.Nodes[code].Score); math.Round(v*100) != math.Round(c.scores[i]*100) {
				t.Errorf("%s %s is %.4f, published %.2f", c.unit, code, v, c.scores[i])
			}
		}
	}
}

// How many points each indicator's treatment moves; all others pass as they are.
func TestASEMTreated(t *testing.T) {
	e := asem(t)
	p, err := e.Prepare(*e.Profile().Method)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{"Services": 4, "Bord": 3, "Gas": 3, "ForPort": 3, "Tariff": 3, "CultServ": 3, "Poverty": 3, "NGOs": 3,
		"FDI": 2, "StMob": 2, "Forest": 2, "Flights": 1, "CostImpEx": 1, "FemLab": 1, "PubDebt": 1}
	for _, tr := range p.Treated {
		if tr.Points != want[tr.Code] || tr.StillFails {
			t.Errorf("%s: %d points moved, want %d; %+v", tr.Code, tr.Points, want[tr.Code], tr)
		}
	}
	// Skewness and kurtosis of raw columns, COINr docs/articles/treat.html.
	for _, c := range []struct {
		code           string
		skew, kurtosis float64
	}{{"Flights", 2.1032872, 4.5088794}, {"Goods", 2.6499733, 8.2666095}} {
		skew, kurtosis := moments(e.target.values[c.code])
		if math.Abs(float64(skew)-c.skew) > 5e-8 || math.Abs(float64(kurtosis)-c.kurtosis) > 5e-8 {
			t.Errorf("%s: skewness %.7f, kurtosis %.7f, published %.7f and %.7f", c.code, skew, kurtosis, c.skew, c.kurtosis)
		}
	}
}
