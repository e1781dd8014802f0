package api

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/bulk"
)

// VoucherSteps is many steps of vouchers, recorded together or not at all.
type VoucherSteps struct {
	Items []VoucherStepItem `json:"items"`
}

// VoucherStepItem is one of many steps: its name as in the address of the single step, and the fields that it takes.
type VoucherStepItem struct {
	Voucher string `json:"voucher"`
	Step    string `json:"step" enum:"issue,accept,reject,lapse,split,offer,take,decline,apply,registration,fund,refuse-financing,unpledge,freeze,unfreeze,mature,settle,default,claim-recourse,pay-recourse,write-off,cancel"`
	PlainStep
	To           string               `json:"to,omitempty"`       // offer: party
	Recourse     bool                 `json:"recourse,omitempty"` // offer
	Pieces       []ledger.Piece       `json:"pieces,omitempty"`   // split
	Financing    *ledger.Terms        `json:"financing,omitempty"`
	Registration *ledger.Registration `json:"registration,omitempty"`
	Against      string               `json:"against,omitempty"` // claim-recourse: party
	Payment      *VoucherPayment      `json:"payment,omitempty"` // fund, settle, pay-recourse: and no other field then
}

// op finds the operation behind the item's step. Errors: FIELD_INVALID, NOT_PERMITTED.
func (x *VoucherStepItem) op(by ledger.Caller) (ledger.OpType, error) {
	at := slices.IndexFunc(voucherOps, func(op ledger.OpType) bool { return stepName(op) == x.Step })
	if at < 0 {
		names := make([]string, len(voucherOps))
		for i, op := range voucherOps {
			names[i] = stepName(op)
		}
		return "", ledger.Refuse(ledger.FieldInvalid, "step must be one of "+strings.Join(names, ", "), "field", "step")
	}
	op := voucherOps[at]
	if !by.May(op) {
		return "", ledger.Refuse(ledger.NotPermitted, fmt.Sprintf("role %s of %s may not take the step %s: ask an organisation that may", by.Role, by.MSP, x.Step),
			"operation", string(op), "role", by.Role, "msp", by.MSP)
	}
	return op, nil
}

// ops are the item's operations, the first of which becomes operation n of an entry.
func (x *VoucherStepItem) ops(c *call, entry string, n int) ([]ledger.Op, error) {
	op, err := x.op(c.who.Caller())
	if err != nil {
		return nil, err
	}
	_, paid := cashKinds[op]
	if (x.Payment != nil) != paid {
		return nil, ledger.Refuse(ledger.FieldInvalid, "payment goes with fund, settle and pay-recourse, and only with them", "field", "payment")
	}
	if paid {
		rest := *x
		rest.Payment = nil
		if !rest.bare() {
			return nil, ledger.Refuse(ledger.FieldInvalid, x.Step+" takes its payment and nothing beside it: put date, document and reason there", "field", "payment")
		}
		return c.server.paid(c.ctx(), op, x.Voucher, *x.Payment, entry, n)
	}
	s := x.step()
	s.Voucher, s.To, s.Recourse, s.Pieces, s.Financing, s.Registration, s.Against = x.Voucher, optionalParty(x.To), x.Recourse, x.Pieces, x.Financing, x.Registration, optionalParty(x.Against)
	return []ledger.Op{{Type: op, VoucherStep: &s}}, nil
}

// bare reports whether the item holds nothing but voucher and step.
func (x *VoucherStepItem) bare() bool {
	return x.PlainStep == (PlainStep{}) && x.To == "" && !x.Recourse && x.Pieces == nil && x.Financing == nil && x.Registration == nil && x.Against == ""
}

// stepMany records many steps as one entry. Rows of a refusal count the items from 0.
func (s *Server) stepMany(c *call, x VoucherSteps) (reply[Written], error) {
	if len(x.Items) == 0 {
		return reply[Written]{}, ledger.Refuse(ledger.FieldMissing, "items is missing: give it at least one step", "field", "items")
	}
	if len(x.Items) > ledger.MaxOps {
		return reply[Written]{}, ledger.Refuse(ledger.TooLarge, fmt.Sprintf("there are %d items: send at most %d at a time", len(x.Items), ledger.MaxOps))
	}
	key := c.key()
	var ops []ledger.Op
	var itemOf []int // of each operation
	refused := &ledger.Error{Code: ledger.BatchRefused, Message: "nothing was recorded: correct the items listed and send all of them again"}
	for i := range x.Items {
		own, err := x.Items[i].ops(c, c.who.Entry(key), len(ops))
		if err != nil {
			if ledger.ErrorCode(err) == "" {
				return reply[Written]{}, err
			}
			addRow(refused, i, err)
		}
		for range own {
			itemOf = append(itemOf, i)
		}
		ops = append(ops, own...)
	}
	if len(refused.Rows) > 0 {
		return reply[Written]{}, refused
	}
	r, err := c.record(key, ops...)
	return r, ofItems(err, itemOf)
}

