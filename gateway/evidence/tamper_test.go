package evidence_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"fundtrace/gateway/evidence"
	"fundtrace/gateway/evidence/proof"
	"fundtrace/gateway/evidence/testchannel"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/encoding/protodelim"
	"google.golang.org/protobuf/proto"
)

// forger changes the files of a pack and, unless told otherwise, repairs the manifest after it.
type forger struct {
	t     *testing.T
	files map[string][]byte
}

func (f *forger) block(n int) string { return fmt.Sprintf("blocks/%010d.pb", n) }

// change decodes a block, lets change have it and puts it back.
func (f *forger) change(n int, change func(*common.Block)) {
	b := &common.Block{}
	f.must(proto.Unmarshal(f.files[f.block(n)], b))
	change(b)
	f.put(n, b)
}

func (f *forger) put(n int, b *common.Block) {
	raw, err := proto.MarshalOptions{Deterministic: true}.Marshal(b)
	f.must(err)
	f.files[f.block(n)] = raw
}

// signatures lets change have the signatures of a block.
func (f *forger) signatures(n int, change func(*common.Metadata)) {
	f.change(n, func(b *common.Block) {
		m := &common.Metadata{}
		f.must(proto.Unmarshal(b.Metadata.Metadata[common.BlockMetadataIndex_SIGNATURES], m))
		change(m)
		raw, err := proto.Marshal(m)
		f.must(err)
		b.Metadata.Metadata[common.BlockMetadataIndex_SIGNATURES] = raw
	})
}

// headers lets change have the list of headers.
func (f *forger) headers(change func([]*common.BlockHeader) []*common.BlockHeader) {
	var all []*common.BlockHeader
	for in := bytes.NewReader(f.files["blocks/headers.pb"]); in.Len() > 0; {
		h := &common.BlockHeader{}
		f.must(protodelim.UnmarshalFrom(in, h))
		all = append(all, h)
	}
	var out bytes.Buffer
	for _, h := range change(all) {
		_, err := protodelim.MarshalTo(&out, h)
		f.must(err)
	}
	f.files["blocks/headers.pb"] = out.Bytes()
}

// lines lets change have the lines of the movements.
func (f *forger) lines(change func([]string) []string) {
	const path = "events/movements.jsonl"
	f.files[path] = []byte(strings.Join(change(strings.SplitAfter(string(f.files[path]), "\n")), ""))
}

func (f *forger) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// one answers the first file whose name begins so.
func (f *forger) one(prefix string) string {
	for _, path := range slices.Sorted(maps.Keys(f.files)) {
		if strings.HasPrefix(path, prefix) {
			return path
		}
	}
	f.t.Fatalf("the pack has no %s", prefix)
	return ""
}

func flip(b []byte, at int) []byte {
	out := bytes.Clone(b)
	out[at] ^= 1
	return out
}

