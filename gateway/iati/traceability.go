package iati

import (
	"cmp"
	"math/big"
	"slices"
)

// Score counts how far the upstream identifiers of a file can be followed, four ways of growing honesty.
//
// For transactions, of all transactions whatever their type:
//   - Present: provider-activity-id stands there, blank or not;
//   - NonBlank: and it is not blank;
//   - Resolved: and an activity of the file has that identifier (SelfReferring of them name the very activity that
//     reports the transaction, which leads nowhere);
//   - Conserving: the transaction is incoming funds with a positive exact amount, it resolves to another activity,
//     and what that activity states to have paid to this one (outgoing payments with receiver-activity-id of this
//     activity, same currency) covers it in full, each unit of it counted for one receipt only, oldest receipt first.
//
// For activities, of those with incoming funds: at least one of its incoming funds is present, non-blank, resolved;
// Conserving: all of them are.
type Score struct {
	Of            int `json:"of"`
	Present       int `json:"present"`
	NonBlank      int `json:"non_blank"`
	Resolved      int `json:"resolved"`
	SelfReferring int `json:"self_referring"`
	Conserving    int `json:"amount_conserving"`
}

// Traceability is the score of a file by its transactions and by its activities with incoming funds.
type Traceability struct {
	Transactions Score `json:"transactions"`
	Activities   Score `json:"activities_with_incoming_funds"`
}

// Reference is an activity identifier of a transaction that no activity of the file has. It may stand in another file.
type Reference struct {
	Position
	Activity  string `json:"activity"`  // that reports the transaction
	Attribute string `json:"attribute"` // provider-activity-id or receiver-activity-id
	ID        string `json:"id"`
}

// unresolved lists the references that lead out of the file, in its order.
func unresolved(f *File) []Reference {
	ids := identifiers(f)
	out := []Reference{}
	for i := range f.Activities {
		a := &f.Activities[i]
		for j := range a.Transactions {
			x := &a.Transactions[j]
			for _, r := range []Reference{{Attribute: "provider-activity-id", ID: activityOf(x.Provider)}, {Attribute: "receiver-activity-id", ID: activityOf(x.Receiver)}} {
				if r.ID != "" && !ids[r.ID] {
					out = append(out, Reference{Position: x.At, Activity: clip(a.ID), Attribute: r.Attribute, ID: clip(r.ID)})
				}
			}
		}
	}
	return out
}

func identifiers(f *File) map[string]bool {
	ids := map[string]bool{}
	for i := range f.Activities {
		if id := f.Activities[i].ID; id != "" {
			ids[id] = true
		}
	}
	return ids
}

// lane is the way from one activity to another in one currency.
type lane struct{ from, to, currency string }

// cover finds for every incoming payment how much of it the payer's own statements of the file already record, so
// that a payment which both sides published is recorded once.
func cover(payments []*payment) {
	paid := map[lane]*big.Int{} // a sum of int64 may exceed one
	for _, p := range payments {
		if p.target != nil {
			l := lane{p.act.ID, p.target.ID, p.currency}
			if paid[l] == nil {
				paid[l] = new(big.Int)
			}
			paid[l].Add(paid[l], big.NewInt(p.minor))
		}
	}
	for _, p := range byDate(payments) {
		if p.upstream == nil {
			continue
		}
		left := paid[lane{p.upstream.ID, p.act.ID, p.currency}]
		if left == nil {
			continue
		}
		p.covered = p.minor
		if left.IsInt64() {
			p.covered = min(p.minor, left.Int64())
		}
		left.Sub(left, big.NewInt(p.covered))
	}
}

func byDate(payments []*payment) []*payment {
	return slices.SortedStableFunc(slices.Values(payments), func(a, b *payment) int {
		return cmp.Or(cmp.Compare(a.date, b.date), cmp.Compare(a.seq, b.seq))
	})
}

// traceability scores the file. Payments have been covered.
func traceability(f *File, payments []*payment) Traceability {
	ids := identifiers(f)
	conserving := map[*Transaction]bool{}
	for _, p := range payments {
		conserving[p.tx] = receipt(p.tx.Type) && p.upstream != nil && p.covered == p.minor
	}
	var t Traceability
	for i := range f.Activities {
		a := &f.Activities[i]
		receipts, of := Score{}, 0
		for j := range a.Transactions {
			x := &a.Transactions[j]
			s := Score{Of: 1}
			if o := x.Provider; o != nil && o.HasActivity {
				s.Present = 1
				s.NonBlank = count(o.Activity != "")
				s.Resolved = count(ids[o.Activity])
				s.SelfReferring = count(o.Activity != "" && o.Activity == a.ID)
				s.Conserving = count(conserving[x])
			}
			t.Transactions.add(s)
			if receipt(x.Type) {
				of++
				receipts.add(s)
			}
		}
		if of > 0 {
			t.Activities.add(Score{Of: 1, Present: count(receipts.Present > 0), NonBlank: count(receipts.NonBlank > 0),
				Resolved: count(receipts.Resolved > 0), SelfReferring: count(receipts.SelfReferring > 0),
				Conserving: count(receipts.Conserving == of)})
		}
	}
	return t
}

func (s *Score) add(o Score) {
	s.Of += o.Of
	s.Present += o.Present
	s.NonBlank += o.NonBlank
	s.Resolved += o.Resolved
	s.SelfReferring += o.SelfReferring
	s.Conserving += o.Conserving
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
