// Package process runs the programs of a network as children of this process:
// it starts them, waits until they are ready, keeps their logs, and makes sure
// that none of them outlives this process, however it ends.
package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// Spec says how to run one program.
type Spec struct {
	Name string   // how people call it, as in "peer.finance"
	Path string   // the program
	Args []string // its arguments
	Dir  string   // its working directory
	Env  []string // its whole environment; nothing is inherited
	Log  string   // the file its output is appended to
	// Ready reports nil once the program can do its work. It is asked again
	// and again, so it must be quick. nil means ready as soon as started.
	Ready func(context.Context) error
	// Grace is how long the program may take to stop after SIGTERM before it
	// is killed; 0 means ten seconds.
	Grace time.Duration
}

// Process is one started program.
type Process struct {
	Spec
	PID     int
	Started time.Time

	cmd  *exec.Cmd
	done chan struct{} // closed when the program has ended
	err  error         // how it ended; valid once done is closed
}

// Start runs the program of the spec. It does not wait until it is ready.
func Start(spec Spec) (*Process, error) {
	if err := rotate(spec.Log); err != nil {
		return nil, err
	}
	log, err := os.OpenFile(spec.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the log of %s: %w", spec.Name, err)
	}
	defer log.Close() // the child has its own copy

	cmd := exec.Command(spec.Path, spec.Args...)
	cmd.Dir, cmd.Env = spec.Dir, spec.Env
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = attributes()
	if err := spawn(cmd); err != nil {
		return nil, fmt.Errorf("start %s (%s): %w", spec.Name, spec.Path, err)
	}
	p := &Process{Spec: spec, PID: cmd.Process.Pid, Started: time.Now(), cmd: cmd, done: make(chan struct{})}
	go func() {
		p.err = cmd.Wait()
		close(p.done)
	}()
	return p, nil
}

// Done is closed when the program has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Running reports whether the program has not ended yet.
func (p *Process) Running() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// Wait returns when the program is ready; see Until.
func (p *Process) Wait(ctx context.Context, limit time.Duration) error {
	if p.Ready == nil {
		return nil
	}
	return p.Until(ctx, limit, p.Ready)
}

// Until asks every 50 ms until the answer is nil. It gives up when the
// program ends, when the limit has passed or when ctx is done; the error is
// then a *Failure that shows the end of the log.
func (p *Process) Until(ctx context.Context, limit time.Duration, ask func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var last error
	for {
		if last = ask(ctx); last == nil {
			return nil
		}
		select {
		case <-p.done:
			return p.failure("ended while starting", p.err)
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.DeadlineExceeded) {
				return p.failure(fmt.Sprintf("was not ready after %s", limit), last)
			}
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Signal sends a signal to the program. A program that has ended is no error.
func (p *Process) Signal(sig os.Signal) error {
	err := p.cmd.Process.Signal(sig)
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}

// Stop asks the program to end, waits for its grace period, then kills it.
// It returns when the program has ended.
func (p *Process) Stop() error {
	grace := p.Grace
	if grace == 0 {
		grace = 10 * time.Second
	}
	if err := p.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("stop %s: %w", p.Name, err)
	}
	// A stopped (paused) program would never see the request to end.
	if err := p.Signal(syscall.SIGCONT); err != nil {
		return fmt.Errorf("stop %s: %w", p.Name, err)
	}
	select {
	case <-p.done:
		return nil
	case <-time.After(grace):
	}
	if err := p.Signal(syscall.SIGKILL); err != nil {
		return fmt.Errorf("kill %s: %w", p.Name, err)
	}
	<-p.done
	return nil
}

// Failure returns the error that describes why the program ended.
func (p *Process) Failure() error { return p.failure("ended unexpectedly", p.err) }

func (p *Process) failure(what string, cause error) *Failure {
	return &Failure{Name: p.Name, What: what, Log: p.Log, Tail: Tail(p.Log, 20), Err: cause}
}
