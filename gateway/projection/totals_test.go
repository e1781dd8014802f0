package projection_test

import (
	"maps"
	"slices"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
	"fundtrace/gateway/trace"

	"pgregory.net/rapid"
)

// moment opens a moment; the caller closes it, because readers are few.
func (w *world) moment(s projection.Scope, asOf string, known *uint64) *projection.Moment {
	w.t.Helper()
	m, err := w.db.At(w.t.Context(), s, asOf, known)
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

// fundTotals asks one question at one moment.
func (w *world) fundTotals(s projection.Scope, asOf string, known *uint64, fund string) (*projection.FundTotals, error) {
	w.t.Helper()
	m := w.moment(s, asOf, known)
	defer m.Close()
	return m.FundTotals(w.t.Context(), fund)
}

// TestTotalsOfTheStory reckons the story of the cast by hand, fund by fund and level by level.
func TestTotalsOfTheStory(t *testing.T) {
	w := newWorld(t)
	w.populate()
	w.story()
	m := w.moment(all, "", nil)
	defer m.Close()
	p, err := m.FundTotals(t.Context(), fundP)
	if err != nil {
		t.Fatal(err)
	}
	// p: 900,000 in; 400,000 to a and 300,000 to b; 50,000 to e1, which spent it; 150,000 idle.
	if want := (trace.Statement{In: 900_000, New: 900_000, Idle: 150_000, ToFunds: 700_000, Spent: 50_000, PassedOn: 750_000}); p.Own.Statement != want {
		t.Errorf("parent %+v\nwant   %+v", p.Own.Statement, want)
	}
	// Everything that ever came into p, wherever it is: a holds 10,000 (400,000 - 250,000 - 100,000 - 60,000 + 20,000), b 30,000
	// (300,000 - 200,000 - 70,000), 130,000 is under way; e1 holds 200,000 of it, e2 100,000, e3 200,000 and 30,000 of what e1 paid it.
	if want := (trace.Totals{Traced: 900_000, Idle: 190_000, InTransit: 130_000, Reached: 530_000, Spent: 50_000}); p.Own.Where != want {
		t.Errorf("where %+v\nwant  %+v", p.Own.Where, want)
	}
	subs := map[string]trace.Statement{
		fundA: {In: 420_000, FromFunds: 400_000, CameBack: 20_000, Idle: 10_000, InTransit: 60_000, Leaving: 60_000, Reached: 330_000, WentBack: 20_000, PassedOn: 350_000},
		fundB: {In: 300_000, FromFunds: 300_000, Idle: 30_000, InTransit: 70_000, Leaving: 70_000, Reached: 200_000, PassedOn: 200_000},
	}
	if len(p.Subs) != 2 {
		t.Fatalf("%d sub-funds", len(p.Subs))
	}
	for _, s := range p.Subs {
		if s.Statement != subs[s.Fund] || s.Depth != 1 || s.Level != "SUB" {
			t.Errorf("%s %+v\nwant %+v", s.Fund, s.Statement, subs[s.Fund])
		}
	}
	family := trace.Statement{In: 920_000, New: 900_000, CameBack: 20_000, Idle: 190_000, InTransit: 130_000, Leaving: 130_000, Reached: 530_000,
		Spent: 50_000, WentBack: 20_000, PassedOn: 600_000, Between: 700_000}
	if p.Family.Statement != family || p.Family.Where != p.Own.Where || p.Family.Funds != 3 {
		t.Errorf("family %+v\nwant   %+v", p.Family, family)
	}
	levels, err := m.Totals(t.Context(), "SUB")
	if err != nil {
		t.Fatal(err)
	}
	if len(levels.Currencies) != 1 {
		t.Fatalf("%+v", levels)
	}
	c := levels.Currencies[0]
	if c.All.Statement != family || len(c.Levels) != 2 || c.Levels[0].Level != "PARENT" || c.Levels[0].Statement != p.Own.Statement || len(c.Funds) != 2 ||
		!slices.Equal(c.Between, []projection.LevelFlow{{Payer: "PARENT", Payee: "SUB", Amount: 700_000}}) {
		t.Errorf("levels %+v", c)
	}
	sub := subs[fundA]
	b := subs[fundB]
	if sub.Add(&b); c.Levels[1].Statement != sub {
		t.Errorf("sub-funds %+v\nwant      %+v", c.Levels[1].Statement, sub)
	}
	// As of the end of March nothing was spent, came back or was under way.
	march, err := w.fundTotals(all, "2025-03-31", nil, fundP)
	if err != nil {
		t.Fatal(err)
	}
	if want := (trace.Statement{In: 900_000, New: 900_000, Idle: 150_000 + 50_000 + 100_000, Reached: 600_000, PassedOn: 600_000, Between: 700_000}); march.Family.Statement != want {
		t.Errorf("in March %+v\nwant     %+v", march.Family.Statement, want)
	}
	timed, err := m.Timing(t.Context(), fundP, today)
	if err != nil {
		t.Fatal(err)
	}
	// Straight from p 50,000 of social capital took 24 days; by way of a 250,000 took 58 and 100,000 59, by way of b 200,000 took 60,
	// all of it treasury money. Social capital of 10 January waits: 150,000 in p and 30,000 in b, for 171 days.
	want := trace.Timing{In: 900_000, Arrived: 600_000, Idle: 180_000, InTransit: 120_000,
		FundToEnterprise:     trace.Spell{Amount: 600_000, Lots: 4, Mean: 56, Median: 58, P90: 60, Least: 24, Most: 60},
		TreasuryToFund:       trace.Spell{Amount: 600_000, Lots: 1},
		TreasuryToEnterprise: trace.Spell{Amount: 550_000, Lots: 3, Mean: 58.91, Median: 59, P90: 60, Least: 58, Most: 60},
		Waiting:              trace.Spell{Amount: 180_000, Lots: 2, Mean: 171, Median: 171, P90: 171, Least: 171, Most: 171}}
	if timed.Timing != want {
		t.Errorf("timing %+v\nwant   %+v", timed.Timing, want)
	}
	idle, err := m.Idle(t.Context(), fundP, today, projection.List{Limit: 2})
	if err != nil {
		t.Fatal(err)
	}
	// a's 10,000 came back from e1 on 1 May, 60 days ago; b's 30,000 came from p on 2 February, but have been in funds since January.
	if a := idle.Family.Ages; idle.Family.Amount != 190_000 || a[1].Amount != 10_000 || a[2].Amount != 180_000 || a[2].From != 91 || a[4].To != 0 || a[2].InFunds != 180_000 {
		t.Errorf("idle %+v", idle.Family)
	}
	if idle.Own.Amount != 150_000 || len(idle.Subs) != 2 || len(idle.Lots) != 2 || idle.Next == "" || idle.Lots[1].Date != "2025-02-02" || idle.Lots[1].Days != 148 || idle.Lots[1].DaysInFunds != 171 {
		t.Errorf("idle %+v", idle)
	}
	// a's manager sees neither p nor b: what comes from p is from a fund, where e1's money was before is told by e1's lots that a fed.
	own, err := w.fundTotals(projection.ScopeOf(ledger.ManagerMSP, managerA), "", nil, fundA)
	if err != nil || own.Own.Statement != subs[fundA] {
		t.Errorf("a's manager %+v, %v\nwant %+v", own, err, subs[fundA])
	}
	if _, err := w.fundTotals(projection.ScopeOf(ledger.ManagerMSP, managerA), "", nil, fundP); ledger.ErrorCode(err) != ledger.FundUnknown {
		t.Errorf("a's manager asks for p: %v", err)
	}
	// Before the funds were established there were none.
	none := uint64(1)
	first := w.moment(all, "", &none)
	defer first.Close()
	if early, err := first.Totals(t.Context(), ""); err != nil || len(early.Currencies) != 0 {
		t.Errorf("at block 1: %+v, %v", early, err)
	}
}

// Totals, timing and idle money close for every reader at every moment, whatever value dates say; known at a block they are
// what a read model says that knows no more; and the levels never count anything twice.
func TestTotalsOfRandomHistories(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t)
		w.populate()
		c := &chance{world: w, r: r}
		c.history(30)
		blocks := w.l.Blocks()
		known := uint64(rapid.IntRange(4, len(blocks)-1).Draw(r, "known"))
		then := &world{t: t, db: w.open(t.TempDir() + "/then.db")}
		if err := then.db.Apply(blocks[:known+1]...); err != nil {
			r.Fatal(err)
		}
		w.sync()
		asOf := rapid.SampledFrom([]string{"", "2025-02-15", "2025-04-30", "2025-06-12"}).Draw(r, "as of")
		for _, name := range []string{"audit", rapid.SampledFrom(slices.Sorted(maps.Keys(readers))).Draw(r, "reader")} {
			s := readers[name]
			m, past := w.moment(s, asOf, &known), then.moment(s, asOf, nil)
			got, gotErr := m.Totals(t.Context(), "SUB")
			want, wantErr := past.Totals(t.Context(), "SUB")
			if gotErr != nil || wantErr != nil {
				r.Fatalf("%s: %v, %v", name, gotErr, wantErr)
			}
			if s == all { // others may see more now than then
				sameTotals(r, got, want)
			}
			for _, fund := range []string{fundP, fundA, fundB} {
				timed, err := m.Timing(t.Context(), fund, today)
				if ledger.ErrorCode(err) == ledger.FundUnknown {
					continue
				}
				if err != nil {
					r.Fatalf("%s times %s: %v", name, fund, err)
				}
				idle, err := m.Idle(t.Context(), fund, today, projection.List{Limit: 3})
				if err != nil {
					r.Fatalf("%s asks what is idle in %s: %v", name, fund, err)
				}
				x, err := m.FundTotals(t.Context(), fund)
				if err != nil {
					r.Fatal(err)
				}
				if idle.Own.Amount != x.Own.Idle || idle.Family.Amount != x.Family.Idle || !x.Own.Closes() || !x.Family.Closes() || !x.Own.Where.Closes() || timed.In != x.Own.Where.Traced {
					r.Fatalf("%s of %s: %+v\nidle %+v\ntiming %+v", fund, name, x, idle, timed)
				}
				if s == all && asOf == "" { // another way to the same figures, which follows lots level by level
					other, err := trace.ForFund(t.Context(), m, fund, trace.Options{})
					if err != nil {
						r.Fatal(err)
					}
					if o, where := other.Totals, x.Own.Where; o.In != where.Traced || o.Idle != where.Idle || o.InTransit != where.InTransit || o.Reached != where.Reached || o.Spent != where.Spent || o.IdleHere != x.Own.Idle {
						r.Fatalf("%s: the trace says %+v, the totals %+v", fund, o, x.Own)
					}
				}
				sum, inFunds := int64(0), int64(0)
				for _, a := range idle.Family.Ages {
					sum, inFunds = sum+a.Amount, inFunds+a.InFunds
				}
				if sum != idle.Family.Amount || inFunds != sum {
					r.Fatalf("ages of %+v", idle.Family)
				}
			}
			_, _ = m.Close(), past.Close()
		}
		if err := w.db.Close(); err != nil {
			r.Fatal(err)
		}
	})
}

func sameTotals(r *rapid.T, got, want *projection.Totals) {
	if len(got.Currencies) != len(want.Currencies) {
		r.Fatalf("%+v\nthen\n%+v", got, want)
	}
	for i := range got.Currencies {
		x, y := &got.Currencies[i], &want.Currencies[i]
		if x.All != y.All || !slices.Equal(x.Levels, y.Levels) || !slices.Equal(x.Between, y.Between) {
			r.Fatalf("%+v\nthen\n%+v", x, y)
		}
		sum := trace.Statement{}
		for l := range x.Levels {
			sum.Add(&x.Levels[l].Statement)
		}
		if a := &x.All; sum.New != a.New || sum.Idle != a.Idle || sum.InTransit != a.InTransit || sum.Reached != a.Reached || sum.Spent != a.Spent ||
			sum.Returned != a.Returned || sum.Hidden != a.Hidden || !a.Closes() {
			r.Fatalf("levels %+v\nall %+v", sum, a)
		}
	}
}
