// Package trace answers where money went and where it came from, on the forest of lots as the ledger recorded it.
//
// Every lot has exactly one parent, so nothing has to be apportioned: what descends from a lot is exactly known, and
// what was drawn from it stands on the ledger to the fen. Totals are always over everything, and always close:
//
//	traced = idle + in transit + reached + spent + hidden
//
// Hidden is what the reader may not see, as one closed figure: a hidden lot closes its whole branch.
//
// Money that settles a voucher is followed on in the account of who was paid, as any money is. Beside it the answer
// tells whose claim it settled: the holders of the voucher tier by tier, from the issuer's own supplier to who was finally
// paid, and how long each waited for cash. See Settlement.
//
// Of funds it tells what they took in and what became of it, so that nothing counts twice at any depth of funds in funds:
// see Statement. How long money took, and how long it has been idle, are Timing and Idle.
//
// The package is pure. It reads a Forest, level by level, and knows no SQL, HTTP or Fabric. Cost is linear in the lots
// that are visited.
package trace
