package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"fundtrace/gateway/trace/convention"
)

// Conventions is the comparison of every method on one busy account.
type Conventions struct {
	Movements int `json:"movements"`
	Took
}

// measureConventions asks how much of one source reached one payee of an account with 100,000 movements, under every
// method and with the bounds.
func measureConventions(ctx context.Context) (*Conventions, error) {
	const n = 100_000
	r := rand.New(rand.NewPCG(1, 2))
	movements := make([]convention.Movement, n)
	balance := int64(0)
	for i := range movements {
		m := convention.Movement{ID: fmt.Sprint(i), Seq: int64(i), Date: time.Date(2026, 1, 1+i/400, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), Amount: 1 + r.Int64N(1_000_000)}
		if balance < 2_000_000 || r.IntN(2) == 0 {
			m.To, m.Tag = "account", []string{"gov", "own", "soc"}[r.IntN(3)]
			balance += m.Amount
		} else {
			m.From, m.To = "account", fmt.Sprint("payee", r.IntN(200))
			m.Amount = min(m.Amount, balance)
			balance -= m.Amount
		}
		movements[i] = m
	}
	took, err := measure(1, ownCPU, func() error {
		book, err := convention.Open(movements, convention.BySequence)
		if err != nil {
			return err
		}
		_, err = convention.Compare(ctx, book, "gov", "payee7", convention.Blend)
		return err
	})
	return &Conventions{Movements: n, Took: took}, err
}
