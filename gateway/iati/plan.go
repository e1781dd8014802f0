package iati

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"fundtrace/chaincode/ledger"
)

// Options say who will record the plan and as of when it is made.
type Options struct {
	Writer   string // common name of the finance officer's certificate, such as officer@finance: lots are named after it
	Today    string // YYYY-MM-DD: later dates are refused; empty: today in China
	EntryOps int    // operations of one entry, at most ledger.MaxOps; 0: 2000
}

// Plan is what an import will record, ready to be submitted in order by the finance officer of Options.
type Plan struct {
	// Parties registers every organisation that owns an account, pays in or is paid. Parties that the ledger knows
	// already are left out when the plan is recorded.
	Parties []ledger.Entry
	// Money records the file's fingerprint, opens the accounts and then declares the movements. Keys follow from the
	// file's digest: the same file again is answered as replayed. Another officer's import of the file, or another
	// file with one of its activities, is refused by the ledger: the fingerprint, or the account, exists.
	Money  []ledger.Entry
	Report *Report
}

// planner turns payments into operations. Movements of one day are taken in an order in which money arrives before it
// leaves; every account draws its oldest lots first.
type planner struct {
	opt     Options
	file    *File
	report  *Report
	roll    *roll
	ops     *binder
	purses  map[string]*purse
	balance *balances
}

// NewPlan plans how the file is recorded. file is the name that the report shows. Errors: FIELD_INVALID for options;
// any other error means that the plan fails its own checks, and is a defect.
func NewPlan(file string, f *File, opt Options) (*Plan, error) {
	if opt.Today == "" {
		opt.Today = time.Now().In(ledger.China).Format(time.DateOnly)
	}
	if opt.EntryOps == 0 {
		opt.EntryOps = 2000
	}
	if opt.EntryOps < 1 || opt.EntryOps > ledger.MaxOps || opt.Writer == "" {
		return nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("name the writer, and 1 to %d operations for an entry", ledger.MaxOps))
	}
	p := &planner{opt: opt, file: f, report: newReport(file, f), purses: map[string]*purse{}, balance: newBalances(),
		roll: &roll{byID: map[string]*ledger.Party{}}}
	p.ops = &binder{prefix: "iati-" + f.SHA256[:32], writer: opt.Writer, most: opt.EntryOps}
	payments, promises := p.sift()
	cover(payments)
	p.report.Traceability, p.report.Unresolved = traceability(f, payments), unresolved(f)
	p.open(slices.Concat(payments, promises))
	p.promise(promises)
	p.move(payments)
	return p.finish()
}

// sift tells the transactions that can be recorded, payments and promises, from those that are refused.
func (p *planner) sift() (payments, promises []*payment) {
	byID := map[string]*Activity{}
	for i := range p.file.Activities {
		a := &p.file.Activities[i]
		if _, taken := byID[a.ID]; !taken && a.ID != "" && a.Reporting != nil && (a.Reporting.Ref != "" || a.Reporting.Name != "") {
			byID[a.ID] = a
		}
	}
	for i := range p.file.Activities {
		a := &p.file.Activities[i]
		for j := range a.Transactions {
			x := &a.Transactions[j]
			p.report.count(a, x)
			pay, why := check(a, x, byID, p.opt.Today)
			if pay == nil {
				p.report.refuse(a, x, why)
				continue
			}
			pay.seq = p.report.Read
			if pay.flow == commitment {
				promises = append(promises, pay)
			} else {
				payments = append(payments, pay)
			}
		}
	}
	return payments, promises
}

// promise records what activities committed, on their own accounts. Nothing is drawn from it: no file says which payment
// belongs to which commitment.
func (p *planner) promise(promises []*payment) {
	for _, pay := range promises {
		p.ops.add(ledger.Op{Type: ledger.CommitmentSign, Commitment: &ledger.Commitment{
			ID:      "cmt:iati-" + digest(32, p.file.SHA256, strconv.Itoa(pay.seq)),
			Account: AccountID(pay.act.ID, pay.currency), Investor: p.roll.enter(pay.act.Reporting), Source: ledger.UnknownSource,
			Amount: pay.minor, Currency: pay.currency, Date: pay.date, Document: p.file.SHA256}})
		p.report.promise(pay.act, pay.tx)
		p.report.Commitments++
		p.report.Recorded++
	}
}

// open registers the owners and opens an account for every activity and currency in which something is recorded.
func (p *planner) open(payments []*payment) {
	if len(payments) == 0 {
		return
	}
	owner := p.roll.enter(payments[0].act.Reporting)
	p.ops.add(ledger.Op{Type: ledger.DocumentRecord, Document: &ledger.Document{SHA256: p.file.SHA256, Size: p.file.Bytes,
		MediaType: "application/xml", Subject: owner, Kind: "OTHER"}})
	for _, pay := range payments {
		for _, a := range []*Activity{pay.act, pay.upstream, pay.target} {
			if a != nil {
				p.account(a, pay.currency)
			}
		}
	}
}

func (p *planner) account(a *Activity, currency string) {
	id := AccountID(a.ID, currency)
	if p.purses[id] != nil {
		return
	}
	p.purses[id] = &purse{}
	owner := p.roll.enter(a.Reporting)
	p.ops.add(ledger.Op{Type: ledger.AccountOpen, Account: &ledger.Account{ID: id, Owner: owner, Currency: currency, Purpose: ledger.Published}})
	p.report.Accounts = append(p.report.Accounts, ReportAccount{Account: id, Activity: a.ID, Owner: owner, Currency: currency})
}

