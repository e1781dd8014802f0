package readlog

import (
	"fmt"
	"testing"
)

// How long a note takes, alone and among others, on the disk that holds the temporary folder.
func BenchmarkAppend(b *testing.B) {
	for _, callers := range []int{1, 16} {
		b.Run(fmt.Sprint(callers), func(b *testing.B) {
			l := open(b, b.TempDir(), newClock())
			b.SetParallelism(callers)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := l.Append(b.Context(), question("auditor@audit", "0123456789abcdef0123.0.0")); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}

// How fast a whole log is verified.
func BenchmarkVerify(b *testing.B) {
	dir, c := b.TempDir(), newClock()
	l := open(b, dir, c)
	const records = 20_000
	c.at = c.at.AddDate(0, 0, 1)
	group := make([]*entry, records)
	for i := range group {
		r := question("auditor@audit", fmt.Sprint(i))
		group[i] = &entry{read: &r}
	}
	if err := l.write(group); err != nil {
		b.Fatal(err)
	}
	if err := l.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if r, err := Verify(b.Context(), dir, nil); err != nil || r.Records != records+1 {
			b.Fatal(r, err)
		}
	}
	b.ReportMetric(records*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}
