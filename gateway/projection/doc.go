// Package projection is the read model: it folds the blocks of the channel into SQL and answers questions from there.
//
// Folding is exact and happens once for each block: a block is verified against the one before it (number, previous
// hash, data hash), all that it says is written in one SQL transaction together with the checkpoint, and a chain that
// does not fit stops the fold with an *Alarm instead of being skipped. What the read model holds follows from the
// blocks alone, so it can be thrown away and folded again, with the same Digest.
//
// Every query takes a Scope, which says what its reader may see. What lies outside is never listed; where a sum would
// otherwise not close it counts as one closed figure, Hidden.
//
// Vouchers are claim lots. They lie beside the lots of cash and are never summed with them: they have their own table,
// their movements are marked, and the accounts that hold them are none of any bank. A tree of vouchers closes for every
// reader like a balance does.
//
// Amounts are int64 minor units (fen) and cross JSON as decimal strings.
package projection
