package ledger_test

import (
	"fmt"
	"sync"

	. "fundtrace/chaincode/ledger"

	"pgregory.net/rapid"
)

// Who else is there in the supply chain: a licensed bank that lends on pledges, an enterprise that has nothing to do with
// any voucher, a platform.
const (
	lender   = bank3
	stranger = "uscc:9144030071526726XG"
	platform = "uscc:91110000802100433B"

	lenderAcct   = "acct:lender"
	strangerAcct = "acct:stranger"
)

var (
	lender1   = custodian3
	stranger1 = Caller{EnterpriseMSP, RoleEnterprise, stranger, "stranger@enterprise"}
	buyer1    = boss2 // the second core enterprise, at another bank
	buyer2    = Caller{EnterpriseMSP, RoleEnterprise, e2, "cashier.e2@enterprise"}
)

// The day of issue and the maturity of the vouchers that made builds: a Friday, so that it is due on that day.
const (
	issueDay    = "2026-02-01"
	maturityDay = "2026-02-20"
)

// lot0 is the one lot of an entry's n-th operation.
func lot0(entry string, n int) string { return LotID(MovementID(entry, n), 0) }

// snapshot keeps the state that build leaves, so that every test may begin there at the cost of one transaction.
func snapshot(build func(*world)) func(rapid.TB) *world {
	once := sync.OnceValue(func() []Write {
		w := newWorld(failing{})
		build(w)
		keys := w.Keys("")
		values, err := w.Read(keys)
		if err != nil {
			panic(err)
		}
		out := make([]Write, len(keys))
		for i, k := range keys {
			out[i] = Write{Key: k, Value: values[i]}
		}
		return out
	})
	return func(t rapid.TB) *world {
		t.Helper()
		writes := once()
		w := newWorld(t)
		w.keys = 10_000 // beyond the keys that build used
		tx := w.Begin(officer)
		if err := tx.Put(writes); err != nil {
			t.Fatal(err)
		}
		w.Commit(tx)
		return w
	}
}

// failing is the test of a snapshot: what fails there is a fault of the test itself.
type failing struct{ rapid.TB }

func (failing) Helper()                   {}
func (failing) Fatal(args ...any)         { panic(fmt.Sprint(args...)) }
func (failing) Fatalf(f string, a ...any) { panic(fmt.Sprintf(f, a...)) }

// newTrade is a world with the supply chain of trading, the parties above and cash on every account.
var newTrade = snapshot(func(w *world) {
	w.trading()
	w.do(officer, party(stranger, Private), party(platform, Platform), Op{Type: PartyRevise, Party: &Party{ID: lender, Kind: Bank, Version: 2,
		EffectiveFrom: "2026-01-01", Licence: &Licence{Kind: "BANK", Until: "2027-12-31"}}})
	w.do(custodian3, account(lenderAcct, lender, lender, Operating, "CNY"))
	w.do(custodian1, account(strangerAcct, stranger, bank1, Operating, "CNY"))
	for _, id := range []string{e1Acct, e2Acct, supplierAcct, deeperAcct, factorAcct, lenderAcct, strangerAcct} {
		w.do(keeper(id), settle(Movement{Kind: OwnFunds, To: id, Amount: 1_000_000 * yuan, Origin: &Origin{Source: OwnMoney}, BankRef: "cash-" + id, Memo: "cash"}))
	}
})

// keeper is who writes for the bank that keeps an account.
func keeper(account string) Caller {
	switch account {
	case e2Acct:
		return custodian2
	case lenderAcct:
		return custodian3
	}
	return custodian1
}

// acctOf is a party's account.
func acctOf(party string) string {
	return map[string]string{e1: e1Acct, e2: e2Acct, supplier: supplierAcct, deeper: deeperAcct, factor: factorAcct, lender: lenderAcct, stranger: strangerAcct}[party]
}

// cashIn is the lot of cash that newTrade put on an account, whatever has been drawn of it.
func (w *world) cashIn(account string) string {
	w.Helper()
	for _, key := range w.Keys(HoldKey(account, "")) {
		var lots []string
		w.read(key, &lots)
		if r, err := ReadLots(w, lots[:1]); err == nil && r[0].Origin != nil && r[0].Remaining > 0 {
			return lots[0]
		}
	}
	w.Fatalf("no cash in %s", account)
	return ""
}

