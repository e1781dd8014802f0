package crash

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"fundtrace/chaincode/ledger"

	"golang.org/x/sync/errgroup"
)

// rounds is how often rivals meet, over an invoice and over a voucher each.
const rounds = 20

// rivals have funders finance one invoice, and one voucher, at the same moment. What they want lies ready before.
func (m *market) rivals(t *testing.T) {
	core := issuer(issuers - 1)
	var invoices, claims []ledger.Op
	seller := m.seats["supplier-0@enterprise"]
	for i := range rounds {
		for _, what := range []string{"bare", "claimed"} {
			op := ledger.Op{Type: ledger.InvoiceRegister, Invoice: &ledger.Invoice{Fingerprint: digest(fmt.Sprint(what, i)), Seller: supplier(0), Buyer: core,
				Type: "OTHER", Date: m.day(100), Amount: rivalAmount, Currency: "CNY", Document: digest(what)}}
			invoices = append(invoices, op)
		}
		claims = append(claims, m.claimOn(digest(fmt.Sprint("claimed", i)), core))
	}
	m.must(seller, invoices...)
	entry := m.must(seller, claims...)
	var confirmations, drafts, issues, acceptances []ledger.Op
	var vouchers []string
	drafter, cashier := m.seats[fmt.Sprintf("core-%d@enterprise", issuers-1)], m.seats[fmt.Sprintf("cashier-%d@enterprise", issuers-1)]
	key := m.key()
	for i := range rounds {
		claim := ledger.MovementID(entry, i)
		confirmations = append(confirmations, ledger.Op{Type: ledger.ClaimConfirm, ClaimStep: &ledger.ClaimStep{Claim: claim}})
		drafts = append(drafts, ledger.Op{Type: ledger.VoucherDraft, Voucher: &ledger.Voucher{Claim: claim, Amount: rivalAmount, Currency: "CNY",
			Date: m.day(90), Maturity: m.day(20), AcceptBy: m.day(80)}})
		lot := ledger.LotID(ledger.MovementID(ledger.EntryID(drafter.by.MSP, drafter.by.Name, key), i), 0)
		vouchers = append(vouchers, lot)
		issues = append(issues, ledger.Op{Type: ledger.VoucherSign, VoucherStep: &ledger.VoucherStep{Voucher: lot, Date: m.day(90)}})
		acceptances = append(acceptances, ledger.Op{Type: ledger.VoucherAccept, VoucherStep: &ledger.VoucherStep{Voucher: lot, Date: m.day(89)}})
	}
	m.must(drafter, confirmations...)
	if _, err := m.sendKeyed(drafter, key, drafts...); err != nil {
		t.Fatal(err)
	}
	m.must(cashier, issues...)
	m.must(seller, acceptances...)

	var group errgroup.Group
	group.SetLimit(6)
	for i := range rounds {
		group.Go(func() error { m.overInvoice(t, i); return nil })
		group.Go(func() error { m.overVoucher(t, vouchers[i], i); return nil })
	}
	group.Wait()
}

// rivalAmount is what every invoice and voucher of the rivals is worth, in fen.
const rivalAmount = 1_000_000

// claimOn is a claim on all of an invoice of supplier 0.
func (m *market) claimOn(fingerprint, debtor string) ledger.Op {
	return ledger.Op{Type: ledger.ClaimRegister, Claim: &ledger.Claim{Creditor: supplier(0), Debtor: debtor, Amount: rivalAmount, Currency: "CNY",
		Invoices: []ledger.InvoiceUse{{Fingerprint: fingerprint, Amount: rivalAmount}}, Contract: digest("contract"), ContractDate: m.day(110),
		Delivery: digest("delivery"), DeliveryDate: m.day(95)}}
}

// rival is one of those who want the same, and what it was told.
type rival struct {
	by    *seat
	key   string
	ops   []ledger.Op
	entry string
	err   error
}

