package sample

import (
	"context"
	"fmt"
	"sync"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/fingerprint"

	"golang.org/x/sync/errgroup"
)

// Signed is an entry and the user who submits it.
type Signed struct {
	User  string
	Entry ledger.Entry
}

// Place is the network that the sample is loaded into: the little that differs from one to another.
type Place struct {
	Key  fingerprint.Key // the consortium's, under which invoices are fingerprinted
	Made time.Time       // when the network was made: what is reserved holds for a while from then
}

// reserved is for how long invoices are reserved, in days. The ledger takes no reservation that is over when it is loaded.
const reserved = 60

// until is the last day of reservations.
func (p Place) until() string { return p.Made.UTC().AddDate(0, 0, reserved).Format(time.DateOnly) }

// story is the finished sample.
type story struct {
	world   *world
	parcels []*parcel
}

// tell makes the sample from the beginning. It always makes the same one.
func tell() *story {
	w := newWorld()
	w.begin()
	w.run()
	return &story{world: w, parcels: pack(w.ops)}
}

var told = sync.OnceValue(tell)

// Entries lists the entries of the sample in an order in which a ledger accepts them. Identifiers of movements, lots,
// claims and vouchers are the same everywhere. What the slice refers to is shared: change nothing. Errors: only for a key
// of another length.
func Entries(at Place) ([]Signed, error) {
	s := told()
	entries := make([]Signed, len(s.parcels))
	for i, p := range s.parcels {
		var err error
		if entries[i], err = p.signed(at); err != nil {
			return nil, err
		}
	}
	return entries, nil
}

// Contents answers the synthetic texts whose digests the sample records, by SHA-256: what a document store needs to
// show them.
func Contents() map[string][]byte {
	out := make(map[string][]byte, len(told().world.contents))
	for sha, text := range told().world.contents {
		out[sha] = append([]byte(nil), text...)
	}
	return out
}

// Load submits every entry as its user, entries that do not depend on each other side by side. It stops at the first
// error, which names the entry. Keys are idempotent, so a load that was broken off may simply be started again.
// progress, when not nil, is told how many entries are recorded; calls do not overlap.
func Load(ctx context.Context, at Place, submit func(ctx context.Context, user string, e ledger.Entry) error, progress func(done, total int)) error {
	s := told()
	entries, err := Entries(at)
	if err != nil {
		return err
	}
	recorded := make([]chan struct{}, len(s.parcels))
	for i := range recorded {
		recorded[i] = make(chan struct{})
	}
	var mu sync.Mutex
	done := 0
	group, ctx := errgroup.WithContext(ctx)
	for i, p := range s.parcels {
		group.Go(func() error {
			for _, j := range p.after {
				select {
				case <-recorded[j]:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			e := entries[i]
			if err := submit(ctx, e.User, e.Entry); err != nil {
				return fmt.Errorf("load sample entry %s of %s: %w", e.Entry.Key, e.User, err)
			}
			close(recorded[i])
			mu.Lock()
			defer mu.Unlock()
			done++
			if progress != nil {
				progress(done, len(s.parcels))
			}
			return nil
		})
	}
	return group.Wait()
}

// ReadyTrace answers a lot worth tracing first, and what to expect of it: special-bond money of the treasury that
// reaches enterprises and a tier-2 supplier.
func ReadyTrace() (lot, description string) {
	return told().world.marked["bond"].lots[0].id(),
		"专项债 3 亿元，" + bondArrives + " 入省级母基金，经子基金到企业与二级供应商（合成数据）/ CNY 300 million of special-bond money, traced from the treasury to enterprises and a tier-2 supplier (synthetic)"
}
