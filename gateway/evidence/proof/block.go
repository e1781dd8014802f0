package proof

import (
	"bytes"
	"runtime"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"golang.org/x/sync/errgroup"
)

// Prepare verifies signatures of blocks to come on all processors. It decides nothing: what it finds counts when the
// block comes and the configuration is still the same.
func (c *Chain) Prepare(blocks ...*common.Block) {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	clear(c.prepared)
	for _, b := range blocks {
		p := &preparation{under: c.config, txs: make([]*transaction, len(b.GetData().GetData()))}
		c.prepared[b.GetHeader().GetNumber()] = p
		group.Go(func() error {
			p.lastConfig, p.orderers, p.err = p.under.checkOrderers(b)
			return nil
		})
		for i, raw := range b.GetData().GetData() {
			group.Go(func() error {
				p.txs[i] = p.under.examine(raw)
				return nil
			})
		}
	}
	_ = group.Wait() // no goroutine fails: verdicts are kept
}

// Block takes the next block whole and answers its transactions. Errors: *Failure.
func (c *Chain) Block(b *common.Block) ([]Tx, error) {
	n, data := b.GetHeader().GetNumber(), b.GetData().GetData()
	if err := c.follow(b.GetHeader()); err != nil {
		return nil, err
	}
	if len(data) == 0 {
		return nil, broken(n, BlockMalformed, nil, "it is empty")
	}
	if sum := dataHash(data); !bytes.Equal(sum, b.GetHeader().GetDataHash()) {
		return nil, broken(n, DataHash, nil, "its header names %x, its data has %x", b.GetHeader().GetDataHash(), sum)
	}
	change, header, err := configOf(b)
	if err != nil {
		return nil, broken(n, ConfigInvalid, err, "its configuration cannot be used")
	}
	for i, raw := range data {
		if change == nil && !wellFormed(raw) {
			return nil, broken(n, BlockMalformed, nil, "envelope %d has another encoding than its own", i)
		}
	}
	p := c.prepared[n]
	if p == nil || p.under != c.config || len(p.txs) != len(data) {
		c.Prepare(b)
		p = c.prepared[n]
	}
	delete(c.prepared, n)
	if p.err != nil {
		return nil, broken(n, OrdererSignature, p.err, "the ordering service has not signed it as it must")
	}
	inForce := c.config.Block
	if change != nil {
		inForce = n
	}
	if p.lastConfig != inForce {
		return nil, broken(n, LastConfig, nil, "the ordering service signed it under the configuration of block %d, block %d has the last one shown", p.lastConfig, inForce)
	}
	for _, id := range p.orderers {
		c.orderers[id.cert.Subject.CommonName+" of "+id.of.id]++
	}
	c.sealed = true
	c.state.begin(n)
	flags := metadata(b, common.BlockMetadataIndex_TRANSACTIONS_FILTER)
	if len(flags) != len(data) {
		return nil, broken(n, Flag, nil, "it has %d transactions and %d validity flags", len(data), len(flags))
	}
	if change != nil {
		tx, err := c.reconfigure(p.txs[0], change, header, n, flags[0])
		return []Tx{tx}, err
	}
	return c.transactions(n, p.txs, flags)
}

// reconfigure takes a configuration block: signed by the ordering service under the configuration before, as every
// block, and its update agreed to by those whom that configuration names.
func (c *Chain) reconfigure(t *transaction, e *common.ConfigEnvelope, h *common.ChannelHeader, n uint64, flag byte) (Tx, error) {
	if t.code != peer.TxValidationCode_VALID || flag != byte(peer.TxValidationCode_VALID) {
		return Tx{}, broken(n, ConfigUpdate, t.flaw, "the configuration is not valid")
	}
	if err := c.config.authorise(e); err != nil {
		return Tx{}, broken(n, ConfigUpdate, err, "the configuration does not follow from the one before")
	}
	config, err := newConfig(e, h.GetChannelId(), n)
	if err != nil {
		return Tx{}, broken(n, ConfigInvalid, err, "the configuration cannot be used")
	}
	c.config = config
	c.ids[t.id] = true
	return Tx{At: Version{Block: n}, ID: t.id, Envelope: t.raw, Creator: t.signer()}, nil
}

func (t *transaction) signer() Signer {
	if t.creator == nil {
		return Signer{}
	}
	return Signer{MSP: t.creator.of.id, Name: t.creator.cert.Subject.CommonName, Certificate: t.creator.cert}
}
