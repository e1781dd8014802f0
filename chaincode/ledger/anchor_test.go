package ledger_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	. "fundtrace/chaincode/ledger"
)

// service is a gateway's own identity: it acts for no party.
var service = Caller{MSP: FinanceMSP, Role: RoleService, Name: "gateway@finance"}

// anchor is the n-th anchor of the log "gateway-1", which has ten records more at each; edit changes it.
func anchor(n int64, edit func(*Anchor)) Op {
	a := &Anchor{Stream: "gateway-1", Day: fmt.Sprintf("2026-02-%02d", n), Sequence: n, Head: head(n), Count: 10 * n}
	if n > 1 {
		a.Previous = head(n - 1)
	}
	if edit != nil {
		edit(a)
	}
	return Op{Type: AnchorRecord, Anchor: a}
}

func head(n int64) string { return digest(fmt.Sprint(n)) }

// A stream grows by one anchor after the other, whoever of its organisation writes them; other organisations have streams
// of their own under the same name.
func TestAnchorStream(t *testing.T) {
	w := newWorld(t)
	w.do(service, anchor(1, nil))
	w.do(service, anchor(2, nil))
	w.do(officer, anchor(3, func(a *Anchor) { a.Day = "2026-02-02" })) // the same day again
	w.do(service, anchor(4, func(a *Anchor) { a.Head, a.Count = head(3), 30 }))
	last := anchor(5, func(a *Anchor) { a.Previous, a.Day = head(3), today })
	w.do(service, last)
	w.do(auditor, anchor(1, nil))
	w.do(custodian1, anchor(1, nil))
	w.do(Caller{MSP: BankMSP, Role: RoleService, Name: "gateway@bank"}, anchor(2, nil))
	w.do(Caller{MSP: EnterpriseMSP, Role: RoleService, Name: "gateway@enterprise"}, anchor(1, nil))
	got, err := ReadAnchor(w, StreamID(FinanceMSP, "gateway-1"))
	if err != nil {
		t.Fatal(err)
	}
	want := AnchorRecorded{*last.Anchor, Writer{MSP: service.MSP, Role: service.Role, Name: service.Name}, "2026-03-02T08:00:00Z"}
	if !reflect.DeepEqual(*got, want) {
		t.Errorf("the last anchor is %+v, want %+v", *got, want)
	}
	if _, err := ReadAnchor(w, StreamID(ManagerMSP, "gateway-1")); ErrorCode(err) != AnchorUnknown {
		t.Errorf("a stream that nobody began: %v", err)
	}
	raw, err := w.Read([]string{AnchorRoom + StreamID(FinanceMSP, "gateway-1")})
	if err != nil {
		t.Fatal(err)
	}
	var kept map[string]any
	if err := json.Unmarshal(raw[0], &kept); err != nil || kept["sequence"] != "5" || kept["count"] != "50" {
		t.Errorf("state holds %s, %v", raw[0], err)
	}
}

// onStream tries an anchor after two, changed by edit.
func onStream(edit func(*Anchor)) func(*world) error {
	return func(w *world) error {
		w.do(service, anchor(1, nil))
		w.do(service, anchor(2, nil))
		_, err := w.try(service, anchor(3, edit))
		return err
	}
}

