// Package readlog keeps the log of who asked for which trace, export or piece of evidence.
//
// Looking leaves no trace on a ledger. The gateway therefore writes down each such question before it answers it, and
// answers nothing that it could not write down. The log is a folder with one file for each day (in China), one record on
// a line (JSON):
//
//	2026-11-23.jsonl
//
// Each record names the SHA-256 of the line before it, so that nobody can change, drop, add or move a record without
// changing every later line; and the digest of the last line, the head, is anchored on the ledger once a day (operation
// anchor.record), so that nobody can rewrite all of them either. What stands behind the last anchor rests on the
// gateway's word alone. Anybody can follow the chain with sha256sum: the digest of a line, without its line end, is prev
// of the next.
//
// It is a file and no table of the read model: that one can be thrown away and folded anew from the blocks, this one
// cannot. And it is a text file and no database of its own because it is only ever appended to: an operator can mark it
// append-only (chattr +a), send it elsewhere line by line, and read it without this program.
//
// Nothing is ever cut off or written over. Where a crash left half a line, the next start closes it and says so in a
// record of its own (MENDED), with the length and the digest of what was left. The question of such a line was not
// answered.
package readlog
