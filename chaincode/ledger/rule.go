package ledger

import (
	"maps"
	"slices"
)

// RuleMode is what a rule does when it is broken.
type RuleMode string

// The modes. The ledger itself enforces BLOCK; WARN and DETECT are for those who read it.
const (
	Block  RuleMode = "BLOCK"
	Warn   RuleMode = "WARN"
	Detect RuleMode = "DETECT"
	Off    RuleMode = "OFF"
)

// Rule is one version of a rule of supply-chain finance: data, not code, because the caps change with the law and
// differ by agreement. Parameters are integers in the unit that the name ends in (days, ppm, fen) or plain counts.
type Rule struct {
	ID            string           `json:"id"` // such as S-TRM-01
	Version       int              `json:"version"`
	EffectiveFrom string           `json:"effective_from"` // first day on which the version holds
	Title         string           `json:"title,omitempty"`
	Mode          RuleMode         `json:"mode"`
	Severity      string           `json:"severity,omitempty"` // CRITICAL, HIGH, MEDIUM, LOW
	Parameters    map[string]int64 `json:"parameters,omitempty"`
	Source        string           `json:"source"` // the provision, such as 银发〔2025〕77号 Art. 11
}

// RuleHistory is every version of a rule, oldest first.
type RuleHistory struct {
	Versions []Rule `json:"versions"`
}

// On answers the version in force on a day, nil before the first.
func (h *RuleHistory) On(date string) *Rule {
	for i := len(h.Versions) - 1; i >= 0; i-- {
		if h.Versions[i].EffectiveFrom <= date {
			return &h.Versions[i]
		}
	}
	return nil
}

// tag names the version, as events carry it: S-TRM-01@2.
func (r *Rule) tag() string { return r.ID + "@" + amount(int64(r.Version)) }

// The rules that the ledger enforces, and the parameters that it reads (source of each: the rule's own record).
const (
	RuleTerm          = "S-TRM-01" // cap_days or cap_months: longest term of a voucher
	RuleIssuerBlocked = "S-ISS-02"
	RuleTradeEvidence = "S-ISS-03"
	RuleConsent       = "S-ISS-04"
	RuleSplit         = "S-SPL-01" // most_pieces, least_fen, most_depth
	RuleRegistration  = "S-FIN-01"
	RuleDoubleFinance = "S-FIN-03" // reservation_days: longest reservation of an invoice, where given
	RuleMoneyPath     = "S-FIN-04"
	RuleLicence       = "S-FIN-05"
	RulePayee         = "S-SET-02"
	RuleLate          = "S-SET-01" // grace_days, interest_ppm_per_day: detects, and gives the interest its rate
)

const (
	maxVersions   = 200
	maxParameters = 20
)

// publishRule records the next version of a rule. Errors: VERSION_CONFLICT and those of its fields.
func (a *applier) publishRule(r Rule) error {
	if err := first(checkName("rule.id", r.ID, ""), checkText("rule.title", r.Title), checkText("rule.source", r.Source),
		oneOf("rule.mode", r.Mode, Block, Warn, Detect, Off), checkDate("rule.effective_from", r.EffectiveFrom)); err != nil {
		return err
	}
	if r.Severity != "" {
		if err := oneOf("rule.severity", r.Severity, "CRITICAL", "HIGH", "MEDIUM", "LOW"); err != nil {
			return err
		}
	}
	if r.Source == "" {
		return missing("rule.source")
	}
	if len(r.Parameters) > maxParameters {
		return Refuse(TooLarge, "a rule has at most 20 parameters")
	}
	for _, name := range slices.Sorted(maps.Keys(r.Parameters)) {
		if !printable(name) || len(name) > MaxKey || r.Parameters[name] < 0 {
			return invalid("rule.parameters", name, "plain names with values that are not negative")
		}
	}
	h, err := load(a.book, a.rules, RuleRoom+r.ID)
	if err != nil {
		return err
	}
	if h == nil {
		h = &RuleHistory{}
	}
	if n := len(h.Versions); r.Version != n+1 || n > 0 && r.EffectiveFrom < h.Versions[n-1].EffectiveFrom {
		return Refuse(VersionConflict, "the rule must carry the next version and a date not before the present one's: read the rule again", "rule", r.ID)
	}
	if len(h.Versions) == maxVersions {
		return Refuse(TooLarge, "a rule has at most 200 versions")
	}
	r.Parameters = maps.Clone(r.Parameters)
	next := &RuleHistory{Versions: append(h.Versions[:len(h.Versions):len(h.Versions)], r)}
	a.rules[RuleRoom+r.ID] = next
	a.touch(RuleRoom+r.ID, next)
	return nil
}

// inForce answers the version of a rule in force on a date, nil when there is none.
func (b *book) inForce(id, date string) (*Rule, error) {
	h, err := load(b, b.rules, RuleRoom+id)
	if err != nil || h == nil {
		return nil, err
	}
	return h.On(date), nil
}

// parameter answers a parameter that a rule may have on a date.
func (b *book) parameter(id, name, date string) (value int64, ok bool, err error) {
	r, err := b.inForce(id, date)
	if err != nil || r == nil {
		return 0, false, err
	}
	value, ok = r.Parameters[name]
	return value, ok, nil
}

// rule answers the version of a rule in force on a date. Errors: RULE_MISSING.
func (b *book) rule(id, date string) (*Rule, error) {
	r, err := b.inForce(id, date)
	if err != nil || r != nil {
		return r, err
	}
	return nil, Refuse(RuleMissing, "no version of rule "+id+" is in force on "+date+": let the finance bureau publish one", "rule", id, "date", date)
}

// blocks reports whether the rule is in force as one that blocks on the date. Errors: RULE_MISSING.
func (b *book) blocks(id, date string) (bool, error) {
	r, err := b.rule(id, date)
	return err == nil && r.Mode == Block, err
}

// enforce hands a refusal on when the rule blocks on the date.
func (b *book) enforce(id, date string, broken *Error) error {
	if broken == nil {
		return nil
	}
	blocks, err := b.blocks(id, date)
	if err != nil || !blocks {
		return err
	}
	if broken.Detail == nil {
		broken.Detail = map[string]string{}
	}
	broken.Detail["rule"] = id
	return broken
}
