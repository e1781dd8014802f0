// Package ways lists the ways on which money can have gone from one party to another, and the money that came back to who
// had paid it.
//
// A way is a chain of payments between parties, no party twice, each payment no earlier than the one before. It says what
// is possible in time, not whose money it was: the most that can have gone all the way is the largest amount that the
// payments of each hop can have handed on, each after it was received. The accounts of a party count as one pot, and transfers
// between them are no hop.
package ways
