package projection_test

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
)

// TestMain keeps random histories few: each is a whole ledger with its read model. -rapid.checks asks for more.
func TestMain(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("rapid.checks"); f != nil && f.Value.String() == f.DefValue {
		if err := f.Value.Set("20"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// stream delivers blocks, then waits for the end of ctx as a peer would.
func stream(blocks []*common.Block) projection.Stream {
	return func(ctx context.Context, from uint64, handle func(*common.Block) error) error {
		for _, b := range blocks[from:] {
			if err := handle(b); err != nil {
				return err
			}
		}
		<-ctx.Done()
		return ctx.Err()
	}
}

func TestFollow(t *testing.T) {
	blocks := storyBlocks(t)
	db := openNew(t)
	if err := db.Apply(blocks[:3]...); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- db.Follow(ctx, stream(blocks)) }()
	if err := db.Wait(t.Context(), uint64(len(blocks)-1)); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("the end of the context is no error: %v", err)
	}
	want := openNew(t)
	if err := want.Apply(blocks...); err != nil {
		t.Fatal(err)
	}
	if digest(t, db) != digest(t, want) {
		t.Error("followed and folded read models differ")
	}
	short, stop := context.WithTimeout(t.Context(), time.Millisecond)
	defer stop()
	if err := db.Wait(short, uint64(len(blocks))); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting for a block that does not come: %v", err)
	}
}

func TestFollowStopsAtAnAlarm(t *testing.T) {
	blocks := storyBlocks(t)
	blocks[9] = proto.Clone(blocks[9]).(*common.Block)
	blocks[9].Header.DataHash[0] ^= 1
	db := openNew(t)
	var alarm *projection.Alarm
	if err := db.Follow(t.Context(), stream(blocks)); !errors.As(err, &alarm) || alarm.Reason != projection.DataHash || alarm.Block != 9 {
		t.Errorf("answered %v", err)
	}
	if db.Next() != 9 {
		t.Errorf("next is %d, want 9", db.Next())
	}
	lost := errors.New("the peer is gone")
	err := openNew(t).Follow(t.Context(), func(context.Context, uint64, func(*common.Block) error) error { return lost })
	if !errors.Is(err, lost) {
		t.Errorf("the stream's error is lost: %v", err)
	}
}

// TestReplayFindsTampering changes single values in the read model behind its back.
func TestReplayFindsTampering(t *testing.T) {
	w := newWorld(t)
	w.populate()
	w.story()
	side, err := sql.Open("sqlite3", w.path)
	if err != nil {
		t.Fatal(err)
	}
	defer side.Close()
	replay := func() projection.ReplayReport {
		t.Helper()
		r, err := projection.Replay(t.Context(), w.db, t.TempDir(), inOrder(w.l.Blocks()))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := replay(); !r.Equal || r.Blocks != w.l.Height() || len(r.Want) != 64 {
		t.Fatalf("an untouched read model: %+v", r)
	}
	for _, c := range [][2]string{
		{"UPDATE movement SET amount = amount + 1 WHERE ref = (SELECT max(ref) FROM movement)", "UPDATE movement SET amount = amount - 1 WHERE ref = (SELECT max(ref) FROM movement)"},
		{"UPDATE lot SET drawn = drawn - 1 WHERE ref = (SELECT min(ref) FROM lot)", "UPDATE lot SET drawn = drawn + 1 WHERE ref = (SELECT min(ref) FROM lot)"},
		{"UPDATE tx SET code = 11 WHERE ref = (SELECT max(ref) FROM tx)", "UPDATE tx SET code = 0 WHERE ref = (SELECT max(ref) FROM tx)"},
		{"INSERT INTO lineage_fund VALUES ('fund:x', 1)", "DELETE FROM lineage_fund WHERE fund = 'fund:x'"},
		{"UPDATE party SET name = 'x' || name WHERE id = 'other:e1'", "UPDATE party SET name = substr(name, 2) WHERE id = 'other:e1'"},
	} {
		if _, err := side.Exec(c[0]); err != nil {
			t.Fatal(err)
		}
		if r := replay(); r.Equal {
			t.Errorf("%s was not found", c[0])
		}
		if _, err := side.Exec(c[1]); err != nil {
			t.Fatal(err)
		}
		if r := replay(); !r.Equal {
			t.Errorf("%s was not undone", c[0])
		}
	}
	if _, err := projection.Replay(t.Context(), w.db, t.TempDir(), inOrder(w.l.Blocks()[:5])); err == nil {
		t.Error("a replay that is too short was taken")
	}
}

func TestOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "with space and %20?#.db")
	db, err := projection.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	blocks := storyBlocks(t)
	if err := db.Apply(blocks...); err != nil {
		t.Fatal(err)
	}
	want := digest(t, db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if db, err = projection.Open(path); err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if db.Next() != uint64(len(blocks)) || digest(t, db) != want {
		t.Error("what was folded is not there after reopening")
	}
	if _, err := os.Stat(path); err != nil {
		t.Errorf("the file is not where it was asked for: %v", err)
	}
	newer := filepath.Join(t.TempDir(), "newer.db")
	made, err := sql.Open("sqlite3", newer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := made.Exec("PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	if err := made.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := projection.Open(newer); err == nil {
		t.Error("a schema of the future was opened")
	}
	if _, err := projection.Open(filepath.Join(t.TempDir(), "none", "x.db")); err == nil {
		t.Error("a database in a directory that is not there was opened")
	}
}

// TestOpenOlder opens a read model of the first schema, which passed over the rooms of supply-chain finance: it folds
// everything again and holds what a new one holds.
func TestOpenOlder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "older.db")
	first, err := os.ReadFile("schema/0001_read_model.sql")
	if err != nil {
		t.Fatal(err)
	}
	made, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := made.Exec(string(first) + `
INSERT INTO block VALUES (0, x'01', x'02', 1);
INSERT INTO party VALUES ('other:e1', 'PRIVATE', '', '', '', '', '', 1, '2025-01-01', 0);
INSERT INTO entry (id, key, hash, ops, msp, role, party, name, at, tx) VALUES ('e', 'k', '', 1, '', '', '', '', '', 0);
UPDATE checkpoint SET next = 1, hash = x'01';
PRAGMA user_version = 1;`); err != nil {
		t.Fatal(err)
	}
	if err := made.Close(); err != nil {
		t.Fatal(err)
	}
	older, err := projection.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer older.Close()
	if older.Next() != 0 {
		t.Fatalf("an older read model goes on at block %d", older.Next())
	}
	blocks, fresh := storyBlocks(t), openNew(t)
	if err := errors.Join(older.Apply(blocks...), fresh.Apply(blocks...)); err != nil {
		t.Fatal(err)
	}
	if digest(t, older) != digest(t, fresh) {
		t.Error("an older read model that folded again differs from a new one")
	}
}

