package users

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// desk is an authority with a fixed list of passwords that counts how often it was asked.
type desk struct {
	passwords map[string]string
	enrolled  map[string]bool
	asked     int
	down      bool
}

func (d *desk) Enrol(_ context.Context, organisation, user, password string) (Identity, error) {
	d.asked++
	if d.down {
		return Identity{}, errors.New("the authority does not answer")
	}
	if want, ok := d.passwords[user]; !ok || want != password {
		return Identity{}, ErrCredentials
	}
	d.enrolled[user] = true
	return d.identity(user), nil
}

func (d *desk) Known(_ context.Context, user string) (Identity, bool) {
	return d.identity(user), d.enrolled[user]
}

func (d *desk) identity(user string) Identity {
	return Identity{User: user, Organisation: Organisation(user), MSP: "BankMSP", Role: "custodian", Party: "uscc:1"}
}

// cheap keeps the tests fast; the parameters are part of each hash.
var cheap = Cost{Memory: 64, Time: 1, Threads: 1}

type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

func open(t *testing.T, path string, d *desk, c *clock) *Book {
	t.Helper()
	b, err := Open(path, d, Options{Cost: cheap, Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

func newDesk() *desk {
	return &desk{passwords: map[string]string{"custodian@bank": "right"}, enrolled: map[string]bool{}}
}

func TestSignInAsksTheAuthorityOnceOnly(t *testing.T) {
	d, c := newDesk(), &clock{time.Unix(1_700_000_000, 0)}
	b := open(t, filepath.Join(t.TempDir(), "users.db"), d, c)
	ctx := context.Background()
	if _, _, err := b.SignIn(ctx, "custodian@bank", "wrong", "10.0.0.1"); !errors.Is(err, ErrCredentials) {
		t.Fatalf("wrong password: %v", err)
	}
	for range 3 {
		token, s, err := b.SignIn(ctx, "custodian@bank", "right", "10.0.0.1")
		if err != nil {
			t.Fatal(err)
		}
		if s.Organisation != "bank" || s.Role != "custodian" || !s.Expires.Equal(c.t.Add(SessionLife)) {
			t.Fatalf("session %+v", s)
		}
		if got, err := b.Session(token); err != nil || got != s {
			t.Fatalf("session of token: %+v, %v", got, err)
		}
	}
	if d.asked != 2 { // the wrong attempt before any hash, and the first right one
		t.Fatalf("the authority was asked %d times", d.asked)
	}
	d.down = true
	if _, _, err := b.SignIn(ctx, "custodian@bank", "wrong", "10.0.0.1"); !errors.Is(err, ErrCredentials) {
		t.Fatalf("wrong password with a kept hash: %v", err)
	}
	if _, _, err := b.SignIn(ctx, "custodian@bank", "right", "10.0.0.1"); err != nil {
		t.Fatalf("the authority is down, the hash is kept: %v", err)
	}
	if _, _, err := b.SignIn(ctx, "other@bank", "right", "10.0.0.1"); err == nil || errors.Is(err, ErrCredentials) {
		t.Fatalf("an authority that does not answer must not look like a wrong password: %v", err)
	}
}

func TestSignInEnrolsAgainWhenTheWalletLostTheCertificate(t *testing.T) {
	d, c := newDesk(), &clock{time.Unix(1_700_000_000, 0)}
	b := open(t, filepath.Join(t.TempDir(), "users.db"), d, c)
	ctx := context.Background()
	if _, _, err := b.SignIn(ctx, "custodian@bank", "right", "a"); err != nil {
		t.Fatal(err)
	}
	delete(d.enrolled, "custodian@bank")
	if _, _, err := b.SignIn(ctx, "custodian@bank", "right", "a"); err != nil || !d.enrolled["custodian@bank"] {
		t.Fatalf("err %v, enrolled %v", err, d.enrolled)
	}
}

func TestSignInIsLimitedPerUserAndAddress(t *testing.T) {
	d, c := newDesk(), &clock{time.Unix(1_700_000_000, 0)}
	b := open(t, filepath.Join(t.TempDir(), "users.db"), d, c)
	ctx := context.Background()
	for range attemptBurst {
		if _, _, err := b.SignIn(ctx, "custodian@bank", "wrong", "10.0.0.1"); !errors.Is(err, ErrCredentials) {
			t.Fatal(err)
		}
	}
	var many *TooManyAttempts
	if _, _, err := b.SignIn(ctx, "custodian@bank", "right", "10.0.0.1"); !errors.As(err, &many) || many.Seconds() != 10 {
		t.Fatalf("even the right password waits: %v", err)
	}
	if _, _, err := b.SignIn(ctx, "custodian@bank", "right", "10.0.0.2"); err != nil {
		t.Fatalf("another address is not locked out: %v", err)
	}
	c.t = c.t.Add(attemptInterval)
	if _, _, err := b.SignIn(ctx, "custodian@bank", "right", "10.0.0.1"); err != nil {
		t.Fatalf("after the wait: %v", err)
	}
}

func TestSessionsSurviveARestartAndExpire(t *testing.T) {
	path := filepath.Join(t.TempDir(), "users.db")
	d, c := newDesk(), &clock{time.Unix(1_700_000_000, 0)}
	first := open(t, path, d, c)
	ctx := context.Background()
	kept, s, err := first.SignIn(ctx, "custodian@bank", "right", "a")
	if err != nil {
		t.Fatal(err)
	}
	left, _, err := first.SignIn(ctx, "custodian@bank", "right", "a")
	if err != nil {
		t.Fatal(err)
	}
	if err := first.SignOut(ctx, left); err != nil {
		t.Fatal(err)
	}
	first.Close()

	second := open(t, path, d, c)
	if got, err := second.Session(kept); err != nil || got != s {
		t.Fatalf("after a restart: %+v, %v", got, err)
	}
	if _, err := second.Session(left); !errors.Is(err, ErrNoSession) {
		t.Fatalf("signed out: %v", err)
	}
	c.t = c.t.Add(SessionLife)
	if _, err := second.Session(kept); !errors.Is(err, ErrNoSession) {
		t.Fatalf("expired: %v", err)
	}
}

func TestNeitherTokenNorPasswordIsStored(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "users.db")
	d, c := newDesk(), &clock{time.Unix(1_700_000_000, 0)}
	d.passwords["custodian@bank"] = "a-rather-long-password"
	b := open(t, path, d, c)
	token, _, err := b.SignIn(context.Background(), "custodian@bank", "a-rather-long-password", "a")
	if err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), token) || strings.Contains(string(data), "a-rather-long-password") {
			t.Errorf("%s holds a secret", f.Name())
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", info.Mode(), err)
	}
}

