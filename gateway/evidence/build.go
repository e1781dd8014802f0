package evidence

import (
	"context"
	"errors"
	"fmt"
	"io"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/evidence/proof"
	"fundtrace/gateway/trace"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
)

// Source gives a channel's blocks by number, as a peer delivers them. Blocks are asked for again and again, mostly in
// ascending order; see Spool for peers that deliver them once and in order. Nobody changes them.
type Source interface {
	Block(ctx context.Context, n uint64) (*common.Block, error)
}

// Request says what a pack is to hold.
type Request struct {
	Subject Subject
	Last    uint64 // the last block: the answer is as of it
	// Whole puts every block into the pack. It proves that nothing is left out, and that each validity flag is right.
	// Otherwise the pack holds the blocks on which the answer rests, and of the others the headers.
	Whole bool
	// Answer is the whole answer of the read model to the same question as of the same block (all its pages joined), or
	// nil. A pack that would say something else is not made.
	Answer *trace.Answer
	// Fund is the same for a figure: the read model's answer as of the subject's date, all its pages joined, or nil.
	Fund *trace.FundAnswer
	// Statement is the same for the statement in a figure, or nil.
	Statement *trace.Statement
	Documents Documents // nil: the pack holds none
	// Export is the identifier under which the read log of the gateway has this pack; empty: it was made without one.
	Export string
}

// ErrDiffers says that blocks and read model answer differently. Either the ledger has moved on between the two, or the
// read model is wrong.
var ErrDiffers = errors.New("the blocks give another answer than the read model: ask again, and if it stays so fold the read model anew")

// Build makes a pack and writes it as a zip. It verifies everything on the way: a pack that would not verify is not made.
// The same request on the same blocks gives the same bytes. It answers the manifest. Errors: FIELD_INVALID and
// DATE_INVALID of a wrong subject; ErrDiffers; *Failure, *proof.Failure where the blocks do not hold what is asked for;
// those of source and documents.
func Build(ctx context.Context, w io.Writer, source Source, r Request) (*Manifest, error) {
	if err := r.Subject.Check(); err != nil {
		return nil, err
	}
	if r.Subject.Kind == OfFigure && !r.Whole {
		return nil, ledger.Refuse(ledger.FieldInvalid, "a figure counts everything that was paid in: only a pack of all blocks can show that nothing is left out", "field", "coverage")
	}
	if !exports.MatchString(r.Export) {
		return nil, ledger.Refuse(ledger.FieldInvalid, "an export is named by an x and 32 hexadecimal digits", "field", "export")
	}
	if r.Answer != nil && r.Answer.Totals.Hidden > 0 || r.Fund != nil && r.Fund.Totals.Hidden > 0 {
		return nil, ledger.Refuse(ledger.NotPermitted, "blocks show everything: a pack is for readers who may see everything")
	}
	m, p, err := r.gather(ctx, source)
	if err != nil {
		return nil, err
	}
	d, err := p.derive(&r.Subject, m)
	if err != nil {
		return nil, err
	}
	if r.Answer != nil && d.figure != nil {
		if err := d.figure.agrees(r.Answer); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrDiffers, err)
		}
	}
	if r.Fund != nil && d.fund != nil {
		if err := d.fund.agrees(r.Fund); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrDiffers, err)
		}
	}
	if r.Statement != nil && d.fund != nil {
		if err := d.fund.Statement.agreesWith(r.Statement); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrDiffers, err)
		}
	}
	files, err := m.files()
	if err != nil {
		return nil, err
	}
	contents, err := r.contents(d)
	if err != nil {
		return nil, err
	}
	files, err = complete(&r.Subject, r.Export, p, d, append(append(files, d.files...), contents...))
	if err != nil {
		return nil, err
	}
	total := int64(0)
	for _, f := range files {
		if total += f.size; f.size > MaxFile || total > MaxContents || len(files) > MaxFiles {
			return nil, refuse(TooLarge, f.path, nil, "the pack would have more than %d files, %d bytes in one or %d in all: ask for less, or for a part of the blocks",
				MaxFiles, MaxFile, MaxContents)
		}
	}
	if err := writeZip(w, files); err != nil {
		return nil, err
	}
	own, err := files[len(files)-1].read()
	if err != nil {
		return nil, err
	}
	return readManifest(own)
}

// gather collects headers and blocks, and verifies them.
func (r *Request) gather(ctx context.Context, source Source) (*gathered, *proven, error) {
	m := &gathered{ctx: ctx, source: source, last: r.Last}
	if r.Whole {
		p, err := prove(ctx, m, nil)
		return m, p, err
	}
	s := newSelection(source, r.Subject, r.Last)
	if err := s.run(ctx); err != nil {
		return nil, nil, err
	}
	m.chosen = s.chosen
	for {
		p, err := prove(ctx, m, nil)
		if err == nil {
			return m, p, nil
		}
		more, failed := s.explain(ctx, err)
		if failed != nil {
			return nil, nil, failed
		}
		if !more {
			return nil, nil, err
		}
	}
}

