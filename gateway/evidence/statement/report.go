package statement

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"fundtrace/chaincode/contract"
	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/evidence"
	"fundtrace/gateway/evidence/proof"
)

// Report says what was verified of a statement, what it says, what the result rests on and what it does not say.
type Report struct {
	OK         bool                       `json:"ok"`
	Reason     Reason                     `json:"reason,omitempty"` // why the statement is refused
	Question   string                     `json:"question"`
	Channel    string                     `json:"channel"`
	Genesis    string                     `json:"genesis"` // hash of block 0, hexadecimal
	Pinned     bool                       `json:"pinned"`  // the caller named that hash
	At         string                     `json:"at"`      // RFC 3339 UTC: the answer holds as of this moment
	SignedBy   []string                   `json:"signed_by"`
	AskedBy    string                     `json:"asked_by"`
	Statement  *contract.SignedStatement  `json:"statement,omitempty"`  // what the peers say
	Disclosure *contract.SignedDisclosure `json:"disclosure,omitempty"` // what they say instead, of one movement
	Leaf       *ledger.Leaf               `json:"leaf,omitempty"`       // that movement
	Checks     []evidence.Check           `json:"checks"`
	RestsOn    []string                   `json:"rests_on"`
	Limits     []string                   `json:"limits"`
}

func newReport(o Options) *Report {
	return &Report{Pinned: o.GenesisHash != nil, SignedBy: []string{}, Checks: []evidence.Check{}, RestsOn: []string{}, Limits: []string{}}
}

func (r *Report) hold(name, format string, args ...any) {
	r.Checks = append(r.Checks, evidence.Check{Name: name, Text: fmt.Sprintf(format, args...), OK: true})
}

// fail notes why the statement is refused; what it says is not repeated then.
func (r *Report) fail(err error) {
	r.OK, r.Reason = false, ReasonOf(err)
	r.Statement, r.Disclosure, r.Leaf = nil, nil, nil
	r.Checks = append(r.Checks, evidence.Check{Name: "refused", Text: err.Error()})
}

func (r *Report) aboutChannel(c *proof.Config, changes int) {
	if r.Pinned {
		r.hold("genesis", "Channel %s begins with block 0 of the hash that you named: %s.", c.Channel, r.Genesis)
		r.RestsOn = append(r.RestsOn, "the hash of block 0 that you named, and the certificates in that block")
	} else {
		r.hold("genesis", "Channel %s begins with block 0 of the hash %s. You named none to compare it with.", c.Channel, r.Genesis)
		r.RestsOn = append(r.RestsOn, "block 0 as it stands in the file: everything holds if the channel is the right one. Ask two of its organisations for the hash and verify again with --genesis-hash")
	}
	if changes > 0 {
		r.hold("configuration", "Its configuration was changed %s up to block %d: each change is signed by the ordering service and was agreed to by those whom the configuration before names.",
			count(changes, "time"), c.Block)
	}
}

func (r *Report) aboutSigners(a *proof.Answer) {
	for _, s := range a.Peers {
		r.SignedBy = append(r.SignedBy, s.Name+" of "+s.MSP)
	}
	slices.Sort(r.SignedBy)
	r.At, r.AskedBy = a.At.UTC().Format(time.RFC3339), a.Creator.Name+" of "+a.Creator.MSP
	r.hold("signatures", "The answer is signed by peers of the channel: %s. Their certificates, and that of who asked (%s), come from their organisations and were valid at %s.",
		strings.Join(r.SignedBy, ", "), r.AskedBy, r.At)
	r.hold("time", "The time is that of the question. Peers refuse a question whose time is more than %d minutes from their own clocks.", int(contract.Window.Minutes()))
	r.RestsOn = append(r.RestsOn, "the word of these peers: a statement is not blocks. Together they could sign what the ledger does not hold; an evidence pack shows the blocks themselves",
		"the organisations' certificate authorities and the keys of those who signed; SHA-256, ECDSA and Ed25519")
}

func (r *Report) aboutLimits() {
	r.Limits = append(r.Limits, "The answer holds as of "+r.At+". What was recorded later is not here.",
		"That the last configuration in the file was the one in force then is not shown: a later one may have revoked a certificate.",
		"That what was recorded is true outside the ledger is not shown, beyond who confirmed it: see the level and the writer of each movement.")
	if r.Disclosure == nil {
		return
	}
	r.Limits = append(r.Limits, "What happened to the movement after it was recorded (confirmation, return, reversal) is not here: ask for a statement of it.")
	if r.Leaf.Salt == "" {
		r.Limits = append(r.Limits, "The entry has no salt: whoever guesses another of its movements can tell from the digests beside this one that the guess is right.")
	}
}

// count spells a number of things.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
