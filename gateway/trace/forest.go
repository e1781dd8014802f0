package trace

import (
	"context"

	"fundtrace/chaincode/ledger"
)

// Ref refers to a lot or to an account of a forest. A lot's children have greater references than the lot.
type Ref int64

// Standing is what became of a lot.
type Standing int

// The standings.
const (
	InTransit Standing = iota // its movement is instructed or debited
	Live                      // it lies in an account
	Dead                      // its movement was returned, voided, expired or reversed: it carries nothing
	Spent                     // it ended in a sink
)

// Place is what an account is to the rules of money.
type Place string

// The places.
const (
	InFund       Place = "FUND"
	InEnterprise Place = "ENTERPRISE"
	InTreasury   Place = "TREASURY"
	InPublished  Place = "PUBLISHED"
	InSink       Place = "SINK"
)

// Lot is what tracing needs of a lot. Amounts are minor units.
type Lot struct {
	Ref      Ref
	Parent   Ref // 0 for roots
	Root     Ref // itself for roots
	Movement Ref // that yielded it
	Account  Ref // owner
	Amount   int64
	Drawn    int64 // reserved or gone
	Standing Standing
	Hidden   bool   // its reader may not see it
	Date     string // value date YYYY-MM-DD; filled by Held only
}

// Remaining is what still lies where the lot lies, in minor units.
func (l *Lot) Remaining() int64 {
	if l.Standing != Live {
		return 0
	}
	return l.Amount - l.Drawn
}

// Account is an account or a sink.
type Account struct {
	Ref      Ref
	ID       string
	Place    Place
	Label    string // of the fund or of the owner
	Owner    string // party
	Fund     string
	Currency string
}

// Fact is what a reader is told about a lot and the movement that yielded it.
type Fact struct {
	Ref     Ref
	Lot     string
	Parent  string // drawn lot; empty for roots
	ID      string // of the movement
	Kind    ledger.Kind
	Stage   ledger.Stage
	Level   ledger.Level
	Date    string // value date YYYY-MM-DD
	From    string // account; empty: money entered from outside
	To      string // account or sink
	Payee   string // party, where it keeps no account here
	Purpose ledger.Purpose
	Voucher string         // claim lot that the money was paid for
	Origin  *ledger.Origin // of roots
}

// Path is how a voucher came from its issuer to who held it when it was settled.
type Path struct {
	Voucher    string
	Root       string
	Issuer     string // party; empty where the reader may not know
	IssuerName string
	Holdings   []Holding // from the issued voucher down to this one
}

// Holding is one voucher of a path: somebody held it for a time.
type Holding struct {
	Voucher  string
	Hidden   bool        // its reader may not see it: of the rest only Made is set
	Made     ledger.Kind // the movement that yielded it
	Tier     int
	Party    string
	Name     string
	Acquired string // day on which the party came by it, YYYY-MM-DD
	Cash     []Cash // money paid against it, oldest first, as far as the reader may know
}

// Cash is money that was paid against a voucher.
type Cash struct {
	Movement  string
	Kind      ledger.Kind
	Payee     string
	PayeeName string
	Date      string
}

// Forest is the record as one reader sees it at one moment. Implementations answer many references at once, so that a
// trace costs a few queries for each level and not one for each lot.
type Forest interface {
	// Find answers the lot of that identifier. Errors: LOT_UNKNOWN, also where the reader may not see it.
	Find(ctx context.Context, lot string) (Lot, error)
	// Lots answers lots in ascending order.
	Lots(ctx context.Context, lots []Ref) ([]Lot, error)
	// Children answers the lots that were drawn from any of the parents, in ascending order, dead and hidden ones too.
	Children(ctx context.Context, parents []Ref) ([]Lot, error)
	// Held answers every lot that was ever yielded to any of the accounts, in ascending order, with its date.
	Held(ctx context.Context, accounts []Ref) ([]Lot, error)
	// Accounts answers accounts and sinks, in any order.
	Accounts(ctx context.Context, accounts []Ref) ([]Account, error)
	// Facts answers what may be told about lots, in any order.
	Facts(ctx context.Context, lots []Ref) ([]Fact, error)
	// Paths answers how vouchers came to those who held them last, in any order.
	Paths(ctx context.Context, vouchers []string) ([]Path, error)
	// OwnedBy answers the accounts of a party that the reader may see. Errors: PARTY_UNKNOWN.
	OwnedBy(ctx context.Context, party string) ([]Ref, error)
	// AccountOf answers the account of a fund. Errors: FUND_UNKNOWN, also where the reader may not see it.
	AccountOf(ctx context.Context, fund string) (Ref, error)
}

// Options shape what is listed. They never change totals.
type Options struct {
	Depth  int    // levels below the start that are listed; 0 for all
	Limit  int    // rows of a page; 0 means 200, at most 2000
	Cursor string // Next of the page before; empty for the first
	AsOf   string // YYYY-MM-DD, the day up to which days are counted; empty: days are not counted
}
