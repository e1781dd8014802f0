package fabric

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/config"

	"github.com/hyperledger/fabric-gateway/pkg/identity"
)

// authority is an organisation's Fabric CA, spoken to over its REST interface.
//
// Why not the client in fabric-ca/lib: it keeps private keys unsealed in files of its own (the BCCSP key store), while
// ours must exist nowhere but in memory and in the sealed wallet; and it is one package with the server, so that MySQL,
// PostgreSQL and LDAP drivers and two pairing-curve libraries come along for the two calls below.
type authority struct {
	organisation config.Organisation
	http         *http.Client
}

func newAuthority(o config.Organisation) (*authority, error) {
	roots, err := os.ReadFile(o.CA.TLSCA)
	if err != nil {
		return nil, fmt.Errorf("read the TLS authority of %s: %w", o.CA.Name, err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(roots) {
		return nil, fmt.Errorf("%s holds no PEM certificate", o.CA.TLSCA)
	}
	return &authority{organisation: o, http: &http.Client{
		Timeout:   30 * time.Second,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}},
	}}, nil
}

// enrol makes a P-256 key and has it certified for the user. Errors: ENROLMENT_REFUSED, AUTHORITY_UNAVAILABLE.
func (a *authority) enrol(ctx context.Context, user, password string) (*Identity, error) {
	return a.certify(ctx, "/api/v1/enroll", user, func(r *http.Request, _ []byte) error {
		r.SetBasicAuth(user, password)
		return nil
	})
}

// renew has a new key certified for a user whose certificate is still valid. Errors: as enrol.
func (a *authority) renew(ctx context.Context, id *Identity) (*Identity, error) {
	const path = "/api/v1/reenroll"
	return a.certify(ctx, path, id.Name, func(r *http.Request, body []byte) error {
		token, err := requestToken(id, http.MethodPost, path, body)
		r.Header.Set("Authorization", token)
		return err
	})
}

func (a *authority) certify(ctx context.Context, path, user string, authorise func(*http.Request, []byte) error) (*Identity, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: user}}, key)
	if err != nil {
		return nil, fmt.Errorf("make a certificate request for %s: %w", user, err)
	}
	type attribute struct {
		Name     string `json:"name"`
		Optional bool   `json:"optional"`
	}
	body, err := json.Marshal(map[string]any{
		"certificate_request": string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: csr})),
		"caname":              a.organisation.CA.Name,
		"attr_reqs":           []attribute{{"role", true}, {"party", true}},
	})
	if err != nil {
		return nil, fmt.Errorf("encode the enrolment of %s: %w", user, err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimRight(a.organisation.CA.URL, "/")+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("make the enrolment of %s: %w", user, err)
	}
	r.Header.Set("Content-Type", "application/json")
	if err := authorise(r, body); err != nil {
		return nil, err
	}
	certificate, err := a.call(r)
	if err != nil {
		return nil, err
	}
	id, err := newIdentity(a.organisation.Name, a.organisation.MSP, certificate, key)
	if err != nil {
		return nil, fmt.Errorf("use what %s certified: %w", a.organisation.CA.Name, err)
	}
	if id.Name != user {
		return nil, fmt.Errorf("%s certified %q instead of %q", a.organisation.CA.Name, id.Name, user)
	}
	return id, nil
}

// call sends the request and answers the certificate (PEM) in the result.
func (a *authority) call(r *http.Request) ([]byte, error) {
	away := func(why string) error {
		return ledger.Refuse(AuthorityUnavailable, "the organisation's certificate authority cannot be reached: try again in a moment",
			"authority", a.organisation.CA.Name, "cause", why)
	}
	response, err := a.http.Do(r)
	if err != nil {
		return nil, away(cause(err))
	}
	defer response.Body.Close()
	data, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return nil, away(cause(err))
	}
	if response.StatusCode == http.StatusUnauthorized || response.StatusCode == http.StatusForbidden {
		// One sentence for every reason: who may not enter does not learn which users exist.
		return nil, ledger.Refuse(EnrolmentRefused, "user or password is wrong, or the user may not enrol: check both and try again")
	}
	var answer struct {
		Result struct{ Cert []byte } // base64
		Errors []struct {
			Code    int
			Message string
		}
	}
	if err := json.Unmarshal(data, &answer); err != nil {
		return nil, away(fmt.Sprintf("HTTP %d and no JSON", response.StatusCode))
	}
	if len(answer.Errors) > 0 || response.StatusCode >= 300 || len(answer.Result.Cert) == 0 {
		return nil, away(fmt.Sprintf("HTTP %d %v", response.StatusCode, answer.Errors))
	}
	return answer.Result.Cert, nil
}

// requestToken proves to the Fabric CA that the holder of a certificate made the request.
func requestToken(id *Identity, method, path string, body []byte) (string, error) {
	encode := base64.StdEncoding.EncodeToString
	cert := encode(id.certificate)
	digest := sha256.Sum256([]byte(method + "." + encode([]byte(path)) + "." + encode(body) + "." + cert))
	sign, err := identity.NewPrivateKeySign(id.key) // low-S, as the CA demands
	if err != nil {
		return "", fmt.Errorf("use the key of %s: %w", id.Name, err)
	}
	signature, err := sign(digest[:])
	if err != nil {
		return "", fmt.Errorf("sign the renewal of %s: %w", id.Name, err)
	}
	return cert + "." + encode(signature), nil
}
