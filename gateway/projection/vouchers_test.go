package projection_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
)

// lotsOnLedger names every voucher on the ledger.
func (w *world) lotsOnLedger() (lots []string) {
	for _, key := range w.l.Keys(ledger.VoucherRoom) {
		lots = append(lots, strings.TrimPrefix(key, ledger.VoucherRoom))
	}
	return lots
}

// listed answers every row of a list, in pages of seven.
func listed[T any](t *testing.T, ask func(projection.List) (*projection.Page[T], error)) (out []T) {
	t.Helper()
	for l := (projection.List{Limit: 7}); ; {
		p, err := ask(l)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p.Items...)
		if l.Cursor = p.Next; l.Cursor == "" {
			return out
		}
	}
}

func (w *world) vouchers(t *testing.T, s projection.Scope, f projection.VoucherFilter) map[string]projection.Voucher {
	t.Helper()
	out := map[string]projection.Voucher{}
	for _, v := range listed(t, func(l projection.List) (*projection.Page[projection.Voucher], error) {
		return w.db.Vouchers(t.Context(), s, f, l)
	}) {
		if _, twice := out[v.Lot]; twice {
			t.Errorf("voucher %s is listed twice", v.Lot)
		}
		out[v.Lot] = v
	}
	return out
}

// TestTradeAsOnTheLedger compares every voucher, claim, invoice and claim lot of the read model with the ledger's own.
func TestTradeAsOnTheLedger(t *testing.T) {
	w, _ := newTrade(t)
	w.compareTrade(t)
}

func (w *world) compareTrade(t *testing.T) {
	t.Helper()
	lots := w.lotsOnLedger()
	rows := w.vouchers(t, all, projection.VoucherFilter{WithEvents: true})
	if len(lots) == 0 || len(rows) != len(lots) {
		t.Fatalf("%d vouchers are listed, the ledger has %d", len(rows), len(lots))
	}
	for _, lot := range lots {
		want, err := ledger.ReadVoucher(w.l, lot)
		if err != nil {
			t.Fatal(err)
		}
		got := rows[lot].VoucherNode
		for _, e := range rows[lot].Events {
			got.Events = append(got.Events, e.VoucherEvent)
		}
		if !reflect.DeepEqual(&got, want) {
			t.Errorf("voucher %s\n%+v\nwant\n%+v", lot, &got, want)
		}
		if rows[lot].Unpaid != want.Open() {
			t.Errorf("voucher %s: %d is open, want %d", lot, rows[lot].Unpaid, want.Open())
		}
		record, err := ledger.ReadLots(w.l, []string{lot})
		if err != nil {
			t.Fatal(err)
		}
		l, err := w.db.Lot(t.Context(), all, lot)
		if err != nil {
			t.Fatal(err)
		}
		if r := record[0]; l.Kind != projection.ClaimLot || l.Parent != r.Parent || l.Movement != r.Movement || l.Account != r.Account || l.Amount != r.Amount ||
			l.Drawn != r.Drawn || l.Remaining != r.Remaining || l.Currency != r.Currency || l.Stage != r.Stage || l.State != want.State {
			t.Errorf("lot %+v\nwant %+v", l, r)
		}
	}
	claims := w.l.Keys(ledger.ClaimRoom)
	for _, key := range claims {
		want, err := ledger.ReadClaim(w.l, strings.TrimPrefix(key, ledger.ClaimRoom))
		if err != nil {
			t.Fatal(err)
		}
		got, err := w.db.Claim(t.Context(), all, want.Claim.ID)
		if err != nil || !reflect.DeepEqual(got.Claim, want.Claim) || got.Used != want.Used || got.Left != want.Left {
			t.Errorf("claim %+v, %v\nwant %+v", got, err, want)
		}
	}
	if got := listed(t, func(l projection.List) (*projection.Page[projection.Claim], error) {
		return w.db.Claims(t.Context(), all, projection.ClaimFilter{}, l)
	}); len(got) != len(claims) {
		t.Errorf("%d claims are listed, the ledger has %d", len(got), len(claims))
	}
	invoices := w.l.Keys(ledger.InvoiceRoom)
	for _, key := range invoices {
		want, err := ledger.ReadInvoice(w.l, strings.TrimPrefix(key, ledger.InvoiceRoom))
		if err != nil {
			t.Fatal(err)
		}
		got, err := w.db.Invoice(t.Context(), all, want.Invoice.Fingerprint)
		if err != nil || !reflect.DeepEqual(got.Invoice.Invoice, want.Invoice) || got.State != want.State || got.Used != want.Used || got.Left != want.Left {
			t.Errorf("invoice %+v, %v\nwant %+v", got, err, want)
		}
	}
	if got := listed(t, func(l projection.List) (*projection.Page[projection.Invoice], error) {
		return w.db.Invoices(t.Context(), all, projection.InvoiceFilter{}, l)
	}); len(got) != len(invoices) {
		t.Errorf("%d invoices are listed, the ledger has %d", len(got), len(invoices))
	}
}

