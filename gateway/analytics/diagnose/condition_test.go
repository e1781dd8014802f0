package diagnose

import (
	"fmt"
	"strings"
	"testing"

	"fundtrace/gateway/analytics/compare"
	"fundtrace/gateway/analytics/table"
)

// boardOf makes a board of a table of scores.
func boardOf(t *testing.T, text string) *compare.Board {
	t.Helper()
	data, err := table.Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	b, err := compare.FromTable(data, 31, "index")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Five years of four dimensions: a falls back and falls, b keeps its rank, c rises in score and rank, d has no ranks.
const five = `region,year,dimension,score,rank,raw
L,2016,a,50,9,100
L,2017,a,60,11,120
L,2018,a,66,14,130
L,2019,a,63,17,125
L,2020,a,61,20,121
L,2016,b,40,12,200
L,2017,b,45,12,220
L,2018,b,50,12,240
L,2019,b,55,13,260
L,2020,b,60,13,280
L,2016,c,30,20,
L,2017,c,35,18,
L,2018,c,40,15,
L,2019,c,44,14,
L,2020,c,50,10,
L,2016,d,30,,
L,2020,d,20,,
`

func TestConditions(t *testing.T) {
	b := boardOf(t, five)
	v := view{board: b, region: "L", from: 2016, to: 2020}
	for _, c := range []struct {
		kind, of, over string
		threshold      float64
		answer         string
		value          float64
		says           string
	}{
		{"rank-gap", "a", "b", 7, Met, 7, "rank 20 against 13"},
		{"rank-gap", "a", "b", 8, NotMet, 7, ""},
		{"rank-gap", "a", "d", 1, Unknown, 0, "no rank of d"},
		{"rank-gap-change", "a", "b", 10, Met, 10, "-3 in 2016, +7 in 2020"},
		{"rank-gap-change", "a", "b", 11, NotMet, 10, ""},
		{"falling", "a", "", 2, Met, 2, "count fell in the last 2 steps; peak 130 in 2018, 121 in 2020"},
		{"falling", "a", "", 3, NotMet, 2, ""},
		{"falling", "d", "", 1, Met, 1, "score (in a frozen base: the count)"},
		{"falling", "c", "", 1, NotMet, 0, ""},
		{"falling", "x", "", 1, Unknown, 0, "fewer than two years"},
		{"rank-loss", "a", "", 11, Met, 11, "+11 places"},
		{"rank-loss", "c", "", 1, NotMet, -10, ""},
		{"rank-trend", "a", "", 0.05, Met, 0.0275, "S +10"}, // S = 10, var 50/3, z = 9/√(50/3)
		{"rank-trend", "a", "", 0.02, NotMet, 0.0275, ""},
		{"rank-trend", "c", "", 0.05, NotMet, 0.0275, "S -10"}, // a trend, but for the better
		{"rank-trend", "d", "", 0.05, Unknown, 0, "a trend needs four"},
		{"score-trend", "c", "", 0.05, Met, 0.0275, "S +10"},
		{"score-trend", "a", "", 0.1, NotMet, 0.462, "S +4"},
		{"score-up-rank-down", "a", "", 3, Met, 11, "score +11.00 points"},
		{"score-up-rank-down", "b", "", 3, NotMet, 1, ""}, // one place is no decline
		{"score-up-rank-down", "d", "", 1, Unknown, 0, ""},
		{"ratio-falling", "a", "b", 0, Met, -13.571, "0.5 in 2016, 0.4321 in 2020"},
		{"ratio-falling", "b", "a", 0, NotMet, 15.702, ""},
		{"ratio-falling", "c", "a", 0, Unknown, 0, "are not known"},
		{"measure-falling", "x", "", 0, Unknown, 0, "no x is given"},
	} {
		k := Condition{ID: "x", Kind: c.kind, Role: Required, Of: []string{c.of}, Over: c.over, Parameter: "p"}
		f := v.judge(k, map[string]float64{"p": c.threshold})
		p := f.Parts[0]
		if f.Answer != c.answer || !strings.Contains(p.Evidence.EN, c.says) || (c.answer != Unknown && fmt.Sprintf("%.2f", float64(p.Value)) != fmt.Sprintf("%.2f", c.value)) {
			t.Errorf("%s of %s over %s at %v: %s, %v, %q; want %s, %v, %q", c.kind, c.of, c.over, c.threshold, f.Answer, p.Value, p.Evidence.EN, c.answer, c.value, c.says)
		}
	}
}

// A loss whose interval holds 0 is none; intervals of other years say nothing.
func TestLossWithinItsIntervalIsNone(t *testing.T) {
	v := view{board: boardOf(t, five), region: "L", from: 2016, to: 2020}
	k := Condition{ID: "x", Kind: "rank-loss", Role: Required, Of: []string{"a"}, Parameter: "p"}
	for _, c := range []struct {
		move Move
		want string
	}{
		{Move{Code: "a", From: 2016, To: 2020, Low: 0, High: 14}, NotMet},
		{Move{Code: "a", From: 2016, To: 2020, Low: 1, High: 14}, Met},
		{Move{Code: "a", From: 2016, To: 2019, Low: -3, High: 14}, Met},
		{Move{Code: "b", From: 2016, To: 2020, Low: -3, High: 14}, Met},
	} {
		v.moves = map[string]Move{c.move.Code: c.move}
		if got := v.judge(k, map[string]float64{"p": 3}); got.Answer != c.want {
			t.Errorf("%+v: %s, %s", c.move, got.Answer, got.Parts[0].Evidence)
		}
	}
}

func TestSeveralDimensions(t *testing.T) {
	v := view{board: boardOf(t, five), region: "L", from: 2016, to: 2020}
	for _, c := range []struct {
		of   []string
		want string
	}{{[]string{"a"}, Met}, {[]string{"a", "c"}, NotMet}, {[]string{"a", "d"}, Unknown}, {[]string{"d", "c"}, NotMet}} {
		k := Condition{ID: "x", Kind: "rank-loss", Role: Required, Of: c.of, Parameter: "p"}
		if f := v.judge(k, map[string]float64{"p": 3}); f.Answer != c.want || len(f.Parts) != len(c.of) {
			t.Errorf("%v: %s", c.of, f.Answer)
		}
	}
}
