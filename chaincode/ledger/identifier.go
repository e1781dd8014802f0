package ledger

import "strings"

// A party identifier carries its scheme: "scheme:value".
const (
	SchemeUSCC  = "uscc"  // unified social credit code, GB 32100-2015 (统一社会信用代码)
	SchemeLEI   = "lei"   // legal entity identifier, ISO 17442
	SchemeIATI  = "iati"  // organisation identifier as published under IATI
	SchemePID   = "pid"   // pseudonym of a natural person; never a name
	SchemeOther = "other" // anything else that identifies a legal entity
)

// CheckIdentifier verifies "scheme:value" by the rules of its scheme. Errors: IDENTIFIER_INVALID, PERSONAL_DATA.
func CheckIdentifier(id string) *Error {
	scheme, value, found := strings.Cut(id, ":")
	if !found || value == "" {
		return badIdentifier(id, "write it as scheme:value, for example uscc:91350100M000100Y43")
	}
	if len(value) > 120 {
		return badIdentifier(id, "use at most 120 characters")
	}
	switch scheme {
	case SchemeUSCC:
		if why := checkUSCC(value); why != "" {
			return badIdentifier(id, why)
		}
	case SchemeLEI:
		if why := checkLEI(value); why != "" {
			return badIdentifier(id, why)
		}
	case SchemePID:
		if personal(value) {
			return Refuse(PersonalData, "a name or a number of a natural person must not be on the ledger: use a pseudonym of letters and digits, such as a keyed hash")
		}
		fallthrough
	case SchemeIATI, SchemeOther:
		if !printable(value) {
			return badIdentifier(id, "use letters, digits and punctuation without spaces or control characters")
		}
	default:
		return badIdentifier(id, "use one of the schemes uscc, lei, iati, pid, other")
	}
	return nil
}

// personal reports whether a pseudonym is none: a name in Chinese characters, a resident's number (GB 11643: 17 digits
// and a digit or X, formerly 15 digits) or a mobile number (11 digits that begin with 1).
func personal(v string) bool {
	for i := range len(v) {
		if v[i] >= 0x80 {
			return true
		}
	}
	switch len(v) {
	case 18:
		return digits(v[:17]) && (digits(v[17:]) || v[17] == 'X' || v[17] == 'x')
	case 15:
		return digits(v)
	case 11:
		return v[0] == '1' && digits(v)
	}
	return false
}

func badIdentifier(id, why string) *Error {
	return Refuse(IdentifierInvalid, "the identifier "+quote(id)+" is not valid: "+why, "identifier", clip(id))
}

func quote(s string) string { return `"` + clip(s) + `"` }

// usccAlphabet of GB 32100-2015: no I, O, S, V, Z; a character's value is its index.
const usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

var (
	usccWeights = [17]int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28} // 3^(i-1) mod 31
	orgWeights  = [8]int{3, 7, 9, 10, 5, 8, 4, 2}                                         // GB 11714
)

// checkUSCC verifies length, alphabet and both check characters: the 18th (GB 32100, modulus 31) and the 17th, the
// organisation code's own (GB 11714, modulus 11). It answers why not, or "".
func checkUSCC(v string) string {
	if len(v) != 18 {
		return "a unified social credit code has 18 characters"
	}
	sum := 0
	for i := 0; i < 17; i++ {
		n := strings.IndexByte(usccAlphabet, v[i])
		if n < 0 {
			return "use digits and upper-case letters without I, O, S, V, Z"
		}
		sum += n * usccWeights[i]
	}
	if usccAlphabet[(31-sum%31)%31] != v[17] {
		return "the last check character does not fit: look for a mistyped or swapped character"
	}
	org := 0
	for i := 0; i < 8; i++ {
		c := v[8+i]
		n := int(c - '0')
		if c >= 'A' {
			n = int(c-'A') + 10
		}
		org += n * orgWeights[i]
	}
	want := byte('0')
	switch c := 11 - org%11; c {
	case 10:
		want = 'X'
	case 11:
	default:
		want = byte('0' + c)
	}
	if v[16] != want {
		return "the organisation code's check character (17th) does not fit"
	}
	return ""
}

// checkLEI verifies ISO 17442: 18 alphanumeric characters and two check digits with modulus 97 = 1 (ISO 7064).
func checkLEI(v string) string {
	if len(v) != 20 {
		return "a legal entity identifier has 20 characters"
	}
	rem := 0
	for i := 0; i < 20; i++ {
		c := v[i]
		switch {
		case c >= '0' && c <= '9':
			rem = (rem*10 + int(c-'0')) % 97
		case c >= 'A' && c <= 'Z' && i < 18:
			rem = (rem*100 + int(c-'A') + 10) % 97
		default:
			return "use upper-case letters and digits, ending in two digits"
		}
	}
	if rem != 1 {
		return "the check digits do not fit"
	}
	return ""
}

// printable reports whether s is free of spaces, control characters and the key separator's range.
func printable(s string) bool {
	for _, r := range s {
		if r <= ' ' || r == 0x7f || r == '\uFFFD' || (r >= 0x80 && r < 0xa0) || r == 0x3000 || r == 0x10FFFF {
			return false
		}
	}
	return s != ""
}