// ofItems turns a refusal that counts operations into one that counts items. Of an item's refusals the first is told: a
// payment and its step make each other fail.
func ofItems(err error, itemOf []int) error {
	var refused *ledger.Error
	if !errors.As(err, &refused) || len(refused.Rows) == 0 {
		return err
	}
	said := *refused
	said.Rows = nil
	told := map[int]bool{}
	for _, row := range refused.Rows {
		if row.Op < 0 || row.Op >= len(itemOf) || told[itemOf[row.Op]] {
			continue
		}
		row.Op = itemOf[row.Op]
		told[row.Op] = true
		said.Rows = append(said.Rows, row)
	}
	return &said
}

// divide turns the rows of a table of transfers into operations: a voucher of which several parts go, or only one, is
// split first, and what stays with the holder is a piece too. Rows of one voucher may stand anywhere in the table.
func (c *call) divide(t *bulk.Table, entry string) error {
	rows, beside, lines := t.Ops, t.Beside, t.Rows
	t.Ops, t.Beside, t.Rows = nil, nil, nil
	var order []string
	of := map[string][]int{}
	for i := range rows {
		v := rows[i].VoucherStep.Voucher
		if of[v] == nil {
			order = append(order, v)
		}
		of[v] = append(of[v], i)
	}
	add := func(line int, op ledger.Op) { t.Ops, t.Rows = append(t.Ops, op), append(t.Rows, line) }
	for _, lot := range order {
		own := of[lot]
		pieces, date, err := c.pieces(lot, own, rows, beside)
		var refused *ledger.Error
		if errors.As(err, &refused) {
			t.Errors = append(t.Errors, bulk.RowError{Row: lines[own[0]], Code: refused.Code, Message: refused.Message})
			continue
		}
		if err != nil {
			return err
		}
		if pieces == nil {
			add(lines[own[0]], rows[own[0]])
			continue
		}
		split := ledger.MovementID(entry, len(t.Ops))
		add(lines[own[0]], ledger.Op{Type: ledger.VoucherDivide, VoucherStep: &ledger.VoucherStep{Voucher: lot, Date: date, Pieces: pieces}})
		for k, i := range own {
			offer := *rows[i].VoucherStep
			offer.Voucher = ledger.LotID(split, k)
			add(lines[i], ledger.Op{Type: ledger.VoucherOffer, VoucherStep: &offer})
		}
	}
	if len(t.Ops) > ledger.MaxOps {
		return ledger.Refuse(ledger.TooLarge, fmt.Sprintf("the table becomes %d operations: send at most %d at a time", len(t.Ops), ledger.MaxOps))
	}
	return nil
}

// pieces are the parts of a voucher that the rows give away and what is left of it, and the day of the split: the first
// that a row names. There are none where one row gives all of it. Errors: VOUCHER_UNKNOWN, CURRENCY_MISMATCH,
// SPLIT_UNBALANCED.
func (c *call) pieces(lot string, own []int, rows []ledger.Op, beside []bulk.Beside) (pieces []ledger.Piece, date string, err error) {
	v, err := c.server.Store.Voucher(c.ctx(), c.scope(), lot)
	if err != nil {
		return nil, "", err
	}
	left := v.Face
	for _, i := range own {
		if beside[i].Currency != v.Currency {
			return nil, "", ledger.Refuse(ledger.CurrencyMismatch, "the voucher is in "+v.Currency+" and the row in "+beside[i].Currency+": make them one")
		}
		if beside[i].Amount > left {
			return nil, "", ledger.Refuse(ledger.SplitUnbalanced, fmt.Sprintf("the rows give away more than the voucher's %d (minor units): lower one of them", v.Face), "face", fmt.Sprint(v.Face))
		}
		left -= beside[i].Amount
		pieces = append(pieces, ledger.Piece{Amount: beside[i].Amount})
		if d := rows[i].VoucherStep.Date; d != "" && (date == "" || d < date) {
			date = d
		}
	}
	if left > 0 {
		pieces = append(pieces, ledger.Piece{Amount: left})
	}
	if len(pieces) == 1 {
		return nil, "", nil
	}
	return pieces, date, nil
}
