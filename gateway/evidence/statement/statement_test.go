package statement_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/evidence/proof"
	"fundtrace/gateway/evidence/statement"
	"fundtrace/gateway/evidence/testchannel"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"
)

// A statement verifies from its file alone, and says what the ledger says.
func TestStatementHolds(t *testing.T) {
	w := newWorld(t)
	file := w.file(w.make(w.about()))
	for _, pinned := range [][]byte{nil, w.Genesis()} {
		r, err := statement.Verify(file, statement.Options{GenesisHash: pinned})
		if err != nil || !r.OK || r.Pinned != (pinned != nil) {
			t.Fatalf("%+v, %v", r, err)
		}
		if l := r.Statement.Lots[0]; l.Lot != w.lot || l.Amount != 1000 || l.Remaining != 790 || l.Account != "acct:a" {
			t.Errorf("the lot is %+v", l)
		}
		if m := r.Statement.Movements[0]; m.ID != ledger.MovementID(w.entry, 7) || m.Movement.Amount != 8 || m.Writer.Name != officer.Name {
			t.Errorf("the movement is %+v", m)
		}
		if len(r.Statement.Roots) != 2 || r.At != "2026-03-02T08:00:00Z" || r.Channel != testchannel.Name {
			t.Errorf("roots %+v, at %s on %s", r.Statement.Roots, r.At, r.Channel)
		}
		if got := strings.Join(r.SignedBy, ", "); got != "peer0 of AuditMSP, peer0 of BankMSP, peer0 of FinanceMSP" || r.AskedBy != "gateway@finance of FinanceMSP" {
			t.Errorf("signed by %s, asked by %s", got, r.AskedBy)
		}
	}
	if !statement.Is(file) || statement.Is([]byte("PK\x03\x04")) || statement.Is(nil) {
		t.Error("files are mistaken for one another")
	}
	t.Logf("a lot and two movements: %d bytes", len(file))
}

// A disclosure shows one movement and nothing of the others, and its root is the one that a statement gives.
func TestDisclosureHolds(t *testing.T) {
	w := newWorld(t)
	p := w.make(w.showing())
	file := w.file(p)
	r, err := statement.Verify(file, statement.Options{GenesisHash: w.Genesis()})
	if err != nil || !r.OK {
		t.Fatalf("%+v, %v", r, err)
	}
	if r.Leaf.Movement.Amount != 8 || r.Leaf.ID != ledger.MovementID(w.entry, 7) || r.Leaf.Salt != ledger.LeafSalt(salt, 7) || r.Disclosure.Size != 20 {
		t.Errorf("shown: %+v, leaf %+v", r.Disclosure, r.Leaf)
	}
	stated, err := statement.Verify(w.file(w.make(w.about())), statement.Options{})
	if err != nil || stated.Statement.Roots[1].Root != r.Disclosure.Root && stated.Statement.Roots[0].Root != r.Disclosure.Root {
		t.Errorf("the roots are %+v, shown under %s, %v", stated.Statement.Roots, r.Disclosure.Root, err)
	}
	for _, hidden := range []string{salt, "第 <a>", "第 <i>", `"amount":"9"`, ledger.MovementID(w.entry, 8)} {
		if bytes.Contains(p.Envelope, []byte(hidden)) {
			t.Errorf("the envelope tells %q of another movement", hidden)
		}
	}
	if !bytes.Contains(p.Envelope, []byte("第 <h>")) {
		t.Error("the envelope does not tell the movement itself: the test looks in the wrong place")
	}
	t.Logf("one movement of 20: %d bytes", len(file))
}

