package ledger_test

import (
	"strings"
	"testing"

	. "fundtrace/chaincode/ledger"
)

func receiptFor(subject, digit string) Op {
	return Op{Type: DocumentRecord, Document: &Document{SHA256: strings.Repeat(digit, 64), Size: 9, MediaType: "application/pdf", Subject: subject, Kind: "RECEIPT"}}
}

func (w *world) level(movement string) Level {
	w.Helper()
	m, err := ReadMovement(w, movement)
	if err != nil {
		w.Fatal(err)
	}
	return m.State.Level
}

// A payment that one bank took from its statement counts as confirmed by one bank, by two where it keeps both accounts.
func TestLevelsOfSettledPayments(t *testing.T) {
	w := newWorld(t)
	lot := w.paidIn(100 * yuan)
	origin, _, _ := SplitLotID(lot)
	sameBank := MovementID(w.do(custodian1, settle(Movement{Kind: Disbursement, From: parentAcct, To: e1Acct, Draws: draws(lot, 1), BankRef: "1"})), 0)
	twoBanks := MovementID(w.do(custodian1, settle(Movement{Kind: Disbursement, From: parentAcct, To: e2Acct, Draws: draws(lot, 1), BankRef: "2"})), 0)
	spent := MovementID(w.do(custodian1, settle(Movement{Kind: Fee, From: parentAcct, Payee: outsider, Purpose: PurposeFee, Draws: draws(lot, 1), BankRef: "3"})), 0)
	for movement, want := range map[string]Level{origin: PayersBank, sameBank: BothBanks, twoBanks: PayersBank, spent: PayersBank} {
		if got := w.level(movement); got != want {
			t.Errorf("level %d, want %d", got, want)
		}
	}
}

// Level 2 is the word of the other bank; level 3 adds a receipt that was recorded for this very payment.
func TestAttestation(t *testing.T) {
	w := newWorld(t)
	lot := w.paidIn(100 * yuan)
	id := MovementID(w.do(custodian1, settle(Movement{Kind: Disbursement, From: parentAcct, To: e2Acct, Draws: draws(lot, 1), BankRef: "1"})), 0)
	attest := func(level Level, digit string) Op {
		s := Step{Movement: id, Level: level}
		if digit != "" {
			s.Document = strings.Repeat(digit, 64)
		}
		return step(MovementAttest, s)
	}
	w.do(boss2, receiptFor(id, "a"), receiptFor(e2, "b"))
	for _, c := range []struct {
		name string
		by   Caller
		op   Op
		want Code
	}{
		{"level 2 by the bank that settled", custodian1, attest(BothBanks, ""), LevelConflict},
		{"level 2 by a third bank", custodian3, attest(BothBanks, ""), NotOwner},
		{"level 3 before level 2", custodian2, attest(WithReceipt, "a"), LevelConflict},
		{"no level", custodian2, attest(SelfDeclared, ""), LevelConflict},
		{"a level that is none", custodian2, attest(4, "a"), LevelConflict},
		{"a level with another step", custodian2, step(MovementReturn, Step{Movement: id, Date: today, Level: BothBanks}), FieldInvalid},
		{"level 2 by the payee's bank", custodian2, attest(BothBanks, ""), ""},
	} {
		if got := w.refused(c.by, c.op); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	w.do(custodian2, attest(BothBanks, ""))
	for _, c := range []struct {
		name string
		op   Op
		want Code
	}{
		{"without a receipt", attest(WithReceipt, ""), DocumentUnknown},
		{"with one that nobody recorded", attest(WithReceipt, "c"), DocumentUnknown},
		{"with one of something else", attest(WithReceipt, "b"), DocumentUnknown},
		{"with one that is no digest", step(MovementAttest, Step{Movement: id, Level: WithReceipt, Document: strings.Repeat("A", 64)}), FieldInvalid},
		{"level 2 again", attest(BothBanks, ""), LevelConflict},
		{"with its receipt", attest(WithReceipt, "a"), ""},
	} {
		if got := w.refused(custodian1, c.op); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	w.do(custodian1, attest(WithReceipt, "a"))
	m, err := ReadMovement(w, id)
	if err != nil || m.State.Level != WithReceipt || len(m.State.Attestations) != 2 || m.State.Attestations[1].Writer.Party != bank1 {
		t.Errorf("%+v, %v", m, err)
	}
	if got := w.refused(custodian1, attest(WithReceipt, "a")); got != LevelConflict {
		t.Errorf("level 3 twice: %q", got)
	}
}

// Money that is paid to somebody without an account here is spent with the debit: nobody else will confirm it.
func TestPaymentsThatLeave(t *testing.T) {
	w := newWorld(t)
	lot := w.owned(100 * yuan)
	id := MovementID(w.do(boss1, instruct(Movement{Kind: Use, From: e1Acct, Payee: outsider, Purpose: PurposeEquipment, Draws: draws(lot, 30*yuan)})), 0)
	credit := step(MovementCredit, Step{Movement: id, Date: today, BankRef: "c"})
	if got := w.refused(custodian1, credit); got != StageConflict {
		t.Errorf("credited by nobody's bank: %q", got)
	}
	w.do(custodian1, step(MovementDebit, Step{Movement: id, Date: today, BankRef: "d"}))
	lots, err := ReadLots(w, []string{LotID(id, 0), lot})
	if err != nil {
		t.Fatal(err)
	}
	if l := lots[0]; l.Stage != Credited || l.Account != SinkPrefix+"EQUIPMENT" || l.Remaining != 0 || l.Amount != 30*yuan || l.Level != PayersBank || l.Parent != lot {
		t.Errorf("spent lot %+v", l)
	}
	if l := lots[1]; l.Remaining != 70*yuan || l.Origin == nil || l.Origin.Source != OwnMoney {
		t.Errorf("what is left %+v", l)
	}
	if got := w.refused(custodian1, credit); got != StageConflict {
		t.Errorf("credited after it was spent: %q", got)
	}
	if _, err := ReadLots(w, []string{lot, LotID(id, 1)}); ErrorCode(err) != LotUnknown {
		t.Errorf("a lot that is none: %v", err)
	}
	if _, err := ReadMovement(w, absent); ErrorCode(err) != MovementUnknown {
		t.Errorf("a movement that is none: %v", err)
	}
	w.audit()
}
