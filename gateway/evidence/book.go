package evidence

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/evidence/proof"
)

// Chaincode is the chaincode whose writes are the ledger of Fundtrace.
const Chaincode = "fundtrace"

// book is the ledger as far as proven transactions tell it.
type book struct {
	movements map[string]*movement
	order     []*movement // as recorded: by block, transaction, entry and position in it
	lots      map[string]*lot
	children  map[string][]*lot // by the lot that was drawn, as recorded
	drawn     map[string]int64  // lot → how much of it is reserved or gone
	accounts  map[string]*record[ledger.Account]
	documents map[string]*record[ledger.Document]
	states    map[string]*record[ledger.MovementState] // by movement
	changed   map[string][]proof.Version               // movement → transactions that changed its state
}

// record is a value as the ledger holds it. Packs show raw, so that nothing is lost that this program does not know.
type record[T any] struct {
	raw   json.RawMessage
	value T
}

// movement is a movement as one proven transaction recorded it.
type movement struct {
	id     string
	entry  string
	raw    json.RawMessage
	fact   *ledger.Movement
	writer ledger.Writer
	at     string
	place  proof.Version
}

// lot is a lot of money that a movement yielded.
type lot struct {
	ledger.Yield
	of *movement
	k  int
}

func newBook() *book {
	return &book{movements: map[string]*movement{}, lots: map[string]*lot{}, children: map[string][]*lot{}, drawn: map[string]int64{},
		accounts: map[string]*record[ledger.Account]{}, documents: map[string]*record[ledger.Document]{},
		states:  map[string]*record[ledger.MovementState]{},
		changed: map[string][]proof.Version{}}
}

// errForged marks a record that names another writer than who signed it.
var errForged = errors.New("the record names another writer than who signed it")

// believe files what a transaction wrote and takes its word for who wrote it.
func (b *book) believe(place proof.Version, writes []proof.Write) error {
	return b.file(place, nil, writes)
}

// take files what a valid transaction wrote. The error says what contradicts itself, or is errForged.
func (b *book) take(place proof.Version, by ledger.Writer, writes []proof.Write) error {
	return b.file(place, &by, writes)
}

func (b *book) file(place proof.Version, by *ledger.Writer, writes []proof.Write) error {
	var pages []pageText
	for _, w := range writes {
		if w.Namespace != Chaincode {
			continue
		}
		room, name, _ := strings.Cut(w.Key, "/")
		var err error
		switch room + "/" {
		case ledger.EntryRoom:
			var page pageText
			page, err = b.takePage(place, by, name, w.Value)
			pages = append(pages, page)
		case ledger.MovementRoom:
			err = keep(b.states, name, w.Value)
			b.changed[name] = append(b.changed[name], place)
		case ledger.LotRoom:
			var s ledger.LotState
			err = json.Unmarshal(w.Value, &s)
			b.drawn[name] = s.Drawn
		case ledger.AccountRoom:
			err = keep(b.accounts, name, w.Value)
		case ledger.DocumentRoom:
			err = keep(b.documents, name, w.Value)
		}
		if err != nil {
			return fmt.Errorf("what is written under %q: %w", w.Key, err)
		}
	}
	return checkRoots(pages)
}

func keep[T any](room map[string]*record[T], name string, raw []byte) error {
	r := &record[T]{raw: raw}
	if err := json.Unmarshal(raw, &r.value); err != nil {
		return err
	}
	room[name] = r
	return nil
}

// takePage files the movements of a page. Pages are written once: nobody can record a movement twice.
func (b *book) takePage(place proof.Version, by *ledger.Writer, name string, raw []byte) (pageText, error) {
	entry, index, _ := strings.Cut(name, "/")
	n, err := strconv.Atoi(index)
	text := pageText{entry, n, raw}
	if err != nil || n < 0 {
		return text, fmt.Errorf("its page %q is no number", index)
	}
	var p struct {
		Writer    ledger.Writer     `json:"writer"`
		At        string            `json:"at"`
		Movements []json.RawMessage `json:"movements"`
	}
	if err := json.Unmarshal(raw, &p); err != nil {
		return text, err
	}
	if by != nil && p.Writer != *by {
		return text, fmt.Errorf("%w: %+v, signed by %+v", errForged, p.Writer, *by)
	}
	for i := range p.Movements {
		m := &movement{entry: entry, raw: p.Movements[i], fact: new(ledger.Movement), writer: p.Writer, at: p.At, place: place}
		if err := json.Unmarshal(m.raw, m.fact); err != nil {
			return text, err
		}
		m.id = ledger.MovementID(entry, m.fact.N)
		if b.movements[m.id] != nil {
			return text, fmt.Errorf("movement %s was recorded before", m.id)
		}
		b.movements[m.id] = m
		b.order = append(b.order, m)
		if m.fact.Kind.OfClaims() {
			continue // what moves is a claim: no money lies in its lots
		}
		for k, y := range m.fact.Yields(entry) {
			l := &lot{y, m, k}
			b.lots[y.Lot] = l
			if y.Parent != "" {
				b.children[y.Parent] = append(b.children[y.Parent], l)
			}
		}
	}
	return text, nil
}

// state is where a movement stands now.
func (b *book) state(m *movement) ledger.MovementState {
	if s := b.states[m.id]; s != nil {
		return s.value
	}
	return ledger.MovementState{Stage: m.fact.Stage, Level: m.fact.Level}
}

// date is a movement's value date: of the credit, or as recorded while there is none.
func (b *book) date(m *movement) string {
	out := m.fact.Date
	for _, s := range b.state(m).Steps {
		if s.Stage == ledger.Credited {
			out = s.Date
		}
	}
	return out
}

// transactions answers the transactions that recorded a movement and changed its state.
func (b *book) transactions(m *movement) []proof.Version {
	return append([]proof.Version{m.place}, b.changed[m.id]...)
}

// within lists the movements whose value date lies in a range of days, as recorded.
func (b *book) within(since, until string) []*movement {
	var out []*movement
	for _, m := range b.order {
		if d := b.date(m); since <= d && d <= until {
			out = append(out, m)
		}
	}
	return out
}

// documentsOf lists the digests of the documents that movements name, and of those recorded for them, sorted.
func (b *book) documentsOf(movements []*movement) []string {
	of := map[string]bool{}
	var out []string
	add := func(sha string) {
		if sha != "" {
			out = append(out, sha)
		}
	}
	for _, m := range movements {
		of[m.id] = true
		add(m.fact.Document)
		s := b.state(m)
		for _, c := range s.Steps {
			add(c.Document)
		}
		for _, a := range s.Attestations {
			add(a.Document)
		}
		if s.Reversal != nil {
			add(s.Reversal.Document)
		}
	}
	for _, d := range b.documents {
		if of[d.value.Subject] {
			add(d.value.SHA256)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// placeOrder compares two lots by when they were recorded.
func placeOrder(x, y *lot) int {
	a, b := x.of, y.of
	return cmp.Or(cmp.Compare(a.place.Block, b.place.Block), cmp.Compare(a.place.Tx, b.place.Tx),
		strings.Compare(a.entry, b.entry), cmp.Compare(a.fact.N, b.fact.N), cmp.Compare(x.k, y.k))
}
