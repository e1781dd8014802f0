package contract_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fundtrace/chaincode/contract"
	"fundtrace/chaincode/ledger"
	"fundtrace/chaincode/memledger"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"
)

const (
	bureau  = "uscc:110000000000010117"
	bank    = "uscc:91000000MA00000A9W"
	company = "uscc:91000000MA0000058L"
	payee   = "uscc:91000000MA00000825"
)

var (
	now       = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	officer   = ledger.Caller{MSP: ledger.FinanceMSP, Role: ledger.RoleOfficer, Party: bureau, Name: "officer@finance"}
	custodian = ledger.Caller{MSP: ledger.BankMSP, Role: ledger.RoleCustodian, Party: bank, Name: "custodian@bank"}
)

func clock() time.Time { return now }

func party(id string, kind ledger.PartyKind) ledger.Op {
	return ledger.Op{Type: ledger.PartyRegister, Party: &ledger.Party{ID: id, Kind: kind}}
}

// started is a ledger with one enterprise's account and n receipts on it, each in an entry of its own.
func started(t *testing.T, n int) *memledger.Ledger {
	t.Helper()
	l := memledger.New(memledger.WithClock(clock))
	submit := func(by ledger.Caller, key string, ops ...ledger.Op) {
		if _, err := l.Submit(by, ledger.Entry{Key: key, Ops: ops}); err != nil {
			t.Fatal(err)
		}
	}
	submit(officer, "parties", party(bureau, ledger.Government), party(bank, ledger.Bank), party(company, ledger.Private))
	submit(custodian, "account", ledger.Op{Type: ledger.AccountOpen, Account: &ledger.Account{ID: "acct:e", Owner: company, Bank: bank, Currency: "CNY", Purpose: ledger.Operating}},
		ledger.Op{Type: ledger.AccountOpen, Account: &ledger.Account{ID: "acct:e2", Owner: company, Bank: bank, Currency: "CNY", Purpose: ledger.Operating}})
	for i := range n {
		submit(custodian, fmt.Sprint("receipt-", i), received("acct:e", 100, fmt.Sprint(i)))
	}
	return l
}

func received(account string, amount int64, ref string) ledger.Op {
	return ledger.Op{Type: ledger.MovementSettle, Movement: &ledger.Movement{Kind: ledger.OwnFunds, To: account, Amount: amount, Currency: "CNY",
		Date: "2026-03-01", BankRef: ref, Origin: &ledger.Origin{Source: ledger.OwnMoney}}}
}

func receipt(n int) string {
	return ledger.LotID(ledger.MovementID(ledger.EntryID(custodian.MSP, custodian.Name, fmt.Sprint("receipt-", n)), 0), 0)
}

func TestReads(t *testing.T) {
	l := started(t, 1)
	lot := receipt(0)
	for _, c := range []struct {
		function string
		args     []string
		code     ledger.Code
		has      string // part of the answer
	}{
		{"Lot", []string{lot}, "", `"remaining":"100"`},
		{"Lot", []string{lot[:len(lot)-1] + "1"}, ledger.LotUnknown, ""},
		{"Lot", []string{"x"}, ledger.FieldInvalid, ""},
		{"Lots", []string{`["` + lot + `","` + lot + `"]`}, "", `"account":"acct:e"`},
		{"Lots", []string{`[]`}, "", `[]`},
		{"Lots", []string{`{}`}, ledger.Malformed, ""},
		{"Lots", []string{`["` + lot + `"] []`}, ledger.Malformed, ""},
		{"Lots", []string{`[` + strings.Repeat(`"x",`, contract.MaxPage) + `"x"]`}, ledger.TooLarge, ""},
		{"Movement", []string{lot[:len(lot)-2]}, "", `"stage":"CREDITED"`},
		{"Movement", []string{strings.Repeat("0", 20) + ".0"}, ledger.MovementUnknown, ""},
		{"Party", []string{company}, "", `"kind":"PRIVATE"`},
		{"Party", []string{payee}, ledger.PartyUnknown, ""},
		{"Account", []string{"acct:e"}, "", `"policy":"OLDEST_FIRST"`},
		{"Account", []string{""}, ledger.AccountUnknown, ""},
		{"Fund", []string{"fund:x"}, ledger.FundUnknown, ""},
		{"Commitment", []string{"cmt:x"}, ledger.CommitmentUnknown, ""},
		{"Document", []string{"x"}, ledger.DocumentUnknown, ""},
		{"Balance", []string{"acct:e", "", "10"}, "", `"remaining":"100"`},
		{"Balance", []string{"acct:e2", "", "10"}, "", `"amount":"0"`},
		{"Balance", []string{"acct:x", "", "10"}, ledger.AccountUnknown, ""},
		{"Balance", []string{"acct:e", "", "0"}, ledger.FieldInvalid, ""},
		{"Balance", []string{"acct:e", "", "201"}, ledger.FieldInvalid, ""},
		{"Balance", []string{"acct:e", "", "ten"}, ledger.FieldInvalid, ""},
	} {
		answer, err := l.Evaluate(custodian, c.function, c.args...)
		if ledger.ErrorCode(err) != c.code || (err == nil) != (c.code == "") || !strings.Contains(string(answer), c.has) {
			t.Errorf("%s %.60v: %s, %v", c.function, c.args, answer, err)
		}
	}
}

