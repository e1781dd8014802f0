package ledger_test

import (
	"strings"
	"testing"

	. "fundtrace/chaincode/ledger"
)

// may is the whole table of who may propose what: one row for each operation, one block for each organisation, in it
// one column for each role (officer, custodian, auditor, manager, enterprise, viewer, service). An x grants; whatever else
// is refused, first of all every role in an organisation that it does not belong to.
const may = `
                         Finance Bank    Audit   Manager Enterprise
                         ocamevs ocamevs ocamevs ocamevs ocamevs
party.register           x...... .x..... ....... ...x... .......
party.revise             x...... .x..... ....... ...x... .......
account.open             x...... .x..... ....... ....... .......
fund.establish           x...... ....... ....... ...x... .......
commitment.sign          x...... ....... ....... ...x... .......
movement.instruct        x...... ....... ....... ...x... ....x..
movement.settle          ....... .x..... ....... ....... .......
movement.declare         x...... ....... ....... ....... .......
movement.debit           ....... .x..... ....... ....... .......
movement.credit          ....... .x..... ....... ....... .......
movement.return          ....... .x..... ....... ....... .......
movement.void            x...... ....... ....... ...x... ....x..
movement.expire          x...... .x..... ....... ...x... ....x..
movement.attest          ....... .x..... ....... ....... .......
reversal.propose         x...... .x..... ....... ...x... ....x..
reversal.approve         x...... .x..... ....... ...x... .......
document.record          x...... .x..... ..x.... ...x... ....x..
rule.publish             x...... ....... ....... ....... .......
calendar.publish         x...... ....... ....... ....... .......
issuer.flag              x...... ....... ....... ....... .......
invoice.register         ....... .x..... ....... ....... ....x..
invoice.check            ....... .x..... ....... ....... ....x..
invoice.reserve          ....... .x..... ....... ....... ....x..
invoice.finance          ....... .x..... ....... ....... ....x..
invoice.release          ....... .x..... ....... ....... ....x..
invoice.cancel           ....... ....... ....... ....... ....x..
claim.register           ....... ....... ....... ....... ....x..
claim.confirm            ....... ....... ....... ....... ....x..
claim.cancel             ....... ....... ....... ....... ....x..
voucher.draft            ....... ....... ....... ....... ....x..
voucher.issue            ....... ....... ....... ....... ....x..
voucher.accept           ....... ....... ....... ....... ....x..
voucher.reject           ....... ....... ....... ....... ....x..
voucher.lapse            x...... .x..... ....... ....... ....x..
voucher.split            ....... ....... ....... ....... ....x..
voucher.offer            ....... ....... ....... ....... ....x..
voucher.take             ....... ....... ....... ....... ....x..
voucher.decline          ....... ....... ....... ....... ....x..
voucher.apply            ....... ....... ....... ....... ....x..
voucher.registration     ....... .x..... ....... ....... ....x..
voucher.fund             ....... .x..... ....... ....... .......
voucher.refuse-financing ....... .x..... ....... ....... ....x..
voucher.unpledge         ....... .x..... ....... ....... ....x..
voucher.freeze           x...... ....... ..x.... ....... .......
voucher.unfreeze         x...... ....... ..x.... ....... .......
voucher.mature           x...... .x..... ....... ....... ....x..
voucher.settle           ....... .x..... ....... ....... .......
voucher.default          x...... .x..... ....... ....... ....x..
voucher.claim-recourse   ....... .x..... ....... ....... ....x..
voucher.pay-recourse     ....... .x..... ....... ....... .......
voucher.write-off        ....... .x..... ....... ....... ....x..
voucher.cancel           ....... ....... ....... ....... ....x..
anchor.record            x.....x .x....x ..x...x ......x ......x
`

var (
	msps  = []string{FinanceMSP, BankMSP, AuditMSP, ManagerMSP, EnterpriseMSP}
	roles = []string{RoleOfficer, RoleCustodian, RoleAuditor, RoleManager, RoleEnterprise, RoleViewer, RoleService}
)

// grantsOf reads the table: operation → organisation/role → granted.
func grantsOf(t *testing.T) map[OpType]map[string]bool {
	t.Helper()
	table := map[OpType]map[string]bool{}
	for _, line := range strings.Split(strings.TrimSpace(may), "\n")[2:] {
		cells := strings.Fields(line)
		if len(cells) != 1+len(msps) {
			t.Fatalf("row %q", line)
		}
		row := map[string]bool{}
		for i, msp := range msps {
			if len(cells[i+1]) != len(roles) {
				t.Fatalf("row %q, organisation %s", line, msp)
			}
			for k, role := range roles {
				row[msp+"/"+role] = cells[i+1][k] == 'x'
			}
		}
		table[OpType(cells[0])] = row
	}
	return table
}

