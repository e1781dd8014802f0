package proof_test

import (
	"fundtrace/gateway/evidence/testchannel"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
)

// changeMembership replaces an organisation's membership, as its own administrators may.
func changeMembership(o *testchannel.Organisation, revocations ...[]byte) func(*common.ConfigGroup) {
	return func(root *common.ConfigGroup) {
		old := root.Groups["Application"].Groups[o.MSP].Values["MSP"]
		next := o.Membership(revocations...)
		next.Version = old.Version + 1
		root.Groups["Application"].Groups[o.MSP].Values["MSP"] = next
	}
}
