package crash

import (
	"math/big"
	"slices"
	"time"

	"fundtrace/chaincode/ledger"
)

// check tests the promises I1 to I12 of vouchers on everything that the last block changed, and what lies under them: lots,
// claims, invoices, issuers and cash.
func (b *books) check() {
	trees := map[string][]*ledger.VoucherNode{}
	overdue := map[string]int{}
	issued := map[string]int64{}
	children := map[string][]*ledger.VoucherNode{}
	for _, n := range b.vouchers {
		trees[n.Root] = append(trees[n.Root], n)
		if n.Parent != "" {
			children[n.Parent] = append(children[n.Parent], n)
		} else {
			issued[n.Claim] += n.Face
		}
		if n.State == ledger.VoucherCancelled { // the claim has it back, be it a piece of what was issued
			issued[n.Claim] -= n.Face
		}
		if n.Defaulted != "" && !slices.Contains(over, n.State) {
			overdue[n.Issuer]++
		}
	}
	for root := range b.changed {
		b.checkTree(trees[root])
		for _, n := range trees[root] {
			b.checkVoucher(n)
			b.checkChildren(n, children[n.Lot])
		}
	}
	b.checkClaims(issued)
	b.checkMoney()
	for party, i := range b.issuers {
		if i.Overdue != overdue[party] {
			b.fault("%s counts %d overdue vouchers, there are %d", party, i.Overdue, overdue[party])
		}
	}
}

// checkTree is I1: what is live, was paid and was given up makes up the face of the root. And the part of I7 that holds
// for a tree: no more is paid on it than its face.
func (b *books) checkTree(tree []*ledger.VoucherNode) {
	face, live, paid, given := int64(0), int64(0), int64(0), int64(0)
	for _, n := range tree {
		if n.Parent == "" {
			face = n.Face
		}
		paid += n.Settled
		switch {
		case n.State == ledger.VoucherCancelled || n.State == ledger.VoucherWrittenOff:
			given += n.Face - n.Settled
		case !slices.Contains(over, n.State):
			live += n.Face - n.Settled
		}
	}
	if live+paid+given != face || paid > face {
		b.fault("I1: of %s with face %d, %d is live, %d paid, %d given up", tree[0].Root, face, live, paid, given)
	}
}

// checkVoucher tests what a voucher says of itself.
func (b *books) checkVoucher(n *ledger.VoucherNode) {
	// I2: one holder, in whose account the claim's movement put the lot.
	movement, k, bad := ledger.SplitLotID(n.Lot)
	m := b.movements[movement]
	if bad != nil || m == nil {
		b.fault("I2: no movement made %s", n.Lot)
		return
	}
	yields := m.Yields(movement[:20])
	if y := yields[k]; n.Holder == "" || y.Account != ledger.ClaimsAccount(n.Holder) || y.Amount != n.Face || y.Parent != n.Parent || m.Currency != n.Currency {
		b.fault("I2: %s of %d is %s's, its movement yields %+v", n.Lot, n.Face, n.Holder, y)
	}
	b.checkPending(n)
	b.checkPayments(n)
	b.checkSigners(n)
	if n.Financing != nil {
		b.checkPrice(n)
	}
	// I9: no platform holds anything.
	if slices.Contains([]string{n.Issuer, n.Holder, n.Pledgee, n.From, n.Against}, platform) || n.Pending != nil && n.Pending.To == platform {
		b.fault("I9: the platform has a part in %s", n.Lot)
	}
}

// checkPending is I6: at most one of a transfer, a financing and a pledge is open.
func (b *books) checkPending(n *ledger.VoucherNode) {
	state := n.State
	if state == ledger.VoucherFrozen {
		state = n.Before
	}
	offered, applied := state == ledger.TransferPending, state == ledger.FinancePending
	if (n.Pending != nil) != (offered || applied) || n.Pending != nil && (n.Pending.Financing != nil) != applied ||
		n.Pledgee != "" && (n.Pending != nil || state == ledger.VoucherActive || state == ledger.VoucherFinanced) || state == ledger.VoucherPledged && n.Pledgee == "" {
		b.fault("I6: %s is %s with %+v open and pledged to %q", n.Lot, n.State, n.Pending, n.Pledgee)
	}
}

