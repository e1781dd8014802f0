package evidence_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash/crc32"
	"strings"
	"testing"

	"fundtrace/gateway/evidence"
)

// zipOf makes a zip by hand: what Go's own writer lets nobody make.
type zipOf struct {
	out     bytes.Buffer
	central bytes.Buffer
	files   int
}

// part is a file of a zip, with what a forger says of it.
type part struct {
	name, localName string
	content         []byte
	size            uint32 // said; 0: the true one
	crc             uint32 // said; 0: the true one
	method          uint16
	flags           uint16
	mode            uint32
	extra, comment  string
	tail            []byte // behind the compressed bytes, counted with them
	at              uint32 // offset said; 0: the true one
}

func deflated(b []byte) []byte {
	var out bytes.Buffer
	w, _ := flate.NewWriter(&out, flate.DefaultCompression)
	_, _ = w.Write(b)
	_ = w.Close()
	return out.Bytes()
}

func (z *zipOf) add(p part) *zipOf {
	packed := p.content
	if p.method == zip.Deflate {
		packed = deflated(p.content)
	}
	packed = append(packed, p.tail...)
	if p.size == 0 {
		p.size = uint32(len(p.content))
	}
	if p.crc == 0 {
		p.crc = crc32.ChecksumIEEE(p.content)
	}
	if p.localName == "" {
		p.localName = p.name
	}
	at := uint32(z.out.Len())
	if p.at != 0 {
		at = p.at
	}
	le := binary.LittleEndian
	common := func(b []byte) []byte { // version needed to extra length
		b = le.AppendUint16(b, 20)
		b = le.AppendUint16(b, p.flags)
		b = le.AppendUint16(b, p.method)
		b = le.AppendUint32(b, 0)
		b = le.AppendUint32(b, p.crc)
		b = le.AppendUint32(b, uint32(len(packed)))
		return le.AppendUint32(b, p.size)
	}
	local := common(le.AppendUint32(nil, 0x04034b50))
	local = le.AppendUint16(local, uint16(len(p.localName)))
	local = le.AppendUint16(local, 0)
	z.out.Write(local)
	z.out.WriteString(p.localName)
	z.out.Write(packed)
	head := common(le.AppendUint16(le.AppendUint32(nil, 0x02014b50), 20))
	head = le.AppendUint16(head, uint16(len(p.name)))
	head = le.AppendUint16(head, uint16(len(p.extra)))
	head = le.AppendUint16(head, uint16(len(p.comment)))
	head = le.AppendUint32(head, 0)
	head = le.AppendUint32(head, p.mode)
	head = le.AppendUint32(head, at)
	z.central.Write(head)
	z.central.WriteString(p.name + p.extra + p.comment)
	z.files++
	return z
}

func (z *zipOf) bytes(comment string) []byte {
	le := binary.LittleEndian
	at := z.out.Len()
	out := append(z.out.Bytes(), z.central.Bytes()...)
	out = le.AppendUint32(out, 0x06054b50)
	out = le.AppendUint32(out, 0)
	out = le.AppendUint16(out, uint16(z.files))
	out = le.AppendUint16(out, uint16(z.files))
	out = le.AppendUint32(out, uint32(z.central.Len()))
	out = le.AppendUint32(out, uint32(at))
	out = le.AppendUint16(out, uint16(len(comment)))
	return append(out, comment...)
}

