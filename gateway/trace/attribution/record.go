package attribution

import (
	"context"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace"
	"fundtrace/gateway/trace/convention"
)

// NotWhole says that a convention was asked about an account of which the reader sees only a part.
const NotWhole ledger.Code = "ACCOUNT_NOT_WHOLE"

// Record is the ledger as one reader sees it at one moment. References of lots are the record's own; those of accounts and
// movements are the read model's.
type Record interface {
	// Key names the moment and the reader: what is asked under the same key has the same answer for ever.
	Key() string
	// Payments answers the payments to an account and those from it, each in the order of the ledger.
	Payments(account trace.Ref) (in, out []trace.Payment)
	// PaymentsOf answers the payments that yielded lots, each once.
	PaymentsOf(lots []trace.Ref) []trace.Payment
	// Accounts lists every account and sink that ever held money.
	Accounts() []trace.Ref
	// Terms answers what accounts and sinks are, in any order.
	Terms(ctx context.Context, accounts []trace.Ref) ([]Terms, error)
	// Origins answers where the money of root lots came from.
	Origins(ctx context.Context, roots []trace.Ref) (map[trace.Ref]ledger.Origin, error)
	// Facts answers what may be told about lots, in any order.
	Facts(ctx context.Context, lots []trace.Ref) ([]trace.Fact, error)
}

// Terms is what an account is, and what the reader may know of it.
type Terms struct {
	trace.Account
	Named bool // its payer must name the tranche that it spends (ledger.Named)
	Whole bool // the reader sees everything that it received and paid
	Seen  bool // the reader may know whose it is
}

// ends reports whether money is not followed beyond the account.
func (t *Terms) ends() bool { return t.Place == trace.InSink || !t.Whole }

// Source is money that is followed: the lots in which it entered, under one name.
type Source struct {
	Name string
	Lots []trace.Ref
}

// Target is where money is awaited: an account, or all accounts of a party, between which nothing counts.
type Target struct {
	Name     string
	Accounts []trace.Ref
}

// Options choose a convention. The zero value of each field is the default.
type Options struct {
	Method    convention.Method // default RECORDED
	Inside    convention.Inside // default BLEND
	Order     convention.Order  // default SEQUENCE
	Protected string            // LIBR and POISON, where sources are several
	By        By                // what counts as one source
	Currency  string            // where there are several
}

// OtherSource is the source of everything that is not followed, UnseenSource that of money from accounts of which the
// reader sees only a part.
const (
	OtherSource  = "OTHER"
	UnseenSource = "UNSEEN"
)

func (o Options) method() convention.Method {
	if o.Method == "" {
		return convention.Recorded
	}
	return o.Method
}

func (o Options) run(protected string) convention.Options {
	return convention.Options{Method: o.method(), Inside: o.Inside, Protected: protected}
}

// atlas remembers terms that were looked up.
type atlas struct {
	record Record
	known  map[trace.Ref]*Terms
}

func newAtlas(r Record) *atlas { return &atlas{r, map[trace.Ref]*Terms{}} }

// learn makes the terms of accounts known, with one question for all that are not.
func (a *atlas) learn(ctx context.Context, accounts ...trace.Ref) error {
	var need []trace.Ref
	for _, ref := range accounts {
		if a.known[ref] == nil && ref != 0 {
			a.known[ref] = &Terms{Account: trace.Account{Ref: ref}}
			need = append(need, ref)
		}
	}
	if len(need) == 0 {
		return nil
	}
	found, err := a.record.Terms(ctx, need)
	if err != nil {
		return err
	}
	for i := range found {
		t := &found[i]
		if !t.Seen {
			t.Label, t.Owner, t.Fund = "", "", ""
		}
		a.known[t.Ref] = t
	}
	return nil
}

// ofPayments makes both ends of payments known.
func (a *atlas) ofPayments(ctx context.Context, lists ...[]trace.Payment) error {
	var refs []trace.Ref
	for _, list := range lists {
		for i := range list {
			refs = append(refs, list[i].From, list[i].To)
		}
	}
	return a.learn(ctx, refs...)
}
