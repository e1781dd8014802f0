package projection_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"

	"fundtrace/gateway/projection"
)

// feed flips bytes of a block's only transaction, makes the header fit again and folds it. Whatever comes out, nothing may
// panic, and a block is kept as a whole or not at all.
func feed(t *testing.T, blocks []*common.Block, at int, flips []byte, where uint32) {
	db := openNew(t)
	if err := db.Apply(blocks[:at]...); err != nil {
		t.Fatal(err)
	}
	before := digest(t, db)
	b := proto.Clone(blocks[at]).(*common.Block)
	data := b.Data.Data[0]
	for i, flip := range flips {
		data[(int(where)+i)%len(data)] ^= flip
	}
	b.Header.DataHash = projection.DataHashOf(b.Data.Data)
	err := db.Apply(b)
	var alarm *projection.Alarm
	switch {
	case err == nil:
		if db.Next() != uint64(at)+1 {
			t.Fatalf("a block was taken and next is %d", db.Next())
		}
	case !errors.As(err, &alarm):
		t.Fatalf("an altered block is no failure of the database: %v", err)
	case alarm.Reason != projection.Unreadable && alarm.Reason != projection.Contradiction:
		t.Fatalf("alarm %v", alarm)
	case db.Next() != uint64(at) || digest(t, db) != before:
		t.Fatal("a refused block left something behind")
	}
}

func FuzzBlock(f *testing.F) {
	blocks := storyBlocks(f)
	f.Add(uint8(3), []byte{1}, uint32(0))
	f.Add(uint8(20), []byte{0xff, 0xff}, uint32(500))
	f.Add(uint8(15), []byte{0x80}, uint32(2000))
	f.Fuzz(func(t *testing.T, at uint8, flips []byte, where uint32) {
		feed(t, blocks, 1+int(at)%(len(blocks)-1), flips, where)
	})
}

// TestFlippedBytes is a short fuzz in every run.
func TestFlippedBytes(t *testing.T) {
	blocks := storyBlocks(t)
	r := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		feed(t, blocks, 1+r.IntN(len(blocks)-1), []byte{byte(1 + r.IntN(255))}, r.Uint32N(1<<20))
	}
}
