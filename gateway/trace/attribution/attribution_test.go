package attribution

import (
	"fmt"
	"maps"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace"
	"fundtrace/gateway/trace/arena"
	"fundtrace/gateway/trace/convention"
)

// golden is the worked example of docs/tracing.md: fund 500, enterprise 1, payees 901 to 903. It answers the public lot.
func golden(t testing.TB) (*world, int64) {
	w := newWorld(t)
	gov := w.enter("2026-03-01", 500, 540_000_000, ledger.GeneralBudget)
	w.enter("2026-03-01", 500, 1_260_000_000, ledger.SocialCapital)
	w.enter("2026-04-01", 1, 600_000_000, ledger.OwnMoney)
	w.pay("2026-04-15", 500, 1, 1_800_000_000)
	w.enter("2026-05-01", 1, 1_000_000_000, ledger.OwnMoney)
	w.pay("2026-05-10", 1, 901, 1_200_000_000)
	w.enter("2026-06-01", 1, 500_000_000, ledger.OwnMoney)
	w.pay("2026-06-20", 1, 902, 2_000_000_000)
	w.pay("2026-07-01", 1, 903, 400_000_000)
	return w, gov
}

// where tells what arrived at the payees and is left in account 1.
func where(a *Answer) (f [4]int64) {
	for _, p := range a.Places {
		switch p.ref {
		case 901, 902, 903:
			f[p.ref-901] = p.Received
		case 1:
			f[3] = p.Holds
		}
	}
	return f
}

