package readlog

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"fundtrace/chaincode/ledger"
)

// suffix of the files that hold a day.
const suffix = ".jsonl"

// dayOf is the day in China of an instant, as the files are named.
func dayOf(t time.Time) string { return t.In(ledger.China).Format(time.DateOnly) }

// days lists the days that have a file, oldest first. Other files in the folder are nobody's business.
func days(dir string) ([]string, error) {
	list, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read the folder of the read log: %w", err)
	}
	var out []string
	for _, f := range list {
		day, isLog := cutSuffix(f.Name())
		if isLog && !f.IsDir() {
			out = append(out, day)
		}
	}
	slices.Sort(out)
	return out, nil
}

// cutSuffix answers the day that a file is named after.
func cutSuffix(name string) (day string, ok bool) {
	if len(name) != len(time.DateOnly)+len(suffix) || name[len(time.DateOnly):] != suffix {
		return "", false
	}
	day = name[:len(time.DateOnly)]
	_, err := time.Parse(time.DateOnly, day)
	return day, err == nil
}

func dayFile(dir, day string) string { return filepath.Join(dir, day+suffix) }

// follow reads a day's file into a chain and hands each record on. ended says whether the file ends with a line end.
// Errors: *Break, those of visit, those of reading.
func (c *chain) follow(dir, day string, visit func(*Record) error) (ended bool, err error) {
	f, err := os.Open(dayFile(dir, day))
	if err != nil {
		return false, fmt.Errorf("read the read log: %w", err)
	}
	defer f.Close()
	c.file, c.line = day+suffix, 0
	in := bufio.NewReaderSize(f, maxLine)
	ended = true
	for {
		raw, err := in.ReadBytes('\n')
		if len(raw) > 0 {
			ended = raw[len(raw)-1] == '\n'
			r, broken := c.take(raw)
			if broken != nil {
				return ended, broken
			}
			if r != nil && visit != nil {
				if err := visit(r); err != nil {
					return ended, err
				}
			}
		}
		if errors.Is(err, io.EOF) {
			return ended, nil
		}
		if err != nil {
			return ended, fmt.Errorf("read the read log: %w", err)
		}
	}
}

// tail reads the end of the log: the last day that has a record, and what stands behind it. It is what a gateway needs to
// go on; Verify reads everything. ended says whether the last file ends with a line end. Errors: *Break.
func tail(dir string, all []string) (c *chain, ended bool, err error) {
	c, ended = &chain{}, true
	from := len(all) - 1
	for ; from > 0; from-- {
		before, err := lastRecord(dir, all[from-1])
		if err != nil {
			return nil, false, err
		}
		if before != nil {
			c = before
			break
		}
	}
	for _, day := range all[max(from, 0):] {
		if ended, err = c.follow(dir, day, nil); err != nil {
			return nil, false, err
		}
	}
	return c, ended, nil
}

// identifier reads the log's identifier from its first record; empty where the first file holds none.
func identifier(dir, first string) (string, error) {
	var id string
	enough := errors.New("enough")
	_, err := (&chain{}).follow(dir, first, func(r *Record) error {
		id = r.Log
		return enough
	})
	if err != nil && !errors.Is(err, enough) {
		return "", err
	}
	return id, nil
}

// lastRecord answers a chain that stands at the last record of a day; nil where the day's file holds none.
func lastRecord(dir, day string) (*chain, error) {
	f, err := os.Open(dayFile(dir, day))
	if err != nil {
		return nil, fmt.Errorf("read the read log: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("read the read log: %w", err)
	}
	b := backward{file: f, end: info.Size()}
	for {
		line, err := b.line()
		if err != nil || line == nil {
			return nil, err
		}
		if r, err := decode(line); err == nil {
			return &chain{n: r.N, head: digestOf(line)}, nil
		}
	}
}
