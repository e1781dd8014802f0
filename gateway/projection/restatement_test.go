package projection_test

import (
	"slices"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
	"fundtrace/gateway/trace"

	"pgregory.net/rapid"
)

func (w *world) restatement(s projection.Scope, asOf string, from uint64, l projection.List) *projection.Restatement {
	w.t.Helper()
	m := w.moment(s, asOf, nil)
	defer m.Close()
	r, err := m.Restatement(w.t.Context(), from, l)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// TestRestatement records a report's worth of history, and then what comes late: a payment of March, a credit, a reversal, a
// receipt, and a payment of which the reporting date knows nothing.
func TestRestatement(t *testing.T) {
	w := newWorld(t)
	w.populate()
	m := w.story()
	wrong := w.settle(ledger.Disbursement, acctB, acct3, 5_000, "2025-05-05")
	w.sync()
	from := w.db.Next() - 1
	late := w.settle(ledger.Disbursement, acctP, acct1, 7_000, "2025-03-20")
	w.confirm(custodian1, ledger.MovementCredit, m.underWay, func(s *ledger.Step) { s.Date = "2025-06-11" })
	w.submit(custodian2, ledger.Op{Type: ledger.ReversalPropose, Step: &ledger.Step{Movement: wrong, Reason: "TYPO"}})
	w.submit(officer, ledger.Op{Type: ledger.ReversalApprove, Step: &ledger.Step{Movement: wrong}})
	fresh := w.settle(ledger.Disbursement, acctP, acct1, 3_000, "2025-06-30")
	w.sync()
	all1 := w.restatement(all, "", from, projection.List{})
	got := map[string]projection.Change{}
	for _, c := range all1.Changes {
		got[c.Movement] = c
	}
	if len(got) != 4 || all1.Next != "" || all1.FromDay != today || all1.ToBlock != w.db.Next()-1 {
		t.Fatalf("%+v", all1)
	}
	if c := got[late]; c.What != projection.ChangeNew || !c.Restates || c.Before != nil || c.After.Date != "2025-03-20" || len(c.Acts) != 1 || c.Acts[0].Writer.Name != custodian1.Name || c.Acts[0].Tx == "" {
		t.Errorf("the late payment: %+v", c)
	}
	if c := got[fresh]; c.What != projection.ChangeNew || c.Restates {
		t.Errorf("today's payment: %+v", c)
	}
	if c := got[m.underWay]; c.What != projection.ChangeStage || c.Before.Stage != ledger.Debited || c.After.Stage != ledger.Credited || c.After.Date != "2025-06-11" || len(c.Acts) != 1 || c.Acts[0].What != "STAGE" {
		t.Errorf("the credit: %+v", c)
	}
	if c := got[wrong]; c.What != projection.ChangeReversed || len(c.Acts) != 1 || c.Acts[0].Writer.Name != officer.Name || c.Acts[0].Stage != ledger.Reversed {
		t.Errorf("the reversal: %+v", c)
	}
	if !slices.Contains(all1.Sums, projection.ChangeSum{What: projection.ChangeNew, Currency: "CNY", Movements: 2, Amount: 10_000, Restating: 1, Restated: 7_000}) {
		t.Errorf("%+v", all1.Sums)
	}
	diff := map[string]trace.Statement{}
	for _, f := range all1.Funds {
		diff[f.Fund] = f.Difference
	}
	if want := (trace.Statement{Idle: -10_000, Reached: 10_000, PassedOn: 10_000}); diff[fundP] != want {
		t.Errorf("p differs by %+v, want %+v", diff[fundP], want)
	}
	if want := (trace.Statement{Idle: 5_000, Reached: -5_000, PassedOn: -5_000}); diff[fundB] != want {
		t.Errorf("b differs by %+v, want %+v", diff[fundB], want)
	}
	if want := (trace.Statement{Reached: 60_000, InTransit: -60_000, Leaving: -60_000, PassedOn: 60_000}); diff[fundA] != want {
		t.Errorf("a differs by %+v, want %+v", diff[fundA], want)
	}
	// For a report as of the end of March only the late payment counts.
	march := w.restatement(all, "2025-03-31", from, projection.List{})
	if len(march.Changes) != 1 || march.Changes[0].Movement != late || len(march.Funds) != 1 || march.Funds[0].Difference.Reached != 7_000 || len(march.All) != 1 {
		t.Errorf("as of March: %+v", march)
	}
	// Page by page it is the same.
	var paged []string
	l := projection.List{Limit: 1}
	for {
		p := w.restatement(all, "", from, l)
		for _, c := range p.Changes {
			paged = append(paged, c.Movement)
		}
		if l.Cursor = p.Next; l.Cursor == "" {
			break
		}
	}
	if len(paged) != 4 {
		t.Errorf("by pages %v", paged)
	}
	mo := w.moment(all, "", nil)
	defer mo.Close()
	if _, err := mo.Restatement(t.Context(), w.db.Next(), projection.List{}); ledger.ErrorCode(err) != ledger.FieldInvalid {
		t.Errorf("from a later block: %v", err)
	}
	// b's manager is told of the reversal alone.
	if r := w.restatement(projection.ScopeOf(ledger.ManagerMSP, managerB), "", from, projection.List{}); len(r.Changes) != 1 || r.Changes[0].Movement != wrong || len(r.Funds) != 1 {
		t.Errorf("b's manager is told %+v", r)
	}
}

// A restatement's figures are those that were answered then and are answered now, it leaves no fund out that differs, and it
// names every movement that stands otherwise than it did.
func TestRestatementOfRandomHistories(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t)
		w.populate()
		c := &chance{world: w, r: r}
		base := len(w.l.Blocks()) - 1
		for range rapid.IntRange(5, 25).Draw(r, "operations") {
			switch rapid.IntRange(0, 5).Draw(r, "what") {
			case 0:
				c.enter()
			case 1, 2, 3:
				c.pay()
			default:
				c.step()
			}
		}
		blocks := w.l.Blocks()
		from := uint64(rapid.IntRange(base, len(blocks)-1).Draw(r, "from"))
		then := &world{t: t, db: w.open(t.TempDir() + "/then.db")}
		if err := then.db.Apply(blocks[:from+1]...); err != nil {
			r.Fatal(err)
		}
		w.sync()
		asOf := rapid.SampledFrom([]string{"", "2025-03-15"}).Draw(r, "as of")
		got := w.restatement(all, asOf, from, projection.List{Limit: 500})
		of := map[string]projection.FundChange{}
		for _, f := range got.Funds {
			of[f.Fund] = f
		}
		for _, fund := range []string{fundP, fundA, fundB} {
			before, err := then.fundTotals(all, asOf, nil, fund)
			if err != nil {
				r.Fatal(err)
			}
			after, err := w.fundTotals(all, asOf, nil, fund)
			if err != nil {
				r.Fatal(err)
			}
			f, listed := of[fund]
			if listed != (before.Own.Statement != after.Own.Statement) || listed && (f.Before != before.Own.Statement || f.After != after.Own.Statement || f.Difference != after.Own.Less(&before.Own.Statement)) {
				r.Fatalf("%s: %+v\nthen %+v\nnow  %+v", fund, f, before.Own, after.Own)
			}
		}
		named := map[string]string{}
		for _, change := range got.Changes {
			named[change.Movement] = change.What
			if len(change.Acts) == 0 {
				r.Fatalf("nobody changed %+v", change)
			}
		}
		if asOf != "" {
			return
		}
		for _, id := range c.movements {
			now, err := w.db.Movement(t.Context(), all, id)
			if err != nil {
				r.Fatal(err)
			}
			want := ""
			past, err := then.db.Movement(t.Context(), all, id)
			switch {
			case ledger.ErrorCode(err) == ledger.MovementUnknown:
				want = projection.ChangeNew
			case err != nil:
				r.Fatal(err)
			case past.Stage != now.Stage && now.Stage == ledger.Reversed:
				want = projection.ChangeReversed
			case past.Stage != now.Stage:
				want = projection.ChangeStage
			case past.Level != now.Level:
				want = projection.ChangeAttested
			}
			if named[id] != want {
				r.Fatalf("%s is %q, want %q: %+v, %+v", id, named[id], want, past, now)
			}
		}
	})
}
