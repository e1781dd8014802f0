package statement_test

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"fundtrace/gateway/evidence/proof"
	"fundtrace/gateway/evidence/statement"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"
)

// Every byte of the envelope and of block 0 counts: whichever is changed, the file is refused.
func TestEveryByteCounts(t *testing.T) {
	w := newWorld(t)
	for name, p := range map[string]*statement.Proof{"statement": w.make(w.about()), "disclosure": w.make(w.showing())} {
		genesis := encode(p.Configurations[0])
		stride := 17 // prime to the lengths of what repeats; -short looks at fewer still
		if testing.Short() {
			stride = 101
		}
		for at := 0; at < len(p.Envelope); at += stride {
			bad := &statement.Proof{Envelope: bytes.Clone(p.Envelope), Configurations: p.Configurations}
			bad.Envelope[at] ^= 1 << (at % 8)
			if r, err := statement.Verify(w.file(bad), statement.Options{GenesisHash: w.Genesis()}); err == nil || r.OK || statement.ReasonOf(err) == "" {
				t.Fatalf("%s: byte %d of the envelope was changed: %v", name, at, err)
			}
		}
		for at := 0; at < len(genesis); at += 16 * stride {
			raw := bytes.Clone(genesis)
			raw[at] ^= 1 << (at % 8)
			b := &common.Block{}
			if proto.Unmarshal(raw, b) != nil {
				continue
			}
			bad := &statement.Proof{Envelope: p.Envelope, Configurations: []*common.Block{b}}
			if r, err := statement.Verify(w.file(bad), statement.Options{GenesisHash: w.Genesis()}); r.OK && !bytes.Equal(again(t, w.file(bad)), again(t, w.file(p))) {
				t.Fatalf("%s: byte %d of block 0 was changed: %v", name, at, err)
			}
		}
	}
}

// again is block 0 of a file as it is read.
func again(t *testing.T, file []byte) []byte {
	t.Helper()
	p, err := statement.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	return encode(p.Configurations[0])
}

