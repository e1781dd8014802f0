package evidence

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"fundtrace/gateway/documents"
)

// Documents gives the contents of documents that the reader of the pack may have; *documents.Store is one for readers
// who may have all. What it does not have (documents.ErrUnknown) the pack leaves out and says so.
type Documents interface {
	Open(sha256 string) (content *os.File, salt []byte, err error)
}

// contents makes docs/, and notes which documents are included.
func (r *Request) contents(d *derivation) ([]*file, error) {
	var out []*file
	for i := range d.documents {
		e := &d.documents[i]
		if r.Documents == nil || e.recorded == nil || e.recorded.Size > MaxFile {
			continue
		}
		content, salt, err := r.Documents.Open(e.SHA256)
		if errors.Is(err, documents.ErrUnknown) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("open document %s: %w", e.SHA256, err)
		}
		raw, err := io.ReadAll(io.LimitReader(content, MaxFile+1))
		content.Close()
		if err != nil {
			return nil, fmt.Errorf("read document %s: %w", e.SHA256, err)
		}
		if err := e.check(raw, salt); err != nil {
			return nil, err
		}
		out = append(out, newFile(documentFile(e.SHA256), raw))
		if salt != nil {
			out = append(out, newFile(documentFile(e.SHA256)+".salt", salt))
		}
	}
	return out, nil
}

// documents checks the contents of docs/ against the ledger's records.
func (a *archive) documents(d *derivation) ([]*file, error) {
	var out []*file
	for i := range d.documents {
		e := &d.documents[i]
		path := documentFile(e.SHA256)
		content, beside := a.files[path], a.files[path+".salt"]
		if content == nil {
			continue
		}
		var salt []byte
		var err error
		if beside != nil {
			if salt, err = a.content(beside.path); err != nil {
				return nil, err
			}
			out = append(out, beside)
		}
		raw, err := a.content(path)
		if err != nil {
			return nil, err
		}
		if err := e.check(raw, salt); err != nil {
			return nil, err
		}
		out = append(out, content)
	}
	return out, nil
}

// check compares a content and its salt with what the ledger has recorded, and notes that it is included.
func (e *DocumentEntry) check(content, salt []byte) error {
	path := documentFile(e.SHA256)
	if e.recorded == nil {
		return refuse(Document, path, nil, "no block here records it")
	}
	if e.recorded.Salted != (salt != nil) || salt != nil && len(salt) != documents.SaltSize {
		return refuse(Document, path, nil, "the ledger says salted %t, and the salt beside it has %d bytes", e.recorded.Salted, len(salt))
	}
	sum := sumOf(append(salt[:len(salt):len(salt)], content...))
	if hex.EncodeToString(sum[:]) != e.SHA256 || e.recorded.Size != int64(len(content)) {
		return refuse(Document, path, nil, "it is not the document that the ledger names")
	}
	e.Included = true
	return nil
}
