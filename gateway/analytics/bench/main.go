// Bench measures the index with its uncertainty and panel regressions of a given size, with memory, and the same regression in R's plm
// where R is installed: both on the same rows, one after the other, as a ratio.
//
//	go run ./gateway/analytics/bench -entities 10000 -times 100
package main

import (
	"context"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"fundtrace/gateway/analytics/panel"
)

const regressors = 5

func main() {
	entities := flag.Int("entities", 10_000, "entities")
	times := flag.Int("times", 100, "times of each entity")
	repeats := flag.Int("repeats", 3, "runs of each, of which the fastest counts")
	withR := flag.Bool("r", true, "compare with R's plm, if Rscript and plm are there")
	limit := flag.Duration("limit", 20*time.Minute, "how long R may take")
	flag.Parse()
	if err := run(*entities, *times, *repeats, *withR, *limit); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(entities, times, repeats int, withR bool, limit time.Duration) error {
	fmt.Printf("%s, %d processors, %s\n", runtime.Version(), runtime.GOMAXPROCS(0), runtime.GOARCH)
	if err := measureIndex(); err != nil {
		return err
	}
	d := makePanel(entities, times)
	spec := panel.Spec{Outcome: "y", Entity: "entity", Time: "time", Effects: []string{panel.Entity, panel.Time}, Cluster: []string{panel.Entity, panel.Time}, Errors: "cr0"}
	for j := range regressors {
		spec.Regressors = append(spec.Regressors, fmt.Sprintf("x%d", j+1))
	}
	full, ours, err := measure("balanced", d, spec, repeats)
	if err != nil {
		return err
	}
	fmt.Printf("%-26s %s\n", "memory", peak())
	if _, _, err := measure("a tenth of rows missing", thin(d), spec, repeats); err != nil {
		return err
	}
	ppml := spec
	ppml.Outcome, ppml.Estimator = "count", "ppml"
	if _, _, err := measure("the same, Poisson", d, ppml, 1); err != nil {
		return err
	}
	fmt.Printf("%-26s %s\n", "memory, all", peak())
	if !withR {
		return nil
	}
	return compare(d, full, ours, limit)
}

// cost is what a computation took.
type cost struct{ clock, processor time.Duration }

// measure answers the result and the least that it took in some runs. The processor's time is what can be compared on a machine that
// does other things as well.
func measure(name string, d *panel.Data, s panel.Spec, repeats int) (*panel.Result, cost, error) {
	var r *panel.Result
	best := cost{math.MaxInt64, math.MaxInt64}
	for range repeats {
		runtime.GC()
		begin, used := time.Now(), processor()
		var err error
		if r, err = panel.Estimate(context.Background(), d, s, nil); err != nil {
			return nil, best, fmt.Errorf("%s: %w", name, err)
		}
		best.clock, best.processor = min(best.clock, time.Since(begin)), min(best.processor, processor()-used)
	}
	fmt.Printf("%-26s %8.2f s, of processors %8.2f s  %d rows × %d regressors, effects of %d and %d, errors clustered by both, %d iterations; x1 %.6f (%.6f)\n",
		name, best.clock.Seconds(), best.processor.Seconds(), r.Sample.Used, regressors, r.Sample.Entities, r.Sample.Times, r.Fit.Iterations, r.Coefficients[0].Estimate, r.Coefficients[0].SE)
	return r, best, nil
}

// processor is the time that this process has had on processors.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// makePanel draws a balanced panel whose regressors and errors have a part of the entity and of the time.
func makePanel(entities, times int) *panel.Data {
	n := entities * times
	d := &panel.Data{Rows: n, Numbers: map[string][]float64{}, Keys: map[string][]string{"entity": make([]string, n), "time": make([]string, n)}}
	random := rand.New(rand.NewPCG(1, 1))
	y, count := make([]float64, n), make([]float64, n)
	for e := range entities {
		name := strconv.Itoa(e + 1)
		for t := range times {
			d.Keys["entity"][e*times+t], d.Keys["time"][e*times+t] = name, strconv.Itoa(1900+t)
		}
	}
	for j := range regressors + 1 { // the last is the error
		x := make([]float64, n)
		own, tide := make([]float64, entities), make([]float64, times)
		for e := range own {
			own[e] = random.NormFloat64()
		}
		for t := range tide {
			tide[t] = random.NormFloat64()
		}
		for i := range x {
			x[i] = own[i/times] + tide[i%times] + random.NormFloat64()
			y[i] += x[i] / float64(j+1)
		}
		if j < regressors {
			d.Numbers[fmt.Sprintf("x%d", j+1)] = x
		}
	}
	for i := range count {
		count[i] = math.Floor(math.Exp(y[i]/8) * 3 * random.Float64())
	}
	d.Numbers["y"], d.Numbers["count"] = y, count
	return d
}

// thin marks the outcome of a tenth of the rows as missing.
func thin(d *panel.Data) *panel.Data {
	random := rand.New(rand.NewPCG(2, 2))
	out := &panel.Data{Rows: d.Rows, Keys: d.Keys, Numbers: map[string][]float64{}}
	for name, values := range d.Numbers {
		out.Numbers[name] = values
	}
	y := append([]float64(nil), d.Numbers["y"]...)
	for i := range y {
		if random.IntN(10) == 0 {
			y[i] = math.NaN()
		}
	}
	out.Numbers["y"] = y
	return out
}

// peak is the most memory that the process has had, as Linux counts it.
func peak() string {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return fmt.Sprintf("%d MB from the system", m.Sys>>20)
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, _ := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(rest), " kB"))
			return fmt.Sprintf("%d MB resident at most, data included", kb>>10)
		}
	}
	return "unknown"
}
