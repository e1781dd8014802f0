package ledger_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"testing"

	. "fundtrace/chaincode/ledger"
)

// The leaves and roots that the authors of RFC 6962 test Certificate Transparency with.
var (
	knownLeaves = []string{"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"}
	knownRoots  = []string{
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	}
)

func TestMerkleRootsOfCertificateTransparency(t *testing.T) {
	var leaves []Digest
	for i, text := range knownLeaves {
		raw, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, LeafDigest(raw))
		root, ok := MerkleRoot(leaves)
		if got := hex.EncodeToString(root[:]); !ok || got != knownRoots[i] {
			t.Errorf("root of %d leaves is %s, want %s", i+1, got, knownRoots[i])
		}
	}
	if _, ok := MerkleRoot(nil); ok {
		t.Error("no leaves have a root")
	}
}

func numbered(n int) []Digest {
	out := make([]Digest, n)
	for i := range out {
		out[i] = LeafDigest(fmt.Append(nil, i))
	}
	return out
}

// Every leaf of a tree of any size is shown by its path, and by no other path, place or size.
func TestAuditPaths(t *testing.T) {
	for size := 1; size <= 66; size++ {
		leaves := numbered(size)
		root, _ := MerkleRoot(leaves)
		for i := range leaves {
			path := AuditPath(leaves, i)
			if got, ok := RootOf(leaves[i], i, size, path); !ok || got != root {
				t.Fatalf("leaf %d of %d: %x, %v", i, size, got, ok)
			}
			for k := range path {
				other := append([]Digest(nil), path...)
				other[k][3] ^= 4
				if got, ok := RootOf(leaves[i], i, size, other); ok && got == root {
					t.Errorf("leaf %d of %d: another digest %d leads to the root", i, size, k)
				}
			}
			if _, ok := RootOf(leaves[i], i, size, append(path, root)); ok {
				t.Errorf("leaf %d of %d: a longer path is taken", i, size)
			}
			if len(path) > 0 {
				if _, ok := RootOf(leaves[i], i, size, path[1:]); ok {
					t.Errorf("leaf %d of %d: a shorter path is taken", i, size)
				}
			}
			for _, at := range []int{-1, i - 1, i + 1, size} {
				if got, ok := RootOf(leaves[i], at, size, path); ok && got == root && at != i {
					t.Errorf("leaf %d of %d is shown at %d", i, size, at)
				}
			}
		}
		if AuditPath(leaves, size) != nil || AuditPath(leaves, -1) != nil {
			t.Error("a leaf that is not there has a path")
		}
	}
}

// A node is no leaf: its text, hashed as a leaf, has another digest.
func TestLeavesAndNodesAreApart(t *testing.T) {
	leaves := numbered(2)
	root, _ := MerkleRoot(leaves)
	if LeafDigest(bytes.Join([][]byte{leaves[0][:], leaves[1][:]}, nil)) == root {
		t.Error("a node passes for a leaf")
	}
}