func TestAccessTable(t *testing.T) {
	table := grantsOf(t)
	if len(table) != len(Operations()) {
		t.Fatalf("the table has %d operations, the ledger %d", len(table), len(Operations()))
	}
	w := newWorld(t)
	for _, op := range Operations() {
		row, ok := table[op]
		if !ok {
			t.Errorf("%s is missing from the table", op)
		}
		for _, msp := range msps {
			for _, role := range roles {
				want := row[msp+"/"+role]
				by := Caller{MSP: msp, Role: role, Party: bank1, Name: "someone"}
				if by.May(op) != want {
					t.Errorf("%s by %s of %s: may %v, want %v", op, role, msp, by.May(op), want)
				}
				// The body is left out: whoever may propose is told so, whoever may not learns nothing else.
				code := FieldMissing
				if !want {
					code = NotPermitted
				}
				if got := w.refused(by, Op{Type: op}); got != code {
					t.Errorf("%s by %s of %s: %s, want %s", op, role, msp, got, code)
				}
			}
		}
		for _, by := range []Caller{
			{},
			{MSP: BankMSP, Party: bank1, Name: "no role"},
			{Role: RoleCustodian, Party: bank1, Name: "no organisation"},
			{MSP: "OtherMSP", Role: RoleOfficer, Party: bureau},
			{MSP: "bankmsp", Role: RoleCustodian, Party: bank1},
			{MSP: BankMSP, Role: "Custodian", Party: bank1},
			{MSP: BankMSP, Role: "admin", Party: bank1},
			{MSP: FinanceMSP, Role: RoleOfficer, Name: "no party"},
			{MSP: BankMSP, Role: RoleCustodian, Name: "no party"},
		} {
			if got := w.refused(by, Op{Type: op}); got != NotPermitted {
				t.Errorf("%s by %+v: %q", op, by, got)
			}
		}
	}
	if got := w.refused(officer, Op{Type: "movement.delete"}); got != UnknownOperation {
		t.Errorf("an unknown operation: %s", got)
	}
}

// A manager never writes what only a bank can know, not even one whose certificate names the bank as its party or the
// bank's role, and whatever the movement's stage.
func TestManagersNeverConfirm(t *testing.T) {
	w := newWorld(t)
	lot := w.paidIn(100 * yuan)
	instructed := w.invested(100 * yuan)
	debited := w.invested(100 * yuan)
	w.do(custodian1, step(MovementDebit, Step{Movement: debited, Date: today, BankRef: w.key()}))
	for _, by := range []Caller{parentMgr, subMgr,
		{MSP: ManagerMSP, Role: RoleManager, Party: bank1, Name: "parent@manager"},
		{MSP: ManagerMSP, Role: RoleCustodian, Party: bank1, Name: "parent@manager"},
		{MSP: BankMSP, Role: RoleManager, Party: bank1, Name: "parent@manager"},
	} {
		for _, op := range []Op{
			settle(Movement{Kind: Disbursement, From: parentAcct, To: e1Acct, Draws: draws(lot, yuan), BankRef: "r"}),
			settle(Movement{Kind: Contribution, To: parentAcct, Amount: yuan, Origin: budget(bureau), BankRef: "r"}),
			declare(Movement{Kind: UnknownOrigin, To: pubA, Amount: yuan, Origin: &Origin{Source: UnknownSource}}),
			step(MovementDebit, Step{Movement: instructed, Date: today, BankRef: "r"}),
			step(MovementCredit, Step{Movement: debited, Date: today, BankRef: "r"}),
			step(MovementReturn, Step{Movement: debited, Date: today}),
			step(MovementAttest, Step{Movement: debited, Level: BothBanks}),
		} {
			if got := w.refused(by, op); got != NotPermitted {
				t.Errorf("%s by %+v: %q, want %s", op.Type, by, got, NotPermitted)
			}
		}
	}
}