// Requests that nobody can answer are refused before or by the peers, with the ledger's codes.
func TestMakeRefuses(t *testing.T) {
	w := newWorld(t)
	many := statement.Request{}
	for n := range ledger.MaxStated + 1 {
		many.Movements = append(many.Movements, ledger.MovementID(w.entry, n))
	}
	for name, c := range map[string]struct {
		request statement.Request
		want    ledger.Code
	}{
		"nothing":        {statement.Request{}, ledger.FieldMissing},
		"both":           {statement.Request{Lots: []string{w.lot}, Disclose: ledger.MovementID(w.entry, 1)}, ledger.FieldInvalid},
		"no movement":    {statement.Request{Disclose: "x"}, ledger.FieldInvalid},
		"no lot":         {statement.Request{Lots: []string{"x"}}, ledger.FieldInvalid},
		"twice":          {statement.Request{Lots: []string{w.lot, w.lot}}, ledger.FieldInvalid},
		"too many":       {many, ledger.TooLarge},
		"unknown lot":    {statement.Request{Lots: []string{ledger.LotID(w.lot[:len(w.lot)-2], 1)}}, ledger.LotUnknown},
		"unknown":        {statement.Request{Movements: []string{ledger.MovementID(w.entry, 20)}}, ledger.MovementUnknown},
		"unknown, shown": {statement.Request{Disclose: ledger.MovementID(w.entry, 20)}, ledger.MovementUnknown},
	} {
		if _, err := statement.Make(context.Background(), w, c.request); ledger.ErrorCode(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	w.forge = func(c *testchannel.Call) { c.Endorsers = c.Endorsers[:2] }
	if _, err := statement.Make(context.Background(), w, w.about()); statement.ReasonOf(err) != statement.Unsigned {
		t.Errorf("a statement that two peers signed was handed out: %v", err)
	}
}

// The configuration has changed twice since block 0: the file carries the changes, and the signers are judged by the last.
func TestConfigurationsAreFollowed(t *testing.T) {
	w := newWorld(t)
	bank := w.Organisations[ledger.BankMSP]
	old := w.make(w.about())
	renewed := bank.Enrol("peer1", "peer")
	w.Reconfigure(membership(bank, bank.Revoke(w.Peers[ledger.BankMSP])), w.Admins[ledger.BankMSP])
	audit := w.Organisations[ledger.AuditMSP]
	w.Reconfigure(membership(audit, audit.Revoke(audit.Enrol("gone", "peer"))), w.Admins[ledger.AuditMSP])
	if r, err := statement.Verify(w.forged(w.about(), nil), statement.Options{}); statement.ReasonOf(err) != statement.Unsigned {
		t.Errorf("a peer whose certificate was revoked is believed: %+v, %v", r, err)
	}
	w.Peers[ledger.BankMSP] = renewed
	p := w.make(w.about())
	if r, err := statement.Verify(w.file(p), statement.Options{GenesisHash: w.Genesis()}); err != nil || len(p.Configurations) != 3 ||
		!strings.Contains(r.Checks[1].Text, "2 times") {
		t.Errorf("%d configurations: %+v, %v", len(p.Configurations), r, err)
	}
	// What was signed before the revocation stays so, with the configurations of then: the report says that much.
	if r, err := statement.Verify(w.file(old), statement.Options{GenesisHash: w.Genesis()}); err != nil || !strings.Contains(strings.Join(r.Limits, " "), "revoked") {
		t.Errorf("%+v, %v", r, err)
	}
	for name, c := range map[string]struct {
		change func([]*common.Block) []*common.Block
		want   statement.Reason
	}{
		"one left out":   {func(b []*common.Block) []*common.Block { return []*common.Block{b[0], b[2]} }, proof.ConfigUpdate},
		"in other order": {func(b []*common.Block) []*common.Block { return []*common.Block{b[0], b[2], b[1]} }, proof.ConfigUpdate},
		"one twice":      {func(b []*common.Block) []*common.Block { return []*common.Block{b[0], b[1], b[1], b[2]} }, proof.HeaderChain},
		"no block 0":     {func(b []*common.Block) []*common.Block { return b[1:] }, proof.HeaderChain},
		"another block":  {func(b []*common.Block) []*common.Block { return append(b[:1:1], w.Blocks()[1]) }, proof.ConfigInvalid},
		"a foreign one":  {func(b []*common.Block) []*common.Block { return append(b[:1:1], foreignChange(t)) }, proof.OrdererSignature},
		"not signed": {func(b []*common.Block) []*common.Block {
			return append(b[:1:1], &common.Block{Header: b[1].Header, Data: b[1].Data})
		}, proof.OrdererSignature},
		"another content": {func(b []*common.Block) []*common.Block { return append(b[:1:1], rehash(b[1], b[2])) }, proof.OrdererSignature},
		"cut":             {func(b []*common.Block) []*common.Block { return append(b[:1:1], &common.Block{Header: b[1].Header}) }, proof.DataHash},
	} {
		bad := &statement.Proof{Envelope: p.Envelope, Configurations: c.change(p.Configurations)}
		if r, err := statement.Verify(w.file(bad), statement.Options{}); r.OK || statement.ReasonOf(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	alone := newWorld(t)
	bank = alone.Organisations[ledger.BankMSP]
	alone.Reconfigure(membership(bank, bank.Revoke(bank.Enrol("x", "peer"))), alone.Orderer)
	if _, err := statement.Verify(alone.forged(alone.about(), nil), statement.Options{}); statement.ReasonOf(err) != proof.ConfigUpdate {
		t.Errorf("a change that the ordering service made by itself: %v", err)
	}
}

// membership replaces an organisation's membership.
func membership(o *testchannel.Organisation, revoked []byte) func(*common.ConfigGroup) {
	return func(g *common.ConfigGroup) {
		values := g.Groups["Application"].Groups[o.MSP].Values
		v := o.Membership(revoked)
		v.Version = values["MSP"].Version + 1
		values["MSP"] = v
	}
}

// foreignChange is a configuration block of another channel.
func foreignChange(t *testing.T) *common.Block {
	w := newWorld(t)
	bank := w.Organisations[ledger.BankMSP]
	return w.Reconfigure(membership(bank, bank.Revoke(bank.Enrol("x", "peer"))), w.Admins[ledger.BankMSP])
}

// rehash is a block with the data of another.
func rehash(b, other *common.Block) *common.Block {
	h := proto.Clone(b.Header).(*common.BlockHeader)
	h.DataHash = testchannel.DataHash(other.Data.Data)
	return &common.Block{Header: h, Data: other.Data, Metadata: b.Metadata}
}

// What the channel cannot give now is the caller's error as it is.
func TestMakeHandsFailuresOn(t *testing.T) {
	w := newWorld(t)
	away := errors.New("away")
	if _, err := statement.Make(context.Background(), failing{w, away}, w.about()); !errors.Is(err, away) {
		t.Error(err)
	}
}

type failing struct {
	*world
	err error
}

func (f failing) Configurations(context.Context) ([]*common.Block, error) { return nil, f.err }
