package attribution

import (
	"context"
	"fmt"
	"slices"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace"
	"fundtrace/gateway/trace/convention"
)

// targetName is what the target's accounts are called together in a book.
const targetName = "T"

// bind answers the book of a scene for a method, and keeps it. With a target, its accounts count as one: a scene has always
// the same target, or none.
func (s *scene) bind(method convention.Method, order convention.Order, target *Target) (*book, error) {
	if method != convention.Recorded && (method != convention.Specific || !s.names()) {
		method = "" // for these the book is the same
	}
	key := string(method) + "/" + string(order)
	s.mu.Lock()
	defer s.mu.Unlock()
	if b := s.books[key]; b != nil {
		return b, nil
	}
	b, err := s.make(method, order, target)
	if err == nil {
		s.books[key] = b
	}
	return b, err
}

func (s *scene) make(method convention.Method, order convention.Order, target *Target) (*book, error) {
	b := &binder{payments: s.payments, method: method, order: order,
		spends: func(ref trace.Ref) bool { _, member := s.members[ref]; return member },
		enters: func(p *trace.Payment, l *trace.Piece) string {
			switch {
			case s.source[l.Lot]:
				return s.name
			case p.From == 0:
				return OtherSource
			}
			return ""
		},
		beyond: func(trace.Ref) string { return OtherSource },
		named:  func(ref trace.Ref) bool { return s.terms[ref].Named },
	}
	b.name = func(ref trace.Ref) string {
		if target != nil && slices.Contains(target.Accounts, ref) {
			return targetName
		}
		if _, member := s.members[ref]; member || ref != 0 && s.terms[ref].ends() {
			return accountName(ref)
		}
		return ""
	}
	return b.bind()
}

// names reports whether any account that is looked at names its tranches: without one SPECIFIC is FIFO.
func (s *scene) names() bool {
	for ref := range s.members {
		if s.terms[ref].Named {
			return true
		}
	}
	return false
}

// Totals is where the money of a source is. Traced is the sum of the others, under every method but POISON.
type Totals struct {
	Traced    int64 `json:"traced,string"`     // minor units, as all of them
	Idle      int64 `json:"idle,string"`       // lies where it entered, or in accounts of funds
	Reached   int64 `json:"reached,string"`    // lies in other accounts
	InTransit int64 `json:"in_transit,string"` // left its payer and has not arrived
	Spent     int64 `json:"spent,string"`      // ended in a sink
	Hidden    int64 `json:"hidden,string"`     // entered accounts of which the reader sees a part
	Again     int64 `json:"again,string"`      // was paid in again as new money of the source, and counts there a second time
}

// Closes reports whether the totals close.
func (t *Totals) Closes() bool {
	return t.Traced == t.Idle+t.Reached+t.InTransit+t.Spent+t.Hidden+t.Again
}

// outcome is a book run under one method.
type outcome struct {
	*convention.Result
	book   *book
	scene  *scene
	totals Totals
}

// run follows the source under a method. Errors: those of convention.Run; trace.ErrUnbalanced.
func (s *scene) run(ctx context.Context, o Options) (*outcome, error) {
	b, err := s.bind(o.method(), o.Order, nil)
	if err != nil {
		return nil, err
	}
	r, err := convention.Run(ctx, b.Book, o.run(s.name))
	if err != nil {
		return nil, err
	}
	out := &outcome{Result: r, book: b, scene: s}
	t := &out.totals
	for i := range b.Movements {
		switch v := r.Of(r.Carried[i], s.name); b.origins[i].part {
		case entering:
			t.Traced += v
		case again:
			t.Again += v
		}
	}
	for i, name := range b.Accounts() {
		out.settle(name, r.Of(r.Left[i], s.name))
	}
	if o.method() != convention.Poison && !t.Closes() {
		return nil, fmt.Errorf("%w: the totals of %s under %s do not close: %+v", trace.ErrUnbalanced, s.name, r.Version, *t)
	}
	return out, nil
}

// settle adds what an account holds to the totals.
func (o *outcome) settle(name string, v int64) {
	t, ref := &o.totals, accountOf(name)
	if ref == 0 {
		if name[:1] == transitPrefix {
			t.InTransit += v
		}
		return
	}
	terms := o.scene.terms[ref]
	switch {
	case terms.Place == trace.InSink:
		t.Spent += v
	case !terms.Whole:
		t.Hidden += v
	case o.scene.seeds[ref] || terms.Place == trace.InFund:
		t.Idle += v
	default:
		t.Reached += v
	}
}

// By says what counts as one source where all money is followed at once.
type By string

// What counts as one source.
const (
	ByClass  By = "CLASS"  // the funding source, such as GENERAL_BUDGET
	ByPublic By = "PUBLIC" // PUBLIC or OTHER
	ByLine   By = "LINE"   // funding source and budget line
)

// Kinds lists what can count as one source.
func Kinds() []By { return []By{ByClass, ByPublic, ByLine} }

// PublicSource is public money where sources are told apart ByPublic; the others are OtherSource.
const PublicSource = "PUBLIC"

// name answers the source of a root.
func (by By) name(o ledger.Origin) (string, error) {
	switch by {
	case ByClass, "":
		return string(o.Source), nil
	case ByPublic:
		if o.Source.Public() {
			return PublicSource, nil
		}
		return OtherSource, nil
	case ByLine:
		if o.BudgetLine == "" {
			return string(o.Source), nil
		}
		return string(o.Source) + " " + o.BudgetLine, nil
	}
	return "", ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("by is %.40q: use one of %v", by, Kinds()), "field", "by")
}
