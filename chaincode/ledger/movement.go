package ledger

// Kind is what a movement is for.
type Kind string

// The kinds of movements. Rules on who moves what where: route.go.
const (
	Contribution  Kind = "CONTRIBUTION"   // capital paid into a fund, from outside (a root) or from a parent fund
	Disbursement  Kind = "DISBURSEMENT"   // a fund invests in an enterprise
	OwnFunds      Kind = "OWN_FUNDS"      // an enterprise's own money enters its account (a root)
	Use           Kind = "USE"            // an enterprise spends: purpose code and payee
	Return        Kind = "RETURN"         // an enterprise pays principal or gain back to a fund
	Distribution  Kind = "DISTRIBUTION"   // a fund pays upward: to its parent, the treasury or another investor
	Fee           Kind = "FEE"            // a fund pays its manager or custodian
	Transfer      Kind = "TRANSFER"       // between published accounts, as a publisher stated it
	UnknownOrigin Kind = "UNKNOWN_ORIGIN" // published money that nobody said where it came from (a root)

	// Money that is paid against a voucher, in one transaction with the voucher's step (delivery versus payment).
	Financing  Kind = "FINANCING"  // a funder pays a holder for a voucher or on its pledge
	Settlement Kind = "SETTLEMENT" // the issuer pays at maturity (兑付)
	Recourse   Kind = "RECOURSE"   // who passed a voucher on pays in the issuer's place (追索)

	// Movements of claims: between claims accounts, of claim lots.
	VoucherIssue    Kind = "VOUCHER_ISSUE"    // a voucher comes into being (a root)
	VoucherSplit    Kind = "VOUCHER_SPLIT"    // one lot becomes several of the same holder
	VoucherTransfer Kind = "VOUCHER_TRANSFER" // to the next supplier
	VoucherFinance  Kind = "VOUCHER_FINANCE"  // to the funder that paid for it
	VoucherRecourse Kind = "VOUCHER_RECOURSE" // back to who paid in the issuer's place
	VoucherSettle   Kind = "VOUCHER_SETTLE"   // extinguished by the issuer's payment
)

// againstVoucher reports whether money of this kind is paid against a voucher.
func (k Kind) againstVoucher() bool { return k == Financing || k == Settlement || k == Recourse }

// OfClaims reports whether what moves is a claim, not money.
func (k Kind) OfClaims() bool {
	switch k {
	case VoucherIssue, VoucherSplit, VoucherTransfer, VoucherFinance, VoucherRecourse, VoucherSettle:
		return true
	}
	return false
}

// Stage is where a movement stands.
type Stage string

// The stages. Credited is when money has arrived and its lots can be drawn.
const (
	Instructed Stage = "INSTRUCTED" // the payer's lots are reserved
	Debited    Stage = "DEBITED"    // left the payer, in transit
	Credited   Stage = "CREDITED"
	Returned   Stage = "RETURNED" // came back from transit; the payer's lots are whole again
	Voided     Stage = "VOIDED"   // withdrawn before the debit
	Expired    Stage = "EXPIRED"
	Reversed   Stage = "REVERSED" // corrected by two organisations
)

// Level says who confirmed a movement (attest_level).
type Level int

// The attestation levels.
const (
	SelfDeclared Level = 0
	PayersBank   Level = 1 // one bank: the payer's, or the receiving one where money enters from outside
	BothBanks    Level = 2
	WithReceipt  Level = 3 // both banks and a signed receipt on record
)

// Purpose is what an enterprise spends money on.
type Purpose string

// The purposes of uses.
const (
	PurposeRD        Purpose = "RD"
	PurposeEquipment Purpose = "EQUIPMENT"
	PurposePayroll   Purpose = "PAYROLL"
	PurposeMaterial  Purpose = "MATERIAL"
	PurposeRent      Purpose = "RENT"
	PurposeTax       Purpose = "TAX"
	PurposeDebt      Purpose = "REPAY_DEBT"
	PurposeTransfer  Purpose = "TRANSFER"
	PurposeFee       Purpose = "FEE"
	PurposePayout    Purpose = "PAYOUT" // to an investor that keeps no account here
	PurposeOther     Purpose = "OTHER"
	PurposeSettled   Purpose = "SETTLED" // of claims: extinguished by payment
)

// Draw takes an amount from one lot of the payer.
type Draw struct {
	Lot    string `json:"lot"`
	Amount int64  `json:"amount,string"` // minor units
}

// Origin says where money that enters from outside comes from.
type Origin struct {
	Source     FundingSource `json:"source"`
	Investor   string        `json:"investor,omitempty"`    // party
	BudgetLine string        `json:"budget_line,omitempty"` // fiscal year and line, or bond code
}

