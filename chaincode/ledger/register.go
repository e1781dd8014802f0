package ledger

func (a *applier) openAccount(c Account) error {
	if c.Policy == "" {
		c.Policy = OldestFirst
	}
	if err := first(checkName("account.id", c.ID, "acct:"), checkCurrency(c.Currency),
		oneOf("account.purpose", c.Purpose, Custody, Supervised, Operating, Treasury, Published),
		oneOf("account.policy", c.Policy, OldestFirst, Named)); err != nil {
		return err
	}
	if c.Fund != "" {
		return Refuse(FieldInvalid, "account.fund is set when the fund is established: leave it empty", "field", "account.fund")
	}
	if c.Manager != "" {
		if c.Purpose != Custody {
			return Refuse(FieldInvalid, "only a custody account names a manager: leave account.manager empty", "field", "account.manager")
		}
		if err := a.mustKnow(c.Manager); err != nil {
			return err
		}
	}
	if c.Purpose == Published {
		if a.by.MSP != FinanceMSP || c.Bank != "" {
			return Refuse(PublishedOnly, "an account for published figures is opened by the finance bureau and names no bank", "account", c.ID)
		}
	} else {
		if a.by.MSP != BankMSP {
			return Refuse(NotPermitted, "an account is opened by the bank that keeps it", "account", c.ID)
		}
		if err := a.by.mustBe(c.Bank, "account "+c.ID, false); err != nil {
			return err
		}
		if err := a.mustKnow(c.Bank); err != nil {
			return err
		}
	}
	if owner, err := a.party(c.Owner); err != nil {
		return err
	} else if owner == nil {
		return unknownParty(c.Owner)
	} else if owner.Kind == Platform {
		return noPlatform(c.Owner)
	}
	if old, err := load(a.book, a.accts, AccountRoom+c.ID); err != nil {
		return err
	} else if old != nil {
		return Refuse(AlreadyExists, "account "+quote(c.ID)+" is open", "account", c.ID)
	}
	a.accts[AccountRoom+c.ID] = &c
	a.touch(AccountRoom+c.ID, &c)
	return nil
}

func (a *applier) establishFund(f Fund) error {
	if err := first(checkName("fund.id", f.ID, "fund:"), checkText("fund.name", f.Name),
		oneOf("fund.level", f.Level, "PARENT", "SUB", "DIRECT"), oneOf("fund.class", f.Class, "INDUSTRY", "VC", "ANGEL"),
		checkRegion("fund.region", f.Region), checkDate("fund.term_start", f.TermStart), checkDate("fund.term_end", f.TermEnd),
		f.Mandate.check(), a.by.mustBe(f.Manager, "fund "+f.ID, true)); err != nil {
		return err
	}
	if f.TermEnd <= f.TermStart {
		return Refuse(DateInvalid, "fund.term_end must be after fund.term_start", "field", "fund.term_end")
	}
	for _, p := range []string{f.Party, f.Manager} {
		if err := a.mustKnow(p); err != nil {
			return err
		}
	}
	if (f.Parent != "") != (f.Level == "SUB") {
		return Refuse(FieldInvalid, "a SUB fund names its parent, and no other does", "field", "fund.parent")
	}
	if f.Parent != "" {
		if parent, err := a.fund(f.Parent); err != nil {
			return err
		} else if parent == nil {
			return unknownFund(f.Parent)
		}
	}
	if old, err := a.fund(f.ID); err != nil {
		return err
	} else if old != nil {
		return Refuse(AlreadyExists, "fund "+quote(f.ID)+" is established", "fund", f.ID)
	}
	acct, err := a.account(f.Account)
	if err != nil {
		return err
	}
	if acct.Purpose != Custody || acct.Owner != f.Party || acct.Fund != "" {
		return Refuse(RouteNotAllowed, "the fund needs a custody account of its own that serves no other fund", "account", acct.ID)
	}
	// The bank says who manages the account's money, or the finance bureau vouches; a manager's word alone is not enough.
	if acct.Manager != f.Manager && (acct.Manager != "" || a.by.MSP != FinanceMSP) {
		return Refuse(NotOwner, "the custody account "+quote(acct.ID)+" does not name this manager: let its bank or the finance bureau say so", "account", acct.ID, "manager", clip(acct.Manager))
	}
	custody := *acct
	custody.Fund = f.ID
	a.accts[AccountRoom+acct.ID] = &custody
	a.funds[FundRoom+f.ID] = &f
	a.touch(AccountRoom+acct.ID, &custody)
	a.touch(FundRoom+f.ID, &f)
	return nil
}

