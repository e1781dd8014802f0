package projection_test

import (
	"fmt"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
)

// The supply chain of the tests: e1 is the core enterprise, t1 its own supplier, t2 and t3 suppliers further down. The
// factor and bank 2 finance; e1, t1 and the factor keep accounts with bank 1, t2 and t3 with bank 2.
const (
	t1         = "other:t1"
	t2         = "other:t2"
	t3         = "other:t3"
	factor     = "other:factor"
	group      = "other:group" // at the top of e1's group
	acctT1     = "acct:t1"
	acctT2     = "acct:t2"
	acctFactor = "acct:factor"
	acctBank2  = "acct:bank2"
)

func enterprise(party, name string) ledger.Caller {
	return ledger.Caller{MSP: ledger.EnterpriseMSP, Role: ledger.RoleEnterprise, Party: party, Name: name}
}

var (
	core1      = enterprise(e1, "buyer@e1")
	core2      = enterprise(e1, "cashier@e1")
	t1User     = enterprise(t1, "user@t1")
	t2User     = enterprise(t2, "user@t2")
	t3User     = enterprise(t3, "user@t3")
	factorUser = enterprise(factor, "user@factor")
)

func sha(c string) string { return strings.Repeat(c, 64/len(c)) }

// trading registers the supply chain and publishes rules, and pays public money to the core enterprise.
func (w *world) trading() {
	w.t.Helper()
	w.populate()
	rule := func(id string, parameters map[string]int64) ledger.Op {
		return ledger.Op{Type: ledger.RulePublish, Rule: &ledger.Rule{ID: id, Version: 1, EffectiveFrom: "2025-01-01", Mode: ledger.Block, Parameters: parameters, Source: "test"}}
	}
	w.submit(officer, rule(ledger.RuleTerm, map[string]int64{"cap_days": 365}), rule(ledger.RuleIssuerBlocked, nil), rule(ledger.RuleTradeEvidence, nil),
		rule(ledger.RuleConsent, nil), rule(ledger.RuleSplit, map[string]int64{"most_pieces": 50, "least_fen": 100, "most_depth": 8}),
		rule(ledger.RuleRegistration, nil), rule(ledger.RuleDoubleFinance, nil), rule(ledger.RuleMoneyPath, nil), rule(ledger.RuleLicence, nil),
		rule(ledger.RulePayee, nil), rule(ledger.RuleLate, map[string]int64{"grace_days": 0, "interest_ppm_per_day": 500}),
		ledger.Op{Type: ledger.CalendarPublish, Calendar: &ledger.Calendar{Year: 2025, Version: 1, Holidays: []string{"2025-05-01", "2025-05-02"}, Source: "test"}})
	licensed := func(op ledger.Op, kind string) ledger.Op {
		op.Party.Licence = &ledger.Licence{Kind: kind, Until: "2027-12-31"}
		return op
	}
	w.submit(officer, party(t1, ledger.Private), party(t2, ledger.Private), party(t3, ledger.Private), party(group, ledger.StateOwned),
		licensed(party(factor, ledger.Private), "FACTORING"))
	revised := licensed(party(bank2, ledger.Bank), "BANK")
	revised.Type, revised.Party.Version, revised.Party.EffectiveFrom = ledger.PartyRevise, 2, "2025-01-01"
	grouped := party(e1, ledger.Private)
	grouped.Type, grouped.Party.Version, grouped.Party.EffectiveFrom, grouped.Party.Group = ledger.PartyRevise, 2, "2025-01-01", group
	w.submit(officer, revised, grouped)
	w.account(custodian1, acctT1, t1, ledger.Operating)
	w.account(custodian2, acctT2, t2, ledger.Operating)
	w.account(custodian1, acctFactor, factor, ledger.Operating)
	w.account(custodian2, acctBank2, bank2, ledger.Operating)
	w.settle(ledger.OwnFunds, "", acctFactor, 1_000_000, "2025-01-03", origin(ledger.OwnMoney, "", ""))
	w.settle(ledger.OwnFunds, "", acctBank2, 1_000_000, "2025-01-03", origin(ledger.OwnMoney, "", ""))
	w.settle(ledger.OwnFunds, "", acctT2, 500_000, "2025-01-03", origin(ledger.OwnMoney, "", ""))
}

