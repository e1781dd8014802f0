package local

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// probeLimit is how long a process may take to answer one readiness question.
const probeLimit = 2 * time.Second

// healthy asks a node's operations address whether the node is well.
func healthy(ctx context.Context, operations string) error {
	return answers(ctx, "http://"+operations+"/healthz")
}

// answers asks a URL for the answer 200.
func answers(ctx context.Context, url string) error { return ask(ctx, url, nil) }

// current asks a gateway whether it knows all that is on the ledger. One that is a few blocks behind calls itself ready too.
func current(ctx context.Context, readyz string) error {
	return ask(ctx, readyz, func(body io.Reader) error {
		var r struct {
			Lag *uint64 `json:"lag"`
		}
		if err := json.NewDecoder(io.LimitReader(body, 64<<10)).Decode(&r); err != nil {
			return fmt.Errorf("%s cannot be read: %w", readyz, err)
		}
		if r.Lag == nil || *r.Lag > 0 {
			return fmt.Errorf("%s: the read model is behind the ledger", readyz)
		}
		return nil
	})
}

// ask asks a URL for the answer 200, and gives its body to read.
func ask(ctx context.Context, url string, read func(io.Reader) error) error {
	ctx, cancel := context.WithTimeout(ctx, probeLimit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return fmt.Errorf("make the request to %s: %w", url, err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", url, response.Status)
	}
	if read != nil {
		return read(response.Body)
	}
	return nil
}

// handshake opens a TLS connection and closes it again: the address serves
// under the root certificate in rootFile. With a certificate and key (files)
// of our own it also learns that the server accepts them.
func handshake(ctx context.Context, address, rootFile, certificate, key string) error {
	root, err := os.ReadFile(rootFile)
	if err != nil {
		return err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(root)
	// gRPC servers refuse connections that do not name HTTP/2.
	config := &tls.Config{RootCAs: pool, NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS12}
	if certificate != "" {
		own, err := tls.LoadX509KeyPair(certificate, key)
		if err != nil {
			return err
		}
		config.Certificates = []tls.Certificate{own}
	}
	ctx, cancel := context.WithTimeout(ctx, probeLimit)
	defer cancel()
	dialer := tls.Dialer{Config: config}
	connection, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	return connection.Close()
}
