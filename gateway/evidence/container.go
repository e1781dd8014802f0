package evidence

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"regexp"
	"slices"
	"strings"
)

// Limits of a pack: generous for evidence, and a bound for what a hostile one can make a verifier do.
const (
	MaxFiles    = 60_000
	MaxFile     = 128 << 20 // bytes of one file
	MaxContents = 1 << 30   // bytes of all files
	MaxPack     = 1 << 30   // bytes of the zip
)

// paths are the names that files of a pack have. Nothing else is a name, so none leads out of a folder.
var paths = regexp.MustCompile(`^(manifest\.json|VERIFY\.md|blocks/(headers|[0-9]{10})\.pb|tx/[0-9a-f]{64}\.pb|events/movements\.jsonl|` +
	`trace/(answer|method)\.json|docs/[0-9a-f]{64}(\.salt)?|msp/[A-Za-z0-9][A-Za-z0-9.-]{0,63}/(root|intermediate|revoked)-[0-9]{1,3}\.pem)$`)

// file is a file of a pack. Contents are read when they are needed: a pack is larger than what is in memory.
type file struct {
	path string
	size int64
	sum  [32]byte
	read func() ([]byte, error)
}

func newFile(path string, content []byte) *file {
	return &file{path, int64(len(content)), sha256.Sum256(content), func() ([]byte, error) { return content, nil }}
}

// writeZip writes files as the one zip that they make: sorted by name, without times or anything else that could differ.
func writeZip(w io.Writer, files []*file) error {
	files = slices.SortedFunc(slices.Values(files), func(x, y *file) int { return strings.Compare(x.path, y.path) })
	z := zip.NewWriter(w)
	var packed bytes.Buffer
	deflate, err := flate.NewWriter(&packed, flate.DefaultCompression)
	if err != nil {
		return fmt.Errorf("write a pack: %w", err)
	}
	for _, f := range files {
		content, err := f.read()
		if err != nil {
			return err
		}
		packed.Reset()
		deflate.Reset(&packed)
		if _, err := deflate.Write(content); err != nil {
			return fmt.Errorf("pack %s: %w", f.path, err)
		}
		if err := deflate.Close(); err != nil {
			return fmt.Errorf("pack %s: %w", f.path, err)
		}
		if err := writeRaw(z, f.path, crc32.ChecksumIEEE(content), uint64(len(content)), packed.Bytes()); err != nil {
			return fmt.Errorf("pack %s: %w", f.path, err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("write a pack: %w", err)
	}
	return nil
}

// version is that of the zip format which files of a pack need: 2.0, for deflate.
const version = 20

// writeRaw puts compressed bytes into a zip under a header that holds the name and what the format demands, nothing else.
func writeRaw(z *zip.Writer, path string, crc uint32, size uint64, packed []byte) error {
	w, err := z.CreateRaw(&zip.FileHeader{Name: path, CreatorVersion: version, ReaderVersion: version, Method: zip.Deflate, CRC32: crc,
		UncompressedSize64: size, CompressedSize64: uint64(len(packed))})
	if err != nil {
		return err
	}
	_, err = w.Write(packed)
	return err
}

// readZip opens a pack, and refuses one that is more than its files: every byte of the zip must follow from the names
// and compressed contents. So nothing hides between files or in comments, no two files share bytes, and no program can
// read the zip differently. Errors: *Failure with NO_PACK, PATH_INVALID, TOO_LARGE.
func readZip(r io.ReaderAt, size int64) ([]*file, error) {
	if size > MaxPack {
		return nil, refuse(TooLarge, "", nil, "it has %d bytes; packs have at most %d", size, MaxPack)
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, refuse(NoPack, "", err, "it cannot be read as a zip")
	}
	if len(z.File) > MaxFiles {
		return nil, refuse(TooLarge, "", nil, "it has %d files; packs have at most %d", len(z.File), MaxFiles)
	}
	total := uint64(0)
	for i, f := range z.File {
		if !paths.MatchString(f.Name) {
			return nil, refuse(PathInvalid, "", nil, "no file of a pack is called %.100q", f.Name)
		}
		if i > 0 && f.Name <= z.File[i-1].Name {
			return nil, refuse(NoPack, f.Name, nil, "it is there twice or out of order")
		}
		if f.UncompressedSize64 > MaxFile || total+f.UncompressedSize64 > MaxContents {
			return nil, refuse(TooLarge, f.Name, nil, "files have at most %d bytes, and all together %d", MaxFile, MaxContents)
		}
		total += f.UncompressedSize64
	}
	same := &comparer{with: io.NewSectionReader(r, 0, size)}
	again := zip.NewWriter(same)
	var files []*file
	for _, f := range z.File {
		packed, err := rawOf(f)
		if err != nil {
			return nil, refuse(NoPack, f.Name, err, "it cannot be read")
		}
		if err := writeRaw(again, f.Name, f.CRC32, f.UncompressedSize64, packed); err != nil {
			return nil, refuse(NoPack, f.Name, err, "the zip holds more than files")
		}
		content, err := inflate(f, packed)
		if err != nil {
			return nil, refuse(NoPack, f.Name, err, "it cannot be unpacked")
		}
		files = append(files, &file{f.Name, int64(len(content)), sha256.Sum256(content), func() ([]byte, error) {
			packed, err := rawOf(f)
			if err != nil {
				return nil, err
			}
			return inflate(f, packed)
		}})
	}
	if err := again.Close(); err != nil || !same.atEnd() {
		return nil, refuse(NoPack, "", err, "the zip holds more than files")
	}
	return files, nil
}

// rawOf answers a file's compressed bytes.
func rawOf(f *zip.File) ([]byte, error) {
	if f.Method != zip.Deflate {
		return nil, fmt.Errorf("it is compressed by method %d; packs use deflate", f.Method)
	}
	if f.CompressedSize64 > MaxFile+MaxFile/1000+64 {
		return nil, errors.New("its compressed size is larger than a file can have")
	}
	raw, err := f.OpenRaw()
	if err != nil {
		return nil, err
	}
	return io.ReadAll(raw)
}

// inflate unpacks a file and refuses one that is not exactly as long as it says.
func inflate(f *zip.File, packed []byte) ([]byte, error) {
	in := bytes.NewReader(packed) // a ByteReader: flate takes no byte more than it needs
	var out bytes.Buffer
	n, err := io.Copy(&out, io.LimitReader(flate.NewReader(in), int64(f.UncompressedSize64)+1))
	switch {
	case err != nil:
		return nil, err
	case n != int64(f.UncompressedSize64) || in.Len() > 0:
		return nil, errors.New("it is longer or shorter than it says")
	case crc32.ChecksumIEEE(out.Bytes()) != f.CRC32:
		return nil, errors.New("its checksum is another")
	}
	return out.Bytes(), nil
}

// comparer is a writer that fails as soon as what is written differs from what is there.
type comparer struct {
	with *io.SectionReader
	buf  []byte
}

func (c *comparer) Write(p []byte) (int, error) {
	if cap(c.buf) < len(p) {
		c.buf = make([]byte, len(p))
	}
	buf := c.buf[:len(p)]
	if _, err := io.ReadFull(c.with, buf); err != nil || !bytes.Equal(buf, p) {
		return 0, errors.New("it differs from the zip that its files make")
	}
	return len(p), nil
}

func (c *comparer) atEnd() bool {
	_, err := c.with.ReadAt(make([]byte, 1), 0)
	n, _ := c.with.Seek(0, io.SeekCurrent)
	return err == nil && n == c.with.Size()
}
