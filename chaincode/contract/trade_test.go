package contract_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"fundtrace/chaincode/contract"
	"fundtrace/chaincode/ledger"
	"fundtrace/chaincode/memledger"
)

var (
	seller = ledger.Caller{MSP: ledger.EnterpriseMSP, Role: ledger.RoleEnterprise, Party: payee, Name: "seller@enterprise"}
	buyer  = ledger.Caller{MSP: ledger.EnterpriseMSP, Role: ledger.RoleEnterprise, Party: company, Name: "buyer@enterprise"}
)

const fingerprint = "4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865"

// trading is a ledger with a claim of 10.00 yuan of payee on company and n drafts of 1.00 yuan on it; it answers the claim
// and the vouchers.
func trading(t *testing.T, n int) (l *memledger.Ledger, claim string, vouchers []string) {
	t.Helper()
	l = started(t, 0)
	submit := func(by ledger.Caller, key string, ops ...ledger.Op) string {
		t.Helper()
		r, err := l.Submit(by, ledger.Entry{Key: key, Ops: ops})
		if err != nil {
			t.Fatal(err)
		}
		return r.Entry
	}
	submit(officer, "trade", party(payee, ledger.Private),
		ledger.Op{Type: ledger.RulePublish, Rule: &ledger.Rule{ID: ledger.RuleTerm, Version: 1, EffectiveFrom: "2025-06-15", Mode: ledger.Block,
			Parameters: map[string]int64{"cap_days": 365}, Source: "test"}},
		ledger.Op{Type: ledger.CalendarPublish, Calendar: &ledger.Calendar{Year: 2026, Version: 1, Holidays: []string{"2026-10-01"}, Source: "test"}},
		ledger.Op{Type: ledger.IssuerFlag, Flag: &ledger.IssuerFlagging{Party: company, Flag: "BOND_DEFAULT", Set: true, Source: "test"}})
	submit(seller, "invoice", ledger.Op{Type: ledger.InvoiceRegister, Invoice: &ledger.Invoice{Fingerprint: fingerprint, Seller: payee, Buyer: company,
		Type: "DIGITAL", Date: "2026-02-01", Amount: 1500, Currency: "CNY"}})
	claim = ledger.MovementID(submit(seller, "claim", ledger.Op{Type: ledger.ClaimRegister, Claim: &ledger.Claim{Creditor: payee, Debtor: company,
		Amount: 1000, Currency: "CNY", Invoices: []ledger.InvoiceUse{{Fingerprint: fingerprint, Amount: 1000}}}}), 0)
	submit(buyer, "confirm", ledger.Op{Type: ledger.ClaimConfirm, ClaimStep: &ledger.ClaimStep{Claim: claim}})
	for i := range n {
		entry := submit(buyer, fmt.Sprint("draft-", i), ledger.Op{Type: ledger.VoucherDraft, Voucher: &ledger.Voucher{Claim: claim, Amount: 100,
			Currency: "CNY", Date: "2026-03-01", Maturity: "2026-08-01", AcceptBy: "2026-03-10"}})
		vouchers = append(vouchers, ledger.LotID(ledger.MovementID(entry, 0), 0))
	}
	return l, claim, vouchers
}

