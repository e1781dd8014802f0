package projection

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace"
	"fundtrace/gateway/trace/arena"
)

// FundTiming is how long a fund's money took to enterprises.
type FundTiming struct {
	At
	FundHead
	Until string `json:"until"` // day up to which waiting is counted, YYYY-MM-DD
	trace.Timing
}

// IdleLot is one lot that lies in a fund.
type IdleLot struct {
	Lot         string       `json:"lot"`
	Movement    string       `json:"movement"` // that brought it
	Level       ledger.Level `json:"level"`    // who attested that
	Fund        string       `json:"fund"`
	Account     string       `json:"account"`
	Amount      int64        `json:"amount,string"` // minor units that lie there
	Date        string       `json:"date"`          // on which it came into the account
	Days        int          `json:"days"`          // since then
	Since       string       `json:"since"`         // day since which it has been in funds without a break
	DaysInFunds int          `json:"days_in_funds"`
}

// IdleFund is what is idle in one fund.
type IdleFund struct {
	FundHead
	trace.Idle
}

// FundIdle is what is idle in a fund and in its sub-funds of the same currency at any depth, by age.
type FundIdle struct {
	At
	FundHead
	Until string     `json:"until"` // day on which ages are counted, YYYY-MM-DD
	Own   trace.Idle `json:"own"`
	// Family has the sub-funds in it. Money counts once, where it lies.
	Family trace.Idle `json:"family"`
	Subs   []IdleFund `json:"sub_funds"`
	Lots   []IdleLot  `json:"lots"` // of the family, the longest in funds first
	Next   string     `json:"next"`
}

// head answers a fund that the reader sees, with its sub-funds of the same currency behind it. Errors: FUND_UNKNOWN.
func (m *Moment) head(ctx context.Context, fund string) ([]FundHead, error) {
	heads, err := m.fundHeads(ctx)
	if err != nil {
		return nil, err
	}
	members, _, err := family(heads, fund)
	if err != nil {
		return nil, err
	}
	var out []FundHead
	for _, i := range members {
		if heads[i].Currency == heads[members[0]].Currency {
			out = append(out, heads[i])
		}
	}
	return out, nil
}

// Timing answers how long the money of a fund took, what waits counted up to a day YYYY-MM-DD. Errors: FUND_UNKNOWN,
// DATE_INVALID, trace.ErrUnbalanced.
func (m *Moment) Timing(ctx context.Context, fund, until string) (*FundTiming, error) {
	heads, err := m.head(ctx, fund)
	if err != nil {
		return nil, err
	}
	day, err := arena.Day(until)
	if err != nil {
		return nil, ledger.Refuse(ledger.DateInvalid, "the day is no calendar date: write it as YYYY-MM-DD", "date", until)
	}
	t, err := trace.TimingOf(ctx, m.View, heads[0].ref, day)
	if err != nil {
		return nil, fmt.Errorf("time fund %s: %w", fund, err)
	}
	return &FundTiming{At: m.at(), FundHead: heads[0], Until: until, Timing: *t}, nil
}

// Idle answers what is idle in a fund by age on a day YYYY-MM-DD, and lists a page of the lots. Errors: FUND_UNKNOWN,
// DATE_INVALID, FIELD_INVALID (cursor).
func (m *Moment) Idle(ctx context.Context, fund, until string, l List) (*FundIdle, error) {
	heads, err := m.head(ctx, fund)
	if err != nil {
		return nil, err
	}
	day, err := arena.Day(until)
	if err != nil {
		return nil, ledger.Refuse(ledger.DateInvalid, "the day is no calendar date: write it as YYYY-MM-DD", "date", until)
	}
	refs := make([]trace.Ref, len(heads))
	for i := range heads {
		refs[i] = heads[i].ref
	}
	all := m.Resting(refs)
	by := make([][]trace.Resting, len(heads))
	for _, r := range all {
		by[r.Fund] = append(by[r.Fund], r)
	}
	out := &FundIdle{At: m.at(), FundHead: heads[0], Until: until, Own: trace.IdleOf(by[0], day), Family: trace.IdleOf(all, day), Subs: []IdleFund{}}
	for i := 1; i < len(heads); i++ {
		out.Subs = append(out.Subs, IdleFund{heads[i], trace.IdleOf(by[i], day)})
	}
	trace.Oldest(all)
	from, err := offset(l)
	if err != nil {
		return nil, err
	}
	to := min(len(all), from+l.limit())
	from = min(from, to)
	out.Lots, err = m.idleLots(ctx, heads, all[from:to], day)
	if to < len(all) {
		out.Next = base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(to)))
	}
	return out, err
}

// offset reads the cursor of a list that is kept in memory. Errors: FIELD_INVALID.
func offset(l List) (int, error) {
	if l.Cursor == "" {
		return 0, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(l.Cursor)
	if err == nil {
		if n, err := strconv.Atoi(string(b)); err == nil && n >= 0 && n < 1<<31 {
			return n, nil
		}
	}
	return 0, ledger.Refuse(ledger.FieldInvalid, "cursor is not one that this list answered: take next of the page before", "field", "cursor")
}

// idleLots names lots that lie in funds.
func (m *Moment) idleLots(ctx context.Context, heads []FundHead, page []trace.Resting, day int) ([]IdleLot, error) {
	refs := make([]trace.Ref, len(page))
	for i := range page {
		refs[i] = page[i].Lot
	}
	facts, err := m.Facts(ctx, refs)
	if err != nil {
		return nil, err
	}
	of := make(map[trace.Ref]*trace.Fact, len(facts))
	for i := range facts {
		of[facts[i].Ref] = &facts[i]
	}
	out := make([]IdleLot, len(page))
	for i, r := range page {
		f := of[r.Lot]
		if f == nil {
			return nil, fmt.Errorf("%w: nothing is known of lot %d", trace.ErrUnbalanced, r.Lot)
		}
		h := &heads[r.Fund]
		out[i] = IdleLot{Lot: f.Lot, Movement: f.ID, Level: f.Level, Fund: h.Fund, Account: h.Account, Amount: r.Amount, Date: arena.Date(r.Day), Days: day - r.Day,
			Since: arena.Date(r.First), DaysInFunds: day - r.First}
	}
	return out, nil
}
