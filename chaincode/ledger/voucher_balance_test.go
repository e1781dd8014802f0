package ledger_test

import (
	"math/big"
	"slices"

	. "fundtrace/chaincode/ledger"
)

// checkBirth: a node repeats its parent's terms (I4) and says truly how its holder came by it; what a sale paid is the face
// less the discount (I12).
func (o *oracle) checkBirth(n *VoucherNode) {
	if n.Parent == "" {
		c := o.claims[n.Claim]
		if c.Confirmed == nil || c.Cancelled != nil || n.Issuer != c.Debtor || n.Holder != c.Creditor || n.Currency != c.Currency {
			o.Fatalf("I5: %s stands on claim %+v", n.Lot, c)
		}
		return
	}
	p := o.nodes[n.Parent]
	terms := func(v *VoucherNode) [6]string {
		return [6]string{v.Root, v.Claim, v.Issuer, v.Currency, v.Issued, v.Maturity}
	}
	if terms(p) != terms(n) || p.Defaulted != n.Defaulted {
		o.Fatalf("I4: %s is %v, its parent %v", n.Lot, terms(n), terms(p))
	}
	switch e := p.Events[len(p.Events)-1]; e.Op {
	case VoucherDivide:
		if n.Holder != p.Holder || n.Depth != p.Depth+1 || n.Tier != p.Tier || n.Via != p.Via || n.FromLot != p.FromLot || n.Recourse != p.Recourse {
			o.Fatalf("%s is a piece of %s", n.Lot, p.Lot)
		}
	case VoucherTake:
		if n.Via != "TRANSFER" || n.From != p.Holder || n.FromLot != p.Lot || n.Tier != p.Tier+1 || n.Depth != p.Depth {
			o.Fatalf("%s was taken from %s", n.Lot, p.Lot)
		}
	case VoucherFund:
		f := n.Financing
		if n.Via != "FINANCE" || n.From != p.Holder || n.FromLot != p.Lot || f == nil || f.Mode != Sale || f.Net+f.Discount != n.Face || f.Net != o.moves[f.Cash].Amount {
			o.Fatalf("I12: %s of %d was bought for %+v", n.Lot, n.Face, f)
		}
	case VoucherRepay:
		f := o.nodes[p.FromLot]
		if n.Holder != f.Holder || p.From != f.Holder || !p.Recourse || n.Via != f.Via || n.From != f.From || n.FromLot != f.FromLot || n.Recourse != f.Recourse ||
			n.Tier != f.Tier || p.Defaulted == "" || o.moves[e.Cash].Amount != n.Face {
			o.Fatalf("%s came back from %s to where it was %s", n.Lot, p.Lot, p.FromLot)
		}
	default:
		o.Fatalf("%s came of %s by %s", n.Lot, p.Lot, e.Op)
	}
}

// checkTrees: what a root is worth is what its leaves are worth and what was settled on the way (I1), node by node and over
// the whole tree.
func (o *oracle) checkTrees() {
	leaves := map[string]*big.Int{}
	lots := 0
	for _, m := range o.moves {
		if m.Kind.OfClaims() && m.To != "" {
			lots += max(1, len(m.Draws))
		}
	}
	if lots != len(o.nodes) {
		o.Fatalf("I2: %d claim lots, %d vouchers", lots, len(o.nodes))
	}
	for lot, n := range o.nodes {
		if leaves[n.Root] == nil {
			leaves[n.Root] = new(big.Int)
		}
		consumed := n.State == VoucherDivided || n.State == VoucherPassedOn
		if consumed != (len(o.children[lot]) > 0) {
			o.Fatalf("I1: %s is %s with %d children", lot, n.State, len(o.children[lot]))
		}
		if !consumed {
			leaves[n.Root].Add(leaves[n.Root], big.NewInt(n.Face))
			if drawn := o.drawn[lot]; drawn != n.Settled {
				o.Fatalf("I1: %d is drawn of live %s, %d settled", drawn, lot, n.Settled)
			}
			continue
		}
		leaves[n.Root].Add(leaves[n.Root], big.NewInt(n.Settled))
		parts := sum(n.Settled)
		for _, c := range o.children[lot] {
			parts.Add(parts, big.NewInt(c.Face))
		}
		if parts.Cmp(big.NewInt(n.Face)) != 0 || o.drawn[lot] != n.Face {
			o.Fatalf("I1: %s of %d went on as %v, drawn %d", lot, n.Face, parts, o.drawn[lot])
		}
	}
	for root, v := range leaves {
		if v.Cmp(big.NewInt(o.nodes[root].Face)) != 0 {
			o.Fatalf("I1: root %s of %d, its leaves %v", root, o.nodes[root].Face, v)
		}
	}
}

