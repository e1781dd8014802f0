package api

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
	"fundtrace/gateway/rulepack"
	"fundtrace/gateway/trace"
	"fundtrace/gateway/users"
)

// The supply chain of these tests: e1 is the core enterprise, e2 its supplier, tier2 the supplier's; the factor finances.
const (
	tier2  = "uscc:91350100M000100Y43"
	factor = "uscc:91330100799655058B"
	group  = "uscc:9144030071526726XG"

	tier2Account  = "acct:tier2"
	factorAccount = "acct:factor"
)

// traders are its users. cashier is the second person of e1.
var traders = []users.Identity{
	{User: "cashier.e1@enterprise", Organisation: "enterprise", MSP: ledger.EnterpriseMSP, Role: ledger.RoleEnterprise, Party: everyUserOf("e1@enterprise")},
	{User: "tier2@enterprise", Organisation: "enterprise", MSP: ledger.EnterpriseMSP, Role: ledger.RoleEnterprise, Party: tier2},
	{User: "factor@enterprise", Organisation: "enterprise", MSP: ledger.EnterpriseMSP, Role: ledger.RoleEnterprise, Party: factor},
}

func digest(c string) string { return strings.Repeat(c, 64) }

// furnishTrade is furnish with a supply chain: rules, a licensed factor with 50,000 yuan of its own, everybody's accounts.
func (w *world) furnishTrade() *scene {
	w.t.Helper()
	s := w.furnish()
	w.write("officer@finance", "/entries", ledger.Entry{Ops: append(rulepack.Ops(),
		ledger.Op{Type: ledger.PartyRegister, Party: &ledger.Party{ID: tier2, Kind: ledger.Private, Name: "鞍山铸件", Region: "210300", Size: "SMALL", SizeDate: "2024-12-31"}},
		ledger.Op{Type: ledger.PartyRegister, Party: &ledger.Party{ID: factor, Kind: ledger.Private, Name: "示例保理", Group: group, Licence: &ledger.Licence{Kind: "FACTORING", Until: "2027-12-31"}}},
		ledger.Op{Type: ledger.PartyRegister, Party: &ledger.Party{ID: "other:scf-platform", Kind: ledger.Platform, Name: "供应链平台"}})})
	w.write("custodian2@bank", "/accounts", ledger.Account{ID: tier2Account, Owner: tier2, Bank: party("custodian2@bank"), Currency: "CNY", Purpose: ledger.Operating})
	w.write("custodian@bank", "/accounts", ledger.Account{ID: factorAccount, Owner: factor, Bank: party("custodian@bank"), Currency: "CNY", Purpose: ledger.Operating})
	w.write("custodian@bank", "/own-funds", Payment{To: factorAccount, Amount: 50_000_00, Currency: "CNY", Date: "2025-06-20", BankRef: "F1",
		Origin: &ledger.Origin{Source: ledger.OwnMoney, Investor: factor}})
	return s
}

// trade is an invoice of e2 to e1.
func invoiceOf(number string, amount int64) InvoiceParticulars {
	return InvoiceParticulars{Seller: party("e2@enterprise"), Buyer: party("e1@enterprise"), Type: "DIGITAL", Number: number, Date: "2025-06-16",
		Amount: amount, Currency: "CNY", Due: "2025-08-15", Document: digest("d")}
}

const number1 = "25212000000000000001"

// register registers an invoice through the API.
func (w *world) register(user string, p InvoiceParticulars) RegisteredInvoice {
	w.t.Helper()
	rec := w.do(user, http.MethodPost, Base+"/invoices", p)
	if rec.Code != http.StatusCreated {
		w.t.Fatalf("register an invoice: %d %s", rec.Code, rec.Body)
	}
	return decode[RegisteredInvoice](w.t, rec)
}

// owed is a confirmed claim of e2 on e1.
func (w *world) owed(number string, amount int64) string {
	w.t.Helper()
	i := w.register("e2@enterprise", invoiceOf(number, amount))
	claim := w.write("e2@enterprise", "/claims", NewClaim{Creditor: party("e2@enterprise"), Debtor: party("e1@enterprise"), Amount: amount, Currency: "CNY",
		Invoices: []ledger.InvoiceUse{{Fingerprint: i.Fingerprint, Amount: amount}}, Contract: digest("c"), ContractDate: "2025-06-10", Delivery: digest("e"), DeliveryDate: "2025-06-14",
		CreditorSize: "SMALL", DebtorSize: "LARGE"})
	w.write("e1@enterprise", "/claims/"+claim.ID+"/confirmation", Remark{})
	return claim.ID
}

