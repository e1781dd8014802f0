package proof

import (
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"
)

// A configuration block holds the new configuration and the update that led to it. An ordering service alone must not
// be able to change who the organisations are: the update must be signed by those whom the configuration before names for
// each element that changes (its mod_policy), and must lead to exactly the configuration that the block holds.

// element is a group, value or policy of a configuration.
type element struct {
	path   []string // groups above it, from Channel on
	name   string
	group  *common.ConfigGroup
	value  *common.ConfigValue
	policy *common.ConfigPolicy
}

func (e element) version() uint64 {
	return e.group.GetVersion() + e.value.GetVersion() + e.policy.GetVersion() // two of them are nil
}

func (e element) modPolicy() string {
	return e.group.GetModPolicy() + e.value.GetModPolicy() + e.policy.GetModPolicy()
}

// flatten lists the elements of a configuration by kind and path.
func flatten(root *common.ConfigGroup) map[string]element {
	out := map[string]element{}
	if root != nil {
		flattenGroup(out, nil, "Channel", root)
	}
	return out
}

func flattenGroup(out map[string]element, path []string, name string, g *common.ConfigGroup) {
	out[elementKey("group", path, name)] = element{path: path, name: name, group: g}
	below := append(path[:len(path):len(path)], name)
	for n, v := range g.GetValues() {
		out[elementKey("value", below, n)] = element{path: below, name: n, value: v}
	}
	for n, p := range g.GetPolicies() {
		out[elementKey("policy", below, n)] = element{path: below, name: n, policy: p}
	}
	for n, sub := range g.GetGroups() {
		flattenGroup(out, below, n, sub)
	}
}

func elementKey(kind string, path []string, name string) string {
	return kind + " /" + strings.Join(append(path[:len(path):len(path)], name), "/")
}

// authorise checks that the configuration e follows from c by an update that was agreed to.
func (c *Config) authorise(e *common.ConfigEnvelope) error {
	if got, want := e.GetConfig().GetSequence(), c.Sequence()+1; got != want {
		return fmt.Errorf("it has number %d, and number %d follows: a configuration is left out", got, want)
	}
	var payload common.Payload
	var update common.ConfigUpdateEnvelope
	var change common.ConfigUpdate
	if err := errors.Join(proto.Unmarshal(e.GetLastUpdate().GetPayload(), &payload), proto.Unmarshal(payload.GetData(), &update),
		proto.Unmarshal(update.GetConfigUpdate(), &change)); err != nil {
		return fmt.Errorf("its update cannot be read: %w", err)
	}
	if change.GetChannelId() != c.Channel {
		return fmt.Errorf("its update is for channel %q", change.GetChannelId())
	}
	by, _ := c.signers(updateSignatures(&update))
	now, read, written := flatten(c.config.GetChannelGroup()), flatten(change.GetReadSet()), flatten(change.GetWriteSet())
	for key, r := range read {
		if have, ok := now[key]; !ok || have.version() != r.version() {
			return fmt.Errorf("its update was made for another configuration: %s", key)
		}
	}
	result := maps.Clone(now)
	changes := 0
	for key, w := range written {
		if r, ok := read[key]; ok && r.version() == w.version() {
			continue
		}
		if err := c.mayChange(key, now, w, by); err != nil {
			return err
		}
		result[key] = w
		changes++
	}
	if changes == 0 {
		return errors.New("its update changes nothing")
	}
	for key := range written {
		if _, ok := result[key]; !ok {
			return fmt.Errorf("its update names %s and does not make it", key)
		}
	}
	built, err := assemble(result, nil, "Channel")
	if err != nil {
		return err
	}
	if !proto.Equal(built, e.GetConfig().GetChannelGroup()) {
		return errors.New("it is not what its update leads to")
	}
	return nil
}

func updateSignatures(update *common.ConfigUpdateEnvelope) []signed {
	var set []signed
	for _, s := range update.GetSignatures() {
		var header common.SignatureHeader
		if proto.Unmarshal(s.GetSignatureHeader(), &header) != nil {
			continue
		}
		set = append(set, signed{header.GetCreator(), append(append([]byte{}, s.GetSignatureHeader()...), update.GetConfigUpdate()...), s.GetSignature()})
	}
	return set
}

// mayChange checks one changed element: it must carry the next version, and the policy that its present form names must
// be satisfied. New elements start at version 0; what lets them in is the change of the group that holds them.
func (c *Config) mayChange(key string, now map[string]element, w element, by []*identity) error {
	if w.modPolicy() == "" {
		return fmt.Errorf("%s names no policy for changes", key)
	}
	have, ok := now[key]
	if !ok {
		if w.version() != 0 {
			return fmt.Errorf("%s is new and has version %d", key, w.version())
		}
		return nil
	}
	if w.version() != have.version()+1 {
		return fmt.Errorf("%s goes from version %d to %d", key, have.version(), w.version())
	}
	path := have.modPolicy()
	if !strings.HasPrefix(path, "/") {
		at := have.path
		if have.group != nil {
			at = append(at[:len(at):len(at)], have.name)
		}
		path = "/" + strings.Join(at, "/") + "/" + path
	}
	if err := c.satisfied(path, by); err != nil {
		return fmt.Errorf("%s was changed: %w", key, err)
	}
	return nil
}

// assemble builds the group at a path from its elements.
func assemble(all map[string]element, path []string, name string) (*common.ConfigGroup, error) {
	g := all[elementKey("group", path, name)].group
	if g == nil {
		return nil, fmt.Errorf("the group %s is missing", name)
	}
	below := append(path[:len(path):len(path)], name)
	out := &common.ConfigGroup{Version: g.GetVersion(), ModPolicy: orAdmins(g.GetModPolicy()), Groups: map[string]*common.ConfigGroup{},
		Values: map[string]*common.ConfigValue{}, Policies: map[string]*common.ConfigPolicy{}}
	for n := range g.GetGroups() {
		sub, err := assemble(all, below, n)
		if err != nil {
			return nil, err
		}
		out.Groups[n] = sub
	}
	for n := range g.GetValues() {
		v := all[elementKey("value", below, n)].value
		if v == nil {
			return nil, fmt.Errorf("the value %s is missing", n)
		}
		v = proto.Clone(v).(*common.ConfigValue)
		v.ModPolicy = orAdmins(v.GetModPolicy())
		out.Values[n] = v
	}
	for n := range g.GetPolicies() {
		p := all[elementKey("policy", below, n)].policy
		if p == nil {
			return nil, fmt.Errorf("the policy %s is missing", n)
		}
		p = proto.Clone(p).(*common.ConfigPolicy)
		p.ModPolicy = orAdmins(p.GetModPolicy())
		out.Policies[n] = p
	}
	return out, nil
}

// orAdmins is what Fabric makes of elements that name no policy for changes, with capabilities of 1.1 and later.
func orAdmins(policy string) string {
	if policy == "" {
		return "Admins"
	}
	return policy
}
