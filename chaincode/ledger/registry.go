package ledger

// PartyKind is what a party is.
type PartyKind string

// The kinds of parties (domain terms: 政府, 国有, 民营, 外资, 银行, 基金, 基金管理人).
const (
	Government   PartyKind = "GOV"
	StateOwned   PartyKind = "SOE"
	Private      PartyKind = "PRIVATE"
	Foreign      PartyKind = "FOREIGN"
	Bank         PartyKind = "BANK"
	FundEntity   PartyKind = "FUND"
	FundManager  PartyKind = "MANAGER"
	NonProfit    PartyKind = "NGO"
	Person       PartyKind = "PERSON" // pseudonymous: identifier scheme pid, no name
	Organisation PartyKind = "ORGANISATION"
	Platform     PartyKind = "PLATFORM" // operates a supply-chain information system (信息服务机构): never touches money
)

// Party is somebody who owns accounts, manages funds or keeps accounts for others.
type Party struct {
	ID       string    `json:"id"` // scheme:value, see CheckIdentifier
	Kind     PartyKind `json:"kind"`
	Name     string    `json:"name,omitempty"`      // of legal entities only
	Region   string    `json:"region,omitempty"`    // where it operates: GB/T 2260, 6 digits (not where it registered)
	Industry string    `json:"industry,omitempty"`  // GB/T 4754: letter and up to 4 digits
	Size     string    `json:"size,omitempty"`      // LARGE, MEDIUM, SMALL, MICRO
	SizeDate string    `json:"size_date,omitempty"` // the day for which Size was determined
	Group    string    `json:"group,omitempty"`     // party at the top of its group (集团), for exposure and concentration
	// Licence is what lets the party finance receivables; recorded by the finance bureau only.
	Licence *Licence `json:"licence,omitempty"`
	// Version counts revisions from 1; EffectiveFrom says since when the attributes hold.
	Version       int    `json:"version,omitempty"`
	EffectiveFrom string `json:"effective_from,omitempty"`
}

// Licence is a licence to finance receivables (银发〔2025〕77号 Art. 4).
type Licence struct {
	Kind  string `json:"kind"`  // BANK, FACTORING, FINANCE_COMPANY
	Until string `json:"until"` // last day on which it holds
}

// AccountPurpose says what an account is for.
type AccountPurpose string

// The purposes of accounts.
const (
	Custody    AccountPurpose = "CUSTODY"    // a fund's account at its custodian (托管账户)
	Supervised AccountPurpose = "SUPERVISED" // an enterprise's account under supervision (监管户)
	Operating  AccountPurpose = "OPERATING"  // an ordinary account of an enterprise
	Treasury   AccountPurpose = "TREASURY"   // where money returns to the treasury (国库)
	Published  AccountPurpose = "PUBLISHED"  // figures somebody published, confirmed by no bank; never mixes with the others
)

// DrawPolicy is how the owner of an account chooses the lots it spends when it names none itself.
type DrawPolicy string

// The policies of accounts.
const (
	OldestFirst DrawPolicy = "OLDEST_FIRST"
	Named       DrawPolicy = "NAMED" // every movement must name its tranche
)

// Account is a pseudonymous account: its identifier says nothing about the number at the bank.
type Account struct {
	ID       string         `json:"id"`             // "acct:" and a pseudonym
	Owner    string         `json:"owner"`          // party
	Bank     string         `json:"bank,omitempty"` // the party that keeps it; empty only for PUBLISHED
	Currency string         `json:"currency"`       // ISO 4217
	Purpose  AccountPurpose `json:"purpose"`
	Policy   DrawPolicy     `json:"policy,omitempty"` // default OLDEST_FIRST
	Fund     string         `json:"fund,omitempty"`   // set when a fund is established on it
	// Manager is who the custody agreement names: the only manager that may establish a fund on a CUSTODY account.
	Manager string `json:"manager,omitempty"`
}

