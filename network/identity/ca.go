package identity

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// CA is one certificate authority of a Fabric CA server, reached over its
// REST interface. (The upstream client library is the server itself: it would
// bring three database drivers, LDAP and two pairing-curve libraries along
// for the three calls below.)
type CA struct {
	URL  string // of the server, as in https://127.0.0.1:7054
	Name string // of the authority in that server, as in ca-finance

	client *http.Client
}

// NewCA returns a client that trusts the server certificates issued under
// tlsRoots (PEM).
func NewCA(url, name string, tlsRoots []byte) (*CA, error) {
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(tlsRoots) {
		return nil, fmt.Errorf("the TLS root certificate of %s is not a PEM certificate", name)
	}
	return &CA{URL: strings.TrimRight(url, "/"), Name: name, client: &http.Client{
		Timeout:   30 * time.Second,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}},
	}}, nil
}

// Enrolment asks for a certificate.
type Enrolment struct {
	ID      string   // the registered name; becomes the certificate's CN
	Secret  string   // its password
	Profile string   // "" for an identity, "tls" for a TLS certificate
	Hosts   []string // names and addresses a TLS certificate is valid for
}

// Attribute is a fact about a registered identity, such as its role.
// Attributes with ECert are put into every certificate of the identity.
type Attribute struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	ECert bool   `json:"ecert"`
}

// Registration makes an identity known to the authority, so that whoever
// holds the secret can enrol as it, any number of times.
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

// Enrol makes a key, has it certified and returns both. The key never leaves
// this process.
func (c *CA) Enrol(ctx context.Context, e Enrolment) (Credential, error) {
	request, key, err := newRequest(e.ID, e.Hosts)
	if err != nil {
		return Credential{}, err
	}
	body, err := json.Marshal(map[string]any{
		"certificate_request": string(request),
		"profile":             e.Profile,
		"hosts":               e.Hosts,
		"caname":              c.Name,
	})
	if err != nil {
		return Credential{}, fmt.Errorf("encode the enrolment of %s: %w", e.ID, err)
	}
	var answer struct{ Cert string }
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(e.ID+":"+e.Secret))
	if err := c.call(ctx, "/api/v1/enroll", body, basic, &answer); err != nil {
		return Credential{}, fmt.Errorf("enrol %s at %s: %w", e.ID, c.Name, err)
	}
	certificate, err := base64.StdEncoding.DecodeString(answer.Cert)
	if err != nil {
		return Credential{}, fmt.Errorf("decode the certificate of %s: %w", e.ID, err)
	}
	return Credential{Certificate: certificate, Key: key}, nil
}

// Register makes an identity known. registrar is the credential of an
// identity allowed to do so. The error is ErrRegistered when the name is taken.
func (c *CA) Register(ctx context.Context, registrar Credential, r Registration) error {
	body, err := json.Marshal(struct {
		Registration
		MaxEnrollments int    `json:"max_enrollments"`
		CAName         string `json:"caname"`
	}{r, -1, c.Name})
	if err != nil {
		return fmt.Errorf("encode the registration of %s: %w", r.ID, err)
	}
	const path = "/api/v1/register"
	token, err := requestToken(registrar, http.MethodPost, path, body)
	if err != nil {
		return err
	}
	if err := c.call(ctx, path, body, token, &struct{}{}); err != nil {
		return fmt.Errorf("register %s at %s: %w", r.ID, c.Name, err)
	}
	return nil
}

// Root returns the authority's own certificate chain (PEM).
func (c *CA) Root(ctx context.Context) ([]byte, error) {
	body, err := json.Marshal(map[string]string{"caname": c.Name})
	if err != nil {
		return nil, fmt.Errorf("encode the request for the root of %s: %w", c.Name, err)
	}
	var answer struct{ CAChain string }
	if err := c.call(ctx, "/api/v1/cainfo", body, "", &answer); err != nil {
		return nil, fmt.Errorf("ask %s for its certificate: %w", c.Name, err)
	}
	chain, err := base64.StdEncoding.DecodeString(answer.CAChain)
	if err != nil {
		return nil, fmt.Errorf("decode the certificate of %s: %w", c.Name, err)
	}
	return chain, nil
}

// call posts a request and unpacks the result of the server's answer.
func (c *CA) call(ctx context.Context, path string, body []byte, authorisation string, result any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL+path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("make the request: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	if authorisation != "" {
		request.Header.Set("Authorization", authorisation)
	}
	response, err := c.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, 4<<20))
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	var answer struct {
		Success bool            `json:"success"`
		Result  json.RawMessage `json:"result"`
		Errors  []struct {
			Code    int    `json:"code"`
			Message string `json:"message"`
		} `json:"errors"`
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return fmt.Errorf("the answer (HTTP %d) is not JSON: %w", response.StatusCode, err)
	}
	if !answer.Success {
		var told []string
		for _, e := range answer.Errors {
			if e.Code == codeRegistered {
				return ErrRegistered
			}
			told = append(told, fmt.Sprintf("%s (code %d)", e.Message, e.Code))
		}
		return fmt.Errorf("refused with HTTP %d: %s", response.StatusCode, strings.Join(told, "; "))
	}
	if err := json.Unmarshal(answer.Result, result); err != nil {
		return fmt.Errorf("read the result: %w", err)
	}
	return nil
}

// requestToken is the authorisation header of a Fabric CA request: the
// caller's certificate and its signature over method, path, body and
// certificate.
func requestToken(caller Credential, method, path string, body []byte) (string, error) {
	signer, err := caller.Signer("")
	if err != nil {
		return "", err
	}
	encode := base64.StdEncoding.EncodeToString
	certificate := encode(caller.Certificate)
	payload := strings.Join([]string{method, encode([]byte(path)), encode(body), certificate}, ".")
	signature, err := signer.Sign([]byte(payload))
	if err != nil {
		return "", fmt.Errorf("sign the request: %w", err)
	}
	return certificate + "." + encode(signature), nil
}

// digest is the hash that signatures of this network are made over.
func digest(message []byte) []byte {
	sum := sha256.Sum256(message)
	return sum[:]
}
