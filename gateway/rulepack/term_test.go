package rulepack_test

import (
	"cmp"
	"fmt"
	"strings"
	"testing"
	"time"

	. "fundtrace/chaincode/ledger"
	"fundtrace/chaincode/memledger"
	"fundtrace/gateway/rulepack"
)

const (
	bureau   = "uscc:110000000000010117"
	core     = "uscc:91000000MA0000058L"
	supplier = "uscc:91000000MA000004XL"
)

var (
	officer  = Caller{MSP: FinanceMSP, Role: RoleOfficer, Party: bureau, Name: "officer@finance"}
	cashier  = Caller{MSP: EnterpriseMSP, Role: RoleEnterprise, Party: core, Name: "cashier@core"}
	director = Caller{MSP: EnterpriseMSP, Role: RoleEnterprise, Party: core, Name: "director@core"}
	seller   = Caller{MSP: EnterpriseMSP, Role: RoleEnterprise, Party: supplier, Name: "sales@supplier"}
)

// trade is a memory ledger on which the pack is published and the core enterprise owes its supplier money.
type trade struct {
	*testing.T
	*memledger.Ledger
	entries int
}

func newTrade(t *testing.T) *trade {
	t.Helper()
	clock := func() time.Time { return time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC) }
	w := &trade{T: t, Ledger: memledger.New(memledger.WithClock(clock))}
	w.do(officer, Op{Type: PartyRegister, Party: &Party{ID: bureau, Kind: Government}},
		Op{Type: PartyRegister, Party: &Party{ID: core, Kind: StateOwned}}, Op{Type: PartyRegister, Party: &Party{ID: supplier, Kind: Private}})
	w.do(officer, rulepack.Ops()...)
	return w
}

func (w *trade) try(by Caller, ops ...Op) (string, error) {
	w.entries++
	r, err := w.Submit(by, Entry{Key: fmt.Sprint("k", w.entries), Ops: ops})
	return r.Entry, err
}

func (w *trade) do(by Caller, ops ...Op) string {
	w.Helper()
	entry, err := w.try(by, ops...)
	if err != nil {
		w.Fatalf("refused: %v", err)
	}
	return entry
}

// issue drafts a voucher on a claim of its own and issues it on a day, and answers the code that the issue is refused with.
func (w *trade) issue(date, maturity, signed string) Code {
	w.Helper()
	fingerprint := fmt.Sprintf("%064x", w.entries)
	w.do(seller, Op{Type: InvoiceRegister, Invoice: &Invoice{Fingerprint: fingerprint, Seller: supplier, Buyer: core, Type: "DIGITAL",
		Date: "2026-01-20", Amount: 100_000, Currency: "CNY", Document: strings.Repeat("d", 64)}})
	claim := MovementID(w.do(seller, Op{Type: ClaimRegister, Claim: &Claim{Creditor: supplier, Debtor: core, Amount: 100_000, Currency: "CNY",
		Invoices: []InvoiceUse{{Fingerprint: fingerprint, Amount: 100_000}}, Contract: strings.Repeat("c", 64), ContractDate: "2026-01-02",
		Delivery: strings.Repeat("e", 64), DeliveryDate: "2026-01-15"}}), 0)
	w.do(cashier, Op{Type: ClaimConfirm, ClaimStep: &ClaimStep{Claim: claim}})
	lot := LotID(MovementID(w.do(cashier, Op{Type: VoucherDraft, Voucher: &Voucher{Claim: claim, Amount: 100_000, Currency: "CNY",
		Date: date, Maturity: maturity, AcceptBy: "2026-03-31"}}), 0), 0)
	_, err := w.try(director, Op{Type: VoucherSign, VoucherStep: &VoucherStep{Voucher: lot, Date: signed}})
	return ErrorCode(err)
}

func TestPackIsAcceptedOnce(t *testing.T) {
	w := newTrade(t)
	if keys := len(w.Keys(RuleRoom)); keys != len(published) {
		t.Errorf("the ledger holds %d rules of %d", keys, len(published))
	}
	if keys := len(w.Keys(CalendarRoom)); keys != len(rulepack.Calendars()) {
		t.Errorf("the ledger holds %d calendars", keys)
	}
	if _, err := w.try(officer, rulepack.Ops()[0]); ErrorCode(err) != VersionConflict {
		t.Errorf("publishing a version again gave %v", err)
	}
}

// A shorter cap that takes effect on 1 March 2026 changes what is refused of vouchers signed from that day on, and
// nothing of those signed before.
func TestLaterCapHoldsFromItsDay(t *testing.T) {
	type voucher struct {
		date, maturity string
		signed         string // empty: on the day of the draft
		want           Code
	}
	refused := func(w *trade, list []voucher) {
		w.Helper()
		for _, v := range list {
			if got := w.issue(v.date, v.maturity, cmp.Or(v.signed, v.date)); got != v.want {
				w.Errorf("issued %s, due %s: %q, want %q", v.date, v.maturity, got, v.want)
			}
		}
	}
	w := newTrade(t)
	refused(w, []voucher{
		{"2026-02-28", "2027-02-28", "", ""}, {"2026-02-28", "2027-03-01", "", TermExceeded},
		{"2026-03-01", "2027-03-01", "", ""}, {"2026-03-01", "2027-03-02", "", TermExceeded},
	})
	first := rulepack.SCF()[0]
	next := first
	next.Version, next.EffectiveFrom, next.Parameters, next.Source = 2, "2026-03-01", map[string]int64{"cap_months": 6}, "as reported"
	w.do(officer, Op{Type: RulePublish, Rule: &next})
	refused(w, []voucher{
		{"2026-02-28", "2027-02-28", "", ""}, {"2026-02-28", "2027-03-01", "", TermExceeded}, // the cap of the day of signing
		{"2026-03-01", "2026-09-01", "", ""}, {"2026-03-01", "2026-09-02", "", TermExceeded}, {"2026-03-01", "2027-03-01", "", TermExceeded},
		{"2026-02-28", "2027-02-28", "2026-03-01", TermExceeded}, // an older draft is no way around it
	})
}
