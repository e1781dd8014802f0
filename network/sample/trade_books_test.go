package sample

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
)

// tradeBooks is what a reader makes of the ledger's state: vouchers, invoices, and the movements of claims. It knows
// nothing of how the sample was made.
type tradeBooks struct {
	nodes     map[string]*ledger.VoucherNode // by lot
	invoices  map[string]*ledger.Invoice
	claims    map[string]*ledger.Claim
	used      map[string]int64               // drawn of lots
	movements map[string]*ledger.Movement    // of claims
	lots      map[string]ledger.Yield        // of claims
	children  map[string][]string            // lots of claims, by parent
	settled   map[string]int64               // extinguished of a voucher's lot
	parties   map[string]ledger.Party        //
	rules     map[string]*ledger.RuleHistory //
	calendars map[int]*ledger.Calendar       //
	issuers   map[string]*ledger.Issuer      //
	steps     map[ledger.OpType]int          // of vouchers
}

func readTrade(t *testing.T, s state) *tradeBooks {
	t.Helper()
	b := &tradeBooks{nodes: map[string]*ledger.VoucherNode{}, invoices: map[string]*ledger.Invoice{}, claims: map[string]*ledger.Claim{}, used: map[string]int64{},
		movements: map[string]*ledger.Movement{}, lots: map[string]ledger.Yield{}, children: map[string][]string{}, settled: map[string]int64{},
		parties: map[string]ledger.Party{}, rules: map[string]*ledger.RuleHistory{}, calendars: map[int]*ledger.Calendar{}, issuers: map[string]*ledger.Issuer{},
		steps: map[ledger.OpType]int{}}
	for _, key := range slices.Sorted(maps.Keys(s)) {
		room, name, _ := strings.Cut(key, "/")
		var err error
		switch room + "/" {
		case ledger.VoucherRoom:
			b.nodes[name] = new(ledger.VoucherNode)
			err = json.Unmarshal(s[key], b.nodes[name])
		case ledger.InvoiceRoom:
			b.invoices[name] = new(ledger.Invoice)
			err = json.Unmarshal(s[key], b.invoices[name])
		case ledger.ClaimRoom:
			b.claims[name] = new(ledger.Claim)
			err = json.Unmarshal(s[key], b.claims[name])
		case ledger.RuleRoom:
			b.rules[name] = new(ledger.RuleHistory)
			err = json.Unmarshal(s[key], b.rules[name])
		case ledger.IssuerRoom:
			b.issuers[name] = new(ledger.Issuer)
			err = json.Unmarshal(s[key], b.issuers[name])
		case ledger.PartyRoom:
			var p ledger.Party
			err = json.Unmarshal(s[key], &p)
			b.parties[name] = p
		case ledger.CalendarRoom:
			var c ledger.Calendar
			err = json.Unmarshal(s[key], &c)
			b.calendars[c.Year] = &c
		case ledger.LotRoom:
			var l ledger.LotState
			err = json.Unmarshal(s[key], &l)
			b.used[name] = l.Drawn
		case ledger.EntryRoom:
			var page ledger.Page
			err = json.Unmarshal(s[key], &page)
			entry, _, _ := strings.Cut(name, "/")
			for _, m := range page.Movements {
				if m.Kind.OfClaims() {
					b.claimMovement(entry, m)
				}
			}
		}
		if err != nil {
			t.Fatalf("%s: %v", key, err)
		}
	}
	for _, n := range b.nodes {
		for i, e := range n.Events {
			if e.Seq != i+1 {
				t.Errorf("voucher %s has event %d where %d is due", n.Lot, e.Seq, i+1)
			}
			if i > 0 || n.Parent == "" {
				b.steps[e.Op]++ // a child's first event is its parent's step
			}
		}
	}
	return b
}

func (b *tradeBooks) claimMovement(entry string, m ledger.Movement) {
	b.movements[ledger.MovementID(entry, m.N)] = &m
	for _, y := range m.Yields(entry) {
		b.lots[y.Lot] = y
		if y.Parent == "" {
			continue
		}
		b.children[y.Parent] = append(b.children[y.Parent], y.Lot)
		if m.Kind == ledger.VoucherSettle {
			b.settled[y.Parent] += y.Amount
		}
	}
}

// sums adds up the trees of an issuer, of all issuers where it is "": from the nodes alone.
func (b *tradeBooks) sums(issuer string) map[string]int64 {
	out := map[string]int64{"face": 0, "live": 0, "settled": 0, "cancelled": 0, "written_off": 0}
	for _, n := range b.nodes {
		if issuer != "" && n.Issuer != issuer {
			continue
		}
		if n.Parent == "" {
			out["face"] += n.Face
		}
		out["settled"] += n.Settled
		out["live"] += n.Open()
		switch n.State {
		case ledger.VoucherCancelled:
			out["cancelled"] += n.Face
		case ledger.VoucherWrittenOff:
			out["written_off"] += n.Face - n.Settled
		}
	}
	return out
}

