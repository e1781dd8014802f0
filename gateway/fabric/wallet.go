package fabric

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"fundtrace/chaincode/ledger"
)

// walletFormat begins every sealed file and is bound into the seal.
const walletFormat = "FTW1"

// wallet keeps the users' certificates and keys on disk, one file for each user, sealed with AES-256-GCM. The user's name
// is bound into the seal, so that one user's file cannot be passed off as another's.
type wallet struct {
	dir  string
	seal cipher.AEAD
}

// openWallet opens the folder, making it and the key file on first use. A key file that others may read is refused.
func openWallet(dir, keyFile string) (*wallet, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the wallet's folder: %w", err)
	}
	key, err := walletKey(keyFile)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("use the wallet's key: %w", err)
	}
	seal, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("use the wallet's key: %w", err)
	}
	return &wallet{dir: dir, seal: seal}, nil
}

// walletKey reads the 32 bytes of the key file, or makes them. No error of it carries the file's content.
func walletKey(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return makeWalletKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("find the wallet's key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s can be read by others: run chmod 600 on it, or sign everybody in again with a new key", path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the wallet's key: %w", err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != 32 {
		return nil, fmt.Errorf("%s is not a wallet key: it must hold 32 bytes as 64 hexadecimal digits", path)
	}
	return key, nil
}

func makeWalletKey(path string) ([]byte, error) {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("make the wallet's key: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of the wallet's key: %w", err)
	}
	if err := writeFile(path, []byte(hex.EncodeToString(key)+"\n")); err != nil {
		return nil, fmt.Errorf("keep the wallet's key: %w", err)
	}
	return key, nil
}

// put seals the identity under its name, in place of an earlier one.
func (w *wallet) put(id *Identity) error {
	plain, err := id.marshal()
	if err != nil {
		return err
	}
	nonce := make([]byte, w.seal.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return fmt.Errorf("seal the identity of %s: %w", id.Name, err)
	}
	data := append([]byte(walletFormat), nonce...)
	data = w.seal.Seal(data, nonce, plain, bound(id.Name))
	if err := writeFile(w.path(id.Name), data); err != nil {
		return fmt.Errorf("keep the identity of %s: %w", id.Name, err)
	}
	return nil
}

// get opens the identity of a user. Errors: IDENTITY_UNKNOWN, WALLET_TAMPERED.
func (w *wallet) get(user string) (*Identity, error) {
	data, err := os.ReadFile(w.path(user))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ledger.Refuse(IdentityUnknown, "this gateway keeps no identity of that user: sign in first", "user", user)
	}
	if err != nil {
		return nil, fmt.Errorf("read the identity of %s: %w", user, err)
	}
	tampered := ledger.Refuse(WalletTampered, "the stored identity does not open with the wallet's key: it was changed or the key was; sign in again to replace it", "user", user)
	sealed, ok := strings.CutPrefix(string(data), walletFormat)
	n := w.seal.NonceSize()
	if !ok || len(sealed) < n {
		return nil, tampered
	}
	plain, err := w.seal.Open(nil, []byte(sealed[:n]), []byte(sealed[n:]), bound(user))
	if err != nil {
		return nil, tampered
	}
	id, err := unmarshalIdentity(plain)
	if err != nil {
		return nil, fmt.Errorf("open the identity of %s: %w", user, err)
	}
	return id, nil
}

func bound(user string) []byte { return []byte(walletFormat + "\x00" + user) }

// path names a user's file. The name is escaped, so that no user's name can lead out of the folder.
func (w *wallet) path(user string) string {
	return filepath.Join(w.dir, url.PathEscape(user)+".identity")
}

// writeFile replaces a file so that after a crash either the old or the new content is there. Only the owner may read it.
func writeFile(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // made with mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
