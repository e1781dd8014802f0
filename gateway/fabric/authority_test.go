package fabric

import (
	"context"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/config"
)

// testCA speaks the two calls of a Fabric CA that the gateway uses, and checks what it is sent as the real one does.
type testCA struct {
	t      *testing.T
	key    *ecdsa.PrivateKey
	life   time.Duration
	answer func(w http.ResponseWriter) bool // answers instead
	name   string                           // certified instead of what was asked for
	calls  []string
}

func (ca *testCA) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ca.calls = append(ca.calls, r.URL.Path)
	if ca.answer != nil && ca.answer(w) {
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		ca.t.Error(err)
	}
	var request struct {
		CSR    string `json:"certificate_request"`
		CAName string `json:"caname"`
	}
	if err := json.Unmarshal(body, &request); err != nil || request.CAName != "ca-bank" {
		ca.t.Errorf("request %s: %v", body, err)
	}
	user, password, _ := r.BasicAuth()
	if r.URL.Path == "/api/v1/reenroll" {
		user, password = ca.holder(r, body), "right"
	}
	if password != "right" {
		w.WriteHeader(http.StatusUnauthorized)
		io.WriteString(w, `{"success":false,"errors":[{"code":20,"message":"Authentication failure"}]}`)
		return
	}
	block, _ := pem.Decode([]byte(request.CSR))
	csr, err := x509.ParseCertificateRequest(block.Bytes)
	if err != nil || csr.CheckSignature() != nil || csr.Subject.CommonName != user {
		ca.t.Errorf("certificate request of %s: %v", user, err)
	}
	if ca.name != "" {
		user = ca.name
	}
	cert := certify(ca.t, user, csr.PublicKey.(*ecdsa.PublicKey), ca.key, ca.life)
	json.NewEncoder(w).Encode(map[string]any{"success": true, "errors": []string{}, "result": map[string]any{"Cert": cert}})
}

// holder checks the token and answers who holds the certificate in it.
func (ca *testCA) holder(r *http.Request, body []byte) string {
	encode := base64.StdEncoding.EncodeToString
	certPart, signature, _ := strings.Cut(r.Header.Get("Authorization"), ".")
	text, _ := base64.StdEncoding.DecodeString(certPart)
	block, _ := pem.Decode(text)
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		ca.t.Fatal(err)
	}
	digest := sha256.Sum256([]byte("POST." + encode([]byte(r.URL.Path)) + "." + encode(body) + "." + certPart))
	raw, _ := base64.StdEncoding.DecodeString(signature)
	if !ecdsa.VerifyASN1(cert.PublicKey.(*ecdsa.PublicKey), digest[:], raw) {
		ca.t.Error("the token's signature is wrong")
	}
	return cert.Subject.CommonName
}

