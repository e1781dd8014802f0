package fabric

import (
	"context"
	"os"
	"syscall"
)

// DieBeforeSubmit makes the process kill itself at the moment when it has stored a transaction and would submit it.
func DieBeforeSubmit(c *Client) { c.Submitter.channel = suicidal{c.Submitter.channel} }

type suicidal struct{ Channel }

func (suicidal) Submit(context.Context, []byte) error {
	if err := syscall.Kill(os.Getpid(), syscall.SIGKILL); err != nil {
		panic(err)
	}
	select {}
}