// TestStages takes a payment of 60 of 100 along every way that the rules know and looks at both ends after each.
func TestStages(t *testing.T) {
	type ends struct{ left, transit, arriving, arrived int64 }
	debit := func(w *world, m string) { w.confirm(custodian1, ledger.MovementDebit, m) }
	credit := func(w *world, m string) { w.confirm(custodian2, ledger.MovementCredit, m) }
	for _, c := range []struct {
		name  string
		steps []func(*world, string)
		want  ends
		stage ledger.Stage
	}{
		{"instructed", nil, ends{40, 60, 60, 0}, ledger.Instructed},
		{"debited", []func(*world, string){debit}, ends{40, 60, 60, 0}, ledger.Debited},
		{"credited", []func(*world, string){debit, credit}, ends{40, 0, 0, 60}, ledger.Credited},
		{"voided", []func(*world, string){func(w *world, m string) { w.confirm(parentMan, ledger.MovementVoid, m, noDate) }}, ends{100, 0, 0, 0}, ledger.Voided},
		{"expired", []func(*world, string){func(w *world, m string) {
			w.confirm(parentMan, ledger.MovementExpire, m, func(s *ledger.Step) { s.Date = "2025-06-16" })
		}}, ends{100, 0, 0, 0}, ledger.Expired},
		{"returned", []func(*world, string){debit, func(w *world, m string) { w.confirm(custodian2, ledger.MovementReturn, m) }}, ends{100, 0, 0, 0}, ledger.Returned},
		{"reversed", []func(*world, string){debit, credit,
			func(w *world, m string) {
				w.confirm(parentMan, ledger.ReversalPropose, m, noDate, func(s *ledger.Step) { s.Reason = "TYPO" })
			},
			func(w *world, m string) { w.confirm(officer, ledger.ReversalApprove, m, noDate) }}, ends{100, 0, 0, 0}, ledger.Reversed},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.populate()
			w.settle(ledger.Contribution, "", acctP, 100, firstDate, origin(ledger.SocialCapital, e3, ""))
			m := w.instruct(parentMan, ledger.Disbursement, acctP, acct3, 60)
			for _, step := range c.steps {
				step(w, m)
			}
			w.sync()
			from, err := w.db.Account(t.Context(), all, acctP)
			if err != nil {
				t.Fatal(err)
			}
			to, err := w.db.Account(t.Context(), all, acct3)
			if err != nil {
				t.Fatal(err)
			}
			if got := (ends{from.Balance.Remaining, from.Balance.InTransit, to.Balance.Arriving, to.Balance.Remaining}); got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
			d, err := w.db.Movement(t.Context(), all, m)
			if err != nil || d.Stage != c.stage {
				t.Errorf("stage %s, %v", d.Stage, err)
			}
			confirmed := 0
			for _, s := range d.Steps {
				tx, err := w.db.Transaction(t.Context(), all, s.Tx)
				if err != nil || tx.Block != s.Block {
					t.Errorf("step %+v: %v", s, err)
				}
				confirmed++
			}
			if c.stage == ledger.Reversed {
				if d.Reversal == nil || d.Reversal.Reason != "TYPO" || d.Reversal.Writer.Name != parentMan.Name {
					t.Errorf("the proposal: %+v", d.Reversal)
				}
				confirmed++ // the proposal is no confirmation
			}
			if confirmed != len(c.steps) {
				t.Errorf("%d confirmations of %d steps", confirmed, len(c.steps))
			}
			if c.stage == ledger.Credited {
				lots, err := w.db.Lots(t.Context(), all, projection.LotFilter{Account: acct3}, projection.List{})
				if err != nil || len(lots.Items) != 1 || lots.Items[0].Date != "2025-06-10" || d.Settled != "2025-06-10" || d.Date != "2025-06-01" {
					t.Errorf("money is as old as its credit: %+v, %v", lots, err)
				}
			}
		})
	}
}

func noDate(s *ledger.Step) { s.Date = "" }
