package projection_test

import (
	"fmt"
	"iter"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"pgregory.net/rapid"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
	"fundtrace/gateway/trace"
)

// way is a payment that the rules allow between accounts of the cast.
type way struct {
	kind     ledger.Kind
	from, to string
	purpose  ledger.Purpose
}

var ways = []way{
	{ledger.Contribution, acctP, acctA, ""}, {ledger.Contribution, acctP, acctB, ""}, {ledger.Disbursement, acctP, acct1, ""},
	{ledger.Disbursement, acctA, acct1, ""}, {ledger.Disbursement, acctA, acct2, ""}, {ledger.Disbursement, acctB, acct3, ""},
	{ledger.Use, acct1, acct3, ledger.PurposeMaterial}, {ledger.Use, acct3, acct1, ledger.PurposeMaterial}, {ledger.Use, acct1, acct1b, ledger.PurposeTransfer},
	{ledger.Use, acct1b, acct1, ledger.PurposeTransfer}, {ledger.Use, acct2, "", ledger.PurposeRD}, {ledger.Use, acct3, "", ledger.PurposePayroll},
	{ledger.Return, acct1, acctA, ""}, {ledger.Return, acct3, acctB, ""}, {ledger.Distribution, acctA, acctP, ""}, {ledger.Distribution, acctP, acctCash, ""},
	{ledger.Fee, acctB, "", ledger.PurposeFee},
}

// chance records random operations. What the ledger refuses leaves no trace; what it takes must show in the read model.
type chance struct {
	*world
	r         *rapid.T
	movements []string
}

// attempt submits one operation and answers whether the ledger took it.
func (c *chance) attempt(by ledger.Caller, op ledger.Op) (string, bool) {
	c.key++
	r, err := c.l.Submit(by, ledger.Entry{Key: fmt.Sprintf("r%d", c.key), Ops: []ledger.Op{op}})
	if err != nil && ledger.ErrorCode(err) == "" {
		c.r.Fatalf("the ledger failed: %v", err)
	}
	return r.Entry, err == nil
}

func (c *chance) enter() {
	m := ledger.Movement{Amount: rapid.Int64Range(1, 1_000).Draw(c.r, "amount"), Currency: "CNY", Date: c.date(), BankRef: fmt.Sprint("in", c.key)}
	by := custodian1
	if rapid.Bool().Draw(c.r, "own") {
		m.Kind, m.To, m.Origin = ledger.OwnFunds, acct1, &ledger.Origin{Source: ledger.OwnMoney}
	} else {
		m.Kind, m.To, m.Origin = ledger.Contribution, acctP, &ledger.Origin{Source: ledger.GeneralBudget, Investor: bureau, BudgetLine: "2025"}
		if rapid.Bool().Draw(c.r, "called") {
			m.Commitment = "cmt:gov"
		}
	}
	if entry, ok := c.attempt(by, ledger.Op{Type: ledger.MovementSettle, Movement: &m}); ok {
		c.movements = append(c.movements, ledger.MovementID(entry, 0))
	}
}

func (c *chance) date() string {
	return fmt.Sprintf("2025-%02d-%02d", rapid.IntRange(1, 5).Draw(c.r, "month"), rapid.IntRange(1, 28).Draw(c.r, "day"))
}

func (c *chance) pay() {
	w := rapid.SampledFrom(ways).Draw(c.r, "way")
	c.sync()
	held, err := c.db.Account(c.t.Context(), all, w.from)
	if err != nil {
		c.r.Fatal(err)
	}
	if held.Balance.Remaining == 0 {
		return
	}
	m := ledger.Movement{Kind: w.kind, From: w.from, To: w.to, Purpose: w.purpose, Amount: rapid.Int64Range(1, held.Balance.Remaining).Draw(c.r, "amount"),
		Currency: "CNY", Date: c.date()}
	if w.to == "" {
		m.Payee = supplier
	}
	if m.Draws, err = c.db.PickLots(c.t.Context(), all, m.From, m.Amount); err != nil {
		c.r.Fatal(err)
	}
	by, op := c.banks[m.From], ledger.MovementSettle
	if rapid.Bool().Draw(c.r, "instruct") {
		op, m.Expires = ledger.MovementInstruct, "2025-06-15"
		switch m.From {
		case acctP:
			by = parentMan
		case acctA:
			by = manA
		case acctB:
			by = manB
		case acct1, acct1b:
			by = e1User
		default:
			by = ledger.Caller{MSP: ledger.EnterpriseMSP, Role: ledger.RoleEnterprise, Party: held.Owner, Name: "user of " + held.Owner}
		}
	} else {
		m.BankRef = fmt.Sprint("pay", c.key)
	}
	entry, ok := c.attempt(by, ledger.Op{Type: op, Movement: &m})
	if !ok {
		c.r.Fatalf("the ledger refused draws of the read model: %+v", m)
	}
	c.movements = append(c.movements, ledger.MovementID(entry, 0))
}