// checkPayments is I7: what was settled and paid by recourse is at most the face; and each payment is a movement of money
// to whom it was due, named by one step.
func (b *books) checkPayments(n *ledger.VoucherNode) {
	settled, recourse := int64(0), int64(0)
	for i, e := range n.Events {
		if e.Cash == "" || i == 0 { // the first step of a child is the last of its parent
			continue
		}
		m := b.movements[e.Cash]
		if m == nil || m.Voucher != n.Lot || m.Amount != e.Amount || m.Date != e.Date || m.Currency != n.Currency {
			b.fault("%s: %s goes against %+v", n.Lot, e.Op, m)
			continue
		}
		from, to := b.accounts[m.From], b.accounts[m.To]
		switch e.Op {
		case ledger.VoucherPay:
			settled += m.Amount
			if m.Kind != ledger.Settlement || from.Owner != n.Issuer || to.Owner != n.Holder && to.Owner != lender(n) {
				b.fault("%s of %s held by %s was settled from %s to %s as %s", n.Lot, n.Issuer, n.Holder, from.Owner, to.Owner, m.Kind)
			}
		case ledger.VoucherRepay:
			recourse += m.Amount
			if m.Kind != ledger.Recourse || from.Owner != n.From || to.Owner != n.Holder {
				b.fault("%s passed on by %s to %s was taken back from %s to %s as %s", n.Lot, n.From, n.Holder, from.Owner, to.Owner, m.Kind)
			}
		case ledger.VoucherFund:
			if m.Kind != ledger.Financing || to.Owner != n.Holder {
				b.fault("%s held by %s was financed to %s as %s", n.Lot, n.Holder, to.Owner, m.Kind)
			}
		}
	}
	if settled != n.Settled || settled+recourse > n.Face {
		b.fault("I7: of %s with face %d, %d was settled (it says %d) and %d paid by recourse", n.Lot, n.Face, settled, n.Settled, recourse)
	}
	drawn := n.Settled
	switch n.State {
	case ledger.VoucherDivided, ledger.VoucherPassedOn:
		drawn = n.Face
	}
	if b.lots[n.Lot] != drawn {
		b.fault("of %s, %d is drawn, it is %s with %d settled", n.Lot, b.lots[n.Lot], n.State, n.Settled)
	}
}

// lender is whom the voucher secures or secured a loan of; what is paid while the pledge stands is the lender's.
func lender(n *ledger.VoucherNode) string {
	if n.Financing != nil && n.Financing.Mode == ledger.Pledge {
		return n.Financing.Funder
	}
	return ""
}

// checkSigners is I8, two persons sign an issue and the payee accepts with its own key, and I11, the cap on the term
// that was in force on the day of the issue.
func (b *books) checkSigners(n *ledger.VoucherNode) {
	if n.Issuer == n.Holder {
		b.fault("I8: %s is its issuer's own", n.Lot)
	}
	if n.Parent != "" {
		return
	}
	for _, e := range n.Events {
		switch e.Op {
		case ledger.VoucherSign:
			if e.Writer.Party != n.Issuer || n.Events[0].Writer.Party != n.Issuer || e.Writer.Name == n.Events[0].Writer.Name {
				b.fault("I8: %s was drafted by %+v and issued by %+v", n.Lot, n.Events[0].Writer, e.Writer)
			}
			if last := b.cap(n.Issued, e.Date); n.Maturity > last {
				b.fault("I11: %s issued for %s on %s matures on %s, allowed was %s", n.Lot, n.Issued, e.Date, n.Maturity, last)
			}
		case ledger.VoucherAccept:
			if e.Writer.Party != n.Holder || e.Writer.Party == n.Issuer {
				b.fault("I8: %s of %s was accepted by %+v", n.Lot, n.Holder, e.Writer)
			}
		}
	}
}

// cap is the last maturity that the rule in force on a day allows a voucher of that date of issue.
func (b *books) cap(issued, on string) string {
	day, _ := time.Parse(time.DateOnly, issued)
	versions := b.rules[ledger.RuleTerm].Versions
	for _, r := range slices.Backward(versions) {
		if r.EffectiveFrom > on {
			continue
		}
		if months, ok := r.Parameters["cap_months"]; ok {
			last := day.AddDate(0, int(months), 0)
			if last.Day() != day.Day() { // no such day in that month: its last
				last = last.AddDate(0, 0, -last.Day())
			}
			return last.Format(time.DateOnly)
		}
		return day.AddDate(0, 0, int(r.Parameters["cap_days"])).Format(time.DateOnly)
	}
	return ""
}

// checkPrice is I12: what a funder paid and what it kept make up the face; a loan is at most the face.
func (b *books) checkPrice(n *ledger.VoucherNode) {
	f := n.Financing
	m := b.movements[f.Cash]
	if m == nil || m.Kind != ledger.Financing || m.Amount != f.Net || b.accounts[m.From].Owner != f.Funder || f.Registration.Number == "" || f.Registration.Date > f.Date {
		b.fault("I12: %s was financed by %+v with %+v", n.Lot, f, m)
		return
	}
	if f.Mode == ledger.Pledge {
		if f.Net > n.Face {
			b.fault("I12: %s of %d secures a loan of %d", n.Lot, n.Face, f.Net)
		}
		return
	}
	year := int64(360)
	if f.DayCount == ledger.Actual365 {
		year = 365
	}
	// face × rate × days / year, rounded half up: the floor of the exact fraction plus one half.
	exact := big.NewRat(f.RatePPM, 1_000_000)
	exact.Mul(exact, big.NewRat(n.Face, 1)).Mul(exact, big.NewRat(f.Days, year)).Add(exact, big.NewRat(1, 2))
	discount := new(big.Int).Div(exact.Num(), exact.Denom()).Int64()
	if n.Parent != "" && n.Via == "FINANCE" && (f.Discount != discount || f.Net+f.Discount != n.Face || n.Holder != f.Funder) {
		b.fault("I12: %s of %d was sold for %d at a discount of %d, it should be %d", n.Lot, n.Face, f.Net, f.Discount, discount)
	}
}

