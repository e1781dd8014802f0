package sample

import (
	"context"
	"encoding/json"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/chaincode/memledger"
	"fundtrace/gateway/findings"
	"fundtrace/gateway/fingerprint"
)

// measure works out what the cases of the supply chain expect, from the ledger's state alone.
func (b *tradeBooks) measure(t *testing.T, money *books) map[string]map[string]int64 {
	t.Helper()
	out := map[string]map[string]int64{}
	for id, f := range map[string]func(*testing.T, *books, Case) map[string]int64{"public-money-to-tier-2-voucher": b.public, "voucher-states": b.states,
		"voucher-sums": func(*testing.T, *books, Case) map[string]int64 { return b.sums("") }, "issuer-exposure": b.exposure, "double-financing": b.twice,
		"abnormal-split": b.crumbs, "circular-transfer": b.ring, "default-with-recourse": b.failed, "stretched-terms": b.stretched, "dear-financing": b.dear} {
		out[id] = f(t, money, caseOf(t, id))
	}
	return out
}

// public follows the special-bond root down to what it settled of the case's voucher, and sums that up by who was paid.
func (b *tradeBooks) public(t *testing.T, money *books, c Case) map[string]int64 {
	root := money.lots[c.Lots[0]]
	if lot, voucher, text := ReadyVoucherTrace(); lot != root.Lot || voucher != c.Vouchers[2] || text == "" {
		t.Errorf("the ready trace of vouchers is %s, %s, %q", lot, voucher, text)
	}
	paid, hops, spent := map[string]int64{}, int64(0), int64(0)
	money.follow(root.Lot, &totals{}, func(l *bookedLot) {
		parent := money.lots[l.Parent]
		if parent != nil && parent.Account == c.Accounts[2] && parent.of.Kind == ledger.Settlement && strings.HasPrefix(l.Account, ledger.SinkPrefix) {
			spent += l.Amount
		}
		if l.of.Kind != ledger.Settlement || b.nodes[l.of.Voucher].Root != c.Vouchers[0] {
			return
		}
		paid[l.Account] += l.Amount
		if l.Account == c.Accounts[2] {
			for hops = 1; parent != nil; hops++ {
				parent = money.lots[parent.Parent]
			}
		}
	})
	tier2 := b.nodes[c.Vouchers[2]]
	sold := b.nodes[c.Vouchers[4]]
	seller := b.nodes[sold.Parent]
	if b.nodes[c.Vouchers[1]].Tier != 2 || tier2.Tier != 2 || b.nodes[c.Vouchers[3]].Tier != 3 {
		t.Error("the case's vouchers are of other tiers")
	}
	held := b.nodes[c.Vouchers[1]].Events[0].Date // taken; the piece was split off later
	accepted := ""
	for _, e := range b.nodes[seller.Root].Events {
		if e.Op == ledger.VoucherAccept {
			accepted = e.Date
		}
	}
	return map[string]int64{"root": root.Amount, "face": b.nodes[c.Vouchers[0]].Face, "to_tier_1": paid[c.Accounts[1]], "to_tier_2": paid[c.Accounts[2]],
		"to_tier_3": paid[c.Accounts[3]], "to_factor": paid[c.Accounts[4]], "paid_by_factor": money.movements[sold.Financing.Cash].Amount, "spent_by_tier_2": spent,
		"days_waited_tier_2": between(held, lastEvent(tier2).Date), "days_waited_sold_piece": between(accepted, sold.Financing.Date), "hops": hops}
}

func lastEvent(n *ledger.VoucherNode) ledger.VoucherEvent { return n.Events[len(n.Events)-1] }

func (b *tradeBooks) states(*testing.T, *books, Case) map[string]int64 {
	out := map[string]int64{"vouchers": int64(len(b.nodes))}
	for _, n := range b.nodes {
		out[string(n.State)]++
		if n.Parent == "" {
			out["trees"]++
		}
	}
	return out
}

