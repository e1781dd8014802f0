package projection

import (
	"cmp"
	"encoding/json"
	"slices"

	"fundtrace/chaincode/ledger"
)

// born says of each operation that makes a voucher which kind of movement yields it.
var born = map[ledger.OpType]ledger.Kind{
	ledger.VoucherDraft:  ledger.VoucherIssue,
	ledger.VoucherDivide: ledger.VoucherSplit,
	ledger.VoucherTake:   ledger.VoucherTransfer,
	ledger.VoucherFund:   ledger.VoucherFinance,
	ledger.VoucherRepay:  ledger.VoucherRecourse,
}

// voucherRow is a voucher on its way into the read model.
type voucherRow struct {
	*node
	tx, ref int64
	known   bool         // it is recorded already
	before  voucherFacts // as recorded
	now     voucherFacts
	news    []eventFacts // events that are not recorded yet
}

// vouchers records the vouchers that a block makes or changes, those that others come from first.
func (w *writer) vouchers(facts []fact[*node]) error {
	rows := make([]voucherRow, len(facts))
	for i := range facts {
		r := &rows[i]
		r.node, r.tx = facts[i].value, facts[i].tx
		var err error
		if r.ref, err = w.lotNamed(r.Lot); err != nil {
			return err
		}
	}
	slices.SortFunc(rows, func(x, y voucherRow) int { return cmp.Compare(x.ref, y.ref) })
	for i := range rows {
		if err := w.voucher(&rows[i]); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) voucher(r *voucherRow) (err error) {
	if len(r.Events) > 1 { // every step adds an event: who has one is new
		if r.before, r.known, err = w.voucherFacts(r.ref); err != nil {
			return err
		}
	}
	if len(r.Events) <= r.before.events {
		return w.contradiction("voucher %q has %d events and had %d", r.Lot, len(r.Events), r.before.events)
	}
	if err := w.readNews(r); err != nil {
		return err
	}
	r.now = r.before
	write := w.changeVoucher
	if !r.known {
		write = w.newVoucher
	}
	if err := write(r); err != nil {
		return err
	}
	remember(w.memo.vouchers, r.ref, r.now)
	for i := range r.news {
		if _, err := w.exec("INSERT INTO voucher_event VALUES (?, ?, ?, ?)", r.ref, r.news[i].Seq, string(r.Events[r.before.events+i]), r.tx); err != nil {
			return err
		}
	}
	return w.offered(r)
}

// readNews reads the events that are not recorded yet.
func (w *writer) readNews(r *voucherRow) error {
	r.news = make([]eventFacts, len(r.Events)-r.before.events)
	last := len(r.news) - 1
	for i := range r.news[:last] {
		if err := json.Unmarshal(r.Events[r.before.events+i], &r.news[i]); err != nil {
			return w.contradiction("an event of voucher %q cannot be read: %v", r.Lot, err)
		}
	}
	r.news[last] = r.last
	return nil
}

// voucherFacts answers what is recorded of a voucher so far.
func (w *writer) voucherFacts(ref int64) (f voucherFacts, known bool, err error) {
	if f, known = w.memo.vouchers[ref]; known {
		return f, true, nil
	}
	known, err = w.find("SELECT events, acquired FROM voucher WHERE ref = ?", []any{ref}, &f.events, &f.acquired)
	return f, known, err
}

// newVoucher records a voucher that was made.
func (w *writer) newVoucher(r *voucherRow) error {
	root, err := w.lotNamed(r.Root)
	if err != nil {
		return err
	}
	var above int64
	var parent any
	if r.Parent != "" {
		if above, err = w.lotNamed(r.Parent); err != nil {
			return err
		}
		parent = above
	}
	entry, n, bad := splitMovement(r.Claim)
	if bad != nil {
		return w.contradiction("voucher %q stands on %q", r.Lot, r.Claim)
	}
	claim, err := w.entry(entry)
	if err != nil {
		return err
	}
	made := born[r.news[0].Op]
	switch made {
	case "":
		return w.contradiction("voucher %q begins with %q", r.Lot, r.news[0].Op)
	case ledger.VoucherIssue: // its payee comes by it on accepting
	case ledger.VoucherSplit: // its holder came by it when it came by the whole
		whole, known, err := w.voucherFacts(above)
		if err != nil {
			return err
		}
		if !known {
			return w.contradiction("voucher %q comes from %q, which was never recorded", r.Lot, r.Parent)
		}
		r.now.acquired = whole.acquired
	default:
		r.now.acquired = r.news[0].Date
	}
	if _, err := w.exec("INSERT INTO voucher VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
		append([]any{r.ref, root, parent, movementRef(claim, n), r.Issuer, r.Holder, r.Face, r.Currency, r.Issued, r.Maturity, r.Tier, string(made), r.tx},
			r.standing()...)...); err != nil {
		return err
	}
	return w.met(r.Issuer, r.Holder)
}

// changeVoucher records how a voucher stands after steps that were taken. Its draws come with its lot.
func (w *writer) changeVoucher(r *voucherRow) error {
	return w.one("changing voucher "+r.Lot, `UPDATE voucher SET acquired = ?, state = ?, settled = ?, open = ?, pledgee = ?, pending_to = ?, funder = ?,
discount = ?, defaulted = ?, interest = ?, signed = CASE ?11 WHEN '' THEN signed ELSE ?11 END, ended = ?, body = ?, events = ? WHERE ref = ?`,
		append(r.standing(), r.ref)...)
}

// standing answers the columns of what changes of a voucher, in the order of the table.
func (r *voucherRow) standing() []any {
	signed, ended := "", ""
	for _, e := range r.news {
		switch e.Op {
		case ledger.VoucherAccept:
			r.now.acquired = e.Date
		case ledger.VoucherSign:
			signed = e.Date
		}
		if r.State.Over() {
			ended = e.Date
		}
	}
	r.now.events = len(r.Events)
	return []any{r.now.acquired, string(r.State), r.Settled, r.Open(), r.Pledgee, r.Pending.To, r.Financing.Funder, r.Financing.Discount, r.Defaulted, r.Interest, signed, ended,
		r.body, r.now.events}
}

// offered notes to whom the voucher is offered: it may see the voucher, and know who offers it.
func (w *writer) offered(r *voucherRow) error {
	p := &r.Pending
	if p.To == "" {
		return nil
	}
	role := "TRANSFEREE"
	if len(p.Financing) > 0 {
		role = "FUNDER"
	}
	if _, err := w.exec("INSERT OR IGNORE INTO voucher_part VALUES (?, ?, ?)", p.To, r.ref, role); err != nil {
		return err
	}
	if err := w.met(r.Holder, p.To); err != nil {
		return err
	}
	of, err := w.accountFacts(ledger.ClaimsAccount(p.To))
	if err != nil {
		return err
	}
	return w.knows(of.ref, r.Issuer)
}
