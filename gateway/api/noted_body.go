package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"fundtrace/gateway/readlog"
)

// Bounds of what a note keeps of a body.
const (
	mostRaw  = 2 << 10 // bytes of what is no JSON
	mostText = 200     // bytes of a text in JSON, such as a table
)

// spelled is the body as the read log keeps it: what was understood of it, as JSON in one spelling, so that nobody hides
// what he asks about behind blanks, escapes or names given twice; and long texts cut, so that what stands behind one is
// kept. Where it had to be cut short all the same, its digest stands at the end, by which whoever sent it can be held to it.
func (c *call) spelled() string {
	body := c.sent
	if c.understood != nil {
		if text, err := json.Marshal(c.understood); err == nil {
			body = text
		}
	}
	out, most := &bytes.Buffer{}, readlog.MaxBody
	switch err := respell(json.NewDecoder(bytes.NewReader(body)), out); {
	case err == nil:
		return out.String()
	case !errors.Is(err, errLong):
		out, most = bytes.NewBuffer(body), mostRaw
	}
	if out.Len() <= most {
		return out.String()
	}
	digest := fmt.Sprintf(" sha256 %x", sha256.Sum256(c.sent))
	return readlog.Clip(string(out.Bytes()[:most]), most-len(digest)-len("…")) + digest
}

// errLong ends respell where nothing more would be kept.
var errLong = errors.New("longer than what is kept")

// respell copies one JSON value: no blanks, every character as it is unless JSON needs it escaped, long texts cut.
func respell(in *json.Decoder, out *bytes.Buffer) error {
	if out.Len() > readlog.MaxBody {
		return errLong
	}
	in.UseNumber()
	t, err := in.Token()
	if err != nil {
		return err
	}
	open, nested := t.(json.Delim)
	if !nested {
		return respellOne(t, out)
	}
	out.WriteString(open.String())
	for n := 0; in.More(); n++ {
		if n > 0 {
			out.WriteByte(',')
		}
		if open == '{' {
			name, err := in.Token()
			if err == nil {
				err = respellOne(name, out)
			}
			if err != nil {
				return err
			}
			out.WriteByte(':')
		}
		if err := respell(in, out); err != nil {
			return err
		}
	}
	if t, err = in.Token(); err != nil {
		return err
	}
	out.WriteString(t.(json.Delim).String())
	return nil
}

// respellOne copies a text, a number, a truth value or null.
func respellOne(t json.Token, out *bytes.Buffer) error {
	switch v := t.(type) {
	case string:
		t = readlog.Clip(v, mostText)
	case json.Number:
		if len(v) > mostText { // no number of ours
			t = readlog.Clip(v.String(), mostText)
		}
	}
	var text strings.Builder
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(t); err != nil {
		return err
	}
	out.WriteString(strings.TrimSuffix(text.String(), "\n"))
	if out.Len() > readlog.MaxBody {
		return errLong
	}
	return nil
}
