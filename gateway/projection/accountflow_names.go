package projection

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace"
	"fundtrace/gateway/trace/attribution"
)

// PublicMoney names, as a source, all public money that ever entered.
const PublicMoney = "PUBLIC"

// FundingSources are the pockets that money can enter from.
var FundingSources = []ledger.FundingSource{ledger.GeneralBudget, ledger.GovFundBudget, ledger.StateCapitalBudget, ledger.SOEEntrusted, ledger.SOEInjected,
	ledger.UpperTransfer, ledger.FundReturns, ledger.SpecialBond, ledger.SocialCapital, ledger.OwnMoney, ledger.UnknownSource}

// Source answers the money that a text names: a lot; a fund ("fund:" and its name), for all capital that was paid in to its
// account; a funding source such as GENERAL_BUDGET, for all of it that entered; or PUBLIC.
// Errors: LOT_UNKNOWN, FUND_UNKNOWN, FIELD_INVALID (the lot is a promise or a claim), ACCOUNT_NOT_WHOLE.
func (s *Statements) Source(ctx context.Context, text string) (*attribution.Source, error) {
	if text == PublicMoney || slices.Contains(FundingSources, ledger.FundingSource(text)) {
		return s.entered(ctx, text)
	}
	if strings.HasPrefix(text, "fund:") {
		return s.paidIn(ctx, text)
	}
	l, err := s.moment.Find(ctx, text)
	if err != nil {
		return nil, err
	}
	if l.Hidden {
		return nil, unknown(ledger.LotUnknown, "lot", text)
	}
	return &attribution.Source{Name: text, Lots: []trace.Ref{l.Ref}}, nil
}

// entered answers the roots of a funding source. A reader who does not see them all gets none.
func (s *Statements) entered(ctx context.Context, text string) (*attribution.Source, error) {
	if s.moment.under.scope.kind != seesEverything {
		return nil, ledger.Refuse(attribution.NotWhole, "only who sees every account can follow all money of a funding source: name one lot, or a fund of yours", "source", text)
	}
	sources := []string{text}
	if text == PublicMoney {
		sources = nil
		for _, f := range FundingSources {
			if f.Public() {
				sources = append(sources, string(f))
			}
		}
	}
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(sources)), ", ")
	q := &query{text: "SELECT l.ref FROM lot l JOIN movement m ON m.ref = l.ref >> 9 WHERE l.parent IS NULL AND m.origin_source IN (" + marks + ") ORDER BY l.ref"}
	for _, f := range sources {
		q.args = append(q.args, f)
	}
	return s.named(ctx, text, q)
}

// paidIn answers the lots that contributions brought into a fund's account.
func (s *Statements) paidIn(ctx context.Context, fund string) (*attribution.Source, error) {
	account, err := s.moment.AccountOf(ctx, fund)
	if err != nil {
		return nil, err
	}
	return s.named(ctx, fund, &query{text: "SELECT l.ref FROM lot l JOIN movement m ON m.ref = l.ref >> 9 WHERE l.account = ? AND m.kind = ? ORDER BY l.ref",
		args: []any{int64(account), string(ledger.Contribution)}})
}

// named answers the lots of a query that are there at the moment.
func (s *Statements) named(ctx context.Context, name string, q *query) (*attribution.Source, error) {
	refs, err := collect(ctx, s.moment.under.tx, q, func(r *sql.Rows) (int64, error) {
		var ref int64
		return ref, r.Scan(&ref)
	})
	if err != nil {
		return nil, err
	}
	return &attribution.Source{Name: name, Lots: s.Lots(refs)}, nil
}

// Target answers the accounts that a text names: an account, a fund's, or all of a party, of which a bare unified social
// credit code is accepted. Errors: ACCOUNT_UNKNOWN, FUND_UNKNOWN, PARTY_UNKNOWN.
func (s *Statements) Target(ctx context.Context, text string) (*attribution.Target, error) {
	if strings.HasPrefix(text, "fund:") {
		ref, err := s.moment.AccountOf(ctx, text)
		return &attribution.Target{Name: text, Accounts: []trace.Ref{ref}}, err
	}
	if strings.HasPrefix(text, "acct:") {
		ref, err := s.Account(ctx, text)
		return &attribution.Target{Name: text, Accounts: []trace.Ref{ref}}, err
	}
	refs, err := s.moment.OwnedBy(ctx, text)
	return &attribution.Target{Name: text, Accounts: refs}, err
}

// Account answers the reference of an account. Errors: ACCOUNT_UNKNOWN.
func (s *Statements) Account(ctx context.Context, id string) (trace.Ref, error) {
	cond, args := s.moment.under.scope.accounts()
	q := &query{text: "SELECT a.ref FROM account a"}
	found, err := collect(ctx, s.moment.under.tx, q.where("a.id = ? AND a.place NOT IN ('SINK', 'CLAIMS')", id).where(cond, args...), func(r *sql.Rows) (trace.Ref, error) {
		var ref trace.Ref
		return ref, r.Scan(&ref)
	})
	if err != nil {
		return 0, fmt.Errorf("find account %s: %w", id, err)
	}
	if len(found) == 0 {
		return 0, unknown(ledger.AccountUnknown, "account", id)
	}
	return found[0], nil
}
