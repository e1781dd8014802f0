package api

import (
	"context"
	"encoding/json"
	"fmt"

	"fundtrace/chaincode/ledger"
	diagnosis "fundtrace/gateway/analytics/diagnose/report"
	events "fundtrace/gateway/analytics/event/report"
	index "fundtrace/gateway/analytics/index/report"
	htmlpage "fundtrace/gateway/analytics/page"
	"fundtrace/gateway/analytics/panel"
	regression "fundtrace/gateway/analytics/panel/report"
	"fundtrace/gateway/analytics/paper"
	"fundtrace/gateway/analytics/relate"
	control "fundtrace/gateway/analytics/synthetic/report"
	"fundtrace/gateway/analytics/table"
	"fundtrace/gateway/jobs"
)

// progress is how a computation says how far it has come.
type progress = func(stage string, done, total int)

// analyses lists what can be computed, by the last part of its address.
var analyses = []analysis{
	{"index", "Compute a composite index over a table, with its uncertainty and sensitivity", overTable(
		func(ctx context.Context, t *table.Table, r index.Request, p progress) (*index.Report, error) {
			return index.Run(ctx, t, r, p)
		}), pageOf((*index.Report).Page), false},
	{"panel", "Estimate a regression on a panel: fixed effects, clustered errors, lags and leads, Poisson", overTable(
		func(ctx context.Context, t *table.Table, s panel.Spec, p progress) (*panel.Result, error) {
			return panel.Run(ctx, t, s, p)
		}), pageOf(regression.Page), false},
	{"panel-causality", "Test on a panel whether one series helps to predict another (Dumitrescu and Hurlin)", overTable(
		func(ctx context.Context, t *table.Table, s panel.GrangerSpec, _ progress) (*panel.GrangerResult, error) {
			return panel.Granger(ctx, t, s)
		}), nil, false},
	{"event-study", "Estimate what happened around the start of something that began at different times (Callaway and Sant'Anna)", overTable(
		func(ctx context.Context, t *table.Table, r events.Request, p progress) (*events.Report, error) {
			return events.Run(ctx, t, r, p)
		}), pageOf(events.Page), false},
	{"synthetic-control", "Compare one treated unit with a weighted mean of others, with placebos", overTable(
		func(ctx context.Context, t *table.Table, r control.Request, p progress) (*control.Report, error) {
			return control.Run(ctx, t, r, p)
		}), pageOf(control.Page), false},
	{"paper", "Rebuild and audit the paper's tables; data, where given, is open data on patents to show the paradox on", auditPaper, pageOf((*paper.Audit).Page), false},
	{"diagnose", "Compare a region with others and test it for the three challenges; without data, the paper's own tables", diagnose, pageOf((*diagnosis.Report).Page), false},
	{"relate", "Relate flows of the ledger to a panel of indicators", relateFlows, pageOf((*relate.Report).Page), true},
}

// optional reads the table of an analysis that can do without one.
func (a Analysis) optional() (*table.Table, error) {
	if a.Data == "" {
		return nil, nil
	}
	return a.table()
}

func auditPaper(_ *call, a Analysis) (jobs.Work, error) {
	r, err := asked[paper.Request](a)
	if err != nil {
		return nil, err
	}
	if r.Patents, err = a.optional(); err != nil {
		return nil, err
	}
	return func(ctx context.Context, _ func(string, int, int)) (any, error) { return paper.Run(ctx, r) }, nil
}

func diagnose(_ *call, a Analysis) (jobs.Work, error) {
	r, err := asked[diagnosis.Request](a)
	if err != nil {
		return nil, err
	}
	t, err := a.optional()
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, p func(string, int, int)) (any, error) { return diagnosis.Run(ctx, t, r, p) }, nil
}

// pageOf makes the readable report of a result from its JSON.
func pageOf[R any](make func(*R, string) *htmlpage.Page) func([]byte, string) (*htmlpage.Page, error) {
	return func(result []byte, language string) (*htmlpage.Page, error) {
		var r R
		if err := json.Unmarshal(result, &r); err != nil {
			return nil, fmt.Errorf("read the result back: %w", err)
		}
		return make(&r, language), nil
	}
}

// onlyWhole refuses who may not see everything. Errors: NOT_PERMITTED.
func (c *call) onlyWhole() error {
	if c.scope() == everything {
		return nil
	}
	return ledger.Refuse(ledger.NotPermitted, "flows by region add up what everybody's funds paid: ask the finance bureau or the audit office, who see all of it, or send the flows as a table")
}