// The right role is not enough: the party of the certificate must own, manage or keep what is written about.
func TestOwnership(t *testing.T) {
	w := newWorld(t)
	lot, own := w.paidIn(100*yuan), w.owned(100*yuan)
	toE1 := Movement{Kind: Disbursement, From: parentAcct, To: e1Acct, Draws: draws(lot, yuan), BankRef: "r"}
	use := Movement{Kind: Use, From: e1Acct, Payee: outsider, Purpose: PurposeRD, Draws: draws(own, yuan), BankRef: "r"}
	paidOut := Movement{Kind: Contribution, From: treasuryAcct, To: parentAcct, Draws: draws(lot, yuan)}
	outside := Movement{Kind: Contribution, To: parentAcct, Amount: yuan, Origin: budget(bureau), BankRef: "r"}
	paid, _, _ := SplitLotID(lot)
	newFund := fundOp("fund:new", subLP, "DIRECT", "", subGP, bareAcct)
	for _, c := range []struct {
		name string
		by   Caller
		op   Op
		want Code
	}{
		{"the fund's manager instructs", parentMgr, instruct(toE1), ""},
		{"another manager does not", subMgr, instruct(toE1), NotOwner},
		{"nor the bureau", officer, instruct(toE1), NotOwner},
		{"nor the payee", boss1, instruct(toE1), NotOwner},
		{"the enterprise spends its own", boss1, instruct(use), ""},
		{"not another's", boss2, instruct(use), NotOwner},
		{"a manager does not spend an enterprise's", parentMgr, instruct(use), NotOwner},
		{"the account's bank settles", custodian1, settle(toE1), ""},
		{"another bank does not", custodian2, settle(toE1), NotOwner},
		{"the receiving bank settles what enters", custodian1, settle(outside), ""},
		{"another bank does not", custodian2, settle(outside), NotOwner},
		{"the bureau instructs what enters", officer, instruct(outside), ""},
		{"a manager does not", parentMgr, instruct(outside), NotOwner},
		{"the treasury's money is not a manager's", parentMgr, instruct(paidOut), NotOwner},
		{"a bank opens accounts that it keeps", custodian1, account("acct:x", e1, bank1, Operating, "CNY"), ""},
		{"not another's", custodian1, account("acct:x", e1, bank2, Operating, "CNY"), NotOwner},
		{"the bureau opens no account at a bank", officer, account("acct:x", e1, bank1, Operating, "CNY"), NotPermitted},
		{"a bank opens no published account", custodian1, account("acct:x", e1, "", Published, "CNY"), PublishedOnly},
		{"a manager establishes its fund", subMgr, newFund, ""},
		{"so does the bureau", officer, newFund, ""},
		{"another manager does not", parentMgr, newFund, NotOwner},
		{"no manager on an account that names another", parentMgr, fundOp("fund:new", subLP, "DIRECT", "", parentGP, bareAcct), NotOwner},
		{"nor does the bureau put one there", officer, fundOp("fund:new", subLP, "DIRECT", "", parentGP, bareAcct), NotOwner},
		{"a manager does not sign for a government body", parentMgr, promise("cmt:x", parentFund, bureau, "GOV", GeneralBudget, yuan), NotPermitted},
		{"an ordinary account names no manager", custodian1, named("acct:x", e1, Operating, subGP), FieldInvalid},
		{"a custody account names a known one", custodian1, named("acct:x", subLP, Custody, outsider), PartyUnknown},
		{"the bureau records a published promise", officer, published(pubA, investor), ""},
		{"nobody else does", parentMgr, published(pubA, investor), PublishedOnly},
		{"it is made by the account's owner", officer, published(pubA, e1), CommitmentMismatch},
		{"on a published account only", officer, published(e1Acct, e1), PublishedOnly},
		{"a manager documents its fund", subMgr, receiptFor(subFund, "a"), ""},
		{"another manager does not", parentMgr, receiptFor(subFund, "a"), NotOwner},
		{"the fund's bank does", custodian1, receiptFor(subFund, "a"), ""},
		{"another bank does not", custodian2, receiptFor(subFund, "a"), NotOwner},
		{"an investor documents its commitment", boss1, receiptFor(govPromise, "a"), NotOwner},
		{"the fund's manager does", parentMgr, receiptFor(govPromise, "a"), ""},
		{"an enterprise documents itself", boss1, receiptFor(e1, "a"), ""},
		{"not another", boss2, receiptFor(e1, "a"), NotOwner},
		{"who paid documents the payment", parentMgr, receiptFor(paid, "a"), ""},
		{"another manager does not", subMgr, receiptFor(paid, "a"), NotOwner},
		{"an enterprise without a part in it does not", boss2, receiptFor(paid, "a"), NotOwner},
		{"the auditor documents anything", auditor, receiptFor(paid, "a"), ""},
		{"a manager signs for its fund", subMgr, promise("cmt:x", subFund, investor, "SOCIAL", SocialCapital, yuan), ""},
		{"another manager does not", parentMgr, promise("cmt:x", subFund, investor, "SOCIAL", SocialCapital, yuan), NotOwner},
		{"banks are registered by the bureau", officer, party(outsider, Bank), ""},
		{"not by a bank", custodian1, party(outsider, Bank), NotPermitted},
		{"nor by a manager", parentMgr, party(outsider, Government), NotPermitted},
		{"enterprises are", parentMgr, party(outsider, Private), ""},
		{"a bank is not revised by a manager", parentMgr, revise(bank1, Bank, 2), NotPermitted},
		{"a kind is not changed by a manager", parentMgr, revise(e1, Foreign, 2), NotPermitted},
		{"an enterprise is not turned into a bank", custodian1, revise(e1, Bank, 2), NotPermitted},
		{"an enterprise's attributes are", parentMgr, revise(e1, Private, 2), ""},
	} {
		if got := w.refused(c.by, c.op); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func published(account, who string) Op {
	o := promise("cmt:x", "", who, "", UnknownSource, yuan)
	o.Commitment.Account = account
	return o
}

func named(id, owner string, purpose AccountPurpose, manager string) Op {
	o := account(id, owner, bank1, purpose, "CNY")
	o.Account.Manager = manager
	return o
}

func revise(id string, kind PartyKind, version int) Op {
	return Op{Type: PartyRevise, Party: &Party{ID: id, Kind: kind, Region: "210200", Version: version, EffectiveFrom: "2026-01-01"}}
}
