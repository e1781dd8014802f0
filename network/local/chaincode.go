package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"fundtrace/network/channel"
	"fundtrace/network/nodes"
	"fundtrace/network/process"
)

// packageLabel is the label of the chaincode package of a version.
func packageLabel(version string) string { return ChaincodeName + "_" + version }

// buildOwn compiles the project's own programs and returns the version of the
// chaincode: a digest of its source, so that the definition on the channel
// says which code was in force.
func (n *Network) buildOwn(ctx context.Context, root string) (version string, err error) {
	programs := map[string]string{"ccaas": "./network/ccaas"}
	if n.options.Chaincode == "" {
		programs["chaincode"] = "./chaincode"
	}
	if n.options.Gateway {
		programs["gateway"] = "./gateway"
	}
	if err := nodes.BuildOwn(ctx, root, n.paths.join("bin"), programs); err != nil {
		return "", err
	}
	if err := n.linkBuilder(); err != nil {
		return "", err
	}
	if n.options.Chaincode == "" {
		return nodes.CodeVersion(ctx, root, "./chaincode")
	}
	if n.options.ChaincodeVersion == "" {
		return "", errors.New("a chaincode program of your own needs a version: set ChaincodeVersion")
	}
	return n.options.ChaincodeVersion, nil
}

// linkBuilder lays out the folder in which peers look for the chaincode
// builder: one program under three names.
func (n *Network) linkBuilder() error {
	dir := n.paths.join("builder", "bin")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the chaincode builder's folder: %w", err)
	}
	for _, step := range []string{"detect", "build", "release"} {
		link := filepath.Join(dir, step)
		if err := os.Remove(link); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("renew the chaincode builder: %w", err)
		}
		if err := os.Symlink(n.paths.program("ccaas"), link); err != nil {
			return fmt.Errorf("link the chaincode builder: %w", err)
		}
	}
	return nil
}

// startChaincode starts the chaincode process, which serves all peers.
func (n *Network) startChaincode(ctx context.Context, version string) error {
	pack, err := channel.Pack(packageLabel(version))
	if err != nil {
		return err
	}
	home := n.paths.join("chaincode")
	bundle, err := n.clientBundle()
	if err != nil {
		return err
	}
	clients := filepath.Join(home, "tls", "peers.pem")
	if err := os.WriteFile(clients, bundle, 0o644); err != nil {
		return fmt.Errorf("write the chaincode's list of peers: %w", err)
	}
	program := n.options.Chaincode
	if program == "" {
		program = n.paths.program("chaincode")
	}
	certificate, key := tlsFiles(home)
	return n.run(ctx, process.Spec{
		Name: n.topology.ChaincodeNode.Name, Path: program, Dir: home,
		Env: environment(
			"CHAINCODE_ID="+pack.ID,
			"CHAINCODE_ADDRESS="+n.topology.ChaincodeNode.Address,
			"CHAINCODE_TLS_CERT="+certificate,
			"CHAINCODE_TLS_KEY="+key,
			"CHAINCODE_CLIENT_CA="+clients,
			"GOGC=800", // little of what a batch allocates outlives it
		),
		Ready: func(ctx context.Context) error { return n.chaincodeAnswers(ctx) },
		Grace: 3 * time.Second,
	})
}

// chaincodeAnswers shakes hands with the chaincode as a peer would.
func (n *Network) chaincodeAnswers(ctx context.Context) error {
	certificate, key := tlsFiles(n.paths.node("peers", n.topology.Peers[0].Name))
	return handshake(ctx, n.topology.ChaincodeNode.Address, n.paths.root("finance"), certificate, key)
}
