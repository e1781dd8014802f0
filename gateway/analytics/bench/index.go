package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"time"

	indexreport "fundtrace/gateway/analytics/index/report"
	"fundtrace/gateway/analytics/table"
)

// indexRuns is how many runs the uncertainty of the index has.
const indexRuns = 10_000

// measureIndex computes the index of the default profile on 31 regions × 31 years × 8 indicators, with rank intervals under noise of weights and
// other methods.
func measureIndex() error {
	const regions, years = 31, 31
	random := rand.New(rand.NewPCG(3, 3))
	t := table.New()
	names, times := make([]string, 0, regions*years), make([]string, 0, regions*years)
	for r := range regions {
		for y := range years {
			names, times = append(names, "region "+strconv.Itoa(r)), append(times, strconv.Itoa(1990+y))
		}
	}
	t.Add("region", names)
	t.Add("year", times)
	for _, code := range []string{"new_enterprises", "outside_investment", "venture_capital", "invention", "utility", "design", "trademarks", "software"} {
		values := make([]float64, regions*years)
		for i := range values {
			values[i] = math.Floor(100 * math.Exp(float64(i%years)/10+random.NormFloat64()))
		}
		t.AddNumbers(code, values)
	}
	begin, used := time.Now(), processor()
	if _, err := indexreport.Run(context.Background(), t, indexreport.Request{Entity: "region", Time: "year", Uncertainty: indexRuns, Seed: 1}, nil); err != nil {
		return fmt.Errorf("the index: %w", err)
	}
	fmt.Printf("%-26s %8.2f s, of processors %8.2f s  %d regions × %d years × 8 indicators, %d runs of weights and methods\n", "index", time.Since(begin).Seconds(), (processor() - used).Seconds(), regions, years, indexRuns)
	fmt.Printf("%-26s %s\n", "memory", peak())
	return nil
}
