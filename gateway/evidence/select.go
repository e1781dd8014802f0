package evidence

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/evidence/proof"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
)

// selection chooses the blocks that an answer rests on, when not all go into a pack: those that wrote the keys which the
// answer needs, the channel's configurations, the definitions of chaincode, and whatever makes a transaction in one of
// them invalid. It reads the channel from block 0 again and again until nothing more is needed: what is read decides what
// is needed, and what is needed may lie before it.
type selection struct {
	source  Source
	subject Subject
	last    uint64

	chosen map[uint64]bool
	keys   map[string]bool // of the ledger, whose writers are needed
	lots   map[string]bool // whose draws are needed: a trace forward
	of     map[string]bool // movements whose documents are needed
	book   *book           // what the chosen blocks say, believed from the source
	grew   bool            // something was added that lies in blocks passed already
}

func newSelection(source Source, subject Subject, last uint64) *selection {
	s := &selection{source: source, subject: subject, last: last, chosen: map[uint64]bool{0: true, last: true}, keys: map[string]bool{},
		lots: map[string]bool{}, of: map[string]bool{}}
	switch subject.Kind {
	case OfMovement:
		s.wantMovement(subject.Movement)
	case OfTrace:
		s.wantLot(subject.Lot)
	}
	return s
}

func (s *selection) want(key string) {
	if !s.keys[key] {
		s.keys[key], s.grew = true, true
	}
}

func (s *selection) wantMovement(id string) {
	if entry, n, err := ledger.SplitMovementID(id); err == nil {
		s.want(ledger.PageKey(entry, n))
		s.want(ledger.MovementRoom + id)
		if !s.of[id] {
			s.of[id], s.grew = true, true
		}
	}
}

func (s *selection) wantLot(id string) {
	if m, _, err := ledger.SplitLotID(id); err == nil {
		s.wantMovement(m)
	}
	if s.subject.Direction == Forward {
		s.want(ledger.LotRoom + id)
		s.lots[id] = true
	}
}

// run reads the channel until nothing more is needed.
func (s *selection) run(ctx context.Context) error {
	for s.grew = true; s.grew; {
		s.grew, s.book = false, newBook()
		for n := uint64(0); n <= s.last; n++ {
			if err := ctx.Err(); err != nil {
				return err
			}
			b, err := s.source.Block(ctx, n)
			if err != nil {
				return fmt.Errorf("read block %d: %w", n, err)
			}
			if err := s.look(n, b); err != nil {
				return err
			}
		}
		if err := s.follow(); err != nil {
			return err
		}
	}
	return nil
}

// look chooses a block if it is needed.
func (s *selection) look(n uint64, b *common.Block) error {
	flags := flagsOf(b)
	for i, raw := range b.GetData().GetData() {
		g := proof.Peek(raw)
		if g.Config {
			s.chosen[n] = true
			continue
		}
		if i >= len(flags) || flags[i] != 0 {
			continue
		}
		for _, w := range g.Writes {
			if w.Namespace == "_lifecycle" || w.Namespace == Chaincode && s.needs(w) {
				s.chosen[n] = true
			}
		}
		if !s.chosen[n] {
			continue
		}
		if err := s.book.believe(proof.Version{Block: n, Tx: uint64(i)}, g.Writes); err != nil {
			return fmt.Errorf("transaction %d of block %d: %w", i, n, err)
		}
	}
	return nil
}

func flagsOf(b *common.Block) []byte {
	if m := b.GetMetadata().GetMetadata(); len(m) > int(common.BlockMetadataIndex_TRANSACTIONS_FILTER) {
		return m[common.BlockMetadataIndex_TRANSACTIONS_FILTER]
	}
	return nil
}

