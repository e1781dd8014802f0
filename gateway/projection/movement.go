package projection

import (
	"context"
	"database/sql"

	"fundtrace/chaincode/ledger"
)

// MovementDetail is a movement with everything that is known of it.
type MovementDetail struct {
	Movement
	Yields       []Lot                    `json:"yields"` // as far as they may be seen; Hidden counts the others
	Hidden       Hidden                   `json:"hidden"`
	Steps        []Step                   `json:"steps"`
	Attestations []Attestation            `json:"attestations"`
	Reversal     *ledger.ReversalProposal `json:"reversal,omitempty"`
}

// Step is a confirmation and the transaction that recorded it.
type Step struct {
	ledger.Confirmed
	Recorded
}

// Attestation is a raised level and the transaction that recorded it.
type Attestation struct {
	ledger.Attestation
	Recorded
}

// Movement answers one movement. Errors: MOVEMENT_UNKNOWN.
func (db *DB) Movement(ctx context.Context, s Scope, id string) (*MovementDetail, error) {
	entryID, n, err := splitMovement(id)
	if err != nil {
		return nil, unknown(ledger.MovementUnknown, "movement", id)
	}
	cond, args := s.movements()
	q := &query{text: "SELECT " + movementColumns + movementTables}
	q.where("m.ref = (SELECT ref FROM entry WHERE id = ?) << 20 | ?", entryID, n).where(cond, args...)
	found, err := collect(ctx, db.reader, q, scanMovement)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, unknown(ledger.MovementUnknown, "movement", id)
	}
	d := &MovementDetail{Movement: found[0], Yields: []Lot{}, Steps: []Step{}, Attestations: []Attestation{}}
	yields := db.yields
	if d.Kind.OfClaims() {
		yields = db.claimYields
	}
	if err := yields(ctx, s, d); err != nil {
		return nil, err
	}
	return d, db.steps(ctx, d)
}

// yields adds draws and yields. Who sees a movement sees what it drew on: the draws are part of it.
func (db *DB) yields(ctx context.Context, s Scope, d *MovementDetail) error {
	cond, args := s.lots()
	q := &query{text: "SELECT " + lotColumns + ", " + cond + " IS TRUE" + lotTables + " WHERE l.ref BETWEEN ? << 9 AND ? << 9 | 511 ORDER BY l.ref",
		args: append(append([]any{}, args...), d.ref, d.ref)}
	_, err := collect(ctx, db.reader, q, func(r *sql.Rows) (struct{}, error) {
		var seen bool
		l, err := scanLotAnd(r, &seen)
		d.yield(l, seen)
		return struct{}{}, err
	})
	return err
}

// yield adds a lot that the movement yields, and the draw on its parent.
func (d *MovementDetail) yield(l Lot, seen bool) {
	if l.Parent != "" {
		d.Draws = append(d.Draws, ledger.Draw{Lot: l.Parent, Amount: l.Amount})
	}
	if seen {
		d.Yields = append(d.Yields, l)
	} else {
		d.Hidden.Lots++
		d.Hidden.Amount += l.Amount
	}
}

func (db *DB) steps(ctx context.Context, d *MovementDetail) error {
	q := &query{text: `SELECT s.kind, s.stage, s.level, s.date, s.bank_ref, s.reason, s.document, s.msp, s.role, s.party, s.name, s.at, x.id, x.ref
FROM step s JOIN tx x ON x.ref = s.tx WHERE s.movement = ? ORDER BY s.kind, s.i`, args: []any{d.ref}}
	_, err := collect(ctx, db.reader, q, func(r *sql.Rows) (struct{}, error) {
		var kind string
		var level ledger.Level
		var c ledger.Confirmed
		var by Recorded
		var tx int64
		err := r.Scan(&kind, &c.Stage, &level, &c.Date, &c.BankRef, &c.Reason, &c.Document, &c.Writer.MSP, &c.Writer.Role, &c.Writer.Party, &c.Writer.Name,
			&c.At, &by.Tx, &tx)
		by.Block = blockOf(tx)
		switch kind {
		case "stage":
			d.Steps = append(d.Steps, Step{c, by})
		case "attest":
			d.Attestations = append(d.Attestations, Attestation{ledger.Attestation{Level: level, Document: c.Document, Writer: c.Writer, At: c.At}, by})
		case "propose":
			d.Reversal = &ledger.ReversalProposal{Reason: c.Reason, Document: c.Document, Writer: c.Writer, At: c.At}
		}
		return struct{}{}, err
	})
	return err
}
