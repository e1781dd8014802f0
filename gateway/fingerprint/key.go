package fingerprint

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"strconv"
	"strings"
	"unicode"
)

// KeySize is the length of a consortium's key in bytes.
const KeySize = 32

// Key is the secret that the members of a consortium share. Whoever has it can test guesses against the registry: it
// is kept like a password.
type Key []byte

// LoadKey reads a key of 32 bytes in 64 hexadecimal digits. It refuses a file that others than its owner can read.
func LoadKey(path string) (Key, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read the consortium's key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("the consortium's key in %s can be read by others (mode %04o): run chmod 600 on it", path, info.Mode().Perm())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the consortium's key: %w", err)
	}
	text = bytes.TrimSpace(text)
	key := make(Key, hex.DecodedLen(len(text)))
	if _, err := hex.Decode(key, text); err != nil || len(key) != KeySize { // the error would show the key
		return nil, fmt.Errorf("the consortium's key in %s is not %d bytes in hexadecimal: ask a member of the consortium for the file", path, KeySize)
	}
	return key, nil
}

// String keeps the key out of logs.
func (Key) String() string { return "consortium key (not shown)" }

// GoString keeps the key out of %#v.
func (k Key) GoString() string { return k.String() }

// NearKinds says, in the order of the partial fingerprints, which particulars of two invoices agree when theirs are the
// same.
var NearKinds = [][]string{
	{"seller", "number", "type"},                        // a number used twice, with another amount, buyer or day
	{"seller", "buyer", "date", "amount", "currency"},   // one trade invoiced twice under two numbers
	{"seller", "buyer", "number as it may be mistyped"}, // O for 0, l for 1, hyphens, leading zeros
}

// Of answers the fingerprint of an invoice, 64 hexadecimal digits, and its partial fingerprints in the order of
// NearKinds, by which near-duplicates are found. Errors: as Particulars.Normal.
func (k Key) Of(p Particulars) (fingerprint string, near []string, err error) {
	if len(k) != KeySize {
		return "", nil, fmt.Errorf("a consortium's key has %d bytes", KeySize)
	}
	n, err := p.Normal()
	if err != nil {
		return "", nil, err
	}
	// A canonical form begins with a scheme in lower case, so that none of these can be the fingerprint of an invoice.
	near = []string{
		k.hash("NEAR-NUMBER|" + join(n.Seller, n.Number, n.Type)),
		k.hash("NEAR-TRADE|" + join(n.Seller, n.Buyer, n.Date, strconv.FormatInt(n.Amount, 10), n.Currency)),
		k.hash("NEAR-FOLDED|" + join(n.Seller, n.Buyer, fold(n.Number))),
	}
	return k.hash(n.canonical()), near, nil
}

func (k Key) hash(text string) string {
	h := hmac.New(sha256.New, k)
	h.Write([]byte(text))
	return hex.EncodeToString(h.Sum(nil))
}

// lookAlikes are characters that are taken for one another where a number is typed from paper.
var lookAlikes = strings.NewReplacer("O", "0", "Q", "0", "D", "0", "I", "1", "L", "1", "Z", "2", "S", "5", "G", "6", "B", "8")

// fold answers a number in its canonical form as somebody may have mistyped it: look-alikes are one, and hyphens, other
// punctuation and leading zeros do not count.
func fold(number string) string {
	plain := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, number)
	return strings.TrimLeft(lookAlikes.Replace(plain), "0")
}
