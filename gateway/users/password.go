package users

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Cost is the price of one argon2id hash (RFC 9106). The hash states its own cost, so a change holds for new ones only.
type Cost struct {
	Memory  uint32 // KiB
	Time    uint32 // passes
	Threads uint8
}

// DefaultCost is the second recommended option of RFC 9106 §4 with two lanes for small machines: 64 MiB, 3 passes.
var DefaultCost = Cost{Memory: 64 << 10, Time: 3, Threads: 2}

const (
	saltSize = 16 // bytes
	hashSize = 32 // bytes
)

// hash makes the encoded argon2id hash of a password in the PHC string format.
func (c Cost) hash(password string) string {
	salt := make([]byte, saltSize)
	rand.Read(salt) // never fails since Go 1.24
	sum := argon2.IDKey([]byte(password), salt, c.Time, c.Memory, c.Threads, hashSize)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.Memory, c.Time, c.Threads,
		b64.EncodeToString(salt), b64.EncodeToString(sum))
}

// verify reports in constant time whether the password has the encoded hash. A hash that cannot be read, or that would
// cost more than 1 GiB or 100 passes, is an error: it did not come from here.
func verify(encoded, password string) (bool, error) {
	c, salt, want, err := parseHash(encoded)
	if err != nil {
		return false, err
	}
	got := argon2.IDKey([]byte(password), salt, c.Time, c.Memory, c.Threads, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

func parseHash(encoded string) (c Cost, salt, sum []byte, err error) {
	part := strings.Split(encoded, "$")
	var version int
	if len(part) != 6 || part[0] != "" || part[1] != "argon2id" {
		return c, nil, nil, fmt.Errorf("the stored password hash is no argon2id hash")
	}
	if _, err := fmt.Sscanf(part[2], "v=%d", &version); err != nil || version != argon2.Version {
		return c, nil, nil, fmt.Errorf("the stored password hash has an unknown version %q", part[2])
	}
	if _, err := fmt.Sscanf(part[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Time, &c.Threads); err != nil ||
		c.Memory == 0 || c.Memory > 1<<20 || c.Time == 0 || c.Time > 100 || c.Threads == 0 {
		return c, nil, nil, fmt.Errorf("the stored password hash has unusable parameters %q", part[3])
	}
	if salt, err = base64.RawStdEncoding.DecodeString(part[4]); err != nil || len(salt) < 8 {
		return c, nil, nil, fmt.Errorf("the stored password hash has an unreadable salt")
	}
	if sum, err = base64.RawStdEncoding.DecodeString(part[5]); err != nil || len(sum) < 16 || len(sum) > 1024 {
		return c, nil, nil, fmt.Errorf("the stored password hash has an unreadable digest")
	}
	return c, salt, sum, nil
}
