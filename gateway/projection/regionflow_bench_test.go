package projection_test

import (
	"path/filepath"
	"testing"

	"fundtrace/gateway/analytics/flow"
	"fundtrace/gateway/projection"
	"fundtrace/gateway/trace/convention"
)

// BenchmarkFlows measures flows by region and year over a history of 60,000 movements, reading included.
func BenchmarkFlows(b *testing.B) {
	blocks := history(b, 60_000, 500)
	db, err := projection.Open(filepath.Join(b.TempDir(), "flows.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if err := db.Apply(blocks...); err != nil {
		b.Fatal(err)
	}
	for name, q := range map[string]flow.Query{"disbursed": {}, "reached": {Stage: flow.Reached}, "pro rata": {Method: convention.ProRata}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				book, err := db.FlowBook(b.Context(), all, "", nil, q.Whole())
				if err != nil {
					b.Fatal(err)
				}
				if t, err := flow.Cells(b.Context(), book, q); err != nil || t.Total.Movements == 0 {
					b.Fatal(t, err)
				}
			}
		})
	}
}
