package iati

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Whatever is published: the ledger accepts the whole plan, and holds what the report says.
func TestAnyFile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := []string{"A", "B", "C", ""}
		orgs := rapid.SampledFrom([]*Org{nil, {Ref: "XX-A"}, {Ref: "XX-B", Type: "10"}, {Name: "Some  Name", Ref: "N/A"}, {Ref: "N/A"}, {}})
		org := rapid.Custom(func(t *rapid.T) *Org {
			o := orgs.Draw(t, "org")
			if o == nil {
				return nil
			}
			c := *o
			c.HasActivity = rapid.Bool().Draw(t, "has")
			if c.HasActivity {
				c.Activity = rapid.SampledFrom(append(ids, "elsewhere")).Draw(t, "activity")
			}
			return &c
		})
		tx := rapid.Custom(func(t *rapid.T) Transaction {
			return Transaction{At: Position{1, 1}, Type: rapid.SampledFrom([]string{"1", "2", "3", "3", "4", "6", "9", "IF", "Q"}).Draw(t, "type"),
				Value:    rapid.SampledFrom([]string{"1", "2.50", "100", "0.01", "-3", "0", "x", "92233720368547758.05"}).Draw(t, "value"),
				Currency: rapid.SampledFrom([]string{"EUR", "EUR", "JPY", ""}).Draw(t, "currency"),
				Date:     rapid.SampledFrom([]string{"2020-01-01", "2020-01-01", "2020-01-02", "2020-01-03", "2030-01-01", ""}).Draw(t, "date"),
				Provider: org.Draw(t, "provider"), Receiver: org.Draw(t, "receiver")}
		})
		f := &File{SHA256: strings.Repeat("e", 64), Bytes: 1}
		for i := range rapid.IntRange(1, 4).Draw(t, "activities") {
			f.Activities = append(f.Activities, Activity{ID: ids[i], Reporting: orgs.Draw(t, "reporter"), Currency: "EUR",
				Transactions: rapid.SliceOfN(tx, 0, 12).Draw(t, "transactions")})
		}
		opt := options
		opt.EntryOps = rapid.IntRange(1, 9).Draw(t, "ops")
		p, err := NewPlan("any", f, opt)
		if err != nil {
			t.Fatal(err)
		}
		l := newLedger()
		if err := p.Record(context.Background(), postTo(l, officer), nil); err != nil {
			b, _ := json.Marshal(err)
			t.Fatalf("%s", b)
		}
		audit(testing.TB(nopTB{t: t}), l, p.Report)
	})
}

// nopTB lets a property test use the checks of the other tests.
type nopTB struct {
	testing.TB
	t *rapid.T
}

func (n nopTB) Helper()                           {}
func (n nopTB) Errorf(format string, args ...any) { n.t.Errorf(format, args...) }
func (n nopTB) Fatal(args ...any)                 { n.t.Fatal(args...) }