// Whoever changes a pack and repairs the manifest is found out all the same, each for its own reason.
func TestTamperedPacksAreRefused(t *testing.T) {
	w := newWorld(t)
	m := w.story()
	last := len(w.c.Blocks()) - 1
	const some = 12 // a block with a movement of the trace
	other := newWorld(t)
	theirs := other.story()
	foreign, err := evidence.Unpack(other.build(evidence.Subject{Kind: evidence.OfTrace, Lot: theirs.lot, Direction: evidence.Forward}, true))
	if err != nil {
		t.Fatal(err)
	}
	back, err := evidence.Unpack(w.build(evidence.Subject{Kind: evidence.OfTrace, Lot: m.lot, Direction: evidence.Backward}, true))
	if err != nil {
		t.Fatal(err)
	}
	replace := func(prefix, old, new string) func(*forger) {
		return func(f *forger) {
			path := f.one(prefix)
			if !bytes.Contains(f.files[path], []byte(old)) {
				f.t.Fatalf("%s holds no %s", path, old)
			}
			f.files[path] = bytes.Replace(f.files[path], []byte(old), []byte(new), 1)
		}
	}
	for _, c := range []struct {
		name   string
		forge  func(*forger)
		reason evidence.Reason
	}{
		{"nothing", func(*forger) {}, ""},

		{"header: number", func(f *forger) {
			f.headers(func(h []*common.BlockHeader) []*common.BlockHeader { h[some].Number++; return h })
		}, proof.HeaderChain},
		{"header: previous hash", func(f *forger) {
			f.headers(func(h []*common.BlockHeader) []*common.BlockHeader {
				h[some].PreviousHash = flip(h[some].PreviousHash, 3)
				return h
			})
		}, proof.HeaderChain},
		{"header: data hash", func(f *forger) {
			f.headers(func(h []*common.BlockHeader) []*common.BlockHeader {
				h[some].DataHash = flip(h[some].DataHash, 3)
				return h
			})
		}, proof.HeaderChain},
		{"header: dropped", func(f *forger) {
			f.headers(func(h []*common.BlockHeader) []*common.BlockHeader { return slices.Delete(h, some, some+1) })
		}, proof.HeaderChain},
		{"header: doubled", func(f *forger) {
			f.headers(func(h []*common.BlockHeader) []*common.BlockHeader { return slices.Insert(h, some, h[some]) })
		}, proof.HeaderChain},
		{"headers: swapped", func(f *forger) {
			f.headers(func(h []*common.BlockHeader) []*common.BlockHeader { h[some], h[some+1] = h[some+1], h[some]; return h })
		}, proof.HeaderChain},
		{"headers: none", func(f *forger) { f.files["blocks/headers.pb"] = nil }, evidence.Unproven},
		{"headers: the last without its block", func(f *forger) { delete(f.files, f.block(last)) }, proof.Unsealed},
		{"headers: unknown field", func(f *forger) {
			f.files["blocks/headers.pb"] = append([]byte{2, 0x78, 1}, f.files["blocks/headers.pb"]...)
		}, proof.BlockMalformed},
		{"headers: cut off", func(f *forger) {
			f.files["blocks/headers.pb"] = f.files["blocks/headers.pb"][:len(f.files["blocks/headers.pb"])-3]
		}, proof.BlockMalformed},

		{"block: its header's data hash", func(f *forger) {
			f.change(some, func(b *common.Block) { b.Header.DataHash = flip(b.Header.DataHash, 0) })
		}, proof.HeaderChain},
		{"block: payload of an envelope", func(f *forger) {
			f.change(some, func(b *common.Block) { b.Data.Data[0] = flip(b.Data.Data[0], 1000) })
		}, proof.DataHash},
		{"block: signature of an envelope", func(f *forger) {
			f.change(some, func(b *common.Block) { b.Data.Data[0] = flip(b.Data.Data[0], len(b.Data.Data[0])-1) })
		}, proof.DataHash},
		{"block: an envelope more", func(f *forger) {
			f.change(some, func(b *common.Block) { b.Data.Data = append(b.Data.Data, b.Data.Data[0]) })
		}, proof.DataHash},
		{"block: no envelope", func(f *forger) { f.change(some, func(b *common.Block) { b.Data.Data = nil }) }, proof.BlockMalformed},
		{"block: an envelope in two pieces", func(f *forger) {
			f.change(some, func(b *common.Block) {
				b.Data.Data = [][]byte{b.Data.Data[0][:100], b.Data.Data[0][100:]} // the same bytes one behind the other
				b.Metadata.Metadata[common.BlockMetadataIndex_TRANSACTIONS_FILTER] = []byte{0, 0}
			})
		}, proof.BlockMalformed},
		{"block: content and data hash, with headers", func(f *forger) {
			f.change(last, func(b *common.Block) {
				b.Data.Data[0] = flip(b.Data.Data[0], 1000)
				sum := testchannel.DataHash(b.Data.Data)
				b.Header.DataHash = sum
				f.headers(func(h []*common.BlockHeader) []*common.BlockHeader { h[last].DataHash = sum; return h })
			})
		}, proof.OrdererSignature},
		{"block: unknown field", func(f *forger) { f.files[f.block(some)] = append(f.files[f.block(some)], 0x78, 1) }, proof.BlockMalformed},
		{"block: unknown field in the signatures", func(f *forger) {
			f.change(some, func(b *common.Block) {
				m := &b.Metadata.Metadata[common.BlockMetadataIndex_SIGNATURES]
				*m = append(*m, 0x78, 1)
			})
		}, proof.OrdererSignature},
		{"block: under another name", func(f *forger) { f.files[f.block(some)] = f.files[f.block(some+1)] }, proof.HeaderChain},
		{"block: beyond the last", func(f *forger) { f.put(last+1, w.c.Blocks()[last]) }, evidence.FileUnlisted},
		{"block: of another channel", func(f *forger) { f.files[f.block(some)] = foreign[f.block(some)] }, proof.HeaderChain},
		{"block 0: of another channel", func(f *forger) { f.files[f.block(0)] = foreign[f.block(0)] }, proof.HeaderChain},
		{"everything of another channel", func(f *forger) { clear(f.files); maps.Copy(f.files, foreign) }, proof.GenesisMismatch},
		{"block 0: another certificate authority", func(f *forger) {
			f.change(0, func(b *common.Block) { b.Data.Data[0] = flip(b.Data.Data[0], 2000) })
		}, proof.DataHash},
		{"block 0: only its header", func(f *forger) { delete(f.files, f.block(0)) }, evidence.FileMissing},

		{"signature of the orderer", func(f *forger) {
			f.signatures(some, func(m *common.Metadata) {
				m.Signatures[0].Signature = flip(m.Signatures[0].Signature, len(m.Signatures[0].Signature)-1)
			})
		}, proof.OrdererSignature},
		{"signature of the orderer: its nonce", func(f *forger) {
			f.signatures(some, func(m *common.Metadata) {
				h := m.Signatures[0].SignatureHeader
				m.Signatures[0].SignatureHeader = flip(h, len(h)-1)
			})
		}, proof.OrdererSignature},
		{"signature of the orderer: none", func(f *forger) {
			f.signatures(some, func(m *common.Metadata) { m.Signatures = nil })
		}, proof.OrdererSignature},
		{"signature of the orderer: twice", func(f *forger) {
			f.signatures(some, func(m *common.Metadata) { m.Signatures = append(m.Signatures, m.Signatures[0]) })
		}, proof.OrdererSignature},
		{"signature of the orderer: another signer beside", func(f *forger) {
			f.signatures(some, func(m *common.Metadata) { m.Signatures[0].IdentifierHeader = []byte{8, 1} })
		}, proof.OrdererSignature},
		{"last configuration", func(f *forger) {
			f.signatures(some, func(m *common.Metadata) { m.Value = flip(m.Value, len(m.Value)-1) })
		}, proof.OrdererSignature},
		{"flag: valid made invalid", func(f *forger) { f.flag(some, 11) }, proof.Flag},
		{"flag: valid made something else", func(f *forger) { f.flag(some, 10) }, proof.Flag},
		{"flag: none", func(f *forger) { f.flag(some) }, proof.Flag},
		{"flag: one more", func(f *forger) { f.flag(some, 0, 0) }, proof.Flag},
		{"metadata: a commit hash", func(f *forger) { f.metadata(some, common.BlockMetadataIndex_COMMIT_HASH) }, proof.BlockMalformed},
		{"metadata: an unsigned last configuration", func(f *forger) { f.metadata(some, 1) }, proof.BlockMalformed},
		{"metadata: signatures of block 0", func(f *forger) { f.metadata(0, common.BlockMetadataIndex_SIGNATURES) }, proof.BlockMalformed},
		{"metadata: one more", func(f *forger) {
			f.change(some, func(b *common.Block) { b.Metadata.Metadata = append(b.Metadata.Metadata, nil) })
		}, proof.BlockMalformed},

		{"movements: an amount", replace("events/", `"amount":"400000"`, `"amount":"400001"`), evidence.Movements},
		{"movements: a stage", replace("events/", `"stage":"CREDITED"`, `"stage":"REVERSED"`), evidence.Movements},
		{"movements: one dropped", func(f *forger) { f.lines(func(l []string) []string { return l[1:] }) }, evidence.Movements},
		{"movements: one doubled", func(f *forger) { f.lines(func(l []string) []string { return append(l[:1:1], l...) }) }, evidence.Movements},
		{"movements: swapped", func(f *forger) { f.lines(func(l []string) []string { l[0], l[1] = l[1], l[0]; return l }) }, evidence.Movements},
		{"movements: others'", func(f *forger) { f.files["events/movements.jsonl"] = foreign["events/movements.jsonl"] }, evidence.Movements},
		{"movements: none", func(f *forger) { delete(f.files, "events/movements.jsonl") }, evidence.FileMissing},
		{"transaction: changed", func(f *forger) { f.files[f.one("tx/")] = flip(f.files[f.one("tx/")], 50) }, evidence.Transactions},
		{"transaction: dropped", func(f *forger) { delete(f.files, f.one("tx/")) }, evidence.FileMissing},
		{"transaction: under another identifier", func(f *forger) {
			f.files["tx/"+strings.Repeat("0", 64)+".pb"] = f.files[f.one("tx/")]
		}, evidence.Transactions},
		{"certificate: another", func(f *forger) { f.files["msp/BankMSP/root-1.pem"] = foreign["msp/BankMSP/root-1.pem"] }, evidence.Memberships},
		{"certificate: one more", func(f *forger) { f.files["msp/BankMSP/root-2.pem"] = foreign["msp/BankMSP/root-1.pem"] }, evidence.Memberships},
		{"certificate: dropped", func(f *forger) { delete(f.files, "msp/BankMSP/root-1.pem") }, evidence.FileMissing},
		{"trace: an amount", replace("trace/answer", `"idle":"220000"`, `"idle":"220001"`), evidence.TraceFigure},
		{"trace: an account", replace("trace/answer", `"to":"acct:e2"`, `"to":"acct:e1"`), evidence.TraceFigure},
		{"trace: the method", replace("trace/method", `RECORDED`, `FIFO`), evidence.TraceFigure},
		{"trace: the block", replace("trace/method", `"as_of_block":`, `"as_of_block":1`), evidence.TraceFigure},
		{"trace: the digest", func(f *forger) {
			f.files["trace/method.json"] = flip(f.files["trace/method.json"], 25)
		}, evidence.TraceFigure},
		{"trace: of another lot", func(f *forger) { f.files["trace/answer.json"] = back["trace/answer.json"] }, evidence.TraceFigure},
		{"trace: dropped", func(f *forger) { delete(f.files, "trace/answer.json") }, evidence.FileMissing},
		{"document: changed", func(f *forger) { f.files["docs/"+m.receipt] = []byte("receipt of e2!") }, evidence.Document},
		{"document: longer", func(f *forger) { f.files["docs/"+m.receipt] = append(f.files["docs/"+m.receipt], ' ') }, evidence.Document},
		{"document: another salt", func(f *forger) {
			f.files["docs/"+m.minutes+".salt"] = flip(f.files["docs/"+m.minutes+".salt"], 0)
		}, evidence.Document},
		{"document: salt moved into the content", func(f *forger) {
			salt := f.files["docs/"+m.minutes+".salt"]
			f.files["docs/"+m.minutes+".salt"] = salt[:16]
			f.files["docs/"+m.minutes] = append(bytes.Clone(salt[16:]), f.files["docs/"+m.minutes]...)
		}, evidence.Document},
		{"document: no salt", func(f *forger) { delete(f.files, "docs/"+m.minutes+".salt") }, evidence.Document},
		{"document: a salt that it has not", func(f *forger) { f.files["docs/"+m.receipt+".salt"] = make([]byte, 32) }, evidence.Document},
		{"document: that no movement names", func(f *forger) { f.files["docs/"+strings.Repeat("0", 64)] = []byte("x") }, evidence.Document},
		{"document: dropped in silence", func(f *forger) { delete(f.files, "docs/"+m.receipt) }, evidence.BadManifest},
		{"instructions", replace("VERIFY.md", "idle 220,000", "idle 0"), evidence.Instructions},
		{"instructions: dropped", func(f *forger) { delete(f.files, "VERIFY.md") }, evidence.FileMissing},
	} {
		for _, whole := range coverages(c.name) {
			files := unpacked(t, w, m, whole)
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				f := &forger{t, files}
				c.forge(f)
				evidence.Repair(f.files, nil)
				_, err := verify(evidence.Repack(f.files), w.c.Genesis())
				if got := evidence.ReasonOf(err); got != c.reason {
					t.Errorf("whole %t: got %v, want %s", whole, err, c.reason)
				}
			})
		}
	}
}

