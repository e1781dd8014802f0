package api

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/google/uuid"

	"fundtrace/chaincode/ledger"
)

// Outcomes of a write.
const (
	Visible  = "VISIBLE"  // recorded, and the reads of this gateway show it
	Recorded = "RECORDED" // recorded, the reads of this gateway will show it soon
	Unknown  = "UNKNOWN"  // submitted; whether it was recorded is being found out. The same request again answers it
)

// Written answers a write.
type Written struct {
	Entry    string   `json:"entry"`              // identifier of the ledger entry
	ID       string   `json:"id,omitempty"`       // of what was recorded, where the entry holds one thing
	Movement string   `json:"movement,omitempty"` // identifier of the movement that was recorded or changed
	Lots     []string `json:"lots,omitempty"`     // lots that a new movement yields, once they are visible
	Vouchers []string `json:"vouchers,omitempty"` // that came into being
	Ops      int      `json:"ops"`                // operations of the entry
	Tx       string   `json:"tx,omitempty"`       // Fabric transaction
	Block    uint64   `json:"block,omitempty"`
	Replayed bool     `json:"replayed"` // the same request was recorded before; nothing was written now
	Outcome  string   `json:"outcome" enum:"VISIBLE,RECORDED,UNKNOWN"`
}

// recordsSomething marks Written and the answers that hold one.
func (Written) recordsSomething() {}

// idempotencyHeader names a request, so that sending it again cannot record it twice.
const idempotencyHeader = "Idempotency-Key"

// key is the caller's idempotency key, or a new one. The ledger checks its form.
func (c *call) key() string {
	if k := c.gin.GetHeader(idempotencyHeader); k != "" {
		return k
	}
	return uuid.NewString()
}

// record submits operations as one entry of the signed-in user and waits until reads show them, within the server's
// patience. The answer is 201 when they do, 202 with the place to look at when not yet.
func (c *call) record(key string, ops ...ledger.Op) (reply[Written], error) {
	return c.recordEntry(ledger.Entry{Key: key, Ops: ops})
}

// recordEntry is record of an entry that its writer may have salted.
func (c *call) recordEntry(e ledger.Entry) (reply[Written], error) {
	ops := e.Ops
	w := Written{Entry: c.who.Entry(e.Key), Ops: len(ops), Outcome: Visible}
	paysVoucher := len(ops) == 2 && ops[1].VoucherStep != nil
	if (len(ops) == 1 || paysVoucher) && ops[0].Movement != nil {
		w.Movement = ledger.MovementID(w.Entry, 0)
		w.ID = w.Movement
	}
	w.Vouchers = born(w.Entry, ops)
	rc, err := c.server.Ledger.Submit(c.ctx(), c.who.Identity, e)
	var refusal *ledger.Error
	if errors.As(err, &refusal) && refusal.Code == codeOutcomeUnknown {
		w.Outcome, w.Tx = Unknown, refusal.Detail["tx"]
		return c.later(w), nil
	}
	if err != nil {
		return reply[Written]{}, err
	}
	w.Entry, w.Tx, w.Block, w.Replayed = rc.Entry, rc.TxID, rc.Block, rc.Replayed
	if !c.await(rc.Block) {
		w.Outcome = Recorded
		return c.later(w), nil
	}
	if err := c.server.bought(c.ctx(), &w, ops); err != nil {
		return reply[Written]{}, err
	}
	if w.Movement != "" {
		if w.Lots, err = c.server.yields(c.ctx(), w.Movement); err == nil && w.Lots == nil {
			w.Outcome = Recorded // an earlier record whose block the read model has yet to fold
			return c.later(w), nil
		}
	}
	return reply[Written]{status: http.StatusCreated, location: c.place(w), body: w}, err
}

// await waits until the read model has passed the block, within the server's patience.
func (c *call) await(block uint64) bool {
	if block == 0 {
		return true
	}
	ctx, cancel := context.WithTimeout(c.ctx(), c.server.Patience)
	defer cancel()
	return c.server.Store.Wait(ctx, block) == nil
}

func (c *call) later(w Written) reply[Written] {
	return reply[Written]{status: http.StatusAccepted, location: c.place(w), body: w}
}

// place is where what was written can be read.
func (c *call) place(w Written) string {
	if w.Movement != "" {
		return Base + "/movements/" + w.Movement
	}
	return Base + "/entries/" + url.PathEscape(w.Entry)
}

// yields lists the lots of a movement, nil when the read model does not know it yet.
func (s *Server) yields(ctx context.Context, movement string) ([]string, error) {
	m, err := s.Store.Movement(ctx, everything, movement)
	if err != nil {
		if ledger.ErrorCode(err) == ledger.MovementUnknown {
			return nil, nil
		}
		return nil, err
	}
	entry, _, bad := ledger.SplitMovementID(movement)
	if bad != nil {
		return nil, bad
	}
	var lots []string
	for _, y := range m.Movement.Yields(entry) {
		lots = append(lots, y.Lot)
	}
	return lots, nil
}
