package evidence

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/evidence/proof"
)

// Options say what a pack is held against.
type Options struct {
	// GenesisHash is the hash of block 0 of the channel that the verifier trusts. Nil: the pack's own block 0 is taken, and
	// the report says that everything rests on it.
	GenesisHash []byte
}

// ParseGenesisHash reads a hash as people write it: 64 hexadecimal digits. Errors: FIELD_INVALID.
func ParseGenesisHash(s string) ([]byte, error) {
	b, err := hex.DecodeString(strings.TrimSpace(s))
	if err != nil || len(b) != 32 {
		return nil, ledger.Refuse(ledger.FieldInvalid, "the hash of block 0 has 64 hexadecimal digits", "field", "genesis-hash")
	}
	return b, nil
}

// VerifyFile verifies a pack in a file.
func VerifyFile(ctx context.Context, path string, o Options) (*Report, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open the pack: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("open the pack: %w", err)
	}
	return Verify(ctx, f, info.Size(), o)
}

// Verify checks a pack against nothing but itself and the hash of block 0. The report is never nil; its OK says whether
// everything holds. Where it does not, the error is a *Failure or a *proof.Failure that says why (ReasonOf), and the
// report tells what held before.
func Verify(ctx context.Context, pack io.ReaderAt, size int64, o Options) (*Report, error) {
	r := &Report{Pinned: o.GenesisHash != nil, Checks: []Check{}, RestsOn: []string{}, Limits: []string{}}
	if err := r.verify(ctx, pack, size, o); err != nil {
		r.fail(err)
		return r, err
	}
	r.OK = true
	return r, nil
}

func (r *Report) verify(ctx context.Context, pack io.ReaderAt, size int64, o Options) error {
	a, err := openArchive(pack, size)
	if err != nil {
		return err
	}
	if err := a.manifest.Subject.Check(); err != nil {
		return refuse(Unreasonable, manifestFile, err, "it asks what cannot be answered")
	}
	r.Question, r.Export = a.manifest.Subject.String(), a.manifest.Export
	r.hold("files", "The pack is whole: %s, each with the size and the SHA-256 that the manifest lists, and not a byte besides.", count(len(a.files), "file"))
	p, err := prove(ctx, a, o.GenesisHash)
	if err != nil {
		return err
	}
	d, err := p.derive(&a.manifest.Subject, a)
	if err != nil {
		return err
	}
	documents, err := a.documents(d)
	if err != nil {
		return err
	}
	if err := a.compare(p, d, documents); err != nil {
		return err
	}
	r.describe(p, d, &a.manifest.Subject)
	if n := len(documents); n > 0 {
		r.hold("documents", "%s are here and have the digests that the ledger holds.", count(countContents(documents), "document"))
	}
	return nil
}

func countContents(documents []*file) int {
	n := 0
	for _, f := range documents {
		if !strings.HasSuffix(f.path, ".salt") {
			n++
		}
	}
	return n
}

// reasons says why a file that does not follow from the material is refused, by the beginning of its name.
var reasons = []struct {
	prefix string
	reason Reason
}{{"events/", Movements}, {"tx/", Transactions}, {"msp/", Memberships}, {"trace/", TraceFigure}, {"docs/", Document}, {verifyFile, Instructions},
	{"blocks/", proof.BlockMalformed}}

func reasonFor(path string) Reason {
	for _, r := range reasons {
		if strings.HasPrefix(path, r.prefix) {
			return r.reason
		}
	}
	return BadManifest
}

// compare makes the whole pack again out of its material and refuses the first file that differs.
func (a *archive) compare(p *proven, d *derivation, documents []*file) error {
	files := append(d.files[:len(d.files):len(d.files)], documents...)
	files = append(files, a.files[headersFile])
	blocks := 0
	for path, f := range a.files {
		if strings.HasPrefix(path, "blocks/") && path != headersFile {
			files = append(files, f)
			blocks++
		}
	}
	if blocks != p.blocks {
		return refuse(FileUnlisted, "blocks/", nil, "%d blocks are here, and %d belong to the headers", blocks, p.blocks)
	}
	files, err := complete(&a.manifest.Subject, a.manifest.Export, p, d, files)
	if err != nil {
		return err
	}
	// The last two, which speak of all others, are compared last: then what they are about is known to be right.
	about := len(files) - 2
	for _, f := range files[:about] {
		if err := a.mustBe(f); err != nil {
			return err
		}
	}
	made := make(map[string]bool, len(files))
	for _, f := range files {
		made[f.path] = true
	}
	for _, path := range slices.Sorted(maps.Keys(a.files)) {
		if !made[path] {
			return refuse(reasonFor(path), path, nil, "it does not follow from the blocks")
		}
	}
	for _, f := range files[about:] {
		if err := a.mustBe(f); err != nil {
			return err
		}
	}
	return nil
}

func (a *archive) mustBe(f *file) error {
	have := a.files[f.path]
	if have == nil {
		return refuse(FileMissing, f.path, nil, "it follows from the blocks and the pack does not hold it")
	}
	if have.sum != f.sum {
		return refuse(reasonFor(f.path), f.path, nil, "it is not what follows from the blocks")
	}
	return nil
}
