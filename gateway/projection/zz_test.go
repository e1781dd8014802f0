package projection_test

import (
	"fmt"
	"testing"
	"time"
	"path/filepath"
	"fundtrace/gateway/projection"
	"fundtrace/gateway/trace"
	"fundtrace/chaincode/ledger"
)

func TestZZ(t *testing.T) {
	blocks := history(t, 60000, 500)
	db, err := projection.Open(filepath.Join("/tmp", "zz.db"))
	if err != nil { t.Fatal(err) }
	s := time.Now()
	if db.Next() == 0 {
	if err := db.Apply(blocks...); err != nil { t.Fatal(err) }
	}
	fmt.Println("fold", time.Since(s))
	ctx := t.Context()
	for name, sc := range readers {
		if name == "no party" || name == "no such" || name == "audit" { continue }
		tm := func(what string, f func()) { s := time.Now(); f(); if d := time.Since(s); d > 5*time.Millisecond { fmt.Println(name, what, d) } }
		tm("movements", func() { _, err := db.Movements(ctx, sc, projection.MovementFilter{}, projection.List{}); if err != nil { t.Fatal(err) } })
		tm("movements party", func() { _, err := db.Movements(ctx, sc, projection.MovementFilter{Party: e1}, projection.List{}); if err != nil { t.Fatal(err) } })
		tm("movements party e3", func() { _, err := db.Movements(ctx, sc, projection.MovementFilter{Party: e3}, projection.List{}); if err != nil { t.Fatal(err) } })
		tm("movements from", func() { _, err := db.Movements(ctx, sc, projection.MovementFilter{From: acctA}, projection.List{}); if err != nil { t.Fatal(err) } })
		tm("totals", func() { _, err := db.MovementTotals(ctx, sc, projection.MovementFilter{}); if err != nil { t.Fatal(err) } })
		tm("accounts", func() { _, err := db.Accounts(ctx, sc, projection.AccountFilter{}, projection.List{}); if err != nil { t.Fatal(err) } })
		tm("parties", func() { _, err := db.Parties(ctx, sc, projection.PartyFilter{}, projection.List{}); if err != nil { t.Fatal(err) } })
		tm("funds", func() { _, err := db.Funds(ctx, sc, projection.FundFilter{}, projection.List{}); if err != nil { t.Fatal(err) } })
		tm("docs", func() { _, err := db.Documents(ctx, sc, projection.DocumentFilter{}, projection.List{}); if err != nil { t.Fatal(err) } })
		tm("lots", func() { _, err := db.Lots(ctx, sc, projection.LotFilter{Account: acct1}, projection.List{}); _ = err })
		tm("pick", func() { _, err := db.PickLots(ctx, sc, acct1, 10000); _ = err })
		f, _ := db.Forest(ctx, sc)
		var root string
		p, _ := db.Lots(ctx, all, projection.LotFilter{Account: acctP}, projection.List{})
		root = p.Items[0].ID
		tm("forward", func() { a, err := trace.Forward(ctx, f, root, trace.Options{}); if err == nil { _ = a } else if ledger.ErrorCode(err) != ledger.LotUnknown { t.Fatal(err) } })
		tm("party", func() { _, err := trace.ForParty(ctx, f, e1, trace.Options{}); _ = err })
		tm("fund", func() { _, err := trace.ForFund(ctx, f, fundP, trace.Options{}); _ = err })
		f.Close()
	}
	s = time.Now()
	digest(t, db)
	fmt.Println("digest", time.Since(s))
	s = time.Now()
	db.Status(ctx)
	fmt.Println("status", time.Since(s))
}
