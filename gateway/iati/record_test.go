package iati

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
)

// Another file with some of the same parties is recorded beside the first; the parties stay as they are.
func TestKnownParties(t *testing.T) {
	l := newLedger()
	record(t, l, planOf(t, readFile(t, "testdata/two.xml"), options))
	other := readFile(t, "testdata/two.xml")
	other.SHA256 = strings.Repeat("f", 64)
	for i := range other.Activities {
		a := &other.Activities[i]
		a.ID += "-other"
		a.Reporting.Name = "renamed"
		for j := range a.Transactions {
			a.Transactions[j].Provider = &Org{Name: "somebody new"}
			a.Transactions[j].Receiver = nil
		}
	}
	for _, ops := range []int{0, 1, 2} { // all in one entry, one by one, in between
		opt := options
		opt.EntryOps = ops
		if ops != 0 {
			other.SHA256 = strings.Repeat(string(rune('0'+ops)), 64)
			for i := range other.Activities {
				other.Activities[i].ID += "x"
			}
		}
		p := planOf(t, other, opt)
		record(t, l, p)
		for _, e := range p.Report.Entries {
			if !e.Recorded {
				t.Errorf("%s is not recorded", e.Key)
			}
		}
	}
	raw, _ := l.Read([]string{ledger.PartyRoom + "iati:XX-DONOR"})
	if strings.Contains(string(raw[0]), "renamed") {
		t.Errorf("a known party was changed: %s", raw[0])
	}
}

// The same activity is never counted twice: not from a newer version of the file, not by another user.
func TestNothingTwice(t *testing.T) {
	l := newLedger()
	first := planOf(t, readFile(t, "testdata/two.xml"), options)
	record(t, l, first)
	before := len(l.Keys(""))

	newer := readFile(t, "testdata/two.xml")
	newer.SHA256 = strings.Repeat("9", 64)
	err := planOf(t, newer, options).Record(context.Background(), postTo(l, officer), nil)
	refusedWith(t, err, ledger.AlreadyExists, "count its money twice")

	colleague := officer
	colleague.Name = "second@finance"
	opt := options
	opt.Writer = colleague.Name
	err = planOf(t, readFile(t, "testdata/two.xml"), opt).Record(context.Background(), postTo(l, colleague), nil)
	refusedWith(t, err, ledger.AlreadyExists, "Another user imported this file")

	changed := options
	changed.Today = "2023-02-15" // a payment of March was in the future then
	err = planOf(t, readFile(t, "testdata/two.xml"), changed).Record(context.Background(), postTo(l, officer), nil)
	refusedWith(t, err, ledger.IdempotencyConflict, "imported before")

	if n := len(l.Keys("")); n != before {
		t.Errorf("%d keys were written", n-before)
	}
}

// A plan made for one user and recorded by another would name lots that never exist.
func TestWrongWriter(t *testing.T) {
	colleague := officer
	colleague.Name = "second@finance"
	err := planOf(t, readFile(t, "testdata/two.xml"), options).Record(context.Background(), postTo(newLedger(), colleague), nil)
	refusedWith(t, err, ledger.NotPermitted, "--user")
}

// A failure in the middle is made good by running the import again.
func TestResume(t *testing.T) {
	l := newLedger()
	opt := options
	opt.EntryOps = 3
	p := planOf(t, readFile(t, "testdata/two.xml"), opt)
	broken, left := errors.New("the line is dead"), 4
	err := p.Record(context.Background(), func(ctx context.Context, e ledger.Entry) (string, bool, error) {
		if left--; left < 0 {
			return "", false, broken
		}
		return postTo(l, officer)(ctx, e)
	}, nil)
	if !errors.Is(err, broken) {
		t.Fatal(err)
	}
	p = planOf(t, readFile(t, "testdata/two.xml"), opt)
	heard := 0
	if err := p.Record(context.Background(), postTo(l, officer), func(ReportEntry) { heard++ }); err != nil {
		t.Fatal(err)
	}
	replayed := 0
	for _, e := range p.Report.Entries {
		replayed += count(e.Replayed)
	}
	if replayed != 4 || heard != len(p.Report.Entries) {
		t.Errorf("%d entries were replayed, %d heard of, of %d", replayed, heard, len(p.Report.Entries))
	}
	audit(t, l, p.Report)
}

func refusedWith(t *testing.T, err error, code ledger.Code, says string) {
	t.Helper()
	var e *ledger.Error
	if !errors.As(err, &e) || !has(e, code) || !strings.Contains(e.Message, says) {
		b, _ := json.Marshal(err)
		t.Errorf("%v %s; want %s that says %q", err, b, code, says)
	}
}

func TestPartyID(t *testing.T) {
	name := func(s string) string { id, _ := PartyID(&Org{Name: s}); return id }
	tests := []struct {
		org  *Org
		want string
	}{
		{&Org{Ref: "GB-CHC-202918", Name: "Oxfam"}, "iati:GB-CHC-202918"},
		{&Org{Ref: "XM-DAC-41122"}, "iati:XM-DAC-41122"},
		{&Org{Ref: "XI-IATI-EC_DEVCO-2007/191-971"}, "iati:XI-IATI-EC_DEVCO-2007/191-971"},
		{&Org{Ref: "N/A", Name: "Clinic"}, name("Clinic")},
		{&Org{Ref: "10000", Name: "Clinic"}, name(" CLINIC ")},
		{&Org{Ref: "Not available", Name: "Clinic"}, name("clinic")},
		{&Org{Ref: "DK-CVR-DK-CVR\u00a0|", Name: "Clinic"}, name("clinic")},
		{&Org{}, NotStated},
		{nil, NotStated},
	}
	for _, tt := range tests {
		id, ok := PartyID(tt.org)
		if id != tt.want || ok != (tt.want != NotStated) {
			t.Errorf("%+v: %s, want %s", tt.org, id, tt.want)
		}
		if err := ledger.CheckIdentifier(id); err != nil {
			t.Error(err)
		}
	}
	if id, ok := PartyID(&Org{Ref: "N/A"}); !ok || id == NotStated || id == name("N/A") {
		t.Errorf("a nameless reference is %s", id)
	}
	if name("a b") == name("ab") || !strings.HasPrefix(name("a"), "other:") {
		t.Error(name("a b"))
	}
}

func TestPrint(t *testing.T) {
	p := planOf(t, readFile(t, "testdata/two.xml"), options)
	p.Report.File = "two.xml\x1b[31m" // a name must not steer the terminal
	var b bytes.Buffer
	if err := p.Report.Print(&b, 10); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"6 read = 6 recorded + 0 refused", "2 accounts, 1 commitments, 5 movements", "activities with incoming funds  2   1 (50.0 %)",
		"EUR    1000.00  199.75          800.25  399.50  (600.50)", "Promised, not paid", "line 34:5", "SHORTFALL"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the report does not say %q:\n%s", want, b.String())
		}
	}
	if strings.Contains(b.String(), "\x1b") {
		t.Error("a control character reached the terminal")
	}
	data, err := json.Marshal(p.Report)
	if err != nil {
		t.Fatal(err)
	}
	var back Report
	if err := json.Unmarshal(data, &back); err != nil || back.Traceability != p.Report.Traceability || back.Commitments != 1 || len(back.Promises) != 1 {
		t.Errorf("%v: %s", err, data)
	}
}
