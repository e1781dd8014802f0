package crash

import (
	"bytes"
	"encoding/json"
	"errors"
	"os/exec"
	"strconv"
	"sync"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
	"fundtrace/gateway/trace"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"
)

// patience is when waiting is given up: far above what a busy machine takes.
const patience = 3 * time.Minute

// until asks again and again until the condition holds.
func (w *world) until(what string, holds func() bool) {
	w.Helper()
	limit := time.After(patience)
	for !holds() {
		select {
		case <-time.After(50 * time.Millisecond):
		case <-limit:
			w.Fatalf("gave up waiting: %s", what)
		}
	}
}

// settle waits until nothing is under way any more: no outcome is open, and gateways and peers stand at the same block.
func (w *world) settle(gateways ...*gateway) uint64 {
	w.Helper()
	for _, g := range gateways {
		w.until(g.name+" knows every outcome", func() bool {
			r, err := g.readiness(w.Context())
			return err == nil && r.Pending == 0 && r.Next == w.peers["finance"].height()
		})
	}
	height := w.peers["finance"].height()
	w.until("the bank's peer has every block", func() bool { return w.peers["bank"].height() == height })
	return height
}

// agree compares the chains of the peers block by block, with the commit hash of each: a digest of all state changes
// up to there, as that peer computed it.
func (w *world) agree(t *testing.T, height uint64) *records {
	t.Helper()
	finance, bank := w.peers["finance"].blocks(height), w.peers["bank"].blocks(height)
	for i := range finance {
		f, b := finance[i], bank[i]
		if !proto.Equal(f.GetHeader(), b.GetHeader()) {
			t.Fatalf("block %d differs between the peers", i)
		}
		for _, k := range []common.BlockMetadataIndex{common.BlockMetadataIndex_TRANSACTIONS_FILTER, common.BlockMetadataIndex_COMMIT_HASH} {
			if x, y := f.GetMetadata().GetMetadata()[k], b.GetMetadata().GetMetadata()[k]; !bytes.Equal(x, y) || len(x) == 0 && i > 0 {
				t.Fatalf("block %d: %s is %x at the finance peer and %x at the bank's", i, k, x, y)
			}
		}
	}
	r := decode(w, finance)
	t.Logf("%d blocks, the same at both peers; transactions: %v", height, r.codes)
	return r
}

// judge compares what every client was told with what the ledger says.
func (w *world) judge(t *testing.T, r *records) {
	t.Helper()
	asked := map[string]bool{}
	for _, l := range w.loads {
		for _, q := range l.requests {
			asked[q.entry()] = true
			n := r.times[q.entry()]
			switch {
			case n > 1:
				t.Errorf("%s is recorded %d times", q.key, n)
			case q.acked && n != 1:
				t.Errorf("%s was acknowledged and is recorded %d times", q.key, n)
			case q.refusal != nil && n != 0:
				t.Errorf("%s was refused (%s) and is recorded", q.key, q.refusal.Code)
			}
			if n == 1 && q.amount != 0 {
				if m := r.movements[ledger.MovementID(q.entry(), 0)]; m.Amount != q.amount {
					t.Errorf("%s is recorded with %d fen, asked for were %d", q.key, m.Amount, q.amount)
				}
			}
			if q.of != nil && n == 1 && before(r.stage(q.of.movement), q.stage) {
				t.Errorf("%s is recorded, and its movement is %s", q.key, r.stage(q.of.movement))
			}
		}
	}
	for entry := range r.times {
		if !asked[entry] && !w.known[entry] {
			t.Errorf("entry %s is on the ledger and nobody asked for it", entry)
		}
	}
}

// before says whether a stage lies before another on the way to the credit.
func before(a, b ledger.Stage) bool {
	order := map[ledger.Stage]int{ledger.Instructed: 1, ledger.Debited: 2, ledger.Credited: 3}
	return order[a] < order[b]
}

// repeat sends every request once more under its key: what is recorded is answered as replayed and with the movement
// that it has, and what nobody acknowledged is acknowledged now.
func (w *world) repeat(t *testing.T, r *records, at *gateway) {
	t.Helper()
	for _, l := range w.loads {
		var group sync.WaitGroup
		slots := make(chan struct{}, 2*crowd)
		for _, q := range l.requests {
			if q.refusal != nil || q.of != nil && q.of.movement == "" {
				continue
			}
			group.Go(func() {
				slots <- struct{}{}
				defer func() { <-slots }()
				w.again(t, r, at, q)
			})
		}
		group.Wait()
	}
}

func (w *world) again(t *testing.T, r *records, at *gateway, q *request) {
	for {
		written, err := q.post(t.Context(), at)
		trouble, refusal := passing(written, err)
		switch {
		case trouble != "":
			time.Sleep(100 * time.Millisecond)
			continue
		case refusal != nil:
			t.Errorf("%s sent again: %v", q.key, refusal)
		case !written.Replayed && r.times[q.entry()] != 0: // what nobody waits for any more may still have been on its way then
			t.Errorf("%s sent again: recorded anew, it had been recorded %d times", q.key, r.times[q.entry()])
		case q.acked && written.Movement != q.movement:
			t.Errorf("%s sent again is movement %s, it was %s", q.key, written.Movement, q.movement)
		}
		q.acked, q.movement = err == nil, written.Movement
		return
	}
}

