package proof

import (
	"slices"
	"strings"

	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

// Version is the place of the transaction that wrote a key last.
type Version struct{ Block, Tx uint64 }

func versionOf(v *kvrwset.Version) *Version {
	if v == nil {
		return nil
	}
	return &Version{v.GetBlockNum(), v.GetTxNum()}
}

func (v Version) after(w Version) bool { return v.Block > w.Block || v.Block == w.Block && v.Tx > w.Tx }

// stateKey names a key of the state; hashed keys of private collections have the collection between.
func stateKey(namespace, collection, key string) string {
	return namespace + "\x00" + collection + "\x00" + key
}

// state is the versions of all keys as far as the blocks shown tell. While no block has been left out it is a peer's own
// state, and reads are judged as a peer judges them. After a gap it knows less: a read is contradicted by what is shown,
// confirmed by it, or neither.
type state struct {
	versions map[string]Version
	complete bool            // no block has been left out
	shown    map[uint64]bool // blocks shown whole; filled only after a gap
	from     uint64          // first block that was left out: all before it were shown
	touched  map[string]bool // keys that earlier transactions of the present block wrote
	seen     map[Version]bool
}

func newState() *state {
	return &state{versions: map[string]Version{}, complete: true, shown: map[uint64]bool{}, touched: map[string]bool{}, seen: map[Version]bool{}}
}

func (s *state) skip(block uint64) {
	if s.complete {
		s.complete, s.from = false, block
	}
}

func (s *state) begin(block uint64) {
	clear(s.touched)
	if !s.complete {
		s.shown[block] = true
	}
}

func (s *state) wasShown(block uint64) bool { return s.complete || block < s.from || s.shown[block] }

// reading gathers what came of judging a transaction's reads.
type reading struct {
	code    peer.TxValidationCode
	key     string             // that conflicts
	unshown int                // reads of what lies in blocks left out
	learned map[string]Version // versions that only the endorsers vouch for
	seen    []Version          // transactions whose writes were read
}

// judge compares what a transaction read with the state before it, public keys, ranges and hashed keys of each namespace
// in turn, as a peer does. The flaw is set for what cannot be judged.
func (s *state) judge(t *transaction, at Version) (r reading, flaw error) {
	r.learned = map[string]Version{}
	for _, n := range t.sets {
		for _, read := range n.public.GetReads() {
			if !s.agrees(stateKey(n.name, "", read.GetKey()), versionOf(read.GetVersion()), at, &r) {
				r.code, r.key = peer.TxValidationCode_MVCC_READ_CONFLICT, read.GetKey()
				return r, nil
			}
		}
		for _, q := range n.public.GetRangeQueriesInfo() {
			same, err := s.sameRange(n.name, q)
			if err != nil {
				return r, err
			}
			if !same {
				r.code, r.key = peer.TxValidationCode_PHANTOM_READ_CONFLICT, q.GetStartKey()
				return r, nil
			}
		}
		for _, h := range n.hashed {
			for _, read := range h.set.GetHashedReads() {
				if !s.agrees(stateKey(n.name, h.name, string(read.GetKeyHash())), versionOf(read.GetVersion()), at, &r) {
					r.code, r.key = peer.TxValidationCode_MVCC_READ_CONFLICT, h.name
					return r, nil
				}
			}
		}
	}
	return r, nil
}

// agrees reports whether a read is not contradicted.
func (s *state) agrees(key string, read *Version, at Version, r *reading) bool {
	if s.touched[key] {
		return false
	}
	have, known := s.versions[key]
	switch {
	case read == nil && known:
		return false
	case read == nil:
		if !s.complete {
			r.unshown++
		}
		return true
	case known && have == *read:
		if !s.complete && !s.wasShown(have.Block) {
			r.unshown++
		}
		r.seen = append(r.seen, have)
		return true
	case s.complete || known && have.after(*read) || read.Block >= at.Block || s.wasShown(read.Block):
		return false
	}
	r.unshown++
	r.learned[key] = *read
	return true
}

// sameRange repeats a range query and compares keys and versions.
func (s *state) sameRange(namespace string, q *kvrwset.RangeQueryInfo) (bool, error) {
	if !s.complete {
		return false, unsupported("it asked for a range of keys, which only a pack of all blocks can repeat")
	}
	if q.GetReadsMerkleHashes() != nil {
		return false, unsupported("it asked for a range of keys and recorded hashes of what it saw")
	}
	prefix := stateKey(namespace, "", "")
	var now []string
	for key := range s.versions {
		k, ok := strings.CutPrefix(key, prefix)
		if ok && k >= q.GetStartKey() && (q.GetEndKey() == "" || k < q.GetEndKey() || !q.GetItrExhausted() && k == q.GetEndKey()) {
			now = append(now, k)
		}
	}
	slices.Sort(now)
	return slices.EqualFunc(now, q.GetRawReads().GetKvReads(), func(key string, read *kvrwset.KVRead) bool {
		v := versionOf(read.GetVersion())
		return key == read.GetKey() && v != nil && *v == s.versions[prefix+key] && !s.touched[prefix+key]
	}), nil
}

// apply makes a valid transaction's writes.
func (s *state) apply(t *transaction, at Version, r *reading) {
	for key, v := range r.learned {
		s.versions[key] = v
	}
	for _, v := range r.seen {
		s.seen[v] = true
	}
	for _, n := range t.sets {
		for _, w := range n.public.GetWrites() {
			s.write(stateKey(n.name, "", w.GetKey()), w.GetIsDelete() || len(w.GetValue()) == 0, at)
		}
		for _, h := range n.hashed {
			for _, w := range h.set.GetHashedWrites() {
				s.write(stateKey(n.name, h.name, string(w.GetKeyHash())), w.GetIsDelete() || len(w.GetValueHash()) == 0, at)
			}
		}
	}
}

func (s *state) write(key string, gone bool, at Version) {
	s.touched[key] = true
	if gone {
		delete(s.versions, key)
		return
	}
	s.versions[key] = at
}
