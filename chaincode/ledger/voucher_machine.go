package ledger

import "slices"

// signer says who may take a step, besides the organisation and role that grants list.
type signer string

const (
	bySecondPerson signer = "issuer, another person than the drafter"
	byPayee        signer = "payee"
	byHolder       signer = "holder"
	byTransferee   signer = "transferee"
	byEitherSide   signer = "transferee or holder"
	byFunder       signer = "funder"
	byFunderSide   signer = "funder or holder"
	byBank         signer = "bank of the payer" // proven by the payment in the same entry
	byAuthority    signer = "audit office or finance bureau"
	byAnyone       signer = "anyone with the operation's role, as of a day"
	byIssuerHolder signer = "issuer and holder"
	byPledgee      signer = "pledgee" // where a pledge stands
)

// transition is one row of the machine: from which states a step starts, where it leads, who signs, and what else it
// asks for and does. apply answers the state after the step where to is empty.
type transition struct {
	from  []VoucherState
	to    VoucherState
	by    signer
	apply func(*voucherChange) error
}

// live is every state in which somebody holds the voucher before its maturity.
var live = []VoucherState{VoucherActive, TransferPending, FinancePending, VoucherFinanced, VoucherPledged}

// unpaid is every state in which the issuer may pay.
var unpaid = []VoucherState{VoucherDue, PartiallySettled, VoucherOverdue, InRecourse}

// transitions is the state machine of vouchers. Source: domain rules of e-vouchers, transitions 3 to 21; 1 and 2 (the
// claim is registered, the voucher drafted) make things and start from no state.
var transitions = map[OpType]transition{
	VoucherSign:     {in(VoucherDrafted), VoucherIssued, bySecondPerson, (*voucherChange).issue},
	VoucherAccept:   {in(VoucherIssued), VoucherActive, byPayee, (*voucherChange).accept},
	VoucherReject:   {in(VoucherIssued), VoucherCancelled, byPayee, (*voucherChange).reopen},
	VoucherLapse:    {in(VoucherIssued), VoucherCancelled, byAnyone, (*voucherChange).lapse},
	VoucherDivide:   {in(VoucherActive), VoucherDivided, byHolder, (*voucherChange).split},
	VoucherOffer:    {in(VoucherActive), TransferPending, byHolder, (*voucherChange).offer},
	VoucherTake:     {in(TransferPending), VoucherPassedOn, byTransferee, (*voucherChange).take},
	VoucherDecline:  {in(TransferPending), VoucherActive, byEitherSide, (*voucherChange).drop},
	VoucherApply:    {in(VoucherActive), FinancePending, byHolder, (*voucherChange).askFunder},
	VoucherRegister: {in(FinancePending), FinancePending, byFunder, (*voucherChange).register},
	VoucherFund:     {in(FinancePending), "", byBank, (*voucherChange).fund},
	VoucherRefuse:   {in(FinancePending), VoucherActive, byFunderSide, (*voucherChange).drop},
	VoucherUnpledge: {in(VoucherPledged, VoucherDue, PartiallySettled, VoucherOverdue), "", byPledgee, (*voucherChange).unpledge},
	VoucherFreeze:   {append(append([]VoucherState{VoucherIssued}, live...), unpaid...), VoucherFrozen, byAuthority, (*voucherChange).freeze},
	VoucherThaw:     {in(VoucherFrozen), "", byAuthority, (*voucherChange).thaw},
	VoucherMature:   {live, VoucherDue, byAnyone, (*voucherChange).mature},
	VoucherPay:      {unpaid, "", byBank, (*voucherChange).settle},
	VoucherDefault:  {in(VoucherDue, PartiallySettled), VoucherOverdue, byAnyone, (*voucherChange).fallOverdue},
	VoucherClaim:    {in(VoucherOverdue), InRecourse, byHolder, (*voucherChange).claimRecourse},
	VoucherRepay:    {in(InRecourse), VoucherPassedOn, byBank, (*voucherChange).payRecourse},
	VoucherWriteOff: {in(VoucherOverdue, InRecourse), VoucherWrittenOff, byHolder, (*voucherChange).writeOff},
	VoucherCancel:   {in(VoucherDrafted, VoucherActive), "", byIssuerHolder, (*voucherChange).cancel},
}

