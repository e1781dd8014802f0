package projection

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"fundtrace/gateway/trace"
)

// Paths answers how vouchers came from their issuers to those who held them last. Who has a part in one of the vouchers
// of a path sees that one and those above it; money that others were paid stays theirs.
func (f *Forest) Paths(ctx context.Context, vouchers []string) ([]trace.Path, error) {
	leaves, err := f.leaves(ctx, vouchers)
	if err != nil {
		return nil, err
	}
	up := map[int64][]int64{} // leaf → path, root first
	var refs []trace.Ref
	q := &query{text: `WITH RECURSIVE up (leaf, ref, parent) AS (
  SELECT ref, ref, parent FROM voucher WHERE ref IN (SELECT value FROM json_each(?))
  UNION ALL SELECT up.leaf, w.ref, w.parent FROM up JOIN voucher w ON w.ref = up.parent)
SELECT leaf, ref FROM up ORDER BY leaf, ref`, args: []any{list(leaves)}}
	if _, err := collect(ctx, f.tx, q, func(r *sql.Rows) (struct{}, error) {
		var leaf, ref int64
		err := r.Scan(&leaf, &ref)
		up[leaf] = append(up[leaf], ref)
		refs = append(refs, trace.Ref(ref))
		return struct{}{}, err
	}); err != nil {
		return nil, err
	}
	nodes, names, err := f.holders(ctx, refs)
	if err != nil {
		return nil, err
	}
	paid, err := f.scope.paymentsFor(ctx, f.tx, "m.voucher IN (SELECT value FROM json_each(?))", list(refs))
	if err != nil {
		return nil, err
	}
	out := make([]trace.Path, 0, len(leaves))
	for _, leaf := range leaves {
		if path := up[int64(leaf)]; path != nil {
			out = append(out, f.path(path, nodes, names, paid))
		}
	}
	return out, nil
}

// leaves answers the references of vouchers.
func (f *Forest) leaves(ctx context.Context, vouchers []string) ([]trace.Ref, error) {
	entries := map[string]int64{}
	ids := make([]string, len(vouchers))
	places := make([]drawn, len(vouchers))
	for i, v := range vouchers {
		var err error
		if places[i], err = splitLot(v); err != nil {
			return nil, err
		}
		ids[i] = places[i].entry
	}
	text, err := json.Marshal(ids)
	if err != nil {
		return nil, fmt.Errorf("encode identifiers: %w", err)
	}
	if _, err := collect(ctx, f.tx, &query{text: "SELECT id, ref FROM entry WHERE id IN (SELECT value FROM json_each(?))", args: []any{string(text)}},
		func(r *sql.Rows) (struct{}, error) {
			var id string
			var ref int64
			err := r.Scan(&id, &ref)
			entries[id] = ref
			return struct{}{}, err
		}); err != nil {
		return nil, err
	}
	refs := make([]trace.Ref, len(vouchers))
	for i, p := range places {
		refs[i] = trace.Ref(lotRef(movementRef(entries[p.entry], p.n), p.k))
	}
	return refs, nil
}

// holders reads vouchers, and the names of those who hold and issued them.
func (f *Forest) holders(ctx context.Context, refs []trace.Ref) (map[int64]*treeNode, map[string]string, error) {
	found, err := f.scope.nodes(ctx, f.tx, "v.ref IN (SELECT value FROM json_each(?))", list(refs))
	if err != nil {
		return nil, nil, err
	}
	nodes := make(map[int64]*treeNode, len(found))
	var parties []string
	for i := range found {
		nodes[found[i].ref] = &found[i]
		parties = append(parties, found[i].Holder, found[i].Issuer)
	}
	names, err := namesOf(ctx, f.tx, parties)
	return nodes, names, err
}

// path puts one path together. What the reader sees is a beginning of it: down to the last voucher in which it has a part.
func (f *Forest) path(refs []int64, nodes map[int64]*treeNode, names map[string]string, paid map[int64][]VoucherPayment) trace.Path {
	leaf := nodes[refs[len(refs)-1]]
	p := trace.Path{Voucher: leaf.Lot, Root: leaf.Root, Holdings: make([]trace.Holding, len(refs))}
	shown := false
	for i, ref := range slices.Backward(refs) {
		n, h := nodes[ref], &p.Holdings[i]
		h.Made = n.made
		if shown = shown || n.seen; !shown {
			h.Hidden = true
			continue
		}
		p.Issuer, p.IssuerName = n.Issuer, names[n.Issuer]
		h.Voucher, h.Tier, h.Party, h.Name, h.Acquired = n.Lot, n.Tier, n.Holder, names[n.Holder], n.Acquired
		for _, c := range toldOf(f.scope, n.told, paid[ref]) {
			h.Cash = append(h.Cash, trace.Cash{Movement: c.Movement, Kind: c.Kind, Payee: c.Payee, PayeeName: c.PayeeName, Date: c.Date})
		}
	}
	if !shown {
		p.Root = ""
	}
	return p
}