// A balance is read page by page: every lot once, none of the account whose name begins alike.
func TestBalancePages(t *testing.T) {
	l := started(t, 5)
	if _, err := l.Submit(custodian, ledger.Entry{Key: "other", Ops: []ledger.Op{received("acct:e2", 7, "other")}}); err != nil {
		t.Fatal(err)
	}
	spend := ledger.Op{Type: ledger.MovementSettle, Movement: &ledger.Movement{Kind: ledger.Use, From: "acct:e", Payee: payee, Purpose: ledger.PurposeRD,
		Amount: 30, Currency: "CNY", Date: "2026-03-01", BankRef: "out", Draws: []ledger.Draw{{Lot: receipt(3), Amount: 30}}}}
	if _, err := l.Submit(custodian, ledger.Entry{Key: "spend", Ops: []ledger.Op{spend}}); err != nil {
		t.Fatal(err)
	}
	var lots []string
	var amount, remaining int64
	for bookmark, pages := "", 1; ; pages++ {
		raw, err := l.Evaluate(officer, "Balance", "acct:e", bookmark, "2")
		if err != nil {
			t.Fatal(err)
		}
		var page ledger.BalancePage
		if err := json.Unmarshal(raw, &page); err != nil {
			t.Fatal(err)
		}
		for _, lot := range page.Lots {
			lots = append(lots, lot.Lot)
		}
		amount, remaining = amount+page.Amount, remaining+page.Remaining
		if bookmark = page.Next; bookmark == "" {
			if pages != 3 {
				t.Errorf("%d pages, want 3", pages)
			}
			break
		}
	}
	slices.Sort(lots)
	if len(slices.Compact(lots)) != 5 || amount != 500 || remaining != 470 {
		t.Errorf("%d lots, amount %d, remaining %d", len(lots), amount, remaining)
	}
}

func TestArguments(t *testing.T) {
	l := memledger.New(memledger.WithClock(clock))
	body, _ := json.Marshal(ledger.Batch{Entries: []ledger.Entry{{Key: "k", Ops: []ledger.Op{party(company, ledger.Private)}}}})
	for _, call := range [][]string{
		{"Apply"},
		{"Apply", string(body), "more"}, // another signed proposal with the same effect
		{"apply", string(body)},         // would pass by the schema of Apply
		{"fundtrace:Apply", string(body)},
		{"Apply", "{}"},
		{"Apply", string(body) + "{}"},
		{"Lot"},
		{"Heartbeat", "x"},
		{"GetEvaluateTransactions"},
		{"New"},
		{""},
	} {
		if _, _, err := l.Invoke(officer, call[0], call[1:]...); err == nil {
			t.Errorf("%.60v was accepted", call)
		}
	}
	if _, _, err := l.Invoke(officer, "Apply", string(body)); err != nil {
		t.Error(err)
	}
}

// The contract offers what its documentation says, and says of the reads that they only read.
func TestMetadata(t *testing.T) {
	cc, err := contract.NewChaincode(clock)
	if err != nil {
		t.Fatal(err)
	}
	tx := memledger.New().Begin(officer)
	r := cc.Invoke(&stub{Tx: tx, args: []string{"org.hyperledger.fabric:GetMetadata"}})
	var meta struct {
		Contracts map[string]struct {
			Transactions []struct {
				Name string
				Tag  []string
			}
		}
	}
	if err := json.Unmarshal(r.GetPayload(), &meta); err != nil {
		t.Fatalf("%v: %s", err, r.GetMessage())
	}
	got := ""
	for _, tx := range meta.Contracts["fundtrace"].Transactions {
		got += tx.Name
		if slices.Contains(tx.Tag, "EVALUATE") {
			got += " reads"
		}
		got += ", "
	}
	const want = "Account reads, Anchor reads, Apply, Balance reads, Calendar reads, Claim reads, Commitment reads, Disclose reads, Document reads, Fund reads, " +
		"Heartbeat, Invoice reads, Issuer reads, Lot reads, Lots reads, Movement reads, Party reads, Rule reads, Statement reads, Voucher reads, "
	if got != want {
		t.Errorf("offers %s", got)
	}
}

