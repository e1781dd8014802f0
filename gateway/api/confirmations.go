package api

import (
	"errors"
	"fmt"
	"mime"
	"slices"
	"strings"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/bulk"
)

// Confirmation is a step of a movement that exists.
type Confirmation struct {
	Movement string       `json:"movement"`
	Action   string       `json:"action" enum:"debit,credit,return,void,expire,attest"`
	Date     string       `json:"date,omitempty"`     // value date; for expire: as of which day
	BankRef  string       `json:"bank_ref,omitempty"` // of the statement line: debit and credit
	Level    ledger.Level `json:"level,omitempty"`    // attest: 2 or 3
	Document string       `json:"document,omitempty"` // SHA-256; attest to level 3
	Reason   string       `json:"reason,omitempty"`
}

// Confirmations is many steps, recorded together or not at all.
type Confirmations struct {
	Items []Confirmation `json:"items"`
}

// steps are the actions and the operations that record them.
var steps = map[string]ledger.OpType{
	"debit": ledger.MovementDebit, "credit": ledger.MovementCredit, "return": ledger.MovementReturn,
	"void": ledger.MovementVoid, "expire": ledger.MovementExpire, "attest": ledger.MovementAttest,
}

// stepOps are the operations behind steps, in a fixed order.
var stepOps = []ledger.OpType{ledger.MovementDebit, ledger.MovementCredit, ledger.MovementReturn, ledger.MovementVoid,
	ledger.MovementExpire, ledger.MovementAttest}

// op is the confirmation as the ledger takes it. Errors: FIELD_MISSING, FIELD_INVALID, NOT_PERMITTED.
func (x *Confirmation) op(by ledger.Caller) (ledger.Op, error) {
	t, ok := steps[x.Action]
	if !ok {
		names := make([]string, 0, len(steps))
		for name := range steps {
			names = append(names, name)
		}
		slices.Sort(names)
		return ledger.Op{}, ledger.Refuse(ledger.FieldInvalid, "action must be one of "+strings.Join(names, ", "), "field", "action")
	}
	if !by.May(t) {
		return ledger.Op{}, ledger.Refuse(ledger.NotPermitted, fmt.Sprintf("role %s of %s may not %s a movement: ask an organisation that may", by.Role, by.MSP, x.Action),
			"operation", string(t), "role", by.Role, "msp", by.MSP)
	}
	return ledger.Op{Type: t, Step: &ledger.Step{Movement: x.Movement, Date: x.Date, BankRef: x.BankRef, Level: x.Level,
		Document: x.Document, Reason: x.Reason}}, nil
}

func (s *Server) confirm(c *call, x Confirmation) (reply[Written], error) {
	op, err := x.op(c.who.Caller())
	if err != nil {
		return reply[Written]{}, err
	}
	return c.recordStep(op)
}

// recordStep records one step; the answer names the movement that it changed.
func (c *call) recordStep(op ledger.Op) (reply[Written], error) {
	r, err := c.record(c.key(), op)
	if err == nil {
		r.body.ID, r.body.Movement = op.Step.Movement, op.Step.Movement
		r.location = Base + "/movements/" + op.Step.Movement
	}
	return r, err
}

// confirmMany takes JSON, or a table.
func (s *Server) confirmMany(c *call) {
	if kind, _, err := mime.ParseMediaType(c.gin.GetHeader("Content-Type")); err != nil || kind != "application/json" {
		c.recordTable(bulk.Confirmations)
		return
	}
	var x Confirmations
	if err := c.decode(&x); err != nil {
		c.fail(err)
		return
	}
	ops, err := x.ops(c.who.Caller())
	if err != nil {
		c.fail(err)
		return
	}
	if c.query("preview") == "true" {
		c.fail(ledger.Refuse(CodeQueryInvalid, "a preview is made of tables only", "parameter", "preview"))
		return
	}
	r, err := c.record(c.key(), ops...)
	c.finish(reply[any]{r.status, r.location, r.body}, err)
}

// ops are the steps as the ledger takes them. Errors: FIELD_MISSING, TOO_LARGE, BATCH_REFUSED.
func (x *Confirmations) ops(by ledger.Caller) ([]ledger.Op, error) {
	if len(x.Items) == 0 {
		return nil, ledger.Refuse(ledger.FieldMissing, "items is missing: give it at least one confirmation", "field", "items")
	}
	if len(x.Items) > ledger.MaxOps {
		return nil, ledger.Refuse(ledger.TooLarge, fmt.Sprintf("there are %d items: send at most %d at a time", len(x.Items), ledger.MaxOps))
	}
	ops := make([]ledger.Op, len(x.Items))
	refused := &ledger.Error{Code: ledger.BatchRefused, Message: "nothing was recorded: correct the items listed and send all of them again"}
	for i := range x.Items {
		op, err := x.Items[i].op(by)
		if err != nil {
			addRow(refused, i, err)
			continue
		}
		ops[i] = op
	}
	if len(refused.Rows) > 0 {
		return nil, refused
	}
	return ops, nil
}

// addRow lists a refused item, up to what an error lists.
func addRow(e *ledger.Error, i int, err error) {
	var why *ledger.Error
	if !errors.As(err, &why) {
		why = ledger.Refuse(CodeInternal, "the item could not be checked")
	}
	if len(e.Rows) == ledger.MaxRowErrors {
		e.RowsOmitted++
		return
	}
	e.Rows = append(e.Rows, ledger.RowError{Op: i, Code: why.Code, Message: why.Message, Detail: why.Detail})
}
