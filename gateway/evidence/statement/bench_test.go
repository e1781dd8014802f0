package statement_test

import (
	"testing"

	"fundtrace/gateway/evidence/statement"
)

// BenchmarkVerify verifies the file of a lot and two movements, and that of one movement of 20.
func BenchmarkVerify(b *testing.B) {
	w := newWorld(b)
	for name, r := range map[string]statement.Request{"stated": w.about(), "shown": w.showing()} {
		file := w.file(w.make(r))
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := statement.Verify(file, statement.Options{GenesisHash: w.Genesis()}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(file)), "B/file")
		})
	}
}
