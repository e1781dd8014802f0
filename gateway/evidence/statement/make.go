package statement

import (
	"context"
	"fmt"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
)

// Channel is what making a statement needs of the channel; *fabric.Client is one.
type Channel interface {
	// EndorseAnswer has a peer of each organisation sign what a reading function of the chaincode answers, and answers the
	// signed envelope of the transaction, which nobody submits. Errors: *ledger.Error.
	EndorseAnswer(ctx context.Context, organisations []string, function string, args ...string) (envelope []byte, err error)
	// Configurations answers block 0 and every later block that changed the channel's configuration, in order.
	Configurations(ctx context.Context) ([]*common.Block, error)
}

// Make has peers of Organisations sign what the ledger says, and answers the proof, which it has verified. Who may ask for
// what is for the caller to judge: peers tell everything. Errors: those of Request.Check; LOT_UNKNOWN, MOVEMENT_UNKNOWN,
// ROOT_MISSING, TIME_WINDOW from the peers; LEDGER_UNAVAILABLE and CONTENTION when they cannot all be asked.
func Make(ctx context.Context, ch Channel, r Request) (*Proof, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	function, argument, err := r.call()
	if err != nil {
		return nil, err
	}
	p := &Proof{}
	if p.Envelope, err = ch.EndorseAnswer(ctx, Organisations, function, argument); err != nil {
		return nil, err
	}
	if p.Configurations, err = ch.Configurations(ctx); err != nil {
		return nil, err
	}
	if err := new(Report).verify(p, Options{}); err != nil {
		return nil, fmt.Errorf("what the peers signed does not verify: %w", err)
	}
	return p, nil
}
