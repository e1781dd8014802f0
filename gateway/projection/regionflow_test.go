package projection_test

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/flow"
	"fundtrace/gateway/projection"
	"fundtrace/gateway/trace"
	"fundtrace/gateway/trace/convention"
)

// moves records where a party is from a day on.
func (w *world) moves(party, region, from string, version int) {
	w.t.Helper()
	w.submit(officer, ledger.Op{Type: ledger.PartyRevise, Party: &ledger.Party{ID: party, Kind: ledger.Private, Name: "name of " + party, Region: region,
		Version: version, EffectiveFrom: from}})
}

func (w *world) book(asOf string, known *uint64, whole bool) *flow.Book {
	w.t.Helper()
	w.sync()
	b, err := w.db.FlowBook(w.t.Context(), all, asOf, known, whole)
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

func cells(t *testing.T, b *flow.Book, q flow.Query) *flow.Table {
	t.Helper()
	table, err := flow.Cells(t.Context(), b, q)
	if err != nil {
		t.Fatalf("%+v: %v", q, err)
	}
	return table
}

// amounts are the figures of a table by region.
func amounts(table *flow.Table) map[string]int64 {
	out := map[string]int64{}
	for _, c := range table.Cells {
		out[c.Region] += c.Amount
	}
	return out
}

func TestFlowsOfTheStory(t *testing.T) {
	w := newWorld(t)
	w.populate()
	w.moves(e2, "210200", "2025-01-01", 2)
	w.moves(e3, "330100", "2025-01-01", 2)
	w.story()
	whole := w.book("", nil, true)
	for _, tc := range []struct {
		name  string
		query flow.Query
		want  map[string]int64
	}{
		{"disbursed by province", flow.Query{}, map[string]int64{"21": 400_000, "33": 200_000}},
		{"disbursed by city", flow.Query{Level: flow.City}, map[string]int64{"2101": 300_000, "2102": 100_000, "3301": 200_000}},
		{"public money", flow.Query{Class: flow.Public, Level: flow.City}, map[string]int64{"2101": 250_000, "2102": 100_000, "3301": 200_000}},
		{"social money", flow.Query{Class: flow.Social}, map[string]int64{"21": 50_000}},
		{"of one fund", flow.Query{Fund: fundB}, map[string]int64{"33": 200_000}},
		{"ordered", flow.Query{Stage: flow.Instructed, Level: flow.City}, map[string]int64{"2101": 300_000, "2102": 160_000, "3301": 270_000}},
		// e1 passes 30,000 of what the fund gave it on to e3, and pays 20,000 back.
		{"reached", flow.Query{Stage: flow.Reached, Level: flow.City}, map[string]int64{"2101": 250_000, "2102": 100_000, "3301": 230_000}},
		// Of what e1 spent, the oldest 50,000 was the parent fund's social capital, the rest its own.
		{"spent", flow.Query{Stage: flow.Spent}, map[string]int64{"21": 50_000}},
		{"spent of public money", flow.Query{Stage: flow.Spent, Class: flow.Public}, map[string]int64{}},
		// Money of the fund came in before the firm's own and after it: oldest first by day, as drawn.
		{"spent, newest first", flow.Query{Stage: flow.Spent, Method: convention.LIFO}, map[string]int64{"21": 120_000}},
		{"a year without any", flow.Query{From: 2026, To: 2026}, map[string]int64{}},
	} {
		if got := amounts(cells(t, whole, tc.query)); !reflect.DeepEqual(got, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
	// In proportion, two thirds of what the parent fund paid on are the treasury's: of 600,000, but for roundings.
	table := cells(t, whole, flow.Query{Method: convention.ProRata, Class: flow.Public})
	if got := table.Total.Parts; got.Public < 399_990 || got.Public > 400_010 || got.Of(flow.All) != 600_000 {
		t.Errorf("pro rata: %+v", got)
	}
	// Each firm is new once.
	firms, fresh := 0, 0
	for _, c := range cells(t, whole, flow.Query{}).Cells {
		firms, fresh = firms+c.Firms, fresh+c.New
	}
	if firms != 3 || fresh != 3 {
		t.Errorf("%d firms, %d new, want 3 and 3", firms, fresh)
	}
	// Promises are where the fund is; this one states no region.
	promised := cells(t, whole, flow.Query{Stage: flow.Committed})
	if promised.Unplaced.Amount != 1_000_000 || promised.Total.Amount != 1_000_000 || len(promised.Cells) != 0 {
		t.Errorf("committed: %+v", promised)
	}
}

func TestFlowsAsOfAndKnownAt(t *testing.T) {
	w := newWorld(t)
	w.populate()
	first := w.settle(ledger.Contribution, "", acctP, 500_000, firstDate, origin(ledger.GeneralBudget, bureau, "2025"))
	w.settle(ledger.Disbursement, acctP, acct1, 100_000, "2025-02-01")
	w.sync()
	before := w.db.Next() - 1
	w.moves(e1, "330100", "2025-03-01", 2)
	late := w.settle(ledger.Disbursement, acctP, acct1, 40_000, "2025-03-02")
	w.settle(ledger.Disbursement, acctP, acct1, 7_000, "2025-02-20") // entered late, dated before
	if first == "" || late == "" {
		t.Fatal("nothing was recorded")
	}
	for _, tc := range []struct {
		name  string
		asOf  string
		known *uint64
		want  map[string]int64
	}{
		{"now: where the firm was on the day", "", nil, map[string]int64{"21": 107_000, "33": 40_000}},
		{"as of a day", "2025-02-28", nil, map[string]int64{"21": 107_000}},
		{"as known then", "", &before, map[string]int64{"21": 100_000}},
		{"nothing yet", "2025-01-31", nil, map[string]int64{}},
	} {
		for _, whole := range []bool{false, true} {
			table := cells(t, w.book(tc.asOf, tc.known, whole), flow.Query{})
			if got := amounts(table); !reflect.DeepEqual(got, tc.want) {
				t.Errorf("%s (whole %v): %v, want %v", tc.name, whole, got, tc.want)
			}
			if tc.known != nil && table.Block != before || table.AsOf != tc.asOf {
				t.Errorf("%s: block %d, as of %q", tc.name, table.Block, table.AsOf)
			}
		}
	}
	later := w.db.Next()
	if _, err := w.db.FlowBook(t.Context(), all, "", &later, false); ledger.ErrorCode(err) != ledger.FieldInvalid {
		t.Errorf("a block to come gave %v", err)
	}
	if _, err := w.db.FlowBook(t.Context(), projection.ScopeOf(ledger.ManagerMSP, managerA), "", nil, false); ledger.ErrorCode(err) != ledger.NotPermitted {
		t.Errorf("a manager got %v", err)
	}
	if _, err := flow.Cells(t.Context(), w.book("", nil, false), flow.Query{Stage: flow.Reached}); ledger.ErrorCode(err) != ledger.FieldInvalid {
		t.Errorf("a book without all money gave %v", err)
	}
}

// Over random histories: cells add up to what the banks credited, what was known then is what a read model says that has
// folded no more, each method divides the same money, and what reached firms is what the forest itself says.
func TestFlowsOverRandomHistories(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t)
		w.populate()
		c := &chance{world: w, r: r}
		c.history(30)
		book := w.book("", nil, true)
		totals, err := w.db.MovementTotals(t.Context(), all, projection.MovementFilter{Kind: string(ledger.Disbursement), Stage: string(ledger.Credited)})
		if err != nil {
			r.Fatal(err)
		}
		var paid int64
		for _, total := range totals {
			paid += total.Amount
		}
		for _, m := range flow.Methods() {
			table := cells(t, book, flow.Query{Method: m})
			var sum int64
			for _, cell := range table.Cells {
				sum += cell.Amount
			}
			if sum+table.Unplaced.Amount != paid || table.Total.Parts.Of(flow.All) != paid {
				r.Fatalf("%s: cells add up to %d and %d unplaced, banks credited %d", m, sum, table.Unplaced.Amount, paid)
			}
			drilled, err := flow.Drill(t.Context(), book, flow.Query{Method: m}, "21", 2025, false, 0, flow.MaxLines)
			if err != nil || drilled.Total.Amount != sum || len(drilled.Items) != drilled.Total.Movements {
				r.Fatalf("%s: drilling gives %+v, %v, the cells %d", m, drilled, err, sum)
			}
		}
		if got, want := cells(t, book, flow.Query{Stage: flow.Reached}).Total.Amount, w.reached(book); got != want {
			r.Fatalf("reached %d, the forest says %d", got, want)
		}
		blocks := w.l.Blocks()
		known := uint64(rapid.IntRange(1, len(blocks)-1).Draw(r, "known"))
		then := w.open(t.TempDir() + "/then.db")
		if err := then.Apply(blocks[:known+1]...); err != nil {
			r.Fatal(err)
		}
		asOf := rapid.SampledFrom([]string{"", "2025-02-14", "2025-04-01", "2025-06-20"}).Draw(r, "as of")
		for _, stage := range flow.Stages() {
			past, err := then.FlowBook(t.Context(), all, asOf, nil, true)
			if err != nil {
				r.Fatal(err)
			}
			got, want := cells(t, w.book(asOf, &known, true), flow.Query{Stage: stage}), cells(t, past, flow.Query{Stage: stage})
			if !reflect.DeepEqual(got, want) {
				r.Fatalf("%s known at block %d, as of %q:\n%+v\nthen\n%+v", stage, known, asOf, got, want)
			}
		}
		_ = then.Close()
		if err := w.db.Close(); err != nil {
			r.Fatal(err)
		}
	})
}

