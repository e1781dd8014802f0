package iati

import (
	"context"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/chaincode/memledger"
)

var (
	officer = ledger.Caller{MSP: ledger.FinanceMSP, Role: ledger.RoleOfficer, Party: "other:finance", Name: "officer@finance"}
	now     = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	options = Options{Writer: "officer@finance", Today: "2026-11-23"}
)

func newLedger() *memledger.Ledger {
	return memledger.New(memledger.WithClock(func() time.Time { return now }))
}

func postTo(l *memledger.Ledger, by ledger.Caller) Post {
	return func(_ context.Context, e ledger.Entry) (string, bool, error) {
		r, err := l.Submit(by, e)
		return r.Entry, r.Replayed, err
	}
}

func planOf(t testing.TB, f *File, opt Options) *Plan {
	t.Helper()
	p, err := NewPlan("file.xml", f, opt)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func record(t testing.TB, l *memledger.Ledger, p *Plan) {
	t.Helper()
	if err := p.Record(context.Background(), postTo(l, officer), nil); err != nil {
		b, _ := json.Marshal(err)
		t.Fatalf("%v %s", err, b)
	}
}

// audit adds up what the ledger holds, from its own pages and lot states, and compares it with the report.
func audit(t testing.TB, l *memledger.Ledger, r *Report) {
	t.Helper()
	type sums struct{ cameIn, unknown, spent, left, passed big.Int }
	by := map[string]*sums{}
	movements := 0
	add := func(x *big.Int, v int64) { x.Add(x, big.NewInt(v)) }
	for _, key := range l.Keys(ledger.EntryRoom) {
		raw, _ := l.Read([]string{key})
		var page ledger.Page
		if err := json.Unmarshal(raw[0], &page); err != nil {
			t.Fatal(err)
		}
		entry := strings.Split(strings.TrimPrefix(key, ledger.EntryRoom), "/")[0]
		for _, m := range page.Movements {
			movements++
			if by[m.Currency] == nil {
				by[m.Currency] = &sums{}
			}
			s := by[m.Currency]
			switch {
			case m.Kind == ledger.UnknownOrigin:
				add(&s.unknown, m.Amount)
			case m.From == "":
				add(&s.cameIn, m.Amount)
			case m.To == "":
				add(&s.spent, m.Amount)
			default:
				add(&s.passed, m.Amount)
			}
			if m.Document != r.SHA256 {
				t.Errorf("%s names document %q", m.Memo, m.Document)
			}
			for _, y := range m.Yields(entry) {
				lot, err := ledger.ReadLots(l, []string{y.Lot})
				if err != nil {
					t.Fatal(err)
				}
				add(&s.left, lot[0].Remaining)
			}
		}
	}
	if movements != r.Movements {
		t.Errorf("the ledger holds %d movements, the report says %d", movements, r.Movements)
	}
	for _, m := range r.Money {
		s := by[m.Currency]
		got := Money{m.Currency, s.cameIn.String(), s.unknown.String(), s.passed.String(), s.spent.String(), s.left.String()}
		if got != m {
			t.Errorf("the ledger holds %+v, the report says %+v", got, m)
		}
	}
	if len(by) != len(r.Money) {
		t.Errorf("%d currencies on the ledger, %d in the report", len(by), len(r.Money))
	}
	if n := len(l.Keys(ledger.AccountRoom)); n != len(r.Accounts) {
		t.Errorf("%d accounts on the ledger, %d in the report", n, len(r.Accounts))
	}
}

func TestRealFile(t *testing.T) {
	f := readFile(t, realFile)
	p := planOf(t, f, options)
	r := p.Report
	if r.Activities != 100 || r.Reporters != 23 || r.Read != 728 || r.Recorded+r.Refused != 728 {
		t.Errorf("%d activities, %d reporters, %d = %d + %d", r.Activities, r.Reporters, r.Read, r.Recorded, r.Refused)
	}
	if want := map[string]int{"1": 148, "2": 234, "3": 240, "4": 103, "C": 2, "D": 1}; fmt.Sprint(r.Types) != fmt.Sprint(want) {
		t.Errorf("types %v", r.Types)
	}
	if want := (Score{Of: 728, Present: 448, NonBlank: 448 - 378, Resolved: 21, SelfReferring: 21}); r.Traceability.Transactions != want {
		t.Errorf("transactions: %+v", r.Traceability.Transactions)
	}
	if want := (Score{Of: 11, Present: 10, NonBlank: 1}); r.Traceability.Activities != want {
		t.Errorf("activities: %+v", r.Traceability.Activities)
	}
	if len(r.Unresolved) != 49 { // 70 that are not blank, less 21
		t.Errorf("%d references lead out of the file", len(r.Unresolved))
	}
	// Counted with another XML reader and decimal arithmetic. Two of the negative amounts are too precise before that.
	if want := map[Reason]int{AmountNegative: 39, AmountTooPrecise: 32, AmountZero: 10,
		CurrencyInvalid: 2, CurrencyMissing: 15, DateMissing: 1}; fmt.Sprint(r.Reasons) != fmt.Sprint(want) {
		t.Errorf("reasons %v", r.Reasons)
	}
	if len(r.Refusals) != r.Refused {
		t.Errorf("%d of %d refusals are listed", len(r.Refusals), r.Refused)
	}
	for _, x := range r.Refusals {
		if x.Line == 0 || x.Column == 0 || x.Message == "" {
			t.Errorf("a refusal without place or reason: %+v", x)
		}
	}
	for _, e := range slices.Concat(p.Parties, p.Money) {
		if b, err := json.Marshal(e); err != nil || len(b) > 4<<20 || len(e.Ops) > ledger.MaxOps {
			t.Errorf("entry %s has %d bytes and %d operations: %v", e.Key, len(b), len(e.Ops), err)
		}
	}
	l := newLedger()
	record(t, l, p)
	audit(t, l, r)
	if n := len(l.Keys(ledger.CommitmentRoom)); n != 191 || r.Commitments != 191 || r.Recorded != 438+191 {
		t.Errorf("%d commitments on the ledger, %d in the report, %d transactions recorded", n, r.Commitments, r.Recorded)
	}
	// Added up with another XML reader and decimal arithmetic; francs have no cents.
	for _, want := range []Money{
		{Currency: "EUR", CameIn: "0", Unknown: "332247757", PassedOn: "0", Spent: "332247757", Left: "0"},
		{Currency: "GBP", CameIn: "2232090400", Unknown: "6848440366", PassedOn: "0", Spent: "9080530666", Left: "100"},
		{Currency: "NOK", CameIn: "0", Unknown: "494556080", PassedOn: "0", Spent: "494556080", Left: "0"},
		{Currency: "USD", CameIn: "9354623900", Unknown: "11199403598", PassedOn: "0", Spent: "20541117298", Left: "12910200"},
		{Currency: "XOF", CameIn: "0", Unknown: "65775000", PassedOn: "0", Spent: "65775000", Left: "0"},
	} {
		if !slices.Contains(r.Money, want) {
			t.Errorf("no %+v in %+v", want, r.Money)
		}
	}

	again := planOf(t, readFile(t, realFile), options)
	height := len(l.Keys(""))
	record(t, l, again)
	for _, e := range again.Report.Entries {
		if !e.Replayed || !e.Recorded {
			t.Errorf("entry %s was recorded twice", e.Key)
		}
	}
	if n := len(l.Keys("")); n != height {
		t.Errorf("the second import wrote %d keys", n-height)
	}
	audit(t, l, r)
}

func TestChain(t *testing.T) {
	p := planOf(t, readFile(t, "testdata/two.xml"), options)
	r := p.Report
	if r.Read != 6 || r.Recorded != 6 || r.Confirmations != 1 || r.Commitments != 1 {
		t.Errorf("%+v", r)
	}
	if r.Traceability.Activities != (Score{Of: 2, Present: 1, NonBlank: 1, Resolved: 1, Conserving: 1}) {
		t.Errorf("activities: %+v", r.Traceability.Activities)
	}
	if r.Promises[0] != (Promise{Type: "2", Currency: "EUR", Count: 1, Amount: "90000"}) {
		t.Errorf("promises: %+v", r.Promises)
	}
	// 1000.00 in, 600.50 passed on, 100.25 to the clinic; 700 spent of the 500.25 that are left: 199.75 from nowhere.
	want := Money{Currency: "EUR", CameIn: "100000", Unknown: "19975", PassedOn: "60050", Spent: "80025", Left: "39950"}
	if r.Money[0] != want {
		t.Errorf("money %+v, want %+v", r.Money[0], want)
	}
	if len(r.Unknown) != 1 || r.Unknown[0].Amount != "19975" || r.Unknown[0].Activity != "XX-AGENCY-1" || r.Unknown[0].Line != 34 || r.Unknown[0].Reason != Shortfall {
		t.Errorf("unknown: %+v", r.Unknown)
	}
	l := newLedger()
	record(t, l, p)
	audit(t, l, r)

	// The clinic's money can be followed back to the treasury.
	clinic, _ := PartyID(&Org{Name: "village clinic"})
	var lot string
	for _, e := range p.Money {
		for n, op := range e.Ops {
			if op.Movement != nil && op.Movement.Payee == clinic {
				lot = ledger.LotID(ledger.MovementID(ledger.EntryID(ledger.FinanceMSP, options.Writer, e.Key), n), 0)
			}
		}
	}
	for hop := 0; ; hop++ {
		got, err := ledger.ReadLots(l, []string{lot})
		if err != nil {
			t.Fatal(err)
		}
		if lot = got[0].Parent; lot == "" {
			if hop != 2 || got[0].Origin.Investor != "iati:XX-TREASURY" {
				t.Errorf("after %d hops the origin is %+v", hop, got[0].Origin)
			}
			break
		}
	}
	for _, key := range l.Keys("") {
		if v, _ := l.Read([]string{key}); strings.Contains(strings.ToLower(string(v[0])), "private") {
			t.Errorf("%s holds a person's data", key)
		}
	}
}

// A payment that both sides publish in different slices moves once; what the receiver states beyond it moves too.
func TestBothSidesPublish(t *testing.T) {
	tx := func(kind, value, date string, from, to string) Transaction {
		x := Transaction{Type: kind, Value: value, Currency: "EUR", Date: date}
		if from != "" {
			x.Provider = &Org{Name: "up", Activity: from, HasActivity: true}
		}
		if to != "" {
			x.Receiver = &Org{Name: "down", Activity: to}
		}
		return x
	}
	f := &File{SHA256: strings.Repeat("b", 64), Bytes: 1, Activities: []Activity{
		{ID: "UP", Reporting: &Org{Ref: "XX-UP"}, Transactions: []Transaction{
			{Type: "1", Value: "500", Currency: "EUR", Date: "2020-01-01", Provider: &Org{Name: "root"}},
			tx("3", "100", "2020-01-02", "", "DOWN"),
		}},
		{ID: "DOWN", Reporting: &Org{Ref: "XX-DOWN"}, Transactions: []Transaction{
			tx("1", "60", "2020-01-03", "UP", ""),
			tx("1", "60", "2020-01-04", "UP", ""),
			tx("1", "7", "2020-01-05", "NOBODY", ""),
			tx("1", "5", "2020-01-05", "DOWN", ""),
		}},
	}}
	p := planOf(t, f, options)
	r := p.Report
	if m := r.Money[0]; m.PassedOn != "12000" || m.CameIn != "51200" || m.Unknown != "0" || m.Left != "51200" {
		t.Errorf("%+v", m)
	}
	if r.Confirmations != 1 || r.Recorded != 6 {
		t.Errorf("%d recorded, %d confirm", r.Recorded, r.Confirmations)
	}
	if s := r.Traceability.Transactions; s != (Score{Of: 6, Present: 4, NonBlank: 4, Resolved: 3, SelfReferring: 1, Conserving: 1}) {
		t.Errorf("%+v", s)
	}
	if s := r.Traceability.Activities; s != (Score{Of: 2, Present: 1, NonBlank: 1, Resolved: 1, SelfReferring: 1}) {
		t.Errorf("%+v", s)
	}
	l := newLedger()
	record(t, l, p)
	audit(t, l, r)
}

// A chain within one day, written in the wrong order, needs no root of unknown origin.
func TestSameDayChain(t *testing.T) {
	pass := func(to string) []Transaction {
		return []Transaction{{Type: "3", Value: "10", Currency: "EUR", Date: "2020-01-01", Receiver: &Org{Activity: to}}}
	}
	f := &File{SHA256: strings.Repeat("c", 64), Bytes: 1, Activities: []Activity{
		{ID: "D", Reporting: &Org{Ref: "XX-D"}, Transactions: []Transaction{{Type: "4", Value: "10", Currency: "EUR", Date: "2020-01-01"}}},
		{ID: "C", Reporting: &Org{Ref: "XX-C"}, Transactions: pass("D")},
		{ID: "B", Reporting: &Org{Ref: "XX-B"}, Transactions: pass("C")},
		{ID: "A", Reporting: &Org{Ref: "XX-A"}, Transactions: append(pass("B"), Transaction{Type: "1", Value: "10", Currency: "EUR", Date: "2020-01-01", Provider: &Org{Name: "x"}})},
	}}
	p := planOf(t, f, options)
	if len(p.Report.Unknown) != 0 || p.Report.Money[0].Spent != "1000" {
		t.Errorf("%+v %+v", p.Report.Unknown, p.Report.Money)
	}
	l := newLedger()
	record(t, l, p)
	audit(t, l, p.Report)
}

// More lots than one movement may draw on: the payment is recorded in parts.
func TestManyLots(t *testing.T) {
	a := Activity{ID: "A", Reporting: &Org{Ref: "XX-A"}}
	for range 1100 {
		a.Transactions = append(a.Transactions, Transaction{Type: "1", Value: "1", Currency: "EUR", Date: "2020-01-01", Provider: &Org{Name: "x"}})
	}
	a.Transactions = append(a.Transactions, Transaction{Type: "4", Value: "1100", Currency: "EUR", Date: "2020-01-02"})
	p := planOf(t, &File{SHA256: strings.Repeat("d", 64), Bytes: 1, Activities: []Activity{a}}, options)
	if p.Report.Movements != 1103 || p.Report.Recorded != 1101 {
		t.Errorf("%d movements of %d transactions", p.Report.Movements, p.Report.Recorded)
	}
	l := newLedger()
	record(t, l, p)
	audit(t, l, p.Report)
}