// owed registers an invoice of t1 to e1 and a confirmed claim of all of it; it answers the claim.
func (w *world) owed(fingerprint string, amount int64, near ...string) string {
	w.t.Helper()
	w.submit(t1User, ledger.Op{Type: ledger.InvoiceRegister, Invoice: &ledger.Invoice{Fingerprint: fingerprint, Near: near, Seller: t1, Buyer: e1,
		Type: "DIGITAL", Date: "2025-02-10", Amount: amount, Currency: "CNY", Document: sha("d")}})
	claim := ledger.MovementID(w.submit(t1User, ledger.Op{Type: ledger.ClaimRegister, Claim: &ledger.Claim{Creditor: t1, Debtor: e1, Amount: amount, Currency: "CNY",
		Invoices: []ledger.InvoiceUse{{Fingerprint: fingerprint, Amount: amount}}, Contract: sha("c"), ContractDate: "2025-01-10", Delivery: sha("e"), DeliveryDate: "2025-02-05"}}), 0)
	w.submit(core1, ledger.Op{Type: ledger.ClaimConfirm, ClaimStep: &ledger.ClaimStep{Claim: claim}})
	return claim
}

// draft makes a draft of 1 March 2025 that matures on Sunday 1 June.
func (w *world) draft(claim string, face int64) string {
	w.t.Helper()
	return ledger.LotID(ledger.MovementID(w.submit(core1, ledger.Op{Type: ledger.VoucherDraft, Voucher: &ledger.Voucher{Claim: claim, Amount: face, Currency: "CNY",
		Date: "2025-03-01", Maturity: "2025-06-01", AcceptBy: "2025-03-10"}}), 0), 0)
}

// issue makes an accepted voucher.
func (w *world) issue(claim string, face int64) string {
	w.t.Helper()
	lot := w.draft(claim, face)
	w.step(core2, ledger.VoucherSign, lot, "2025-03-01")
	w.step(t1User, ledger.VoucherAccept, lot, "2025-03-03")
	return lot
}

// step takes a step of a voucher and answers the lot that it makes, where it makes one.
func (w *world) step(by ledger.Caller, op ledger.OpType, lot, date string, more ...func(*ledger.VoucherStep)) string {
	w.t.Helper()
	s := ledger.VoucherStep{Voucher: lot, Date: date}
	for _, f := range more {
		f(&s)
	}
	return ledger.LotID(ledger.MovementID(w.submit(by, ledger.Op{Type: op, VoucherStep: &s}), 0), 0)
}

func (w *world) split(by ledger.Caller, lot, date string, amounts ...int64) []string {
	w.t.Helper()
	var pieces []ledger.Piece
	for _, a := range amounts {
		pieces = append(pieces, ledger.Piece{Amount: a})
	}
	first := w.step(by, ledger.VoucherDivide, lot, date, func(s *ledger.VoucherStep) { s.Pieces = pieces })
	lots := make([]string, len(pieces))
	for k := range lots {
		lots[k] = ledger.LotID(strings.TrimSuffix(first, ".0"), k)
	}
	return lots
}

// pass hands a voucher to the next supplier, with recourse.
func (w *world) pass(by, to ledger.Caller, lot, offered, taken string) string {
	w.t.Helper()
	w.step(by, ledger.VoucherOffer, lot, offered, func(s *ledger.VoucherStep) { s.To, s.Recourse = to.Party, true })
	return w.step(to, ledger.VoucherTake, lot, taken)
}

// apply asks a funder, who registers the financing.
func (w *world) apply(by, funder ledger.Caller, lot, date, mode string) {
	w.t.Helper()
	w.step(by, ledger.VoucherApply, lot, date, func(s *ledger.VoucherStep) {
		s.Financing = &ledger.Terms{Funder: funder.Party, Mode: mode, RatePPM: 36_000, DayCount: ledger.Actual360, Recourse: true}
	})
	w.step(funder, ledger.VoucherRegister, lot, date, func(s *ledger.VoucherStep) {
		s.Registration = &ledger.Registration{Number: "R" + date, Date: date, Description: sha("a")}
	})
}

