package projection_test

import (
	"slices"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
)

// TestScopeOfVouchers checks for every reader which vouchers it sees, in lists and by their identifiers, and that it is
// told terms only of those in which it has a part now.
func TestScopeOfVouchers(t *testing.T) {
	w, s := newTrade(t)
	names := map[string]string{s.v: "v", s.a: "a", s.a2: "a2", s.b: "b", s.b2: "b2", s.c: "c", s.x: "x", s.d: "d", s.d2: "d2", s.d3: "d3", s.d4: "d4",
		s.e: "e", s.y: "y", s.z: "z", s.drafted: "drafted", s.rejected: "rejected", s.frozen: "frozen"}
	everything := []string{"a", "a2", "b", "b2", "c", "d", "d2", "d3", "d4", "drafted", "e", "frozen", "rejected", "v", "x", "y", "z"}
	for reader, want := range map[string]struct{ seen, untold []string }{
		"finance": {everything, nil}, "audit": {everything, nil}, "e1": {everything, nil},
		"bank 1": {everything, nil}, // e1 keeps an account with it
		"t1":     {[]string{"a", "b", "c", "d", "drafted", "e", "frozen", "rejected", "v", "x", "y", "z"}, nil},
		"t2":     {[]string{"a", "a2", "d", "d2", "d4"}, []string{"a", "d"}}, // it was offered a and d, which t1 held
		"t3":     {[]string{"z"}, []string{"z"}},                             // offered and declined; pledged to the factor since
		"factor": {[]string{"b", "b2", "d2", "d3", "z"}, []string{"b", "d2"}},
		"bank 2": {[]string{"a2", "c", "d2", "d4"}, nil}, // t2 keeps an account with it; it has c in pledge
		"parent": {}, "stranger": {}, "no party": {}, "zero value": {},
	} {
		t.Run(reader, func(t *testing.T) {
			scope := traders[reader]
			var seen, untold []string
			for lot, v := range w.vouchers(t, scope, projection.VoucherFilter{WithEvents: true}) {
				seen = append(seen, names[lot])
				if len(v.Events) == 0 {
					untold = append(untold, names[lot])
					if v.Pending != nil || v.Financing != nil || v.Pledgee != "" || v.Against != "" || v.Interest != 0 || v.Recourse || v.Defaulted != "" {
						t.Errorf("is told terms of others of %s: %+v", names[lot], v)
					}
				}
			}
			slices.Sort(seen)
			slices.Sort(untold)
			if !slices.Equal(seen, want.seen) || !slices.Equal(untold, want.untold) {
				t.Errorf("sees %v, without terms %v, want %v and %v", seen, untold, want.seen, want.untold)
			}
			for lot, name := range names {
				d, err := w.db.Voucher(t.Context(), scope, lot)
				if slices.Contains(want.seen, name) != (err == nil) || err != nil && ledger.ErrorCode(err) != ledger.VoucherUnknown {
					t.Errorf("%s by its identifier: %v", name, err)
				}
				l, lotErr := w.db.Lot(t.Context(), scope, lot)
				if (err == nil) != (lotErr == nil) || lotErr != nil && ledger.ErrorCode(lotErr) != ledger.LotUnknown {
					t.Errorf("%s as a lot: %+v, %v", name, l, lotErr)
				}
				if slices.Contains(want.untold, name) {
					for _, p := range d.Payments {
						if p.Payer != "other:"+reader && p.Payee != "other:"+reader {
							t.Errorf("is told of a payment between others: %+v", p)
						}
					}
					if d.Passed != nil {
						t.Errorf("is told what became of %s: %+v", name, d.Passed)
					}
				}
			}
			for _, id := range []string{"nonsense", "0123456789abcdef0123.0.0", ""} {
				if _, err := w.db.Voucher(t.Context(), scope, id); ledger.ErrorCode(err) != ledger.VoucherUnknown {
					t.Errorf("voucher %q: %v", id, err)
				}
				if _, err := w.db.VoucherTree(t.Context(), scope, id); ledger.ErrorCode(err) != ledger.VoucherUnknown {
					t.Errorf("tree of %q: %v", id, err)
				}
			}
		})
	}
}

