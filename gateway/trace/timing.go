package trace

import (
	"context"
	"fmt"
	"maps"
	"math/big"
	"slices"
)

// Arrival is a lot that came into an account for the first time: no ancestor of it that the reader may see lay there.
type Arrival struct {
	Lot    Ref
	Root   Ref // of it; 0 where the reader may not see the whole way up
	Amount int64
	Day    int // value date of the arrival, in days since 1970-01-01
	// Left is the day on which the money left the treasury, as far as Root is known: the first value date on the way
	// at which it lay in no treasury account.
	Left int
}

// Halt is where money on its way to an enterprise is no longer followed, or what of it waits.
type Halt struct {
	Place    Place
	Standing Standing
	Hidden   bool
	Amount   int64
	Day      int // value date of its standing, in days since 1970-01-01
}

// Clocked is a forest that knows the day of everything.
type Clocked interface {
	Forest
	// Arrivals answers what came into an account for the first time, in any order.
	Arrivals(account Ref) []Arrival
	// Onward follows a lot down to the first enterprises that it reaches. Each amount halts once: in an enterprise's
	// account, in a sink, in transit, or as what still lies on the way in an account of a fund or of the treasury.
	Onward(lot Ref, halt func(Halt))
}

// Spell is how long amounts took, weighted by amount: one day counts as often as there are minor units that took it.
type Spell struct {
	Amount int64   `json:"amount,string"` // minor units that the days are weighted by
	Lots   int     `json:"lots"`
	Mean   float64 `json:"mean"`   // days, rounded to hundredths
	Median int     `json:"median"` // the least number of days that at least half of the amount took, or less
	P90    int     `json:"p90"`    // the least number of days that at least nine tenths of it took, or less
	Least  int     `json:"least"`  // negative where value dates contradict the order of the payments
	Most   int     `json:"most"`
}

// Timing is how long the money of a fund took. What has not arrived is not in the spells of what has: a short mean with
// much idle money is no good news, so the waiting money and its age stand beside it.
//
//	in = arrived + idle + in transit + spent + returned + hidden
type Timing struct {
	In        int64 `json:"in,string"`         // came into the fund for the first time
	Arrived   int64 `json:"arrived,string"`    // reached an enterprise
	Idle      int64 `json:"idle,string"`       // lies in funds
	InTransit int64 `json:"in_transit,string"` // instructed or debited
	Spent     int64 `json:"spent,string"`      // ended in a sink before it reached an enterprise: fees
	Returned  int64 `json:"returned,string"`   // lies with the treasury again
	Hidden    int64 `json:"hidden,string"`     // is where the reader may not look

	FundToEnterprise     Spell `json:"fund_to_enterprise"`     // from the day on which it came into the fund
	TreasuryToFund       Spell `json:"treasury_to_fund"`       // public money: from the day on which it left the treasury
	TreasuryToEnterprise Spell `json:"treasury_to_enterprise"` // public money
	Waiting              Spell `json:"waiting"`                // what is idle: from the day on which it came into the fund
	WaitingSinceTreasury Spell `json:"waiting_since_treasury"` // public money that is idle: from the day on which it left the treasury
	// OriginUnseen is, of In, what comes from where the reader may not look: it is in no spell that begins at the treasury.
	OriginUnseen int64 `json:"origin_unseen,string"`
}