func in(states ...VoucherState) []VoucherState { return states }

// lasting lists the steps that carry a voucher to its end. They are taken however long its history has grown, so that
// nobody can keep a voucher from being paid, or from being frozen, by filling it. Whoever could repeat one without end is
// an authority or has to pay each time (settle has a limit of its own).
var lasting = []OpType{VoucherUnpledge, VoucherFreeze, VoucherThaw, VoucherMature, VoucherPay, VoucherDefault, VoucherClaim, VoucherRepay, VoucherWriteOff}

// voucherChange is one step being checked; next becomes the voucher only when nothing was refused.
type voucherChange struct {
	*applier
	op    OpType
	step  VoucherStep
	now   *VoucherNode
	next  VoucherNode
	event VoucherEvent
}

// stepVoucher takes one step of the machine.
func (a *applier) stepVoucher(op OpType, s VoucherStep) error {
	t := transitions[op]
	if err := s.check(op); err != nil {
		return err
	}
	now, err := a.knownVoucher(s.Voucher)
	if err != nil {
		return err
	}
	if !slices.Contains(t.from, now.State) {
		return Refuse(VoucherConflict, "the voucher is "+string(now.State)+", and "+string(op)+" does not start from there", "voucher", now.Lot, "state", string(now.State))
	}
	c := &voucherChange{applier: a, op: op, step: s, now: now, next: *now}
	if c.full() && !slices.Contains(lasting, op) {
		return tooLong(now.Lot)
	}
	c.next.State = t.to
	c.event = VoucherEvent{Seq: len(now.Events) + 1, Op: op, Date: s.Date, Writer: a.by.writer(), At: a.at, Reason: s.Reason, Document: s.Document, Cash: s.Cash}
	if err := c.mayTake(t.by); err != nil {
		return err
	}
	if s.Cash == "" { // a payment brings its own date
		if err := c.settleDate(s.Date); err != nil {
			return err
		}
	}
	c.next.Cancels = ""
	if err := t.apply(c); err != nil {
		return err
	}
	c.event.State = c.next.State
	c.next.Events = append(now.Events[:len(now.Events):len(now.Events)], c.event)
	a.putVoucher(&c.next)
	return nil
}

func (c *voucherChange) full() bool { return len(c.now.Events) >= maxEvents }

func tooLong(voucher string) *Error {
	return Refuse(TooLarge, "the voucher's history is full: it can still mature and be paid in full", "voucher", voucher)
}

// mayTake checks whose step it is. Errors: NOT_OWNER, CONSENT_REQUIRED, SAME_PERSON, VOUCHER_CONFLICT.
func (c *voucherChange) mayTake(by signer) error {
	party, pending := c.by.Party, c.now.Pending
	switch by {
	case bySecondPerson:
		if err := c.by.mustBe(c.now.Issuer, "the voucher", false); err != nil {
			return err
		}
		if c.now.Events[0].Writer.Name == c.by.Name {
			return Refuse(SamePerson, "a voucher is issued by another person of the issuer than drafted it", "name", c.by.Name)
		}
		return nil
	case byPayee:
		return c.consent(party == c.now.Holder, c.now.Holder)
	case byTransferee:
		return c.consent(party == pending.To, pending.To)
	case byHolder:
		return orNil(c.by.mustBe(c.now.Holder, "the voucher", false))
	case byPledgee:
		if c.now.Pledgee == "" {
			return Refuse(VoucherConflict, "no pledge stands on the voucher", "voucher", c.now.Lot, "state", string(c.now.State))
		}
		return orNil(c.by.mustBe(c.now.Pledgee, "the pledge", false))
	case byFunder:
		return orNil(c.by.mustBe(pending.To, "the financing", false))
	case byEitherSide, byFunderSide:
		if party == c.now.Holder {
			return nil
		}
		return orNil(c.by.mustBe(pending.To, "the answer", false))
	case byIssuerHolder:
		if party == c.now.Issuer {
			return nil
		}
		return orNil(c.by.mustBe(c.now.Holder, "the voucher", false))
	}
	return nil // byBank: the payment proves it; byAuthority, byAnyone: organisation and role said enough
}

