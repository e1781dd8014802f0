package statement

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/evidence/proof"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
)

// Format is the format of the file.
const Format = "fundtrace-proof-1"

// Proof is a statement with what is needed to verify it.
type Proof struct {
	Envelope       []byte          // common.Envelope: question, answer and signatures
	Configurations []*common.Block // block 0 and every later block that changed the channel's configuration
}

// file is a Proof as JSON. Protobuf messages are compressed (RFC 1951) and in base64.
type file struct {
	Format         string   `json:"format"`
	Genesis        string   `json:"genesis"` // hash of block 0, hexadecimal: what readers compare with the one they know
	Envelope       string   `json:"envelope"`
	Configurations []string `json:"configurations"`
}

// Limits of a file: of all of it, and of each message in it once it is expanded.
const (
	MaxFile           = 4 << 20
	maxMessage        = 8 << 20
	maxConfigurations = 1000
)

// Encode writes the proof as a file.
func (p *Proof) Encode() ([]byte, error) {
	if len(p.Configurations) == 0 {
		return nil, errors.New("a proof needs block 0")
	}
	hash, err := proof.HeaderHash(p.Configurations[0].GetHeader())
	if err != nil {
		return nil, fmt.Errorf("hash block 0: %w", err)
	}
	f := file{Format: Format, Genesis: hex.EncodeToString(hash)}
	if f.Envelope, err = pack(p.Envelope); err != nil {
		return nil, err
	}
	for _, b := range p.Configurations {
		raw, err := proof.Encode(bare(b))
		if err != nil {
			return nil, fmt.Errorf("encode block %d: %w", b.GetHeader().GetNumber(), err)
		}
		text, err := pack(raw)
		if err != nil {
			return nil, err
		}
		f.Configurations = append(f.Configurations, text)
	}
	out, err := json.MarshalIndent(f, "", " ")
	if err != nil {
		return nil, fmt.Errorf("encode the proof: %w", err)
	}
	return append(out, '\n'), nil
}

// bare is a configuration block without what a peer adds to it and nobody signs.
func bare(b *common.Block) *common.Block {
	kept := make([][]byte, len(common.BlockMetadataIndex_name))
	if all := b.GetMetadata().GetMetadata(); b.GetHeader().GetNumber() > 0 && len(all) > int(common.BlockMetadataIndex_SIGNATURES) {
		kept[common.BlockMetadataIndex_SIGNATURES] = all[common.BlockMetadataIndex_SIGNATURES]
	}
	return &common.Block{Header: b.GetHeader(), Data: b.GetData(), Metadata: &common.BlockMetadata{Metadata: kept}}
}

// Is reports whether a file that begins so is a proof of this package, not an evidence pack.
func Is(beginning []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(beginning, " \t\r\n"), []byte("{"))
}

// Decode reads a file and believes nothing of it. Errors: *Failure with NO_STATEMENT.
func Decode(data []byte) (*Proof, error) {
	p, _, err := decode(data)
	return p, err
}

// decode answers also the hash that the file calls block 0's.
func decode(data []byte) (*Proof, string, error) {
	if len(data) > MaxFile {
		return nil, "", refuse(NoStatement, nil, "the file has more than %d bytes", MaxFile)
	}
	var f file
	if err := ledger.DecodeStrict(data, &f); err != nil {
		return nil, "", refuse(NoStatement, err, "the file cannot be read")
	}
	if f.Format != Format {
		return nil, "", refuse(NoStatement, nil, "the file has the format %.40q, %s is understood", f.Format, Format)
	}
	if n := len(f.Configurations); n == 0 || n > maxConfigurations {
		return nil, "", refuse(NoStatement, nil, "the file holds %d configurations", n)
	}
	p := &Proof{}
	var err error
	if p.Envelope, err = unpack(f.Envelope); err != nil {
		return nil, "", refuse(NoStatement, err, "the envelope cannot be read")
	}
	total := 0
	for i, text := range f.Configurations {
		raw, err := unpack(text)
		b := &common.Block{}
		if err == nil {
			err = proof.Decode(raw, b)
		}
		if total += len(raw); err == nil && total > maxMessage {
			err = fmt.Errorf("the configurations have more than %d bytes", maxMessage)
		}
		if err != nil {
			return nil, "", refuse(NoStatement, err, "configuration %d cannot be read", i)
		}
		p.Configurations = append(p.Configurations, b)
	}
	return p, f.Genesis, nil
}

// pack compresses bytes into text.
func pack(raw []byte) (string, error) {
	var out strings.Builder
	encoder := base64.NewEncoder(base64.StdEncoding, &out)
	w, err := flate.NewWriter(encoder, flate.BestCompression)
	if err == nil {
		_, err = w.Write(raw)
		err = errors.Join(err, w.Close(), encoder.Close())
	}
	if err != nil {
		return "", fmt.Errorf("compress: %w", err)
	}
	return out.String(), nil
}

// unpack is pack undone. It takes nothing behind the end of what was compressed.
func unpack(text string) ([]byte, error) {
	raw, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		return nil, err
	}
	behind := bytes.NewReader(raw)
	r := flate.NewReader(behind)
	out, err := io.ReadAll(io.LimitReader(r, maxMessage+1))
	if err != nil {
		return nil, err
	}
	if len(out) > maxMessage {
		return nil, fmt.Errorf("it has more than %d bytes", maxMessage)
	}
	if len(out) == 0 || behind.Len() > 0 {
		return nil, errors.New("it is empty, or something follows its end")
	}
	return out, nil
}
