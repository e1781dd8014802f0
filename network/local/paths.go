package local

import "path/filepath"

// paths are the places of things in a network's directory.
type paths string

func (p paths) join(elements ...string) string {
	return filepath.Join(append([]string{string(p)}, elements...)...)
}

func (p paths) program(name string) string { return p.join("bin", name) }
func (p paths) log(name string) string     { return p.join("logs", name+".log") }
func (p paths) genesis() string            { return p.join("channel", ChannelName+".block") }
func (p paths) caRoot() string             { return p.join("ca", "tls-ca.pem") }
func (p paths) consortiumKey() string      { return p.join("consortium.key") }

// msp is the membership folder that describes an organisation to others.
func (p paths) msp(organisation string) string { return p.join("orgs", organisation, "msp") }

// root is the certificate of an organisation's authority, which certifies
// both its identities and its TLS certificates.
func (p paths) root(organisation string) string {
	return filepath.Join(p.msp(organisation), "cacerts", "ca.pem")
}

// client is the folder of a client identity that is no person: cert.pem, key.pem.
func (p paths) client(organisation, name string) (certificate, key string) {
	dir := p.join("orgs", organisation, name)
	return filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
}

// node is the home of a peer or an orderer.
func (p paths) node(kind, name string) string { return p.join(kind, name) }

// tls are the TLS credential files of a node.
func tlsFiles(home string) (certificate, key string) {
	return filepath.Join(home, "tls", "cert.pem"), filepath.Join(home, "tls", "key.pem")
}
