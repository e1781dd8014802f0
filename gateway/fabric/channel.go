package fabric

import (
	"context"

	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

// Channel is what the write path needs of a Fabric channel, cut where a crash can fall. The real one is peerChannel.
type Channel interface {
	// Endorse proposes a ledger.Batch (JSON) as the identity and answers the transaction, endorsed and signed.
	// Errors: *ledger.Error when it is refused or the peers cannot be reached; nothing is recorded then.
	Endorse(ctx context.Context, by *Identity, batch []byte) (*Transaction, error)
	// Submit hands a signed transaction to the orderer. After an error it may have been taken nevertheless.
	Submit(ctx context.Context, signed []byte) error
	// Status waits until the transaction is committed, valid or not, or ctx ends.
	Status(ctx context.Context, tx string) (Status, error)
	// Height is the number of blocks that the peer has committed.
	Height(ctx context.Context) (uint64, error)
	// Evaluate calls a function of the chaincode that reads. Errors: *ledger.Error.
	Evaluate(ctx context.Context, function string, args ...string) ([]byte, error)
}

// Transaction is an endorsed and signed transaction that has not been submitted.
type Transaction struct {
	ID     string
	Signed []byte // what Submit takes; the same bytes are the same transaction, however often they are submitted
	Result []byte // what the chaincode answered: ledger.Result, JSON
}

// Status is what became of a committed transaction.
type Status struct {
	Block uint64
	Code  peer.TxValidationCode
}
