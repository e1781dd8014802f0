package api

import (
	"net/http"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
)

// tagTrade and tagRules group the routes of supply-chain finance in the description.
const (
	tagTrade = "supply-chain finance"
	tagRules = "rules"
)

// tradeRoutes are those of invoices, claims, vouchers and the rules that they obey.
func (s *Server) tradeRoutes() []Route {
	created := http.StatusCreated
	routes := []Route{
		post("/invoices", "registerInvoice", tagTrade, "Register an invoice by its fingerprint; code and number stay in the gateway", may(ledger.InvoiceRegister), LimitJSON, created, s.registerInvoice),
		post("/invoices/lookup", "lookUpInvoice", tagTrade, "What the registry knows of an invoice in hand; records nothing", signedIn, LimitJSON, http.StatusOK, s.lookUpInvoice),
		{Method: http.MethodPost, Path: "/invoices/import", Name: "importInvoices", Tag: tagTrade, Summary: "Register the invoices of UBL 2.1+ documents and tables, all or none",
			who: may(ledger.InvoiceRegister), query: bulkQuery, limit: LimitInvoices, media: importMedia, status: created, answer: ImportedInvoices{}, preview: true, run: s.importInvoices},
		get("/invoices", "invoices", tagTrade, "List invoices", signedIn, listed(param{name: "seller", about: "party"}, param{name: "buyer", about: "party"},
			param{name: "party", about: "in any part: seller, buyer, or who registered or reserved it"}, param{name: "state", about: "where it stands", values: invoiceStates}), s.invoices),
		get("/invoices/near-duplicates", "nearDuplicates", tagTrade, "Invoices that are not the same and agree in what should tell invoices apart", signedIn, listed(), s.nearDuplicates),
		get("/invoices/{fingerprint}", "invoice", tagTrade, "An invoice with the claims that stand on it", signedIn, nil, s.invoice),
		post("/invoices/{fingerprint}/checks", "checkInvoice", tagTrade, "Record what the tax authority says of an invoice", may(ledger.InvoiceCheck), LimitJSON, created, s.checkInvoice),
		post("/invoices/{fingerprint}/reservations", "reserveInvoice", tagTrade, "Reserve an amount of an invoice, as a funder that is about to finance it", may(ledger.InvoiceReserve), LimitJSON, created, s.reserveInvoice),
		post("/invoices/{fingerprint}/reservations/{reservation}/financing", "financeReservation", tagTrade, "Mark a reserved amount as financed", may(ledger.InvoiceFinance), LimitJSON, created, s.financeReservation),
		post("/invoices/{fingerprint}/reservations/{reservation}/release", "releaseReservation", tagTrade, "Free a reserved or financed amount", may(ledger.InvoiceRelease), LimitJSON, created, s.releaseReservation),
		post("/invoices/{fingerprint}/cancellation", "cancelInvoice", tagTrade, "Withdraw an invoice on which nothing stands, as its seller", may(ledger.InvoiceCancel), LimitJSON, created, s.cancelInvoice),

		get("/claims", "claims", tagTrade, "List receivables", signedIn, listed(param{name: "creditor", about: "party"}, param{name: "debtor", about: "party"},
			param{name: "party", about: "creditor or debtor"}, param{name: "state", about: "where it stands", values: claimStates}), s.claims),
		get("/claims/{id}", "claim", tagTrade, "A receivable with what vouchers have of it", signedIn, nil, s.claim),
		post("/claims", "registerClaim", tagTrade, "Register a receivable on its invoices, as the creditor", may(ledger.ClaimRegister), LimitJSON, created, s.registerClaim),
		post("/claims/{id}/confirmation", "confirmClaim", tagTrade, "Confirm a receivable, as the debtor (确权)", may(ledger.ClaimConfirm), LimitJSON, created, s.confirmClaim),
		post("/claims/{id}/cancellation", "cancelClaim", tagTrade, "Withdraw a receivable on which no voucher stands, as the creditor", may(ledger.ClaimCancel), LimitJSON, created, s.cancelClaim),

		get("/vouchers", "vouchers", tagTrade, "List vouchers", signedIn, listed(voucherFilters...), s.vouchers),
		get("/vouchers/{id}", "voucher", tagTrade, "A voucher with its history, its claim and the money paid against it", signedIn, nil, s.voucher),
		get("/vouchers/{id}/tree", "voucherTree", tagTrade, "Everything that the voucher's issue grew into; its sums close to the minor unit", signedIn, nil, s.voucherTree),
		get("/vouchers/{id}/quote", "quote", tagTrade, "What a funder would pay for a voucher, exactly", signedIn, quoteQuery, s.quote),
		post("/vouchers", "draftVoucher", tagTrade, "Draft a voucher on a confirmed receivable, as its debtor", may(ledger.VoucherDraft), LimitJSON, created, s.draftVoucher),
		post("/vouchers/steps/bulk", "stepMany", tagTrade, "Take many steps of vouchers, all or none", may(voucherOps...), LimitEntries, created, s.stepMany),
		get("/parties/{id}/exposure", "exposure", tagTrade, "What a party owes, holds and has financed in vouchers", signedIn, nil, s.exposure),

		get("/rules", "rules", tagRules, "The rules of supply-chain finance with all their versions", signedIn, nil, s.rules),
		get("/rules/{id}", "rule", tagRules, "A rule with its versions", signedIn, nil, s.rule),
		post("/rules", "publishRule", tagRules, "Publish a rule's next version", may(ledger.RulePublish), LimitJSON, created, s.publishRule),
		get("/calendars", "calendars", tagRules, "The days on which banks are open, by year", signedIn, nil, s.calendars),
		post("/calendars", "publishCalendar", tagRules, "Publish a year's calendar, or its next version", may(ledger.CalendarPublish), LimitJSON, created, s.publishCalendar),
		get("/issuers/{party}", "issuer", tagRules, "What keeps an issuer from issuing", signedIn, nil, s.issuer),
		get("/findings", "findings", tagRules, "What the rules that warn and detect find; it accuses nobody", signedIn, findingFilters, s.listFindings),
		post("/issuers/{party}/flags", "flagIssuer", tagRules, "Set or clear what keeps an issuer from issuing", may(ledger.IssuerFlag), LimitJSON, created, s.flagIssuer),
	}
	return append(routes, s.stepRoutes()...)
}

var (
	invoiceStates = []string{string(ledger.InvoiceRegistered), string(ledger.InvoiceDuplicate), string(ledger.InvoiceReserved), string(ledger.InvoiceClaimed),
		string(ledger.InvoiceFinanced), string(ledger.InvoiceVoided), string(ledger.InvoiceCancelled)}
	claimStates = []string{projection.ClaimOpen, projection.ClaimConfirmed, projection.ClaimCancelled}
)
