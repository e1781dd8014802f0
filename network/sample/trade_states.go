package sample

import "fundtrace/chaincode/ledger"

// plantStates makes sure that every state and every step occurs, and a few patterns that rules warn of.
func (t *trade) plantStates() {
	t.plantEnds()
	t.plantLate()
	t.plantHeld()
	t.plantOpen()
	t.plantInvoices()
}

// plantEnds ends vouchers before anything was paid: rejected, lapsed, cancelled.
func (t *trade) plantEnds() {
	fresh := func(payee string, face int64, date, due string, then func(*voucher)) {
		s, buyer := t.of(payee), t.of("000111")
		t.just(on(date)-3, func() {
			c := t.owed(s, buyer, face, t.today-2)
			t.stepClaim(ledger.ClaimConfirm, buyer, c)
			t.on(date, func() { then(t.draft(c, face, on(due))) })
		})
	}
	fresh("000222", 380_000*yuan, "2025-09-22", "2025-12-22", func(v *voucher) {
		t.issue(t.keep("rejected", v))
		t.on("2025-09-24", func() {
			t.voidVoucher(ledger.VoucherReject, v.holder.user, v, ledger.VoucherStep{Reason: "要求现金支付 / cash was agreed"})
		})
	})
	fresh("000223", 260_000*yuan, "2025-10-14", "2026-01-14", func(v *voucher) {
		t.issue(t.keep("lapsed", v))
		t.on("2025-10-27", func() { t.voidVoucher(ledger.VoucherLapse, "officer@finance", v, ledger.VoucherStep{}) })
	})
	fresh("000225", 540_000*yuan, "2025-10-20", "2026-01-19", func(v *voucher) {
		t.keep("withdrawn", v)
		t.on("2025-10-22", func() {
			t.voidVoucher(ledger.VoucherCancel, v.issuer.user, v, ledger.VoucherStep{Reason: "金额有误 / wrong amount"})
		})
	})
	// Cancelled by both, and issued anew for longer within days: what stretching looks like (S-TRM-04).
	t.given("cancelled", "000111", "000221", 720_000*yuan, "2025-09-08", "2025-12-08", func(v *voucher) {
		t.on("2025-11-20", func() {
			t.act(ledger.VoucherCancel, v.issuer.user, v, v.state, ledger.VoucherStep{Reason: "协商延期 / postponed by agreement"})
		})
		t.on("2025-11-21", func() { t.voidVoucher(ledger.VoucherCancel, v.holder.user, v, ledger.VoucherStep{}) })
		t.on("2025-11-28", func() {
			again := t.draft(v.claim, 720_000*yuan, on("2026-05-27"))
			t.issue(t.keep("stretched", again))
			t.on("2025-12-01", func() { t.accept(again) })
		})
	})
}

// plantLate pays late and in part.
func (t *trade) plantLate() {
	t.given("late", "000101", "00022D", 900_000*yuan, "2025-07-22", "2025-11-18", func(v *voucher) {
		t.on("2025-11-18", func() { t.mature(v) })
		t.on("2025-12-03", func() { t.payOff(v, v.open()) })
	})
	t.given("partial", "000101", "00022C", 1_200_000*yuan, "2025-08-11", "2025-12-09", func(v *voucher) {
		t.on("2025-12-09", func() { t.mature(v); t.payOff(v, 700_000*yuan) })
	})
	// Due, not paid, and a new voucher to the same payee in the same week (S-TRM-04).
	t.given("due", "000007", "000224", 650_000*yuan, "2025-09-23", "2025-12-22", func(v *voucher) {
		t.on("2025-12-22", func() { t.mature(v) })
		t.on("2025-12-23", func() {
			c := t.owed(v.holder, v.issuer, 660_000*yuan, t.today-1)
			t.stepClaim(ledger.ClaimConfirm, v.issuer, c)
			t.on("2025-12-29", func() { t.issue(t.keep("issued", t.draft(c, 660_000*yuan, on("2026-06-26")))) })
		})
	})
}

