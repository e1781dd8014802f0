package main

import (
	"context"
	"runtime"

	"fundtrace/network/local"
)

// Machine is where the figures were taken.
type Machine struct {
	OS   string `json:"os"`
	Arch string `json:"arch"`
	CPUs int    `json:"cpus"`
	Go   string `json:"go"`
}

func machine() Machine {
	return Machine{OS: runtime.GOOS, Arch: runtime.GOARCH, CPUs: runtime.NumCPU(), Go: runtime.Version()}
}

// Memory is the resident memory of one process after the single disbursements.
type Memory struct {
	Process   string `json:"process"`
	Megabytes int64  `json:"megabytes"`
}

func memoryOf(ctx context.Context, n *local.Network) ([]Memory, error) {
	all, err := local.Inspect(ctx, n.Dir())
	if err != nil {
		return nil, err
	}
	out := make([]Memory, len(all))
	for i, s := range all {
		out[i] = Memory{Process: s.Name, Megabytes: s.Memory >> 20}
	}
	return out, nil
}
