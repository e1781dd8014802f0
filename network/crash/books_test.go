package crash

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"fundtrace/chaincode/ledger"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

// books is what an auditor makes of the blocks with none of the ledger's rules: the last version of every record, and what
// was wrong with how it came about.
type books struct {
	height    int
	entries   map[string]int // valid transactions that recorded it
	vouchers  map[string]*ledger.VoucherNode
	claims    map[string]*ledger.Claim
	invoices  map[string]*ledger.Invoice
	accounts  map[string]*ledger.Account
	rules     map[string]*ledger.RuleHistory
	issuers   map[string]*ledger.Issuer
	lots      map[string]int64 // drawn
	movements map[string]*ledger.Movement
	raw       map[string]string // state as written, by key
	changed   map[string]bool   // roots whose trees the last block changed
	wrong     []string
}

func newBooks() *books {
	return &books{entries: map[string]int{}, vouchers: map[string]*ledger.VoucherNode{}, claims: map[string]*ledger.Claim{},
		invoices: map[string]*ledger.Invoice{}, accounts: map[string]*ledger.Account{}, rules: map[string]*ledger.RuleHistory{},
		issuers: map[string]*ledger.Issuer{}, lots: map[string]int64{}, movements: map[string]*ledger.Movement{}, raw: map[string]string{}}
}

// fault notes that the block breaks a promise.
func (b *books) fault(format string, args ...any) {
	b.wrong = append(b.wrong, fmt.Sprintf("block %d: ", b.height)+fmt.Sprintf(format, args...))
}

// fold takes the valid transactions of the next block, one after another.
func (b *books) fold(w *world, block *common.Block) {
	b.height, b.changed = int(block.GetHeader().GetNumber()), map[string]bool{}
	codes := block.GetMetadata().GetMetadata()[common.BlockMetadataIndex_TRANSACTIONS_FILTER]
	for i, envelope := range block.GetData().GetData() {
		if peer.TxValidationCode(codes[i]) == peer.TxValidationCode_VALID {
			for _, write := range writesOf(w, envelope) {
				b.take(w, write)
			}
		}
	}
}

func (b *books) take(w *world, write *kvrwset.KVWrite) {
	key, value := write.GetKey(), write.GetValue()
	b.raw[key] = string(value)
	room, rest, _ := strings.Cut(key, "/")
	switch room + "/" {
	case ledger.EntryRoom:
		entry, number, _ := strings.Cut(rest, "/")
		if number == "0" {
			b.entries[entry]++
		}
		var page ledger.Page
		w.unmarshal(value, &page)
		for _, m := range page.Movements {
			b.movements[ledger.MovementID(entry, m.N)] = &m
		}
	case ledger.VoucherRoom:
		n := read[ledger.VoucherNode](w, value)
		b.step(b.vouchers[rest], n)
		b.vouchers[rest], b.changed[n.Root] = n, true
	case ledger.LotRoom:
		b.lots[rest] = read[ledger.LotState](w, value).Drawn
	case ledger.ClaimRoom:
		b.claims[rest] = read[ledger.Claim](w, value)
	case ledger.InvoiceRoom:
		b.invoices[rest] = read[ledger.Invoice](w, value)
	case ledger.AccountRoom:
		b.accounts[rest] = read[ledger.Account](w, value)
	case ledger.RuleRoom:
		b.rules[rest] = read[ledger.RuleHistory](w, value)
	case ledger.IssuerRoom:
		b.issuers[rest] = read[ledger.Issuer](w, value)
	}
}

func read[T any](w *world, value []byte) *T {
	v := new(T)
	if err := json.Unmarshal(value, v); err != nil {
		w.Fatal(err)
	}
	return v
}

// over are the states in which nothing can happen to a voucher any more.
var over = []ledger.VoucherState{ledger.VoucherDivided, ledger.VoucherPassedOn, ledger.VoucherSettled, ledger.VoucherWrittenOff, ledger.VoucherCancelled}

// births are the operations that make a voucher, and the state that it begins with.
var births = map[ledger.OpType]ledger.VoucherState{
	ledger.VoucherDraft: ledger.VoucherDrafted, ledger.VoucherDivide: ledger.VoucherActive, ledger.VoucherTake: ledger.VoucherActive,
	ledger.VoucherFund: ledger.VoucherFinanced, ledger.VoucherRepay: ledger.VoucherActive,
}