func (b *tradeBooks) exposure(t *testing.T, _ *books, c Case) map[string]int64 {
	out := b.sums(c.Parties[0])
	out["overdue"], out["overdue_vouchers"] = 0, 0
	for _, n := range b.nodes {
		if n.Issuer == c.Parties[0] && n.Defaulted != "" && n.Open() > 0 {
			out["overdue"] += n.Open()
			out["overdue_vouchers"]++
		}
	}
	i := b.issuers[c.Parties[0]]
	if int64(i.Overdue) != out["overdue_vouchers"] || !i.Blocked() || !slices.Equal(i.Flags, []string{"BOND_DEFAULT", "WRITTEN_OFF"}) {
		t.Errorf("the issuer stands with %+v", i)
	}
	if b.parties[c.Parties[0]].Group != c.Parties[1] {
		t.Errorf("the issuer is of group %q", b.parties[c.Parties[0]].Group)
	}
	return out
}

func (b *tradeBooks) paper(t *testing.T, p Paper) (*ledger.Invoice, []string) {
	t.Helper()
	fp, near, err := testKey.Of(fingerprint.Particulars{Seller: p.Seller, Buyer: p.Buyer, Type: p.Type, Number: p.Number, Date: p.Date, Amount: p.Amount, Currency: p.Currency})
	if err != nil {
		t.Fatal(err)
	}
	if b.invoices[fp] == nil {
		t.Fatalf("invoice %s is not registered", p.Number)
	}
	return b.invoices[fp], near
}

func (b *tradeBooks) twice(t *testing.T, _ *books, c Case) map[string]int64 {
	one, near := b.paper(t, c.Invoices[0])
	twin, also := b.paper(t, c.Invoices[1])
	if near[1] != also[1] || near[0] == also[0] || one.Fingerprint == twin.Fingerprint {
		t.Error("the twin is not the same trade under another number")
	}
	if !one.Registrations[1].Duplicate || one.State(b.used[one.Lot]) != ledger.InvoiceFinanced {
		t.Errorf("the invoice is %+v", one)
	}
	out := map[string]int64{"left": one.Amount - b.used[one.Lot], "registrations": int64(len(one.Registrations))}
	for _, r := range one.Reservations {
		if r.State == ledger.Financed {
			out["financed"] += r.Amount
		}
	}
	for _, r := range twin.Reservations {
		if r.State == ledger.Reserved {
			out["twin_reserved"] += r.Amount
		}
	}
	return out
}

func (b *tradeBooks) crumbs(_ *testing.T, _ *books, c Case) map[string]int64 {
	out := map[string]int64{"face": b.nodes[c.Vouchers[0]].Face, "smallest": 1 << 62, "passed_on": 0}
	for _, n := range b.nodes {
		if n.Parent != c.Vouchers[0] {
			continue
		}
		out["pieces"]++
		out["smallest"] = min(out["smallest"], n.Face)
		if n.Face < 10_000 {
			out["tiny_pieces"]++
		}
		if n.State == ledger.VoucherPassedOn {
			out["passed_on"]++
		}
	}
	return out
}

func (b *tradeBooks) ring(t *testing.T, _ *books, c Case) map[string]int64 {
	sold := b.nodes[c.Vouchers[4]]
	last, first := b.nodes[sold.Parent], b.nodes[c.Vouchers[0]]
	if last.Holder != first.Holder || last.Tier != 4 || sold.State != ledger.VoucherFinanced {
		t.Errorf("the voucher ends with %+v", last)
	}
	out := map[string]int64{"face": first.Face, "financed": sold.Face, "days_round": between(acceptedOn(first), last.Events[0].Date)}
	for n := last; n.Parent != ""; n = b.nodes[n.Parent] {
		out["transfers"]++
	}
	return out
}

func acceptedOn(n *ledger.VoucherNode) string {
	for _, e := range n.Events {
		if e.Op == ledger.VoucherAccept {
			return e.Date
		}
	}
	return ""
}