// confirm takes a random step of a random movement, by each who might be allowed to.
func (c *chance) step() {
	if len(c.movements) == 0 {
		return
	}
	op := rapid.SampledFrom([]ledger.OpType{ledger.MovementDebit, ledger.MovementDebit, ledger.MovementCredit, ledger.MovementCredit, ledger.MovementReturn,
		ledger.MovementVoid, ledger.MovementExpire, ledger.MovementAttest, ledger.ReversalPropose, ledger.ReversalApprove}).Draw(c.r, "step")
	s := ledger.Step{Movement: rapid.SampledFrom(c.movements).Draw(c.r, "movement"), Date: "2025-06-10"}
	switch op {
	case ledger.MovementDebit, ledger.MovementCredit:
		s.BankRef = fmt.Sprint("step", c.key)
	case ledger.MovementExpire:
		s.Date = "2025-06-16"
	case ledger.MovementAttest:
		s.Level = ledger.BothBanks
	case ledger.ReversalPropose:
		s.Reason = "TYPO"
	case ledger.MovementVoid, ledger.ReversalApprove:
		s.Date = ""
	}
	for _, by := range []ledger.Caller{custodian1, custodian2, officer, parentMan, manA, manB, e1User} {
		if _, ok := c.attempt(by, ledger.Op{Type: op, Step: &s}); ok {
			return
		}
	}
}

// history records at least five random operations.
func (c *chance) history(most int) {
	for range rapid.IntRange(5, most).Draw(c.r, "operations") {
		switch rapid.IntRange(0, 5).Draw(c.r, "what") {
		case 0:
			c.enter()
		case 1, 2, 3:
			c.pay()
		default:
			c.step()
		}
	}
}

// TestRandomHistory records random histories and compares the read model with the ledger's own state, lot by lot; then it
// traces everything and checks that all totals close, for readers of every scope.
func TestRandomHistory(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t)
		w.populate()
		c := &chance{world: w, r: r}
		c.history(40)
		w.sync()
		c.compare()
		c.traces()
		report, err := projection.Replay(t.Context(), w.db, t.TempDir(), inOrder(w.l.Blocks()))
		if err != nil || !report.Equal {
			r.Fatalf("replay: %+v, %v", report, err)
		}
		if err := w.db.Close(); err != nil {
			r.Fatal(err)
		}
	})
}

func inOrder(blocks []*common.Block) iter.Seq2[*common.Block, error] {
	return func(yield func(*common.Block, error) bool) {
		for _, b := range blocks {
			if !yield(b, nil) {
				return
			}
		}
	}
}

// compare reads every lot and movement from both sides.
func (c *chance) compare() {
	ctx := c.t.Context()
	for _, id := range c.movements {
		want, err := ledger.ReadMovement(c.l, id)
		if err != nil {
			c.r.Fatal(err)
		}
		got, err := c.db.Movement(ctx, all, id)
		if err != nil {
			c.r.Fatal(err)
		}
		if got.Stage != want.State.Stage || got.Level != want.State.Level || got.Amount != want.Movement.Amount || got.From != want.Movement.From ||
			got.To != want.Movement.To || got.Writer != want.Writer || got.At != want.At || len(got.Draws) != len(want.Movement.Draws) ||
			len(got.Steps) != len(want.State.Steps) || len(got.Attestations) != len(want.State.Attestations) || (got.Reversal == nil) != (want.State.Reversal == nil) {
			c.r.Fatalf("movement %s\nread model %+v\nledger     %+v", id, got, want)
		}
		for i, d := range got.Draws {
			if d != want.Movement.Draws[i] {
				c.r.Fatalf("draw %d of %s: %+v, want %+v", i, id, d, want.Movement.Draws[i])
			}
		}
		for _, l := range got.Yields {
			records, err := ledger.ReadLots(c.l, []string{l.ID})
			if err != nil {
				c.r.Fatal(err)
			}
			if x := records[0]; l.Parent != x.Parent || l.Account != x.Account || l.Amount != x.Amount || l.Drawn != x.Drawn || l.Remaining != x.Remaining ||
				l.Stage != x.Stage || l.Level != x.Level || l.Currency != x.Currency || l.Movement != x.Movement || (l.Origin == nil) != (x.Origin == nil) {
				c.r.Fatalf("lot %s\nread model %+v\nledger     %+v", l.ID, l, x)
			}
		}
	}
	got, err := c.db.Commitment(ctx, all, "cmt:gov")
	if err != nil {
		c.r.Fatal(err)
	}
	called := int64(0)
	for _, id := range c.movements {
		if m, _ := ledger.ReadMovement(c.l, id); m.Movement.Commitment != "" && (m.State.Stage == ledger.Credited) {
			called += m.Movement.Amount
		}
	}
	if got.Called != called {
		c.r.Fatalf("%d is called, want %d", got.Called, called)
	}
}

