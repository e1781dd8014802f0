package documents

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func store(t *testing.T) *Store {
	t.Helper()
	s, err := Open(filepath.Join(t.TempDir(), "documents"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestPutPlain(t *testing.T) {
	s := store(t)
	content := []byte("an agreement")
	want := sha256.Sum256(content)
	got, err := s.Put(bytes.NewReader(content), 100, "")
	if err != nil {
		t.Fatal(err)
	}
	if got != (Stored{SHA256: hex.EncodeToString(want[:]), Size: int64(len(content)), New: true}) {
		t.Fatalf("stored %+v", got)
	}
	again, err := s.Put(bytes.NewReader(content), 100, "")
	if err != nil || again.New || again.SHA256 != got.SHA256 {
		t.Fatalf("again %+v, %v", again, err)
	}
	f, salt, err := s.Open(got.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	back, err := io.ReadAll(f)
	if err != nil || !bytes.Equal(back, content) || salt != nil {
		t.Fatalf("read back %q, salt %x, %v", back, salt, err)
	}
	info, err := f.Stat()
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", info.Mode(), err)
	}
}

func TestPutSalted(t *testing.T) {
	s := store(t)
	content := []byte("yes")
	a, err := s.Put(bytes.NewReader(content), 100, "entry1")
	if err != nil {
		t.Fatal(err)
	}
	plain := sha256.Sum256(content)
	if a.SHA256 == hex.EncodeToString(plain[:]) || !a.Salted {
		t.Fatal("the digest can be guessed from the content")
	}
	f, salt, err := s.Open(a.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	sum := sha256.Sum256(append(bytes.Clone(salt), content...))
	if len(salt) != SaltSize || hex.EncodeToString(sum[:]) != a.SHA256 {
		t.Fatal("the digest is not over salt and content")
	}
	if b, err := s.Put(bytes.NewReader(content), 100, "entry1"); err != nil || b.SHA256 != a.SHA256 || b.New {
		t.Fatalf("a repeated request must give the same digest: %+v, %v", b, err)
	}
	if b, err := s.Put(bytes.NewReader(content), 100, "entry2"); err != nil || b.SHA256 == a.SHA256 {
		t.Fatalf("another entry must not show that the content is equal: %+v, %v", b, err)
	}
	if ok, err := s.Verify(a.SHA256); err != nil || !ok {
		t.Fatalf("verify: %v, %v", ok, err)
	}
	reopened, err := Open(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := reopened.Put(bytes.NewReader(content), 100, "entry1"); err != nil || b.SHA256 != a.SHA256 {
		t.Fatalf("after reopening: %+v, %v", b, err)
	}
	if other, err := store(t).Put(bytes.NewReader(content), 100, "entry1"); err != nil || other.SHA256 == a.SHA256 {
		t.Fatalf("another store must salt differently: %+v, %v", other, err)
	}
}

func TestPutRefuses(t *testing.T) {
	s := store(t)
	if _, err := s.Put(strings.NewReader("12345"), 4, ""); !errors.Is(err, ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
	if _, err := s.Put(strings.NewReader("1234"), 4, ""); err != nil {
		t.Errorf("exactly the limit: %v", err)
	}
	if _, err := s.Put(strings.NewReader(""), 4, ""); !errors.Is(err, ErrEmpty) {
		t.Errorf("empty: %v", err)
	}
	broken := io.MultiReader(strings.NewReader("12"), brokenReader{})
	if _, err := s.Put(broken, 4, ""); err == nil {
		t.Error("a connection that broke must not be stored")
	}
	names, err := filepath.Glob(filepath.Join(s.dir, "incoming-*"))
	if err != nil || len(names) != 0 {
		t.Errorf("left behind: %v, %v", names, err)
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errors.New("connection reset") }

func TestOpenRefuses(t *testing.T) {
	s := store(t)
	for _, bad := range []string{"", "..", "../../etc/passwd", strings.Repeat("A", 64), strings.Repeat("a", 63)} {
		if _, _, err := s.Open(bad); !errors.Is(err, ErrDigest) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, _, err := s.Open(strings.Repeat("a", 64)); !errors.Is(err, ErrUnknown) {
		t.Errorf("unknown: %v", err)
	}
}

func TestVerifySeesAChangedContent(t *testing.T) {
	s := store(t)
	d, err := s.Put(strings.NewReader("original"), 100, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.path(d.SHA256), []byte("tampered"), 0o600); err != nil {
		t.Fatal(err)
	}
	if ok, err := s.Verify(d.SHA256); err != nil || ok {
		t.Fatalf("verify: %v, %v", ok, err)
	}
	if err := os.Remove(s.path(d.SHA256)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Verify(d.SHA256); !errors.Is(err, ErrUnknown) {
		t.Fatalf("removed: %v", err)
	}
}

func TestPutAtTheSameTime(t *testing.T) {
	s := store(t)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if _, err := s.Put(strings.NewReader("the same content"), 100, "entry"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	d, err := s.Put(strings.NewReader("the same content"), 100, "entry")
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := s.Verify(d.SHA256); err != nil || !ok {
		t.Fatalf("verify: %v, %v", ok, err)
	}
}
