package readlog

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
)

func TestVerifyHolds(t *testing.T) {
	dir, anchors := written(t)
	r, err := Verify(t.Context(), dir, anchors.anchors)
	if err != nil {
		t.Fatal(err)
	}
	if !r.OK || r.Records != 10 || r.Days != 3 || r.Anchors != 2 || r.Anchored != 7 || r.On != "2026-11-23" || r.Mended != 0 || r.Torn != nil || len(r.Log) != 32 {
		t.Errorf("%+v", r)
	}
	// The chain by hand, as docs tell it.
	var all [][]byte
	for _, day := range []string{"2026-11-22", "2026-11-23", "2026-11-24"} {
		all = append(all, lines(t, dir, day)...)
	}
	prev := strings.Repeat("0", 64)
	for i, line := range all {
		if !bytes.Contains(line, []byte(`"prev":"`+prev+`"`)) {
			t.Fatalf("line %d does not name %s", i, prev)
		}
		prev = digestOf(bytes.TrimSuffix(line, []byte{'\n'})).String()
	}
	if r.Head != prev {
		t.Errorf("head %s, want %s", r.Head, prev)
	}
}

// rewrite makes the whole log from a line on anew, as somebody would who knows the format.
func rewrite(t *testing.T, dir string, change func(n int64, r *Record) *Record) {
	t.Helper()
	all, err := days(dir)
	if err != nil {
		t.Fatal(err)
	}
	c := &chain{}
	for _, day := range all {
		var text []byte
		for _, line := range lines(t, dir, day) {
			r, err := decode(line)
			if err != nil {
				t.Fatal(err)
			}
			if r = change(r.N, r); r == nil {
				continue
			}
			if text, err = add(text, c, r); err != nil {
				t.Fatal(err)
			}
		}
		put(t, dir, day, text)
	}
}

