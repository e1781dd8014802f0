package ledger_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	. "fundtrace/chaincode/ledger"
	"fundtrace/chaincode/memledger"
)

// refusal is a case of one code: what is tried in a world that has some money.
type refusal struct {
	code Code
	name string
	try  func(s *scene) error
}

// scene is a world with a lot of 100 yuan in the parent fund and one of 100 yuan of enterprise 1.
type scene struct {
	*world
	fundLot, ownLot string
}

func newScene(t *testing.T) *scene {
	w := newWorld(t)
	return &scene{world: w, fundLot: w.paidIn(100 * yuan), ownLot: w.owned(100 * yuan)}
}

// op answers the refusal of operations that are tried in one entry.
func op(by Caller, ops ...Op) func(*scene) error {
	return func(s *scene) error { _, err := s.try(by, ops...); return err }
}

// invest tries a disbursement of the scene's lot, changed by edit.
func invest(edit func(*scene, *Movement)) func(*scene) error {
	return func(s *scene) error {
		m := Movement{Kind: Disbursement, From: parentAcct, To: e1Acct, Draws: draws(s.fundLot, yuan)}
		edit(s, &m)
		_, err := s.try(parentMgr, instruct(m))
		return err
	}
}

// call tries a contribution from outside into the parent fund, changed by edit.
func call(edit func(*Movement)) func(*scene) error {
	return func(s *scene) error {
		m := Movement{Kind: Contribution, To: parentAcct, Amount: yuan, Origin: budget(bureau), BankRef: s.key(), Commitment: govPromise}
		edit(&m)
		_, err := s.try(custodian1, settle(m))
		return err
	}
}

var absent = MovementID(strings.Repeat("0", 20), 0)

