package proof

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer/lifecycle"
	"google.golang.org/protobuf/proto"
)

// lifecycleNamespace is where the channel keeps the definitions of its chaincode.
const lifecycleNamespace = "_lifecycle"

// definitionPrefix begins the keys of definitions: namespaces/fields/<chaincode>/<field>.
const definitionPrefix = "namespaces/fields/"

// Definition is what the organisations agreed on for a chaincode.
type Definition struct {
	Chaincode string
	Sequence  int64  // counts the definitions of the chaincode from 1
	Version   string // of the chaincode, as the organisations call it
	At        Version
	policy    []byte // peer.ApplicationPolicy
	plugin    string
}

// Policy spells the endorsement policy of the definition.
func (d *Definition) Policy() string {
	var p peer.ApplicationPolicy
	if proto.Unmarshal(d.policy, &p) != nil {
		return "?"
	}
	if s := p.GetSignaturePolicy(); s != nil {
		return Spell(s)
	}
	return p.GetChannelConfigPolicyReference()
}

// definitions follows the definitions as transactions commit them. What a transaction changes counts from the next
// block on, as at a peer.
type definitions struct {
	now  map[string]*Definition
	next map[string]*Definition // changed by the present block
	all  map[string][]*Definition
}

func newDefinitions() *definitions {
	return &definitions{now: map[string]*Definition{}, next: map[string]*Definition{}, all: map[string][]*Definition{}}
}

// settle puts the changes of the block that has ended into force.
func (d *definitions) settle() {
	for name, def := range d.next {
		d.now[name] = def
	}
	clear(d.next)
}

// apply takes a valid transaction's writes to definitions. Definitions are numbered without gaps, so none can be left
// out unnoticed.
func (d *definitions) apply(t *transaction, at Version) error {
	for _, n := range t.sets {
		if n.name != lifecycleNamespace {
			continue
		}
		changed := map[string]*Definition{}
		for _, w := range n.public.GetWrites() {
			name, field, ok := strings.Cut(strings.TrimPrefix(w.GetKey(), definitionPrefix), "/")
			if !ok || !strings.HasPrefix(w.GetKey(), definitionPrefix) {
				continue
			}
			def := changed[name]
			if def == nil {
				def = &Definition{Chaincode: name}
				if before := d.latest(name); before != nil {
					*def = *before
				}
				def.At = at
				changed[name] = def
			}
			if err := def.take(field, w.GetValue()); err != nil {
				return err
			}
		}
		for name, def := range changed {
			before := int64(0)
			if b := d.latest(name); b != nil {
				before = b.Sequence
			}
			if def.Sequence != before+1 {
				return fmt.Errorf("definition %d of chaincode %s follows definition %d: one is left out", def.Sequence, name, before)
			}
			d.next[name] = def
			d.all[name] = append(d.all[name], def)
		}
	}
	return nil
}

func (d *definitions) latest(name string) *Definition {
	if def := d.next[name]; def != nil {
		return def
	}
	return d.now[name]
}

// take reads one field of a definition. Only fields that differ from the definition before are written.
func (d *Definition) take(field string, raw []byte) error {
	var s lifecycle.StateData
	if err := proto.Unmarshal(raw, &s); err != nil {
		return fmt.Errorf("field %s of chaincode %s cannot be read: %w", field, d.Chaincode, err)
	}
	var err error
	switch field {
	case "Sequence":
		d.Sequence = s.GetInt64()
	case "EndorsementInfo":
		var info lifecycle.ChaincodeEndorsementInfo
		err = proto.Unmarshal(s.GetBytes(), &info)
		d.Version = info.GetVersion()
	case "ValidationInfo":
		var info lifecycle.ChaincodeValidationInfo
		err = proto.Unmarshal(s.GetBytes(), &info)
		d.plugin, d.policy = info.GetValidationPlugin(), info.GetValidationParameter()
	}
	if err != nil {
		return fmt.Errorf("field %s of chaincode %s cannot be read: %w", field, d.Chaincode, err)
	}
	return nil
}

// sequenceRead answers at which version a transaction's endorsers read the definition of a chaincode: simulating it, a
// peer always does. ok is false when they did not.
func (t *transaction) sequenceRead(chaincode string) (v *Version, ok bool) {
	i := slices.IndexFunc(t.sets, func(n *namespaceSet) bool { return n.name == lifecycleNamespace })
	if i < 0 {
		return nil, false
	}
	for _, r := range t.sets[i].public.GetReads() {
		if r.GetKey() == definitionPrefix+chaincode+"/Sequence" {
			return versionOf(r.GetVersion()), true
		}
	}
	return nil, false
}
