package robust

import (
	"context"
	"syscall"
	"testing"
	"time"

	"fundtrace/gateway/analytics/index"
)

// The speed that is promised: 10,000 runs on 31 regions × 31 years × 8 indicators, with rank and score intervals of all 961
// rows. Processor time is what a busy machine does not change.
func BenchmarkUncertainty(b *testing.B) {
	e := engine(b, panel(10, 31, 1990, 2020), "table1")
	for _, c := range []struct {
		name    string
		factors []Factor
	}{{"weights", nil}, {"weights and methods", StandardFactors(e, index.Reference())}} {
		b.Run(c.name, func(b *testing.B) {
			measure(b, func() error {
				s := Study{Engine: e, Method: index.Reference(), Noise: 0.25, Factors: c.factors, Seed: 1}
				_, err := s.Uncertainty(context.Background(), UncertaintyOptions{Runs: 10_000})
				return err
			})
		})
	}
}

// The index itself, from a panel that was read: z, dimensions, composite, scores, ranks of 961 rows.
func BenchmarkIndex(b *testing.B) {
	base := engine(b, panel(10, 31, 1990, 2020), "table1")
	measure(b, func() error {
		e, err := index.New(base.Profile(), base.Panel())
		if err == nil {
			_, err = e.Compute(index.Reference())
		}
		return err
	})
}

func measure(b *testing.B, work func() error) {
	b.ReportAllocs()
	before := processor(b)
	n := 0
	for b.Loop() {
		if err := work(); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64((processor(b)-before).Microseconds())/1000/float64(n), "cpu-ms/op")
}

func processor(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
