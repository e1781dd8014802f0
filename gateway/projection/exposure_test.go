package projection_test

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
)

// recomputed works out an exposure from the vouchers and movements on the ledger, by another way than the read model.
type recomputed struct {
	w     *world
	t     *testing.T
	nodes []*ledger.VoucherNode
}

func (w *world) recompute(t *testing.T) *recomputed {
	r := &recomputed{w: w, t: t}
	for _, lot := range w.lotsOnLedger() {
		n, err := ledger.ReadVoucher(w.l, lot)
		if err != nil {
			t.Fatal(err)
		}
		r.nodes = append(r.nodes, n)
	}
	return r
}

func (r *recomputed) sum(of func(*ledger.VoucherNode) (int64, bool)) (s projection.VoucherSum) {
	for _, n := range r.nodes {
		if amount, ok := of(n); ok {
			s.Vouchers++
			s.Amount += amount
		}
	}
	return s
}

func open(n *ledger.VoucherNode) bool { return n.Open() > 0 && n.State != ledger.VoucherDrafted }

func bought(n *ledger.VoucherNode) bool { return n.Events[0].Op == ledger.VoucherFund }

// parties sums open vouchers by a party, the largest first.
func (r *recomputed) parties(which func(*ledger.VoucherNode) bool, by func(*ledger.VoucherNode) string) []projection.PartySum {
	sums, whole := map[string]*projection.PartySum{}, int64(0)
	for _, n := range r.nodes {
		if open(n) && which(n) {
			p := by(n)
			if sums[p] == nil {
				sums[p] = &projection.PartySum{Party: p, Name: "name of " + p}
			}
			sums[p].Vouchers++
			sums[p].Amount += n.Open()
			whole += n.Open()
		}
	}
	out := []projection.PartySum{}
	for _, s := range sums {
		s.SharePPM = (s.Amount*2_000_000 + whole) / (2 * whole)
		out = append(out, *s)
	}
	slices.SortFunc(out, func(x, y projection.PartySum) int {
		return cmp.Or(cmp.Compare(y.Amount, x.Amount), cmp.Compare(x.Party, y.Party))
	})
	return out
}

func (r *recomputed) months(which func(*ledger.VoucherNode) bool) []projection.MonthSum {
	sums := map[string]*projection.MonthSum{}
	for _, n := range r.nodes {
		if open(n) && which(n) {
			m := n.Maturity[:7]
			if sums[m] == nil {
				sums[m] = &projection.MonthSum{Month: m}
			}
			sums[m].Vouchers++
			sums[m].Amount += n.Open()
		}
	}
	out := []projection.MonthSum{}
	for _, s := range sums {
		out = append(out, *s)
	}
	slices.SortFunc(out, func(x, y projection.MonthSum) int { return cmp.Compare(x.Month, y.Month) })
	return out
}

func (r *recomputed) tiers(which func(*ledger.VoucherNode) bool) []projection.TierSum {
	out := []projection.TierSum{}
	for tier := 1; tier < 9; tier++ {
		if s := r.sum(func(n *ledger.VoucherNode) (int64, bool) { return n.Open(), open(n) && which(n) && n.Tier == tier }); s.Vouchers > 0 {
			out = append(out, projection.TierSum{Tier: tier, VoucherSum: s})
		}
	}
	return out
}

// paid sums payments of a kind from or to a party's accounts, as the ledger has them.
func (r *recomputed) paid(kind ledger.Kind, of func(*ledger.Movement) string, party string) (s projection.VoucherSum) {
	for _, m := range listed(r.t, func(l projection.List) (*projection.Page[projection.Movement], error) {
		return r.w.db.Movements(r.t.Context(), all, projection.MovementFilter{Kind: string(kind)}, l)
	}) {
		record, err := ledger.ReadMovement(r.w.l, m.ID)
		if err != nil {
			r.t.Fatal(err)
		}
		a, err := r.w.db.Account(r.t.Context(), all, of(&record.Movement))
		if err != nil {
			r.t.Fatal(err)
		}
		if a.Owner == party {
			s.Vouchers++
			s.Amount += record.Movement.Amount
		}
	}
	return s
}

