package iati

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/amount"
)

// Report says what became of every transaction of a file. Amounts are decimal strings in minor units.
type Report struct {
	File         string          `json:"file"`
	SHA256       string          `json:"sha256"`
	Bytes        int64           `json:"bytes"`
	Encoding     string          `json:"encoding"`
	Versions     map[string]int  `json:"versions"` // activities by version; "" where none is stated
	Activities   int             `json:"activities"`
	Reporters    int             `json:"reporting_organisations"`
	Types        map[string]int  `json:"types"` // transactions by type, as published
	Read         int             `json:"read"`  // transactions: Read = Recorded + Refused
	Recorded     int             `json:"recorded"`
	Refused      int             `json:"refused"`
	Reasons      map[Reason]int  `json:"refused_by_reason"`
	Refusals     []Refusal       `json:"refusals"`
	Promises     []Promise       `json:"promises"` // what was promised, recorded or not
	Unknown      []Unknown       `json:"unknown_origin"`
	Money        []Money         `json:"money"`
	Traceability Traceability    `json:"traceability"`
	Unresolved   []Reference     `json:"unresolved_references"`
	Parties      int             `json:"parties"`
	Accounts     []ReportAccount `json:"accounts"`
	Commitments  int             `json:"commitments"`
	Movements    int             `json:"movements"`
	// Confirmations are recorded incoming funds that the payer's own statements of the file already record: they
	// move nothing a second time.
	Confirmations int           `json:"confirmations"`
	Entries       []ReportEntry `json:"entries"`

	reporters map[string]bool
	promised  map[[2]string]*promised
}

// Promise sums up commitments, pledges and guarantees of one type and currency.
type Promise struct {
	Type       string `json:"type"`
	Currency   string `json:"currency"` // empty: none stated
	Count      int    `json:"count"`
	Amount     string `json:"amount"`     // net of negative ones
	Unreadable int    `json:"unreadable"` // counted, but without an exact amount
}

type promised struct {
	Promise
	sum total
}

// UnknownReason says why money has a root of unknown origin.
type UnknownReason string

// The reasons of unknown origin.
const (
	Shortfall         UnknownReason = "SHORTFALL"           // more left the activity than had come in
	ProviderNotStated UnknownReason = "PROVIDER_NOT_STATED" // incoming funds without a provider
)

// Unknown is one root of unknown origin.
type Unknown struct {
	Position
	Account  string        `json:"account"`
	Activity string        `json:"activity"` // in whose account the money appears
	Currency string        `json:"currency"`
	Date     string        `json:"date"`
	Amount   string        `json:"amount"`
	Reason   UnknownReason `json:"reason"`
}

// Money closes the books of one currency: CameIn + Unknown = Spent + Left.
type Money struct {
	Currency string `json:"currency"`
	CameIn   string `json:"came_in"`   // from providers who are named
	Unknown  string `json:"unknown"`   // of unknown origin
	PassedOn string `json:"passed_on"` // between activities of the file, in neither side of the sum
	Spent    string `json:"spent"`     // left the file's sight for a payee
	Left     string `json:"left"`      // lies in the accounts
}

// ReportAccount tells which activity an account's pseudonym stands for.
type ReportAccount struct {
	Account  string `json:"account"`
	Activity string `json:"activity"`
	Owner    string `json:"owner"`
	Currency string `json:"currency"`
}

// ReportEntry is one entry of the plan, and after recording whether the ledger had it before.
type ReportEntry struct {
	Key      string `json:"key"`
	Entry    string `json:"entry"`
	Ops      int    `json:"ops"`
	Recorded bool   `json:"recorded"`
	Replayed bool   `json:"replayed,omitempty"`
}

func newReport(name string, f *File) *Report {
	r := &Report{File: name, SHA256: f.SHA256, Bytes: f.Bytes, Encoding: f.Encoding, Activities: len(f.Activities),
		Versions: map[string]int{}, Types: map[string]int{}, Reasons: map[Reason]int{}, Refusals: []Refusal{},
		Promises: []Promise{}, Unknown: []Unknown{}, Money: []Money{}, Accounts: []ReportAccount{}, Entries: []ReportEntry{},
		reporters: map[string]bool{}, promised: map[[2]string]*promised{}}
	for i := range f.Activities {
		r.Versions[f.Activities[i].Version]++
		if id, ok := PartyID(f.Activities[i].Reporting); ok {
			r.reporters[id] = true
		}
	}
	r.Reporters = len(r.reporters)
	return r
}

