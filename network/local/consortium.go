package local

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"

	"fundtrace/gateway/fingerprint"
)

// ConsortiumKeyFile is where the network keeps the secret under which its
// members fingerprint invoices: 32 random bytes in hexadecimal, for the owner's
// eyes. It is made at the first start and lives as long as the ledger does: under
// another key no invoice that is registered would be recognised.
func (n *Network) ConsortiumKeyFile() string { return n.paths.consortiumKey() }

// makeConsortiumKey makes the key of a network that has none.
func (n *Network) makeConsortiumKey() error {
	path := n.paths.consortiumKey()
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		if err != nil {
			return fmt.Errorf("look for the consortium's key: %w", err)
		}
		return nil
	}
	key := make([]byte, fingerprint.KeySize)
	rand.Read(key) // never fails: crypto/rand ends the program instead
	// Under its name there is never half a key, whenever this is interrupted.
	if err := os.WriteFile(path+".new", []byte(hex.EncodeToString(key)+"\n"), 0o600); err != nil {
		return fmt.Errorf("write the consortium's key: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("write the consortium's key: %w", err)
	}
	return nil
}
