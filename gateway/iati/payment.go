package iati

import (
	"errors"
	"regexp"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/amount"
)

// Reason is the stable code of why a transaction is not recorded.
type Reason string

// The reasons.
const (
	NotMoney          Reason = "NOT_MONEY"          // a pledge, guarantee or incoming commitment: nothing was paid
	NoActivityID      Reason = "NO_ACTIVITY_ID"     // the activity has no identifier
	DuplicateActivity Reason = "DUPLICATE_ACTIVITY" // an earlier activity of the file has the same identifier
	NoReporter        Reason = "NO_REPORTER"        // the activity has no reporting organisation to own the account
	ElementTwice      Reason = "ELEMENT_TWICE"      // two values, dates or parties
	TypeUnknown       Reason = "TYPE_UNKNOWN"       // no code of codelist TransactionType
	DirectionUnknown  Reason = "DIRECTION_UNKNOWN"  // a repayment whose parties do not tell who paid
	AmountMissing     Reason = "AMOUNT_MISSING"
	AmountInvalid     Reason = "AMOUNT_INVALID"     // no decimal number
	AmountTooPrecise  Reason = "AMOUNT_TOO_PRECISE" // more decimals than the currency has
	AmountTooLarge    Reason = "AMOUNT_TOO_LARGE"
	AmountNegative    Reason = "AMOUNT_NEGATIVE" // a correction of a transaction that it does not name
	AmountZero        Reason = "AMOUNT_ZERO"
	CurrencyMissing   Reason = "CURRENCY_MISSING" // neither on the value nor by default
	CurrencyInvalid   Reason = "CURRENCY_INVALID" // no currency with a minor unit under ISO 4217
	DateMissing       Reason = "DATE_MISSING"
	DateInvalid       Reason = "DATE_INVALID"
	DateTooEarly      Reason = "DATE_TOO_EARLY" // before 1900
	DateInFuture      Reason = "DATE_IN_FUTURE"
	SelfReference     Reason = "SELF_REFERENCE" // paid by the activity to itself
)

var sentences = map[Reason]string{
	NotMoney:          "a pledge, a guarantee or a commitment by somebody else moves no money",
	NoActivityID:      "the activity has no iati-identifier",
	DuplicateActivity: "an earlier activity of the file has the same iati-identifier",
	NoReporter:        "the activity names no reporting organisation",
	ElementTwice:      "an element that may stand once stands twice in the transaction",
	TypeUnknown:       "the transaction type is no code of the IATI codelist",
	DirectionUnknown:  "provider and receiver do not tell whether the repayment was paid or received",
	AmountMissing:     "there is no amount",
	AmountInvalid:     "the amount is no decimal number",
	AmountTooPrecise:  "the amount has more decimals than its currency; amounts are never rounded",
	AmountTooLarge:    "the amount is larger than the ledger can hold",
	AmountNegative:    "the amount is negative: a correction that does not say what it corrects",
	AmountZero:        "the amount is zero",
	CurrencyMissing:   "neither the value nor the activity states a currency",
	CurrencyInvalid:   "the currency is no ISO 4217 currency with a minor unit",
	DateMissing:       "there is no transaction date",
	DateInvalid:       "the transaction date is no calendar date",
	DateTooEarly:      "the transaction date is before 1900",
	DateInFuture:      "the transaction date is in the future",
	SelfReference:     "the receiving activity is the paying activity itself",
}

// Refusal is a transaction that is not recorded, where it stands, and why.
type Refusal struct {
	Position
	Activity string `json:"activity"`
	Type     string `json:"type"`
	Value    string `json:"value,omitempty"` // as published
	Currency string `json:"currency,omitempty"`
	Date     string `json:"date,omitempty"`
	Reason   Reason `json:"reason"`
	Message  string `json:"message"`
}

// payment is a transaction that can be recorded.
type payment struct {
	act      *Activity
	tx       *Transaction
	seq      int // position in the file
	flow     flow
	minor    int64 // minor units, positive
	currency string
	date     string
	upstream *Activity // incoming: the other activity of the file that paid, if it says so
	target   *Activity // outgoing: the other activity of the file that was paid, if it says so
	covered  int64     // incoming: how much of it the payer's own statements already record
}

var isoDate = regexp.MustCompile(`^(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)?$`) // xsd:date

// earliest is the first day for which a transaction is believed.
const earliest = "1900-01-01"

// check turns a transaction into a payment, or tells why not. byID holds the activities that can own accounts.
func check(a *Activity, x *Transaction, byID map[string]*Activity, today string) (*payment, Reason) {
	f, known := flows[x.Type]
	switch {
	case a.ID == "":
		return nil, NoActivityID
	case a.Reporting == nil || a.Reporting.Ref == "" && a.Reporting.Name == "":
		return nil, NoReporter
	case byID[a.ID] != a:
		return nil, DuplicateActivity
	case x.Twice != "":
		return nil, ElementTwice
	case !known:
		return nil, TypeUnknown
	case f == promise:
		return nil, NotMoney
	}
	p := &payment{act: a, tx: x, currency: currencyOf(a, x)}
	var why Reason
	if p.minor, why = positive(x.Value, p.currency); why != "" {
		return nil, why
	}
	if p.date, why = day(x.Date, today); why != "" {
		return nil, why
	}
	if p.flow = direction(a, x); p.flow == unknownFlow {
		return nil, DirectionUnknown
	}
	if p.flow == commitment {
		return p, ""
	}
	if p.flow == incoming {
		if up := byID[activityOf(x.Provider)]; up != a {
			p.upstream = up
		}
		return p, ""
	}
	p.target = byID[activityOf(x.Receiver)]
	if p.target == a {
		if p.flow == disbursement {
			return nil, SelfReference
		}
		p.target = nil // money spent within the activity
	}
	return p, ""
}

func currencyOf(a *Activity, x *Transaction) string {
	if x.Currency != "" {
		return x.Currency
	}
	return a.Currency
}

func activityOf(o *Org) string {
	if o == nil {
		return ""
	}
	return o.Activity
}

// positive reads a published amount exactly.
func positive(text, currency string) (int64, Reason) {
	if text == "" {
		return 0, AmountMissing
	}
	if currency == "" {
		return 0, CurrencyMissing
	}
	v, err := amount.Parse(text, currency)
	if err != nil {
		var e *ledger.Error
		if !errors.As(err, &e) {
			return 0, AmountInvalid
		}
		switch e.Detail["reason"] {
		case "currency":
			return 0, CurrencyInvalid
		case "precision":
			return 0, AmountTooPrecise
		case "size":
			return 0, AmountTooLarge
		}
		return 0, AmountInvalid
	}
	switch {
	case v < 0:
		return 0, AmountNegative
	case v == 0:
		return 0, AmountZero
	}
	return v, ""
}

// day reads an xsd:date. The value date is never taken in its place: it says when to convert, not when money moved.
func day(text, today string) (string, Reason) {
	if text == "" {
		return "", DateMissing
	}
	m := isoDate.FindStringSubmatch(text)
	if m == nil {
		return "", DateInvalid
	}
	if _, err := time.Parse(time.DateOnly, m[1]); err != nil {
		return "", DateInvalid
	}
	switch {
	case m[1] < earliest:
		return "", DateTooEarly
	case m[1] > today:
		return "", DateInFuture
	}
	return m[1], ""
}
