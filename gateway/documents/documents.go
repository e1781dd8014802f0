// Package documents keeps the contents of documents outside the ledger, in a folder, by their digest.
//
// The ledger holds the fingerprint only. A document that could be guessed (a form with few unknown fields) is stored
// salted: its digest is over a 32-byte salt and the content, so that nobody can test guesses against the ledger, and
// the salt lies beside the content for whoever is shown the document.
package documents

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// SaltSize is the length of a salt in bytes.
const SaltSize = 32

// Errors of the store.
var (
	ErrUnknown  = errors.New("the store has no such document")
	ErrTooLarge = errors.New("the document is too large")
	ErrEmpty    = errors.New("the document is empty")
	ErrDigest   = errors.New("a digest is 64 lower-case hexadecimal digits")
)

// Store is a folder of documents: <first two digits>/<digest>, with <digest>.salt beside salted ones. All mode 0600.
type Store struct {
	dir    string
	secret []byte // from which salts are derived, see Put
}

// Stored is a document in the store.
type Stored struct {
	SHA256 string // of the content, or of salt and content when salted
	Size   int64  // bytes of the content
	Salted bool
	New    bool // Put wrote it; false when it was there already
}

// Open opens or makes the folder dir.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open the document store: %w", err)
	}
	s := &Store{dir: dir}
	path := filepath.Join(dir, "salt.key")
	secret, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		secret = make([]byte, 32)
		rand.Read(secret) // never fails since Go 1.24
		err = s.write(path, secret)
	}
	if err != nil {
		return nil, fmt.Errorf("open the document store: %w", err)
	}
	if len(secret) != 32 {
		return nil, fmt.Errorf("%s must hold 32 bytes: restore it from a backup, or move it away to start a new one", path)
	}
	s.secret = secret
	return s, nil
}

// Put stores the content of r, of at most limit bytes. With a non-empty saltFor the document is salted: the salt
// follows from the store's secret and saltFor (the identifier of the ledger entry), so that a repeated request gives
// the same digest while nobody else can compute it. Errors: ErrTooLarge, ErrEmpty.
func (s *Store) Put(r io.Reader, limit int64, saltFor string) (Stored, error) {
	tmp, err := os.CreateTemp(s.dir, "incoming-*")
	if err != nil {
		return Stored{}, fmt.Errorf("store a document: %w", err)
	}
	defer os.Remove(tmp.Name())
	defer tmp.Close()
	digest := sha256.New()
	var salt []byte
	if saltFor != "" {
		salt = s.salt(saltFor)
		digest.Write(salt)
	}
	size, err := io.Copy(io.MultiWriter(tmp, digest), io.LimitReader(r, limit+1))
	switch {
	case err != nil:
		return Stored{}, fmt.Errorf("store a document: %w", err)
	case size > limit:
		return Stored{}, ErrTooLarge
	case size == 0:
		return Stored{}, ErrEmpty
	}
	if err := tmp.Sync(); err != nil {
		return Stored{}, fmt.Errorf("store a document: %w", err)
	}
	out := Stored{SHA256: sum(digest), Size: size, Salted: salt != nil}
	path := s.path(out.SHA256)
	if _, err := os.Stat(path); err == nil {
		return out, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return Stored{}, fmt.Errorf("store a document: %w", err)
	}
	if salt != nil { // before the content: a document without its salt could not be verified
		if err := s.write(path+".salt", salt); err != nil {
			return Stored{}, fmt.Errorf("store a salt: %w", err)
		}
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return Stored{}, fmt.Errorf("store a document: %w", err)
	}
	out.New = true
	return out, syncDir(filepath.Dir(path))
}

// salt derives the salt of one document: HMAC-SHA256 under the store's secret.
func (s *Store) salt(saltFor string) []byte {
	m := hmac.New(sha256.New, s.secret)
	m.Write([]byte("fundtrace document salt\x00"))
	m.Write([]byte(saltFor))
	return m.Sum(nil)
}

// Open opens a document for reading, with its salt (nil when it is not salted). Errors: ErrUnknown, ErrDigest.
func (s *Store) Open(sha string) (content *os.File, salt []byte, err error) {
	if !wellFormed(sha) {
		return nil, nil, ErrDigest
	}
	content, err = os.Open(s.path(sha))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, ErrUnknown
	}
	if err != nil {
		return nil, nil, fmt.Errorf("open a document: %w", err)
	}
	salt, err = os.ReadFile(s.path(sha) + ".salt")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		content.Close()
		return nil, nil, fmt.Errorf("open a salt: %w", err)
	}
	return content, salt, nil
}

// Verify reads a document again and reports whether its digest still fits. Errors: ErrUnknown, ErrDigest.
func (s *Store) Verify(sha string) (bool, error) {
	f, salt, err := s.Open(sha)
	if err != nil {
		return false, err
	}
	defer f.Close()
	digest := sha256.New()
	digest.Write(salt)
	if _, err := io.Copy(digest, f); err != nil {
		return false, fmt.Errorf("verify a document: %w", err)
	}
	return sum(digest) == sha, nil
}

func (s *Store) path(sha string) string { return filepath.Join(s.dir, sha[:2], sha) }

// write puts a small file in place at once: whoever reads it sees all of it or nothing.
func (s *Store) write(path string, data []byte) error {
	tmp, err := os.CreateTemp(s.dir, "incoming-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	defer tmp.Close()
	if _, err := tmp.Write(data); err != nil {
		return err
	}
	if err := tmp.Sync(); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes a rename last through a power failure.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

func sum(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

func wellFormed(sha string) bool {
	if len(sha) != 64 {
		return false
	}
	for i := range len(sha) {
		if c := sha[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
