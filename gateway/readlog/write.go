package readlog

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
)

// write puts a group of records behind the log with one write, and makes them durable. Where that fails the end of the
// log is read anew before the next attempt: what then stands there is known again.
func (l *Log) write(group []*entry) (err error) {
	defer func() {
		if err != nil && l.file != nil {
			err = errors.Join(err, l.file.Close())
			l.file = nil
		}
	}()
	if l.file == nil {
		if err := l.resume(); err != nil {
			return err
		}
	}
	now := l.now()
	c := l.chain
	var text []byte
	for _, e := range group {
		if e.read == nil {
			continue
		}
		if text, err = add(text, &c, &Record{Kind: Asked, At: spell(now), Read: e.read}); err != nil {
			return err
		}
		e.n = c.n
	}
	if len(text) == 0 {
		return nil
	}
	if day := dayOf(now); day > l.day { // after the clock was set back the log goes on in the later day's file
		if err := l.turn(day); err != nil {
			return err
		}
	}
	return l.put(text, c)
}

// add puts a record behind text and the chain.
func add(text []byte, c *chain, r *Record) ([]byte, error) {
	r.N, r.Prev = c.n+1, c.head.String()
	line, err := r.encode()
	if err != nil {
		return nil, err
	}
	c.n, c.head, c.torn = r.N, digestOf(line), nil
	return append(append(text, line...), '\n'), nil
}

// put writes text behind the log, makes it durable, and moves the head.
func (l *Log) put(text []byte, c chain) error {
	if l.newline {
		text = append([]byte{'\n'}, text...)
	}
	if _, err := l.file.Write(text); err != nil {
		return fmt.Errorf("write the read log: %w", err)
	}
	if err := l.syncFile(l.file); err != nil {
		return fmt.Errorf("make the read log durable: %w", err)
	}
	l.newline = false
	l.mu.Lock()
	defer l.mu.Unlock()
	l.chain = c
	l.size += int64(len(text))
	return nil
}

// turn goes on in the file of a new day.
func (l *Log) turn(day string) error {
	if l.newline {
		if err := l.put(nil, l.chain); err != nil {
			return err
		}
	}
	f, err := openDay(l.dir, day)
	if err != nil {
		return err
	}
	old := l.file
	l.mu.Lock()
	l.file, l.day, l.size = f, day, 0
	l.mu.Unlock()
	return old.Close()
}

// openDay opens a day's file for appending, made if there is none.
func openDay(dir, day string) (*os.File, error) {
	f, err := os.OpenFile(dayFile(dir, day), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the read log: %w", err)
	}
	folder, err := os.Open(dir)
	if err == nil {
		err = errors.Join(folder.Sync(), folder.Close())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("make the read log's file durable: %w", err), f.Close())
	}
	return f, nil
}

// resume reads the end of the log, begins it where there is none, and closes what a crash has left half written.
// Errors: *Break where the end does not hold; those of the disk.
func (l *Log) resume() error {
	all, err := days(l.dir)
	if err != nil {
		return err
	}
	c, ended, err := tail(l.dir, all)
	if err != nil {
		return err
	}
	day, begun := dayOf(l.now()), ""
	if len(all) > 0 {
		day = all[len(all)-1]
		if begun, err = identifier(l.dir, all[0]); err != nil {
			return err
		}
	}
	f, err := openDay(l.dir, day)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil {
		err = l.syncFile(f) // a crash may have come between writing and this: what is gone on from must stay, above all what is anchored
	}
	if err != nil {
		return errors.Join(fmt.Errorf("open the read log: %w", err), f.Close())
	}
	l.mu.Lock()
	l.file, l.newline, l.chain, l.day, l.size, l.begun = f, !ended, *c, day, info.Size(), begun
	l.mu.Unlock()
	return l.mend(c)
}

// mend writes the record that says how the log begins, or what a crash had left.
func (l *Log) mend(c *chain) error {
	if c.torn != nil && l.newline { // the line end that will close the torn line is not part of a record either
		c.torn.Write([]byte{'\n'})
		c.tornBytes++
	}
	r := &Record{Kind: Mended, At: spell(l.now()), Torn: c.rest()}
	if r.Torn != nil {
		l.log.Warn("a crash had left a part of a record in the read log: it is closed, and noted there", slog.Int64("bytes", r.Torn.Bytes))
	}
	if c.n == 0 {
		r.Kind, r.Log = Begun, random()
		l.mu.Lock()
		l.begun = r.Log
		l.mu.Unlock()
	}
	if r.Torn == nil && r.Kind == Mended {
		return nil
	}
	next := *c
	text, err := add(nil, &next, r)
	if err != nil {
		return err
	}
	return l.put(text, next)
}
