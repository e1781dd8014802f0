package fabric_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/fabric"
	"fundtrace/network/local"
)

func (n *realNetwork) enrol(t *testing.T) {
	password := map[string]string{}
	logins, err := local.Logins(n.Dir())
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range logins {
		password[l.Name] = l.Password
	}
	if _, err := n.client.Enrol(t.Context(), "finance", "officer@finance", "wrong"); ledger.ErrorCode(err) != fabric.EnrolmentRefused {
		t.Errorf("wrong password: %v", err)
	}
	for user := range password {
		id, err := n.client.Enrol(t.Context(), "finance", user, password[user])
		if err != nil {
			t.Fatal(err)
		}
		if want := (ledger.Caller{MSP: ledger.FinanceMSP, Role: ledger.RoleOfficer, Party: bureau, Name: user}); id.Caller() != want {
			t.Errorf("enrolled %+v, want %+v", id.Caller(), want)
		}
	}
	if n.officer, err = n.client.Identity(t.Context(), "officer@finance"); err != nil {
		t.Fatal(err)
	}
}

func (n *realNetwork) submit(t *testing.T, c *fabric.Client, by *fabric.Identity, e ledger.Entry) fabric.Receipt {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	r, err := c.Submit(ctx, by, e)
	if err != nil {
		t.Fatalf("%s: %v", e.Key, err)
	}
	return r
}

func (n *realNetwork) balance(t *testing.T, account string) int64 {
	t.Helper()
	sum := int64(0)
	for bookmark := ""; ; {
		answer, err := n.client.Evaluate(t.Context(), "Balance", account, bookmark, "200")
		if err != nil {
			t.Fatal(err)
		}
		var page ledger.BalancePage
		if err := json.Unmarshal(answer, &page); err != nil {
			t.Fatal(err)
		}
		sum += page.Remaining
		if bookmark = page.Next; bookmark == "" {
			return sum
		}
	}
}

func (n *realNetwork) record(t *testing.T) {
	ops := []ledger.Op{{Type: ledger.PartyRegister, Party: &ledger.Party{ID: bureau, Kind: ledger.Government, Name: "Bureau"}}}
	for _, a := range []string{"acct:net-a", "acct:net-b"} {
		ops = append(ops, ledger.Op{Type: ledger.AccountOpen, Account: &ledger.Account{ID: a, Owner: bureau, Purpose: ledger.Published, Currency: "CNY"}})
	}
	for range 4 {
		ops = append(ops, ledger.Op{Type: ledger.MovementDeclare, Movement: &ledger.Movement{Kind: ledger.UnknownOrigin, To: "acct:net-a", Amount: 1000,
			Currency: "CNY", Date: "2026-03-02", Origin: &ledger.Origin{Source: ledger.UnknownSource}}})
	}
	founding := ledger.Entry{Key: "founding", Ops: ops}
	if err := n.client.Check(t.Context(), n.officer, founding); err != nil {
		t.Fatal(err)
	}
	first := n.submit(t, n.client, n.officer, founding)
	again := n.submit(t, n.client, n.officer, founding)
	if first.Replayed || !again.Replayed || again.TxID != first.TxID || again.Block != first.Block || first.Block == 0 {
		t.Errorf("receipts %+v and %+v", first, again)
	}
	n.receipts = append(n.receipts, first)
	if got := n.balance(t, "acct:net-a"); got != 4000 {
		t.Errorf("acct:net-a holds %d", got)
	}
	// The chaincode's refusal comes back whole, from both peers and through the peer's Gateway service.
	_, err := n.client.Submit(t.Context(), n.officer, ledger.Entry{Key: "two-faults", Ops: []ledger.Op{
		transfer("acct:net-a", "acct:none", 1), transfer("acct:net-a", "acct:net-b", 1), transfer("acct:net-a", "acct:net-b", 9, ledger.Draw{Lot: netLot(0), Amount: 8})}})
	var e *ledger.Error
	if !errors.As(err, &e) || e.Code != ledger.BatchRefused || len(e.Rows) != 2 || e.Rows[0].Code != ledger.AccountUnknown || e.Rows[1].Code != ledger.DrawsUnbalanced {
		t.Errorf("two faults: %v", err)
	}
	if _, err := n.client.Evaluate(t.Context(), "Account", "acct:none"); ledger.ErrorCode(err) != ledger.AccountUnknown {
		t.Errorf("an unknown account: %v", err)
	}
}

func (n *realNetwork) chain(t *testing.T) {
	lot := netLot(3)
	for i := range 20 {
		from, to := "acct:net-a", "acct:net-b"
		if i%2 == 1 {
			from, to = to, from
		}
		key := fmt.Sprint("chain", i)
		r := n.submit(t, n.client, n.officer, ledger.Entry{Key: key, Ops: []ledger.Op{transfer(from, to, 1000, ledger.Draw{Lot: lot, Amount: 1000})}})
		lot = ledger.LotID(ledger.MovementID(r.Entry, 0), 0)
		n.receipts = append(n.receipts, r)
	}
}

func (n *realNetwork) crowd(t *testing.T) {
	before := n.balance(t, "acct:net-b")
	txs := map[string]int{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	begun := time.Now()
	for i := range 100 {
		wg.Go(func() {
			r, err := n.client.Submit(t.Context(), n.officer, ledger.Entry{Key: fmt.Sprint("crowd", i), Ops: []ledger.Op{transfer("acct:net-a", "acct:net-b", 10)}})
			if err != nil {
				t.Errorf("crowd%d: %v", i, err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			txs[r.TxID]++
			n.receipts = append(n.receipts, r)
		})
	}
	wg.Wait()
	t.Logf("100 payments in %d transactions took %s", len(txs), time.Since(begun).Round(time.Millisecond))
	if len(txs) > 20 {
		t.Errorf("100 payments took %d transactions", len(txs))
	}
	if got := n.balance(t, "acct:net-b") - before; got != 1000 {
		t.Errorf("acct:net-b received %d, want 1000", got)
	}
}

func (n *realNetwork) twoGateways(t *testing.T) {
	other := n.connect(t, t.TempDir())
	defer other.Close()
	logins, err := local.Logins(n.Dir())
	if err != nil {
		t.Fatal(err)
	}
	var second *fabric.Identity
	for _, l := range logins {
		if l.Name == "officer2@finance" {
			if second, err = other.Enrol(t.Context(), "finance", l.Name, l.Password); err != nil {
				t.Fatal(err)
			}
		}
	}
	before := n.balance(t, "acct:net-b")
	recorded := int64(0)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			c, by := n.client, n.officer
			if i%2 == 1 {
				c, by = other, second
			}
			_, err := c.Submit(t.Context(), by, ledger.Entry{Key: fmt.Sprint("two", i), Ops: []ledger.Op{transfer("acct:net-a", "acct:net-b", 10)}})
			mu.Lock()
			defer mu.Unlock()
			switch code := ledger.ErrorCode(err); {
			case err == nil:
				recorded += 10
			case code != fabric.Contention:
				t.Errorf("two%d: %v", i, err)
			}
		})
	}
	wg.Wait()
	if got := n.balance(t, "acct:net-b") - before; got != recorded {
		t.Errorf("acct:net-b received %d, and %d were acknowledged", got, recorded)
	}
	if recorded == 0 {
		t.Error("nobody got through")
	}
}
