package ledger_test

import (
	"encoding/json"
	"math/big"
	"reflect"
	"strings"
	"time"

	. "fundtrace/chaincode/ledger"
)

// oracle is what an observer makes of the supply chain who sees the committed writes and none of the rules. It folds them
// transaction by transaction, and holds every one of them to the invariants I1 to I12 of vouchers.
type oracle struct {
	*world
	folded   int  // blocks
	given    bool // while the state is folded that the history begins with: it came in one transaction
	nodes    map[string]*VoucherNode
	births   []string // nodes in the order in which they came
	children map[string][]*VoucherNode
	moves    map[string]observed // movements by identifier
	accounts map[string]Account
	parties  map[string]Party
	rules    map[string]RuleHistory
	claims   map[string]Claim
	invoices map[string]Invoice
	issuers  map[string]Issuer
	drawn    map[string]int64 // of lots
}

type observed struct {
	Movement
	by Writer
}

func observe(w *world) *oracle {
	o := &oracle{world: w, nodes: map[string]*VoucherNode{}, children: map[string][]*VoucherNode{}, moves: map[string]observed{},
		accounts: map[string]Account{}, parties: map[string]Party{}, rules: map[string]RuleHistory{}, claims: map[string]Claim{},
		invoices: map[string]Invoice{}, issuers: map[string]Issuer{}, drawn: map[string]int64{}}
	o.given = true
	o.catchUp()
	o.given = false
	return o
}

// catchUp folds the blocks committed since the last time and checks what they led to.
func (o *oracle) catchUp() {
	commits := o.Commits()
	for _, c := range commits[o.folded:] {
		for _, tx := range c.Txs {
			if tx.Valid() {
				writes := make([]Write, len(tx.Writes))
				for i, w := range tx.Writes {
					writes[i] = Write{Key: w.Key, Value: w.Value}
				}
				o.fold(writes)
			}
		}
	}
	o.folded = len(commits)
	o.checkTrees()
	o.checkClaims()
	o.checkPayments()
	o.checkIssuers()
}

func decodeInto[T any](o *oracle, m map[string]T, key string, value []byte) {
	var v T
	if err := json.Unmarshal(value, &v); err != nil {
		o.Fatalf("%s: %v", key, err)
	}
	m[key] = v
}

// fold takes one transaction's writes: facts first, then the vouchers that they speak of.
func (o *oracle) fold(writes []Write) {
	var vouchers []Write
	for _, w := range writes {
		room, key, _ := strings.Cut(w.Key, "/")
		switch room + "/" {
		case EntryRoom:
			pages := map[string]Page{}
			decodeInto(o, pages, key, w.Value)
			entry, _, _ := strings.Cut(key, "/")
			for _, m := range pages[key].Movements {
				o.moves[MovementID(entry, m.N)] = observed{m, pages[key].Writer}
			}
		case LotRoom:
			lots := map[string]LotState{}
			decodeInto(o, lots, key, w.Value)
			o.drawn[key] = lots[key].Drawn
		case AccountRoom:
			decodeInto(o, o.accounts, key, w.Value)
			if o.parties[o.accounts[key].Owner].Kind == Platform {
				o.Fatalf("I9: a platform owns account %s", key)
			}
		case PartyRoom:
			decodeInto(o, o.parties, key, w.Value)
		case RuleRoom:
			decodeInto(o, o.rules, key, w.Value)
		case ClaimRoom:
			decodeInto(o, o.claims, key, w.Value)
		case InvoiceRoom:
			decodeInto(o, o.invoices, key, w.Value)
		case IssuerRoom:
			decodeInto(o, o.issuers, key, w.Value)
		case VoucherRoom:
			vouchers = append(vouchers, w)
		}
	}
	before := map[string]*VoucherNode{}
	for _, w := range vouchers {
		key := strings.TrimPrefix(w.Key, VoucherRoom)
		n := new(VoucherNode)
		if err := json.Unmarshal(w.Value, n); err != nil {
			o.Fatalf("%s: %v", w.Key, err)
		}
		if before[key] = o.nodes[key]; before[key] == nil {
			o.births = append(o.births, key)
			if n.Parent != "" {
				o.children[n.Parent] = append(o.children[n.Parent], n)
			}
		} else {
			for i, c := range o.children[n.Parent] {
				if c.Lot == key {
					o.children[n.Parent][i] = n
				}
			}
		}
		o.nodes[key] = n
	}
	for key, old := range before {
		if old != nil || !o.given {
			o.checkHistory(old, o.nodes[key])
		}
		o.checkShape(o.nodes[key])
	}
}