// TestTradeReplay folds the dealings in one go, block by block and by replaying: what is held is the same.
func TestTradeReplay(t *testing.T) {
	w, _ := newTrade(t)
	want := digest(t, w.db)
	blocks := w.l.Blocks()
	at, single := openNew(t), openNew(t)
	if err := at.Apply(blocks...); err != nil {
		t.Fatal(err)
	}
	for _, b := range blocks {
		if err := single.Apply(b); err != nil {
			t.Fatal(err)
		}
	}
	if a, b := digest(t, at), digest(t, single); a != want || b != want {
		t.Errorf("digests %s at once, %s one by one, want %s", a, b, want)
	}
	report, err := projection.Replay(t.Context(), w.db, t.TempDir(), inOrder(blocks))
	if err != nil || !report.Equal {
		t.Errorf("replay %+v, %v", report, err)
	}
}

func TestVoucherFilters(t *testing.T) {
	w, s := newTrade(t)
	roots := []string{s.v, s.x, s.y, s.z, s.drafted, s.rejected, s.frozen}
	for _, c := range []struct {
		name string
		s    projection.Scope
		f    projection.VoucherFilter
		want []string
	}{
		{"of a state", all, projection.VoucherFilter{State: "SETTLED"}, []string{s.a2, s.b2, s.c}},
		{"of a holder", all, projection.VoucherFilter{Holder: factor}, []string{s.b2, s.d3}},
		{"of an issuer and a tree", all, projection.VoucherFilter{Issuer: e1, Root: s.v}, []string{s.v, s.a, s.b, s.c, s.a2, s.b2}},
		{"of another issuer", all, projection.VoucherFilter{Issuer: t1}, nil},
		{"of a claim", all, projection.VoucherFilter{Claim: s.claim}, []string{s.v, s.a, s.b, s.c, s.a2, s.b2}},
		{"live", all, projection.VoucherFilter{Live: true}, []string{s.d4, s.z, s.drafted, s.frozen}},
		{"in any part", all, projection.VoucherFilter{Party: bank2}, []string{s.c}},
		{"once offered", all, projection.VoucherFilter{Party: t3}, []string{s.z}},
		{"once offered, for the one", traders["t3"], projection.VoucherFilter{Party: t3}, []string{s.z}},
		{"once offered, for who held it", traders["t1"], projection.VoucherFilter{Party: t3}, []string{s.z}},
		{"of the funder, for who was offered it before", traders["t3"], projection.VoucherFilter{Party: factor}, nil},
		{"maturing", all, projection.VoucherFilter{MaturityFrom: "2025-06-01", MaturityUntil: "2025-06-01", State: "DRAFT"}, []string{s.drafted}},
		{"maturing later", all, projection.VoucherFilter{MaturityFrom: "2025-06-02"}, nil},
		{"maturing earlier", all, projection.VoucherFilter{MaturityUntil: "2025-05-31"}, nil},
	} {
		var got []string
		for lot := range w.vouchers(t, c.s, c.f) {
			got = append(got, lot)
		}
		slices.Sort(got)
		slices.Sort(c.want)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	for _, lot := range roots {
		if v := w.vouchers(t, all, projection.VoucherFilter{Root: lot}); v[lot].Root != lot {
			t.Errorf("the tree of %s does not hold it", lot)
		}
	}
	for _, f := range []projection.VoucherFilter{{Root: "nonsense"}, {Claim: "nonsense"}} {
		if _, err := w.db.Vouchers(t.Context(), all, f, projection.List{}); ledger.ErrorCode(err) == "" {
			t.Errorf("%+v answers %v", f, err)
		}
	}
}

func TestVoucherDetail(t *testing.T) {
	w, s := newTrade(t)
	d, err := w.db.Voucher(t.Context(), all, s.b)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Events) != 4 || d.Events[3].Op != ledger.VoucherFund || d.Events[3].Block == 0 || d.Events[3].Tx == "" || d.Events[0].Tx == d.Events[3].Tx {
		t.Errorf("events %+v", d.Events)
	}
	if len(d.Payments) != 1 || d.Payments[0].Movement != s.sold || d.Payments[0].Payer != factor || d.Payments[0].Payee != t1 || d.Payments[0].Amount != 119_016 {
		t.Errorf("payments %+v", d.Payments)
	}
	if p := d.Passed; p == nil || p.To != factor || p.Via != "FINANCE" || p.Cash != s.sold || p.Financing.Discount != 984 || p.Date != "2025-03-12" {
		t.Errorf("passed %+v", d.Passed)
	}
	if d.ClaimRecord == nil || d.ClaimRecord.ID != s.claim || d.ClaimRecord.Contract == "" || d.IssuerName != "name of "+e1 {
		t.Errorf("claim %+v of %q", d.ClaimRecord, d.IssuerName)
	}
	late, err := w.db.Voucher(t.Context(), traders["t2"], s.a2)
	if err != nil {
		t.Fatal(err)
	}
	// 100,000 for 3 days at 500 ppm a day.
	if last := late.Events[len(late.Events)-1]; last.DaysLate != 3 || late.Interest != 150 || late.Left != "2025-06-05" || late.Acquired != "2025-03-10" {
		t.Errorf("late %+v, interest %d, held from %s to %s", last, late.Interest, late.Acquired, late.Left)
	}
	if c := late.ClaimRecord; c == nil || c.Creditor != t1 || c.State != projection.ClaimConfirmed || c.Contract != "" || c.Amount != 0 || c.Invoices != nil {
		t.Errorf("who holds a voucher of tier 2 is told of the claim %+v", c)
	}
	back, err := w.db.Voucher(t.Context(), all, s.d3)
	if err != nil || len(back.Payments) != 2 || back.Payments[0].Movement != s.part || back.Payments[1].Movement != s.back || back.Passed.Via != "RECOURSE" || back.Passed.To != t2 {
		t.Errorf("%+v, %v", back, err)
	}
}

