package ledger_test

import (
	"testing"
	"time"

	. "fundtrace/chaincode/ledger"

	"pgregory.net/rapid"
)

// The invariants I1 to I12 of vouchers hold after every block of any history, in whatever interleaving it was recorded:
// the oracle of voucher_oracle_test.go folds what was committed, the audit of audit_test.go reads the state beside it. The
// runs must have done enough of everything, or they prove nothing.
func TestVouchersKeepTheirInvariants(t *testing.T) {
	did := tally{ops: map[OpType]int{}, codes: map[Code]int{}}
	rapid.Check(t, did.deal)
	for _, op := range Operations()[20:] {
		if did.ops[op] == 0 && op != AnchorRecord {
			t.Errorf("no %s was ever accepted", op)
		}
	}
	for _, code := range []Code{VoucherConflict, NotOwner, NotPermitted, ConsentRequired, PaymentUnmatched, WrongPayee, MoneyPath, InvoiceOverused, InvoiceVoid,
		ClaimExceeded, ClaimUnconfirmed, SplitUnbalanced, SplitLimit, NotDue, IssuerBlocked, TermExceeded, VoucherMatured, RecourseRefused,
		RegistrationMissing, SelfDealing, ReservationConflict} {
		if did.codes[code] == 0 {
			t.Errorf("nothing was ever refused as %s", code)
		}
	}
	if did.conflicts == 0 || did.replays == 0 {
		t.Errorf("%d conflicts, %d replays", did.conflicts, did.replays)
	}
	t.Logf("accepted %v, refused %v, %d conflicts, %d replays", did.ops, did.codes, did.conflicts, did.replays)
}

// FuzzVouchers plays the same histories, led by the coverage of the rules.
func FuzzVouchers(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz((&tally{ops: map[OpType]int{}, codes: map[Code]int{}}).deal))
}

// deal plays one random history of six weeks, some days of it with a block of several transactions on one state.
func (did *tally) deal(t *rapid.T) {
	w := newHistory(t)
	s := &script{world: w, t: t, at: time.Date(2026, 2, 1, 8, 0, 0, 0, time.UTC)}
	r := &trade{script: s, seen: observe(w)}
	s.next = r.entry
	s.books = s.audit()
	for n := range rapid.IntRange(25, 45).Draw(t, "blocks") {
		s.round(did)
		if r.seen.catchUp(); n%3 == 0 { // until then the script names cash that may be gone
			s.books = s.audit()
		}
		s.at = s.at.AddDate(0, 0, s.pick(4)*s.pick(2))
	}
	s.audit()
	s.replayAll()
}
