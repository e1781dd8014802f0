package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"regexp"
)

// streamName is what the ledger takes as the name of a stream of anchors.
var streamName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$`)

// findings gathers what is wrong, one sentence each.
type findings []error

func (f *findings) add(format string, args ...any) { *f = append(*f, fmt.Errorf("- "+format, args...)) }

// check names everything that is missing or cannot work.
func (c *Config) check() error {
	var f findings
	f.hostPort("listen", c.Listen)
	f.given("data", c.Data, "the folder where the gateway keeps its files")
	f.given("channel", c.Channel, "the Fabric channel")
	f.given("chaincode", c.Chaincode, "the chaincode's name on the channel")
	f.hostPort("peer.endpoint", c.Peer.Endpoint)
	f.file("peer.tls_ca", c.Peer.TLSCA, "the certificate of the authority that certified the peer's TLS certificate")
	f.given("service.msp", c.Service.MSP, "the organisation of the gateway's own identity, such as FinanceMSP")
	f.file("service.certificate", c.Service.Certificate, "the certificate of the gateway's own identity")
	f.file("service.key", c.Service.Key, "the private key of the gateway's own identity")
	if !streamName.MatchString(c.ReadLogStream) {
		f.add("read_log_stream is %q: use up to 80 letters, digits, - _ and ., beginning with a letter or a digit", c.ReadLogStream)
	}
	if c.ConsortiumKeyFile != "" {
		if _, err := os.Stat(c.ConsortiumKeyFile); err != nil {
			f.add("consortium_key_file cannot be opened: %w", err)
		}
	}
	if len(c.Endorsers) == 0 {
		f.add("endorsers is missing: list the organisations whose peers endorse, such as [BankMSP, FinanceMSP]")
	}
	seen := map[string]bool{}
	for _, msp := range c.Endorsers {
		if msp == "" || seen[msp] {
			f.add("endorsers lists %q twice or empty: list each organisation once", msp)
		}
		seen[msp] = true
	}
	f.organisations(c.Organisations)
	return errors.Join(f...)
}

func (f *findings) organisations(list []Organisation) {
	if len(list) == 0 {
		f.add("organisations is missing: list those whose users sign in here, each with name, msp and ca")
	}
	seen := map[string]bool{}
	for i, o := range list {
		at := fmt.Sprintf("organisations[%d]", i)
		f.given(at+".name", o.Name, "what follows the @ in its users' names")
		if o.Name != "" && seen[o.Name] {
			f.add("%s.name is %q again: each organisation has a name of its own", at, o.Name)
		}
		seen[o.Name] = true
		f.given(at+".msp", o.MSP, "its MSP identifier, such as BankMSP")
		f.given(at+".ca.name", o.CA.Name, "the authority's name in the Fabric CA server")
		f.file(at+".ca.tls_ca", o.CA.TLSCA, "the certificate that the CA server's TLS certificate is checked with")
		// Passwords go to this address: it must be encrypted.
		if u, err := url.Parse(o.CA.URL); err != nil || u.Scheme != "https" || u.Host == "" {
			f.add("%s.ca.url is %q: give the Fabric CA server's address, such as https://127.0.0.1:7054", at, o.CA.URL)
		}
	}
}

func (f *findings) given(name, value, what string) {
	if value == "" {
		f.add("%s is missing: give %s", name, what)
	}
}

func (f *findings) hostPort(name, value string) {
	if host, port, err := net.SplitHostPort(value); err != nil || host == "" || port == "" {
		f.add("%s is %q: give host and port, such as 127.0.0.1:7051", name, value)
	}
}

func (f *findings) file(name, path, what string) {
	if path == "" {
		f.add("%s is missing: name the PEM file of %s", name, what)
		return
	}
	if info, err := os.Stat(path); err != nil {
		f.add("%s cannot be opened: %w", name, err)
	} else if info.IsDir() {
		f.add("%s is a folder: name the PEM file of %s", name, what)
	}
}
