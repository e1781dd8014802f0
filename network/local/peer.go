package local

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"fundtrace/network/process"

	"gopkg.in/yaml.v3"
)

// writePeerConfig writes the configuration of a peer: upstream's sample, with
// what differs here. Only differences are named, each with its reason.
func (n *Network) writePeerConfig(p PeerNode) error {
	home := n.paths.node("peers", p.Name)
	o, err := n.topology.organisation(p.Organisation)
	if err != nil {
		return err
	}
	certificate, key := tlsFiles(home)
	data := filepath.Join(home, "data")
	root := n.paths.root(p.Organisation)
	changes := object{
		"peer": object{
			"id": p.Name, "networkId": n.topology.Channel,
			"listenAddress": p.Address, "address": p.Address,
			"chaincodeListenAddress": p.Chaincode, "chaincodeAddress": p.Chaincode,
			"localMspId": o.MSP, "mspConfigPath": filepath.Join(home, "msp"),
			"fileSystemPath": data,
			"tls": object{
				"enabled": true, "cert": object{"file": certificate}, "key": object{"file": key},
				"rootcert": object{"file": root},
			},
			"gossip": gossip(p),
			"deliveryclient": object{
				// A lost ordering node is tried again soon and for ever.
				"reConnectBackoffThreshold": "2s", "reconnectTotalTimeThreshold": "876000h",
			},
			"limits": object{"concurrency": object{
				// Upstream's 500 refuses a burst that this peer can serve.
				"gatewayService": 5000, "endorserService": 5000, "deliverService": 5000,
			}},
			"gateway": object{"enabled": true, "endorsementTimeout": "60s", "broadcastTimeout": "30s", "dialTimeout": "30s"},
		},
		// No Docker: an empty endpoint keeps the health check from asking for it.
		"vm": object{"endpoint": ""},
		"chaincode": object{
			"executetimeout": "60s", // bulk transactions on a slow machine
			"externalBuilders": []object{{
				"name": "ccaas", "path": n.paths.join("builder"),
				"propagateEnvironment": []string{builderVariable},
			}},
		},
		"ledger": object{
			// The read model answers questions about history; without this
			// database a block costs one synchronous write less.
			"history":   object{"enableHistoryDatabase": false},
			"snapshots": object{"rootDir": filepath.Join(data, "snapshots")},
		},
		"operations": object{"listenAddress": p.Operations},
		"metrics":    object{"provider": "prometheus"},
	}
	return overlay(n.programs.CoreYAML, filepath.Join(home, "config", "core.yaml"), changes)
}

// gossip is how a peer finds the peers of the other organisations. Upstream's
// timers suit networks over many machines: there a client waits 25 s until
// its gateway can ask another organisation for an endorsement; here less than
// one second.
func gossip(p PeerNode) object {
	return object{
		"bootstrap": p.Address, "endpoint": p.Address,
		"externalEndpoint":  p.Address,                // without it other organisations cannot see this peer
		"useLeaderElection": false, "orgLeader": true, // one peer per organisation
		"state":             object{"enabled": false}, // blocks come from the orderer
		"reconnectInterval": "1s", "aliveTimeInterval": "1s", "aliveExpirationTimeout": "5s",
		"membershipTrackerInterval": "1s", "pullInterval": "1s",
		"requestStateInfoInterval": "1s", "publishStateInfoInterval": "1s",
	}
}

// logFormat is the nodes' log line without colours: logs go to files.
const logFormat = "FABRIC_LOGGING_FORMAT=%{time:2006-01-02T15:04:05.000Z07:00} %{level:.4s} [%{module}] %{message}"

// builderVariable carries a peer's settings to the chaincode builder.
const builderVariable = "CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG"

// startPeer starts a peer and waits until it is healthy.
func (n *Network) startPeer(ctx context.Context, p PeerNode) error {
	home := n.paths.node("peers", p.Name)
	if err := n.writePeerConfig(p); err != nil {
		return err
	}
	// What the builder made of the chaincode package names the chaincode's
	// address, which may be another one in this run. The peer makes it again.
	if err := os.RemoveAll(filepath.Join(home, "data", "externalbuilder", "builds")); err != nil {
		return fmt.Errorf("clear the chaincode connections of %s: %w", p.Name, err)
	}
	settings, err := n.builderSettings(home)
	if err != nil {
		return err
	}
	return n.run(ctx, process.Spec{
		Name: p.Name, Path: n.programs.Peer, Args: []string{"node", "start"}, Dir: home,
		Env: environment(
			"FABRIC_CFG_PATH="+filepath.Join(home, "config"),
			"FABRIC_LOGGING_SPEC=info:grpc=error:gossip=warn:comm.grpc.server=warn:endorser=warn:chaincode=warn:lockbasedtxmgr=warn",
			logFormat,
			"GOGC=200", // memory for speed: a ledger node allocates much per block
			builderVariable+"="+settings,
		),
		Ready: func(ctx context.Context) error {
			if err := healthy(ctx, p.Operations); err != nil {
				return err
			}
			return handshake(ctx, p.Address, n.paths.root(p.Organisation), "", "")
		},
	})
}

// builderSettings is what the chaincode builder needs to connect the peer in
// home to the chaincode: both show each other certificates.
func (n *Network) builderSettings(home string) (string, error) {
	certificateFile, keyFile := tlsFiles(home)
	settings := map[string]string{"address": n.topology.ChaincodeNode.Address}
	for name, path := range map[string]string{
		"client_cert": certificateFile, "client_key": keyFile, "root_cert": n.paths.root("finance"),
	} {
		text, err := os.ReadFile(path)
		if err != nil {
			return "", fmt.Errorf("read a certificate for the chaincode connection: %w", err)
		}
		settings[name] = string(text)
	}
	text, err := json.Marshal(settings)
	if err != nil {
		return "", fmt.Errorf("encode the chaincode connection: %w", err)
	}
	return string(text), nil
}

// overlay writes a copy of a YAML file in which the given settings replace
// those of the original.
func overlay(original, path string, changes object) error {
	text, err := os.ReadFile(original)
	if err != nil {
		return fmt.Errorf("read upstream's configuration: %w", err)
	}
	settings := object{}
	if err := yaml.Unmarshal(text, &settings); err != nil {
		return fmt.Errorf("read upstream's configuration: %w", err)
	}
	replace(settings, changes)
	return writeYAML(path, settings)
}

// replace puts the changes into the settings, section by section.
func replace(settings, changes object) {
	for name, change := range changes {
		section, isSection := change.(object)
		existing, hasSection := settings[name].(object)
		if isSection && hasSection {
			replace(existing, section)
			continue
		}
		settings[name] = change
	}
}