func TestTimeWindow(t *testing.T) {
	for offset, want := range map[time.Duration]ledger.Code{
		0: "", contract.Window: "", -contract.Window: "",
		contract.Window + time.Second: ledger.TimeWindow, -contract.Window - time.Second: ledger.TimeWindow,
	} {
		cc, err := contract.NewChaincode(func() time.Time { return now.Add(offset) })
		if err != nil {
			t.Fatal(err)
		}
		l := memledger.New(memledger.WithClock(clock), memledger.WithChaincode(cc))
		_, err = l.Submit(officer, ledger.Entry{Key: "k", Ops: []ledger.Op{party(company, ledger.Private)}})
		if got := ledger.ErrorCode(err); got != want || (err == nil) != (want == "") {
			t.Errorf("clocks %s apart: %v, want %q", offset, err, want)
		}
	}
}

func TestHeartbeat(t *testing.T) {
	l := memledger.New()
	tx, _, err := l.Invoke(ledger.Caller{MSP: ledger.EnterpriseMSP, Name: "somebody"}, "Heartbeat")
	if err != nil {
		t.Fatal(err)
	}
	c := l.Commit(tx)
	if w := c.Txs[0].Writes; !c.Txs[0].Valid() || len(w) != 1 || w[0].Key != "heartbeat" || string(w[0].Value) != tx.GetTxID() || len(tx.ReadKeys()) != 0 {
		t.Errorf("%+v", c.Txs[0])
	}
}

// stub changes what a transaction tells the contract.
type stub struct {
	*memledger.Tx
	args    []string
	creator []byte
	broken  bool
}

func (s *stub) GetFunctionAndParameters() (string, []string) { return s.args[0], s.args[1:] }
func (s *stub) GetStringArgs() []string                      { return s.args }

func (s *stub) GetCreator() ([]byte, error) {
	if s.creator != nil {
		return s.creator, nil
	}
	return s.Tx.GetCreator()
}

func (s *stub) GetMultipleStates(keys ...string) ([][]byte, error) {
	if s.broken {
		return nil, errors.New("the disk is gone")
	}
	return s.Tx.GetMultipleStates(keys...)
}

func TestCreators(t *testing.T) {
	body, _ := json.Marshal(ledger.Batch{Entries: []ledger.Entry{{Key: "k", Ops: []ledger.Op{party(company, ledger.Private)}}}})
	cc, err := contract.NewChaincode(clock)
	if err != nil {
		t.Fatal(err)
	}
	l := memledger.New(memledger.WithClock(clock))
	nameless, err := proto.Marshal(&msp.SerializedIdentity{Mspid: ledger.FinanceMSP, IdBytes: []byte("no certificate")})
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]*stub{
		"an identity without a certificate": {Tx: l.Begin(officer), creator: nameless},
		"no identity":                       {Tx: l.Begin(officer), creator: []byte{1}},
		"a certificate without attributes":  {Tx: l.Begin(ledger.Caller{MSP: ledger.FinanceMSP, Name: "officer@finance"})},
		"a certificate without a role":      {Tx: l.Begin(ledger.Caller{MSP: ledger.FinanceMSP, Party: bureau, Name: "officer@finance"})},
		"a certificate without a party":     {Tx: l.Begin(ledger.Caller{MSP: ledger.FinanceMSP, Role: ledger.RoleOfficer, Name: "officer@finance"})},
	} {
		s.args = []string{"Apply", string(body)}
		r := cc.Invoke(s)
		if r.GetStatus() == shim.OK || !strings.Contains(r.GetMessage(), string(ledger.NotPermitted)) || len(s.Writes()) > 0 {
			t.Errorf("%s: %d %s", name, r.GetStatus(), r.GetMessage())
		}
	}
}

// A peer whose state cannot be read is no refusal, and says so in the one form that errors have.
func TestFailureIsNoRefusal(t *testing.T) {
	cc, err := contract.NewChaincode(clock)
	if err != nil {
		t.Fatal(err)
	}
	l := memledger.New(memledger.WithClock(clock))
	r := cc.Invoke(&stub{Tx: l.Begin(officer), broken: true, args: []string{"Lot", strings.Repeat("0", 20) + ".0.0"}})
	var e ledger.Error
	if err := json.Unmarshal([]byte(r.GetMessage()), &e); err != nil || e.Code != contract.Failed || !strings.Contains(e.Message, "the disk is gone") {
		t.Errorf("%q, %v", r.GetMessage(), err)
	}
}
