package ledger_test

import (
	"fmt"
	"strings"
	"testing"

	. "fundtrace/chaincode/ledger"
)

// transitionsByActor is the whole table of who may take which step: one row for each step and state that it starts from,
// one column for each actor. The voucher is of core enterprise 1 to its supplier; from DUE on the deeper supplier holds it,
// who got it from the supplier with recourse. The factor has been asked to buy, the lender is a bank that lends on pledge.
//
//   - accepted     p NOT_PERMITTED   n NOT_OWNER   c CONSENT_REQUIRED   s SAME_PERSON
//
//     columns: core1 (drafted it) · core2 (second person of the issuer) · supplier · deeper · factor · lender ·
//     stranger · bank1 (keeps all accounts but the lender's) · bank2 · officer · auditor · manager
const transitionsByActor = `
voucher.issue               DRAFT              s+nn n p n pp ppp
voucher.cancel              DRAFT              ++nn n p n pp ppp
voucher.accept              ISSUED             cc+c c p c pp ppp
voucher.reject              ISSUED             cc+c c p c pp ppp
voucher.lapse               ISSUED             ++++ + + + ++ +pp
voucher.freeze              ISSUED             pppp p p p pp ++p
voucher.split               ACTIVE             nn+n n p n pp ppp
voucher.offer               ACTIVE             nn+n n p n pp ppp
voucher.apply               ACTIVE             nn+n n p n pp ppp
voucher.cancel              ACTIVE             +++n n p n pp ppp
voucher.mature              ACTIVE             ++++ + + + ++ +pp
voucher.freeze              ACTIVE             pppp p p p pp ++p
voucher.take                TRANSFER_PENDING   ccc+ c p c pp ppp
voucher.decline             TRANSFER_PENDING   nn++ n p n pp ppp
voucher.mature              TRANSFER_PENDING   ++++ + + + ++ +pp
voucher.freeze              TRANSFER_PENDING   pppp p p p pp ++p
voucher.fund                FINANCE_PENDING    pppp p n p +n ppp
voucher.refuse-financing    FINANCE_PENDING    nn+n + n n nn ppp
voucher.mature              FINANCE_PENDING    ++++ + + + ++ +pp
voucher.freeze              FINANCE_PENDING    pppp p p p pp ++p
voucher.mature              FINANCED           ++++ + + + ++ +pp
voucher.freeze              FINANCED           pppp p p p pp ++p
voucher.unpledge            PLEDGED            nnnn n + n nn ppp
voucher.mature              PLEDGED            ++++ + + + ++ +pp
voucher.freeze              PLEDGED            pppp p p p pp ++p
voucher.unfreeze            FROZEN             pppp p p p pp ++p
voucher.settle              DUE                pppp p n p +n ppp
voucher.default             DUE                ++++ + + + ++ +pp
voucher.freeze              DUE                pppp p p p pp ++p
voucher.settle              PLEDGED_DUE        pppp p n p +n ppp
voucher.unpledge            PLEDGED_DUE        nnnn n + n nn ppp
voucher.default             PLEDGED_DUE        ++++ + + + ++ +pp
voucher.freeze              PLEDGED_DUE        pppp p p p pp ++p
voucher.settle              PARTIALLY_SETTLED  pppp p n p +n ppp
voucher.default             PARTIALLY_SETTLED  ++++ + + + ++ +pp
voucher.freeze              PARTIALLY_SETTLED  pppp p p p pp ++p
voucher.settle              OVERDUE            pppp p n p +n ppp
voucher.claim-recourse      OVERDUE            nnn+ n n n nn ppp
voucher.write-off           OVERDUE            nnn+ n n n nn ppp
voucher.freeze              OVERDUE            pppp p p p pp ++p
voucher.settle              IN_RECOURSE        pppp p n p +n ppp
voucher.pay-recourse        IN_RECOURSE        pppp p n p +n ppp
voucher.write-off           IN_RECOURSE        nnn+ n n n nn ppp
voucher.freeze              IN_RECOURSE        pppp p p p pp ++p
`

// actors are the columns.
var actors = []Caller{core1, core2, supplier1, deeper1, factor1, lender1, stranger1, custodian1, custodian2, officer, auditor, subMgr}

// step builds the step's entry as the one who may take it would send it in that state. Money goes to who must receive it.
func (w *world) entryOf(op OpType, lot string) Entry {
	w.Helper()
	n := w.voucher(lot)
	last := n.Events[len(n.Events)-1].Date
	s := VoucherStep{Voucher: lot, Date: last}
	switch op {
	case VoucherLapse:
		s.Date = max(last, "2026-02-11")
	case VoucherMature:
		s.Date = max(last, maturityDay)
	case VoucherDefault:
		s.Date = max(last, "2026-02-21")
	case VoucherDivide:
		s.Pieces = pieces(100*yuan, n.Face-100*yuan)
	case VoucherOffer:
		s.To = deeper
	case VoucherApply:
		s.Financing = terms(factor, Sale, false)
	case VoucherRegister:
		s.Registration = registered(last)
	case VoucherFreeze, VoucherThaw, VoucherWriteOff:
		s.Document = digest("b")
	case VoucherClaim:
		s.Against = supplier
	case VoucherFund, VoucherPay, VoucherRepay:
		to, amount := n.Beneficiary(), n.Face-n.Settled
		if op == VoucherFund {
			to = n.Holder
			if n.Pending != nil && n.Pending.Financing != nil {
				amount = price(n, last)
			}
		}
		_, e := w.paying(op, lot, acctOf(to), max(amount, 1), last)
		return e
	}
	return Entry{Key: w.key(), Ops: []Op{voucherStep(op, s)}}
}

