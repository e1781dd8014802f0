package index

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"fundtrace/gateway/analytics/table"
)

// The facts that follow from the reference reading, on a panel of 31 regions and 31 years.

// Fact 1: for a dimension of one indicator the score is the empirical distribution of the raw counts, whatever increasing
// map is applied; z matters inside a dimension of several, and in the composite.
func TestFactSingleIndicatorIgnoresIncreasingMaps(t *testing.T) {
	data := synthetic(1, 31, 1990, 2020)
	plain := compute(t, engineOf(t, data, table1(t), provinceYear), Reference())
	bent := table.New()
	for _, name := range data.Names() {
		if values, err := data.Numbers(name); err == nil && name != "year" {
			for i, v := range values {
				values[i] = v*v + 3*v // increasing, and whole
			}
			bent.AddNumbers(name, values)
		} else {
			text, _ := data.Text(name)
			bent.Add(name, text)
		}
	}
	other := compute(t, engineOf(t, bent, table1(t), provinceYear), Reference())
	differ := map[string]int{}
	for i, row := range plain.Rows {
		for code, cell := range row.Nodes {
			if cell.Score != other.Rows[i].Nodes[code].Score {
				differ[code]++
			}
		}
	}
	for _, single := range []string{"new_enterprises_dim", "outside_investment_dim", "trademarks_dim", "software_dim"} {
		if differ[single] > 0 {
			t.Errorf("%s: %d scores differ after an increasing map", single, differ[single])
		}
	}
	if differ["patents_dim"] == 0 || differ["index"] == 0 {
		t.Errorf("z does not matter where it should: %v", differ)
	}
	column, _ := data.Numbers("trademarks")
	for _, row := range plain.Rows {
		k := 0
		for _, v := range column {
			if v <= float64(*row.Nodes["trademarks"].Raw) {
				k++
			}
		}
		if want := 100 * float64(k) / 961; float64(row.Nodes["trademarks_dim"].Score) != want {
			t.Fatalf("%s %d: score %v, %d of 961 are not above it", row.Unit, row.Year, row.Nodes["trademarks_dim"].Score, k)
		}
	}
}

// Fact 2: without ties the mean of all base scores is 100(N+1)/(2N), 50.05 for 961; the greatest is 100, the least 100/N.
func TestFactMeanAndExtremes(t *testing.T) {
	r := compute(t, engineOf(t, synthetic(2, 31, 1990, 2020), table1(t), provinceYear), Reference())
	sum, least, most := 0.0, math.Inf(1), 0.0
	seen := map[float64]bool{}
	for _, v := range r.Column("index", "score") {
		if seen[v] {
			t.Fatalf("two composites have the score %v: this test is of a panel without ties", v)
		}
		seen[v] = true
		sum, least, most = sum+v, min(least, v), max(most, v)
	}
	if mean := sum / 961; math.Abs(mean-100.0*962/(2*961)) > 1e-9 || math.Round(mean*100) != 5005 {
		t.Errorf("the mean of all scores is %v", mean)
	}
	if most != 100 || least != 100.0/961 {
		t.Errorf("scores run from %v to %v", least, most)
	}
	for _, m := range r.Means[1:] { // counts grow: the tide is in the means
		if m.Units != 31 {
			t.Errorf("%d has %d units", m.Year, m.Units)
		}
	}
	if first, last := r.Means[0].Scores["index"], r.Means[30].Scores["index"]; last-first < 50 {
		t.Errorf("the mean score went from %v to %v in a growing panel", first, last)
	}
}

// Fact 3: with a frozen base a lower score is a lower value: the raw count, or the weighted z of patents and composite.
func TestFactFallingScoreIsAFall(t *testing.T) {
	p := table1(t)
	data := synthetic(3, 31, 1990, 2024)
	panel, err := Read(data, p, provinceYear)
	if err != nil {
		t.Fatal(err)
	}
	base, err := Freeze(panel, "", 1990, 2020)
	if err != nil {
		t.Fatal(err)
	}
	e, err := engineOf(t, data, p, provinceYear).WithBase(base)
	if err != nil {
		t.Fatal(err)
	}
	r := compute(t, e, Reference())
	falls := 0
	for _, row := range r.Rows {
		before, ok := r.Row(row.Unit, row.Year-1)
		if !ok {
			continue
		}
		for code, cell := range row.Nodes {
			was := before.Nodes[code]
			if cell.Score >= was.Score {
				continue
			}
			falls++
			if cell.Value >= was.Value {
				t.Fatalf("%s %s %d: the score fell from %v to %v, the value rose from %v to %v", row.Unit, code, row.Year, was.Score, cell.Score, was.Value, cell.Value)
			}
			if cell.Raw != nil && *cell.Raw >= *was.Raw {
				t.Fatalf("%s %s %d: the score fell, the count rose", row.Unit, code, row.Year)
			}
		}
	}
	if falls < 1000 {
		t.Fatalf("only %d falls: the panel does not try the rule", falls)
	}
}

