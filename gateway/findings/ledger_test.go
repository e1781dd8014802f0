package findings_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	. "fundtrace/chaincode/ledger"
	"fundtrace/chaincode/memledger"
	"fundtrace/gateway/findings"
	"fundtrace/gateway/rulepack"
)

// The parties of the supply chain on the memory ledger.
const (
	bureau   = "other:bureau"
	bank     = "other:bank"
	factor   = "other:factor"
	core1    = "other:core1"
	core2    = "other:core2"
	supplier = "other:supplier"
	deeper   = "other:deeper"
)

var (
	officer   = Caller{MSP: FinanceMSP, Role: RoleOfficer, Party: bureau, Name: "officer@finance"}
	custodian = Caller{MSP: BankMSP, Role: RoleCustodian, Party: bank, Name: "custodian@bank"}
)

func of(party, name string) Caller {
	return Caller{MSP: EnterpriseMSP, Role: RoleEnterprise, Party: party, Name: name + "@" + party}
}

// chain is a supply chain on a memory ledger with the rules of the pack.
type chain struct {
	*testing.T
	*memledger.Ledger
	now     string
	entries int
	since   map[string]string // when parties were registered
}

func newChain(t *testing.T) *chain {
	t.Helper()
	c := &chain{T: t, now: "2026-05-01", since: map[string]string{}}
	c.Ledger = memledger.New(memledger.WithClock(func() time.Time {
		day, err := time.Parse(time.DateOnly, c.now)
		if err != nil {
			t.Fatal(err)
		}
		return day.Add(4 * time.Hour)
	}))
	c.register(Party{ID: bureau, Kind: Government}, Party{ID: bank, Kind: Bank}, Party{ID: core1, Kind: StateOwned}, Party{ID: core2, Kind: Private},
		Party{ID: supplier, Kind: Private}, Party{ID: deeper, Kind: Private}, Party{ID: factor, Kind: Private, Licence: &Licence{Kind: "FACTORING", Until: "2027-12-31"}})
	c.do(officer, rulepack.Ops()...)
	for _, p := range []string{core1, core2, supplier, deeper, factor} {
		c.do(custodian, Op{Type: AccountOpen, Account: &Account{ID: account(p), Owner: p, Bank: bank, Currency: "CNY", Purpose: Operating}})
	}
	c.now = today
	return c
}

func account(party string) string { return "acct:" + strings.TrimPrefix(party, "other:") }

func digest(n int) string { return fmt.Sprintf("%064x", n) }

func (c *chain) register(parties ...Party) {
	c.Helper()
	var ops []Op
	for _, p := range parties {
		c.since[p.ID] = c.now
		ops = append(ops, Op{Type: PartyRegister, Party: &p})
	}
	c.do(officer, ops...)
}

func (c *chain) do(by Caller, ops ...Op) string {
	c.Helper()
	c.entries++
	return c.record(by, fmt.Sprint("k", c.entries), ops...)
}

func (c *chain) record(by Caller, key string, ops ...Op) string {
	c.Helper()
	r, err := c.Submit(by, Entry{Key: key, Ops: ops})
	if err != nil {
		c.Fatalf("%s: %v", ops[0].Type, err)
	}
	return r.Entry
}

func (c *chain) step(by Caller, op OpType, s VoucherStep) string {
	c.Helper()
	return c.do(by, Op{Type: op, VoucherStep: &s})
}

// invoice registers one of the supplier's invoices and answers its fingerprint.
func (c *chain) invoice(buyer, date string, amount int64, near ...string) string {
	c.Helper()
	fingerprint := digest(1000 + c.entries)
	c.do(of(supplier, "sales"), Op{Type: InvoiceRegister, Invoice: &Invoice{Fingerprint: fingerprint, Near: near, Seller: supplier, Buyer: buyer, Type: "DIGITAL",
		Date: date, Amount: amount, Currency: "CNY", Document: digest(1)}})
	return fingerprint
}

// issued makes an accepted voucher on a claim of its own: a small supplier delivered to a large core enterprise.
func (c *chain) issued(issuer string, face int64, delivery, date, maturity string) string {
	c.Helper()
	fingerprint := c.invoice(issuer, delivery, face)
	claim := MovementID(c.do(of(supplier, "sales"), Op{Type: ClaimRegister, Claim: &Claim{Creditor: supplier, Debtor: issuer, Amount: face, Currency: "CNY",
		Invoices: []InvoiceUse{{Fingerprint: fingerprint, Amount: face}}, Contract: digest(2), ContractDate: delivery, Delivery: digest(3), DeliveryDate: delivery,
		CreditorSize: "SMALL", DebtorSize: "LARGE"}}), 0)
	c.do(of(issuer, "cashier"), Op{Type: ClaimConfirm, ClaimStep: &ClaimStep{Claim: claim}})
	lot := LotID(MovementID(c.do(of(issuer, "cashier"), Op{Type: VoucherDraft, Voucher: &Voucher{Claim: claim, Amount: face, Currency: "CNY",
		Date: date, Maturity: maturity, AcceptBy: date}}), 0), 0)
	c.step(of(issuer, "director"), VoucherSign, VoucherStep{Voucher: lot, Date: date})
	c.step(of(supplier, "sales"), VoucherAccept, VoucherStep{Voucher: lot, Date: date})
	return lot
}

