package crash

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/api"
	"fundtrace/gateway/client"
)

// request is a write as its client keeps it in mind: what it asked for and what it was told.
type request struct {
	user, path, key string
	body            any
	amount          int64 // fen, of disbursements
	of              *request
	stage           ledger.Stage // of the movement once it is recorded

	mu       sync.Mutex
	acked    bool
	movement string
	refusal  *ledger.Error
	attempts int
}

// entry is the identifier under which the ledger has the request, if it has.
func (r *request) entry() string { return ledger.EntryID(mspOf[r.user], r.user, r.key) }

// load is a crowd of clients at one gateway, and everything that they asked for.
type load struct {
	name   string
	at     *gateway
	funds  []fund
	stop   context.CancelFunc
	ended  sync.WaitGroup
	change chan struct{} // told after every answer

	contested bool // some requests must be refused

	mu       sync.Mutex
	requests []*request
	acked    int
	troubles map[string]int // answers that made a client send again
	refused  error          // the first refusal
}

// crowd is how many clients a load has.
const crowd = 20

// startLoad sets the crowd going: each client logs a disbursement and has the bank confirm its debit and its credit, again
// and again. What fails without having been refused is sent again under its key, for as long as the load runs.
func startLoad(w *world, name string, at *gateway, funds []fund) *load {
	ctx, cancel := context.WithCancel(w.Context())
	l := &load{name: name, at: at, funds: funds, stop: cancel, change: make(chan struct{}, 1), troubles: map[string]int{}}
	w.loads = append(w.loads, l)
	w.Cleanup(l.end) // also after a failure
	for c := range crowd {
		l.ended.Go(func() {
			for i := 0; l.chain(ctx, c, i); i++ {
			}
		})
	}
	return l
}

// end stops the clients where they are: what they wait for stays unacknowledged.
func (l *load) end() {
	l.stop()
	l.ended.Wait()
}

// chain is one disbursement from its instruction to the credit. It answers false when the client is to stop.
func (l *load) chain(ctx context.Context, c, i int) bool {
	key := fmt.Sprintf("%s-%d-%d", l.name, c, i)
	amount := 1 + rand.Int64N(5000)
	disbursement := l.request(&request{user: director, path: "/disbursements", key: key, amount: amount, stage: ledger.Instructed,
		body: api.Payment{From: l.funds[(c+i)%len(l.funds)].account, To: payeeAccount(c + i), Amount: amount, Currency: "CNY", Date: "2025-01-01"}})
	if !l.send(ctx, l.at, disbursement, impatience(c)) {
		return false
	}
	for _, step := range []struct {
		action string
		stage  ledger.Stage
	}{{"debit", ledger.Debited}, {"credit", ledger.Credited}} {
		confirmation := l.request(&request{user: custodian, path: "/confirmations", key: key + "-" + step.action, of: disbursement, stage: step.stage,
			body: api.Confirmation{Movement: disbursement.movement, Action: step.action, Date: "2025-01-02", BankRef: key + "-" + step.action}})
		if !l.send(ctx, l.at, confirmation, impatience(c)) {
			return false
		}
	}
	return true
}

// impatience is how long a client waits for an answer before it sends again: every second one not for long, so that
// requests are repeated while the first one is still under way.
func impatience(c int) time.Duration {
	if c%2 == 0 {
		return 2 * time.Second
	}
	return time.Minute
}

func (l *load) request(r *request) *request {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.requests = append(l.requests, r)
	return r
}

// send sends a request until it is answered for good. It answers whether it was acknowledged.
func (l *load) send(ctx context.Context, at *gateway, r *request, impatience time.Duration) bool {
	for ctx.Err() == nil {
		patient, cancel := context.WithTimeout(ctx, impatience)
		written, err := r.post(patient, at)
		cancel()
		done := l.note(r, written, err)
		if done {
			return r.refusal == nil
		}
		select {
		case <-time.After(50*time.Millisecond + rand.N(200*time.Millisecond)):
		case <-ctx.Done():
		}
	}
	return false
}

func (r *request) post(ctx context.Context, g *gateway) (*client.Written, error) {
	var written client.Written
	err := g.clients[r.user].PostKeyed(ctx, r.path, r.key, r.body, &written)
	return &written, err
}

// note keeps what came of an attempt, and answers whether it was the last one.
func (l *load) note(r *request, written *client.Written, err error) bool {
	r.mu.Lock()
	r.attempts++
	trouble, refusal := passing(written, err)
	r.refusal = refusal
	if err == nil && trouble == "" {
		r.acked, r.movement = true, written.Movement
	}
	r.mu.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if trouble != "" {
		l.troubles[trouble]++
		return false
	}
	if refusal == nil {
		l.acked++
	} else if l.refused == nil {
		l.refused = fmt.Errorf("%s %s: %w", r.path, r.key, refusal)
	}
	select {
	case l.change <- struct{}{}:
	default:
	}
	return true
}

// passing sorts the answers after which a client sends again from refusals and acknowledgements, which are final.
func passing(written *client.Written, err error) (trouble string, refusal *ledger.Error) {
	switch {
	case err == nil && written.Outcome == api.Unknown:
		return "202 outcome unknown", nil
	case err == nil:
		return "", nil
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return "the client's patience ended", nil
	case !errors.As(err, &refusal):
		return "connection broke", nil
	}
	switch refusal.Code {
	case "LEDGER_UNAVAILABLE", "CONTENTION", api.CodeTimeout, api.CodeCancelled:
		return string(refusal.Code), nil
	}
	return "", refusal
}

// await returns once so many more requests were acknowledged: the service works, and the load is in full swing. None may
// be refused.
func (l *load) await(t *testing.T, more int) {
	t.Helper()
	l.mu.Lock()
	goal := l.acked + more
	l.mu.Unlock()
	limit := time.After(patience)
	for {
		l.mu.Lock()
		got, refused := l.acked, l.refused
		l.mu.Unlock()
		if refused != nil {
			t.Fatal(refused)
		}
		if got >= goal {
			return
		}
		select {
		case <-l.change:
		case <-limit:
			t.Fatalf("%s: gave up waiting at %d of %d acknowledgements; met %v", l.name, got, goal, l.troubles)
		}
	}
}

// report shows what the clients went through.
func (l *load) report(t *testing.T) {
	acked, repeated := 0, 0
	for _, r := range l.requests {
		if r.acked {
			acked++
		}
		if r.attempts > 1 {
			repeated++
		}
		if r.refusal != nil && !l.contested {
			t.Errorf("%s %s was refused: %v", r.path, r.key, r.refusal)
		}
	}
	t.Logf("%s: %d requests, %d acknowledged, %d sent more than once; met %v", l.name, len(l.requests), acked, repeated, l.troubles)
}
