package ledger

// move records a new movement: instructed, settled or declared.
func (a *applier) move(op OpType, m Movement) error {
	if m.N != 0 || m.Stage != "" || m.Level != 0 {
		return Refuse(FieldInvalid, "n, stage and level are set by the ledger: leave them out", "field", "movement")
	}
	m.N = a.n
	if err := m.check(); err != nil {
		return err
	}
	from, to, err := a.ends(&m)
	if err != nil {
		return err
	}
	if err := checkRoute(op, m.Kind, from, to); err != nil {
		return err
	}
	if err := a.authorise(op, &m, from, to); err != nil {
		return err
	}
	if err := a.checkOrigin(&m); err != nil {
		return err
	}
	call, err := a.checkCall(&m, from, to)
	if err != nil {
		return err
	}
	lots, err := a.checkDraws(&m)
	if err != nil {
		return err
	}
	if op == MovementSettle {
		if err := a.useBankRef(a.by.Party, side(m.From), m.BankRef, MovementID(a.entry, m.N)); err != nil {
			return err
		}
	}
	// From here on nothing fails.
	if call != nil {
		call.Drawn += m.Amount
		a.touch(LotRoom+a.commits[CommitmentRoom+m.Commitment].Lot, call)
	}
	m.Stage, m.Level = beginning(op, from, to)
	a.carry(m, lots)
	if m.Kind.againstVoucher() {
		a.unmatched = append(a.unmatched, m.N)
	}
	return nil
}

// carry takes what the movement draws from its lots, whose states are given in the order of the draws, and writes the
// movement with what it yields. Money and claims go through here alike.
func (a *applier) carry(m Movement, lots []*LotState) {
	for i, l := range lots {
		l.Drawn += m.Draws[i].Amount
		a.touch(LotRoom+m.Draws[i].Lot, l)
	}
	p := a.page(m.N)
	if p.Movements == nil {
		p.Movements = make([]Movement, 0, min(PageSize, a.ops-a.n))
	}
	p.Movements = append(p.Movements, m)
	a.hold(&m)
}

// beginning is the stage and level that a new movement starts with: a bank that keeps both accounts confirms for both.
func beginning(op OpType, from, to *Account) (Stage, Level) {
	switch {
	case op == MovementInstruct:
		return Instructed, SelfDeclared
	case op == MovementDeclare:
		return Credited, SelfDeclared
	case from != nil && to != nil && from.Bank == to.Bank:
		return Credited, BothBanks
	}
	return Credited, PayersBank
}

// The two sides of a bank's statement, each with references of its own.
const (
	debitSide  = "debit"
	creditSide = "credit"
)

// side is the side of the statement that a settled payment was taken from: the payer's bank sees a debit, and the
// receiving one a credit where money enters from outside.
func side(from string) string {
	if from == "" {
		return creditSide
	}
	return debitSide
}

// hold indexes the lots that the movement yields under the account that owns them.
func (a *applier) hold(m *Movement) {
	key := HoldKey(m.Owner(), a.entry)
	list := a.holds[key]
	if list == nil {
		list = new([]string)
		a.holds[key] = list
	}
	id := MovementID(a.entry, m.N)
	for k := range max(1, len(m.Draws)) {
		*list = append(*list, LotID(id, k))
	}
	a.touch(key, list)
}

// check verifies what the movement says by itself.
func (m *Movement) check() *Error {
	if err := first(
		oneOf("movement.kind", m.Kind, Contribution, Disbursement, OwnFunds, Use, Return, Distribution, Fee, Transfer, UnknownOrigin,
			Financing, Settlement, Recourse),
		checkAmount("movement.amount", m.Amount), checkCurrency(m.Currency), checkDate("movement.date", m.Date),
		checkText("movement.memo", m.Memo), checkText("movement.bank_ref", m.BankRef)); err != nil {
		return err
	}
	if m.Expires != "" {
		if err := checkDate("movement.expires", m.Expires); err != nil {
			return err
		}
	}
	if m.Document != "" {
		if err := checkSHA256("movement.document", m.Document); err != nil {
			return err
		}
	}
	if m.Purpose != "" || m.Kind == Use || m.To == "" {
		if err := oneOf("movement.purpose", m.Purpose, PurposeRD, PurposeEquipment, PurposePayroll, PurposeMaterial, PurposeRent,
			PurposeTax, PurposeDebt, PurposeTransfer, PurposeFee, PurposePayout, PurposeOther); err != nil {
			return err
		}
	}
	if m.To == "" && m.From == "" {
		return missing("movement.to")
	}
	if (m.Voucher != "") != m.Kind.againstVoucher() || m.Cash != "" {
		return Refuse(FieldInvalid, "a FINANCING, SETTLEMENT or RECOURSE names the voucher that it pays for, and no other kind does; cash is set by the ledger", "field", "movement.voucher")
	}
	if m.From != "" && m.From == m.To {
		return Refuse(RouteNotAllowed, "payer and payee are the same account", "account", clip(m.From))
	}
	if (m.To == "") != (m.Payee != "") {
		return Refuse(FieldInvalid, "name the payee where it keeps no account here, and only there", "field", "movement.payee")
	}
	if m.Payee != "" {
		return CheckIdentifier(m.Payee)
	}
	return nil
}

