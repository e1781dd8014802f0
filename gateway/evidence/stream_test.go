package evidence_test

import (
	"context"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
)

// stream delivers blocks once and in order.
func stream(blocks []*common.Block) func(context.Context, uint64, func(*common.Block) error) error {
	return func(_ context.Context, from uint64, handle func(*common.Block) error) error {
		for _, b := range blocks[from:] {
			if err := handle(b); err != nil {
				return err
			}
		}
		return nil
	}
}
