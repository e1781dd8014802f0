package evidence

import (
	"bytes"
	"context"
	"strings"
)

// Unpack reads the files of a pack.
func Unpack(pack []byte) (map[string][]byte, error) {
	files, err := readZip(bytes.NewReader(pack), int64(len(pack)))
	if err != nil {
		return nil, err
	}
	out := map[string][]byte{}
	for _, f := range files {
		if out[f.path], err = f.read(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Repack makes the zip of files as they are.
func Repack(contents map[string][]byte) []byte {
	var files []*file
	for path, content := range contents {
		files = append(files, newFile(path, content))
	}
	var out bytes.Buffer
	if err := writeZip(&out, files); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// Repair makes the manifest list the files as they are, and puts change through before: what somebody does who knows how
// packs are made.
func Repair(contents map[string][]byte, change func(*Manifest)) {
	m, err := readManifest(contents[manifestFile])
	if err != nil {
		panic(err)
	}
	var files []*file
	for path, content := range contents {
		if path != manifestFile {
			files = append(files, newFile(path, content))
		}
	}
	m.list(files)
	if change != nil {
		change(m)
	}
	if contents[manifestFile], err = canonical(m); err != nil {
		panic(err)
	}
}

// Rederive makes everything again that follows from headers, blocks and documents, without asking whether they hold
// together: the most that a forger can do.
func Rederive(contents map[string][]byte, s Subject) error {
	a := &archive{manifest: &Manifest{Subject: s}, files: map[string]*file{}}
	for path, content := range contents {
		a.files[path] = newFile(path, content)
	}
	p, err := prove(context.Background(), a, nil)
	if err != nil {
		return err
	}
	d, err := p.derive(&s, a)
	if err != nil {
		return err
	}
	documents, err := a.documents(d)
	if err != nil {
		return err
	}
	files := append(d.files, documents...)
	for path := range contents {
		if strings.HasPrefix(path, "blocks/") {
			files = append(files, a.files[path])
		}
	}
	if files, err = complete(&s, "", p, d, files); err != nil {
		return err
	}
	clear(contents)
	for _, f := range files {
		if contents[f.path], err = f.read(); err != nil {
			return err
		}
	}
	return nil
}