// against records a payment for a voucher and the voucher's step in one entry; it answers the payment and the lot that
// the step makes, where it makes one.
func (w *world) against(kind ledger.Kind, op ledger.OpType, lot, from, to string, amount int64, date string) (cash, made string) {
	w.t.Helper()
	m := ledger.Movement{Kind: kind, From: from, To: to, Amount: amount, Currency: "CNY", Date: date, Voucher: lot}
	w.draw(&m)
	w.key++
	m.BankRef = fmt.Sprintf("ref%d", w.key)
	by, key := w.banks[from], fmt.Sprintf("k%d", w.key)
	entry := ledger.EntryID(by.MSP, by.Name, key)
	cash = ledger.MovementID(entry, 0)
	if _, err := w.l.Submit(by, ledger.Entry{Key: key, Ops: []ledger.Op{{Type: ledger.MovementSettle, Movement: &m},
		{Type: op, VoucherStep: &ledger.VoucherStep{Voucher: lot, Cash: cash}}}}); err != nil {
		w.t.Fatalf("%s: %v", op, err)
	}
	return cash, ledger.LotID(ledger.MovementID(entry, 1), 0)
}

// dealt tells a history of vouchers in which every kind of thing happens. Public money pays e1, and e1 settles with it:
//
//	v 300,000: split into a 100,000, b 120,000 and c 80,000
//	  a: passed on to t2, settled late on 5 June
//	  b: sold to the factor for 119,016 (82 days at 3.6 %), settled to the factor on 2 June
//	  c: pledged to bank 2 for 70,000, settled to bank 2 on 2 June
//	x 200,000: split into d 150,000 and e 50,000
//	  d: passed on to t2, sold by t2 to the factor, 30,000 of it settled; in default t2 pays the factor 120,000 and holds it
//	  e: cancelled by e1 and t1
//	y 10,000: in default, written off by t1
//	z 8,000: offered to t3, who declines; pledged to the factor later
//	drafted 5,000, rejected 4,000, frozen 6,000
type dealings struct {
	gov, toE1                                   string // movements
	claim, v, a, a2, b, b2, c, x, d, d2, d3     string
	d4, e, y, z, drafted, rejected, frozen      string
	paidA, paidB, paidC, sold, lent, part, back string // payments
}

