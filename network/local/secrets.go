package local

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// secrets are the enrolment passwords of everything that has an identity but
// is no person: registrars, administrators, nodes. They are made up before
// they are used and kept, so that an interrupted first start can go on.
type secrets struct {
	path string
	mu   sync.Mutex
	all  map[string]string
}

func openSecrets(dir string) (*secrets, error) {
	s := &secrets{path: filepath.Join(dir, "ca", "secrets.json"), all: map[string]string{}}
	text, err := os.ReadFile(s.path)
	if errors.Is(err, os.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the network's secrets: %w", err)
	}
	if err := json.Unmarshal(text, &s.all); err != nil {
		return nil, fmt.Errorf("%s is damaged; reset the network to make a new one: %w", s.path, err)
	}
	return s, nil
}

// of returns the secret of an identity, making one up the first time.
func (s *secrets) of(identity string) (string, error) { return s.get(identity, randomSecret) }

// password is like of, but makes up a secret that a person can type.
func (s *secrets) password(user string) (string, error) { return s.get(user, randomPassword) }

func (s *secrets) get(identity string, invent func() string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if secret, known := s.all[identity]; known {
		return secret, nil
	}
	secret := invent()
	s.all[identity] = secret
	return secret, saveJSON(s.path, s.all, 0o600)
}

// randomSecret returns 192 random bits as text.
func randomSecret() string {
	bytes := make([]byte, 24)
	rand.Read(bytes) // never fails: crypto/rand ends the program instead
	return base64.RawURLEncoding.EncodeToString(bytes)
}

// randomPassword returns 60 random bits in three groups of four letters and
// digits, as in "k7mf-2pqa-6xzt". That is enough for a secret that can only
// be tried at an authority which locks it after ten wrong attempts.
func randomPassword() string {
	text := strings.ToLower(rand.Text()) // base32: no 0, 1, 8 or 9
	return text[0:4] + "-" + text[4:8] + "-" + text[8:12]
}
