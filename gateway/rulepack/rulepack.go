// Package rulepack carries the rules of supply-chain finance and the bank calendars that a finance bureau publishes to
// begin with. They are data: each version says from which day it holds, what it does, its parameters and where it
// comes from. The ledger and the findings read what was published, never this package.
package rulepack

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"

	"fundtrace/chaincode/ledger"
)

//go:embed scf.json
var scf []byte

//go:embed calendars.json
var calendars []byte

// SCF answers the rules of supply-chain finance in the order in which they can be published: the versions of a rule
// one after another, from 1. Thresholds that no provision sets say so in their source. A new slice each time.
func SCF() []ledger.Rule { return mustDecode[ledger.Rule](scf) }

// Calendars answers the bank calendars that the State Council has announced, by year. A new slice each time.
func Calendars() []ledger.Calendar { return mustDecode[ledger.Calendar](calendars) }

// Ops are the operations that publish the pack; the finance bureau records them as one entry on an empty ledger.
// A ledger that holds some of the versions refuses with VERSION_CONFLICT: publish only the later ones then.
func Ops() []ledger.Op {
	var ops []ledger.Op
	for _, r := range SCF() {
		ops = append(ops, ledger.Op{Type: ledger.RulePublish, Rule: &r})
	}
	for _, c := range Calendars() {
		ops = append(ops, ledger.Op{Type: ledger.CalendarPublish, Calendar: &c})
	}
	return ops
}

// mustDecode panics where an embedded file is broken, which only a change of this package can cause.
func mustDecode[T any](data []byte) []T {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	var out []T
	if err := d.Decode(&out); err != nil {
		panic(fmt.Sprintf("rulepack: embedded file: %v", err))
	}
	return out
}
