package ledger

import (
	"encoding/json"
	"fmt"
	"sort"
)

// View reads committed state. Read answers the values of keys in their order, nil for what does not exist.
// What is read is what the commit will be checked against, so Apply reads everything that it relies on.
type View interface {
	Read(keys []string) ([][]byte, error)
}

// Write is one state change.
type Write struct {
	Key   string
	Value []byte
}

// book is the working copy of a batch: committed values are read once, changes are seen by later operations.
type book struct {
	view    View
	raw     map[string][]byte // committed values as read; nil: does not exist
	parties map[string]*Party
	accts   map[string]*Account
	funds   map[string]*Fund
	commits map[string]*Commitment
	docs    map[string]*Document
	pages   map[string]*Page
	states  map[string]*MovementState
	lots    map[string]*LotState
	refs    map[string]string
	holds   map[string]*[]string
	nodes   map[string]*VoucherNode
	bills   map[string]*Invoice
	claims  map[string]*Claim
	rules   map[string]*RuleHistory
	years   map[string]*Calendar
	issuers map[string]*Issuer
	anchors map[string]*AnchorRecorded
	dirty   map[string]any      // what changes, by state key
	prov    map[string]struct{} // entries of this batch: their pages exist only here
}

func newBook(view View) *book {
	return &book{view: view, raw: map[string][]byte{}, parties: map[string]*Party{}, accts: map[string]*Account{},
		funds: map[string]*Fund{}, commits: map[string]*Commitment{}, docs: map[string]*Document{},
		pages: map[string]*Page{}, states: map[string]*MovementState{}, lots: map[string]*LotState{},
		refs: map[string]string{}, holds: map[string]*[]string{}, nodes: map[string]*VoucherNode{},
		bills: map[string]*Invoice{}, claims: map[string]*Claim{}, rules: map[string]*RuleHistory{},
		years: map[string]*Calendar{}, issuers: map[string]*Issuer{}, anchors: map[string]*AnchorRecorded{}, dirty: map[string]any{},
		prov: map[string]struct{}{}}
}

// prefetch reads many keys in one round trip.
func (b *book) prefetch(keys []string) error {
	need := keys[:0:0]
	seen := make(map[string]struct{}, len(keys))
	for _, k := range keys {
		if _, ok := b.raw[k]; ok {
			continue
		}
		if _, ok := seen[k]; ok {
			continue
		}
		seen[k] = struct{}{}
		need = append(need, k)
	}
	if len(need) == 0 {
		return nil
	}
	values, err := b.view.Read(need)
	if err != nil {
		return fmt.Errorf("read state: %w", err)
	}
	for i, k := range need {
		b.raw[k] = values[i]
	}
	return nil
}

func (b *book) get(key string) ([]byte, error) {
	if v, ok := b.raw[key]; ok {
		return v, nil
	}
	if err := b.prefetch([]string{key}); err != nil {
		return nil, err
	}
	return b.raw[key], nil
}

// load answers the object under key from the room's map, decoding it on first use; nil when there is none.
func load[T any](b *book, room map[string]*T, key string) (*T, error) {
	if v, ok := room[key]; ok {
		return v, nil
	}
	raw, err := b.get(key)
	if err != nil || raw == nil {
		return nil, err
	}
	v := new(T)
	if err := json.Unmarshal(raw, v); err != nil {
		return nil, fmt.Errorf("state %s is unreadable: %w", key, err)
	}
	room[key] = v
	return v, nil
}

// loadChanged loads what changed of the movement or lot with this identifier. There is nothing to read of the batch's
// own entries: their first page was found absent, and the commit is checked against that.
func loadChanged[T any](b *book, room map[string]*T, key, id string) (*T, error) {
	if _, own := b.prov[id[:entryLength]]; own {
		return room[key], nil
	}
	return load(b, room, key)
}

// touch marks what lies under key as changed; v is encoded when the batch is done.
func (b *book) touch(key string, v any) { b.dirty[key] = v }

// writes answers every change, sorted by key.
func (b *book) writes() ([]Write, error) {
	keys := make([]string, 0, len(b.dirty))
	for k := range b.dirty {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	out := make([]Write, 0, len(keys))
	for _, k := range keys {
		v, err := json.Marshal(b.dirty[k])
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", k, err)
		}
		out = append(out, Write{Key: k, Value: v})
	}
	return out, nil
}

func (b *book) party(id string) (*Party, error) { return load(b, b.parties, PartyRoom+id) }
func (b *book) fund(id string) (*Fund, error)   { return load(b, b.funds, FundRoom+id) }
func (b *book) commitment(id string) (*Commitment, error) {
	return load(b, b.commits, CommitmentRoom+id)
}
func (b *book) document(sha string) (*Document, error) { return load(b, b.docs, DocumentRoom+sha) }

// account answers the account or ACCOUNT_UNKNOWN.
func (b *book) account(id string) (*Account, error) {
	a, err := load(b, b.accts, AccountRoom+id)
	if err == nil && a == nil {
		return nil, Refuse(AccountUnknown, "there is no account "+quote(id)+": open it first", "account", clip(id))
	}
	return a, err
}

// movement answers a movement, the head of its page and its present state. Errors: MOVEMENT_UNKNOWN, FIELD_INVALID.
func (b *book) movement(id string) (*Movement, *Page, *MovementState, error) {
	entry, n, bad := SplitMovementID(id)
	if bad != nil {
		return nil, nil, nil, bad
	}
	page, err := load(b, b.pages, PageKey(entry, n))
	if err != nil {
		return nil, nil, nil, err
	}
	m := page.find(n)
	if m == nil {
		return nil, nil, nil, Refuse(MovementUnknown, "there is no movement "+quote(id), "movement", clip(id))
	}
	st, err := b.state(id, m)
	return m, page, st, err
}

// state answers the movement's state, or its beginning when nothing has changed.
func (b *book) state(id string, m *Movement) (*MovementState, error) {
	key := MovementRoom + id
	st, err := loadChanged(b, b.states, key, id)
	if err != nil {
		return nil, err
	}
	if st == nil {
		st = &MovementState{Stage: m.Stage, Level: m.Level}
		b.states[key] = st
	}
	return st, nil
}

// lotState answers how much of a lot is drawn.
func (b *book) lotState(lot string) (*LotState, error) {
	key := LotRoom + lot
	st, err := loadChanged(b, b.lots, key, lot)
	if err != nil {
		return nil, err
	}
	if st == nil {
		st = &LotState{}
		b.lots[key] = st
	}
	return st, nil
}

func (p *Page) find(n int) *Movement {
	if p == nil {
		return nil
	}
	i := sort.Search(len(p.Movements), func(i int) bool { return p.Movements[i].N >= n })
	if i < len(p.Movements) && p.Movements[i].N == n {
		return &p.Movements[i]
	}
	return nil
}
