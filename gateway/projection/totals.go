package projection

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"iter"
	"slices"
	"strings"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace"
)

// FundHead says which fund a figure is about.
type FundHead struct {
	Fund     string `json:"fund"`
	Name     string `json:"name"`
	Level    string `json:"level"` // PARENT, SUB, DIRECT
	Class    string `json:"class"`
	Parent   string `json:"parent,omitempty"`
	Manager  string `json:"manager"`
	Region   string `json:"region"`
	Account  string `json:"account"`
	Currency string `json:"currency"`
	ref      trace.Ref
}

// FundStatement is the statement of one fund.
type FundStatement struct {
	FundHead
	Depth int `json:"depth"` // below the fund that was asked about
	trace.Statement
}

// GroupStatement is the statement of several funds together: what they paid each other is in Between alone. Where follows
// everything that came into the group for the first time to where it is now, through any number of funds and others.
type GroupStatement struct {
	Funds int `json:"funds"`
	trace.Statement
	Where trace.Totals `json:"where"`
}

// At says which moment figures are about.
type At struct {
	AsOf    string `json:"as_of,omitempty"` // value date, YYYY-MM-DD; empty: every date
	KnownAt uint64 `json:"known_at"`        // last block that counts
}

// FundTotals is what a fund took in and what became of it: by itself, and with its sub-funds at any depth.
type FundTotals struct {
	At
	FundHead
	Own    GroupStatement  `json:"own"`
	Family GroupStatement  `json:"family"` // with its sub-funds of the same currency
	Subs   []FundStatement `json:"sub_funds"`
	// OtherCurrencies lists sub-funds that the family leaves out because amounts of two currencies do not add up.
	OtherCurrencies []string `json:"other_currencies"`
}

// LevelStatement is the statement of the funds of one level.
type LevelStatement struct {
	Level string `json:"level"` // PARENT, SUB, DIRECT
	GroupStatement
}

// LevelFlow is what funds of one level were credited by funds of another.
type LevelFlow struct {
	Payer  string `json:"payer"` // level
	Payee  string `json:"payee"` // level
	Amount int64  `json:"amount,string"`
}

// CurrencyTotals are the totals of all funds in one currency. All is Levels together, less what they paid each other:
// the new money, idle, in transit, reached, returned, spent and hidden of the levels add up to its own.
type CurrencyTotals struct {
	Currency string           `json:"currency"`
	All      GroupStatement   `json:"all"`
	Levels   []LevelStatement `json:"levels"`
	Between  []LevelFlow      `json:"between"`
	Funds    []FundStatement  `json:"funds"` // of the level that was asked for
}

// Totals are the totals of every fund that the reader sees, one table for each currency.
type Totals struct {
	At
	Level      string           `json:"level,omitempty"` // whose funds are listed
	Currencies []CurrencyTotals `json:"currencies"`
}

func (m *Moment) at() At { return At{AsOf: m.AsOf, KnownAt: m.Known} }

// fundHeads lists the funds whose accounts the reader sees, as established by the moment's block, by identifier.
func (m *Moment) fundHeads(ctx context.Context) ([]FundHead, error) {
	cond, args := m.under.scope.accounts()
	q := &query{text: `SELECT f.id, f.name, f.level, f.class, f.parent, f.manager, f.region, a.id, a.currency, a.ref FROM fund f JOIN account a ON a.fund = f.id`}
	q.where("f.tx < ?", txRef(m.Known+1, 0)).where(cond, args...)
	q.text, q.cond = q.String()+" ORDER BY f.id", nil
	return collect(ctx, m.under.tx, q, func(r *sql.Rows) (FundHead, error) {
		var h FundHead
		return h, r.Scan(&h.Fund, &h.Name, &h.Level, &h.Class, &h.Parent, &h.Manager, &h.Region, &h.Account, &h.Currency, &h.ref)
	})
}

// family answers the positions of a fund and of its sub-funds at any depth, each with its depth, the fund first.
func family(heads []FundHead, fund string) (members, depths []int, err error) {
	below := map[string][]int{}
	top := -1
	for i, h := range heads {
		below[h.Parent] = append(below[h.Parent], i)
		if h.Fund == fund {
			top = i
		}
	}
	if top < 0 {
		return nil, nil, unknown(ledger.FundUnknown, "fund", fund)
	}
	members, depths = []int{top}, []int{0}
	met := map[int]bool{top: true}
	for n := 0; n < len(members); n++ {
		for _, i := range below[heads[members[n]].Fund] {
			if !met[i] {
				met[i] = true
				members, depths = append(members, i), append(depths, depths[n]+1)
			}
		}
	}
	return members, depths, nil
}