func (b *tradeBooks) failed(t *testing.T, money *books, c Case) map[string]int64 {
	v := func(i int) *ledger.VoucherNode { return b.nodes[c.Vouchers[i]] }
	out := map[string]int64{"recourse_paid": money.movements[lastEvent(v(1)).Cash].Amount, "in_recourse": v(3).Open(), "written_off": v(4).Face - v(4).Settled,
		"paid_in_part": v(5).Settled, "paid_late": v(6).Settled, "days_late": lastEvent(v(6)).DaysLate, "late_interest": v(6).Interest,
		"days_to_recourse": between(v(1).Defaulted, lastEvent(v(1)).Date)}
	for i, state := range map[int]ledger.VoucherState{1: ledger.VoucherPassedOn, 2: ledger.VoucherOverdue, 3: ledger.InRecourse, 4: ledger.VoucherWrittenOff,
		5: ledger.VoucherOverdue, 6: ledger.VoucherSettled, 7: ledger.VoucherDrafted} {
		if v(i).State != state {
			t.Errorf("voucher %d of the case is %s, want %s", i, v(i).State, state)
		}
		if i != 2 && i != 7 {
			out["defaulted"] += v(i).Face
		}
	}
	if v(2).Holder != c.Parties[1] || v(2).Parent != v(1).Lot || money.movements[lastEvent(v(1)).Cash].Kind != ledger.Recourse {
		t.Errorf("recourse leads to %+v", v(2))
	}
	return out
}

func (b *tradeBooks) stretched(_ *testing.T, _ *books, c Case) map[string]int64 {
	old, again, due, next := b.nodes[c.Vouchers[0]], b.nodes[c.Vouchers[1]], b.nodes[c.Vouchers[2]], b.nodes[c.Vouchers[3]]
	return map[string]int64{"days_to_new_after_cancelling": between(lastEvent(old).Date, again.Issued), "days_to_new_after_due": between(due.Due, next.Issued),
		"term_then": between(old.Issued, old.Maturity), "term_now": between(again.Issued, again.Maturity)}
}

func (b *tradeBooks) dear(_ *testing.T, money *books, c Case) map[string]int64 {
	f := b.nodes[c.Vouchers[1]].Financing
	return map[string]int64{"face": money.movements[c.Movements[0]].Amount + f.Discount, "discount": f.Discount, "rate": f.RatePPM, "days": f.Days}
}

// What the cases have somebody try is refused with the code they say, and leaves nothing behind.
func TestRefusals(t *testing.T) {
	list, err := Refusals(testPlace)
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	for _, c := range Cases() {
		named += len(c.Refused)
	}
	if len(list) != 3 || named != 3 {
		t.Errorf("%d refusals, %d named by cases", len(list), named)
	}
	s := ledgerState(t)
	for _, r := range list {
		writes, _, err := ledger.Apply(&ledger.Batch{Entries: []ledger.Entry{r.Entry}}, user(r.User).Caller(), loadedAt, s)
		if ledger.ErrorCode(err) != r.Code || writes != nil {
			t.Errorf("%s: %s by %s gives %v and %d writes, want %s", r.Case, r.Entry.Ops[0].Type, r.User, err, len(writes), r.Code)
		}
	}
}

// The rules that warn and detect find what was planted for them, by the voucher or invoice of the case.
func TestRulesFindThePlanted(t *testing.T) {
	s := ledgerState(t)
	b := readTrade(t, s)
	answer, err := findings.Evaluate(t.Context(), source{b}, b.rules, lastDay.String(), findings.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for _, f := range answer.Findings {
		found[f.Rule] = append(append(found[f.Rule], f.Subject), f.Evidence...)
	}
	v := func(id string, i int) string { return caseOf(t, id).Vouchers[i] }
	twice, _ := b.paper(t, caseOf(t, "double-financing").Invoices[0])
	twin, _ := b.paper(t, caseOf(t, "double-financing").Invoices[1])
	for _, want := range [][2]string{{"S-SPL-02", v("abnormal-split", 0)}, {"S-TRF-02", v("circular-transfer", 3)}, {"S-TRF-01", v("circular-transfer", 3)},
		{"S-SET-01", v("default-with-recourse", 6)}, {"S-TRM-04", v("stretched-terms", 1)}, {"S-TRM-04", v("stretched-terms", 3)}, {"S-FIN-06", v("dear-financing", 1)},
		{"S-FIN-03N", twice.Fingerprint}, {"S-FIN-03N", twin.Fingerprint}} {
		if !slices.Contains(found[want[0]], want[1]) {
			t.Errorf("%s does not find %s", want[0], want[1])
		}
	}
	counts := map[string]int{}
	for _, f := range answer.Findings {
		counts[f.Rule]++
	}
	t.Logf("findings as of %s: %v; skipped %v", lastDay, counts, answer.Skipped)
}

// source is the ledger's state for the rules to read.
type source struct{ b *tradeBooks }

func all[T any](m map[string]T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, v := range m {
			if !yield(v, nil) {
				return
			}
		}
	}
}

