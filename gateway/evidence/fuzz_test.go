package evidence_test

import (
	"bytes"
	"maps"
	"slices"
	"testing"

	"fundtrace/gateway/evidence"
)

// Whatever bytes come, the verifier answers; and it holds nothing for a pack but the pack.
func FuzzVerify(f *testing.F) {
	pack, genesis := fixture(f)
	want, err := evidence.Unpack(pack)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(pack)
	f.Add(pack[:len(pack)/2])
	f.Add(new(zipOf).add(part{name: "manifest.json", content: []byte("{}"), method: 8}).bytes(""))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := verify(b, genesis)
		if (err == nil) != r.OK {
			t.Fatalf("ok %t and %v", r.OK, err)
		}
		if err != nil {
			if evidence.ReasonOf(err) == "" {
				t.Errorf("refused for no reason: %v", err)
			}
			return
		}
		got, err := evidence.Unpack(b)
		if err != nil || !maps.EqualFunc(got, want, bytes.Equal) {
			t.Errorf("another pack was believed: %v", err)
		}
	})
}

// A forger who knows the format changes a stretch of one file and repairs the manifest.
func FuzzForge(f *testing.F) {
	pack, genesis := fixture(f)
	files, err := evidence.Unpack(pack)
	if err != nil {
		f.Fatal(err)
	}
	names := slices.Sorted(maps.Keys(files))
	for i := 0; i < len(names); i += 5 {
		f.Add(uint(i), uint(0), uint(1), []byte{0xff})
		f.Add(uint(i+1), uint(len(files[names[i]])), uint(0), []byte("more"))
	}
	f.Fuzz(func(t *testing.T, which, at, drop uint, put []byte) {
		name := names[which%uint(len(names))]
		old := files[name]
		at %= uint(len(old)) + 1
		drop %= uint(len(old)) - at + 1
		changed := slices.Concat(old[:at], put, old[at+drop:])
		if bytes.Equal(changed, old) {
			return
		}
		forged := maps.Clone(files)
		forged[name] = changed
		if name != "manifest.json" {
			evidence.Repair(forged, nil)
		}
		if _, err := verify(evidence.Repack(forged), genesis); evidence.ReasonOf(err) == "" {
			t.Errorf("%s: %d bytes at %d replaced by %q: %v", name, drop, at, put, err)
		}
	})
}
