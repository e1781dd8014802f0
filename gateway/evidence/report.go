package evidence

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fundtrace/gateway/evidence/proof"
)

// Check is one thing that was verified, in a sentence.
type Check struct {
	Name string `json:"name"`
	Text string `json:"text"`
	OK   bool   `json:"ok"`
}

// Report says what was verified of a pack, what the result rests on and what it does not say.
type Report struct {
	OK        bool        `json:"ok"`
	Reason    Reason      `json:"reason,omitempty"` // why the pack is refused
	Question  string      `json:"question"`
	Channel   string      `json:"channel"`
	Genesis   string      `json:"genesis"` // hash of block 0, hexadecimal
	Pinned    bool        `json:"pinned"`  // the caller named that hash
	LastBlock uint64      `json:"last_block"`
	Coverage  Coverage    `json:"coverage"`
	Figure    *Totals     `json:"figure,omitempty"` // of a trace forward, minor units
	Fund      *FundTotals `json:"fund,omitempty"`   // of a fund's figure, minor units
	Currency  string      `json:"currency,omitempty"`
	Export    string      `json:"export,omitempty"` // under which the read log of the gateway that made it has the pack
	Movements int         `json:"movements"`
	Checks    []Check     `json:"checks"`
	RestsOn   []string    `json:"rests_on"`
	Limits    []string    `json:"limits"` // what is not shown by this pack
}

func (r *Report) hold(name, format string, args ...any) {
	r.Checks = append(r.Checks, Check{name, fmt.Sprintf(format, args...), true})
}

// fail notes why the pack is refused.
func (r *Report) fail(err error) {
	r.OK, r.Reason = false, ReasonOf(err)
	r.Checks = append(r.Checks, Check{"refused", err.Error(), false})
}

// describe fills the report from what was proven.
func (r *Report) describe(p *proven, d *derivation, s *Subject) {
	c := p.chain
	r.Channel, r.Genesis, r.LastBlock, r.Coverage = c.Config().Channel, hex.EncodeToString(c.Genesis()), c.Next()-1, p.coverage()
	r.Movements = len(d.movements)
	r.aboutBlocks(p)
	r.aboutTransactions(p, d)
	r.hold("movements", "What the valid transactions wrote was read: %s. events/ and tx/ hold exactly %s, and each record names as its writer who signed it.",
		count(len(p.book.order), "movement"), s.String())
	if f := d.figure; f != nil {
		r.Currency, r.Figure = f.Currency, f.Totals
		if t := f.Totals; t != nil {
			r.hold("figure", "The figure was computed again from these movements, method %s version %s: of %s %s traced, %s idle, %s in transit, %s reached, %s spent (minor units); %s%s. trace/ holds exactly that.",
				Method, MethodVersion, f.Currency, group(t.Traced), group(t.Idle), group(t.InTransit), group(t.Reached), group(t.Spent), count(len(f.Lines), "lot"),
				map[Coverage]string{Part: ", as far as the blocks here tell: what is idle or reached may have gone on in blocks left out"}[r.Coverage])
		} else {
			r.hold("figure", "The chain of %s from the lot up to its root was followed again, method %s version %s. trace/ holds exactly that.",
				count(len(f.Lines), "lot"), Method, MethodVersion)
		}
	}
	if f := d.fund; f != nil {
		r.Currency, r.Fund = f.Currency, &f.FundTotals
		asOf := f.AsOf
		if asOf == "" {
			asOf = "every value date"
		}
		r.hold("figure", "The figure was computed again from all movements, method %s version %s, as of %s: of %s %s paid into the fund from outside (%s), %s idle, %s of it in the fund's own account, %s in transit, %s reached, %s spent (minor units). trace/ holds exactly that.",
			Method, MethodVersion, asOf, f.Currency, group(f.In), count(len(f.Origins), "root"), group(f.Idle), group(f.IdleHere), group(f.InTransit), group(f.Reached), group(f.Spent))
	}
	r.aboutLimits(p, d)
}

func (p *proven) coverage() Coverage {
	if p.chain.Gaps() == 0 {
		return Whole
	}
	return Part
}

