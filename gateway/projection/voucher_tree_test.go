package projection_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
)

// drawn prints a tree, a line for each voucher.
func drawTree(t *projection.VoucherTree, names map[string]string) string {
	var b strings.Builder
	for _, n := range t.Nodes {
		path := ""
		if n.Path {
			path = " (path)"
		}
		fmt.Fprintf(&b, "%s%s%s tier %d %s %d open %d settled %d %s %s", strings.Repeat("  ", n.Depth), names[n.Voucher], path, n.Tier,
			strings.TrimPrefix(n.Holder, "other:"), n.Face, n.Open, n.Settled, n.State, strings.TrimPrefix(string(n.Made), "VOUCHER_"))
		fmt.Fprintf(&b, " %s..%s", strings.TrimPrefix(n.Acquired, "2025-"), strings.TrimPrefix(n.Left, "2025-"))
		if n.Recourse {
			b.WriteString(" recourse")
		}
		if n.Pledgee != "" {
			b.WriteString(" pledged to " + strings.TrimPrefix(n.Pledgee, "other:"))
		}
		for _, c := range n.Cash {
			fmt.Fprintf(&b, " [%s %d to %s on %s]", c.Kind, c.Amount, strings.TrimPrefix(c.Payee, "other:"), strings.TrimPrefix(c.Date, "2025-"))
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "%d = %d + %d + %d + %d, hidden %d in %d\n", t.Face, t.Sums.Live, t.Sums.Settled, t.Sums.Cancelled, t.Sums.WrittenOff, t.Hidden.Amount, t.Hidden.Nodes)
	return b.String()
}

// TestVoucherTree compares trees with what the dealings say, for who sees everything and for those who see a part.
func TestVoucherTree(t *testing.T) {
	w, s := newTrade(t)
	names := map[string]string{s.v: "v", s.a: "a", s.a2: "a2", s.b: "b", s.b2: "b2", s.c: "c", s.x: "x", s.d: "d", s.d2: "d2", s.d3: "d3", s.d4: "d4", s.e: "e"}
	for _, c := range []struct{ reader, lot, want string }{
		{"finance", s.c, `v tier 1 t1 300000 open 0 settled 0 SPLIT ISSUE 03-03..03-05
  a tier 1 t1 100000 open 0 settled 0 TRANSFERRED SPLIT 03-03..03-10
    a2 tier 2 t2 100000 open 0 settled 100000 SETTLED TRANSFER 03-10..06-05 recourse [SETTLEMENT 100000 to t2 on 06-05]
  b tier 1 t1 120000 open 0 settled 0 TRANSFERRED SPLIT 03-03..03-12 [FINANCING 119016 to t1 on 03-12]
    b2 tier 1 factor 120000 open 0 settled 120000 SETTLED FINANCE 03-12..06-02 recourse [SETTLEMENT 120000 to factor on 06-02]
  c tier 1 t1 80000 open 0 settled 80000 SETTLED SPLIT 03-03..06-02 pledged to bank2 [FINANCING 70000 to t1 on 03-15] [SETTLEMENT 80000 to bank2 on 06-02]
300000 = 0 + 300000 + 0 + 0, hidden 0 in 0
`},
		{"e1", s.x, `x tier 1 t1 200000 open 0 settled 0 SPLIT ISSUE 03-03..03-06
  d tier 1 t1 150000 open 0 settled 0 TRANSFERRED SPLIT 03-03..03-08
    d2 tier 2 t2 150000 open 0 settled 0 TRANSFERRED TRANSFER 03-08..03-20 recourse [FINANCING 148890 to t2 on 03-20]
      d3 tier 2 factor 150000 open 0 settled 30000 TRANSFERRED FINANCE 03-20..06-10 recourse [SETTLEMENT 30000 to factor on 06-05] [RECOURSE 120000 to factor on 06-10]
        d4 tier 2 t2 120000 open 120000 settled 0 ACTIVE RECOURSE 06-10.. recourse
  e tier 1 t1 50000 open 0 settled 0 CANCELLED SPLIT 03-03..03-22
200000 = 120000 + 30000 + 50000 + 0, hidden 0 in 0
`},
		{"t1", s.v, `v tier 1 t1 300000 open 0 settled 0 SPLIT ISSUE 03-03..03-05
  a tier 1 t1 100000 open 0 settled 0 TRANSFERRED SPLIT 03-03..03-10
  b tier 1 t1 120000 open 0 settled 0 TRANSFERRED SPLIT 03-03..03-12 [FINANCING 119016 to t1 on 03-12]
  c tier 1 t1 80000 open 0 settled 80000 SETTLED SPLIT 03-03..06-02 pledged to bank2 [FINANCING 70000 to t1 on 03-15] [SETTLEMENT 80000 to bank2 on 06-02]
300000 = 0 + 80000 + 0 + 0, hidden 220000 in 2
`},
		{"t2", s.a2, `v (path) tier 1 t1 300000 open 0 settled 0 SPLIT ISSUE 03-03..03-05
  a tier 1 t1 100000 open 0 settled 0 TRANSFERRED SPLIT 03-03..03-10
    a2 tier 2 t2 100000 open 0 settled 100000 SETTLED TRANSFER 03-10..06-05 recourse [SETTLEMENT 100000 to t2 on 06-05]
300000 = 0 + 100000 + 0 + 0, hidden 200000 in 3
`},
		// The factor is not told what t2 got for a voucher that the factor did not buy, nor how t2 came by it.
		{"factor", s.d3, `x (path) tier 1 t1 200000 open 0 settled 0 SPLIT ISSUE 03-03..03-06
  d (path) tier 1 t1 150000 open 0 settled 0 TRANSFERRED SPLIT 03-03..03-08
    d2 tier 2 t2 150000 open 0 settled 0 TRANSFERRED TRANSFER 03-08..03-20 [FINANCING 148890 to t2 on 03-20]
      d3 tier 2 factor 150000 open 0 settled 30000 TRANSFERRED FINANCE 03-20..06-10 recourse [SETTLEMENT 30000 to factor on 06-05] [RECOURSE 120000 to factor on 06-10]
200000 = 0 + 30000 + 0 + 0, hidden 170000 in 2
`},
		{"bank 2", s.c, `v (path) tier 1 t1 300000 open 0 settled 0 SPLIT ISSUE 03-03..03-05
  a (path) tier 1 t1 100000 open 0 settled 0 TRANSFERRED SPLIT 03-03..03-10
    a2 tier 2 t2 100000 open 0 settled 100000 SETTLED TRANSFER 03-10..06-05 recourse [SETTLEMENT 100000 to t2 on 06-05]
  c tier 1 t1 80000 open 0 settled 80000 SETTLED SPLIT 03-03..06-02 pledged to bank2 [FINANCING 70000 to t1 on 03-15] [SETTLEMENT 80000 to bank2 on 06-02]
300000 = 0 + 180000 + 0 + 0, hidden 120000 in 2
`},
		{"t2", s.d4, `x (path) tier 1 t1 200000 open 0 settled 0 SPLIT ISSUE 03-03..03-06
  d tier 1 t1 150000 open 0 settled 0 TRANSFERRED SPLIT 03-03..03-08
    d2 tier 2 t2 150000 open 0 settled 0 TRANSFERRED TRANSFER 03-08..03-20 recourse [FINANCING 148890 to t2 on 03-20]
      d3 (path) tier 2 factor 150000 open 0 settled 30000 TRANSFERRED FINANCE 03-20..06-10 [RECOURSE 120000 to factor on 06-10]
        d4 tier 2 t2 120000 open 120000 settled 0 ACTIVE RECOURSE 06-10.. recourse
200000 = 120000 + 30000 + 0 + 0, hidden 50000 in 1
`},
	} {
		tree, err := w.db.VoucherTree(t.Context(), traders[c.reader], c.lot)
		if err != nil {
			t.Errorf("%s: %v", c.reader, err)
			continue
		}
		if got := drawTree(tree, names); got != c.want {
			t.Errorf("%s asks for the tree of %s:\n%s\nwant\n%s", c.reader, names[c.lot], got, c.want)
		}
	}
	written, err := w.db.VoucherTree(t.Context(), all, s.y)
	if err != nil || written.Sums != (projection.VoucherSums{WrittenOff: 10_000}) {
		t.Errorf("what was written off: %+v, %v", written, err)
	}
}

// TestVoucherTreeCloses asks every reader for the tree of every voucher. Whoever is answered sees the voucher, or the path
// to one that it sees, and the sums close.
func TestVoucherTreeCloses(t *testing.T) {
	w, _ := newTrade(t)
	for reader, scope := range traders {
		mine := w.vouchers(t, scope, projection.VoucherFilter{})
		for _, lot := range w.lotsOnLedger() {
			tree, err := w.db.VoucherTree(t.Context(), scope, lot)
			if err != nil {
				if _, seen := mine[lot]; seen || ledger.ErrorCode(err) != ledger.VoucherUnknown {
					t.Errorf("%s asks for the tree of %s: %v", reader, lot, err)
				}
				continue
			}
			if sum := tree.Sums.Live + tree.Sums.Settled + tree.Sums.Cancelled + tree.Sums.WrittenOff + tree.Hidden.Amount; sum != tree.Face {
				t.Errorf("%s: the tree of %s amounts to %d of %d", reader, lot, sum, tree.Face)
			}
			found := false
			for i, n := range tree.Nodes {
				_, seen := mine[n.Voucher]
				if found = found || n.Voucher == lot; seen == n.Path {
					t.Errorf("%s: voucher %s of the tree is seen: %v, on a path only: %v", reader, n.Voucher, seen, n.Path)
				}
				if n.Path && !slices.ContainsFunc(tree.Nodes[i:], func(x projection.TreeNode) bool { return x.Parent == n.Voucher }) {
					t.Errorf("%s: the path over %s leads nowhere", reader, n.Voucher)
				}
			}
			if !found {
				t.Errorf("%s: the tree of %s does not show it", reader, lot)
			}
		}
	}
}
