package api

import (
	"net/http"
	"testing"

	"fundtrace/chaincode/ledger"
)

// The scene: treasury → parent fund → Shenyang fund → e1 → spent; Dalian's fund is fed too and pays e2.
const (
	parentAccount   = "acct:parent"
	shenyangAccount = "acct:shenyang"
	dalianAccount   = "acct:dalian"
	e1Account       = "acct:e1"
	e2Account       = "acct:e2"
	treasuryAccount = "acct:treasury"
	openData        = "acct:published-a"
	openData2       = "acct:published-b"
)

// scene is what scenarios refer to.
type scene struct {
	root, toShenyang, toDalian, toE1, toE2, spent Written
	instructed                                    Written // by Shenyang's manager, waits for the banks
	document                                      string
}

// furnish registers everybody and lets money flow, through the API alone.
func (w *world) furnish() *scene {
	w.t.Helper()
	ops := func(user string, list ...ledger.Op) {
		w.t.Helper()
		w.write(user, "/entries", ledger.Entry{Ops: list})
	}
	register := func(id string, kind ledger.PartyKind, name, region string) ledger.Op {
		return ledger.Op{Type: ledger.PartyRegister, Party: &ledger.Party{ID: id, Kind: kind, Name: name, Region: region}}
	}
	ops("officer@finance",
		register(party("officer@finance"), ledger.Government, "省财政厅", "210000"),
		register(party("custodian@bank"), ledger.Bank, "托管银行", "210100"),
		register(party("custodian2@bank"), ledger.Bank, "企业银行", "210100"),
		register(party("parent@manager"), ledger.FundManager, "母基金管理人", "210000"),
		register(party("shenyang@manager"), ledger.FundManager, "沈阳管理人", "210100"),
		register(party("dalian@manager"), ledger.FundManager, "大连管理人", "210200"),
		register("other:parent-fund", ledger.FundEntity, "母基金", "210000"),
		register("other:shenyang-fund", ledger.FundEntity, "沈阳子基金", "210100"),
		register("other:dalian-fund", ledger.FundEntity, "大连子基金", "210200"),
		register(party("e1@enterprise"), ledger.Private, "沈阳机器人", "210100"),
		register(party("e2@enterprise"), ledger.Private, "大连装备", "210200"))
	account := func(id, owner, bank string, purpose ledger.AccountPurpose) ledger.Op {
		return ledger.Op{Type: ledger.AccountOpen, Account: &ledger.Account{ID: id, Owner: owner, Bank: bank, Currency: "CNY", Purpose: purpose}}
	}
	ops("custodian@bank", account(parentAccount, "other:parent-fund", party("custodian@bank"), ledger.Custody),
		account(shenyangAccount, "other:shenyang-fund", party("custodian@bank"), ledger.Custody),
		account(dalianAccount, "other:dalian-fund", party("custodian@bank"), ledger.Custody),
		account(treasuryAccount, party("officer@finance"), party("custodian@bank"), ledger.Treasury))
	ops("custodian2@bank", account(e1Account, party("e1@enterprise"), party("custodian2@bank"), ledger.Supervised),
		account(e2Account, party("e2@enterprise"), party("custodian2@bank"), ledger.Operating))
	ops("officer@finance", account(openData, party("e1@enterprise"), "", ledger.Published), account(openData2, party("e2@enterprise"), "", ledger.Published))
	fund := func(id, level, parent, manager, owner, acct string) ledger.Op {
		return ledger.Op{Type: ledger.FundEstablish, Fund: &ledger.Fund{ID: id, Party: owner, Level: level, Class: "INDUSTRY", Parent: parent,
			Manager: manager, Account: acct, Region: "210000", TermStart: "2020-01-01", TermEnd: "2030-01-01", Name: id}}
	}
	ops("officer@finance", fund("fund:parent", "PARENT", "", party("parent@manager"), "other:parent-fund", parentAccount),
		fund("fund:shenyang", "SUB", "fund:parent", party("shenyang@manager"), "other:shenyang-fund", shenyangAccount),
		fund("fund:dalian", "SUB", "fund:parent", party("dalian@manager"), "other:dalian-fund", dalianAccount),
		ledger.Op{Type: ledger.CommitmentSign, Commitment: &ledger.Commitment{ID: "cmt:province", Fund: "fund:parent", Investor: party("officer@finance"),
			Class: "GOV", Source: ledger.SpecialBond, Amount: 500_000_00, Currency: "CNY", Date: "2024-01-02"}})
	s := &scene{}
	s.root = w.write("custodian@bank", "/contributions", Payment{To: parentAccount, Amount: 100_000_00, Currency: "CNY", Date: "2024-01-05", BankRef: "R1",
		Commitment: "cmt:province", Origin: &ledger.Origin{Source: ledger.SpecialBond, Investor: party("officer@finance"), BudgetLine: "2024 bond 07"}})
	s.toShenyang = w.write("custodian@bank", "/contributions", Payment{From: parentAccount, To: shenyangAccount, Amount: 60_000_00, Currency: "CNY", Date: "2024-02-01", BankRef: "R2"})
	s.toDalian = w.write("custodian@bank", "/contributions", Payment{From: parentAccount, To: dalianAccount, Amount: 20_000_00, Currency: "CNY", Date: "2024-02-02", BankRef: "R3"})
	s.toE1 = w.write("custodian@bank", "/disbursements", Payment{From: shenyangAccount, To: e1Account, Amount: 30_000_00, Currency: "CNY", Date: "2024-03-01", BankRef: "R4"})
	s.toE2 = w.write("custodian@bank", "/disbursements", Payment{From: dalianAccount, To: e2Account, Amount: 5_000_00, Currency: "CNY", Date: "2024-03-02", BankRef: "R5"})
	s.spent = w.write("custodian2@bank", "/uses", Payment{From: e1Account, Payee: party("e2@enterprise"), Purpose: ledger.PurposeRD, Amount: 1_234_56, Currency: "CNY", Date: "2024-04-01", BankRef: "R6"})
	s.instructed = w.write("shenyang@manager", "/disbursements", Payment{From: shenyangAccount, To: e1Account, Amount: 10_000_00, Currency: "CNY", Date: "2024-05-01"})
	s.document = w.addPaper("shenyang@manager", s.toE1.Movement, "the agreement")
	return s
}

func (w *world) addPaper(user, subject, content string) string {
	w.t.Helper()
	rec := w.do(user, http.MethodPost, Base+"/documents?kind=AGREEMENT&subject="+subject, content, "Content-Type", "text/plain; charset=utf-8")
	if rec.Code != http.StatusCreated {
		w.t.Fatalf("add a document: %d %s", rec.Code, rec.Body)
	}
	return decode[Written](w.t, rec).ID
}

// lot is the only lot of a payment.
func (x Written) lot(t *testing.T) string {
	t.Helper()
	if len(x.Lots) != 1 {
		t.Fatalf("want one lot in %+v", x)
	}
	return x.Lots[0]
}
