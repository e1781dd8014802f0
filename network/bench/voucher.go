package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"fundtrace/chaincode/ledger"

	"github.com/hyperledger/fabric-gateway/pkg/client"
)

// Together is what the steps of one job come to when one follows the other.
type Together struct {
	RecordsPerS  float64 `json:"records_per_second"`  // operations of all steps; a split is one, however many vouchers it makes
	VouchersPerS float64 `json:"vouchers_per_second"` // vouchers that went through every step
	ToStock      float64 `json:"to_stock"`            // records per second as a ratio to stock's
}

// part is the share of one step in a job: how many of its operations one voucher takes.
type part struct {
	operations float64
	Figures
}

// together adds up the time that one voucher takes in each step.
func together(vouchers float64, parts ...part) Together {
	records, seconds := 0.0, 0.0
	for _, p := range parts {
		records += p.operations
		seconds += p.operations / p.RecordsPerS
	}
	return Together{RecordsPerS: records / seconds, VouchersPerS: vouchers / seconds}
}

// batches are the vouchers, by client and by entry, that a step left for the next one.
type batches [][][]string

// step measures one step on all the vouchers that the step before it left: the clients go through their batches side by
// side, one entry for each, until all is recorded. do answers how many operations it recorded and the vouchers that it
// leaves.
func step(ctx context.Context, name string, before batches, do func(client int, key string, lots []string) (int, []string, error)) (Figures, batches, error) {
	t, after := &tally{Figures: Figures{Name: name, Clients: len(before)}}, make(batches, len(before))
	start := time.Now()
	var group sync.WaitGroup
	for client := range before {
		group.Go(func() {
			for i, lots := range before[client] {
				if ctx.Err() != nil {
					return
				}
				began := time.Now()
				records, left, err := do(client, fmt.Sprintf("%s-%d", strings.ReplaceAll(name, " ", "-"), i), lots)
				t.add(time.Since(began), records, err)
				if err == nil {
					after[client] = append(after[client], left)
				}
			}
		})
	}
	group.Wait()
	return t.figures(time.Since(start)), after, ctx.Err()
}

// in divides the vouchers into batches of another size.
func (b batches) in(size int) batches {
	out := make(batches, len(b))
	for client, entries := range b {
		for lots := range slices.Chunk(slices.Concat(entries...), size) {
			out[client] = append(out[client], lots)
		}
	}
	return out
}

// first keeps so many vouchers of each client.
func (b batches) first(count int) batches {
	out := make(batches, len(b))
	for client, entries := range b {
		all := slices.Concat(entries...)
		out[client] = [][]string{all[:min(count, len(all))]}
	}
	return out
}

// vouchers measures the bulk issue of vouchers and the bulk split-transfer of some of them, as jobs of a given size. It
// answers how many operations were recorded.
func (r *Result) vouchers(ctx context.Context, all []*chain, run runner, o options) (int, error) {
	operations := 0
	stage := func(name string, before batches, do func(client int, key string, lots []string) (int, []string, error)) (f Figures, after batches, err error) {
		f, err = run(name, func() (f Figures, err error) {
			f, after, err = step(ctx, name, before, do)
			return f, err
		})
		operations += f.Records
		return f, after, err
	}
	todo := make(batches, len(all))
	for client := range todo {
		todo[client] = [][]string{make([]string, o.vouchers/len(all))}
	}
	drafted, drafts, err := stage("vouchers: draft", todo.in(o.voucherBatch), func(client int, key string, lots []string) (int, []string, error) {
		return all[client].draft(client, key, len(lots))
	})
	if err != nil {
		return 0, err
	}
	issued, issues, err := stage("vouchers: issue by a second person", drafts, func(client int, key string, lots []string) (int, []string, error) {
		return each(all[client].cashier, key, ledger.VoucherSign, lots)
	})
	if err != nil {
		return 0, err
	}
	accepted, live, err := stage("vouchers: accept", issues, func(client int, key string, lots []string) (int, []string, error) {
		return each(all[client].supplier, key, ledger.VoucherAccept, lots)
	})
	if err != nil {
		return 0, err
	}
	r.BulkIssue = together(1, part{1, drafted}, part{1, issued}, part{1, accepted})

	// As many vouchers as make so many pieces: each step then takes about as many operations as a step of the issue.
	live = live.first(o.vouchers / len(all) / pieces)
	offered, offers, err := stage("vouchers: split and offer", live.in(o.voucherBatch/(1+pieces)), func(client int, key string, lots []string) (int, []string, error) {
		return all[client].split(client, key, lots)
	})
	if err != nil {
		return 0, err
	}
	taken, _, err := stage("vouchers: take", offers.in(o.voucherBatch), func(client int, key string, lots []string) (int, []string, error) {
		return each(all[client].taker, key, ledger.VoucherTake, lots)
	})
	if err != nil {
		return 0, err
	}
	r.BulkTransfer = together(pieces, part{1 + pieces, offered}, part{pieces, taken})
	return operations, nil
}

// draft records so many drafts on the chain's claim.
func (c *chain) draft(i int, key string, count int) (int, []string, error) {
	now := time.Now().In(ledger.China)
	e, lots := ledger.Entry{Key: key, Ops: make([]ledger.Op, count)}, make([]string, count)
	id := ledger.EntryID(ledger.EnterpriseMSP, coreUser(i), key)
	for n := range e.Ops {
		e.Ops[n] = ledger.Op{Type: ledger.VoucherDraft, Voucher: &ledger.Voucher{Claim: c.claim, Amount: face, Currency: "CNY", Date: now.Format(time.DateOnly),
			Maturity: now.AddDate(0, 0, term).Format(time.DateOnly), AcceptBy: now.AddDate(0, 0, 10).Format(time.DateOnly)}}
		lots[n] = ledger.LotID(ledger.MovementID(id, n), 0)
	}
	return count, lots, apply(c.drafter, e)
}

// each records one plain step on each of the vouchers, which it leaves as they are numbered.
func each(by *client.Network, key string, op ledger.OpType, lots []string) (int, []string, error) {
	e := ledger.Entry{Key: key, Ops: make([]ledger.Op, len(lots))}
	for n, lot := range lots {
		e.Ops[n] = ledger.Op{Type: op, VoucherStep: &ledger.VoucherStep{Voucher: lot}}
	}
	return len(lots), lots, apply(by, e)
}

// split divides each of the vouchers and offers every piece to the next supplier, with the trade behind it, in one entry.
// It leaves the pieces.
func (c *chain) split(i int, key string, lots []string) (int, []string, error) {
	var left []string
	e := ledger.Entry{Key: key}
	id := ledger.EntryID(ledger.EnterpriseMSP, supplierUser(i), key)
	trade := digest("trade", i)
	for _, lot := range lots {
		whole := ledger.MovementID(id, len(e.Ops))
		e.Ops = append(e.Ops, ledger.Op{Type: ledger.VoucherDivide, VoucherStep: &ledger.VoucherStep{Voucher: lot, Pieces: make([]ledger.Piece, pieces)}})
		divided := e.Ops[len(e.Ops)-1].VoucherStep.Pieces
		for k := range divided {
			divided[k].Amount = face / pieces
			piece := ledger.LotID(whole, k)
			left = append(left, piece)
			e.Ops = append(e.Ops, ledger.Op{Type: ledger.VoucherOffer, VoucherStep: &ledger.VoucherStep{Voucher: piece, To: c.deeper, Document: trade}})
		}
	}
	return len(e.Ops), left, apply(c.supplier, e)
}
