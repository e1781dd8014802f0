package projection

import (
	"context"
	"database/sql"
	"fmt"

	"fundtrace/chaincode/ledger"
)

// VoucherTree is everything that one issue grew into, as far as the reader may see it. Who has a part in some of its
// vouchers sees those, and the path from the root down to them without what others agreed on. Always:
//
//	face = live + settled + cancelled + written off + hidden amount
type VoucherTree struct {
	Root       string         `json:"root"`
	Claim      string         `json:"claim"`
	Issuer     string         `json:"issuer"`
	IssuerName string         `json:"issuer_name,omitempty"`
	Currency   string         `json:"currency"`
	Issued     string         `json:"issued"`
	Maturity   string         `json:"maturity"`
	Face       int64          `json:"face,string"` // minor units, as all amounts
	Sums       VoucherSums    `json:"sums"`
	Hidden     HiddenVouchers `json:"hidden"`
	Nodes      []TreeNode     `json:"nodes"` // each before its children, siblings in the order of the ledger
	// Truncated says that the tree has more than MaxTreeNodes vouchers to show. Sums are over all of them all the same.
	Truncated bool `json:"truncated"`
}

// MaxTreeNodes is how many vouchers of a tree are listed.
const MaxTreeNodes = 5000

// VoucherSums is where the face of an issue is.
type VoucherSums struct {
	Live       int64 `json:"live,string"`        // open with somebody
	Settled    int64 `json:"settled,string"`     // paid by the issuer
	Cancelled  int64 `json:"cancelled,string"`   // given back to the claim
	WrittenOff int64 `json:"written_off,string"` // given up
}

// HiddenVouchers is what the reader may not see of a tree, as one closed figure.
type HiddenVouchers struct {
	Nodes  int64 `json:"nodes"`
	Amount int64 `json:"amount,string"` // minor units
}

// TreeNode is one voucher of a tree.
type TreeNode struct {
	Voucher    string              `json:"voucher"`
	Parent     string              `json:"parent,omitempty"`
	Depth      int                 `json:"depth"`          // 0 for the root
	Path       bool                `json:"path,omitempty"` // shown only because it leads to what the reader has a part in
	Tier       int                 `json:"tier"`
	Holder     string              `json:"holder"`
	HolderName string              `json:"holder_name,omitempty"`
	Pledgee    string              `json:"pledgee,omitempty"`
	Face       int64               `json:"face,string"`
	Open       int64               `json:"open,string"`
	Settled    int64               `json:"settled,string"`
	State      ledger.VoucherState `json:"state"`
	Via        string              `json:"via"`            // how the holder came by it: ISSUE, TRANSFER, FINANCE, RECOURSE
	Made       ledger.Kind         `json:"made"`           // the movement that yielded it
	From       string              `json:"from,omitempty"` // from whom
	FromName   string              `json:"from_name,omitempty"`
	Recourse   bool                `json:"recourse,omitempty"`
	Acquired   string              `json:"acquired,omitempty"` // day on which the holder came by it
	Left       string              `json:"left,omitempty"`     // day on which it was divided, passed on, settled or ended
	Cash       []VoucherPayment    `json:"cash"`               // money paid against it, oldest first
}

// VoucherTree answers the tree that a voucher belongs to. Errors: VOUCHER_UNKNOWN, also where the tree that the reader is
// shown does not hold the voucher.
func (db *DB) VoucherTree(ctx context.Context, s Scope, lot string) (*VoucherTree, error) {
	snapshot, err := db.reader.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, fmt.Errorf("open a snapshot of the read model: %w", err)
	}
	defer func() { _ = snapshot.Rollback() }() // it has only read
	nodes, err := s.treeOf(ctx, snapshot, lot)
	if err != nil {
		return nil, err
	}
	at := -1
	for i := range nodes {
		if nodes[i].Lot == lot && (nodes[i].seen || nodes[i].path) {
			at = i
		}
	}
	if at < 0 {
		return nil, unknown(ledger.VoucherUnknown, "voucher", lot)
	}
	root := &nodes[0]
	paid, err := s.paymentsFor(ctx, snapshot, "m.voucher IN (SELECT ref FROM voucher WHERE root = ?)", root.ref)
	if err != nil {
		return nil, err
	}
	parties := []string{root.Issuer}
	for i := range nodes {
		if nodes[i].seen || nodes[i].path {
			parties = append(parties, nodes[i].Holder, nodes[i].From)
		}
	}
	names, err := namesOf(ctx, snapshot, parties)
	if err != nil {
		return nil, err
	}
	t := &VoucherTree{Root: root.Lot, Claim: root.Claim, Issuer: root.Issuer, IssuerName: names[root.Issuer], Currency: root.Currency,
		Issued: root.Issued, Maturity: root.Maturity, Face: root.Face, Nodes: []TreeNode{}}
	t.sum(nodes)
	if got := t.Sums.Live + t.Sums.Settled + t.Sums.Cancelled + t.Sums.WrittenOff + t.Hidden.Amount; got != t.Face {
		return nil, fmt.Errorf("the record contradicts itself: the vouchers of %s amount to %d, it was issued for %d", t.Root, got, t.Face)
	}
	t.list(s, nodes, paid, names)
	return t, nil
}

