package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"fundtrace/network/local"
	"fundtrace/network/sample"
)

// console shows progress: each step with the seconds since the start.
type console struct {
	mu    sync.Mutex
	out   io.Writer
	start time.Time
}

func newConsole(out io.Writer) *console { return &console{out: out, start: time.Now()} }

// step shows what is being done now.
func (c *console) step(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	fmt.Fprintf(c.out, "%6.1f s  %s\n", time.Since(c.start).Seconds(), text)
}

// print shows text as it is.
func (c *console) print(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	fmt.Fprint(c.out, text)
}

// greeting tells where the gateway is and who can sign in.
func (s start) greeting(t local.Topology, logins []local.Login) string {
	var b strings.Builder
	address := t.Gateway.Address
	if s.nodesOnly {
		fmt.Fprintf(&b, "\nStart a gateway with  go run ./gateway serve --config %s/gateway.yaml\n\n", s.dir)
	} else {
		fmt.Fprintf(&b, "\nFundtrace is at  http://%s\n\n", address)
	}
	table := tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "  user\tpassword\trole\twho")
	for _, l := range logins {
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\n", l.Name, l.Password, l.Role, l.Title)
	}
	table.Flush() // a strings.Builder cannot fail
	if t.Loaded {
		lot, description := sample.ReadyTrace()
		fmt.Fprintf(&b, "\nTrace something, signed in as officer@finance:\n  http://%s/api/v1/lots/%s/trace?direction=forward\n  %s\n", address, lot, description)
	}
	fmt.Fprintf(&b, "\nThe passwords are also in %s/credentials.json.\n", s.dir)
	return b.String()
}
