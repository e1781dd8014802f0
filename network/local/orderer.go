package local

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"

	"fundtrace/network/process"
)

// writeOrdererConfig writes the configuration of an ordering node: upstream's
// sample, with what differs here.
func (n *Network) writeOrdererConfig(o OrdererNode) error {
	home := n.paths.node("orderers", o.Name)
	host, portText, err := net.SplitHostPort(o.Address)
	if err != nil {
		return fmt.Errorf("read the address of %s: %w", o.Name, err)
	}
	port, err := strconv.Atoi(portText)
	if err != nil {
		return fmt.Errorf("read the port of %s: %w", o.Name, err)
	}
	certificate, key := tlsFiles(home)
	data := filepath.Join(home, "data")
	roots := []string{n.paths.root(orderingOrganisation.Name)}
	changes := object{
		"General": object{
			"ListenAddress": host, "ListenPort": port,
			"TLS": object{
				"Enabled": true, "Certificate": certificate, "PrivateKey": key, "RootCAs": roots,
			},
			"Cluster": object{"ClientCertificate": certificate, "ClientPrivateKey": key},
			// A restarted neighbour is found again soon.
			"Backoff":     object{"BaseDelay": "100ms", "MaxDelay": "2s"},
			"LocalMSPDir": filepath.Join(home, "msp"), "LocalMSPID": orderingOrganisation.MSP,
		},
		"FileLedger": object{"Location": filepath.Join(data, "ledger")},
		"Consensus":  object{"WALDir": filepath.Join(data, "wal"), "SnapDir": filepath.Join(data, "snapshots")},
		"Operations": object{"ListenAddress": o.Operations},
		"Metrics":    object{"Provider": "prometheus"},
		// Whoever reaches this endpoint decides which channels the node
		// orders: it asks for a certificate of the ordering organisation.
		"Admin": object{
			"ListenAddress": o.Admin,
			"TLS": object{
				"Enabled": true, "Certificate": certificate, "PrivateKey": key,
				"ClientAuthRequired": true, "ClientRootCAs": roots,
			},
		},
		"ChannelParticipation": object{"Enabled": true},
	}
	return overlay(n.programs.OrdererYAML, filepath.Join(home, "config", "orderer.yaml"), changes)
}

// startOrderer starts an ordering node and waits until it is healthy.
func (n *Network) startOrderer(ctx context.Context, o OrdererNode) error {
	home := n.paths.node("orderers", o.Name)
	if err := n.writeOrdererConfig(o); err != nil {
		return err
	}
	return n.run(ctx, process.Spec{
		Name: o.Name, Path: n.programs.Orderer, Dir: home,
		Env: environment(
			"FABRIC_CFG_PATH="+filepath.Join(home, "config"),
			"FABRIC_LOGGING_SPEC=info:grpc=error:comm.grpc.server=warn", logFormat,
			"GOGC=200",
		),
		// The health endpoint opens before the others do.
		Ready: func(ctx context.Context) error {
			if err := healthy(ctx, o.Operations); err != nil {
				return err
			}
			root := n.paths.root(orderingOrganisation.Name)
			if err := handshake(ctx, o.Address, root, "", ""); err != nil {
				return err
			}
			certificate, key := tlsFiles(home)
			return handshake(ctx, o.Admin, root, certificate, key)
		},
	})
}

// ordererAdmin returns what the administration endpoint of an ordering node
// asks for: its root certificates to trust and a certificate to show.
func (n *Network) ordererAdmin(o OrdererNode) (*x509.CertPool, tls.Certificate, error) {
	text, err := os.ReadFile(n.paths.root(orderingOrganisation.Name))
	if err != nil {
		return nil, tls.Certificate{}, fmt.Errorf("read the root certificate of the ordering organisation: %w", err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(text)
	own, err := tls.LoadX509KeyPair(tlsFiles(n.paths.node("orderers", o.Name)))
	if err != nil {
		return nil, tls.Certificate{}, fmt.Errorf("read the TLS certificate of %s: %w", o.Name, err)
	}
	return roots, own, nil
}
