package statement_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/evidence/proof"
	"fundtrace/gateway/evidence/statement"
	"fundtrace/gateway/evidence/testchannel"

	"github.com/gowebpki/jcs"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// saying changes the answer before anybody signs it, as peers of all three organisations could together: such an answer is
// refused where it contradicts the question or itself.
func saying(change func(map[string]any)) func(*testchannel.Call) {
	return func(c *testchannel.Call) {
		var answer map[string]any
		if err := json.Unmarshal(c.Response.Payload, &answer); err != nil {
			panic(err)
		}
		change(answer)
		text, err := json.Marshal(answer)
		if err == nil {
			text, err = jcs.Transform(text)
		}
		if err != nil {
			panic(err)
		}
		c.Response.Payload = text
	}
}

func set(name string, value any) func(*testchannel.Call) {
	return saying(func(a map[string]any) { a[name] = value })
}

// first answers the first of a list in an answer.
func first(a map[string]any, list string) map[string]any {
	return a[list].([]any)[0].(map[string]any)
}

// by has the answer signed by these.
func by(endorsers func(w *world) []*testchannel.Member) func(w *world) func(*testchannel.Call) {
	return func(w *world) func(*testchannel.Call) {
		return func(c *testchannel.Call) { c.Endorsers = endorsers(w) }
	}
}

// peers are the peers of some organisations, and members that sign beside them.
func (w *world) peers(msps string, more ...*testchannel.Member) []*testchannel.Member {
	for m := range strings.FieldsSeq(msps) {
		more = append(more, w.Peers[m+"MSP"])
	}
	return more
}

// after lets change have what was endorsed, before whoever asked signs all of it.
func after(change func(*peer.ChaincodeActionPayload)) func(*world) func(*testchannel.Call) {
	return func(*world) func(*testchannel.Call) { return func(c *testchannel.Call) { c.Action = change } }
}

func here(forge func(*testchannel.Call)) func(*world) func(*testchannel.Call) {
	return func(*world) func(*testchannel.Call) { return forge }
}