// checkHistory: a consumed node never changes (I3); events only grow, without gaps (I10), in the order of their days; terms
// and holder of a node are for ever (I2, I4); each step starts where the table says and is signed by whose step it is (I8).
func (o *oracle) checkHistory(old, n *VoucherNode) {
	known := 0
	state := VoucherState("")
	if old == nil {
		if first := n.Events[0]; first.Op == VoucherDraft != (n.Parent == "") || (n.Parent == "") != (n.Lot == n.Root) {
			o.Fatalf("%s begins with %s", n.Lot, first.Op)
		}
		o.checkBirth(n)
	} else {
		if old.State.Over() {
			o.Fatalf("I3: %s was %s and became %s", n.Lot, old.State, n.State)
		}
		known, state = len(old.Events), old.State
		if len(n.Events) <= known || !reflect.DeepEqual(n.Events[:known], old.Events) {
			o.Fatalf("I10: %s forgets or does not say what happened", n.Lot)
		}
		fixed := func(v *VoucherNode) [17]any {
			return [17]any{v.Lot, v.Root, v.Parent, v.Claim, v.Issuer, v.Holder, v.Face, v.Currency, v.Issued, v.Maturity, v.AcceptBy, v.Tier, v.Depth, v.Via, v.From, v.FromLot, v.Recourse}
		}
		if fixed(old) != fixed(n) {
			o.Fatalf("I2, I4: %s changed its terms or holder: %v, %v", n.Lot, fixed(old), fixed(n))
		}
	}
	for i, e := range n.Events {
		late := i > 1 && e.Op == VoucherPay && n.Events[i-1].Op == VoucherDefault && e.Date >= n.Events[i-2].Date // recorded late
		if e.Seq != i+1 || i > 0 && e.Date < n.Events[i-1].Date && !late {
			o.Fatalf("I10: %s has event %d of %s at place %d", n.Lot, e.Seq, e.Date, i+1)
		}
		if i < known {
			continue
		}
		if i > 0 && !startsFrom(e.Op, state) && (e.Op != VoucherUnpledge || !strings.Contains("DUE,PARTIALLY_SETTLED,OVERDUE", string(state))) {
			o.Fatalf("%s: %s from %s", n.Lot, e.Op, state)
		}
		o.checkSigner(old, n, e)
		state = e.State
	}
	if state != n.State {
		o.Fatalf("%s is %s, its last event says %s", n.Lot, n.State, state)
	}
}

