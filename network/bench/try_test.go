package bench

import (
	"context"
	"os"
	"testing"
	"time"

	"fundtrace/network/local"
)

func TestTry(t *testing.T) {
	if os.Getenv("TRY") == "" {
		t.Skip()
	}
	o := Options{Dir: t.TempDir(), Clients: 100, BatchSize: 2000, Warm: 2 * time.Second, Duration: 8 * time.Second}
	ctx := context.Background()
	f, err := stock(ctx, o)
	t.Logf("%+v %v", f, err)
	n, err := local.Start(ctx, local.Options{Dir: o.Dir + "/ours", Peers: o.peers()})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Stop()
	w, err := build(ctx, n, bulkClients+1)
	if err != nil {
		t.Fatal(err)
	}
	f, err = bulk(ctx, n, w, o)
	t.Logf("%+v %v", f, err)
}