// What is no file of this kind, or not whole, is refused before anything of it is believed.
func TestFilesAreRefused(t *testing.T) {
	w := newWorld(t)
	good := w.file(w.make(w.about()))
	edited := func(change func(map[string]any)) []byte {
		var f map[string]any
		must(json.Unmarshal(good, &f))
		change(f)
		out, err := json.Marshal(f)
		must(err)
		return out
	}
	list := func(f map[string]any) []any { return f["configurations"].([]any) }
	for name, c := range map[string]struct {
		file []byte
		want statement.Reason
	}{
		"spelled otherwise":       {edited(func(map[string]any) {}), ""},
		"empty":                   {nil, statement.NoStatement},
		"a zip":                   {[]byte("PK\x03\x04"), statement.NoStatement},
		"cut":                     {good[:len(good)/2], statement.NoStatement},
		"something behind":        {append(bytes.Clone(good), '{'), statement.NoStatement},
		"too large":               {append(bytes.Clone(good), bytes.Repeat([]byte(" "), statement.MaxFile)...), statement.NoStatement},
		"another format":          {edited(func(f map[string]any) { f["format"] = "fundtrace-proof-2" }), statement.NoStatement},
		"a field more":            {edited(func(f map[string]any) { f["colour"] = "red" }), statement.NoStatement},
		"another hash of block 0": {edited(func(f map[string]any) { f["genesis"] = strings.Repeat("0", 64) }), statement.WrongChain},
		"no envelope":             {edited(func(f map[string]any) { f["envelope"] = "" }), statement.NoStatement},
		"no base64":               {edited(func(f map[string]any) { f["envelope"] = "?" }), statement.NoStatement},
		"not compressed":          {edited(func(f map[string]any) { f["envelope"] = base64.StdEncoding.EncodeToString([]byte("x")) }), statement.NoStatement},
		"compressed, and more": {edited(func(f map[string]any) {
			raw, err := base64.StdEncoding.DecodeString(f["envelope"].(string))
			must(err)
			f["envelope"] = base64.StdEncoding.EncodeToString(append(raw, 0))
		}), statement.NoStatement},
		"a bomb":                       {edited(func(f map[string]any) { f["envelope"] = compressed(bytes.Repeat([]byte{0}, 9<<20)) }), statement.NoStatement},
		"an envelope that is none":     {edited(func(f map[string]any) { f["envelope"] = compressed([]byte("hello")) }), proof.BlockMalformed},
		"no configuration":             {edited(func(f map[string]any) { f["configurations"] = []any{} }), statement.NoStatement},
		"a configuration twice":        {edited(func(f map[string]any) { f["configurations"] = append(list(f), list(f)[0]) }), proof.HeaderChain},
		"too many configurations":      {edited(func(f map[string]any) { f["configurations"] = make([]string, 1001) }), statement.NoStatement},
		"a configuration that is none": {edited(func(f map[string]any) { list(f)[0] = compressed([]byte("hello")) }), statement.NoStatement},
		"envelope as configuration":    {edited(func(f map[string]any) { list(f)[0] = f["envelope"] }), statement.NoStatement},
		"an empty block":               {edited(func(f map[string]any) { list(f)[0] = compressed(encode(&common.Block{Header: &common.BlockHeader{}})) }), proof.DataHash},
	} {
		r, err := statement.Verify(c.file, statement.Options{})
		if got := statement.ReasonOf(err); got != c.want || r == nil || r.OK != (c.want == "") {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	other := newWorld(t)
	if _, err := statement.Verify(good, statement.Options{GenesisHash: other.Genesis()}); statement.ReasonOf(err) != proof.GenesisMismatch {
		t.Errorf("held against another channel: %v", err)
	}
}

func compressed(raw []byte) string {
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestCompression)
	must(err)
	_, err = w.Write(raw)
	must(err)
	must(w.Close())
	return base64.StdEncoding.EncodeToString(out.Bytes())
}

// Whatever the file, verifying it ends with a reason.
func FuzzFile(f *testing.F) {
	w := newWorld(f)
	f.Add(w.file(w.make(w.about())))
	f.Add([]byte(`{"format":"fundtrace-proof-1","genesis":"","envelope":"AQ==","configurations":["AQ=="]}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		r, err := statement.Verify(file, statement.Options{})
		if r == nil || r.OK != (err == nil) || err != nil && statement.ReasonOf(err) == "" {
			t.Fatalf("%+v, %v", r, err)
		}
	})
}

// FuzzSplice cuts and pastes inside what was signed: keys are new in every process, so that what is remembered is where to
// cut and not the bytes. Whatever holds after it says exactly what was made.
func FuzzSplice(f *testing.F) {
	w := newWorld(f)
	proofs := []*statement.Proof{w.make(w.about()), w.make(w.showing())}
	var said []string
	for _, p := range proofs {
		said = append(said, w.says(p))
	}
	f.Add(false, false, uint32(0), uint16(0), []byte{})
	f.Add(true, false, uint32(100), uint16(1), []byte("x"))
	f.Add(false, true, uint32(9000), uint16(7), []byte("abc"))
	f.Fuzz(func(t *testing.T, shown, block bool, at uint32, cut uint16, put []byte) {
		w := w.in(t)
		which := 0
		if shown {
			which = 1
		}
		p := &statement.Proof{Envelope: proofs[which].Envelope, Configurations: proofs[which].Configurations}
		if block {
			b := &common.Block{}
			if proto.Unmarshal(splice(encode(p.Configurations[0]), at, cut, put), b) != nil {
				return
			}
			p.Configurations = []*common.Block{b}
		} else {
			p.Envelope = splice(p.Envelope, at, cut, put)
		}
		r, err := statement.Verify(w.file(p), statement.Options{GenesisHash: w.Genesis()})
		if r.OK != (err == nil) || err != nil && statement.ReasonOf(err) == "" {
			t.Fatalf("%+v, %v", r, err)
		}
		if err == nil && w.says(p) != said[which] {
			t.Fatalf("it says %s", w.says(p))
		}
	})
}

// splice puts bytes in the place of others.
func splice(into []byte, at uint32, cut uint16, put []byte) []byte {
	from := int(at) % len(into)
	to := min(from+int(cut), len(into))
	return slices.Concat(into[:from], put, into[to:])
}

// in is the world for another test to fail.
func (w *world) in(t testing.TB) *world {
	own := *w
	own.t = t
	return &own
}

// says is the report of a proof that holds.
func (w *world) says(p *statement.Proof) string {
	w.t.Helper()
	r, err := statement.Verify(w.file(p), statement.Options{GenesisHash: w.Genesis()})
	if err != nil {
		w.t.Fatal(err)
	}
	text, err := json.Marshal(r)
	must(err)
	return string(text)
}

// Files that earlier versions made verify for ever: these were made when the format began.
func TestOldFilesHold(t *testing.T) {
	text, err := os.ReadFile("testdata/genesis")
	must(err)
	genesis, err := hex.DecodeString(strings.TrimSpace(string(text)))
	must(err)
	for name, says := range map[string]string{"stated": `"remaining":"790"`, "shown": `"index":7`} {
		file, err := os.ReadFile("testdata/" + name + ".json")
		must(err)
		r, err := statement.Verify(file, statement.Options{GenesisHash: genesis})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if report, err := json.Marshal(r); err != nil || !strings.Contains(string(report), says) {
			t.Errorf("%s says %s, %v", name, report, err)
		}
	}
}
