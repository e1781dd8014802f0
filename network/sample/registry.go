package sample

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"fundtrace/chaincode/ledger"
)

// register records a party once, by the finance bureau's officer.
func (w *world) register(p ledger.Party) {
	if w.parties[p.ID] != nil {
		return
	}
	p.EffectiveFrom = w.today.String()
	if p.Size != "" {
		p.SizeDate = p.EffectiveFrom
	}
	o := w.record("officer@finance", ledger.Op{Type: ledger.PartyRegister, Party: &p})
	o.writes = append(o.writes, "party "+p.ID)
	p.Version = 1
	w.parties[p.ID], w.registered[p.ID] = o, p
}

// grow records that an enterprise has another size from today on.
func (w *world) grow(c *companyState, size string) {
	p := w.registered[c.id]
	p.Size, p.SizeDate, p.EffectiveFrom = size, w.today.String(), w.today.String()
	p.Version++
	o := w.record("officer@finance", ledger.Op{Type: ledger.PartyRevise, Party: &p}, w.parties[c.id])
	o.writes = append(o.writes, "party "+p.ID)
	w.parties[c.id], w.registered[c.id] = o, p
}

// open opens an account at a bank.
func (w *world) open(name, owner, bank string, purpose ledger.AccountPurpose) *account {
	return w.openFor(name, owner, bank, purpose, "")
}

// openFor opens an account whose custody agreement names a manager.
func (w *world) openFor(name, owner, bank string, purpose ledger.AccountPurpose, manager string) *account {
	a := &account{Account: ledger.Account{ID: "acct:syn-" + name, Owner: owner, Bank: bank, Currency: "CNY", Purpose: purpose, Manager: manager}}
	if w.accounts[a.ID] != nil {
		panic("sample: account " + a.ID + " is opened twice")
	}
	body := a.Account
	a.opened = w.record(keeper(a), ledger.Op{Type: ledger.AccountOpen, Account: &body}, w.parties[owner], w.parties[bank])
	a.opened.reads = append(a.opened.reads, "party "+owner)
	a.opened.writes = append(a.opened.writes, "account "+a.ID)
	w.accounts[a.ID] = a
	return a
}

// establish records a fund, its account and the commitments of its investors.
func (w *world) establish(p plan, level string) *fund {
	w.register(ledger.Party{ID: p.entity, Kind: ledger.FundEntity, Name: p.zh + " / " + p.en, Region: p.region})
	f := &fund{plan: p, id: "fund:syn-" + p.key,
		account: w.openFor(p.key+"-custody", p.entity, p.bank, ledger.Custody, user(p.manager).Party)}
	body := ledger.Fund{ID: f.id, Party: p.entity, Level: level, Class: p.class, Name: p.zh + " / " + p.en,
		Manager: user(p.manager).Party, Account: f.account.ID, Region: p.region, TermStart: p.start, TermEnd: p.end, Mandate: p.mandate}
	after := []*op{w.parties[p.entity], w.parties[body.Manager], f.account.opened}
	if level == "SUB" {
		parent := w.funds["parent"]
		body.Parent = parent.id
		after = append(after, parent.established)
	}
	f.established = w.record(p.manager, ledger.Op{Type: ledger.FundEstablish, Fund: &body}, after...)
	f.established.writes = append(f.established.writes, "account "+f.account.ID)
	f.account.fund = f
	for _, s := range p.shares {
		f.investors = append(f.investors, &stake{share: s, commitment: w.sign(f, s), account: w.accounts["acct:syn-treasury-"+bureauKey[s.investor]]})
	}
	w.funds[p.key] = f
	return f
}

// bureauKey names the treasury accounts of public bodies.
var bureauKey = map[string]string{provinceBureau: "province", shenyangBureau: "shenyang", dalianBureau: "dalian",
	anshanBureau: "anshan", jinzhouBureau: "jinzhou"}

// sign records an investor's commitment together with the agreement's digest.
func (w *world) sign(f *fund, s share) *commitment {
	id := fmt.Sprintf("cmt:syn-%s-%s", f.key, s.key)
	text := fmt.Sprintf("认缴协议（合成）/ Subscription agreement (synthetic)\n%s\ninvestor %s\namount %d fen\ndate %s\n", id, s.investor, s.millions*million, w.today)
	c := &commitment{Commitment: ledger.Commitment{ID: id, Fund: f.id, Investor: s.investor, Class: s.class, Source: s.source,
		Amount: s.millions * million, Currency: "CNY", Date: w.today.String(), Document: digest(text)}}
	body := c.Commitment
	signer := f.manager
	if bureauKey[s.investor] != "" {
		signer = "officer@finance" // what a government body commits, the finance bureau records
	}
	c.signed = w.record(signer, ledger.Op{Type: ledger.CommitmentSign, Commitment: &body}, f.established, w.parties[s.investor])
	c.signed.reads = append(c.signed.reads, "party "+s.investor)
	w.document(signer, text, named(id), "AGREEMENT", c.signed)
	return c
}

// incorporate registers an enterprise and opens its account.
func (w *world) incorporate(s firm, bank string) *companyState {
	c := &companyState{firm: s, id: company(s.serial), planted: s.fund == "" && s.tier == 0 || s.fund == "bond"}
	w.register(ledger.Party{ID: c.id, Kind: s.kind, Name: "合成" + s.zh + " / Synthetic " + s.en, Region: s.region, Industry: s.industry, Size: s.size, Group: groupOf[s.serial]})
	purpose := ledger.Supervised
	if s.tier > 0 {
		purpose = ledger.Operating
	}
	c.account = w.open("e"+s.serial, c.id, bank, purpose)
	for _, u := range fundUsers {
		if u.Party == c.id {
			c.user = u.Name
		}
	}
	w.companies[c.id] = c
	return c
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
