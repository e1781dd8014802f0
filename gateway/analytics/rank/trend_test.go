package rank

import (
	"context"
	"math"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/design"
)

// Table 3 of the paper, Liaoning: 2010 and 2012 to 2020.
var (
	paperYears      = []int{2010, 2012, 2013, 2014, 2015, 2016, 2017, 2018, 2019, 2020}
	newRank         = []float64{9, 11, 12, 16, 17, 16, 15, 13, 16, 16}
	newScore        = []float64{73.88, 74.92, 73.36, 75.34, 77.63, 81.58, 85.02, 89.39, 89.80, 90.95}
	outsideRank     = []float64{7, 10, 15, 16, 13, 16, 16, 17, 17, 20}
	outsideScore    = []float64{74.19, 72.22, 67.64, 68.89, 81.69, 80.96, 86.26, 88.97, 89.80, 88.45}
	ventureRank     = []float64{9, 9, 10, 13, 17, 17, 19, 20, 21, 22}
	ventureScore    = []float64{73.78, 79.40, 75.75, 75.65, 75.86, 78.98, 84.81, 86.26, 83.66, 78.36}
	patentsRank     = []float64{14, 15, 15, 16, 21, 17, 17, 17, 18, 18}
	patentsScore    = []float64{64.62, 68.26, 69.51, 72.11, 68.57, 82.10, 83.47, 83.43, 85.10, 85.44}
	trademarksRank  = []float64{11, 14, 14, 15, 16, 17, 17, 17, 17, 18}
	trademarksScore = []float64{75.98, 78.15, 79.38, 80.53, 79.99, 81.79, 82.62, 84.29, 88.66, 90.53}
)

// S and p of the paper's series, as an audit of the paper printed them.
func TestMannKendallOfThePaper(t *testing.T) {
	for _, c := range []struct {
		name string
		x    []float64
		s    int
		p    float64
		to   float64
	}{
		{"venture capital, rank", ventureRank, 43, 0.00015, 5e-6},
		{"venture capital, score", ventureScore, 21, 0.074, 5e-4},
		{"new enterprises, rank", newRank, 19, 0.095, 5e-4},
		{"outside investment, rank", outsideRank, 37, 0.001, 5e-4},
		{"patents, rank", patentsRank, 30, 0.008, 5e-4},
		{"trademarks, rank", trademarksRank, 38, 0.0006, 5e-5},
	} {
		s, p := MannKendall(c.x)
		if s != c.s || !close(p, c.p, c.to) {
			t.Errorf("%s: S %d, p %.6f, want %d and %v", c.name, s, p, c.s, c.p)
		}
	}
	if _, p := MannKendall([]float64{1, math.NaN(), 2}); !math.IsNaN(p) {
		t.Errorf("p of two values is %v", p)
	}
}

// R's cor.test of values against time, exact.
func TestExactTrend(t *testing.T) {
	for _, c := range []struct {
		x      []float64
		tau, p float64
	}{
		{[]float64{5.1, 2.2, 8.3, 1.4, 9.5, 3.6, 7.7, 4.8, 6.9, 0.1}, -0.111111111111, 0.727489528219},
		{[]float64{9.1, 2.5, 3.3, 4.2, 5.7, 6.4, 8.8, 7.9, 1.2, 11.5}, 0.288888888889, 0.291248346561},
	} {
		got, err := Trend(c.x)
		if err != nil || !close(got.Tau, c.tau, 1e-11) || !close(got.Exact, c.p, 1e-11) {
			t.Errorf("%+v, %v, want %v with p %v", got, err, c.tau, c.p)
		}
	}
	if got, err := Trend(ventureRank); err != nil || got.Exact != 0 || got.Variance >= 125 {
		t.Errorf("with ties: %+v, %v", got, err) // 125 without
	}
	if _, err := Trend([]float64{1, 2, 3}); ledger.ErrorCode(err) != design.Refused {
		t.Errorf("three values: %v", err)
	}
	if p := exactTrend(4, 6); !close(p, 2.0/24, 1e-15) {
		t.Errorf("p of four rising values is %v", p)
	}
}

func TestSlope(t *testing.T) {
	if got := Slope([]int{2010, 2012, 2013}, []float64{0, 4, 7}); !close(got, 7.0/3, 1e-15) { // 2, 7/3, 3
		t.Errorf("slope %v", got)
	}
	if got := Slope([]int{2010}, []float64{1}); !math.IsNaN(got) {
		t.Errorf("slope of one value %v", got)
	}
}

// Spearman in levels and first differences 2012-20, as the audit of the paper printed them: levels mislead.
func TestLevelsAgainstDifferencesOfThePaper(t *testing.T) {
	for _, c := range []struct {
		name               string
		x, y               []float64
		levels, difference float64
	}{
		{"patents and venture capital", patentsScore, ventureScore, 0.56, 0.19},
		{"outside investment and venture capital", outsideScore, ventureScore, 0.68, 0.64},
		{"new enterprises and trademarks", newScore, trademarksScore, 0.95, -0.24},
	} {
		got, err := Association(context.Background(), paperYears, c.x, c.y, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if !close(got.Levels.Estimate, c.levels, 0.005) || !close(got.Differences.Estimate, c.difference, 0.005) || got.Levels.N != 10 || got.Differences.N != 8 || got.Gaps != 1 {
			t.Errorf("%s: levels %+v, differences %+v, gaps %d", c.name, got.Levels, got.Differences, got.Gaps)
		}
		if !got.Levels.Exact || !got.Differences.Exact {
			t.Errorf("%s: not exact", c.name)
		}
	}
}

func TestAssociationSaysWhatItCannotTest(t *testing.T) {
	got, err := Association(context.Background(), []int{2010, 2012, 2014, 2016, 2018}, []float64{1, 2, 3, 4, 5}, []float64{2, 1, 4, 3, 5}, Options{})
	if err != nil || got.Differences != nil || got.Gaps != 4 || !strings.Contains(got.Note, "differences") {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := Association(context.Background(), []int{2010, 2011}, []float64{1, 2}, []float64{2, 1}, Options{}); ledger.ErrorCode(err) != design.Refused {
		t.Errorf("two years: %v", err)
	}
}
