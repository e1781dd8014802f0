package readlog

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"fundtrace/chaincode/ledger"
)

// ErrCursor says that a cursor is none that Page answered.
var ErrCursor = errors.New("no such place in the read log")

// Filter narrows what Page answers. Empty fields let everything through.
type Filter struct {
	User, MSP, Route string
	Export           string
	About            string // an identifier that is asked for, whole, in the address or in the body
	Since, Until     string // days in China YYYY-MM-DD, as the files are named
}

func (f *Filter) takes(r *Record) bool {
	if *f == (Filter{Since: f.Since, Until: f.Until}) {
		return true
	}
	if r.Read == nil {
		return false
	}
	equal := func(want, have string) bool { return want == "" || want == have }
	return equal(f.User, r.User) && equal(f.MSP, r.MSP) && equal(f.Route, r.Route) && equal(f.Export, r.Export) && f.about(r.Read)
}

// about reports whether an identifier was asked about, a party's also by its bare unified social credit code.
func (f *Filter) about(r *Read) bool {
	if f.About == "" {
		return true
	}
	bare := strings.TrimPrefix(f.About, ledger.SchemeUSCC+":")
	for _, id := range []string{bare, ledger.SchemeUSCC + ":" + bare} {
		if strings.Contains(r.Body, strconv.Quote(id)) {
			return true
		}
		for _, v := range r.Asked {
			if v == id {
				return true
			}
		}
	}
	return false
}

// Page answers records that pass the filter, the newest first, and the cursor of the next page, empty at the end. It
// shows what is durable. Errors: ErrCursor; ctx's; those of reading.
func (l *Log) Page(ctx context.Context, f Filter, cursor string, limit int) (page []Record, next string, err error) {
	all, err := days(l.dir)
	if err != nil {
		return nil, "", err
	}
	slices.Reverse(all)
	at := int64(-1) // the end of the day's file
	if cursor != "" {
		var day string
		if day, at, err = place(cursor); err != nil {
			return nil, "", err
		}
		all = slices.DeleteFunc(all, func(d string) bool { return d > day })
		if len(all) == 0 || all[0] != day {
			return nil, "", ErrCursor
		}
	}
	page = []Record{}
	for _, day := range all {
		if f.Until != "" && day > f.Until || f.Since != "" && day < f.Since {
			at = -1
			continue
		}
		if next, err = l.pageOf(ctx, &f, day, at, limit, &page); err != nil || next != "" {
			return page, next, err
		}
		at = -1
	}
	return page, "", nil
}

// pageOf adds the records of one day, from a place in its file backward. It answers a cursor when the page is full and
// more may follow.
func (l *Log) pageOf(ctx context.Context, f *Filter, day string, at int64, limit int, page *[]Record) (string, error) {
	file, err := os.Open(dayFile(l.dir, day))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read the read log: %w", err)
	}
	defer file.Close()
	size, err := l.durable(file, day)
	if err != nil {
		return "", err
	}
	if at > size {
		return "", ErrCursor
	}
	if at < 0 {
		at = size
	}
	for b := (backward{file: file, end: at}); ; {
		if len(*page) >= limit {
			return spellPlace(day, b.end), nil
		}
		if err := ctx.Err(); err != nil {
			return "", err
		}
		line, err := b.line()
		if err != nil || line == nil {
			return "", err
		}
		if r, err := decode(line); err == nil && f.takes(r) { // torn lines are told of by the record behind them
			*page = append(*page, *r)
		}
	}
}

// durable is how much of a day's file may be shown.
func (l *Log) durable(file *os.File, day string) (int64, error) {
	l.mu.Lock()
	size, current := l.size, l.day
	l.mu.Unlock()
	if day == current {
		return size, nil
	}
	info, err := file.Stat()
	if err != nil {
		return 0, fmt.Errorf("read the read log: %w", err)
	}
	return info.Size(), nil
}

// A cursor is a day and a place in its file.
func spellPlace(day string, at int64) string {
	return base64.RawURLEncoding.EncodeToString([]byte(day + " " + strconv.FormatInt(at, 10)))
}

func place(cursor string) (day string, at int64, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return "", 0, ErrCursor
	}
	day, number, _ := strings.Cut(string(raw), " ")
	if at, err = strconv.ParseInt(number, 10, 64); err != nil || at < 0 {
		return "", 0, ErrCursor
	}
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return "", 0, ErrCursor
	}
	return day, at, nil
}
