package sample

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/fingerprint"
)

// testPlace stands for a network, testKey for its consortium's key.
var (
	testKey   = fingerprint.Key(strings.Repeat("k", fingerprint.KeySize))
	testPlace = Place{testKey, loadedAt}
)

// entries are the sample's at the test's place.
var entries = sync.OnceValue(func() []Signed {
	list, err := Entries(testPlace)
	if err != nil {
		panic(err)
	}
	return list
})

// state is a ledger in a map: what Apply reads and what its writes change.
type state map[string][]byte

func (s state) Read(keys []string) ([][]byte, error) {
	out := make([][]byte, len(keys))
	for i, k := range keys {
		out[i] = s[k]
	}
	return out, nil
}

// loadedAt is a time after the sample's last day.
var loadedAt = time.Date(2026, 1, 5, 1, 0, 0, 0, time.UTC)

func (s state) apply(by string, e ledger.Entry) error {
	writes, _, err := ledger.Apply(&ledger.Batch{Entries: []ledger.Entry{e}}, user(by).Caller(), loadedAt, s)
	var refused *ledger.Error
	if errors.As(err, &refused) && len(refused.Rows) > 0 {
		r := refused.Rows[0]
		op, _ := json.Marshal(e.Ops[r.Op])
		return fmt.Errorf("%s: %d refused, first op %d %s: %s %s", e.Key, len(refused.Rows), r.Op, op, r.Code, r.Message)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", e.Key, err)
	}
	for _, w := range writes {
		s[w.Key] = w.Value
	}
	return nil
}

// loaded is the state after all entries in their order.
var loaded = sync.OnceValues(func() (state, error) {
	s := state{}
	for _, e := range entries() {
		if err := s.apply(e.User, e.Entry); err != nil {
			return nil, err
		}
	}
	return s, nil
})