// count compares sums: what the clients asked for, the records, the chaincode's reads at each peer, and the read model.
func (w *world) count(t *testing.T, r *records, at *gateway) {
	t.Helper()
	requested, transit, arrived := map[string]int64{}, int64(0), int64(0)
	for _, l := range w.loads {
		for _, q := range l.requests {
			if m := ledger.MovementID(q.entry(), 0); q.amount != 0 && r.times[q.entry()] == 1 {
				requested[r.movements[m].From] += q.amount
				if r.stage(m) == ledger.Credited {
					arrived += q.amount
				} else {
					transit += q.amount
				}
			}
		}
	}
	lots := map[string]int64{}
	for _, m := range r.movements {
		for _, d := range m.Draws {
			lots[d.Lot] += d.Amount
		}
	}
	left, capital := int64(0), int64(0)
	for _, f := range w.funds {
		drawn := int64(0)
		for _, lot := range f.lots {
			drawn += w.lot(t, at, lot, lots[lot], &left)
		}
		if drawn != requested[f.account] {
			t.Errorf("%s: %d fen are drawn, the disbursements add up to %d", f.account, drawn, requested[f.account])
		}
		capital += f.capital
	}
	for organisation, e := range w.peers {
		held := int64(0)
		for i := range payees {
			held += e.balance(payeeAccount(i))
		}
		if held != arrived {
			t.Errorf("the payees hold %d fen according to the peer of %s, credited were %d", held, organisation, arrived)
		}
	}
	if left+transit+arrived != capital {
		t.Errorf("of %d fen, %d are left, %d in transit and %d arrived", capital, left, transit, arrived)
	}
	var totals struct{ Totals []projection.Total }
	if err := at.clients[auditor].Get(t.Context(), "/movements/totals?kind=DISBURSEMENT", &totals); err != nil {
		t.Fatal(err)
	}
	if len(totals.Totals) != 1 || totals.Totals[0].Amount != transit+arrived {
		t.Errorf("the read model sums disbursements as %+v, want %d fen", totals.Totals, transit+arrived)
	}
	t.Logf("%d fen of capital: %d left, %d in transit, %d arrived", capital, left, transit, arrived)
}

// lot compares a lot at both peers and in the trace, and answers what was drawn of it.
func (w *world) lot(t *testing.T, at *gateway, id string, want int64, left *int64) int64 {
	t.Helper()
	var lot, other ledger.LotRecord
	if x, y := w.peers["finance"].read(&lot, "Lot", id), w.peers["bank"].read(&other, "Lot", id); x != y {
		t.Errorf("lot %s is %s at the finance peer and %s at the bank's", id, x, y)
	}
	if lot.Drawn != want || lot.Remaining != lot.Amount-want || lot.Remaining < 0 {
		t.Errorf("the ledger says %+v, the movements draw %d", lot, want)
	}
	var answer trace.Answer
	if err := at.clients[auditor].Get(t.Context(), "/lots/"+id+"/trace?direction=forward", &answer); err != nil {
		t.Fatal(err)
	}
	if !answer.Totals.Closes() || answer.Totals.Traced != lot.Amount || answer.Totals.Idle != lot.Remaining || answer.Totals.Hidden != 0 {
		t.Errorf("the trace of %+v totals %+v", lot, answer.Totals)
	}
	*left += lot.Remaining
	return lot.Drawn
}

// balance sums what the account's lots hold.
func (e *eyes) balance(account string) (sum int64) {
	for bookmark := ""; ; {
		var page ledger.BalancePage
		e.read(&page, "Balance", account, bookmark, strconv.Itoa(100))
		sum += page.Remaining
		if bookmark = page.Next; bookmark == "" {
			return sum
		}
	}
}

// look compares every acknowledged disbursement in the API with the chaincode's answer at both peers.
func (w *world) look(t *testing.T, at *gateway) {
	t.Helper()
	for _, l := range w.loads {
		for _, q := range l.requests {
			if q.amount == 0 || !q.acked {
				continue
			}
			var m projection.MovementDetail
			if err := at.clients[auditor].Get(t.Context(), "/movements/"+q.movement, &m); err != nil {
				t.Errorf("%s: %v", q.key, err)
				continue
			}
			var record, other ledger.MovementRecord
			if x, y := w.peers["finance"].read(&record, "Movement", q.movement), w.peers["bank"].read(&other, "Movement", q.movement); x != y {
				t.Errorf("%s is %s at the finance peer and %s at the bank's", q.key, x, y)
			}
			if m.Amount != q.amount || record.Movement.Amount != q.amount || m.Stage != record.State.Stage {
				t.Errorf("%s of %d fen: the API says %d fen, %s; the ledger %d fen, %s", q.key, q.amount, m.Amount, m.Stage, record.Movement.Amount, record.State.Stage)
			}
		}
	}
}

// replay folds the blocks anew with the gateway's own command. The gateway must be stopped.
func (w *world) replay(t *testing.T, g *gateway) projection.ReplayReport {
	t.Helper()
	command := exec.CommandContext(t.Context(), w.program(), "replay", "--json", "--config", g.config)
	command.Env = environment(t.TempDir())
	answer, err := command.Output()
	if err != nil {
		var failed *exec.ExitError
		if errors.As(err, &failed) {
			answer = append(answer, failed.Stderr...)
		}
		t.Fatalf("replay of %s: %v\n%s", g.name, err, answer)
	}
	var report projection.ReplayReport
	if err := json.Unmarshal(answer, &report); err != nil {
		t.Fatal(err)
	}
	if !report.Equal || report.Blocks == 0 {
		t.Errorf("the read model of %s differs from the ledger: %+v", g.name, report)
	}
	return report
}
