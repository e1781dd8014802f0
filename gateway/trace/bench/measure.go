package main

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Took is what one answer cost. The clock depends on what else the machine does, the processor's time hardly.
type Took struct {
	MS  float64 `json:"ms"`     // by the clock: median of the rounds
	CPU float64 `json:"cpu_ms"` // of the processor: mean of the rounds
}

func (t Took) String() string { return fmt.Sprintf("%.2f ms (CPU %.2f)", t.MS, t.CPU) }

// least is how long a round lasts: what is quicker is done several times.
const least = 20 * time.Millisecond

// measure runs something in rounds. cpu answers the processor's time that who does it has used so far.
func measure(rounds int, cpu func() (time.Duration, error), do func() error) (Took, error) {
	start := time.Now()
	if err := do(); err != nil { // the first one warms up, and tells how long it takes
		return Took{}, err
	}
	times := 1 + int(least/max(time.Since(start), time.Microsecond))
	before, err := cpu()
	if err != nil {
		return Took{}, err
	}
	clock := make([]float64, rounds)
	for i := range clock {
		start := time.Now()
		for range times {
			if err := do(); err != nil {
				return Took{}, err
			}
		}
		clock[i] = milliseconds(time.Since(start)) / float64(times)
	}
	after, err := cpu()
	slices.Sort(clock)
	return Took{MS: clock[rounds/2], CPU: milliseconds(after-before) / float64(rounds*times)}, err
}

func milliseconds(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e6 }

// ownCPU is the processor's time that this process has used, its garbage collector included.
func ownCPU() (time.Duration, error) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, err
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), nil
}

// cpuOf is the processor's time that another process has used, as Linux tells it in nanoseconds.
func cpuOf(pid int) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/schedstat", pid))
	if err != nil {
		return 0, err
	}
	first, _, _ := strings.Cut(string(text), " ")
	n, err := strconv.ParseInt(first, 10, 64)
	return time.Duration(n), err
}
