package nodes

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// BuildOwn compiles packages of the project itself into dir. programs maps
// the name of each program to its package, as in "chaincode": "./chaincode".
// The Go command skips what is already up to date.
func BuildOwn(ctx context.Context, root, dir string, programs map[string]string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the directory for programs: %w", err)
	}
	for name, pkg := range programs {
		// Naming the file, not the directory, lets a program be called
		// something else than its package.
		if err := compile(ctx, root, filepath.Join(dir, name), pkg); err != nil {
			return err
		}
	}
	return nil
}

// compile runs go build for packages of the module in source. Version control
// stamping is off: it fails where the tree has no usable repository and would
// make builds differ without a difference in the code.
func compile(ctx context.Context, source, output string, packages ...string) error {
	args := append([]string{"build", "-buildvcs=false", "-mod=readonly", "-o", output}, packages...)
	_, err := goCommand(ctx, source, args...)
	return err
}

// goCommand runs the Go command in dir and returns its trimmed output. A
// failure carries what the command printed.
func goCommand(ctx context.Context, dir string, args ...string) (string, error) {
	program, err := exec.LookPath("go")
	if err != nil {
		return "", errors.New("the Go toolchain is needed to build the nodes: install Go (https://go.dev/dl) and put it on PATH")
	}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	// A workspace or flags of the caller must not change what is built.
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", fmt.Errorf("go %s in %s: %w\n%s", args[0], dir, err, lastLines(stderr.String(), 20))
	}
	return strings.TrimSpace(stdout.String()), nil
}

// lastLines keeps the end of a long text, where compilers say what went wrong.
func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
