package robust

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/index"
	"fundtrace/gateway/analytics/table"
)

// panel makes counts of the eight indicators of Table 1 that grow, for regions of sizes far apart.
func panel(seed uint64, regions, from, to int) *table.Table {
	r := rand.New(rand.NewPCG(seed, 8))
	t := table.New()
	var units, years []string
	var size []float64
	for i := range regions {
		s := math.Exp(r.NormFloat64())
		for y := from; y <= to; y++ {
			units, years, size = append(units, fmt.Sprintf("R%02d", i)), append(years, strconv.Itoa(y)), append(size, s)
		}
	}
	t.Add("province", units)
	t.Add("year", years)
	for _, code := range []string{"new_enterprises", "outside_investment", "venture_capital", "invention", "utility", "design", "trademarks", "software"} {
		values, own := make([]float64, len(size)), 0.0
		for i, s := range size {
			if i%(to-from+1) == 0 {
				own = 0.6 * r.NormFloat64()
			}
			values[i] = math.Floor(400 * s * math.Exp(own+0.1*float64(i%(to-from+1))+0.2*r.NormFloat64()))
		}
		t.AddNumbers(code, values)
	}
	return t
}

func engine(t testing.TB, data *table.Table, profile string) *index.Engine {
	t.Helper()
	p, err := index.Builtin(profile)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := index.Read(data, p, index.Keys{Unit: "province", Time: "year"})
	if err != nil {
		t.Fatal(err)
	}
	e, err := index.New(p, rows)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func study(t testing.TB, seed uint64) Study {
	e := engine(t, panel(seed, 31, 2010, 2020), "table1")
	return Study{Engine: e, Method: index.Reference(), Noise: 0.25, Factors: StandardFactors(e, index.Reference()), Seed: 7}
}

func TestUncertaintyIsOfItsSeed(t *testing.T) {
	s := study(t, 1)
	s.Workers = 1
	o := UncertaintyOptions{Runs: 300, From: 2010, To: 2020}
	text := func() string {
		out, err := s.Uncertainty(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(out)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	one := text()
	s.Workers = 7
	if text() != one {
		t.Error("seven workers find other numbers than one")
	}
	s.Seed++
	if text() == one {
		t.Error("another seed finds the same numbers")
	}
	for _, printed := range []string{`"engine":"index/1"`, `"seed":7`, `"noise":0.25`, `"id":"table1"`, `"normalise":"z"`, `"geometric of scores"`, `"runs":300`, `"base":{"id":"`} {
		if !strings.Contains(one, printed) {
			t.Errorf("the result does not say %s", printed)
		}
	}
}

func TestIntervals(t *testing.T) {
	s := study(t, 2)
	wide, err := s.Uncertainty(context.Background(), UncertaintyOptions{Runs: 400})
	if err != nil {
		t.Fatal(err)
	}
	moved := 0
	for _, r := range wide.Rows {
		if r.Low > r.Median || r.Median > r.High || r.Mean < 1 || r.High > 31 || r.Same < 0 || r.Same > 1 {
			t.Fatalf("%+v", r)
		}
		if r.ScoreLow == nil || *r.ScoreLow > *r.ScoreHigh || *r.ScoreHigh > 100 {
			t.Fatalf("%+v has no score interval, though every method publishes places", r)
		}
		if r.Low < r.High {
			moved++
		}
	}
	if moved < 100 || wide.MeanShift <= 0 {
		t.Errorf("only %d of 341 ranks move, by %v", moved, wide.MeanShift)
	}
	// Weight noise alone moves less than weights and methods do.
	s.Factors = nil
	narrow, err := s.Uncertainty(context.Background(), UncertaintyOptions{Runs: 400})
	if err != nil {
		t.Fatal(err)
	}
	if narrow.MeanShift >= wide.MeanShift || narrow.MeanShift == 0 {
		t.Errorf("shift %v by weights, %v by weights and methods", narrow.MeanShift, wide.MeanShift)
	}
	// A factor whose only choice is the nominal one moves nothing.
	s.Noise, s.Factors = 0, []Factor{{"none", []Choice{{Name: "nominal"}}}}
	still, err := s.Uncertainty(context.Background(), UncertaintyOptions{Runs: 20, From: 2010, To: 2020})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range still.Rows {
		if r.Low != r.Rank || r.High != r.Rank || r.Mean != float64(r.Rank) || r.Same != 1 {
			t.Fatalf("nothing is varied, yet %+v", r)
		}
	}
	for _, m := range still.Moves {
		if m.Low != m.Places || m.High != m.Places || (m.Places > 0) != (m.Worse == 1) || m.Worse+m.Same+m.Better != 1 {
			t.Fatalf("nothing is varied, yet %+v", m)
		}
	}
	if len(still.Moves) != 31 {
		t.Errorf("%d moves", len(still.Moves))
	}
}

// Runs of one factor are its choices and nothing else: with two choices a rank is one of two.
func TestFactorsRunTheirChoices(t *testing.T) {
	s := study(t, 3)
	s.Noise, s.Factors = 0, []Factor{{"base", []Choice{{Name: "all"}, {Name: "late", Base: "2016-2020"}}}}
	out, err := s.Uncertainty(context.Background(), UncertaintyOptions{Runs: 200, Level: 0.999})
	if err != nil {
		t.Fatal(err)
	}
	late, err := s.Engine.WithBaseYears(2016, 2020)
	if err != nil {
		t.Fatal(err)
	}
	r, err := late.Compute(s.Method)
	if err != nil {
		t.Fatal(err)
	}
	differ := 0
	for i, row := range out.Rows {
		other := r.Rows[i].Nodes["index"].Rank
		if row.Low != min(row.Rank, other) || row.High != max(row.Rank, other) {
			t.Fatalf("%s %d: %d to %d, the choices give %d and %d", row.Unit, row.Year, row.Low, row.High, row.Rank, other)
		}
		if other != row.Rank {
			differ++
		}
	}
	if differ == 0 {
		t.Error("the base period changes no rank: this test tries nothing")
	}
	// Another vintage of the data.
	vintage := engine(t, panel(33, 31, 2010, 2020), "table1")
	s.Factors = []Factor{{"vintage", []Choice{{Name: "revised", Vintage: vintage}}}}
	revised, err := s.Uncertainty(context.Background(), UncertaintyOptions{Runs: 1})
	if err != nil {
		t.Fatal(err)
	}
	want, err := vintage.Compute(s.Method)
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range revised.Rows {
		if row.Low != want.Rows[i].Nodes["index"].Rank {
			t.Fatalf("%+v is not of the vintage", row)
		}
	}
}

func TestDroppedDimensionAndRemoveOne(t *testing.T) {
	s := study(t, 4)
	cmp, err := s.RemoveOne(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, shift := range cmp.Shifts {
		names = append(names, shift.Name)
	}
	if got := strings.Join(names, " "); got != "invention utility design new_enterprises_dim outside_investment_dim venture_capital_dim patents_dim trademarks_dim software_dim" {
		t.Errorf("left out: %s", got)
	}
	// A profile that never had the dimension is the same as leaving it out.
	p, err := index.Builtin("table1")
	if err != nil {
		t.Fatal(err)
	}
	p.Weights = index.Relative
	for i := range p.Index.Children {
		d := &p.Index.Children[i]
		for _, leaf := range d.Children {
			d.Weight += leaf.Weight
		}
	}
	p.Index.Children = slices.DeleteFunc(p.Index.Children, func(n index.Node) bool { return n.Code == "venture_capital_dim" })
	if err := p.Check(); err != nil {
		t.Fatal(err)
	}
	without, err := index.New(p, s.Engine.Panel())
	if err != nil {
		t.Fatal(err)
	}
	r, err := without.Compute(s.Method)
	if err != nil {
		t.Fatal(err)
	}
	for _, shift := range cmp.Shifts {
		if shift.Name != "venture_capital_dim" {
			continue
		}
		if shift.Max == 0 || shift.Spearman >= 1 {
			t.Errorf("leaving a quarter of the weight out moves nobody: %+v", shift)
		}
		for i, row := range r.Rows {
			if row.Nodes["index"].Rank != shift.Ranks[i] {
				t.Fatalf("%s %d: rank %d left out, %d in a profile without it", row.Unit, row.Year, shift.Ranks[i], row.Nodes["index"].Rank)
			}
		}
	}
}

func TestMethodsCompared(t *testing.T) {
	s := study(t, 5)
	cmp, err := s.Methods(context.Background(), index.Presets())
	if err != nil {
		t.Fatal(err)
	}
	refused := []string{}
	for _, shift := range cmp.Shifts {
		switch {
		case shift.Refused != "":
			refused = append(refused, shift.Name)
		case shift.Name == "reference" && (shift.Max != 0 || shift.Spearman != 1):
			t.Errorf("the nominal method is shifted against itself: %+v", shift)
		case shift.Name != "reference" && (shift.Spearman <= 0.5 || shift.Spearman > 1):
			t.Errorf("%s: ρ %v", shift.Name, shift.Spearman)
		}
	}
	if strings.Join(refused, " ") != "goalposts" { // Table 1 declares none
		t.Errorf("refused: %v", refused)
	}
}

// Pairs that no weights within the noise turn around are in the same order in every run; and some of the others are not.
func TestDominanceHoldsInEveryRun(t *testing.T) {
	s := study(t, 6)
	s.Factors, s.Years = nil, []int{2020}
	dom, err := s.Dominance()
	if err != nil {
		t.Fatal(err)
	}
	if dom.Pairs != 31*30/2 || dom.Always > float64(dom.Within) || dom.Within >= 1 || dom.Always <= 0 {
		t.Fatalf("%d pairs, %v always, %v within the noise", dom.Pairs, dom.Always, dom.Within)
	}
	// One is nowhere below the other: counted on the raw numbers, as every indicator grows with its z.
	r, err := s.Engine.Compute(s.Method)
	if err != nil {
		t.Fatal(err)
	}
	always := 0
	rows := r.Only([]int{2020}).Rows
	for i, a := range rows {
		for _, b := range rows[:i] {
			above, below := 0, 0
			for code, cell := range a.Nodes {
				if cell.Raw != nil && *cell.Raw > *b.Nodes[code].Raw {
					above++
				} else if cell.Raw != nil && *cell.Raw < *b.Nodes[code].Raw {
					below++
				}
			}
			if (above == 0) != (below == 0) {
				always++
			}
		}
	}
	if got := float64(always) / float64(dom.Pairs); got != dom.Always {
		t.Errorf("%v of pairs dominate, counted %v", dom.Always, got)
	}
	d, err := s.design()
	if err != nil {
		t.Fatal(err)
	}
	w, random, u := d.worker(), newStream(), make([]float64, d.columns)
	turned := map[[2]int]bool{}
	for i := range 3000 {
		random.start(9, forRuns, i)
		for c := range u {
			u[c] = float64(random.IntN(2)) * 0.999999 // corners turn pairs most
		}
		w.at(u)
		for _, a := range d.rows {
			for _, b := range d.rows {
				if d.nominal[a] < d.nominal[b] && w.ranks[a] > w.ranks[b] {
					turned[[2]int{a, b}] = true
				}
			}
		}
	}
	if share := 1 - float64(len(turned))/float64(dom.Pairs); math.Abs(share-float64(dom.Within)) > 1e-9 {
		t.Errorf("%.4f of pairs never turned at 3,000 corners of the noise, computed %.4f", share, dom.Within)
	}
	s.Method.Carry = "scores"
	if _, err := s.Dominance(); ledger.ErrorCode(err) != ledger.FieldInvalid {
		t.Errorf("dominance of scores: %v", err)
	}
}

func TestSensitivityOfTheIndex(t *testing.T) {
	s := study(t, 7)
	s.Years = []int{2020}
	// A factor of no effect beside one that matters.
	s.Factors = []Factor{{"nothing", []Choice{{Name: "a"}, {Name: "b"}}}, {"drop", []Choice{{Name: "none"}, {Name: "vc", Drop: "venture_capital_dim"}, {Name: "patents", Drop: "patents_dim"}}}}
	out, err := s.Sensitivity(context.Background(), SensitivityOptions{N: 400, Bootstrap: 100})
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]Sensitive{}
	for _, f := range out.Indices.Factors {
		by[f.Name] = f
	}
	if by["nothing"].Total != 0 || by["nothing"].First != 0 {
		t.Errorf("a factor of no effect has %+v", by["nothing"])
	}
	if by["drop"].Total < 0.5 || by["drop"].Total <= by["weights"].Total {
		t.Errorf("leaving a dimension out matters less than weights: %+v and %+v", by["drop"], by["weights"])
	}
	split, err := s.Sensitivity(context.Background(), SensitivityOptions{N: 100, SplitWeights: true, Unit: "R03"})
	if err != nil {
		t.Fatal(err)
	}
	if len(split.Indices.Factors) != 10 || split.Target != "mean rank of R03" || split.Indices.Factors[0].Name != "weight of new_enterprises" {
		t.Errorf("%d factors of %s", len(split.Indices.Factors), split.Target)
	}
}
