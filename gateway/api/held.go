package api

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"net/http"
	"os"
	"strconv"

	"github.com/gin-gonic/gin"
)

// heldInMemory is how much of a held answer is kept in memory; what is beyond lies in a temporary file.
const heldInMemory = 1 << 20

// held is an answer that is made and not yet sent.
type held struct {
	gin.ResponseWriter
	before http.Header // as it was when the answer began

	status int
	begun  bool // something was written
	memory bytes.Buffer
	file   *os.File
	size   int64
	sum    hash.Hash
	failed error // of the temporary file
}

func hold(w gin.ResponseWriter) *held {
	h := &held{ResponseWriter: w, before: w.Header().Clone()}
	h.reset()
	return h
}

// reset forgets the answer so far, its headers too.
func (h *held) reset() {
	clear(h.Header())
	maps.Copy(h.Header(), h.before.Clone())
	h.status, h.begun, h.size, h.sum, h.failed = http.StatusOK, false, 0, sha256.New(), h.close()
	h.memory.Reset()
}

func (h *held) Write(p []byte) (int, error) {
	h.begun = true
	if h.failed == nil && h.file == nil && h.memory.Len()+len(p) > heldInMemory {
		h.file, h.failed = nameless()
	}
	if h.failed != nil {
		return 0, fmt.Errorf("keep an answer in a file: %w", h.failed)
	}
	var n int
	if h.file != nil {
		n, h.failed = h.file.Write(p)
	} else {
		n, h.failed = h.memory.Write(p)
	}
	h.sum.Write(p[:n])
	h.size += int64(n)
	return n, h.failed
}

func (h *held) WriteString(s string) (int, error) { return h.Write([]byte(s)) }
func (h *held) WriteHeader(status int)            { h.status = status }
func (h *held) WriteHeaderNow()                   { h.begun = true }
func (h *held) Status() int                       { return h.status }
func (h *held) Size() int                         { return int(h.size) }
func (h *held) Written() bool                     { return h.begun }
func (h *held) Flush()                            {}

// send lets the answer go.
func (h *held) send() error {
	w := h.ResponseWriter
	w.Header().Set("Content-Length", strconv.FormatInt(h.size, 10))
	w.WriteHeader(h.status)
	w.WriteHeaderNow()
	if _, err := w.Write(h.memory.Bytes()); err != nil {
		return fmt.Errorf("send an answer: %w", err)
	}
	if h.file == nil {
		return nil
	}
	if _, err := h.file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("send an answer: %w", err)
	}
	if _, err := io.Copy(w, h.file); err != nil {
		return fmt.Errorf("send an answer: %w", err)
	}
	return nil
}

// close gives the temporary file back.
func (h *held) close() error {
	if h.file == nil {
		return nil
	}
	err := h.file.Close()
	h.file = nil
	return err
}

// nameless makes a temporary file that has no name: a crash leaves none.
func nameless() (*os.File, error) {
	f, err := os.CreateTemp("", "fundtrace-answer-*")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
