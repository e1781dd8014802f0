package ledger

import (
	"errors"
	"time"
)

// applier carries what every operation of a batch needs.
type applier struct {
	*book
	by    Caller
	at    string // claimed time, RFC 3339 UTC
	today string // claimed date in China, the latest value date that a confirmed fact may have
	entry string
	n     int // operation of the entry
	ops   int // operations of the entry
	// unmatched lists the entry's payments against vouchers whose voucher's step has not come yet.
	unmatched []int
}

// China is the time zone of value dates: UTC+8, without daylight saving, independent of the machine's tables.
var China = time.FixedZone("UTC+8", 8*60*60)

// Apply checks a batch against the committed state and answers the writes that record it, sorted by key.
//
// at is the time that the proposal claims; view is the committed state. The same arguments always give the same
// answer. Entries that were recorded before are answered as replayed and write nothing. When any operation is
// refused nothing is written: one offending operation answers its own *Error, several answer BATCH_REFUSED with a
// row for each. Other errors are failures to read the state.
func Apply(batch *Batch, by Caller, at time.Time, view View) ([]Write, *Result, error) {
	a := &applier{book: newBook(view), by: by, at: at.UTC().Format(time.RFC3339), today: at.In(China).Format(time.DateOnly)}
	if err := a.prefetch(batch.keys(by)); err != nil {
		return nil, nil, err
	}
	if err := a.prefetchTrade(batch, by); err != nil {
		return nil, nil, err
	}
	result := &Result{Entries: make([]EntryResult, len(batch.Entries))}
	var refused refusals
	for i := range batch.Entries {
		r, err := a.record(&batch.Entries[i], i, &refused)
		if err != nil {
			return nil, nil, err
		}
		result.Entries[i] = r
	}
	if err := refused.err(batch); err != nil {
		return nil, nil, err
	}
	writes, err := a.writes()
	if err != nil {
		return nil, nil, err
	}
	return writes, result, nil
}

// record applies one entry. Refusals are collected; the error is a failure to read.
func (a *applier) record(e *Entry, index int, refused *refusals) (EntryResult, error) {
	res := EntryResult{Entry: EntryID(a.by.MSP, a.by.Name, e.Key), Ops: len(e.Ops)}
	hash := HashEntry(e)
	replayed, err := a.open(res.Entry, e, hash)
	if err != nil {
		return res, refused.add(index, 0, err)
	}
	if replayed {
		res.Replayed = true
		return res, nil
	}
	a.entry, a.ops, a.unmatched = res.Entry, len(e.Ops), nil
	a.page(0).Hash, a.page(0).Key, a.page(0).Ops = hash, e.Key, len(e.Ops)
	for n := range e.Ops {
		a.n = n
		if err := a.apply(&e.Ops[n]); err != nil {
			if err := refused.add(index, n, err); err != nil {
				return res, err
			}
		}
	}
	for _, n := range a.unmatched {
		if err := refused.add(index, n, unpaired()); err != nil {
			return res, err
		}
	}
	if refused.first == nil { // otherwise nothing is written
		a.seal(e.Salt)
	}
	return res, nil
}

// open checks the idempotency key of an entry. Errors: FIELD_MISSING, FIELD_INVALID, IDEMPOTENCY_CONFLICT.
func (a *applier) open(id string, e *Entry, hash string) (replayed bool, err error) {
	if e.Key == "" {
		return false, missing("key")
	}
	if len(e.Key) > MaxKey || !printable(e.Key) {
		return false, invalid("key", e.Key, "up to 100 characters without spaces")
	}
	if len(e.Ops) == 0 {
		return false, missing("ops")
	}
	if err := checkSalt(e.Salt); err != nil {
		return false, err
	}
	if _, again := a.prov[id]; again {
		return false, Refuse(IdempotencyConflict, "the batch uses the key "+quote(e.Key)+" twice: give each entry its own", "key", e.Key)
	}
	head, err := load(a.book, a.pages, PageKey(id, 0))
	if err != nil {
		return false, err
	}
	if head == nil {
		a.prov[id] = struct{}{}
		return false, nil
	}
	if head.Hash != hash || head.Key != e.Key {
		return false, Refuse(IdempotencyConflict, "the key "+quote(e.Key)+" was used for something else: take a new key", "key", e.Key, "entry", id)
	}
	return true, nil
}

// page answers the page of the present entry that holds operation n, making it on first use.
func (a *applier) page(n int) *Page {
	key := PageKey(a.entry, n)
	p, ok := a.pages[key]
	if !ok {
		p = &Page{Writer: a.by.writer(), At: a.at}
		a.pages[key] = p
		a.touch(key, p)
	}
	return p
}

