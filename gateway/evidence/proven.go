package evidence

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/evidence/proof"

	"github.com/hyperledger/fabric-chaincode-go/v2/pkg/attrmgr"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
)

// material is what a pack rests on: the headers of all blocks in order, and some or all blocks whole.
type material interface {
	// headers calls visit for the header of each block from 0 on.
	headers(visit func(*common.BlockHeader) error) error
	// block answers a block, nil where only its header is there.
	block(n uint64) (*common.Block, error)
}

// transaction is what is kept of a proven transaction.
type transaction struct {
	id      string
	size    int64
	sum     [32]byte // of the envelope
	unshown int      // keys that it read and that lie in blocks left out
}

// proven is what follows from the material: the channel as far as it is shown, and the ledger that its transactions
// wrote.
type proven struct {
	chain  *proof.Chain
	book   *book
	blocks int // shown whole
	valid  int // endorsed transactions
	void   int // transactions that are not valid
	config int // configurations after the first
	txs    map[proof.Version]transaction

	signers map[*x509.Certificate]ledger.Writer
}

// ahead is how many blocks have their signatures verified together.
const ahead = 64

// prove verifies the material. Errors: *proof.Failure, *Failure.
func prove(ctx context.Context, m material, pinned []byte) (*proven, error) {
	p := &proven{book: newBook(), txs: map[proof.Version]transaction{}, signers: map[*x509.Certificate]ledger.Writer{}}
	var waiting []*common.Block
	flush := func() error {
		if p.chain != nil {
			p.chain.Prepare(waiting...)
		}
		for _, b := range waiting {
			if err := p.block(b, pinned); err != nil {
				return err
			}
		}
		waiting = waiting[:0]
		return ctx.Err()
	}
	err := m.headers(func(h *common.BlockHeader) error {
		b, err := m.block(h.GetNumber())
		if err != nil {
			return err
		}
		if b != nil {
			if err := sameHeader(h, b.GetHeader()); err != nil {
				return err
			}
			waiting = append(waiting, b)
			if len(waiting) < ahead && h.GetNumber() > 0 {
				return nil
			}
			return flush()
		}
		if err := flush(); err != nil {
			return err
		}
		if p.chain == nil {
			return refuse(FileMissing, blockFile(0), nil, "block 0 must be there whole")
		}
		return p.chain.Header(h)
	})
	if err == nil {
		err = flush()
	}
	if err != nil {
		return nil, err
	}
	if p.chain == nil {
		return nil, refuse(Unproven, headersFile, nil, "it holds no block")
	}
	return p, p.chain.End()
}

func sameHeader(listed, own *common.BlockHeader) error {
	if listed.GetNumber() != own.GetNumber() || !bytes.Equal(listed.GetPreviousHash(), own.GetPreviousHash()) ||
		!bytes.Equal(listed.GetDataHash(), own.GetDataHash()) {
		return &proof.Failure{Reason: proof.HeaderChain, Block: listed.GetNumber(), Tx: -1, Message: "its header is listed differently in " + headersFile}
	}
	return nil
}

// block takes the next block into the chain and what its transactions wrote into the book.
func (p *proven) block(b *common.Block, pinned []byte) error {
	p.blocks++
	if p.chain == nil {
		var err error
		p.chain, err = proof.NewChain(b, pinned)
		return err
	}
	before := p.chain.Config()
	txs, err := p.chain.Block(b)
	if err != nil {
		return err
	}
	if p.chain.Config() != before {
		p.config++
		return nil
	}
	for _, t := range txs {
		if t.Code != 0 {
			p.void++
			continue
		}
		p.valid++
		p.txs[t.At] = transaction{t.ID, int64(len(t.Envelope)), sumOf(t.Envelope), t.Unshown}
		by, err := p.signer(t.Creator)
		if err != nil {
			return refuse(WriterForged, blockFile(t.At.Block), err, "transaction %s", t.ID)
		}
		if err := p.book.take(t.At, by, t.Writes); errors.Is(err, errForged) {
			return refuse(WriterForged, blockFile(t.At.Block), err, "transaction %s", t.ID)
		} else if err != nil {
			return refuse(Contradiction, blockFile(t.At.Block), err, "transaction %s", t.ID)
		}
	}
	return nil
}

// signer says who signed a transaction, in the words in which a record names its writer. The endorsers have compared the
// two; whoever sees the record and the certificate can too.
func (p *proven) signer(of proof.Signer) (ledger.Writer, error) {
	if w, known := p.signers[of.Certificate]; known {
		return w, nil
	}
	attributes, err := attrmgr.New().GetAttributesFromCert(of.Certificate)
	if err != nil {
		return ledger.Writer{}, fmt.Errorf("the attributes of its signer cannot be read: %w", err)
	}
	w := ledger.Writer{MSP: of.MSP, Name: of.Name}
	w.Role, _, _ = attributes.Value("role")
	w.Party, _, _ = attributes.Value("party")
	p.signers[of.Certificate] = w
	return w, nil
}

// standing is the weakest of the transactions' standings.
func (p *proven) standing(of []proof.Version) proof.Standing {
	rank := map[proof.Standing]int{proof.Replayed: 0, proof.Witnessed: 1, proof.Claimed: 2}
	worst := proof.Replayed
	for _, at := range of {
		if s := p.chain.Standing(at); rank[s] > rank[worst] {
			worst = s
		}
	}
	return worst
}

// answer works out what the subject asks for: the movements, and for a trace or a figure the sums. Errors: *Failure with
// UNPROVEN.
func (p *proven) answer(s *Subject, d *derivation) (err error) {
	in := map[string]bool{}
	switch s.Kind {
	case OfMovement:
		m := p.book.movements[s.Movement]
		if m == nil {
			return refuse(Unproven, "", nil, "no block here records movement %s", s.Movement)
		}
		d.movements = []*movement{m}
		return nil
	case OfRange:
		d.movements = p.book.within(s.Since, s.Until)
		return nil
	case OfFigure:
		if p.chain.Gaps() > 0 {
			return refuse(Unproven, "", nil, "a figure of a fund takes all blocks, and %d are left out", p.chain.Gaps())
		}
		var rests map[*lot]bool
		if d.fund, rests, err = p.book.fundFigure(s); err != nil {
			return refuse(Unproven, "", err, "the figure cannot be computed from the blocks here")
		}
		for l := range rests {
			in[l.of.id] = true
		}
	default:
		if d.figure, err = p.book.figure(s); err != nil {
			return refuse(Unproven, "", err, "the trace cannot be computed from the blocks here")
		}
		in[p.book.lots[s.Lot].of.id] = true // also of a movement that came to nothing
		for i := range d.figure.Lines {
			in[d.figure.Lines[i].Movement] = true
		}
	}
	for _, m := range p.book.order {
		if in[m.id] {
			d.movements = append(d.movements, m)
		}
	}
	return nil
}
