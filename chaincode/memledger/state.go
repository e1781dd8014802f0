package memledger

import (
	"cmp"
	"slices"
	"sort"
)

// version is where a value was written: block and position in it.
type version struct{ block, tx uint64 }

type versioned struct {
	value   []byte
	version version
}

// state is what valid transactions have left: the newest value of each key and its version.
type state struct {
	values map[string]versioned
	keys   []string // sorted; nil when it must be made again
}

func newState() *state { return &state{values: map[string]versioned{}} }

func (s *state) value(key string) []byte { return slices.Clone(s.values[key].value) }

func (s *state) sorted() []string {
	if s.keys == nil {
		s.keys = make([]string, 0, len(s.values))
		for k := range s.values {
			s.keys = append(s.keys, k)
		}
		sort.Strings(s.keys)
	}
	return s.keys
}

// scan answers the keys from start until end, end excluded unless through is set. An empty end is no limit.
func (s *state) scan(start, end string, through bool) []string {
	keys := s.sorted()
	from := sort.SearchStrings(keys, start)
	to := len(keys)
	if end != "" {
		to = sort.SearchStrings(keys, end)
		if through && to < len(keys) && keys[to] == end {
			to++
		}
	}
	if to < from {
		return nil
	}
	return keys[from:to]
}

// write applies one write; a nil value deletes.
func (s *state) write(key string, value []byte, at version) {
	_, had := s.values[key]
	if value == nil {
		delete(s.values, key)
		if had {
			s.keys = nil
		}
		return
	}
	s.values[key] = versioned{value: value, version: at}
	if !had {
		s.keys = nil
	}
}

// readAt is a read of a simulation: the version that it saw, nil when the key did not exist.
type readAt struct {
	key     string
	version *version
}

// rangeRead is a range query of a simulation. One that was not exhausted counts as far as the last key seen.
type rangeRead struct {
	start, end string
	exhausted  bool
	seen       []readAt
}

func (s *state) versionOf(key string) *version {
	v, ok := s.values[key]
	if !ok {
		return nil
	}
	return &v.version
}

func sameVersion(a, b *version) bool {
	return a == b || a != nil && b != nil && *a == *b
}

// Write is one change of a transaction: a nil Value deletes.
type Write struct {
	Key   string
	Value []byte
}

func sortedWrites(writes map[string][]byte) []Write {
	out := make([]Write, 0, len(writes))
	for k, v := range writes {
		out = append(out, Write{Key: k, Value: v})
	}
	slices.SortFunc(out, func(a, b Write) int { return cmp.Compare(a.Key, b.Key) })
	return out
}
