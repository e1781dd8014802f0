package projection

import "fmt"

// Reason says why a block does not fit the read model.
type Reason string

// The reasons of alarms.
const (
	Duplicate     Reason = "DUPLICATE"     // the block was folded before
	Gap           Reason = "GAP"           // blocks are missing before it
	PreviousHash  Reason = "PREVIOUS_HASH" // it does not name the header hash of the block before it
	DataHash      Reason = "DATA_HASH"     // its transactions are not those that its header names
	Metadata      Reason = "METADATA"      // its validation codes do not match its transactions
	Unreadable    Reason = "UNREADABLE"    // a part that must be readable is not
	Contradiction Reason = "CONTRADICTION" // what it writes contradicts what earlier blocks wrote
)

// Alarm stops the fold: the chain that was delivered is not the chain that was folded so far, or it holds what the
// rules of the ledger cannot have written. Nothing of the block has been kept. Fabric never reorganises a chain, so a
// person must find out which side is wrong before the fold may go on; the read model can be thrown away and folded
// again from block 0.
type Alarm struct {
	Block   uint64 // number that the block claims
	Reason  Reason
	Message string
	Err     error // what was found underneath, or nil
}

func (a *Alarm) Error() string {
	s := fmt.Sprintf("block %d stops the read model (%s): %s", a.Block, a.Reason, a.Message)
	if a.Err != nil {
		s += ": " + a.Err.Error()
	}
	return s
}

// Unwrap answers what was found underneath.
func (a *Alarm) Unwrap() error { return a.Err }