// Whoever signs what is not so, or signs without the others, is found out, each for its own reason.
func TestForgedStatementsAreRefused(t *testing.T) {
	stranger := testchannel.NewOrganisation(ledger.BankMSP)
	early := time.Date(2026, 3, 2, 7, 59, 59, 0, time.UTC)
	for _, c := range []struct {
		name  string
		forge func(*world) func(*testchannel.Call)
		want  statement.Reason
	}{
		{"as it is", here(nil), ""},
		// Who signs.
		{"the bank has not signed", by(func(w *world) []*testchannel.Member { return w.peers("Finance Audit") }), statement.Unsigned},
		{"the bureau has not signed", by(func(w *world) []*testchannel.Member { return w.peers("Bank Audit") }), statement.Unsigned},
		{"the audit office has not signed", by(func(w *world) []*testchannel.Member { return w.peers("Bank Finance") }), statement.Unsigned},
		{"nobody has", by(func(*world) []*testchannel.Member { return nil }), statement.Unsigned},
		{"one has, three times", by(func(w *world) []*testchannel.Member { return w.peers("Bank Bank Bank") }), statement.Unsigned},
		{"a stranger that calls itself the bank", by(func(w *world) []*testchannel.Member {
			return w.peers("Finance Audit", stranger.Enrol("peer0", "peer"))
		}), statement.Unsigned},
		{"a stranger beside all three", by(func(w *world) []*testchannel.Member {
			return w.peers("Bank Finance Audit", stranger.Enrol("peer0", "peer"))
		}), statement.Unsigned},
		{"a client of the bank", by(func(w *world) []*testchannel.Member {
			return w.peers("Finance Audit", w.Organisations[ledger.BankMSP].Enrol("x", "client"))
		}), statement.Unsigned},
		{"an administrator of the bank", by(func(w *world) []*testchannel.Member { return w.peers("Finance Audit", w.Admins[ledger.BankMSP]) }), statement.Unsigned},
		{"somebody of no role", by(func(w *world) []*testchannel.Member {
			return w.peers("Finance Audit", w.Organisations[ledger.BankMSP].Enrol("x", "nothing"))
		}), statement.Unsigned},
		{"a second peer of the bank too", by(func(w *world) []*testchannel.Member {
			return w.peers("Bank Finance Audit", w.Organisations[ledger.BankMSP].Enrol("peer1", "peer"))
		}), ""},
		// When.
		{"a peer whose certificate had run out", by(func(w *world) []*testchannel.Member {
			return w.peers("Finance Audit", w.Organisations[ledger.BankMSP].EnrolUntil(early, "peer0", "peer"))
		}), statement.Expired},
		{"who asked had run out", func(w *world) func(*testchannel.Call) {
			return func(c *testchannel.Call) {
				c.By = w.Organisations[ledger.FinanceMSP].EnrolUntil(early, "gateway@finance", "client")
			}
		}, statement.Expired},
		{"a certificate that ran out a moment later", by(func(w *world) []*testchannel.Member {
			return w.peers("Finance Audit", w.Organisations[ledger.BankMSP].EnrolUntil(now.Add(time.Second), "peer0", "peer"))
		}), ""},
		{"a question without a time", here(func(c *testchannel.Call) { c.Header = nil }), proof.TransactionShape},
		{"a question of another time", here(func(c *testchannel.Call) {
			c.Header = func(h *common.ChannelHeader) { h.Timestamp = timestamppb.New(now.Add(time.Hour)) }
		}), statement.NotAsked},
		// What was signed.
		{"signatures under another answer", after(func(a *peer.ChaincodeActionPayload) {
			p := &peer.ProposalResponsePayload{}
			must(proto.Unmarshal(a.Action.ProposalResponsePayload, p))
			p.Extension = bytes.Replace(p.Extension, []byte(`"amount":"1000"`), []byte(`"amount":"9000"`), 1)
			a.Action.ProposalResponsePayload = encode(p)
		}), statement.Unsigned},
		{"signatures exchanged", after(func(a *peer.ChaincodeActionPayload) {
			e := a.Action.Endorsements
			e[0].Signature, e[1].Signature = e[1].Signature, e[0].Signature
		}), statement.Unsigned},
		{"one signature dropped", after(func(a *peer.ChaincodeActionPayload) { a.Action.Endorsements = a.Action.Endorsements[1:] }), statement.Unsigned},
		{"one signature broken", after(func(a *peer.ChaincodeActionPayload) { a.Action.Endorsements[2].Signature[9] ^= 1 }), statement.Unsigned},
		{"another question under the answer", after(func(a *peer.ChaincodeActionPayload) {
			a.ChaincodeProposalPayload = bytes.Replace(a.ChaincodeProposalPayload, []byte("Statement"), []byte("Disclose!"), 1)
		}), proof.TransactionShape},
		{"two actions", here(func(c *testchannel.Call) {
			c.Whole = func(tx *peer.Transaction) { tx.Actions = append(tx.Actions, tx.Actions[0]) }
		}), proof.TransactionShape},
		{"a refusal", here(func(c *testchannel.Call) { c.Response.Status = 500 }), proof.TransactionShape},
		{"a transaction that writes", here(func(c *testchannel.Call) {
			c.Results = &rwset.TxReadWriteSet{NsRwset: []*rwset.NsReadWriteSet{{Namespace: testchannel.Chaincode,
				Rwset: encode(&kvrwset.KVRWSet{Writes: []*kvrwset.KVWrite{{Key: "lot/x", Value: []byte("{}")}}})}}}
		}), proof.TransactionShape},
		{"other chaincode", here(func(c *testchannel.Call) { c.Chaincode = "fundtracf" }), statement.NotAsked},
		{"another channel", here(func(c *testchannel.Call) {
			c.Header = func(h *common.ChannelHeader) { h.ChannelId, h.Timestamp = "other", timestamppb.New(now) }
		}), proof.CreatorSignature},
		{"another identifier", here(func(c *testchannel.Call) {
			c.Header = func(h *common.ChannelHeader) { h.TxId, h.Timestamp = strings.Repeat("0", 64), timestamppb.New(now) }
		}), proof.TransactionID},
		{"asked by a stranger", func(*world) func(*testchannel.Call) {
			return func(c *testchannel.Call) { c.By = stranger.Enrol("x", "client") }
		}, proof.CreatorSignature},
		{"another function", here(func(c *testchannel.Call) { c.Args[0] = []byte("Lots") }), statement.NotAsked},
		{"one argument more", here(func(c *testchannel.Call) { c.Args = append(c.Args, []byte("x")) }), statement.NotAsked},
		{"a question that cannot be read", here(func(c *testchannel.Call) { c.Args[1] = []byte("{") }), statement.NotAsked},
		{"a question of nothing", here(func(c *testchannel.Call) { c.Args[1] = []byte("{}") }), statement.NotAsked},
		{"a question with more in it", here(func(c *testchannel.Call) { c.Args[1] = []byte(`{"colour":"red"}`) }), statement.NotAsked},
		// What the answer says.
		{"another format", here(set("format", "fundtrace-statement-2")), statement.NotAsked},
		{"another channel in the answer", here(set("channel", "other")), statement.NotAsked},
		{"another time in the answer", here(set("at", "2026-03-02T08:00:01Z")), statement.NotAsked},
		{"another lot", here(saying(func(a map[string]any) { first(a, "lots")["lot"] = "x" })), statement.NotAsked},
		{"another movement", here(saying(func(a map[string]any) { first(a, "movements")["id"] = "x" })), statement.NotAsked},
		{"a lot too few", here(set("lots", []any{})), statement.NotAsked},
		{"a movement too many", here(saying(func(a map[string]any) { a["movements"] = append(a["movements"].([]any), first(a, "movements")) })), statement.NotAsked},
		{"a field that nobody knows", here(set("colour", "red")), statement.NotAsked},
		{"a field of another kind", here(set("lots", "x")), statement.NotAsked},
		{"another form", here(func(c *testchannel.Call) { c.Response.Payload = append([]byte(" "), c.Response.Payload...) }), statement.NotAsked},
		{"no answer", here(func(c *testchannel.Call) { c.Response.Payload = nil }), statement.NotAsked},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			r, err := statement.Verify(w.forged(w.about(), c.forge(w)), statement.Options{GenesisHash: w.Genesis()})
			if got := statement.ReasonOf(err); got != c.want || r.OK != (c.want == "") || r.Reason != c.want {
				t.Errorf("%v, want %q", err, c.want)
			}
			if !r.OK && (r.Statement != nil || len(r.Checks) == 0 || r.Checks[len(r.Checks)-1].OK) {
				t.Errorf("a refused statement is reported as %+v", r)
			}
		})
	}
}