func (r *Report) count(a *Activity, x *Transaction) {
	r.Read++
	r.Types[clip(x.Type)]++
}

func (r *Report) refuse(a *Activity, x *Transaction, why Reason) {
	r.Refused++
	r.Reasons[why]++
	r.Refusals = append(r.Refusals, Refusal{Position: x.At, Activity: clip(a.ID), Type: clip(x.Type), Value: clip(x.Value),
		Currency: clip(currencyOf(a, x)), Date: clip(x.Date), Reason: why, Message: sentences[why]})
	if f := flows[x.Type]; f == promise || f == commitment {
		r.promise(a, x)
	}
}

// promise sums up what was promised, recorded or not.
func (r *Report) promise(a *Activity, x *Transaction) {
	key := [2]string{x.Type, clip(currencyOf(a, x))}
	p := r.promised[key]
	if p == nil {
		p = &promised{Promise: Promise{Type: key[0], Currency: key[1]}}
		r.promised[key] = p
	}
	p.Count++
	if v, err := amount.Parse(x.Value, key[1]); err == nil {
		p.sum.add(v)
	} else {
		p.Unreadable++
	}
}

func (r *Report) unknown(pay *payment, a *Activity, minor int64, why UnknownReason) {
	r.Unknown = append(r.Unknown, Unknown{Position: pay.tx.At, Account: AccountID(a.ID, pay.currency), Activity: a.ID,
		Currency: pay.currency, Date: pay.date, Amount: fmt.Sprint(minor), Reason: why})
}

// finish closes the plan and checks it: every transaction is recorded or refused, every currency's books close.
func (p *planner) finish() (*Plan, error) {
	r := p.report
	if r.Read != r.Recorded+r.Refused {
		return nil, fmt.Errorf("of %d transactions %d are recorded and %d refused: some are lost or doubled", r.Read, r.Recorded, r.Refused)
	}
	r.Parties = len(p.roll.parties)
	for _, k := range sortedKeys(r.promised, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }) {
		pr := r.promised[k]
		pr.Amount = pr.sum.String()
		r.Promises = append(r.Promises, pr.Promise)
	}
	left := map[string]*total{}
	for _, a := range r.Accounts {
		if left[a.Currency] == nil {
			left[a.Currency] = &total{}
		}
		sum := p.purses[a.Account].left()
		left[a.Currency].Add(&left[a.Currency].Int, &sum.Int)
	}
	for _, c := range p.balance.currencies() {
		b := p.balance.of(c)
		r.Money = append(r.Money, Money{Currency: c, CameIn: b.cameIn.String(), Unknown: b.unknown.String(),
			PassedOn: b.passedOn.String(), Spent: b.spent.String(), Left: left[c].String()})
		in, out := new(big.Int).Add(&b.cameIn.Int, &b.unknown.Int), new(big.Int).Add(&b.spent.Int, &left[c].Int)
		if in.Cmp(out) != 0 {
			return nil, fmt.Errorf("the plan does not close in %s: %s in, %s out", c, in, out)
		}
	}
	plan := &Plan{Money: p.ops.entries, Report: r}
	// Which parties there are depends on the day too, so their key follows from them.
	parties, err := json.Marshal(p.roll.parties)
	if err != nil {
		return nil, fmt.Errorf("encode the parties: %w", err)
	}
	register := &binder{prefix: p.ops.prefix + "-parties-" + digest(16, string(parties)), writer: p.opt.Writer, most: p.opt.EntryOps}
	for _, party := range p.roll.parties {
		register.add(ledger.Op{Type: ledger.PartyRegister, Party: party})
	}
	plan.Parties = register.entries
	for _, e := range slices.Concat(plan.Parties, plan.Money) {
		r.Entries = append(r.Entries, ReportEntry{Key: e.Key, Entry: ledger.EntryID(ledger.FinanceMSP, p.opt.Writer, e.Key), Ops: len(e.Ops)})
	}
	return plan, nil
}