func (r *recomputed) exposure(party, top string) *projection.Exposure {
	mine := func(n *ledger.VoucherNode) bool { return n.Issuer == party }
	held := func(n *ledger.VoucherNode) bool { return n.Holder == party }
	funded := func(n *ledger.VoucherNode) bool { return n.Holder == party && bought(n) || n.Pledgee == party }
	openOf := func(which func(*ledger.VoucherNode) bool) projection.VoucherSum {
		return r.sum(func(n *ledger.VoucherNode) (int64, bool) { return n.Open(), open(n) && which(n) })
	}
	late := func(which func(*ledger.VoucherNode) bool) projection.VoucherSum {
		return openOf(func(n *ledger.VoucherNode) bool { return which(n) && n.Defaulted != "" })
	}
	rest := func(n *ledger.VoucherNode, s ledger.VoucherState) (int64, bool) {
		return n.Face - n.Settled, mine(n) && n.State == s
	}
	e := &projection.Exposure{Party: party, Name: "name of " + party, Group: top, Complete: true, Issuer: []projection.IssuerExposure{}, Holder: []projection.HolderExposure{}, Funder: []projection.FunderExposure{}}
	if r.sum(func(n *ledger.VoucherNode) (int64, bool) { return 0, mine(n) }).Vouchers > 0 {
		i := projection.IssuerExposure{Currency: "CNY", Outstanding: openOf(mine), Overdue: late(mine), ByMonth: r.months(mine), ByTier: r.tiers(mine),
			ByHolder: r.parties(mine, func(n *ledger.VoucherNode) string { return n.Holder })}
		i.Drafted = r.sum(func(n *ledger.VoucherNode) (int64, bool) { return n.Face, mine(n) && n.State == ledger.VoucherDrafted })
		i.Issued = r.sum(func(n *ledger.VoucherNode) (int64, bool) {
			return n.Face, mine(n) && n.Parent == "" && len(n.Events) > 1
		})
		for _, n := range r.nodes {
			if mine(n) {
				i.Settled += n.Settled
				i.Interest += n.Interest
			}
		}
		i.Cancelled = r.sum(func(n *ledger.VoucherNode) (int64, bool) { return rest(n, ledger.VoucherCancelled) }).Amount
		i.WrittenOff = r.sum(func(n *ledger.VoucherNode) (int64, bool) { return rest(n, ledger.VoucherWrittenOff) }).Amount
		e.Issuer = append(e.Issuer, i)
	}
	received := r.paid(ledger.Settlement, func(m *ledger.Movement) string { return m.To }, party)
	if openOf(held).Vouchers > 0 || received.Vouchers > 0 {
		e.Holder = append(e.Holder, projection.HolderExposure{Currency: "CNY", Held: openOf(held), Overdue: late(held),
			Pledged:  openOf(func(n *ledger.VoucherNode) bool { return held(n) && n.Pledgee != "" }),
			Received: received.Amount, ByMonth: r.months(held), ByTier: r.tiers(held), ByIssuer: r.parties(held, func(n *ledger.VoucherNode) string { return n.Issuer })})
	}
	if out := r.paid(ledger.Financing, func(m *ledger.Movement) string { return m.From }, party); out.Vouchers > 0 {
		f := projection.FunderExposure{Currency: "CNY", Paid: out, Outstanding: openOf(funded), Overdue: late(funded), ByMonth: r.months(funded),
			Bought:   openOf(func(n *ledger.VoucherNode) bool { return held(n) && bought(n) }),
			Pledged:  openOf(func(n *ledger.VoucherNode) bool { return n.Pledgee == party }),
			ByIssuer: r.parties(funded, func(n *ledger.VoucherNode) string { return n.Issuer }),
			ByGroup:  r.parties(funded, func(*ledger.VoucherNode) string { return group })} // every issuer of the tests belongs to it
		for _, n := range r.nodes {
			if n.Financing != nil && n.Financing.Funder == party {
				f.Discount += n.Financing.Discount
			}
		}
		if len(f.ByIssuer) > 0 {
			f.LargestIssuer, f.LargestSharePPM = f.ByIssuer[0].Party, f.ByIssuer[0].SharePPM
		}
		e.Funder = append(e.Funder, f)
	}
	return e
}

