package ledger

import "strings"

// LotRecord is a lot as the ledger states it.
type LotRecord struct {
	Lot       string  `json:"lot"`
	Parent    string  `json:"parent,omitempty"` // drawn lot; empty for roots
	Movement  string  `json:"movement"`
	Kind      Kind    `json:"kind"`             // of the movement
	Account   string  `json:"account"`          // owner: an account or a sink
	Amount    int64   `json:"amount,string"`    // minor units, as yielded
	Drawn     int64   `json:"drawn,string"`     // reserved or gone
	Remaining int64   `json:"remaining,string"` // what can be drawn now: 0 unless Stage is CREDITED
	Currency  string  `json:"currency"`         // ISO 4217
	Stage     Stage   `json:"stage"`            // of the movement
	Level     Level   `json:"level"`            // of the movement
	Origin    *Origin `json:"origin,omitempty"` // of roots
}

// MovementRecord is a movement as the ledger states it.
type MovementRecord struct {
	ID       string        `json:"id"`
	Movement Movement      `json:"movement"`
	State    MovementState `json:"state"`
	Writer   Writer        `json:"writer"`
	At       string        `json:"at"`
}

// BalancePage is one page of an account's lots with their sums; Next continues it, empty at the end.
type BalancePage struct {
	Account   string      `json:"account"`
	Lots      []LotRecord `json:"lots"`
	Amount    int64       `json:"amount,string"`    // of the lots of this page
	Remaining int64       `json:"remaining,string"` // of the lots of this page
	Next      string      `json:"next,omitempty"`
}

// CommitmentRecord is a commitment as the ledger states it: what was promised, called and is left, in minor units.
type CommitmentRecord struct {
	Commitment Commitment `json:"commitment"`
	Called     int64      `json:"called,string"`
	Left       int64      `json:"left,string"`
}

// ReadCommitment answers a commitment. Errors: COMMITMENT_UNKNOWN.
func ReadCommitment(view View, id string) (*CommitmentRecord, error) {
	b := newBook(view)
	c, err := b.commitment(id)
	if err != nil {
		return nil, err
	}
	if c == nil {
		return nil, unknownCommitment(id)
	}
	lot, err := b.lotState(c.Lot)
	if err != nil {
		return nil, err
	}
	return &CommitmentRecord{Commitment: *c, Called: lot.Drawn, Left: c.Amount - lot.Drawn}, nil
}

// ReadMovement answers a movement. Errors: MOVEMENT_UNKNOWN, FIELD_INVALID.
func ReadMovement(view View, id string) (*MovementRecord, error) {
	m, page, st, err := newBook(view).movement(id)
	if err != nil {
		return nil, err
	}
	return &MovementRecord{ID: id, Movement: *m, State: *st, Writer: page.Writer, At: page.At}, nil
}

// ReadVoucher answers a voucher as it stands. Errors: VOUCHER_UNKNOWN.
func ReadVoucher(view View, lot string) (*VoucherNode, error) { return newBook(view).knownVoucher(lot) }

// InvoiceRecord is an invoice as the ledger states it: its state, and what claims and reservations have of it, in minor units.
type InvoiceRecord struct {
	Invoice Invoice      `json:"invoice"`
	State   InvoiceState `json:"state"`
	Used    int64        `json:"used,string"`
	Left    int64        `json:"left,string"`
}

// ReadInvoice answers an invoice by its fingerprint. Errors: INVOICE_UNKNOWN, FIELD_INVALID.
func ReadInvoice(view View, fingerprint string) (*InvoiceRecord, error) {
	b := newBook(view)
	i, err := b.knownInvoice(fingerprint)
	if err != nil {
		return nil, err
	}
	lot, err := b.lotState(i.Lot)
	if err != nil {
		return nil, err
	}
	return &InvoiceRecord{Invoice: *i, State: i.State(lot.Drawn), Used: lot.Drawn, Left: i.Amount - lot.Drawn}, nil
}

// ClaimRecord is a claim as the ledger states it: what vouchers have of it, in minor units.
type ClaimRecord struct {
	Claim Claim `json:"claim"`
	Used  int64 `json:"used,string"`
	Left  int64 `json:"left,string"`
}

// ReadClaim answers a claim. Errors: CLAIM_UNKNOWN.
func ReadClaim(view View, id string) (*ClaimRecord, error) {
	b := newBook(view)
	c, err := b.knownClaim(id)
	if err != nil {
		return nil, err
	}
	lot, err := b.lotState(c.Lot)
	if err != nil {
		return nil, err
	}
	return &ClaimRecord{Claim: *c, Used: lot.Drawn, Left: c.Amount - lot.Drawn}, nil
}

// ReadLots answers lots in the order asked for. Errors: LOT_UNKNOWN, FIELD_INVALID.
func ReadLots(view View, ids []string) ([]LotRecord, error) {
	b := newBook(view)
	k := newKeyList(Caller{})
	for _, id := range ids {
		k.lot(id)
	}
	if err := b.prefetch(k.keys); err != nil {
		return nil, err
	}
	if err := b.prefetchVouchers(ids); err != nil {
		return nil, err
	}
	out := make([]LotRecord, len(ids))
	for i, id := range ids {
		r, err := b.lot(id)
		if err != nil {
			return nil, err
		}
		out[i] = *r
	}
	return out, nil
}

// prefetchVouchers reads the vouchers of those among the lots that are claims.
func (b *book) prefetchVouchers(lots []string) error {
	var keys []string
	for _, id := range lots {
		if movement, _, bad := SplitLotID(id); bad == nil {
			if m, _, _, err := b.movement(movement); err == nil && m.Kind.OfClaims() {
				keys = append(keys, VoucherRoom+id)
			}
		}
	}
	return b.prefetch(keys)
}

func (b *book) lot(id string) (*LotRecord, error) {
	movement, k, bad := SplitLotID(id)
	if bad != nil {
		return nil, bad
	}
	m, _, st, err := b.movement(movement)
	if err != nil {
		if ErrorCode(err) == MovementUnknown {
			return nil, Refuse(LotUnknown, "there is no lot "+quote(id), "lot", clip(id))
		}
		return nil, err
	}
	size, ok := m.yield(k)
	if !ok {
		return nil, Refuse(LotUnknown, "there is no lot "+quote(id), "lot", clip(id))
	}
	ls, err := b.lotState(id)
	if err != nil {
		return nil, err
	}
	r := &LotRecord{Lot: id, Movement: movement, Kind: m.Kind, Account: m.Owner(), Amount: size, Drawn: ls.Drawn, Currency: m.Currency,
		Stage: st.Stage, Level: st.Level, Origin: m.Origin}
	if m.From != "" {
		r.Parent = m.Draws[k].Lot
	}
	if m.Kind.OfClaims() {
		n, err := b.node(id)
		if err != nil {
			return nil, err
		}
		if n != nil {
			r.Remaining = n.Open()
		}
		return r, nil
	}
	if st.Stage == Credited && !strings.HasPrefix(r.Account, SinkPrefix) {
		r.Remaining = size - ls.Drawn
	}
	return r, nil
}
