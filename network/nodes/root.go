package nodes

import (
	"bufio"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// modulePath is the module whose source tree the programs are built from.
const modulePath = "fundtrace"

// ErrNoSource says that the project's source tree could not be found.
var ErrNoSource = errors.New("cannot find the source tree: run this inside a clone of the project, where go.mod says 'module fundtrace'")

// SourceRoot finds the directory of the project's go.mod: first upwards from
// the working directory, then from where this file was compiled (so tests of
// any package find it).
func SourceRoot() (string, error) {
	var starts []string
	if wd, err := os.Getwd(); err == nil {
		starts = append(starts, wd)
	}
	if _, file, _, ok := runtime.Caller(0); ok {
		starts = append(starts, filepath.Dir(file))
	}
	for _, dir := range starts {
		for {
			if declares(filepath.Join(dir, "go.mod"), modulePath) {
				return dir, nil
			}
			parent := filepath.Dir(dir)
			if parent == dir {
				break
			}
			dir = parent
		}
	}
	return "", ErrNoSource
}

// declares reports whether the go.mod at path is that of the named module.
func declares(path, module string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if name, found := strings.CutPrefix(strings.TrimSpace(lines.Text()), "module "); found {
			return strings.TrimSpace(name) == module
		}
	}
	return false
}
