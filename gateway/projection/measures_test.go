package projection_test

import (
	"math"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
)

func measuresOf(t *testing.T, w *world, from, to string) map[string]projection.Measure {
	t.Helper()
	read, block, err := w.db.Measures(t.Context(), all, projection.MeasureWindow{From: from, To: to, Currency: "CNY"})
	if err != nil {
		t.Fatal(err)
	}
	if block != w.db.Next()-1 || len(read) != 1 {
		t.Errorf("block %d, %d windows", block, len(read))
	}
	out := map[string]projection.Measure{}
	for _, m := range read[0] {
		out[m.Measure] = m
		if m.From != from || m.To != to || m.Unit == "" {
			t.Errorf("%+v", m)
		}
	}
	return out
}

// value is what a measure should say; NaN where there is nothing to measure.
type value struct {
	name                  string
	value                 float64
	numerator, whole, all int64
}

func checkMeasures(t *testing.T, got map[string]projection.Measure, want []value) {
	t.Helper()
	for _, w := range want {
		m, ok := got[w.name]
		v := math.NaN()
		if ok && m.Value != nil {
			v = *m.Value
		}
		if !ok || (math.IsNaN(w.value) != math.IsNaN(v)) || math.Abs(v-w.value) > 1e-9 || m.Numerator != w.numerator || m.Denominator != w.whole || m.Cases != w.all {
			t.Errorf("%s is %v, %+v; want %+v", w.name, v, m, w)
		}
	}
}

func TestMeasuresOfMoney(t *testing.T) {
	w := newWorld(t)
	w.populate()
	m := w.story()
	none := math.NaN()
	// Public money, oldest first: 400,000 through a, 200,000 through b; what p paid to e1 itself is social capital. Of public money 250,000
	// arrived after 58 days, 100,000 after 59 and 200,000 after 60. Idle: p 150,000, a 400,000 - 350,000 + 20,000 - 60,000, b 30,000.
	checkMeasures(t, measuresOf(t, w, "2025-01-01", "2025-12-31"), []value{
		{"days-to-enterprise", 59, 550_000, 0, 3},
		{"idle-share", 100 * 190.0 / 900, 190_000, 900_000, 2},
		{"evidenced-use-share", 0, 0, 160_000, 3},
		{"attested-share", 100, 600_000, 600_000, 4}, // payer and payee bank together: one bank is both,
		{"lower-tier-suppliers", 0, 0, 0, 0},
		{"days-waited", none, 0, 0, 0},
		{"financing-rate", none, 0, 0, 0},
		{"duplicates-caught", 0, 0, 0, 0},
	})
	checkMeasures(t, measuresOf(t, w, "2025-03-02", "2025-03-02"), []value{{"days-to-enterprise", 59, 100_000, 0, 1}, {"evidenced-use-share", none, 0, 0, 0}})
	checkMeasures(t, measuresOf(t, w, "2025-01-01", "2025-02-01"), []value{{"days-to-enterprise", none, 0, 0, 0}, {"idle-share", 100, 900_000, 900_000, 2}})
	checkMeasures(t, measuresOf(t, w, "2024-01-01", "2024-12-31"), []value{{"idle-share", none, 0, 0, 0}, {"attested-share", none, 0, 0, 0}})

	// Of the 60,000 under way 10,000 had been with enterprise 1 before and came back: they arrive a second time, and are not counted again.
	w.confirm(custodian1, ledger.MovementCredit, m.underWay)
	w.sync()
	checkMeasures(t, measuresOf(t, w, "2025-06-10", "2025-06-10"), []value{{"days-to-enterprise", 159, 50_000, 0, 1}})

	// A document makes a use evidenced.
	w.submit(e1User, ledger.Op{Type: ledger.DocumentRecord, Document: &ledger.Document{SHA256: sha("d"), Size: 7, MediaType: "application/pdf", Subject: m.aToE1, Kind: "CONTRACT"}})
	w.settle(ledger.Use, acct2, "", 40_000, "2025-06-20", spend(ledger.PurposeRent, supplier), func(m *ledger.Movement) { m.Document = sha("d") })
	w.sync()
	checkMeasures(t, measuresOf(t, w, "2025-01-01", "2025-12-31"), []value{{"evidenced-use-share", 20, 40_000, 200_000, 4}})
}

