package api

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/fingerprint"
)

// Bad input has its own code and sentence, and leaves nothing on the ledger.
func TestBadTradeInputLeavesNothing(t *testing.T) {
	w := newWorld(t)
	w.furnishTrade()
	claim := w.owed(number1, 10_000_00)
	v := w.active(claim, 5_000_00)
	w.write("e2@enterprise", "/vouchers/"+v+"/apply", Application{Financing: saleTerms})
	w.write("factor@enterprise", "/vouchers/"+v+"/registration", RegistryEntry{Registration: registry})
	free := w.active(claim, 1_000_00)
	good := invoiceOf("25212000000000000002", 1_00)
	invoice := func(change func(*InvoiceParticulars)) InvoiceParticulars {
		p := good
		change(&p)
		return p
	}
	draft := func(change func(*ledger.Voucher)) ledger.Voucher {
		d := ledger.Voucher{Claim: claim, Amount: 1_00, Currency: "CNY", Date: "2025-06-20", Maturity: "2025-07-20", AcceptBy: "2025-06-25"}
		change(&d)
		return d
	}
	pay := func(change func(*VoucherPayment)) VoucherPayment {
		p := VoucherPayment{From: factorAccount, To: e2Account, Date: "2025-06-30", BankRef: "X1"}
		change(&p)
		return p
	}
	height := w.ledger.Height()
	for _, tc := range []struct {
		name, user, path string
		body             any
		status           int
		code             ledger.Code
		says             string
	}{
		{"seller's code mistyped", "e2@enterprise", "/invoices", invoice(func(p *InvoiceParticulars) { p.Seller = "uscc:91350100M000100Y44" }), 422, ledger.IdentifierInvalid, "check character"},
		{"seller a person", "e2@enterprise", "/invoices", invoice(func(p *InvoiceParticulars) { p.Seller = "pid:13800138000" }), 422, ledger.PersonalData, "pseudonym"},
		{"seller nobody knows", "e2@enterprise", "/invoices", invoice(func(p *InvoiceParticulars) { p.Seller = "other:nobody" }), 422, ledger.PartyUnknown, ""},
		{"seller is the buyer", "e2@enterprise", "/invoices", invoice(func(p *InvoiceParticulars) { p.Buyer = p.Seller }), 422, ledger.SelfDealing, ""},
		{"somebody else's invoice", "tier2@enterprise", "/invoices", good, 403, ledger.NotOwner, ""},
		{"19 digits", "e2@enterprise", "/invoices", invoice(func(p *InvoiceParticulars) { p.Number = p.Number[1:] }), 422, ledger.FieldInvalid, "20 digits"},
		{"no type", "e2@enterprise", "/invoices", invoice(func(p *InvoiceParticulars) { p.Type = "" }), 422, ledger.FieldMissing, "type"},
		{"no amount", "e2@enterprise", "/invoices", invoice(func(p *InvoiceParticulars) { p.Amount = 0 }), 422, ledger.AmountInvalid, "positive"},
		{"an amount as a number", "e2@enterprise", "/invoices", `{"amount":100}`, 400, ledger.Malformed, "cannot be read"},
		{"a day that is not there", "e2@enterprise", "/invoices", invoice(func(p *InvoiceParticulars) { p.Date = "2025-02-30" }), 422, ledger.DateInvalid, ""},
		{"issued tomorrow", "e2@enterprise", "/invoices", invoice(func(p *InvoiceParticulars) { p.Date = "2025-07-01" }), 422, ledger.DateInFuture, ""},
		{"due on no day", "e2@enterprise", "/invoices", invoice(func(p *InvoiceParticulars) { p.Due = "soon" }), 422, ledger.DateInvalid, ""},
		{"no such currency", "e2@enterprise", "/invoices", invoice(func(p *InvoiceParticulars) { p.Currency = "RMB" }), 422, ledger.CurrencyInvalid, "RMB"},
		{"a document by its name", "e2@enterprise", "/invoices", invoice(func(p *InvoiceParticulars) { p.Document = "invoice.pdf" }), 422, ledger.FieldInvalid, "SHA-256"},

		{"claim by its debtor", "e1@enterprise", "/claims", NewClaim{Creditor: party("e2@enterprise"), Debtor: party("e1@enterprise"), Amount: 1, Currency: "CNY", Invoices: []ledger.InvoiceUse{{Fingerprint: digest("0"), Amount: 1}}}, 403, ledger.NotOwner, ""},
		{"claim on no invoice", "e2@enterprise", "/claims", NewClaim{Creditor: party("e2@enterprise"), Debtor: party("e1@enterprise"), Amount: 1, Currency: "CNY"}, 422, ledger.FieldMissing, "invoices"},
		{"claim on an unknown invoice", "e2@enterprise", "/claims", NewClaim{Creditor: party("e2@enterprise"), Debtor: party("e1@enterprise"), Amount: 1, Currency: "CNY", Invoices: []ledger.InvoiceUse{{Fingerprint: digest("0"), Amount: 1}}}, 422, ledger.InvoiceUnknown, "register it first"},
		{"claim of another size", "e2@enterprise", "/claims", `{"creditor_size":"HUGE"}`, 422, ledger.AmountInvalid, ""},

		{"draft of too much", "e1@enterprise", "/vouchers", draft(func(d *ledger.Voucher) { d.Amount = 4_000_01 }), 409, ledger.ClaimExceeded, "400000"},
		{"draft by the creditor", "e2@enterprise", "/vouchers", draft(func(*ledger.Voucher) {}), 403, ledger.NotOwner, ""},
		{"draft on nothing", "e1@enterprise", "/vouchers", draft(func(d *ledger.Voucher) { d.Claim = "0123456789abcdef0123.0" }), 422, ledger.ClaimUnknown, ""},
		{"draft in another currency", "e1@enterprise", "/vouchers", draft(func(d *ledger.Voucher) { d.Currency = "USD" }), 422, ledger.CurrencyMismatch, ""},
		{"draft of dates out of order", "e1@enterprise", "/vouchers", draft(func(d *ledger.Voucher) { d.AcceptBy = "2025-07-21" }), 422, ledger.DateInvalid, "dates run"},
		{"draft for tomorrow", "e1@enterprise", "/vouchers", draft(func(d *ledger.Voucher) { d.Date = "2025-07-01" }), 422, ledger.DateInFuture, ""},

		{"split into too little", "e2@enterprise", "/vouchers/" + free + "/split", Split{Pieces: []ledger.Piece{{Amount: 1}, {Amount: 2}}}, 422, ledger.SplitUnbalanced, ""},
		{"split into one", "e2@enterprise", "/vouchers/" + free + "/split", Split{Pieces: []ledger.Piece{{Amount: 1_000_00}}}, 422, ledger.SplitLimit, ""},
		{"split into nothing", "e2@enterprise", "/vouchers/" + free + "/split", `{}`, 422, ledger.FieldMissing, "pieces"},
		{"split by somebody else", "tier2@enterprise", "/vouchers/" + free + "/split", Split{Pieces: []ledger.Piece{{Amount: 1}, {Amount: 2}}}, 403, ledger.NotOwner, ""},
		{"offer to nobody", "e2@enterprise", "/vouchers/" + free + "/offer", Offer{}, 422, ledger.FieldMissing, "to"},
		{"take what nobody offered", "tier2@enterprise", "/vouchers/" + free + "/take", PlainStep{}, 409, ledger.VoucherConflict, "ACTIVE"},
		{"a step of tomorrow", "e2@enterprise", "/vouchers/" + free + "/offer", Offer{To: tier2, PlainStep: PlainStep{Date: "2025-07-01"}}, 422, ledger.DateInFuture, ""},
		{"a step before the last", "e2@enterprise", "/vouchers/" + free + "/offer", Offer{To: tier2, PlainStep: PlainStep{Date: "2025-06-18"}}, 422, ledger.DateInvalid, ""},
		{"a rate beyond all rates", "e2@enterprise", "/vouchers/" + free + "/apply", Application{Financing: ledger.Terms{Funder: factor, Mode: ledger.Sale, RatePPM: 1_000_001, DayCount: ledger.Actual360}}, 422, ledger.FieldInvalid, "rate_ppm"},
		{"mature as of no day", "e2@enterprise", "/vouchers/" + free + "/mature", PlainStep{}, 422, ledger.FieldMissing, "date"},

		{"a price one fen off", "custodian@bank", "/vouchers/" + v + "/fund", pay(func(p *VoucherPayment) { p.Amount = fen(4_989_49) }), 422, ledger.PaymentUnmatched, "the price is the face less the discount"},
		{"money past the holder", "custodian@bank", "/vouchers/" + v + "/fund", pay(func(p *VoucherPayment) { p.To = tier2Account }), 422, ledger.MoneyPath, "has to receive it"},
		{"money of somebody else", "custodian@bank", "/vouchers/" + v + "/fund", pay(func(p *VoucherPayment) { p.From, p.To = shenyangAccount, e2Account }), 422, ledger.RouteNotAllowed, ""},
		{"another bank's account", "custodian2@bank", "/vouchers/" + v + "/fund", pay(func(*VoucherPayment) {}), 403, ledger.NotOwner, ""},
		{"no account", "custodian@bank", "/vouchers/" + v + "/fund", pay(func(p *VoucherPayment) { p.From = "" }), 422, ledger.FieldMissing, "from"},
		{"an unknown account", "custodian@bank", "/vouchers/" + v + "/fund", pay(func(p *VoucherPayment) { p.From = "acct:none" }), 422, ledger.AccountUnknown, ""},
		{"no day", "custodian@bank", "/vouchers/" + v + "/fund", pay(func(p *VoucherPayment) { p.Date = "" }), 422, ledger.FieldMissing, "date"},
		{"a bad day", "custodian@bank", "/vouchers/" + v + "/fund", pay(func(p *VoucherPayment) { p.Date = "yesterday" }), 422, ledger.DateInvalid, ""},
		{"no reference", "custodian@bank", "/vouchers/" + v + "/fund", pay(func(p *VoucherPayment) { p.BankRef = "" }), 422, ledger.FieldMissing, "bank_ref"},
		{"a reference used", "custodian@bank", "/vouchers/" + v + "/fund", pay(func(p *VoucherPayment) { p.BankRef = "R4" }), 409, ledger.BankReferenceUsed, ""},
		{"nothing", "custodian@bank", "/vouchers/" + v + "/fund", pay(func(p *VoucherPayment) { p.Amount = fen(0) }), 422, ledger.AmountInvalid, ""},
		{"fund what nobody applied for", "custodian@bank", "/vouchers/" + free + "/fund", pay(func(*VoucherPayment) {}), 409, ledger.VoucherConflict, "applied"},
		{"settle before it is due", "custodian2@bank", "/vouchers/" + free + "/settle", pay(func(p *VoucherPayment) { p.From = e1Account }), 409, ledger.VoucherConflict, "ACTIVE"},
		{"settle nothing", "custodian2@bank", "/vouchers/0123456789abcdef0123.0.0/settle", pay(func(*VoucherPayment) {}), 404, ledger.VoucherUnknown, ""},
		{"a payment without its step", "custodian@bank", "/entries", ledger.Entry{Ops: []ledger.Op{{Type: ledger.MovementSettle, Movement: &ledger.Movement{Kind: ledger.Financing, From: factorAccount, To: e2Account,
			Amount: 1, Currency: "CNY", Date: "2025-06-30", BankRef: "X2", Voucher: v}}}}, 422, ledger.PaymentUnmatched, "one entry"},

		{"many steps of none", "e2@enterprise", "/vouchers/steps/bulk", VoucherSteps{}, 422, ledger.FieldMissing, "items"},
		{"a step that there is not", "e2@enterprise", "/vouchers/steps/bulk", VoucherSteps{[]VoucherStepItem{{Voucher: free, Step: "sell"}}}, 422, ledger.BatchRefused, "items listed"},
		{"a rule without a source", "officer@finance", "/rules", ledger.Rule{ID: "S-X-01", Version: 1, EffectiveFrom: "2025-01-01", Mode: ledger.Warn}, 422, ledger.FieldMissing, "source"},
		{"a flag that there is not", "officer@finance", "/issuers/" + party("e1@enterprise") + "/flags", Flagging{Flag: "UGLY", Set: true, Source: "x"}, 422, ledger.FieldInvalid, "BILL_OVERDUE"},
	} {
		rec := w.do(tc.user, http.MethodPost, Base+tc.path, tc.body)
		p := decode[Problem](t, rec)
		if rec.Code != tc.status || p.Code != tc.code || !strings.Contains(p.Detail, tc.says) || len(p.Detail) < 20 {
			t.Errorf("%s: %d %s, want %d %s that says %q\n%s", tc.name, rec.Code, p.Code, tc.status, tc.code, tc.says, pretty(rec.Body.Bytes()))
		}
		if h := w.ledger.Height(); h != height {
			t.Fatalf("%s left something on the ledger: block %d", tc.name, h-1)
		}
	}
}

