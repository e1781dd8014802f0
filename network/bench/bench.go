// Package bench measures a network of its own: what Fabric does as it comes, what Fundtrace does on the same nodes, and
// the ratio between the two, in one run.
package bench

import (
	"time"
)

// Options say what to measure.
type Options struct {
	Dir       string        // an empty folder for the networks
	Full      bool          // the audit office's peer too, not only the two that endorse
	Clients   int           // of the workloads with one record per transaction
	BatchSize int           // disbursements in one bulk transaction
	Warm      time.Duration // before each workload is counted
	Duration  time.Duration // of each workload
	Report    func(step string)
}

func (o Options) peers() []string {
	if o.Full {
		return []string{"finance", "bank", "audit"}
	}
	return []string{"finance", "bank"}
}
