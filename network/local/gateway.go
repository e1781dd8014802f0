package local

import (
	"context"
	"fmt"
	"os"
	"time"

	"fundtrace/gateway/config"
	"fundtrace/network/process"

	"gopkg.in/yaml.v3"
)

// gatewayFile is the gateway's configuration in the network's directory.
const gatewayFile = "gateway.yaml"

// WriteGatewayConfig writes gateway.yaml for a gateway that serves all
// organisations from the finance bureau's peer and listens on the address.
// It returns the file's path. Tests that run a gateway of their own use it.
func (n *Network) WriteGatewayConfig(listen string) (string, error) {
	peer, err := n.Peer("finance")
	if err != nil {
		return "", err
	}
	data := n.paths.join("gateway")
	if err := os.MkdirAll(data, 0o700); err != nil {
		return "", fmt.Errorf("make the gateway's folder: %w", err)
	}
	certificate, key := n.paths.client("finance", serviceName)
	settings := config.Config{
		Listen: listen, Data: data, Channel: n.topology.Channel, Chaincode: n.topology.Chaincode,
		WalletKeyFile:     n.paths.join("gateway", "wallet.key"),
		ConsortiumKeyFile: n.paths.consortiumKey(),

		Peer:      config.Peer{Endpoint: peer.Address, TLSCA: peer.TLSRootFile},
		Service:   config.Service{MSP: peer.MSP, Certificate: certificate, Key: key},
		Endorsers: []string{"BankMSP", "FinanceMSP"},
	}
	for _, o := range n.topology.Organisations {
		settings.Organisations = append(settings.Organisations, config.Organisation{
			Name: o.Name, MSP: o.MSP,
			CA: config.CA{URL: "https://" + n.topology.CA.Address, Name: caName(o.Name), TLSCA: n.paths.caRoot()},
		})
	}
	text, err := yaml.Marshal(settings)
	if err != nil {
		return "", fmt.Errorf("encode the gateway's configuration: %w", err)
	}
	path := n.paths.join(gatewayFile)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return "", fmt.Errorf("write the gateway's configuration: %w", err)
	}
	return path, nil
}

// prepareGateway decides where the gateway listens and writes its
// configuration, also for a gateway that is started by hand.
func (n *Network) prepareGateway() error {
	if n.options.GatewayAddress != "" {
		n.topology.Gateway.Address = n.options.GatewayAddress
		if err := saveJSON(n.paths.join(topologyFile), n.topology, 0o644); err != nil {
			return err
		}
	}
	_, err := n.WriteGatewayConfig(n.topology.Gateway.Address)
	return err
}

// checkGatewayAddress refuses an address of the user's choice that is taken,
// before anything else is started.
func (n *Network) checkGatewayAddress() error {
	address := n.options.GatewayAddress
	if !n.options.Gateway || address == "" {
		return nil
	}
	if err := awaitFree(address); err != nil {
		return fmt.Errorf("the gateway cannot listen on %s (choose another with --port; 0 picks a free one): %w", address, err)
	}
	return nil
}

// catchUpLimit is how long the gateway may take to read what is on the ledger
// already: all of it, if its read model was deleted.
const catchUpLimit = 30 * time.Minute

// startGateway starts the gateway and waits until it serves and knows what is
// on the ledger.
func (n *Network) startGateway(ctx context.Context) error {
	base := "http://" + n.topology.Gateway.Address
	name := n.topology.Gateway.Name
	err := n.run(ctx, process.Spec{
		Name: name, Path: n.paths.program("gateway"),
		Args: []string{"serve", "--config", n.paths.join(gatewayFile)}, Dir: n.paths.join("gateway"),
		Env:   environment("HOME=" + n.paths.join("gateway")),
		Ready: func(ctx context.Context) error { return answers(ctx, base+"/healthz") },
	})
	if err != nil {
		return err
	}
	known := func(ctx context.Context) error { return current(ctx, base+"/readyz") }
	if known(ctx) == nil {
		return nil
	}
	n.options.report("waiting for the gateway to read the ledger")
	p, err := n.process(name)
	if err != nil {
		return err
	}
	return p.Until(ctx, catchUpLimit, known)
}
