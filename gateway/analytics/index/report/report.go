package report

import (
	"context"
	"fmt"
	"slices"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/index"
	"fundtrace/gateway/analytics/index/coherence"
	"fundtrace/gateway/analytics/index/robust"
	"fundtrace/gateway/analytics/table"
)

// Report is what a request asked for. Parts that were not asked for are nil.
type Report struct {
	Result      *index.Result       `json:"result"`
	Changes     []index.Change      `json:"changes,omitempty"`
	Coherence   *coherence.Report   `json:"coherence,omitempty"`
	Uncertainty *robust.Intervals   `json:"uncertainty,omitempty"`
	Sensitivity *robust.Sensitivity `json:"sensitivity,omitempty"`
	RemoveOne   *robust.Comparison  `json:"remove_one,omitempty"`
	Compare     *robust.Comparison  `json:"compare,omitempty"`
	Dominance   *robust.Dominance   `json:"dominance,omitempty"`
	Focus       string              `json:"focus,omitempty"` // the region that was looked at
	// Base is the base panel that was used where it was cut out of the table, for those who want to freeze it.
	Base *index.Base `json:"-"`
}

// Progress is told how far a stage, such as "uncertainty", has come.
type Progress func(stage string, done, total int)

// Run answers a request. Errors: what is wrong with the table, with row and column (FIELD_MISSING, FIELD_INVALID, ALREADY_EXISTS);
// with the request (FIELD_INVALID, TOO_LARGE); the context's.
func Run(ctx context.Context, t *table.Table, r Request, progress Progress) (*Report, error) {
	if r.Profile == nil {
		var err error
		if r.Profile, err = index.Builtin(index.DefaultProfile); err != nil {
			return nil, err
		}
	}
	if err := r.Profile.Check(); err != nil {
		return nil, err
	}
	if err := r.check(); err != nil {
		return nil, err
	}
	m, err := r.method()
	if err != nil {
		return nil, err
	}
	out := &Report{Focus: r.Focus}
	e, err := r.engine(t, m, out)
	if err != nil {
		return nil, err
	}
	if out.Result, err = e.Compute(m); err != nil {
		return nil, err
	}
	if r.Change != "" {
		from, to, err := robust.ParseYears(r.Change)
		if err != nil {
			return nil, err
		}
		if out.Changes, err = out.Result.Changes(r.Focus, from, to); err != nil {
			return nil, err
		}
	}
	if r.Coherence != "" {
		if out.Coherence, err = coherence.Analyse(out.Result, r.Coherence); err != nil {
			return nil, err
		}
	}
	if err := r.robustness(ctx, e, m, out, progress); err != nil {
		return nil, err
	}
	out.Result = out.Result.Only(r.Years)
	return out, nil
}

// engine reads the table and sets the base.
func (r *Request) engine(t *table.Table, m index.Method, out *Report) (*index.Engine, error) {
	panel, err := index.Read(t, r.Profile, index.Keys{Unit: r.Entity, Time: r.Time, Group: r.Group, Extra: r.columns(m)})
	if err != nil {
		return nil, err
	}
	e, err := index.New(r.Profile, panel)
	if err != nil {
		return nil, err
	}
	if r.Focus != "" && !slices.Contains(panel.Units(), r.Focus) {
		return nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("the table has no region %.40q to look at", r.Focus), "field", "focus")
	}
	years := panel.Years()
	for _, y := range r.Years {
		if !slices.Contains(years, y) {
			return nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("the table has no year %d: it has %d to %d", y, years[0], years[len(years)-1]), "field", "years")
		}
	}
	if r.Base != nil {
		return e.WithBase(r.Base)
	}
	from, to := years[0], years[len(years)-1]
	if r.BaseYears != "" {
		if from, to, err = robust.ParseYears(r.BaseYears); err != nil {
			return nil, err
		}
		if e, err = e.WithBaseYears(from, to); err != nil {
			return nil, err
		}
	}
	out.Base, err = index.Freeze(panel, "", from, to)
	return e, err
}

func (r *Request) robustness(ctx context.Context, e *index.Engine, m index.Method, out *Report, progress Progress) (err error) {
	noise := 0.25
	if r.Noise != nil {
		noise = *r.Noise
	}
	s := robust.Study{Engine: e, Method: m, Noise: noise, Years: r.Years, Seed: r.Seed, Workers: r.Workers}
	if r.Uncertainty > 0 || r.Sensitivity > 0 {
		if s.Factors, err = r.factors(e, m); err != nil {
			return err
		}
	}
	stage := func(name string) robust.Study {
		at := s
		if progress != nil {
			at.Progress = func(done, total int) { progress(name, done, total) }
		}
		return at
	}
	if r.Uncertainty > 0 {
		o := robust.UncertaintyOptions{Runs: r.Uncertainty, Level: r.Level}
		study := stage("uncertainty")
		if r.Change != "" {
			if o.From, o.To, err = robust.ParseYears(r.Change); err != nil {
				return err
			}
			if len(study.Years) > 0 { // moves need both years
				study.Years = append(slices.Clone(study.Years), o.From, o.To)
			}
		}
		if out.Uncertainty, err = study.Uncertainty(ctx, o); err != nil {
			return err
		}
	}
	if r.Sensitivity > 0 {
		o := robust.SensitivityOptions{N: r.Sensitivity, Bootstrap: r.Bootstrap, Unit: r.Focus, SplitWeights: r.SplitWeights}
		if out.Sensitivity, err = stage("sensitivity").Sensitivity(ctx, o); err != nil {
			return err
		}
	}
	if r.RemoveOne {
		if out.RemoveOne, err = s.RemoveOne(ctx); err != nil {
			return err
		}
	}
	if len(r.Compare) > 0 {
		names := r.Compare
		if names[0] == "all" {
			names = index.Presets()
		}
		if out.Compare, err = s.Methods(ctx, names); err != nil {
			return err
		}
	}
	if r.Dominance {
		out.Dominance, err = s.Dominance()
	}
	return err
}
