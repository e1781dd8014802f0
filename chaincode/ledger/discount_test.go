package ledger_test

import (
	"math"
	"math/big"
	"testing"
	"time"

	. "fundtrace/chaincode/ledger"

	"pgregory.net/rapid"
)

// The worked examples were computed apart from this program, with exact rationals.
func TestDiscount(t *testing.T) {
	for _, c := range []struct {
		face, rate, days int64
		basis            DayCount
		want             int64
	}{
		{49_999_950, 43_500, 123, Actual360, 743_124}, // 7,431.2426 yuan
		{49_999_950, 43_500, 123, Actual365, 732_944}, // 7,329.4447
		{50_000, 36_000, 26, Actual360, 130},          // exactly 1.30
		{500 * yuan, 36_000, 16, Actual360, 80},       // exactly 0.80
		{1, 1_000_000, 180, Actual360, 1},             // half a fen goes up
		{1, 1_000_000, 179, Actual360, 0},
		{73, 10_000, 50, Actual365, 0}, // 0.1 fen
		{100 * yuan, 0, 365, Actual360, 0},
		{100 * yuan, 50_000, 0, Actual365, 0},
		{math.MaxInt64, 1_000_000, 360, Actual360, math.MaxInt64},
		{math.MaxInt64, 1_000_000, 3650, Actual360, math.MaxInt64}, // cut to what an amount can hold
	} {
		if got := Discount(c.face, c.rate, c.days, c.basis); got != c.want {
			t.Errorf("%d fen at %d ppm over %d days, %s: %d, want %d", c.face, c.rate, c.days, c.basis, got, c.want)
		}
	}
	if net := 49_999_950 - Discount(49_999_950, 43_500, 123, Actual360); net != 49_256_826 {
		t.Errorf("net %d", net)
	}
}

func TestLateInterest(t *testing.T) {
	for _, c := range []struct{ unpaid, ppm, days, want int64 }{
		{500 * yuan, 500, 5, 125}, // 0.05 % a day
		{300 * yuan, 500, 5, 75},
		{999, 500, 1, 0}, // 0.4995 fen
		{1000, 500, 1, 1},
		{1, 500, 0, 0},
		{math.MaxInt64, 1_000_000, 1, math.MaxInt64},
	} {
		if got := LateInterest(c.unpaid, c.ppm, c.days); got != c.want {
			t.Errorf("%d fen at %d ppm over %d days: %d, want %d", c.unpaid, c.ppm, c.days, got, c.want)
		}
	}
}

// Against exact rationals: the nearest fen, halves up; a longer time or a higher rate never costs less.
func TestDiscountIsTheNearestFen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		face := rapid.Int64Range(1, 1e15).Draw(t, "face")
		rate := rapid.Int64Range(0, 1_000_000).Draw(t, "rate")
		days := rapid.Int64Range(0, 400).Draw(t, "days")
		basis, year := Actual360, int64(360)
		if rapid.Bool().Draw(t, "365") {
			basis, year = Actual365, 365
		}
		got := Discount(face, rate, days, basis)
		exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(face), big.NewInt(rate*days)), big.NewInt(1_000_000*year))
		off := new(big.Rat).Sub(new(big.Rat).SetInt64(got), exact)
		if half := big.NewRat(1, 2); off.Cmp(half) > 0 || off.Cmp(new(big.Rat).Neg(half)) <= 0 {
			t.Fatalf("%d is %v off", got, off)
		}
		if Discount(face, rate, days+1, basis) < got || Discount(face, rate+1, days, basis) < got {
			t.Fatal("more time or a higher rate costs less")
		}
	})
}

func TestDaysAndMonths(t *testing.T) {
	for _, c := range []struct {
		from, to string
		want     int64
	}{
		{"2026-03-01", "2026-09-15", 198}, {"2026-03-01", "2027-03-01", 365}, {"2024-02-28", "2024-03-01", 2}, {"2026-03-02", "2026-03-01", -1},
		{"2025-01-10", "2025-04-15", 95}, {"0001-01-01", "9999-12-31", 3652058}, {"2026-01-01", "9999-12-31", 2912442},
	} {
		if got := Days(c.from, c.to); got != c.want {
			t.Errorf("%s to %s: %d days, want %d", c.from, c.to, got, c.want)
		}
	}
	for _, c := range []struct {
		from   string
		months int
		want   string
	}{
		{"2026-03-01", 6, "2026-09-01"}, {"2026-08-31", 6, "2027-02-28"}, {"2027-08-31", 6, "2028-02-29"}, {"2026-10-31", 1, "2026-11-30"},
		{"2026-12-31", 12, "2027-12-31"}, {"2024-02-29", 12, "2025-02-28"}, {"2024-02-29", 48, "2028-02-29"}, {"2026-01-31", 0, "2026-01-31"},
		{"2025-12-15", 1, "2026-01-15"},
	} {
		if got := AddMonths(c.from, c.months); got != c.want {
			t.Errorf("%s and %d months: %s, want %s", c.from, c.months, got, c.want)
		}
	}
}

