package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/endorsement"
	"fundtrace/gateway/enrol"
	"fundtrace/network/local"

	"github.com/hyperledger/fabric-gateway/pkg/client"
)

// The benchmark's parties, under identifiers that no register issues.
const (
	bureau  = "other:bench-bureau"
	bank    = "other:bench-bank"
	manager = "other:bench-manager"
)

// payees is how many enterprises receive the disbursements of a fund, in turn.
const payees = 200

// capital is what every fund's treasury lot holds: more than any run spends, in fen.
const capital = 1_000_000_000_000_00

// users are those who sign in the benchmark.
func users() []local.User {
	return []local.User{
		{Name: "officer@finance", Organisation: "finance", Role: ledger.RoleOfficer, Party: bureau},
		{Name: "custodian@bank", Organisation: "bank", Role: ledger.RoleCustodian, Party: bank},
		{Name: "manager@manager", Organisation: "manager", Role: ledger.RoleManager, Party: manager},
	}
}

// world is a ledger with funds that hold one large treasury lot each, and enterprises to disburse to.
type world struct {
	funds []string // accounts
	lots  []string // the lot in each
}

func fundAccount(i int) string  { return fmt.Sprintf("acct:fund-%d", i) }
func payeeAccount(i int) string { return fmt.Sprintf("acct:payee-%d", i%payees) }

// connectAs opens the channel as one of the users.
func connectAs(ctx context.Context, n *local.Network, user string) (*client.Network, func(), error) {
	for _, u := range users() {
		if u.Name == user {
			return open(ctx, n, u.Organisation, u.Name, enrol.Attribute{Name: "role", Value: u.Role, ECert: true},
				enrol.Attribute{Name: "party", Value: u.Party, ECert: true})
		}
	}
	return nil, nil, fmt.Errorf("the benchmark has no user %s", user)
}

// apply records an entry and answers when it is committed. Right after a commit the endorsing peers may stand one block
// apart and then disagree on what was read; such a proposal is made again.
func apply(channel *client.Network, e ledger.Entry) error {
	batch, err := json.Marshal(ledger.Batch{Entries: []ledger.Entry{e}})
	if err != nil {
		return fmt.Errorf("encode %s: %w", e.Key, err)
	}
	contract := channel.GetContract(local.ChaincodeName)
	for attempt := 0; ; attempt++ {
		_, err := contract.Submit("Apply", client.WithBytesArguments(batch), endorsed)
		if err == nil {
			return nil
		}
		if attempt == 5 || !endorsement.Judge(err, len(endorsers)).Apart {
			return fmt.Errorf("record %s: %w", e.Key, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// build records the world through the ledger's own operations.
func build(ctx context.Context, n *local.Network, funds int) (*world, error) {
	w := &world{}
	officer, stop, err := connectAs(ctx, n, "officer@finance")
	if err != nil {
		return nil, err
	}
	defer stop()
	custodian, stop2, err := connectAs(ctx, n, "custodian@bank")
	if err != nil {
		return nil, err
	}
	defer stop2()
	parties := ledger.Entry{Key: "parties"}
	register := func(id string, kind ledger.PartyKind) {
		parties.Ops = append(parties.Ops, ledger.Op{Type: ledger.PartyRegister, Party: &ledger.Party{ID: id, Kind: kind}})
	}
	accounts := ledger.Entry{Key: "accounts"}
	open := func(id, owner string, purpose ledger.AccountPurpose) {
		accounts.Ops = append(accounts.Ops, ledger.Op{Type: ledger.AccountOpen, Account: &ledger.Account{ID: id, Owner: owner, Bank: bank, Currency: "CNY", Purpose: purpose}})
	}
	establish := ledger.Entry{Key: "funds"}
	capitals := ledger.Entry{Key: "capital"}
	register(bureau, ledger.Government)
	register(bank, ledger.Bank)
	register(manager, ledger.FundManager)
	for i := range payees {
		register(fmt.Sprintf("other:bench-enterprise-%d", i), ledger.Private)
		open(payeeAccount(i), fmt.Sprintf("other:bench-enterprise-%d", i), ledger.Supervised)
	}
	for i := range funds {
		owner := fmt.Sprintf("other:bench-fund-%d", i)
		register(owner, ledger.FundEntity)
		open(fundAccount(i), owner, ledger.Custody)
		establish.Ops = append(establish.Ops, ledger.Op{Type: ledger.FundEstablish, Fund: &ledger.Fund{ID: fmt.Sprintf("fund:bench-%d", i), Party: owner,
			Level: "PARENT", Class: "VC", Manager: manager, Account: fundAccount(i), TermStart: "2020-01-01", TermEnd: "2035-01-01"}})
		capitals.Ops = append(capitals.Ops, ledger.Op{Type: ledger.MovementSettle, Movement: &ledger.Movement{Kind: ledger.Contribution, To: fundAccount(i),
			Amount: capital, Currency: "CNY", Date: "2020-01-01", BankRef: "capital-" + strconv.Itoa(i),
			Origin: &ledger.Origin{Source: ledger.GeneralBudget, Investor: bureau, BudgetLine: "2020 benchmark"}}})
		w.funds = append(w.funds, fundAccount(i))
		w.lots = append(w.lots, ledger.LotID(ledger.MovementID(ledger.EntryID(ledger.BankMSP, "custodian@bank", "capital"), i), 0))
	}
	for _, step := range []struct {
		by *client.Network
		e  ledger.Entry
	}{{officer, parties}, {custodian, accounts}, {officer, establish}, {custodian, capitals}} {
		if err := apply(step.by, step.e); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// instructions is an entry of size disbursements by a manager, from a fund to its payees in turn.
func (w *world) instructions(fund int, key string, size int) ledger.Entry {
	e := ledger.Entry{Key: key, Ops: make([]ledger.Op, size)}
	for i := range e.Ops {
		amount := int64(1000 + i)
		e.Ops[i] = ledger.Op{Type: ledger.MovementInstruct, Movement: &ledger.Movement{Kind: ledger.Disbursement, From: w.funds[fund],
			To: payeeAccount(i), Amount: amount, Currency: "CNY", Date: "2025-01-01", Draws: []ledger.Draw{{Lot: w.lots[fund], Amount: amount}}}}
	}
	return e
}