// reached answers what funds put into firms and did not get back, by walking down the forest from each disbursement:
// below what has come back to a fund nothing is followed.
func (w *world) reached(book *flow.Book) int64 {
	w.t.Helper()
	f, err := w.db.Forest(w.t.Context(), all)
	if err != nil {
		w.t.Fatal(err)
	}
	defer f.Close()
	place := map[trace.Ref]trace.Place{}
	var total int64
	var down func(lots []trace.Ref)
	down = func(lots []trace.Ref) {
		children, err := f.Children(w.t.Context(), lots)
		if err != nil {
			w.t.Fatal(err)
		}
		var on []trace.Ref
		for _, c := range children {
			if c.Standing != trace.Live {
				continue
			}
			if _, ok := place[c.Account]; !ok {
				a, err := f.Accounts(w.t.Context(), []trace.Ref{c.Account})
				if err != nil {
					w.t.Fatal(err)
				}
				place[c.Account] = a[0].Place
			}
			if place[c.Account] == trace.InEnterprise {
				on = append(on, c.Ref)
			} else {
				total -= c.Amount
			}
		}
		if len(on) > 0 {
			down(on)
		}
	}
	for _, p := range book.Payments {
		if p.Kind != ledger.Disbursement || !p.Credited {
			continue
		}
		var lots []trace.Ref
		for _, l := range p.Lots {
			total += l.Amount
			lots = append(lots, trace.Ref(l.Ref))
		}
		down(lots)
	}
	return total
}