// Without the consortium's key a gateway keeps no registry, and says so.
func TestNoConsortiumKey(t *testing.T) {
	w := newWorld(t)
	w.furnishTrade()
	w.Consortium = nil
	for _, path := range []string{"/invoices", "/invoices/lookup"} {
		rec := w.do("e2@enterprise", http.MethodPost, Base+path, invoiceOf(number1, 1))
		if rec.Code != http.StatusServiceUnavailable || !strings.Contains(rec.Body.String(), `"code":"CONSORTIUM_KEY_MISSING"`) {
			t.Errorf("%s: %d %s", path, rec.Code, rec.Body)
		}
	}
	rec := w.do("e2@enterprise", http.MethodPost, Base+"/invoices/import", sampleInvoice(t), "Content-Type", "application/xml")
	if rec.Code != http.StatusServiceUnavailable {
		t.Errorf("import: %d %s", rec.Code, rec.Body)
	}
}

// Another consortium's key does not find the invoice.
func TestFingerprintsDependOnTheKey(t *testing.T) {
	w := newWorld(t)
	w.furnishTrade()
	mine := w.register("e2@enterprise", invoiceOf(number1, 1_00)).Fingerprint
	w.Consortium = fingerprint.Key(strings.Repeat("x", fingerprint.KeySize))
	rec := w.do("e2@enterprise", http.MethodPost, Base+"/invoices/lookup", invoiceOf(number1, 1_00))
	if s := decode[InvoiceStatus](t, rec); s.Registered || s.Fingerprint == mine || len(s.Near) != 0 {
		t.Errorf("%+v", s)
	}
}

