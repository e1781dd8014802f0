package process

import (
	"os/exec"
	"runtime"
	"sync"
)

// spawner is the one thread that starts all children. On Linux a child is
// killed when the thread that started it ends (PR_SET_PDEATHSIG counts
// threads, not processes); this one is locked to its goroutine and lives as
// long as the process, so children die with the process and never before.
var spawner = struct {
	once     sync.Once
	requests chan spawnRequest
}{requests: make(chan spawnRequest)}

type spawnRequest struct {
	cmd    *exec.Cmd
	result chan error
}

// spawn starts the command from the spawner thread.
func spawn(cmd *exec.Cmd) error {
	spawner.once.Do(func() {
		go func() {
			runtime.LockOSThread()
			for r := range spawner.requests {
				r.result <- r.cmd.Start()
			}
		}()
	})
	r := spawnRequest{cmd: cmd, result: make(chan error, 1)}
	spawner.requests <- r
	return <-r.result
}
