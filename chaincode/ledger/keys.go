package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
)

// PageSize is how many operations of an entry share one state value. Drawing on a lot reads its page, so a page
// stays small; a batch writes one value for each page, so it stays large enough.
const PageSize = 50

// SinkPrefix marks the owner of spent money: "sink:" and the purpose. Nothing can be drawn from a sink.
const SinkPrefix = "sink:"

// State keys. Every key starts with the name of its room and a slash.
const (
	PartyRoom      = "party/"
	AccountRoom    = "account/"
	FundRoom       = "fund/"
	CommitmentRoom = "commitment/"
	DocumentRoom   = "document/"
	EntryRoom      = "entry/" // entry/<entry>/<page>: Page
	MovementRoom   = "mov/"   // mov/<movement>: MovementState
	LotRoom        = "lot/"   // lot/<lot>: LotState
	HoldRoom       = "hold/"  // hold/<account>/<entry>: which lots the entry gave to the account
	BankRefRoom    = "ref/"   // ref/<direction>/<bank> <reference>: movement

	RuleRoom     = "rule/"     // rule/<identifier>: RuleHistory
	CalendarRoom = "calendar/" // calendar/<year>: Calendar
	InvoiceRoom  = "invoice/"  // invoice/<fingerprint>: Invoice
	ClaimRoom    = "claim/"    // claim/<claim>: Claim
	VoucherRoom  = "voucher/"  // voucher/<lot>: VoucherNode
	IssuerRoom   = "issuer/"   // issuer/<party>: Issuer

	AnchorRoom = "anchor/" // anchor/<organisation>/<stream>: AnchorRecorded
)

// ClaimsPrefix marks the account that holds a party's vouchers: "claims:" and the party. It is opened by nobody and
// kept by no bank: a claim is no money.
const ClaimsPrefix = "claims:"

// ClaimsAccount is the account that holds the party's vouchers.
func ClaimsAccount(party string) string { return ClaimsPrefix + party }

// EntryID is the identifier of an entry. It follows from who writes and the idempotency key, so it is known before
// the entry is submitted, and a second attempt has the same one.
func EntryID(msp, name, key string) string {
	h := sha256.New()
	for _, s := range []string{msp, name, key} {
		h.Write([]byte(strconv.Itoa(len(s))))
		h.Write([]byte{':'})
		h.Write([]byte(s))
	}
	return hex.EncodeToString(h.Sum(nil)[:10])
}

// MovementID is the identifier of the n-th operation of an entry, counted from 0.
func MovementID(entry string, n int) string { return entry + "." + strconv.Itoa(n) }

// LotID is the identifier of the k-th lot that a movement yields, counted from 0.
func LotID(movement string, k int) string { return movement + "." + strconv.Itoa(k) }

// SplitMovementID answers entry and position. Errors: FIELD_INVALID.
func SplitMovementID(id string) (entry string, n int, err *Error) {
	entry, n, ok := cutMovement(id)
	if !ok {
		return "", 0, invalid("movement", id, "an identifier such as 0123456789abcdef0123.4")
	}
	return entry, n, nil
}

func cutMovement(id string) (entry string, n int, ok bool) {
	entry, rest, ok := strings.Cut(id, ".")
	if !ok || !entryShape(entry) {
		return "", 0, false
	}
	n, ok = ordinal(rest)
	return entry, n, ok
}

// SplitLotID answers the movement and the position of the lot in it. Errors: FIELD_INVALID.
func SplitLotID(id string) (movement string, k int, err *Error) {
	movement, k, ok := cutLot(id)
	if !ok {
		return "", 0, invalid("lot", id, "an identifier such as 0123456789abcdef0123.4.0")
	}
	return movement, k, nil
}

func cutLot(id string) (movement string, k int, ok bool) {
	i := strings.LastIndexByte(id, '.')
	if i < 0 || !movementShape(id[:i]) {
		return "", 0, false
	}
	k, ok = ordinal(id[i+1:])
	return id[:i], k, ok
}

// movementShape reports whether the text is spelled as a movement's identifier.
func movementShape(id string) bool {
	_, _, ok := cutMovement(id)
	return ok
}

// lotShape reports whether the text is spelled as a lot's identifier.
func lotShape(id string) bool {
	_, _, ok := cutLot(id)
	return ok
}

// ordinal reads a canonical non-negative number, so that one lot has one spelling.
func ordinal(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 1_000_000 || strconv.Itoa(n) != s {
		return 0, false
	}
	return n, true
}

// entryLength is the number of characters of an entry's identifier.
const entryLength = 20

func entryShape(s string) bool {
	if len(s) != entryLength {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// PageKey is the state key of the page that holds operation n of an entry.
func PageKey(entry string, n int) string {
	return EntryRoom + entry + "/" + strconv.Itoa(n/PageSize)
}

// HoldKey is the state key of the index from an account to the lots an entry gave it.
func HoldKey(account, entry string) string { return HoldRoom + account + "/" + entry }

// bankRefKey puts a space behind the bank: identifiers hold none, so that two banks never share a key.
func bankRefKey(bank, direction, ref string) string {
	return BankRefRoom + direction + "/" + bank + " " + ref
}
