package proof

import (
	"errors"
	"fmt"

	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

// transactions judges the transactions of a block in order and compares the verdicts with the flags.
func (c *Chain) transactions(n uint64, txs []*transaction, flags []byte) ([]Tx, error) {
	out := make([]Tx, len(txs))
	here := map[string]bool{} // identifiers of this block's endorsed transactions
	for i, t := range txs {
		at := Version{n, uint64(i)}
		claimed := peer.TxValidationCode(flags[i])
		r, err := c.judge(t, at, here)
		if failure := c.verdict(t, at, claimed, err); failure != nil {
			return nil, failure
		}
		out[i] = Tx{At: at, ID: t.id, Envelope: t.raw, Code: t.code, Creator: t.signer(), Unshown: r.unshown}
		if t.code != peer.TxValidationCode_VALID {
			continue
		}
		c.state.apply(t, at, &r)
		if err := c.definitions.apply(t, at); err != nil {
			return nil, &Failure{Reason: DefinitionMissing, Block: n, Tx: i, Message: "it defines chaincode", Err: err}
		}
		out[i].Writes = t.changes()
	}
	for _, t := range txs {
		c.ids[t.id] = true
	}
	c.definitions.settle()
	return out, nil
}

// judge completes the verdict on a transaction. The error says what could not be judged.
func (c *Chain) judge(t *transaction, at Version, here map[string]bool) (reading, error) {
	if t.code != peer.TxValidationCode_VALID {
		return reading{}, nil
	}
	if c.ids[t.id] {
		t.refuse(peer.TxValidationCode_DUPLICATE_TXID, "an earlier block holds its identifier")
		return reading{}, nil
	}
	if code, err := c.checkEndorsements(t); err != nil {
		if errors.Is(err, errUnsupported) || errors.Is(err, errUndefined) {
			return reading{}, err
		}
		t.refuse(code, "%w", err)
		return reading{}, nil
	}
	if here[t.id] {
		t.refuse(peer.TxValidationCode_DUPLICATE_TXID, "an earlier transaction of the block has its identifier")
		return reading{}, nil
	}
	here[t.id] = true
	r, err := c.state.judge(t, at)
	if err == nil && r.code != peer.TxValidationCode_VALID {
		t.refuse(r.code, "what it read under %.80q had changed before it", r.key)
	}
	return r, err
}

// verdict compares what was found with the flag that the peer wrote.
func (c *Chain) verdict(t *transaction, at Version, claimed peer.TxValidationCode, err error) *Failure {
	f := &Failure{Block: at.Block, Tx: int(at.Tx), Err: err}
	switch {
	case errors.Is(err, errUndefined):
		f.Reason, f.Message = DefinitionMissing, "its endorsement policy is unknown"
	case err != nil:
		f.Reason, f.Message = Unsupported, "it cannot be judged"
	case t.code == claimed:
		return nil
	case claimed == peer.TxValidationCode_VALID:
		f.Reason, f.Err = reasonOf(t.code), t.flaw
		f.Message = fmt.Sprintf("it is marked VALID and is %s", t.code)
	case t.code == peer.TxValidationCode_VALID:
		f.Reason, f.Message = Flag, fmt.Sprintf("it is marked %s and nothing shown makes it so", claimed)
	default:
		f.Reason, f.Err = Flag, t.flaw
		f.Message = fmt.Sprintf("it is marked %s and is %s", claimed, t.code)
	}
	return f
}
