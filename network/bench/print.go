package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// print writes the result as a table for people.
func (r *Result) print(out io.Writer) error {
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "%s/%s, %d CPUs, %s\n\n", r.Machine.OS, r.Machine.Arch, r.Machine.CPUs, r.Machine.Go)
	fmt.Fprintln(t, "workload\tclients\ttx/s\trecords/s\tp50 ms\tp95 ms\tp99 ms")
	for _, f := range r.Workloads {
		fmt.Fprintf(t, "%s\t%d\t%.1f\t%.0f\t%.0f\t%.0f\t%.0f\n", f.Name, f.Clients, f.TPS, f.RecordsPerS, f.P50, f.P95, f.P99)
	}
	fmt.Fprintf(t, "\nbulk / stock\t%.1f\nsingle / stock\t%.2f\nvisible - commit, p50\t%.0f ms\n", r.BulkToStock, r.SingleToStock, r.AddedMillis)
	fmt.Fprintln(t, "\nvouchers, all steps\trecords/s\tvouchers/s\t/ stock")
	for _, job := range []struct {
		name string
		Together
	}{{"bulk issue: draft, issue, accept", r.BulkIssue}, {"bulk split-transfer: split and offer, take", r.BulkTransfer}} {
		fmt.Fprintf(t, "%s\t%.0f\t%.0f\t%.1f\n", job.name, job.RecordsPerS, job.VouchersPerS, job.ToStock)
	}
	fmt.Fprintln(t, "\nmemory")
	for _, m := range r.Memory {
		fmt.Fprintf(t, "%s\t%d MB\n", m.Process, m.Megabytes)
	}
	return t.Flush()
}
