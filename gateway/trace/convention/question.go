package convention

import (
	"context"
	"fmt"

	"fundtrace/chaincode/ledger"
)

// Question asks how much of a source reached a target. Without a target it is asked for every account that the source may
// have reached, without a source for every source that may have reached the target.
type Question struct {
	Source  string
	Target  string
	Methods []Method // none: all
	Inside  Inside   // default BLEND
}

// MaxAnswers is the most pairs of source and target that one question answers.
const MaxAnswers = 500

// Ask answers a question with one comparison for each pair whose upper bound is not zero, in order of source, then of
// the accounts' first appearance. Errors: FIELD_MISSING (neither source nor target), LOT_UNKNOWN, ACCOUNT_UNKNOWN,
// TOO_LARGE, those of Run, or the context's error.
func Ask(ctx context.Context, b *Book, q Question) ([]Comparison, error) {
	sources, targets := []string{q.Source}, []string{q.Target}
	switch {
	case q.Source == "" && q.Target == "":
		return nil, ledger.Refuse(ledger.FieldMissing, "name a source, a target or both", "field", "source")
	case q.Source == "":
		if !b.Account(q.Target) {
			return nil, noAccountNamed(q.Target)
		}
		sources = b.Sources()
	case q.Target == "":
		if err := b.knows(q.Source); err != nil {
			return nil, err
		}
		targets = b.reachable(q.Source)
	}
	if n := len(sources) * len(targets); n > MaxAnswers {
		return nil, ledger.Refuse(ledger.TooLarge, fmt.Sprintf("the question has %d pairs of source and target, at most %d are answered at once: name both", n, MaxAnswers))
	}
	var out []Comparison
	for _, s := range sources {
		for _, t := range targets {
			c, err := Compare(ctx, b, s, t, q.Inside, q.Methods...)
			if err != nil {
				return nil, err
			}
			if c.Most > 0 || q.Source != "" && q.Target != "" {
				out = append(out, *c)
			}
		}
	}
	return out, nil
}

// knows refuses a source that no new money is of. Errors: LOT_UNKNOWN.
func (b *Book) knows(source string) error {
	for i := range b.Movements {
		if b.from[i] == noAccount && b.Movements[i].tag() == source {
			return nil
		}
	}
	if source == UnknownSource {
		return nil
	}
	return ledger.Refuse(ledger.LotUnknown, fmt.Sprintf("no new money is of source %.60q", source), "source", source)
}

func noAccountNamed(account string) error {
	return ledger.Refuse(ledger.AccountUnknown, fmt.Sprintf("no movement names account %.60q", account), "account", account)
}

// reachable lists the accounts to which money of the source can have come, by time alone.
func (b *Book) reachable(source string) []string {
	reached := make([]bool, len(b.accounts))
	for i := range b.Movements {
		if b.to[i] == noAccount {
			continue
		}
		if from := b.from[i]; from == noAccount && b.Movements[i].tag() == source || from != noAccount && (reached[from] || source == UnknownSource) {
			reached[b.to[i]] = true
		}
	}
	var out []string
	for n, yes := range reached {
		if yes {
			out = append(out, b.accounts[n])
		}
	}
	return out
}
