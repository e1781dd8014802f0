package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// OpType names an operation.
type OpType string

// The operations. Each takes the body named beside it.
const (
	PartyRegister    OpType = "party.register"    // Party
	PartyRevise      OpType = "party.revise"      // Party: the next version, with effective_from
	AccountOpen      OpType = "account.open"      // Account
	FundEstablish    OpType = "fund.establish"    // Fund
	CommitmentSign   OpType = "commitment.sign"   // Commitment
	MovementInstruct OpType = "movement.instruct" // Movement: lots are reserved, the banks have yet to confirm
	MovementSettle   OpType = "movement.settle"   // Movement: a payment that the bank took from its statement
	MovementDeclare  OpType = "movement.declare"  // Movement between published accounts
	MovementDebit    OpType = "movement.debit"    // Step, by the payer's bank
	MovementCredit   OpType = "movement.credit"   // Step, by the payee's bank
	MovementReturn   OpType = "movement.return"   // Step, by either bank while in transit
	MovementVoid     OpType = "movement.void"     // Step, by the organisation that instructed
	MovementExpire   OpType = "movement.expire"   // Step, with the day as of which it is expired
	MovementAttest   OpType = "movement.attest"   // Step with level
	ReversalPropose  OpType = "reversal.propose"  // Step with reason, by the writer's organisation
	ReversalApprove  OpType = "reversal.approve"  // Step, by another organisation
	DocumentRecord   OpType = "document.record"   // Document

	RulePublish     OpType = "rule.publish"     // Rule: the next version, with effective_from
	CalendarPublish OpType = "calendar.publish" // Calendar of one year
	IssuerFlag      OpType = "issuer.flag"      // IssuerFlagging: set or cleared

	InvoiceRegister OpType = "invoice.register" // Invoice, by its fingerprint
	InvoiceCheck    OpType = "invoice.check"    // InvoiceStep: what the tax authority says of it
	InvoiceReserve  OpType = "invoice.reserve"  // InvoiceStep: a funder means to finance an amount of it
	InvoiceFinance  OpType = "invoice.finance"  // InvoiceStep: the reserved amount has been financed
	InvoiceRelease  OpType = "invoice.release"  // InvoiceStep: a reserved or financed amount is free again
	InvoiceCancel   OpType = "invoice.cancel"   // InvoiceStep, by the seller
	ClaimRegister   OpType = "claim.register"   // Claim: a receivable with its invoices, contract and delivery
	ClaimConfirm    OpType = "claim.confirm"    // ClaimStep, by the debtor
	ClaimCancel     OpType = "claim.cancel"     // ClaimStep, by the creditor

	VoucherDraft    OpType = "voucher.draft"            // Voucher, by the issuer
	VoucherSign     OpType = "voucher.issue"            // VoucherStep, by a second person of the issuer (开立)
	VoucherAccept   OpType = "voucher.accept"           // by the payee (签收)
	VoucherReject   OpType = "voucher.reject"           // by the payee
	VoucherLapse    OpType = "voucher.lapse"            // as of a day after the last for acceptance
	VoucherDivide   OpType = "voucher.split"            // by the holder (拆分)
	VoucherOffer    OpType = "voucher.offer"            // by the holder, to the next supplier (转让)
	VoucherTake     OpType = "voucher.take"             // by the transferee
	VoucherDecline  OpType = "voucher.decline"          // by the transferee, or by the holder that offered
	VoucherApply    OpType = "voucher.apply"            // by the holder, to a funder (融资)
	VoucherRegister OpType = "voucher.registration"     // by the funder: number at the movable-asset registry (中登网)
	VoucherFund     OpType = "voucher.fund"             // by the bank that pays, in one entry with the FINANCING payment
	VoucherRefuse   OpType = "voucher.refuse-financing" // by the funder, or by the holder that applied
	VoucherUnpledge OpType = "voucher.unpledge"         // by the funder: the loan is repaid
	VoucherFreeze   OpType = "voucher.freeze"           // by the audit office or the finance bureau, with a document
	VoucherThaw     OpType = "voucher.unfreeze"         // by the audit office or the finance bureau, with a document
	VoucherMature   OpType = "voucher.mature"           // as of a day
	VoucherPay      OpType = "voucher.settle"           // by the issuer's bank, in one entry with the SETTLEMENT payment (兑付)
	VoucherDefault  OpType = "voucher.default"          // as of a day after the grace
	VoucherClaim    OpType = "voucher.claim-recourse"   // by the holder (追索)
	VoucherRepay    OpType = "voucher.pay-recourse"     // by a bank, in one entry with the RECOURSE payment
	VoucherWriteOff OpType = "voucher.write-off"        // by the holder, with a document
	VoucherCancel   OpType = "voucher.cancel"           // by issuer and holder, each in turn
)