// What a disclosure shows must be under the root, whoever signs it.
func TestForgedDisclosuresAreRefused(t *testing.T) {
	replaced := func(old, now string) func(map[string]any) {
		return func(a map[string]any) { a["leaf"] = strings.Replace(a["leaf"].(string), old, now, 1) }
	}
	for name, c := range map[string]struct {
		change func(map[string]any)
		want   statement.Reason
	}{
		"as it is":         {func(map[string]any) {}, ""},
		"another movement": {func(a map[string]any) { a["movement"] = strings.TrimSuffix(a["movement"].(string), "7") + "8" }, statement.NotAsked},
		"amount":           {replaced(`"amount":"8"`, `"amount":"9"`), statement.WrongRoot},
		"writer":           {replaced(`"role":"officer"`, `"role":"auditor"`), statement.WrongRoot},
		"salt":             {replaced(`"salt":"`, `"salt":"0`), statement.WrongRoot},
		"leaf of another":  {replaced(`.7",`, `.8",`), statement.WrongRoot},
		"no leaf":          {func(a map[string]any) { a["leaf"] = "" }, statement.WrongRoot},
		"index":            {func(a map[string]any) { a["index"] = 6 }, statement.WrongRoot},
		"size":             {func(a map[string]any) { a["size"] = 40 }, statement.WrongRoot},
		"path":             {func(a map[string]any) { a["path"] = a["path"].([]any)[1:] }, statement.WrongRoot},
		"root":             {func(a map[string]any) { a["root"] = strings.Repeat("0", 64) }, statement.WrongRoot},
		"a statement":      {func(a map[string]any) { a["format"] = "fundtrace-statement-1" }, statement.NotAsked},
	} {
		w := newWorld(t)
		r, err := statement.Verify(w.forged(w.showing(), saying(c.change)), statement.Options{GenesisHash: w.Genesis()})
		if got := statement.ReasonOf(err); got != c.want || r.OK != (c.want == "") || (r.Leaf == nil) == (c.want == "") {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