func (c *chain) divide(holder, lot, date string, faces ...int64) []string {
	c.Helper()
	var pieces []Piece
	for _, f := range faces {
		pieces = append(pieces, Piece{Amount: f})
	}
	m := MovementID(c.step(of(holder, "sales"), VoucherDivide, VoucherStep{Voucher: lot, Date: date, Pieces: pieces}), 0)
	var out []string
	for k := range faces {
		out = append(out, LotID(m, k))
	}
	return out
}

func (c *chain) passed(from, to, lot, date, document string) string {
	c.Helper()
	c.step(of(from, "sales"), VoucherOffer, VoucherStep{Voucher: lot, Date: date, To: to, Document: document})
	return LotID(MovementID(c.step(of(to, "sales"), VoucherTake, VoucherStep{Voucher: lot, Date: date}), 0), 0)
}

// against records a payment of the payer's own money and the voucher's step that it is for.
func (c *chain) against(kind Kind, from, to string, amount int64, lot, date string, op OpType) {
	c.Helper()
	c.entries++
	key := fmt.Sprint("k", c.entries)
	money := LotID(MovementID(c.do(custodian, Op{Type: MovementSettle, Movement: &Movement{Kind: OwnFunds, To: account(from), Amount: amount, Currency: "CNY",
		Date: date, BankRef: "in" + key, Origin: &Origin{Source: OwnMoney}}}), 0), 0)
	c.record(custodian, key, Op{Type: MovementSettle, Movement: &Movement{Kind: kind, From: account(from), To: account(to), Amount: amount, Currency: "CNY",
		Date: date, BankRef: key, Voucher: lot, Draws: []Draw{{Lot: money, Amount: amount}}}},
		Op{Type: op, VoucherStep: &VoucherStep{Voucher: lot, Cash: MovementID(EntryID(custodian.MSP, custodian.Name, key), 0)}})
}

// state is the ledger's present state as a source: what an evaluation over the read model has to agree with.
type state struct{ *chain }

func (s state) Vouchers(context.Context) iter.Seq2[*VoucherNode, error] {
	return room[VoucherNode](s.chain, VoucherRoom)
}
func (s state) Claims(context.Context) iter.Seq2[*Claim, error] {
	return room[Claim](s.chain, ClaimRoom)
}
func (s state) Invoices(context.Context) iter.Seq2[*Invoice, error] {
	return room[Invoice](s.chain, InvoiceRoom)
}
func (s state) Parties(context.Context) iter.Seq2[*Party, error] {
	return room[Party](s.chain, PartyRoom)
}
func (s state) Whole() bool { return true }
func (s state) Registered(_ context.Context, party string) (string, error) {
	return s.since[party], nil
}
func (s state) Calendars(context.Context) (map[int]*Calendar, error) {
	years := map[int]*Calendar{}
	for c, err := range room[Calendar](s.chain, CalendarRoom) {
		if err != nil {
			return nil, err
		}
		years[c.Year] = c
	}
	return years, nil
}

// room reads everything that the ledger keeps under a prefix.
func room[T any](c *chain, prefix string) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		keys := c.Keys(prefix)
		values, err := c.Read(keys)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, v := range values {
			out := new(T)
			if err := json.Unmarshal(v, out); !yield(out, err) {
				return
			}
		}
	}
}

func (c *chain) rules() map[string]*RuleHistory {
	c.Helper()
	rules := map[string]*RuleHistory{}
	for h, err := range room[RuleHistory](c, RuleRoom) {
		if err != nil {
			c.Fatal(err)
		}
		rules[h.Versions[0].ID] = h
	}
	return rules
}

