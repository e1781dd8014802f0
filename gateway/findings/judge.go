package findings

import (
	"cmp"
	"math/big"
	"slices"
	"strconv"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/amount"
)

// Reason is why a rule was not applied to something.
type Reason string

// The reasons.
const (
	NotPublished     Reason = "NOT_PUBLISHED"     // no version of the rule is on the ledger
	NotInForce       Reason = "NOT_IN_FORCE"      // none was in force on the day of the fact
	SwitchedOff      Reason = "SWITCHED_OFF"      // the version in force has mode OFF
	ParameterMissing Reason = "PARAMETER_MISSING" // the version in force lacks the parameter
	FactMissing      Reason = "FACT_MISSING"      // what the rule compares was not recorded
	PartialView      Reason = "PARTIAL_VIEW"      // the reader does not see every voucher, and the rule needs all
)

// Skip says that a rule was not applied, why, and to how many facts.
type Skip struct {
	Rule   string `json:"rule"`
	Reason Reason `json:"reason"`
	What   string `json:"what,omitempty"` // the parameter or fact that is missing
	Facts  int    `json:"facts"`          // 0: the rule was not tried at all
}

// judge applies one rule: it answers the version in force and collects what is found and what is skipped.
type judge struct {
	rule    string
	history *ledger.RuleHistory
	found   []Finding
	skips   map[Skip]int
}

// on answers the version in force on a day; nil, noted as skipped, where none is or it is switched off.
func (j *judge) on(date string) *ledger.Rule {
	r := j.history.On(date)
	switch {
	case r == nil:
		j.skip(NotInForce, "")
		return nil
	case r.Mode == ledger.Off:
		j.skip(SwitchedOff, "")
		return nil
	}
	return r
}

// parameter answers a parameter of a version; false, noted as skipped, where the version lacks it.
func (j *judge) parameter(r *ledger.Rule, name string) (int64, bool) {
	v, ok := r.Parameters[name]
	if !ok {
		j.skip(ParameterMissing, name)
	}
	return v, ok
}

// limit answers the version in force on a day and one of its parameters; false, noted as skipped, where either lacks.
func (j *judge) limit(date, name string) (*ledger.Rule, int64, bool) {
	r := j.on(date)
	if r == nil {
		return nil, 0, false
	}
	v, ok := j.parameter(r, name)
	return r, v, ok
}

func (j *judge) skip(why Reason, what string) { j.skips[Skip{Rule: j.rule, Reason: why, What: what}]++ }

func (j *judge) skipped() []Skip {
	var out []Skip
	for s, n := range j.skips {
		if s.Facts = n; s.Reason == NotPublished || s.Reason == PartialView {
			s.Facts = 0
		}
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b Skip) int { return cmp.Or(cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.What, b.What)) })
	return out
}

// add notes a finding under a version of the rule.
func (j *judge) add(r *ledger.Rule, f Finding) {
	f.Rule, f.Version, f.Severity, f.Mode = r.ID, r.Version, r.Severity, r.Mode
	slices.Sort(f.Others)
	f.Others = slices.DeleteFunc(slices.Compact(f.Others), func(p string) bool { return p == "" || p == f.Party })
	f.Evidence = slices.DeleteFunc(f.Evidence, func(e string) bool { return e == "" })
	f.Evidence = f.Evidence[:min(len(f.Evidence), mostEvidence)]
	j.found = append(j.found, f)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// money writes minor units for a sentence.
func money(minor int64, currency string) string {
	return amount.Format(minor, currency) + " " + currency
}

func moneyText(minor *big.Int, currency string) string {
	return amount.FormatText(minor.String(), currency) + " " + currency
}

// percent writes parts per million for a sentence, exactly: 36000 is 3.6 %.
func percent(ppm *big.Int) string {
	whole, rest := new(big.Int).QuoRem(ppm, big.NewInt(10_000), new(big.Int))
	if rest.Sign() == 0 {
		return whole.String() + " %"
	}
	digits := strconv.FormatInt(10_000+rest.Int64(), 10)[1:]
	for digits[len(digits)-1] == '0' {
		digits = digits[:len(digits)-1]
	}
	return whole.String() + "." + digits + " %"
}

const million = 1_000_000

// ratio is of × million / whole, rounded up: what exceeds a limit in parts per million is never shown as equal to it.
func ratio(of, whole *big.Int) *big.Int {
	n := new(big.Int).Mul(of, big.NewInt(million))
	n.Add(n, whole).Sub(n, big.NewInt(1))
	return n.Quo(n, whole)
}

// exceeds reports whether of / whole is more than ppm, exactly.
func exceeds(of, whole *big.Int, ppm int64) bool {
	return new(big.Int).Mul(of, big.NewInt(million)).Cmp(new(big.Int).Mul(whole, big.NewInt(ppm))) > 0
}
