// Package channel makes the channel of a network: its first block, the nodes
// that join it, and the chaincode definition its organisations agree on.
package channel

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// Organisation is a member of the channel.
type Organisation struct {
	MSP    string // its membership service provider, as in BankMSP
	MSPDir string // absolute path of its membership folder
	Peer   string // host:port of its peer, "" if it has clients only
}

// Orderer is one consenter of the ordering service.
type Orderer struct {
	Address     string // host:port
	Certificate string // absolute path of its TLS certificate, used both ways
}

// Config describes the channel before it exists. What it says is written
// into the first block and can afterwards be changed only by channel
// configuration updates.
type Config struct {
	Name             string
	Organisations    []Organisation
	OrdererMSP       string
	OrdererMSPDir    string
	Orderers         []Orderer
	LifecyclePolicy  string // signature policy for chaincode definitions
	EndorsementRules string // default signature policy for chaincodes that name none
}

// Majority is the signature policy "more than half of these organisations'
// peers".
func Majority(msps []string) string {
	principals := make([]string, len(msps))
	for i, msp := range msps {
		principals[i] = "'" + msp + ".peer'"
	}
	return fmt.Sprintf("OutOf(%d, %s)", len(msps)/2+1, strings.Join(principals, ", "))
}

const profile = "Network"

// Genesis returns the first block of the channel, made by the configtxgen
// program. dir is an empty or disposable directory for its files.
func (c Config) Genesis(ctx context.Context, configtxgen, dir string) ([]byte, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make the channel directory: %w", err)
	}
	document, err := c.document()
	if err != nil {
		return nil, err
	}
	text, err := yaml.Marshal(document)
	if err != nil {
		return nil, fmt.Errorf("write the channel configuration: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "configtx.yaml"), text, 0o644); err != nil {
		return nil, fmt.Errorf("write the channel configuration: %w", err)
	}
	block := filepath.Join(dir, c.Name+".block")
	cmd := exec.CommandContext(ctx, configtxgen, "-configPath", dir, "-profile", profile, "-channelID", c.Name, "-outputBlock", block)
	cmd.Env = []string{"FABRIC_CFG_PATH=" + dir, "HOME=" + dir}
	if output, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("make the first block of the channel: %w\n%s", err, output)
	}
	bytes, err := os.ReadFile(block)
	if err != nil {
		return nil, fmt.Errorf("read the first block of the channel: %w", err)
	}
	return bytes, nil
}

type object = map[string]any

// document is the input of configtxgen.
func (c Config) document() (object, error) {
	var members []object
	for _, o := range c.Organisations {
		member, err := o.document()
		if err != nil {
			return nil, err
		}
		members = append(members, member)
	}
	ordering, err := c.ordering()
	if err != nil {
		return nil, err
	}
	return object{"Profiles": object{profile: object{
		"Policies":     implicit("MAJORITY"),
		"Capabilities": object{"V3_0": true},
		"Orderer":      ordering,
		"Application": object{
			"Organizations": members,
			"Capabilities":  object{"V2_5": true},
			"Policies": merge(implicit("MAJORITY"), object{
				// Spelled out, not "majority of all members": the members
				// without a peer could never endorse and would block it.
				"LifecycleEndorsement": signature(c.LifecyclePolicy),
				"Endorsement":          signature(c.EndorsementRules),
			}),
		},
	}}}, nil
}

// document describes an organisation. Its peer is an anchor from the first
// block on, so that the organisations' peers find each other without a
// configuration update.
func (o Organisation) document() (object, error) {
	d := object{
		"Name": o.MSP, "ID": o.MSP, "MSPDir": o.MSPDir,
		"Policies": object{
			"Readers":     signature(anyOf(o.MSP, "admin", "peer", "client")),
			"Writers":     signature(anyOf(o.MSP, "admin", "client")),
			"Admins":      signature(anyOf(o.MSP, "admin")),
			"Endorsement": signature(anyOf(o.MSP, "peer")),
		},
	}
	if o.Peer != "" {
		host, port, err := split(o.Peer)
		if err != nil {
			return nil, err
		}
		d["AnchorPeers"] = []object{{"Host": host, "Port": port}}
	}
	return d, nil
}

// ordering describes the Raft ordering service.
func (c Config) ordering() (object, error) {
	var endpoints []string
	var consenters []object
	for _, o := range c.Orderers {
		host, port, err := split(o.Address)
		if err != nil {
			return nil, err
		}
		endpoints = append(endpoints, o.Address)
		consenters = append(consenters, object{
			"Host": host, "Port": port,
			"ClientTLSCert": o.Certificate, "ServerTLSCert": o.Certificate,
		})
	}
	return object{
		"OrdererType": "etcdraft",
		// The batch timeout is the least time a lone transaction takes. Bulk
		// transactions are 1-3 MB: a block closes above 2 MB, and a single
		// one far above that still passes.
		"BatchTimeout": "100ms",
		"BatchSize": object{
			"MaxMessageCount":   500,
			"PreferredMaxBytes": "2 MB",
			"AbsoluteMaxBytes":  "64 MB",
		},
		"EtcdRaft": object{
			"Consenters": consenters,
			"Options": object{
				// An ordering node never campaigns early after a restart: it
				// waits ElectionTick ticks, so the tick decides how long a
				// restarted network stands still (1-2 s here, 5-10 s with
				// upstream's 500 ms).
				"TickInterval":         "100ms",
				"ElectionTick":         10,
				"HeartbeatTick":        1,
				"MaxInflightBlocks":    5,
				"SnapshotIntervalSize": "100 MB",
			},
		},
		"Capabilities": object{"V2_0": true},
		"Organizations": []object{{
			"Name": c.OrdererMSP, "ID": c.OrdererMSP, "MSPDir": c.OrdererMSPDir,
			"OrdererEndpoints": endpoints,
			"Policies": object{
				"Readers": signature(anyOf(c.OrdererMSP, "admin", "orderer", "client")),
				"Writers": signature(anyOf(c.OrdererMSP, "admin", "orderer", "client")),
				"Admins":  signature(anyOf(c.OrdererMSP, "admin")),
			},
		}},
		"Policies": merge(implicit("MAJORITY"), object{
			"BlockValidation": object{"Type": "ImplicitMeta", "Rule": "ANY Writers"},
		}),
	}, nil
}

// implicit is the usual set of policies of a group: any reader, any writer,
// and the given share of the administrators.
func implicit(admins string) object {
	meta := func(rule string) object { return object{"Type": "ImplicitMeta", "Rule": rule} }
	return object{"Readers": meta("ANY Readers"), "Writers": meta("ANY Writers"), "Admins": meta(admins + " Admins")}
}

func signature(rule string) object { return object{"Type": "Signature", "Rule": rule} }

func anyOf(msp string, roles ...string) string {
	principals := make([]string, len(roles))
	for i, role := range roles {
		principals[i] = "'" + msp + "." + role + "'"
	}
	return "OR(" + strings.Join(principals, ", ") + ")"
}

func merge(a, b object) object {
	for k, v := range b {
		a[k] = v
	}
	return a
}

func split(address string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		return "", 0, fmt.Errorf("the address %q is not host:port: %w", address, err)
	}
	port, err = strconv.Atoi(text)
	if err != nil {
		return "", 0, fmt.Errorf("the port of %q is not a number: %w", address, err)
	}
	return host, port, nil
}
