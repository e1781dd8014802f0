package amount

import (
	"errors"
	"math/big"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"

	"golang.org/x/text/currency"
)

func TestParse(t *testing.T) {
	tests := []struct {
		text, currency string
		want           int64
		reason         string
	}{
		{"210107", "GBP", 21010700, ""},
		{"104793.6", "EUR", 10479360, ""},
		{" 0.01 ", "CNY", 1, ""},
		{"1.2300", "CNY", 123, ""},
		{"+5.", "CNY", 500, ""},
		{".5", "CNY", 50, ""},
		{"-25.50", "USD", -2550, ""},
		{"-0.00", "USD", 0, ""},
		{"17", "JPY", 17, ""},
		{"17.0", "XOF", 17, ""},
		{"1.001", "KWD", 1001, ""},
		{"92233720368547758.06", "CNY", 9223372036854775806, ""},
		{"92233720368547758.07", "CNY", 0, "size"},
		{"99999999999999999999", "JPY", 0, "size"},
		{"000000000000000000000000000001", "CNY", 100, ""},
		{"17.5", "JPY", 0, "precision"},
		{"98325.6441968", "USD", 0, "precision"},
		{"1.001", "CNY", 0, "precision"},
		{"", "CNY", 0, "missing"},
		{"  ", "CNY", 0, "missing"},
		{".", "CNY", 0, "syntax"},
		{"-", "CNY", 0, "syntax"},
		{"1,000.00", "CNY", 0, "syntax"},
		{"1e3", "CNY", 0, "syntax"},
		{"0x10", "CNY", 0, "syntax"},
		{"--1", "CNY", 0, "syntax"},
		{"+-1", "CNY", 0, "syntax"},
		{"1.2.3", "CNY", 0, "syntax"},
		{"１２", "CNY", 0, "syntax"},
		{"5", "XDR", 0, "currency"},
		{"5", "cny", 0, "currency"},
		{"5", "", 0, "currency"},
	}
	for _, tt := range tests {
		got, err := Parse(tt.text, tt.currency)
		if got != tt.want || reasonOf(err) != tt.reason {
			t.Errorf("Parse(%q, %q) = %d, %v; want %d, reason %q", tt.text, tt.currency, got, err, tt.want, tt.reason)
		}
	}
}

func TestParseMinor(t *testing.T) {
	if v, err := ParseMinor("12345"); v != 12345 || err != nil {
		t.Errorf("ParseMinor = %d, %v", v, err)
	}
	if _, err := ParseMinor("1.5"); reasonOf(err) != "precision" {
		t.Errorf("half a fen: %v", err)
	}
}

func TestFormat(t *testing.T) {
	for _, tt := range []struct {
		minor    int64
		currency string
		want     string
	}{{1, "CNY", "0.01"}, {-1, "CNY", "-0.01"}, {12345, "CNY", "123.45"}, {0, "CNY", "0.00"}, {17, "JPY", "17"}, {5, "KWD", "0.005"}} {
		if got := Format(tt.minor, tt.currency); got != tt.want {
			t.Errorf("Format(%d, %s) = %s, want %s", tt.minor, tt.currency, got, tt.want)
		}
	}
	if got := FormatText("123456789012345678901", "CNY"); got != "1234567890123456789.01" {
		t.Error(got)
	}
}

// Every currency of the table must be one that the ledger's own check accepts: otherwise a plan would be refused late.
func TestLedgerKnowsEveryCurrency(t *testing.T) {
	for code, digits := range exponents {
		if _, err := currency.ParseISO(code); err != nil {
			t.Errorf("%s: the ledger would refuse it", code)
		}
		if digits < 0 || digits > 4 {
			t.Errorf("%s has %d decimals", code, digits)
		}
	}
	if n := len(strings.Fields(hundredths)); n < 130 || n+25 != len(exponents) {
		t.Errorf("%d of %d currencies: one is listed twice or missing", n, len(exponents))
	}
}

// FuzzParse compares with exact rational arithmetic.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"1", "-1.5", ".5", "1.999", "1e5", "0.1", "00.10", "+7.", "9223372036854775807"} {
		f.Add(s, "CNY")
	}
	f.Fuzz(func(t *testing.T, text, code string) {
		got, err := Parse(text, code)
		if err != nil {
			var e *ledger.Error
			if got != 0 || !errors.As(err, &e) {
				t.Fatalf("%d, %v", got, err)
			}
			return
		}
		digits, _ := Exponent(code)
		want, ok := new(big.Rat).SetString(strings.TrimSpace(text))
		if !ok {
			t.Fatalf("%q was read as %d but is no number", text, got)
		}
		unit := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil))
		if want.Mul(want, unit).Cmp(new(big.Rat).SetInt64(got)) != 0 {
			t.Fatalf("%q %s was read as %d", text, code, got)
		}
		if back, err := Parse(Format(got, code), code); err != nil || back != got {
			t.Fatalf("%d is written as %s and read as %d, %v", got, Format(got, code), back, err)
		}
	})
}

func reasonOf(err error) string {
	var e *ledger.Error
	if errors.As(err, &e) {
		return e.Detail["reason"]
	}
	return ""
}
