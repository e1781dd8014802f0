package ledger_test

import (
	"fmt"
	"slices"
	"time"

	. "fundtrace/chaincode/ledger"

	"pgregory.net/rapid"
)

// payers says who writes payments from each account: who instructs them and which bank settles them.
var payers = map[string][]Caller{
	parentAcct:   {parentMgr, custodian1},
	subAcct:      {subMgr, custodian1},
	dollarAcct:   {subMgr, custodian1},
	gpAcct:       {subMgr, custodian1},
	e1Acct:       {boss1, custodian1},
	e2Acct:       {boss2, custodian2},
	treasuryAcct: {officer, custodian1},
	pubA:         {officer},
	pubB:         {officer},
}

// ways lists where money may go from each account; an empty payee is outside.
var ways = map[string][]Movement{
	parentAcct: {{Kind: Disbursement, To: e1Acct}, {Kind: Disbursement, To: e2Acct}, {Kind: Contribution, To: subAcct, Commitment: parentPromise},
		{Kind: Contribution, To: subAcct}, {Kind: Distribution, To: treasuryAcct}, {Kind: Fee, To: gpAcct}, {Kind: Fee, Payee: outsider, Purpose: PurposeFee}},
	subAcct: {{Kind: Disbursement, To: e1Acct}, {Kind: Disbursement, To: e2Acct}, {Kind: Distribution, To: parentAcct}, {Kind: Fee, To: gpAcct},
		{Kind: Distribution, Payee: outsider, Purpose: PurposePayout}},
	dollarAcct:   {{Kind: Distribution, Payee: outsider, Purpose: PurposePayout, Currency: "USD"}},
	gpAcct:       {{Kind: Use, Payee: outsider, Purpose: PurposePayroll}, {Kind: Use, To: e1Acct, Purpose: PurposeOther}},
	e1Acct:       {{Kind: Use, To: e2Acct, Purpose: PurposeMaterial}, {Kind: Use, Payee: outsider, Purpose: PurposeRD}, {Kind: Return, To: parentAcct}, {Kind: Return, To: subAcct}},
	e2Acct:       {{Kind: Use, To: e1Acct, Purpose: PurposeEquipment}, {Kind: Use, Payee: outsider, Purpose: PurposeTax}, {Kind: Return, To: subAcct}},
	treasuryAcct: {{Kind: Contribution, To: parentAcct}},
	pubA:         {{Kind: Disbursement, To: pubB}, {Kind: Transfer, To: pubB}, {Kind: Use, Payee: outsider, Purpose: PurposeOther}},
	pubB:         {{Kind: Transfer, To: pubA}},
}

// roots are the ways by which money enters, with the writer and the operation.
var roots = []struct {
	by Caller
	op OpType
	m  Movement
}{
	{custodian1, MovementSettle, Movement{Kind: Contribution, To: parentAcct, Origin: budget(bureau), Commitment: govPromise}},
	{custodian1, MovementSettle, Movement{Kind: Contribution, To: subAcct, Origin: &Origin{Source: SocialCapital, Investor: investor}}},
	{custodian1, MovementSettle, Movement{Kind: Contribution, To: dollarAcct, Currency: "USD", Origin: &Origin{Source: SocialCapital, Investor: investor}}},
	{custodian1, MovementSettle, Movement{Kind: OwnFunds, To: e1Acct, Origin: &Origin{Source: OwnMoney}}},
	{custodian2, MovementSettle, Movement{Kind: OwnFunds, To: e2Acct, Origin: &Origin{Source: OwnMoney}}},
	{officer, MovementInstruct, Movement{Kind: Contribution, To: parentAcct, Origin: budget(bureau), Commitment: govPromise}},
	{officer, MovementDeclare, Movement{Kind: UnknownOrigin, To: pubA, Origin: &Origin{Source: UnknownSource}}},
}

// script draws random entries: mostly sensible ones, so that money gets far, with slips of every kind among them.
type script struct {
	*world
	t     *rapid.T
	at    time.Time   // that proposals claim
	next  func() sent // draws an entry
	drawn uint64
	books *books
	past  []sent // entries recorded so far
}

// sent is an entry as its writer sent it.
type sent struct {
	by Caller
	e  Entry
}

// number draws a number below n. What rapid draws leans to small numbers, which would make of every script the same
// one; mixing in a counter spreads them and lets rapid shorten a failing script all the same.
func (s *script) number(n uint64) uint64 {
	s.drawn++
	x := rapid.Uint64().Draw(s.t, "n") + s.drawn*0x9E3779B97F4A7C15
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9 // SplitMix64
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return (x ^ x>>31) % n
}

func (s *script) pick(n int) int { return int(s.number(uint64(n))) }

// slip is true that many times in a hundred.
func (s *script) slip(percent int) bool { return s.pick(100) < percent }

// amount draws from 1 up to the most.
func (s *script) amount(most int64) int64 { return 1 + int64(s.number(uint64(max(most, 1)))) }

