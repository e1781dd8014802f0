package ledger

// step records what happens to a movement that exists: confirmations by banks, withdrawals, attestations, reversals.
func (a *applier) step(op OpType, s Step) error {
	m, page, now, err := a.movement(s.Movement)
	if err != nil {
		return err
	}
	if m.Kind.OfClaims() {
		return Refuse(StageConflict, "the movement is of a claim, not of money: a voucher has steps of its own", "movement", s.Movement, "kind", string(m.Kind))
	}
	if err := first(checkText("step.bank_ref", s.BankRef), checkText("step.reason", s.Reason)); err != nil {
		return err
	}
	if s.Document != "" {
		if err := checkSHA256("step.document", s.Document); err != nil {
			return err
		}
	}
	if s.Level != 0 && op != MovementAttest {
		return Refuse(FieldInvalid, "level goes with movement.attest only", "field", "step.level")
	}
	from, to, err := a.ends(m)
	if err != nil {
		return err
	}
	c := &change{applier: a, step: s, m: m, page: page, now: now, next: *now, from: from, to: to}
	switch op {
	case MovementDebit:
		err = c.debit()
	case MovementCredit:
		err = c.credit()
	case MovementReturn:
		err = c.giveBack()
	case MovementVoid:
		err = c.void()
	case MovementExpire:
		err = c.expire()
	case MovementAttest:
		err = c.attest()
	case ReversalPropose:
		err = c.proposeReversal()
	case ReversalApprove:
		err = c.approveReversal()
	}
	if err != nil {
		return err
	}
	*now = c.next
	a.touch(MovementRoom+s.Movement, now)
	return nil
}

// change is one step being checked; next becomes the movement's state only when nothing was refused.
type change struct {
	*applier
	step     Step
	m        *Movement
	page     *Page
	now      *MovementState
	next     MovementState
	from, to *Account
}

func (c *change) debit() error {
	if c.from == nil {
		return c.conflict("money that enters from outside has no debit here: credit it")
	}
	if err := first(c.by.mustBe(c.from.Bank, "account "+c.from.ID, false), c.mustBeAt(Instructed), c.checkPast("step.date", c.step.Date), c.mustBeValid()); err != nil {
		return err
	}
	if err := c.useBankRef(c.by.Party, debitSide, c.step.BankRef, c.step.Movement); err != nil {
		return err
	}
	stage := Debited
	if c.to == nil { // the payee keeps no account here: nobody else will confirm
		stage = Credited
	}
	c.confirm(stage, PayersBank)
	return nil
}

func (c *change) credit() error {
	if c.to == nil {
		return c.conflict("the payee keeps no account here: the debit completes the payment")
	}
	from, level := Debited, BothBanks
	if c.from == nil {
		from, level = Instructed, PayersBank
	}
	if err := first(c.by.mustBe(c.to.Bank, "account "+c.to.ID, false), c.mustBeAt(from), c.checkPast("step.date", c.step.Date)); err != nil {
		return err
	}
	if from == Instructed {
		if err := c.mustBeValid(); err != nil {
			return err
		}
	}
	if err := c.useBankRef(c.by.Party, creditSide, c.step.BankRef, c.step.Movement); err != nil {
		return err
	}
	c.confirm(Credited, level)
	return nil
}

func (c *change) giveBack() error {
	if err := first(c.mustBeBank(), c.mustBeAt(Debited), c.checkPast("step.date", c.step.Date)); err != nil {
		return err
	}
	c.confirm(Returned, c.now.Level)
	return c.release(c.m)
}

func (c *change) void() error {
	if c.step.Date == "" {
		c.step.Date = c.today
	}
	if err := first(c.mustBeWriter(), c.mustBeAt(Instructed), c.checkPast("step.date", c.step.Date)); err != nil {
		return err
	}
	c.confirm(Voided, c.now.Level)
	return c.release(c.m)
}

func (c *change) expire() error {
	if c.mustBeWriter() != nil && c.mustBeBank() != nil && c.by.MSP != FinanceMSP {
		return Refuse(NotOwner, "an instruction is expired by who wrote it, by a bank of the payment or by the finance bureau")
	}
	if err := first(c.mustBeAt(Instructed), c.checkPast("step.date", c.step.Date)); err != nil {
		return err
	}
	if c.m.Expires == "" || c.step.Date <= c.m.Expires {
		return Refuse(NotExpired, "the instruction is valid on "+c.step.Date+": void it instead", "expires", c.m.Expires)
	}
	c.confirm(Expired, c.now.Level)
	return c.release(c.m)
}

// attest raises the level: to 2 by the payee's bank where the payer's bank settled alone, to 3 with a recorded document.
func (c *change) attest() error {
	if err := first(c.mustBeBank(), c.mustBeAt(Credited)); err != nil {
		return err
	}
	oneBank := c.from == nil || c.to == nil
	switch {
	case c.step.Level == BothBanks && c.now.Level == PayersBank && !oneBank && c.by.Party == c.to.Bank && c.to.Bank != c.from.Bank:
	case c.step.Level == WithReceipt && (c.now.Level == BothBanks || oneBank && c.now.Level == PayersBank):
		d, err := c.document(c.step.Document)
		if err != nil {
			return err
		}
		if d == nil || d.Subject != c.step.Movement {
			return Refuse(DocumentUnknown, "level 3 needs a document recorded for this movement: record it first", "document", c.step.Document)
		}
	default:
		return Refuse(LevelConflict, "level 2 is attested by the payee's bank after the payer's bank settled, level 3 after level 2 with a document",
			"level", amount(int64(c.step.Level)), "present", amount(int64(c.now.Level)))
	}
	c.next.Level = c.step.Level
	c.next.Attestations = append(c.now.Attestations[:len(c.now.Attestations):len(c.now.Attestations)],
		Attestation{Level: c.step.Level, Document: c.step.Document, Writer: c.by.writer(), At: c.at})
	return nil
}

