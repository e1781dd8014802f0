package sample

import (
	"fmt"
	"slices"

	"fundtrace/chaincode/ledger"
)

// voucher is an e-voucher as the sample knows it: one node of the tree of an issue.
type voucher struct {
	number       int
	root, parent *voucher
	pieces       []*voucher // what came of it
	claim        *claim
	born, last   *op // born and k make its lot
	k            int
	issuer       *trader
	holder       *trader
	pledgee      *trader
	face, paid   int64
	issued       day
	maturity     day
	state        ledger.VoucherState
	before       ledger.VoucherState // while frozen
	pending      *trader             // transferee or funder that was asked
	terms        *ledger.Terms       // asked for
	offered      bool                // with recourse
	recourse     bool                // against from
	from         *trader
	defaulted    bool
	against      *trader
	acquired     day       // by its holder
	settled      day       // last payment of the issuer
	cash         *movement // last payment against it
}

// id is the voucher's claim lot.
func (v *voucher) id() string  { return ledger.LotID(v.born.id(), v.k) }
func (v *voucher) key() string { return fmt.Sprintf("voucher %d", v.number) }

// open is what nobody has paid or passed on yet.
func (v *voucher) open() int64 {
	if v.state.Over() {
		return 0
	}
	return v.face - v.paid
}

// beneficiary is who is to be paid.
func (v *voucher) beneficiary() *trader {
	if v.pledgee != nil {
		return v.pledgee
	}
	return v.holder
}

// leaves lists the voucher, or what came of it.
func (v *voucher) leaves() (out []*voucher) {
	if len(v.pieces) == 0 {
		return []*voucher{v}
	}
	for _, p := range v.pieces {
		out = append(out, p.leaves()...)
	}
	return out
}

func (t *trade) add(v *voucher) *voucher {
	v.number = len(t.vouchers)
	t.vouchers = append(t.vouchers, v)
	return v
}

// child is the k-th voucher that an operation makes of another; it is an active one of the same holder until told.
func (t *trade) child(v *voucher, by *op, k int, face int64) *voucher {
	c := t.add(&voucher{root: v.root, parent: v, claim: v.claim, born: by, last: by, k: k, issuer: v.issuer, holder: v.holder, face: face,
		issued: v.issued, maturity: v.maturity, state: ledger.VoucherActive, recourse: v.recourse, from: v.from, defaulted: v.defaulted, acquired: v.acquired})
	by.writes = append(by.writes, c.key())
	v.pieces = append(v.pieces, c)
	return c
}

// act records a step of the voucher on the present day.
func (t *trade) act(kind ledger.OpType, user string, v *voucher, to ledger.VoucherState, s ledger.VoucherStep, after ...*op) *op {
	s.Date = t.today.String()
	o := t.record(user, ledger.Op{Type: kind, VoucherStep: &s}, append(after, v.last)...)
	o.fill = func(b *ledger.Op, _ Place) error {
		x := *b.VoucherStep
		x.Voucher = v.id()
		b.VoucherStep = &x
		return nil
	}
	o.reads = append(o.reads, "rules")
	o.writes = append(o.writes, v.key())
	v.last, v.state = o, to
	return o
}

// must stops a script that takes a step which the voucher's state does not allow.
func (v *voucher) must(states ...ledger.VoucherState) {
	if !slices.Contains(states, v.state) {
		panic(fmt.Sprintf("sample: voucher %d of %s is %s, want %v", v.number, v.issuer.name, v.state, states))
	}
}

// draft has the issuer's first person draft a voucher, to be accepted within ten days.
func (t *trade) draft(c *claim, face int64, maturity day) *voucher {
	if c.drawn += face; c.drawn > c.amount {
		panic(fmt.Sprintf("sample: claim %d is drawn beyond its amount", c.number))
	}
	v := t.add(&voucher{claim: c, issuer: c.debtor, holder: c.creditor, face: face, issued: t.today, maturity: maturity, state: ledger.VoucherDrafted, acquired: t.today})
	v.root = v
	after := slices.Concat([]*op{c.last}, t.rules, c.freed)
	o := t.record(c.debtor.user, ledger.Op{Type: ledger.VoucherDraft, Voucher: &ledger.Voucher{Amount: face, Currency: "CNY", Date: t.today.String(),
		Maturity: maturity.String(), AcceptBy: (t.today + 10).String(), Memo: "应收账款电子凭证（合成）"}}, after...)
	o.fill = func(b *ledger.Op, _ Place) error {
		x := *b.Voucher
		x.Claim = c.id()
		b.Voucher = &x
		return nil
	}
	o.reads = append(o.reads, c.key())
	o.writes = append(o.writes, v.key(), "used "+c.key())
	v.born, v.last = o, o
	return v
}

