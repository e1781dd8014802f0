package fabric

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"
)

// blockUnder is a block that says which block holds its configuration.
func blockUnder(t *testing.T, n, configuration uint64) *common.Block {
	t.Helper()
	encode := func(m proto.Message) []byte {
		b, err := proto.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	all := make([][]byte, len(common.BlockMetadataIndex_name))
	all[common.BlockMetadataIndex_SIGNATURES] = encode(&common.Metadata{Value: encode(&common.OrdererBlockMetadata{LastConfig: &common.LastConfig{Index: configuration}})})
	return &common.Block{Header: &common.BlockHeader{Number: n}, Metadata: &common.BlockMetadata{Metadata: all}}
}

// The configurations of a channel are found from its last block, wherever they lie.
func TestConfigurations(t *testing.T) {
	for _, c := range []struct {
		under []uint64 // block → block that holds its configuration
		want  []uint64
	}{
		{[]uint64{0}, []uint64{0}},
		{[]uint64{0, 0, 0, 0}, []uint64{0}},
		{[]uint64{0, 1}, []uint64{0, 1}},
		{[]uint64{0, 0, 2, 2, 2}, []uint64{0, 2}},
		{[]uint64{0, 1, 2, 2, 4, 4, 6}, []uint64{0, 1, 2, 4, 6}},
	} {
		asked := 0
		found, err := configurations(context.Background(), uint64(len(c.under)), func(_ context.Context, n uint64) (*common.Block, error) {
			asked++
			if n >= uint64(len(c.under)) {
				return nil, fmt.Errorf("there is no block %d", n)
			}
			return blockUnder(t, n, c.under[n]), nil
		})
		var got []uint64
		for _, b := range found {
			got = append(got, b.GetHeader().GetNumber())
		}
		if err != nil || !slices.Equal(got, c.want) || asked > 2*len(c.want) {
			t.Errorf("of %v: %v in %d questions, %v", c.under, got, asked, err)
		}
	}
	for name, b := range map[string]*common.Block{
		"no metadata":      {Header: &common.BlockHeader{Number: 1}},
		"a later block":    blockUnder(t, 1, 2),
		"broken signature": {Header: &common.BlockHeader{Number: 1}, Metadata: &common.BlockMetadata{Metadata: [][]byte{[]byte("x")}}},
	} {
		if _, err := configurations(context.Background(), 2, func(context.Context, uint64) (*common.Block, error) { return b, nil }); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// Every entry that is proposed has a salt of its own; the writer's own is kept, and a new attempt is the same entry.
func TestEntriesAreSalted(t *testing.T) {
	r := newRig(t)
	r.must(officer, entry("k1", fill("acct:a", 5)))
	chosen := entry("k2", fill("acct:a", 6))
	chosen.Salt = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
	r.must(officer, chosen)
	if again := r.must(officer, entry("k1", fill("acct:a", 5))); !again.Replayed {
		t.Error("the same entry with another salt is another entry")
	}
	var salts []string
	for _, b := range r.channel.proposed {
		for _, e := range b.Entries {
			salts = append(salts, e.Salt)
		}
	}
	if len(salts) != 3 || len(salts[0]) != 64 || salts[1] != chosen.Salt || len(salts[2]) != 64 || salts[0] == salts[2] {
		t.Errorf("salts %q", salts)
	}
}
