package client

import (
	"context"
	"errors"
	"net/url"
	"time"

	"fundtrace/chaincode/ledger"
)

// attempts bounds how often PostEntry sends an entry whose outcome is not known.
const attempts = 8

// PostEntry records an entry and returns once it is known to be recorded. The entry must carry its key. When the ledger
// does not answer, other writers are faster, or the outcome is unknown, the same entry is sent again: its key keeps it
// from being recorded twice. Refusals are answered at once.
func (c *Client) PostEntry(ctx context.Context, entry ledger.Entry) (*Written, error) {
	return c.Record(ctx, "/entries", entry.Key, entry)
}

// Record sends a write to path under an idempotency key and returns once it is known to be recorded; see PostEntry.
// Steps of a voucher go to "/vouchers/{id}/{step}".
func (c *Client) Record(ctx context.Context, path, key string, body any) (*Written, error) {
	if key == "" {
		return nil, ledger.Refuse(ledger.FieldMissing, "key is missing: an entry that may be sent again needs one", "field", "key")
	}
	pause := 200 * time.Millisecond
	for n := 1; ; n++ {
		var w Written
		err := c.PostKeyed(ctx, path, key, body, &w)
		if err == nil && w.Outcome != "UNKNOWN" {
			return &w, nil
		}
		if err != nil && !passing(err) {
			return nil, err
		}
		if n == attempts {
			if err == nil {
				err = ledger.Refuse("OUTCOME_UNKNOWN", "it is not known whether the entry was recorded: send it again with the same key", "entry", w.Entry, "tx", w.Tx)
			}
			return nil, err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		pause = min(2*pause, 5*time.Second)
	}
}

// passing reports whether sending the same request again may help.
func passing(err error) bool {
	switch ledger.ErrorCode(err) {
	case "LEDGER_UNAVAILABLE", "CONTENTION", ledger.TimeWindow:
		return true
	}
	var broken *url.Error
	return errors.As(err, &broken) && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
}