// needs reports whether a write belongs to the answer. Draws on lots are found as they pass: children come after their
// parents.
func (s *selection) needs(w proof.Write) bool {
	found := s.keys[w.Key]
	switch {
	case strings.HasPrefix(w.Key, ledger.EntryRoom):
		if len(s.lots) == 0 && s.subject.Kind != OfRange {
			break
		}
		entry, _, _ := strings.Cut(strings.TrimPrefix(w.Key, ledger.EntryRoom), "/")
		var p ledger.Page
		if json.Unmarshal(w.Value, &p) != nil {
			break
		}
		for i := range p.Movements {
			found = s.needsMovement(entry, &p.Movements[i]) || found
		}
	case strings.HasPrefix(w.Key, ledger.MovementRoom) && s.subject.Kind == OfRange:
		var st ledger.MovementState
		if json.Unmarshal(w.Value, &st) != nil {
			break
		}
		for _, step := range st.Steps {
			if step.Stage == ledger.Credited && s.inRange(step.Date) {
				s.wantMovement(strings.TrimPrefix(w.Key, ledger.MovementRoom))
				found = true
			}
		}
	case strings.HasPrefix(w.Key, ledger.DocumentRoom):
		var d ledger.Document
		found = found || json.Unmarshal(w.Value, &d) == nil && s.of[d.Subject]
	}
	return found
}

func (s *selection) inRange(day string) bool { return s.subject.Since <= day && day <= s.subject.Until }

func (s *selection) needsMovement(entry string, m *ledger.Movement) bool {
	if s.subject.Kind == OfRange {
		if s.inRange(m.Date) {
			s.wantMovement(ledger.MovementID(entry, m.N))
			return true
		}
		return false
	}
	found := false
	for _, y := range m.Yields(entry) {
		if s.lots[y.Parent] {
			s.wantLot(y.Lot)
			found = true
		}
	}
	return found
}

// follow adds what the chosen blocks turn out to need.
func (s *selection) follow() error {
	var movements []*movement
	for id := range s.of {
		if m := s.book.movements[id]; m != nil {
			movements = append(movements, m)
			for _, account := range []string{m.fact.From, m.fact.To} {
				if account != "" {
					s.want(ledger.AccountRoom + account)
				}
			}
			if s.subject.Kind == OfTrace && s.subject.Direction == Backward {
				for _, d := range m.fact.Draws {
					if s.onChain(m, d.Lot) {
						s.wantLot(d.Lot)
					}
				}
			}
		}
	}
	for _, sha := range s.book.documentsOf(movements) {
		s.want(ledger.DocumentRoom + sha)
	}
	return nil
}

// onChain reports whether a drawn lot lies on the chain from the subject's lot up to its root.
func (s *selection) onChain(m *movement, drawn string) bool {
	for l := s.book.lots[s.subject.Lot]; l != nil; l = s.book.lots[l.Parent] {
		if l.of == m {
			return l.Parent == drawn
		}
	}
	return false
}

// explain adds what shows why a transaction in a chosen block is not valid: the transaction that changed what it had read,
// or that had its identifier before. It answers false when there is nothing to add.
func (s *selection) explain(ctx context.Context, err error) (bool, error) {
	var f *proof.Failure
	if !errors.As(err, &f) || f.Reason != proof.Flag || f.Tx < 0 {
		return false, nil
	}
	b, err := s.source.Block(ctx, f.Block)
	if err != nil {
		return false, fmt.Errorf("read block %d: %w", f.Block, err)
	}
	t := proof.Peek(b.GetData().GetData()[f.Tx])
	read := map[string]*proof.Version{}
	for _, r := range t.Reads {
		read[r.Namespace+"\x00"+r.Key] = r.Version
	}
	before := len(s.chosen)
	for n := uint64(0); n < f.Block; n++ {
		b, err := s.source.Block(ctx, n)
		if err != nil {
			return false, fmt.Errorf("read block %d: %w", n, err)
		}
		flags := flagsOf(b)
		for i, raw := range b.GetData().GetData() {
			g := proof.Peek(raw)
			if g.ID == t.ID {
				s.chosen[n] = true
			}
			if i >= len(flags) || flags[i] != 0 {
				continue
			}
			for _, w := range g.Writes {
				if v, ok := read[w.Namespace+"\x00"+w.Key]; ok && (v == nil || v.Block < n || v.Block == n && v.Tx < uint64(i)) {
					s.chosen[n] = true
				}
			}
		}
	}
	return len(s.chosen) > before, nil
}
