package ledger

// keys lists the state keys that the batch will read and that its own text tells, so that one round trip fetches
// them. What else an operation needs it reads by itself.
func (b *Batch) keys(by Caller) []string {
	var keys []string
	for i := range b.Entries {
		e := &b.Entries[i]
		keys = append(keys, PageKey(EntryID(by.MSP, by.Name, e.Key), 0))
		for n := range e.Ops {
			keys = e.Ops[n].keys(keys)
		}
	}
	return keys
}

func (op *Op) keys(keys []string) []string {
	switch {
	case op.Party != nil:
		keys = append(keys, PartyRoom+op.Party.ID)
	case op.Account != nil:
		keys = append(keys, AccountRoom+op.Account.ID, PartyRoom+op.Account.Owner)
	case op.Fund != nil:
		keys = append(keys, FundRoom+op.Fund.ID, AccountRoom+op.Fund.Account)
	case op.Commitment != nil:
		keys = append(keys, CommitmentRoom+op.Commitment.ID, FundRoom+op.Commitment.Fund)
	case op.Movement != nil:
		keys = op.Movement.keys(keys)
	case op.Step != nil:
		if entry, n, err := SplitMovementID(op.Step.Movement); err == nil {
			keys = append(keys, PageKey(entry, n), MovementRoom+op.Step.Movement)
		}
	}
	return keys
}

func (m *Movement) keys(keys []string) []string {
	if m.From != "" {
		keys = append(keys, AccountRoom+m.From)
	}
	if m.To != "" {
		keys = append(keys, AccountRoom+m.To)
	}
	if m.Commitment != "" {
		keys = append(keys, CommitmentRoom+m.Commitment)
	}
	for _, d := range m.Draws {
		if id, _, err := SplitLotID(d.Lot); err == nil {
			entry, n, _ := SplitMovementID(id)
			keys = append(keys, PageKey(entry, n), MovementRoom+id, LotRoom+d.Lot)
		}
	}
	return keys
}