// checkClaims: vouchers never exceed a confirmed claim, claims and reservations never an invoice (I5); a cancelled voucher
// gives its face back, and nothing else does.
func (o *oracle) checkClaims() {
	used, stood := map[string]int64{}, map[string]int64{}
	for _, n := range o.nodes {
		if n.Parent == "" {
			used[n.Claim] += n.Face
		}
		if n.State == VoucherCancelled {
			used[n.Claim] -= n.Face
		}
	}
	for id, c := range o.claims {
		if o.drawn[c.Lot] != used[id] || used[id] > c.Amount || used[id] < 0 || used[id] > 0 && (c.Confirmed == nil || c.Cancelled != nil) {
			o.Fatalf("I5: claim %s of %d: %d drawn, %d stand on it, %+v", id, c.Amount, o.drawn[c.Lot], used[id], c)
		}
		for _, u := range c.Invoices {
			if c.Cancelled == nil {
				stood[u.Fingerprint] += u.Amount
			}
		}
	}
	for fingerprint, i := range o.invoices {
		for _, r := range i.Reservations {
			if r.State != Released {
				stood[fingerprint] += r.Amount
			}
		}
		if v := stood[fingerprint]; o.drawn[i.Lot] != v || v > i.Amount || v > 0 && i.Cancelled != nil {
			o.Fatalf("I5: invoice %s of %d: %d drawn, %d used", fingerprint, i.Amount, o.drawn[i.Lot], v)
		}
	}
}

// checkPayments: each payment against a voucher served one step, came from who had to pay and went to who had to be paid;
// settlement and recourse of a node never exceed its face (I7); late payments bear the interest that they should.
func (o *oracle) checkPayments() {
	served := map[string]int{}
	for _, n := range o.nodes {
		paid, settled := new(big.Int), new(big.Int)
		for _, e := range n.Events {
			if e.Cash == "" || e.Seq == 1 { // a child's first event repeats its parent's last
				continue
			}
			served[e.Cash]++
			m := o.moves[e.Cash]
			from, to := o.accounts[m.From].Owner, o.accounts[m.To].Owner
			if m.Voucher != n.Lot || from == to {
				o.Fatalf("%s: %s pays for %s", n.Lot, e.Cash, m.Voucher)
			}
			good := false
			switch e.Op {
			case VoucherFund:
				good = m.Kind == Financing && to == n.Holder && o.parties[from].Licence != nil && e.Amount <= n.Face
			case VoucherPay:
				good = m.Kind == Settlement && from == n.Issuer
				settled.Add(settled, big.NewInt(e.Amount))
				paid.Add(paid, big.NewInt(e.Amount))
			case VoucherRepay:
				good = m.Kind == Recourse && from == n.Against && to == n.Holder
				paid.Add(paid, big.NewInt(e.Amount))
			}
			if !good {
				o.Fatalf("%s: %s paid by %s to %s", n.Lot, e.Op, from, to)
			}
		}
		if paid.Cmp(big.NewInt(n.Face)) > 0 || settled.Cmp(big.NewInt(n.Settled)) != 0 {
			o.Fatalf("I7: %s of %d was paid %v, settled %d", n.Lot, n.Face, paid, n.Settled)
		}
		o.checkInterest(n)
	}
	for id, m := range o.moves {
		if (m.Voucher != "") != (served[id] == 1) || served[id] > 1 {
			o.Fatalf("payment %s for %q served %d steps", id, m.Voucher, served[id])
		}
	}
}

// checkInterest recomputes a node's interest: on what was open, from the due date or the last late payment, to the payment.
func (o *oracle) checkInterest(n *VoucherNode) {
	since := ""
	for v := n; v.Events[0].Op == VoucherRepay; {
		v = o.nodes[v.Parent]
		for _, e := range v.Events {
			if e.Op == VoucherPay && e.DaysLate > 0 {
				since = max(since, e.Date)
			}
		}
	}
	open, total := n.Face, int64(0)
	for _, e := range n.Events {
		if e.Op != VoucherPay {
			continue
		}
		if e.Date > n.Due {
			since = max(since, n.Due)
			exact := new(big.Rat).Mul(big.NewRat(open*Days(since, e.Date), 1), big.NewRat(500, 1_000_000))
			off := exact.Sub(exact, new(big.Rat).SetInt64(e.Interest))
			if off.Cmp(big.NewRat(1, 2)) >= 0 || off.Cmp(big.NewRat(-1, 2)) < 0 || e.DaysLate != Days(n.Due, e.Date) {
				o.Fatalf("%s: %d interest on %d since %s: %v off", n.Lot, e.Interest, open, since, off)
			}
			since = e.Date
		}
		open, total = open-e.Amount, total+e.Interest
	}
	if total != n.Interest {
		o.Fatalf("%s: interest %d, its events say %d", n.Lot, n.Interest, total)
	}
}

// checkIssuers: an issuer's overdue count is its defaulted vouchers that live, and a loss leaves its flag.
func (o *oracle) checkIssuers() {
	overdue, lost := map[string]int{}, map[string]bool{}
	for _, n := range o.nodes {
		if n.Defaulted != "" && !n.State.Over() {
			overdue[n.Issuer]++
		}
		lost[n.Issuer] = lost[n.Issuer] || n.State == VoucherWrittenOff
	}
	for _, party := range []string{e1, e2} {
		if i := o.issuers[party]; i.Overdue != overdue[party] || lost[party] != slices.Contains(i.Flags, "WRITTEN_OFF") {
			o.Fatalf("issuer %s: %+v, %d defaulted vouchers live, lost %v", party, i, overdue[party], lost[party])
		}
	}
}