func (a *applier) apply(op *Op) error {
	if err := a.by.check(op.Type); err != nil {
		return err
	}
	if err := op.shape(); err != nil {
		return err
	}
	switch op.Type {
	case PartyRegister:
		return a.registerParty(*op.Party)
	case PartyRevise:
		return a.reviseParty(*op.Party)
	case AccountOpen:
		return a.openAccount(*op.Account)
	case FundEstablish:
		return a.establishFund(*op.Fund)
	case CommitmentSign:
		return a.signCommitment(*op.Commitment)
	case MovementInstruct, MovementSettle, MovementDeclare:
		return a.move(op.Type, *op.Movement)
	case DocumentRecord:
		return a.recordDocument(*op.Document)
	case RulePublish:
		return a.publishRule(*op.Rule)
	case CalendarPublish:
		return a.publishCalendar(*op.Calendar)
	case InvoiceRegister:
		return a.registerInvoice(*op.Invoice)
	case InvoiceCheck, InvoiceReserve, InvoiceFinance, InvoiceRelease, InvoiceCancel:
		return a.stepInvoice(op.Type, *op.InvoiceStep)
	case ClaimRegister:
		return a.registerClaim(*op.Claim)
	case ClaimConfirm, ClaimCancel:
		return a.stepClaim(op.Type, *op.ClaimStep)
	case IssuerFlag:
		return a.flagIssuer(*op.Flag)
	case VoucherDraft:
		return a.draftVoucher(*op.Voucher)
	case AnchorRecord:
		return a.recordAnchor(*op.Anchor)
	}
	if op.VoucherStep != nil {
		return a.stepVoucher(op.Type, *op.VoucherStep)
	}
	return a.step(op.Type, *op.Step)
}

// shape checks that the operation carries the one body that its type takes. Errors: FIELD_MISSING, FIELD_INVALID.
func (op *Op) shape() *Error {
	bodies := []struct {
		name string
		set  bool
	}{{"party", op.Party != nil}, {"account", op.Account != nil}, {"fund", op.Fund != nil},
		{"commitment", op.Commitment != nil}, {"movement", op.Movement != nil}, {"step", op.Step != nil},
		{"document", op.Document != nil}, {"rule", op.Rule != nil}, {"calendar", op.Calendar != nil},
		{"invoice", op.Invoice != nil}, {"invoice_step", op.InvoiceStep != nil}, {"claim", op.Claim != nil},
		{"claim_step", op.ClaimStep != nil}, {"flag", op.Flag != nil}, {"voucher", op.Voucher != nil},
		{"voucher_step", op.VoucherStep != nil}, {"anchor", op.Anchor != nil}}
	want := op.Type.body()
	for _, b := range bodies {
		if b.name == want && !b.set {
			return missing(want)
		}
		if b.name != want && b.set {
			return Refuse(FieldInvalid, string(op.Type)+" takes "+want+", not "+b.name, "field", b.name)
		}
	}
	return nil
}

func (t OpType) body() string {
	switch t {
	case PartyRegister, PartyRevise:
		return "party"
	case AccountOpen:
		return "account"
	case FundEstablish:
		return "fund"
	case CommitmentSign:
		return "commitment"
	case MovementInstruct, MovementSettle, MovementDeclare:
		return "movement"
	case DocumentRecord:
		return "document"
	case RulePublish:
		return "rule"
	case CalendarPublish:
		return "calendar"
	case InvoiceRegister:
		return "invoice"
	case InvoiceCheck, InvoiceReserve, InvoiceFinance, InvoiceRelease, InvoiceCancel:
		return "invoice_step"
	case ClaimRegister:
		return "claim"
	case ClaimConfirm, ClaimCancel:
		return "claim_step"
	case IssuerFlag:
		return "flag"
	case VoucherDraft:
		return "voucher"
	case AnchorRecord:
		return "anchor"
	}
	if _, ok := transitions[t]; ok {
		return "voucher_step"
	}
	return "step"
}

// refusals gathers the offending operations of a batch.
type refusals struct {
	rows    []RowError
	omitted int
	first   *Error
}

// add keeps a refusal, and hands back what is not one.
func (r *refusals) add(entry, op int, err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	if r.first == nil {
		r.first = e
	}
	if len(r.rows) == MaxRowErrors {
		r.omitted++
		return nil
	}
	r.rows = append(r.rows, RowError{Entry: entry, Op: op, Code: e.Code, Message: e.Message, Detail: e.Detail})
	return nil
}

func (r *refusals) err(batch *Batch) error {
	if r.first == nil {
		return nil
	}
	if len(batch.Entries) == 1 && len(batch.Entries[0].Ops) == 1 {
		return r.first
	}
	return &Error{Code: BatchRefused, Message: "nothing was recorded: correct or leave out the operations listed and send the rest again",
		Rows: r.rows, RowsOmitted: r.omitted}
}