// All that was issued is live, settled, cancelled or written off, in every single tree; vouchers and the movements of
// claims tell the same story; claims and invoices are never drawn beyond their amounts.
func TestVouchersConserve(t *testing.T) {
	b := readTrade(t, ledgerState(t))
	type tree struct{ face, ends int64 }
	trees := map[string]*tree{}
	for _, n := range b.nodes {
		if trees[n.Root] == nil {
			trees[n.Root] = &tree{}
		}
		x := trees[n.Root]
		if n.Parent == "" {
			x.face = n.Face
		}
		x.ends += n.Settled + n.Open()
		if n.State == ledger.VoucherCancelled || n.State == ledger.VoucherWrittenOff {
			x.ends += n.Face - n.Settled
		}
		lot, ok := b.lots[n.Lot]
		if !ok || lot.Amount != n.Face || lot.Account != ledger.ClaimsAccount(n.Holder) || lot.Parent != n.Parent {
			t.Errorf("voucher %s of %d fen is the lot %+v", n.Lot, n.Face, lot)
		}
		if b.settled[n.Lot] != n.Settled {
			t.Errorf("voucher %s is settled by %d, its lot by %d", n.Lot, n.Settled, b.settled[n.Lot])
		}
		if d := b.drawn(n.Lot); d != b.used[n.Lot] {
			t.Errorf("of voucher %s movements drew %d, the ledger keeps %d", n.Lot, d, b.used[n.Lot])
		}
		if n.Maturity <= n.Issued || ledger.Days(n.Issued, n.Maturity) > 365 {
			t.Errorf("voucher %s runs from %s to %s", n.Lot, n.Issued, n.Maturity)
		}
	}
	for root, x := range trees {
		if x.face != x.ends {
			t.Errorf("tree %s was issued with %d fen and ends in %d", root, x.face, x.ends)
		}
	}
	for id, c := range b.claims {
		if b.used[c.Lot] > c.Amount {
			t.Errorf("claim %s of %d carries vouchers of %d", id, c.Amount, b.used[c.Lot])
		}
	}
	for fp, i := range b.invoices {
		if b.used[i.Lot] > i.Amount {
			t.Errorf("invoice %s of %d is used for %d", fp, i.Amount, b.used[i.Lot])
		}
	}
	t.Logf("%d vouchers in %d trees, %d claims, %d invoices; %v", len(b.nodes), len(trees), len(b.claims), len(b.invoices), b.sums(""))
}

// drawn is what the movements of claims drew from a lot.
func (b *tradeBooks) drawn(lot string) (sum int64) {
	for _, c := range b.children[lot] {
		sum += b.lots[c].Amount
	}
	return sum
}

// The supply chain is as large as it is meant to be, and everything that can happen to a voucher or an invoice happens.
func TestTradeSizeAndSpread(t *testing.T) {
	b := readTrade(t, ledgerState(t))
	issuers, holders, tiers, funders := map[string]bool{}, map[string]bool{}, map[int]bool{}, map[string]bool{}
	states, ordinary := map[ledger.VoucherState]int{}, 0
	for _, n := range b.nodes {
		issuers[n.Issuer], tiers[n.Tier], states[n.State] = true, true, states[n.State]+1
		if b.parties[n.Holder].Licence == nil {
			holders[n.Holder] = true
		} else {
			funders[n.Holder] = true
		}
		if n.Parent != told().world.trade.planted["crumbs"].id() {
			ordinary++
		}
		if n.Pledgee != "" {
			funders[n.Pledgee] = true
		}
	}
	if len(issuers) < 6 || len(holders) < 60 || len(funders) != 2 || ordinary < 300 || !tiers[1] || !tiers[2] || !tiers[3] {
		t.Errorf("%d issuers, %d suppliers, %d funders, %d vouchers, tiers %v", len(issuers), len(holders), len(funders), ordinary, tiers)
	}
	for _, s := range voucherStates {
		if states[s] == 0 {
			t.Errorf("no voucher is %s", s)
		}
	}
	if len(states) != len(voucherStates) {
		t.Errorf("states are %v", states)
	}
	recorded := map[ledger.OpType]int{}
	for _, e := range entries() {
		for _, o := range e.Entry.Ops {
			recorded[o.Type]++
		}
	}
	for _, op := range ledger.Operations() {
		switch op {
		case ledger.MovementDeclare: // figures that somebody published: no part of this sample
		case ledger.AnchorRecord: // the gateway that serves the sample anchors its own log
		default:
			if recorded[op] == 0 {
				t.Errorf("nobody does %s", op)
			}
		}
		if strings.HasPrefix(string(op), "voucher.") && b.steps[op] == 0 {
			t.Errorf("no voucher tells of %s", op)
		}
	}
	bills := map[ledger.InvoiceState]int{}
	for _, i := range b.invoices {
		bills[i.State(b.used[i.Lot])]++
	}
	for _, s := range []ledger.InvoiceState{ledger.InvoiceRegistered, ledger.InvoiceDuplicate, ledger.InvoiceReserved, ledger.InvoiceClaimed, ledger.InvoiceFinanced, ledger.InvoiceVoided, ledger.InvoiceCancelled} {
		if bills[s] == 0 {
			t.Errorf("no invoice is %s", s)
		}
	}
	t.Logf("%d issuers, %d suppliers; %v; %v", len(issuers), len(holders), states, bills)
}

// The sample's own books of vouchers agree with the ledger's.
func TestTradeBooksAgree(t *testing.T) {
	b := readTrade(t, ledgerState(t))
	if n := len(told().world.trade.vouchers); n != len(b.nodes) {
		t.Errorf("%d vouchers in the books, %d on the ledger", n, len(b.nodes))
	}
	id := func(x *trader) string {
		if x == nil {
			return ""
		}
		return x.id
	}
	for _, v := range told().world.trade.vouchers {
		n := b.nodes[v.id()]
		if n == nil {
			t.Errorf("the ledger has no voucher %s", v.id())
			continue
		}
		if n.State != v.state || n.Holder != v.holder.id || n.Pledgee != id(v.pledgee) || n.Face != v.face || n.Settled != v.paid || n.Open() != v.open() ||
			n.From != id(v.from) || n.Recourse != v.recourse || n.Maturity != v.maturity.String() {
			t.Errorf("voucher %d (%s to %s) is %s of %s in the books and %+v on the ledger", v.number, v.issuer.name, v.root.holder.name, v.state, v.holder.name, n)
		}
	}
}