// story records a chain in which everything that can be found happens once. All of it passed the ledger's own rules.
func (c *chain) story() {
	c.Helper()
	// A voucher of nine months is split, passed on without a document, and comes back to the supplier.
	long := c.issued(core1, 500_000, "2026-06-01", "2026-06-02", "2027-03-02")
	pieces := c.divide(supplier, long, "2026-06-03", 499_000, 1_000)
	c.passed(deeper, supplier, c.passed(supplier, deeper, pieces[0], "2026-06-04", ""), "2026-06-05", digest(4))
	// Core enterprise 2 pays 40,000 of 100,000 ten days late, and gives the supplier another voucher the day after.
	late := c.issued(core2, 100_000, "2026-06-01", "2026-06-02", "2026-07-27")
	c.step(officer, VoucherMature, VoucherStep{Voucher: late, Date: "2026-07-27"})
	c.against(Settlement, core2, supplier, 40_000, late, "2026-08-06", VoucherPay)
	c.issued(core2, 50_000, "2026-08-06", "2026-08-07", "2026-10-05")
	// A dear financing, registered without a search: 50,000 for 31 days at 18 %, ACT/360, is 775.
	dear := c.issued(core1, 50_000, "2026-10-01", "2026-10-02", "2026-11-09")
	c.step(of(supplier, "sales"), VoucherApply, VoucherStep{Voucher: dear, Date: "2026-10-09", Financing: &Terms{Funder: factor, Mode: Sale, RatePPM: 180_000, DayCount: Actual360}})
	c.step(of(factor, "desk"), VoucherRegister, VoucherStep{Voucher: dear, Date: "2026-10-09", Registration: &Registration{Number: "R1", Date: "2026-10-09", Description: digest(5)}})
	c.against(Financing, factor, supplier, 49_225, dear, "2026-10-09", VoucherFund)
	// Six parties are registered one day, and each gets a piece the next.
	c.now = "2026-10-12"
	var fresh []Party
	for k := range 6 {
		fresh = append(fresh, Party{ID: fmt.Sprint("other:new", k), Kind: Private})
	}
	c.register(fresh...)
	c.now = today
	handed := c.divide(supplier, c.issued(core1, 120_000, "2026-10-08", "2026-10-09", "2026-11-30"), "2026-10-12", 20_000, 20_000, 20_000, 20_000, 20_000, 20_000)
	for k, lot := range handed {
		c.passed(supplier, fresh[k].ID, lot, "2026-10-13", digest(6))
	}
	// Two invoices that differ in a digit.
	c.invoice(core1, "2026-10-20", 70_000, digest(7))
	c.invoice(core1, "2026-10-21", 70_000, digest(7))
}

// The rules find on a ledger what was recorded there. The figures are worked out by hand.
func TestFindingsOnALedger(t *testing.T) {
	c := newChain(t)
	if a := evaluate(t, state{c}, c.rules(), today, findings.Filter{}); a.Total != 0 || len(a.Skipped) != 0 {
		t.Errorf("on a ledger without trade: %+v", a)
	}
	c.story()
	a := evaluate(t, state{c}, c.rules(), today, findings.Filter{})
	var got []string
	for _, f := range a.Findings {
		got = append(got, strings.Join(append(strings.Fields(summary(f))[:1], strings.Fields(summary(f))[2:]...), " ")+" by "+strings.TrimPrefix(f.Party, "other:"))
		for _, lot := range f.Evidence {
			if _, _, bad := SplitLotID(lot); bad == nil {
				if _, err := ReadVoucher(c, lot); err != nil {
					t.Errorf("%s names %s as evidence: %v", f.Rule, lot, err)
				}
			}
		}
	}
	compare(t, got, []string{
		// Core enterprise 1 owes 670,000 of 780,000, and has bought for as much; 2 owes 110,000 and has bought for 150,000.
		"S-CON-01 2026-10-30 ISSUER_HHI 757726>250000 ppm by ",
		"S-CON-01 2026-10-30 ISSUER_SHARE 858975>300000 ppm by core1",
		"S-FIN-02 2026-10-09 NONE >3 days by factor",
		"S-FIN-03N 2026-10-21 2>1 count by supplier",
		"S-FIN-06 2026-10-09 SALE 185374>80000 ppm by factor",
		"S-ISS-01 2026-10-30 VOLUME 670000>536000 fen by core1",
		"S-SET-01 2026-10-30 22>0 days by core2", // 5 October is a holiday: due on the 8th
		"S-SET-01 2026-10-30 95>0 days by core2",
		"S-SPL-02 2026-06-03 TINY 1000>10000 fen by supplier",
		"S-SPL-02 2026-10-13 NEW_HOLDERS 6>5 count by supplier",
		"S-TRF-01 2026-06-04 TAKEN by supplier",
		"S-TRF-02 2026-06-05 EARLIER_HOLDER 2>0 count by supplier",
		"S-TRM-02 2026-06-02 273>183 days by core1",
		"S-TRM-03 2026-06-02 CASH 274>60 days by core1",
		"S-TRM-03 2026-06-02 CASH 151>60 days by core2",
		"S-TRM-03 2026-08-07 CASH 85>60 days by core2",
		"S-TRM-04 2026-08-07 60000>0 fen by core2",
	})
	if len(a.Skipped) != 0 {
		t.Errorf("skipped %+v", a.Skipped)
	}
}
