package process

import "syscall"

// attributes puts the child in a process group of its own, so that Ctrl-C in
// a terminal reaches only this process, which then stops its children in
// order; and asks the kernel to kill the child when this process dies.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
