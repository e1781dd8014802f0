package evidence_test

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fundtrace/gateway/evidence"
)

// fixture is a pack as the format was when it was made, with the hash of its channel's block 0.
func fixture(t testing.TB) (pack, genesis []byte) {
	t.Helper()
	if os.Getenv("EVIDENCE_FIXTURE") != "" {
		w := newWorld(t)
		m := w.story()
		pack := w.build(evidence.Subject{Kind: evidence.OfTrace, Lot: m.lot, Direction: evidence.Forward}, true)
		if err := os.WriteFile(filepath.Join("testdata", "trace.zip"), pack, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join("testdata", "trace.genesis"), []byte(hex.EncodeToString(w.c.Genesis())+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	pack, err := os.ReadFile(filepath.Join("testdata", "trace.zip"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join("testdata", "trace.genesis"))
	if err != nil {
		t.Fatal(err)
	}
	if genesis, err = evidence.ParseGenesisHash(string(text)); err != nil {
		t.Fatal(err)
	}
	return pack, genesis
}

// Packs are kept for years: one that was made with this format must verify as long as the format has its name. Where
// this fails, give the format another name and keep what old packs need.
func TestOldPacksVerify(t *testing.T) {
	pack, genesis := fixture(t)
	r, err := verify(pack, genesis)
	if err != nil {
		t.Fatal(err)
	}
	want := evidence.Totals{Traced: 600_000, Reached: 310_000, Idle: 220_000, InTransit: 30_000, Spent: 40_000}
	if *r.Figure != want || r.Currency != "CNY" || r.LastBlock != 25 {
		t.Errorf("%+v %s as of block %d", *r.Figure, r.Currency, r.LastBlock)
	}
}

func TestParseGenesisHash(t *testing.T) {
	good := strings.Repeat("0a", 32)
	if b, err := evidence.ParseGenesisHash(" " + good + "\n"); err != nil || len(b) != 32 {
		t.Errorf("%x, %v", b, err)
	}
	for _, bad := range []string{"", "0a", good + "0a", strings.Repeat("x", 64)} {
		if _, err := evidence.ParseGenesisHash(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}