func (f *forger) flag(n int, flags ...byte) {
	f.metadataTo(n, common.BlockMetadataIndex_TRANSACTIONS_FILTER, flags)
}

func (f *forger) metadata(n int, i common.BlockMetadataIndex) { f.metadataTo(n, i, []byte{1, 2, 3}) }

func (f *forger) metadataTo(n int, i common.BlockMetadataIndex, to []byte) {
	f.change(n, func(b *common.Block) { b.Metadata.Metadata[i] = to })
}

// coverages are those of the packs that a forgery is tried on: what does not touch blocks is the same for both.
func coverages(name string) []bool {
	what, _, _ := strings.Cut(name, " ")
	if testing.Short() || slices.Contains([]string{"movements:", "transaction:", "certificate:", "trace:", "document:", "instructions", "instructions:"}, what) {
		return []bool{true}
	}
	return []bool{true, false}
}

// unpacked answers files of a pack that the caller may change.
func unpacked(t *testing.T, w *world, m told, whole bool) map[string][]byte {
	t.Helper()
	if w.files[whole] == nil {
		files, err := evidence.Unpack(w.pack(m, whole))
		if err != nil {
			t.Fatal(err)
		}
		w.files[whole] = files
	}
	out := map[string][]byte{}
	for path, content := range w.files[whole] {
		out[path] = bytes.Clone(content)
	}
	return out
}

// pack is the pack of the trace of the treasury's money, built once.
func (w *world) pack(m told, whole bool) []byte {
	w.t.Helper()
	if w.packs[whole] == nil {
		w.packs[whole] = w.build(evidence.Subject{Kind: evidence.OfTrace, Lot: m.lot, Direction: evidence.Forward}, whole)
	}
	return w.packs[whole]
}
