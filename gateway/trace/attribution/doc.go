// Package attribution asks the ledger's record whose money a payment was when one does not take the payer's word for it.
//
// It turns lots into the payments that banks saw, account by account, hands them to package convention, and tells the
// answers in the ledger's words again. Every method sees the same payments. RECORDED follows each lot to the lot that it
// was drawn from, exactly as the forest does; SPECIFIC honours what was drawn from accounts that must name their tranches
// (policy NAMED) and takes the oldest money elsewhere; the others look at amounts, dates and accounts alone.
//
// What counts when:
//   - A payment leaves its payer on the day of the debit and arrives on the day of the credit; in between it is in transit.
//     An instruction reserves: it counts as gone, in transit, from its day on. What was returned, voided, expired or reversed
//     by the moment asked about never was.
//   - Days are value dates, the order within a day is the ledger's. A payment that its bank dates before the money that it
//     draws on counts from the day on which that money had arrived; answers say how many payments were moved so.
//   - A question about one source looks only where its money can have gone: what else comes into those accounts is one
//     other source. So the cost is that of what is visited, and no answer depends on the rest of the ledger.
//
// A convention needs whole accounts. Where a reader sees only a part of an account, money that enters it ends there for
// this reader.
package attribution