func (s source) Vouchers(context.Context) iter.Seq2[*ledger.VoucherNode, error] {
	return all(s.b.nodes)
}
func (s source) Claims(context.Context) iter.Seq2[*ledger.Claim, error]     { return all(s.b.claims) }
func (s source) Invoices(context.Context) iter.Seq2[*ledger.Invoice, error] { return all(s.b.invoices) }
func (s source) Parties(context.Context) iter.Seq2[*ledger.Party, error] {
	parties := map[string]*ledger.Party{}
	for id, p := range s.b.parties {
		parties[id] = &p
	}
	return all(parties)
}
func (s source) Registered(_ context.Context, party string) (string, error) {
	return s.b.parties[party].EffectiveFrom, nil
}
func (s source) Calendars(context.Context) (map[int]*ledger.Calendar, error) {
	return s.b.calendars, nil
}
func (s source) Whole() bool { return true }

// The sample loads on the memory ledger, through the contract and with its conflict checks, and every voucher there is
// as in the plain state.
func TestLoadOnMemoryLedger(t *testing.T) {
	m := memledger.New(memledger.WithClock(func() time.Time { return loadedAt }))
	err := Load(t.Context(), testPlace, func(_ context.Context, by string, e ledger.Entry) error {
		_, err := m.Submit(user(by).Caller(), e)
		return err
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	b := readTrade(t, ledgerState(t))
	if keys := m.Keys(ledger.VoucherRoom); len(keys) != len(b.nodes) {
		t.Errorf("%d vouchers, want %d", len(keys), len(b.nodes))
	}
	for lot, want := range b.nodes {
		got, err := ledger.ReadVoucher(m, lot)
		if err != nil || got.State != want.State || got.Holder != want.Holder || got.Settled != want.Settled {
			t.Errorf("voucher %s is %+v, %v; want %s of %s", lot, got, err, want.State, want.Holder)
		}
	}
}

// Identifiers do not depend on the consortium's key, fingerprints do.
func TestKeyChangesFingerprintsAlone(t *testing.T) {
	other, err := Entries(Place{fingerprint.Key(strings.Repeat("o", fingerprint.KeySize)), loadedAt})
	if err != nil {
		t.Fatal(err)
	}
	changed := 0
	for i, e := range entries() {
		for n, o := range e.Entry.Ops {
			x := other[i].Entry.Ops[n]
			if o.Voucher != nil && o.Voucher.Claim != x.Voucher.Claim || o.VoucherStep != nil && o.VoucherStep.Voucher != x.VoucherStep.Voucher {
				t.Errorf("entry %s op %d names another identifier", e.Entry.Key, n)
			}
			if o.Invoice != nil && o.Invoice.Fingerprint != x.Invoice.Fingerprint {
				changed++
			}
		}
	}
	if changed == 0 {
		t.Error("no fingerprint changed")
	}
	if _, err := Entries(Place{fingerprint.Key("short"), loadedAt}); err == nil {
		t.Error("a short key was accepted")
	}
	one, _ := json.Marshal(entries())
	if strings.Contains(string(one), twiceNumber) {
		t.Error("an invoice's number goes to the ledger")
	}
}