// AnchorRecord takes an Anchor: how a log that is kept outside the ledger stands.
const AnchorRecord OpType = "anchor.record"

// Step is what happens to a movement that exists already.
type Step struct {
	Movement string `json:"movement"`
	Date     string `json:"date,omitempty"` // value date; for expire: as of which day
	BankRef  string `json:"bank_ref,omitempty"`
	Reason   string `json:"reason,omitempty"`
	Document string `json:"document,omitempty"` // SHA-256
	Level    Level  `json:"level,omitempty"`    // attest only
}

// Op is one operation: a type and the one body that the type takes.
type Op struct {
	Type       OpType      `json:"type"`
	Party      *Party      `json:"party,omitempty"`
	Account    *Account    `json:"account,omitempty"`
	Fund       *Fund       `json:"fund,omitempty"`
	Commitment *Commitment `json:"commitment,omitempty"`
	Movement   *Movement   `json:"movement,omitempty"`
	Step       *Step       `json:"step,omitempty"`
	Document   *Document   `json:"document,omitempty"`

	Rule        *Rule           `json:"rule,omitempty"`
	Calendar    *Calendar       `json:"calendar,omitempty"`
	Flag        *IssuerFlagging `json:"flag,omitempty"`
	Invoice     *Invoice        `json:"invoice,omitempty"`
	InvoiceStep *InvoiceStep    `json:"invoice_step,omitempty"`
	Claim       *Claim          `json:"claim,omitempty"`
	ClaimStep   *ClaimStep      `json:"claim_step,omitempty"`
	Voucher     *Voucher        `json:"voucher,omitempty"`
	VoucherStep *VoucherStep    `json:"voucher_step,omitempty"`
	Anchor      *Anchor         `json:"anchor,omitempty"`
}

// Entry is a unit of operations by one writer under one idempotency key: all of it is recorded, once, or nothing.
type Entry struct {
	Key string `json:"key"`
	Ops []Op   `json:"ops"`
	// Salt, 32 random bytes in hexadecimal, keeps strangers from guessing movements of the entry that they are not shown
	// (Leaf). It is no part of what the key stands for: the same operations with another salt are the same entry.
	Salt string `json:"salt,omitempty"`
}

// Batch is what one Fabric transaction records: usually one entry, several where a gateway commits a group at once.
type Batch struct {
	Entries []Entry `json:"entries"`
}

// EntryResult answers an entry: its identifier, and whether it had been recorded before (then nothing was written).
type EntryResult struct {
	Entry    string `json:"entry"`
	Ops      int    `json:"ops"`
	Replayed bool   `json:"replayed,omitempty"`
}

// Result answers a batch.
type Result struct {
	Entries []EntryResult `json:"entries"`
}

// Limits of one batch and of what it holds.
const (
	MaxOps       = 5000 // operations of a batch
	MaxDraws     = 500  // lots that one movement may draw on
	MaxRowErrors = 200  // refused rows that an error lists
	MaxText      = 200  // characters of a free text
	MaxKey       = 100  // characters of an idempotency key
)

// DecodeBatch reads a batch strictly: unknown fields and trailing content are refused. Errors: MALFORMED, TOO_LARGE.
func DecodeBatch(data []byte) (*Batch, error) {
	var b Batch
	if err := DecodeStrict(data, &b); err != nil {
		return nil, err
	}
	n := 0
	for _, e := range b.Entries {
		n += len(e.Ops)
	}
	if n == 0 {
		return nil, Refuse(Malformed, "the batch holds no operation: give entries with ops")
	}
	if n > MaxOps {
		return nil, Refuse(TooLarge, fmt.Sprintf("the batch holds %d operations: send at most %d at a time", n, MaxOps))
	}
	return &b, nil
}

// DecodeStrict reads exactly one JSON value into v and refuses fields that v does not know. Errors: MALFORMED.
func DecodeStrict(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return Refuse(Malformed, "the request cannot be read: "+jsonReason(err))
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Refuse(Malformed, "something follows the request's end: send one JSON value")
	}
	return nil
}

func jsonReason(err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Sprintf("JSON is broken at byte %d", syntax.Offset)
	case errors.As(err, &kind):
		return fmt.Sprintf("field %s does not take a %s", clip(kind.Field), kind.Value)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "it ends too early"
	}
	return clip(err.Error())
}

// HashEntry is the SHA-256 of key and operations of an entry in its canonical form (one line of JSON and its line feed), by
// which a repeated key is told from a changed one.
func HashEntry(e *Entry) string {
	h := sha256.New()
	if err := json.NewEncoder(h).Encode(&Entry{Key: e.Key, Ops: e.Ops}); err != nil { // strings and integers only: cannot happen
		return ""
	}
	return hex.EncodeToString(h.Sum(nil))
}