// meet has the rivals send at the same moment: in every other round through two gateways that know nothing of each other,
// else straight to the peers. It answers the one that won; every other must have been refused with one
// of the codes and nothing else.
func (m *market) meet(t *testing.T, round int, what string, all []*rival, codes ...ledger.Code) *rival {
	t.Helper()
	var group sync.WaitGroup
	start := make(chan struct{})
	for i, r := range all {
		if r.key == "" {
			r.key = m.key()
		}
		group.Go(func() {
			<-start
			if round%2 == 0 {
				r.entry, r.err = m.sendThrough([]*gateway{m.house, m.other}[i%2], r.by, r.key, r.ops...)
			} else {
				r.entry, r.err = m.sendKeyed(r.by, r.key, r.ops...)
			}
		})
	}
	close(start)
	group.Wait()
	var winner *rival
	for _, r := range all {
		switch told := codesOf(r.err); {
		case r.err == nil && winner == nil:
			winner = r
		case r.err == nil:
			t.Errorf("%s: both %s and %s won", what, winner.by.by.Name, r.by.by.Name)
		case !slices.ContainsFunc(told, func(c ledger.Code) bool { return slices.Contains(codes, c) }):
			t.Errorf("%s: %s was told %v (%v), not one of %v", what, r.by.by.Name, told, r.err, codes)
		}
	}
	if winner == nil {
		t.Errorf("%s: nobody won: %v", what, all[0].err)
	}
	return winner
}

// overInvoice has three funders reserve one invoice, and in every third round its seller claim it too.
func (m *market) overInvoice(t *testing.T, round int) {
	what, fingerprint := fmt.Sprint("invoice ", round), digest(fmt.Sprint("bare", round))
	var all []*rival
	for _, funder := range []string{factor(0), factor(1), otherBank} {
		all = append(all, &rival{by: m.seat(funder), ops: []ledger.Op{m.reserve(fingerprint, rivalAmount)}})
	}
	if round%3 == 0 {
		all = append(all, &rival{by: m.seat(supplier(0)), ops: []ledger.Op{m.claimOn(fingerprint, issuer(issuers-1))}})
	}
	winner := m.meet(t, round, what, all, ledger.InvoiceOverused)
	if winner == nil || winner.ops[0].InvoiceStep == nil {
		return
	}
	date := m.day(0)
	m.must(winner.by, ledger.Op{Type: ledger.InvoiceFinance, InvoiceStep: &ledger.InvoiceStep{Fingerprint: fingerprint,
		Reservation: ledger.MovementID(winner.entry, 0), Date: date, Registration: m.registration(date)}})
	for _, loser := range all[:3] { // and once more
		if loser != winner {
			_, err := m.send(loser.by, m.reserve(fingerprint, 1))
			if codes := codesOf(err); !slices.Equal(codes, []ledger.Code{ledger.InvoiceOverused}) {
				t.Errorf("%s: financed, and %s may reserve a fen of it: %v", what, loser.by.by.Name, err)
			}
		}
	}
	for organisation, peer := range m.peers {
		var record ledger.InvoiceRecord
		peer.read(&record, "Invoice", fingerprint)
		if r := record.Invoice.Reservations; record.State != ledger.InvoiceFinanced || record.Used != rivalAmount || len(r) != 1 || r[0].Funder != winner.by.by.Party {
			t.Errorf("%s at the peer of %s: won by %s, and it is %+v", what, organisation, winner.by.by.Party, record)
		}
	}
}

