package attribution

import (
	"math/rand/v2"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace"
)

// busy is one account with so many payments, half of them out to 200 payees, and the lot of its first deposit.
func busy(t testing.TB, payments int) (*world, int64) {
	w := newWorld(t)
	r := rand.New(rand.NewPCG(1, 2))
	gov := w.enter("2026-01-01", 1, 1_000_000_000, ledger.GeneralBudget)
	balance := int64(1_000_000_000)
	for i := 1; i < payments; i++ {
		day := time.Date(2026, 1, 1+i/400, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		v := 1 + r.Int64N(1_000_000)
		if balance < 2_000_000 || r.IntN(2) == 0 {
			w.enter(day, 1, v, []ledger.FundingSource{ledger.GeneralBudget, ledger.OwnMoney, ledger.SocialCapital}[r.IntN(3)])
			balance += v
		} else {
			w.pay(day, 1, trace.Ref(100+r.IntN(200)), v)
			balance -= v
		}
	}
	return w, gov
}

// BenchmarkCompare asks every method and the bounds about an account of 100,000 payments: cold, and with the scene at hand.
func BenchmarkCompare(b *testing.B) {
	w, gov := busy(b, 100_000)
	target := Target{"107", []trace.Ref{107}}
	b.Run("cold", func(b *testing.B) {
		for b.Loop() {
			var s Shelf
			r := w.now()
			if _, err := s.Compare(b.Context(), r, r.lot(gov), target, Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("warm", func(b *testing.B) {
		var s Shelf
		for b.Loop() {
			r := w.now()
			if _, err := s.Compare(b.Context(), r, r.lot(gov), target, Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("table", func(b *testing.B) {
		var s Shelf
		for b.Loop() {
			r := w.now()
			if _, err := s.Table(b.Context(), r, r.lot(gov), Options{}, 0); err != nil {
				b.Fatal(err)
			}
		}
	})
}
