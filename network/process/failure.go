package process

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// Failure is a program that did not do what was asked of it: which one, what
// happened, and the end of its log.
type Failure struct {
	Name string // the program's name in the network
	What string // what happened, as in "ended while starting"
	Log  string // the log file
	Tail string // the last lines of the log
	Err  error  // the cause, when known
}

// Error tells what happened, shows the end of the log and where all of it is.
func (f *Failure) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", f.Name, f.What)
	if f.Err != nil {
		fmt.Fprintf(&b, ": %v", f.Err)
	}
	if f.Tail != "" {
		fmt.Fprintf(&b, "\nlast lines of %s:\n", f.Log)
		for line := range strings.Lines(f.Tail) {
			b.WriteString("  | " + strings.TrimRight(line, "\n") + "\n")
		}
	}
	return strings.TrimRight(b.String(), "\n")
}

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Err }

// tailWindow is how much of the end of a log is read to find its last lines.
const tailWindow = 64 << 10

// Tail returns the last n lines of a file, or "" if it cannot be read.
func Tail(path string, n int) string {
	text, _ := TailOffset(path, n)
	return text
}

// TailOffset is like Tail and also returns the offset in the file after those
// lines, from where one can read on without missing anything.
func TailOffset(path string, n int) (text string, offset int64) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > tailWindow {
		if offset, err = f.Seek(-tailWindow, io.SeekEnd); err != nil {
			return "", 0
		}
	}
	read, err := io.ReadAll(f)
	if err != nil {
		return "", 0
	}
	lines := bytes.Split(bytes.TrimRight(read, "\n"), []byte("\n"))
	return string(bytes.Join(lines[max(0, len(lines)-n):], []byte("\n"))), offset + int64(len(read))
}

// maxLog is the size above which a log is set aside when its program starts.
const maxLog = 32 << 20

// rotate keeps one older log beside the current one, so that logs cannot fill
// the disk over many restarts.
func rotate(path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look at the log %s: %w", path, err)
	}
	if info.Size() < maxLog {
		return nil
	}
	if err := os.Rename(path, path+".old"); err != nil {
		return fmt.Errorf("set the log %s aside: %w", path, err)
	}
	return nil
}