// ends reads the two accounts. Errors: ACCOUNT_UNKNOWN, CURRENCY_MISMATCH.
func (a *applier) ends(m *Movement) (from, to *Account, err error) {
	if m.From != "" {
		if from, err = a.account(m.From); err != nil {
			return nil, nil, err
		}
	}
	if m.To != "" {
		if to, err = a.account(m.To); err != nil {
			return nil, nil, err
		}
	}
	for _, acct := range []*Account{from, to} {
		if acct != nil && acct.Currency != m.Currency {
			return nil, nil, currencyMismatch(m.Currency, acct.Currency)
		}
	}
	return from, to, nil
}

// authorise checks who writes: the payer instructs, the payer's bank settles (the payee's where money enters).
func (a *applier) authorise(op OpType, m *Movement, from, to *Account) error {
	switch op {
	case MovementInstruct:
		if m.Kind.againstVoucher() {
			return Refuse(RouteNotAllowed, "a payment against a voucher is settled by the payer's bank together with the voucher's own step", "kind", string(m.Kind))
		}
		if from == nil && m.Kind != Contribution {
			return Refuse(RouteNotAllowed, "only contributions from outside are instructed; the bank settles what arrives otherwise", "kind", string(m.Kind))
		}
		return a.checkInstructor(from)
	case MovementSettle:
		keeper := from
		if keeper == nil {
			keeper = to
		}
		if err := a.by.mustBe(keeper.Bank, "account "+keeper.ID, false); err != nil {
			return err
		}
	}
	return orNil(a.checkPast("movement.date", m.Date))
}

// checkOrigin requires the origin of money that enters from outside, and forbids it elsewhere.
func (a *applier) checkOrigin(m *Movement) error {
	if m.From != "" {
		if m.Origin != nil {
			return Refuse(FieldInvalid, "the origin of money paid from an account follows from its lots: leave it out", "field", "movement.origin")
		}
		return nil
	}
	if m.Origin == nil {
		return missing("movement.origin")
	}
	if err := first(oneOf("movement.origin.source", m.Origin.Source, sources...), checkText("movement.origin.budget_line", m.Origin.BudgetLine)); err != nil {
		return err
	}
	if (m.Kind == OwnFunds) != (m.Origin.Source == OwnMoney) || (m.Kind == UnknownOrigin) != (m.Origin.Source == UnknownSource) {
		return Refuse(FieldInvalid, "source OWN_MONEY goes with OWN_FUNDS and UNKNOWN with UNKNOWN_ORIGIN, and only so", "field", "movement.origin.source")
	}
	if m.Origin.Source.Public() && m.Origin.BudgetLine == "" {
		return missing("movement.origin.budget_line")
	}
	if m.Origin.Investor == "" {
		if m.Kind == Contribution {
			return missing("movement.origin.investor")
		}
		return nil
	}
	return a.mustKnow(m.Origin.Investor)
}

// checkCall verifies that a called commitment covers the movement. It answers the commitment's lot, or nil.
// Errors: COMMITMENT_UNKNOWN, COMMITMENT_MISMATCH, COMMITMENT_EXCEEDED, CURRENCY_MISMATCH.
func (a *applier) checkCall(m *Movement, from, to *Account) (*LotState, error) {
	if m.Commitment == "" {
		return nil, nil
	}
	c, err := a.commitment(m.Commitment)
	if err != nil {
		return nil, err
	}
	if c == nil {
		return nil, unknownCommitment(m.Commitment)
	}
	investor := ""
	switch {
	case from != nil:
		investor = from.Owner
	case m.Origin != nil:
		investor = m.Origin.Investor
	}
	source := m.Origin == nil || m.Origin.Source == c.Source
	if m.Kind != Contribution || to == nil || c.Fund == "" || to.Fund != c.Fund || investor != c.Investor || !source {
		return nil, Refuse(CommitmentMismatch, "commitment "+quote(c.ID)+" is of another fund, investor or funding source: call the right one", "commitment", c.ID)
	}
	if c.Currency != m.Currency {
		return nil, currencyMismatch(m.Currency, c.Currency)
	}
	lot, err := a.lotState(c.Lot)
	if err != nil {
		return nil, err
	}
	if m.Amount > c.Amount-lot.Drawn {
		return nil, Refuse(CommitmentExceeded, "the call exceeds what is left of commitment "+quote(c.ID)+": call at most "+amount(c.Amount-lot.Drawn),
			"commitment", c.ID, "left", amount(c.Amount-lot.Drawn))
	}
	return lot, nil
}
