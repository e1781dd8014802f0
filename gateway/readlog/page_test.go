package readlog

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// readAll joins all pages, newest first, as record numbers.
func readAll(t *testing.T, l *Log, f Filter, limit int) []int64 {
	t.Helper()
	var out []int64
	for cursor := ""; ; {
		page, next, err := l.Page(t.Context(), f, cursor, limit)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) > limit {
			t.Fatalf("%d records on a page of %d", len(page), limit)
		}
		for _, r := range page {
			out = append(out, r.N)
		}
		if cursor = next; next == "" {
			return out
		}
	}
}

func TestPages(t *testing.T) {
	dir, c := t.TempDir(), newClock()
	l := open(t, dir, c)
	var all, evens []int64
	all = append(all, 1)
	for day := range 3 {
		for i := range 40 {
			about := fmt.Sprintf("lot-%d%s", i%2, strings.Repeat("x", 3000*(i%3))) // longer than a step at times
			if i%2 == 0 {
				about = "even"
			}
			n := ask(t, l, fmt.Sprintf("user%d", day), about)
			all = append(all, n)
			if i%2 == 0 {
				evens = append(evens, n)
			}
		}
		c.at = c.at.AddDate(0, 0, 1)
	}
	slices.Reverse(all)
	slices.Reverse(evens)
	for _, limit := range []int{1, 7, 40, 500} {
		if got := readAll(t, l, Filter{}, limit); !slices.Equal(got, all) {
			t.Errorf("pages of %d: %v", limit, got)
		}
		if got := readAll(t, l, Filter{About: "even"}, limit); !slices.Equal(got, evens) {
			t.Errorf("pages of %d: %v", limit, got)
		}
	}
	for _, tc := range []struct {
		f    Filter
		want int
	}{
		{Filter{User: "user1"}, 40}, {Filter{User: "nobody"}, 0}, {Filter{Since: "2026-11-23"}, 80}, {Filter{Until: "2026-11-22"}, 41},
		{Filter{Since: "2026-11-23", Until: "2026-11-23", About: "even"}, 20}, {Filter{Route: "lotTrace"}, 120}, {Filter{Route: "fundTrace"}, 0},
		{Filter{MSP: "AuditMSP", User: "user2"}, 40}, {Filter{Export: "x"}, 0},
	} {
		if got := readAll(t, l, tc.f, 11); len(got) != tc.want {
			t.Errorf("%+v: %d records, want %d", tc.f, len(got), tc.want)
		}
	}
	for _, cursor := range []string{"?", "eA", spellPlace("2026-11-30", 1), spellPlace("nonsense", 1), spellPlace("2026-11-22", 1<<40)} {
		if _, _, err := l.Page(t.Context(), Filter{}, cursor, 5); !errors.Is(err, ErrCursor) {
			t.Errorf("%q: %v", cursor, err)
		}
	}
}

// A party that was asked about by its bare code is found by its identifier too, and the other way round; in a body as well.
func TestPagesAboutAParty(t *testing.T) {
	const bare = "91210100MA0000001X"
	l := open(t, t.TempDir(), newClock())
	want := []int64{ask(t, l, "a", bare), ask(t, l, "b", "uscc:"+bare)}
	ask(t, l, "c", "uscc:"+bare+"1")
	inBody := question("d", "other")
	inBody.Body = `{"party":"` + bare + `"}`
	n, err := l.Append(t.Context(), inBody)
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, n)
	slices.Reverse(want)
	for _, about := range []string{bare, "uscc:" + bare} {
		if got := readAll(t, l, Filter{About: about}, 10); !slices.Equal(got, want) {
			t.Errorf("about %s: %v, want %v", about, got, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	dir, c := f.TempDir(), newClock()
	l := open(f, dir, c)
	ask(f, l, "a", "x")
	if err := l.Close(); err != nil {
		f.Fatal(err)
	}
	for _, line := range lines(f, dir, "2026-11-22") {
		f.Add(line)
	}
	f.Add([]byte(`{"n":1,"kind":"ASKED"}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, line []byte) {
		ch := &chain{n: 1}
		r, err := ch.take(line)
		if (r != nil) && (err != nil || ch.n != 2 || ch.head != digestOf(trimmed(line))) {
			t.Errorf("%+v %v %+v", r, err, ch)
		}
	})
}

func trimmed(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\n' {
		return line[:n-1]
	}
	return line
}
