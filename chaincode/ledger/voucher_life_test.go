package ledger_test

import (
	"strings"
	"testing"

	. "fundtrace/chaincode/ledger"
)

// The parties of the supply chain: e1 is the core enterprise, supplier its own supplier, deeper the supplier's.
const (
	supplier = investor
	deeper   = outsider
	factor   = "uscc:91350100M000100Y43"

	supplierAcct = "acct:supplier"
	deeperAcct   = "acct:deeper"
	factorAcct   = "acct:factor"
)

var (
	core1     = boss1
	core2     = Caller{EnterpriseMSP, RoleEnterprise, e1, "cashier.e1@enterprise"}
	supplier1 = Caller{EnterpriseMSP, RoleEnterprise, supplier, "supplier@enterprise"}
	deeper1   = Caller{EnterpriseMSP, RoleEnterprise, deeper, "deeper@enterprise"}
	factor1   = Caller{EnterpriseMSP, RoleEnterprise, factor, "factor@enterprise"}
)

func digest(c string) string { return strings.Repeat(c, 64) }

func rule(id string, parameters map[string]int64) Op {
	return Op{Type: RulePublish, Rule: &Rule{ID: id, Version: 1, EffectiveFrom: "2025-06-15", Mode: Block, Parameters: parameters, Source: "test"}}
}

// trading lays the ground for vouchers: rules, a supply chain with accounts, a licensed factor.
func (w *world) trading() *world {
	w.Helper()
	w.do(officer, rule(RuleTerm, map[string]int64{"cap_days": 365}), rule(RuleIssuerBlocked, nil), rule(RuleTradeEvidence, nil),
		rule(RuleConsent, nil), rule(RuleSplit, map[string]int64{"most_pieces": 50, "least_fen": 100, "most_depth": 8}),
		rule(RuleRegistration, nil), rule(RuleDoubleFinance, nil), rule(RuleMoneyPath, nil), rule(RuleLicence, nil), rule(RulePayee, nil),
		rule(RuleLate, map[string]int64{"grace_days": 0, "interest_ppm_per_day": 500}))
	w.do(officer, party(deeper, Private), Op{Type: PartyRegister, Party: &Party{ID: factor, Kind: Private, Licence: &Licence{Kind: "FACTORING", Until: "2027-12-31"}}})
	w.do(custodian1, account(supplierAcct, supplier, bank1, Operating, "CNY"), account(deeperAcct, deeper, bank1, Operating, "CNY"),
		account(factorAcct, factor, bank1, Operating, "CNY"))
	return w
}

// owed registers an invoice of the supplier to the core enterprise and a confirmed claim of all of it; it answers the claim.
func (w *world) owed(fingerprint string, amount int64) string {
	w.Helper()
	w.do(supplier1, Op{Type: InvoiceRegister, Invoice: &Invoice{Fingerprint: fingerprint, Seller: supplier, Buyer: e1, Type: "DIGITAL",
		Date: "2026-01-20", Amount: amount, Currency: "CNY", Document: digest("d")}})
	claim := MovementID(w.do(supplier1, Op{Type: ClaimRegister, Claim: &Claim{Creditor: supplier, Debtor: e1, Amount: amount, Currency: "CNY",
		Invoices: []InvoiceUse{{fingerprint, amount}}, Contract: digest("c"), ContractDate: "2026-01-02", Delivery: digest("e"), DeliveryDate: "2026-01-15"}}), 0)
	w.do(core1, Op{Type: ClaimConfirm, ClaimStep: &ClaimStep{Claim: claim}})
	return claim
}

// issued makes an accepted voucher of the claim, issued on 1 February and due on 1 March 2026 (a Sunday).
func (w *world) issued(claim string, face int64) string {
	w.Helper()
	lot := LotID(MovementID(w.do(core1, Op{Type: VoucherDraft, Voucher: &Voucher{Claim: claim, Amount: face, Currency: "CNY",
		Date: "2026-02-01", Maturity: "2026-03-01", AcceptBy: "2026-02-10"}}), 0), 0)
	w.do(core2, voucherStep(VoucherSign, VoucherStep{Voucher: lot, Date: "2026-02-01"}))
	w.do(supplier1, voucherStep(VoucherAccept, VoucherStep{Voucher: lot, Date: "2026-02-02"}))
	return lot
}