func ledgerState(t *testing.T) state {
	t.Helper()
	s, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestLedgerAcceptsEveryEntry(t *testing.T) {
	ledgerState(t)
	of := map[part]int{}
	for _, p := range told().parcels {
		of[p.ops[0].part]++
	}
	if of[funds] > 60 || of[chain] > 250 {
		t.Errorf("the sample takes %v entries, want at most 60 and 250", of)
	}
}

func TestSizeAndSpread(t *testing.T) {
	b := read(t, ledgerState(t))
	if n := len(b.movements); n < 2200 || n > 2800 {
		t.Errorf("%d movements of money, want 2,200 to 2,800", n)
	}
	years, sources := map[string]int{}, map[ledger.FundingSource]int{}
	stages, levels, purposes := map[ledger.Stage]int{}, map[ledger.Level]int{}, map[ledger.Purpose]int{}
	kinds, tier2 := map[ledger.Kind]int{}, 0
	for _, m := range b.movements {
		years[m.Date[:4]]++
		stages[m.stage]++
		levels[m.level]++
		kinds[m.Kind]++
		purposes[m.Purpose]++
		if m.Origin != nil {
			sources[m.Origin.Source]++
		}
	}
	for year := 2019; year <= 2025; year++ {
		if years[fmt.Sprint(year)] < 40 {
			t.Errorf("%d movements in %d, want at least 40", years[fmt.Sprint(year)], year)
		}
	}
	if len(years) != 7 {
		t.Errorf("years are %v, want 2019 to 2025", years)
	}
	for _, s := range []ledger.FundingSource{ledger.GeneralBudget, ledger.GovFundBudget, ledger.StateCapitalBudget, ledger.SOEEntrusted,
		ledger.SOEInjected, ledger.UpperTransfer, ledger.FundReturns, ledger.SpecialBond, ledger.SocialCapital, ledger.OwnMoney} {
		if sources[s] == 0 {
			t.Errorf("no root of source %s", s)
		}
	}
	for _, s := range []ledger.Stage{ledger.Instructed, ledger.Debited, ledger.Credited, ledger.Returned, ledger.Voided, ledger.Expired, ledger.Reversed} {
		if stages[s] == 0 {
			t.Errorf("no movement is %s", s)
		}
	}
	for level := ledger.SelfDeclared; level <= ledger.WithReceipt; level++ {
		if levels[level] == 0 {
			t.Errorf("no movement has level %d", level)
		}
	}
	for _, k := range []ledger.Kind{ledger.Contribution, ledger.Disbursement, ledger.OwnFunds, ledger.Use, ledger.Return, ledger.Distribution, ledger.Fee,
		ledger.Financing, ledger.Settlement, ledger.Recourse} {
		if kinds[k] == 0 {
			t.Errorf("no movement of kind %s", k)
		}
	}
	for _, p := range []ledger.Purpose{ledger.PurposeRD, ledger.PurposeEquipment, ledger.PurposePayroll, ledger.PurposeMaterial, ledger.PurposeRent, ledger.PurposeTax} {
		if purposes[p] < 20 {
			t.Errorf("%d uses for %s, want at least 20", purposes[p], p)
		}
	}
	funds, companies := map[string]bool{}, map[string]bool{}
	for _, e := range entries() {
		for _, o := range e.Entry.Ops {
			if o.Fund != nil && o.Fund.Level == "SUB" {
				funds[o.Fund.ID] = true
			}
		}
	}
	for _, m := range b.movements {
		if m.Kind == ledger.Disbursement && m.counts() {
			companies[m.To] = true
		}
	}
	for _, s := range firms {
		if s.tier == 2 {
			tier2++
		}
	}
	if len(funds) < 5 || len(companies) < 40 || tier2 < 5 {
		t.Errorf("%d sub-funds, %d enterprises with money, %d tier-2 suppliers: want 5, 40, 5", len(funds), len(companies), tier2)
	}
	t.Logf("%d movements in %d entries, %d lots, %d sub-funds, %d enterprises; stages %v; levels %v", len(b.movements), len(entries()), len(b.lots), len(funds), len(companies), stages, levels)
}

// What came in is what lies in accounts, is on its way or was spent; and what the ledger keeps as drawn is what the
// movements that count have drawn.
func TestTotalsClose(t *testing.T) {
	b := read(t, ledgerState(t))
	in, where := map[string]int64{}, map[string]*totals{}
	for id, l := range b.lots {
		drawn := int64(0)
		for _, c := range l.children {
			if b.lots[c].of.counts() {
				drawn += b.lots[c].Amount
			}
		}
		if drawn != l.drawn {
			t.Errorf("lot %s: %d drawn by movements, the ledger keeps %d", id, drawn, l.drawn)
		}
		if l.Parent == "" && l.of.stage == ledger.Credited {
			c := l.of.Currency
			if where[c] == nil {
				where[c] = &totals{}
			}
			in[c] += l.Amount
			b.follow(id, where[c], nil)
		}
	}
	for c, sum := range in {
		if where[c].sum() != sum {
			t.Errorf("%s: %d came in, %+v is %d", c, sum, *where[c], where[c].sum())
		}
	}
	t.Logf("came in %v fen, now %+v", in, *where["CNY"])
	for _, a := range told().world.accounts { // the sample's own books agree with the ledger's
		sum := int64(0)
		for _, l := range b.lots {
			if l.Account == a.ID && l.of.stage == ledger.Credited {
				sum += l.Amount - l.drawn
			}
		}
		if sum != a.balance() {
			t.Errorf("account %s holds %d, the sample's books say %d", a.ID, sum, a.balance())
		}
	}
}

func TestSameEveryTime(t *testing.T) {
	told := func() []byte {
		s := tell()
		var list []Signed
		for _, p := range s.parcels {
			e, err := p.signed(testPlace)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, e)
		}
		text, err := json.Marshal(list)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	if !bytes.Equal(told(), told()) {
		t.Error("two runs made different entries")
	}
}

// Everything says that it is synthetic, nobody is a person, and codes carry a region part that is no region.
func TestLabelledAndImpersonal(t *testing.T) {
	synthetic := func(what, v string) {
		if !strings.Contains(v, "合成") {
			t.Errorf("%s %q is not labelled 合成", what, v)
		}
	}
	for _, e := range entries() {
		for _, o := range e.Entry.Ops {
			switch {
			case o.Party != nil:
				synthetic("party", o.Party.Name)
				if !strings.Contains(o.Party.Name, "Synthetic") {
					t.Errorf("party %q is not labelled Synthetic", o.Party.Name)
				}
				if o.Party.Kind == ledger.Person {
					t.Errorf("party %s is a person", o.Party.ID)
				}
				if code, ok := strings.CutPrefix(o.Party.ID, "uscc:"); ok && code[2:8] != "000000" {
					t.Errorf("party %s has a region part that an authority may use", o.Party.ID)
				}
				if r := o.Party.Region; r != "" && !strings.HasPrefix(r, "21") {
					t.Errorf("party %s is outside Liaoning: %s", o.Party.ID, r)
				}
			case o.Fund != nil:
				synthetic("fund", o.Fund.Name)
			case o.Movement != nil:
				synthetic("memo", o.Movement.Memo)
				if o.Movement.Origin != nil && o.Movement.Origin.BudgetLine != "" {
					synthetic("budget line", o.Movement.Origin.BudgetLine)
				}
			case o.Voucher != nil:
				synthetic("voucher", o.Voucher.Memo)
			case o.Claim != nil:
				synthetic("claim", o.Claim.Memo)
				synthetic("contract", string(Contents()[o.Claim.Contract]))
				synthetic("delivery", string(Contents()[o.Claim.Delivery]))
			case o.Invoice != nil:
				synthetic("invoice", string(Contents()[o.Invoice.Document]))
			case o.Flag != nil:
				synthetic("source", o.Flag.Source)
			case o.InvoiceStep != nil && o.InvoiceStep.Source != "":
				synthetic("source", o.InvoiceStep.Source)
			case o.Document != nil:
				synthetic("document", string(Contents()[o.Document.SHA256]))
			}
		}
	}
	for _, u := range Users() {
		if !strings.Contains(u.Title, "岗 / ") {
			t.Errorf("user %s is not titled as a function: %q", u.Name, u.Title)
		}
	}
}
