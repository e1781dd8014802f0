package proof

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

// errUnsupported marks what this package does not understand.
var errUnsupported = errors.New("this is not understood and therefore not believed")

func unsupported(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errUnsupported, fmt.Sprintf(format, args...))
}

// errUndefined marks a definition that the blocks shown do not hold.
var errUndefined = errors.New("the definition of the chaincode is not shown")

// implicitCollection begins the name of the collection that every organisation has of its own.
const implicitCollection = "_implicit_org_"

// checkEndorsements verifies that those who endorsed a transaction satisfy the policy of every namespace that it writes
// to, and of its own chaincode. It answers the code of a refusal; the error says why, or what could not be judged.
func (c *Chain) checkEndorsements(t *transaction) (peer.TxValidationCode, error) {
	names := []string{t.chaincode}
	for _, n := range t.sets {
		if n.writes() && !slices.Contains(names, n.name) {
			names = append(names, n.name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		policy, code, err := c.policyOf(t, name)
		if err != nil {
			return code, err
		}
		if err := c.checkNamespace(t, name, policy); errors.Is(err, errUnsupported) {
			return peer.TxValidationCode_VALID, err
		} else if err != nil {
			if t.doubt != nil {
				err = fmt.Errorf("%w (%w)", err, t.doubt)
			}
			return peer.TxValidationCode_ENDORSEMENT_POLICY_FAILURE, err
		}
	}
	return peer.TxValidationCode_VALID, nil
}

// policyOf answers the check of a namespace's endorsement policy in force.
func (c *Chain) policyOf(t *transaction, name string) (check func([]*identity) error, code peer.TxValidationCode, err error) {
	if name == lifecycleNamespace {
		if !hasPolicy(c.config.config.GetChannelGroup().GetGroups()["Application"], "LifecycleEndorsement") {
			return nil, peer.TxValidationCode_VALID, unsupported("the channel has no policy LifecycleEndorsement")
		}
		return func(by []*identity) error { return c.config.satisfied("/Channel/Application/LifecycleEndorsement", by) }, 0, nil
	}
	def := c.definitions.now[name]
	if !c.state.complete {
		read, ok := t.sequenceRead(name)
		if !ok || read == nil || def == nil || read.after(def.At) {
			return nil, peer.TxValidationCode_VALID, fmt.Errorf("%w: it was endorsed under one of chaincode %s", errUndefined, name)
		}
	}
	if def == nil {
		return nil, peer.TxValidationCode_INVALID_CHAINCODE, fmt.Errorf("chaincode %q is not defined", name)
	}
	if def.plugin != "vscc" {
		return nil, peer.TxValidationCode_VALID, unsupported("chaincode %s is validated by the plug-in %q", name, def.plugin)
	}
	return func(by []*identity) error { return c.config.applicationSatisfied(def.policy, by) }, 0, nil
}

// checkNamespace evaluates the policies that the writes to one namespace need: the chaincode's for public keys, the
// organisation's own for keys of its implicit collection, and the chaincode's when nothing else was evaluated.
func (c *Chain) checkNamespace(t *transaction, name string, policy func([]*identity) error) error {
	needChaincode, checked := true, false
	if i := slices.IndexFunc(t.sets, func(n *namespaceSet) bool { return n.name == name }); i >= 0 {
		n := t.sets[i]
		if len(n.public.GetMetadataWrites()) > 0 {
			return unsupported("it sets policies for single keys")
		}
		needChaincode = len(n.public.GetWrites()) > 0
		for _, h := range n.hashed {
			if len(h.set.GetMetadataWrites()) > 0 {
				return unsupported("it sets policies for single keys")
			}
			if len(h.set.GetHashedWrites()) == 0 {
				continue
			}
			org, implicit := strings.CutPrefix(h.name, implicitCollection)
			if !implicit {
				return unsupported("it writes to the private collection %s", h.name)
			}
			if err := c.checkImplicit(t, org); err != nil {
				return err
			}
			checked = true
		}
	}
	if needChaincode || !checked {
		return policy(t.endorsers)
	}
	return nil
}

func (c *Chain) checkImplicit(t *transaction, mspID string) error {
	name, known := c.config.orgs[mspID]
	if !known {
		return fmt.Errorf("the channel has no organisation %s", mspID)
	}
	if !hasPolicy(c.config.config.GetChannelGroup().GetGroups()["Application"].GetGroups()[name], "Endorsement") {
		return unsupported("organisation %s has no policy Endorsement", name)
	}
	return c.config.satisfied("/Channel/Application/"+name+"/Endorsement", t.endorsers)
}
