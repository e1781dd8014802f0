package evidence

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"fundtrace/chaincode/ledger"
)

// rootedPage is what a page says that its entry's Merkle root vouches for (ledger.Leaf), movements as they stand on it: a
// member that this program does not know is under the root too.
type rootedPage struct {
	Writer    json.RawMessage   `json:"writer"`
	At        string            `json:"at"`
	Movements []json.RawMessage `json:"movements"`
}

// leafText is ledger.Leaf over the text of the page.
type leafText struct {
	At       string          `json:"at"`
	ID       string          `json:"id"`
	Movement json.RawMessage `json:"movement"`
	Salt     string          `json:"salt,omitempty"`
	Writer   json.RawMessage `json:"writer"`
}

// pageText is a page as it was written, of the entry and with the number that its key names.
type pageText struct {
	entry string
	index int
	raw   []byte
}

// checkRoots recomputes the roots that the pages of one transaction state: all pages of an entry are written by one
// transaction, so that a movement that was put in, left out or changed does not fit the root.
func checkRoots(pages []pageText) error {
	slices.SortFunc(pages, func(x, y pageText) int {
		return cmp.Or(strings.Compare(x.entry, y.entry), cmp.Compare(x.index, y.index))
	})
	for len(pages) > 0 {
		n := 1
		for n < len(pages) && pages[n].entry == pages[0].entry {
			n++
		}
		if err := checkRoot(pages[:n]); err != nil {
			return fmt.Errorf("entry %s: %w", pages[0].entry, err)
		}
		pages = pages[n:]
	}
	return nil
}

// checkRoot recomputes the root of one entry from its pages, in their order.
func checkRoot(pages []pageText) error {
	decoded := make([]*ledger.Page, len(pages))
	known := true // every page is spelled as this program would: then so are the leaves
	for i, p := range pages {
		decoded[i] = new(ledger.Page)
		if err := json.Unmarshal(p.raw, decoded[i]); err != nil {
			return err
		}
		if p.index > 0 && decoded[i].Root != "" {
			return fmt.Errorf("page %d states a root, which belongs on the first", p.index)
		}
		again, err := json.Marshal(decoded[i])
		known = known && err == nil && bytes.Equal(again, p.raw)
	}
	entry, head := pages[0].entry, decoded[0]
	if pages[0].index != 0 || head.Root == "" {
		return nil // older than roots, or an entry that moves nothing
	}
	var digests []ledger.Digest
	if known {
		digests = ledger.LeafDigests(entry, head.Salt, decoded)
	} else {
		var err error
		if digests, err = spelledOut(entry, head.Salt, pages); err != nil {
			return err
		}
	}
	root, ok := ledger.MerkleRoot(digests)
	if got := hex.EncodeToString(root[:]); !ok || got != head.Root {
		return fmt.Errorf("its first page states the root %.64q over its movements, they have the root %s", head.Root, got)
	}
	return nil
}

// spelledOut answers the digests of an entry's leaves from the text of its pages: slower, and right also for what a later
// version of the ledger has added.
func spelledOut(entry, salt string, pages []pageText) ([]ledger.Digest, error) {
	var out []ledger.Digest
	for i := range pages {
		var p rootedPage
		if err := json.Unmarshal(pages[i].raw, &p); err != nil {
			return nil, err
		}
		for _, m := range p.Movements {
			var place struct {
				N int `json:"n"`
			}
			if err := json.Unmarshal(m, &place); err != nil {
				return nil, err
			}
			text, err := canonical(leafText{p.At, ledger.MovementID(entry, place.N), m, ledger.LeafSalt(salt, place.N), p.Writer})
			if err != nil {
				return nil, err
			}
			out = append(out, ledger.LeafDigest(text))
		}
	}
	return out, nil
}
