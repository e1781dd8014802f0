package sample

import (
	"math/rand/v2"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/rulepack"
)

// trade is the supply chain while it is made. It lives on the days of the funds' world and draws on the money there, but
// throws its own dice and is packed into entries of its own.
type trade struct {
	*world
	dice      dice
	calendars map[int]*ledger.Calendar
	rules     []*op // what publishes rules and calendars
	traders   map[string]*trader
	tiers     [4][]*trader // suppliers, by tier
	buyers    []*trader    // core enterprises
	factor    *trader
	lender    *trader

	invoices, claims, registrations int // counted so far
	vouchers                        []*voucher
	planted                         map[string]*voucher
	bills                           map[string]*invoice // planted
	trials                          []*trial
}

// opens is the day after the first rules on e-vouchers took effect (银发〔2025〕77号, 15 June 2025, a Sunday).
var opens = on("2025-06-16")

func newTrade(w *world) *trade {
	t := &trade{world: w, dice: dice{rand.NewPCG(77, 2025)}, calendars: map[int]*ledger.Calendar{}, traders: map[string]*trader{},
		planted: map[string]*voucher{}, bills: map[string]*invoice{}}
	for _, c := range rulepack.Calendars() {
		t.calendars[c.Year] = &c
	}
	return t
}

// begin plans everything that happens in the supply chain.
func (t *trade) begin() {
	t.just(opens, func() {
		t.arrive()
		t.plantTrade()
		for _, c := range cores {
			t.planDeals(c)
		}
	})
}

// openDay answers d, or the first day after it on which banks are open.
func (t *trade) openDay(d day) day {
	for !t.calendars[d.year()].Open(d.time()) {
		d++
	}
	return d
}

// later plans something for the first business day that many days from now.
func (t *trade) later(days day, do func()) { t.when(t.today+days, do) }

// when plans something for a day, or the first business day after it.
func (t *trade) when(d day, do func()) {
	t.just(t.openDay(max(d, t.today)), do)
}

// just plans something for just that day.
func (t *trade) just(d day, do func()) {
	t.exactly(d, func() { t.in(chain, do) })
}

// on is just for a date of the plan.
func (t *trade) on(date string, do func()) { t.just(on(date), do) }

// planDeals plans what a core enterprise buys of its suppliers and pays with vouchers. Every third delivery it pays in
// cash: the invoice alone is registered.
func (t *trade) planDeals(c core) {
	buyer, last := t.of(c.serial), on("2025-12-05")
	if c.serial == defaulter {
		last = on("2025-08-05")
	}
	for d := opens + t.dice.days(4, 14); d < last; d += t.dice.days(4, 11) {
		s := t.of(pick(t.dice, c.suppliers))
		amount := t.dice.between(18, 210) * 10_000 * yuan
		if t.dice.percent(30) {
			t.when(d, func() { t.bill(s, buyer, amount) })
			continue
		}
		t.when(d, func() { t.deal(s, buyer, amount) })
	}
}

// terms are the usual terms of vouchers in days, and how often they are agreed in percent.
var terms = []struct {
	percent int64
	days    day
}{{34, 90}, {24, 120}, {16, 60}, {16, 180}, {6, 240}, {4, 330}}

// deal is an ordinary delivery: billed, claimed and confirmed; then a voucher on most of it is drafted, issued, accepted.
func (t *trade) deal(s, buyer *trader, amount int64) {
	c := t.owed(s, buyer, amount, t.today-t.dice.days(1, 6))
	face := amount
	if t.dice.percent(40) {
		face = amount / 100 * t.dice.between(55, 90) / (100 * yuan) * (100 * yuan)
	}
	roll, term := t.dice.between(1, 100), day(90)
	for _, x := range terms {
		if roll -= x.percent; roll <= 0 {
			term = x.days
			break
		}
	}
	t.later(t.dice.days(1, 4), func() {
		t.stepClaim(ledger.ClaimConfirm, buyer, c)
		t.later(t.dice.days(1, 20), func() {
			v := t.draft(c, face, t.today+term)
			t.issue(v)
			t.planMaturity(v, t.usualDelay())
			t.later(t.dice.days(1, 4), func() { t.accept(v); t.onward(v) })
		})
	})
}