func (w *world) deal() dealings {
	w.t.Helper()
	var s dealings
	s.gov = w.settle(ledger.Contribution, "", acctP, 600_000, firstDate, origin(ledger.GeneralBudget, bureau, "2025-2160299"))
	s.toE1 = w.settle(ledger.Disbursement, acctP, acct1, 500_000, "2025-02-03")
	s.claim = w.owed(sha("1"), 400_000, sha("7"), sha("8"))
	second := w.owed(sha("2"), 300_000, sha("6"), sha("8"))
	s.v = w.issue(s.claim, 300_000)
	s.x, s.y, s.z = w.issue(second, 200_000), w.issue(second, 10_000), w.issue(second, 8_000)
	s.drafted, s.rejected, s.frozen = w.draft(second, 5_000), w.draft(second, 4_000), w.issue(second, 6_000)
	w.step(core2, ledger.VoucherSign, s.rejected, "2025-03-01")
	w.step(t1User, ledger.VoucherReject, s.rejected, "2025-03-04")
	w.step(officer, ledger.VoucherFreeze, s.frozen, "2025-03-04", func(s *ledger.VoucherStep) { s.Document = sha("f") })
	lots := w.split(t1User, s.v, "2025-03-05", 100_000, 120_000, 80_000)
	s.a, s.b, s.c = lots[0], lots[1], lots[2]
	s.a2 = w.pass(t1User, t2User, s.a, "2025-03-09", "2025-03-10")
	w.apply(t1User, factorUser, s.b, "2025-03-12", ledger.Sale)
	s.sold, s.b2 = w.against(ledger.Financing, ledger.VoucherFund, s.b, acctFactor, acctT1, 120_000-984, "2025-03-12")
	w.apply(t1User, custodian2, s.c, "2025-03-15", ledger.Pledge)
	s.lent, _ = w.against(ledger.Financing, ledger.VoucherFund, s.c, acctBank2, acctT1, 70_000, "2025-03-15")
	lots = w.split(t1User, s.x, "2025-03-06", 150_000, 50_000)
	s.d, s.e = lots[0], lots[1]
	s.d2 = w.pass(t1User, t2User, s.d, "2025-03-07", "2025-03-08")
	w.apply(t2User, factorUser, s.d2, "2025-03-20", ledger.Sale) // 74 days: 150,000 × 3.6 % × 74/360 = 1,110
	_, s.d3 = w.against(ledger.Financing, ledger.VoucherFund, s.d2, acctFactor, acctT2, 150_000-1_110, "2025-03-20")
	w.step(core1, ledger.VoucherCancel, s.e, "2025-03-21")
	w.step(t1User, ledger.VoucherCancel, s.e, "2025-03-22")
	w.step(t1User, ledger.VoucherOffer, s.z, "2025-03-23", func(s *ledger.VoucherStep) { s.To = t3 })
	w.step(t3User, ledger.VoucherDecline, s.z, "2025-03-24")
	w.apply(t1User, factorUser, s.z, "2025-03-25", ledger.Pledge)
	w.against(ledger.Financing, ledger.VoucherFund, s.z, acctFactor, acctT1, 7_000, "2025-03-25")
	for _, lot := range []string{s.a2, s.b2, s.c, s.d3, s.y} {
		w.step(officer, ledger.VoucherMature, lot, "2025-06-02")
	}
	s.paidB, _ = w.against(ledger.Settlement, ledger.VoucherPay, s.b2, acct1, acctFactor, 120_000, "2025-06-02")
	s.paidC, _ = w.against(ledger.Settlement, ledger.VoucherPay, s.c, acct1, acctBank2, 80_000, "2025-06-02")
	s.paidA, _ = w.against(ledger.Settlement, ledger.VoucherPay, s.a2, acct1, acctT2, 100_000, "2025-06-05")
	s.part, _ = w.against(ledger.Settlement, ledger.VoucherPay, s.d3, acct1, acctFactor, 30_000, "2025-06-05")
	for _, lot := range []string{s.d3, s.y} {
		w.step(officer, ledger.VoucherDefault, lot, "2025-06-06")
	}
	w.step(factorUser, ledger.VoucherClaim, s.d3, "2025-06-07", func(s *ledger.VoucherStep) { s.Against = t2 })
	s.back, s.d4 = w.against(ledger.Recourse, ledger.VoucherRepay, s.d3, acctT2, acctFactor, 120_000, "2025-06-10")
	w.step(t1User, ledger.VoucherWriteOff, s.y, "2025-06-12", func(s *ledger.VoucherStep) { s.Document = sha("9") })
	w.sync()
	return s
}

// traders are readers of the supply chain, beside the readers of other tests.
var traders = map[string]projection.Scope{
	"finance": all, "audit": projection.ScopeOf(ledger.AuditMSP, ""), "e1": projection.ScopeOf(ledger.EnterpriseMSP, e1),
	"t1": projection.ScopeOf(ledger.EnterpriseMSP, t1), "t2": projection.ScopeOf(ledger.EnterpriseMSP, t2), "t3": projection.ScopeOf(ledger.EnterpriseMSP, t3),
	"factor": projection.ScopeOf(ledger.EnterpriseMSP, factor), "bank 1": projection.ScopeOf(ledger.BankMSP, bank1), "bank 2": projection.ScopeOf(ledger.BankMSP, bank2),
	"parent": projection.ScopeOf(ledger.ManagerMSP, managerP), "stranger": projection.ScopeOf(ledger.EnterpriseMSP, e2),
	"no party": projection.ScopeOf(ledger.EnterpriseMSP, ""), "zero value": {},
}

func newTrade(t testing.TB) (*world, dealings) {
	t.Helper()
	w := newWorld(t)
	w.trading()
	return w, w.deal()
}