// TestMoneyWithoutClaims checks that no sum of money, no list of accounts and no choice of lots meets a voucher.
func TestMoneyWithoutClaims(t *testing.T) {
	w, s := newTrade(t)
	for id, want := range map[string]int64{acct1: 500_000 - 330_000, acctT1: 119_016 + 70_000 + 7_000, acctT2: 500_000 + 100_000 + 148_890 - 120_000,
		acctFactor: 1_000_000 - 119_016 - 148_890 - 7_000 + 120_000 + 30_000 + 120_000, acctBank2: 1_000_000 - 70_000 + 80_000} {
		a, err := w.db.Account(t.Context(), all, id)
		if err != nil || a.Balance.Remaining != want {
			t.Errorf("%s holds %+v, want %d, %v", id, a.Balance, want, err)
		}
	}
	accounts, err := w.db.Accounts(t.Context(), all, projection.AccountFilter{Owner: t1}, projection.List{})
	if err != nil || len(accounts.Items) != 1 {
		t.Errorf("accounts of t1: %+v, %v", accounts.Items, err)
	}
	if _, err := w.db.PickLots(t.Context(), all, ledger.ClaimsAccount(t1), 1); ledger.ErrorCode(err) != ledger.AccountUnknown {
		t.Errorf("picking vouchers: %v", err)
	}
	totals := func(f projection.MovementFilter) []projection.Total {
		t.Helper()
		out, err := w.db.MovementTotals(t.Context(), all, f)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	money := totals(projection.MovementFilter{})
	if len(money) != 1 || money[0].Of != projection.Money {
		t.Fatalf("totals of money %+v", money)
	}
	claims := totals(projection.MovementFilter{Of: projection.Claims})
	if len(claims) != 1 || claims[0].Of != projection.Claims {
		t.Fatalf("totals of claims %+v", claims)
	}
	if both := totals(projection.MovementFilter{Of: projection.Any}); !reflect.DeepEqual(both, append(money, claims...)) {
		t.Errorf("totals of both %+v", both)
	}
	for _, f := range []projection.MovementFilter{{}, {Of: projection.Claims}, {Of: projection.Any}, {Kind: "VOUCHER_SPLIT"}, {Kind: "SETTLEMENT"}, {Voucher: s.d3}, {Party: t2}} {
		var count int64
		for _, m := range listed(t, func(l projection.List) (*projection.Page[projection.Movement], error) {
			return w.db.Movements(t.Context(), all, f, l)
		}) {
			count++
			if f == (projection.MovementFilter{}) && m.Kind.OfClaims() {
				t.Errorf("claims are listed with money: %+v", m)
			}
			if m.Kind.OfClaims() != (m.Voucher != "" && m.From != acct1 && m.From != acctFactor && m.From != acctBank2 && m.From != acctT2) {
				t.Errorf("voucher %q of %+v", m.Voucher, m)
			}
			d, err := w.db.Movement(t.Context(), all, m.ID)
			if err != nil {
				t.Fatal(err)
			}
			var drawn, yielded int64
			for _, x := range d.Draws {
				drawn += x.Amount
			}
			for _, y := range d.Yields {
				yielded += y.Amount
			}
			if yielded != m.Amount || m.From != "" && drawn != m.Amount {
				t.Errorf("%s of %d draws %d and yields %d", m.ID, m.Amount, drawn, yielded)
			}
		}
		sum := int64(0)
		for _, x := range totals(f) {
			sum += x.Movements
		}
		if sum != count || count == 0 {
			t.Errorf("%+v lists %d movements and counts %d", f, count, sum)
		}
	}
	if _, err := w.db.Movements(t.Context(), all, projection.MovementFilter{Of: "OTHER"}, projection.List{}); ledger.ErrorCode(err) != ledger.FieldInvalid {
		t.Errorf("movements of OTHER: %v", err)
	}
	forest, err := w.db.Forest(t.Context(), all)
	if err != nil {
		t.Fatal(err)
	}
	defer forest.Close()
	if _, err := forest.Find(t.Context(), s.a2); ledger.ErrorCode(err) != ledger.FieldInvalid {
		t.Errorf("tracing a voucher as money: %v", err)
	}
	if owned, err := forest.OwnedBy(t.Context(), t1); err != nil || len(owned) != 1 {
		t.Errorf("accounts of t1 for a trace: %v, %v", owned, err)
	}
}

// TestClaimsAccount lists the vouchers of a party as lots.
func TestClaimsAccount(t *testing.T) {
	w, s := newTrade(t)
	list := func(s projection.Scope, live bool) (ids []string, remaining int64, err error) {
		for l := (projection.List{Limit: 3}); ; {
			p, err := w.db.Lots(t.Context(), s, projection.LotFilter{Account: ledger.ClaimsAccount(t1), Live: live}, l)
			if err != nil {
				return nil, 0, err
			}
			for _, x := range p.Items {
				ids = append(ids, x.ID)
				remaining += x.Remaining
			}
			if l.Cursor = p.Next; l.Cursor == "" {
				return ids, remaining, nil
			}
		}
	}
	for reader, want := range map[string]ledger.Code{"finance": "", "t1": "", "bank 1": "", "bank 2": ledger.AccountUnknown, "e1": ledger.AccountUnknown,
		"t2": ledger.AccountUnknown, "zero value": ledger.AccountUnknown} {
		ids, remaining, err := list(traders[reader], true)
		if ledger.ErrorCode(err) != want || err == nil && (len(ids) != 3 || remaining != 8_000+5_000+6_000) {
			t.Errorf("%s: %v, %d, %v", reader, ids, remaining, err)
		}
	}
	ids, _, err := list(all, false)
	if err != nil || len(ids) != 12 || !slices.Contains(ids, s.v) {
		t.Errorf("all lots of t1: %v, %v", ids, err)
	}
	settled := ledger.LotID(strings.TrimSuffix(s.paidA, ".0")+".1", 0) // of the claim, in the entry of its payment
	l, err := w.db.Lot(t.Context(), all, settled)
	if err != nil || l.Account != "sink:SETTLED" || l.Parent != s.a2 || l.Amount != 100_000 || l.Remaining != 0 {
		t.Errorf("what the settlement extinguished: %+v, %v", l, err)
	}
	if _, err := w.db.Lot(t.Context(), traders["stranger"], settled); ledger.ErrorCode(err) != ledger.LotUnknown {
		t.Errorf("for a stranger: %v", err)
	}
}
