// Package ledger holds the rules of money of Fundtrace: pure, deterministic, without any import of Fabric.
//
// Everything that has an amount is a Lot: an immutable amount of one currency with one owner account and one parent.
// A Movement draws on lots of the payer and yields lots to the payee, one yielded lot for each drawn lot, so that all
// money forms a forest whose roots are contributions from the treasury, social capital or an enterprise's own money.
//
// Claims are lots as well: an invoice backs claims and reservations, a confirmed claim backs vouchers, and a voucher is a
// claim lot in its holder's claims account that splits and passes on as money does (voucher.go, voucher_machine.go). Money
// against a voucher and the voucher's step are recorded in one entry: delivery versus payment.
//
// Callers hand a Batch of operations to Apply together with the identity of the writer, the time that the proposal
// claims and a View of the committed state. Apply answers the writes to make or the errors, one for each offending
// operation; it never changes anything by itself. Single operations and bulk loads go the same way.
//
// Each entry's movements have a Merkle root on its first page (leaf.go), so that one of them can be shown to a stranger
// without the others. Statements and disclosures (statement.go, leaf.go) are what peers sign of the ledger; anchors
// (anchor.go) fix how logs outside of it stood.
//
// State layout (see keys.go): facts that never change (movements, and with them the lots they yield) are packed in
// pages of an Entry; what changes later (a movement's stage, how much of a lot has been drawn) has a small key of its
// own that exists only once it differs from the beginning. A lot that was never drawn on costs no key at all.
package ledger
