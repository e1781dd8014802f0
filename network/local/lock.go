package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// ErrRunning says that a network already runs in the directory.
var ErrRunning = errors.New("a network already runs in this directory: use it, stop it with 'down', or choose another --dir")

// lockName is the file whose lock says that a network runs in a directory. It
// holds the process id of the holder. The kernel gives the lock free when
// that process ends, however it ends, so a held lock is proof of life and the
// process id in it cannot belong to anybody else.
const lockName = "lock"

// lock makes the directory if needed and takes it for this process alone.
func lock(dir string) (unlock func(), err error) {
	for _, sub := range []string{"", "ca", "logs", "bin", "channel"} {
		// The directory holds private keys: it is its owner's alone.
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			return nil, fmt.Errorf("make the network's directory: %w", err)
		}
	}
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open the lock of the network's directory: %w", err)
	}
	held, err := take(f)
	if err != nil || held {
		f.Close()
		if err == nil {
			err = fmt.Errorf("%w (%s)", ErrRunning, dir)
		}
		return nil, err
	}
	if err := sign(f); err != nil {
		f.Close()
		return nil, err
	}
	return func() { f.Close() }, nil
}

// sign writes this process's id into the lock it holds.
func sign(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return fmt.Errorf("clear the lock of the network's directory: %w", err)
	}
	if _, err := f.WriteAt([]byte(strconv.Itoa(os.Getpid())), 0); err != nil {
		return fmt.Errorf("write the lock of the network's directory: %w", err)
	}
	return nil
}

// take tries to lock an open file and reports whether another process holds it.
func take(f *os.File) (held bool, err error) {
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("lock the network's directory: %w", err)
	}
	return false, nil
}

// Supervisor returns the process id of the process that runs the network in
// dir, or 0 if none runs.
func Supervisor(dir string) (int, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR, 0)
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("open the lock of the network's directory: %w", err)
	}
	defer f.Close()
	if held, err := take(f); err != nil || !held {
		return 0, err
	}
	text, err := os.ReadFile(f.Name())
	if err != nil {
		return 0, fmt.Errorf("read the lock of the network's directory: %w", err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, fmt.Errorf("the lock of the network's directory names no process (it may be starting: try again): %w", err)
	}
	return pid, nil
}

// Down stops the network that runs in dir, whichever process runs it, and
// returns when nothing of it is left. It reports false if none ran.
func Down(ctx context.Context, dir string) (bool, error) {
	pid, err := Supervisor(dir)
	if err != nil || pid == 0 {
		return false, err
	}
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
		return false, fmt.Errorf("ask the network (process %d) to stop: %w", pid, err)
	}
	for {
		current, err := Supervisor(dir)
		if err != nil || current != pid {
			return true, err
		}
		select {
		case <-ctx.Done():
			// Its children die with it.
			if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
				return false, fmt.Errorf("kill the network (process %d), which did not stop: %w", pid, err)
			}
			return true, nil
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Reset deletes the network in dir for good: keys, ledgers, everything.
// Nothing but a network's directory is deleted. The network must be stopped.
func Reset(dir string) error {
	if _, err := LoadTopology(dir); err != nil {
		return fmt.Errorf("%s holds no network that could be deleted: %w", dir, err)
	}
	unlock, err := lock(dir)
	if err != nil {
		return err
	}
	defer unlock()
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("delete the network: %w", err)
	}
	return nil
}
