package evidence

import (
	"encoding/hex"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"fundtrace/chaincode/ledger"
)

// Format names the format of packs. A verifier takes no other.
const Format = "fundtrace-evidence-1"

// Coverage says how many of the channel's blocks a pack holds.
type Coverage string

// The coverages.
const (
	Whole Coverage = "whole" // every block up to the last: nothing can have been left out
	Part  Coverage = "part"  // the blocks that the answer rests on; of the others the headers
)

// Manifest says what a pack is about and what is in it.
type Manifest struct {
	Format    string          `json:"format"`
	Subject   Subject         `json:"subject"`
	Channel   string          `json:"channel"`
	Chaincode string          `json:"chaincode"`
	Genesis   string          `json:"genesis"`    // hash of block 0, hexadecimal
	LastBlock uint64          `json:"last_block"` // as of which the answer holds
	LastHash  string          `json:"last_hash"`  // of its header
	Coverage  Coverage        `json:"coverage"`
	Export    string          `json:"export,omitempty"` // under which a gateway's read log has it; a mark that nobody signs
	Documents []DocumentEntry `json:"documents"`        // that the answer's movements name
	Files     []FileEntry     `json:"files"`            // all but this one, by path
}

// DocumentEntry is a document that a movement of the answer names.
type DocumentEntry struct {
	SHA256   string          `json:"sha256"`
	Recorded json.RawMessage `json:"recorded,omitempty"` // ledger.Document, as recorded; absent when no block shown holds it
	Included bool            `json:"included"`           // it is in docs/

	recorded *ledger.Document
}

// FileEntry is a file of a pack.
type FileEntry struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// list puts files into the manifest.
func (m *Manifest) list(files []*file) {
	m.Files = make([]FileEntry, len(files))
	for i, f := range files {
		m.Files[i] = FileEntry{f.path, f.size, hex.EncodeToString(f.sum[:])}
	}
	slices.SortFunc(m.Files, func(x, y FileEntry) int { return strings.Compare(x.Path, y.Path) })
}

// readManifest reads a manifest in its one spelling. Errors: *Failure with MANIFEST.
func readManifest(raw []byte) (*Manifest, error) {
	var m Manifest
	if err := ledger.DecodeStrict(raw, &m); err != nil {
		return nil, refuse(BadManifest, manifestFile, err, "it cannot be read")
	}
	again, err := canonical(&m)
	if err != nil || string(again) != string(raw) {
		return nil, refuse(BadManifest, manifestFile, err, "it is not in canonical form")
	}
	if m.Format != Format {
		return nil, refuse(BadManifest, manifestFile, nil, "the pack has the format %.40q; this program reads %s", m.Format, Format)
	}
	if !exports.MatchString(m.Export) {
		return nil, refuse(BadManifest, manifestFile, nil, "no export is called %.40q", m.Export)
	}
	return &m, nil
}

// exports are the identifiers of exports, and that of a pack made without one.
var exports = regexp.MustCompile(`^(x[0-9a-f]{32})?$`)