// Two funders reach for one invoice at once, again and again: exactly one gets it each time.
func TestOneInvoiceTwoFunders(t *testing.T) {
	w := newWorld(t)
	w.furnishTrade()
	w.write("officer@finance", "/entries", ledger.Entry{Ops: []ledger.Op{{Type: ledger.PartyRevise, Party: &ledger.Party{ID: tier2, Kind: ledger.Private, Name: "鞍山铸件", Version: 2,
		EffectiveFrom: "2025-06-01", Licence: &ledger.Licence{Kind: "FACTORING", Until: "2027-12-31"}}}}})
	for _, user := range []string{"factor@enterprise", "tier2@enterprise"} {
		w.token(user)
	}
	for round := range 10 {
		fp := w.register("e2@enterprise", invoiceOf(fmt.Sprintf("252120000000000001%02d", round), 1_000_00)).Fingerprint
		codes := make([]int, 8)
		var wg sync.WaitGroup
		for i := range codes {
			user := []string{"factor@enterprise", "tier2@enterprise"}[i%2]
			wg.Go(func() {
				codes[i] = w.do(user, http.MethodPost, Base+"/invoices/"+fp+"/reservations", NewReservation{600_00, "2025-07-10"}).Code
			})
		}
		wg.Wait()
		won := 0
		for _, code := range codes {
			switch code {
			case http.StatusCreated, http.StatusAccepted:
				won++
			case http.StatusConflict, http.StatusServiceUnavailable:
			default:
				t.Errorf("round %d: status %d", round, code)
			}
		}
		i, err := w.db.Invoice(t.Context(), everything, fp)
		if err != nil || won != 1 || len(i.Reservations) != 1 || i.Used != 600_00 {
			t.Errorf("round %d: %d won, %+v %v", round, won, i, err)
		}
	}
}

