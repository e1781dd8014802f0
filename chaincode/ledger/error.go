package ledger

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Code is the stable reason of a refusal. Codes are part of the API: one code for each reason.
type Code string

// The codes. Each names one reason; docs/errors.md lists what to do about each.
const (
	Malformed           Code = "MALFORMED"             // the request cannot be read
	UnknownOperation    Code = "UNKNOWN_OPERATION"     // no such operation type
	FieldMissing        Code = "FIELD_MISSING"         // a required field is empty
	FieldInvalid        Code = "FIELD_INVALID"         // a field's value is not allowed
	TooLarge            Code = "TOO_LARGE"             // more operations, draws or characters than allowed
	IdentifierInvalid   Code = "IDENTIFIER_INVALID"    // a party identifier fails its scheme's check
	PersonalData        Code = "PERSONAL_DATA"         // a natural person's data was offered to the ledger
	AmountInvalid       Code = "AMOUNT_INVALID"        // an amount is not positive or would overflow
	CurrencyInvalid     Code = "CURRENCY_INVALID"      // not an ISO 4217 code
	CurrencyMismatch    Code = "CURRENCY_MISMATCH"     // accounts, lots and movement differ in currency
	DateInvalid         Code = "DATE_INVALID"          // not a calendar date YYYY-MM-DD
	DateInFuture        Code = "DATE_IN_FUTURE"        // a confirmed fact is dated after the proposal
	TimeWindow          Code = "TIME_WINDOW"           // the proposal's time is too far from the peer's
	NotPermitted        Code = "NOT_PERMITTED"         // the writer's organisation and role may not do this
	NotOwner            Code = "NOT_OWNER"             // the writer's party does not own, manage or keep it
	IdempotencyConflict Code = "IDEMPOTENCY_CONFLICT"  // same key, other content
	AlreadyExists       Code = "ALREADY_EXISTS"        // the identifier is taken
	PartyUnknown        Code = "PARTY_UNKNOWN"         // no such party
	AccountUnknown      Code = "ACCOUNT_UNKNOWN"       // no such account
	FundUnknown         Code = "FUND_UNKNOWN"          // no such fund
	CommitmentUnknown   Code = "COMMITMENT_UNKNOWN"    // no such commitment
	MovementUnknown     Code = "MOVEMENT_UNKNOWN"      // no such movement
	LotUnknown          Code = "LOT_UNKNOWN"           // no such lot
	DocumentUnknown     Code = "DOCUMENT_UNKNOWN"      // no such document
	VersionConflict     Code = "VERSION_CONFLICT"      // a revision does not follow the latest version
	RouteNotAllowed     Code = "ROUTE_NOT_ALLOWED"     // the kind of movement does not go between such accounts
	DrawsMissing        Code = "DRAWS_MISSING"         // a movement from an account names no lots
	DrawsUnbalanced     Code = "DRAWS_UNBALANCED"      // the draws do not sum to the amount
	LotNotOwned         Code = "LOT_NOT_OWNED"         // the lot lies in another account
	LotNotLive          Code = "LOT_NOT_LIVE"          // the lot's movement is not credited
	LotOverdrawn        Code = "LOT_OVERDRAWN"         // more is drawn than remains
	LotNamedTwice       Code = "LOT_NAMED_TWICE"       // one movement names the same lot twice
	CommitmentExceeded  Code = "COMMITMENT_EXCEEDED"   // more is called than was committed
	CommitmentMismatch  Code = "COMMITMENT_MISMATCH"   // the commitment belongs to another fund or investor
	StageConflict       Code = "STAGE_CONFLICT"        // the movement's stage does not allow this step
	NotExpired          Code = "NOT_EXPIRED"           // the instruction is still valid on that date
	BankReferenceUsed   Code = "BANK_REFERENCE_USED"   // the bank has recorded this reference before
	LevelConflict       Code = "LEVEL_CONFLICT"        // the attestation does not raise the level by the right party
	LotMovedOn          Code = "LOT_MOVED_ON"          // a reversal of money that has already moved on
	ReversalNotProposed Code = "REVERSAL_NOT_PROPOSED" // nothing to approve
	ReversalSameParty   Code = "REVERSAL_SAME_PARTY"   // proposer and approver are one organisation
	PublishedOnly       Code = "PUBLISHED_ONLY"        // published figures and bank-kept money cannot mix
	RuleMissing         Code = "RULE_MISSING"          // no version of a rule is in force on the date
	InvoiceUnknown      Code = "INVOICE_UNKNOWN"       // no such invoice
	InvoiceMismatch     Code = "INVOICE_MISMATCH"      // the invoice is recorded with other particulars or between others
	InvoiceVoid         Code = "INVOICE_VOID"          // cancelled, or void or corrected at the tax authority
	InvoiceOverused     Code = "INVOICE_OVERUSED"      // more is claimed and financed than the invoice is worth (S-FIN-03)
	ReservationConflict Code = "RESERVATION_CONFLICT"  // no such reservation, or its state does not allow this
	ClaimUnknown        Code = "CLAIM_UNKNOWN"         // no such claim
	ClaimUnconfirmed    Code = "CLAIM_UNCONFIRMED"     // the debtor has not confirmed the claim
	ClaimConflict       Code = "CLAIM_CONFLICT"        // the claim's state does not allow this
	ClaimExceeded       Code = "CLAIM_EXCEEDED"        // more vouchers than the claim has left
	TradeEvidence       Code = "TRADE_EVIDENCE"        // contract, delivery or invoice is missing or out of order (S-ISS-03)
	VoucherUnknown      Code = "VOUCHER_UNKNOWN"       // no such voucher
	VoucherConflict     Code = "VOUCHER_CONFLICT"      // the voucher's state does not allow this step
	VoucherMatured      Code = "VOUCHER_MATURED"       // the voucher is past its maturity
	TermExceeded        Code = "TERM_EXCEEDED"         // the term is longer than the cap (S-TRM-01)
	IssuerBlocked       Code = "ISSUER_BLOCKED"        // the issuer is overdue or flagged (S-ISS-02)
	ConsentRequired     Code = "CONSENT_REQUIRED"      // only the one concerned may consent, with its own key (S-ISS-04)
	SamePerson          Code = "SAME_PERSON"           // a second person has to sign
	SelfDealing         Code = "SELF_DEALING"          // one party stands on both sides
	SplitUnbalanced     Code = "SPLIT_UNBALANCED"      // the pieces do not add up to the voucher (S-SPL-01)
	SplitLimit          Code = "SPLIT_LIMIT"           // too many pieces, too small or too deep
	RegistrationMissing Code = "REGISTRATION_MISSING"  // financing without a registration before it (S-FIN-01)
	MoneyPath           Code = "MONEY_PATH"            // the payer or payee is not who must pay or receive (S-FIN-04)
	FunderUnlicensed    Code = "FUNDER_UNLICENSED"     // the funder's licence is missing or has expired (S-FIN-05)
	WrongPayee          Code = "WRONG_PAYEE"           // the payee does not hold the voucher (S-SET-02)
	PaymentUnmatched    Code = "PAYMENT_UNMATCHED"     // payment and voucher do not meet in one entry, or differ in amount
	NotDue              Code = "NOT_DUE"               // the day has not come
	RecourseRefused     Code = "RECOURSE_REFUSED"      // the party is not liable along the recorded path
	AnchorBroken        Code = "ANCHOR_BROKEN"         // an anchor does not continue its stream
	AnchorUnknown       Code = "ANCHOR_UNKNOWN"        // no log is anchored under that name
	RootMissing         Code = "ROOT_MISSING"          // the entry was recorded before entries had roots
	BatchRefused        Code = "BATCH_REFUSED"         // several operations are refused; detail lists each
)