func forward(t testing.TB, r *record, source Source, o Options) *Answer {
	t.Helper()
	var s Shelf
	a, err := s.Forward(t.Context(), r, source, o, trace.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if o.Method != convention.Poison && !a.Totals.Closes() {
		t.Errorf("%s: %+v", a.Version, a.Totals)
	}
	return a
}

func TestGolden(t *testing.T) {
	w, gov := golden(t)
	r := w.now()
	for method, want := range map[convention.Method][4]int64{
		convention.FIFO:     {180_000_000, 360_000_000, 0, 0},
		convention.LIFO:     {60_000_000, 450_000_000, 30_000_000, 0},
		convention.ProRata:  {190_588_235, 258_823_530, 51_764_706, 38_823_529},
		convention.LIBR:     {0, 0, 240_000_000, 300_000_000},
		convention.Specific: {180_000_000, 360_000_000, 0, 0},
		convention.Recorded: {540_000_000, 0, 0, 0}, // each payment names the oldest lots, the public one before the other of the same deposit
	} {
		if got := where(forward(t, r, r.lot(gov), Options{Method: method})); got != want {
			t.Errorf("%s: %v, want %v", method, got, want)
		}
	}
	// Where deposits keep their order, the public lot is the first part of its deposit.
	if got := where(forward(t, r, r.lot(gov), Options{Method: convention.FIFO, Inside: convention.Ordered})); got != [4]int64{540_000_000} {
		t.Errorf("ORDERED: %v", got)
	}
	// As of a day, and as known at a block.
	before := forward(t, w.record(arena.Moment{AsOf: "2026-05-31"}), r.lot(gov), Options{Method: convention.FIFO})
	if where(before) != [4]int64{180_000_000, 0, 0, 360_000_000} || before.Totals.Reached != 360_000_000 {
		t.Errorf("in May: %+v", before.Totals)
	}
	if known := forward(t, w.record(arena.Moment{Known: 3}), r.lot(gov), Options{Method: convention.LIFO}); known.Totals.Idle != 540_000_000 {
		t.Errorf("at block 3: %+v", known.Totals)
	}
}

// The answer about one source is the same whether one looks at where its money can have gone, or at everything at once.
func TestAPartOfTheLedgerGivesTheSameFigures(t *testing.T) {
	w, gov := golden(t)
	w.enter("2026-03-02", 7, 50, ledger.OwnMoney) // others, who pay each other and the enterprise
	w.pay("2026-03-03", 7, 8, 30)
	w.pay("2026-07-02", 8, 1, 20)
	r := w.now()
	for _, method := range []convention.Method{convention.Recorded, convention.FIFO, convention.LIFO, convention.LIBR} {
		whole, err := Everything(t.Context(), r, Options{Method: method, Protected: "GENERAL_BUDGET"})
		if err != nil {
			t.Fatal(err)
		}
		var got [4]int64
		payments := 0
		for c := range whole.Payments() {
			sum := int64(0)
			for _, s := range c.Shares {
				sum += s.Amount
				if s.Source == "GENERAL_BUDGET" && c.To > 900 {
					got[c.To-901] += s.Amount
				}
			}
			if payments++; sum != c.Amount || c.Dated == "" {
				t.Errorf("%s: %+v", method, c)
			}
		}
		want := where(forward(t, r, r.lot(gov), Options{Method: method}))
		want[3] = 0
		if got != want || payments != 12 {
			t.Errorf("%s: %v of %d payments, want %v", method, got, payments, want)
		}
		if len(forward(t, r, r.lot(gov), Options{Method: method}).Places) > 6 {
			t.Errorf("%s looks at who has nothing to do with it", method)
		}
	}
}

func TestCompare(t *testing.T) {
	w, gov := golden(t)
	w.pay("2026-07-02", 1, 2, 100_000_000)
	w.pay("2026-07-03", 2, 1, 40_000_000) // comes back: the enterprise's own now
	r := w.now()
	var s Shelf
	c, err := s.Compare(t.Context(), r, r.lot(gov), Target{"both", []trace.Ref{1, 2}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if *c.Bounds != (Bounds{540_000_000, 540_000_000, 3_900_000_000}) {
		t.Errorf("bounds %+v", c.Bounds)
	}
	held := map[convention.Method]int64{}
	for _, f := range c.Figures {
		if f.Amount != 540_000_000 && f.Method != convention.Poison || f.Refused != "" {
			t.Errorf("%+v", f)
		}
		held[f.Method] = f.Holds
	}
	if want := map[convention.Method]int64{"RECORDED": 0, "SPECIFIC": 0, "FIFO": 0, "LIFO": 0, "PRO_RATA": 38_823_529, "LIBR": 300_000_000, "POISON": 300_000_000}; !maps.Equal(held, want) {
		t.Errorf("held %v, want %v", held, want)
	}
	// To the other alone: at most what it was paid.
	if c, err = s.Compare(t.Context(), r, r.lot(gov), Target{"2", []trace.Ref{2}}, Options{}, convention.LIBR); err != nil || *c.Bounds != (Bounds{0, 100_000_000, 100_000_000}) || c.Figures[0].Amount != 100_000_000 {
		t.Errorf("%+v %v", c, err)
	}
	// Nothing can have come there.
	if c, err = s.Compare(t.Context(), r, r.lot(gov), Target{"7", []trace.Ref{7}}, Options{}, convention.FIFO); err != nil || *c.Bounds != (Bounds{}) || c.Figures[0].Amount != 0 {
		t.Errorf("%+v %v", c, err)
	}
}

// In an account whose payer names tranches SPECIFIC honours what was named, in others it does not.
func TestSpecificHonoursNamedTranches(t *testing.T) {
	w := newWorld(t)
	old := w.enter("2026-01-01", 1, 100, ledger.OwnMoney)
	gov := w.enter("2026-01-02", 1, 100, ledger.GeneralBudget)
	w.pay("2026-01-03", 1, 901, 60, gov)
	w.pay("2026-01-04", 1, 902, 80, old)
	r := w.now()
	if got := where(forward(t, r, r.lot(gov), Options{Method: convention.Specific})); got != [4]int64{0, 40, 0, 60} {
		t.Errorf("oldest first: %v", got)
	}
	w.named[1] = true
	if got := where(forward(t, r, r.lot(gov), Options{Method: convention.Specific})); got != [4]int64{60, 0, 0, 40} {
		t.Errorf("as named: %v", got)
	}
	w.pay("2026-01-05", 1, 903, 60) // of both: 20 of the old, 40 of the public
	r = w.now()
	if got := where(forward(t, r, r.lot(gov), Options{Method: convention.Specific})); got != [4]int64{60, 0, 40, 0} {
		t.Errorf("of two tranches: %v", got)
	}
}

// What is instructed is reserved, what came to nothing never was, and a payment is not before the money that it drew on.
func TestStagesAndDates(t *testing.T) {
	w := newWorld(t)
	gov := w.enter("2026-02-10", 1, 100, ledger.GeneralBudget)
	under := w.move("2026-02-11", 1, 2, 30, ledger.Instructed)
	void := w.move("2026-02-12", 1, 2, 20, ledger.Instructed)
	early := w.pay("2026-02-01", 1, 3, 10) // dated before the money came
	r := w.now()
	a := forward(t, r, r.lot(gov), Options{Method: convention.FIFO})
	if a.Totals != (Totals{Traced: 100, Idle: 40, InTransit: 50, Reached: 10}) || a.Moved != 1 {
		t.Errorf("%+v, %d moved", a.Totals, a.Moved)
	}
	for _, l := range a.Lines {
		if l.Movement == fmt.Sprint("m", early[0]>>9) && l.Date != "2026-02-10" {
			t.Errorf("%+v", l)
		}
	}
	w.change(void[0], "2026-02-13", ledger.Voided)
	w.change(under[0], "2026-02-14", ledger.Debited)
	w.change(under[0], "2026-02-16", ledger.Credited)
	for asOf, want := range map[string]Totals{"2026-02-12": {Traced: 100, Idle: 40, InTransit: 50, Reached: 10}, "2026-02-15": {Traced: 100, Idle: 60, InTransit: 30, Reached: 10},
		"2026-02-16": {Traced: 100, Idle: 60, Reached: 40}} {
		if a := forward(t, w.record(arena.Moment{AsOf: asOf}), r.lot(gov), Options{Method: convention.LIFO}); a.Totals != want {
			t.Errorf("as of %s: %+v, want %+v", asOf, a.Totals, want)
		}
	}
	// A reservation that lapsed gives way to what was paid when it had lapsed and is dated before.
	w.free[1] = []held{{gov, 60}}
	w.pay("2026-02-12", 1, 901, 60)
	if a := forward(t, w.record(arena.Moment{AsOf: "2026-02-12"}), r.lot(gov), Options{}); a.Totals != (Totals{Traced: 100, InTransit: 30, Reached: 10, Spent: 60}) {
		t.Errorf("%+v", a.Totals)
	}
}

func TestCirclesOfCapital(t *testing.T) {
	w := newWorld(t)
	first := w.enter("2026-01-01", 500, 100, ledger.GeneralBudget)
	w.pay("2026-01-02", 500, 1, 100)
	again := w.pay("2026-01-03", 1, 500, 60) // paid in once more, as capital
	w.pay("2026-01-04", 500, 2, 50)
	r := w.now()
	for _, method := range convention.Methods() {
		a := forward(t, r, Source{"fund:x", r.Lots([]int64{first, again[0]})}, Options{Method: method})
		if a.Totals != (Totals{Traced: 160, Idle: 10, Reached: 90, Again: 60}) {
			t.Errorf("%s: %+v", a.Version, a.Totals)
		}
	}
}

func TestRefusals(t *testing.T) {
	w, gov := golden(t)
	dollars := w.enter("2026-01-01", 4, 9, ledger.GeneralBudget)
	w.currency[4] = "USD"
	r := w.now()
	var s Shelf
	code := func(source Source, o Options) ledger.Code {
		_, err := s.Forward(t.Context(), r, source, o, trace.Options{})
		return ledger.ErrorCode(err)
	}
	if c := code(r.lot(gov, dollars), Options{}); c != ledger.CurrencyMismatch {
		t.Errorf("two currencies: %q", c)
	}
	if a := forward(t, r, r.lot(gov, dollars), Options{Currency: "USD"}); a.Totals.Traced != 9 || a.Currency != "USD" {
		t.Errorf("dollars alone: %+v", a)
	}
	if c := code(r.lot(gov), Options{Method: "HIFO"}); c != ledger.FieldInvalid {
		t.Errorf("no method: %q", c)
	}
	if _, err := Everything(t.Context(), r, Options{}); ledger.ErrorCode(err) != ledger.CurrencyMismatch {
		t.Errorf("everything in two currencies: %v", err)
	}
	if _, err := Compose(t.Context(), r, 1, Options{By: "COLOUR"}); ledger.ErrorCode(err) != ledger.FieldInvalid {
		t.Errorf("by colour: %v", err)
	}
	w.part[1] = true // money ends there, and what comes back is told
	w.pay("2026-07-05", 1, 500, 5)
	r = w.now()
	a := forward(t, r, r.lot(gov), Options{})
	if a.Totals.Hidden != 540_000_000 || a.Returned != 5 {
		t.Errorf("%+v returned %d", a.Totals, a.Returned)
	}
	if c, err := s.Compare(t.Context(), r, r.lot(gov), Target{"1", []trace.Ref{1}}, Options{}); err != nil || c.Bounds != nil || c.Figures[2].Amount != 540_000_000 {
		t.Errorf("%+v %v", c, err)
	}
	if _, err := Compose(t.Context(), r, 1, Options{}); ledger.ErrorCode(err) != NotWhole {
		t.Errorf("composition of a part: %v", err)
	}
	if _, err := Everything(t.Context(), r, Options{Currency: "CNY"}); ledger.ErrorCode(err) != NotWhole {
		t.Errorf("everything of a part: %v", err)
	}
	w.part[500] = true
	if c := func() ledger.Code {
		var fresh Shelf
		_, err := fresh.Forward(t.Context(), w.now(), r.lot(gov), Options{}, trace.Options{})
		return ledger.ErrorCode(err)
	}(); c != NotWhole {
		t.Errorf("a source in part: %q", c)
	}
}
