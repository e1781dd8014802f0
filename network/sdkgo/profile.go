package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// topology is what this program reads of a network's network.json.
type topology struct {
	Channel       string `json:"channel"`
	Chaincode     string `json:"chaincode"`
	Organisations []struct {
		Name string
		MSP  string
		Peer bool
	} `json:"organisations"`
	CA       node   `json:"ca"`
	Orderers []node `json:"orderers"`
	Peers    []node `json:"peers"`
}

type node struct {
	Name         string `json:"name"`
	Organisation string `json:"organisation"`
	Address      string `json:"address"`
}

func loadTopology(dir string) (*topology, error) {
	text, err := os.ReadFile(filepath.Join(dir, "network.json"))
	if err != nil {
		return nil, fmt.Errorf("find the network: %w; start one with: go run ./network up", err)
	}
	t := &topology{}
	if err := json.Unmarshal(text, t); err != nil {
		return nil, fmt.Errorf("read network.json: %w", err)
	}
	return t, nil
}

// object is a node of the connection profile.
type object map[string]any

// profile is the connection profile that the SDK takes, as JSON, for a client of the organisation. Keys that the SDK
// makes go to the folder store.
func (t *topology) profile(dir, organisation, store string) ([]byte, error) {
	tls := func(name string) object {
		return object{"path": filepath.Join(dir, "orgs", name, "msp", "cacerts", "ca.pem")}
	}
	members, peers, inChannel, byOrg := object{}, object{}, object{}, map[string][]string{}
	for _, p := range t.Peers {
		peers[p.Name] = object{"url": "grpcs://" + p.Address, "tlsCACerts": tls(p.Organisation),
			"grpcOptions": object{"ssl-target-name-override": "127.0.0.1"}}
		inChannel[p.Name] = object{"endorsingPeer": p.Organisation != "audit", "chaincodeQuery": true, "ledgerQuery": true, "eventSource": true}
		byOrg[p.Organisation] = append(byOrg[p.Organisation], p.Name)
	}
	for _, o := range t.Organisations {
		member := object{"mspid": o.MSP, "cryptoPath": filepath.Join(store, "msp")}
		if names := byOrg[o.Name]; names != nil {
			member["peers"] = names
		}
		if o.Name == organisation {
			member["certificateAuthorities"] = []string{"ca-" + o.Name}
		}
		members[o.Name] = member
	}
	orderers := object{}
	for _, o := range t.Orderers {
		orderers[o.Name] = object{"url": "grpcs://" + o.Address, "tlsCACerts": tls("orderer")}
	}
	return json.Marshal(object{
		"version": "1.0.0",
		"client": object{"organization": organisation,
			"credentialStore": object{"path": filepath.Join(store, "users"), "cryptoStore": object{"path": filepath.Join(store, "keys")}},
			"BCCSP": object{"security": object{"enabled": true, "default": object{"provider": "SW"}, "hashAlgorithm": "SHA2",
				"softVerify": true, "level": 256}}},
		"channels":      object{t.Channel: object{"peers": inChannel, "orderers": keys(orderers)}},
		"organizations": members, "peers": peers, "orderers": orderers,
		"certificateAuthorities": object{"ca-" + organisation: object{"url": "https://" + t.CA.Address, "caName": "ca-" + organisation,
			"tlsCACerts": object{"path": filepath.Join(dir, "ca", "tls-ca.pem")}}},
	})
}

func keys(o object) []string {
	names := make([]string, 0, len(o))
	for name := range o {
		names = append(names, name)
	}
	return names
}
