// Package amount turns decimal text into minor units and back, exactly. No float is involved: a number that does not
// fit the currency's minor unit is refused, never rounded.
package amount

import (
	"math"
	"strconv"
	"strings"

	"fundtrace/chaincode/ledger"
)

// exponents lists the active currencies of ISO 4217 whose minor unit is not a hundredth.
var exponents = map[string]int{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0,
	"UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
	"CLF": 4,
}

// hundredths lists the active currencies of ISO 4217 whose minor unit is a hundredth, with BGN and HRK, which left
// the list for the euro and which earlier files use. MRU, SLE, UYW, VED and VES are not among them because the ledger's
// own currency table does not know them yet.
const hundredths = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD " +
	"CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ " +
	"GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT " +
	"MOP MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR " +
	"SDG SEK SGD SHP SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS " +
	"WST XCD YER ZAR ZMW"

func init() {
	for _, code := range strings.Fields(hundredths) {
		exponents[code] = 2
	}
}

// Exponent answers how many decimals the minor unit of a currency has (ISO 4217): CNY 2, JPY 0, KWD 3. ok is false
// for what is no active currency, and for those that have no minor unit (XDR, XAU, XXX …): their amounts have no
// exact integer form.
func Exponent(currency string) (digits int, ok bool) {
	digits, ok = exponents[currency]
	return digits, ok
}

// Parse reads a decimal number of major units (yuan) and answers minor units (fen). The sign and zero are kept: it is
// the caller who knows what they mean. Errors: CURRENCY_INVALID, FIELD_MISSING, AMOUNT_INVALID; detail "reason" tells
// more: "currency", "missing", "syntax", "precision", "size".
func Parse(text, currency string) (int64, error) {
	digits, ok := Exponent(currency)
	if !ok {
		return 0, refuse(ledger.CurrencyInvalid, "currency", quote(currency)+" is no ISO 4217 currency with a minor unit: use one such as CNY")
	}
	return parse(text, digits)
}

// ParseMinor reads a whole number of minor units (fen). Errors as Parse.
func ParseMinor(text string) (int64, error) { return parse(text, 0) }

func parse(text string, digits int) (int64, error) {
	s := strings.TrimSpace(text)
	if s == "" {
		return 0, refuse(ledger.FieldMissing, "missing", "the amount is missing: write a number")
	}
	unsigned := strings.TrimPrefix(s, "-")
	if unsigned == s {
		unsigned = strings.TrimPrefix(s, "+")
	}
	whole, fraction, _ := strings.Cut(unsigned, ".")
	if whole+fraction == "" || !decimal(whole) || !decimal(fraction) {
		return 0, refuse(ledger.AmountInvalid, "syntax", quote(s)+" is no decimal number: write digits with at most one point, without thousands separators")
	}
	fraction = strings.TrimRight(fraction, "0")
	if len(fraction) > digits {
		return 0, refuse(ledger.AmountInvalid, "precision", quote(s)+" has more decimals than the unit allows ("+strconv.Itoa(digits)+"): amounts are never rounded")
	}
	all := strings.TrimLeft(whole+fraction+strings.Repeat("0", digits-len(fraction)), "0")
	if all == "" {
		return 0, nil
	}
	v, err := strconv.ParseInt(all, 10, 64)
	if err != nil || v == math.MaxInt64 {
		return 0, refuse(ledger.AmountInvalid, "size", quote(s)+" is larger than an amount can be")
	}
	if s[0] == '-' {
		v = -v
	}
	return v, nil
}

// Format writes minor units as a decimal number of major units with all of the currency's decimals. An unknown
// currency is written in minor units.
func Format(minor int64, currency string) string {
	return FormatText(strconv.FormatInt(minor, 10), currency)
}

// FormatText is Format for totals that may exceed an int64, given in decimal digits.
func FormatText(minor, currency string) string {
	digits, ok := Exponent(currency)
	if !ok || digits == 0 {
		return minor
	}
	unsigned := strings.TrimPrefix(minor, "-")
	sign := minor[:len(minor)-len(unsigned)]
	if short := digits + 1 - len(unsigned); short > 0 {
		unsigned = strings.Repeat("0", short) + unsigned
	}
	cut := len(unsigned) - digits
	return sign + unsigned[:cut] + "." + unsigned[cut:]
}

func decimal(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

func refuse(code ledger.Code, reason, message string) error {
	return ledger.Refuse(code, message, "reason", reason)
}

func quote(s string) string {
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40]) + "…"
	}
	return strconv.Quote(s)
}
