// Package convention answers whose money a payment was, when one does not take the payer's word for it.
//
// Money in an account is fungible: past the first commingled account the answer depends on a convention, and none is
// prescribed. The package runs each convention over the movements of accounts, in order of time, in integer minor units,
// and conserves every source to the unit. It knows no ledger: movements come from a projection or from a CSV file.
//
// A figure is only defined together with its Version: the method, the order of movements on one day, and what happens
// inside a deposit of mixed origin.
package convention