// An attestation raises the share from its day on: before it the movement stood at what its bank had written.
func TestAttestedShareAsOfADay(t *testing.T) {
	w := newWorld(t)
	w.populate()
	w.settle(ledger.Contribution, "", acctP, 600_000, firstDate, origin(ledger.GeneralBudget, bureau, "2025-2160299"))
	w.settle(ledger.Contribution, acctP, acctB, 300_000, "2025-02-02")
	one := w.settle(ledger.Disbursement, acctB, acct1, 100_000, "2025-03-03") // between two banks: one has spoken
	two := w.instruct(manB, ledger.Disbursement, acctB, acct1, 50_000)
	w.confirm(custodian2, ledger.MovementDebit, two)
	w.confirm(custodian1, ledger.MovementCredit, two)
	w.sync()
	before := measuresOf(t, w, "2025-01-01", today)["attested-share"]
	if before.Numerator != 50_000 || before.Denominator != 150_000 || before.Cases != 2 {
		t.Fatalf("before: %+v", before)
	}
	w.submit(custodian1, ledger.Op{Type: ledger.MovementAttest, Step: &ledger.Step{Movement: one, Level: ledger.BothBanks}})
	w.sync()
	if after := measuresOf(t, w, "2025-01-01", today)["attested-share"]; after.Numerator != 150_000 {
		t.Errorf("after: %+v", after)
	}
	if then := measuresOf(t, w, "2025-01-01", "2025-06-29")["attested-share"]; then.Numerator != before.Numerator {
		t.Errorf("the day before: %+v", then)
	}
}

func TestMeasuresOfVouchers(t *testing.T) {
	w, _ := newTrade(t)
	// Suppliers had 119,016 after 9 days, 70,000 + 148,890 after 12, 7,000 after 22 and 100,000 after 87. Of 528,000 issued the faces 120,000,
	// 80,000, 150,000 and 8,000 were financed. What the factor and the pledgee got are no suppliers'.
	checkMeasures(t, measuresOf(t, w, "2025-01-01", "2025-12-31"), []value{
		{"lower-tier-suppliers", 1, 1, 0, 2},
		{"days-waited", 12, 444_906, 0, 5},
		{"financing-rate", 100 * 358.0 / 528, 358_000, 528_000, 4},
		{"duplicates-caught", 0, 0, 0, 0},
	})
	checkMeasures(t, measuresOf(t, w, "2025-06-01", "2025-06-30"), []value{{"lower-tier-suppliers", 1, 1, 0, 1}, {"days-waited", 87, 100_000, 0, 1}, {"financing-rate", math.NaN(), 0, 0, 0}})
	checkMeasures(t, measuresOf(t, w, "2025-03-12", "2025-03-12"), []value{{"lower-tier-suppliers", 0, 0, 0, 0}, {"days-waited", 9, 119_016, 0, 1}})
	w.submit(core1, ledger.Op{Type: ledger.InvoiceRegister, Invoice: &ledger.Invoice{Fingerprint: sha("1"), Seller: t1, Buyer: e1, Type: "DIGITAL", Date: "2025-02-10", Amount: 400_000, Currency: "CNY", Document: sha("d")}})
	w.sync()
	checkMeasures(t, measuresOf(t, w, today, today), []value{{"duplicates-caught", 1, 1, 0, 1}})
	checkMeasures(t, measuresOf(t, w, "2025-01-01", "2025-06-29"), []value{{"duplicates-caught", 0, 0, 0, 0}})
}

func TestMeasuresAreRefusedWithReasons(t *testing.T) {
	w := newWorld(t)
	w.populate()
	good := projection.MeasureWindow{From: "2025-01-01", To: "2025-12-31", Currency: "CNY"}
	for _, c := range []struct {
		scope projection.Scope
		edit  func(*projection.MeasureWindow)
		code  ledger.Code
	}{
		{projection.ScopeOf(ledger.ManagerMSP, managerA), func(*projection.MeasureWindow) {}, ledger.NotPermitted},
		{all, func(w *projection.MeasureWindow) { w.From = "2025-13-01" }, ledger.DateInvalid},
		{all, func(w *projection.MeasureWindow) { w.From = "2026-01-01" }, ledger.FieldInvalid},
		{all, func(w *projection.MeasureWindow) { w.Currency = "" }, ledger.FieldInvalid},
	} {
		window := good
		c.edit(&window)
		if _, _, err := w.db.Measures(t.Context(), c.scope, window); ledger.ErrorCode(err) != c.code {
			t.Errorf("%+v: %v, want %s", window, err, c.code)
		}
	}
	read, _, err := w.db.Measures(t.Context(), all, good, good)
	if err != nil || len(read) != 2 {
		t.Errorf("two windows: %d, %v", len(read), err)
	}
}