// Mandate is where a fund may invest. Empty lists do not restrict.
type Mandate struct {
	Industries []string `json:"industries,omitempty"` // GB/T 4754 prefixes
	Regions    []string `json:"regions,omitempty"`    // GB/T 2260 prefixes
	Stages     []string `json:"stages,omitempty"`     // SEED, EARLY, GROWTH, MATURE
}

// Fund is a government-guided fund or one of its sub-funds.
type Fund struct {
	ID        string  `json:"id"`    // "fund:" and a name
	Party     string  `json:"party"` // the fund as a legal entity
	Level     string  `json:"level"` // PARENT, SUB, DIRECT
	Class     string  `json:"class"` // INDUSTRY, VC, ANGEL
	Name      string  `json:"name,omitempty"`
	Parent    string  `json:"parent,omitempty"` // fund
	Manager   string  `json:"manager"`          // party
	Account   string  `json:"account"`          // the custody account
	Region    string  `json:"region,omitempty"` // of the founding government, GB/T 2260
	TermStart string  `json:"term_start"`
	TermEnd   string  `json:"term_end"`
	Mandate   Mandate `json:"mandate,omitzero"`
}

// FundingSource says from which pocket money comes; audit treats the pockets differently.
type FundingSource string

// The funding sources (210号 Art. 3 and 23, 国办发〔2025〕1号, special bonds since 2025).
const (
	GeneralBudget      FundingSource = "GENERAL_BUDGET"       // 一般公共预算
	GovFundBudget      FundingSource = "GOV_FUND_BUDGET"      // 政府性基金预算
	StateCapitalBudget FundingSource = "STATE_CAPITAL_BUDGET" // 国有资本经营预算
	SOEEntrusted       FundingSource = "SOE_ENTRUSTED"        // 委托国企出资
	SOEInjected        FundingSource = "SOE_INJECTED"         // 注资国企
	UpperTransfer      FundingSource = "UPPER_TRANSFER"       // 上级转移支付
	FundReturns        FundingSource = "FUND_RETURNS"         // 收益滚动
	SpecialBond        FundingSource = "SPECIAL_BOND"         // 专项债
	SocialCapital      FundingSource = "SOCIAL_CAPITAL"       // 社会资本
	OwnMoney           FundingSource = "OWN_MONEY"            // an enterprise's own money
	UnknownSource      FundingSource = "UNKNOWN"              // published money whose origin nobody stated
)

// Public reports whether the source is public money.
func (s FundingSource) Public() bool {
	switch s {
	case SocialCapital, OwnMoney, UnknownSource:
		return false
	}
	return s != ""
}

// Commitment is a promise of capital to a fund. It is itself a lot of kind commitment: what is called is drawn from it.
type Commitment struct {
	ID       string        `json:"id"`                // "cmt:" and a name
	Fund     string        `json:"fund"`              // fund; empty where Account is set
	Account  string        `json:"account,omitempty"` // of a published promise: the published account of who promises
	Investor string        `json:"investor"`          // party
	Class    string        `json:"class"`             // GOV, SOE, SOCIAL, GP; empty for a published promise
	Source   FundingSource `json:"source"`
	Amount   int64         `json:"amount,string"` // minor units
	Currency string        `json:"currency"`
	Date     string        `json:"date"`
	Document string        `json:"document,omitempty"` // SHA-256 of the agreement
	Lot      string        `json:"lot,omitempty"`      // set by the ledger: the commitment's lot
}

// Document is the fingerprint of something kept outside the ledger.
type Document struct {
	SHA256    string `json:"sha256"`         // of the content, or of salt and content when Salted
	Size      int64  `json:"size"`           // bytes of the content
	MediaType string `json:"media_type"`     // RFC 6838
	Salted    bool   `json:"salted"`         // a 32-byte salt, kept with the content, precedes it: guessable documents
	Subject   string `json:"subject"`        // the movement, party, fund, commitment, claim or voucher it belongs to
	Kind      string `json:"kind,omitempty"` // AGREEMENT, INVOICE, RECEIPT, MINUTES, OTHER
}
