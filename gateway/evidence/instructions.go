package evidence

import (
	"fmt"
	"strings"
)

// instructions writes VERIFY.md: what the pack is, how to verify it, and how to check any step by hand.
func instructions(m *Manifest, d *derivation) []byte {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	p("# Evidence: %s\n", m.Subject.String())
	p("This pack holds an answer of the ledger %s and what is needed to check it without asking anybody.\n", m.Channel)
	p("    gateway verify PACK.zip --genesis-hash %s\n", m.Genesis)
	p("Do not take the hash of block 0 from here: ask two organisations of the channel for it. The program needs no network and")
	p("no database, says what it checked, and ends with exit code 0 only if everything holds.\n")
	p("| | |\n|---|---|")
	p("| channel, chaincode | %s, %s |", m.Channel, m.Chaincode)
	p("| hash of block 0 | `%s` |", m.Genesis)
	p("| as of block | %d, hash `%s` |", m.LastBlock, m.LastHash)
	p("| blocks | %s |", map[Coverage]string{Whole: "all of them, whole", Part: "those that the answer rests on; of the others the headers"}[m.Coverage])
	p("| movements | %d |", len(d.movements))
	if f := d.figure; f != nil {
		p("| lot | `%s`, %s %s (minor units) |", f.Lot, f.Currency, group(f.Amount))
		if t := f.Totals; t != nil {
			p("| traced | %s = idle %s + in transit %s + reached %s + spent %s |", group(t.Traced), group(t.Idle), group(t.InTransit), group(t.Reached), group(t.Spent))
		}
		p("| method | %s version %s: each lot has one parent, the lot that its movement drew; nothing is apportioned |", Method, MethodVersion)
	}
	if f := d.fund; f != nil {
		p("| fund, account | `%s`, `%s` in %s |", f.Fund, f.Account, f.Currency)
		p("| paid in | %s = idle %s + in transit %s + reached %s + spent %s (minor units) |", group(f.In), group(f.Idle), group(f.InTransit), group(f.Reached), group(f.Spent))
		p("| method | %s version %s: each lot has one parent, the lot that its movement drew; what came back is not paid in again |", Method, MethodVersion)
	}
	if m.Export != "" {
		p("| mark | `%s`: the read log of the gateway that made this pack has its SHA-256 under it |", m.Export)
	}
	p("\n## What is here\n")
	p("* `blocks/`: the headers of all blocks, each behind its length, and blocks as Fabric keeps them (`common.Block`), without")
	p("  what a peer adds and nobody signs, except the validity flags.")
	p("* `msp/`: the organisations' certificate authorities, as the channel's configuration has them.")
	p("* `tx/`: the envelopes of the transactions that recorded the movements. `events/`: those movements, one on a line.")
	if d.figure != nil || d.fund != nil {
		p("* `trace/`: the answer, its method and its digest.")
	}
	if len(m.Documents) > 0 {
		p("* `docs/`: documents that the movements name, as far as they may be shown; a salt lies beside salted ones.")
	}
	p("\n## How to check by hand\n")
	p("1. A header's hash is the SHA-256 of the ASN.1 sequence of number, previous hash and data hash. Each header names the hash")
	p("   of the one before it. The data hash is the SHA-256 of the block's envelopes, one behind the other.")
	p("2. The ordering service signs, in the block's metadata, what it says of the block (which configuration was the last),")
	p("   its own identity and the header.")
	p("3. A transaction's identifier is the SHA-256 of nonce and creator. The creator signs the payload. Each endorser signs the")
	p("   answer (with what was read and written) and its own identity. The policy is in the chaincode's definition, which an")
	p("   earlier transaction of the namespace `_lifecycle` wrote.")
	p("4. Nobody signs whether a transaction was valid. A transaction is valid if the above holds, its identifier is new, and")
	p("   every key that it read still had the version that it read.")
	p("5. `entry/…` keys hold movements, `mov/…` where they stand, `lot/…` how much of a lot is drawn. A movement yields one lot")
	p("   for each draw.")
	p("6. A document's digest is the SHA-256 of its content, behind its salt if it has one.")
	p("\n## What this does not show\n")
	p("* Anything recorded after block %d.", m.LastBlock)
	if m.Coverage == Part {
		p("* That nothing in the blocks left out changes the answer: a later draw, a confirmation, a reversal. Ask for a pack of all")
		p("  blocks where that matters.")
	}
	p("* That what was recorded is true outside the ledger, beyond who confirmed it: see each movement's level and writer.")
	return []byte(b.String())
}
