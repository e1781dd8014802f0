package flow

import (
	"fmt"
	"slices"
	"strings"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace/convention"
)

// Stage says when money counts; see the package's description.
type Stage string

// The stages.
const (
	Committed  Stage = "COMMITTED"
	Instructed Stage = "INSTRUCTED"
	Disbursed  Stage = "DISBURSED"
	Reached    Stage = "REACHED"
	Spent      Stage = "SPENT"
)

// Stages lists the stages in the order of time.
func Stages() []Stage { return []Stage{Committed, Instructed, Disbursed, Reached, Spent} }

// Class is whose money it was when it entered.
type Class string

// The classes of money. Unknown is money that a convention cannot account for, or whose source nobody stated.
const (
	All     Class = "ALL"
	Public  Class = "PUBLIC" // of the treasury and what belongs to it
	Social  Class = "SOCIAL" // social capital
	Own     Class = "OWN"    // enterprises' own money, that came back to a fund
	Unknown Class = "UNKNOWN"
)

// Classes lists the classes that a query may ask for.
func Classes() []Class { return []Class{All, Public, Social, Own, Unknown} }

// ClassOf answers the class of a funding source.
func ClassOf(s ledger.FundingSource) Class {
	switch {
	case s.Public():
		return Public
	case s == ledger.SocialCapital:
		return Social
	case s == ledger.OwnMoney:
		return Own
	}
	return Unknown
}

// Level is how finely regions are told apart, by the digits of their GB/T 2260 codes.
type Level string

// The levels.
const (
	Province Level = "PROVINCE" // 2 digits
	City     Level = "CITY"     // 4 digits
	County   Level = "COUNTY"   // 6 digits
)

// Levels lists the levels.
func Levels() []Level { return []Level{Province, City, County} }

func (l Level) digits() int {
	switch l {
	case City:
		return 4
	case County:
		return 6
	}
	return 2
}

// Methods lists the conventions that divide money among its sources. POISON marks and does not divide, so that regions
// would add up to more than was paid: it has no place here. LIBR protects public money.
func Methods() []convention.Method {
	return []convention.Method{convention.Recorded, convention.Specific, convention.FIFO, convention.LIFO, convention.ProRata, convention.LIBR}
}

// Query says which flows are asked for. The zero value asks for what was disbursed, of every class, by province, as the
// payers recorded it.
type Query struct {
	Stage    Stage             `json:"stage"`
	Class    Class             `json:"class"`
	Method   convention.Method `json:"method"`
	Level    Level             `json:"level"`
	Currency string            `json:"currency,omitempty"` // ISO 4217; needed where the ledger holds several
	Fund     string            `json:"fund,omitempty"`     // only what this fund paid (or was promised); COMMITTED, INSTRUCTED and DISBURSED alone
	From     int               `json:"from,omitempty"`     // first year; 0: the first there is
	To       int               `json:"to,omitempty"`       // last year; 0: the last there is
}

// Complete fills in defaults and refuses what cannot be asked. Errors: FIELD_INVALID.
func (q Query) Complete() (Query, error) {
	if q.Stage == "" {
		q.Stage = Disbursed
	}
	if q.Class == "" {
		q.Class = All
	}
	if q.Method == "" {
		q.Method = convention.Recorded
	}
	if q.Level == "" {
		q.Level = Province
	}
	q.Stage, q.Class, q.Level = Stage(strings.ToUpper(string(q.Stage))), Class(strings.ToUpper(string(q.Class))), Level(strings.ToUpper(string(q.Level)))
	q.Method = convention.Method(strings.ToUpper(string(q.Method)))
	switch {
	case !slices.Contains(Stages(), q.Stage):
		return q, choose("stage", string(q.Stage), Stages())
	case !slices.Contains(Classes(), q.Class):
		return q, choose("class", string(q.Class), Classes())
	case !slices.Contains(Levels(), q.Level):
		return q, choose("level", string(q.Level), Levels())
	case !slices.Contains(Methods(), q.Method):
		return q, choose("method", string(q.Method), Methods())
	case q.From != 0 && q.To != 0 && q.From > q.To:
		return q, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("the first year %d is after the last, %d", q.From, q.To), "field", "from")
	case q.Fund != "" && (q.Stage == Reached || q.Stage == Spent):
		return q, ledger.Refuse(ledger.FieldInvalid, "what enterprises pass on or spend is not told apart by fund: ask for DISBURSED, or trace the fund", "field", "fund")
	}
	return q, nil
}

// whole reports whether every movement of the book counts, not only what funds pay to enterprises.
func (q Query) whole() bool {
	return q.Stage == Reached || q.Stage == Spent || q.Method != convention.Recorded && q.Stage != Committed
}

// Whole reports whether answering takes the whole history of money, not only what funds paid to enterprises.
func (q Query) Whole() bool { return q.whole() }

func choose[T ~string](field, got string, from []T) *ledger.Error {
	return ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("%s is %.40q: use one of %v", field, got, from), "field", field)
}
