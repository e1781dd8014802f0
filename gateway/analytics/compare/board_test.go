package compare

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/index"
	"fundtrace/gateway/analytics/table"
)

// Three provinces in two years. Liaoning's score in a rises with everybody's, its share falls; in b it leads.
const three = `region,year,dimension,score,rank,raw
辽宁,2010,a,40,2,200
广东,2010,a,60,1,600
吉林,2010,a,20,3,200
辽宁,2020,a,60,3,240
广东,2020,a,100,1,1200
吉林,2020,a,80,2,360
辽宁,2010,b,50,2,10
广东,2010,b,60,1,20
吉林,2010,b,40,3,10
辽宁,2020,b,90,1,60
广东,2020,b,70,2,30
吉林,2020,b,30,3,10
辽宁,2020,index,70,2,
广东,2020,index,80,1,
吉林,2020,index,60,3,
辽宁,2010,index,45,2,
`

func read(t *testing.T, text string, of int) (*Board, error) {
	t.Helper()
	data, err := table.Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return FromTable(data, of, "index")
}

func same(a index.Number, b float64) bool {
	return (math.IsNaN(b) && !a.Is()) || math.Abs(float64(a)-b) < 1e-9
}

func TestRegion(t *testing.T) {
	b, err := read(t, three, 0)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Region(b, Options{Region: "Liaoning", Against: []string{"Guangdong", "浙江"}, Neighbours: true, Places: 1})
	if err != nil {
		t.Fatal(err)
	}
	if r.Region != "辽宁" || r.From != 2010 || r.To != 2020 || r.Of != 3 || b.Top != "index" || r.Nodes[len(r.Nodes)-1].Code != "index" {
		t.Errorf("%+v", r)
	}
	a, bb := r.Changes[0], r.Changes[1]
	none := math.NaN()
	for _, c := range []struct {
		what string
		got  index.Number
		want float64
	}{
		{"points", a.Points, 20}, {"tide", a.Tide, 40}, {"relative", a.Relative, -20}, {"raw growth", a.RawGrowth, 20}, {"growth of all", a.AllGrowth, 80},
		{"share then", a.ShareFrom, 20}, {"share now", a.ShareTo, 240.0 / 18}, {"b relative", bb.Relative, 40 - 40.0/3}, {"b share", bb.ShareTo, 60},
		{"composite tide", r.Changes[2].Tide, none}, {"composite growth", r.Changes[2].RawGrowth, none},
	} {
		if !same(c.got, c.want) {
			t.Errorf("%s is %v, want %v", c.what, c.got, c.want)
		}
	}
	if a.Lost != 1 || !a.Hollow || a.Basis != "mean" || bb.Hollow || bb.Lost != -1 || r.Changes[2].Basis != "rank" {
		t.Errorf("%+v, %+v, %+v", a, bb, r.Changes[2])
	}
	if l := r.Lines[0].Points; len(l) != 2 || !same(l[1].Mean, 80) || !same(l[1].Gap, -20) {
		t.Errorf("line %+v", l)
	}
	if len(r.Others) != 2 || r.Others[0].Region != "广东" || r.Others[0].Relation != "named" || r.Others[1].Region != "吉林" || r.Others[1].Relation != "neighbour" {
		t.Fatalf("others %+v", r.Others)
	}
	if g := r.Others[0].Rows[0]; g.Code != "a" || !same(g.Points, -40) || g.Places != -2 || !same(g.RatioFrom, 1.0/3) || !same(g.RatioTo, 0.2) {
		t.Errorf("gap %+v", g)
	}
	if r.Standing.Rank != 2 || r.Standing.Basis != "composite" || len(r.Strong) != 1 || r.Strong[0].Code != "b" || r.Strong[0].Third != "top" || len(r.Weak) != 1 || r.Weak[0].Code != "a" || r.Weak[0].Third != "bottom" {
		t.Errorf("standing %+v, strong %+v, weak %+v", r.Standing, r.Strong, r.Weak)
	}
	if len(r.Field) != 3 || r.Field[0].Region != "广东" || r.Field[2].Rank != 3 {
		t.Errorf("field %+v", r.Field)
	}
	if len(r.Notes) != 1 || r.Notes[0].EN != "the table has no 浙江" {
		t.Errorf("notes %v", r.Notes)
	}
}

// One region alone has no mean, and says so.
func TestOneRegionHasNoMean(t *testing.T) {
	b, err := read(t, "region,year,dimension,score,rank\n辽宁,2010,a,40,2\n辽宁,2020,a,50,9\n", 31)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Region(b, Options{Region: "21"})
	if err != nil {
		t.Fatal(err)
	}
	if c := r.Changes[0]; c.Tide.Is() || c.Basis != "rank" || !c.Hollow || c.Lost != 7 || len(r.Notes) != 1 || r.Standing.Basis != "median" {
		t.Errorf("%+v, %v", c, r.Notes)
	}
}