// claimed registers an invoice of a seller to a buyer and a claim of all of it, confirmed by the buyer; it answers the claim.
func (w *world) claimed(seller, buyer Caller, fingerprint string, amount int64) string {
	w.Helper()
	entry := w.do(seller, w.claimOps(seller, buyer, fingerprint, amount)...)
	claim := MovementID(entry, 1)
	w.do(buyer, claimStep(ClaimConfirm, claim))
	return claim
}

func (w *world) claimOps(seller, buyer Caller, fingerprint string, amount int64) []Op {
	return []Op{invoiceOp(fingerprint, seller.Party, buyer.Party, amount), {Type: ClaimRegister, Claim: &Claim{Creditor: seller.Party, Debtor: buyer.Party, Amount: amount,
		Currency: "CNY", Invoices: []InvoiceUse{{fingerprint, amount}}, Contract: digest("c"), ContractDate: "2026-01-02",
		Delivery: digest("e"), DeliveryDate: "2026-01-10"}}}
}

func invoiceOp(fingerprint, seller, buyer string, amount int64) Op {
	return Op{Type: InvoiceRegister, Invoice: &Invoice{Fingerprint: fingerprint, Seller: seller, Buyer: buyer, Type: "DIGITAL",
		Date: "2026-01-12", Amount: amount, Currency: "CNY", Document: digest("d")}}
}

func invoiceStep(op OpType, s InvoiceStep) Op { return Op{Type: op, InvoiceStep: &s} }
func claimStep(op OpType, claim string) Op    { return Op{Type: op, ClaimStep: &ClaimStep{Claim: claim}} }
func flag(party, name string, set bool) Op {
	return Op{Type: IssuerFlag, Flag: &IssuerFlagging{Party: party, Flag: name, Set: set, Source: "news"}}
}
func at(lot, date string) VoucherStep { return VoucherStep{Voucher: lot, Date: date} }
func pieces(amounts ...int64) (out []Piece) {
	for _, v := range amounts {
		out = append(out, Piece{v})
	}
	return out
}

func terms(funder, mode string, recourse bool) *Terms {
	return &Terms{Funder: funder, Mode: mode, RatePPM: 36000, DayCount: Actual360, Recourse: recourse}
}

func registered(date string) *Registration {
	return &Registration{Number: "0123 4567", Date: date, Description: digest("a")}
}

func draftOp(claim string, face int64, date, maturity string) Op {
	return Op{Type: VoucherDraft, Voucher: &Voucher{Claim: claim, Amount: face, Currency: "CNY", Date: date, Maturity: maturity, AcceptBy: date[:8] + "10"}}
}

// price is what a funder pays for all of a voucher on a day on which its due date is known to be the maturity.
func price(n *VoucherNode, date string) int64 {
	f := n.Pending.Financing
	if f.Mode == Pledge {
		return n.Face / 2
	}
	return n.Face - Discount(n.Face, f.RatePPM, Days(date, n.Maturity), f.DayCount)
}

// paying is the entry by which a payer's bank settles a payment against a voucher together with the voucher's step.
func (w *world) paying(op OpType, lot, to string, amount int64, date string) (Caller, Entry) {
	w.Helper()
	n := w.voucher(lot)
	kind, payer := Settlement, n.Issuer
	switch {
	case op == VoucherRepay:
		kind, payer = Recourse, n.Against
	case op == VoucherFund && n.Pending != nil:
		kind, payer = Financing, n.Pending.To
	case op == VoucherFund:
		kind = Financing
	}
	if payer == "" || acctOf(payer) == to { // a step from a state that has no payer: any payment must do
		payer = stranger
	}
	from := acctOf(payer)
	by := keeper(from)
	e := Entry{Key: w.key()}
	cash := MovementID(EntryID(by.MSP, by.Name, e.Key), 0)
	e.Ops = []Op{settle(Movement{Kind: kind, From: from, To: to, Draws: draws(w.cashIn(from), amount), BankRef: e.Key, Voucher: lot, Date: date}),
		voucherStep(op, VoucherStep{Voucher: lot, Cash: cash})}
	return by, e
}

// pay records such an entry and answers the lot that the claim's movement yields.
func (w *world) pay(op OpType, lot string, amount int64, date string) string {
	w.Helper()
	n := w.voucher(lot)
	to := n.Beneficiary()
	if op == VoucherFund {
		to = n.Holder
	}
	by, e := w.paying(op, lot, acctOf(to), amount, date)
	entry, err := w.record(by, e)
	if err != nil {
		w.Fatalf("%s refused: %v %+v", op, err, refusalOf(err).Rows)
	}
	return lot0(entry, 1)
}
