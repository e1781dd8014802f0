package flow_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/flow"
	"fundtrace/gateway/trace/convention"
)

func TestRegionsByAnyName(t *testing.T) {
	for name, want := range map[string]string{
		"210000": "21", "21": "21", "2101": "2101", "210100": "2101", "210102": "210102", "辽宁": "21", "辽宁省": "21", " 北京市 ": "11", "内蒙古自治区": "15",
		"新疆维吾尔自治区": "65", "广西壮族自治区": "45", "宁夏回族自治区": "64", "香港特别行政区": "81", "Liaoning": "21", "inner mongolia": "15", "Inner-Mongolia": "15",
		"Shaanxi": "61", "Shanxi": "14", "Xizang": "54", "California": "California", "": "", "2": "2", "沈阳市": "沈阳市",
	} {
		if got := flow.Code(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
	codes := map[string]bool{}
	for _, p := range flow.Provinces() {
		if codes[p.Code] || flow.Code(p.Chinese) != p.Code || flow.Code(p.English) != p.Code {
			t.Errorf("%+v", p)
		}
		codes[p.Code] = true
	}
	if len(codes) != 34 {
		t.Errorf("%d provinces, want 34", len(codes))
	}
	if _, ok := flow.Name("99"); ok {
		t.Error("99 is a province")
	}
}

func TestQueriesThatCannotBeAsked(t *testing.T) {
	for name, q := range map[string]flow.Query{
		"stage": {Stage: "LOST"}, "class": {Class: "SOME"}, "level": {Level: "VILLAGE"}, "method": {Method: convention.Poison}, "years": {From: 2021, To: 2020},
		"a fund of what was spent": {Stage: flow.Spent, Fund: "fund:a"},
	} {
		if _, err := q.Complete(); ledger.ErrorCode(err) != ledger.FieldInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	q, err := flow.Query{Stage: "reached", Method: "fifo"}.Complete()
	if err != nil || q != (flow.Query{Stage: flow.Reached, Class: flow.All, Method: convention.FIFO, Level: flow.Province}) || !q.Whole() {
		t.Errorf("%+v %v", q, err)
	}
}

var (
	fund  = flow.Account{ID: "acct:fund", Fund: "fund:a", Place: flow.Fund}
	firmA = flow.Account{ID: "acct:a", Owner: "a", Place: flow.Enterprise}
	firmB = flow.Account{ID: "acct:b", Owner: "b", Place: flow.Enterprise}
)

// made is a payment that came from one lot.
func made(id string, seq int64, kind ledger.Kind, from, to flow.Account, amount int64, date string, class flow.Class, parent int64) flow.Payment {
	return flow.Payment{ID: id, Seq: seq, Kind: kind, Credited: true, Ordered: date, Date: date, From: from, To: to, Currency: "CNY", Amount: amount,
		Lots: []flow.Lot{{Ref: seq, Parent: parent, Class: class, Amount: amount}}}
}

func TestCurrenciesAreNotAddedUp(t *testing.T) {
	dollars := made("m2", 2, ledger.Disbursement, fund, firmB, 7, "2020-05-01", flow.Social, 0)
	dollars.Currency = "USD"
	b := &flow.Book{Complete: true, Payments: []flow.Payment{made("m1", 1, ledger.Disbursement, fund, firmA, 5, "2020-01-01", flow.Public, 0), dollars}}
	if _, err := flow.Cells(t.Context(), b, flow.Query{}); ledger.ErrorCode(err) != ledger.CurrencyMismatch {
		t.Errorf("two currencies: %v", err)
	}
	table, err := flow.Cells(t.Context(), b, flow.Query{Currency: "USD"})
	if err != nil || table.Total.Amount != 7 || table.Currency != "USD" {
		t.Errorf("%+v %v", table, err)
	}
}

func TestRegionsChangeAndMayBeCoarse(t *testing.T) {
	b := &flow.Book{Complete: true, Parties: map[string][]flow.Version{"a": {{Region: "210100"}, {From: "2021-01-01", Region: "330000"}}},
		Payments: []flow.Payment{made("m1", 1, ledger.Disbursement, fund, firmA, 5, "2020-12-31", flow.Public, 0), made("m2", 2, ledger.Disbursement, fund, firmA, 7, "2021-01-01", flow.Public, 0),
			made("m3", 3, ledger.Disbursement, fund, firmB, 9, "2022-01-01", flow.Public, 0)}}
	for level, want := range map[flow.Level]string{
		flow.Province: "region,year,amount,public,social,own,unknown,movements,firms,new_firms\n21,2020,5,5,0,0,0,1,1,1\n33,2021,7,7,0,0,0,1,1,0\n",
		flow.City:     "region,year,amount,public,social,own,unknown,movements,firms,new_firms\n2101,2020,5,5,0,0,0,1,1,1\n",
	} {
		table, err := flow.Cells(t.Context(), b, flow.Query{Level: level})
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := table.WriteCSV(&out); err != nil || out.String() != want {
			t.Errorf("%s: %s %v", level, out.String(), err)
		}
		if table.Total.Amount != 21 || table.Total.Firms != 2 {
			t.Errorf("%s: %+v", level, table.Total)
		}
	}
	p, err := flow.Drill(t.Context(), b, flow.Query{Level: flow.City}, "", 0, true, 0, 10)
	if err != nil || len(p.Items) != 2 || p.Total.Amount != 16 {
		t.Errorf("unplaced: %+v %v", p, err)
	}
	if _, err := flow.Drill(t.Context(), b, flow.Query{}, "21", 0, true, 0, 10); ledger.ErrorCode(err) != ledger.FieldInvalid {
		t.Errorf("a region without a region: %v", err)
	}
}

// divide follows money as the convention engine does, for books that no read model made.
func divide(b *flow.Book) func(context.Context, convention.Method, string) (map[int64]flow.Parts, string, error) {
	return func(ctx context.Context, method convention.Method, _ string) (map[int64]flow.Parts, string, error) {
		var list []convention.Movement
		seqs := map[string]int64{}
		for _, p := range b.Payments {
			m := convention.Movement{ID: p.ID, Date: p.Date, Seq: p.Seq, From: p.From.ID, To: p.To.ID, Amount: p.Amount}
			if m.From == "" {
				m.Tag = string(p.Lots[0].Class)
			}
			list, seqs[p.ID] = append(list, m), p.Seq
		}
		book, err := convention.Open(list, "")
		if err != nil {
			return nil, "", err
		}
		r, err := convention.Run(ctx, book, convention.Options{Method: method, Protected: string(flow.Public)})
		if err != nil {
			return nil, "", err
		}
		out := map[int64]flow.Parts{}
		for i, m := range book.Movements {
			var parts flow.Parts
			for _, c := range r.Carried[i] {
				parts.Add(flow.Class(r.Sources[c.Source]), c.Amount)
			}
			out[seqs[m.ID]] = parts
		}
		return out, r.Version, nil
	}
}

// Whatever the methods, money that firms spend of what funds invested is never more than what was invested, and each part is
// of a class that was invested.
func TestMethodsConserveInvestments(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		b := &flow.Book{Complete: true, Parties: map[string][]flow.Version{"a": {{Region: "210100"}}, "b": {{Region: "330100"}}}}
		held := map[string]int64{}
		seq := int64(0)
		outside := flow.Account{}
		pay := func(kind ledger.Kind, from, to flow.Account, amount int64, class flow.Class) {
			seq++
			b.Payments = append(b.Payments, made("m"+string(rune('0'+seq/10))+string(rune('0'+seq%10)), seq, kind, from, to, amount, "2020-01-01", class, 0))
			held[from.ID] -= amount
			held[to.ID] += amount
		}
		var invested int64
		for range rapid.IntRange(1, 20).Draw(r, "payments") {
			amount := rapid.Int64Range(1, 1000).Draw(r, "amount")
			firm := rapid.SampledFrom([]flow.Account{firmA, firmB}).Draw(r, "firm")
			switch rapid.IntRange(0, 4).Draw(r, "what") {
			case 0:
				pay(ledger.Contribution, outside, fund, amount, rapid.SampledFrom([]flow.Class{flow.Public, flow.Social}).Draw(r, "class"))
			case 1:
				pay(ledger.OwnFunds, outside, firm, amount, flow.Own)
			case 2:
				if amount = min(amount, held[fund.ID]); amount > 0 {
					pay(ledger.Disbursement, fund, firm, amount, flow.Public)
					invested += amount
				}
			case 3:
				if amount = min(amount, held[firm.ID]); amount > 0 {
					pay(ledger.Use, firm, outside, amount, flow.Public)
				}
			case 4:
				other := firmB
				if firm == firmB {
					other = firmA
				}
				if amount = min(amount, held[firm.ID]); amount > 0 {
					pay(ledger.Use, firm, other, amount, flow.Public)
				}
			}
		}
		b.Divide = divide(b)
		for _, m := range flow.Methods()[1:] {
			for _, stage := range []flow.Stage{flow.Disbursed, flow.Reached, flow.Spent} {
				table, err := flow.Cells(t.Context(), b, flow.Query{Stage: stage, Method: m, Currency: "CNY"})
				if m == convention.LIBR && stage != flow.Disbursed {
					if ledger.ErrorCode(err) != ledger.FieldInvalid {
						r.Fatalf("LIBR of what was %s: %v", stage, err)
					}
					continue
				}
				if err != nil {
					r.Fatal(err)
				}
				total, parts := table.Total.Amount, table.Total.Parts
				if stage == flow.Spent && (total > invested || total < 0) || stage != flow.Spent && total != invested {
					r.Fatalf("%s %s: %d of %d invested", m, stage, total, invested)
				}
				if parts.Own != 0 || parts.Unknown != 0 || parts.Of(flow.All) != total {
					r.Fatalf("%s %s: %+v", m, stage, parts)
				}
				if stage != flow.Disbursed && !strings.HasPrefix(table.Convention, string(m)) {
					r.Fatalf("convention %q", table.Convention)
				}
			}
		}
	})
}
