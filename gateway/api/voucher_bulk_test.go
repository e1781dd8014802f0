package api

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/bulk"
)

// sendTable posts a table.
func (w *world) sendTable(user, path, text string, header ...string) (int, string) {
	w.t.Helper()
	rec := w.do(user, http.MethodPost, Base+path, text, append([]string{"Content-Type", "text/csv"}, header...)...)
	return rec.Code, rec.Body.String()
}

func TestBulkVouchers(t *testing.T) {
	w := newWorld(t)
	w.furnishTrade()
	d := loadDescription(t, w)
	claim := w.owed(number1, 10_000_00)
	head := "应收账款编号,金额(元),开立日,到期日,签收截止日\n"
	row := func(amount string) string { return claim + "," + amount + ",2025-06-18,2025-07-20,2025-06-30\n" }

	// Drafts by table, issued and accepted in one go each.
	rec := w.do("e1@enterprise", http.MethodPost, Base+"/vouchers/bulk?preview=true", head+row("4000.00")+row("5000.00"), "Content-Type", "text/csv")
	d.check(t, http.MethodPost, "/vouchers/bulk?preview=true", rec)
	if p := decode[Preview](t, rec); !p.Recordable || p.Rows != 2 || p.Totals[0].Amount != "900000" {
		t.Errorf("preview: %s", rec.Body)
	}
	if code, body := w.sendTable("e1@enterprise", "/vouchers/bulk", head+row("4000.00")+row("6000.01")); code != 422 || !strings.Contains(body, `"row":3`) || !strings.Contains(body, "CLAIM_EXCEEDED") {
		t.Errorf("too much: %d %s", code, body)
	}
	rec = w.do("e1@enterprise", http.MethodPost, Base+"/vouchers/bulk", head+row("4000.00")+row("5000.00")+row("1000.00"), "Content-Type", "text/csv")
	d.check(t, http.MethodPost, "/vouchers/bulk", rec)
	drafts := decode[Written](t, rec)
	if rec.Code != 201 || len(drafts.Vouchers) != 3 || drafts.Ops != 3 {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	steps := func(name string, vouchers ...string) VoucherSteps {
		var s VoucherSteps
		for _, v := range vouchers {
			s.Items = append(s.Items, VoucherStepItem{Voucher: v, Step: name, PlainStep: PlainStep{Date: "2025-06-19"}})
		}
		return s
	}
	refused := decode[Problem](t, w.do("e1@enterprise", http.MethodPost, Base+"/vouchers/steps/bulk", steps("issue", drafts.Vouchers...)))
	if refused.Code != ledger.BatchRefused || len(refused.Errors) != 3 || refused.Errors[2].Code != ledger.SamePerson || refused.Errors[2].Row != 2 {
		t.Errorf("%+v", refused)
	}
	refused = decode[Problem](t, w.do("auditor@audit", http.MethodPost, Base+"/vouchers/steps/bulk", steps("issue", drafts.Vouchers[0])))
	if refused.Code != ledger.BatchRefused || refused.Errors[0].Code != ledger.NotPermitted {
		t.Errorf("%+v", refused)
	}
	w.write("cashier.e1@enterprise", "/vouchers/steps/bulk", steps("issue", drafts.Vouchers...))
	w.write("e2@enterprise", "/vouchers/steps/bulk", steps("accept", drafts.Vouchers...))

	// Transfers by table: 4,000 in two parts with a rest, 5,000 in two parts, 1,000 whole.
	a, b, c := drafts.Vouchers[0], drafts.Vouchers[1], drafts.Vouchers[2]
	transfers := "voucher,to,amount (yuan),date,recourse\n" +
		a + "," + tier2 + ",1500.00,2025-06-20,yes\n" + c + "," + tier2 + ",1000.00,,\n" + b + "," + tier2 + ",2000.00,,no\n" + a + "," + factor + ",500.00,,\n" + b + "," + factor + ",3000.00,,\n"
	rec = w.do("e2@enterprise", http.MethodPost, Base+"/vouchers/transfers/bulk?preview=true", transfers, "Content-Type", "text/csv")
	p := decode[Preview](t, rec)
	if !p.Recordable || p.Rows != 5 || len(p.Ops) != 7 || p.Totals[0].Amount != "800000" || p.Totals[0].Movements != 5 {
		t.Errorf("preview: %d %s", rec.Code, rec.Body)
	}
	code, body := w.sendTable("e2@enterprise", "/vouchers/transfers/bulk", transfers, idempotencyHeader, "transfers-1")
	if code != 201 || strings.Count(body, `"ops":7`) != 1 {
		t.Fatalf("%d %s", code, body)
	}
	if code, again := w.sendTable("e2@enterprise", "/vouchers/transfers/bulk", transfers, idempotencyHeader, "transfers-1"); code != 201 || !strings.Contains(again, `"replayed":true`) {
		t.Errorf("the same table again: %d %s", code, again)
	}
	id := ledger.EntryID(ledger.EnterpriseMSP, "e2@enterprise", "transfers-1")
	piece := func(op, k int) string { return ledger.LotID(ledger.MovementID(id, op), k) }
	for lot, want := range map[string]struct {
		state ledger.VoucherState
		face  int64
		to    string
	}{
		a: {ledger.VoucherDivided, 4_000_00, ""}, piece(0, 0): {ledger.TransferPending, 1_500_00, tier2}, piece(0, 1): {ledger.TransferPending, 500_00, factor}, piece(0, 2): {ledger.VoucherActive, 2_000_00, ""},
		c: {ledger.TransferPending, 1_000_00, tier2}, b: {ledger.VoucherDivided, 5_000_00, ""}, piece(4, 0): {ledger.TransferPending, 2_000_00, tier2}, piece(4, 1): {ledger.TransferPending, 3_000_00, factor},
	} {
		v := w.voucherOf("e2@enterprise", lot)
		if v.State != want.state || v.Face != want.face || want.to != "" && (v.Pending == nil || v.Pending.To != want.to) {
			t.Errorf("%s is %s of %d: %+v", lot, v.State, v.Face, v.Pending)
		}
	}
	if !w.voucherOf("e2@enterprise", piece(0, 0)).Pending.Recourse || w.voucherOf("e2@enterprise", piece(0, 1)).Pending.Recourse {
		t.Error("recourse goes by the row")
	}
	taken := w.write("tier2@enterprise", "/vouchers/steps/bulk", VoucherSteps{[]VoucherStepItem{{Voucher: piece(0, 0), Step: "take"}, {Voucher: c, Step: "take"}}})
	if len(taken.Vouchers) != 2 || w.voucherOf("tier2@enterprise", taken.Vouchers[1]).Face != 1_000_00 {
		t.Errorf("%+v", taken)
	}
}

func TestBulkTransfersRefused(t *testing.T) {
	w := newWorld(t)
	w.furnishTrade()
	v := w.active(w.owed(number1, 10_000_00), 10_000_00)
	height := w.ledger.Height()
	head := "voucher,to,amount (yuan),currency\n"
	for name, tc := range map[string]struct {
		user, rows string
		has        []string
	}{
		"more than there is":       {"e2@enterprise", v + "," + tier2 + ",6000.00,\n" + v + "," + tier2 + ",4000.01,\n", []string{`"row":2`, "SPLIT_UNBALANCED", "1000000"}},
		"another currency":         {"e2@enterprise", v + "," + tier2 + ",6000.00,USD\n", []string{"CURRENCY_MISMATCH"}},
		"a voucher of nobody":      {"e2@enterprise", "0123456789abcdef0123.0.0," + tier2 + ",1,\n", []string{"VOUCHER_UNKNOWN", `"row":2`}},
		"a voucher not to be seen": {"tier2@enterprise", v + "," + factor + ",1,\n", []string{"VOUCHER_UNKNOWN"}},
		"not one's own":            {"e1@enterprise", v + "," + tier2 + ",1,\n", []string{"NOT_OWNER", `"row":2`}},
		"to its issuer":            {"e2@enterprise", v + "," + tier2 + ",1,\n" + v + "," + party("e1@enterprise") + ",1,\n", []string{"SELF_DEALING", `"row":3`}},
		"no voucher":               {"e2@enterprise", "x," + tier2 + ",1,\n", []string{"FIELD_INVALID", `"row":2`}},
	} {
		code, body := w.sendTable(tc.user, "/vouchers/transfers/bulk", head+tc.rows)
		for _, want := range append(tc.has, `"code":"BATCH_REFUSED"`) {
			if code != 422 || !strings.Contains(body, want) {
				t.Errorf("%s: %d, %q is missing in %s", name, code, want, body)
			}
		}
		if w.ledger.Height() != height {
			t.Fatalf("%s left something on the ledger", name)
		}
	}
	many := head
	for range bulk.MaxRows {
		many += v + "," + tier2 + ",1,\n"
	}
	if code, body := w.sendTable("e2@enterprise", "/vouchers/transfers/bulk", many); code != 422 || !strings.Contains(body, "TOO_LARGE") {
		t.Errorf("too many: %d %s", code, body)
	}
}

// A bank's single settlements at one time share transactions: the payments get lots of their own, and one that is wrong
// holds up nobody.
func TestSettlementsAtOneTime(t *testing.T) {
	w := newWorld(t)
	w.furnishTrade()
	claim := w.owed(number1, 20_000_00)
	var vouchers []string
	for range 12 {
		vouchers = append(vouchers, w.active(claim, 1_000_00))
	}
	w.on("2025-07-21")
	mature := VoucherSteps{}
	for _, v := range vouchers {
		mature.Items = append(mature.Items, VoucherStepItem{Voucher: v, Step: "mature", PlainStep: PlainStep{Date: "2025-07-21"}})
	}
	w.write("officer@finance", "/vouchers/steps/bulk", mature)
	w.token("custodian2@bank")
	codes, before := make([]int, len(vouchers)), w.ledger.Height()
	var wg sync.WaitGroup
	for i, v := range vouchers {
		wg.Go(func() {
			to := e2Account
			if i%4 == 3 {
				to = tier2Account
			}
			codes[i] = w.do("custodian2@bank", http.MethodPost, Base+"/vouchers/"+v+"/settle", VoucherPayment{From: e1Account, To: to, Date: "2025-07-21", BankRef: fmt.Sprint("S", i)}).Code
		})
	}
	wg.Wait()
	for i, v := range vouchers {
		want, state := http.StatusCreated, ledger.VoucherSettled
		if i%4 == 3 {
			want, state = http.StatusUnprocessableEntity, ledger.VoucherDue
		}
		if d := w.voucherOf("e2@enterprise", v); codes[i] != want || d.State != state {
			t.Errorf("voucher %d: status %d, %s", i, codes[i], d.State)
		}
	}
	if made := w.ledger.Height() - before; made < 1 || made > 9 {
		t.Errorf("%d blocks for nine settlements", made)
	}
}

// A bank settles many vouchers in one entry, each against a payment of its own.
func TestBulkSettlement(t *testing.T) {
	w := newWorld(t)
	w.furnishTrade()
	claim := w.owed(number1, 10_000_00)
	var vouchers []string
	for range 5 {
		vouchers = append(vouchers, w.active(claim, 1_000_00))
	}
	w.on("2025-07-21")
	mature, settle := VoucherSteps{}, VoucherSteps{}
	for i, v := range vouchers {
		mature.Items = append(mature.Items, VoucherStepItem{Voucher: v, Step: "mature", PlainStep: PlainStep{Date: "2025-07-21"}})
		settle.Items = append(settle.Items, VoucherStepItem{Voucher: v, Step: "settle", Payment: &VoucherPayment{From: e1Account, To: e2Account, Date: "2025-07-21", BankRef: fmt.Sprint("S", i)}})
	}
	w.write("custodian2@bank", "/vouchers/steps/bulk", mature)
	wrong := VoucherSteps{Items: append([]VoucherStepItem{}, settle.Items...)}
	bad := *wrong.Items[3].Payment
	bad.To = tier2Account
	wrong.Items[3].Payment = &bad
	refused := decode[Problem](t, w.do("custodian2@bank", http.MethodPost, Base+"/vouchers/steps/bulk", wrong))
	if len(refused.Errors) != 1 || refused.Errors[0].Row != 3 || refused.Errors[0].Code != ledger.WrongPayee {
		t.Errorf("%+v", refused)
	}
	for name, item := range map[string]VoucherStepItem{
		"a date beside the payment": {Voucher: vouchers[0], Step: "settle", PlainStep: PlainStep{Date: "2025-07-21"}, Payment: settle.Items[0].Payment},
		"no payment":                {Voucher: vouchers[0], Step: "settle"},
		"a payment for nothing":     {Voucher: vouchers[0], Step: "mature", Payment: settle.Items[0].Payment},
	} {
		p := decode[Problem](t, w.do("custodian2@bank", http.MethodPost, Base+"/vouchers/steps/bulk", VoucherSteps{[]VoucherStepItem{item}}))
		if p.Code != ledger.BatchRefused || p.Errors[0].Code != ledger.FieldInvalid || p.Errors[0].Values["field"] != "payment" {
			t.Errorf("%s: %+v", name, p)
		}
	}
	got := w.write("custodian2@bank", "/vouchers/steps/bulk", settle)
	if got.Ops != 10 {
		t.Errorf("%+v", got)
	}
	for _, v := range vouchers {
		if d := w.voucherOf("e2@enterprise", v); d.State != ledger.VoucherSettled || len(d.Payments) != 1 {
			t.Errorf("%+v", d)
		}
	}
}