// drafted is a draft on a claim, due on Sunday 20 July 2025.
func (w *world) drafted(claim string, amount int64) string {
	w.t.Helper()
	return w.write("e1@enterprise", "/vouchers", ledger.Voucher{Claim: claim, Amount: amount, Currency: "CNY", Date: "2025-06-18", Maturity: "2025-07-20", AcceptBy: "2025-06-30"}).ID
}

// active is a voucher that e2 holds.
func (w *world) active(claim string, amount int64) string {
	w.t.Helper()
	v := w.drafted(claim, amount)
	w.write("cashier.e1@enterprise", "/vouchers/"+v+"/issue", PlainStep{Date: "2025-06-18"})
	w.write("e2@enterprise", "/vouchers/"+v+"/accept", PlainStep{Date: "2025-06-19"})
	return v
}

func (w *world) voucherOf(user, lot string) projection.VoucherDetail {
	w.t.Helper()
	rec := w.do(user, http.MethodGet, Base+"/vouchers/"+lot, nil)
	if rec.Code != http.StatusOK {
		w.t.Fatalf("%s reads voucher %s: %d %s", user, lot, rec.Code, rec.Body)
	}
	return decode[projection.VoucherDetail](w.t, rec)
}

func (w *world) on(day string) {
	w.t.Helper()
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		w.t.Fatal(err)
	}
	w.clock = d.Add(4 * time.Hour)
}

var (
	saleTerms = ledger.Terms{Funder: factor, Mode: ledger.Sale, RatePPM: 36_000, DayCount: ledger.Actual360, Recourse: false}
	registry  = ledger.Registration{Number: "ZD-1", Date: "2025-06-20", Description: digest("a"), Searched: "2025-06-20", Search: digest("b")}
)