// FundTotals answers the totals of a fund. Errors: FUND_UNKNOWN, trace.ErrUnbalanced.
func (m *Moment) FundTotals(ctx context.Context, fund string) (*FundTotals, error) {
	heads, err := m.fundHeads(ctx)
	if err != nil {
		return nil, err
	}
	members, depths, err := family(heads, fund)
	if err != nil {
		return nil, err
	}
	out := &FundTotals{At: m.at(), FundHead: heads[members[0]], Subs: []FundStatement{}, OtherCurrencies: []string{}}
	kept, at := []FundHead{}, []int{}
	for n, i := range members {
		if heads[i].Currency != out.Currency {
			out.OtherCurrencies = append(out.OtherCurrencies, heads[i].Fund)
			continue
		}
		kept, at = append(kept, heads[i]), append(at, depths[n])
	}
	b, err := m.books(kept)
	if err != nil {
		return nil, err
	}
	out.Own = b.group(func(i int) bool { return i == 0 })
	out.Family = b.group(func(int) bool { return true })
	for i := 1; i < len(kept); i++ {
		out.Subs = append(out.Subs, FundStatement{FundHead: kept[i], Depth: at[i], Statement: b.flows.Funds[i]})
	}
	return out, nil
}

// Totals answers the totals of all funds by level. level, if not empty, asks for the funds of one level. Errors:
// trace.ErrUnbalanced.
func (m *Moment) Totals(ctx context.Context, level string) (*Totals, error) {
	heads, err := m.fundHeads(ctx)
	if err != nil {
		return nil, err
	}
	out := &Totals{At: m.at(), Level: level, Currencies: []CurrencyTotals{}}
	for part := range byCurrency(heads) {
		b, err := m.books(part)
		if err != nil {
			return nil, err
		}
		out.Currencies = append(out.Currencies, b.byLevel(level))
	}
	return out, nil
}

// byCurrency parts funds by currency, in alphabetical order: amounts of two currencies do not add up.
func byCurrency(heads []FundHead) iter.Seq[[]FundHead] {
	return func(yield func([]FundHead) bool) {
		slices.SortStableFunc(heads, func(x, y FundHead) int { return strings.Compare(x.Currency, y.Currency) })
		for len(heads) > 0 {
			n := slices.IndexFunc(heads, func(h FundHead) bool { return h.Currency != heads[0].Currency })
			if n < 0 {
				n = len(heads)
			}
			if !yield(heads[:n]) {
				return
			}
			heads = heads[n:]
		}
	}
}

// books are the statements of funds of one currency.
type books struct {
	moment *Moment
	heads  []FundHead
	flows  *trace.Flows
}

func (m *Moment) books(heads []FundHead) (*books, error) {
	refs := make([]trace.Ref, len(heads))
	for i := range heads {
		refs[i] = heads[i].ref
	}
	flows, err := m.Flows(refs)
	if err != nil {
		return nil, fmt.Errorf("state the funds: %w", err)
	}
	return &books{m, heads, flows}, nil
}

func (b *books) group(member func(i int) bool) GroupStatement {
	var members []int
	var refs []trace.Ref
	for i := range b.heads {
		if member(i) {
			members, refs = append(members, i), append(refs, b.heads[i].ref)
		}
	}
	return GroupStatement{Funds: len(members), Statement: b.flows.Group(members), Where: b.moment.Total(refs)}
}

func (b *books) byLevel(level string) CurrencyTotals {
	out := CurrencyTotals{Currency: b.heads[0].Currency, All: b.group(func(int) bool { return true }), Levels: []LevelStatement{}, Between: []LevelFlow{},
		Funds: []FundStatement{}}
	levels := map[string]bool{}
	for i, h := range b.heads {
		levels[h.Level] = true
		if h.Level == level {
			out.Funds = append(out.Funds, FundStatement{FundHead: h, Statement: b.flows.Funds[i]})
		}
	}
	for l := range levels {
		out.Levels = append(out.Levels, LevelStatement{l, b.group(func(i int) bool { return b.heads[i].Level == l })})
	}
	slices.SortFunc(out.Levels, func(x, y LevelStatement) int { return strings.Compare(x.Level, y.Level) })
	sums := map[[2]string]int64{}
	for pair, p := range b.flows.Between {
		sums[[2]string{b.heads[pair.Payer].Level, b.heads[pair.Payee].Level}] += p.Credited
	}
	for pair, amount := range sums {
		if amount > 0 {
			out.Between = append(out.Between, LevelFlow{pair[0], pair[1], amount})
		}
	}
	slices.SortFunc(out.Between, func(x, y LevelFlow) int {
		return cmp.Or(strings.Compare(x.Payer, y.Payer), strings.Compare(x.Payee, y.Payee))
	})
	return out
}
