package projection_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fundtrace/chaincode/ledger"
)

// TestMeasuresOfRandomHistories computes the measures of money a second time, from the lists that people read: balances of
// funds, movements with their levels, lots climbed one by one.
func TestMeasuresOfRandomHistories(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t)
		w.populate()
		c := &chance{world: w, r: r}
		c.history(40)
		w.sync()
		got := measuresOf(t, w, "2025-01-01", "2025-12-31")
		c.checkMoney(got["idle-share"].Numerator, got["idle-share"].Denominator, got["attested-share"].Numerator, got["attested-share"].Denominator)
		days, amount := c.arrivals()
		if m := got["days-to-enterprise"]; m.Numerator != amount || m.Cases != int64(len(days)) || (m.Value == nil) != (len(days) == 0) {
			r.Fatalf("days to enterprises: %+v, want %d in %d lots", m, amount, len(days))
		} else if m.Value != nil && int64(*m.Value) != halfway(days, amount) {
			r.Fatalf("days to enterprises: %v, want %d", *m.Value, halfway(days, amount))
		}
		if err := w.db.Close(); err != nil {
			r.Fatal(err)
		}
	})
}

func (c *chance) checkMoney(idle, paid, attested, disbursed int64) {
	wantIdle := int64(0)
	for _, id := range []string{acctP, acctA, acctB} {
		a, err := c.db.Account(c.t.Context(), all, id)
		if err != nil {
			c.r.Fatal(err)
		}
		wantIdle += a.Balance.Remaining
	}
	var wantPaid, wantAttested, wantDisbursed int64
	for _, id := range c.movements {
		m, err := ledger.ReadMovement(c.l, id)
		if err != nil {
			c.r.Fatal(err)
		}
		switch {
		case m.State.Stage != ledger.Credited:
		case m.Movement.Kind == ledger.Contribution && m.Movement.From == "":
			wantPaid += m.Movement.Amount
		case m.Movement.Kind == ledger.Disbursement:
			wantDisbursed += m.Movement.Amount
			if m.State.Level >= ledger.BothBanks {
				wantAttested += m.Movement.Amount
			}
		}
	}
	if idle != wantIdle || paid != wantPaid || attested != wantAttested || disbursed != wantDisbursed {
		c.r.Fatalf("idle %d of %d, attested %d of %d; want %d of %d, %d of %d", idle, paid, attested, disbursed, wantIdle, wantPaid, wantAttested, wantDisbursed)
	}
}

type arrival struct{ days, amount int64 }

// arrivals climbs from every lot that a fund paid to an enterprise to the root it descends from.
func (c *chance) arrivals() (out []arrival, sum int64) {
	enterprises := []string{acct1, acct1b, acct2, acct3}
	for _, id := range c.movements {
		m, err := c.db.Movement(c.t.Context(), all, id)
		if err != nil {
			c.r.Fatal(err)
		}
		if m.Stage != ledger.Credited || m.Kind != ledger.Disbursement {
			continue
		}
		for _, y := range m.Yields {
			lot, err := c.db.Lot(c.t.Context(), all, y.ID)
			if err != nil {
				c.r.Fatal(err)
			}
			root, passed := lot, false
			for root.Parent != "" {
				if root, err = c.db.Lot(c.t.Context(), all, root.Parent); err != nil {
					c.r.Fatal(err)
				}
				passed = passed || slices.Contains(enterprises, root.Account)
			}
			if passed || root.Origin == nil || !root.Origin.Source.Public() {
				continue
			}
			from, err := time.Parse(time.DateOnly, root.Date)
			if err != nil {
				c.r.Fatal(err)
			}
			to, err := time.Parse(time.DateOnly, m.Settled)
			if err != nil {
				c.r.Fatal(err)
			}
			out, sum = append(out, arrival{int64(to.Sub(from).Hours()) / 24, lot.Amount}), sum+lot.Amount
		}
	}
	return out, sum
}

// halfway is the least number of days within which half of the amount had come.
func halfway(days []arrival, sum int64) int64 {
	slices.SortFunc(days, func(a, b arrival) int { return int(a.days - b.days) })
	reached := int64(0)
	for _, d := range days {
		if reached += d.amount; 2*reached >= sum {
			return d.days
		}
	}
	return 0
}
