package crash

import (
	"fmt"
	"sync"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/api"
)

// rivals lets two gateways, which know nothing of each other, pay out of one lot that covers half of what is asked for.
func rivals(w *world, t *testing.T) {
	const covered, amount = 30, 1_000
	rival, process := w.rival()
	contest := w.establish("contest", covered*amount)
	plenty := w.establish("plenty", 10_000_000)
	w.settle(w.house, rival) // both gateways know the lots

	l := &load{name: "contest", contested: true, funds: []fund{contest}, stop: func() {}, change: make(chan struct{}, 1), troubles: map[string]int{}}
	w.loads = append(w.loads, l)
	// A few clients at a time: else each gateway would pay everything in one transaction.
	slots := map[*gateway]chan struct{}{w.house: make(chan struct{}, 3), rival: make(chan struct{}, 3)}
	var group sync.WaitGroup
	for i := range 2 * covered {
		p := api.Payment{From: contest.account, To: payeeAccount(i), Amount: amount, Currency: "CNY", Date: "2025-02-01"}
		if i%3 == 0 { // some clients choose the lot, the gateway chooses for the others
			p.Draws = []ledger.Draw{{Lot: contest.lots[0], Amount: amount}}
		}
		q := l.request(&request{user: director, path: "/disbursements", key: fmt.Sprint("contest-", i), amount: amount, body: p})
		at := []*gateway{w.house, rival}[i%2]
		group.Go(func() {
			slots[at] <- struct{}{}
			defer func() { <-slots[at] }()
			l.send(t.Context(), at, q, patience)
		})
	}
	// The same request at both gateways at once is one record.
	twins := &load{name: "twins", funds: []fund{plenty}, stop: func() {}, change: make(chan struct{}, 1), troubles: map[string]int{}}
	w.loads = append(w.loads, twins)
	var answers [2][covered]string
	for i := range covered {
		p := api.Payment{From: plenty.account, To: payeeAccount(i), Amount: amount, Currency: "CNY", Date: "2025-02-01"}
		q := twins.request(&request{user: director, path: "/disbursements", key: fmt.Sprint("twin-", i), amount: amount, body: p})
		for g, at := range []*gateway{w.house, rival} {
			group.Go(func() {
				own := &request{user: q.user, path: q.path, key: q.key, body: q.body}
				if twins.send(t.Context(), at, own, patience) {
					answers[g][i] = own.movement
				} else if own.refusal != nil {
					t.Errorf("%s at %s: %v", q.key, at.name, own.refusal)
				}
			})
		}
	}
	group.Wait()

	won, lost := 0, map[ledger.Code]int{}
	for _, q := range l.requests {
		switch {
		case q.acked:
			won++
		case q.refusal != nil:
			lost[q.refusal.Code]++
		}
	}
	t.Logf("%d of %d won, lost: %v; met on the way: contest %v, twins %v", won, len(l.requests), lost, l.troubles, twins.troubles)
	if won != covered || lost[ledger.LotOverdrawn] != covered {
		t.Errorf("the lot covers %d of %d: %d were paid, the others answered %v", covered, len(l.requests), won, lost)
	}
	for i, q := range twins.requests {
		if q.acked = answers[0][i] != ""; q.acked {
			q.movement = answers[0][i]
		}
		if answers[0][i] != answers[1][i] {
			t.Errorf("%s is movement %q at one gateway and %q at the other", q.key, answers[0][i], answers[1][i])
		}
	}
	w.verify(t, w.house, rival)

	height := w.settle(w.house, rival)
	if err := w.n.Kill(w.house.name); err != nil {
		t.Fatal(err)
	}
	if err := process.Stop(); err != nil {
		t.Fatal(err)
	}
	one, other := w.replay(t, w.house), w.replay(t, rival)
	if one.Got != other.Got || one.Blocks != height || other.Blocks != height {
		t.Errorf("of %d blocks, one gateway's read model is %+v, the other's %+v", height, one, other)
	}
	t.Logf("re-projection: %+v and %+v", one, other)
}
