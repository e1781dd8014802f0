// Package evidence makes evidence packs and verifies them offline.
//
// A pack is a zip that answers a question about money, a movement, the trace of a lot, the figure of a fund or the
// movements of a range of days, together with everything that a stranger needs to check the answer without asking
// anybody: the blocks that hold the transactions, the chain of block headers from block 0, the certificates of the
// organisations, the documents. It holds:
//
//	manifest.json         what the pack is about, and size and SHA-256 of every other file (canonical JSON, RFC 8785)
//	VERIFY.md             the same for people
//	blocks/headers.pb     the header of every block from block 0 to the last, each behind its length
//	blocks/0000000007.pb  blocks, whole: all of them, or those that the answer rests on
//	msp/…                 root and intermediate certificates and revocation lists of the channel's organisations
//	tx/….pb               the envelopes of the transactions that recorded the answer's movements
//	events/….jsonl        those movements, one on a line (canonical JSON)
//	trace/…               for a trace or a figure: method and version, the answer and its digest
//	docs/…                documents that the movements name, with the salts of salted ones
//
// Only headers, blocks and documents are material. Everything else follows from them: Build derives it, and Verify
// derives it again and compares byte for byte. So nothing in a pack is believed because it stands there.
//
// Blocks are verified by package proof. A block's transactions are hashed as one, so proving one of them shows the whole
// block to the reader: packs are for those who may see everything.
package evidence