func TestPasswordHash(t *testing.T) {
	a, b := cheap.hash("secret"), cheap.hash("secret")
	if a == b {
		t.Fatal("two hashes of one password are equal: the salt is missing")
	}
	for _, tc := range []struct {
		encoded, password string
		fits, bad         bool
	}{
		{a, "secret", true, false},
		{b, "secret", true, false},
		{a, "Secret", false, false},
		{a, "", false, false},
		{"", "secret", false, true},
		{"$argon2id$v=18$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "secret", false, true},
		{"$argon2id$v=19$m=99999999,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "secret", false, true},
		{"$argon2i$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "secret", false, true},
	} {
		fits, err := verify(tc.encoded, tc.password)
		if fits != tc.fits || (err != nil) != tc.bad {
			t.Errorf("verify(%q, %q) = %v, %v", tc.encoded, tc.password, fits, err)
		}
	}
	if DefaultCost.Memory != 64<<10 || DefaultCost.Time != 3 {
		t.Error("the cost of production hashes has changed: change this test only with a reason")
	}
}

func FuzzParseHash(f *testing.F) {
	f.Add(cheap.hash("x"))
	f.Add("$argon2id$v=19$m=64,t=1,p=1$$")
	f.Fuzz(func(t *testing.T, s string) {
		if c, salt, sum, err := parseHash(s); err == nil && (c.Time == 0 || len(salt) == 0 || len(sum) == 0) {
			t.Fatalf("%q was accepted: %+v", s, c)
		}
	})
}
