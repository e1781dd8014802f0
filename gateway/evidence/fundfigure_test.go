package evidence_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/evidence"
	"fundtrace/gateway/projection"
	"fundtrace/gateway/trace"
)

// fundOf is the read model's whole figure as of a value date.
func (w *world) fundOf(fund, asOf string) *trace.FundAnswer {
	w.t.Helper()
	m, err := w.db.At(w.t.Context(), projection.Everything(), asOf, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	defer m.Close()
	a, err := evidence.FundOf(w.t.Context(), m, fund)
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

// statementOf is the read model's statement of a fund alone.
func (w *world) statementOf(fund, asOf string) *trace.Statement {
	w.t.Helper()
	m, err := w.db.At(w.t.Context(), projection.Everything(), asOf, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	defer m.Close()
	a, err := m.FundTotals(w.t.Context(), fund)
	if err != nil {
		w.t.Fatal(err)
	}
	return &a.Own.Statement
}

func figureOf(fund, asOf string) evidence.Subject {
	return evidence.Subject{Kind: evidence.OfFigure, Fund: fund, AsOf: asOf}
}

// The figures of the story, worked out by hand, and the same by the read model on every day.
func TestFundFigure(t *testing.T) {
	w := newWorld(t)
	w.story()
	w.pay(ledger.MovementSettle, ledger.Movement{Kind: ledger.Distribution, From: acctA, To: acctP, Amount: 20_000, Date: "2025-06-01"})
	w.pay(ledger.MovementSettle, ledger.Movement{Kind: ledger.Contribution, From: acctP, To: acctA, Amount: 210_000, Date: "2025-06-02"})
	w.pay(ledger.MovementSettle, ledger.Movement{Kind: ledger.Return, From: acct1, To: acctA, Amount: 5_000, Date: "2025-06-03"})
	w.sync()
	for _, tc := range []struct {
		fund, asOf string
		want       evidence.FundTotals
		arriving   int64
		movements  int
	}{
		{fundP, "", evidence.FundTotals{In: 600_000, PassedOn: 590_000, Returned: 20_000, IdleHere: 10_000, Idle: 225_000, InTransit: 30_000, Reached: 305_000, Spent: 40_000}, 0, 8},
		{fundP, "2025-01-01", evidence.FundTotals{}, 0, 0},
		{fundP, "2025-01-31", evidence.FundTotals{In: 600_000, IdleHere: 600_000, Idle: 600_000}, 0, 1},
		{fundA, "2025-03-02", evidence.FundTotals{In: 400_000, IdleHere: 150_000, Idle: 150_000, InTransit: 250_000}, 0, 3},
		{fundA, "2025-03-05", evidence.FundTotals{In: 400_000, PassedOn: 350_000, IdleHere: 50_000, Idle: 50_000, Reached: 350_000}, 0, 4},
	} {
		t.Run(tc.fund+" "+tc.asOf, func(t *testing.T) {
			s := figureOf(tc.fund, tc.asOf)
			if tc.asOf != "" {
				checkFigure(t, w, s, nil)
			}
			r := checkFigure(t, w, s, &tc.want)
			if tc.fund == fundP && tc.asOf == "" && r.Movements < tc.movements || tc.asOf != "" && r.Movements != tc.movements {
				t.Errorf("%d movements, want %d", r.Movements, tc.movements)
			}
		})
	}
	for _, fund := range []string{fundP, fundA} {
		for _, day := range []string{"2025-01-02", "2025-02-01", "2025-03-01", "2025-03-03", "2025-04-01", "2025-05-02", "2025-05-04", "2025-05-05", "2025-06-01", "2025-06-02", "2025-06-03", ""} {
			checkFigure(t, w, figureOf(fund, day), nil)
		}
	}
	files, err := evidence.Unpack(w.build(figureOf(fundA, ""), true))
	if err != nil {
		t.Fatal(err)
	}
	var got evidence.FundFigure
	if err := json.Unmarshal(files["trace/answer.json"], &got); err != nil {
		t.Fatal(err)
	}
	want := evidence.FundStatement{In: 615_000, FromFunds: 610_000, CameBack: 5_000, Idle: 215_000, ToFunds: 20_000, InTransit: 30_000, Reached: 305_000, Spent: 40_000,
		WentBack: 5_000, PassedOn: 370_000}
	if got.Statement != want {
		t.Errorf("%+v, want %+v", got.Statement, want)
	}
}

// checkFigure makes the pack beside the read model's answer, which refuses to differ, and verifies it.
func checkFigure(t *testing.T, w *world, s evidence.Subject, want *evidence.FundTotals) *evidence.Report {
	t.Helper()
	r := w.request(s, true)
	r.Fund, r.Statement = w.fundOf(s.Fund, s.AsOf), w.statementOf(s.Fund, s.AsOf)
	report, err := verify(w.packOf(r), w.c.Genesis())
	if err != nil {
		t.Fatalf("%s: %v", s.String(), err)
	}
	if want != nil && *report.Fund != *want {
		t.Errorf("%s: %+v, want %+v", s.String(), *report.Fund, *want)
	}
	if f := report.Fund; f.In != f.Idle+f.InTransit+f.Reached+f.Spent {
		t.Errorf("%s: %+v does not close", s.String(), *f)
	}
	return report
}

func TestFundFigureRefused(t *testing.T) {
	w := newWorld(t)
	w.story()
	build := func(s evidence.Subject, change func(*evidence.Request)) error {
		r := evidence.Request{Subject: s, Last: uint64(len(w.c.Blocks()) - 1), Whole: true}
		if change != nil {
			change(&r)
		}
		_, err := evidence.Build(context.Background(), &bytes.Buffer{}, evidence.Blocks(w.c.Blocks()), r)
		return err
	}
	for name, tc := range map[string]struct {
		subject evidence.Subject
		change  func(*evidence.Request)
		code    ledger.Code
	}{
		"part":           {figureOf(fundP, ""), func(r *evidence.Request) { r.Whole = false }, ledger.FieldInvalid},
		"no fund":        {figureOf("", ""), nil, ledger.FieldInvalid},
		"no day":         {figureOf(fundP, "2025-02-30"), nil, ledger.DateInvalid},
		"a lot too":      {evidence.Subject{Kind: evidence.OfFigure, Fund: fundP, Lot: "x"}, nil, ledger.FieldInvalid},
		"a bad mark":     {figureOf(fundP, ""), func(r *evidence.Request) { r.Export = "hello\n" }, ledger.FieldInvalid},
		"hidden amounts": {figureOf(fundP, ""), func(r *evidence.Request) { r.Fund = &trace.FundAnswer{Totals: trace.FundTotals{Hidden: 1}} }, ledger.NotPermitted},
	} {
		if err := build(tc.subject, tc.change); ledger.ErrorCode(err) != tc.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := build(figureOf("fund:nobody", ""), nil); evidence.ReasonOf(err) != evidence.Unproven {
		t.Errorf("no such fund: %v", err)
	}
	for name, change := range map[string]func(*trace.FundAnswer){
		"a total":   func(a *trace.FundAnswer) { a.Totals.Idle++ },
		"arriving":  func(a *trace.FundAnswer) { a.Arriving++ },
		"a root":    func(a *trace.FundAnswer) { a.Rows[0].Spent++ },
		"no root":   func(a *trace.FundAnswer) { a.Rows = nil },
		"more":      func(a *trace.FundAnswer) { a.Rows = append(a.Rows, trace.FundRow{Origin: trace.Origin{Lot: "x"}}) },
		"another":   func(a *trace.FundAnswer) { a.Account = "acct:x" },
		"currency":  func(a *trace.FundAnswer) { a.Currency = "USD" },
		"the fund":  func(a *trace.FundAnswer) { a.Fund = fundA },
		"came back": func(a *trace.FundAnswer) { a.Totals.Returned++ },
	} {
		answer := w.fundOf(fundP, "")
		change(answer)
		if err := build(figureOf(fundP, ""), func(r *evidence.Request) { r.Fund = answer }); !errors.Is(err, evidence.ErrDiffers) {
			t.Errorf("%s: %v", name, err)
		}
	}
	stated := w.statementOf(fundP, "")
	stated.ToFunds++
	if err := build(figureOf(fundP, ""), func(r *evidence.Request) { r.Statement = stated }); !errors.Is(err, evidence.ErrDiffers) {
		t.Errorf("another statement: %v", err)
	}
}

// The figure of a pack cannot be another than that of its blocks, and its mark has the form of a mark.
func TestFundFigureTampered(t *testing.T) {
	w := newWorld(t)
	w.story()
	r := w.request(figureOf(fundP, "2025-03-31"), true)
	r.Export = "x" + strings.Repeat("0a", 16)
	pack := w.packOf(r)
	report, err := verify(pack, w.c.Genesis())
	if err != nil || report.Export != r.Export || !strings.Contains(strings.Join(report.Limits, " "), r.Export) {
		t.Fatalf("%+v %v", report, err)
	}
	other, err := evidence.Unpack(w.build(figureOf(fundP, ""), true))
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		files  func(map[string][]byte)
		about  func(*evidence.Manifest)
		reason evidence.Reason
	}{
		"a sum": {func(files map[string][]byte) {
			files["trace/answer.json"] = bytes.Replace(files["trace/answer.json"], []byte(`"idle":"`), []byte(`"idle":"1`), 1)
		}, nil, evidence.TraceFigure},
		"another day's figure": {func(files map[string][]byte) { files["trace/answer.json"] = other["trace/answer.json"] }, nil, evidence.TraceFigure},
		"another day":          {nil, func(m *evidence.Manifest) { m.Subject.AsOf = "2025-04-01" }, ""},
		"another fund":         {nil, func(m *evidence.Manifest) { m.Subject.Fund = fundA }, ""},
		"no such fund":         {nil, func(m *evidence.Manifest) { m.Subject.Fund = "fund:x" }, evidence.Unproven},
		"another mark":         {nil, func(m *evidence.Manifest) { m.Export = "x" + strings.Repeat("0b", 16) }, evidence.Instructions},
		"a mark that is none":  {nil, func(m *evidence.Manifest) { m.Export = "<script>" }, evidence.BadManifest},
		"no movements":         {func(files map[string][]byte) { files["events/movements.jsonl"] = nil }, nil, evidence.Movements},
	} {
		files, err := evidence.Unpack(pack)
		if err != nil {
			t.Fatal(err)
		}
		if tc.files != nil {
			tc.files(files)
		}
		evidence.Repair(files, tc.about)
		_, err = verify(evidence.Repack(files), w.c.Genesis())
		if err == nil || tc.reason != "" && evidence.ReasonOf(err) != tc.reason {
			t.Errorf("%s: %v", name, err)
		}
	}
}
