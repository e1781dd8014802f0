package proof

import (
	"fmt"

	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

// Reason is the stable name of what does not hold.
type Reason string

// The reasons for which blocks are not believed.
const (
	GenesisMismatch   Reason = "GENESIS_MISMATCH"   // block 0 is not the one that was pinned
	BlockMalformed    Reason = "BLOCK_MALFORMED"    // a block or envelope cannot be read, or has another encoding than its own
	HeaderChain       Reason = "HEADER_CHAIN"       // a header does not follow the one before it
	DataHash          Reason = "DATA_HASH"          // a block's envelopes are not those that its header names
	OrdererSignature  Reason = "ORDERER_SIGNATURE"  // the ordering service has not signed the block as its policy demands
	LastConfig        Reason = "LAST_CONFIG"        // the block was signed under another configuration than the one shown
	ConfigInvalid     Reason = "CONFIG_INVALID"     // a configuration cannot be understood
	ConfigUpdate      Reason = "CONFIG_UPDATE"      // a configuration change was not agreed to by those who had to
	CreatorSignature  Reason = "CREATOR_SIGNATURE"  // a transaction marked valid is not signed by a member of the channel
	TransactionID     Reason = "TRANSACTION_ID"     // a transaction marked valid has an identifier that is not its own
	TransactionShape  Reason = "TRANSACTION_SHAPE"  // a transaction marked valid contradicts itself
	Endorsement       Reason = "ENDORSEMENT"        // a transaction marked valid lacks endorsements that its policy demands
	DuplicateID       Reason = "DUPLICATE_ID"       // a transaction marked valid repeats an identifier
	ReadConflict      Reason = "READ_CONFLICT"      // a transaction marked valid read what was no longer so
	Flag              Reason = "FLAG"               // a transaction is marked invalid and nothing shown makes it so
	DefinitionMissing Reason = "DEFINITION_MISSING" // the chaincode's definition in force is not shown
	Unsealed          Reason = "UNSEALED"           // no signed block follows the last headers
	Unsupported       Reason = "UNSUPPORTED"        // the channel uses what this package does not understand
)

// Failure says what does not hold and where.
type Failure struct {
	Reason  Reason
	Block   uint64
	Tx      int // position in the block; -1: the block itself
	Message string
	Err     error // may be nil
}

func (f *Failure) Error() string {
	where := fmt.Sprintf("block %d", f.Block)
	if f.Tx >= 0 {
		where = fmt.Sprintf("transaction %d of block %d", f.Tx, f.Block)
	}
	if f.Err != nil {
		return fmt.Sprintf("%s: %s: %s: %v", f.Reason, where, f.Message, f.Err)
	}
	return fmt.Sprintf("%s: %s: %s", f.Reason, where, f.Message)
}

func (f *Failure) Unwrap() error { return f.Err }

// Is reports whether target is a Failure of the same reason.
func (f *Failure) Is(target error) bool {
	t, ok := target.(*Failure)
	return ok && t.Reason == f.Reason
}

func broken(block uint64, reason Reason, err error, format string, args ...any) *Failure {
	return &Failure{Reason: reason, Block: block, Tx: -1, Message: fmt.Sprintf(format, args...), Err: err}
}

// reasonOf names why a transaction marked valid is not.
func reasonOf(code peer.TxValidationCode) Reason {
	switch code {
	case peer.TxValidationCode_BAD_CREATOR_SIGNATURE:
		return CreatorSignature
	case peer.TxValidationCode_BAD_PROPOSAL_TXID:
		return TransactionID
	case peer.TxValidationCode_ENDORSEMENT_POLICY_FAILURE:
		return Endorsement
	case peer.TxValidationCode_DUPLICATE_TXID:
		return DuplicateID
	case peer.TxValidationCode_MVCC_READ_CONFLICT, peer.TxValidationCode_PHANTOM_READ_CONFLICT:
		return ReadConflict
	}
	return TransactionShape
}
