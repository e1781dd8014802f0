package api

import (
	"net/http"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
)

// Every route of supply-chain finance answers well, as its description says, to who may ask, and not to who may not.
func TestTradeRoutes(t *testing.T) {
	w := newWorld(t)
	w.furnishTrade()
	e1, e2 := party("e1@enterprise"), party("e2@enterprise")
	i := w.register("e2@enterprise", invoiceOf(number1, 20_000_00))
	twin := invoiceOf(number1, 21_000_00)
	twin.Date = "2025-06-17"
	fp := i.Fingerprint
	claim := w.owed("25212000000000000002", 30_000_00)
	v := w.active(claim, 10_000_00)
	paper := digest("9")
	var draft, reservation, pledge string

	play(t, w, []scenario{
		{name: "an invoice to its seller", user: "e2@enterprise", method: "GET", path: "/invoices/" + fp, status: 200, has: []string{`"state":"REGISTERED"`, `"left":"2000000"`}, hasNot: []string{number1}},
		{name: "an invoice to nobody else", user: "tier2@enterprise", method: "GET", path: "/invoices/" + fp, status: 404, has: []string{`"code":"INVOICE_UNKNOWN"`}},
		{name: "no such invoice", user: "auditor@audit", method: "GET", path: "/invoices/" + digest("0"), status: 404, has: []string{`"code":"INVOICE_UNKNOWN"`}},
		{name: "invoices of a seller by its bare code", user: "auditor@audit", method: "GET", path: "/invoices?state=REGISTERED&seller=" + strings.TrimPrefix(e2, "uscc:"), status: 200, has: []string{fp}},
		{name: "invoices of nobody", user: "factor@enterprise", method: "GET", path: "/invoices", status: 200, has: []string{`"items":[]`}},
		{name: "look it up in hand", user: "factor@enterprise", method: "POST", path: "/invoices/lookup", body: invoiceOf(number1, 20_000_00), status: 200,
			has: []string{`"registered":true`, `"state":"REGISTERED"`, `"left":"2000000"`, fp}, hasNot: []string{`"registrations"`}},
		{name: "look up one that nobody registered", user: "viewer@bank", method: "POST", path: "/invoices/lookup", body: twin, status: 200,
			has: []string{`"registered":false`, `"hidden":1`, `["seller","number","type"]`}, hasNot: []string{`"fingerprint":"` + fp}},
		{name: "look up nothing", user: "viewer@bank", method: "POST", path: "/invoices/lookup", body: "{}", status: 422, has: []string{`"code":"FIELD_MISSING"`}},
		{name: "register its twin", user: "e2@enterprise", method: "POST", path: "/invoices", body: twin, status: 201,
			has: []string{`"state":"REGISTERED"`, `"duplicate":false`, `"invoices":["` + fp}},
		{name: "both look alike", user: "e1@enterprise", method: "GET", path: "/invoices/near-duplicates", status: 200, has: []string{fp, `"agree":["seller","number","type"]`}},
		{name: "register it again", user: "e2@enterprise", method: "POST", path: "/invoices", body: invoiceOf(number1, 20_000_00), status: 409, has: []string{`"code":"ALREADY_EXISTS"`}},
		{name: "ask the tax authority", user: "e1@enterprise", method: "POST", path: "/invoices/" + fp + "/checks", body: TaxCheck{Status: "VALID", Source: "inv-veri.chinatax.gov.cn", Date: "2025-06-30"}, status: 201, has: []string{fp}},
		{name: "check no invoice", user: "e1@enterprise", method: "POST", path: "/invoices/" + digest("0") + "/checks", body: TaxCheck{Status: "VALID", Source: "x", Date: "2025-06-30"}, status: 404, has: []string{`"code":"INVOICE_UNKNOWN"`}},
		{name: "reserve without a licence", user: "tier2@enterprise", method: "POST", path: "/invoices/" + fp + "/reservations", body: NewReservation{5_000_00, "2025-07-10"}, status: 409, has: []string{`"code":"FUNDER_UNLICENSED"`}},
		{name: "reserve", user: "factor@enterprise", method: "POST", path: "/invoices/" + fp + "/reservations", body: NewReservation{5_000_00, "2025-07-10"}, status: 201,
			after: func(t *testing.T, w *world) { reservation = w.reservationOf(fp) }},
		{name: "reserve too much", user: "factor@enterprise", method: "POST", path: "/invoices/" + fp + "/reservations", body: NewReservation{15_000_01, "2025-07-10"}, status: 409, has: []string{`"code":"INVOICE_OVERUSED"`, `"left":"1500000"`}},
	})
	play(t, w, []scenario{
		{name: "finance without a registration", user: "factor@enterprise", method: "POST", path: "/invoices/" + fp + "/reservations/" + reservation + "/financing", body: ReservationFinancing{Date: "2025-06-30"}, status: 409, has: []string{`"code":"REGISTRATION_MISSING"`}},
		{name: "finance what nobody reserved", user: "factor@enterprise", method: "POST", path: "/invoices/" + fp + "/reservations/x/financing", body: ReservationFinancing{Date: "2025-06-30", Registration: &registry}, status: 409, has: []string{`"code":"RESERVATION_CONFLICT"`}},
		{name: "finance", user: "factor@enterprise", method: "POST", path: "/invoices/" + fp + "/reservations/" + reservation + "/financing", body: ReservationFinancing{Date: "2025-06-30", Registration: &registry}, status: 201},
		{name: "cancel what is financed", user: "e2@enterprise", method: "POST", path: "/invoices/" + fp + "/cancellation", body: Remark{}, status: 409, has: []string{`"code":"INVOICE_OVERUSED"`}},
		{name: "release somebody else's", user: "e2@enterprise", method: "POST", path: "/invoices/" + fp + "/reservations/" + reservation + "/release", body: ReservationRelease{Date: "2025-06-30"}, status: 403, has: []string{`"code":"NOT_OWNER"`}},
		{name: "release", user: "factor@enterprise", method: "POST", path: "/invoices/" + fp + "/reservations/" + reservation + "/release", body: ReservationRelease{Date: "2025-06-30", Reason: "repaid"}, status: 201},
		{name: "cancel", user: "e2@enterprise", method: "POST", path: "/invoices/" + fp + "/cancellation", body: Remark{Reason: "mistaken"}, status: 201},
		{name: "cancelled", user: "e1@enterprise", method: "GET", path: "/invoices/" + fp, status: 200, has: []string{`"state":"CANCELLED"`, `"reason":"mistaken"`}},

		{name: "a claim", user: "e1@enterprise", method: "GET", path: "/claims/" + claim, status: 200, has: []string{`"state":"CONFIRMED"`, `"left":"2000000"`, `"creditor_size":"SMALL"`}},
		{name: "a claim to nobody else", user: "tier2@enterprise", method: "GET", path: "/claims/" + claim, status: 404, has: []string{`"code":"CLAIM_UNKNOWN"`}},
		{name: "claims", user: "e2@enterprise", method: "GET", path: "/claims?state=CONFIRMED&debtor=" + e1, status: 200, has: []string{claim}},
		{name: "claim more than the invoice", user: "e2@enterprise", method: "POST", path: "/claims", body: NewClaim{Creditor: e2, Debtor: e1, Amount: 1, Currency: "CNY", Invoices: []ledger.InvoiceUse{{Fingerprint: fp, Amount: 1}}}, status: 409, has: []string{`"code":"INVOICE_VOID"`}},
		{name: "confirm a claim twice", user: "e1@enterprise", method: "POST", path: "/claims/" + claim + "/confirmation", body: Remark{}, status: 409, has: []string{`"code":"CLAIM_CONFLICT"`}},
		{name: "cancel a claim with vouchers", user: "e2@enterprise", method: "POST", path: "/claims/" + claim + "/cancellation", body: Remark{}, status: 409, has: []string{`"code":"CLAIM_CONFLICT"`}},
		{name: "no such claim", user: "e1@enterprise", method: "POST", path: "/claims/0123456789abcdef0123.7/confirmation", body: Remark{}, status: 404, has: []string{`"code":"CLAIM_UNKNOWN"`}},

		{name: "vouchers of a holder", user: "e1@enterprise", method: "GET", path: "/vouchers?live=true&events=true&state=ACTIVE&holder=" + e2 + "&maturity_from=2025-07-01&maturity_until=2025-07-31", status: 200, has: []string{v, `"op":"voucher.accept"`}},
		{name: "vouchers without events", user: "e1@enterprise", method: "GET", path: "/vouchers?claim=" + claim + "&root=" + v + "&party=" + strings.TrimPrefix(e1, "uscc:"), status: 200, has: []string{v}, hasNot: []string{`"op":"voucher.accept"`}},
		{name: "vouchers of nobody", user: "tier2@enterprise", method: "GET", path: "/vouchers", status: 200, has: []string{`"items":[]`}},
		{name: "a voucher", user: "e2@enterprise", method: "GET", path: "/vouchers/" + v, status: 200, has: []string{`"state":"ACTIVE"`, `"claim_record":`, `"op":"voucher.issue"`}},
		{name: "a voucher to nobody else", user: "tier2@enterprise", method: "GET", path: "/vouchers/" + v, status: 404, has: []string{`"code":"VOUCHER_UNKNOWN"`}},
		{name: "its tree", user: "e2@enterprise", method: "GET", path: "/vouchers/" + v + "/tree", status: 200, has: []string{`"live":"1000000"`}},
		{name: "no tree", user: "tier2@enterprise", method: "GET", path: "/vouchers/" + v + "/tree", status: 404, has: []string{`"code":"VOUCHER_UNKNOWN"`}},
		{name: "a quote", user: "e2@enterprise", method: "GET", path: "/vouchers/" + v + "/quote?rate_ppm=43500&day_count=ACT/365F&date=2025-06-30", status: 200, has: []string{`"days":21`, `"discount":"2503"`, `"net":"997497"`, `"due":"2025-07-21"`}},
		{name: "a quote of today", user: "e2@enterprise", method: "GET", path: "/vouchers/" + v + "/quote?rate_ppm=0", status: 200, has: []string{`"date":"2025-06-30"`, `"day_count":"ACT/360"`, `"net":"1000000"`}},
		{name: "a quote without a rate", user: "e2@enterprise", method: "GET", path: "/vouchers/" + v + "/quote", status: 400, has: []string{`"code":"QUERY_INVALID"`}},
		{name: "a quote after maturity", user: "e2@enterprise", method: "GET", path: "/vouchers/" + v + "/quote?rate_ppm=1&date=2025-07-20", status: 409, has: []string{`"code":"VOUCHER_MATURED"`}},
		{name: "a quote of nothing", user: "tier2@enterprise", method: "GET", path: "/vouchers/" + v + "/quote?rate_ppm=1", status: 404, has: []string{`"code":"VOUCHER_UNKNOWN"`}},
		{name: "exposure", user: "e1@enterprise", method: "GET", path: "/parties/" + strings.TrimPrefix(e1, "uscc:") + "/exposure", status: 200, has: []string{`"outstanding":{"vouchers":1,"amount":"1000000"}`}},
		{name: "exposure of nobody", user: "auditor@audit", method: "GET", path: "/parties/other:nobody/exposure", status: 404, has: []string{`"code":"PARTY_UNKNOWN"`}},
		{name: "papers of a voucher", user: "e2@enterprise", method: "POST", path: "/documents?kind=ASSIGNMENT_NOTICE&subject=" + v, body: "notice", header: []string{"Content-Type", "text/plain"}, status: 201},
		{name: "papers of a claim", user: "e1@enterprise", method: "POST", path: "/documents?kind=CONTRACT&subject=" + claim, body: "contract", header: []string{"Content-Type", "text/plain"}, status: 201},
		{name: "papers of somebody else's voucher", user: "tier2@enterprise", method: "POST", path: "/documents?subject=" + v, body: "x", header: []string{"Content-Type", "text/plain"}, status: 422, has: []string{`"code":"VOUCHER_UNKNOWN"`}},

		{name: "draft", user: "e1@enterprise", method: "POST", path: "/vouchers", body: ledger.Voucher{Claim: claim, Amount: 5_000_00, Currency: "CNY", Date: "2025-06-20", Maturity: "2025-07-20", AcceptBy: "2025-06-25"}, status: 201, has: []string{`"vouchers":["`},
			after: func(t *testing.T, w *world) { draft = w.lastVoucher(claim) }},
	})
	step := func(user, voucher, name string, body any, status int, has ...string) scenario {
		return scenario{name: name + " by " + user, user: user, method: "POST", path: "/vouchers/" + voucher + "/" + name, body: body, status: status, has: has}
	}
	play(t, w, []scenario{
		step("e1@enterprise", draft, "issue", PlainStep{}, 403, `"code":"SAME_PERSON"`),
		step("cashier.e1@enterprise", draft, "issue", PlainStep{Date: "2025-06-20"}, 201, draft),
		step("cashier.e1@enterprise", draft, "accept", PlainStep{Date: "2025-06-21"}, 403, `"code":"CONSENT_REQUIRED"`),
		step("e2@enterprise", draft, "reject", PlainStep{Date: "2025-06-21", Reason: "not agreed"}, 201),
		step("e2@enterprise", draft, "accept", PlainStep{Date: "2025-06-21"}, 409, `"code":"VOUCHER_CONFLICT"`, `"state":"CANCELLED"`),
		{name: "and another", user: "e1@enterprise", method: "POST", path: "/vouchers", body: ledger.Voucher{Claim: claim, Amount: 5_000_00, Currency: "CNY", Date: "2025-06-20", Maturity: "2025-07-20", AcceptBy: "2025-06-25"}, status: 201,
			after: func(t *testing.T, w *world) { draft = w.lastVoucher(claim) }},
		{name: "what nobody drafted", user: "cashier.e1@enterprise", method: "POST", path: "/vouchers/0123456789abcdef0123.0.0/issue", body: PlainStep{}, status: 404, has: []string{`"code":"VOUCHER_UNKNOWN"`}},
	})
	play(t, w, []scenario{
		step("cashier.e1@enterprise", draft, "issue", PlainStep{Date: "2025-06-20"}, 201),
		step("custodian@bank", draft, "lapse", PlainStep{Date: "2025-06-25"}, 409, `"code":"NOT_DUE"`),
		step("custodian@bank", draft, "lapse", PlainStep{Date: "2025-06-26"}, 201),
		step("e2@enterprise", v, "offer", Offer{To: tier2}, 201),
		step("tier2@enterprise", v, "decline", PlainStep{}, 201),
		step("e2@enterprise", v, "offer", Offer{To: "other:scf-platform"}, 422, `"code":"MONEY_PATH"`),
		step("e2@enterprise", v, "offer", Offer{To: e1}, 422, `"code":"SELF_DEALING"`),
		step("e2@enterprise", v, "offer", Offer{To: "other:nobody"}, 422, `"code":"PARTY_UNKNOWN"`),
		step("e2@enterprise", v, "apply", Application{Financing: ledger.Terms{Funder: tier2, Mode: ledger.Sale, DayCount: ledger.Actual360}}, 409, `"code":"FUNDER_UNLICENSED"`),
		step("e2@enterprise", v, "apply", Application{Financing: saleTerms}, 201),
		step("factor@enterprise", v, "refuse-financing", PlainStep{Reason: "too short"}, 201),
		step("e2@enterprise", v, "apply", Application{Financing: ledger.Terms{Funder: strings.TrimPrefix(factor, "uscc:"), Mode: ledger.Pledge, RatePPM: 43_500, DayCount: ledger.Actual365}}, 201),
		step("factor@enterprise", v, "registration", RegistryEntry{Registration: registry}, 201),
		step("custodian@bank", v, "fund", VoucherPayment{From: factorAccount, To: e2Account, Date: "2025-06-30", BankRef: "P0"}, 422, `"code":"FIELD_MISSING"`, `"field":"amount"`),
		step("custodian@bank", v, "fund", VoucherPayment{From: factorAccount, To: e2Account, Amount: fen(10_000_01), Date: "2025-06-30", BankRef: "P0"}, 422, `"code":"PAYMENT_UNMATCHED"`, `"want":"1000000"`),
		step("custodian@bank", v, "fund", VoucherPayment{From: factorAccount, To: e2Account, Amount: fen(8_000_00), Date: "2025-06-30", BankRef: "P1"}, 201, `"id":"`+v),
		step("auditor@audit", v, "freeze", PlainStep{}, 422, `"code":"FIELD_MISSING"`),
		step("auditor@audit", v, "freeze", PlainStep{Document: paper, Reason: "court order"}, 201),
		step("officer@finance", v, "unfreeze", PlainStep{Document: paper}, 201),
		step("factor@enterprise", v, "unpledge", PlainStep{}, 201),
		step("e1@enterprise", v, "cancel", PlainStep{}, 201),
		step("e2@enterprise", v, "cancel", PlainStep{}, 201),
	})
	pledge = w.voucherOf("e2@enterprise", v).Financing.Mode
	if pledge != ledger.Pledge {
		t.Errorf("the financing is of mode %s", pledge)
	}

	// One that defaults and is given up.
	lost := w.active(claim, 1_000_00)
	w.on("2025-07-23")
	play(t, w, []scenario{
		step("e2@enterprise", lost, "split", Split{Pieces: []ledger.Piece{{Amount: 1}}}, 409, `"code":"VOUCHER_MATURED"`),
		step("e2@enterprise", lost, "mature", PlainStep{Date: "2025-07-20"}, 409, `"code":"NOT_DUE"`, `"due":"2025-07-21"`),
		step("e2@enterprise", lost, "mature", PlainStep{Date: "2025-07-21"}, 201),
		step("e2@enterprise", lost, "claim-recourse", RecourseClaim{Against: e1}, 409, `"code":"VOUCHER_CONFLICT"`),
		step("e2@enterprise", lost, "default", PlainStep{Date: "2025-07-22"}, 201),
		step("e2@enterprise", lost, "claim-recourse", RecourseClaim{Against: e1}, 409, `"code":"RECOURSE_REFUSED"`),
		step("e2@enterprise", lost, "write-off", PlainStep{Document: paper}, 201),
		{name: "the issuer is flagged", user: "tier2@enterprise", method: "GET", path: "/issuers/" + e1, status: 200, has: []string{`"flags":["WRITTEN_OFF"]`, `"blocked":true`}},
		{name: "clear the flag", user: "officer@finance", method: "POST", path: "/issuers/" + e1 + "/flags", body: Flagging{Flag: "WRITTEN_OFF", Source: "paid out of court"}, status: 201},
		{name: "set another", user: "officer@finance", method: "POST", path: "/issuers/" + strings.TrimPrefix(e1, "uscc:") + "/flags", body: Flagging{Flag: "BOND_DEFAULT", Set: true, Source: "exchange notice"}, status: 201},
		{name: "of nobody", user: "officer@finance", method: "POST", path: "/issuers/other:nobody/flags", body: Flagging{Flag: "BOND_DEFAULT", Set: true, Source: "x"}, status: 404, has: []string{`"code":"PARTY_UNKNOWN"`}},
		{name: "no issuer", user: "officer@finance", method: "GET", path: "/issuers/other:nobody", status: 404, has: []string{`"code":"PARTY_UNKNOWN"`}},

		{name: "rules", user: "viewer@enterprise", method: "GET", path: "/rules", status: 200, has: []string{`"id":"S-TRM-01"`, `"cap_days":365`}},
		{name: "a rule", user: "viewer@enterprise", method: "GET", path: "/rules/S-TRM-01", status: 200, has: []string{`"version":1`}},
		{name: "no rule", user: "viewer@enterprise", method: "GET", path: "/rules/S-NO-01", status: 404, has: []string{`"code":"RULE_MISSING"`}},
		{name: "publish a rule", user: "officer@finance", method: "POST", path: "/rules", body: ledger.Rule{ID: "S-TRM-01", Version: 2, EffectiveFrom: "2025-08-01", Mode: ledger.Block, Parameters: map[string]int64{"cap_months": 6}, Source: "a notice"}, status: 201, has: []string{`"id":"S-TRM-01"`}},
		{name: "publish it again", user: "officer@finance", method: "POST", path: "/rules", body: ledger.Rule{ID: "S-TRM-01", Version: 2, EffectiveFrom: "2025-08-01", Mode: ledger.Block, Source: "a notice"}, status: 409, has: []string{`"code":"VERSION_CONFLICT"`}},
		{name: "calendars", user: "viewer@enterprise", method: "GET", path: "/calendars", status: 200, has: []string{`"year":2026`, `"holidays":[`}},
		{name: "publish a calendar", user: "officer@finance", method: "POST", path: "/calendars", body: ledger.Calendar{Year: 2027, Version: 1, Holidays: []string{"2027-01-01"}, Source: "a notice"}, status: 201},
		{name: "a calendar of another year", user: "officer@finance", method: "POST", path: "/calendars", body: ledger.Calendar{Year: 2028, Version: 1, Holidays: []string{"2027-01-01"}, Source: "a notice"}, status: 422, has: []string{`"code":"FIELD_INVALID"`}},

		{name: "findings", user: "auditor@audit", method: "GET", path: "/findings?as_of=2025-07-23&limit=10", status: 200, has: []string{`"as_of":"2025-07-23"`, `"scanned":{`}},
		{name: "findings of a party", user: "auditor@audit", method: "GET", path: "/findings?severity=HIGH&rule=S-SET-01&subject=" + lost + "&party=" + e1, status: 200, has: []string{lost, `"rule":"S-SET-01"`}},
		{name: "no such rule", user: "auditor@audit", method: "GET", path: "/findings?rule=S-TRM-01", status: 400, has: []string{`"code":"QUERY_INVALID"`}},
	})
	// A claim on which nothing stands goes back.
	idle := w.owed("25212000000000000009", 1_00)
	play(t, w, []scenario{
		{name: "cancel a claim", user: "e2@enterprise", method: "POST", path: "/claims/" + idle + "/cancellation", body: Remark{Reason: "returned"}, status: 201, has: []string{idle}},
		{name: "cancelled claim", user: "e2@enterprise", method: "GET", path: "/claims/" + idle, status: 200, has: []string{`"state":"CANCELLED"`}},
	})
	if rec := w.do("officer@finance", http.MethodPost, Base+"/vouchers/"+v+"/take", unread{t}); rec.Code != http.StatusForbidden {
		t.Errorf("an officer takes a voucher: %d", rec.Code)
	}
}

func fen(v int64) *int64 { return &v }

// reservationOf is the last reservation of an invoice.
func (w *world) reservationOf(fingerprint string) string {
	w.t.Helper()
	i, err := w.db.Invoice(w.t.Context(), everything, fingerprint)
	if err != nil || len(i.Reservations) == 0 {
		w.t.Fatalf("%+v %v", i, err)
	}
	return i.Reservations[len(i.Reservations)-1].ID
}
