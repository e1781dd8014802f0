package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"

	"gopkg.in/yaml.v3"
)

// DefaultDir is the folder in which a network on this machine keeps its state.
const DefaultDir = ".fundtrace"

// Credential is one user in credentials.json of a network's folder.
type Credential struct {
	User         string `json:"user"`
	Password     string `json:"password"`
	Organisation string `json:"organisation"`
	Role         string `json:"role"`
	Party        string `json:"party,omitempty"`
}

// Credentials reads the demo users of the network in dir.
func Credentials(dir string) ([]Credential, error) {
	data, err := os.ReadFile(filepath.Join(dir, "credentials.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no network in %s: start one with `go run ./network up`, or name its folder with --dir", dir)
	}
	if err != nil {
		return nil, fmt.Errorf("read the users of the network: %w", err)
	}
	var list []Credential
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, fmt.Errorf("read the users of the network in %s: %w", dir, err)
	}
	return list, nil
}

// AddressOf answers the address of the gateway of the network in dir.
func AddressOf(dir string) (string, error) {
	data, err := os.ReadFile(filepath.Join(dir, "gateway.yaml"))
	if err != nil {
		return "", fmt.Errorf("read the gateway's address: %w", err)
	}
	var config struct {
		Listen string `yaml:"listen"`
	}
	if err := yaml.Unmarshal(data, &config); err != nil {
		return "", fmt.Errorf("read the gateway's address in %s: %w", dir, err)
	}
	host, port, err := net.SplitHostPort(config.Listen)
	if err != nil {
		return "", fmt.Errorf("%s/gateway.yaml states no address to listen on", dir)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port), nil
}

// FromDir signs in as a demo user of the network in dir.
func FromDir(ctx context.Context, dir, user string) (*Client, error) {
	users, err := Credentials(dir)
	if err != nil {
		return nil, err
	}
	address, err := AddressOf(dir)
	if err != nil {
		return nil, err
	}
	for _, u := range users {
		if u.User == user {
			c := New(address)
			if err := c.SignIn(ctx, u.User, u.Password); err != nil {
				return nil, fmt.Errorf("sign in as %s: %w", user, err)
			}
			return c, nil
		}
	}
	return nil, fmt.Errorf("%s/credentials.json lists no user %s", dir, user)
}
