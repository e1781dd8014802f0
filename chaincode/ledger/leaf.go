package ledger

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"strconv"
)

// An entry's movements have a Merkle root on its first page, so that one of them can be shown to a stranger without the
// others: the movement's leaf, the digests beside it, and the root. The order of the leaves is that of the operations.

// Leaf is what the root vouches for of one movement. Its text is canonical JSON (RFC 8785): members sorted by name, no
// white space, nothing escaped that need not be. Amounts are decimal strings.
type Leaf struct {
	At       string   `json:"at"`       // claimed time of the transaction, RFC 3339 UTC
	ID       string   `json:"id"`       // of the movement; the lot of its k-th draw, or its root lot, is ID "." k
	Movement Movement `json:"movement"` // as recorded; what happened to it later is not in the root
	// Salt keeps a stranger who is shown other leaves of the entry from finding this one by trying amounts: 64 hexadecimal
	// digits, LeafSalt of the entry's salt. Empty where the entry has none: then its leaves can be guessed.
	Salt   string `json:"salt,omitempty"`
	Writer Writer `json:"writer"`
}

// Text is the leaf in canonical form, the text under its digest.
func (l *Leaf) Text() []byte {
	return appendLeaf(nil, l.At, l.ID, &l.Movement, l.Salt, appendWriter(nil, &l.Writer))
}

// SaltSize is the number of bytes of an entry's salt.
const SaltSize = 32

// checkSalt verifies the optional salt of an entry. Errors: FIELD_INVALID.
func checkSalt(salt string) *Error {
	if salt == "" {
		return nil
	}
	good := len(salt) == 2*SaltSize
	for i := range len(salt) {
		c := salt[i]
		good = good && (c >= '0' && c <= '9' || c >= 'a' && c <= 'f')
	}
	if !good {
		return Refuse(FieldInvalid, "salt is 32 random bytes in 64 lower-case hexadecimal digits: leave it out or draw one", "field", "salt")
	}
	return nil
}

// LeafSalt is the salt of the leaf of operation n: HMAC-SHA-256 under the entry's salt over n in decimal digits, in
// hexadecimal. Whoever learns it learns nothing of the entry's salt, nor of the salts of other leaves. It is empty where
// the entry has no salt.
func LeafSalt(salt string, n int) string { return newSalter(salt).of(n) }

// salter derives the salts of an entry's leaves.
type salter struct{ mac hash.Hash }

func newSalter(salt string) salter {
	key, err := hex.DecodeString(salt)
	if err != nil || len(key) == 0 {
		return salter{}
	}
	return salter{hmac.New(sha256.New, key)}
}

func (s salter) of(n int) string {
	if s.mac == nil {
		return ""
	}
	var digits [20]byte
	var sum [sha256.Size]byte
	s.mac.Reset()
	s.mac.Write(strconv.AppendInt(digits[:0], int64(n), 10))
	return hex.EncodeToString(s.mac.Sum(sum[:0]))
}

// LeafDigests computes the digests of an entry's leaves from all of its pages, in the order of the operations.
func LeafDigests(entry, salt string, pages []*Page) []Digest {
	return leaves(entry, salt, pages, nil)
}

// leaves is LeafDigests. texts, unless nil, is handed each leaf's text, which is valid until it returns.
func leaves(entry, salt string, pages []*Page, texts func(n int, text []byte)) []Digest {
	count := 0
	for _, p := range pages {
		count += len(p.Movements)
	}
	if count == 0 {
		return nil
	}
	out := make([]Digest, 0, count)
	salts := newSalter(salt)
	text := make([]byte, 1, 1024)
	text[0] = leafMark
	var writer []byte
	for _, p := range pages {
		writer = appendWriter(writer[:0], &p.Writer)
		for i := range p.Movements {
			m := &p.Movements[i]
			text = appendLeaf(text[:1], p.At, MovementID(entry, m.N), m, salts.of(m.N), writer)
			if texts != nil {
				texts(m.N, text[1:])
			}
			out = append(out, sha256.Sum256(text))
		}
	}
	return out
}

