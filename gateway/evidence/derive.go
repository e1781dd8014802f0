package evidence

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/evidence/proof"
)

// The files of a pack that there is one of.
const (
	manifestFile  = "manifest.json"
	verifyFile    = "VERIFY.md"
	headersFile   = "blocks/headers.pb"
	movementsFile = "events/movements.jsonl"
	answerFile    = "trace/answer.json"
	methodFile    = "trace/method.json"
)

func blockFile(n uint64) string    { return fmt.Sprintf("blocks/%010d.pb", n) }
func txFile(id string) string      { return "tx/" + id + ".pb" }
func documentFile(s string) string { return "docs/" + s }
func sumOf(b []byte) [32]byte      { return sha256.Sum256(b) }

// Event is a movement as the blocks prove it, with the transactions that do.
type Event struct {
	Movement string          `json:"movement"`
	Fact     json.RawMessage `json:"fact"`            // ledger.Movement, as recorded; it never changes
	State    json.RawMessage `json:"state,omitempty"` // ledger.MovementState, as recorded last; absent while it is as at first
	Writer   ledger.Writer   `json:"writer"`
	At       string          `json:"at"`   // time that the writer claims, RFC 3339
	Lots     []EventLot      `json:"lots"` // that it yielded
	Recorded []EventTx       `json:"recorded"`
	Validity proof.Standing  `json:"validity"` // how far the weakest of its transactions was established
}

// EventLot is a lot that a movement yielded, with what is drawn of it as of the last block.
type EventLot struct {
	Lot     string `json:"lot"`
	Parent  string `json:"parent,omitempty"`
	Account string `json:"account"`
	Amount  int64  `json:"amount,string"` // minor units
	Drawn   int64  `json:"drawn,string"`
}

// EventTx is a transaction that recorded a movement or changed where it stands.
type EventTx struct {
	Tx       string `json:"tx"`
	Block    uint64 `json:"block"`
	Position uint64 `json:"position"`
}

// MethodNote says how a figure was computed.
type MethodNote struct {
	Method  string `json:"method"`
	Version string `json:"version"`
	AsOf    uint64 `json:"as_of_block"`
	Digest  string `json:"answer_sha256"` // of trace/answer.json
}

// derivation is everything of a pack that follows from its material.
type derivation struct {
	movements []*movement
	figure    *Figure         // of a trace
	fund      *FundFigure     // of a figure
	documents []DocumentEntry // Included is not yet known
	files     []*file
}

// derive makes the files that answer the subject out of what is proven.
func (p *proven) derive(s *Subject, m material) (*derivation, error) {
	d := &derivation{documents: []DocumentEntry{}}
	var err error
	if err = p.answer(s, d); err != nil {
		return nil, err
	}
	if err := p.deriveEvents(d, m); err != nil {
		return nil, err
	}
	var answered any
	switch {
	case d.figure != nil:
		answered = d.figure
	case d.fund != nil:
		answered = d.fund
	}
	if answered != nil {
		answer, err := canonical(answered)
		if err != nil {
			return nil, err
		}
		sum := sumOf(answer)
		note, err := canonical(MethodNote{Method, MethodVersion, p.chain.Next() - 1, hex.EncodeToString(sum[:])})
		if err != nil {
			return nil, err
		}
		d.files = append(d.files, newFile(answerFile, answer), newFile(methodFile, note))
	}
	for _, sha := range p.book.documentsOf(d.movements) {
		e := DocumentEntry{SHA256: sha}
		if r := p.book.documents[sha]; r != nil {
			e.Recorded, e.recorded = r.raw, &r.value
		}
		d.documents = append(d.documents, e)
	}
	d.files = append(d.files, memberships(p.chain.Config())...)
	return d, nil
}

// deriveEvents makes events/ and tx/.
func (p *proven) deriveEvents(d *derivation, m material) error {
	var lines bytes.Buffer
	done := map[proof.Version]bool{}
	for _, mv := range d.movements {
		e := Event{Movement: mv.id, Fact: mv.raw, Writer: mv.writer, At: mv.at, Lots: []EventLot{}}
		if state := p.book.states[mv.id]; state != nil {
			e.State = state.raw
		}
		for _, y := range mv.fact.Yields(mv.entry) {
			e.Lots = append(e.Lots, EventLot{y.Lot, y.Parent, y.Account, y.Amount, p.book.drawn[y.Lot]})
		}
		places := p.book.transactions(mv)
		for i, at := range places {
			if i > 0 && at == places[i-1] {
				continue
			}
			t := p.txs[at]
			e.Recorded = append(e.Recorded, EventTx{t.id, at.Block, at.Tx})
			if !done[at] {
				done[at] = true
				d.files = append(d.files, &file{txFile(t.id), t.size, t.sum, func() ([]byte, error) {
					b, err := m.block(at.Block)
					if err != nil {
						return nil, err
					}
					return b.GetData().GetData()[at.Tx], nil
				}})
			}
		}
		e.Validity = p.standing(places)
		line, err := canonical(e)
		if err != nil {
			return refuse(Contradiction, movementsFile, err, "movement %s cannot be written", mv.id)
		}
		lines.Write(line)
		lines.WriteByte('\n')
	}
	d.files = append(d.files, newFile(movementsFile, lines.Bytes()))
	return nil
}

// memberships makes msp/: the certificates on which the trust in signatures rests, as the configuration in force at the
// last block has them. Earlier configurations are in the blocks.
func memberships(c *proof.Config) []*file {
	var out []*file
	for _, o := range c.Organisations() {
		put := func(kind string, n int, block *pem.Block) {
			out = append(out, newFile(fmt.Sprintf("msp/%s/%s-%d.pem", o.MSP, kind, n+1), pem.EncodeToMemory(block)))
		}
		for kind, certs := range map[string][]*x509.Certificate{"root": o.Roots, "intermediate": o.Intermediates} {
			for i, c := range certs {
				put(kind, i, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
			}
		}
		for i, l := range o.Revoked {
			put("revoked", i, &pem.Block{Type: "X509 CRL", Bytes: l.Raw})
		}
	}
	return out
}
