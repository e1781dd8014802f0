package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"fundtrace/gateway/client"
	"fundtrace/network/local"
)

// payment is one disbursement as a person logs it: the gateway chooses the lots.
func payment(from, to string, amount int64) map[string]string {
	return map[string]string{"from": from, "to": to, "amount": fmt.Sprint(amount), "currency": "CNY", "date": "2025-01-01"}
}

// signedIn opens a session at the network's gateway whose requests may go side by side.
func signedIn(ctx context.Context, n *local.Network, user string, clients int) (*client.Client, error) {
	if t, ok := http.DefaultTransport.(*http.Transport); ok {
		t.MaxIdleConnsPerHost = clients // otherwise the benchmark measures the making of connections
	}
	return client.FromDir(ctx, n.Dir(), user)
}

// single measures disbursements logged one by one over HTTP by many clients, all paid from one lot: from the request to
// the answer, which comes when the read model shows it.
func single(ctx context.Context, n *local.Network, w *world, o options) (Figures, error) {
	c, err := signedIn(ctx, n, "manager@manager", o.clients)
	if err != nil {
		return Figures{}, err
	}
	return load(ctx, "single: one disbursement per HTTP request", o.clients, o.warm, o.duration, func(ctx context.Context, client, i int) (int, error) {
		key := fmt.Sprintf("single-%d-%d", client, i)
		return 1, c.PostKeyed(ctx, "/disbursements", key, payment(w.funds[0], payeeAccount(client), 1000), nil)
	})
}

// latencyCalls is how many calls in a row the low-load figures take.
const latencyCalls = 60

// visible measures one client's requests in a row, from the HTTP request until the disbursement is in the trace's data.
func visible(ctx context.Context, n *local.Network, w *world) (Figures, error) {
	c, err := signedIn(ctx, n, "manager@manager", 1)
	if err != nil {
		return Figures{}, err
	}
	return inTurn(ctx, "low load: HTTP request to visible in the trace", func(i int) error {
		return c.PostKeyed(ctx, "/disbursements", fmt.Sprintf("visible-%d", i), payment(w.funds[0], payeeAccount(i), 1000), nil)
	})
}

// committed measures the same record submitted in a row straight to the peer: endorsement, ordering and commit.
func committed(ctx context.Context, n *local.Network, w *world) (Figures, error) {
	channel, stop, err := connectAs(ctx, n, "manager@manager")
	if err != nil {
		return Figures{}, err
	}
	defer stop()
	return inTurn(ctx, "low load: commit alone", func(i int) error {
		return apply(channel, w.instructions(1, fmt.Sprintf("committed-%d", i), 1))
	})
}

// inTurn measures one client's calls, one after another.
func inTurn(ctx context.Context, name string, call func(i int) error) (Figures, error) {
	t := &tally{Figures: Figures{Name: name, Clients: 1}}
	start := time.Now()
	for i := 0; i < latencyCalls && ctx.Err() == nil; i++ {
		began := time.Now()
		err := call(i)
		t.add(time.Since(began), 1, err)
	}
	return t.figures(time.Since(start)), ctx.Err()
}
