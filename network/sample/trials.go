package sample

import (
	"fmt"

	"fundtrace/chaincode/ledger"
)

// trial is an operation that the ledger refuses once the sample is loaded. It is no part of the sample.
type trial struct {
	of      string // case
	op      *op
	voucher *voucher
	code    ledger.Code
}

// try takes down what do records about a voucher or an invoice as a trial, and leaves the books as they were.
func (t *trade) try(of string, code ledger.Code, v *voucher, i *invoice, do func()) {
	ops := len(t.ops)
	var after *op
	if v != nil {
		after = v.last
	} else {
		after = i.last
	}
	do()
	if len(t.ops) != ops+1 {
		panic("sample: a trial is one operation")
	}
	t.trials = append(t.trials, &trial{of, t.ops[ops], v, code})
	t.ops = t.ops[:ops]
	if v != nil {
		v.last = after
	} else {
		i.last = after
	}
}

// Refusal is an entry that a ledger with the sample on it refuses: nothing of it is recorded. Code is what it answers.
type Refusal struct {
	Signed
	Case string // identifier of the case that it belongs to
	Code ledger.Code
}

// Refusals lists what the planted cases have somebody try in vain. Errors: as Entries.
func Refusals(at Place) ([]Refusal, error) {
	var list []Refusal
	for n, x := range told().world.trade.trials {
		p := &parcel{user: x.op.user, key: fmt.Sprintf("%srefused-1-%03d", keyPrefix, n), ops: []*op{x.op}}
		s, err := p.signed(at)
		if err != nil {
			return nil, err
		}
		list = append(list, Refusal{s, x.of, x.code})
	}
	return list, nil
}

// trialsOf lists the trials of a case.
func (t *trade) trialsOf(id string) (list []Trial) {
	for _, x := range t.trials {
		if x.of == id {
			one := Trial{User: x.op.user, Operation: x.op.body.Type, Code: x.code}
			if x.voucher != nil {
				one.Voucher = x.voucher.id()
			}
			list = append(list, one)
		}
	}
	return list
}
