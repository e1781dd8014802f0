package iati

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"fundtrace/chaincode/ledger"
)

// Post submits one entry and answers its identifier, and whether the ledger had recorded it before. A refusal is a
// *ledger.Error.
type Post func(ctx context.Context, e ledger.Entry) (entry string, replayed bool, err error)

// Record submits the plan in order and marks the report's entries. It can be run again after a failure: what was
// recorded is answered as replayed. Parties that the ledger knows already are left as they are. done, which may be
// nil, hears of every entry that is recorded.
//
// Errors: the ledger's refusals as they are; NOT_PERMITTED when the entries are named after another writer than the
// plan expects, so that no lot of the plan exists.
func (p *Plan) Record(ctx context.Context, post Post, done func(ReportEntry)) error {
	if done == nil {
		done = func(ReportEntry) {}
	}
	for i, e := range p.Parties {
		if err := p.submit(ctx, e, i, post, done); err == nil {
			continue
		} else if rest, known := unknownParties(e, err); !known {
			return fmt.Errorf("register the parties: %w", err)
		} else if err := register(ctx, rest, post); err != nil {
			return fmt.Errorf("register the parties: %w", err)
		}
		p.Report.Entries[i].Recorded = true
		done(p.Report.Entries[i])
	}
	for i, e := range p.Money {
		if err := p.submit(ctx, e, len(p.Parties)+i, post, done); err != nil {
			return explain(err)
		}
	}
	return nil
}

func (p *Plan) submit(ctx context.Context, e ledger.Entry, i int, post Post, done func(ReportEntry)) error {
	entry, replayed, err := post(ctx, e)
	if err != nil {
		return err
	}
	line := &p.Report.Entries[i]
	if entry != line.Entry {
		return ledger.Refuse(ledger.NotPermitted, "the entry was written by another user than the plan was made for: sign in as the user that --user names",
			"entry", entry, "expected", line.Entry)
	}
	line.Recorded, line.Replayed = true, replayed
	done(*line)
	return nil
}

// register submits parties of which the ledger may know some more; the rest is registered under a key of its own.
func register(ctx context.Context, e ledger.Entry, post Post) error {
	for len(e.Ops) > 0 {
		_, _, err := post(ctx, e)
		if err == nil {
			return nil
		}
		rest, known := unknownParties(e, err)
		if !known {
			return err
		}
		e = rest
	}
	return nil
}

// unknownParties answers the entry without the parties that err says exist; ok is false when err says anything else.
func unknownParties(e ledger.Entry, err error) (rest ledger.Entry, ok bool) {
	var refused *ledger.Error
	if !errors.As(err, &refused) {
		return e, false
	}
	exists := map[int]bool{}
	switch refused.Code {
	case ledger.AlreadyExists:
		exists[0] = len(e.Ops) == 1
	case ledger.BatchRefused:
		for _, row := range refused.Rows {
			exists[row.Op] = row.Code == ledger.AlreadyExists
			if !exists[row.Op] {
				return e, false
			}
		}
	}
	base, _, _ := strings.Cut(e.Key, "+")
	for i, op := range e.Ops {
		if !exists[i] {
			rest.Ops = append(rest.Ops, op)
		}
	}
	names := make([]string, len(rest.Ops))
	for i, op := range rest.Ops {
		names[i] = op.Party.ID
	}
	rest.Key = base + "+" + strconv.Itoa(len(names)) + "-" + digest(24, names...)
	return rest, len(rest.Ops) < len(e.Ops)
}

// explain adds what a refusal means for an import.
func explain(err error) error {
	var refused *ledger.Error
	if !errors.As(err, &refused) {
		return err
	}
	said := *refused
	switch {
	case has(refused, ledger.IdempotencyConflict):
		said.Message += ". This file was imported before with another outcome, such as dates that were in the future then; nothing was recorded twice"
	case has(refused, ledger.AlreadyExists):
		said.Message += ". Another user imported this file, or a file with an activity of this one was imported before; recording it again would count its money twice"
	default:
		return err
	}
	return &said
}

func has(e *ledger.Error, code ledger.Code) bool {
	if e.Code == code {
		return true
	}
	for _, row := range e.Rows {
		if row.Code == code {
			return true
		}
	}
	return false
}
