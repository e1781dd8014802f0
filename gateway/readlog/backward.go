package readlog

import (
	"bytes"
	"fmt"
	"io"
)

// backward reads the lines of a file from the end to the beginning.
type backward struct {
	file io.ReaderAt
	end  int64 // what lies before it is still to be read
	held []byte
}

// step is how many bytes are read at once.
const step = 64 << 10

// line answers the line before, without its line end; nil at the beginning.
func (b *backward) line() ([]byte, error) {
	if b.end == 0 {
		return nil, nil
	}
	// held are the bytes before end, as far as they were read.
	if len(b.held) == 0 {
		if err := b.more(); err != nil {
			return nil, err
		}
	}
	text := len(b.held)
	if b.held[text-1] == '\n' {
		text--
	}
	for {
		if at := bytes.LastIndexByte(b.held[:text], '\n'); at >= 0 {
			return b.cut(at+1, text), nil
		}
		if int64(len(b.held)) == b.end {
			return b.cut(0, text), nil
		}
		before := len(b.held)
		if err := b.more(); err != nil {
			return nil, err
		}
		text += len(b.held) - before
	}
}

// cut takes the line from held.
func (b *backward) cut(from, text int) []byte {
	line := bytes.Clone(b.held[from:text])
	if line == nil {
		line = []byte{}
	}
	b.end -= int64(len(b.held) - from)
	b.held = b.held[:from]
	return line
}

// more reads the bytes before held.
func (b *backward) more() error {
	n := min(int64(step), b.end-int64(len(b.held)))
	buf := make([]byte, n, n+int64(len(b.held)))
	if _, err := b.file.ReadAt(buf, b.end-int64(len(b.held))-n); err != nil {
		return fmt.Errorf("read the read log: %w", err)
	}
	b.held = append(buf, b.held...)
	return nil
}
