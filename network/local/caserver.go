package local

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"

	"fundtrace/gateway/enrol"
	"fundtrace/network/process"

	"gopkg.in/yaml.v3"
)

type object = map[string]any

// registrar is the one identity that a new authority knows: it registers all
// others.
const registrar = "registrar"

// Lifetimes of certificates. A local network is not operated: its nodes'
// certificates must not run out while somebody still uses it.
const (
	rootLifetime        = "131400h" // 15 years
	certificateLifetime = "87600h"  // 10 years
)

// caName is the name of an organisation's authority in the CA server.
func caName(organisation string) string { return "ca-" + organisation }

// caHome is the folder of an organisation's authority. The ordering
// organisation's authority is the server's own: its folder holds the server.
func (p paths) caHome(organisation string) string {
	if organisation == orderingOrganisation.Name {
		return p.join("ca")
	}
	return p.join("ca", organisation)
}

const caConfigFile = "fabric-ca-server-config.yaml"

// writeCAConfig writes the configuration of the CA server and of every
// authority in it.
func (n *Network) writeCAConfig() error {
	var others []string
	for _, o := range n.topology.Organisations {
		config, err := n.authority(o.Name)
		if err != nil {
			return err
		}
		if err := writeYAML(filepath.Join(n.paths.caHome(o.Name), caConfigFile), config); err != nil {
			return err
		}
		others = append(others, filepath.Join(o.Name, caConfigFile))
	}
	config, err := n.authority(orderingOrganisation.Name)
	if err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(n.topology.CA.Address)
	if err != nil {
		return fmt.Errorf("read the address of the CA server: %w", err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return fmt.Errorf("read the port of the CA server: %w", err)
	}
	config["address"] = host
	config["port"] = number
	config["tls"] = object{"enabled": true}
	config["cafiles"] = others
	config["operations"] = object{"listenAddress": n.topology.CA.Operations}
	config["metrics"] = object{"provider": "prometheus"}
	return writeYAML(filepath.Join(n.paths.caHome(orderingOrganisation.Name), caConfigFile), config)
}

// authority is the configuration of one organisation's authority.
func (n *Network) authority(organisation string) (object, error) {
	secret, err := n.secrets.of(registrar + "@" + organisation)
	if err != nil {
		return nil, err
	}
	usage := func(names ...string) object { return object{"usage": names, "expiry": certificateLifetime} }
	return object{
		"version": "1.5.13",
		"ca":      object{"name": caName(organisation)},
		"registry": object{
			"maxenrollments": -1,
			"identities": []object{{
				"name": registrar, "pass": secret, "type": "client", "affiliation": "",
				"attrs": object{
					"hf.Registrar.Roles":      "client,admin,peer,orderer",
					"hf.Registrar.Attributes": "*",
					"hf.Revoker":              true,
					"hf.GenCRL":               true,
				},
			}},
		},
		"db": object{"type": "sqlite3", "datasource": "authority.db"},
		"csr": object{
			"cn":         caName(organisation),
			"keyrequest": object{"algo": "ecdsa", "size": 256},
			"names":      []object{{"C": "CN", "O": organisation}},
			"hosts":      []string{"127.0.0.1", "localhost"},
			"ca":         object{"expiry": rootLifetime, "pathlength": 0},
		},
		"signing": object{
			"default": usage("digital signature"),
			"profiles": object{
				"tls": usage("signing", "key encipherment", "server auth", "client auth", "key agreement"),
			},
		},
		// Five wrong passwords would lock a demo user out; ten is upstream's
		// default and leaves the gateway room to limit attempts itself.
		"cfg": object{"identities": object{"passwordattempts": 10}},
		"bccsp": object{"default": "SW", "sw": object{
			"hash": "SHA2", "security": 256, "filekeystore": object{"keystore": "msp/keystore"},
		}},
	}, nil
}

// startCA starts the CA server and waits until it answers.
func (n *Network) startCA(ctx context.Context) error {
	home := n.paths.caHome(orderingOrganisation.Name)
	ca := n.topology.CA
	return n.run(ctx, process.Spec{
		Name: ca.Name,
		Path: n.programs.CAServer,
		Args: []string{"start", "--home", home, "--loglevel", "warning"},
		Dir:  home,
		Env:  environment(),
		Ready: func(ctx context.Context) error {
			if err := healthy(ctx, ca.Operations); err != nil {
				return err
			}
			return handshake(ctx, ca.Address, filepath.Join(home, "ca-cert.pem"), "", "")
		},
	})
}

// CA returns the authority of an organisation.
func (n *Network) CA(organisation string) (*enrol.Authority, error) {
	if _, err := n.topology.organisation(organisation); err != nil {
		return nil, err
	}
	root, err := os.ReadFile(n.paths.caRoot())
	if err != nil {
		return nil, fmt.Errorf("read the root certificate of the CA server: %w", err)
	}
	return enrol.New("https://"+n.topology.CA.Address, caName(organisation), root)
}

// environment is what a node inherits: nothing but the means to run.
// Settings of the user's shell, such as a CORE_ variable for another network
// or a proxy, must not reach the nodes.
func environment(extra ...string) []string {
	env := []string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir()}
	return append(env, extra...)
}

func writeYAML(path string, value any) error {
	text, err := yaml.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode %s: %w", filepath.Base(path), err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("make the folder of %s: %w", filepath.Base(path), err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	return nil
}