// Movement is the immutable part of a transfer of money. It yields one lot for each draw, or a single root lot when
// it has an origin instead of a payer's account. Its identifier and those of its lots follow from the entry and N.
type Movement struct {
	N          int     `json:"n"` // position in the entry; set by the ledger
	Kind       Kind    `json:"kind"`
	From       string  `json:"from,omitempty"`  // account; empty: money enters from outside
	To         string  `json:"to,omitempty"`    // account; empty: the payee keeps no account here, the money is spent
	Payee      string  `json:"payee,omitempty"` // party, where To is empty
	Amount     int64   `json:"amount,string"`   // minor units
	Currency   string  `json:"currency"`
	Draws      []Draw  `json:"draws,omitempty"`
	Origin     *Origin `json:"origin,omitempty"`
	Commitment string  `json:"commitment,omitempty"` // the commitment that is called
	Purpose    Purpose `json:"purpose,omitempty"`
	Date       string  `json:"date"`              // value date, or the date of the instruction
	Expires    string  `json:"expires,omitempty"` // last day on which the bank may debit
	BankRef    string  `json:"bank_ref,omitempty"`
	Document   string  `json:"document,omitempty"` // SHA-256
	Memo       string  `json:"memo,omitempty"`
	Voucher    string  `json:"voucher,omitempty"` // claim lot that the money is paid for
	Cash       string  `json:"cash,omitempty"`    // of a movement of claims: the payment that it goes against; set by the ledger
	Stage      Stage   `json:"stage,omitempty"`   // at first; set by the ledger
	Level      Level   `json:"level,omitempty"`   // at first; set by the ledger
}

// Confirmed is one step of a movement that somebody confirmed.
type Confirmed struct {
	Stage    Stage  `json:"stage"`
	Date     string `json:"date"` // value date
	BankRef  string `json:"bank_ref,omitempty"`
	Writer   Writer `json:"writer"`
	At       string `json:"at"` // claimed time of the transaction, RFC 3339
	Reason   string `json:"reason,omitempty"`
	Document string `json:"document,omitempty"`
}

// Attestation raises the level of a movement.
type Attestation struct {
	Level    Level  `json:"level"`
	Document string `json:"document,omitempty"`
	Writer   Writer `json:"writer"`
	At       string `json:"at"`
}

// ReversalProposal waits for a second organisation.
type ReversalProposal struct {
	Reason   string `json:"reason"` // TYPO, BANK_RETURN, DUPLICATE, FRAUD, COURT, RULE_CHANGE
	Document string `json:"document,omitempty"`
	Writer   Writer `json:"writer"`
	At       string `json:"at"`
}

// MovementState is the part of a movement that changes. It exists in state once it differs from the beginning.
type MovementState struct {
	Stage        Stage             `json:"stage"`
	Level        Level             `json:"level"`
	Steps        []Confirmed       `json:"steps,omitempty"`
	Attestations []Attestation     `json:"attestations,omitempty"`
	Reversal     *ReversalProposal `json:"reversal,omitempty"`
}

// LotState is the part of a lot that changes: how much of it is reserved or gone.
type LotState struct {
	Drawn int64 `json:"drawn,string"` // minor units
}

// Writer is who wrote a record, as the certificate said.
type Writer struct {
	MSP   string `json:"msp"`
	Role  string `json:"role"`
	Party string `json:"party,omitempty"`
	Name  string `json:"name"` // common name: a function, not a person
}

// Page holds up to PageSize operations' facts of one entry. Page 0 also carries the entry's head.
type Page struct {
	Hash      string     `json:"hash,omitempty"` // SHA-256 of the entry as submitted; page 0 only
	Key       string     `json:"key,omitempty"`  // idempotency key; page 0 only
	Ops       int        `json:"ops,omitempty"`  // operations of the whole entry; page 0 only
	Root      string     `json:"root,omitempty"` // Merkle root over the entry's movements (leaf.go); page 0 only
	Salt      string     `json:"salt,omitempty"` // of the entry's leaves, where it has a root and was given one; page 0 only
	Writer    Writer     `json:"writer"`
	At        string     `json:"at"` // claimed time of the transaction, RFC 3339 UTC
	Movements []Movement `json:"movements,omitempty"`
}

// Yield is a lot as its movement describes it.
type Yield struct {
	Lot     string
	Parent  string // drawn lot; empty for roots
	Account string // owner: an account or a sink
	Amount  int64
}

// Owner is the account that holds what the movement yields: To, or the sink of its purpose.
func (m *Movement) Owner() string {
	if m.To != "" {
		return m.To
	}
	return SinkPrefix + string(m.Purpose)
}

// Yields lists the lots of the movement, one for each draw; a root yields one.
func (m *Movement) Yields(entry string) []Yield {
	id := MovementID(entry, m.N)
	if m.From == "" {
		return []Yield{{Lot: LotID(id, 0), Account: m.Owner(), Amount: m.Amount}}
	}
	out := make([]Yield, len(m.Draws))
	for k, d := range m.Draws {
		out[k] = Yield{Lot: LotID(id, k), Parent: d.Lot, Account: m.Owner(), Amount: d.Amount}
	}
	return out
}