// treeNode is a voucher of a tree while the tree is put together.
type treeNode struct {
	Voucher
	made     ledger.Kind
	above    int64 // voucher.ref of the parent, 0 for the root
	seen     bool  // the reader has a part in it
	path     bool  // it leads to one in which the reader has
	children []int
}

// treeOf reads the tree of a voucher, parents before children, and marks what the reader is shown.
func (s Scope) treeOf(ctx context.Context, from rows, lot string) ([]treeNode, error) {
	d, err := splitLot(lot)
	if err != nil {
		return nil, unknown(ledger.VoucherUnknown, "voucher", lot)
	}
	nodes, err := s.nodes(ctx, from, "v.root = (SELECT root FROM voucher WHERE ref = ((SELECT ref FROM entry WHERE id = ?) << 20 | ?) << 9 | ?)", d.entry, d.n, d.k)
	if err != nil {
		return nil, err
	}
	if len(nodes) == 0 {
		return nil, unknown(ledger.VoucherUnknown, "voucher", lot)
	}
	at := make(map[int64]int, len(nodes))
	for i := range nodes {
		at[nodes[i].ref] = i
		if above, ok := at[nodes[i].above]; ok {
			nodes[above].children = append(nodes[above].children, i)
		}
	}
	for i := len(nodes) - 1; i > 0; i-- { // children stand behind their parents
		if n := &nodes[i]; n.seen || n.path {
			if above := &nodes[at[n.above]]; !above.seen {
				above.path = true
			}
		}
	}
	return nodes, nil
}

// nodes reads vouchers, parents before children, with what the reader has a part in.
func (s Scope) nodes(ctx context.Context, from rows, where string, args ...any) ([]treeNode, error) {
	told, a := s.terms()
	seen, b := s.vouchers()
	q := &query{text: "SELECT " + voucherColumns + ", " + told + " IS TRUE, v.made, coalesce(v.parent, 0), " + seen + " IS TRUE" + voucherTables,
		args: append(append([]any{}, a...), b...)}
	q.where(where, args...)
	q.text, q.cond = q.String()+" ORDER BY v.ref", nil
	return collect(ctx, from, q, func(r *sql.Rows) (treeNode, error) {
		var n treeNode
		var err error
		n.Voucher, err = scanVoucherAnd(r, &n.made, &n.above, &n.seen)
		return n, err
	})
}

// sum adds up what stays at each voucher: whatever did not go on to the vouchers that came of it.
func (t *VoucherTree) sum(nodes []treeNode) {
	for i := range nodes {
		n := &nodes[i]
		var here VoucherSums
		here.Live, here.Settled = n.Unpaid, n.Settled
		switch n.State {
		case ledger.VoucherCancelled:
			here.Cancelled = n.Face - n.Settled
		case ledger.VoucherWrittenOff:
			here.WrittenOff = n.Face - n.Settled
		}
		if n.seen || n.path {
			t.Sums.Live += here.Live
			t.Sums.Settled += here.Settled
			t.Sums.Cancelled += here.Cancelled
			t.Sums.WrittenOff += here.WrittenOff
		} else {
			t.Hidden.Nodes++
			t.Hidden.Amount += here.Live + here.Settled + here.Cancelled + here.WrittenOff
		}
	}
}

// list shows the vouchers from the root down.
func (t *VoucherTree) list(s Scope, nodes []treeNode, paid map[int64][]VoucherPayment, names map[string]string) {
	type place struct{ node, depth int }
	open := []place{{0, 0}}
	for len(open) > 0 {
		p := open[len(open)-1]
		open = open[:len(open)-1]
		n := &nodes[p.node]
		if !n.seen && !n.path { // nothing below is shown either: what is shown has its path shown
			continue
		}
		if len(t.Nodes) == MaxTreeNodes {
			t.Truncated = true
			return
		}
		t.Nodes = append(t.Nodes, TreeNode{Voucher: n.Lot, Parent: n.Parent, Depth: p.depth, Path: !n.seen, Tier: n.Tier, Holder: n.Holder,
			HolderName: names[n.Holder], Pledgee: n.Pledgee, Face: n.Face, Open: n.Unpaid, Settled: n.Settled, State: n.State, Via: n.Via, Made: n.made,
			From: n.From, FromName: names[n.From], Recourse: n.Recourse, Acquired: n.Acquired, Left: n.Left, Cash: toldOf(s, n.told, paid[n.ref])})
		for i := len(n.children) - 1; i >= 0; i-- {
			open = append(open, place{n.children[i], p.depth + 1})
		}
	}
}
