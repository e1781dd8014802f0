package fabric

import (
	"crypto/rand"
	"encoding/hex"

	"fundtrace/chaincode/ledger"
)

// saltBytes is what a salt adds to an entry as JSON: ,"salt":"…".
const saltBytes = len(`,"salt":""`) + 2*ledger.SaltSize

// salted gives the entry a salt of its own, unless its writer chose one: a stranger who is shown one of its movements
// cannot find the others by trying amounts. A new attempt may have another salt and is the same entry.
func salted(e ledger.Entry) ledger.Entry {
	if e.Salt == "" {
		var salt [ledger.SaltSize]byte
		_, _ = rand.Read(salt[:]) // never fails
		e.Salt = hex.EncodeToString(salt[:])
	}
	return e
}
