package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
	"fundtrace/network/local"
)

// options say what to measure.
type options struct {
	dir       string        // an empty folder for the networks
	full      bool          // the audit office's peer too, not only the two that endorse
	clients   int           // of the workloads with one record per transaction
	batchSize int           // disbursements in one bulk transaction
	warm      time.Duration // before each timed workload is counted
	duration  time.Duration // of each timed workload
	vouchers  int           // to be issued in bulk
	// Operations on vouchers in one transaction. Each writes one to two kilobytes, ten times what a disbursement does.
	voucherBatch int
	report       func(step string)
}

// check refuses sizes that cannot be measured.
func (o options) check() error {
	for _, size := range []struct {
		flag            string
		value, from, to int
	}{{"batch", o.batchSize, 1, ledger.MaxOps}, {"voucher-batch", o.voucherBatch, 1 + pieces, ledger.MaxOps},
		{"vouchers", o.vouchers, bulkClients * pieces, 1_000_000}, {"clients", o.clients, 1, 10_000}} {
		if size.value < size.from || size.value > size.to {
			return fmt.Errorf("--%s is %d: choose %d to %d", size.flag, size.value, size.from, size.to)
		}
	}
	return nil
}

func (o options) peers() []string {
	if o.full {
		return []string{"finance", "bank", "audit"}
	}
	return []string{"finance", "bank"}
}

// Result is what one run measured.
type Result struct {
	Machine   Machine   `json:"machine"`
	Workloads []Figures `json:"workloads"`
	// Ratios to the stock figure of the same run, and the time that the gateway and its read model add.
	BulkToStock   float64  `json:"bulk_to_stock"`   // records per second
	SingleToStock float64  `json:"single_to_stock"` // records per second
	AddedMillis   float64  `json:"visible_minus_commit_p50_ms"`
	BulkIssue     Together `json:"bulk_issue"`          // of vouchers: draft, issue, accept
	BulkTransfer  Together `json:"bulk_split_transfer"` // of vouchers: split and offer, take
	Memory        []Memory `json:"memory"`
}

// measure takes every figure, one workload after another.
func measure(ctx context.Context, o options) (*Result, error) {
	r := &Result{Machine: machine()}
	o.report("stock: a network with one asset for each transaction")
	base, err := stock(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("stock: %w", err)
	}
	r.Workloads = append(r.Workloads, base)
	if err := r.ours(ctx, o); err != nil {
		return nil, err
	}
	if err := r.trade(ctx, o); err != nil {
		return nil, err
	}
	for _, f := range r.Workloads {
		if f.Failed > 0 {
			return r, fmt.Errorf("%s: %d calls failed, the first with: %s", f.Name, f.Failed, f.FirstFailure)
		}
	}
	return r, nil
}

// runner takes the figures of one workload and keeps them.
type runner func(name string, measure func() (Figures, error)) (Figures, error)

// keep answers the runner of this result.
func (r *Result) keep(o options) runner {
	return func(name string, measure func() (Figures, error)) (Figures, error) {
		o.report(name)
		f, err := measure()
		if err != nil {
			return f, fmt.Errorf("%s: %w", name, err)
		}
		r.Workloads = append(r.Workloads, f)
		return f, nil
	}
}

// ours measures Fundtrace on a network of its own.
func (r *Result) ours(ctx context.Context, o options) error {
	o.report("Fundtrace: a network with gateway")
	n, err := local.Start(ctx, local.Options{Dir: filepath.Join(o.dir, "fundtrace"), Peers: o.peers(), Gateway: true, Users: users()})
	if err != nil {
		return err
	}
	defer n.Stop()
	w, err := build(ctx, n, bulkClients)
	if err != nil {
		return err
	}
	run := r.keep(o)
	seen, err := run("low load, over HTTP", func() (Figures, error) { return visible(ctx, n, w) })
	if err != nil {
		return err
	}
	alone, err := run("low load, commit alone", func() (Figures, error) { return committed(ctx, n, w) })
	if err != nil {
		return err
	}
	one, err := run("single disbursements", func() (Figures, error) { return single(ctx, n, w, o) })
	if err != nil {
		return err
	}
	if r.Memory, err = memoryOf(ctx, n); err != nil {
		return err
	}
	// A bulk load is measured on the ledger alone; how fast a gateway follows is the next figure.
	if err := n.Kill("gateway"); err != nil {
		return err
	}
	many, err := run("bulk disbursements", func() (Figures, error) { return bulk(ctx, n, w, o) })
	if err != nil {
		return err
	}
	if _, err := run("the read model catches up", func() (Figures, error) {
		return catchUp(ctx, n, "read model: catching up from block 0", func(s *projection.Status) int { return int(s.Movements) })
	}); err != nil {
		return err
	}
	base := r.Workloads[0]
	r.BulkToStock, r.SingleToStock = many.RecordsPerS/base.RecordsPerS, one.RecordsPerS/base.RecordsPerS
	r.AddedMillis = seen.P50 - alone.P50
	return nil
}

// trade measures vouchers on the ledger alone, on a network of its own as stock has one.
func (r *Result) trade(ctx context.Context, o options) error {
	o.report("vouchers: a network")
	n, err := local.Start(ctx, local.Options{Dir: filepath.Join(o.dir, "vouchers"), Peers: o.peers(), Users: users()})
	if err != nil {
		return err
	}
	defer n.Stop()
	all, stop, err := chains(ctx, n, bulkClients)
	defer stop()
	if err != nil {
		return err
	}
	run := r.keep(o)
	operations, err := r.vouchers(ctx, all, run, o)
	if err != nil {
		return err
	}
	if _, err := run("the read model catches up with vouchers", func() (Figures, error) {
		return catchUp(ctx, n, "read model: catching up with vouchers", func(*projection.Status) int { return operations })
	}); err != nil {
		return err
	}
	base := r.Workloads[0].RecordsPerS
	r.BulkIssue.ToStock, r.BulkTransfer.ToStock = r.BulkIssue.RecordsPerS/base, r.BulkTransfer.RecordsPerS/base
	return nil
}
