package ledger

// keys lists the state keys that the batch will read and that its own text tells, so that one round trip fetches
// them. What else an operation needs it reads by itself.
func (b *Batch) keys(by Caller) []string {
	k := newKeyList(by)
	for i := range b.Entries {
		id := EntryID(by.MSP, by.Name, b.Entries[i].Key)
		k.own[id] = struct{}{}
		k.add(PageKey(id, 0))
	}
	for i := range b.Entries {
		for n := range b.Entries[i].Ops {
			k.op(&b.Entries[i].Ops[n])
		}
	}
	return k.keys
}

// keyList gathers keys. What belongs to the batch's own entries is left out: it is not in the state yet.
type keyList struct {
	by   Caller
	own  map[string]struct{} // entries of the batch
	seen map[string]struct{} // accounts and lots whose keys are listed: batches name few of them often
	keys []string
}

func newKeyList(by Caller) *keyList {
	return &keyList{by: by, own: map[string]struct{}{}, seen: map[string]struct{}{}}
}

// first reports whether an account or a lot is met for the first time.
func (k *keyList) first(id string) bool {
	_, again := k.seen[id]
	k.seen[id] = struct{}{}
	return !again
}

func (k *keyList) add(keys ...string) { k.keys = append(k.keys, keys...) }

func (k *keyList) op(op *Op) {
	for _, id := range rulesOf[op.Type] {
		k.add(RuleRoom + id)
	}
	switch {
	case op.Party != nil:
		k.add(PartyRoom + op.Party.ID)
	case op.Account != nil:
		k.add(AccountRoom+op.Account.ID, PartyRoom+op.Account.Owner, PartyRoom+op.Account.Bank)
	case op.Fund != nil:
		k.add(FundRoom+op.Fund.ID, AccountRoom+op.Fund.Account, PartyRoom+op.Fund.Party, PartyRoom+op.Fund.Manager)
	case op.Commitment != nil:
		k.add(CommitmentRoom+op.Commitment.ID, PartyRoom+op.Commitment.Investor)
		if op.Commitment.Account != "" {
			k.add(AccountRoom + op.Commitment.Account)
		} else {
			k.add(FundRoom + op.Commitment.Fund)
		}
	case op.Movement != nil:
		k.movement(op.Movement)
		if op.Type == MovementSettle && op.Movement.BankRef != "" {
			k.add(bankRefKey(k.by.Party, side(op.Movement.From), op.Movement.BankRef))
		}
	case op.Step != nil:
		k.step(op.Type, op.Step)
	case op.Document != nil:
		k.add(DocumentRoom + op.Document.SHA256)
	case op.Rule != nil:
		k.add(RuleRoom + op.Rule.ID)
	case op.Anchor != nil:
		k.add(AnchorRoom + StreamID(k.by.MSP, op.Anchor.Stream))
	case op.Flag != nil:
		k.add(PartyRoom+op.Flag.Party, IssuerRoom+op.Flag.Party)
	default:
		k.trade(op)
	}
}

// trade lists the keys of invoices, claims and vouchers.
func (k *keyList) trade(op *Op) {
	switch {
	case op.Invoice != nil:
		k.add(InvoiceRoom+op.Invoice.Fingerprint, PartyRoom+op.Invoice.Seller, PartyRoom+op.Invoice.Buyer)
	case op.InvoiceStep != nil:
		k.add(InvoiceRoom + op.InvoiceStep.Fingerprint)
	case op.Claim != nil:
		k.add(PartyRoom+op.Claim.Creditor, PartyRoom+op.Claim.Debtor)
		for _, u := range op.Claim.Invoices {
			k.add(InvoiceRoom + u.Fingerprint)
		}
	case op.ClaimStep != nil:
		k.claim(op.ClaimStep.Claim)
	case op.Voucher != nil:
		k.claim(op.Voucher.Claim)
	case op.VoucherStep != nil:
		k.voucher(op.VoucherStep)
	}
}

func (k *keyList) claim(id string) {
	if entry, _, err := SplitMovementID(id); err == nil && !k.isOwn(entry) && k.first(id) {
		k.add(ClaimRoom+id, LotRoom+LotID(id, 0))
	}
}

func (k *keyList) voucher(s *VoucherStep) {
	if movement, _, err := SplitLotID(s.Voucher); err == nil && !k.isOwn(movement[:entryLength]) {
		k.add(VoucherRoom + s.Voucher)
	}
	if s.To != "" {
		k.add(PartyRoom + s.To)
	}
	if s.Financing != nil {
		k.add(PartyRoom + s.Financing.Funder)
	}
}

func (k *keyList) step(op OpType, s *Step) {
	if entry, n, err := SplitMovementID(s.Movement); err == nil && !k.isOwn(entry) {
		k.add(PageKey(entry, n), MovementRoom+s.Movement)
	}
	if s.BankRef == "" {
		return
	}
	switch op {
	case MovementDebit:
		k.add(bankRefKey(k.by.Party, debitSide, s.BankRef))
	case MovementCredit:
		k.add(bankRefKey(k.by.Party, creditSide, s.BankRef))
	}
}

func (k *keyList) movement(m *Movement) {
	for _, id := range [...]string{m.From, m.To} {
		if id != "" && k.first(id) {
			k.add(AccountRoom + id)
		}
	}
	if m.Commitment != "" {
		k.add(CommitmentRoom + m.Commitment)
	}
	if m.Origin != nil && m.Origin.Investor != "" {
		k.add(PartyRoom + m.Origin.Investor)
	}
	for i := range m.Draws {
		k.lot(m.Draws[i].Lot)
	}
}

func (k *keyList) lot(lot string) {
	if !k.first(lot) {
		return
	}
	id, _, err := SplitLotID(lot)
	if err != nil {
		return
	}
	if entry, n, _ := SplitMovementID(id); !k.isOwn(entry) {
		k.add(PageKey(entry, n), MovementRoom+id, LotRoom+lot)
	}
}

func (k *keyList) isOwn(entry string) bool {
	_, own := k.own[entry]
	return own
}
