// Package fabric is the gateway's way to the channel: who signs, what is submitted and what comes back.
//
// A write goes through these stations, each in its file:
//
//	submit.go    an entry comes in and waits for its answer
//	queue.go     entries of one payer go one transaction at a time, those that wait go together (group commit)
//	propose.go   lots are chosen (draws.go), the peers endorse; entries that are refused leave with their own error
//	commit.go    the signed transaction is stored in the outbox, then submitted; its outcome is learnt and stored
//	recover.go   an outcome that stayed unknown is resolved by the same bytes, never by a new proposal
//
// Promise: an entry is recorded once or not at all, whatever crashes. The ledger keeps it by the entry's key, which every
// attempt carries; the outbox keeps it from being proposed anew while an earlier attempt may still be recorded.
//
// Identities are enrolled at the organisations' Fabric CAs (authority.go) and kept sealed on disk (wallet.go).
package fabric
