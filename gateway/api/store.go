package api

import (
	"context"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/flow"
	"fundtrace/gateway/projection"
)

// Store is the read model as the API uses it; *projection.DB is one.
type Store interface {
	Next() uint64
	Wait(ctx context.Context, block uint64) error
	Status(ctx context.Context) (*projection.Status, error)

	Parties(ctx context.Context, s projection.Scope, f projection.PartyFilter, l projection.List) (*projection.Page[projection.Party], error)
	Party(ctx context.Context, s projection.Scope, id string) (*projection.PartyDetail, error)
	Accounts(ctx context.Context, s projection.Scope, f projection.AccountFilter, l projection.List) (*projection.Page[projection.Account], error)
	Account(ctx context.Context, s projection.Scope, id string) (*projection.Account, error)
	AccountRecord(ctx context.Context, s projection.Scope, id string) (*projection.Account, error)
	Lots(ctx context.Context, s projection.Scope, f projection.LotFilter, l projection.List) (*projection.LotPage, error)
	PickLots(ctx context.Context, s projection.Scope, account string, amount int64) ([]ledger.Draw, error)
	Lot(ctx context.Context, s projection.Scope, id string) (*projection.Lot, error)
	Funds(ctx context.Context, s projection.Scope, f projection.FundFilter, l projection.List) (*projection.Page[projection.Fund], error)
	Fund(ctx context.Context, s projection.Scope, id string) (*projection.Fund, error)
	Commitments(ctx context.Context, s projection.Scope, f projection.CommitmentFilter, l projection.List) (*projection.Page[projection.Commitment], error)
	Commitment(ctx context.Context, s projection.Scope, id string) (*projection.Commitment, error)
	Movements(ctx context.Context, s projection.Scope, f projection.MovementFilter, l projection.List) (*projection.Page[projection.Movement], error)
	MovementTotals(ctx context.Context, s projection.Scope, f projection.MovementFilter) ([]projection.Total, error)
	Movement(ctx context.Context, s projection.Scope, id string) (*projection.MovementDetail, error)
	Documents(ctx context.Context, s projection.Scope, f projection.DocumentFilter, l projection.List) (*projection.Page[projection.Document], error)
	Document(ctx context.Context, s projection.Scope, sha256 string) (*projection.Document, error)
	Anchors(ctx context.Context, stream string, after int64, limit int) ([]projection.Anchor, error)
	AnchorStreams(ctx context.Context) ([]projection.Anchor, error)
	Transaction(ctx context.Context, s projection.Scope, txid string) (*projection.Transaction, error)
	At(ctx context.Context, s projection.Scope, asOf string, known *uint64) (*projection.Moment, error)
	Measures(ctx context.Context, s projection.Scope, windows ...projection.MeasureWindow) ([][]projection.Measure, uint64, error)
	FlowBook(ctx context.Context, s projection.Scope, asOf string, known *uint64, whole bool) (*flow.Book, error)

	Invoices(ctx context.Context, s projection.Scope, f projection.InvoiceFilter, l projection.List) (*projection.Page[projection.Invoice], error)
	Invoice(ctx context.Context, s projection.Scope, fingerprint string) (*projection.InvoiceDetail, error)
	NearTo(ctx context.Context, s projection.Scope, fingerprint string, near []string) ([]projection.NearGroup, error)
	NearDuplicates(ctx context.Context, s projection.Scope, l projection.List) (*projection.Page[projection.NearGroup], error)
	Claims(ctx context.Context, s projection.Scope, f projection.ClaimFilter, l projection.List) (*projection.Page[projection.Claim], error)
	Claim(ctx context.Context, s projection.Scope, id string) (*projection.Claim, error)
	Vouchers(ctx context.Context, s projection.Scope, f projection.VoucherFilter, l projection.List) (*projection.Page[projection.Voucher], error)
	Voucher(ctx context.Context, s projection.Scope, lot string) (*projection.VoucherDetail, error)
	VoucherTree(ctx context.Context, s projection.Scope, lot string) (*projection.VoucherTree, error)
	Exposure(ctx context.Context, s projection.Scope, party string) (*projection.Exposure, error)
	Rules(ctx context.Context) ([]projection.RuleRecord, error)
	Rule(ctx context.Context, id string) (*projection.RuleRecord, error)
	Calendars(ctx context.Context) ([]projection.Calendar, error)
	Issuer(ctx context.Context, s projection.Scope, party string) (*projection.Issuer, error)
}

// everything is the scope of the gateway itself: for choosing routes and draws, never for an answer.
var everything = projection.ScopeOf(ledger.FinanceMSP, "")

// scope is what the signed-in user may read.
func (c *call) scope() projection.Scope { return projection.ScopeOf(c.who.MSP, c.who.Party) }

// list reads the page parameters. Errors: QUERY_INVALID.
func (c *call) list() (projection.List, error) {
	n, err := c.number("limit", DefaultLimit, 1, MaxLimit)
	return projection.List{Limit: n, Cursor: c.query("cursor")}, err
}

// Bounds of a page.
const (
	DefaultLimit = 50
	MaxLimit     = 500
)

// paging is the query of every list.
var paging = []param{
	{name: "limit", about: "items of a page, 1 to 500; 50 when absent", number: true},
	{name: "cursor", about: "next of the page before"},
}

// listed puts the page parameters behind a list's own filters.
func listed(filters ...param) []param { return append(filters, paging...) }

// page reads the page parameters and hands them to a query of the read model.
func page[T any](c *call, query func(l projection.List) (*T, error)) (T, error) {
	var zero T
	l, err := c.list()
	if err != nil {
		return zero, err
	}
	return found(query(l))
}

// found answers what a query found; what the address names and the read model does not know, or may not show, is a 404.
func found[T any](v *T, err error) (T, error) {
	if err == nil {
		return *v, nil
	}
	var zero T
	return zero, missingIs404(err)
}

func missingIs404(err error) error {
	switch ledger.ErrorCode(err) {
	case ledger.PartyUnknown, ledger.AccountUnknown, ledger.FundUnknown, ledger.CommitmentUnknown, ledger.MovementUnknown,
		ledger.LotUnknown, ledger.DocumentUnknown, ledger.InvoiceUnknown, ledger.ClaimUnknown, ledger.VoucherUnknown, ledger.RuleMissing:
		return absent{err}
	}
	return err
}
