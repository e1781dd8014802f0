// Package config reads gateway.yaml, the one file that tells a gateway where it is and whom it serves.
//
//	listen: 127.0.0.1:8080             # where HTTP is served
//	data: /srv/fundtrace               # read model, wallet, outbox and documents; made if absent
//	channel: fundtrace
//	chaincode: fundtrace
//	wallet_key_file: /srv/wallet.key   # seals the users' keys; made on first start; default: wallet.key in data
//	consortium_key_file: /srv/scf.key  # names invoices: 32 bytes in hexadecimal, mode 0600, the same at every member of the
//	                                   # consortium; made once with openssl rand -hex 32. Without it: no invoices here
//	peer:                              # the one connection to the channel
//	  endpoint: 127.0.0.1:7051
//	  tls_ca: /srv/finance-tls-ca.pem
//	  server_name: ""                  # when the certificate names another host than the endpoint
//	service:                           # the identity that reads blocks and evaluates; it records nothing but anchors of the log
//	  msp: FinanceMSP
//	  certificate: /srv/cert.pem
//	  key: /srv/key.pem
//	endorsers: [BankMSP, FinanceMSP]   # organisations whose peers must endorse every record
//	organisations:                     # whose users may sign in here
//	  - name: finance                  # what follows the @ in a user's name
//	    msp: FinanceMSP
//	    ca: {url: "https://127.0.0.1:7054", name: ca-finance, tls_ca: /srv/ca-tls.pem}
//	read_model: ""                     # path of the SQLite file; empty: readmodel.db in data
//	read_log_stream: gateway           # names the read log's anchors on the ledger: give each gateway of an organisation its own
//
// Relative paths count from the folder of the file.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"gopkg.in/yaml.v3"
)

// Config is a gateway's configuration. Paths are absolute once loaded.
type Config struct {
	Listen        string         `yaml:"listen"`          // host:port of the HTTP server
	Data          string         `yaml:"data"`            // folder of everything that the gateway keeps
	Channel       string         `yaml:"channel"`         // Fabric channel
	Chaincode     string         `yaml:"chaincode"`       // name of the chaincode on the channel
	WalletKeyFile string         `yaml:"wallet_key_file"` // 32 random bytes in hexadecimal
	Peer          Peer           `yaml:"peer"`
	Service       Service        `yaml:"service"`
	Endorsers     []string       `yaml:"endorsers"` // MSP identifiers
	Organisations []Organisation `yaml:"organisations"`
	ReadModel     string         `yaml:"read_model"` // empty: SQLite in Data
	// ConsortiumKeyFile holds the key that invoices are named with; empty: this gateway keeps no invoice registry.
	ConsortiumKeyFile string `yaml:"consortium_key_file"`
	// ReadLogStream names the anchors of the gateway's read log on the ledger, within the service identity's organisation.
	ReadLogStream string `yaml:"read_log_stream"`
}

// Peer is the peer through which the gateway reaches the channel.
type Peer struct {
	Endpoint   string `yaml:"endpoint"`    // host:port
	TLSCA      string `yaml:"tls_ca"`      // PEM file of the authorities that certified the peer's TLS certificate
	ServerName string `yaml:"server_name"` // overrides the host that the certificate is checked against
}

// Service is the gateway's own identity. It reads blocks, evaluates and, with the attribute role=service, anchors the
// gateway's log; whatever else is recorded, users sign.
type Service struct {
	MSP         string `yaml:"msp"`
	Certificate string `yaml:"certificate"` // PEM file
	Key         string `yaml:"key"`         // PEM file, PKCS #8
}

// Organisation is a member of the channel whose users may sign in.
type Organisation struct {
	Name string `yaml:"name"` // short: finance, bank
	MSP  string `yaml:"msp"`
	CA   CA     `yaml:"ca"`
}

// CA is the organisation's certificate authority in a Fabric CA server.
type CA struct {
	URL   string `yaml:"url"`    // https
	Name  string `yaml:"name"`   // of the authority in the server
	TLSCA string `yaml:"tls_ca"` // PEM file of the authorities that certified the server's TLS certificate
}

// Load reads and checks the file. It refuses keys that it does not know, so that a misspelt one is not passed over, and
// names everything that is missing or wrong at once.
func Load(path string) (*Config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the gateway's configuration: %w", err)
	}
	var c Config
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(&c); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%s is empty: it needs at least data, channel, chaincode, peer, service, endorsers and organisations", path)
		}
		return nil, fmt.Errorf("%s cannot be read: %w", path, err)
	}
	if err := d.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s holds more than one document: keep the first and remove what follows ---", path)
	}
	folder, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("find the folder of %s: %w", path, err)
	}
	c.complete(folder)
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("%s is incomplete:\n%w", path, err)
	}
	return &c, nil
}

// Organisation finds an organisation by its short name.
func (c *Config) Organisation(name string) (Organisation, bool) {
	for _, o := range c.Organisations {
		if o.Name == name {
			return o, true
		}
	}
	return Organisation{}, false
}

// complete fills in defaults and makes paths absolute.
func (c *Config) complete(folder string) {
	if c.Listen == "" {
		c.Listen = "127.0.0.1:8080"
	}
	if c.ReadLogStream == "" {
		c.ReadLogStream = "gateway"
	}
	if c.WalletKeyFile == "" && c.Data != "" {
		c.WalletKeyFile = filepath.Join(c.Data, "wallet.key")
	}
	paths := []*string{&c.Data, &c.WalletKeyFile, &c.ConsortiumKeyFile, &c.Peer.TLSCA, &c.Service.Certificate, &c.Service.Key}
	for i := range c.Organisations {
		paths = append(paths, &c.Organisations[i].CA.TLSCA)
	}
	for _, p := range paths {
		if *p != "" && !filepath.IsAbs(*p) {
			*p = filepath.Join(folder, *p)
		}
	}
}
