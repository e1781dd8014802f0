package proof

import (
	"fmt"
	"strings"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"
)

// signed is a message and who signed it how.
type signed struct {
	identity  []byte // serialised
	message   []byte
	signature []byte
}

// signers answers who signed, once each. Signatures that do not fit and identities that the configuration does not know
// count for nothing; flaws answers the first of those.
func (c *Config) signers(set []signed) (valid []*identity, flaw error) {
	seen := map[[32]byte]bool{}
	note := func(err error) {
		if flaw == nil {
			flaw = err
		}
	}
	for _, s := range set {
		id, err := c.identity(s.identity)
		if err != nil {
			note(err)
			continue
		}
		if id.flaw != nil && !id.of.admins[fingerprint(id.cert)] {
			note(fmt.Errorf("%s of %s: %w", id.cert.Subject.CommonName, id.of.id, id.flaw))
			continue
		}
		key := fingerprint(id.cert)
		if seen[key] {
			continue
		}
		if err := id.verify(s.message, s.signature); err != nil {
			note(fmt.Errorf("%s of %s: %w", id.cert.Subject.CommonName, id.of.id, err))
			continue
		}
		seen[key] = true
		valid = append(valid, id)
	}
	return valid, flaw
}

// maxPolicyDepth bounds how deep policies may nest.
const maxPolicyDepth = 32

// satisfied reports whether signers satisfy the policy at an absolute path such as /Channel/Orderer/BlockValidation.
func (c *Config) satisfied(path string, by []*identity) error {
	rest, ok := strings.CutPrefix(path, "/Channel/")
	if !ok {
		return fmt.Errorf("the channel has no policy %s", path)
	}
	group, names := c.config.GetChannelGroup(), strings.Split(rest, "/")
	for _, name := range names[:len(names)-1] {
		if group = group.GetGroups()[name]; group == nil {
			return fmt.Errorf("the channel has no policy %s", path)
		}
	}
	if !groupSatisfied(group, names[len(names)-1], by, 0) {
		return fmt.Errorf("those who signed (%s) do not satisfy the policy %s", namesOf(by), path)
	}
	return nil
}

func hasPolicy(group *common.ConfigGroup, name string) bool { return group.GetPolicies()[name] != nil }

func groupSatisfied(group *common.ConfigGroup, name string, by []*identity, depth int) bool {
	p := group.GetPolicies()[name].GetPolicy()
	if p == nil || depth > maxPolicyDepth {
		return false
	}
	switch common.Policy_PolicyType(p.GetType()) {
	case common.Policy_SIGNATURE:
		var e common.SignaturePolicyEnvelope
		return proto.Unmarshal(p.GetValue(), &e) == nil && signatureSatisfied(&e, by)
	case common.Policy_IMPLICIT_META:
		var m common.ImplicitMetaPolicy
		if proto.Unmarshal(p.GetValue(), &m) != nil {
			return false
		}
		needed := 1
		switch m.GetRule() {
		case common.ImplicitMetaPolicy_ALL:
			needed = len(group.GetGroups())
		case common.ImplicitMetaPolicy_MAJORITY:
			needed = len(group.GetGroups())/2 + 1
		}
		if len(group.GetGroups()) == 0 {
			return true // Fabric: of nobody, any and most are none
		}
		for _, below := range group.GetGroups() {
			if groupSatisfied(below, m.GetSubPolicy(), by, depth+1) {
				needed--
			}
		}
		return needed <= 0
	}
	return false
}

func signatureSatisfied(e *common.SignaturePolicyEnvelope, by []*identity) bool {
	if e.GetVersion() != 0 {
		return false
	}
	return ruleSatisfied(e.GetRule(), e.GetIdentities(), by, make([]bool, len(by)), 0)
}

// ruleSatisfied evaluates one rule. A signer counts for one principal only; used marks those that have counted, and keeps
// the marks of rules that were satisfied.
func ruleSatisfied(r *common.SignaturePolicy, principals []*msp.MSPPrincipal, by []*identity, used []bool, depth int) bool {
	if depth > maxPolicyDepth {
		return false
	}
	switch t := r.GetType().(type) {
	case *common.SignaturePolicy_SignedBy:
		if t.SignedBy < 0 || int(t.SignedBy) >= len(principals) {
			return false
		}
		for i, id := range by {
			if !used[i] && id.satisfies(principals[t.SignedBy]) {
				used[i] = true
				return true
			}
		}
	case *common.SignaturePolicy_NOutOf_:
		count := int32(0)
		for _, below := range t.NOutOf.GetRules() {
			trial := append([]bool(nil), used...)
			if ruleSatisfied(below, principals, by, trial, depth+1) {
				count++
				copy(used, trial)
			}
		}
		return count >= t.NOutOf.GetN()
	}
	return false
}

// applicationSatisfied evaluates the policy of a chaincode's definition: a signature policy of its own, or the name of
// one of the channel's.
func (c *Config) applicationSatisfied(raw []byte, by []*identity) error {
	var p peer.ApplicationPolicy
	if err := proto.Unmarshal(raw, &p); err != nil {
		return fmt.Errorf("the endorsement policy cannot be read: %w", err)
	}
	switch t := p.GetType().(type) {
	case *peer.ApplicationPolicy_SignaturePolicy:
		if signatureSatisfied(t.SignaturePolicy, by) {
			return nil
		}
		return fmt.Errorf("those who endorsed (%s) do not satisfy the policy %s", namesOf(by), Spell(t.SignaturePolicy))
	case *peer.ApplicationPolicy_ChannelConfigPolicyReference:
		return c.satisfied(t.ChannelConfigPolicyReference, by)
	}
	return fmt.Errorf("the endorsement policy is of no known kind")
}

func namesOf(by []*identity) string {
	if len(by) == 0 {
		return "nobody"
	}
	names := make([]string, len(by))
	for i, id := range by {
		names[i] = id.cert.Subject.CommonName + " of " + id.of.id
	}
	return strings.Join(names, ", ")
}

// Spell writes a signature policy as people write it: OutOf(2, BankMSP.peer, FinanceMSP.peer).
func Spell(e *common.SignaturePolicyEnvelope) string {
	return spellRule(e.GetRule(), e.GetIdentities(), 0)
}

func spellRule(r *common.SignaturePolicy, principals []*msp.MSPPrincipal, depth int) string {
	switch t := r.GetType().(type) {
	case *common.SignaturePolicy_SignedBy:
		if t.SignedBy >= 0 && int(t.SignedBy) < len(principals) {
			return spellPrincipal(principals[t.SignedBy])
		}
	case *common.SignaturePolicy_NOutOf_:
		if depth > maxPolicyDepth {
			break
		}
		parts := []string{fmt.Sprint(t.NOutOf.GetN())}
		for _, below := range t.NOutOf.GetRules() {
			parts = append(parts, spellRule(below, principals, depth+1))
		}
		return "OutOf(" + strings.Join(parts, ", ") + ")"
	}
	return "?"
}

func spellPrincipal(p *msp.MSPPrincipal) string {
	var r msp.MSPRole
	if p.GetPrincipalClassification() == msp.MSPPrincipal_ROLE && proto.Unmarshal(p.GetPrincipal(), &r) == nil {
		return r.GetMspIdentifier() + "." + strings.ToLower(r.GetRole().String())
	}
	return strings.ToLower(p.GetPrincipalClassification().String())
}