func TestReadsOfTheSupplyChain(t *testing.T) {
	l, claim, vouchers := trading(t, 2)
	account := ledger.ClaimsAccount(payee)
	for _, c := range []struct {
		function string
		args     []string
		code     ledger.Code
		has      string // part of the answer
	}{
		{"Rule", []string{"S-TRM-01"}, "", `"cap_days":365`},
		{"Rule", []string{"S-TRM-02"}, ledger.RuleMissing, ""},
		{"Calendar", []string{"2026"}, "", `"2026-10-01"`},
		{"Calendar", []string{"2027"}, ledger.RuleMissing, ""},
		{"Issuer", []string{company}, "", `"flags":["BOND_DEFAULT"]`},
		{"Issuer", []string{payee}, ledger.PartyUnknown, ""},
		{"Invoice", []string{fingerprint}, "", `"state":"CLAIMED","used":"1000","left":"500"`},
		{"Invoice", []string{strings.Repeat("0", 64)}, ledger.InvoiceUnknown, ""},
		{"Invoice", []string{"x"}, ledger.FieldInvalid, ""},
		{"Claim", []string{claim}, "", `"used":"200","left":"800"`},
		{"Claim", []string{strings.Repeat("0", 20) + ".0"}, ledger.ClaimUnknown, ""},
		{"Claim", []string{""}, ledger.ClaimUnknown, ""},
		{"Voucher", []string{vouchers[0]}, "", `"state":"DRAFT"`},
		{"Voucher", []string{claim + ".0"}, ledger.VoucherUnknown, ""},
		{"Voucher", []string{"x"}, ledger.VoucherUnknown, ""},
		{"Lot", []string{vouchers[1]}, "", `"account":"` + account + `","amount":"100","drawn":"0","remaining":"100"`},
		{"Lot", []string{claim + ".0"}, ledger.LotUnknown, ""},
		{"Movement", []string{vouchers[0][:len(vouchers[0])-2]}, "", `"kind":"VOUCHER_ISSUE"`},
		{"Balance", []string{account, "", "10"}, "", `"amount":"200","remaining":"200"`},
		{"Balance", []string{ledger.ClaimsAccount(company), "", "10"}, "", `"amount":"0"`},
		{"Balance", []string{ledger.ClaimsAccount("other:nobody"), "", "10"}, ledger.PartyUnknown, ""},
		{"Balance", []string{ledger.ClaimsPrefix, "", "10"}, ledger.PartyUnknown, ""},
		{"Balance", []string{account, "", "0"}, ledger.FieldInvalid, ""},
	} {
		answer, err := l.Evaluate(custodian, c.function, c.args...)
		if ledger.ErrorCode(err) != c.code || (err == nil) != (c.code == "") || !strings.Contains(string(answer), c.has) {
			t.Errorf("%s %.60v: %s, %v", c.function, c.args, answer, err)
		}
	}
}

// The vouchers of a party are read page by page as money is, and what a cancelled one had remains to nobody.
func TestBalanceOfClaims(t *testing.T) {
	l, _, vouchers := trading(t, 3)
	cancel := ledger.Op{Type: ledger.VoucherCancel, VoucherStep: &ledger.VoucherStep{Voucher: vouchers[1]}}
	if _, err := l.Submit(buyer, ledger.Entry{Key: "cancel", Ops: []ledger.Op{cancel}}); err != nil {
		t.Fatal(err)
	}
	var amount, remaining int64
	lots, pages := map[string]bool{}, 0
	for bookmark := ""; ; pages++ {
		raw, err := l.Evaluate(officer, "Balance", ledger.ClaimsAccount(payee), bookmark, "2")
		if err != nil {
			t.Fatal(err)
		}
		var page ledger.BalancePage
		if err := json.Unmarshal(raw, &page); err != nil {
			t.Fatal(err)
		}
		for _, lot := range page.Lots {
			lots[lot.Lot] = true
		}
		amount, remaining = amount+page.Amount, remaining+page.Remaining
		if bookmark = page.Next; bookmark == "" {
			break
		}
	}
	if len(lots) != 3 || amount != 300 || remaining != 200 || pages != 1 {
		t.Errorf("%d lots on %d pages, amount %d, remaining %d", len(lots), pages+1, amount, remaining)
	}
}

// Every function that reads is known to the check of arguments, and the other way round.
func TestEveryReadTakesItsArguments(t *testing.T) {
	l := memledger.New(memledger.WithClock(clock))
	for _, name := range contract.New(clock).GetEvaluateTransactions() {
		for n := range 5 {
			_, _, err := l.Invoke(officer, name, make([]string, n)...)
			want := map[bool]int{true: 3, false: 1}[name == "Balance"]
			if refused := err != nil && strings.Contains(err.Error(), "there is no function"); refused != (n != want) {
				t.Errorf("%s with %d arguments: %v", name, n, err)
			}
		}
	}
}
