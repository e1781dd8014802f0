package iati

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"fundtrace/chaincode/ledger"
)

// organisationRef is the form of an IATI organisation identifier: a registration agency or country, a hyphen, and the
// number there. Bare numbers of older lists ("10000", "public sector institutions") name classes of organisations,
// not one of them, so they do not identify anybody.
var organisationRef = regexp.MustCompile(`^[A-Za-z0-9]{2,20}-[!-~]{1,90}$`)

// NotStated is the party that stands for a payee whom the publisher does not name.
const NotStated = ledger.SchemeOther + ":iati-not-stated"

// PartyID answers the ledger's identifier of a published organisation: scheme iati with its reference where that is
// one; else a stable pseudonym of scheme other made from its name (without regard to case and spacing), or, nameless,
// from whatever stands as its reference. ok is false when it has neither.
func PartyID(o *Org) (id string, ok bool) {
	if o == nil {
		return NotStated, false
	}
	if organisationRef.MatchString(o.Ref) {
		return ledger.SchemeIATI + ":" + o.Ref, true
	}
	kind, seed := "name", strings.Join(strings.Fields(strings.ToLower(o.Name)), " ")
	if seed == "" {
		kind, seed = "ref", o.Ref
	}
	if seed == "" {
		return NotStated, false
	}
	return ledger.SchemeOther + ":iati-" + kind + "-" + digest(24, seed), true
}

// AccountID is the stable pseudonym of the account in which an activity's published money of one currency lies.
func AccountID(activity, currency string) string {
	return "acct:iati-" + digest(24, activity, currency)
}

// digest answers n hexadecimal digits of the SHA-256 of parts, each closed by a zero byte.
func digest(n int, parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00") + "\x00"))
	return hex.EncodeToString(sum[:])[:n]
}

// kindOf maps codelist OrganisationType.
func kindOf(code string) ledger.PartyKind {
	switch code {
	case "10", "11", "15": // government, local government, other public sector
		return ledger.Government
	case "21", "22", "23", "24", "60": // non-governmental organisations, foundations
		return ledger.NonProfit
	case "70", "71", "72", "73": // private sector
		return ledger.Private
	}
	return ledger.Organisation
}

// roll gathers the parties that a plan needs, in order of first use.
type roll struct {
	parties []*ledger.Party
	byID    map[string]*ledger.Party
}

// enter answers the identifier of an organisation and sees to it that it will be registered. The first name and the
// first stated kind of a party stand.
func (r *roll) enter(o *Org) string {
	id, ok := PartyID(o)
	p := r.byID[id]
	if p == nil {
		p = &ledger.Party{ID: id, Kind: ledger.Organisation}
		r.byID[id] = p
		r.parties = append(r.parties, p)
	}
	if !ok {
		p.Name = "not stated by the publisher"
		return id
	}
	if p.Name == "" {
		p.Name = plain(o.Name)
	}
	if p.Kind == ledger.Organisation {
		p.Kind = kindOf(o.Type)
	}
	return id
}

// plain makes published text fit the ledger: one line, no control characters, at most its length.
func plain(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
	if utf8.RuneCountInString(s) > ledger.MaxText {
		s = strings.TrimRight(string([]rune(s)[:ledger.MaxText-1]), " ") + "…"
	}
	return s
}
