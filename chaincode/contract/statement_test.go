package contract_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"fundtrace/chaincode/contract"
	"fundtrace/chaincode/ledger"
	"fundtrace/chaincode/memledger"

	"github.com/gowebpki/jcs"
)

// What peers sign is canonical, says of which time and channel it is, and writes nothing.
func TestSignedAnswers(t *testing.T) {
	l := started(t, 2)
	lot := receipt(0)
	movement := lot[:len(lot)-2]
	for function, argument := range map[string]string{
		"Statement": fmt.Sprintf(`{"lots":[%q],"movements":[%q]}`, lot, movement),
		"Disclose":  fmt.Sprintf(`{"movement":%q}`, movement),
	} {
		tx, answer, err := l.Invoke(custodian, function, argument)
		if err != nil {
			t.Fatalf("%s: %v", function, err)
		}
		if canonical, err := jcs.Transform(answer); err != nil || string(canonical) != string(answer) {
			t.Errorf("%s is not in its canonical form: %s", function, answer)
		}
		if w := tx.Writes(); len(w) != 0 {
			t.Errorf("%s writes %v", function, w)
		}
		var h contract.Heading
		if err := json.Unmarshal(answer, &h); err != nil || h.Channel != memledger.Channel || h.At != "2026-03-02T08:00:00Z" || h.Version != contract.Version {
			t.Errorf("%s begins %+v, %v", function, h, err)
		}
		if _, again, err := l.Invoke(officer, function, argument); err != nil || string(again) != string(answer) {
			t.Errorf("%s tells another caller %s, %v", function, again, err)
		}
	}
	var s contract.SignedStatement
	answer, err := l.Evaluate(custodian, "Statement", fmt.Sprintf(`{"lots":[%q]}`, lot))
	if err != nil || ledger.DecodeStrict(answer, &s) != nil || s.Format != contract.StatementFormat || s.Lots[0].Remaining != 100 || len(s.Roots) != 1 {
		t.Errorf("%s, %v", answer, err)
	}
	var d contract.SignedDisclosure
	answer, err = l.Evaluate(custodian, "Disclose", fmt.Sprintf(`{"movement":%q}`, movement))
	if err != nil || ledger.DecodeStrict(answer, &d) != nil || d.Format != contract.DisclosureFormat || d.Root != s.Roots[0].Root || d.Check() != nil {
		t.Errorf("%s, %v", answer, err)
	}
}

func TestSignedAnswersRefuse(t *testing.T) {
	l := started(t, 1)
	for _, c := range []struct {
		function, argument string
		want               ledger.Code
	}{
		{"Statement", `{}`, ledger.FieldMissing},
		{"Statement", `{"lots":["x"]}`, ledger.FieldInvalid},
		{"Statement", `{"colour":"red"}`, ledger.Malformed},
		{"Statement", `[]`, ledger.Malformed},
		{"Statement", fmt.Sprintf(`{"movements":[%q]}`, strings.Repeat("0", 20)+".0"), ledger.MovementUnknown},
		{"Disclose", `{}`, ledger.FieldInvalid},
		{"Disclose", `{"movement":"x"} {}`, ledger.Malformed},
		{"Disclose", fmt.Sprintf(`{"movement":%q}`, strings.Repeat("0", 20)+".0"), ledger.MovementUnknown},
		{"Anchor", "FinanceMSP/gateway", ledger.AnchorUnknown},
	} {
		if answer, err := l.Evaluate(custodian, c.function, c.argument); ledger.ErrorCode(err) != c.want {
			t.Errorf("%s %s: %s, %v, want %s", c.function, c.argument, answer, err, c.want)
		}
	}
	// A peer signs nothing of another time than its own.
	cc, err := contract.NewChaincode(func() time.Time { return now.Add(contract.Window + time.Second) })
	if err != nil {
		t.Fatal(err)
	}
	late := memledger.New(memledger.WithClock(clock), memledger.WithChaincode(cc))
	for _, function := range []string{"Statement", "Disclose"} {
		if _, err := late.Evaluate(custodian, function, `{}`); ledger.ErrorCode(err) != ledger.TimeWindow {
			t.Errorf("%s: %v", function, err)
		}
	}
}

func TestAnchorRead(t *testing.T) {
	l := started(t, 0)
	service := ledger.Caller{MSP: ledger.FinanceMSP, Role: ledger.RoleService, Name: "gateway@finance"}
	anchor := ledger.Anchor{Stream: "gateway", Day: "2026-03-01", Sequence: 1, Head: strings.Repeat("a", 64), Count: 7}
	if _, err := l.Submit(service, ledger.Entry{Key: "a", Ops: []ledger.Op{{Type: ledger.AnchorRecord, Anchor: &anchor}}}); err != nil {
		t.Fatal(err)
	}
	answer, err := l.Evaluate(custodian, "Anchor", ledger.StreamID(ledger.FinanceMSP, "gateway"))
	var got ledger.AnchorRecorded
	if err != nil || json.Unmarshal(answer, &got) != nil || got.Anchor != anchor || got.Writer.Name != service.Name || got.At != "2026-03-02T08:00:00Z" {
		t.Errorf("%s, %v", answer, err)
	}
}
