package proof

import (
	"crypto/sha256"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"
)

// headerBytes is a header as Fabric hashes and signs it: the ASN.1 sequence of its three fields.
func headerBytes(h *common.BlockHeader) ([]byte, error) {
	return asn1.Marshal(struct {
		Number       *big.Int
		PreviousHash []byte
		DataHash     []byte
	}{new(big.Int).SetUint64(h.GetNumber()), h.GetPreviousHash(), h.GetDataHash()})
}

// HeaderHash is the hash by which the next block names this one.
func HeaderHash(h *common.BlockHeader) ([]byte, error) {
	b, err := headerBytes(h)
	if err != nil {
		return nil, fmt.Errorf("encode the header of block %d: %w", h.GetNumber(), err)
	}
	sum := sha256.Sum256(b)
	return sum[:], nil
}

// dataHash is the hash of a block's envelopes, one behind the other.
func dataHash(data [][]byte) []byte {
	h := sha256.New()
	for _, d := range data {
		h.Write(d)
	}
	return h.Sum(nil)
}

// metadata answers one part of a block's metadata, nil when there is none.
func metadata(b *common.Block, index common.BlockMetadataIndex) []byte {
	if m := b.GetMetadata().GetMetadata(); int(index) < len(m) {
		return m[index]
	}
	return nil
}

// checkOrderers verifies the ordering service's signatures over a block, under the configuration in force, and answers
// the number of the block with the configuration that the service says was the last. The signatures are over what it
// says, over its own identity and over the header.
//
// Fabric passes over signatures that do not fit as long as enough others do. Here each one must fit: a pack must not
// hold what nobody has checked.
func (c *Config) checkOrderers(b *common.Block) (lastConfig uint64, by []*identity, err error) {
	var m common.Metadata
	if err := Decode(metadata(b, common.BlockMetadataIndex_SIGNATURES), &m); err != nil {
		return 0, nil, fmt.Errorf("the signatures cannot be read: %w", err)
	}
	var said common.OrdererBlockMetadata
	if err := proto.Unmarshal(m.GetValue(), &said); err != nil {
		return 0, nil, fmt.Errorf("what the ordering service says of the block cannot be read: %w", err)
	}
	header, err := headerBytes(b.GetHeader())
	if err != nil {
		return 0, nil, err
	}
	var set []signed
	for i, s := range m.GetSignatures() {
		var id []byte
		own := s.GetSignatureHeader()
		if len(own) > 0 {
			var h common.SignatureHeader
			if err := proto.Unmarshal(own, &h); err != nil {
				return 0, nil, fmt.Errorf("signature %d: its header cannot be read: %w", i, err)
			}
			if id = h.GetCreator(); len(s.GetIdentifierHeader()) > 0 {
				return 0, nil, fmt.Errorf("signature %d: it names its signer twice", i)
			}
		} else { // a BFT ordering service names its nodes by number
			own = s.GetIdentifierHeader()
			var h common.IdentifierHeader
			if err := proto.Unmarshal(own, &h); err != nil {
				return 0, nil, fmt.Errorf("signature %d: its header cannot be read: %w", i, err)
			}
			if id = c.consenters[h.GetIdentifier()]; id == nil {
				return 0, nil, fmt.Errorf("signature %d: the channel has no ordering node %d", i, h.GetIdentifier())
			}
		}
		message := append(append(append([]byte{}, m.GetValue()...), own...), header...)
		set = append(set, signed{id, message, s.GetSignature()})
	}
	by, flaw := c.signers(set)
	if flaw == nil && len(by) < len(set) {
		flaw = errors.New("somebody signed twice")
	}
	if flaw != nil {
		return 0, nil, flaw
	}
	if err := c.satisfied("/Channel/Orderer/BlockValidation", by); err != nil {
		return 0, nil, err
	}
	return said.GetLastConfig().GetIndex(), by, nil
}