// issue has the issuer's second person issue what the first has drafted.
func (t *trade) issue(v *voucher) {
	v.must(ledger.VoucherDrafted)
	if v.issuer.blocked {
		panic("sample: " + v.issuer.name + " is blocked and issues")
	}
	o := t.act(ledger.VoucherSign, v.issuer.second, v, ledger.VoucherIssued, ledger.VoucherStep{})
	o.reads = append(o.reads, "issuer "+v.issuer.id, v.claim.key(), v.claim.invoice.key())
	v.issuer.issues = append(v.issuer.issues, o)
}

func (t *trade) accept(v *voucher) {
	v.must(ledger.VoucherIssued)
	t.act(ledger.VoucherAccept, v.holder.user, v, ledger.VoucherActive, ledger.VoucherStep{})
	v.acquired = t.today
}

// voidVoucher ends a voucher that gives its face back to the claim: rejected, lapsed or cancelled.
func (t *trade) voidVoucher(kind ledger.OpType, user string, v *voucher, s ledger.VoucherStep) {
	v.must(ledger.VoucherDrafted, ledger.VoucherIssued, ledger.VoucherActive)
	o := t.act(kind, user, v, ledger.VoucherCancelled, s)
	o.reads = append(o.reads, v.claim.key())
	o.writes = append(o.writes, "used "+v.claim.key())
	v.claim.drawn -= v.face
	v.claim.freed = append(v.claim.freed, o)
}

// split divides the voucher into pieces of the same holder.
func (t *trade) split(v *voucher, amounts ...int64) []*voucher {
	v.must(ledger.VoucherActive)
	s := ledger.VoucherStep{}
	for _, a := range amounts {
		s.Pieces = append(s.Pieces, ledger.Piece{Amount: a})
	}
	o := t.act(ledger.VoucherDivide, v.holder.user, v, ledger.VoucherDivided, s)
	for k, a := range amounts {
		t.child(v, o, k, a)
	}
	return v.pieces
}

// offer asks another to take the voucher; documented, with a contract between the two.
func (t *trade) offer(v *voucher, to *trader, recourse, documented bool) {
	v.must(ledger.VoucherActive)
	s := ledger.VoucherStep{To: to.id, Recourse: recourse}
	text := fmt.Sprintf("二级购销合同（合成）/ Contract behind a transfer (synthetic)\nseller %s\nbuyer %s\nvoucher %d\ndate %s\namount %d fen\n", to.id, v.holder.id, v.number, t.today, v.face)
	if documented {
		s.Document = digest(text)
	}
	o := t.act(ledger.VoucherOffer, v.holder.user, v, ledger.TransferPending, s, t.parties[to.id])
	o.reads = append(o.reads, "party "+to.id)
	if documented {
		d, _ := t.document(v.holder.user, text, v, "AGREEMENT", o)
		d.reads = append(d.reads, v.key())
		v.last = d // it reads the voucher as it stands now
	}
	v.pending, v.offered = to, recourse
}

// take makes the one who was asked the holder.
func (t *trade) take(v *voucher) *voucher {
	v.must(ledger.TransferPending)
	o := t.act(ledger.VoucherTake, v.pending.user, v, ledger.VoucherPassedOn, ledger.VoucherStep{})
	c := t.child(v, o, 0, v.face)
	c.holder, c.from, c.recourse, c.acquired = v.pending, v.holder, v.offered, t.today
	return c
}

// decline ends an offer: the one who was asked says no, or the holder withdraws it.
func (t *trade) decline(v *voucher, user string) {
	v.must(ledger.TransferPending)
	t.act(ledger.VoucherDecline, user, v, ledger.VoucherActive, ledger.VoucherStep{Reason: "合同未签 / no contract was signed"})
	v.pending = nil
}

// freeze stops the voucher by order of a court; thaw lets it go on.
func (t *trade) freeze(v *voucher, order string) {
	v.before = v.state
	t.withPaper(ledger.VoucherFreeze, "auditor@audit", v, ledger.VoucherFrozen, "冻结裁定（合成）/ Freezing order (synthetic) "+order)
}

func (t *trade) thaw(v *voucher, order string) {
	v.must(ledger.VoucherFrozen)
	t.withPaper(ledger.VoucherThaw, "auditor@audit", v, v.before, "解除冻结裁定（合成）/ Order lifting a freeze (synthetic) "+order)
}

// withPaper takes a step that needs a document, which is recorded beside it.
func (t *trade) withPaper(kind ledger.OpType, user string, v *voucher, to ledger.VoucherState, text string) *op {
	text = fmt.Sprintf("%s\nvoucher %d\ndate %s\n", text, v.number, t.today)
	o := t.act(kind, user, v, to, ledger.VoucherStep{Document: digest(text)})
	d, _ := t.document(user, text, v, "OTHER", o)
	d.reads = append(d.reads, v.key())
	v.last = d
	return o
}
