package projection

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"

	"fundtrace/chaincode/ledger"
)

// decoder turns blocks into facts. It touches no database, so that an unreadable block has changed nothing.
type decoder struct {
	creators map[string][2]string // serialised identity → organisation, common name
}

func newDecoder() *decoder { return &decoder{creators: map[string][2]string{}} }

// fact is a value together with the transaction that wrote it.
type fact[T any] struct {
	tx    int64
	value T
}

// page is a page of an entry.
type page struct {
	entry string
	index int
	ledger.Page
}

// stateOfMovement is a movement's state after a change.
type stateOfMovement struct {
	entry string
	n     int
	ledger.MovementState
}

// drawn is how much of a lot is reserved or gone, after a change.
type drawn struct {
	entry string
	n, k  int
	drawn int64
}

// block holds the facts of one block, room by room. Within a block a key is written by one valid transaction at most
// (later ones conflict), so rooms can be written one after the other.
type block struct {
	number       uint64
	hash         []byte
	dataHash     []byte
	transactions []transaction
	parties      []fact[ledger.Party]
	accounts     []fact[ledger.Account]
	funds        []fact[ledger.Fund]
	commitments  []fact[ledger.Commitment]
	documents    []fact[ledger.Document]
	pages        []fact[page]
	states       []fact[stateOfMovement]
	draws        []fact[drawn]
	invoices     []fact[ledger.Invoice]
	claims       []fact[ledger.Claim]
	raw          []rawVoucher // read at the end, into vouchers
	vouchers     []fact[*node]
	rules        []fact[ledger.RuleHistory]
	calendars    []fact[ledger.Calendar]
	issuers      []fact[ledger.Issuer]
	anchors      []fact[ledger.AnchorRecorded]
}

// decode reads a verified block. Errors: *Alarm with reason UNREADABLE.
func (d *decoder) decode(b *common.Block, hash []byte) (*block, error) {
	out := &block{number: b.GetHeader().GetNumber(), hash: hash, dataHash: b.GetHeader().GetDataHash()}
	codes := validationCodes(b)
	data := b.GetData().GetData()
	out.transactions = make([]transaction, len(data))
	for i, raw := range data {
		t := &out.transactions[i]
		t.ref = txRef(out.number, i)
		if i < len(codes) { // the first block has no codes: its configuration is valid by definition
			t.code = peer.TxValidationCode(codes[i])
		}
		payload, err := d.heading(t, raw)
		if t.code != peer.TxValidationCode_VALID {
			continue
		}
		if err == nil && !wellFormed(raw) {
			err = fmt.Errorf("its envelope is not in canonical form")
		}
		if err == nil && t.kind == common.HeaderType_ENDORSER_TRANSACTION {
			err = writes(payload, func(w *kvrwset.KVWrite) error { return out.take(t.ref, w) })
		}
		if err != nil {
			return nil, unreadable(t.ref, err)
		}
	}
	vouchers, tx, err := readVouchers(out.raw)
	if err != nil {
		return nil, unreadable(tx, err)
	}
	out.vouchers, out.raw = vouchers, nil
	out.pages = inOrder(out.pages)
	return out, nil
}

func unreadable(tx int64, err error) *Alarm {
	return &Alarm{Block: blockOf(tx), Reason: Unreadable, Message: fmt.Sprintf("valid transaction %d cannot be read", positionOf(tx)), Err: err}
}

// take files one state write under its room.
func (b *block) take(tx int64, w *kvrwset.KVWrite) error {
	room, name, _ := strings.Cut(w.GetKey(), "/")
	var err error
	switch room + "/" {
	case ledger.PartyRoom:
		err = file(&b.parties, tx, w)
	case ledger.AccountRoom:
		err = file(&b.accounts, tx, w)
	case ledger.FundRoom:
		err = file(&b.funds, tx, w)
	case ledger.CommitmentRoom:
		err = file(&b.commitments, tx, w)
	case ledger.DocumentRoom:
		err = file(&b.documents, tx, w)
	case ledger.EntryRoom:
		err = b.takePage(tx, name, w)
	case ledger.MovementRoom:
		var s stateOfMovement
		if s.entry, s.n, err = splitMovement(name); err == nil {
			err = read(w, &s.MovementState)
		}
		b.states = append(b.states, fact[stateOfMovement]{tx, s})
	case ledger.LotRoom:
		err = b.takeDrawn(tx, name, w)
	case ledger.InvoiceRoom:
		err = file(&b.invoices, tx, w)
	case ledger.ClaimRoom:
		err = file(&b.claims, tx, w)
	case ledger.VoucherRoom:
		b.raw = append(b.raw, rawVoucher{tx, w})
	case ledger.RuleRoom:
		err = file(&b.rules, tx, w)
	case ledger.CalendarRoom:
		err = file(&b.calendars, tx, w)
	case ledger.IssuerRoom:
		err = file(&b.issuers, tx, w)
	case ledger.AnchorRoom:
		err = file(&b.anchors, tx, w)
	}
	if err != nil {
		return fmt.Errorf("its write of %q: %w", w.GetKey(), err)
	}
	return nil
}

func file[T any](room *[]fact[T], tx int64, w *kvrwset.KVWrite) error {
	f := fact[T]{tx: tx}
	err := read(w, &f.value)
	*room = append(*room, f)
	return err
}

func read(w *kvrwset.KVWrite, v any) error {
	if w.GetIsDelete() {
		return fmt.Errorf("the ledger deletes nothing")
	}
	return json.Unmarshal(w.GetValue(), v)
}

func (b *block) takePage(tx int64, name string, w *kvrwset.KVWrite) error {
	entry, index, _ := strings.Cut(name, "/")
	p := page{entry: entry}
	var err error
	if p.index, err = strconv.Atoi(index); err != nil || p.index < 0 {
		return fmt.Errorf("its page %q is no number", index)
	}
	if err := read(w, &p.Page); err != nil {
		return err
	}
	for i := range p.Movements {
		m := &p.Movements[i]
		if m.N/ledger.PageSize != p.index || i > 0 && m.N <= p.Movements[i-1].N || m.N < 0 || m.N >= 1<<opBits {
			return fmt.Errorf("movement %d does not belong on page %d", m.N, p.index)
		}
		if len(m.Draws) >= 1<<lotBits {
			return fmt.Errorf("movement %d draws on %d lots", m.N, len(m.Draws))
		}
	}
	b.pages = append(b.pages, fact[page]{tx, p})
	return nil
}

func (b *block) takeDrawn(tx int64, name string, w *kvrwset.KVWrite) error {
	d, err := splitLot(name)
	if err != nil {
		return err
	}
	var s ledger.LotState
	if err := read(w, &s); err != nil {
		return err
	}
	d.drawn = s.Drawn
	b.draws = append(b.draws, fact[drawn]{tx, d})
	return nil
}

// splitMovement reads a movement's identifier. The plain error keeps a nil *ledger.Error from hiding in an interface.
func splitMovement(id string) (string, int, error) {
	entry, n, bad := ledger.SplitMovementID(id)
	if bad != nil {
		return "", 0, bad
	}
	return entry, n, nil
}

func splitLot(id string) (drawn, error) {
	movement, k, bad := ledger.SplitLotID(id)
	if bad != nil {
		return drawn{}, bad
	}
	if k >= 1<<lotBits {
		return drawn{}, fmt.Errorf("a movement yields fewer than %d lots", 1<<lotBits)
	}
	entry, n, err := splitMovement(movement)
	return drawn{entry: entry, n: n, k: k}, err
}
