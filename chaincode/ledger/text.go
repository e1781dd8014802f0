package ledger

import (
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/currency"
)

// checkDate refuses what is not a calendar date YYYY-MM-DD.
func checkDate(field, v string) *Error {
	if v == "" {
		return missing(field)
	}
	if _, err := time.Parse(time.DateOnly, v); err != nil {
		return Refuse(DateInvalid, field+" is "+quote(v)+": write a calendar date as YYYY-MM-DD", "field", field)
	}
	return nil
}

// checkPast refuses confirmed facts that are dated after the proposal.
func (a *applier) checkPast(field, v string) *Error {
	if err := checkDate(field, v); err != nil {
		return err
	}
	if v > a.today {
		return Refuse(DateInFuture, field+" is "+v+", after today ("+a.today+"): confirm what has happened", "field", field)
	}
	return nil
}

func checkText(field, v string) *Error {
	if !utf8.ValidString(v) || utf8.RuneCountInString(v) > MaxText || strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return invalid(field, v, "up to 200 characters of plain text on one line")
	}
	return nil
}

func checkAmount(field string, v int64) *Error {
	if v <= 0 {
		return Refuse(AmountInvalid, field+" must be positive, in minor units (fen)", "field", field)
	}
	return nil
}

// plus adds two non-negative amounts; ok is false on overflow.
func plus(x, y int64) (sum int64, ok bool) {
	if y > math.MaxInt64-x {
		return 0, false
	}
	return x + y, true
}

func checkCurrency(v string) *Error {
	if len(v) == 3 {
		if _, err := currency.ParseISO(v); err == nil && v == strings.ToUpper(v) {
			return nil
		}
	}
	return Refuse(CurrencyInvalid, quote(v)+" is no ISO 4217 code: use one such as CNY", "currency", clip(v))
}

// checkName verifies an identifier of our own making: a prefix, where there is one, and a name without separators of state
// keys.
func checkName(field, v, prefix string) *Error {
	name, ok := strings.CutPrefix(v, prefix)
	good := ok && name != "" && len(name) <= 80
	for i := range len(name) {
		c := name[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		good = good && (letter || i > 0 && (c == '-' || c == '_' || c == '.'))
	}
	if !good {
		want := "up to 80 letters, digits, - _ or ."
		if prefix != "" {
			want = prefix + " followed by letters, digits, - _ or ."
		}
		return invalid(field, v, want)
	}
	return nil
}

// checkSHA256 accepts lower-case hexadecimal only, so that one document has one key.
func checkSHA256(field, v string) *Error {
	good := len(v) == 64
	for i := range len(v) {
		c := v[i]
		good = good && (c >= '0' && c <= '9' || c >= 'a' && c <= 'f')
	}
	if !good {
		return invalid(field, v, "a SHA-256 digest in 64 lower-case hexadecimal digits")
	}
	return nil
}

func oneOf[T ~string](field string, v T, allowed ...T) *Error {
	if slices.Contains(allowed, v) {
		return nil
	}
	names := make([]string, len(allowed))
	for i, a := range allowed {
		names[i] = string(a)
	}
	return invalid(field, string(v), "one of "+strings.Join(names, ", "))
}

func checkRegion(field, v string) *Error {
	if v == "" || len(v) == 6 && digits(v) {
		return nil
	}
	return invalid(field, v, "a GB/T 2260 code of 6 digits, such as 210100")
}

func checkIndustry(field, v string) *Error {
	if v == "" || len(v) <= 5 && v[0] >= 'A' && v[0] <= 'T' && digits(v[1:]) {
		return nil
	}
	return invalid(field, v, "a GB/T 4754 code: a letter A to T and up to 4 digits, such as C3973")
}

func digits(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

// first answers the first refusal among checks, so that an operation's fields are checked in one readable list.
func first(checks ...*Error) *Error {
	for _, e := range checks {
		if e != nil {
			return e
		}
	}
	return nil
}
