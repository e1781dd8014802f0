package evidence

import (
	"encoding/hex"
	"fmt"

	"fundtrace/gateway/evidence/proof"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/encoding/protowire"
)

// complete adds to the material and what was derived the files that speak of them: VERIFY.md and the manifest. The bytes
// of both are part of the format, as those of all that is derived: who changes them changes Format, and keeps the old ones
// for old packs.
func complete(s *Subject, export string, p *proven, d *derivation, files []*file) ([]*file, error) {
	m := &Manifest{Format: Format, Subject: *s, Channel: p.chain.Config().Channel, Chaincode: Chaincode, Genesis: hex.EncodeToString(p.chain.Genesis()),
		LastBlock: p.chain.Next() - 1, LastHash: hex.EncodeToString(p.chain.Hash()), Coverage: p.coverage(), Export: export, Documents: d.documents}
	files = append(files, newFile(verifyFile, instructions(m, d)))
	m.list(files)
	raw, err := canonical(m)
	if err != nil {
		return nil, refuse(Contradiction, manifestFile, err, "a document's record cannot be written")
	}
	return append(files, newFile(manifestFile, raw)), nil
}

// appendHeader writes a header behind its length.
func appendHeader(to []byte, h *common.BlockHeader) ([]byte, error) {
	raw, err := proof.Encode(h)
	if err != nil {
		return nil, fmt.Errorf("encode the header of block %d: %w", h.GetNumber(), err)
	}
	return append(protowire.AppendVarint(to, uint64(len(raw))), raw...), nil
}

// bare is a block as packs hold it: without the metadata that a peer adds and nobody signs, except the validity flags,
// which a verifier works out again.
func bare(b *common.Block) *common.Block {
	kept := make([][]byte, len(common.BlockMetadataIndex_name))
	for i, m := range b.GetMetadata().GetMetadata() {
		switch common.BlockMetadataIndex(i) {
		case common.BlockMetadataIndex_SIGNATURES, common.BlockMetadataIndex_TRANSACTIONS_FILTER:
			kept[i] = m
		}
	}
	if b.GetHeader().GetNumber() == 0 { // nobody signs block 0, and it is valid by definition
		kept[common.BlockMetadataIndex_SIGNATURES] = nil
		kept[common.BlockMetadataIndex_TRANSACTIONS_FILTER] = []byte{byte(0)}
	}
	return &common.Block{Header: b.GetHeader(), Data: b.GetData(), Metadata: &common.BlockMetadata{Metadata: kept}}
}