func TestTablesAreRefusedWithReasons(t *testing.T) {
	head := "region,year,dimension,score,rank\n"
	for _, c := range []struct{ text, says string }{
		{"region,year,dimension,score\nL,2010,a,1\n", `no column "rank"`},
		{head + "L,2010,a,101,1\n", "row 2, column score: 101 is no score"},
		{head + "L,2010,a,50,1.5\n", "row 2, column rank"},
		{head + "L,2010,a,50,32\n", "rank 32 among 31"},
		{head + "L,2010,a,50,1\nL,2010,a,51,1\n", "rows 2 and 3"},
		{head + "L,zwanzig,a,50,1\n", "row 2, column year"},
	} {
		if _, err := read(t, c.text, 31); ledger.ErrorCode(err) == "" || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v, want %q", err, c.says)
		}
	}
	var long strings.Builder
	long.WriteString(head)
	for y := range 1001 {
		fmt.Fprintf(&long, "辽宁,%d,a,50,1\n", 1000+y)
	}
	many, err := read(t, long.String(), 31)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Region(many, Options{Region: "辽宁"}); ledger.ErrorCode(err) != ledger.TooLarge {
		t.Errorf("1,001 years: %v", err)
	}
	b, err := read(t, three, 0)
	if err != nil {
		t.Fatal(err)
	}
	for says, o := range map[string]Options{`no region "Bern"`: {Region: "Bern"}, "no year 2015": {Region: "辽宁", To: 2015}, "not before": {Region: "辽宁", From: 2020, To: 2010}, "-3 places": {Region: "辽宁", Places: -3}} {
		if _, err := Region(b, o); ledger.ErrorCode(err) == "" || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %q", err, says)
		}
	}
}

// Borders go both ways, and every province has some.
func TestBordersAreMutual(t *testing.T) {
	if len(borders) != 31 {
		t.Errorf("%d provinces", len(borders))
	}
	for a, list := range borders {
		if len(list) == 0 {
			t.Errorf("%s has no neighbour", a)
		}
		for _, b := range list {
			back := false
			for _, c := range borders[b] {
				back = back || c == a
			}
			if !back || a == b {
				t.Errorf("%s borders %s, but not back", a, b)
			}
		}
	}
}

// An index that was computed: means and shares come with it, and a dimension of counts has their sum.
func TestBoardOfAnIndex(t *testing.T) {
	data, err := table.Read(strings.NewReader("region,year,invention,utility,design,life\n辽宁,2010,10,40,9,80\n广东,2010,50,90,80,70\n辽宁,2011,12,44,8,75\n广东,2011,60,99,95,\n"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := index.ParseProfile([]byte(`{"id":"p","version":"1","weights":"percent","index":{"code":"i","children":[{"code":"d","name":"D","children":[
		{"code":"invention","weight":50,"kind":"count"},{"code":"utility","weight":20,"kind":"count"}]},{"code":"e","children":[{"code":"design","weight":30}]}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	panel, err := index.Read(data, p, index.Keys{Unit: "region", Time: "year"})
	if err != nil {
		t.Fatal(err)
	}
	e, err := index.New(p, panel)
	if err != nil {
		t.Fatal(err)
	}
	computed, err := e.Compute(index.Reference())
	if err != nil {
		t.Fatal(err)
	}
	b := FromResult(computed, p)
	if b.Of != 2 || b.Top != "i" || len(b.Nodes()) != 3 || len(b.Units()) != 2 {
		t.Errorf("%+v", b)
	}
	c, _ := b.Cell("辽宁", "d", 2011)
	if !same(c.Raw, 56) || !same(c.Share, 100*56.0/215) || c.Rank != 2 || !same(b.Sum("d", 2010), 190) || !same(b.Mean("d", 2010), 50) {
		t.Errorf("%+v, sum %v, mean %v", c, b.Sum("d", 2010), b.Mean("d", 2010))
	}
	if c, _ := b.Cell("辽宁", "e", 2011); c.Raw.Is() { // design is not declared a count
		t.Errorf("%+v", c)
	}
	if err := b.Measure("survival", data, "region", "year", "life"); err != nil {
		t.Fatal(err)
	}
	if c, ok := b.Cell("辽宁", "survival", 2011); !ok || !same(c.Raw, 75) {
		t.Errorf("%+v", c)
	}
	if _, ok := b.Cell("广东", "survival", 2011); ok {
		t.Error("a missing value is a cell")
	}
	if err := b.Measure("d", data, "region", "year", "life"); ledger.ErrorCode(err) != ledger.AlreadyExists {
		t.Errorf("a dimension was written over: %v", err)
	}
}