// usualDelay is how many days after the due date an issuer pays: mostly none.
func (t *trade) usualDelay() day {
	if t.dice.percent(85) {
		return 0
	}
	return t.dice.days(1, 6)
}

// onward plans what a holder does with an active voucher: pass it on, whole or in pieces, have it financed, or wait.
func (t *trade) onward(v *voucher) {
	last := min(v.maturity-15, t.today+t.dice.days(3, 18))
	if last <= t.today || v.issuer.blocked {
		return
	}
	divide, pass, finance := []int64{0, 45, 30, 0}[min(v.holder.tier, 3)], []int64{0, 20, 25, 0}[min(v.holder.tier, 3)], []int64{0, 15, 22, 35}[min(v.holder.tier, 3)]
	if v.face < 20*tenThousand {
		divide = 0
	}
	roll := t.dice.between(1, 100)
	t.when(last, func() {
		if v.state != ledger.VoucherActive || v.issuer.blocked {
			return
		}
		switch {
		case roll <= divide:
			for _, piece := range t.split(v, t.pieces(v.face)...) {
				t.piece(piece)
			}
		case roll <= divide+pass:
			t.passOn(v)
		case roll <= divide+pass+finance:
			t.finance(v)
		}
	})
}

// piece plans what becomes of one piece: pieces are made to be passed on.
func (t *trade) piece(v *voucher) {
	roll := t.dice.between(1, 100)
	t.later(t.dice.days(0, 3), func() {
		switch {
		case v.state != ledger.VoucherActive || t.today+15 > v.maturity:
		case roll <= 55 && v.holder.tier < 3:
			t.passOn(v)
		case roll <= 80:
			t.finance(v)
		}
	})
}

// pieces divides a face into two to four amounts of whole hundreds of yuan.
func (t *trade) pieces(face int64) []int64 {
	n := t.dice.between(2, 4)
	left, out := face, []int64{}
	for i := n; i > 1; i-- {
		p := left / i / 100 * t.dice.between(60, 130) / (100 * yuan) * (100 * yuan)
		out, left = append(out, p), left-p
	}
	return append(out, left)
}

// passOn offers the voucher to a supplier of the next tier, who mostly takes it.
func (t *trade) passOn(v *voucher) {
	t.offer(v, pick(t.dice, t.tiers[v.holder.tier+1]), t.dice.percent(30), t.dice.percent(88))
	roll := t.dice.between(1, 100)
	t.later(t.dice.days(1, 4), func() {
		switch {
		case v.state != ledger.TransferPending || t.today >= v.maturity:
		case roll <= 4:
			t.decline(v, v.pending.user)
		case roll <= 6:
			t.decline(v, v.holder.user)
		default:
			t.onward(t.take(v))
		}
	})
}

// finance has a funder buy the voucher or lend on it: application, entry at the registry, payment.
func (t *trade) finance(v *voucher) {
	funder, mode := t.factor, ledger.Sale
	if t.dice.percent(40) {
		funder = t.lender
		if t.dice.percent(45) {
			mode = ledger.Pledge
		}
	}
	t.apply(v, ledger.Terms{Funder: funder.id, Mode: mode, RatePPM: t.dice.between(69, 118) * 500, DayCount: ledger.Actual360, Recourse: t.dice.percent(45)})
	roll := t.dice.between(1, 100)
	t.later(t.dice.days(1, 3), func() {
		if v.state != ledger.FinancePending {
			return
		}
		if roll <= 6 {
			t.refuse(v, funder.user)
			return
		}
		searched := int(t.dice.between(0, 2))
		if roll <= 18 {
			searched = -1
		}
		t.enter(v, searched)
		t.later(t.dice.days(0, 2), func() {
			if v.state == ledger.FinancePending && t.today < v.maturity {
				t.fund(v, v.face/100*80)
			}
		})
	})
}
