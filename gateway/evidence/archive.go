package evidence

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io"

	"fundtrace/gateway/evidence/proof"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/encoding/protodelim"
	"google.golang.org/protobuf/proto"
)

// archive is a pack being verified. It is material: its headers and blocks are what everything else must follow from.
type archive struct {
	manifest *Manifest
	files    map[string]*file
}

// openArchive reads the container and the manifest, and checks that the files are those that the manifest lists.
func openArchive(pack io.ReaderAt, size int64) (*archive, error) {
	files, err := readZip(pack, size)
	if err != nil {
		return nil, err
	}
	a := &archive{files: make(map[string]*file, len(files))}
	for _, f := range files {
		a.files[f.path] = f
	}
	own := a.files[manifestFile]
	if own == nil {
		return nil, refuse(FileMissing, manifestFile, nil, "the pack has no manifest")
	}
	raw, err := own.read()
	if err != nil {
		return nil, refuse(NoPack, manifestFile, err, "it cannot be read")
	}
	if a.manifest, err = readManifest(raw); err != nil {
		return nil, err
	}
	for _, e := range a.manifest.Files {
		f := a.files[e.Path]
		if f == nil {
			return nil, refuse(FileMissing, e.Path, nil, "the manifest lists it and the pack does not hold it")
		}
		if f.size != e.Size || hex.EncodeToString(f.sum[:]) != e.SHA256 {
			return nil, refuse(FileChanged, e.Path, nil, "it is not the file that the manifest lists")
		}
	}
	if len(files) != len(a.manifest.Files)+1 {
		listed := map[string]bool{manifestFile: true}
		for _, e := range a.manifest.Files {
			listed[e.Path] = true
		}
		for _, f := range files {
			if !listed[f.path] {
				return nil, refuse(FileUnlisted, f.path, nil, "the manifest does not list it")
			}
		}
		return nil, refuse(BadManifest, manifestFile, nil, "it lists a file twice")
	}
	return a, nil
}

func (a *archive) content(path string) ([]byte, error) {
	f := a.files[path]
	if f == nil {
		return nil, refuse(FileMissing, path, nil, "the pack does not hold it")
	}
	raw, err := f.read()
	if err != nil {
		return nil, refuse(NoPack, path, err, "it cannot be read")
	}
	return raw, nil
}

func (a *archive) headers(visit func(*common.BlockHeader) error) error {
	raw, err := a.content(headersFile)
	if err != nil {
		return err
	}
	in, read := bytes.NewReader(raw), protodelim.UnmarshalOptions{UnmarshalOptions: proto.UnmarshalOptions{DiscardUnknown: true}}
	again := make([]byte, 0, 128)
	for at := uint64(0); in.Len() > 0; at++ {
		start := len(raw) - in.Len()
		var h common.BlockHeader
		if err := read.UnmarshalFrom(in, &h); err != nil {
			return refuse(proof.BlockMalformed, headersFile, err, "header %d cannot be read", at)
		}
		if again, err = appendHeader(again[:0], &h); err != nil || !bytes.Equal(again, raw[start:len(raw)-in.Len()]) {
			return refuse(proof.BlockMalformed, headersFile, err, "header %d has another encoding than its own", at)
		}
		if h.GetNumber() != at {
			return &proof.Failure{Reason: proof.HeaderChain, Block: h.GetNumber(), Tx: -1, Message: fmt.Sprintf("block %d is expected here", at)}
		}
		if err := visit(&h); err != nil {
			return err
		}
	}
	return nil
}

func (a *archive) block(n uint64) (*common.Block, error) {
	f := a.files[blockFile(n)]
	if f == nil {
		return nil, nil
	}
	raw, err := f.read()
	if err != nil {
		return nil, refuse(NoPack, f.path, err, "it cannot be read")
	}
	b := &common.Block{}
	if err := proof.Decode(raw, b); err != nil {
		return nil, refuse(proof.BlockMalformed, f.path, err, "it cannot be read")
	}
	if b.GetHeader().GetNumber() != n {
		return nil, &proof.Failure{Reason: proof.HeaderChain, Block: n, Tx: -1, Message: fmt.Sprintf("%s holds block %d", f.path, b.GetHeader().GetNumber())}
	}
	return b, checkBare(b)
}

// checkBare refuses a block with metadata that nobody signs: only the orderers' signatures and the validity flags, which
// are worked out again, belong into a pack.
func checkBare(b *common.Block) error {
	malformed := func(message string) error {
		return &proof.Failure{Reason: proof.BlockMalformed, Block: b.GetHeader().GetNumber(), Tx: -1, Message: message}
	}
	if len(b.GetMetadata().GetMetadata()) != len(common.BlockMetadataIndex_name) {
		return malformed("it has other metadata than blocks have")
	}
	for i, m := range b.GetMetadata().GetMetadata() {
		switch common.BlockMetadataIndex(i) {
		case common.BlockMetadataIndex_TRANSACTIONS_FILTER:
			if b.GetHeader().GetNumber() == 0 && !bytes.Equal(m, []byte{0}) {
				return malformed("block 0 is valid by definition")
			}
			continue
		case common.BlockMetadataIndex_SIGNATURES:
			if b.GetHeader().GetNumber() > 0 {
				continue
			}
		}
		if len(m) > 0 {
			return malformed("it holds metadata that nobody signs")
		}
	}
	return nil
}
