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

// console shows progress: each step with the seconds since the start. A
// terminal that is gone must not stop a network, so failures to write are
// passed over.
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
	_, _ = fmt.Fprintf(c.out, "%6.1f s  %s\n", time.Since(c.start).Seconds(), text)
}

// print shows text as it is.
func (c *console) print(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, _ = fmt.Fprint(c.out, text)
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
	_, _ = fmt.Fprintln(table, "  user\tpassword\trole\twho")
	suppliers := 0
	for _, l := range logins {
		if sample.Supplier(l.Name) {
			suppliers++
			continue
		}
		_, _ = fmt.Fprintf(table, "  %s\t%s\t%s\t%s\n", l.Name, l.Password, l.Role, l.Title)
	}
	_ = table.Flush() // a strings.Builder cannot fail
	if suppliers > 0 {
		fmt.Fprintf(&b, "  and %d suppliers' users, s202@enterprise and so on\n", suppliers)
	}
	if t.Loaded {
		b.WriteString(trace(address, logins))
	}
	fmt.Fprintf(&b, "\nThe passwords are also in %s/credentials.json.\n", s.dir)
	return b.String()
}

// traceAs is the demonstration user who may trace everything.
const traceAs = "officer@finance"

// trace is a command line that signs in and traces a lot of the sample.
func trace(address string, logins []local.Login) string {
	lot, description := sample.ReadyTrace()
	_, voucher, paid := sample.ReadyVoucherTrace()
	api := "http://" + address + "/api/v1"
	for _, l := range logins {
		if l.Name == traceAs {
			return fmt.Sprintf("\nTrace something:\n  curl -s -H \"Authorization: Bearer $(curl -s %s/sessions -H 'Content-Type: application/json' -d '{\"user\":\"%s\",\"password\":\"%s\"}' | sed 's/.*\"token\":\"\\([^\"]*\\)\".*/\\1/')\" '%s/lots/%s/trace?direction=forward'\n  %s\n  %s: GET %s/vouchers/%s/tree\n",
				api, l.Name, l.Password, api, lot, description, paid, api, voucher)
		}
	}
	return ""
}