var anchorRefusals = []tradeRefusal{
	{AnchorBroken, "a number left out", onStream(func(a *Anchor) { a.Sequence = 4 })},
	{AnchorBroken, "a number again", onStream(func(a *Anchor) { a.Sequence = 2 })},
	{AnchorBroken, "not the first", tries(service, anchor(2, nil))},
	{AnchorBroken, "a first that follows something", tries(service, anchor(1, func(a *Anchor) { a.Previous = head(9) }))},
	{AnchorBroken, "after another head", onStream(func(a *Anchor) { a.Previous = head(1) })},
	{AnchorBroken, "after none", onStream(func(a *Anchor) { a.Previous = "" })},
	{AnchorBroken, "a log cut short", onStream(func(a *Anchor) { a.Count = 19 })},
	{AnchorBroken, "a log rewritten", onStream(func(a *Anchor) { a.Count = 20 })},
	{AnchorBroken, "a log grown without a trace", onStream(func(a *Anchor) { a.Head = head(2) })},
	{AnchorBroken, "an earlier day", onStream(func(a *Anchor) { a.Day = "2026-02-01" })},
	{AnchorBroken, "two at a time", func(w *world) error {
		_, err := w.try(service, anchor(1, nil), anchor(2, nil))
		if rows := refusalOf(err).Rows; len(rows) == 1 {
			return &Error{Code: rows[0].Code}
		}
		return err
	}},
	{FieldMissing, "no stream", onStream(func(a *Anchor) { a.Stream = "" })},
	{FieldMissing, "no head", onStream(func(a *Anchor) { a.Head = "" })},
	{FieldMissing, "no day", onStream(func(a *Anchor) { a.Day = "" })},
	{FieldInvalid, "a stream of another organisation", onStream(func(a *Anchor) { a.Stream = "BankMSP/gateway-1" })},
	{FieldInvalid, "a head that is none", onStream(func(a *Anchor) { a.Head = "x" })},
	{FieldInvalid, "a previous that is none", onStream(func(a *Anchor) { a.Previous = "x" })},
	{FieldInvalid, "number 0", onStream(func(a *Anchor) { a.Sequence = 0 })},
	{FieldInvalid, "no record", onStream(func(a *Anchor) { a.Count = 0 })},
	{DateInvalid, "no day of the calendar", onStream(func(a *Anchor) { a.Day = "2026-02-30" })},
	{DateInFuture, "tomorrow", onStream(func(a *Anchor) { a.Day = "2026-03-03" })},
	{NotOwner, "another bank's log", func(w *world) error {
		w.do(custodian1, anchor(1, nil))
		_, err := w.try(custodian2, anchor(2, nil))
		return err
	}},
	{NotPermitted, "a manager", tries(parentMgr, anchor(1, nil))},
	{NotPermitted, "an officer without a party", tries(Caller{MSP: FinanceMSP, Role: RoleOfficer, Name: "x"}, anchor(1, nil))},
	{NotPermitted, "a service that does more", tries(service, party(outsider, Private))},
	{AnchorUnknown, "read", func(w *world) error { _, err := ReadAnchor(w, "FinanceMSP/nothing"); return err }},
}

func TestAnchorRefusals(t *testing.T) { testRefusals(t, anchorRefusals) }

// testRefusals tries each case in a world of its own.
func testRefusals(t *testing.T, cases []tradeRefusal) {
	t.Helper()
	for _, c := range cases {
		t.Run(string(c.code)+" "+c.name, func(t *testing.T) {
			w := newWorld(t)
			if err := c.try(w); ErrorCode(err) != c.code {
				t.Errorf("%v, want %s", err, c.code)
			}
			w.audit()
		})
	}
}

// A refusal says what would continue the stream, so that whoever anchors can find where the log went apart.
func TestBrokenAnchorSaysWhatIsNext(t *testing.T) {
	err := onStream(func(a *Anchor) { a.Sequence = 7 })(newWorld(t))
	want := map[string]string{"stream": "FinanceMSP/gateway-1", "sequence": "3", "previous": head(2), "count": "20", "day": "2026-02-02"}
	if got := refusalOf(err).Detail; !reflect.DeepEqual(got, want) {
		t.Errorf("detail %v, want %v", got, want)
	}
}

// Two gateways that anchor one stream at a time: one of the two transactions is void, and then refused.
func TestAnchorsConflict(t *testing.T) {
	w := newWorld(t)
	first, second := w.Begin(service), w.Begin(officer)
	for by, tx := range map[Caller]interface {
		Put([]Write) error
		View
	}{service: first, officer: second} {
		writes, _, err := Apply(&Batch{Entries: []Entry{{Key: "a", Ops: []Op{anchor(1, nil)}}}}, by, now, tx)
		if err != nil {
			t.Fatal(err)
		}
		if err := tx.Put(writes); err != nil {
			t.Fatal(err)
		}
	}
	valid := 0
	for _, tx := range w.Commit(first, second).Txs {
		if tx.Valid() {
			valid++
		}
	}
	if valid != 1 {
		t.Errorf("%d of two first anchors were recorded", valid)
	}
	if got := w.refused(service, anchor(1, nil)); got != AnchorBroken {
		t.Errorf("a first anchor again: %s", got)
	}
}
