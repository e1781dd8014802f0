package evidence_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"fundtrace/gateway/evidence"
)

// What the manifest says must follow from the pack.
func TestTamperedManifestsAreRefused(t *testing.T) {
	w := newWorld(t)
	m := w.story()
	for name, c := range map[string]struct {
		change func(*evidence.Manifest)
		reason evidence.Reason
	}{
		"format":             {func(m *evidence.Manifest) { m.Format = "fundtrace-evidence-2" }, evidence.BadManifest},
		"channel":            {func(m *evidence.Manifest) { m.Channel = "other" }, evidence.BadManifest},
		"chaincode":          {func(m *evidence.Manifest) { m.Chaincode = "other" }, evidence.BadManifest},
		"genesis":            {func(m *evidence.Manifest) { m.Genesis = strings.Repeat("0", 64) }, evidence.BadManifest},
		"last block":         {func(m *evidence.Manifest) { m.LastBlock++ }, evidence.BadManifest},
		"last hash":          {func(m *evidence.Manifest) { m.LastHash = strings.Repeat("0", 64) }, evidence.BadManifest},
		"coverage":           {func(m *evidence.Manifest) { m.Coverage = evidence.Part }, evidence.BadManifest},
		"document":           {func(m *evidence.Manifest) { m.Documents[0].Included = false }, evidence.BadManifest},
		"document dropped":   {func(m *evidence.Manifest) { m.Documents = m.Documents[1:] }, evidence.BadManifest},
		"file doubled":       {func(m *evidence.Manifest) { m.Files = append(m.Files, m.Files[0]) }, evidence.BadManifest},
		"file dropped":       {func(m *evidence.Manifest) { m.Files = m.Files[1:] }, evidence.FileUnlisted},
		"file more":          {func(m *evidence.Manifest) { m.Files[0].Path = "tx/" }, evidence.FileMissing},
		"files swapped":      {func(m *evidence.Manifest) { m.Files[0], m.Files[1] = m.Files[1], m.Files[0] }, evidence.BadManifest},
		"size":               {func(m *evidence.Manifest) { m.Files[0].Size++ }, evidence.FileChanged},
		"digest":             {func(m *evidence.Manifest) { m.Files[0].SHA256 = m.Files[1].SHA256 }, evidence.FileChanged},
		"subject: backward":  {func(m *evidence.Manifest) { m.Subject.Direction = evidence.Backward }, evidence.Movements},
		"subject: other lot": {func(s *evidence.Manifest) { s.Subject.Lot = m.toA + ".0" }, evidence.Movements},
		"subject: no lot":    {func(m *evidence.Manifest) { m.Subject.Lot = "0123456789abcdef0123.0.0" }, evidence.Unproven},
		"subject: nonsense":  {func(m *evidence.Manifest) { m.Subject.Kind = "all" }, evidence.Unreasonable},
		"subject: too much":  {func(m *evidence.Manifest) { m.Subject.Since = "2025-01-01" }, evidence.Unreasonable},
		"subject: movement":  {func(s *evidence.Manifest) { s.Subject = evidence.Subject{Kind: evidence.OfMovement, Movement: m.toA} }, evidence.Movements},
	} {
		t.Run(name, func(t *testing.T) {
			files := unpacked(t, w, m, true)
			evidence.Repair(files, c.change)
			_, err := verify(evidence.Repack(files), w.c.Genesis())
			if got := evidence.ReasonOf(err); got != c.reason {
				t.Errorf("got %v, want %s", err, c.reason)
			}
		})
	}
	for name, spoil := range map[string]func([]byte) []byte{
		"not canonical": func(b []byte) []byte { return append(b, '\n') },
		"not JSON":      func(b []byte) []byte { return b[1:] },
		"unknown field": func(b []byte) []byte { return append([]byte(`{"a":1,`), b[1:]...) },
		"field twice":   func(b []byte) []byte { return append([]byte(`{"channel":"fundtrace",`), b[1:]...) },
		"other spelling": func(b []byte) []byte {
			var v map[string]any
			if err := json.Unmarshal(b, &v); err != nil {
				panic(err)
			}
			out, _ := json.MarshalIndent(v, "", " ")
			return out
		},
	} {
		t.Run(name, func(t *testing.T) {
			files := unpacked(t, w, m, true)
			files["manifest.json"] = spoil(files["manifest.json"])
			if _, err := verify(evidence.Repack(files), nil); evidence.ReasonOf(err) != evidence.BadManifest {
				t.Errorf("got %v", err)
			}
		})
	}
}

// Without a repaired manifest any change at all is a changed, missing or unlisted file.
func TestEveryFileIsListed(t *testing.T) {
	w := newWorld(t)
	m := w.story()
	whole := unpacked(t, w, m, true)
	for path := range whole {
		for what, spoil := range map[evidence.Reason]func(map[string][]byte){
			evidence.FileChanged: func(f map[string][]byte) { f[path] = flip(f[path], len(f[path])/2) },
			evidence.FileMissing: func(f map[string][]byte) { delete(f, path) },
		} {
			files := maps.Clone(whole)
			spoil(files)
			_, err := verify(evidence.Repack(files), w.c.Genesis())
			if got := evidence.ReasonOf(err); got != what && (path != "manifest.json" || got != evidence.BadManifest) {
				t.Errorf("%s: got %v, want %s", path, err, what)
			}
		}
	}
	files := maps.Clone(whole)
	files["docs/"+strings.Repeat("a", 64)] = []byte("x")
	if _, err := verify(evidence.Repack(files), w.c.Genesis()); evidence.ReasonOf(err) != evidence.FileUnlisted {
		t.Errorf("a file more: %v", err)
	}
}

// A byte anywhere, with the manifest repaired after it.
func TestFlippedBytes(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: verifies some hundred packs")
	}
	w := newWorld(t)
	m := w.story()
	files := unpacked(t, w, m, false)
	for _, path := range slices.Sorted(maps.Keys(files)) {
		if path == "manifest.json" || len(files[path]) == 0 {
			continue
		}
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			for i := range 4 {
				at := i * (len(files[path]) - 1) / 3
				forged := maps.Clone(files)
				forged[path] = flip(files[path], at)
				evidence.Repair(forged, nil)
				if _, err := verify(evidence.Repack(forged), w.c.Genesis()); evidence.ReasonOf(err) == "" {
					t.Errorf("byte %d of %s: %v", at, path, err)
				}
			}
		})
	}
}