// Fact 4: the composite is no weighted mean of dimension scores. Published: 2015 has the composite 82.41 with 77.63, 81.69,
// 75.86, 68.57 and 79.99 in five dimensions of weight 90, so that the sixth would have to be 139.5.
func TestFactCompositeIsNoMeanOfScores(t *testing.T) {
	rest := 82.41*100 - (20*77.63 + 15*81.69 + 25*75.86 + 20*68.57 + 10*79.99)
	if sixth := rest / 10; math.Abs(sixth-139.5) > 0.05 {
		t.Errorf("the sixth dimension would have to score %.2f", sixth)
	}
	e := engineOf(t, synthetic(4, 31, 1990, 2020), table1(t), provinceYear)
	r := compute(t, e, Reference())
	outside := 0
	for _, row := range r.Rows {
		low, high := 100.0, 0.0
		for _, n := range r.Nodes {
			if n.Parent == "index" {
				low, high = min(low, float64(row.Nodes[n.Code].Score)), max(high, float64(row.Nodes[n.Code].Score))
			}
		}
		if c := float64(row.Nodes["index"].Score); c < low || c > high {
			outside++
		}
	}
	if outside == 0 {
		t.Error("every composite lies within its dimensions' scores: a mean would do that")
	}
	mean, err := Preset("scores-mean")
	if err != nil {
		t.Fatal(err)
	}
	m := compute(t, e, mean)
	for _, row := range m.Rows {
		want := 0.0
		for _, n := range m.Nodes {
			if n.Parent == "index" {
				want += n.Weight / 100 * float64(row.Nodes[n.Code].Score)
			}
		}
		if got := float64(row.Nodes["index"].Score); math.Abs(got-want) > 1e-9 {
			t.Fatalf("scores-mean: %v, want %v", got, want)
		}
	}
}

// Fact 5: scores are places. What a result says of a change is points, raw growth, share and rank; a rate of scores is
// nowhere, and would not survive an increasing map that leaves all scores as they are.
func TestFactChangesArePoints(t *testing.T) {
	r := compute(t, engineOf(t, synthetic(5, 31, 1990, 2020), table1(t), provinceYear), Reference())
	changes, err := r.Changes("R07", 2010, 2020)
	if err != nil {
		t.Fatal(err)
	}
	if len(changes) != 15 {
		t.Fatalf("%d changes of 8 indicators, 6 dimensions and the composite", len(changes))
	}
	for _, c := range changes {
		text, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		var fields map[string]any
		if err := json.Unmarshal(text, &fields); err != nil {
			t.Fatal(err)
		}
		for name := range fields {
			if strings.Contains(name, "growth") && name != "raw_growth_percent" {
				t.Errorf("%s: a rate of a score, %s", c.Code, name)
			}
		}
		from, _ := r.Mean(2010)
		to, _ := r.Mean(2020)
		if tide := to.Scores[c.Code] - from.Scores[c.Code]; c.Points != c.ScoreTo-c.ScoreFrom || math.Abs(float64(c.Relative-(c.Points-tide))) > 1e-9 {
			t.Errorf("%s: %v points, %v relative, the tide is %v", c.Code, c.Points, c.Relative, tide)
		}
		if (c.Growth != nil) != (c.RawFrom != nil) {
			t.Errorf("%s: growth without raw values", c.Code)
		}
		if c.Growth != nil && math.Abs(float64(*c.Growth-100*(*c.RawTo / *c.RawFrom - 1))) > 1e-9 {
			t.Errorf("%s: growth %v of %v to %v", c.Code, *c.Growth, *c.RawFrom, *c.RawTo)
		}
	}
	sum := map[string]float64{} // shares of a year are of all regions
	for _, row := range r.Rows {
		if row.Year == 2015 {
			for code, cell := range row.Nodes {
				if cell.Share != nil {
					sum[code] += float64(*cell.Share)
				}
			}
		}
	}
	for code, total := range sum {
		if math.Abs(total-100) > 1e-9 {
			t.Errorf("shares of %s sum to %v", code, total)
		}
	}
	if len(sum) != 8 {
		t.Errorf("%d indicators have shares", len(sum))
	}
	if _, err := r.Changes("R07", 2009, 2035); err == nil {
		t.Error("a year that is not there was compared")
	}
}

