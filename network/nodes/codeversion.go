package nodes

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// CodeVersion identifies the source that goes into a program of the project:
// a hash over the Go files of the package and of all packages of this module
// it imports, over the pinned dependencies and over the Go version. Two
// clones with the same source give the same version, wherever they are.
func CodeVersion(ctx context.Context, root, pkg string) (string, error) {
	listing, err := goCommand(ctx, root, "list", "-mod=readonly", "-deps", "-json=ImportPath,Dir,Module,GoFiles,EmbedFiles", pkg)
	if err != nil {
		return "", err
	}
	version, err := goCommand(ctx, root, "env", "GOVERSION")
	if err != nil {
		return "", err
	}
	hash := sha256.New()
	hash.Write(fmt.Appendln(nil, version))
	// What the program imports from other modules, by version.
	decoder := json.NewDecoder(strings.NewReader(listing))
	for {
		var p struct {
			ImportPath, Dir     string
			Module              *struct{ Path, Version string }
			GoFiles, EmbedFiles []string
		}
		if err := decoder.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			return "", fmt.Errorf("read the package list of %s: %w", pkg, err)
		}
		switch {
		case p.Module == nil: // standard library, covered by the Go version
		case p.Module.Path != modulePath:
			hash.Write(fmt.Appendln(nil, p.ImportPath, p.Module.Version))
		default:
			for _, name := range append(p.GoFiles, p.EmbedFiles...) {
				text, err := os.ReadFile(filepath.Join(p.Dir, name))
				if err != nil {
					return "", fmt.Errorf("read the source of %s: %w", p.ImportPath, err)
				}
				hash.Write(fmt.Appendf(nil, "%s/%s %x\n", p.ImportPath, name, sha256.Sum256(text)))
			}
		}
	}
	return hex.EncodeToString(hash.Sum(nil))[:12], nil
}
