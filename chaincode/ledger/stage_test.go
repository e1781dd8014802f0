package ledger_test

import (
	"fmt"
	"strings"
	"testing"

	. "fundtrace/chaincode/ledger"
)

// steps is the whole table of what may happen to a payment of the parent fund (bank 1) to enterprise 2 (bank 2) that the
// fund's manager instructed: one row for each step, one block for each actor, in it one column for each state that the
// payment can be in.
//
//	Instructed, Debited, Credited, credited with a reversal Proposed, Returned, Voided, eXpired, reVersed
//
//	+ accepted      s STAGE_CONFLICT   l LEVEL_CONFLICT   n REVERSAL_NOT_PROPOSED
//	o NOT_OWNER     p NOT_PERMITTED    = REVERSAL_SAME_PARTY
const steps = `
             bank1    bank2    bank3    manager  manager2 officer  payee    auditor
             IDCPRVXZ IDCPRVXZ IDCPRVXZ IDCPRVXZ IDCPRVXZ IDCPRVXZ IDCPRVXZ IDCPRVXZ
debit        +sssssss oooooooo oooooooo pppppppp pppppppp pppppppp pppppppp pppppppp
credit       oooooooo s+ssssss oooooooo pppppppp pppppppp pppppppp pppppppp pppppppp
return       s+ssssss s+ssssss oooooooo pppppppp pppppppp pppppppp pppppppp pppppppp
void         pppppppp pppppppp pppppppp +sssssss oooooooo oooooooo oooooooo pppppppp
expire       +sssssss +sssssss oooooooo +sssssss oooooooo +sssssss oooooooo pppppppp
attest2      ssllssss ssllssss oooooooo pppppppp pppppppp pppppppp pppppppp pppppppp
attest3      ss++ssss ss++ssss oooooooo pppppppp pppppppp pppppppp pppppppp pppppppp
propose      oooooooo oooooooo oooooooo ss+sssss oooooooo oooooooo oooooooo pppppppp
approve      nnn+nnns nnn+nnns nnnonnns nnn=nnn= nnn=nnn= nnn+nnns pppppppp pppppppp
`

func TestStageTable(t *testing.T) {
	codes := map[byte]Code{'+': "", 's': StageConflict, 'l': LevelConflict, 'n': ReversalNotProposed, 'o': NotOwner, 'p': NotPermitted, '=': ReversalSameParty}
	actors := []Caller{custodian1, custodian2, custodian3, parentMgr, subMgr, officer, boss2, auditor}
	rows := strings.Split(strings.TrimSpace(steps), "\n")[2:]
	for i, state := range "IDCPRVXZ" {
		w := newWorld(t)
		movement, receipt := paymentAt(w, byte(state))
		for _, row := range rows {
			cells := strings.Fields(row)
			for k, by := range actors {
				want := codes[cells[k+1][i]]
				if got := w.refused(by, stepOp(cells[0], movement, receipt)); got != want {
					t.Errorf("%s at %c by %s: %q, want %q", cells[0], state, by.Name, got, want)
				}
			}
		}
	}
}

func stepOp(name, movement, receipt string) Op {
	s := Step{Movement: movement}
	switch name {
	case "debit":
		s.Date, s.BankRef = "2026-03-01", "next-debit" // the last day on which it is valid
		return step(MovementDebit, s)
	case "credit":
		s.Date, s.BankRef = today, "next-credit"
		return step(MovementCredit, s)
	case "return":
		s.Date = today
		return step(MovementReturn, s)
	case "void":
		return step(MovementVoid, s)
	case "expire":
		s.Date = today
		return step(MovementExpire, s)
	case "attest2":
		s.Level = BothBanks
		return step(MovementAttest, s)
	case "attest3":
		s.Level, s.Document = WithReceipt, receipt
		return step(MovementAttest, s)
	case "propose":
		s.Reason = "TYPO"
		return step(ReversalPropose, s)
	}
	return step(ReversalApprove, s)
}