// checkSigner says for each step whose word it must be.
func (o *oracle) checkSigner(old, n *VoucherNode, e VoucherEvent) {
	by, good := e.Writer, true
	if old == nil {
		old = n
	}
	switch e.Op {
	case VoucherDraft:
		good = by.Party == n.Issuer && by.Party != n.Holder
	case VoucherSign:
		good = by.Party == n.Issuer && by.Name != n.Events[0].Writer.Name
		o.checkTerm(n, e.Date)
	case VoucherAccept, VoucherReject:
		good = by.Party == n.Holder && by.Party != n.Issuer && by.MSP == EnterpriseMSP
	case VoucherDivide, VoucherOffer, VoucherApply, VoucherClaim, VoucherWriteOff:
		good = by.Party == n.Holder
	case VoucherRegister:
		good = n.Pending == nil || by.Party == n.Pending.To
	case VoucherFreeze, VoucherThaw:
		good = by.MSP == FinanceMSP || by.MSP == AuditMSP
	case VoucherFund, VoucherPay, VoucherRepay:
		m := o.moves[e.Cash]
		good = by.MSP == BankMSP && by.Party == o.accounts[m.From].Bank && m.Voucher != "" && e.Amount == m.Amount && e.Date == m.Date
		if payee := o.accounts[m.To].Owner; e.Op == VoucherPay && payee != old.Beneficiary() { // S-SET-02
			good = false
		}
	case VoucherUnpledge:
		good = by.Party == old.Pledgee
	case VoucherTake:
		if n.State == VoucherPassedOn {
			good = len(o.children[n.Lot]) == 1 && o.children[n.Lot][0].Holder == by.Party
		} else {
			good = by.Party == n.Holder
		}
	case VoucherCancel:
		good = by.Party == n.Issuer || by.Party == n.Holder
		if e.State == VoucherCancelled && old.State == VoucherActive {
			before := n.Events[e.Seq-2]
			good = good && before.Op == VoucherCancel && before.Writer.Party != by.Party && n.Via == "ISSUE" && n.Defaulted == ""
		}
	}
	if !good {
		o.Fatalf("%s: %s by %s of %s", n.Lot, e.Op, by.Party, by.MSP)
	}
}

// checkTerm computes the cap of S-TRM-01 apart from the ledger (I11).
func (o *oracle) checkTerm(n *VoucherNode, date string) {
	var cap *Rule
	for i, r := range o.rules[RuleTerm].Versions {
		if r.EffectiveFrom <= date {
			cap = &o.rules[RuleTerm].Versions[i]
		}
	}
	day, _ := time.Parse(time.DateOnly, n.Issued)
	if last := day.AddDate(0, 0, int(cap.Parameters["cap_days"])).Format(time.DateOnly); n.Maturity > last {
		o.Fatalf("I11: %s issued on %s matures on %s, after %s", n.Lot, n.Issued, n.Maturity, last)
	}
}

// checkShape: one party holds the node, and its lot lies in that party's account (I2); no platform does (I9); what waits or
// secures something is one thing at a time (I6).
func (o *oracle) checkShape(n *VoucherNode) {
	m := o.moves[movementOf(n.Lot)]
	if n.Holder == "" || n.Holder == n.Issuer || m.To != ClaimsAccount(n.Holder) || o.parties[n.Holder].Kind == Platform {
		o.Fatalf("I2, I8, I9: %s of %s, issued by %s, lies in %s", n.Lot, n.Holder, n.Issuer, m.To)
	}
	state := n.State
	if state == VoucherFrozen {
		state = n.Before
	} else if n.Before != "" {
		o.Fatalf("%s is %s and was %s before", n.Lot, n.State, n.Before)
	}
	waits := state == TransferPending || state == FinancePending
	secures := n.Pledgee != ""
	pledgeable := state == VoucherPledged || state == VoucherDue || state == PartiallySettled || state == VoucherOverdue || state == VoucherSettled
	if waits != (n.Pending != nil) || waits && secures || secures && !pledgeable || state == VoucherPledged && !secures ||
		waits && (n.Pending.Financing != nil) != (state == FinancePending) {
		o.Fatalf("I6: %s is %s with %+v, pledged to %q", n.Lot, n.State, n.Pending, n.Pledgee)
	}
	if waits && (n.Pending.To == n.Holder || n.Pending.To == n.Issuer) {
		o.Fatalf("I8: %s is offered to %s", n.Lot, n.Pending.To)
	}
	if n.Settled < 0 || n.Settled > n.Face || (n.State == VoucherSettled) != (n.Settled == n.Face) {
		o.Fatalf("I7: %s of %d is %s and has %d settled", n.Lot, n.Face, n.State, n.Settled)
	}
}

// sum adds amounts that may be large.
func sum(of ...int64) *big.Int {
	out := new(big.Int)
	for _, v := range of {
		out.Add(out, big.NewInt(v))
	}
	return out
}