func (r *Report) aboutBlocks(p *proven) {
	c := p.chain
	if r.Pinned {
		r.hold("genesis", "The chain begins with block 0 of the hash that you named: %s.", r.Genesis)
		r.RestsOn = append(r.RestsOn, "the hash of block 0 that you named, and the certificates in that block")
	} else {
		r.hold("genesis", "The chain begins with block 0 of the hash %s. You named none to compare it with.", r.Genesis)
		r.RestsOn = append(r.RestsOn, "block 0 as it stands in the pack: everything holds if the channel is the right one. Ask two of its organisations for the hash and verify again with --genesis-hash")
	}
	r.hold("headers", "%s follow one another from block 0 to block %d; %d of the blocks are here whole, and hold the transactions that their headers name.",
		count(int(c.Next()), "header"), r.LastBlock, p.blocks)
	var who []string
	for name, n := range c.Orderers() {
		who = append(who, fmt.Sprintf("%s (%d)", name, n))
	}
	slices.Sort(who)
	if len(who) > 0 {
		r.hold("ordering", "The ordering service signed each whole block after block 0 as the policy BlockValidation in force there demands: %s.", strings.Join(who, ", "))
	}
	r.hold("configuration", "The configurations are complete (the ordering service signs which was the last): %s after the first, each agreed to by those whom the one before it names.",
		count(p.config, "change"))
}

func (r *Report) aboutTransactions(p *proven, d *derivation) {
	var policies []string
	for _, def := range p.chain.Definitions(Chaincode) {
		policies = append(policies, fmt.Sprintf("definition %d from block %d on: %s", def.Sequence, def.At.Block+1, def.Policy()))
	}
	r.hold("transactions", "%s are signed by members of the channel, have an identifier of their own, and are endorsed as the definitions of chaincode %s demand (%s).",
		count(p.valid, "valid transaction"), Chaincode, strings.Join(policies, "; "))
	if p.chain.Gaps() == 0 {
		r.hold("validity", "Nobody signs whether a transaction was valid, so it was worked out again: from block 0 on, what each transaction read was compared with what was so then. All %s agree, %d of them of transactions that are not valid.",
			count(p.valid+p.void, "flag"), p.void)
		return
	}
	unshown := 0
	standing, seen := map[proof.Standing]int{}, map[proof.Version]bool{}
	for _, m := range d.movements {
		for _, at := range p.book.transactions(m) {
			if !seen[at] {
				seen[at] = true
				standing[p.chain.Standing(at)]++
				unshown += p.txs[at].unshown
			}
		}
	}
	r.hold("validity", "Nobody signs whether a transaction was valid, so it was worked out again as far as the blocks here allow. Nothing here contradicts a flag. Of the %s that recorded the movements, %d were replayed in full, %d are witnessed (a later endorsed transaction read what they wrote), and of %d the flag itself is the word of the peer that delivered the block. They read %s whose last change, if any, lies in blocks left out.",
		count(len(seen), "transaction"), standing[proof.Replayed], standing[proof.Witnessed], standing[proof.Claimed], count(unshown, "key"))
}

func (r *Report) aboutLimits(p *proven, d *derivation) {
	r.RestsOn = append(r.RestsOn, "the organisations' certificate authorities and the keys of those who signed; SHA-256, ECDSA and Ed25519")
	r.Limits = append(r.Limits, fmt.Sprintf("The answer holds as of block %d. What was recorded later is not here.", r.LastBlock))
	if r.Coverage == Part {
		r.Limits = append(r.Limits, fmt.Sprintf("%s shown as a header only. That nothing in them changes the answer (a later draw on a lot, a confirmation, a reversal, a repeated identifier) is not shown: for that a pack of all blocks is needed.", count(p.chain.Gaps(), "block")))
	}
	r.Limits = append(r.Limits, "That what was recorded is true outside the ledger is not shown, beyond who confirmed it: see the level and the writer of each movement.")
	if r.Export != "" {
		r.Limits = append(r.Limits, "Who made the pack is not shown. It bears the mark "+r.Export+", which nobody signs: the read log of the gateway that made it has, under that mark, the SHA-256 of the pack.")
	}
	left := 0
	for _, doc := range d.documents {
		if !doc.Included {
			left++
		}
	}
	if left > 0 {
		r.Limits = append(r.Limits, fmt.Sprintf("%s that the movements name are not in the pack.", count(left, "document")))
	}
}

// count spells a number of things.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return group(int64(n)) + " " + thing + "s"
}

// group spells an integer with commas.
func group(n int64) string {
	s := strconv.FormatInt(n, 10)
	from := 0
	if n < 0 {
		from = 1
	}
	for i := len(s) - 3; i > from; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