// paymentAt brings a payment to a state and records a receipt for it.
func paymentAt(w *world, state byte) (movement, receipt string) {
	w.Helper()
	lot := w.paidIn(100 * yuan)
	movement = MovementID(w.do(parentMgr, instruct(Movement{Kind: Disbursement, From: parentAcct, To: e2Acct, Draws: draws(lot, 60*yuan),
		Expires: "2026-03-01", Date: "2026-02-01"})), 0)
	receipt = strings.Repeat("ab", 32)
	w.do(custodian2, Op{Type: DocumentRecord, Document: &Document{SHA256: receipt, Size: 1, MediaType: "application/pdf", Subject: movement, Kind: "RECEIPT"}})
	debit := step(MovementDebit, Step{Movement: movement, Date: "2026-03-01", BankRef: "d"})
	credit := step(MovementCredit, Step{Movement: movement, Date: today, BankRef: "c"})
	steps := map[byte][]struct {
		by Caller
		op Op
	}{
		'I': {},
		'D': {{custodian1, debit}},
		'C': {{custodian1, debit}, {custodian2, credit}},
		'P': {{custodian1, debit}, {custodian2, credit}, {parentMgr, stepOp("propose", movement, "")}},
		'R': {{custodian1, debit}, {custodian2, stepOp("return", movement, "")}},
		'V': {{parentMgr, stepOp("void", movement, "")}},
		'X': {{officer, stepOp("expire", movement, "")}},
		'Z': {{custodian1, debit}, {custodian2, credit}, {parentMgr, stepOp("propose", movement, "")}, {officer, stepOp("approve", movement, "")}},
	}
	for _, s := range steps[state] {
		w.do(s.by, s.op)
	}
	return movement, receipt
}

// What each state means for the payer's money, for the payee's and for the level.
func TestWhatStagesMean(t *testing.T) {
	for _, c := range []struct {
		state        byte
		stage        Stage
		level        Level
		drawn, payee int64 // of the payer's lot of 100 yuan; remaining with the payee
		steps        int
	}{
		{'I', Instructed, SelfDeclared, 60, 0, 0},
		{'D', Debited, PayersBank, 60, 0, 1},
		{'C', Credited, BothBanks, 60, 60, 2},
		{'P', Credited, BothBanks, 60, 60, 2},
		{'R', Returned, PayersBank, 0, 0, 2},
		{'V', Voided, SelfDeclared, 0, 0, 1},
		{'X', Expired, SelfDeclared, 0, 0, 1},
		{'Z', Reversed, BothBanks, 0, 0, 3},
	} {
		t.Run(fmt.Sprintf("%c", c.state), func(t *testing.T) {
			w := newWorld(t)
			id, _ := paymentAt(w, c.state)
			m, err := ReadMovement(w, id)
			if err != nil {
				t.Fatal(err)
			}
			lots, err := ReadLots(w, []string{m.Movement.Draws[0].Lot, LotID(id, 0)})
			if err != nil {
				t.Fatal(err)
			}
			if m.State.Stage != c.stage || m.State.Level != c.level || len(m.State.Steps) != c.steps {
				t.Errorf("stage %s level %d steps %d", m.State.Stage, m.State.Level, len(m.State.Steps))
			}
			if lots[0].Drawn != c.drawn*yuan || lots[1].Remaining != c.payee*yuan || lots[1].Parent != lots[0].Lot || lots[1].Account != e2Acct {
				t.Errorf("payer's lot %+v, payee's %+v", lots[0], lots[1])
			}
			// Whatever came free can be drawn again, and not a fen more.
			free := lots[0].Amount - lots[0].Drawn
			again := Movement{Kind: Disbursement, From: parentAcct, To: e1Acct, Draws: draws(lots[0].Lot, free)}
			if got := w.refused(parentMgr, instruct(again)); got != "" {
				t.Errorf("drawing what is free: %s", got)
			}
			again.Draws = draws(lots[0].Lot, free+1)
			if got := w.refused(parentMgr, instruct(again)); got != LotOverdrawn {
				t.Errorf("drawing a fen more: %q", got)
			}
			spend := Movement{Kind: Use, From: e2Acct, Payee: outsider, Purpose: PurposeRD, Draws: draws(lots[1].Lot, 1)}
			want := Code("")
			if c.stage != Credited {
				want = LotNotLive
			}
			if got := w.refused(boss2, instruct(spend)); got != want {
				t.Errorf("spending what arrived: %q, want %q", got, want)
			}
			w.audit()
		})
	}
}