func (m *Mandate) check() *Error {
	if len(m.Industries)+len(m.Regions)+len(m.Stages) > 300 {
		return Refuse(TooLarge, "a mandate lists at most 300 codes")
	}
	for _, v := range m.Industries {
		if err := checkIndustry("fund.mandate.industries", v); err != nil {
			return err
		}
	}
	for _, v := range m.Regions {
		if len(v) < 2 || len(v) > 6 || !digits(v) {
			return invalid("fund.mandate.regions", v, "2 to 6 digits of a GB/T 2260 code")
		}
	}
	for _, v := range m.Stages {
		if err := oneOf("fund.mandate.stages", v, "SEED", "EARLY", "GROWTH", "MATURE"); err != nil {
			return err
		}
	}
	return nil
}

func unknownCommitment(id string) *Error {
	return Refuse(CommitmentUnknown, "there is no commitment "+quote(id)+": sign it first", "commitment", clip(id))
}

func unknownFund(id string) *Error {
	return Refuse(FundUnknown, "there is no fund "+quote(id)+": establish it first", "fund", clip(id))
}

// sources are the funding sources that a commitment or a contribution may state.
var sources = []FundingSource{GeneralBudget, GovFundBudget, StateCapitalBudget, SOEEntrusted, SOEInjected, UpperTransfer,
	FundReturns, SpecialBond, SocialCapital, OwnMoney, UnknownSource}

func (a *applier) signCommitment(c Commitment) error {
	if err := first(checkName("commitment.id", c.ID, "cmt:"), oneOf("commitment.source", c.Source, sources...),
		checkAmount("commitment.amount", c.Amount), checkCurrency(c.Currency), a.checkPast("commitment.date", c.Date)); err != nil {
		return err
	}
	if c.Document != "" {
		if err := checkSHA256("commitment.document", c.Document); err != nil {
			return err
		}
	}
	if c.Lot != "" {
		return Refuse(FieldInvalid, "commitment.lot is set by the ledger: leave it empty", "field", "commitment.lot")
	}
	acct, err := a.promisedFrom(&c)
	if err != nil {
		return err
	}
	if acct.Currency != c.Currency {
		return currencyMismatch(c.Currency, acct.Currency)
	}
	if old, err := a.commitment(c.ID); err != nil {
		return err
	} else if old != nil {
		return Refuse(AlreadyExists, "commitment "+quote(c.ID)+" is signed", "commitment", c.ID)
	}
	c.Lot = LotID(MovementID(a.entry, a.n), 0)
	a.commits[CommitmentRoom+c.ID] = &c
	a.touch(CommitmentRoom+c.ID, &c)
	return nil
}

// promisedFrom checks who promises to whom, and answers the account whose currency the promise has: the fund's, or the
// promisor's own where somebody published the promise.
func (a *applier) promisedFrom(c *Commitment) (*Account, error) {
	if c.Account != "" {
		return a.publishedPromise(c)
	}
	if err := oneOf("commitment.class", c.Class, "GOV", "SOE", "SOCIAL", "GP"); err != nil {
		return nil, err
	}
	f, err := a.fund(c.Fund)
	if err != nil {
		return nil, err
	}
	if f == nil {
		return nil, unknownFund(c.Fund)
	}
	if err := a.by.mustBe(f.Manager, "fund "+f.ID, true); err != nil {
		return nil, err
	}
	if err := a.mustKnow(c.Investor); err != nil {
		return nil, err
	}
	if investor, err := a.party(c.Investor); err != nil {
		return nil, err
	} else if investor.Kind == Government && a.by.MSP != FinanceMSP {
		return nil, Refuse(NotPermitted, "what a government body commits is recorded by the finance bureau", "investor", c.Investor)
	}
	return a.account(f.Account)
}

// publishedPromise checks a promise that somebody published and nobody confirmed. Nothing is ever called of it.
func (a *applier) publishedPromise(c *Commitment) (*Account, error) {
	acct, err := a.account(c.Account)
	if err != nil {
		return nil, err
	}
	if a.by.MSP != FinanceMSP || acct.Purpose != Published || c.Fund != "" || c.Class != "" || c.Source != UnknownSource {
		return nil, Refuse(PublishedOnly, "a published promise is recorded by the finance bureau on a published account, with source UNKNOWN and without fund and class", "account", acct.ID)
	}
	if c.Investor != acct.Owner {
		return nil, Refuse(CommitmentMismatch, "a published promise is made by the owner of its account", "investor", clip(c.Investor))
	}
	return acct, nil
}

func currencyMismatch(got, want string) *Error {
	return Refuse(CurrencyMismatch, "the amount is in "+quote(got)+", the account in "+quote(want)+": one movement has one currency", "currency", clip(got))
}
