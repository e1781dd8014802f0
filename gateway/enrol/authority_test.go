package enrol

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// testServer is a certificate authority that answers its own certificate and remembers the last request, as a Fabric CA
// server would see it.
type testServer struct {
	server *httptest.Server
	own    Credential
	answer string // an answer to give instead of working, "" to work
	path   string
	header http.Header
	body   []byte
}

func newServer(t *testing.T) (*testServer, *Authority) {
	t.Helper()
	a := &testServer{}
	a.own = selfSigned(t, "registrar")
	a.server = httptest.NewTLSServer(http.HandlerFunc(a.serve))
	t.Cleanup(a.server.Close)
	root := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.server.Certificate().Raw})
	ca, err := New(a.server.URL, "ca-test", root)
	if err != nil {
		t.Fatal(err)
	}
	return a, ca
}

func (a *testServer) serve(w http.ResponseWriter, r *http.Request) {
	a.path, a.header = r.URL.Path, r.Header
	a.body, _ = io.ReadAll(r.Body)
	encode := base64.StdEncoding.EncodeToString
	switch {
	case a.answer != "":
		w.WriteHeader(http.StatusUnauthorized)
		io.WriteString(w, a.answer)
	case r.URL.Path == "/api/v1/enroll":
		json.NewEncoder(w).Encode(map[string]any{"success": true, "result": map[string]string{"Cert": encode(a.own.Certificate)}})
	case r.URL.Path == "/api/v1/cainfo":
		json.NewEncoder(w).Encode(map[string]any{"success": true, "result": map[string]string{"CAChain": encode([]byte("the chain"))}})
	default:
		json.NewEncoder(w).Encode(map[string]any{"success": true, "result": map[string]string{"secret": "s"}})
	}
}

// selfSigned makes a credential with a certificate for its own key.
func selfSigned(t *testing.T, name string) Credential {
	t.Helper()
	key, _, err := newRequest(name, nil)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return Credential{Certificate: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), Key: key}
}

func TestEnrolAsksForWhatIsWanted(t *testing.T) {
	a, ca := newServer(t)
	own, err := ca.Enrol(t.Context(), Wanted{ID: "peer@bank", Profile: "tls", Hosts: []string{"127.0.0.1", "localhost"}, Attributes: []string{"role"}}, "pässword")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(own.Certificate, a.own.Certificate) {
		t.Error("the certificate is not the one the authority issued")
	}
	if user, password, _ := (&http.Request{Header: a.header}).BasicAuth(); user != "peer@bank" || password != "pässword" {
		t.Errorf("signed in as %q with %q", user, password)
	}
	var body struct {
		Request string `json:"certificate_request"`
		Profile string
		CAName  string
		Wanted  []struct {
			Name     string
			Optional bool
		} `json:"attr_reqs"`
	}
	if err := json.Unmarshal(a.body, &body); err != nil {
		t.Fatal(err)
	}
	if body.Profile != "tls" || body.CAName != "ca-test" {
		t.Errorf("asked authority %q for profile %q", body.CAName, body.Profile)
	}
	if len(body.Wanted) != 1 || body.Wanted[0].Name != "role" || !body.Wanted[0].Optional {
		t.Errorf("asked for the attributes %+v", body.Wanted)
	}
	block, _ := pem.Decode([]byte(body.Request))
	request, err := x509.ParseCertificateRequest(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if err := request.CheckSignature(); err != nil {
		t.Error(err)
	}
	if request.Subject.CommonName != "peer@bank" || len(request.IPAddresses) != 1 || len(request.DNSNames) != 1 {
		t.Errorf("the request is for %s, %v, %v", request.Subject, request.IPAddresses, request.DNSNames)
	}
	if strings.Contains(string(a.body), "PRIVATE KEY") {
		t.Error("the private key was sent to the authority")
	}
}

// TestRegisterIsSigned checks the token that proves who registers.
func TestRegisterIsSigned(t *testing.T) {
	a, ca := newServer(t)
	r := Registration{ID: "x@bank", Secret: "s", Type: "client", Attributes: []Attribute{{Name: "role", Value: "custodian", ECert: true}}}
	if err := ca.Register(t.Context(), a.own, r); err != nil {
		t.Fatal(err)
	}
	certificate, signature, found := strings.Cut(a.header.Get("Authorization"), ".")
	if !found {
		t.Fatalf("the token is %q", a.header.Get("Authorization"))
	}
	encode := base64.StdEncoding.EncodeToString
	payload := "POST." + encode([]byte(a.path)) + "." + encode(a.body) + "." + certificate
	raw, err := base64.StdEncoding.DecodeString(signature)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(payload))
	block, _ := pem.Decode(a.own.Certificate)
	parsed, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if !ecdsa.VerifyASN1(parsed.PublicKey.(*ecdsa.PublicKey), sum[:], raw) {
		t.Error("the signature does not cover the request")
	}
	var body struct {
		Max    int `json:"max_enrollments"`
		CAName string
		Attrs  []Attribute
	}
	if err := json.Unmarshal(a.body, &body); err != nil {
		t.Fatal(err)
	}
	if body.Max != -1 || body.CAName != "ca-test" || len(body.Attrs) != 1 || !body.Attrs[0].ECert {
		t.Errorf("registered %+v", body)
	}
}

func TestRefusals(t *testing.T) {
	for name, test := range map[string]struct {
		answer string
		denied bool
		is     error
		says   string
	}{
		"registered already": {`{"success":false,"errors":[{"code":74,"message":"Identity 'x' is already registered"}]}`, false, ErrRegistered, ""},
		"wrong password":     {`{"success":false,"errors":[{"code":20,"message":"Authentication failure"}]}`, true, nil, "Authentication failure (code 20)"},
		"not a CA":           {`<html>`, true, nil, "HTTP 401"},
	} {
		t.Run(name, func(t *testing.T) {
			a, ca := newServer(t)
			a.answer = test.answer
			err := ca.Register(t.Context(), a.own, Registration{ID: "x"})
			if err == nil || test.is != nil && !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v", err)
			}
			var refusal *Refusal
			if errors.As(err, &refusal) != test.denied || test.denied && !refusal.Denied() {
				t.Errorf("%v, want denied: %v", err, test.denied)
			}
		})
	}
}

func TestRootAndTrust(t *testing.T) {
	a, ca := newServer(t)
	chain, err := ca.Root(t.Context())
	if err != nil || string(chain) != "the chain" {
		t.Errorf("got %q, %v", chain, err)
	}
	if _, err := New(a.server.URL, "x", []byte("no PEM")); err == nil {
		t.Error("a root that is no certificate was accepted")
	}
	stranger, err := New(a.server.URL, "ca-test", a.own.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stranger.Root(t.Context()); err == nil {
		t.Error("a server under another root was trusted")
	}
}