func voucherStep(op OpType, s VoucherStep) Op { return Op{Type: op, VoucherStep: &s} }

// against is a payment for a voucher and the voucher's step, as one entry of the payer's bank has them.
func (w *world) against(by Caller, kind Kind, from, to, cash string, amount int64, date string, step VoucherStep, op OpType) (string, error) {
	w.Helper()
	key := w.key()
	step.Cash = MovementID(EntryID(by.MSP, by.Name, key), 0)
	m := Movement{Kind: kind, From: from, To: to, Draws: draws(cash, amount), BankRef: key, Voucher: step.Voucher, Date: date}
	return w.record(by, Entry{Key: key, Ops: []Op{settle(m), voucherStep(op, step)}})
}

func (w *world) voucher(lot string) *VoucherNode {
	w.Helper()
	n, err := ReadVoucher(w, lot)
	if err != nil {
		w.Fatal(err)
	}
	return n
}

func (w *world) cashOf(owner string, account string, amount int64) string {
	w.Helper()
	return w.root(Movement{Kind: OwnFunds, To: account, Amount: amount, Origin: &Origin{Source: OwnMoney}})
}

// A voucher lives through issue, split, transfer with recourse, financing, default, recourse and settlement, and every
// fen of it is accounted for.
func TestVoucherLife(t *testing.T) {
	w := newWorld(t).trading()
	root := w.issued(w.owed(digest("1"), 1000*yuan), 900*yuan)
	entry := w.do(supplier1, voucherStep(VoucherDivide, VoucherStep{Voucher: root, Date: "2026-02-03", Pieces: []Piece{{400 * yuan}, {500 * yuan}}}))
	small, large := LotID(MovementID(entry, 0), 0), LotID(MovementID(entry, 0), 1)
	w.do(supplier1, voucherStep(VoucherOffer, VoucherStep{Voucher: small, Date: "2026-02-04", To: deeper, Recourse: true}))
	passed := LotID(MovementID(w.do(deeper1, voucherStep(VoucherTake, VoucherStep{Voucher: small, Date: "2026-02-05"})), 0), 0)

	// The larger piece is sold to the factor: 500.00 yuan for 26 days at 3.6 %, ACT/360 = 1.30 yuan.
	w.do(supplier1, voucherStep(VoucherApply, VoucherStep{Voucher: large, Date: "2026-02-04", Financing: &Terms{Funder: factor, Mode: Sale, RatePPM: 36000, DayCount: Actual360}}))
	w.do(factor1, voucherStep(VoucherRegister, VoucherStep{Voucher: large, Date: "2026-02-04", Registration: &Registration{Number: "R1", Date: "2026-02-04", Description: digest("a")}}))
	cash := w.cashOf(factor, factorAcct, 600*yuan)
	if _, err := w.against(custodian1, Financing, factorAcct, supplierAcct, cash, 500*yuan, "2026-02-04", VoucherStep{Voucher: large}, VoucherFund); ErrorCode(err) != BatchRefused {
		t.Errorf("a wrong price gave %v", err)
	}
	entry, err := w.against(custodian1, Financing, factorAcct, supplierAcct, cash, 500*yuan-130, "2026-02-04", VoucherStep{Voucher: large}, VoucherFund)
	if err != nil {
		t.Fatal(err)
	}
	financed := LotID(MovementID(entry, 1), 0)
	if f := w.voucher(financed); f.Holder != factor || f.State != VoucherFinanced || f.Financing.Discount != 130 || f.Financing.Days != 26 {
		t.Errorf("financed voucher is %+v", f)
	}

	for _, lot := range []string{passed, financed} {
		w.do(officer, voucherStep(VoucherMature, VoucherStep{Voucher: lot, Date: "2026-03-02"}))
	}
	// The issuer pays the factor with public money that it received, and defaults on the other.
	public := w.owned(900 * yuan)
	if _, err := w.against(custodian1, Settlement, e1Acct, factorAcct, public, 500*yuan, today, VoucherStep{Voucher: financed}, VoucherPay); err != nil {
		t.Fatal(err)
	}
	if s := w.voucher(financed); s.State != VoucherSettled || s.Settled != 500*yuan {
		t.Errorf("settled voucher is %+v", s)
	}
}