// Fact 6: new years leave the scores of a frozen base alone and carry its id; a re-based vintage has another id, and the two
// are not set beside each other.
func TestFactFrozenBase(t *testing.T) {
	p := table1(t)
	old := engineOf(t, synthetic(6, 31, 1990, 2020), p, provinceYear)
	before := compute(t, old, Reference())
	base, err := Freeze(old.Panel(), "first vintage", 1990, 2020)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := base.Write(&file); err != nil {
		t.Fatal(err)
	}
	text := file.String()
	frozen, err := ReadBase(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	longer := synthetic(66, 31, 1990, 2023)
	joined, err := old.WithBase(frozen)
	if err != nil {
		t.Fatal(err)
	}
	again := compute(t, joined, Reference())
	for i := range before.Rows {
		for code, cell := range before.Rows[i].Nodes {
			if other := again.Rows[i].Nodes[code]; other.Score != cell.Score || other.Rank != cell.Rank {
				t.Fatalf("%s: %v against the table, %v against the same rows frozen", code, cell, other)
			}
		}
	}
	if !again.Base.Frozen || before.Base.Frozen || again.Base.ID != before.Base.ID || again.Base.Name != "first vintage" || again.Base.Rows != 961 {
		t.Errorf("base %+v, before %+v", again.Base, before.Base)
	}
	later, err := engineOf(t, longer, p, provinceYear).WithBase(frozen)
	if err != nil {
		t.Fatal(err)
	}
	if err := SameBase(compute(t, later, Reference()), again); err != nil {
		t.Errorf("new years against the frozen base: %v", err)
	}
	rebased := compute(t, engineOf(t, longer, p, provinceYear), Reference())
	if rebased.Base.ID == base.ID {
		t.Error("a re-based vintage has the id of the first")
	}
	if err := SameBase(rebased, again); err == nil {
		t.Error("two vintages were set beside each other")
	}
	if _, err := ReadBase(strings.NewReader(strings.Replace(text, `"R05","year":2003,"values":[`, `"R05","year":2003,"values":[1`, 1))); err == nil || !strings.Contains(err.Error(), "altered") {
		t.Errorf("an altered base: %v", err)
	}
}

// The published scores lie on the grid k/961 and not on another: 31 regions times 1990 to 2020.
func TestPublishedGrid(t *testing.T) {
	for score, k := range map[float64]int{73.88: 710, 82.41: 792, 87.41: 840, 90.01: 865, 89.28: 858, 86.26: 829, 78.67: 756, 89.59: 861, 90.95: 874} {
		if got, ok := OnGrid(score, 961, 2); !ok || got != k {
			t.Errorf("%.2f: %d, %v, want %d of 961", score, got, ok, k)
		}
	}
	if _, ok := OnGrid(86.94, 961, 2); ok {
		t.Error("86.94 is on the grid, but no k gives it")
	}
	if _, ok := OnGrid(82.41, 341, 2); ok {
		t.Error("82.41 is on the grid of 2010-2020")
	}
}

// The formulas of the reference reading, written out a second time and as plainly as can be.
func TestReferenceFormulas(t *testing.T) {
	data := synthetic(9, 31, 1990, 2020)
	r := compute(t, engineOf(t, data, table1(t), provinceYear), Reference())
	weight := map[string]float64{"new_enterprises": 20, "outside_investment": 15, "venture_capital": 25, "invention": 12.5, "utility": 5, "design": 2.5, "trademarks": 10, "software": 10}
	n := float64(len(r.Rows))
	composite, patents := make([]float64, len(r.Rows)), make([]float64, len(r.Rows))
	for code, w := range weight {
		sum, squares := 0.0, 0.0
		x := r.Column(code, "raw")
		for _, v := range x {
			sum += v
		}
		for _, v := range x {
			squares += (v - sum/n) * (v - sum/n)
		}
		for i, v := range x {
			z := (v - sum/n) / math.Sqrt(squares/n) // the population's sd: it rescales all alike
			composite[i] += w / 100 * z
			if code == "invention" || code == "utility" || code == "design" {
				patents[i] += w / 20 * z
			}
		}
	}
	for code, values := range map[string][]float64{"index": composite, "patents_dim": patents} {
		for i, row := range r.Rows {
			notAbove, better := 0, 0
			for k, other := range r.Rows {
				if values[k] <= values[i] {
					notAbove++
				}
				if other.Year == row.Year && values[k] > values[i] {
					better++
				}
			}
			if want := 100 * float64(notAbove) / n; float64(row.Nodes[code].Score) != want || row.Nodes[code].Rank != 1+better {
				t.Fatalf("%s %s %d: %v, want score %v and rank %d", code, row.Unit, row.Year, row.Nodes[code], want, 1+better)
			}
		}
	}
}
