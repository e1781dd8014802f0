package web

import (
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"
)

// references finds what a file of the page loads by a relative address.
var references = regexp.MustCompile(`(?:src|href)="\./([^"]+)"|["'` + "`" + `]\./([\w-]+-[\w-]{8}\.(?:js|css))["'` + "`" + `]`)

// TestPageIsComplete follows the references from the start page to every file: none may be missing, none left over.
func TestPageIsComplete(t *testing.T) {
	reached := map[string]bool{}
	todo := []string{"dist/index.html"}
	for len(todo) > 0 {
		name := todo[0]
		todo = todo[1:]
		if reached[name] {
			continue
		}
		reached[name] = true
		data, err := fs.ReadFile(Dist, name)
		if err != nil {
			t.Fatalf("the page references %s, which the build does not hold: run npm run build", name)
		}
		if !strings.HasSuffix(name, ".html") && !strings.HasSuffix(name, ".js") {
			continue
		}
		for _, m := range references.FindAllStringSubmatch(string(data), -1) {
			todo = append(todo, path.Join(path.Dir(name), m[1]+m[2]))
		}
	}
	if len(reached) < 4 {
		t.Fatalf("only %d files are reached from the start page: script, style and icon are expected", len(reached))
	}
	err := fs.WalkDir(Dist, "dist", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !reached[name] && name != "dist/icon.svg" {
			t.Errorf("%s is left over from an earlier build: nothing references it", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestPageKeepsTheSecurityPolicy holds the start page against the gateway's policy: no inline scripts, nothing from elsewhere.
func TestPageKeepsTheSecurityPolicy(t *testing.T) {
	page, err := fs.ReadFile(Dist, "dist/index.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, tag := range regexp.MustCompile(`<script[^>]*>`).FindAllString(string(page), -1) {
		if !strings.Contains(tag, "src=") {
			t.Errorf("an inline script would be refused: %s", tag)
		}
	}
	for _, address := range regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(string(page), -1) {
		if !strings.HasPrefix(address[1], "./") {
			t.Errorf("the page loads %s: everything must come from the gateway itself", address[1])
		}
	}
}