// seal writes the root of the present entry's movements on its first page. An entry without movements has none.
func (a *applier) seal(salt string) {
	var pages []*Page
	for n := 0; n < a.ops; n += PageSize {
		if p := a.pages[PageKey(a.entry, n)]; p != nil {
			pages = append(pages, p)
		}
	}
	root, ok := MerkleRoot(LeafDigests(a.entry, salt, pages))
	if !ok {
		return
	}
	head := a.page(0)
	head.Root, head.Salt = hex.EncodeToString(root[:]), salt
}

// Disclosure shows one movement of an entry without the others: its leaf, and the digests that lead from there to the root
// on the entry's first page.
type Disclosure struct {
	Movement string   `json:"movement"`
	Leaf     string   `json:"leaf"`  // text of the Leaf, with its own salt
	Index    int      `json:"index"` // of the leaf among the entry's leaves, from 0
	Size     int      `json:"size"`  // leaves of the entry
	Path     []string `json:"path"`  // digests beside the way up, from below; hexadecimal
	Root     string   `json:"root"`  // as the entry's first page has it; hexadecimal
}

// Check reports whether leaf, path and root belong together and tell of the movement: what a stranger recomputes.
func (d *Disclosure) Check() error {
	var l Leaf
	if err := DecodeStrict([]byte(d.Leaf), &l); err != nil {
		return fmt.Errorf("the leaf cannot be read: %w", err)
	}
	if l.ID != d.Movement {
		return fmt.Errorf("the leaf is of movement %.60q", l.ID)
	}
	path := make([]Digest, len(d.Path))
	for i, s := range d.Path {
		if b, err := hex.DecodeString(s); err != nil || copy(path[i][:], b) != sha256.Size || len(b) != sha256.Size {
			return fmt.Errorf("digest %d of the path is none", i)
		}
	}
	root, ok := RootOf(LeafDigest([]byte(d.Leaf)), d.Index, d.Size, path)
	if !ok {
		return fmt.Errorf("a path of %d digests does not lead from leaf %d of %d to a root", len(path), d.Index, d.Size)
	}
	if got := hex.EncodeToString(root[:]); got != d.Root {
		return fmt.Errorf("leaf and path lead to the root %s", got)
	}
	return nil
}

// ReadDisclosure answers the disclosure of a movement. Errors: MOVEMENT_UNKNOWN, FIELD_INVALID, ROOT_MISSING.
func ReadDisclosure(view View, movement string) (*Disclosure, error) {
	entry, n, bad := SplitMovementID(movement)
	if bad != nil {
		return nil, bad
	}
	b := newBook(view)
	if err := b.prefetch([]string{PageKey(entry, 0), PageKey(entry, n)}); err != nil {
		return nil, err
	}
	head, err := load(b, b.pages, PageKey(entry, 0))
	if err != nil {
		return nil, err
	}
	page, err := load(b, b.pages, PageKey(entry, n))
	if err != nil {
		return nil, err
	}
	if head == nil || page.find(n) == nil {
		return nil, Refuse(MovementUnknown, "there is no movement "+quote(movement), "movement", clip(movement))
	}
	if head.Root == "" {
		return nil, Refuse(RootMissing, "the entry was recorded before entries had roots: ask for a statement of the movement", "movement", movement)
	}
	pages, err := b.entryPages(entry, head.Ops)
	if err != nil {
		return nil, err
	}
	d := &Disclosure{Movement: movement, Path: []string{}, Root: head.Root}
	seen := 0
	digests := leaves(entry, head.Salt, pages, func(of int, text []byte) {
		if of == n {
			d.Leaf, d.Index = string(text), seen
		}
		seen++
	})
	d.Size = len(digests)
	for _, p := range AuditPath(digests, d.Index) {
		d.Path = append(d.Path, hex.EncodeToString(p[:]))
	}
	if err := d.Check(); err != nil {
		return nil, fmt.Errorf("entry %s contradicts its root: %w", entry, err)
	}
	return d, nil
}

// entryPages answers the pages of an entry of so many operations that hold movements, in order.
func (b *book) entryPages(entry string, ops int) ([]*Page, error) {
	var keys []string
	for n := 0; n < ops; n += PageSize {
		keys = append(keys, PageKey(entry, n))
	}
	if err := b.prefetch(keys); err != nil {
		return nil, err
	}
	var pages []*Page
	for _, k := range keys {
		p, err := load(b, b.pages, k)
		if err != nil {
			return nil, err
		}
		if p != nil {
			pages = append(pages, p)
		}
	}
	return pages, nil
}