// traces checks that every trace closes and that all of them together give back the balances.
func (c *chance) traces() {
	ctx := c.t.Context()
	f, err := c.db.Forest(ctx, all)
	if err != nil {
		c.r.Fatal(err)
	}
	defer f.Close()
	held := map[string]int64{}
	sum := int64(0)
	for id := range balances {
		a, err := c.db.Account(ctx, all, id)
		if err != nil {
			c.r.Fatal(err)
		}
		held[id] = a.Balance.Remaining
		sum += a.Balance.Remaining
	}
	lies := int64(0)
	for _, id := range c.movements {
		m, err := c.db.Movement(ctx, all, id)
		if err != nil {
			c.r.Fatal(err)
		}
		if m.From != "" {
			continue
		}
		a, err := trace.Forward(ctx, f, ledger.LotID(id, 0), trace.Options{})
		if err != nil {
			c.r.Fatal(err)
		}
		if m.Stage == ledger.Credited && a.Totals.Traced != m.Amount || m.Stage != ledger.Credited && a.Totals.Traced != 0 {
			c.r.Fatalf("root %s of %d at %s traces %d", id, m.Amount, m.Stage, a.Totals.Traced)
		}
		lies += a.Totals.Idle + a.Totals.Reached
	}
	if lies != sum {
		c.r.Fatalf("roots lead to %d, accounts hold %d", lies, sum)
	}
	for _, party := range []string{e1, e2, e3} {
		s, err := trace.ForParty(ctx, f, party, trace.Options{AsOf: today})
		if err != nil {
			c.r.Fatal(err)
		}
		want := held[acct2]
		switch party {
		case e1:
			want = held[acct1] + held[acct1b]
		case e3:
			want = held[acct3]
		}
		if x := s.Totals; x.Holds != want || x.Received != x.Holds+x.InTransit+x.Spent+x.PassedOn {
			c.r.Fatalf("%s holds %d: %+v", party, want, x)
		}
	}
	for fund, account := range map[string]string{fundP: acctP, fundA: acctA, fundB: acctB} {
		a, err := trace.ForFund(ctx, f, fund, trace.Options{AsOf: today})
		if err != nil {
			c.r.Fatal(err)
		}
		if x := a.Totals; x.IdleHere != held[account] || x.In != x.Idle+x.InTransit+x.Reached+x.Spent {
			c.r.Fatalf("%s holds %d: %+v", fund, held[account], x)
		}
	}
	for name, s := range readers {
		c.scoped(name, s)
	}
}

// scoped traces, for one reader, every lot of every movement that it sees.
func (c *chance) scoped(name string, s projection.Scope) {
	ctx := c.t.Context()
	f, err := c.db.Forest(ctx, s)
	if err != nil {
		c.r.Fatal(err)
	}
	defer f.Close()
	page, err := c.db.Movements(ctx, s, projection.MovementFilter{}, projection.List{Limit: 500})
	if err != nil {
		c.r.Fatal(err)
	}
	for _, m := range page.Items {
		d, err := c.db.Movement(ctx, s, m.ID)
		if err != nil {
			c.r.Fatal(err)
		}
		for _, l := range d.Yields {
			a, err := trace.Forward(ctx, f, l.ID, trace.Options{})
			if err != nil || !a.Totals.Closes() {
				c.r.Fatalf("%s traces %s: %+v, %v", name, l.ID, a, err)
			}
			for _, row := range a.Rows {
				if _, err := c.db.Lot(ctx, s, row.Lot); err != nil {
					c.r.Fatalf("%s is shown lot %s: %v", name, row.Lot, err)
				}
			}
			if _, err := trace.Backward(ctx, f, l.ID, trace.Options{}); err != nil {
				c.r.Fatalf("%s traces %s back: %v", name, l.ID, err)
			}
		}
	}
}
