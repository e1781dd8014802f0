// Package enrol is a client of Fabric CA's REST interface: identities are registered, keys are certified.
//
// Why not the client in fabric-ca/lib: it keeps private keys unsealed in files of its own (the BCCSP key store), while the
// gateway's must exist nowhere but in memory and in the sealed wallet; and it is one package with the server, so that
// MySQL, PostgreSQL and LDAP drivers and two pairing-curve libraries come along for the four calls below.
package enrol

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Authority is one certificate authority of a Fabric CA server.
type Authority struct {
	url, name string
	http      *http.Client
}

// New returns a client of the authority name, as in ca-finance, of the server at url, as in https://127.0.0.1:7054. It
// trusts server certificates issued under tlsRoots (PEM).
func New(url, name string, tlsRoots []byte) (*Authority, error) {
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(tlsRoots) {
		return nil, fmt.Errorf("the TLS root certificate of %s is not a PEM certificate", name)
	}
	return &Authority{url: strings.TrimRight(url, "/"), name: name, http: &http.Client{
		Timeout:   30 * time.Second,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}},
	}}, nil
}

// Wanted describes a certificate.
type Wanted struct {
	ID         string   // the registered name; becomes the common name
	Profile    string   // "" for an identity, "tls" for a TLS certificate
	Hosts      []string // names and addresses that a TLS certificate is valid for
	Attributes []string // those to put into it where the identity has them; nil for all that are registered with ECert
}

// Attribute is a fact about a registered identity, such as its role.
type Attribute struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	ECert bool   `json:"ecert"` // goes into certificates without being asked for
}

// Registration makes an identity known to the authority, so that whoever holds the secret can enrol as it, any number of
// times.
type Registration struct {
	ID         string      `json:"id"`
	Secret     string      `json:"secret"`
	Type       string      `json:"type"` // client, admin, peer or orderer; becomes the certificate's OU
	Attributes []Attribute `json:"attrs,omitempty"`
}

// ErrRegistered says that an identity of that name exists already.
var ErrRegistered = errors.New("the identity is registered already")

// codeRegistered is the server's error code for a second registration.
const codeRegistered = 74

// Refusal is an answer of the server that is not what was asked for.
type Refusal struct {
	Status int // of HTTP
	Reason string
}

func (r *Refusal) Error() string { return fmt.Sprintf("the answer is HTTP %d: %s", r.Status, r.Reason) }

// Denied reports whether the server did not accept who asked.
func (r *Refusal) Denied() bool {
	return r.Status == http.StatusUnauthorized || r.Status == http.StatusForbidden
}

// Enrol makes a key and has it certified for whoever knows the secret. The key never leaves this process. The error is
// a *Refusal when the server answered.
func (a *Authority) Enrol(ctx context.Context, w Wanted, secret string) (Credential, error) {
	return a.certify(ctx, "/api/v1/enroll", w, func(r *http.Request, _ []byte) error {
		r.SetBasicAuth(w.ID, secret)
		return nil
	})
}

// Renew makes a new key and has it certified for the holder of a certificate that is still valid. Errors: as Enrol.
func (a *Authority) Renew(ctx context.Context, w Wanted, holder Credential) (Credential, error) {
	return a.certify(ctx, "/api/v1/reenroll", w, holder.authorise)
}

func (a *Authority) certify(ctx context.Context, path string, w Wanted, authorise func(*http.Request, []byte) error) (Credential, error) {
	key, csr, err := newRequest(w.ID, w.Hosts)
	if err != nil {
		return Credential{}, fmt.Errorf("make a certificate request for %s: %w", w.ID, err)
	}
	type optional struct {
		Name     string `json:"name"`
		Optional bool   `json:"optional"`
	}
	body := struct {
		Request    string     `json:"certificate_request"`
		Profile    string     `json:"profile,omitempty"`
		Hosts      []string   `json:"hosts,omitempty"`
		Attributes []optional `json:"attr_reqs,omitempty"`
		CAName     string     `json:"caname"`
	}{Request: string(csr), Profile: w.Profile, Hosts: w.Hosts, CAName: a.name}
	for _, name := range w.Attributes {
		body.Attributes = append(body.Attributes, optional{name, true})
	}
	var answer struct{ Cert []byte } // base64
	if err := a.call(ctx, path, body, authorise, &answer); err != nil {
		return Credential{}, fmt.Errorf("enrol %s at %s: %w", w.ID, a.name, err)
	}
	if len(answer.Cert) == 0 {
		return Credential{}, fmt.Errorf("enrol %s at %s: the answer holds no certificate", w.ID, a.name)
	}
	return Credential{Certificate: answer.Cert, Key: key}, nil
}

// Register makes an identity known. registrar is an identity allowed to do so. The error is ErrRegistered when the name
// is taken.
func (a *Authority) Register(ctx context.Context, registrar Credential, r Registration) error {
	body := struct {
		Registration
		MaxEnrollments int    `json:"max_enrollments"`
		CAName         string `json:"caname"`
	}{r, -1, a.name}
	if err := a.call(ctx, "/api/v1/register", body, registrar.authorise, &struct{}{}); err != nil {
		return fmt.Errorf("register %s at %s: %w", r.ID, a.name, err)
	}
	return nil
}

// Root returns the authority's own certificate chain (PEM).
func (a *Authority) Root(ctx context.Context) ([]byte, error) {
	var answer struct{ CAChain []byte } // base64
	body := struct {
		CAName string `json:"caname"`
	}{a.name}
	if err := a.call(ctx, "/api/v1/cainfo", body, nil, &answer); err != nil {
		return nil, fmt.Errorf("ask %s for its certificate: %w", a.name, err)
	}
	return answer.CAChain, nil
}

// call posts a request and unpacks the result in the server's answer. authorise says who asks; nil for nobody.
func (a *Authority) call(ctx context.Context, path string, body any, authorise func(*http.Request, []byte) error, result any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("encode the request: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, a.url+path, bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("make the request: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	if authorise != nil {
		if err := authorise(request, text); err != nil {
			return err
		}
	}
	response, err := a.http.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err = io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	var answer struct {
		Success bool
		Result  json.RawMessage
		Errors  []struct {
			Code    int
			Message string
		}
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return &Refusal{response.StatusCode, "it is not JSON"}
	}
	if !answer.Success || len(answer.Errors) > 0 || response.StatusCode >= 300 {
		var told []string
		for _, e := range answer.Errors {
			if e.Code == codeRegistered {
				return ErrRegistered
			}
			told = append(told, fmt.Sprintf("%s (code %d)", e.Message, e.Code))
		}
		return &Refusal{response.StatusCode, strings.Join(told, "; ")}
	}
	if err := json.Unmarshal(answer.Result, result); err != nil {
		return fmt.Errorf("read the result: %w", err)
	}
	return nil
}
