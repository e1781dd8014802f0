package trace

// Statement is what a group of funds took in and what became of it, in minor units of one currency. Two ways of closing
// hold to the minor unit:
//
//	in = new + from funds + came back + closed
//	in = idle + to funds + in transit + reached + returned + spent + went back + hidden
//
// Money that leaves the group is followed to where it lies, until it enters a fund again: from there on it is that fund's.
// So every amount is in the statement of the one fund that it left last. Statements of disjoint groups add up, at any
// depth of parent and sub-funds, and what was passed between them drops out: see Flows.Group.
type Statement struct {
	In        int64 `json:"in,string"`         // credited to the group from outside of it
	New       int64 `json:"new,string"`        // of it, new money: it had never been in a fund
	FromFunds int64 `json:"from_funds,string"` // of it, paid by funds outside of the group
	CameBack  int64 `json:"came_back,string"`  // of it, paid by others out of money that had been in a fund before
	Closed    int64 `json:"closed,string"`     // of it, paid by others; where it had been the reader may not see

	Idle      int64 `json:"idle,string"`       // lies in the group's accounts
	ToFunds   int64 `json:"to_funds,string"`   // credited to funds outside of the group
	InTransit int64 `json:"in_transit,string"` // instructed or debited, not credited: on the way out, or further down
	Reached   int64 `json:"reached,string"`    // lies in accounts of enterprises
	Returned  int64 `json:"returned,string"`   // lies in accounts of the treasury
	Spent     int64 `json:"spent,string"`      // finally spent: ended in a sink
	WentBack  int64 `json:"went_back,string"`  // credited to funds again by those to whom it had been paid
	Hidden    int64 `json:"hidden,string"`     // is where the reader may not look

	PassedOn int64 `json:"passed_on,string"` // in, less what is idle and what is on its way out of the group
	Leaving  int64 `json:"leaving,string"`   // of in transit, on its way out of the group's accounts
	Between  int64 `json:"between,string"`   // credited from one fund of the group to another; in nothing else
	Arriving int64 `json:"arriving,string"`  // on its way into the group from outside of it; not in In
	Unseen   int64 `json:"unseen,string"`    // credited besides in lots that the reader may not see; in nothing else
}

// Closes reports whether both ways of closing hold.
func (s *Statement) Closes() bool {
	return s.In == s.New+s.FromFunds+s.CameBack+s.Closed &&
		s.In == s.Idle+s.ToFunds+s.InTransit+s.Reached+s.Returned+s.Spent+s.WentBack+s.Hidden &&
		s.In == s.Idle+s.Leaving+s.PassedOn
}

// Add adds another group's statement. What was paid between the two is not taken out: that is what Flows.Group does.
func (s *Statement) Add(t *Statement) {
	s.In += t.In
	s.New += t.New
	s.FromFunds += t.FromFunds
	s.CameBack += t.CameBack
	s.Closed += t.Closed
	s.Idle += t.Idle
	s.ToFunds += t.ToFunds
	s.InTransit += t.InTransit
	s.Reached += t.Reached
	s.Returned += t.Returned
	s.Spent += t.Spent
	s.WentBack += t.WentBack
	s.Hidden += t.Hidden
	s.PassedOn += t.PassedOn
	s.Leaving += t.Leaving
	s.Between += t.Between
	s.Arriving += t.Arriving
	s.Unseen += t.Unseen
}

// Less answers the statement less another one, figure by figure.
func (s Statement) Less(t *Statement) Statement {
	minus := Statement{-t.In, -t.New, -t.FromFunds, -t.CameBack, -t.Closed, -t.Idle, -t.ToFunds, -t.InTransit, -t.Reached, -t.Returned,
		-t.Spent, -t.WentBack, -t.Hidden, -t.PassedOn, -t.Leaving, -t.Between, -t.Arriving, -t.Unseen}
	s.Add(&minus)
	return s
}

// Flows is the statement of each of several funds, and what they paid each other.
type Flows struct {
	Funds   []Statement
	Between map[Pair]Passed
}

// Pair is who paid and who was paid, by their positions in Flows.Funds.
type Pair struct{ Payer, Payee int }

// Passed is what was paid, in minor units.
type Passed struct{ Credited, InTransit int64 }

// Group answers the statement of some of the funds together. They have one currency.
func (f *Flows) Group(members []int) Statement {
	var out Statement
	in := make(map[int]bool, len(members))
	for _, m := range members {
		in[m] = true
		out.Add(&f.Funds[m])
	}
	for pair, p := range f.Between {
		if !in[pair.Payer] || !in[pair.Payee] {
			continue
		}
		out.Between += p.Credited
		out.In -= p.Credited
		out.FromFunds -= p.Credited
		out.ToFunds -= p.Credited
		out.PassedOn -= p.Credited
		out.Arriving -= p.InTransit
	}
	return out
}