func (c *change) proposeReversal() error {
	if err := first(c.mustBeWriter(), c.mustBeAt(Credited),
		oneOf("step.reason", c.step.Reason, "TYPO", "BANK_RETURN", "DUPLICATE", "FRAUD", "COURT", "RULE_CHANGE")); err != nil {
		return err
	}
	if c.m.Kind.againstVoucher() {
		return c.conflict("what was paid against a voucher has settled it: record a payment back instead")
	}
	if c.now.Reversal != nil {
		return c.conflict("a reversal is proposed already: another organisation may approve it")
	}
	if err := c.mustBeWhole(); err != nil {
		return err
	}
	c.next.Reversal = &ReversalProposal{Reason: c.step.Reason, Document: c.step.Document, Writer: c.by.writer(), At: c.at}
	return nil
}

func (c *change) approveReversal() error {
	p := c.now.Reversal
	if p == nil {
		return Refuse(ReversalNotProposed, "nobody has proposed to reverse this movement", "movement", c.step.Movement)
	}
	if p.Writer.MSP == c.by.MSP {
		return Refuse(ReversalSameParty, "a reversal takes two organisations: let another one approve it", "msp", c.by.MSP)
	}
	if err := c.mustBeAt(Credited); err != nil {
		return err
	}
	if err := c.mustBeConcerned(); err != nil {
		return err
	}
	if err := c.mustBeWhole(); err != nil {
		return err
	}
	c.step.Date = c.today
	c.step.Reason = p.Reason
	c.confirm(Reversed, c.now.Level)
	return c.release(c.m)
}

// mustBeWhole refuses to reverse money that has moved on. Errors: LOT_MOVED_ON.
func (c *change) mustBeWhole() error {
	entry, _, bad := SplitMovementID(c.step.Movement)
	if bad != nil {
		return bad
	}
	for _, y := range c.m.Yields(entry) {
		st, err := c.lotState(y.Lot)
		if err != nil {
			return err
		}
		if st.Drawn > 0 {
			return Refuse(LotMovedOn, "lot "+quote(y.Lot)+" has been drawn on: record a payment back instead", "lot", y.Lot, "drawn", amount(st.Drawn))
		}
	}
	return nil
}

func (c *change) confirm(stage Stage, level Level) {
	c.next.Stage, c.next.Level = stage, level
	c.next.Steps = append(c.now.Steps[:len(c.now.Steps):len(c.now.Steps)], Confirmed{Stage: stage, Date: c.step.Date,
		BankRef: c.step.BankRef, Writer: c.by.writer(), At: c.at, Reason: c.step.Reason, Document: c.step.Document})
}

func (c *change) mustBeAt(stage Stage) *Error {
	if c.now.Stage != stage {
		return c.conflict("the movement is " + string(c.now.Stage) + ", the step needs " + string(stage))
	}
	return nil
}

// mustBeValid refuses to carry out an instruction after its last day.
func (c *change) mustBeValid() *Error {
	if c.m.Expires != "" && c.step.Date > c.m.Expires {
		return c.conflict("the instruction was valid until " + c.m.Expires + ": expire it, and let its writer instruct again")
	}
	return nil
}

func (c *change) conflict(message string) *Error {
	return Refuse(StageConflict, message, "movement", c.step.Movement, "stage", string(c.now.Stage))
}

// mustBeWriter requires the organisation and party that recorded the movement.
func (c *change) mustBeWriter() *Error {
	if w := c.page.Writer; w.MSP != c.by.MSP || w.Party != c.by.Party {
		return Refuse(NotOwner, "the movement was recorded by "+quote(w.Party)+" of "+w.MSP+": only its writer may do this", "party", w.Party)
	}
	return nil
}

// mustBeConcerned requires the finance bureau, a bank that keeps one of the two accounts or the manager of a fund that
// paid or received. Figures between published accounts concern everybody.
func (c *change) mustBeConcerned() error {
	if c.by.MSP == FinanceMSP || c.mustBeBank() == nil {
		return nil
	}
	for _, a := range []*Account{c.from, c.to} {
		if a == nil {
			continue
		}
		if a.Purpose == Published {
			return nil
		}
		if a.Fund == "" {
			continue
		}
		f, err := c.fund(a.Fund)
		if err != nil {
			return err
		}
		if f != nil && c.by.MSP == ManagerMSP && f.Manager == c.by.Party {
			return nil
		}
	}
	return Refuse(NotOwner, "a reversal is approved by the finance bureau, a bank of the payment or the manager of a fund that paid or received", "party", c.by.Party)
}

// mustBeBank requires a bank that keeps one of the two accounts.
func (c *change) mustBeBank() *Error {
	for _, a := range []*Account{c.from, c.to} {
		if a != nil && a.Bank != "" && a.Bank == c.by.Party && c.by.MSP == BankMSP {
			return nil
		}
	}
	return Refuse(NotOwner, "only a bank that keeps one of the two accounts may do this", "party", c.by.Party)
}