// TestScopeOfPapers checks who sees claims and invoices.
func TestScopeOfPapers(t *testing.T) {
	w, s := newTrade(t)
	free := ledger.Invoice{Fingerprint: sha("5"), Seller: t1, Buyer: e1, Type: "DIGITAL", Date: "2025-02-11", Amount: 50_000, Currency: "CNY"}
	register := func() ledger.Op { i := free; return ledger.Op{Type: ledger.InvoiceRegister, Invoice: &i} }
	w.submit(t1User, register())
	w.submit(factorUser, ledger.Op{Type: ledger.InvoiceReserve, InvoiceStep: &ledger.InvoiceStep{Fingerprint: sha("5"), Amount: 10_000, Expires: "2025-07-30"}})
	w.submit(custodian2, register())
	w.sync()
	for reader, want := range map[string]struct{ claims, invoices int }{
		"finance": {2, 3}, "audit": {2, 3}, "e1": {2, 3}, "t1": {2, 3},
		"t2":     {0, 0}, // holds vouchers of a lower tier
		"t3":     {0, 0}, // was offered one as a supplier
		"factor": {2, 3}, // has to check the papers of what it financed; reserved the third invoice
		"bank 1": {2, 0}, // creditor and debtor keep accounts with it
		"bank 2": {1, 2}, // financed a voucher of the first claim; registered the third invoice
		"parent": {0, 0}, "stranger": {0, 0}, "no party": {0, 0}, "zero value": {0, 0},
	} {
		scope := traders[reader]
		claims, err := w.db.Claims(t.Context(), scope, projection.ClaimFilter{}, projection.List{})
		if err != nil || len(claims.Items) != want.claims {
			t.Errorf("%s sees %d claims, want %d, %v", reader, len(claims.Items), want.claims, err)
		}
		invoices, err := w.db.Invoices(t.Context(), scope, projection.InvoiceFilter{}, projection.List{})
		if err != nil || len(invoices.Items) != want.invoices {
			t.Errorf("%s sees %d invoices, want %d, %v", reader, len(invoices.Items), want.invoices, err)
		}
		if _, err := w.db.Claim(t.Context(), scope, s.claim); (err == nil) != (want.claims > 0) || err != nil && ledger.ErrorCode(err) != ledger.ClaimUnknown {
			t.Errorf("%s asks for a claim: %v", reader, err)
		}
		i, err := w.db.Invoice(t.Context(), scope, sha("5"))
		if (err == nil) != (want.invoices > 0) || err != nil && ledger.ErrorCode(err) != ledger.InvoiceUnknown {
			t.Errorf("%s asks for an invoice: %v", reader, err)
		}
		if err != nil {
			continue
		}
		if len(i.Registrations) != 2 || len(i.Reservations) != 1 || i.State != ledger.InvoiceReserved || i.Used != 10_000 || i.Left != 40_000 {
			t.Errorf("%s is told of the invoice %+v", reader, i)
		}
		funder, second := i.Reservations[0].Funder, i.Registrations[1].Writer.Party
		switch reader {
		case "factor":
			if funder != factor || second != "" {
				t.Errorf("the factor is told of %q and %q", funder, second)
			}
		case "bank 2":
			if funder != "" || second != bank2 || i.Reservations[0].ID != "" {
				t.Errorf("the second to register is told who has reserved: %+v", i)
			}
		default:
			if funder != factor || second != bank2 {
				t.Errorf("%s is not told of %+v", reader, i)
			}
		}
	}
	for _, c := range []struct {
		s    projection.Scope
		f    projection.InvoiceFilter
		want int
	}{
		{all, projection.InvoiceFilter{Party: factor}, 1}, {traders["factor"], projection.InvoiceFilter{Party: factor}, 1},
		{traders["bank 2"], projection.InvoiceFilter{Party: factor}, 0}, {all, projection.InvoiceFilter{State: "RESERVED"}, 1},
		{all, projection.InvoiceFilter{State: "CLAIMED"}, 2}, {all, projection.InvoiceFilter{Seller: t1, Buyer: e1}, 3}, {all, projection.InvoiceFilter{Seller: e1}, 0},
	} {
		p, err := w.db.Invoices(t.Context(), c.s, c.f, projection.List{})
		if err != nil || len(p.Items) != c.want {
			t.Errorf("%+v: %d invoices, want %d, %v", c.f, len(p.Items), c.want, err)
		}
	}
}

// TestScopeOfTradeNames checks that who trades knows whom it trades with, and no others.
func TestScopeOfTradeNames(t *testing.T) {
	w, _ := newTrade(t)
	for reader, want := range map[string][]string{
		"t2": {e1, factor, t1, t2}, "t3": {e1, t1, t3}, "t1": {e1, factor, t1, t2, t3}, "factor": {e1, factor, t1, t2}, "stranger": {e2},
	} {
		p, err := w.db.Parties(t.Context(), traders[reader], projection.PartyFilter{Kind: "PRIVATE"}, projection.List{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, x := range p.Items {
			got = append(got, x.ID)
		}
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s knows %v, want %v", reader, got, want)
		}
	}
	for reader, want := range map[string]bool{"t2": true, "t3": true, "stranger": false, "finance": true} {
		i, err := w.db.Issuer(t.Context(), traders[reader], e1)
		if (err == nil) != want || err == nil && (!i.Blocked || i.Overdue != 1 || !slices.Equal(i.Flags, []string{"WRITTEN_OFF"})) {
			t.Errorf("%s asks about the issuer: %+v, %v", reader, i, err)
		}
	}
	if i, err := w.db.Issuer(t.Context(), all, t1); err != nil || i.Blocked || i.Party != t1 {
		t.Errorf("who never issued: %+v, %v", i, err)
	}
}

// TestScopeOfSteps checks that a transaction that only recorded a step of a voucher is shown to whom sees the voucher,
// and a document to who sees its claim or voucher.
func TestScopeOfSteps(t *testing.T) {
	w, s := newTrade(t)
	d, err := w.db.Voucher(t.Context(), all, s.d2)
	if err != nil {
		t.Fatal(err)
	}
	w.submit(t2User, ledger.Op{Type: ledger.DocumentRecord, Document: &ledger.Document{SHA256: sha("3"), Size: 1, MediaType: "application/pdf", Subject: s.d2}})
	w.submit(t1User, ledger.Op{Type: ledger.DocumentRecord, Document: &ledger.Document{SHA256: sha("4"), Size: 1, MediaType: "application/pdf", Subject: s.claim}})
	w.sync()
	for reader, want := range map[string][3]bool{"finance": {true, true, true}, "e1": {true, true, true}, "t2": {true, true, false}, "factor": {true, true, true},
		"t1": {false, false, true}, "t3": {}, "bank 2": {true, true, true}, "stranger": {}, "zero value": {}} {
		_, err := w.db.Transaction(t.Context(), traders[reader], d.Events[1].Tx) // t2 applies to the factor
		if (err == nil) != want[0] {
			t.Errorf("%s asks for the transaction: %v", reader, err)
		}
		for k, doc := range []string{sha("3"), sha("4")} {
			if _, err := w.db.Document(t.Context(), traders[reader], doc); (err == nil) != want[k+1] {
				t.Errorf("%s asks for document %d: %v", reader, k, err)
			}
		}
	}
}