// Whatever is done to a log is refused, with the right reason at the right record.
func TestTamper(t *testing.T) {
	const first, second, third = "2026-11-22", "2026-11-23", "2026-11-24" // 4, 3 and 3 records
	edit := func(day string, change func(l [][]byte) [][]byte) func(*testing.T, string) {
		return func(t *testing.T, dir string) { put(t, dir, day, bytes.Join(change(lines(t, dir, day)), nil)) }
	}
	for _, tc := range []struct {
		name   string
		do     func(*testing.T, string)
		anchor func([]ledger.Anchor) []ledger.Anchor
		reason Reason
		n      int64
		file   string
	}{
		{name: "a name changed", do: edit(first, func(l [][]byte) [][]byte {
			l[1] = bytes.Replace(l[1], []byte("auditor@audit"), []byte("nobody@audit"), 1)
			return l
		}), reason: Changed, n: 2, file: first},
		{name: "a space added", do: edit(first, func(l [][]byte) [][]byte {
			l[1] = append([]byte(" "), l[1]...)
			return l
		}), reason: Changed, n: 2, file: first},
		{name: "the last of a day changed", do: edit(first, func(l [][]byte) [][]byte {
			l[3] = bytes.Replace(l[3], []byte("auditor@audit"), []byte("nobody@audit"), 1)
			return l
		}), reason: Rewritten, n: 1, file: first},
		{name: "a record taken out", do: edit(second, func(l [][]byte) [][]byte { return slices.Delete(l, 1, 2) }), reason: Missing, n: 6, file: second},
		{name: "the last of a day taken out", do: edit(second, func(l [][]byte) [][]byte { return l[:2] }), reason: Missing, n: 7, file: third},
		{name: "the first record taken out", do: edit(first, func(l [][]byte) [][]byte { return l[1:] }), reason: NotBegun, n: 1, file: first},
		{name: "two records exchanged", do: edit(second, func(l [][]byte) [][]byte {
			l[0], l[1] = l[1], l[0]
			return l
		}), reason: Missing, n: 5, file: second},
		{name: "a record twice", do: edit(second, func(l [][]byte) [][]byte { return slices.Insert(l, 1, l[0]) }), reason: OutOfOrder, n: 5, file: second},
		{name: "a line that is no record", do: edit(second, func(l [][]byte) [][]byte { return slices.Insert(l, 1, []byte("hello\n")) }), reason: Unreadable, n: 6, file: second},
		{name: "a record made unreadable", do: edit(second, func(l [][]byte) [][]byte {
			l[1][0] = '('
			return l
		}), reason: Unreadable, n: 6, file: second},
		{name: "an empty line", do: edit(first, func(l [][]byte) [][]byte { return slices.Insert(l, 2, []byte("\n")) }), reason: Unreadable, n: 3, file: first},
		{name: "a day taken out", do: func(t *testing.T, dir string) {
			if err := os.Remove(dayFile(dir, second)); err != nil {
				t.Fatal(err)
			}
		}, reason: Missing, n: 5, file: third},
		{name: "the first day taken out", do: func(t *testing.T, dir string) {
			if err := os.Remove(dayFile(dir, first)); err != nil {
				t.Fatal(err)
			}
		}, reason: NotBegun, n: 1, file: second},
		{name: "cut off before the last anchor", do: func(t *testing.T, dir string) {
			edit(second, func(l [][]byte) [][]byte { return l[:1] })(t, dir)
			if err := os.Remove(dayFile(dir, third)); err != nil {
				t.Fatal(err)
			}
		}, reason: CutOff, n: 6, file: second},
		{name: "all taken out", do: func(t *testing.T, dir string) {
			for _, day := range []string{first, second, third} {
				if err := os.Remove(dayFile(dir, day)); err != nil {
					t.Fatal(err)
				}
			}
		}, reason: CutOff, n: 1},
		{name: "rewritten from the second record", do: func(t *testing.T, dir string) {
			rewrite(t, dir, func(n int64, r *Record) *Record {
				if n == 2 {
					r.User = "nobody@audit"
				}
				return r
			})
		}, reason: Rewritten, n: 1, file: first},
		{name: "rewritten after the first anchor", do: func(t *testing.T, dir string) {
			rewrite(t, dir, func(n int64, r *Record) *Record {
				if n == 6 {
					r.SHA256 = strings.Repeat("1", 64)
				}
				return r
			})
		}, reason: Rewritten, n: 5, file: second},
		{name: "rewritten without a record", do: func(t *testing.T, dir string) {
			rewrite(t, dir, func(n int64, r *Record) *Record {
				if n == 3 {
					return nil
				}
				return r
			})
		}, reason: Rewritten, n: 1, file: second},
		{name: "begun anew", do: func(t *testing.T, dir string) {
			rewrite(t, dir, func(_ int64, r *Record) *Record {
				if r.Kind == Begun {
					r.Log = random()
				}
				return r
			})
		}, reason: Rewritten, n: 1, file: first},
		{name: "a crash made up to hide a record", do: edit(second, func(l [][]byte) [][]byte {
			r, err := decode(l[1])
			if err != nil {
				panic(err)
			}
			made := Record{N: r.N, Prev: r.Prev, At: r.At, Kind: Mended, Torn: &Torn{Bytes: 5, SHA256: digestOf([]byte("torn\n")).String()}}
			line, err := made.encode()
			if err != nil {
				panic(err)
			}
			l[1] = append(append([]byte("torn\n"), line...), '\n')
			return l
		}), reason: Changed, n: 6, file: second},
		{name: "an anchor kept back", do: func(*testing.T, string) {}, anchor: func(a []ledger.Anchor) []ledger.Anchor { return a[1:] }, reason: AnchorBroken},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir, on := written(t)
			tc.do(t, dir)
			anchors := on.anchors
			if tc.anchor != nil {
				anchors = tc.anchor(anchors)
			}
			r, err := Verify(t.Context(), dir, anchors)
			var b *Break
			if !errors.As(err, &b) || r.OK || r.Break != b {
				t.Fatalf("%v %+v", err, r)
			}
			if b.Reason != tc.reason || b.N != tc.n || strings.TrimSuffix(b.File, suffix) != tc.file || b.Message == "" {
				t.Errorf("%s (record %d in %s), want %s (record %d in %s): %v", b.Reason, b.N, b.File, tc.reason, tc.n, tc.file, b)
			}
		})
	}
}

// What stands behind the last anchor rests on the gateway's word, and the report says how much that is.
func TestBehindTheLastAnchor(t *testing.T) {
	dir, anchors := written(t)
	put(t, dir, "2026-11-24", bytes.Join(lines(t, dir, "2026-11-24")[:2], nil))
	r, err := Verify(t.Context(), dir, anchors.anchors)
	if err != nil || r.Records != 9 || r.Anchored != 7 {
		t.Errorf("%v %+v", err, r)
	}
}

// A gateway does not go on behind an end that does not hold.
func TestTamperedEndIsNotContinued(t *testing.T) {
	dir, _ := written(t)
	l := lines(t, dir, "2026-11-24")
	put(t, dir, "2026-11-24", bytes.Join([][]byte{l[0], l[2]}, nil))
	before, err := os.ReadFile(dayFile(dir, "2026-11-24"))
	if err != nil {
		t.Fatal(err)
	}
	again := open(t, dir, newClock())
	_, err = again.Append(t.Context(), question("a", "b"))
	var b *Break
	if !errors.Is(err, ErrUnavailable) || !errors.As(err, &b) || b.Reason != Missing {
		t.Errorf("%v", err)
	}
	after, err := os.ReadFile(dayFile(dir, "2026-11-24"))
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file was changed: %v", err)
	}
	put(t, dir, "2026-11-24", bytes.Join(l, nil)) // put back
	if n := ask(t, again, "a", "b"); n != 11 {
		t.Errorf("record %d", n)
	}
}
