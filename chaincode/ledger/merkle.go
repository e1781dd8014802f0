package ledger

import (
	"crypto/sha256"
	"math/bits"
)

// Digest is a SHA-256 digest.
type Digest = [sha256.Size]byte

// The first byte of what is hashed tells leaves from nodes, so that no node can be passed off as a leaf (RFC 6962 §2.1).
const (
	leafMark = 0x00
	nodeMark = 0x01
)

// LeafDigest is the hash of a leaf of a Merkle tree: SHA-256 over the byte 00 and the leaf's text.
func LeafDigest(text []byte) Digest {
	h := sha256.New()
	h.Write([]byte{leafMark})
	h.Write(text)
	return Digest(h.Sum(nil))
}

// nodeDigest is SHA-256 over the byte 01 and the two digests below.
func nodeDigest(left, right *Digest) Digest {
	var b [1 + 2*sha256.Size]byte
	b[0] = nodeMark
	copy(b[1:], left[:])
	copy(b[1+sha256.Size:], right[:])
	return sha256.Sum256(b[:])
}

// MerkleRoot is the root of the Merkle tree over leaves whose digests are given in order, as RFC 6962 §2.1 builds it: the
// left half of n leaves is the largest power of two below n. Of no leaves there is no root: ok is false.
func MerkleRoot(leaves []Digest) (root Digest, ok bool) {
	if len(leaves) == 0 {
		return root, false
	}
	level := append([]Digest(nil), leaves...)
	for len(level) > 1 {
		level = lift(level)
	}
	return level[0], true
}

// lift makes the next level of a tree in place: neighbours are joined, and one without a neighbour goes up as it is. That
// is the same tree as halving from above at powers of two.
func lift(level []Digest) []Digest {
	n := 0
	for i := 0; i < len(level); i += 2 {
		if i+1 < len(level) {
			level[n] = nodeDigest(&level[i], &level[i+1])
		} else {
			level[n] = level[i]
		}
		n++
	}
	return level[:n]
}

// AuditPath lists the digests that lead from leaf i to the root, from below (RFC 6962 §2.1.1). It tells nothing of the other
// leaves but their digests. It is nil for a single leaf, and for a leaf that is not there.
func AuditPath(leaves []Digest, i int) []Digest {
	if i < 0 || i >= len(leaves) {
		return nil
	}
	var path []Digest
	level := append([]Digest(nil), leaves...)
	for len(level) > 1 {
		if beside := i ^ 1; beside < len(level) {
			path = append(path, level[beside])
		}
		level = lift(level)
		i /= 2
	}
	return path
}

// RootOf computes the root of a tree of size leaves from the digest of leaf i and its audit path (RFC 9162 §2.1.3.2). ok is
// false where the path does not have the length that leaf and size demand.
func RootOf(leaf Digest, i, size int, path []Digest) (root Digest, ok bool) {
	if i < 0 || i >= size {
		return root, false
	}
	at, last := uint(i), uint(size-1)
	root = leaf
	for k := range path {
		if last == 0 {
			return root, false
		}
		if at&1 == 1 || at == last {
			root = nodeDigest(&path[k], &root)
			if at&1 == 0 { // it went up without a neighbour
				shift := bits.TrailingZeros(at)
				at, last = at>>shift, last>>shift
			}
		} else {
			root = nodeDigest(&root, &path[k])
		}
		at, last = at>>1, last>>1
	}
	return root, last == 0
}
