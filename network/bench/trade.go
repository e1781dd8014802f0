package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/enrol"
	"fundtrace/gateway/rulepack"
	"fundtrace/network/local"

	"github.com/hyperledger/fabric-gateway/pkg/client"
)

// chain is one core enterprise with a supplier and the supplier's own supplier, and the users who sign for them. Each
// load client has a chain of its own, because all vouchers on one claim draw on that claim.
type chain struct {
	claim    string // confirmed, and large enough for any run
	deeper   string // the supplier's supplier, a party
	drafter  *client.Network
	cashier  *client.Network // the second person of the core enterprise, who issues
	supplier *client.Network
	taker    *client.Network // of deeper
}

// The face of every voucher, and what it is split into.
const (
	face   = 4000_00 // fen
	pieces = 4
)

// term is how long a voucher of the benchmark runs, in days: longer than any run, within the cap of the rules.
const term = 180

func coreUser(i int) string     { return fmt.Sprintf("core-%d@enterprise", i) }
func cashierUser(i int) string  { return fmt.Sprintf("cashier-%d@enterprise", i) }
func supplierUser(i int) string { return fmt.Sprintf("supplier-%d@enterprise", i) }
func deeperUser(i int) string   { return fmt.Sprintf("deeper-%d@enterprise", i) }

func coreParty(i int) string     { return fmt.Sprintf("other:bench-core-%d", i) }
func supplierParty(i int) string { return fmt.Sprintf("other:bench-supplier-%d", i) }
func deeperParty(i int) string   { return fmt.Sprintf("other:bench-deeper-%d", i) }

// chains records the rules, the parties and a confirmed claim for each of so many chains, and opens the channel for
// those who sign.
func chains(ctx context.Context, n *local.Network, count int) ([]*chain, func(), error) {
	var stops []func()
	stop := func() {
		for _, s := range stops {
			s()
		}
	}
	officer, close, err := connectAs(ctx, n, "officer@finance")
	if err != nil {
		return nil, stop, err
	}
	stops = append(stops, close)
	if err := apply(officer, ledger.Entry{Key: "rules", Ops: rulepack.Ops()}); err != nil {
		return nil, stop, err
	}
	parties := ledger.Entry{Key: "parties", Ops: []ledger.Op{{Type: ledger.PartyRegister, Party: &ledger.Party{ID: bureau, Kind: ledger.Government}}}}
	for i := range count {
		for _, id := range []string{coreParty(i), supplierParty(i), deeperParty(i)} {
			parties.Ops = append(parties.Ops, ledger.Op{Type: ledger.PartyRegister, Party: &ledger.Party{ID: id, Kind: ledger.Private}})
		}
	}
	if err := apply(officer, parties); err != nil {
		return nil, stop, err
	}
	all := make([]*chain, count)
	for i := range all {
		c := &chain{deeper: deeperParty(i)}
		for _, seat := range []struct {
			user, party string
			at          **client.Network
		}{{coreUser(i), coreParty(i), &c.drafter}, {cashierUser(i), coreParty(i), &c.cashier}, {supplierUser(i), supplierParty(i), &c.supplier},
			{deeperUser(i), deeperParty(i), &c.taker}} {
			*seat.at, close, err = open(ctx, n, "enterprise", seat.user, enrol.Attribute{Name: "role", Value: ledger.RoleEnterprise, ECert: true},
				enrol.Attribute{Name: "party", Value: seat.party, ECert: true})
			if err != nil {
				return nil, stop, err
			}
			stops = append(stops, close)
		}
		if err := c.owe(i); err != nil {
			return nil, stop, err
		}
		all[i] = c
	}
	return all, stop, nil
}

// owe records what the core enterprise owes its supplier: an invoice and a claim on all of it, confirmed.
func (c *chain) owe(i int) error {
	now := today()
	key := "claim"
	invoice := digest("invoice", i)
	e := ledger.Entry{Key: key, Ops: []ledger.Op{
		{Type: ledger.InvoiceRegister, Invoice: &ledger.Invoice{Fingerprint: invoice, Seller: supplierParty(i), Buyer: coreParty(i), Type: "OTHER",
			Date: now, Amount: capital, Currency: "CNY", Document: digest("invoice file", i)}},
		{Type: ledger.ClaimRegister, Claim: &ledger.Claim{Creditor: supplierParty(i), Debtor: coreParty(i), Amount: capital, Currency: "CNY",
			Invoices: []ledger.InvoiceUse{{Fingerprint: invoice, Amount: capital}}, Contract: digest("contract", i), ContractDate: now,
			Delivery: digest("delivery", i), DeliveryDate: now}},
	}}
	if err := apply(c.supplier, e); err != nil {
		return err
	}
	c.claim = ledger.MovementID(ledger.EntryID(ledger.EnterpriseMSP, supplierUser(i), key), 1)
	return apply(c.drafter, ledger.Entry{Key: "confirm", Ops: []ledger.Op{{Type: ledger.ClaimConfirm, ClaimStep: &ledger.ClaimStep{Claim: c.claim}}}})
}

// today is the day as the ledger counts it.
func today() string { return time.Now().In(ledger.China).Format(time.DateOnly) }

// digest stands for the digest of a file of the benchmark's.
func digest(what string, i int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", what, i))
	return hex.EncodeToString(sum[:])
}
