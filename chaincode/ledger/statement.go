package ledger

import "fmt"

// Statement is what the ledger says of lots and movements at one moment, for peers to sign.
type Statement struct {
	Lots      []LotRecord      `json:"lots"`      // in the order asked for
	Movements []MovementRecord `json:"movements"` // in the order asked for
	Roots     []EntryRoot      `json:"roots"`     // of the entries that recorded them, in the order of first mention
}

// EntryRoot is the Merkle root over the movements of an entry, by which a Disclosure of one of them is held.
type EntryRoot struct {
	Entry string `json:"entry"`
	Ops   int    `json:"ops"`  // operations of the entry
	Root  string `json:"root"` // hexadecimal
}

// StatementRequest names what a statement is to be about.
type StatementRequest struct {
	Lots      []string `json:"lots,omitempty"`
	Movements []string `json:"movements,omitempty"`
}

// MaxStated is how many lots and movements together one statement may be about.
const MaxStated = 200

// Check refuses a request that no statement answers. Errors: FIELD_MISSING, FIELD_INVALID, TOO_LARGE.
func (r *StatementRequest) Check() error {
	n := len(r.Lots) + len(r.Movements)
	if n == 0 {
		return missing("lots")
	}
	if n > MaxStated {
		return Refuse(TooLarge, fmt.Sprintf("%d lots and movements are asked for: ask for at most %d at a time", n, MaxStated))
	}
	seen := make(map[string]struct{}, n)
	twice := func(field, id string) *Error {
		if _, again := seen[id]; again {
			return invalid(field, id, "each identifier once")
		}
		seen[id] = struct{}{}
		return nil
	}
	for _, id := range r.Lots {
		if _, _, bad := SplitLotID(id); bad != nil {
			return bad
		}
		if err := twice("lots", id); err != nil {
			return err
		}
	}
	for _, id := range r.Movements {
		if _, _, bad := SplitMovementID(id); bad != nil {
			return bad
		}
		if err := twice("movements", id); err != nil {
			return err
		}
	}
	return nil
}

// ReadStatement answers a request. Errors: those of Check, LOT_UNKNOWN, MOVEMENT_UNKNOWN.
func ReadStatement(view View, r *StatementRequest) (*Statement, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	b := newBook(view)
	entries, err := b.prefetchStated(r)
	if err != nil {
		return nil, err
	}
	s := &Statement{Lots: make([]LotRecord, len(r.Lots)), Movements: make([]MovementRecord, len(r.Movements)), Roots: []EntryRoot{}}
	for i, id := range r.Lots {
		l, err := b.lot(id)
		if err != nil {
			return nil, err
		}
		s.Lots[i] = *l
	}
	for i, id := range r.Movements {
		m, page, st, err := b.movement(id)
		if err != nil {
			return nil, err
		}
		s.Movements[i] = MovementRecord{ID: id, Movement: *m, State: *st, Writer: page.Writer, At: page.At}
	}
	for _, entry := range entries {
		head, err := load(b, b.pages, PageKey(entry, 0))
		if err != nil {
			return nil, err
		}
		if head != nil && head.Root != "" {
			s.Roots = append(s.Roots, EntryRoot{Entry: entry, Ops: head.Ops, Root: head.Root})
		}
	}
	return s, nil
}

// prefetchStated reads in two round trips all that the request needs, and answers the entries that it is about.
func (b *book) prefetchStated(r *StatementRequest) (entries []string, err error) {
	k := newKeyList(Caller{})
	mention := func(entry string) {
		if k.first(entry) {
			entries = append(entries, entry)
			k.add(PageKey(entry, 0))
		}
	}
	for _, id := range r.Lots {
		k.lot(id)
		mention(id[:entryLength])
	}
	for _, id := range r.Movements {
		entry, n, _ := SplitMovementID(id)
		k.add(PageKey(entry, n), MovementRoom+id)
		mention(entry)
	}
	if err := b.prefetch(k.keys); err != nil {
		return nil, err
	}
	return entries, b.prefetchVouchers(r.Lots)
}