// The golden split, down to the fen, and the golden discount of its last piece through the ledger itself.
func TestGoldenSplitAndSale(t *testing.T) {
	w := newTrade(t)
	const million = 1_000_000 * yuan
	w.do(custodian1, settle(Movement{Kind: OwnFunds, To: factorAcct, Amount: million, Origin: &Origin{Source: OwnMoney}, BankRef: "more"}))
	claim := w.claimed(supplier1, core1, digest("1"), million)
	root := lot0(w.do(core1, draftOp(claim, million, issueDay, "2026-06-06")), 0) // a Saturday: due on Monday the 8th
	w.do(core2, voucherStep(VoucherSign, at(root, issueDay)))
	w.do(supplier1, voucherStep(VoucherAccept, at(root, issueDay)))
	entry := w.do(supplier1, voucherStep(VoucherDivide, VoucherStep{Voucher: root, Date: issueDay, Pieces: pieces(30_000_000, 20_000_050, 49_999_950)}))
	last := LotID(MovementID(entry, 0), 2)
	sale := terms(factor, Sale, false)
	sale.RatePPM = 43_500
	w.do(supplier1, voucherStep(VoucherApply, VoucherStep{Voucher: last, Date: issueDay, Financing: sale}))
	w.do(factor1, voucherStep(VoucherRegister, VoucherStep{Voucher: last, Date: issueDay, Registration: registered(issueDay)}))
	const day = "2026-02-05" // 123 days before the due date
	f := w.voucher(w.pay(VoucherFund, last, 49_256_826, day)).Financing
	if f.Days != 123 || f.Discount != 743_124 || f.Net != 49_256_826 {
		t.Errorf("%+v", f)
	}
	w.audit()
}

// Due dates follow the calendar in force: weekends without one, holidays and days worked in exchange with one.
func TestBusinessDays(t *testing.T) {
	holidays := Op{Type: CalendarPublish, Calendar: &Calendar{Year: 2026, Version: 1, Source: "test",
		Holidays: []string{"2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20", "2026-02-23"}, Workdays: []string{"2026-02-14", "2026-02-28"}}}
	for _, c := range []struct {
		maturity, due, before string // before: the last day on which the voucher is not due
		calendar              bool
	}{
		{"2026-02-13", "2026-02-13", "2026-02-12", false},
		{"2026-02-14", "2026-02-16", "2026-02-15", false}, // Saturday to Monday
		{"2026-02-15", "2026-02-16", "2026-02-15", false},
		{"2026-02-14", "2026-02-14", "2026-02-13", true}, // a Saturday that is worked
		{"2026-02-16", "2026-02-24", "2026-02-23", true}, // over the holidays, the weekend and the Monday after
		{"2026-02-28", "2026-02-28", "2026-02-27", true},
	} {
		w := newTrade(t)
		if c.calendar {
			w.do(officer, holidays)
		}
		lot := lot0(w.do(core1, draftOp(w.claimed(supplier1, core1, digest("1"), face), face, issueDay, c.maturity)), 0)
		w.do(core2, voucherStep(VoucherSign, at(lot, issueDay)))
		w.do(supplier1, voucherStep(VoucherAccept, at(lot, issueDay)))
		if code := w.refused(officer, voucherStep(VoucherMature, at(lot, c.before))); code != NotDue {
			t.Errorf("maturity %s: on %s %q", c.maturity, c.before, code)
		}
		w.do(officer, voucherStep(VoucherMature, at(lot, c.due)))
		if n := w.voucher(lot); n.Due != c.due || n.State != VoucherDue {
			t.Errorf("maturity %s: due on %s, want %s", c.maturity, n.Due, c.due)
		}
	}
	// The last days of a year look into the next one's calendar.
	year := Calendar{Year: 2026, Holidays: []string{"2026-12-31"}}
	if day := time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC); year.Open(day) || (*Calendar)(nil).Open(day) != true || year.Open(day.AddDate(0, 0, 2)) {
		t.Error("open on a holiday, or closed without one")
	}
}

// The cap of a term counts calendar days or months from the issue, and its last day is allowed.
func TestTermCap(t *testing.T) {
	for _, c := range []struct {
		parameters map[string]int64
		maturity   string
		want       Code
	}{
		{map[string]int64{"cap_days": 365}, "2027-02-01", ""},
		{map[string]int64{"cap_days": 365}, "2027-02-02", TermExceeded},
		{map[string]int64{"cap_months": 6}, "2026-08-01", ""},
		{map[string]int64{"cap_months": 6}, "2026-08-02", TermExceeded},
		{map[string]int64{"cap_days": 1 << 62}, "4000-01-01", ""},
		{nil, "9999-12-31", ""},
	} {
		w := newTrade(t)
		w.do(officer, ruleVersion(RuleTerm, 2, "2026-01-01", Block, c.parameters))
		err := signs(func(_ *world, _ *Claim, v *Voucher) { v.Maturity = c.maturity })(w)
		if got := ErrorCode(err); got != c.want {
			t.Errorf("%v until %s: %q, want %q", c.parameters, c.maturity, got, c.want)
		}
	}
}