// consent requires the one concerned to answer with its own key. A consent that somebody else gives is none whatever the
// rule's mode. Errors: CONSENT_REQUIRED, NOT_OWNER.
func (c *voucherChange) consent(own bool, party string) error {
	if own {
		return c.obey(RuleConsent, c.today, nil)
	}
	if err := c.obey(RuleConsent, c.today, Refuse(ConsentRequired, "only "+quote(party)+" may consent, with its own key", "party", party)); err != nil {
		return err
	}
	return orNil(c.by.mustBe(party, "the consent", false))
}

// obey enforces a rule on the step and notes the version that was applied. broken is nil where it is kept.
func (c *voucherChange) obey(rule, date string, broken *Error) error {
	r, err := c.rule(rule, date)
	if err != nil {
		return err
	}
	c.event.Rules = append(c.event.Rules, r.tag())
	return c.enforce(rule, date, broken)
}

// settleDate settles the day of the step: today where it names none, not after today and not before the step before it.
func (c *voucherChange) settleDate(date string) error {
	if date == "" {
		date = c.today
	}
	if err := c.checkPast("voucher_step.date", date); err != nil {
		return err
	}
	if last := c.last(); date < last {
		return Refuse(DateInvalid, "the step is dated "+date+", before the one before it ("+last+"): keep their order", "field", "voucher_step.date")
	}
	c.event.Date = date
	return nil
}

// last is the day of the step before this one. A payment may be older than the default that somebody stated before the
// bank recorded it: a bank takes payments from its statement of the day before.
func (c *voucherChange) last() string {
	e := c.now.Events
	if c.op == VoucherPay && e[len(e)-1].Op == VoucherDefault {
		e = e[:len(e)-1]
	}
	return e[len(e)-1].Date
}

// notMatured refuses to pass on or divide a voucher on or after its maturity. Errors: VOUCHER_MATURED.
func (c *voucherChange) notMatured() error {
	if c.event.Date >= c.now.Maturity {
		return Refuse(VoucherMatured, "the voucher matured on "+c.now.Maturity+": it can only be settled now", "voucher", c.now.Lot)
	}
	return nil
}

// check verifies the fields of a step: those that belong to it, and no others.
func (s *VoucherStep) check(op OpType) *Error {
	if err := first(checkText("voucher_step.reason", s.Reason), optional(checkSHA256, "voucher_step.document", s.Document),
		optional(checkDate, "voucher_step.date", s.Date)); err != nil {
		return err
	}
	fields := []struct {
		name string
		set  bool
		of   []OpType
	}{
		{"to", s.To != "", []OpType{VoucherOffer}},
		{"recourse", s.Recourse, []OpType{VoucherOffer}},
		{"pieces", s.Pieces != nil, []OpType{VoucherDivide}},
		{"financing", s.Financing != nil, []OpType{VoucherApply}},
		{"registration", s.Registration != nil, []OpType{VoucherRegister}},
		{"cash", s.Cash != "", []OpType{VoucherFund, VoucherPay, VoucherRepay}},
		{"against", s.Against != "", []OpType{VoucherClaim}},
	}
	for _, f := range fields {
		wanted := slices.Contains(f.of, op)
		if f.set && !wanted {
			return Refuse(FieldInvalid, string(op)+" takes no "+f.name+": leave it out", "field", "voucher_step."+f.name)
		}
		if wanted && !f.set && f.name != "recourse" {
			return missing("voucher_step." + f.name)
		}
	}
	switch op {
	case VoucherLapse, VoucherMature, VoucherDefault: // who runs the clock says as of which day
		if s.Date == "" {
			return missing("voucher_step.date")
		}
	case VoucherFreeze, VoucherThaw, VoucherWriteOff:
		if s.Document == "" {
			return missing("voucher_step.document")
		}
	case VoucherFund, VoucherPay, VoucherRepay:
		if s.Date != "" {
			return Refuse(FieldInvalid, "the payment says the date: leave voucher_step.date out", "field", "voucher_step.date")
		}
	}
	return nil
}