// entry draws who writes what: one to four operations that one writer may send, now and then an old entry again.
func (s *script) entry() sent {
	if len(s.past) > 0 && s.slip(10) {
		old := s.past[s.pick(len(s.past))]
		if s.slip(30) { // same key, other content
			old.e.Ops = append(slices.Clone(old.e.Ops), party("other:slip", Private))
		}
		return old
	}
	e := Entry{Key: s.key()}
	by, op := s.operation()
	e.Ops = append(e.Ops, op)
	entry := EntryID(by.MSP, by.Name, e.Key)
	for range s.pick(3) {
		who, op := s.operation()
		if who != by {
			continue
		}
		// Now and then the payment goes on with what the operation before it yields.
		before := e.Ops[len(e.Ops)-1].Movement
		if op.Movement != nil && len(op.Movement.Draws) > 0 && before != nil && before.To != "" && s.slip(50) {
			onward := ways[before.To][s.pick(len(ways[before.To]))]
			onward.From, onward.Draws = before.To, draws(LotID(MovementID(entry, len(e.Ops)-1), 0), s.amount(before.Amount))
			onward.BankRef = op.Movement.BankRef
			op = move(op.Type, onward)
		}
		e.Ops = append(e.Ops, op)
	}
	return sent{by, e}
}

func (s *script) operation() (Caller, Op) {
	switch n := s.pick(10); {
	case n < 2 || len(s.books.order) == 0:
		return s.enter()
	case n < 6:
		return s.pay()
	}
	return s.proceed()
}

func (s *script) enter() (Caller, Op) {
	r := roots[s.pick(len(roots))]
	m := r.m
	m.Amount = s.amount(1000 * yuan)
	if r.op == MovementSettle {
		m.BankRef = fmt.Sprint("in-", s.pick(400))
	}
	return r.by, move(r.op, m)
}

// pay draws on one to three lots of one account, mostly live ones.
func (s *script) pay() (Caller, Op) {
	var live []string
	for _, id := range s.books.order {
		if l := s.books.lots[id]; !l.spent() && l.drawn < l.Amount && s.books.movements[l.movement].state.Stage == Credited {
			live = append(live, id)
		}
	}
	if len(live) == 0 {
		return s.enter()
	}
	account := s.books.lots[live[s.pick(len(live))]].Account
	m := ways[account][s.pick(len(ways[account]))]
	m.From = account
	for _, id := range live {
		if s.books.lots[id].Account == account && (len(m.Draws) == 0 || len(m.Draws) < 3 && s.slip(40)) {
			m.Draws = append(m.Draws, s.draw(id))
		}
	}
	if s.slip(15) { // whatever lot it may be, but rather one of the account that is not live
		id := s.books.order[s.pick(len(s.books.order))]
		for _, dead := range s.books.order {
			if s.books.lots[dead].Account == account && !slices.Contains(live, dead) && s.slip(30) {
				id = dead
			}
		}
		m.Draws = append(m.Draws, s.draw(id))
	}
	by := payers[account][s.pick(len(payers[account]))]
	op := MovementInstruct
	switch {
	case by.MSP == BankMSP:
		op, m.BankRef = MovementSettle, fmt.Sprint("out-", s.pick(400))
	case account == pubA || account == pubB:
		op = MovementDeclare
	case s.slip(30):
		m.Expires = "2026-03-01"
	}
	if s.slip(2) {
		m.Amount = 1
	}
	return by, move(op, m)
}

// draw takes a part of a lot, all of it, or a fen too much.
func (s *script) draw(id string) Draw {
	left := s.books.lots[id].Amount - s.books.lots[id].drawn
	d := Draw{Lot: id, Amount: s.amount(left)}
	if s.slip(25) {
		d.Amount = max(left, 1)
	} else if s.slip(4) {
		d.Amount = left + 1
	}
	return d
}

// proceed draws the next step of a movement, mostly one that its stage allows, by the one who may take it.
func (s *script) proceed() (Caller, Op) {
	candidates := s.books.moved
	var open []string
	for _, id := range s.books.moved {
		if stage := s.books.movements[id].state.Stage; stage == Instructed || stage == Debited {
			open = append(open, id)
		}
	}
	if len(open) > 0 && !s.slip(25) {
		candidates = open
	}
	id := candidates[s.pick(len(candidates))]
	m := s.books.movements[id]
	st := Step{Movement: id, Date: today, BankRef: fmt.Sprint("step-", s.pick(400)), Reason: "TYPO"}
	debit, credit, writer := bankOf(m.From), bankOf(m.To), m.writer
	type move struct {
		by Caller
		op OpType
	}
	var next []move
	switch {
	case s.slip(5):
		next = []move{{custodian1, MovementReturn}, {writer, MovementVoid}, {debit, MovementExpire}}
	case m.state.Stage == Instructed && m.From == "":
		next = []move{{credit, MovementCredit}, {credit, MovementCredit}, {writer, MovementVoid}}
	case m.state.Stage == Instructed && m.Expires != "":
		next = []move{{debit, MovementDebit}, {debit, MovementExpire}}
	case m.state.Stage == Instructed:
		next = []move{{debit, MovementDebit}, {debit, MovementDebit}, {debit, MovementDebit}, {writer, MovementVoid}}
	case m.state.Stage == Debited:
		next = []move{{credit, MovementCredit}, {debit, MovementReturn}}
	case m.state.Reversal != nil:
		next = []move{{officer, ReversalApprove}, {credit, ReversalApprove}}
	default:
		next = []move{{writer, ReversalPropose}}
	}
	n := next[s.pick(len(next))]
	if m.Expires != "" && n.op == MovementDebit {
		st.Date = m.Expires
	}
	return n.by, step(n.op, st)
}

func bankOf(account string) Caller {
	if account == e2Acct {
		return custodian2
	}
	return custodian1
}
