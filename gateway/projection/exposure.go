package projection

import (
	"context"
	"database/sql"
	"fmt"

	"fundtrace/chaincode/ledger"
)

// Exposure is what a party owes, holds and has financed in vouchers, one row of each part for each currency. It is
// summed over the vouchers that the reader may see; Complete says that these are all.
type Exposure struct {
	Party    string           `json:"party"`
	Name     string           `json:"name,omitempty"`
	Group    string           `json:"group,omitempty"`
	Complete bool             `json:"complete"`
	Issuer   []IssuerExposure `json:"issuer"`
	Holder   []HolderExposure `json:"holder"`
	Funder   []FunderExposure `json:"funder"`
}

// VoucherSum is a number of vouchers and what they amount to.
type VoucherSum struct {
	Vouchers int64 `json:"vouchers"`
	Amount   int64 `json:"amount,string"` // minor units
}

// MonthSum is what matures in a month.
type MonthSum struct {
	Month string `json:"month"` // YYYY-MM
	VoucherSum
}

// TierSum is what holders of a tier hold.
type TierSum struct {
	Tier int `json:"tier"`
	VoucherSum
}

// PartySum is what one party holds or owes.
type PartySum struct {
	Party string `json:"party"`
	Name  string `json:"name,omitempty"`
	VoucherSum
	SharePPM int64 `json:"share_ppm"` // of the sum over all parties, rounded half up
}

// IssuerExposure is what the party owes as issuer. Issued = Outstanding + Settled + Cancelled + WrittenOff.
type IssuerExposure struct {
	Currency    string     `json:"currency"`
	Drafted     VoucherSum `json:"drafted"` // drafts that nobody has signed a second time; in none of the others
	Issued      VoucherSum `json:"issued"`  // faces of all issues
	Outstanding VoucherSum `json:"outstanding"`
	Overdue     VoucherSum `json:"overdue"` // of it, in default
	Settled     int64      `json:"settled,string"`
	Cancelled   int64      `json:"cancelled,string"`
	WrittenOff  int64      `json:"written_off,string"`
	Interest    int64      `json:"interest,string"` // for late payments so far
	ByMonth     []MonthSum `json:"by_month"`        // of Outstanding, by maturity
	ByTier      []TierSum  `json:"by_tier"`         // of Outstanding
	ByHolder    []PartySum `json:"by_holder"`       // of Outstanding, the largest first, at most 20
}

// HolderExposure is what the party holds.
type HolderExposure struct {
	Currency string     `json:"currency"`
	Held     VoucherSum `json:"held"`
	Overdue  VoucherSum `json:"overdue"`         // of it, in default
	Pledged  VoucherSum `json:"pledged"`         // of it, securing a loan
	Received int64      `json:"received,string"` // settlements of vouchers held, paid to the party
	ByMonth  []MonthSum `json:"by_month"`
	ByTier   []TierSum  `json:"by_tier"`
	ByIssuer []PartySum `json:"by_issuer"` // the largest first, at most 20
}

// FunderExposure is what the party has financed.
type FunderExposure struct {
	Currency        string     `json:"currency"`
	Paid            VoucherSum `json:"paid"`            // financings and what was paid out for them
	Outstanding     VoucherSum `json:"outstanding"`     // open of vouchers bought and pledged
	Bought          VoucherSum `json:"bought"`          // of it, bought
	Pledged         VoucherSum `json:"pledged"`         // of it, taken in pledge
	Discount        int64      `json:"discount,string"` // kept on everything bought so far
	Overdue         VoucherSum `json:"overdue"`         // of Outstanding, in default
	LargestIssuer   string     `json:"largest_issuer,omitempty"`
	LargestSharePPM int64      `json:"largest_share_ppm"` // of Outstanding, rounded half up
	ByMonth         []MonthSum `json:"by_month"`
	ByIssuer        []PartySum `json:"by_issuer"` // the largest first, at most 20
	ByGroup         []PartySum `json:"by_group"`  // by the party at the top of the issuer's group, the largest first, at most 20
}

// mostParties is how many parties a list of an exposure names.
const mostParties = 20

// Exposure answers what a party owes, holds and has financed. A bare unified social credit code is accepted.
// Errors: PARTY_UNKNOWN.
func (db *DB) Exposure(ctx context.Context, s Scope, party string) (*Exposure, error) {
	snapshot, err := db.reader.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, fmt.Errorf("open a snapshot of the read model: %w", err)
	}
	defer func() { _ = snapshot.Rollback() }() // it has only read
	cond, args := s.parties()
	q := &query{text: "SELECT p.id, p.name, p.top FROM party p"}
	known, err := collect(ctx, snapshot, q.where("p.id = ?", fullPartyID(party)).where(cond, args...), func(r *sql.Rows) (Exposure, error) {
		var e Exposure
		return e, r.Scan(&e.Party, &e.Name, &e.Group)
	})
	if err != nil {
		return nil, err
	}
	if len(known) == 0 {
		return nil, unknown(ledger.PartyUnknown, "party", party)
	}
	e := &known[0]
	e.Complete = s.kind == seesEverything || s.party == e.Party
	x := &exposer{ctx: ctx, from: snapshot, scope: s, party: e.Party}
	e.Issuer, e.Holder, e.Funder = x.issuer(), x.holder(), x.funder()
	return e, x.failed
}

func (s *VoucherSum) add(t VoucherSum) {
	s.Vouchers += t.Vouchers
	s.Amount += t.Amount
}

// addTo adds to the row that is meant, which it makes where there is none. Lists of months, tiers and currencies are short.
func addTo[T any](list []T, meant func(*T) bool, fresh T, add func(*T)) []T {
	i := len(list) - 1
	for i >= 0 && !meant(&list[i]) {
		i--
	}
	if i < 0 {
		list, i = append(list, fresh), len(list)
	}
	add(&list[i])
	return list
}