// ways says where each operation may lead from a state. Written down from the field's rules, not from the ledger's table.
var ways = func() map[ledger.OpType]map[ledger.VoucherState][]ledger.VoucherState {
	type states = []ledger.VoucherState
	all := map[ledger.OpType]map[ledger.VoucherState][]ledger.VoucherState{}
	way := func(op ledger.OpType, from states, to ...ledger.VoucherState) {
		if all[op] == nil {
			all[op] = map[ledger.VoucherState][]ledger.VoucherState{}
		}
		for _, f := range from {
			all[op][f] = append(all[op][f], to...)
		}
	}
	const (
		draft, issued, active, financed, pledged    = ledger.VoucherDrafted, ledger.VoucherIssued, ledger.VoucherActive, ledger.VoucherFinanced, ledger.VoucherPledged
		offered, applied, frozen, due, partly       = ledger.TransferPending, ledger.FinancePending, ledger.VoucherFrozen, ledger.VoucherDue, ledger.PartiallySettled
		overdue, recourse, settled, gone, cancelled = ledger.VoucherOverdue, ledger.InRecourse, ledger.VoucherSettled, ledger.VoucherPassedOn, ledger.VoucherCancelled
	)
	held := states{active, offered, applied, financed, pledged}
	way(ledger.VoucherSign, states{draft}, issued)
	way(ledger.VoucherAccept, states{issued}, active)
	way(ledger.VoucherReject, states{issued}, cancelled)
	way(ledger.VoucherLapse, states{issued}, cancelled)
	way(ledger.VoucherDivide, states{active}, ledger.VoucherDivided)
	way(ledger.VoucherOffer, states{active}, offered)
	way(ledger.VoucherTake, states{offered}, gone)
	way(ledger.VoucherDecline, states{offered}, active)
	way(ledger.VoucherApply, states{active}, applied)
	way(ledger.VoucherRegister, states{applied}, applied)
	way(ledger.VoucherFund, states{applied}, gone, pledged)
	way(ledger.VoucherRefuse, states{applied}, active)
	way(ledger.VoucherUnpledge, states{pledged}, active)
	way(ledger.VoucherFreeze, append(states{issued, due, partly, overdue, recourse}, held...), frozen)
	way(ledger.VoucherMature, held, due)
	way(ledger.VoucherPay, states{due, partly}, partly, settled)
	way(ledger.VoucherPay, states{overdue}, overdue, settled)
	way(ledger.VoucherPay, states{recourse}, recourse, settled)
	way(ledger.VoucherDefault, states{due, partly}, overdue)
	way(ledger.VoucherClaim, states{overdue}, recourse)
	way(ledger.VoucherRepay, states{recourse}, gone)
	way(ledger.VoucherWriteOff, states{overdue, recourse}, ledger.VoucherWrittenOff)
	way(ledger.VoucherCancel, states{draft}, cancelled)
	way(ledger.VoucherCancel, states{active}, active, cancelled)
	for _, s := range (states{due, partly, overdue}) { // a loan repaid after maturity
		way(ledger.VoucherUnpledge, states{s}, s)
	}
	return all
}()

// step compares a new version of a voucher with the one before it. I3: a consumed voucher never changes. I10: steps are
// numbered without gaps, none is rewritten. Every step is one of the machine's, and what a voucher says of its terms and
// its origin it says for good.
func (b *books) step(was, is *ledger.VoucherNode) {
	known := 0
	if was != nil {
		known = len(was.Events)
		if slices.Contains(over, was.State) {
			b.fault("I3: %s was %s and changed", is.Lot, was.State)
		}
		if len(is.Events) <= known || !reflect.DeepEqual(was.Events, is.Events[:known]) {
			b.fault("I10: %s had %d steps, now %d, or old ones were rewritten", is.Lot, known, len(is.Events))
			return
		}
		a, z := origin(was), origin(is)
		if !reflect.DeepEqual(a, z) {
			b.fault("%s changes its terms from %+v to %+v", is.Lot, a, z)
		}
	}
	for i := known; i < len(is.Events); i++ {
		e := is.Events[i]
		if e.Seq != i+1 {
			b.fault("I10: step %d of %s has number %d", i+1, is.Lot, e.Seq)
		}
		if i == 0 {
			if to, ok := births[e.Op]; !ok || e.State != to {
				b.fault("%s begins with %s as %s", is.Lot, e.Op, e.State)
			}
			continue
		}
		from := is.Events[i-1]
		allowed := ways[e.Op][from.State]
		if e.Op == ledger.VoucherThaw && from.State == ledger.VoucherFrozen {
			allowed = []ledger.VoucherState{beforeFreezing(is.Events[:i])}
		}
		if !slices.Contains(allowed, e.State) {
			b.fault("%s: %s led %s from %s to %s", is.Lot, is.Issuer, e.Op, from.State, e.State)
		}
		before := from
		if e.Op == ledger.VoucherPay && from.Op == ledger.VoucherDefault { // a bank may find on its statement what was paid before the default was stated
			before = is.Events[i-2]
		}
		if e.Date < before.Date {
			b.fault("%s: %s of %s comes after %s of %s", is.Lot, e.Op, e.Date, before.Op, before.Date)
		}
	}
	if last := is.Events[len(is.Events)-1]; is.State != last.State {
		b.fault("%s is %s, its last step says %s", is.Lot, is.State, last.State)
	}
}

// origin is the part of a voucher that no step may change.
func origin(n *ledger.VoucherNode) ledger.VoucherNode {
	return ledger.VoucherNode{Lot: n.Lot, Root: n.Root, Parent: n.Parent, Claim: n.Claim, Issuer: n.Issuer, Holder: n.Holder, Face: n.Face, Currency: n.Currency,
		Issued: n.Issued, Maturity: n.Maturity, AcceptBy: n.AcceptBy, Tier: n.Tier, Depth: n.Depth, Via: n.Via, From: n.From, FromLot: n.FromLot, Recourse: n.Recourse}
}

// beforeFreezing is the state that a frozen voucher was in.
func beforeFreezing(events []ledger.VoucherEvent) ledger.VoucherState {
	for i := len(events) - 1; i > 0; i-- {
		if events[i].Op == ledger.VoucherFreeze {
			return events[i-1].State
		}
	}
	return ""
}