func TestExposure(t *testing.T) {
	w, _ := newTrade(t)
	r := w.recompute(t)
	for party, top := range map[string]string{e1: group, t1: "", t2: "", t3: "", factor: "", bank2: "", group: ""} {
		want := r.exposure(party, top)
		for _, s := range []projection.Scope{all, projection.ScopeOf(ledger.EnterpriseMSP, party)} {
			got, err := w.db.Exposure(t.Context(), s, party)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("exposure of %s, %v\n%+v\nwant\n%+v", party, err, got, want)
			}
		}
	}
	e, err := w.db.Exposure(t.Context(), all, e1)
	if err != nil {
		t.Fatal(err)
	}
	// Figures worked out by hand, so that both ways cannot be wrong together.
	i := e.Issuer[0]
	if i.Issued != (projection.VoucherSum{Vouchers: 6, Amount: 528_000}) || i.Settled != 330_000 || i.Outstanding.Amount != 134_000 || i.Overdue.Amount != 120_000 ||
		i.Cancelled != 54_000 || i.WrittenOff != 10_000 || i.Drafted.Amount != 5_000 || i.Interest != 150+225 {
		t.Errorf("as issuer %+v", i)
	}
	if i.Issued.Amount != i.Outstanding.Amount+i.Settled+i.Cancelled+i.WrittenOff {
		t.Errorf("what was issued does not close: %+v", i)
	}
	f, err := w.db.Exposure(t.Context(), all, factor)
	if err != nil || f.Funder[0].Discount != 984+1_110 || f.Funder[0].Pledged.Amount != 8_000 || f.Funder[0].Bought.Amount != 0 || f.Funder[0].ByGroup[0].Party != group {
		t.Errorf("as funder %+v, %v", f, err)
	}
}

// TestExposureOfOthers asks for the exposure of the issuer as somebody who sees a part of its vouchers.
func TestExposureOfOthers(t *testing.T) {
	w, _ := newTrade(t)
	e, err := w.db.Exposure(t.Context(), traders["t2"], e1)
	if err != nil || e.Complete || len(e.Issuer) != 1 || e.Issuer[0].Outstanding.Amount != 120_000 || e.Issuer[0].Settled != 100_000 || len(e.Issuer[0].ByHolder) != 1 {
		t.Errorf("for a holder: %+v, %v", e, err)
	}
	for _, reader := range []string{"stranger", "no party", "zero value"} {
		if _, err := w.db.Exposure(t.Context(), traders[reader], e1); ledger.ErrorCode(err) != ledger.PartyUnknown {
			t.Errorf("%s: %v", reader, err)
		}
	}
	if _, err := w.db.Exposure(t.Context(), all, "nobody"); ledger.ErrorCode(err) != ledger.PartyUnknown {
		t.Errorf("nobody: %v", err)
	}
}

// TestLargestParties cuts long lists after the largest and rounds shares half up.
func TestLargestParties(t *testing.T) {
	w := newWorld(t)
	w.trading()
	claim := w.owed(sha("1"), 1_000_000)
	var suppliers []ledger.Caller
	for k := range 25 {
		id := fmt.Sprintf("other:s%02d", k)
		w.submit(officer, party(id, ledger.Private))
		suppliers = append(suppliers, enterprise(id, "user@"+id))
	}
	lots := w.split(t1User, w.issue(claim, 25*1000+24*25/2*10), "2025-03-05", func() (out []int64) {
		for k := range 25 {
			out = append(out, int64(1000+10*k))
		}
		return out
	}()...)
	for k, lot := range lots {
		w.pass(t1User, suppliers[k], lot, "2025-03-06", "2025-03-07")
	}
	w.sync()
	e, err := w.db.Exposure(t.Context(), all, e1)
	if err != nil {
		t.Fatal(err)
	}
	by := e.Issuer[0].ByHolder
	if len(by) != 20 || by[0].Party != "other:s24" || by[0].Amount != 1240 || by[19].Amount != 1050 || by[0].SharePPM != 44_286 { // 1,240 of 28,000
		t.Errorf("%d holders, first %+v, last %+v", len(by), by[0], by[len(by)-1])
	}
}
