package testchannel

import (
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"
)

// role is a principal: members of an organisation with a role.
func role(mspID string, r msp.MSPRole_MSPRoleType) *msp.MSPPrincipal {
	return &msp.MSPPrincipal{PrincipalClassification: msp.MSPPrincipal_ROLE, Principal: marshal(&msp.MSPRole{MspIdentifier: mspID, Role: r})}
}

// OutOf is the signature policy that n of the principals satisfy.
func OutOf(n int32, principals ...*msp.MSPPrincipal) *common.SignaturePolicyEnvelope {
	all := &common.SignaturePolicy_NOutOf{N: n}
	for i := range principals {
		all.Rules = append(all.Rules, &common.SignaturePolicy{Type: &common.SignaturePolicy_SignedBy{SignedBy: int32(i)}})
	}
	return &common.SignaturePolicyEnvelope{Identities: principals, Rule: &common.SignaturePolicy{Type: &common.SignaturePolicy_NOutOf_{NOutOf: all}}}
}

// Peers is the signature policy that peers of n of the organisations satisfy.
func Peers(n int32, msps ...string) *common.SignaturePolicyEnvelope {
	var principals []*msp.MSPPrincipal
	for _, m := range msps {
		principals = append(principals, role(m, msp.MSPRole_PEER))
	}
	return OutOf(n, principals...)
}

func applicationPolicy(e *common.SignaturePolicyEnvelope) []byte {
	return marshal(&peer.ApplicationPolicy{Type: &peer.ApplicationPolicy_SignaturePolicy{SignaturePolicy: e}})
}

func signatureRule(e *common.SignaturePolicyEnvelope) *common.ConfigPolicy {
	return &common.ConfigPolicy{ModPolicy: "Admins", Policy: &common.Policy{Type: int32(common.Policy_SIGNATURE), Value: marshal(e)}}
}

func implicit(rule common.ImplicitMetaPolicy_Rule, sub string) *common.ConfigPolicy {
	return &common.ConfigPolicy{ModPolicy: "Admins", Policy: &common.Policy{Type: int32(common.Policy_IMPLICIT_META),
		Value: marshal(&common.ImplicitMetaPolicy{Rule: rule, SubPolicy: sub})}}
}

func value(m proto.Message) *common.ConfigValue {
	return &common.ConfigValue{ModPolicy: "Admins", Value: marshal(m)}
}

func capability(name string) *common.ConfigValue {
	return value(&common.Capabilities{Capabilities: map[string]*common.Capability{name: {}}})
}

// metaPolicies are the policies of a group of organisations.
func metaPolicies() map[string]*common.ConfigPolicy {
	return map[string]*common.ConfigPolicy{"Readers": implicit(common.ImplicitMetaPolicy_ANY, "Readers"),
		"Writers": implicit(common.ImplicitMetaPolicy_ANY, "Writers"), "Admins": implicit(common.ImplicitMetaPolicy_MAJORITY, "Admins")}
}

// Membership is the organisation's membership as a configuration holds it.
func (o *Organisation) Membership(revocations ...[]byte) *common.ConfigValue {
	unit := func(name string) *msp.FabricOUIdentifier {
		return &msp.FabricOUIdentifier{OrganizationalUnitIdentifier: name}
	}
	return value(&msp.MSPConfig{Config: marshal(&msp.FabricMSPConfig{Name: o.MSP, RootCerts: [][]byte{pemOf(o.Root.Raw)}, RevocationList: revocations,
		CryptoConfig: &msp.FabricCryptoConfig{SignatureHashFamily: "SHA2", IdentityIdentifierHashFunction: "SHA256"},
		FabricNodeOus: &msp.FabricNodeOUs{Enable: true, ClientOuIdentifier: unit("client"), PeerOuIdentifier: unit("peer"),
			AdminOuIdentifier: unit("admin"), OrdererOuIdentifier: unit("orderer")}})})
}

func (o *Organisation) group() *common.ConfigGroup {
	any := func(roles ...msp.MSPRole_MSPRoleType) *common.ConfigPolicy {
		var principals []*msp.MSPPrincipal
		for _, r := range roles {
			principals = append(principals, role(o.MSP, r))
		}
		return signatureRule(OutOf(1, principals...))
	}
	return &common.ConfigGroup{ModPolicy: "Admins", Values: map[string]*common.ConfigValue{"MSP": o.Membership()},
		Policies: map[string]*common.ConfigPolicy{"Readers": any(msp.MSPRole_MEMBER), "Admins": any(msp.MSPRole_ADMIN), "Endorsement": any(msp.MSPRole_PEER),
			"Writers": any(msp.MSPRole_ADMIN, msp.MSPRole_CLIENT, msp.MSPRole_ORDERER)}}
}

// configuration is the channel's first configuration.
func (c *Channel) configuration() *common.ConfigGroup {
	application := &common.ConfigGroup{ModPolicy: "Admins", Policies: metaPolicies(), Groups: map[string]*common.ConfigGroup{},
		Values: map[string]*common.ConfigValue{"Capabilities": capability("V2_5")}}
	application.Policies["LifecycleEndorsement"] = signatureRule(Peers(2, PeerMSPs...))
	application.Policies["Endorsement"] = signatureRule(Peers(2, PeerMSPs...))
	for name, o := range c.Organisations {
		application.Groups[name] = o.group()
	}
	ordering := &common.ConfigGroup{ModPolicy: "Admins", Policies: metaPolicies(), Groups: map[string]*common.ConfigGroup{OrdererMSP: c.Ordering.group()},
		Values: map[string]*common.ConfigValue{"Capabilities": capability("V2_0")}}
	ordering.Policies["BlockValidation"] = implicit(common.ImplicitMetaPolicy_ANY, "Writers")
	return &common.ConfigGroup{ModPolicy: "Admins", Policies: metaPolicies(), Values: map[string]*common.ConfigValue{"Capabilities": capability("V3_0")},
		Groups: map[string]*common.ConfigGroup{"Application": application, "Orderer": ordering}}
}
