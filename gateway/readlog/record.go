package readlog

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind is what a record tells.
type Kind string

// The kinds of records.
const (
	Begun  Kind = "BEGUN"  // the log begins; the first record and no other
	Asked  Kind = "ASKED"  // somebody asked for something
	Mended Kind = "MENDED" // a crash had left bytes that are no record
)

// Record is one line of the log.
type Record struct {
	N    int64  `json:"n"`    // from 1, without a gap
	Prev string `json:"prev"` // SHA-256 of the line before it, hexadecimal; 64 zeros for the first
	At   string `json:"at"`   // RFC 3339, UTC, milliseconds
	Kind Kind   `json:"kind" enum:"BEGUN,ASKED,MENDED"`
	Log  string `json:"log,omitempty"` // BEGUN: identifier of the log, 32 hexadecimal digits
	*Read
	Torn *Torn `json:"torn,omitempty"` // MENDED, and BEGUN where the very beginning was torn
}

// Read is a question, and what went out as the answer.
type Read struct {
	Export  string            `json:"export"`  // identifier of the answer, see NewExport
	Request string            `json:"request"` // of the HTTP request, as in the access log
	User    string            `json:"user"`
	MSP     string            `json:"msp"`
	Role    string            `json:"role"`
	Party   string            `json:"party,omitempty"` // for which the user acts
	Route   string            `json:"route"`           // operation of the API, such as lotTrace
	Asked   map[string]string `json:"asked,omitempty"` // of the address: what it names, and its query
	Body    string            `json:"body,omitempty"`  // of the request, in the gateway's spelling; at most MaxBody bytes of it
	Status  int               `json:"status"`          // HTTP status of the answer
	Code    string            `json:"code,omitempty"`  // of a refusal
	Rows    int64             `json:"rows"`            // that the answer lists; -1 where it is no list
	Bytes   int64             `json:"bytes"`           // of the answer's body
	SHA256  string            `json:"sha256"`          // of the answer's body, hexadecimal
	Block   uint64            `json:"block"`           // the last one that the gateway knew
}

// Torn says what a crash had left.
type Torn struct {
	Bytes  int64  `json:"bytes"`  // between the last whole record and this one
	SHA256 string `json:"sha256"` // of them, hexadecimal
}

// MaxBody bounds what is kept of a request's body, in bytes: a statement of ledger.MaxStated identifiers fits.
const MaxBody = 8 << 10

// maxLine bounds a record's line in bytes: values come from callers.
const maxLine = 64 << 10

// Digest is the digest of a line.
type Digest [sha256.Size]byte

func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// digestOf is the digest of a line without its line end.
func digestOf(line []byte) Digest { return sha256.Sum256(line) }

// encode writes a record as a line without its line end.
func (r *Record) encode() ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(r); err != nil {
		return nil, fmt.Errorf("write a record of the read log: %w", err)
	}
	line := bytes.TrimSuffix(out.Bytes(), []byte{'\n'})
	if len(line) > maxLine-64 { // room for the number
		return nil, fmt.Errorf("write a record of the read log: it has %d bytes, at most %d fit", len(line), maxLine)
	}
	return line, nil
}

// decode reads a line.
func decode(line []byte) (*Record, error) {
	var r Record
	if err := json.Unmarshal(line, &r); err != nil {
		return nil, err
	}
	var complete bool
	switch r.Kind {
	case Begun:
		complete = r.Log != ""
	case Asked:
		complete = r.Read != nil
	case Mended:
		complete = r.Torn != nil
	}
	if !complete || r.N < 1 || len(r.Prev) != 2*sha256.Size {
		return nil, errors.New("it lacks what its kind must have")
	}
	return &r, nil
}

// timeLayout is RFC 3339 with milliseconds.
const timeLayout = "2006-01-02T15:04:05.000Z07:00"

func spell(t time.Time) string { return t.UTC().Format(timeLayout) }

// Clip keeps what a caller sent from filling the log.
func Clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
