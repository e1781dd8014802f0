// Package nodes builds the programs a network is made of: the Fabric nodes,
// once per version into the user's cache, and the project's own programs.
//
// Everything comes from source through the Go module proxy, checked against
// the checksums in the go.sum files of network/nodes: no downloads of
// binaries, no Docker.
package nodes

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/sync/errgroup"
)

// Programs are the paths of the built node programs and of the sample
// configuration files that belong to their version.
type Programs struct {
	Peer        string // the Fabric peer
	Orderer     string // the Fabric ordering node
	Configtxgen string // makes the first block of a channel
	CAServer    string // the Fabric certificate authority
	CoreYAML    string // upstream's complete peer configuration
	OrdererYAML string // upstream's complete orderer configuration
	Versions    map[string]string
}

// module is one nested Go module under network/nodes and what is taken from it.
type module struct {
	name     string   // directory under network/nodes
	upstream string   // module path of the node's own source
	packages []string // main packages to build
	samples  []string // configuration files of upstream's sampleconfig to keep
}

const (
	fabricModule = "github.com/hyperledger/fabric"
	caModule     = "github.com/hyperledger/fabric-ca"
)

var modules = []module{
	{
		name:     "fabric",
		upstream: fabricModule,
		packages: []string{fabricModule + "/cmd/peer", fabricModule + "/cmd/orderer", fabricModule + "/cmd/configtxgen"},
		samples:  []string{"core.yaml", "orderer.yaml"},
	},
	{
		name:     "ca",
		upstream: caModule,
		packages: []string{caModule + "/cmd/fabric-ca-server"},
	},
}

// Build returns the node programs, building those that are not in the cache
// yet. root is the project's source tree. report is told once about each
// module that has to be built, which takes minutes the first time.
// Concurrent calls, also from other processes, wait for each other.
func Build(ctx context.Context, root string, report func(string)) (Programs, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return Programs{}, fmt.Errorf("find the user's cache directory (set HOME or XDG_CACHE_HOME): %w", err)
	}
	cache = filepath.Join(cache, modulePath, "nodes")

	dirs := make([]string, len(modules))
	group, ctx := errgroup.WithContext(ctx)
	for i, m := range modules {
		group.Go(func() error {
			dir, err := m.build(ctx, root, cache, report)
			dirs[i] = dir
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return Programs{}, err
	}
	fabric, ca := dirs[0], dirs[1]
	versions := make(map[string]string, len(modules)+1)
	for i, m := range modules {
		text, err := os.ReadFile(filepath.Join(dirs[i], "VERSION"))
		if err != nil {
			return Programs{}, fmt.Errorf("read the version of %s: %w", m.name, err)
		}
		versions[m.name] = string(text)
	}
	versions["go"] = runtime.Version()
	return Programs{
		Peer:        filepath.Join(fabric, "peer"),
		Orderer:     filepath.Join(fabric, "orderer"),
		Configtxgen: filepath.Join(fabric, "configtxgen"),
		CoreYAML:    filepath.Join(fabric, "core.yaml"),
		OrdererYAML: filepath.Join(fabric, "orderer.yaml"),
		CAServer:    filepath.Join(ca, "fabric-ca-server"),
		Versions:    versions,
	}, nil
}

// build returns the cache directory of the module's programs, filling it
// first if needed.
func (m module) build(ctx context.Context, root, cache string, report func(string)) (string, error) {
	source := filepath.Join(root, "network", "nodes", m.name)
	key, err := m.key(ctx, source)
	if err != nil {
		return "", err
	}
	final := filepath.Join(cache, m.name+"-"+key)
	if exists(final) {
		return final, nil
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", fmt.Errorf("make the node cache: %w", err)
	}
	unlock, err := lockFile(ctx, filepath.Join(cache, m.name+".lock"))
	if err != nil {
		return "", err
	}
	defer unlock()
	if exists(final) { // another process built it while we waited
		return final, nil
	}

	report(fmt.Sprintf("building %s from source (once; 1-3 minutes)", m.name))
	// Build under a temporary name: an interrupted build leaves no directory
	// that looks complete.
	temp, err := os.MkdirTemp(cache, m.name+"-building-")
	if err != nil {
		return "", fmt.Errorf("make a build directory: %w", err)
	}
	defer func() { _ = os.RemoveAll(temp) }()
	if err := compile(ctx, source, temp, m.packages...); err != nil {
		return "", err
	}
	if err := m.copySamples(ctx, source, temp); err != nil {
		return "", err
	}
	if err := os.Chmod(temp, 0o755); err != nil {
		return "", fmt.Errorf("open the build directory for reading: %w", err)
	}
	if err := os.Rename(temp, final); err != nil {
		return "", fmt.Errorf("move the built programs into the cache: %w", err)
	}
	return final, nil
}

// key identifies a build: the pinned dependencies, the toolchain, the platform.
func (m module) key(ctx context.Context, source string) (string, error) {
	version, err := goCommand(ctx, source, "env", "GOVERSION", "GOOS", "GOARCH")
	if err != nil {
		return "", err
	}
	hash := sha256.New()
	hash.Write([]byte(version))
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(source, name))
		if err != nil {
			return "", fmt.Errorf("read the pinned versions of %s: %w", m.name, err)
		}
		hash.Write(text)
	}
	return hex.EncodeToString(hash.Sum(nil))[:16], nil
}

// copySamples keeps upstream's sample configuration beside the programs, so
// that our own settings need to name only what differs from it, and records
// the version that was built.
func (m module) copySamples(ctx context.Context, source, dir string) error {
	upstream, err := goCommand(ctx, source, "list", "-mod=readonly", "-m", "-f", "{{.Version}}", m.upstream)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "VERSION"), []byte(upstream), 0o644); err != nil {
		return fmt.Errorf("record the version of %s: %w", m.name, err)
	}
	if len(m.samples) == 0 {
		return nil
	}
	location, err := goCommand(ctx, source, "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", m.upstream)
	if err != nil {
		return err
	}
	for _, name := range m.samples {
		text, err := os.ReadFile(filepath.Join(location, "sampleconfig", name))
		if err != nil {
			return fmt.Errorf("read upstream's sample configuration: %w", err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			return fmt.Errorf("keep upstream's sample configuration: %w", err)
		}
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
