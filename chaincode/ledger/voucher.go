package ledger

// VoucherState is where a voucher stands.
type VoucherState string

// The states of a voucher. A voucher is a claim lot; splitting it or passing it on consumes it and makes new ones, so
// the vouchers of one issue form a tree.
const (
	VoucherDrafted    VoucherState = "DRAFT"
	VoucherIssued     VoucherState = "ISSUED"
	VoucherActive     VoucherState = "ACTIVE"
	TransferPending   VoucherState = "TRANSFER_PENDING"
	FinancePending    VoucherState = "FINANCE_PENDING"
	VoucherFinanced   VoucherState = "FINANCED"
	VoucherPledged    VoucherState = "PLEDGED"
	VoucherFrozen     VoucherState = "FROZEN"
	VoucherDue        VoucherState = "DUE"
	PartiallySettled  VoucherState = "PARTIALLY_SETTLED"
	VoucherOverdue    VoucherState = "OVERDUE"
	InRecourse        VoucherState = "IN_RECOURSE"
	VoucherDivided    VoucherState = "SPLIT"       // consumed: its pieces go on
	VoucherPassedOn   VoucherState = "TRANSFERRED" // consumed: the next holder's voucher goes on
	VoucherSettled    VoucherState = "SETTLED"
	VoucherWrittenOff VoucherState = "WRITTEN_OFF"
	VoucherCancelled  VoucherState = "CANCELLED"
)

// Over reports whether nothing more can happen to the voucher.
func (s VoucherState) Over() bool {
	switch s {
	case VoucherDivided, VoucherPassedOn, VoucherSettled, VoucherWrittenOff, VoucherCancelled:
		return true
	}
	return false
}

// Voucher is the draft of a receivable e-voucher (应收账款电子凭证): a core enterprise's promise to pay on a day what a
// confirmed claim says it owes. It is a contract claim, not a negotiable bill.
type Voucher struct {
	Claim    string `json:"claim"`
	Amount   int64  `json:"amount,string"` // face, minor units
	Currency string `json:"currency"`
	Date     string `json:"date"`      // of issue
	Maturity string `json:"maturity"`  // the day of payment, before adjustment to business days
	AcceptBy string `json:"accept_by"` // last day on which the payee may accept
	Memo     string `json:"memo,omitempty"`
	Document string `json:"document,omitempty"` // SHA-256
}

// VoucherStep is what happens to a voucher. Each step takes the fields named beside it; other fields are refused.
type VoucherStep struct {
	Voucher      string        `json:"voucher"`                // claim lot
	Date         string        `json:"date,omitempty"`         // of the step; default today. lapse, mature and default must say it
	To           string        `json:"to,omitempty"`           // offer: the transferee, a party
	Recourse     bool          `json:"recourse,omitempty"`     // offer: the transferee may come back
	Pieces       []Piece       `json:"pieces,omitempty"`       // split
	Financing    *Terms        `json:"financing,omitempty"`    // apply
	Registration *Registration `json:"registration,omitempty"` // registration
	Cash         string        `json:"cash,omitempty"`         // fund, settle, pay-recourse: the payment, a movement of the same entry
	Against      string        `json:"against,omitempty"`      // claim-recourse: the party that passed the voucher on
	Reason       string        `json:"reason,omitempty"`
	Document     string        `json:"document,omitempty"` // SHA-256
}

// Piece is one part of a split voucher.
type Piece struct {
	Amount int64 `json:"amount,string"` // minor units
}

// Terms are what a holder and a funder agree on.
type Terms struct {
	Funder   string   `json:"funder"`   // party
	Mode     string   `json:"mode"`     // SALE: the funder becomes holder; PLEDGE: the voucher secures a loan
	RatePPM  int64    `json:"rate_ppm"` // a year
	DayCount DayCount `json:"day_count"`
	Recourse bool     `json:"recourse,omitempty"` // the funder may come back on the seller
}

// The modes of financing.
const (
	Sale   = "SALE"
	Pledge = "PLEDGE"
)

// Registration is the entry of a financing at the movable-asset registry of the credit reference centre (中登网), which
// reviews nothing: evidence, not proof. 银发〔2025〕77号 Art. 13.
type Registration struct {
	Number      string `json:"number"`
	Date        string `json:"date"`
	Description string `json:"description"` // SHA-256 of the property description
	// Searched is the day of the search before it that found no earlier registration, Search its result's SHA-256.
	Searched string `json:"searched,omitempty"`
	Search   string `json:"search,omitempty"`
}

// Facts are the figures of a financing, as the ledger computed them.
type Facts struct {
	Terms
	Registration Registration `json:"registration"`
	Date         string       `json:"date"`
	Days         int64        `json:"days"`            // from Date to the day the voucher is due
	Discount     int64        `json:"discount,string"` // minor units; 0 for a pledge
	Net          int64        `json:"net,string"`      // paid to the holder
	Cash         string       `json:"cash"`            // the payment
}