// The life of a voucher over HTTP, from the invoice to the last fen: split, passed on with recourse, sold to a factor,
// settled with public money, defaulted, paid in the issuer's place and settled at last.
func TestVoucherLife(t *testing.T) {
	w := newWorld(t)
	s := w.furnishTrade()
	d := loadDescription(t, w)
	get := func(user, path string, into any) {
		t.Helper()
		rec := w.do(user, http.MethodGet, Base+path, nil)
		if rec.Code != http.StatusOK {
			t.Fatalf("%s GET %s: %d %s", user, path, rec.Code, rec.Body)
		}
		d.check(t, http.MethodGet, path, rec)
		if err := jsonInto(rec, into); err != nil {
			t.Fatal(err)
		}
	}

	// The invoice, which the buyer registers too: the registry says so, to both and to a funder.
	first := w.register("e2@enterprise", invoiceOf(number1, 20_000_00))
	if first.State != ledger.InvoiceRegistered || first.Duplicate || len(first.Near) != 0 || first.ID != first.Fingerprint {
		t.Fatalf("first registration: %+v", first)
	}
	second := w.register("e1@enterprise", invoiceOf(strings.ReplaceAll(number1, "0", "０"), 20_000_00))
	if second.State != ledger.InvoiceDuplicate || !second.Duplicate || second.Fingerprint != first.Fingerprint {
		t.Fatalf("second registration: %+v", second)
	}

	claim := w.write("e2@enterprise", "/claims", NewClaim{Creditor: party("e2@enterprise"), Debtor: party("e1@enterprise"), Amount: 20_000_00, Currency: "CNY",
		Invoices: []ledger.InvoiceUse{{Fingerprint: first.Fingerprint, Amount: 20_000_00}}, Contract: digest("c"), ContractDate: "2025-06-10", Delivery: digest("e"), DeliveryDate: "2025-06-14"}).ID
	w.write("e1@enterprise", "/claims/"+claim+"/confirmation", Remark{Reason: "goods received"})
	root := w.active(claim, 20_000_00)

	pieces := w.write("e2@enterprise", "/vouchers/"+root+"/split", Split{Pieces: []ledger.Piece{{Amount: 12_000_00}, {Amount: 8_000_00}}, PlainStep: PlainStep{Date: "2025-06-19"}})
	if len(pieces.Vouchers) != 2 || pieces.ID != root {
		t.Fatalf("split: %+v", pieces)
	}
	large, small := pieces.Vouchers[0], pieces.Vouchers[1]
	w.write("e2@enterprise", "/vouchers/"+small+"/offer", Offer{To: strings.TrimPrefix(tier2, "uscc:"), Recourse: true, PlainStep: PlainStep{Date: "2025-06-20", Document: digest("f")}})
	passed := w.write("tier2@enterprise", "/vouchers/"+small+"/take", PlainStep{Date: "2025-06-21"}).ID
	if v := w.voucherOf("tier2@enterprise", passed); v.Holder != tier2 || v.Tier != 2 || v.State != ledger.VoucherActive || v.From != party("e2@enterprise") {
		t.Fatalf("passed on: %+v", v.VoucherNode)
	}

	// Delivery versus payment: 12,000.00 for 31 days to Monday 21 July at 3.6 %, ACT/360, is 37.20.
	w.write("e2@enterprise", "/vouchers/"+large+"/apply", Application{Financing: saleTerms, PlainStep: PlainStep{Date: "2025-06-20"}})
	w.write("factor@enterprise", "/vouchers/"+large+"/registration", RegistryEntry{Registration: registry, PlainStep: PlainStep{Date: "2025-06-20"}})
	var q Quote
	get("factor@enterprise", "/vouchers/"+large+"/quote?date=2025-06-20", &q)
	if q.Due != "2025-07-21" || q.Days != 31 || q.Discount != 37_20 || q.Net != 11_962_80 {
		t.Errorf("quote: %+v", q)
	}
	pay := VoucherPayment{From: factorAccount, To: e2Account, Date: "2025-06-20", BankRef: "F2"}
	rec := w.do("custodian@bank", http.MethodPost, Base+"/vouchers/"+large+"/fund", pay, idempotencyHeader, "fund-1")
	if rec.Code != http.StatusCreated {
		t.Fatalf("fund: %d %s", rec.Code, rec.Body)
	}
	funded := decode[Written](t, rec)
	if len(funded.Vouchers) != 1 || len(funded.Lots) != 1 || funded.ID != funded.Vouchers[0] {
		t.Fatalf("funded: %+v", funded)
	}
	bought := funded.ID
	if v := w.voucherOf("factor@enterprise", bought); v.Holder != factor || v.State != ledger.VoucherFinanced || v.Financing.Net != 11_962_80 || v.Financing.Cash != funded.Movement {
		t.Fatalf("bought: %+v", v.VoucherNode)
	}
	again := decode[Written](t, w.do("custodian@bank", http.MethodPost, Base+"/vouchers/"+large+"/fund", pay, idempotencyHeader, "fund-1"))
	if !again.Replayed || again.Entry != funded.Entry || again.ID != bought {
		t.Errorf("the same payment again: %+v", again)
	}

	// Maturity is a Sunday: due on Monday. The core enterprise pays the factor with public money, and tier 2 in part.
	w.on("2025-07-22")
	w.write("officer@finance", "/vouchers/steps/bulk", VoucherSteps{Items: []VoucherStepItem{
		{Voucher: bought, Step: "mature", PlainStep: PlainStep{Date: "2025-07-21"}}, {Voucher: passed, Step: "mature", PlainStep: PlainStep{Date: "2025-07-21"}}}})
	settled := w.write("custodian2@bank", "/vouchers/"+bought+"/settle", VoucherPayment{From: e1Account, To: factorAccount, Date: "2025-07-21", BankRef: "S1"})
	if v := w.voucherOf("factor@enterprise", bought); v.State != ledger.VoucherSettled || v.Settled != 12_000_00 || len(v.Payments) != 1 || v.Payments[0].Movement != settled.Movement {
		t.Fatalf("settled: %+v %+v", v.VoucherNode, v.Payments)
	}
	part := int64(3_000_00)
	w.write("custodian2@bank", "/vouchers/"+passed+"/settle", VoucherPayment{From: e1Account, To: tier2Account, Amount: &part, Date: "2025-07-21", BankRef: "S2"})

	// The rest is not paid. Who passed the voucher on with recourse pays, and holds it again.
	w.write("tier2@enterprise", "/vouchers/"+passed+"/default", PlainStep{Date: "2025-07-22"})
	var stands projection.Issuer
	get("e2@enterprise", "/issuers/"+party("e1@enterprise"), &stands)
	if !stands.Blocked || stands.Overdue != 1 {
		t.Errorf("the issuer: %+v", stands)
	}
	w.write("tier2@enterprise", "/vouchers/"+passed+"/claim-recourse", RecourseClaim{Against: party("e2@enterprise")})
	back := w.write("custodian2@bank", "/vouchers/"+passed+"/pay-recourse", VoucherPayment{From: e2Account, To: tier2Account, Date: "2025-07-22", BankRef: "S3"}).ID
	if v := w.voucherOf("e2@enterprise", back); v.Holder != party("e2@enterprise") || v.Face != 5_000_00 || v.Via != "ISSUE" {
		t.Fatalf("back with who paid: %+v", v.VoucherNode)
	}
	w.write("e2@enterprise", "/vouchers/"+back+"/mature", PlainStep{Date: "2025-07-22"})
	w.write("custodian2@bank", "/vouchers/"+back+"/settle", VoucherPayment{From: e1Account, To: e2Account, Date: "2025-07-22", BankRef: "S4"})
	get("auditor@audit", "/issuers/"+strings.TrimPrefix(party("e1@enterprise"), "uscc:"), &stands)
	if stands.Blocked {
		t.Errorf("the issuer has paid: %+v", stands)
	}

	// Every fen of the face is where it should be, to those who may see all and to those who may not.
	for _, user := range []string{"auditor@audit", "e1@enterprise", "tier2@enterprise", "factor@enterprise"} {
		lot := passed
		if user == "factor@enterprise" {
			lot = bought
		}
		var tree projection.VoucherTree
		get(user, "/vouchers/"+lot+"/tree", &tree)
		if sum := tree.Sums.Live + tree.Sums.Settled + tree.Sums.Cancelled + tree.Sums.WrittenOff + tree.Hidden.Amount; sum != 20_000_00 || tree.Face != 20_000_00 {
			t.Errorf("%s sees a tree of %d: %+v", user, sum, tree)
		}
	}
	var e projection.Exposure
	get("auditor@audit", "/parties/"+party("e1@enterprise")+"/exposure", &e)
	if len(e.Issuer) != 1 || e.Issuer[0].Outstanding.Amount != 0 || e.Issuer[0].Settled != 20_000_00 {
		t.Errorf("exposure: %+v", e)
	}
	var found struct {
		Total    int `json:"total"`
		Findings []struct{ Rule, Subject string }
	}
	get("auditor@audit", "/findings?rule=S-SET-01", &found)
	if found.Total == 0 {
		t.Error("a late settlement is not found")
	}

	// The province's bond money went through the fund and the core enterprise to who was owed.
	var a trace.Answer
	get("auditor@audit", "/lots/"+s.root.lot(t)+"/trace", &a)
	if tt := a.Totals; tt.Traced != tt.Idle+tt.InTransit+tt.Reached+tt.Spent+tt.Hidden || tt.Traced != 100_000_00 {
		t.Errorf("totals: %+v", tt)
	}
	vouchers := map[string]bool{}
	for _, r := range a.Rows {
		vouchers[r.Voucher] = true
	}
	if !vouchers[bought] || !vouchers[passed] {
		t.Errorf("the trace names vouchers %v", vouchers)
	}
	var list projection.Page[projection.Movement]
	get("auditor@audit", "/movements?voucher="+bought+"&kind=SETTLEMENT", &list)
	if len(list.Items) != 1 || list.Items[0].ID != settled.Movement {
		t.Errorf("payments of the voucher: %+v", list)
	}
}

// lastVoucher is the voucher of a claim that was drafted last.
func (w *world) lastVoucher(claim string) string {
	w.t.Helper()
	rec := w.do("auditor@audit", http.MethodGet, Base+"/vouchers?state=DRAFT&claim="+claim, nil)
	list := decode[projection.Page[projection.Voucher]](w.t, rec)
	if len(list.Items) != 1 {
		w.t.Fatalf("one draft on claim %s: %s", claim, rec.Body)
	}
	return list.Items[0].Lot
}