// plantHeld stops vouchers: by a court, as a pledge.
func (t *trade) plantHeld() {
	t.given("frozen", "000121", "000227", 750_000*yuan, "2025-09-02", "2026-03-02", func(v *voucher) {
		t.on("2025-11-12", func() { t.freeze(v, "SYN-2025-117") })
	})
	t.given("thawed", "000121", "00022G", 560_000*yuan, "2025-09-04", "2026-03-04", func(v *voucher) {
		t.on("2025-10-20", func() { t.freeze(v, "SYN-2025-098") })
		t.on("2025-11-05", func() { t.thaw(v, "SYN-2025-098") })
	})
	pledge := func(name, payee, paid string, then func(*voucher)) {
		t.given(name, "000101", payee, 1_000_000*yuan, "2025-09-15", "2026-04-13", func(v *voucher) {
			t.on("2025-09-18", func() {
				t.apply(v, ledger.Terms{Funder: t.lender.id, Mode: ledger.Pledge, RatePPM: 41_500, DayCount: ledger.Actual365})
			})
			t.on("2025-09-19", func() { t.enter(v, 0) })
			t.on(paid, func() { t.fund(v, 800_000*yuan); then(v) })
		})
	}
	pledge("pledged", "00022E", "2025-09-22", func(*voucher) {})
	pledge("unpledged", "00022F", "2025-09-23", func(v *voucher) {
		t.on("2025-12-15", func() { t.unpledge(v) })
	})
}

// plantOpen leaves questions open on the last days: offers and applications that nobody has answered.
func (t *trade) plantOpen() {
	t.given("declined", "000005", "000207", 480_000*yuan, "2025-10-15", "2026-04-13", func(v *voucher) {
		t.on("2025-10-20", func() { t.offer(v, t.of("000214"), false, false) })
		t.on("2025-10-21", func() { t.decline(v, t.of("000214").user) })
		t.on("2025-10-23", func() { t.offer(v, t.of("000215"), false, false) })
		t.on("2025-10-24", func() { t.decline(v, v.holder.user) })
		t.on("2025-12-30", func() { t.offer(v, t.of("000216"), true, true) })
	})
	// Dear money: what the seller gets for it costs 9.8 % a year (S-FIN-06), after a first funder refused.
	t.given("dear", "000005", "00022B", 880_000*yuan, "2025-10-22", "2026-04-20", func(v *voucher) {
		t.on("2025-10-24", func() {
			t.apply(v, ledger.Terms{Funder: t.lender.id, Mode: ledger.Sale, RatePPM: 39_000, DayCount: ledger.Actual360})
		})
		t.on("2025-10-27", func() { t.refuse(v, t.lender.user) })
		t.sell("dear.sold", v, "2025-10-28", "2025-10-30", ledger.Terms{Funder: t.factor.id, Mode: ledger.Sale, RatePPM: 98_000, DayCount: ledger.Actual360, Recourse: true})
	})
	t.given("asked", "000005", "000225", 620_000*yuan, "2025-12-16", "2026-06-15", func(v *voucher) {
		t.on("2025-12-29", func() { t.apply(v, t.sale(false)) })
	})
	t.given("entered", "000005", "000202", 430_000*yuan, "2025-12-17", "2026-06-16", func(v *voucher) {
		t.on("2025-12-29", func() { t.apply(v, t.sale(true)) })
		t.on("2025-12-30", func() { t.enter(v, 0) })
	})
}

// plantInvoices leaves invoices in the states that no voucher shows.
func (t *trade) plantInvoices() {
	seller, buyer := t.of("000206"), t.of("000101")
	t.on("2025-11-06", func() {
		void := t.bill(seller, buyer, 310_000*yuan)
		t.bills["void"] = void
		t.checkInvoice(void, buyer, "VALID")
		cancelled := t.bill(seller, buyer, 120_000*yuan)
		t.bills["cancelled"] = cancelled
		both := t.bill(seller, buyer, 270_000*yuan)
		t.bills["both"] = both
		freed := t.bill(seller, buyer, 460_000*yuan)
		t.bills["freed"] = freed
		t.on("2025-11-10", func() {
			t.checkInvoice(void, buyer, "VOID")
			t.stepInvoice(ledger.InvoiceCancel, seller, cancelled, ledger.InvoiceStep{Reason: "重复开票 / issued by mistake"}, nil)
			t.registerInvoice(both, buyer)
			held := t.reserve(freed, t.lender, 460_000*yuan)
			t.on("2025-11-17", func() {
				t.stepInvoice(ledger.InvoiceRelease, t.lender, freed, ledger.InvoiceStep{Date: t.today.String(), Reason: "买方已付现 / the buyer has paid"}, held)
			})
		})
		withdrawn := t.owed(seller, buyer, 150_000*yuan, t.today-2)
		t.on("2025-11-11", func() { t.stepClaim(ledger.ClaimCancel, seller, withdrawn) })
	})
}