// checkChildren tests what a consumed voucher became: I1 node by node, and I4, that its terms go on.
func (b *books) checkChildren(n *ledger.VoucherNode, children []*ledger.VoucherNode) {
	sum := int64(0)
	for _, c := range children {
		sum += c.Face
		if c.Maturity != n.Maturity || c.Issuer != n.Issuer || c.Currency != n.Currency || c.Claim != n.Claim || c.Root != n.Root || c.Issued != n.Issued {
			b.fault("I4: %s has other terms than %s, of which it comes", c.Lot, n.Lot)
		}
		who, tier, depth := n.Holder, n.Tier, n.Depth
		switch c.Events[0].Op {
		case ledger.VoucherDivide:
			depth++
		case ledger.VoucherTake:
			who, tier = c.Holder, tier+1
			if c.From != n.Holder || c.FromLot != n.Lot {
				b.fault("%s was taken from %s and says from %s", c.Lot, n.Holder, c.From)
			}
		case ledger.VoucherFund:
			who = c.Financing.Funder
		case ledger.VoucherRepay: // who passed it on stands where it stood before
			former := b.vouchers[n.FromLot]
			who, tier = former.Holder, former.Tier
		}
		if c.Holder != who || c.Tier != tier || c.Depth != depth {
			b.fault("%s of %s at tier %d, depth %d comes by %s of %s of %s at tier %d, depth %d", c.Lot, c.Holder, c.Tier, c.Depth, c.Events[0].Op, n.Lot, n.Holder, n.Tier, n.Depth)
		}
	}
	switch n.State {
	case ledger.VoucherDivided, ledger.VoucherPassedOn:
		if sum != n.Face-n.Settled {
			b.fault("I1: %s of %d with %d settled went on as %d", n.Lot, n.Face, n.Settled, sum)
		}
	default:
		if len(children) > 0 {
			b.fault("%s is %s and has %d children", n.Lot, n.State, len(children))
		}
	}
}

// checkClaims is I5: vouchers make up at most their claim, claims and reservations at most the invoice. issued is the
// face of what was issued on each claim and not cancelled.
func (b *books) checkClaims(issued map[string]int64) {
	used := map[string]int64{}
	for id, c := range b.claims {
		if b.lots[c.Lot] != issued[id] || issued[id] > c.Amount || issued[id] > 0 && c.Confirmed == nil || issued[id] > 0 && c.Cancelled != nil {
			b.fault("I5: claim %s of %d: %d issued, %d drawn, confirmed %v, cancelled %v", id, c.Amount, issued[id], b.lots[c.Lot], c.Confirmed, c.Cancelled)
		}
		if c.Cancelled == nil {
			for _, u := range c.Invoices {
				used[u.Fingerprint] += u.Amount
			}
		}
	}
	for fingerprint, i := range b.invoices {
		for _, r := range i.Reservations {
			if r.State != ledger.Released {
				used[fingerprint] += r.Amount
			}
		}
		if b.lots[i.Lot] != used[fingerprint] || used[fingerprint] > i.Amount {
			b.fault("I5: invoice %s of %d: %d used, %d drawn", fingerprint, i.Amount, used[fingerprint], b.lots[i.Lot])
		}
	}
}

// checkMoney tests cash: nothing is drawn beyond what there is, each payment against a voucher is named by one of its
// steps, and no account is the platform's (I9).
func (b *books) checkMoney() {
	drawn, sizes := map[string]int64{}, map[string]int64{}
	for id, m := range b.movements {
		for _, y := range m.Yields(id[:20]) {
			sizes[y.Lot] = y.Amount
		}
		for _, d := range m.Draws {
			drawn[d.Lot] += d.Amount
		}
		switch m.Kind {
		case ledger.Financing, ledger.Settlement, ledger.Recourse:
			n, named := b.vouchers[m.Voucher], 0
			for i, e := range n.Events {
				if e.Cash == id && i > 0 {
					named++
				}
			}
			if named != 1 {
				b.fault("the payment %s is named by %d steps of %s", id, named, m.Voucher)
			}
		}
	}
	for lot, sum := range drawn {
		if sum != b.lots[lot] || sum > sizes[lot] {
			b.fault("of lot %s with %d, movements draw %d, it says %d", lot, sizes[lot], sum, b.lots[lot])
		}
	}
	for id, a := range b.accounts {
		if a.Owner == platform {
			b.fault("I9: %s is the platform's", id)
		}
	}
}
