package readlog

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"
)

// crashVariable makes the test program a gateway that notes questions until it is killed; it names the folder.
const crashVariable = "READLOG_TEST_CRASH"

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashVariable); dir != "" {
		noteUntilKilled(dir)
	}
	os.Exit(m.Run())
}

// noteUntilKilled says the number of each record once it is noted.
func noteUntilKilled(dir string) {
	l, err := Open(dir, Options{})
	if err != nil {
		panic(err)
	}
	for range 8 {
		go func() {
			for {
				n, err := l.Append(context.Background(), question("auditor@audit", "lot"))
				if err != nil {
					panic(err)
				}
				fmt.Println(n)
			}
		}()
	}
	select {}
}

// A gateway that is killed at any moment has every record that it acknowledged, and the log goes on behind it.
func TestKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: kills processes")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	most := int64(0)
	for round := range 5 {
		cmd := exec.CommandContext(t.Context(), self)
		cmd.Env = append(os.Environ(), crashVariable+"="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		said := bufio.NewScanner(out)
		for lines := 0; lines < 100+37*round && said.Scan(); lines++ {
			most = max(most, number(t, said.Text()))
		}
		time.Sleep(time.Duration(round) * time.Millisecond)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for said.Scan() { // what it still said before it died
			most = max(most, number(t, said.Text()))
		}
		var killed *exec.ExitError
		if err := cmd.Wait(); !errors.As(err, &killed) {
			t.Fatalf("it ended by itself: %v", err)
		}
		r, err := Verify(t.Context(), dir, nil)
		if err != nil || r.Records < most {
			t.Fatalf("round %d: %d records acknowledged: %+v %v", round, most, r, err)
		}
	}
	l, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if n := ask(t, l, "a", "after"); n <= most {
		t.Errorf("record %d follows record %d", n, most)
	}
	if _, err := Verify(t.Context(), dir, nil); err != nil {
		t.Error(err)
	}
}

func number(t *testing.T, s string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil { // cut off by the kill
		return 0
	}
	return n
}
