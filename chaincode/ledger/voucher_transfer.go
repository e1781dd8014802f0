package ledger

// split divides the voucher into pieces of the same holder. Errors: SPLIT_UNBALANCED, SPLIT_LIMIT, VOUCHER_MATURED.
func (c *voucherChange) split() error {
	if err := c.notMatured(); err != nil {
		return err
	}
	sum, draws := int64(0), make([]Draw, len(c.step.Pieces))
	for k, p := range c.step.Pieces {
		if err := checkAmount("voucher_step.pieces.amount", p.Amount); err != nil {
			return err
		}
		if more, ok := plus(sum, p.Amount); !ok || more > c.now.Face {
			return c.unbalanced(sum, true)
		}
		sum += p.Amount
		draws[k] = Draw{Lot: c.now.Lot, Amount: p.Amount}
	}
	if sum != c.now.Face {
		return c.unbalanced(sum, false)
	}
	if n := len(draws); n < 2 || n > MaxDraws {
		return tooMany(MaxDraws)
	}
	rule, err := c.rule(RuleSplit, c.event.Date)
	if err != nil {
		return err
	}
	if err := c.obey(RuleSplit, c.event.Date, rule.tooFine(c.now, draws)); err != nil {
		return err
	}
	if err := c.passOn(Movement{Kind: VoucherSplit, To: ClaimsAccount(c.now.Holder), Draws: draws}); err != nil {
		return err
	}
	for k := range draws {
		child := c.child(k, draws[k].Amount, VoucherActive)
		child.Depth++
		c.putVoucher(child)
	}
	return nil
}

// tooFine is the breach of the rule's limits by a split into these pieces, if any.
func (r *Rule) tooFine(of *VoucherNode, pieces []Draw) *Error {
	if most, ok := r.Parameters["most_pieces"]; ok && int64(len(pieces)) > most {
		return tooMany(most)
	}
	if deepest, ok := r.Parameters["most_depth"]; ok && int64(of.Depth) >= deepest {
		return Refuse(SplitLimit, "the voucher has been split "+amount(int64(of.Depth))+" times over, the most there can be", "most", amount(deepest))
	}
	if least, ok := r.Parameters["least_fen"]; ok {
		for _, p := range pieces {
			if p.Amount < least {
				return Refuse(SplitLimit, "a piece of "+amount(p.Amount)+" is smaller than the least, "+amount(least), "least", amount(least))
			}
		}
	}
	return nil
}

func tooMany(most int64) *Error {
	return Refuse(SplitLimit, "a voucher is split into 2 to "+amount(most)+" pieces", "most", amount(most))
}

// unbalanced is the one breach of S-SPL-01 that no mode of the rule softens: lots conserve value.
func (c *voucherChange) unbalanced(sum int64, more bool) *Error {
	so := map[bool]string{true: "more than "}[more]
	return Refuse(SplitUnbalanced, "the pieces add up to "+so+amount(sum)+", the voucher is "+amount(c.now.Face)+": make them equal",
		"pieces", amount(sum), "face", amount(c.now.Face), "rule", RuleSplit)
}

// child makes the k-th voucher that this step's movement yields. It is the holder's, as the parent was.
func (c *voucherChange) child(k int, face int64, state VoucherState) *VoucherNode {
	n := *c.now
	n.Lot, n.Parent, n.Face, n.Settled, n.State = LotID(MovementID(c.entry, c.n), k), c.now.Lot, face, 0, state
	n.Before, n.Due, n.Pending, n.Financing, n.Against, n.Cancels, n.AcceptBy, n.Interest = "", "", nil, nil, "", "", "", 0
	event := c.event
	event.Seq, event.State = 1, state
	n.Events = []VoucherEvent{event}
	return &n
}

// passOn records the movement of the claim: what it draws and yields, as all lots do.
func (c *voucherChange) passOn(m Movement) error {
	m.N, m.From, m.Currency, m.Date, m.Stage = c.n, ClaimsAccount(c.now.Holder), c.now.Currency, c.event.Date, Credited
	m.Document, m.Cash = c.step.Document, c.step.Cash
	for _, d := range m.Draws {
		m.Amount += d.Amount
	}
	lots, err := c.checkDraws(&m)
	if err != nil {
		return err
	}
	c.carry(m, lots)
	return nil
}

// whole draws all that is left of the voucher.
func (c *voucherChange) whole() []Draw {
	return []Draw{{Lot: c.now.Lot, Amount: c.now.Face - c.now.Settled}}
}

// offer lets the next supplier take the voucher. Errors: SELF_DEALING, PARTY_UNKNOWN, VOUCHER_MATURED.
func (c *voucherChange) offer() error {
	if err := c.notMatured(); err != nil {
		return err
	}
	if err := c.mustKnow(c.step.To); err != nil {
		return err
	}
	if c.step.To == c.now.Holder || c.step.To == c.now.Issuer {
		return Refuse(SelfDealing, "a voucher goes to another party than its holder, and not back to its issuer", "party", c.step.To)
	}
	to, err := c.party(c.step.To)
	if err != nil {
		return err
	}
	if to.Kind == Platform {
		return noPlatform(to.ID)
	}
	c.next.Pending = &Pending{To: c.step.To, Recourse: c.step.Recourse, Document: c.step.Document}
	return nil
}

// take makes the transferee the holder of a new voucher, one tier further from the issuer.
func (c *voucherChange) take() error {
	if err := c.notMatured(); err != nil {
		return err
	}
	p := c.now.Pending
	if err := c.passOn(Movement{Kind: VoucherTransfer, To: ClaimsAccount(p.To), Draws: c.whole()}); err != nil {
		return err
	}
	child := c.child(0, c.now.Face, VoucherActive)
	child.Holder, child.Tier = p.To, c.now.Tier+1
	child.Via, child.From, child.FromLot, child.Recourse = "TRANSFER", c.now.Holder, c.now.Lot, p.Recourse
	c.putVoucher(child)
	c.next.Pending = nil
	return nil
}

// drop ends an offer or an application without effect.
func (c *voucherChange) drop() error {
	c.next.Pending = nil
	return nil
}

// noPlatform refuses a platform as a holder of claims or money. 银发〔2025〕77号 Art. 4 and 14.
func noPlatform(party string) *Error {
	return Refuse(MoneyPath, "a platform serves information: it holds no money and no vouchers", "party", clip(party), "rule", RuleMoneyPath)
}