// Pending is what waits for somebody's answer.
type Pending struct {
	To           string        `json:"to"` // transferee or funder
	Recourse     bool          `json:"recourse,omitempty"`
	Document     string        `json:"document,omitempty"` // the trade between transferor and transferee
	Financing    *Terms        `json:"financing,omitempty"`
	Registration *Registration `json:"registration,omitempty"`
}

// VoucherNode is a voucher as it stands: one node of the tree that an issue grows into. Terms are the root's; a node
// repeats them so that one read answers everything.
type VoucherNode struct {
	Lot      string `json:"lot"`
	Root     string `json:"root"`
	Parent   string `json:"parent,omitempty"`
	Claim    string `json:"claim"`
	Issuer   string `json:"issuer"`
	Holder   string `json:"holder"`
	Pledgee  string `json:"pledgee,omitempty"` // receives the settlement while the pledge stands
	Face     int64  `json:"face,string"`       // minor units
	Settled  int64  `json:"settled,string"`    // paid by the issuer to this node's holder
	Currency string `json:"currency"`
	Issued   string `json:"issued"`
	Maturity string `json:"maturity"`
	AcceptBy string `json:"accept_by,omitempty"`
	Tier     int    `json:"tier"`  // 1: the issuer's own supplier
	Depth    int    `json:"depth"` // splits above this node
	// How the holder came by the voucher: ISSUE, TRANSFER, FINANCE or RECOURSE, from whom, and whether it may go back.
	Via      string `json:"via"`
	From     string `json:"from,omitempty"`
	FromLot  string `json:"from_lot,omitempty"` // the voucher as From held it
	Recourse bool   `json:"recourse,omitempty"`

	State     VoucherState `json:"state"`
	Before    VoucherState `json:"before,omitempty"` // while frozen
	Due       string       `json:"due,omitempty"`    // maturity adjusted to business days, once matured
	Pending   *Pending     `json:"pending,omitempty"`
	Financing *Facts       `json:"financing,omitempty"` // of the last financing of this node; the pledge stands while Pledgee does
	Defaulted string       `json:"defaulted,omitempty"` // day of the default; stays with what comes of the node
	Against   string       `json:"against,omitempty"`   // in recourse: who has to pay
	Interest  int64        `json:"interest,string"`     // for late payments so far, minor units
	// InterestTo is the day up to which interest has been noted, by this node or by those it comes of.
	InterestTo string         `json:"interest_to,omitempty"`
	Cancels    string         `json:"cancels,omitempty"` // the party that has asked to cancel
	Events     []VoucherEvent `json:"events"`
}

// VoucherEvent is one step of a voucher. Numbers count from 1 without gaps.
type VoucherEvent struct {
	Seq      int          `json:"seq"`
	Op       OpType       `json:"op"`
	State    VoucherState `json:"state"` // after it
	Date     string       `json:"date,omitempty"`
	Amount   int64        `json:"amount,string,omitzero"` // paid, minor units
	DaysLate int64        `json:"days_late,omitempty"`
	Interest int64        `json:"interest,string,omitzero"` // on what was unpaid before this payment
	Cash     string       `json:"cash,omitempty"`
	Rules    []string     `json:"rules,omitempty"` // versions that were applied, such as S-TRM-01@2
	Writer   Writer       `json:"writer"`
	At       string       `json:"at"`
	Reason   string       `json:"reason,omitempty"`
	Document string       `json:"document,omitempty"`
}

// Beneficiary is who must receive what is paid on the voucher.
func (n *VoucherNode) Beneficiary() string {
	if n.Pledgee != "" {
		return n.Pledgee
	}
	return n.Holder
}

// Open is what of the face nobody has paid or passed on yet, in minor units.
func (n *VoucherNode) Open() int64 {
	if n.State.Over() {
		return 0
	}
	return n.Face - n.Settled
}

// maxEvents bounds the history that a node carries; the steps of lasting are taken beyond it.
const maxEvents = 200

func (b *book) node(lot string) (*VoucherNode, error) {
	return loadChanged(b, b.nodes, VoucherRoom+lot, lot)
}

// knownVoucher answers a voucher. Errors: VOUCHER_UNKNOWN.
func (b *book) knownVoucher(lot string) (*VoucherNode, error) {
	if _, _, bad := SplitLotID(lot); bad != nil {
		return nil, unknownVoucher(lot)
	}
	n, err := b.node(lot)
	if err == nil && n == nil {
		err = unknownVoucher(lot)
	}
	return n, err
}

func unknownVoucher(lot string) *Error {
	return Refuse(VoucherUnknown, "there is no voucher "+quote(lot)+": look at the holder's vouchers", "voucher", clip(lot))
}

func (a *applier) putVoucher(n *VoucherNode) {
	a.nodes[VoucherRoom+n.Lot] = n
	a.touch(VoucherRoom+n.Lot, n)
}
