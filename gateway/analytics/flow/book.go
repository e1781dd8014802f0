package flow

import (
	"context"
	"slices"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace/convention"
)

// Place is what an account is to the rules of money.
type Place string

// The places that matter to flows. Outside is where new money comes from and where spent money goes.
const (
	Outside    Place = ""
	Fund       Place = "FUND"
	Enterprise Place = "ENTERPRISE"
	Treasury   Place = "TREASURY"
	Published  Place = "PUBLISHED" // figures that nobody confirmed: they are never added to money
)

// Account is an account, or outside.
type Account struct {
	ID    string
	Owner string // party
	Fund  string
	Place Place
}

// Lot is a part of a payment, from one lot of the payer.
type Lot struct {
	Ref    int64 // ascending; parents are lower
	Parent int64 // 0 for new money
	Class  Class // of the root that it descends from
	Amount int64 // minor units
}

// Payment is a movement of money as it stood at the moment that the book tells of. What came to nothing is not there.
type Payment struct {
	ID       string
	Seq      int64 // order of recording
	Kind     ledger.Kind
	Credited bool
	Ordered  string // day on which it was first recorded, YYYY-MM-DD
	Date     string // value date of the credit; of the order while there is none
	From, To Account
	Currency string
	Amount   int64 // minor units
	Lots     []Lot // what it yielded, in ascending order
}

// Promise is a commitment of capital to a fund.
type Promise struct {
	ID       string
	Fund     string
	Region   string // of the fund, GB/T 2260
	Class    Class
	Currency string
	Amount   int64
	Date     string
}

// Version is what a party was from a day on.
type Version struct {
	From   string // YYYY-MM-DD; empty: from the beginning
	Region string // GB/T 2260, 6 digits; empty where nobody stated it
}

// Book is the record as it stood at one moment, as far as flows need it.
type Book struct {
	Payments []Payment // in order of Seq
	Promises []Promise
	Parties  map[string][]Version // by party, in order of versions
	AsOf     string               // value date; empty: every date
	Block    uint64               // the last one that counts
	Complete bool                 // every payment is here, not only what funds paid to enterprises
	// Divide follows all money of a currency by a convention and answers, by Seq of the payment, what each was made of, and
	// the version of the convention. RECORDED does without it.
	Divide func(ctx context.Context, method convention.Method, currency string) (map[int64]Parts, string, error)
}

// region answers where a party was on a day: of the versions in force the latest, before the first one that.
func (b *Book) region(party, day string) string {
	versions := b.Parties[party]
	if len(versions) == 0 {
		return ""
	}
	best := versions[0]
	for _, v := range versions[1:] {
		if v.From <= day {
			best = v
		}
	}
	return best.Region
}

// currencies lists the currencies of what a stage counts.
func (b *Book) currencies(stage Stage) []string {
	var out []string
	meet := func(c string) {
		if i, met := slices.BinarySearch(out, c); !met {
			out = slices.Insert(out, i, c)
		}
	}
	if stage == Committed {
		for i := range b.Promises {
			meet(b.Promises[i].Currency)
		}
		return out
	}
	for i := range b.Payments {
		if invests(&b.Payments[i]) {
			meet(b.Payments[i].Currency)
		}
	}
	return out
}
