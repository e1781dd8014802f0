// Package design has the one code with which estimators refuse what a sample cannot carry. Too few clusters, one treated
// unit at the 1 % level, two lags at eleven years: a number could be computed, and it would mean nothing.
package design

import (
	"fmt"

	"fundtrace/chaincode/ledger"
)

// Refused is the code of a design that the sample cannot carry. The message says which size would be needed and what to do
// instead; the detail has the numbers.
const Refused ledger.Code = "DESIGN_REFUSED"

// Refuse makes the error. The message is a sentence; args are pairs of names and values for the detail.
func Refuse(message string, args ...string) *ledger.Error {
	return ledger.Refuse(Refused, message, args...)
}

// Refusef makes the error of a format.
func Refusef(format string, args ...any) *ledger.Error {
	return ledger.Refuse(Refused, fmt.Sprintf(format, args...))
}
