package proof

import (
	"bytes"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

// History follows the configurations of a channel through the blocks that hold them, without the blocks between: block 0,
// of the hash pinned unless that is nil, and then each change, signed by the ordering service and agreed to by those whom
// the configuration before names. It answers the last of them and the hash of block 0. That no later one exists is not
// shown. Errors: *Failure.
func History(blocks []*common.Block, pinned []byte) (*Config, []byte, error) {
	if len(blocks) == 0 {
		return nil, nil, broken(0, ConfigInvalid, nil, "no configuration is shown")
	}
	c, err := NewChain(blocks[0], pinned)
	if err != nil {
		return nil, nil, err
	}
	for _, b := range blocks[1:] {
		if err := c.change(b); err != nil {
			return nil, nil, err
		}
	}
	return c.Config(), c.Genesis(), nil
}

// change takes the block of the next configuration.
func (c *Chain) change(b *common.Block) error {
	n, data := b.GetHeader().GetNumber(), b.GetData().GetData()
	if n <= c.config.Block {
		return broken(n, HeaderChain, nil, "it stands behind block %d", c.config.Block)
	}
	if sum := dataHash(data); !bytes.Equal(sum, b.GetHeader().GetDataHash()) {
		return broken(n, DataHash, nil, "its header names %x, its data has %x", b.GetHeader().GetDataHash(), sum)
	}
	e, header, err := configOf(b)
	if err != nil || e == nil {
		return broken(n, ConfigInvalid, err, "it holds no configuration")
	}
	c.Prepare(b)
	p := c.prepared[n]
	if p.err != nil {
		return broken(n, OrdererSignature, p.err, "the ordering service has not signed it as it must")
	}
	if p.lastConfig != n {
		return broken(n, LastConfig, nil, "the ordering service signed it as one that changes nothing since block %d", p.lastConfig)
	}
	_, err = c.reconfigure(p.txs[0], e, header, n, byte(peer.TxValidationCode_VALID))
	return err
}
