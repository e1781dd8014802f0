package relate_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"fundtrace/gateway/analytics/flow"
	"fundtrace/gateway/analytics/relate"
	"fundtrace/gateway/analytics/table"
)

// world is a synthetic panel with a known truth: in region i and year t
//
//	y ~ Poisson(exp(a_i + b_t + effect·ln(1+flow)))
//
// and beside it enterprises that traced funds alone invest in, so many for each unit of flow.
type world struct {
	regions, years, treated int
	effect                  float64
	lead                    float64 // effect of next year's flow: where money follows capital
	alone                   float64 // mechanical deals for each ln(1+flow)
	seed                    uint64
	skip                    int // a year that the indicators miss
	level                   float64
}

func standard() world {
	return world{regions: 31, years: 11, treated: 16, effect: 0.3, alone: 4, seed: 7, level: 4}
}

// build answers indicators and flows as CSV texts.
func (w world) build() (indicators, flows string) {
	r := rand.New(rand.NewPCG(w.seed, 1))
	provinces := flow.Provinces()
	var in, out strings.Builder
	in.WriteString("region,year,vc,vc_alone,gdp,patents,vc_score\n")
	out.WriteString("region,year,amount,new_firms\n")
	common := make([]float64, w.years+1)
	for t := range common {
		common[t] = 0.05*float64(t) + 0.1*r.NormFloat64()
	}
	for i := range w.regions {
		level := w.level + 0.8*r.NormFloat64()
		amount := make([]float64, w.years+1)
		start := 2 + r.IntN(w.years-3)
		for t := range amount {
			if i < w.treated && t >= start {
				amount[t] = math.Round(math.Exp(5 + 0.7*r.NormFloat64()))
			}
		}
		for t := range w.years {
			year := 2010 + t
			own := poisson(r, math.Exp(level+common[t]+w.effect*math.Log1p(amount[t])+w.lead*math.Log1p(amount[t+1])))
			alone := 0
			if amount[t] > 0 {
				alone = poisson(r, w.alone*math.Log1p(amount[t]))
				fmt.Fprintf(&out, "%s,%d,%d,%d\n", provinces[i].Code, year, int64(amount[t])*1_000_000, alone+1)
			}
			if year != w.skip {
				fmt.Fprintf(&in, "%s,%d,%d,%d,%.1f,%d,%.2f\n", provinces[i].Chinese, year, own+alone, alone, 1000*math.Exp(level/4+0.06*float64(t)), poisson(r, 200), 50+40*r.Float64())
			}
		}
	}
	return in.String(), out.String()
}

// poisson draws a count; normal above 500, where nobody can tell.
func poisson(r *rand.Rand, mean float64) int {
	if mean > 500 {
		return max(0, int(math.Round(mean+math.Sqrt(mean)*r.NormFloat64())))
	}
	limit, p := math.Exp(-mean), 1.0
	for k := 0; ; k++ {
		if p *= r.Float64(); p <= limit {
			return k
		}
	}
}

func read(t testing.TB, text string) *table.Table {
	t.Helper()
	out, err := table.Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func series(t testing.TB, text string) *relate.Series {
	t.Helper()
	s, err := relate.ReadSeries(read(t, text), relate.Columns{Region: "region", Year: "year", Amount: "amount", New: "new_firms"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (w world) input(t testing.TB) relate.Input {
	indicators, flows := w.build()
	return relate.Input{Indicators: read(t, indicators), Flows: series(t, flows)}
}

func run(t testing.TB, in relate.Input, r relate.Request) *relate.Report {
	t.Helper()
	out, err := relate.Run(t.Context(), in, r, nil)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// asked is the request of these tests: few runs, so that they are quick.
func asked() relate.Request {
	return relate.Request{Outcome: "vc", Alone: "vc_alone", Bootstrap: 199}
}