// Lots that somebody else draws between choosing and recording are chosen anew, although the voucher's step is refused
// together with the payment that it goes against.
func TestPaymentOfAVoucherChoosesAnew(t *testing.T) {
	w := newWorld(t)
	s := w.furnishTrade()
	v := w.active(w.owed(number1, 1_000_00), 1_000_00)
	w.write("custodian2@bank", "/own-funds", Payment{To: e1Account, Amount: 5_000_00, Currency: "CNY", Date: "2025-06-30", BankRef: "O1", Origin: &ledger.Origin{Source: ledger.OwnMoney}})
	w.on("2025-07-21")
	w.write("officer@finance", "/vouchers/"+v+"/mature", PlainStep{Date: "2025-07-21"})
	// Behind this gateway's back the bank spends all but a fen of the oldest lot; reads do not know it.
	w.channel.held = true
	if _, err := w.ledger.Submit(caller("custodian2@bank"), ledger.Entry{Key: "behind", Ops: []ledger.Op{{Type: ledger.MovementSettle, Movement: &ledger.Movement{Kind: ledger.Use,
		From: e1Account, Payee: party("e2@enterprise"), Purpose: ledger.PurposeRD, Amount: 28_765_43, Currency: "CNY", Draws: []ledger.Draw{{Lot: s.toE1.lot(t), Amount: 28_765_43}},
		Date: "2025-07-21", BankRef: "O2"}}}}); err != nil {
		t.Fatal(err)
	}
	w.channel.held = false
	refusals := 0
	w.channel.onRefusal = func(e *ledger.Error) { // the read model learns of the block once the first choice was refused
		if refusals++; len(e.Rows) != 2 {
			t.Errorf("payment and step are refused together: %+v", e)
		}
		if err := w.channel.fold(); err != nil {
			t.Error(err)
		}
	}
	got := w.write("custodian2@bank", "/vouchers/"+v+"/settle", VoucherPayment{From: e1Account, To: e2Account, Date: "2025-07-21", BankRef: "S1"})
	if refusals != 1 || len(got.Lots) != 2 {
		t.Errorf("%d refusals, lots %v", refusals, got.Lots)
	}
	if d := w.voucherOf("e2@enterprise", v); d.State != ledger.VoucherSettled {
		t.Errorf("%+v", d.VoucherNode)
	}
}