// newUsers makes a client that has a wallet and one organisation with a CA, and no channel.
func newUsers(t *testing.T) (*Client, *testCA) {
	t.Helper()
	ca := &testCA{t: t, key: newKey(t), life: 24 * time.Hour}
	server := httptest.NewTLSServer(ca)
	t.Cleanup(server.Close)
	root := filepath.Join(t.TempDir(), "root.pem")
	if err := os.WriteFile(root, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := newAuthority(config.Organisation{Name: "bank", MSP: ledger.BankMSP, CA: config.CA{URL: server.URL, Name: "ca-bank", TLSCA: root}})
	if err != nil {
		t.Fatal(err)
	}
	w, _ := newWallet(t)
	s := &Submitter{}
	s.ctx, s.stop = context.WithCancel(context.Background())
	t.Cleanup(s.stop)
	return &Client{Submitter: s, wallet: w, authorities: map[string]*authority{"bank": a}, log: slog.Default(),
		known: map[string]*Identity{}, renewals: map[string]time.Time{}}, ca
}

func TestEnrol(t *testing.T) {
	c, _ := newUsers(t)
	id, err := c.Enrol(context.Background(), "bank", "custodian@bank", "right")
	if err != nil {
		t.Fatal(err)
	}
	want := ledger.Caller{MSP: ledger.BankMSP, Role: "custodian", Party: owner, Name: "custodian@bank"}
	if id.Caller() != want || id.key == nil {
		t.Errorf("enrolled %+v", id)
	}
	c.known = map[string]*Identity{} // after a restart
	if again, err := c.Identity(context.Background(), "custodian@bank"); err != nil || again.Caller() != want || !again.key.Equal(id.key) {
		t.Errorf("from the wallet: %+v, %v", again, err)
	}
}

func TestEnrolRefuses(t *testing.T) {
	answer := func(status int, text string) func(http.ResponseWriter) bool {
		return func(w http.ResponseWriter) bool { w.WriteHeader(status); io.WriteString(w, text); return true }
	}
	for name, c := range map[string]struct {
		organisation, user, password string
		answer                       func(http.ResponseWriter) bool
		certified                    string
		code                         ledger.Code
	}{
		"wrong password":         {"bank", "custodian@bank", "wrong", nil, "", EnrolmentRefused},
		"no password":            {"bank", "custodian@bank", "", nil, "", EnrolmentRefused},
		"other organisation":     {"audit", "auditor@audit", "right", nil, "", OrganisationUnknown},
		"user of another":        {"bank", "officer@finance", "right", nil, "", EnrolmentRefused},
		"user without a place":   {"bank", "admin", "right", nil, "", EnrolmentRefused},
		"nobody":                 {"bank", "@bank", "right", nil, "", EnrolmentRefused},
		"server fails":           {"bank", "custodian@bank", "right", answer(500, `{"success":false,"errors":[{"code":0,"message":"database is gone"}]}`), "", AuthorityUnavailable},
		"something else answers": {"bank", "custodian@bank", "right", answer(200, "<html>"), "", AuthorityUnavailable},
		"no certificate":         {"bank", "custodian@bank", "right", answer(200, `{"success":true,"result":{}}`), "", AuthorityUnavailable},
		"certificate of another": {"bank", "custodian@bank", "right", nil, "boss@bank", ""},
	} {
		users, ca := newUsers(t)
		ca.answer, ca.name = c.answer, c.certified
		_, err := users.Enrol(context.Background(), c.organisation, c.user, c.password)
		if err == nil || ledger.ErrorCode(err) != c.code {
			t.Errorf("%s: %v, want %q", name, err, c.code)
		}
		if err != nil && c.password != "" && strings.Contains(err.Error(), c.password+" ") {
			t.Errorf("%s: the error shows the password: %v", name, err)
		}
		if _, err := users.Identity(context.Background(), c.user); ledger.ErrorCode(err) != IdentityUnknown {
			t.Errorf("%s: kept nevertheless: %v", name, err)
		}
	}
	users, _ := newUsers(t)
	away := users.authorities["bank"].organisation
	away.CA.URL = "https://127.0.0.1:1"
	var err error
	if users.authorities["bank"], err = newAuthority(away); err != nil {
		t.Fatal(err)
	}
	if _, err := users.Enrol(context.Background(), "bank", "custodian@bank", "right"); ledger.ErrorCode(err) != AuthorityUnavailable {
		t.Errorf("nobody there: %v", err)
	}
}

func TestRenewal(t *testing.T) {
	c, ca := newUsers(t)
	ca.life = 10 * time.Minute // of 70: in its last quarter
	old, err := c.Enrol(context.Background(), "bank", "custodian@bank", "right")
	if err != nil {
		t.Fatal(err)
	}
	ca.life = 24 * time.Hour
	current := func() *Identity {
		id, err := c.Identity(context.Background(), "custodian@bank")
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	if id := current(); id != old {
		t.Error("the caller waited for the renewal")
	}
	until(t, "the certificate is renewed", func() bool { return current().Expires.After(old.Expires) })
	if id := current(); id.key.Equal(old.key) || id.EntryID("k") != old.EntryID("k") {
		t.Error("renewal keeps the key, or changes who the user is")
	}
	c.work.Wait()
	if kept, err := c.wallet.get("custodian@bank"); err != nil || !kept.Expires.Equal(current().Expires) {
		t.Errorf("the wallet keeps %+v, %v", kept, err)
	}
	// Out of reach, and run out.
	ca.life = time.Second
	if _, err = c.Enrol(context.Background(), "bank", "custodian@bank", "right"); err != nil {
		t.Fatal(err)
	}
	ca.answer = func(w http.ResponseWriter) bool { w.WriteHeader(http.StatusInternalServerError); return true }
	until(t, "the certificate runs out", func() bool {
		_, err := c.Identity(context.Background(), "custodian@bank")
		return ledger.ErrorCode(err) == IdentityUnknown
	})
	if n := len(ca.calls); n > 4 {
		t.Errorf("the authority was asked %d times: %v", n, ca.calls)
	}
}
