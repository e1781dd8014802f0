package arena

import (
	"fmt"
	"slices"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace"
)

// lot is what going down touches of a lot. It is kept apart from the rest because it is memory that makes going down slow:
// 24 bytes, so that most lots cost one line of the cache.
type lot struct {
	amount int64 // minor units
	kids   int32 // where its arranged children begin
	count  int32 // how many they are
	fresh  int32 // newest child that is not arranged yet
	now    uint8 // trace.Standing at present
	place  place // of its account
}

// kin is the rest of a lot. Chains run from the newest to the oldest.
type kin struct {
	ref     int64 // the caller's reference; ascending
	parent  int32
	sibling int32 // next older child of the same parent that is not arranged yet
	held    int32 // next older lot of the same account
	move    int32
	account int32
	rank    int32 // its own place in kids; none for roots and for lots that are not arranged
}

// kid is what adding up and going down need of a child.
type kid struct {
	amount int64
	lot    int32
	mark   mark
	place  place
}

// mark is what adding up needs of a child beside its amount, in one byte.
type mark uint8

// A mark has the standing in its lowest bits, and above them:
const (
	markStanding mark = 3
	markFund     mark = 4 // it lies in a fund
	markParent   mark = 8 // it has children
	everyMark    mark = 16
)

// mark answers a lot's mark.
func (l *lot) mark() mark {
	m := mark(l.now)
	if l.place == inFund {
		m |= markFund
	}
	if l.count > 0 || l.fresh != none {
		m |= markParent
	}
	return m
}

// place is what an account is, in one byte.
type place uint8

// The places, in the order of their names below.
const (
	elsewhere place = iota
	inFund
	inEnterprise
	inTreasury
	inPublished
	inSink
)

var placeNames = []trace.Place{"", trace.InFund, trace.InEnterprise, trace.InTreasury, trace.InPublished, trace.InSink}

func placeOf(p trace.Place) place { return place(max(0, slices.Index(placeNames, p))) }

// move is one movement: what is the same for all its lots.
type move struct {
	ref    int64
	change int32 // newest of its changes
	lots   int32 // first of its lots, which stand side by side
}

// change is a stage that a movement entered.
type change struct {
	before int32 // the next older one
	block  uint32
	date   int32 // days since 1970-01-01
	stage  stage
	level  uint8
}

type stage uint8

// Numbers of stages; those after credited came to nothing.
const (
	debited  stage = 1
	credited stage = 2
)

// stages in the order of their numbers.
var stages = []ledger.Stage{ledger.Instructed, ledger.Debited, ledger.Credited, ledger.Returned, ledger.Voided, ledger.Expired, ledger.Reversed}

func stageOf(s ledger.Stage) (stage, error) {
	for i := range stages {
		if stages[i] == s {
			return stage(i), nil
		}
	}
	return 0, fmt.Errorf("there is no stage %q", s)
}

// standing of the lots of a movement at a stage, in an account of that place.
func (s stage) standing(p place) trace.Standing {
	switch {
	case s <= debited:
		return trace.InTransit
	case s > credited:
		return trace.Dead
	case p == inSink:
		return trace.Spent
	}
	return trace.Live
}
