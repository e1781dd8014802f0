package channel

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hyperledger/fabric-admin-sdk/pkg/chaincode"
	"github.com/hyperledger/fabric-admin-sdk/pkg/identity"
	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Member is an organisation with a peer, as seen by its administrator.
type Member struct {
	Peer  grpc.ClientConnInterface
	Admin identity.SigningIdentity
}

// Chaincode is a chaincode as its organisations define it.
type Chaincode struct {
	Channel string
	Name    string
	Version string // identifies the source; a new version is a new definition
	Policy  string // signature policy a transaction needs
	Package Package
}

// Deploy makes the definition of the chaincode the one in force: every member
// installs the package and approves, and one commits. What is done already is
// not done again; a new version gets the next sequence number.
func Deploy(ctx context.Context, members []Member, cc Chaincode) error {
	if len(members) == 0 {
		return errors.New("no organisation has a peer to deploy the chaincode on")
	}
	if err := each(ctx, members, cc.install); err != nil {
		return err
	}
	sequence, current, err := cc.committed(ctx, members[0])
	if err != nil || current {
		return err
	}
	policy, err := chaincode.NewApplicationPolicy(cc.Policy, "")
	if err != nil {
		return fmt.Errorf("read the endorsement policy %q: %w", cc.Policy, err)
	}
	definition := &chaincode.Definition{
		ChannelName:       cc.Channel,
		Name:              cc.Name,
		Version:           cc.Version,
		PackageID:         cc.Package.ID,
		Sequence:          sequence + 1,
		ApplicationPolicy: policy,
	}
	if err := each(ctx, members, func(ctx context.Context, m Member) error {
		return approve(ctx, m, definition)
	}); err != nil {
		return err
	}
	return Settle(ctx, func(ctx context.Context) error {
		return chaincode.NewGateway(members[0].Peer, members[0].Admin).Commit(ctx, definition)
	})
}

// install puts the package on the member's peer unless it is there.
func (cc Chaincode) install(ctx context.Context, m Member) error {
	target := chaincode.NewPeer(m.Peer, m.Admin)
	installed, err := target.QueryInstalled(ctx)
	if err != nil {
		return fmt.Errorf("ask the peer of %s for its chaincodes: %w", m.Admin.MspID(), err)
	}
	for _, i := range installed.GetInstalledChaincodes() {
		if i.GetPackageId() == cc.Package.ID {
			return nil
		}
	}
	if _, err := target.Install(ctx, bytes.NewReader(cc.Package.Bytes)); err != nil {
		return fmt.Errorf("install the chaincode on the peer of %s: %w", m.Admin.MspID(), err)
	}
	return nil
}

// committed returns the sequence number of the definition in force, 0 if
// there is none, and whether it is already the wanted version.
func (cc Chaincode) committed(ctx context.Context, m Member) (sequence int64, current bool, err error) {
	err = Settle(ctx, func(ctx context.Context) error {
		all, err := chaincode.NewGateway(m.Peer, m.Admin).QueryCommitted(ctx, cc.Channel)
		if err != nil {
			return err
		}
		sequence, current = 0, false
		for _, d := range all.GetChaincodeDefinitions() {
			if d.GetName() == cc.Name {
				sequence, current = d.GetSequence(), d.GetVersion() == cc.Version
			}
		}
		return nil
	})
	return sequence, current, err
}

// approve records the member's agreement with the definition. An approval
// that an interrupted attempt already recorded counts.
func approve(ctx context.Context, m Member, definition *chaincode.Definition) error {
	own := chaincode.NewGateway(m.Peer, m.Admin)
	readiness, err := own.CheckCommitReadiness(ctx, definition)
	if err == nil && readiness.GetApprovals()[m.Admin.MspID()] {
		return nil
	}
	return Settle(ctx, func(ctx context.Context) error { return own.Approve(ctx, definition) })
}

func each(ctx context.Context, members []Member, do func(context.Context, Member) error) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, m := range members {
		group.Go(func() error { return do(ctx, m) })
	}
	return group.Wait()
}

// Settle repeats an attempt while the network is still coming together: a
// peer has not met the other organisations' peers yet, or the ordering
// service has no leader yet. Any other failure is returned at once, and so is
// the last failure when ctx ends.
func Settle(ctx context.Context, attempt func(context.Context) error) error {
	for {
		err := attempt(ctx)
		if err == nil || !settling(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the network did not come together in time: %w", err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// settling reports whether an error is one that passes while nodes are
// finding each other. A proposal or transaction that failed so had no effect.
func settling(err error) bool {
	var commit *client.CommitError
	if errors.As(err, &commit) {
		// A definition changed between approval and commit of another
		// organisation is read again by the next attempt.
		return commit.Code == peer.TxValidationCode_MVCC_READ_CONFLICT
	}
	switch status.Code(err) {
	case codes.Unavailable, codes.FailedPrecondition, codes.Aborted:
		return true
	default:
		return false
	}
}
