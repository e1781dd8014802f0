package projection

import (
	"bytes"
	"crypto/sha256"
	"encoding/asn1"
	"fmt"
	"math/big"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
)

// tip is where the chain stands: the number of the next block and the header hash of the last one.
type tip struct {
	next uint64
	hash []byte
}

// HeaderHash is the SHA-256 of a block header in Fabric's encoding: the ASN.1 sequence of number, previous hash and
// data hash (Fabric's protoutil.BlockHeaderHash).
func HeaderHash(h *common.BlockHeader) ([]byte, error) {
	der, err := asn1.Marshal(struct {
		Number       *big.Int
		PreviousHash []byte
		DataHash     []byte
	}{new(big.Int).SetUint64(h.GetNumber()), h.GetPreviousHash(), h.GetDataHash()})
	if err != nil {
		return nil, fmt.Errorf("encode the header of block %d: %w", h.GetNumber(), err)
	}
	sum := sha256.Sum256(der)
	return sum[:], nil
}

// DataHashOf is the SHA-256 of a block's concatenated envelopes, as its header names it.
func DataHashOf(data [][]byte) []byte {
	h := sha256.New()
	for _, d := range data {
		h.Write(d)
	}
	return h.Sum(nil)
}

// extend verifies that the block continues the chain at t and answers the tip after it. Orderer signatures are the
// delivering peer's business and that of evidence packs; here the question is whether this is the chain folded so far.
func (t tip) extend(b *common.Block) (tip, error) {
	n := b.GetHeader().GetNumber()
	alarm := func(r Reason, format string, args ...any) (tip, error) {
		return t, &Alarm{Block: n, Reason: r, Message: fmt.Sprintf(format, args...)}
	}
	if b.GetHeader() == nil || b.GetData() == nil {
		return alarm(Unreadable, "it has no header or no data")
	}
	if n < t.next {
		return alarm(Duplicate, "block %d is expected", t.next)
	}
	if n > t.next {
		return alarm(Gap, "block %d is expected", t.next)
	}
	if !bytes.Equal(b.GetHeader().GetPreviousHash(), t.hash) {
		return alarm(PreviousHash, "it follows %x, the last block's hash is %x", b.GetHeader().GetPreviousHash(), t.hash)
	}
	if sum := DataHashOf(b.GetData().GetData()); !bytes.Equal(b.GetHeader().GetDataHash(), sum) {
		return alarm(DataHash, "its header names %x, its data has %x", b.GetHeader().GetDataHash(), sum)
	}
	if len(b.GetData().GetData()) >= 1<<txBits {
		return alarm(Unreadable, "it holds %d transactions", len(b.GetData().GetData()))
	}
	if codes := validationCodes(b); n > 0 && len(codes) != len(b.GetData().GetData()) {
		return alarm(Metadata, "it has %d transactions and %d validation codes", len(b.GetData().GetData()), len(codes))
	}
	hash, err := HeaderHash(b.GetHeader())
	if err != nil {
		return t, &Alarm{Block: n, Reason: Unreadable, Message: "its header cannot be hashed", Err: err}
	}
	return tip{next: n + 1, hash: hash}, nil
}

// validationCodes answers the codes that the delivering peer wrote, one for each transaction.
func validationCodes(b *common.Block) []byte {
	m := b.GetMetadata().GetMetadata()
	if i := int(common.BlockMetadataIndex_TRANSACTIONS_FILTER); i < len(m) {
		return m[i]
	}
	return nil
}
