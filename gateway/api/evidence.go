package api

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/evidence"
	"fundtrace/gateway/evidence/proof"
	"fundtrace/gateway/evidence/statement"
)

// Evidence makes what can leave the house and be verified by strangers.
type Evidence interface {
	// Pack writes an evidence pack made from the blocks of the gateway's peer. Errors: those of evidence.Build.
	Pack(ctx context.Context, w io.Writer, r evidence.Request) (*evidence.Manifest, error)
	// Statement answers the file of a statement that peers of three organisations sign. Errors: those of statement.Make.
	Statement(ctx context.Context, r statement.Request) ([]byte, error)
	// Channel answers the names of channel and chaincode and the hash of block 0. Errors: LEDGER_UNAVAILABLE.
	Channel(ctx context.Context) (channel, chaincode string, genesis []byte, err error)
}

// ChannelFacts say which channel the gateway reads. Ask a second organisation's gateway too before you rely on the hash.
type ChannelFacts struct {
	Channel   string `json:"channel"`
	Chaincode string `json:"chaincode"`
	Genesis   string `json:"genesis"`    // hash of block 0, hexadecimal: what evidence is verified against
	LastBlock uint64 `json:"last_block"` // that the reads of this gateway know
}

func (s *Server) channelFacts(c *call) (ChannelFacts, error) {
	var f ChannelFacts
	if s.Evidence == nil {
		return f, errNoEvidence()
	}
	channel, chaincode, genesis, err := s.Evidence.Channel(c.ctx())
	if err != nil {
		return f, err
	}
	last, err := s.lastBlock()
	return ChannelFacts{channel, chaincode, hex.EncodeToString(genesis), last}, err
}

func errNoEvidence() error {
	return ledger.Refuse(codeLedgerDown, "this gateway reads no blocks of a channel: ask another one")
}

// lastBlock is the last block that the reads know. Errors: LEDGER_UNAVAILABLE while there is none.
func (s *Server) lastBlock() (uint64, error) {
	next := s.Store.Next()
	if next == 0 {
		return 0, ledger.Refuse(codeLedgerDown, "this gateway has read no block yet: try again soon")
	}
	return next - 1, nil
}

// packName is the file name under which a pack is saved.
func packName(export string) string { return "evidence-" + export + ".zip" }

// sendEvidence answers a pack.
func (s *Server) sendEvidence(c *call) {
	if err := s.pack(c); err != nil {
		c.unsent()
		c.fail(err)
	}
}

func (s *Server) pack(c *call) error {
	if s.Evidence == nil {
		return errNoEvidence()
	}
	r := evidence.Request{Export: c.export, Whole: c.query("coverage") != string(evidence.Part), Documents: s.Documents}
	if err := c.decode(&r.Subject); err != nil {
		return err
	}
	if err := r.Subject.Check(); err != nil {
		return err
	}
	h := c.gin.Writer.Header()
	for attempt := 0; ; attempt++ {
		if err := c.answerOf(&r); err != nil {
			return err
		}
		h.Set("Content-Type", "application/zip")
		h.Set("Content-Disposition", `attachment; filename="`+packName(c.export)+`"`)
		_, err := s.Evidence.Pack(c.ctx(), c.gin.Writer, r)
		if errors.Is(err, evidence.ErrDiffers) && attempt == 0 {
			c.unsent()
			continue
		}
		return unproven(err)
	}
}

// unproven turns what the blocks do not prove into a refusal.
func unproven(err error) error {
	var f *evidence.Failure
	var p *proof.Failure
	switch {
	case err == nil:
		return nil
	case errors.As(err, &f) && f.Reason == evidence.TooLarge:
		return ledger.Refuse(ledger.TooLarge, f.Message)
	case errors.As(err, &f), errors.As(err, &p), errors.Is(err, evidence.ErrDiffers):
		return fmt.Errorf("%w: %w", ledger.Refuse(CodeUnproven, "the blocks of this gateway's peer do not prove the answer: ask again, and if it stays so ask another organisation's gateway",
			"reason", string(evidence.ReasonOf(err))), err)
	}
	return err
}

// answerOf puts the read model's own answer beside the question, both as of the same block: a pack that would say
// something else is not made. Errors: …_UNKNOWN of what the question names; FIELD_INVALID.
func (c *call) answerOf(r *evidence.Request) error {
	last, err := c.server.lastBlock()
	if err != nil {
		return err
	}
	if r.Last = last; c.query("known_at") != "" {
		n, err := c.number("known_at", 0, 0, math.MaxInt)
		if err != nil {
			return err
		}
		if r.Last = uint64(n); r.Last > last {
			return ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("block %d is not known here yet: ask for one up to %d", n, last), "field", "known_at")
		}
	}
	switch r.Subject.Kind {
	case evidence.OfMovement:
		_, err := c.server.Store.Movement(c.ctx(), c.scope(), r.Subject.Movement)
		return err
	case evidence.OfRange:
		return nil
	}
	forest, err := c.server.Store.At(c.ctx(), c.scope(), r.Subject.AsOf, &r.Last)
	if err != nil {
		return err
	}
	defer forest.Close()
	if r.Subject.Kind == evidence.OfFigure {
		if r.Fund, err = evidence.FundOf(c.ctx(), forest, r.Subject.Fund); err != nil {
			return err
		}
		totals, failed := forest.FundTotals(c.ctx(), r.Subject.Fund)
		if failed != nil {
			return failed
		}
		r.Statement = &totals.Own.Statement
	} else {
		r.Answer, err = evidence.Trace(c.ctx(), forest, r.Subject.Lot, r.Subject.Direction)
	}
	return err
}
