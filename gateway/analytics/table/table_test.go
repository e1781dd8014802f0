package table

import (
	"math"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
)

func TestReading(t *testing.T) {
	got, err := Read(strings.NewReader("\ufeffregion, year,score\nLiaoning,2020,86.26\n\"Ji, lin\",2020,NA\n"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(got.Names(), "|") != "region|year|score" || got.Rows() != 2 || !got.Has("score") || got.Has("Score") {
		t.Errorf("%v, %d rows", got.Names(), got.Rows())
	}
	scores, err := got.Numbers("score")
	if err != nil || scores[0] != 86.26 || !math.IsNaN(scores[1]) {
		t.Errorf("scores %v, %v", scores, err)
	}
	if years, err := got.Whole("year"); err != nil || years[1] != 2020 {
		t.Errorf("years %v, %v", years, err)
	}
	if err := got.Unique("region", "year"); err != nil {
		t.Error(err)
	}
}

func TestBadTablesSayWhere(t *testing.T) {
	cases := []struct {
		name, text string
		ask        func(*Table) error
		code       ledger.Code
		says       string
	}{
		{"no header", "", nil, ledger.Malformed, "header"},
		{"column twice", "a,a\n", nil, ledger.FieldInvalid, "twice"},
		{"ragged", "a,b\n1,2\n3\n", nil, ledger.Malformed, "row 3"},
		{"another encoding", "region,a\nx,1\n\xc1\xc9\xc4\xfe,1\n", nil, ledger.FieldInvalid, "row 3, column region: the text is not UTF-8"},
		{"names in another encoding", "a,\xc4\xea\n1,2\n", nil, ledger.FieldInvalid, "row 1, column 2: the text is not UTF-8"},
		{"no such column", "a\n1\n", func(t *Table) error { _, err := t.Numbers("b"); return err }, ledger.FieldMissing, `no column "b"`},
		{"not a number", "a\n1\nx\n", func(t *Table) error { _, err := t.Numbers("a"); return err }, ledger.FieldInvalid, "row 3, column a"},
		{"infinite", "a\nInf\n", func(t *Table) error { _, err := t.Numbers("a"); return err }, ledger.FieldInvalid, "row 2, column a"},
		{"gap", "a,b\n1,1\n,1\n", func(t *Table) error { _, err := t.Complete("a"); return err }, ledger.FieldMissing, "row 3, column a"},
		{"half a year", "a\n2020.5\n", func(t *Table) error { _, err := t.Whole("a"); return err }, ledger.FieldInvalid, "whole"},
		{"duplicate", "a,b\n1,1\n2,1\n1,1\n", func(t *Table) error { return t.Unique("a", "b") }, ledger.AlreadyExists, "rows 2 and 4"},
		{"no key", "a,b\n1,1\n,1\n", func(t *Table) error { return t.Unique("a") }, ledger.FieldMissing, "row 3"},
	}
	for _, c := range cases {
		got, err := Read(strings.NewReader(c.text))
		if err == nil && c.ask != nil {
			err = c.ask(got)
		}
		if ledger.ErrorCode(err) != c.code || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %s with %q", c.name, err, c.code, c.says)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("region,year,score\nLiaoning,2020,86.26\n")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := Read(strings.NewReader(text))
		if err != nil {
			if ledger.ErrorCode(err) == "" {
				t.Fatalf("no code: %v", err)
			}
			return
		}
		for _, name := range got.Names() {
			if values, err := got.Numbers(name); err == nil && len(values) != got.Rows() {
				t.Fatalf("column %q has %d of %d rows", name, len(values), got.Rows())
			}
		}
	})
}
