package trace

import (
	"cmp"
	"slices"
)

// Resting is money that lies in an account of a fund.
type Resting struct {
	Lot    Ref
	Fund   int // position of the account in the question
	Amount int64
	Day    int // on which it came into the account, in days since 1970-01-01
	// First is the day since which it has been in funds without a break: money that goes from fund to fund stays idle.
	// Where the reader may not see the whole way up, as far as it may.
	First int
}

// Rester is a forest that knows what lies still.
type Rester interface {
	// Resting answers what lies in accounts of funds, in any order.
	Resting(accounts []Ref) []Resting
}

// ages are the bounds of the age classes in days, each from the one before.
var ages = []int{30, 90, 180, 365}

// Age is what is idle of one age, from From to To days. Amounts are minor units.
type Age struct {
	From int `json:"from"`
	To   int `json:"to,omitempty"` // absent: no end
	// Amount lies in its account for so long.
	Amount int64 `json:"amount,string"`
	Lots   int   `json:"lots"`
	// InFunds lies in any funds for so long: passing money from fund to fund does not make it young.
	InFunds int64 `json:"in_funds,string"`
}

// Idle is what lies in funds, by age. The ages add up to the amount.
type Idle struct {
	Amount int64 `json:"amount,string"`
	Ages   []Age `json:"ages"`
	Here   Spell `json:"here"`     // since it came into the account
	Funds  Spell `json:"in_funds"` // since it came into any fund
}

// IdleOf sums what rests by age on a day, in days since 1970-01-01.
func IdleOf(resting []Resting, today int) Idle {
	out := Idle{Ages: make([]Age, len(ages)+1)}
	for i := range out.Ages {
		if i > 0 {
			out.Ages[i].From = ages[i-1] + 1
		}
		if i < len(ages) {
			out.Ages[i].To = ages[i]
		}
	}
	class := func(days int) *Age {
		n, _ := slices.BinarySearch(ages, days)
		return &out.Ages[n]
	}
	var here, funds spells
	for i := range resting {
		r := &resting[i]
		out.Amount += r.Amount
		a := class(today - r.Day)
		a.Amount += r.Amount
		a.Lots++
		class(today - r.First).InFunds += r.Amount
		here.add(today-r.Day, r.Amount)
		funds.add(today-r.First, r.Amount)
	}
	out.Here, out.Funds = here.spell(), funds.spell()
	return out
}

// Oldest puts what rests into order: the longest in funds first, then the longest here, then by lot.
func Oldest(resting []Resting) {
	slices.SortFunc(resting, func(x, y Resting) int {
		return cmp.Or(cmp.Compare(x.First, y.First), cmp.Compare(x.Day, y.Day), cmp.Compare(x.Lot, y.Lot))
	})
}
