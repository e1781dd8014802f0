package ledger

// rulesOf lists the rules that an operation always reads.
var rulesOf = map[OpType][]string{
	InvoiceReserve: {RuleDoubleFinance},
	VoucherSign:    {RuleTerm, RuleIssuerBlocked, RuleTradeEvidence},
	VoucherAccept:  {RuleConsent},
	VoucherReject:  {RuleConsent},
	VoucherDivide:  {RuleSplit},
	VoucherTake:    {RuleConsent},
	VoucherApply:   {RuleLicence},
	VoucherFund:    {RuleMoneyPath, RuleLicence, RuleRegistration, RuleDoubleFinance},
	VoucherPay:     {RulePayee},
	VoucherDefault: {RuleLate},
	VoucherRepay:   {RulePayee},
}

// prefetchTrade reads what the batch's invoices, claims and vouchers lead to. Their records say where: one round trip
// for what vouchers and invoices name, one for the invoices of the claims. What else an operation needs it reads by
// itself. Nothing is listed that the operation, if accepted, would not read: a read of too much is a conflict too much.
func (a *applier) prefetchTrade(batch *Batch, by Caller) error {
	for _, lead := range []func(*keyList, *Op) error{a.leadsOn, a.leadsToInvoices} {
		k := newKeyList(by)
		for i := range batch.Entries {
			k.own[EntryID(by.MSP, by.Name, batch.Entries[i].Key)] = struct{}{}
		}
		for i := range batch.Entries {
			for n := range batch.Entries[i].Ops {
				if err := lead(k, &batch.Entries[i].Ops[n]); err != nil {
					return err
				}
			}
		}
		if err := a.prefetch(k.keys); err != nil {
			return err
		}
	}
	return nil
}

// leadsOn lists what an operation reads because of the records that it names.
func (a *applier) leadsOn(k *keyList, op *Op) error {
	switch {
	case op.InvoiceStep != nil && (op.Type == InvoiceReserve || op.Type == InvoiceRelease || op.Type == InvoiceCancel):
		return a.leadToLot(k, op.InvoiceStep.Fingerprint)
	case op.Claim != nil:
		for _, u := range op.Claim.Invoices {
			if err := a.leadToLot(k, u.Fingerprint); err != nil {
				return err
			}
		}
	case op.VoucherStep != nil:
		n, err := a.committed(k, op.VoucherStep.Voucher)
		if err != nil || n == nil {
			return err
		}
		switch op.Type {
		case VoucherSign:
			k.add(IssuerRoom+n.Issuer, ClaimRoom+n.Claim)
		case VoucherReject, VoucherLapse:
			k.add(ClaimRoom+n.Claim, LotRoom+LotID(n.Claim, 0))
		case VoucherCancel:
			if n.State == VoucherDrafted || n.Cancels != "" { // else it asks the other side only
				k.add(ClaimRoom+n.Claim, LotRoom+LotID(n.Claim, 0))
			}
		case VoucherFund:
			k.add(ClaimRoom + n.Claim)
			if n.Pending != nil {
				k.add(PartyRoom + n.Pending.To)
			}
			k.add(calendarKey(n.Maturity[:4]))
		case VoucherMature:
			k.add(calendarKey(n.Maturity[:4]))
		case VoucherDefault, VoucherWriteOff:
			k.add(IssuerRoom + n.Issuer)
		case VoucherPay:
			if n.Defaulted != "" {
				k.add(IssuerRoom + n.Issuer)
			}
		case VoucherRepay:
			k.add(VoucherRoom + n.FromLot)
		}
	}
	return nil
}

// leadsToInvoices lists the invoices of the claims that an operation reads.
func (a *applier) leadsToInvoices(k *keyList, op *Op) error {
	id := ""
	switch {
	case op.ClaimStep != nil && op.Type == ClaimCancel:
		id = op.ClaimStep.Claim
	case op.VoucherStep != nil && (op.Type == VoucherSign || op.Type == VoucherFund):
		n, err := a.committed(k, op.VoucherStep.Voucher)
		if err != nil || n == nil {
			return err
		}
		id = n.Claim
	}
	if !movementShape(id) || !k.first(id) || k.isOwn(id[:entryLength]) {
		return nil
	}
	c, err := a.claim(id)
	if err != nil || c == nil {
		return err
	}
	for _, u := range c.Invoices {
		k.add(InvoiceRoom + u.Fingerprint)
	}
	return nil
}

// committed answers a voucher as committed, nil for one that this batch makes or that there is not.
func (a *applier) committed(k *keyList, lot string) (*VoucherNode, error) {
	if !lotShape(lot) || k.isOwn(lot[:entryLength]) {
		return nil, nil
	}
	return a.node(lot)
}

// leadToLot lists the lot of an invoice.
func (a *applier) leadToLot(k *keyList, fingerprint string) error {
	if bad := checkSHA256("fingerprint", fingerprint); bad == nil && k.first(fingerprint) {
		i, err := a.invoice(fingerprint)
		if err != nil || i == nil {
			return err
		}
		k.add(LotRoom + i.Lot)
	}
	return nil
}
