package fabric

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"time"

	"fundtrace/chaincode/ledger"
)

// catchUpTime bounds how long a payment waits for the read model to reach the ledger.
const catchUpTime = 5 * time.Second

// choose answers the job's entry with lots for every payment that names none; batch is what the transaction draws so far
// and comes to include the entry. Choosing belongs into the payer's turn: only then is known what earlier payments drew.
//
// A payment that cannot be covered may have been recorded already, by an attempt whose answer got lost: its money is gone
// for exactly that reason. So the ledger is asked before a payment is refused here, and the read model gets the time to
// learn of money that has just come in.
func (s *Submitter) choose(ctx context.Context, j *job, batch *txDraws) (ledger.Entry, error) {
	j.picked = false
	if j.adopted != nil {
		return *j.adopted, nil
	}
	if s.lots == nil || len(undrawn(&j.entry)) == 0 {
		batch.drawAll(&j.entry)
		return j.entry, nil
	}
	entry, err := s.cover(ctx, j, batch)
	if ledger.ErrorCode(err) == "" { // nil, or a failure that is no refusal
		return entry, err
	}
	if found, lookup := s.adopt(ctx, j); lookup != nil {
		return entry, lookup
	} else if found {
		return *j.adopted, nil
	}
	if late := s.catchUp(ctx); late != nil {
		return entry, err
	}
	return s.cover(ctx, j, batch)
}

// cover chooses lots for the entry, account by account.
func (s *Submitter) cover(ctx context.Context, j *job, batch *txDraws) (ledger.Entry, error) {
	entry := copyEntry(&j.entry)
	own := newTxDraws()
	own.drawAll(&entry) // what the entry itself names is taken too
	for open := undrawn(&entry); len(open) > 0; {
		var payments, rest []*ledger.Movement
		for _, m := range open {
			if m.From == open[0].From {
				payments = append(payments, m)
			} else {
				rest = append(rest, m)
			}
		}
		if err := s.coverPayments(ctx, payments, batch, own); err != nil {
			return entry, err
		}
		open = rest
	}
	j.picked = true
	batch.drawAll(&entry)
	return entry, nil
}

// coverPayments chooses lots for payments of one account: for all at once, or in halves where that takes more lots than
// one choice gives.
func (s *Submitter) coverPayments(ctx context.Context, payments []*ledger.Movement, batch, own *txDraws) error {
	account, sum := payments[0].From, int64(0)
	for _, m := range payments {
		if m.Amount > math.MaxInt64-sum {
			return ledger.Refuse(ledger.AmountInvalid, "the payments add up to more than an amount can hold", "account", account)
		}
		sum += m.Amount
	}
	draws, err := s.pick(ctx, account, sum, batch.lots[account], own.lots[account])
	if half := len(payments) / 2; half > 0 && ledger.ErrorCode(err) == ledger.TooLarge {
		if err := s.coverPayments(ctx, payments[:half], batch, own); err != nil {
			return err
		}
		return s.coverPayments(ctx, payments[half:], batch, own)
	}
	if err != nil {
		return err
	}
	if err := allot(draws, payments); err != nil {
		return fmt.Errorf("choose lots of %s: %w", account, err)
	}
	own.draw(account, draws)
	return nil
}

// pick asks the read model until it and what it does not show yet were looked at side by side: a block that it takes in
// while it is being asked would otherwise count twice.
func (s *Submitter) pick(ctx context.Context, account string, amount int64, inBatch ...map[string]int64) ([]ledger.Draw, error) {
	next := s.lots.Next()
	beyond := s.drawn.beyond(account, next)
	for {
		taken := maps.Clone(beyond)
		for _, lots := range inBatch {
			for lot, drawn := range lots {
				taken[lot] += drawn
			}
		}
		draws, err := s.lots.Pick(ctx, account, amount, taken)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		now := s.lots.Next()
		if now == next {
			return draws, err
		}
		again := s.drawn.beyond(account, now)
		if maps.Equal(beyond, again) {
			return draws, err
		}
		next, beyond = now, again
	}
}

// catchUp waits until the read model knows every block that the peer has now.
func (s *Submitter) catchUp(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, catchUpTime)
	defer cancel()
	height, err := s.channel.Height(ctx)
	if err != nil || height == 0 {
		return err
	}
	return s.lots.Wait(ctx, height-1)
}

// adopt looks whether the ledger has the entry already, and takes over the draws that it has it with. The chaincode then
// recognises the entry as the same, or says that the key was used for something else.
func (s *Submitter) adopt(ctx context.Context, j *job) (found bool, err error) {
	entry := copyEntry(&j.entry)
	for n := range entry.Ops {
		m := entry.Ops[n].Movement
		if !isUndrawn(m) {
			continue
		}
		answer, err := s.channel.Evaluate(ctx, "Movement", ledger.MovementID(j.id, n))
		if ledger.ErrorCode(err) == ledger.MovementUnknown {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		var r ledger.MovementRecord
		if err := json.Unmarshal(answer, &r); err != nil {
			return false, fmt.Errorf("read movement %s: %w", ledger.MovementID(j.id, n), err)
		}
		m.Draws = r.Movement.Draws
	}
	j.adopted = &entry
	return true, nil
}

// allot shares the draws among the payments, in the order of both.
func allot(draws []ledger.Draw, payments []*ledger.Movement) error {
	k, used := 0, int64(0)
	for _, m := range payments {
		for need := m.Amount; need > 0; {
			if k == len(draws) {
				return errors.New("the lots chosen do not cover the amount")
			}
			part := min(need, draws[k].Amount-used)
			if part <= 0 {
				return fmt.Errorf("lot %s was chosen with nothing to draw", draws[k].Lot)
			}
			m.Draws = append(m.Draws, ledger.Draw{Lot: draws[k].Lot, Amount: part})
			need, used = need-part, used+part
			if used == draws[k].Amount {
				k, used = k+1, 0
			}
		}
	}
	if k != len(draws) {
		return errors.New("the lots chosen exceed the amount")
	}
	return nil
}

// undrawn lists the payments from accounts that name no lots. Amounts that cannot be are left to the chaincode to refuse.
func undrawn(e *ledger.Entry) []*ledger.Movement {
	var list []*ledger.Movement
	for i := range e.Ops {
		if m := e.Ops[i].Movement; isUndrawn(m) {
			list = append(list, m)
		}
	}
	return list
}

func isUndrawn(m *ledger.Movement) bool {
	return m != nil && m.From != "" && len(m.Draws) == 0 && m.Amount > 0
}

// copyEntry copies what choosing changes.
func copyEntry(e *ledger.Entry) ledger.Entry {
	c := ledger.Entry{Key: e.Key, Ops: append([]ledger.Op(nil), e.Ops...)}
	for i := range c.Ops {
		if m := c.Ops[i].Movement; m != nil {
			own := *m
			c.Ops[i].Movement = &own
		}
	}
	return c
}
