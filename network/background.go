package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"fundtrace/network/local"
)

// message is one line from the process in the background to the one that
// waits for it.
type message struct {
	Step    string `json:"step,omitempty"`    // what is being done
	Welcome string `json:"welcome,omitempty"` // all is up; how to use it
	Error   string `json:"error,omitempty"`   // it failed
}

// reportFile is the descriptor at which the process in the background finds
// the pipe to the one that waits: the first after the standard three.
const reportFile = 3

// detached starts the network in a process of its own that outlives this one,
// shows its progress, and returns when the network is ready.
func (s start) detached(ctx context.Context) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	program, log, err := s.prepare()
	if err != nil {
		return err
	}
	read, write, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("make a pipe: %w", err)
	}
	defer read.Close()
	args := []string{"up", "--dir", s.dir, "--port", strconv.Itoa(s.port), "--orderers", strconv.Itoa(s.orderers), "--report-to", strconv.Itoa(reportFile)}
	args = append(args, fmt.Sprintf("--no-sample=%t", s.noSample), fmt.Sprintf("--no-gateway=%t", s.nodesOnly))
	cmd := exec.Command(program, args...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.ExtraFiles = []*os.File{write}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // a closing terminal must not reach it
	err = cmd.Start()
	write.Close()
	log.Close()
	if err != nil {
		return fmt.Errorf("start the network in the background: %w", err)
	}
	interrupted := context.AfterFunc(ctx, func() {
		// It fails only if the process has ended, which follow notices.
		_ = cmd.Process.Signal(syscall.SIGTERM)
	})
	defer interrupted()
	return follow(read, newConsole(os.Stdout), log.Name())
}

// follow shows the progress of the process in the background.
func follow(r io.Reader, out *console, log string) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var m message
		if err := json.Unmarshal(lines.Bytes(), &m); err != nil {
			return fmt.Errorf("understand the process in the background: %w", err)
		}
		switch {
		case m.Error != "":
			return errors.New(m.Error)
		case m.Welcome != "":
			out.print(m.Welcome + "\nIt runs in the background: 'go run ./network status', 'logs', 'down'.\n")
			return nil
		default:
			out.step(m.Step)
		}
	}
	return fmt.Errorf("the process in the background ended; see %s", log)
}

// prepare copies this program into the network's directory, because 'go run'
// deletes it when it is done, and opens the log of the background process.
func (s start) prepare() (program string, log *os.File, err error) {
	if pid, err := local.Supervisor(s.dir); err != nil {
		return "", nil, err
	} else if pid != 0 {
		return "", nil, fmt.Errorf("%w (%s)", local.ErrRunning, s.dir)
	}
	for _, sub := range []string{"bin", "logs"} {
		if err := os.MkdirAll(filepath.Join(s.dir, sub), 0o700); err != nil {
			return "", nil, fmt.Errorf("make the network's directory: %w", err)
		}
	}
	own, err := os.Executable()
	if err != nil {
		return "", nil, fmt.Errorf("find this program: %w", err)
	}
	program = filepath.Join(s.dir, "bin", "network")
	if err := copyProgram(own, program); err != nil {
		return "", nil, err
	}
	log, err = os.OpenFile(filepath.Join(s.dir, "logs", "network.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return "", nil, fmt.Errorf("open the log: %w", err)
	}
	return program, log, nil
}

func copyProgram(from, to string) error {
	if from == to {
		return nil
	}
	in, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("read this program: %w", err)
	}
	defer in.Close()
	out, err := os.OpenFile(to+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o755)
	if err != nil {
		return fmt.Errorf("copy this program: %w", err)
	}
	_, err = io.Copy(out, in)
	if err := errors.Join(err, out.Close()); err != nil {
		return fmt.Errorf("copy this program: %w", err)
	}
	if err := os.Rename(to+".new", to); err != nil {
		return fmt.Errorf("copy this program: %w", err)
	}
	return nil
}

// inBackground runs the network and reports to the process that waits.
func (s start) inBackground(ctx context.Context) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	signal.Ignore(syscall.SIGHUP, syscall.SIGPIPE)
	waiting := os.NewFile(uintptr(s.report), "report")
	syscall.CloseOnExec(s.report) // nodes must not hold the pipe open
	out := newConsole(os.Stdout)
	tell := func(m message) {
		// The one that waits may be gone; the log has everything.
		if line, err := json.Marshal(m); err == nil {
			_, _ = waiting.Write(append(line, '\n'))
		}
	}
	n, welcome, err := s.run(ctx, func(step string) {
		out.step(step)
		tell(message{Step: step})
	})
	if err != nil {
		tell(message{Error: err.Error()})
		return err
	}
	tell(message{Welcome: welcome})
	waiting.Close()
	<-ctx.Done()
	out.step("stopping")
	err = n.Stop()
	out.step("stopped")
	return err
}

// watchGoRun stops the network when it was started with 'go run' and that
// command is killed: the go command then cannot pass the end on, and the
// network would run on unseen.
func watchGoRun(ctx context.Context, stop func()) {
	parent := os.Getppid()
	name, err := os.ReadFile("/proc/" + strconv.Itoa(parent) + "/comm")
	if err != nil || strings.TrimSpace(string(name)) != "go" {
		return
	}
	ticker := time.NewTicker(500 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if os.Getppid() != parent {
				stop()
				return
			}
		}
	}
}
