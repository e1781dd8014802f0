package projection_test

import (
	"slices"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
	"fundtrace/gateway/trace"

	"pgregory.net/rapid"
)

// What the read model says of the time when a block was the last is what a read model says that has folded no more: stage,
// level, totals and rows of every lot, for who sees everything and for who does not.
func TestAMomentIsWhatWasKnownThen(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t)
		w.populate()
		c := &chance{world: w, r: r}
		c.history(25)
		blocks := w.l.Blocks()
		known := rapid.IntRange(1, len(blocks)-1).Draw(r, "known")
		then := w.open(t.TempDir() + "/then.db")
		if err := then.Apply(blocks[:known+1]...); err != nil {
			r.Fatal(err)
		}
		// Some of it is read before the rest is known, so that the arena grows in steps.
		peek, err := w.db.At(t.Context(), all, "", nil)
		if err != nil {
			r.Fatal(err)
		}
		_ = peek.Close()
		w.sync()
		for _, s := range []projection.Scope{all, projection.ScopeOf(ledger.ManagerMSP, managerA)} {
			block := uint64(known)
			moment, err := w.db.At(t.Context(), s, "", &block)
			if err != nil {
				r.Fatal(err)
			}
			past, err := then.Forest(t.Context(), s)
			if err != nil {
				r.Fatal(err)
			}
			for _, movement := range c.movements {
				lot := ledger.LotID(movement, 0)
				got, gotErr := trace.Forward(t.Context(), moment, lot, trace.Options{Limit: 2000})
				want, wantErr := trace.Forward(t.Context(), past, lot, trace.Options{Limit: 2000})
				if ledger.ErrorCode(gotErr) != ledger.ErrorCode(wantErr) || gotErr != nil && ledger.ErrorCode(gotErr) == "" {
					r.Fatalf("lot %s: %v, then %v", lot, gotErr, wantErr)
				}
				if gotErr != nil {
					continue
				}
				if got.Totals != want.Totals || !slices.EqualFunc(got.Rows, want.Rows, sameRow) {
					r.Fatalf("lot %s known at block %d:\n%+v\n%+v\nthen\n%+v\n%+v", lot, known, got.Totals, got.Rows, want.Totals, want.Rows)
				}
			}
			_, _ = moment.Close(), past.Close()
		}
		if err := w.db.Close(); err != nil {
			r.Fatal(err)
		}
	})
}

func sameRow(x, y trace.Row) bool {
	return x.Lot == y.Lot && x.Parent == y.Parent && x.Stage == y.Stage && x.Level == y.Level && x.Amount == y.Amount && x.Drawn == y.Drawn &&
		x.Remaining == y.Remaining && x.Before == y.Before && x.After == y.After && x.Depth == y.Depth && x.Date == y.Date
}

func TestMomentsThatCannotBe(t *testing.T) {
	w := newWorld(t)
	w.populate()
	w.sync()
	later := w.db.Next()
	if _, err := w.db.At(t.Context(), all, "", &later); ledger.ErrorCode(err) != ledger.FieldInvalid {
		t.Errorf("a block to come gave %v", err)
	}
	genesis := uint64(0)
	lot := ledger.LotID(w.settle(ledger.OwnFunds, "", acct1, 500, "2025-03-01", origin(ledger.OwnMoney, "", "")), 0)
	w.sync()
	for name, ask := range map[string]struct {
		asOf  string
		known *uint64
	}{"before its block": {"", &genesis}, "before its date": {"2025-02-28", nil}} {
		m, err := w.db.At(t.Context(), all, ask.asOf, ask.known)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := trace.Forward(t.Context(), m, lot, trace.Options{}); ledger.ErrorCode(err) != ledger.LotUnknown {
			t.Errorf("%s: %v, want LOT_UNKNOWN", name, err)
		}
		_ = m.Close()
	}
}

// An attestation is younger than the payment that it confirms: it raises the level and leaves the value date.
func TestAnAttestationLeavesTheValueDate(t *testing.T) {
	w := newWorld(t)
	w.populate()
	m := w.story()
	w.submit(custodian2, ledger.Op{Type: ledger.MovementAttest, Step: &ledger.Step{Movement: m.toB, Level: ledger.BothBanks}})
	w.sync()
	moment := w.moment(all, "", nil)
	defer moment.Close()
	a, err := trace.Forward(t.Context(), moment, ledger.LotID(m.toB, 0), trace.Options{})
	if err != nil || a.Rows[0].Date != "2025-02-02" || a.Rows[0].Level != ledger.BothBanks {
		t.Errorf("%+v, %v", a.Rows[0], err)
	}
}
