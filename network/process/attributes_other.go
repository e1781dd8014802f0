//go:build unix && !linux

package process

import "syscall"

// attributes puts the child in a process group of its own. Only Linux can tie
// a child's life to its parent's: elsewhere children survive a SIGKILL of
// this process and are found again through their recorded process ids.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
