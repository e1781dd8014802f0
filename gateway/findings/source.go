package findings

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"fundtrace/chaincode/ledger"
)

// Source holds what the rules look at: what one reader may see of the read model, in any order.
type Source interface {
	// Vouchers answers every voucher, with its events.
	Vouchers(ctx context.Context) iter.Seq2[*ledger.VoucherNode, error]
	Claims(ctx context.Context) iter.Seq2[*ledger.Claim, error]
	Invoices(ctx context.Context) iter.Seq2[*ledger.Invoice, error]
	// Parties answers the present version of every party.
	Parties(ctx context.Context) iter.Seq2[*ledger.Party, error]
	// Registered answers the day in China on which a party was first registered, empty where that is not known.
	Registered(ctx context.Context, party string) (string, error)
	// Calendars answers the bank calendars, by year.
	Calendars(ctx context.Context) (map[int]*ledger.Calendar, error)
	// Whole reports whether the reader sees every voucher and claim there is.
	Whole() bool
}

// world is what a source holds, in an order of its own, as it stood at the end of a day.
type world struct {
	ctx       context.Context
	src       Source
	asOf      string
	nodes     []*ledger.VoucherNode // by lot
	byLot     map[string]*ledger.VoucherNode
	roots     []*ledger.VoucherNode            // issued vouchers, by lot
	trees     map[string][]*ledger.VoucherNode // by root; each by lot
	claims    []*ledger.Claim                  // by identifier
	claimByID map[string]*ledger.Claim
	invoices  []*ledger.Invoice // by fingerprint
	parties   map[string]*ledger.Party
	calendars map[int]*ledger.Calendar
	scanned   Scanned
	failed    error // of the source, met while a rule asked it
}

// read takes everything out of the source.
func read(ctx context.Context, src Source, asOf string, most int) (*world, error) {
	w := &world{ctx: ctx, src: src, asOf: asOf, byLot: map[string]*ledger.VoucherNode{}, trees: map[string][]*ledger.VoucherNode{},
		claimByID: map[string]*ledger.Claim{}, parties: map[string]*ledger.Party{}}
	var err error
	if w.calendars, err = src.Calendars(ctx); err != nil {
		return nil, err
	}
	if w.nodes, err = gather(ctx, src.Vouchers(ctx), most, "vouchers"); err != nil {
		return nil, err
	}
	if w.claims, err = gather(ctx, src.Claims(ctx), most, "claims"); err != nil {
		return nil, err
	}
	if w.invoices, err = gather(ctx, src.Invoices(ctx), most, "invoices"); err != nil {
		return nil, err
	}
	parties, err := gather(ctx, src.Parties(ctx), most, "parties")
	if err != nil {
		return nil, err
	}
	w.scanned = Scanned{len(w.nodes), len(w.claims), len(w.invoices), len(parties)}
	for _, p := range parties {
		w.parties[p.ID] = p
	}
	slices.SortFunc(w.claims, func(a, b *ledger.Claim) int { return cmp.Compare(a.ID, b.ID) })
	for _, c := range w.claims {
		w.claimByID[c.ID] = c
	}
	slices.SortFunc(w.invoices, func(a, b *ledger.Invoice) int { return cmp.Compare(a.Fingerprint, b.Fingerprint) })
	w.plant()
	return w, nil
}

// plant keeps the vouchers that existed on the day and arranges them in trees.
func (w *world) plant() {
	then := w.nodes[:0]
	for _, n := range w.nodes {
		if n = stood(n, w.asOf); n != nil {
			then = append(then, n)
		}
	}
	w.nodes = then
	slices.SortFunc(w.nodes, func(a, b *ledger.VoucherNode) int { return cmp.Compare(a.Lot, b.Lot) })
	for _, n := range w.nodes {
		w.byLot[n.Lot] = n
		w.trees[n.Root] = append(w.trees[n.Root], n)
		if n.Lot == n.Root && n.State != ledger.VoucherDrafted {
			w.roots = append(w.roots, n)
		}
	}
}

func gather[T any](ctx context.Context, rows iter.Seq2[*T, error], most int, what string) ([]*T, error) {
	var out []*T
	for row, err := range rows {
		if err != nil {
			return nil, err
		}
		if len(out) == most {
			return nil, ledger.Refuse(ledger.TooLarge, "there are more than "+number(int64(most))+" "+what+" to look at: ask as a party that sees fewer", "most", number(int64(most)))
		}
		if len(out)%256 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		out = append(out, row)
	}
	return out, ctx.Err()
}

// each goes through a list until the context ends.
func each[T any](w *world, list []T) iter.Seq[T] {
	return func(yield func(T) bool) {
		for i, v := range list {
			if i%256 == 0 && w.ctx.Err() != nil || !yield(v) {
				return
			}
		}
	}
}

// registered asks the source since when a party is registered; a failure ends the evaluation.
func (w *world) registered(party string) string {
	day, err := w.src.Registered(w.ctx, party)
	if err != nil {
		w.failed = cmp.Or(w.failed, err)
	}
	return day
}

// group answers the party at the top of a party's group, as far up as the parties say; the party itself where it has none.
func (w *world) group(party string) string {
	for range 10 { // whoever names each other as top has none
		p := w.parties[party]
		if p == nil || p.Group == "" || p.Group == party {
			break
		}
		party = p.Group
	}
	return party
}
