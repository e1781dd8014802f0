package proof

import (
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"
)

// Config is a configuration of the channel: who its organisations are and which policies hold. It is safe for
// concurrent use.
type Config struct {
	Channel string
	Block   uint64 // that holds it

	config     *common.Config
	members    map[string]*membership // by MSP identifier
	orgs       map[string]string      // MSP identifier → name of the application organisation
	consenters map[uint32][]byte      // of a BFT ordering service: number → serialised identity

	mu         sync.Mutex
	identities map[string]*identity // serialised identity → as judged
}

// maxIdentities bounds what the cache of judged identities may hold.
const maxIdentities = 20_000

// configOf reads the configuration out of a block; nil when the block holds none.
func configOf(b *common.Block) (*common.ConfigEnvelope, *common.ChannelHeader, error) {
	data := b.GetData().GetData()
	if len(data) == 0 {
		return nil, nil, nil
	}
	// What cannot be opened is judged as a transaction.
	_, payload, channel, _ := openEnvelope(data[0])
	if channel == nil || common.HeaderType(channel.GetType()) != common.HeaderType_CONFIG {
		return nil, nil, nil
	}
	if len(data) != 1 {
		return nil, nil, errors.New("a configuration shares its block with other transactions")
	}
	var e common.ConfigEnvelope
	if err := proto.Unmarshal(payload.GetData(), &e); err != nil {
		return nil, nil, fmt.Errorf("the configuration cannot be read: %w", err)
	}
	return &e, channel, nil
}

// newConfig understands a configuration.
func newConfig(e *common.ConfigEnvelope, channel string, block uint64) (*Config, error) {
	root := e.GetConfig().GetChannelGroup()
	if root == nil {
		return nil, errors.New("it says nothing")
	}
	capable, err := capabilities(root)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(capable, func(c string) bool { return c == "V2_0" || c == "V3_0" }) {
		return nil, fmt.Errorf("the channel has the capabilities %v; V2_0 or V3_0 is needed to judge it", capable)
	}
	c := &Config{Channel: channel, Block: block, config: e.GetConfig(), members: map[string]*membership{}, orgs: map[string]string{},
		consenters: map[uint32][]byte{}, identities: map[string]*identity{}}
	application := root.GetGroups()["Application"]
	if capable, err := capabilities(application); err != nil {
		return nil, err
	} else if !slices.ContainsFunc(capable, func(c string) bool { return strings.HasPrefix(c, "V2_") }) {
		return nil, fmt.Errorf("applications have the capabilities %v; V2_0 or V2_5 is needed to judge them", capable)
	}
	for _, kind := range []string{"Application", "Orderer"} {
		for name, org := range root.GetGroups()[kind].GetGroups() {
			m, err := newMembership(org.GetValues()["MSP"].GetValue(), slices.Contains(capable, "V3_0"))
			if err != nil {
				return nil, fmt.Errorf("organisation %s: %w", name, err)
			}
			if other := c.members[m.id]; other != nil && !sameAuthorities(m, other) {
				return nil, fmt.Errorf("two organisations call themselves %s", m.id)
			}
			c.members[m.id] = m
			if kind == "Application" {
				c.orgs[m.id] = name
			}
		}
	}
	if raw := root.GetGroups()["Orderer"].GetValues()["Orderers"].GetValue(); slices.Contains(capable, "V3_0") && raw != nil {
		var o common.Orderers
		if err := proto.Unmarshal(raw, &o); err != nil {
			return nil, fmt.Errorf("the ordering nodes cannot be read: %w", err)
		}
		for _, n := range o.GetConsenterMapping() {
			id, err := proto.Marshal(&msp.SerializedIdentity{Mspid: n.GetMspId(), IdBytes: n.GetIdentity()})
			if err != nil {
				return nil, fmt.Errorf("ordering node %d: %w", n.GetId(), err)
			}
			c.consenters[n.GetId()] = id
		}
	}
	return c, nil
}

func sameAuthorities(a, b *membership) bool {
	same := func(x, y *x509.Certificate) bool { return x.Equal(y) }
	return slices.EqualFunc(a.roots, b.roots, same) && slices.EqualFunc(a.intermediates, b.intermediates, same)
}

func capabilities(group *common.ConfigGroup) ([]string, error) {
	var caps common.Capabilities
	if err := proto.Unmarshal(group.GetValues()["Capabilities"].GetValue(), &caps); err != nil {
		return nil, fmt.Errorf("the capabilities cannot be read: %w", err)
	}
	var out []string
	for name := range caps.GetCapabilities() {
		out = append(out, name)
	}
	slices.Sort(out)
	return out, nil
}

// Sequence counts the channel's configurations from 0.
func (c *Config) Sequence() uint64 { return c.config.GetSequence() }

// identity judges a serialised identity, once.
func (c *Config) identity(serialised []byte) (*identity, error) {
	c.mu.Lock()
	id, known := c.identities[string(serialised)]
	c.mu.Unlock()
	if known {
		return id, nil
	}
	var s msp.SerializedIdentity
	if err := proto.Unmarshal(serialised, &s); err != nil {
		return nil, fmt.Errorf("an identity cannot be read: %w", err)
	}
	m := c.members[s.GetMspid()]
	if m == nil {
		return nil, fmt.Errorf("%q is no organisation of the channel", s.GetMspid())
	}
	id, err := newIdentity(m, s.GetIdBytes())
	if err != nil {
		return nil, fmt.Errorf("a certificate of %s: %w", m.id, err)
	}
	c.mu.Lock()
	if len(c.identities) >= maxIdentities {
		clear(c.identities)
	}
	c.identities[string(serialised)] = id
	c.mu.Unlock()
	return id, nil
}

// Organisation is a member of the channel with the certificates on which the trust in its members rests.
type Organisation struct {
	MSP           string
	Roots         []*x509.Certificate
	Intermediates []*x509.Certificate
	Revoked       []*x509.RevocationList
}

// Organisations answers the channel's organisations, those of the ordering service included, by MSP identifier.
func (c *Config) Organisations() []Organisation {
	var out []Organisation
	for _, m := range c.members {
		out = append(out, Organisation{m.id, m.roots, m.intermediates, m.revoked})
	}
	slices.SortFunc(out, func(x, y Organisation) int { return strings.Compare(x.MSP, y.MSP) })
	return out
}
