package nodes

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestSourceRoot(t *testing.T) {
	root, err := SourceRoot()
	if err != nil {
		t.Fatal(err)
	}
	if !exists(filepath.Join(root, "network", "nodes", "fabric", "go.mod")) {
		t.Errorf("%s is not the source tree", root)
	}
	// Outside the tree, where the program was compiled decides.
	t.Chdir(t.TempDir())
	if again, err := SourceRoot(); err != nil || again != root {
		t.Errorf("from elsewhere: %s, %v; want %s", again, err, root)
	}
	// The nested modules have a go.mod of their own, which is not the root.
	t.Chdir(filepath.Join(root, "network", "nodes", "ca"))
	if again, err := SourceRoot(); err != nil || again != root {
		t.Errorf("from a nested module: %s, %v; want %s", again, err, root)
	}
}

// TestModulesArePinned checks that a build will find every program in the
// nested modules, at an exact version with a checksum.
func TestModulesArePinned(t *testing.T) {
	root, err := SourceRoot()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range modules {
		source := filepath.Join(root, "network", "nodes", m.name)
		mod, err := os.ReadFile(filepath.Join(source, "go.mod"))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range m.packages {
			if !strings.Contains(string(mod), p) {
				t.Errorf("%s/go.mod has no tool %s", m.name, p)
			}
		}
		sum, err := os.ReadFile(filepath.Join(source, "go.sum"))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(sum), m.upstream+" v") {
			t.Errorf("%s/go.sum has no checksum of %s", m.name, m.upstream)
		}
	}
}

func TestCodeVersionFollowsTheSource(t *testing.T) {
	write := func(dir, name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tree := func() string {
		dir := t.TempDir()
		write(dir, "go.mod", "module "+modulePath+"\n\ngo 1.25\n")
		write(dir, "chaincode/main.go", "package main\n\nimport _ \""+modulePath+"/ledger\"\n\nfunc main() {}\n")
		write(dir, "ledger/ledger.go", "package ledger\n")
		write(dir, "gateway/main.go", "package main\n\nfunc main() {}\n")
		return dir
	}
	version := func(dir string) string {
		t.Helper()
		v, err := CodeVersion(t.Context(), dir, "./chaincode")
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	dir := tree()
	first := version(dir)
	if other := version(tree()); other != first {
		t.Errorf("the same source elsewhere has version %s, want %s", other, first)
	}
	write(dir, "gateway/main.go", "package main\n\nfunc main() { println(1) }\n")
	if got := version(dir); got != first {
		t.Error("a change outside the program changed its version")
	}
	write(dir, "ledger/ledger_test.go", "package ledger\n")
	if got := version(dir); got != first {
		t.Error("a test changed the version")
	}
	write(dir, "ledger/ledger.go", "package ledger\n\nconst changed = true\n")
	if got := version(dir); got == first {
		t.Error("a change of an imported package did not change the version")
	}
}

func TestCompileErrorsAreShown(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module x\n\ngo 1.25\n", "main.go": "package main\n\nfunc main() { undefined() }\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	err := BuildOwn(t.Context(), dir, filepath.Join(dir, "bin"), map[string]string{"x": "."})
	if err == nil || !strings.Contains(err.Error(), "undefined: undefined") {
		t.Errorf("got %v, want what the compiler said", err)
	}
}

func TestLockFileWaits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	unlock, err := lockFile(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := lockFile(ctx, path); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a second lock: got %v, want it to wait", err)
	}
	unlock()
	again, err := lockFile(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	again()
}
