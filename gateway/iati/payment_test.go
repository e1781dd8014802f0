package iati

import (
	"fmt"
	"strings"
	"testing"
)

func TestVersion1Reasons(t *testing.T) {
	p := planOf(t, readFile(t, "testdata/one.xml"), options)
	want := map[Reason]int{AmountTooPrecise: 1, DirectionUnknown: 1, DateMissing: 1, TypeUnknown: 1}
	if fmt.Sprint(p.Report.Reasons) != fmt.Sprint(want) || p.Report.Recorded != 5 || p.Report.Commitments != 1 {
		t.Errorf("%d recorded, refused %v", p.Report.Recorded, p.Report.Reasons)
	}
	// 5000 from the treasury and 20 repaid come in; 1000 are disbursed and 10 repaid.
	if m := p.Report.Money[0]; m != (Money{Currency: "XOF", CameIn: "5020", Unknown: "0", PassedOn: "0", Spent: "1010", Left: "4010"}) {
		t.Errorf("%+v", m)
	}
	l := newLedger()
	record(t, l, p)
	audit(t, l, p.Report)
}

func TestReasons(t *testing.T) {
	reporter := &Org{Ref: "XX-A"}
	good := Transaction{Type: "4", Value: "1.00", Currency: "EUR", Date: "2020-02-29"}
	with := func(change func(*Transaction)) Transaction {
		x := good
		change(&x)
		return x
	}
	tests := []struct {
		want Reason
		x    Transaction
	}{
		{"", good},
		{"", with(func(x *Transaction) { x.Date = "2026-11-23+08:00" })},
		{"", with(func(x *Transaction) { x.Receiver = &Org{Activity: "A"} })}, // spent within the activity
		{TypeUnknown, with(func(x *Transaction) { x.Type = "" })},
		{TypeUnknown, with(func(x *Transaction) { x.Type = "14" })},
		{NotMoney, with(func(x *Transaction) { x.Type = "13" })},
		{ElementTwice, with(func(x *Transaction) { x.Twice = "value" })},
		{AmountMissing, with(func(x *Transaction) { x.Value = "" })},
		{AmountInvalid, with(func(x *Transaction) { x.Value = "1,000" })},
		{AmountTooPrecise, with(func(x *Transaction) { x.Value = "1.001" })},
		{AmountTooLarge, with(func(x *Transaction) { x.Value = "99999999999999999999" })},
		{AmountNegative, with(func(x *Transaction) { x.Value = "-1" })},
		{AmountZero, with(func(x *Transaction) { x.Value = "0.00" })},
		{CurrencyMissing, with(func(x *Transaction) { x.Currency = "" })},
		{CurrencyInvalid, with(func(x *Transaction) { x.Currency = "XDR" })},
		{CurrencyInvalid, with(func(x *Transaction) { x.Currency = "euro" })},
		{DateMissing, with(func(x *Transaction) { x.Date, x.ValueDate = "", "2020-01-01" })},
		{DateInvalid, with(func(x *Transaction) { x.Date = "29/02/2020" })},
		{DateInvalid, with(func(x *Transaction) { x.Date = "2021-02-29" })},
		{DateTooEarly, with(func(x *Transaction) { x.Date = "1899-12-31" })},
		{DateInFuture, with(func(x *Transaction) { x.Date = "2026-11-24" })},
		{DirectionUnknown, with(func(x *Transaction) { x.Type = "6" })},
		{SelfReference, with(func(x *Transaction) { x.Type, x.Receiver = "3", &Org{Activity: "A"} })},
	}
	for i, tt := range tests {
		a := &Activity{ID: "A", Reporting: reporter}
		if _, why := check(a, &tt.x, map[string]*Activity{"A": a}, "2026-11-23"); why != tt.want {
			t.Errorf("%d: %q, want %q", i, why, tt.want)
		}
	}
	for _, why := range []Reason{NoActivityID, NoReporter, DuplicateActivity} {
		f := &File{SHA256: strings.Repeat("a", 64), Bytes: 1, Activities: []Activity{{ID: "A", Reporting: reporter, Transactions: []Transaction{good}}}}
		b := Activity{ID: "B", Reporting: reporter, Transactions: []Transaction{good, good}}
		switch why {
		case NoActivityID:
			b.ID = ""
		case NoReporter:
			b.Reporting = nil
		case DuplicateActivity:
			b.ID = "A"
		}
		f.Activities = append(f.Activities, b)
		if r := planOf(t, f, options).Report; r.Reasons[why] != 2 || r.Recorded != 1 {
			t.Errorf("%s: %d recorded, refused %v", why, r.Recorded, r.Reasons)
		}
	}
	for why := range sentences {
		if strings.TrimSpace(sentences[why]) == "" {
			t.Errorf("%s has no sentence", why)
		}
	}
}