var refusalCases = []refusal{
	{Malformed, "broken JSON", func(*scene) error { _, err := DecodeBatch([]byte("{")); return err }},
	{TooLarge, "too many draws", invest(func(s *scene, m *Movement) { m.Draws, m.Amount = make([]Draw, MaxDraws+1), yuan })},
	{UnknownOperation, "no such type", op(officer, Op{Type: "money.print"})},
	{FieldMissing, "no body", op(officer, Op{Type: PartyRegister})},
	{FieldMissing, "no bank reference", call(func(m *Movement) { m.BankRef = "" })},
	{FieldMissing, "no origin", call(func(m *Movement) { m.Origin = nil })},
	{FieldMissing, "no budget line of public money", call(func(m *Movement) { m.Origin.BudgetLine = "" })},
	{FieldMissing, "neither payer nor payee", call(func(m *Movement) { m.To, m.Payee, m.Purpose = "", outsider, PurposeRD })},
	{FieldInvalid, "another operation's body", op(officer, Op{Type: PartyRegister, Party: &Party{}, Step: &Step{}})},
	{FieldInvalid, "no such kind", invest(func(_ *scene, m *Movement) { m.Kind = "GIFT" })},
	{FieldInvalid, "a lot's name that is none", invest(func(_ *scene, m *Movement) { m.Draws[0].Lot = "lot" })},
	{FieldInvalid, "a level that the writer sets", call(func(m *Movement) { m.Level = BothBanks })},
	{FieldInvalid, "a stage that the writer sets", call(func(m *Movement) { m.Stage = Credited })},
	{FieldInvalid, "draws of money from outside", call(func(m *Movement) { m.Draws = draws(absent+".0", m.Amount) })},
	{FieldInvalid, "an origin of money from an account", invest(func(_ *scene, m *Movement) { m.Origin = budget(bureau) })},
	{FieldInvalid, "a payee beside an account", invest(func(_ *scene, m *Movement) { m.Payee = outsider })},
	{FieldInvalid, "own money in a contribution", call(func(m *Movement) { m.Origin.Source = OwnMoney })},
	{FieldInvalid, "control characters", invest(func(_ *scene, m *Movement) { m.Memo = "a\nb" })},
	{FieldInvalid, "a commitment's lot that the writer sets", func(s *scene) error {
		c := promise("cmt:x", parentFund, bureau, "GOV", GeneralBudget, yuan)
		c.Commitment.Lot = s.fundLot
		return op(officer, c)(s)
	}},
	{IdentifierInvalid, "a wrong check character", op(officer, party("uscc:91350100M000100Y44", Private))},
	{IdentifierInvalid, "a wrong payee", func(s *scene) error {
		return op(boss1, instruct(Movement{Kind: Use, From: e1Acct, Payee: "uscc:91350100M000100Y44", Purpose: PurposeRD, Draws: draws(s.ownLot, yuan)}))(s)
	}},
	{PersonalData, "a person's name", op(officer, Op{Type: PartyRegister, Party: &Party{ID: "pid:77a1", Kind: Person, Name: "张三"}})},
	{PersonalData, "a person under a company's code", op(officer, party(outsider, Person))},
	{PersonalData, "a company under a pseudonym", op(officer, party("pid:77a1", Private))},
	{PersonalData, "a resident's number", op(officer, Op{Type: PartyRegister, Party: &Party{ID: "pid:11010519491231002X", Kind: Person}})},
	{AmountInvalid, "nothing", call(func(m *Movement) { m.Amount = 0 })},
	{AmountInvalid, "less than nothing", invest(func(_ *scene, m *Movement) { m.Amount = -1 })},
	{AmountInvalid, "a draw of less than nothing", invest(func(s *scene, m *Movement) {
		m.Draws = []Draw{{s.fundLot, 2 * yuan}, {s.fundLot, -yuan}}
		m.Amount = yuan
	})},
	{AmountInvalid, "draws that overflow", func(s *scene) error {
		one, two := s.paidIn(math.MaxInt64), s.paidIn(math.MaxInt64)
		return invest(func(_ *scene, m *Movement) {
			m.Draws, m.Amount = []Draw{{one, math.MaxInt64}, {two, math.MaxInt64}}, math.MaxInt64
		})(s)
	}},
	{CurrencyInvalid, "no such currency", call(func(m *Movement) { m.Currency = "RMB" })},
	{CurrencyInvalid, "small letters", call(func(m *Movement) { m.Currency = "cny" })},
	{CurrencyMismatch, "dollars into a yuan account", call(func(m *Movement) { m.Currency = "USD" })},
	{CurrencyMismatch, "yuan to a dollar account", invest(func(_ *scene, m *Movement) { m.Kind, m.To = Contribution, dollarAcct })},
	{DateInvalid, "no such day", invest(func(_ *scene, m *Movement) { m.Date = "2026-02-29" })},
	{DateInvalid, "a time", invest(func(_ *scene, m *Movement) { m.Expires = "2026-02-28T00:00:00Z" })},
	{DateInvalid, "a withdrawal on no day", func(s *scene) error {
		return op(parentMgr, step(MovementVoid, Step{Movement: s.invested(yuan), Date: "soon"}))(s)
	}},
	{DateInFuture, "settled tomorrow", call(func(m *Movement) { m.Date = "2026-03-03" })},
	{TimeWindow, "an hour early", func(s *scene) error {
		moment := now
		l := memledger.New(memledger.WithClock(func() time.Time { moment = moment.Add(time.Hour); return moment }))
		_, err := l.Submit(officer, Entry{Key: "k", Ops: []Op{party(outsider, Private)}})
		return err
	}},
	{NotPermitted, "an auditor moves money", op(auditor, instruct(Movement{}))},
	{NotOwner, "another's fund", func(s *scene) error {
		return op(subMgr, instruct(Movement{Kind: Disbursement, From: parentAcct, To: e1Acct, Draws: draws(s.fundLot, yuan)}))(s)
	}},
	{IdempotencyConflict, "same key, other content", func(s *scene) error {
		if _, err := s.record(officer, Entry{Key: "once", Ops: []Op{party(outsider, Private)}}); err != nil {
			return nil
		}
		_, err := s.record(officer, Entry{Key: "once", Ops: []Op{party(outsider, Foreign)}})
		return err
	}},
	{AlreadyExists, "a party", op(officer, party(e1, Private))},
	{AlreadyExists, "an account", op(custodian1, account(e1Acct, e1, bank1, Operating, "CNY"))},
	{AlreadyExists, "a fund", op(officer, fundOp(parentFund, parentLP, "PARENT", "", parentGP, parentAcct))},
	{AlreadyExists, "a commitment", op(officer, promise(govPromise, parentFund, bureau, "GOV", GeneralBudget, yuan))},
	{PartyUnknown, "an owner", op(custodian1, account("acct:x", outsider, bank1, Operating, "CNY"))},
	{PartyUnknown, "an investor", call(func(m *Movement) { m.Origin.Investor, m.Commitment = outsider, "" })},
	{AccountUnknown, "a payee", invest(func(_ *scene, m *Movement) { m.To = "acct:nobody" })},
	{FundUnknown, "of a commitment", op(officer, promise("cmt:x", "fund:none", bureau, "GOV", GeneralBudget, yuan))},
	{FundUnknown, "a parent", op(officer, fundOp("fund:x", subLP, "SUB", "fund:none", subGP, bareAcct))},
	{CommitmentUnknown, "a call", call(func(m *Movement) { m.Commitment = "cmt:none" })},
	{MovementUnknown, "a step", op(custodian1, step(MovementDebit, Step{Movement: absent}))},
	{LotUnknown, "of no movement", invest(func(_ *scene, m *Movement) { m.Draws[0].Lot = LotID(absent, 0) })},
	{LotUnknown, "a second lot of a root", invest(func(s *scene, m *Movement) { m.Draws[0].Lot = strings.TrimSuffix(s.fundLot, "0") + "1" })},
	{LotUnknown, "a commitment is no money", func(s *scene) error {
		var c Commitment
		s.read(CommitmentRoom+govPromise, &c)
		return invest(func(_ *scene, m *Movement) { m.Draws[0].Lot = c.Lot })(s)
	}},
	{DocumentUnknown, "a receipt that nobody recorded", func(s *scene) error {
		movement, _, _ := SplitLotID(s.fundLot)
		return op(custodian1, step(MovementAttest, Step{Movement: movement, Level: WithReceipt, Document: strings.Repeat("0", 64)}))(s)
	}},
	{VersionConflict, "a version too many", op(officer, revise(e1, Private, 3))},
	{VersionConflict, "the present version", op(officer, revise(e1, Private, 1))},
	{VersionConflict, "a date before the present version's", func(s *scene) error {
		s.do(officer, revise(e1, Private, 2))
		earlier := revise(e1, Private, 3)
		earlier.Party.EffectiveFrom = "2025-12-31"
		return op(officer, earlier)(s)
	}},
	{VersionConflict, "a new party at version 2", op(officer, Op{Type: PartyRegister, Party: &Party{ID: outsider, Kind: Private, Version: 2}})},
	{RouteNotAllowed, "a fund pays a supplier", invest(func(_ *scene, m *Movement) {
		m.Kind, m.To, m.Payee, m.Purpose = Use, "", outsider, PurposeRD
	})},
	{RouteNotAllowed, "money enters an enterprise as a contribution", call(func(m *Movement) { m.To = e1Acct })},
	{RouteNotAllowed, "an account pays itself", invest(func(_ *scene, m *Movement) { m.Kind, m.To = Distribution, parentAcct })},
	{RouteNotAllowed, "a custody account without a fund", call(func(m *Movement) {
		m.Kind, m.To, m.Commitment, m.Origin = OwnFunds, bareAcct, "", &Origin{Source: OwnMoney}
	})},
	{RouteNotAllowed, "a bank instructs nothing that enters as own money", op(officer, instruct(Movement{Kind: OwnFunds, To: e1Acct, Amount: yuan, Origin: &Origin{Source: OwnMoney}}))},
	{RouteNotAllowed, "a fund on an enterprise's account", op(officer, fundOp("fund:x", e1, "DIRECT", "", subGP, e1Acct))},
	{RouteNotAllowed, "a fund on another's account", op(officer, fundOp("fund:x", parentLP, "DIRECT", "", subGP, bareAcct))},
	{RouteNotAllowed, "two funds on one account", op(officer, fundOp("fund:x", parentLP, "DIRECT", "", parentGP, parentAcct))},
	{DrawsMissing, "no lots", invest(func(_ *scene, m *Movement) { m.Draws, m.Amount = nil, yuan })},
	{DrawsUnbalanced, "a fen too little", invest(func(_ *scene, m *Movement) { m.Amount = yuan + 1 })},
	{LotNotOwned, "another account's", invest(func(s *scene, m *Movement) { m.Draws = draws(s.ownLot, yuan) })},
	{LotNotLive, "not yet arrived", func(s *scene) error {
		id := s.invested(yuan)
		return op(boss2, instruct(Movement{Kind: Use, From: e2Acct, Payee: outsider, Purpose: PurposeRD, Draws: draws(LotID(id, 0), 1)}))(s)
	}},
	{LotOverdrawn, "a fen too much", invest(func(s *scene, m *Movement) { m.Draws = draws(s.fundLot, 100*yuan+1) })},
	{LotNamedTwice, "in one movement", invest(func(s *scene, m *Movement) { m.Draws = append(m.Draws, m.Draws[0]) })},
	{CommitmentExceeded, "a fen too much", call(func(m *Movement) { m.Amount = 1_000_000*yuan + 1 })},
	{CommitmentMismatch, "another source", call(func(m *Movement) { m.Origin.Source = SpecialBond })},
	{CommitmentMismatch, "another investor", call(func(m *Movement) { m.Origin.Investor = investor })},
	{CommitmentMismatch, "another fund", call(func(m *Movement) { m.To = subAcct })},
	{CommitmentMismatch, "another fund and investor", call(func(m *Movement) { m.Commitment = parentPromise })},
	{CommitmentMismatch, "no contribution", invest(func(_ *scene, m *Movement) { m.Commitment = govPromise })},
	{StageConflict, "credited before it was debited", func(s *scene) error {
		return op(custodian2, step(MovementCredit, Step{Movement: s.invested(yuan), Date: today, BankRef: "c"}))(s)
	}},
	{StageConflict, "debited after its last day", func(s *scene) error {
		id := s.do(parentMgr, instruct(Movement{Kind: Disbursement, From: parentAcct, To: e2Acct, Draws: draws(s.fundLot, yuan), Expires: "2026-03-01"}))
		return op(custodian1, step(MovementDebit, Step{Movement: MovementID(id, 0), Date: today, BankRef: "d"}))(s)
	}},
	{StageConflict, "received after its last day", func(s *scene) error {
		id := s.do(officer, instruct(Movement{Kind: Contribution, To: parentAcct, Amount: yuan, Origin: budget(bureau), Expires: "2026-03-01"}))
		return op(custodian1, step(MovementCredit, Step{Movement: MovementID(id, 0), Date: today, BankRef: "c"}))(s)
	}},
	{StageConflict, "a debit of what enters from outside", func(s *scene) error {
		id := s.do(officer, instruct(Movement{Kind: Contribution, To: parentAcct, Amount: yuan, Origin: budget(bureau)}))
		return op(custodian1, step(MovementDebit, Step{Movement: MovementID(id, 0), Date: today, BankRef: "c"}))(s)
	}},
	{NotExpired, "on its last day", func(s *scene) error {
		return op(parentMgr, step(MovementExpire, Step{Movement: s.invested(yuan), Date: today}))(s)
	}},
	{BankReferenceUsed, "the same line of a statement", func(s *scene) error {
		ok := call(func(m *Movement) { m.BankRef = "20260302-17" })
		if ok(s) != nil {
			return nil
		}
		return ok(s)
	}},
	{LevelConflict, "a level that it has", func(s *scene) error {
		movement, _, _ := SplitLotID(s.fundLot)
		return op(custodian1, step(MovementAttest, Step{Movement: movement, Level: PayersBank}))(s)
	}},
	{NotOwner, "another organisation under the writer's party", func(s *scene) error {
		id := s.invested(yuan)
		return op(Caller{FinanceMSP, RoleOfficer, parentGP, parentMgr.Name}, step(MovementVoid, Step{Movement: id}))(s)
	}},
	{NotOwner, "another party of the writer's organisation", func(s *scene) error {
		id := s.invested(yuan)
		return op(Caller{ManagerMSP, RoleManager, subGP, parentMgr.Name}, step(MovementVoid, Step{Movement: id}))(s)
	}},
	{LotMovedOn, "drawn on since", func(s *scene) error {
		if err := invest(func(*scene, *Movement) {})(s); err != nil {
			return nil
		}
		movement, _, _ := SplitLotID(s.fundLot)
		return op(custodian1, step(ReversalPropose, Step{Movement: movement, Reason: "TYPO"}))(s)
	}},
	{ReversalNotProposed, "by nobody", func(s *scene) error {
		movement, _, _ := SplitLotID(s.fundLot)
		return op(officer, step(ReversalApprove, Step{Movement: movement}))(s)
	}},
	{ReversalSameParty, "by its proposer", func(s *scene) error {
		movement, _, _ := SplitLotID(s.fundLot)
		s.do(custodian1, step(ReversalPropose, Step{Movement: movement, Reason: "TYPO"}))
		return op(custodian1, step(ReversalApprove, Step{Movement: movement}))(s)
	}},
	{PublishedOnly, "settled into a published account", call(func(m *Movement) { m.To, m.Commitment = pubA, "" })},
	{BatchRefused, "one of two", op(officer, party(outsider, Private), party(e1, Private))},
}

func TestRefusals(t *testing.T) {
	for _, c := range refusalCases {
		t.Run(string(c.code)+" "+c.name, func(t *testing.T) {
			s := newScene(t)
			before := s.Keys("")
			err := c.try(s)
			if got := ErrorCode(err); got != c.code {
				t.Fatalf("%v, want %s", err, c.code)
			}
			s.audit()
			if c.code == BatchRefused && len(s.Keys("")) != len(before) {
				t.Error("a refused batch left a trace")
			}
			var wire Error
			if json.Unmarshal([]byte(refusalOf(err).JSON()), &wire) != nil || wire.Message == "" {
				t.Errorf("wire form %s", refusalOf(err).JSON())
			}
		})
	}
}