// root records money that enters from outside and puts it into the account.
func (p *planner) root(pay *payment, a *Activity, minor int64, kind ledger.Kind, origin ledger.Origin, note string) {
	acct := AccountID(a.ID, pay.currency)
	movement := p.ops.add(ledger.Op{Type: ledger.MovementDeclare, Movement: &ledger.Movement{Kind: kind, To: acct, Amount: minor,
		Currency: pay.currency, Origin: &origin, Date: pay.date, Document: p.file.SHA256, Memo: memo(pay, note)}})
	p.purses[acct].put(ledger.LotID(movement, 0), minor)
	p.report.Movements++
	if kind == ledger.UnknownOrigin {
		p.balance.of(pay.currency).unknown.add(minor)
	} else {
		p.balance.of(pay.currency).cameIn.add(minor)
	}
}

// enter records incoming funds that no other activity of the file paid.
func (p *planner) enter(pay *payment) {
	if _, named := PartyID(pay.tx.Provider); !named {
		p.root(pay, pay.act, pay.minor, ledger.UnknownOrigin, ledger.Origin{Source: ledger.UnknownSource}, "provider not stated")
		p.report.unknown(pay, pay.act, pay.minor, ProviderNotStated)
		return
	}
	// The ledger's public sources are pockets of the Chinese budget, which no IATI file states; everything else that
	// somebody pays in is social capital (社会资本). Who it was is the investor.
	p.root(pay, pay.act, pay.minor, ledger.Contribution,
		ledger.Origin{Source: ledger.SocialCapital, Investor: p.roll.enter(pay.tx.Provider)}, "")
}

// leave records money that leaves the account of a: to the account of another activity, or, where to is nil, out of
// the file's sight to a payee. What the account does not hold gets a root of unknown origin first.
func (p *planner) leave(pay *payment, a, to *Activity, minor int64, m ledger.Movement) {
	m.From = AccountID(a.ID, pay.currency)
	from := p.purses[m.From]
	if short := minor - from.upTo(minor); short > 0 {
		p.root(pay, a, short, ledger.UnknownOrigin, ledger.Origin{Source: ledger.UnknownSource}, "origin not stated")
		p.report.unknown(pay, a, short, Shortfall)
	}
	m.Currency, m.Date, m.Document = pay.currency, pay.date, p.file.SHA256
	if to != nil {
		m.To = AccountID(to.ID, pay.currency)
		p.balance.of(pay.currency).passedOn.add(minor)
	} else {
		m.Payee, m.Purpose = p.roll.enter(pay.tx.Receiver), purpose(pay.tx.Type)
		p.balance.of(pay.currency).spent.add(minor)
	}
	note := ""
	for part := 1; minor > 0; part++ { // one movement, unless it draws on more lots than one may
		piece := m
		piece.Draws, piece.Amount = from.draw(minor, ledger.MaxDraws)
		if minor -= piece.Amount; part > 1 || minor > 0 {
			note = "part " + strconv.Itoa(part)
		}
		piece.Memo = memo(pay, note)
		movement := p.ops.add(ledger.Op{Type: ledger.MovementDeclare, Movement: &piece})
		p.report.Movements++
		if to != nil {
			for k, d := range piece.Draws {
				p.purses[m.To].put(ledger.LotID(movement, k), d.Amount)
			}
		}
	}
}

// memo tells where in the file a movement stands.
func memo(pay *payment, note string) string {
	s := fmt.Sprintf("IATI %s type %s line %d:%d", clip(pay.act.ID), clip(pay.tx.Type), pay.tx.At.Line, pay.tx.At.Column)
	if note != "" {
		s += " " + note
	}
	return plain(s)
}

// binder lays operations into entries of limited size and knows the identifiers that they will have.
type binder struct {
	prefix, writer string
	most           int
	draws          int // of the last entry
	entries        []ledger.Entry
}

// entryDraws is how many draws one entry holds, unless one movement alone has more: each is read and written.
const entryDraws = 5000

// add appends an operation and answers the identifier of the movement that it will be, if it is one.
func (b *binder) add(op ledger.Op) string {
	last, draws := len(b.entries)-1, 0
	if op.Movement != nil {
		draws = len(op.Movement.Draws)
	}
	if last < 0 || len(b.entries[last].Ops) == b.most || b.draws > 0 && b.draws+draws > entryDraws {
		b.entries = append(b.entries, ledger.Entry{Key: b.prefix + "-" + strconv.Itoa(len(b.entries))})
		b.draws = 0
		last++
	}
	b.draws += draws
	e := &b.entries[last]
	e.Ops = append(e.Ops, op)
	return ledger.MovementID(ledger.EntryID(ledger.FinanceMSP, b.writer, e.Key), len(e.Ops)-1)
}

// purse holds the lots of one account in the order in which they arrived.
type purse struct {
	lots []ledger.Draw // what is left of each
	head int           // the oldest that is not spent
}

func (w *purse) put(lot string, minor int64) {
	w.lots = append(w.lots, ledger.Draw{Lot: lot, Amount: minor})
}

// upTo answers how much of want the account holds.
func (w *purse) upTo(want int64) int64 {
	have := int64(0)
	for _, l := range w.lots[w.head:] {
		if l.Amount >= want-have {
			return want
		}
		have += l.Amount
	}
	return have
}

// draw takes want from the oldest lots, at most so many of them, and answers the draws with their sum.
func (w *purse) draw(want int64, most int) (draws []ledger.Draw, sum int64) {
	for sum < want && len(draws) < most {
		l := &w.lots[w.head]
		d := ledger.Draw{Lot: l.Lot, Amount: min(l.Amount, want-sum)}
		draws = append(draws, d)
		sum += d.Amount
		if l.Amount -= d.Amount; l.Amount == 0 {
			w.head++
		}
	}
	return draws, sum
}

func (w *purse) left() (sum total) {
	for _, l := range w.lots[w.head:] {
		sum.add(l.Amount)
	}
	return sum
}