// overVoucher has the holder's two users apply to two funders at once. Then two tellers pay the price for the funder that
// got it and one for the other funder, at once.
func (m *market) overVoucher(t *testing.T, lot string, round int) {
	what := fmt.Sprint("voucher ", round)
	terms := func(funder string) *ledger.Terms {
		return &ledger.Terms{Funder: funder, Mode: ledger.Sale, RatePPM: 36_000, DayCount: ledger.Actual360}
	}
	apply := func(user, funder string) *rival {
		return &rival{by: m.seats[user], ops: []ledger.Op{{Type: ledger.VoucherApply, VoucherStep: &ledger.VoucherStep{Voucher: lot, Date: m.day(60), Financing: terms(funder)}}}}
	}
	all := []*rival{apply("supplier-0@enterprise", factor(0)), apply("second-0@enterprise", factor(1))}
	if round%3 == 0 { // and to pass it on
		all = append(all, &rival{by: m.seats["second-0@enterprise"], ops: []ledger.Op{{Type: ledger.VoucherOffer, VoucherStep: &ledger.VoucherStep{Voucher: lot, Date: m.day(60), To: supplier(1)}}}})
	}
	winner := m.meet(t, round, what, all, ledger.VoucherConflict)
	if winner == nil || winner.ops[0].VoucherStep.Financing == nil {
		return
	}
	funder := winner.ops[0].VoucherStep.Financing.Funder
	other := factor(1)
	if funder == other {
		other = factor(0)
	}
	m.must(m.seat(funder), ledger.Op{Type: ledger.VoucherRegister, VoucherStep: &ledger.VoucherStep{Voucher: lot, Date: m.day(59), Registration: m.registration(m.day(59))}})
	date := m.day(58)
	price := rivalAmount - ledger.Discount(rivalAmount, 36_000, ledger.Days(date, businessDay(m.day(20))), ledger.Actual360)
	pay := func(teller int, from string) *rival {
		r := &rival{}
		r.by, r.key, r.ops = m.pay(teller, ledger.Financing, from, supplier(0), price, date, ledger.VoucherFund, lot)
		return r
	}
	// Who is not the funder is told so, or that it comes too late.
	paid := m.meet(t, round, what, []*rival{pay(0, funder), pay(1, funder), pay(0, other)}, ledger.VoucherConflict, ledger.MoneyPath)
	if paid == nil {
		return
	}
	financed := ledger.LotID(ledger.MovementID(paid.entry, 1), 0)
	for organisation, peer := range m.peers {
		var n ledger.VoucherNode
		peer.read(&n, "Voucher", financed)
		if n.Holder != funder || n.State != ledger.VoucherFinanced || n.Financing.Net != price {
			t.Errorf("%s at the peer of %s: won by %s, and it is %+v", what, organisation, funder, n)
		}
	}
}

// wins checks the rivals' results on the ledger: one reservation or claim of each invoice, one payment for each voucher.
func (b *books) wins(t *testing.T) {
	t.Helper()
	paid := map[string]int{}
	for _, m := range b.movements {
		if m.Kind == ledger.Financing {
			paid[m.Voucher]++
		}
	}
	for lot, times := range paid {
		if n := b.vouchers[lot]; times > 1 && n.Financing == nil {
			t.Errorf("%s was sold %d times", lot, times)
		}
	}
	for i := range rounds {
		fingerprint, taken := digest(fmt.Sprint("bare", i)), 0
		for _, r := range b.invoices[fingerprint].Reservations {
			if r.State != ledger.Released {
				taken++
			}
		}
		for _, c := range b.claims {
			if c.Cancelled == nil && c.Invoices[0].Fingerprint == fingerprint {
				taken++
			}
		}
		if taken != 1 || b.lots[b.invoices[fingerprint].Lot] != rivalAmount {
			t.Errorf("invoice %d is taken %d times", i, taken)
		}
	}
}

// outcomes compares what everybody was told with the ledger: what was acknowledged is recorded once, what was refused not
// at all, and nothing is there that nobody sent.
func (m *market) outcomes(t *testing.T, b *books) {
	t.Helper()
	sent := map[string]bool{}
	for _, try := range m.tries {
		sent[try.entry] = true
		var refusal *ledger.Error
		switch n := b.entries[try.entry]; {
		case try.err == nil && n != 1:
			t.Errorf("acknowledged, and recorded %d times: %v", n, try)
		case errors.As(try.err, &refusal) && n != 0:
			t.Errorf("refused as %v, and recorded %d times: %v", refusal, n, try)
		case try.err != nil && refusal == nil:
			t.Errorf("failed: %v: %v", try.err, try)
		}
	}
	for entry := range b.entries {
		if !sent[entry] {
			t.Errorf("entry %s is on the ledger and nobody sent it", entry)
		}
	}
}
