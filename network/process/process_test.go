package process

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// shell is the spec of a process that runs a shell script.
func shell(t *testing.T, script string) Spec {
	t.Helper()
	dir := t.TempDir()
	return Spec{
		Name: "script", Path: "/bin/sh", Args: []string{"-c", script}, Dir: dir,
		Env: []string{"PATH=" + os.Getenv("PATH")}, Log: filepath.Join(dir, "script.log"),
	}
}

func start(t *testing.T, spec Spec) *Process {
	t.Helper()
	p, err := Start(spec)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Signal(syscall.SIGKILL); err != nil {
			t.Error(err)
		}
		<-p.Done()
	})
	return p
}

func fileExists(path string) func(context.Context) error {
	return func(context.Context) error {
		_, err := os.Stat(path)
		return err
	}
}

func TestStopIsOrderly(t *testing.T) {
	spec := shell(t, `trap 'echo goodbye; exit 0' TERM; touch ready; while :; do sleep 0.02; done`)
	spec.Ready = fileExists(filepath.Join(spec.Dir, "ready"))
	p := start(t, spec)
	if err := p.Wait(t.Context(), time.Minute); err != nil {
		t.Fatal(err)
	}
	if !p.Running() {
		t.Error("a ready process is said not to run")
	}
	if err := p.Stop(); err != nil {
		t.Fatal(err)
	}
	if p.Running() {
		t.Error("a stopped process is said to run")
	}
	if got := Tail(spec.Log, 1); got != "goodbye" {
		t.Errorf("the log ends with %q: the process was not asked to end", got)
	}
	if err := p.Stop(); err != nil {
		t.Errorf("stopping twice: %v", err)
	}
}

func TestStopForcesTheStubborn(t *testing.T) {
	spec := shell(t, `trap '' TERM; touch ready; while :; do sleep 0.02; done`)
	spec.Ready, spec.Grace = fileExists(filepath.Join(spec.Dir, "ready")), time.Millisecond
	p := start(t, spec)
	if err := p.Wait(t.Context(), time.Minute); err != nil {
		t.Fatal(err)
	}
	if err := p.Stop(); err != nil {
		t.Fatal(err)
	}
	if p.Running() {
		t.Error("the process outlived its stop")
	}
}

func TestStopWakesThePaused(t *testing.T) {
	spec := shell(t, `trap 'exit 0' TERM; touch ready; while :; do sleep 0.02; done`)
	spec.Ready = fileExists(filepath.Join(spec.Dir, "ready"))
	p := start(t, spec)
	if err := p.Wait(t.Context(), time.Minute); err != nil {
		t.Fatal(err)
	}
	if err := p.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	if err := p.Stop(); err != nil {
		t.Fatal(err)
	}
	if p.err != nil {
		t.Errorf("the paused process ended with %v, want an orderly end", p.err)
	}
}

func TestWaitTellsWhy(t *testing.T) {
	never := errors.New("not yet")
	for name, test := range map[string]struct {
		script string
		limit  time.Duration
		want   []string
	}{
		"ended":    {`echo the reason >&2; exit 3`, time.Minute, []string{"script ended while starting: exit status 3", "| the reason"}},
		"too late": {`echo waiting; exec sleep 600`, time.Millisecond, []string{"script was not ready after 1ms: not yet"}},
	} {
		t.Run(name, func(t *testing.T) {
			spec := shell(t, test.script)
			spec.Ready = func(context.Context) error { return never }
			err := start(t, spec).Wait(t.Context(), test.limit)
			var failure *Failure
			if !errors.As(err, &failure) {
				t.Fatalf("got %v, want a Failure", err)
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not contain %q", err, want)
				}
			}
		})
	}
}

func TestEnvironmentIsNotInherited(t *testing.T) {
	t.Setenv("PROCESS_TEST_SECRET", "leaked")
	spec := shell(t, `echo "secret: $PROCESS_TEST_SECRET."`)
	p := start(t, spec)
	<-p.Done()
	if got := Tail(spec.Log, 1); got != "secret: ." {
		t.Errorf("the process sees %q", got)
	}
}

func TestStartSaysWhatIsMissing(t *testing.T) {
	spec := shell(t, "")
	spec.Path = filepath.Join(spec.Dir, "no-such-program")
	if _, err := Start(spec); err == nil || !strings.Contains(err.Error(), "no-such-program") {
		t.Errorf("got %v, want an error naming the program", err)
	}
}

func TestTail(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	long := strings.Repeat("x", tailWindow) + "\nlast but one\nlast\n"
	for name, test := range map[string]struct {
		text string
		n    int
		want string
	}{
		"empty":      {"", 5, ""},
		"fewer":      {"a\nb\n", 5, "a\nb"},
		"more":       {"a\nb\nc\n", 2, "b\nc"},
		"no newline": {"a\nb", 1, "b"},
		"large":      {long, 2, "last but one\nlast"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if got := Tail(path, test.n); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestLargeLogIsSetAside(t *testing.T) {
	spec := shell(t, "echo new")
	if err := os.WriteFile(spec.Log, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(spec.Log, maxLog); err != nil {
		t.Fatal(err)
	}
	p := start(t, spec)
	<-p.Done()
	if got := Tail(spec.Log, 5); got != "new" {
		t.Errorf("the new log holds %q", got)
	}
	if info, err := os.Stat(spec.Log + ".old"); err != nil || info.Size() != maxLog {
		t.Errorf("the old log was not kept: %v", err)
	}
}
