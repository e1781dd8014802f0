package channel

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"

	"github.com/hyperledger/fabric-admin-sdk/pkg/chaincode"
)

// Package is a chaincode package and the id that peers know it by.
type Package struct {
	ID    string // label:sha256
	Bytes []byte
}

// connection is the template that every peer fills in with its own settings
// when it installs the package; see network/ccaas.
var connection = map[string]any{
	"address":              "{{.address}}",
	"dial_timeout":         "10s",
	"tls_required":         true,
	"client_auth_required": true,
	"client_key":           "{{.client_key}}",
	"client_cert":          "{{.client_cert}}",
	"root_cert":            "{{.root_cert}}",
}

// Pack makes the package of a chaincode that runs as a service. The same
// label gives the same bytes, hence the same id, on every machine and at any
// time: file times are zero and the order is fixed.
func Pack(label string) (Package, error) {
	connectionJSON, err := json.Marshal(connection)
	if err != nil {
		return Package{}, fmt.Errorf("encode the chaincode connection: %w", err)
	}
	code, err := archive([]entry{{"connection.json", connectionJSON}})
	if err != nil {
		return Package{}, err
	}
	metadata, err := json.Marshal(map[string]string{"type": "ccaas", "label": label, "path": ""})
	if err != nil {
		return Package{}, fmt.Errorf("encode the chaincode metadata: %w", err)
	}
	whole, err := archive([]entry{{"metadata.json", metadata}, {"code.tar.gz", code}})
	if err != nil {
		return Package{}, err
	}
	return Package{ID: chaincode.GetPackageID(label, whole), Bytes: whole}, nil
}

type entry struct {
	name string
	text []byte
}

func archive(entries []entry) ([]byte, error) {
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	files := tar.NewWriter(zip)
	for _, e := range entries {
		if err := files.WriteHeader(&tar.Header{Name: e.name, Mode: 0o644, Size: int64(len(e.text))}); err != nil {
			return nil, fmt.Errorf("pack %s: %w", e.name, err)
		}
		if _, err := files.Write(e.text); err != nil {
			return nil, fmt.Errorf("pack %s: %w", e.name, err)
		}
	}
	if err := files.Close(); err != nil {
		return nil, fmt.Errorf("finish a package: %w", err)
	}
	if err := zip.Close(); err != nil {
		return nil, fmt.Errorf("finish a package: %w", err)
	}
	return out.Bytes(), nil
}