func TestContainers(t *testing.T) {
	w := newWorld(t)
	m := w.story()
	pack := w.pack(m, true)
	text := part{name: "VERIFY.md", content: []byte("hello"), method: zip.Deflate}
	with := func(change func(*part)) []byte {
		p := text
		change(&p)
		return new(zipOf).add(p).bytes("")
	}
	for _, c := range []struct {
		name   string
		pack   []byte
		reason evidence.Reason
	}{
		{"a file and no manifest", with(func(*part) {}), evidence.FileMissing}, // the zip itself is as it must be
		{"nothing", nil, evidence.NoPack},
		{"no zip", []byte("hello"), evidence.NoPack},
		{"no files", new(zipOf).bytes(""), evidence.FileMissing},
		{"cut off", pack[:len(pack)-1], evidence.NoPack},
		{"cut off in front", pack[1:], evidence.NoPack},
		{"something behind", append(bytes.Clone(pack), 0), evidence.NoPack},
		{"something in front", append([]byte("#!/bin/sh\n"), pack...), evidence.NoPack},
		{"a comment", new(zipOf).add(text).bytes("hello"), evidence.NoPack},
		{"a comment of a file", with(func(p *part) { p.comment = "hello" }), evidence.NoPack},
		{"an extra field", with(func(p *part) { p.extra = "\x01\x02\x00\x00" }), evidence.NoPack},
		{"path: out of the folder", with(func(p *part) { p.name = "docs/../../etc/passwd" }), evidence.PathInvalid},
		{"path: out of the folder by an organisation", with(func(p *part) { p.name = "msp/../root-1.pem" }), evidence.PathInvalid},
		{"path: absolute", with(func(p *part) { p.name = "/etc/passwd" }), evidence.PathInvalid},
		{"path: backslashes", with(func(p *part) { p.name = `..\VERIFY.md` }), evidence.PathInvalid},
		{"path: a folder", with(func(p *part) { p.name = "docs/" }), evidence.PathInvalid},
		{"path: a line feed", with(func(p *part) { p.name = "VERIFY.md\n" }), evidence.PathInvalid},
		{"path: none", with(func(p *part) { p.name = "" }), evidence.PathInvalid},
		{"path: long", with(func(p *part) { p.name = "msp/" + strings.Repeat("A", 65) + "/root-1.pem" }), evidence.PathInvalid},
		{"path: another in the file's own header", with(func(p *part) { p.localName = "VERIFY.sh" }), evidence.NoPack},
		{"a link", with(func(p *part) { p.mode = 0o120777 << 16 }), evidence.NoPack},
		{"twice", new(zipOf).add(text).add(text).bytes(""), evidence.NoPack},
		{"out of order", new(zipOf).add(text).add(part{name: "manifest.json", content: []byte("{}"), method: zip.Deflate}).
			add(part{name: "docs/" + strings.Repeat("0", 64), content: []byte("x"), method: zip.Deflate}).bytes(""), evidence.NoPack},
		{"one on top of the other", new(zipOf).add(part{name: "VERIFY.md", content: []byte("hello"), method: zip.Deflate}).
			add(part{name: "manifest.json", content: []byte("hello"), method: zip.Deflate, at: 1}).bytes(""), evidence.NoPack},
		{"encrypted", with(func(p *part) { p.flags = 1 }), evidence.NoPack},
		{"not compressed", with(func(p *part) { p.method = zip.Store }), evidence.NoPack},
		{"unknown compression", with(func(p *part) { p.method = 99 }), evidence.NoPack},
		{"another checksum", with(func(p *part) { p.crc = 1 }), evidence.NoPack},
		{"bytes behind what is compressed", with(func(p *part) { p.tail = []byte("hidden") }), evidence.NoPack},
		{"says it is shorter", with(func(p *part) { p.size = 4 }), evidence.NoPack},
		{"says it is longer", with(func(p *part) { p.size = 6 }), evidence.NoPack},
		{"bomb: says that it is too large", with(func(p *part) { p.size = evidence.MaxFile + 1 }), evidence.TooLarge},
		{"bomb: says it is small", with(func(p *part) { p.content, p.size = make([]byte, 64<<20), 10 }), evidence.NoPack},
		{"bomb: says it is huge", with(func(p *part) { p.size = 1<<32 - 2 }), evidence.TooLarge},
		{"bomb: many large files", many(9, 120<<20), evidence.TooLarge},
		{"bomb: many files", many(evidence.MaxFiles+1, 1), evidence.TooLarge},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := verify(c.pack, nil)
			if got := evidence.ReasonOf(err); got != c.reason {
				t.Errorf("got %v, want %s", err, c.reason)
			}
		})
	}
}

// many is a zip of many files that say they are so large.
func many(n int, size uint32) []byte {
	z := new(zipOf)
	for i := range n {
		z.add(part{name: "blocks/" + padded(i) + ".pb", size: size, method: zip.Store})
	}
	return z.bytes("")
}

func padded(n int) string {
	d := []byte("0000000000")
	for i := len(d) - 1; n > 0; i-- {
		d[i] = byte('0' + n%10)
		n /= 10
	}
	return string(d)
}