// says answers the code of the first refusal of an entry by anybody, "" when it is accepted. It records nothing.
func (w *world) says(by Caller, e Entry) Code {
	w.Helper()
	for i := range e.Ops { // the payment is one of the same entry, whoever writes it
		if s := e.Ops[i].VoucherStep; s != nil && s.Cash != "" {
			next := *s
			next.Cash = MovementID(EntryID(by.MSP, by.Name, e.Key), 0)
			e.Ops[i].VoucherStep = &next
		}
	}
	before := len(w.Keys(""))
	writes, _, err := Apply(&Batch{Entries: []Entry{e}}, by, now, w)
	if err != nil && (writes != nil || len(w.Keys("")) != before) {
		w.Fatalf("a refusal writes: %v", err)
	}
	r := refusalOf(err)
	if err != nil && r.Code == "" {
		w.Fatalf("failed instead of refusing: %v", err)
	}
	if r.Code == BatchRefused {
		return r.Rows[0].Code
	}
	return r.Code
}

func TestTransitionsByActor(t *testing.T) {
	letters := map[byte]Code{'+': "", 'p': NotPermitted, 'n': NotOwner, 'c': ConsentRequired, 's': SamePerson}
	rows := strings.Split(strings.TrimSpace(transitionsByActor), "\n")
	seen := map[string]bool{}
	for _, row := range rows {
		cells := strings.Fields(row)
		op, state := OpType(cells[0]), VoucherState(strings.ReplaceAll(cells[1], "PLEDGED_DUE", string(pledgedDue)))
		letter := strings.Join(cells[2:], "")
		if len(letter) != len(actors) {
			t.Fatalf("row %q", row)
		}
		seen[cells[0]+" "+string(state)] = true
		t.Run(cells[0]+" "+cells[1], func(t *testing.T) {
			w := newTrade(t)
			lot := w.made(state)
			if !w.stands(lot, state) {
				t.Fatalf("made %s", w.voucher(lot).State)
			}
			for i, by := range actors {
				want, known := letters[letter[i]]
				if !known {
					t.Fatalf("letter %c", letter[i])
				}
				if got := w.says(by, w.entryOf(op, lot)); got != want {
					t.Errorf("by %s: %q, want %q", by.Name, got, want)
				}
			}
		})
	}
	// The registration has one row of its own: it comes before the state that made brings to FINANCE_PENDING.
	w := newTrade(t)
	lot := w.made(VoucherActive)
	w.do(supplier1, voucherStep(VoucherApply, VoucherStep{Voucher: lot, Date: "2026-02-03", Financing: terms(factor, Sale, false)}))
	for i, want := range []Code{NotOwner, NotOwner, NotOwner, NotOwner, "", NotOwner, NotOwner, NotOwner, NotOwner, NotPermitted, NotPermitted, NotPermitted} {
		if got := w.says(actors[i], w.entryOf(VoucherRegister, lot)); got != want {
			t.Errorf("registration by %s: %q, want %q", actors[i].Name, got, want)
		}
	}
	for _, op := range voucherOps() {
		for _, state := range everyState {
			if startsFrom(op, state) && !seen[string(op)+" "+string(state)] && op != VoucherRegister {
				t.Errorf("%s from %s has no row", op, state)
			}
		}
	}
}

// starts says from which states each step starts, written down apart from the machine.
var starts = map[OpType]string{
	VoucherSign: "DRAFT", VoucherAccept: "ISSUED", VoucherReject: "ISSUED", VoucherLapse: "ISSUED",
	VoucherDivide: "ACTIVE", VoucherOffer: "ACTIVE", VoucherApply: "ACTIVE", VoucherCancel: "DRAFT,ACTIVE",
	VoucherTake: "TRANSFER_PENDING", VoucherDecline: "TRANSFER_PENDING",
	VoucherRegister: "FINANCE_PENDING", VoucherFund: "FINANCE_PENDING", VoucherRefuse: "FINANCE_PENDING",
	VoucherUnpledge: "PLEDGED,PLEDGED DUE", VoucherThaw: "FROZEN",
	VoucherFreeze: "ISSUED,ACTIVE,TRANSFER_PENDING,FINANCE_PENDING,FINANCED,PLEDGED,DUE,PLEDGED DUE,PARTIALLY_SETTLED,OVERDUE,IN_RECOURSE",
	VoucherMature: "ACTIVE,TRANSFER_PENDING,FINANCE_PENDING,FINANCED,PLEDGED",
	VoucherPay:    "DUE,PLEDGED DUE,PARTIALLY_SETTLED,OVERDUE,IN_RECOURSE", VoucherDefault: "DUE,PLEDGED DUE,PARTIALLY_SETTLED",
	VoucherClaim: "OVERDUE", VoucherRepay: "IN_RECOURSE", VoucherWriteOff: "OVERDUE,IN_RECOURSE",
}

