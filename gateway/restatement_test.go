package main

import (
	"bytes"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
	"fundtrace/gateway/trace"
)

func TestRestatementCommand(t *testing.T) {
	answer := projection.Restatement{FromBlock: 7, ToBlock: 9, FromDay: "2025-06-30", AsOf: "2025-12-31", Next: "x",
		Sums: []projection.ChangeSum{{What: projection.ChangeStage, Currency: "CNY", Movements: 1, Amount: 1_234_56, Restating: 1, Restated: 1_234_56}},
		Changes: []projection.Change{{Movement: "m.0", Kind: ledger.Disbursement, Amount: 1_234_56, Currency: "CNY", From: "acct:a", To: "acct:e1", What: projection.ChangeStage, Restates: true,
			Before: &projection.MovementState{Stage: ledger.Debited, Level: 1, Date: "2025-06-01"}, After: projection.MovementState{Stage: ledger.Credited, Level: 2, Date: "2025-06-02"},
			Acts: []projection.Act{{What: "STAGE", Stage: ledger.Credited, Recorded: projection.Recorded{Tx: "0123456789abcdef0123", Block: 8}, At: "2025-07-01T00:00:00Z",
				Writer: ledger.Writer{Name: "custodian@bank", Role: "custodian", Party: "other:bank"}}}}},
		Funds: []projection.FundChange{{FundHead: projection.FundHead{Fund: "fund:a", Currency: "CNY"}, Before: trace.Statement{In: 1_234_56, InTransit: 1_234_56},
			After: trace.Statement{In: 1_234_56, Reached: 1_234_56}}}}
	dir, asked := localGateway(t, answer)
	run := func(args ...string) (string, error) {
		var out bytes.Buffer
		c := restatementCommand()
		c.SetOut(&out)
		c.SetErr(&out)
		c.SetArgs(append([]string{"--dir", dir}, args...))
		err := c.ExecuteContext(t.Context())
		return out.String(), err
	}
	text, err := run("--from-block", "7", "--to-block", "9", "--as-of", "2025-12-31")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"from block 7 (2025-06-30) to block 9, value dates up to 2025-12-31", "STAGE        1 movements of 1,234.56 CNY, of them 1 of 1,234.56 restate",
		"* 2025-06-02 STAGE DISBURSEMENT 1,234.56 acct:a → acct:e1  DEBITED/1 → CREDITED/2  m.0", "STAGE CREDITED by custodian@bank (custodian other:bank) 2025-07-01T00:00:00Z, block 8, tx 0123456789abcdef\n",
		"The listing is cut", "fund:a", "-1,234.56", "in transit", "reached"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	if strings.Contains(text, "new money") {
		t.Errorf("figures that are the same are printed:\n%s", text)
	}
	if got := strings.Join(*asked, " "); !strings.Contains(got, "/restatement?as_of=2025-12-31&from_block=7&limit=50&to_block=9") {
		t.Errorf("asked %s", got)
	}
	if text, err := run("--from-block", "7", "--json"); err != nil || !strings.Contains(text, `"from_block":7`) {
		t.Errorf("%s, %v", text, err)
	}
	if _, err := run(); report(err) != exitUsage {
		t.Errorf("without a block: %v", err)
	}
	var out bytes.Buffer
	if err := printRestatement(&out, &projection.Restatement{}); err != nil || !strings.Contains(out.String(), "nothing changed") {
		t.Errorf("%s, %v", out.String(), err)
	}
}