// gathered is the material of a pack being made.
type gathered struct {
	ctx    context.Context // of the one call of Build that made it
	source Source
	last   uint64
	chosen map[uint64]bool // nil: all
}

func (g *gathered) fetch(n uint64) (*common.Block, error) {
	b, err := g.source.Block(g.ctx, n)
	if err != nil {
		return nil, fmt.Errorf("read block %d: %w", n, err)
	}
	return bare(b), nil
}

func (g *gathered) headers(visit func(*common.BlockHeader) error) error {
	for n := uint64(0); n <= g.last; n++ {
		b, err := g.fetch(n)
		if err != nil {
			return err
		}
		if err := visit(b.GetHeader()); err != nil {
			return err
		}
	}
	return nil
}

func (g *gathered) block(n uint64) (*common.Block, error) {
	if g.chosen != nil && !g.chosen[n] {
		return nil, nil
	}
	return g.fetch(n)
}

// files makes blocks/.
func (g *gathered) files() ([]*file, error) {
	var out []*file
	var headers []byte
	for n := uint64(0); n <= g.last; n++ {
		b, err := g.fetch(n)
		if err != nil {
			return nil, err
		}
		if headers, err = appendHeader(headers, b.GetHeader()); err != nil {
			return nil, err
		}
		if g.chosen != nil && !g.chosen[n] {
			continue
		}
		raw, err := proof.Encode(b)
		if err != nil {
			return nil, fmt.Errorf("encode block %d: %w", n, err)
		}
		out = append(out, &file{blockFile(n), int64(len(raw)), sumOf(raw), func() ([]byte, error) {
			b, err := g.fetch(n)
			if err != nil {
				return nil, err
			}
			return proof.Encode(b)
		}})
	}
	return append(out, newFile(headersFile, headers)), nil
}

// agrees compares the figure with the answer of the read model: totals, and of each line what money it is.
func (f *Figure) agrees(a *trace.Answer) error {
	if a.Lot != f.Lot || a.Direction != f.Direction || a.Currency != f.Currency || a.Amount != f.Amount {
		return errors.New("the questions differ")
	}
	if t := f.Totals; t != nil && (a.Totals.Traced != t.Traced || a.Totals.Reached != t.Reached || a.Totals.Idle != t.Idle ||
		a.Totals.InTransit != t.InTransit || a.Totals.Spent != t.Spent) {
		return fmt.Errorf("the totals are %+v from the blocks, %+v from the read model", *t, a.Totals)
	}
	if len(a.Rows) != len(f.Lines) {
		return fmt.Errorf("%d lots from the blocks, %d from the read model", len(f.Lines), len(a.Rows))
	}
	for i := range a.Rows {
		l, r := &f.Lines[i], &a.Rows[i]
		if l.Lot != r.Lot || l.Depth != r.Depth || l.Parent != r.Parent || l.Movement != r.Movement || l.Stage != r.Stage || l.Level != r.Level ||
			l.Date != r.Date || l.From != r.From || l.To != r.To || l.Amount != r.Amount {
			return fmt.Errorf("lot %s is not the same in both", l.Lot)
		}
		if l.Stay != nil && (l.Before != r.Before || l.After != r.After || l.Drawn != r.Drawn) {
			return fmt.Errorf("the draws on and from lot %s are not the same in both", l.Lot)
		}
	}
	return nil
}

// FundOf asks the read model for the whole figure of a fund: all its pages joined. The forest is as of the figure's date.
// Errors: those of trace.ForFund.
func FundOf(ctx context.Context, f trace.Forest, fund string) (*trace.FundAnswer, error) {
	var all *trace.FundAnswer
	for o := (trace.Options{Limit: trace.MaxRows}); ; {
		a, err := trace.ForFund(ctx, f, fund, o)
		if err != nil {
			return nil, err
		}
		if all == nil {
			all = a
		} else {
			all.Rows = append(all.Rows, a.Rows...)
		}
		if o.Cursor = a.Next; a.Next == "" {
			all.Next = ""
			return all, nil
		}
	}
}

// Trace asks the read model for the whole answer of a trace: all its pages joined. Errors: those of trace.Forward and
// trace.Backward.
func Trace(ctx context.Context, f trace.Forest, lot, direction string) (*trace.Answer, error) {
	ask := trace.Forward
	if direction == Backward {
		ask = trace.Backward
	}
	var all *trace.Answer
	for o := (trace.Options{Limit: trace.MaxRows}); ; {
		a, err := ask(ctx, f, lot, o)
		if err != nil {
			return nil, err
		}
		if all == nil {
			all = a
		} else {
			all.Rows = append(all.Rows, a.Rows...)
		}
		if o.Cursor = a.Next; a.Next == "" {
			all.Next = ""
			return all, nil
		}
	}
}
