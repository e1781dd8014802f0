package proof

import (
	"bytes"
	"crypto/x509"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

// Standing says how a transaction's validity was established.
type Standing string

// The standings, strongest first.
const (
	// Replayed: all blocks up to it were shown whole, so that everything a peer checks was checked.
	Replayed Standing = "REPLAYED"
	// Witnessed: signatures and policies hold, nothing shown contradicts it, and the endorsers of a later valid
	// transaction read what it wrote, which they could not have had it been invalid.
	Witnessed Standing = "WITNESSED"
	// Claimed: signatures and policies hold and nothing shown contradicts it. That no transaction in a block left out made
	// it invalid is the word of the peer that delivered the block.
	Claimed Standing = "CLAIMED"
)

// Write is a change of a public key.
type Write struct {
	Namespace string
	Key       string
	Value     []byte // nil: the key was deleted
}

// Signer is who made a transaction.
type Signer struct {
	MSP         string
	Name        string            // common name of the certificate
	Certificate *x509.Certificate // nil when the creator is nobody of the channel
}

// Tx is a transaction whose validity was established.
type Tx struct {
	At       Version
	ID       string
	Envelope []byte
	Code     peer.TxValidationCode
	Creator  Signer
	Writes   []Write // of valid transactions only
	Unshown  int     // keys that it read and that lie in blocks left out
}

// Chain is a channel as far as its blocks were shown. It is for one goroutine.
type Chain struct {
	config      *Config
	genesis     []byte
	next        uint64
	hash        []byte // of the last header
	sealed      bool   // the last block was shown whole
	headers     int    // blocks shown as headers only
	state       *state
	definitions *definitions
	ids         map[string]bool
	orderers    map[string]int // who signed how many blocks
	prepared    map[uint64]*preparation
}

// preparation is what of a block was verified ahead, under a configuration.
type preparation struct {
	under      *Config
	txs        []*transaction
	lastConfig uint64
	orderers   []*identity
	err        error // of the ordering service's signatures
}

// NewChain begins with block 0, which holds the channel's first configuration. Nobody signs block 0: everything rests on
// it being the right one, which only the hash pinned tells. Nil pins nothing.
func NewChain(block *common.Block, pinned []byte) (*Chain, error) {
	if block.GetHeader().GetNumber() != 0 || len(block.GetHeader().GetPreviousHash()) != 0 {
		return nil, broken(0, HeaderChain, nil, "the first block is not block 0")
	}
	hash, err := HeaderHash(block.GetHeader())
	if err != nil {
		return nil, broken(0, BlockMalformed, err, "its header cannot be hashed")
	}
	if pinned != nil && !bytes.Equal(hash, pinned) {
		return nil, broken(0, GenesisMismatch, nil, "its hash is %x, %x was expected: this is another channel", hash, pinned)
	}
	if sum := dataHash(block.GetData().GetData()); !bytes.Equal(sum, block.GetHeader().GetDataHash()) {
		return nil, broken(0, DataHash, nil, "its header names %x, its data has %x", block.GetHeader().GetDataHash(), sum)
	}
	e, header, err := configOf(block)
	if err != nil || e == nil {
		return nil, broken(0, ConfigInvalid, err, "it holds no configuration")
	}
	config, err := newConfig(e, header.GetChannelId(), 0)
	if err != nil {
		return nil, broken(0, ConfigInvalid, err, "its configuration cannot be used")
	}
	if config.Sequence() != 0 {
		return nil, broken(0, ConfigInvalid, nil, "its configuration has number %d, not 0", config.Sequence())
	}
	c := &Chain{config: config, genesis: hash, next: 1, hash: hash, sealed: true, state: newState(), definitions: newDefinitions(),
		ids: map[string]bool{}, orderers: map[string]int{}, prepared: map[uint64]*preparation{}}
	c.ids[config.examine(block.GetData().GetData()[0]).id] = true
	return c, nil
}

// Config is the configuration in force after the last block.
func (c *Chain) Config() *Config { return c.config }

// Genesis is the hash of block 0.
func (c *Chain) Genesis() []byte { return c.genesis }

// Next is the number of the next block, and Hash the hash of the last header.
func (c *Chain) Next() uint64 { return c.next }

// Hash is the hash of the last header.
func (c *Chain) Hash() []byte { return c.hash }

// Gaps counts the blocks that were shown as headers only.
func (c *Chain) Gaps() int { return c.headers }

// Orderers answers who of the ordering service signed how many blocks.
func (c *Chain) Orderers() map[string]int { return c.orderers }

// Definition answers the definition of a chaincode in force, nil when there is none.
func (c *Chain) Definition(chaincode string) *Definition { return c.definitions.now[chaincode] }

// Definitions answers every definition of a chaincode that was committed, in order.
func (c *Chain) Definitions(chaincode string) []*Definition { return c.definitions.all[chaincode] }

// Standing says how the validity of a valid transaction was established, once all blocks were shown.
func (c *Chain) Standing(at Version) Standing {
	switch {
	case c.state.complete || at.Block < c.state.from:
		return Replayed
	case c.state.seen[at]:
		return Witnessed
	}
	return Claimed
}

// Header takes the next block as its header only. A later whole block must follow: its signature covers this one.
func (c *Chain) Header(h *common.BlockHeader) error {
	if err := c.follow(h); err != nil {
		return err
	}
	c.state.skip(h.GetNumber())
	c.sealed = false
	c.headers++
	return nil
}

// End checks that the last block was shown whole, so that its signatures seal all headers before it.
func (c *Chain) End() error {
	if !c.sealed {
		return broken(c.next-1, Unsealed, nil, "the last block is shown as a header only: nobody has signed for the headers at the end")
	}
	return nil
}

func (c *Chain) follow(h *common.BlockHeader) error {
	n := h.GetNumber()
	if n != c.next {
		return broken(n, HeaderChain, nil, "block %d is expected here", c.next)
	}
	if !bytes.Equal(h.GetPreviousHash(), c.hash) {
		return broken(n, HeaderChain, nil, "it follows %x, the block before has the hash %x", h.GetPreviousHash(), c.hash)
	}
	hash, err := HeaderHash(h)
	if err != nil {
		return broken(n, BlockMalformed, err, "its header cannot be hashed")
	}
	c.next, c.hash = n+1, hash
	return nil
}
