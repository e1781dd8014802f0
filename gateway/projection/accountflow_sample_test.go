package projection_test

import (
	"bytes"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/chaincode/memledger"
	"fundtrace/gateway/fingerprint"
	"fundtrace/gateway/projection"
	"fundtrace/gateway/trace"
	"fundtrace/gateway/trace/attribution"
	"fundtrace/gateway/trace/convention"
	"fundtrace/network/sample"
)

// loadSample folds the sample data into a read model.
func loadSample(t *testing.T) *projection.DB {
	t.Helper()
	at := time.Date(2026, 1, 5, 1, 0, 0, 0, time.UTC)
	l := memledger.New(memledger.WithClock(func() time.Time { return at }))
	callers := map[string]ledger.Caller{}
	for _, u := range sample.Users() {
		callers[u.Name] = ledger.Caller{MSP: u.MSP(), Role: u.Role, Party: u.Party, Name: u.Name}
	}
	entries, err := sample.Entries(sample.Place{Key: bytes.Repeat([]byte{7}, fingerprint.KeySize), Made: at})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if _, err := l.Submit(callers[e.User], e.Entry); err != nil {
			t.Fatalf("%s: %v", e.Entry.Key, err)
		}
	}
	db, err := projection.Open(t.TempDir() + "/sample.db")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Apply(l.Blocks()...); err != nil {
		t.Fatal(err)
	}
	return db
}

// TestConventionsOverTheSample: RECORDED is the forest's trace of every lot that money entered in, all of it together is
// what every payment carried, and every method keeps within the bounds.
func TestConventionsOverTheSample(t *testing.T) {
	db := loadSample(t)
	m, err := db.At(t.Context(), all, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	s := m.Statements()
	var shelf attribution.Shelf
	page, err := db.Movements(t.Context(), all, projection.MovementFilter{}, projection.List{Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	roots := 0
	for _, x := range page.Items {
		if x.From != "" || roots == 40 {
			continue
		}
		roots++
		lot := ledger.LotID(x.ID, 0)
		source, err := s.Source(t.Context(), lot)
		if err != nil {
			t.Fatal(err)
		}
		got, err := shelf.Forward(t.Context(), s, *source, attribution.Options{}, trace.Options{})
		if err != nil {
			t.Fatal(err)
		}
		want, err := trace.Total(t.Context(), m, lot)
		if err != nil {
			t.Fatal(err)
		}
		if g, w := got.Totals, want.Totals; g.Traced != w.Traced || g.Spent != w.Spent || g.InTransit != w.InTransit || g.Idle+g.Reached != w.Idle+w.Reached {
			t.Errorf("lot %s: %+v, the forest says %+v", lot, g, w)
		}
	}
	if roots < 10 {
		t.Fatalf("only %d roots were tried", roots)
	}
	lot, _ := sample.ReadyTrace()
	source, err := s.Source(t.Context(), lot)
	if err != nil {
		t.Fatal(err)
	}
	table, err := shelf.Table(t.Context(), s, *source, attribution.Options{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, row := range table.Rows {
		if row.Kind != trace.InEnterprise || compared == 5 {
			continue
		}
		compared++
		target, err := s.Target(t.Context(), row.ID)
		if err != nil {
			t.Fatal(err)
		}
		c, err := shelf.Compare(t.Context(), s, *source, *target, attribution.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range c.Figures {
			if f.Refused != "" || f.Method != convention.Poison && (f.Amount < c.Bounds.Least || f.Amount > c.Bounds.Most) {
				t.Errorf("%s: %+v, bounds %+v", row.ID, f, c.Bounds)
			}
		}
	}
	for _, method := range convention.Methods() {
		whole, err := attribution.Everything(t.Context(), s, attribution.Options{Method: method, By: attribution.ByPublic, Protected: attribution.PublicSource, Currency: "CNY"})
		if err != nil {
			t.Fatal(err)
		}
		for c := range whole.Payments() {
			sum := int64(0)
			for _, share := range c.Shares {
				if sum += share.Amount; share.Source == convention.UnknownSource {
					t.Fatalf("%s: movement %d spent what its payer did not have: %+v", whole.Version, c.Movement, c)
				}
			}
			if sum != c.Amount && method != convention.Poison {
				t.Fatalf("%s: movement %d of %d carries %d", whole.Version, c.Movement, c.Amount, sum)
			}
		}
	}
}