func startsFrom(op OpType, state VoucherState) bool {
	return strings.Contains(","+starts[op]+",", ","+string(state)+",")
}

// Every step in every state: where the machine does not lead, whoever has the right and the role hears VOUCHER_CONFLICT,
// and nobody is let through.
func TestEveryStepInEveryState(t *testing.T) {
	if len(voucherOps()) != len(starts) {
		t.Fatalf("%d steps, %d rows", len(voucherOps()), len(starts))
	}
	for _, state := range everyState {
		t.Run(string(state), func(t *testing.T) {
			w := newTrade(t)
			lot := w.made(state)
			if state == FinancePending { // registered already, the one thing that happens once in it
				w = newTrade(t)
				lot = w.made(VoucherActive)
				w.do(supplier1, voucherStep(VoucherApply, VoucherStep{Voucher: lot, Date: "2026-02-03", Financing: terms(factor, Sale, false)}))
			}
			for _, op := range voucherOps() {
				if state == FinancePending && op == VoucherFund {
					continue // needs the registration: the table above has it
				}
				accepted, conflicts := 0, 0
				var others []string
				for _, by := range actors {
					switch got := w.says(by, w.entryOf(op, lot)); got {
					case "":
						accepted++
					case VoucherConflict:
						conflicts++
					case NotPermitted:
					default:
						others = append(others, fmt.Sprint(by.Name, " ", got))
					}
				}
				switch {
				case startsFrom(op, state) && (accepted == 0 || conflicts > 0):
					t.Errorf("%s: %d accepted, %d conflicts", op, accepted, conflicts)
				case !startsFrom(op, state) && (accepted > 0 || conflicts == 0):
					t.Errorf("%s: %d accepted, %d conflicts, %v", op, accepted, conflicts, others)
				case !startsFrom(op, state) && len(others) > 0 && op != VoucherFund && op != VoucherPay && op != VoucherRepay:
					t.Errorf("%s: %v, want %s", op, others, VoucherConflict)
				}
			}
		})
	}
}

// What each state leaves open, where the claim lot lies and what the claim has left of its 600.00 yuan.
func TestWhatVoucherStatesMean(t *testing.T) {
	for _, c := range []struct {
		state      VoucherState
		holder     string
		open, left int64 // yuan
		events     int
		overdue    int
	}{
		{VoucherDrafted, supplier, 500, 100, 1, 0},
		{VoucherIssued, supplier, 500, 100, 2, 0},
		{VoucherActive, supplier, 500, 100, 3, 0},
		{TransferPending, supplier, 500, 100, 4, 0},
		{FinancePending, supplier, 500, 100, 5, 0},
		{VoucherFinanced, factor, 500, 100, 1, 0},
		{VoucherPledged, supplier, 500, 100, 6, 0},
		{VoucherFrozen, supplier, 500, 100, 4, 0},
		{VoucherDue, deeper, 500, 100, 2, 0},
		{pledgedDue, supplier, 500, 100, 7, 0},
		{PartiallySettled, deeper, 300, 100, 3, 0},
		{VoucherOverdue, deeper, 500, 100, 3, 1},
		{InRecourse, deeper, 500, 100, 4, 1},
		{VoucherDivided, supplier, 0, 100, 4, 0},
		{VoucherPassedOn, supplier, 0, 100, 5, 0},
		{VoucherSettled, deeper, 0, 100, 3, 0},
		{VoucherWrittenOff, deeper, 0, 100, 4, 0},
		{VoucherCancelled, supplier, 0, 600, 5, 0},
	} {
		t.Run(string(c.state), func(t *testing.T) {
			w := newTrade(t)
			n := w.voucher(w.made(c.state))
			claim, err := ReadClaim(w, n.Claim)
			if err != nil {
				t.Fatal(err)
			}
			lots, err := ReadLots(w, []string{n.Lot})
			if err != nil {
				t.Fatal(err)
			}
			var issuer Issuer
			w.read(IssuerRoom+e1, &issuer)
			if n.Holder != c.holder || n.Open() != c.open*yuan || claim.Left != c.left*yuan || len(n.Events) != c.events || issuer.Overdue != c.overdue {
				t.Errorf("%+v; claim has %d left; overdue %d", n, claim.Left, issuer.Overdue)
			}
			if l := lots[0]; l.Account != ClaimsAccount(c.holder) || l.Remaining != n.Open() || l.Amount != n.Face {
				t.Errorf("lot %+v", l)
			}
			w.audit()
		})
	}
}
