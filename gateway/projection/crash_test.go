package projection_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"

	"fundtrace/gateway/projection"
)

// TestFailureAnywhere makes the database fail at the n-th row of a table, whatever block that is in, then lets the fold go
// on. The result must be that of an undisturbed fold.
func TestFailureAnywhere(t *testing.T) {
	blocks := storyBlocks(t)
	want := openNew(t)
	if err := want.Apply(blocks...); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ table, when string }{
		{"block", "BEFORE INSERT ON block WHEN (SELECT count(*) FROM block) = %d"},
		{"tx", "BEFORE INSERT ON tx WHEN (SELECT count(*) FROM tx) = %d"},
		{"movement", "BEFORE INSERT ON movement WHEN (SELECT count(*) FROM movement) = %d"},
		{"lot", "BEFORE INSERT ON lot WHEN (SELECT count(*) FROM lot) = %d"},
		{"drawn", "BEFORE UPDATE OF drawn ON lot WHEN (SELECT count(*) FROM lot) > %d"},
		{"step", "BEFORE INSERT ON step WHEN (SELECT count(*) FROM step) = %d"},
		{"voucher", "BEFORE INSERT ON voucher WHEN (SELECT count(*) FROM voucher) = %d"},
		{"voucher change", "BEFORE UPDATE OF state ON voucher WHEN OLD.events > %d / 3"},
		{"voucher event", "BEFORE INSERT ON voucher_event WHEN (SELECT count(*) FROM voucher_event) = 5 * %d"},
		{"invoice", "AFTER INSERT ON invoice WHEN (SELECT count(*) FROM invoice) > %d / 6"},
		{"claim", "BEFORE UPDATE OF used ON claim WHEN NEW.used > %d"},
		{"checkpoint", "AFTER UPDATE ON checkpoint WHEN NEW.next > %d"},
	} {
		for n := 0; n < 12; n += 3 {
			t.Run(fmt.Sprintf("%s %d", c.table, n), func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "crash.db")
				db, err := projection.Open(path)
				if err != nil {
					t.Fatal(err)
				}
				defer db.Close()
				side, err := sql.Open("sqlite3", path)
				if err != nil {
					t.Fatal(err)
				}
				defer side.Close()
				if _, err := side.Exec("CREATE TRIGGER fail " + fmt.Sprintf(c.when, n) + " BEGIN SELECT RAISE(ABORT, 'disk'); END"); err != nil {
					t.Fatal(err)
				}
				failed := false
				for i := 0; i < len(blocks); i += 3 {
					next := db.Next()
					err := db.Apply(blocks[i:min(i+3, len(blocks))]...)
					if err == nil {
						continue
					}
					if failed = true; db.Next() != next {
						t.Fatalf("the checkpoint moved from %d to %d though the fold failed", next, db.Next())
					}
					if _, err := side.Exec("DROP TRIGGER fail"); err != nil {
						t.Fatal(err)
					}
					if err := db.Apply(blocks[i:min(i+3, len(blocks))]...); err != nil {
						t.Fatalf("the second attempt: %v", err)
					}
				}
				if !failed && c.table != "step" {
					t.Error("nothing failed: the test tests nothing")
				}
				if digest(t, db) != digest(t, want) {
					t.Error("the read model differs from an undisturbed one")
				}
			})
		}
	}
}

const killed = "FUNDTRACE_TEST_FOLD_UNTIL_KILLED"

// TestFoldUntilKilled is the child of TestKill: it folds block by block until it is killed.
func TestFoldUntilKilled(t *testing.T) {
	dir := os.Getenv(killed)
	if dir == "" {
		t.Skip("runs only as the child of TestKill")
	}
	db, err := projection.Open(filepath.Join(dir, "model.db"))
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range readBlocks(t, dir)[db.Next():] {
		if err := db.Apply(b); err != nil {
			t.Fatal(err)
		}
	}
}

func readBlocks(t testing.TB, dir string) (blocks []*common.Block) {
	for i := 0; ; i++ {
		raw, err := os.ReadFile(filepath.Join(dir, strconv.Itoa(i)))
		if os.IsNotExist(err) {
			return blocks
		}
		if err != nil {
			t.Fatal(err)
		}
		b := &common.Block{}
		if err := proto.Unmarshal(raw, b); err != nil {
			t.Fatal(err)
		}
		blocks = append(blocks, b)
	}
}

// TestKill kills a folding process again and again, at moments that chance picks, until it is through.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	blocks := history(t, 300, 2)
	dir := t.TempDir()
	for i, b := range blocks {
		raw, err := proto.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, strconv.Itoa(i)), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	kills := 0
	for attempt := 0; ; attempt++ {
		if attempt > 300 {
			t.Fatal("the fold makes no progress")
		}
		child := exec.Command(os.Args[0], "-test.run=^TestFoldUntilKilled$")
		child.Env = append(os.Environ(), killed+"="+dir)
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(time.Duration(30+rand.IntN(120))*time.Millisecond, func() { _ = child.Process.Kill() })
		err := child.Wait()
		timer.Stop()
		if err == nil {
			break
		}
		kills++
	}
	db, err := projection.Open(filepath.Join(dir, "model.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	want := openNew(t)
	if err := want.Apply(blocks...); err != nil {
		t.Fatal(err)
	}
	if digest(t, db) != digest(t, want) {
		t.Errorf("after %d kills the read model differs", kills)
	}
	t.Logf("killed %d times", kills)
}
