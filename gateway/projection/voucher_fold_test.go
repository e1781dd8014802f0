package projection_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
)

// TestForgedVouchers writes vouchers past the rules: what cannot be, stops the fold, and a voucher whose fields stand in
// another order is read like any other.
func TestForgedVouchers(t *testing.T) {
	for name, c := range map[string]struct {
		forge func(v map[string]any) (value []byte)
		want  projection.Reason // empty: it is taken
	}{
		"fields in the order of the alphabet": {encode, ""},
		"no history":                          {func(v map[string]any) []byte { delete(v, "events"); return encode(v) }, projection.Unreadable},
		"a shorter history":                   {func(v map[string]any) []byte { v["events"] = v["events"].([]any)[:1]; return encode(v) }, projection.Contradiction},
		"the same history again":              {func(v map[string]any) []byte { e := v["events"].([]any); v["events"] = e[:len(e)-1]; return encode(v) }, projection.Contradiction},
		"a number twice": {func(v map[string]any) []byte {
			e := v["events"].([]any)
			e[len(e)-1].(map[string]any)["seq"] = 1
			return encode(v)
		}, projection.Contradiction},
		"an event that is none":      {func(v map[string]any) []byte { e := v["events"].([]any); e[len(e)-1] = "nothing"; return encode(v) }, projection.Unreadable},
		"more settled than its face": {func(v map[string]any) []byte { v["settled"] = "999999999"; return encode(v) }, projection.Contradiction},
		"a lot that nobody recorded": {func(v map[string]any) []byte { v["lot"] = "0123456789abcdef0123.0.0"; return encode(v) }, projection.Contradiction},
		"a lot without a name":       {func(v map[string]any) []byte { v["lot"] = "x"; return encode(v) }, projection.Contradiction},
		"no voucher at all":          {func(map[string]any) []byte { return []byte(`"text"`) }, projection.Unreadable},
		"a deletion":                 {func(map[string]any) []byte { return nil }, projection.Unreadable},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.trading()
			lot := w.issue(w.owed(sha("1"), 1000), 1000)
			w.sync()
			// The next step as the ledger would record it, altered.
			tx := w.l.Begin(t1User)
			writes, _, err := ledger.Apply(&ledger.Batch{Entries: []ledger.Entry{{Key: "forged", Ops: []ledger.Op{{Type: ledger.VoucherOffer,
				VoucherStep: &ledger.VoucherStep{Voucher: lot, To: t2, Date: "2025-03-04"}}}}}}, t1User, clock(), tx)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range writes {
				value := x.Value
				if strings.HasPrefix(x.Key, ledger.VoucherRoom) {
					var v map[string]any
					if err := json.Unmarshal(value, &v); err != nil {
						t.Fatal(err)
					}
					if value = c.forge(v); value == nil {
						if err := tx.DelState(x.Key); err != nil {
							t.Fatal(err)
						}
						continue
					}
				}
				if err := tx.PutState(x.Key, value); err != nil {
					t.Fatal(err)
				}
			}
			w.l.Commit(tx)
			before := w.db.Next()
			err = w.db.Apply(w.l.Blocks()[before:]...)
			var alarm *projection.Alarm
			switch {
			case c.want == "" && err == nil:
				want, err := ledger.ReadVoucher(w.l, lot)
				if err != nil {
					t.Fatal(err)
				}
				got := w.vouchers(t, all, projection.VoucherFilter{WithEvents: true})[lot]
				if len(got.Events) != len(want.Events) || got.State != ledger.TransferPending {
					t.Errorf("%+v, want %+v", got, want)
				}
				want.Events = nil
				if !reflect.DeepEqual(&got.VoucherNode, want) {
					t.Errorf("%+v, want %+v", got.VoucherNode, want)
				}
			case c.want == "" || !errors.As(err, &alarm) || alarm.Reason != c.want:
				t.Errorf("answered %v, want %s", err, c.want)
			case w.db.Next() != before || alarm.Block != before:
				t.Errorf("next is %d, %v, want %d", w.db.Next(), alarm, before)
			}
		})
	}
}

func encode(v map[string]any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}