// Error is the one error type of the ledger: a stable code, a sentence that says what to do, and, where it helps,
// the values concerned. A refused batch carries one row for each offending operation.
type Error struct {
	Code    Code              `json:"code"`
	Message string            `json:"message"`
	Detail  map[string]string `json:"detail,omitempty"`
	Rows    []RowError        `json:"rows,omitempty"`
	// RowsOmitted counts offending operations beyond MaxRowErrors that are not listed.
	RowsOmitted int `json:"rows_omitted,omitempty"`
}

// RowError is the refusal of one operation of a batch. Entry and Op count from 0.
type RowError struct {
	Entry   int               `json:"entry"`
	Op      int               `json:"op"`
	Code    Code              `json:"code"`
	Message string            `json:"message"`
	Detail  map[string]string `json:"detail,omitempty"`
}

func (e *Error) Error() string { return string(e.Code) + ": " + e.Message }

// Is reports whether target is an *Error of the same code, so that errors.Is works with a bare code.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// JSON is the error as it crosses the wire: the message of a failed chaincode call.
func (e *Error) JSON() string {
	b, err := json.Marshal(e)
	if err != nil { // strings and ints only: cannot happen
		return `{"code":"MALFORMED","message":"the error itself could not be written"}`
	}
	return string(b)
}

// ErrorCode answers the code of err, or "" when err is no *Error.
func ErrorCode(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// Refuse makes an *Error. Args alternate between names and values of the detail.
func Refuse(code Code, message string, args ...string) *Error {
	e := &Error{Code: code, Message: message}
	if len(args) > 1 {
		e.Detail = make(map[string]string, len(args)/2)
		for i := 0; i+1 < len(args); i += 2 {
			e.Detail[args[i]] = args[i+1]
		}
	}
	return e
}

func missing(field string) *Error {
	return Refuse(FieldMissing, fmt.Sprintf("%s is missing: give it a value", field), "field", field)
}

func invalid(field, value, want string) *Error {
	return Refuse(FieldInvalid, fmt.Sprintf("%s is %q: use %s", field, clip(value), want), "field", field)
}

// clip keeps hostile values from filling an error message.
func clip(s string) string {
	const most = 60
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most]) + "…"
}