// TimingOf answers how long the money of a fund's account took to the first enterprise that it reached, at whatever depth
// of sub-funds. What waits is counted up to a day, in days since 1970-01-01. Errors: ErrUnbalanced.
func TimingOf(ctx context.Context, f Clocked, account Ref, today int) (*Timing, error) {
	arrivals := f.Arrivals(account)
	public, err := publicRoots(ctx, f, arrivals)
	if err != nil {
		return nil, err
	}
	var t Timing
	var in, out, whole, waiting, sinceTreasury spells
	for i := range arrivals {
		a := &arrivals[i]
		t.In += a.Amount
		if a.Root == 0 {
			t.OriginUnseen += a.Amount
		}
		if public[a.Root] {
			in.add(a.Day-a.Left, a.Amount)
		}
		f.Onward(a.Lot, func(h Halt) {
			switch {
			case h.Hidden:
				t.Hidden += h.Amount
			case h.Standing == InTransit:
				t.InTransit += h.Amount
			case h.Standing == Spent:
				t.Spent += h.Amount
			case h.Place == InTreasury:
				t.Returned += h.Amount
			case h.Place == InFund:
				t.Idle += h.Amount
				waiting.add(today-a.Day, h.Amount)
				if public[a.Root] {
					sinceTreasury.add(today-a.Left, h.Amount)
				}
			default:
				t.Arrived += h.Amount
				out.add(h.Day-a.Day, h.Amount)
				if public[a.Root] {
					whole.add(h.Day-a.Left, h.Amount)
				}
			}
		})
	}
	if t.In != t.Arrived+t.Idle+t.InTransit+t.Spent+t.Returned+t.Hidden {
		return nil, fmt.Errorf("%w: the timing of account %d does not close: %+v", ErrUnbalanced, account, t)
	}
	t.FundToEnterprise, t.TreasuryToFund, t.TreasuryToEnterprise = out.spell(), in.spell(), whole.spell()
	t.Waiting, t.WaitingSinceTreasury = waiting.spell(), sinceTreasury.spell()
	return &t, nil
}

// publicRoots tells which of the roots are public money.
func publicRoots(ctx context.Context, f Forest, arrivals []Arrival) (map[Ref]bool, error) {
	out := map[Ref]bool{}
	var roots []Ref
	for i := range arrivals {
		if r := arrivals[i].Root; r != 0 && !out[r] {
			out[r] = true
			roots = append(roots, r)
		}
	}
	facts, err := factsOf(ctx, f, roots)
	if err != nil {
		return nil, err
	}
	for r, fact := range facts {
		out[r] = fact.Origin != nil && fact.Origin.Source.Public()
	}
	return out, nil
}

// spells sums amounts by days.
type spells struct {
	amount map[int]int64
	lots   int
}

func (s *spells) add(days int, amount int64) {
	if s.amount == nil {
		s.amount = map[int]int64{}
	}
	s.amount[days] += amount
	s.lots++
}

// spell works the figures out, exactly: amounts times days do not fit 64 bits.
func (s *spells) spell() Spell {
	if s.lots == 0 {
		return Spell{}
	}
	days := slices.Sorted(maps.Keys(s.amount))
	out := Spell{Lots: s.lots, Least: days[0], Most: days[len(days)-1]}
	sum := new(big.Int)
	for _, d := range days {
		out.Amount += s.amount[d]
		sum.Add(sum, new(big.Int).Mul(big.NewInt(int64(d)), big.NewInt(s.amount[d])))
	}
	out.Mean = hundredths(sum, out.Amount)
	out.Median, out.P90 = s.quantile(days, out.Amount, 1, 2), s.quantile(days, out.Amount, 9, 10)
	return out
}

// hundredths divides and rounds to hundredths, halves away from zero.
func hundredths(sum *big.Int, by int64) float64 {
	mean, _ := new(big.Rat).SetString(new(big.Rat).SetFrac(sum, big.NewInt(by)).FloatString(2))
	f, _ := mean.Float64()
	return f
}

// quantile answers the least number of days up to which at least num/den of the amount lies.
func (s *spells) quantile(days []int, total, num, den int64) int {
	want := new(big.Int).Mul(big.NewInt(total), big.NewInt(num))
	upTo := new(big.Int)
	for _, d := range days {
		upTo.Add(upTo, new(big.Int).Mul(big.NewInt(s.amount[d]), big.NewInt(den)))
		if upTo.Cmp(want) >= 0 {
			return d
		}
	}
	return days[len(days)-1]
}
