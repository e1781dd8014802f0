package projection

import (
	"database/sql"
	"strconv"

	"fundtrace/chaincode/ledger"
)

// How references are packed; see the files in schema.
const (
	opBits  = 20 // position of an operation in its entry: the ledger's ordinals stay below 1,000,001
	lotBits = 9  // position of a lot in its movement: ledger.MaxDraws is 500
	txBits  = 20 // position of a transaction in its block
)

func txRef(block uint64, position int) int64 { return int64(block)<<txBits | int64(position) }
func blockOf(tx int64) uint64                { return uint64(tx >> txBits) }
func positionOf(tx int64) int                { return int(tx & (1<<txBits - 1)) }

func movementRef(entry int64, n int) int64 { return entry<<opBits | int64(n) }
func lotRef(movement int64, k int) int64   { return movement<<lotBits | int64(k) }
func movementOf(lot int64) int64           { return lot >> lotBits }
func opOf(movement int64) int              { return int(movement & (1<<opBits - 1)) }

// movementName spells a movement's identifier from its entry's.
func movementName(entry string, movement int64) string {
	return entry + "." + strconv.Itoa(opOf(movement))
}

// lotName spells a lot's identifier from its entry's.
func lotName(entry string, lot int64) string {
	return ledger.LotID(movementName(entry, movementOf(lot)), int(lot&(1<<lotBits-1)))
}

// named is a reference that may be missing, with the identifier of its entry, as a left join answers them.
type named struct {
	ref   sql.NullInt64
	entry sql.NullString
}

// lot spells the identifier of a lot, empty where there is none.
func (n named) lot() string {
	if !n.ref.Valid {
		return ""
	}
	return lotName(n.entry.String, n.ref.Int64)
}

// movement spells the identifier of a movement, empty where there is none.
func (n named) movement() string {
	if !n.ref.Valid {
		return ""
	}
	return movementName(n.entry.String, n.ref.Int64)
}

// The states of a lot. They follow from the stage of its movement and from where it lies.
const (
	lotPending = 0 // the movement is instructed or debited
	lotLive    = 1 // it can be drawn on
	lotDead    = 2 // the movement was returned, voided, expired or reversed
	lotSpent   = 3 // it arrived in a sink
)

// stateOf answers the state of the lots of a movement at a stage.
func stateOf(stage ledger.Stage, sink bool) int {
	switch stage {
	case ledger.Instructed, ledger.Debited:
		return lotPending
	case ledger.Credited:
		if sink {
			return lotSpent
		}
		return lotLive
	}
	return lotDead
}

// The places that accounts are to the rules.
const (
	placeFund       = "FUND"
	placeEnterprise = "ENTERPRISE"
	placeTreasury   = "TREASURY"
	placePublished  = "PUBLISHED"
	placeUnassigned = "UNASSIGNED" // a custody account on which no fund is established
	placeSink       = "SINK"
	placeClaims     = "CLAIMS" // where the vouchers of a party lie: no money ever does
)

func placeOf(a *ledger.Account) string {
	switch {
	case a.Purpose == ledger.Published:
		return placePublished
	case a.Purpose == ledger.Treasury:
		return placeTreasury
	case a.Purpose == ledger.Custody && a.Fund != "":
		return placeFund
	case a.Purpose == ledger.Custody:
		return placeUnassigned
	}
	return placeEnterprise
}
