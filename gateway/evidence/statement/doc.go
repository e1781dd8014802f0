// Package statement makes and verifies small proofs: what peers of several organisations sign that the ledger says of lots
// and movements, in a file of a few kilobytes that anybody verifies offline.
//
//	p, err := statement.Make(ctx, client, statement.Request{Lots: …})    // asks bank, finance bureau and audit office
//	file, err := p.Encode()
//	report, err := statement.Verify(file, statement.Options{GenesisHash: …})
//
// An evidence pack (package evidence) proves from blocks; a statement is the word of three organisations' peers at one
// moment. It shows nothing of other records, and with Disclose it shows one movement of an entry without the others: they
// appear as digests that cannot be guessed (ledger.Leaf).
//
// Peers sign an answer that is never submitted, so no block holds it: reading leaves no trace on the ledger. What a file
// carries besides is the channel's configurations, from block 0 on, by which the signers' certificates are judged.
package statement
