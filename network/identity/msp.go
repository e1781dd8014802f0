package identity

import (
	"fmt"
	"os"
	"path/filepath"

	"fundtrace/gateway/enrol"
)

// nodeOUs tells Fabric to read the kind of a member (client, peer, admin,
// orderer) from the organisational unit that the CA put into its certificate.
const nodeOUs = `NodeOUs:
  Enable: true
  ClientOUIdentifier: {Certificate: cacerts/ca.pem, OrganizationalUnitIdentifier: client}
  PeerOUIdentifier: {Certificate: cacerts/ca.pem, OrganizationalUnitIdentifier: peer}
  AdminOUIdentifier: {Certificate: cacerts/ca.pem, OrganizationalUnitIdentifier: admin}
  OrdererOUIdentifier: {Certificate: cacerts/ca.pem, OrganizationalUnitIdentifier: orderer}
`

// WriteMSP lays out a membership folder at dir: the organisation's root
// certificate (PEM) for identities and for TLS and, if own is not nil, the
// credential of the node that the folder belongs to. The folder appears
// complete or not at all.
func WriteMSP(dir string, root []byte, own *enrol.Credential) error {
	temp := dir + ".new"
	if err := os.RemoveAll(temp); err != nil {
		return fmt.Errorf("clear an unfinished membership folder: %w", err)
	}
	files := map[string][]byte{
		"config.yaml":       []byte(nodeOUs),
		"cacerts/ca.pem":    root,
		"tlscacerts/ca.pem": root,
	}
	if own != nil {
		key, err := encodeKey(own.Key)
		if err != nil {
			return err
		}
		files["signcerts/cert.pem"] = own.Certificate
		files["keystore/key.pem"] = key
	}
	for name, text := range files {
		path := filepath.Join(temp, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("make a membership folder: %w", err)
		}
		if err := os.WriteFile(path, text, 0o600); err != nil {
			return fmt.Errorf("write a membership folder: %w", err)
		}
	}
	if err := os.Rename(temp, dir); err != nil {
		return fmt.Errorf("finish a membership folder: %w", err)
	}
	return nil
}

// ReadMSP returns the credential of the node that the folder belongs to.
func ReadMSP(dir string) (enrol.Credential, error) {
	return Load(filepath.Join(dir, "signcerts", "cert.pem"), filepath.Join(dir, "keystore", "key.pem"))
}
