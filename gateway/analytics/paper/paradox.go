package paper

import (
	"context"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/index"
	"fundtrace/gateway/analytics/index/report"
	"fundtrace/gateway/analytics/table"
)

// Paradox is “score up, rank down” on open data: patents granted by province and year, scored as the reference reading does.
// The counts are of all holders, the paper's of enterprises, so that ranks differ from Table 3's 14 to 18.
type Paradox struct {
	Region    string        `json:"region"`
	From      int           `json:"from"`
	To        int           `json:"to"`
	BaseID    string        `json:"base_id"`
	BaseRows  int           `json:"base_rows"`
	Counts    index.Change  `json:"counts"` // of all patents
	MeanFrom  index.Number  `json:"mean_score_from"`
	MeanTo    index.Number  `json:"mean_score_to"`
	Shows     bool          `json:"score_up_rank_down"`
	Behind    bool          `json:"behind_the_mean"` // the score rose less than the mean of all regions
	Trend     []index.Mean  `json:"means"`
	Weighted  *index.Change `json:"weighted,omitempty"` // with the weights of Table 1, where the three kinds are there
	Indicator string        `json:"indicator"`
}

// Columns of the open table that the paradox is shown on.
const (
	ColumnProvince = "province"
	ColumnYear     = "year"
	ColumnTotal    = "total"
)

// ShowParadox scores a table of patents granted by province and year, with the columns province, year and total, over 2010 to
// 2020. Errors, with row and column: FIELD_MISSING, FIELD_INVALID, ALREADY_EXISTS.
func ShowParadox(ctx context.Context, t *table.Table) (*Paradox, error) {
	one, err := index.ParseProfile([]byte(`{"id":"patents-total","version":"1","weights":"percent","index":{"code":"patents","children":[{"code":"total","weight":100,"kind":"count"}]}}`))
	if err != nil {
		return nil, err
	}
	p := &Paradox{Region: Region, From: 2010, To: 2020, Indicator: ColumnTotal}
	r, err := scored(ctx, t, one, p)
	if err != nil {
		return nil, err
	}
	p.BaseID, p.BaseRows = r.Result.Base.ID, r.Result.Base.Rows
	for _, c := range r.Changes {
		if c.Code == ColumnTotal {
			p.Counts = c
		}
	}
	for _, m := range r.Result.Means {
		switch m.Year {
		case p.From:
			p.MeanFrom = m.Scores[ColumnTotal]
		case p.To:
			p.MeanTo = m.Scores[ColumnTotal]
		}
		p.Trend = append(p.Trend, m)
	}
	p.Shows = p.Counts.Points > 0 && p.Counts.RankTo > p.Counts.RankFrom
	p.Behind = p.Counts.Points > 0 && p.Counts.Relative < 0
	if t.Has("invention") && t.Has("utility") && t.Has("design") {
		err = p.weigh(ctx, t)
	}
	return p, err
}

// weigh adds the dimension as Table 1 weighs its three kinds.
func (p *Paradox) weigh(ctx context.Context, t *table.Table) error {
	profile, err := index.Builtin("patents")
	if err != nil {
		return err
	}
	r, err := scored(ctx, t, profile, p)
	if err != nil {
		return err
	}
	for _, c := range r.Changes {
		if c.Code == Patents {
			p.Weighted = &c
		}
	}
	return nil
}

func scored(ctx context.Context, t *table.Table, profile *index.Profile, p *Paradox) (*report.Report, error) {
	r, err := report.Run(ctx, t, report.Request{Profile: profile, Entity: ColumnProvince, Time: ColumnYear, BaseYears: "2010-2020", Change: "2010-2020", Focus: p.Region}, nil)
	if err != nil {
		return nil, err
	}
	if r.Result.Base.Rows == 0 {
		return nil, ledger.Refuse(ledger.FieldMissing, "the table has no rows of 2010 to 2020")
	}
	r.Result = r.Result.Only([]int{2010, 2011, 2012, 2013, 2014, 2015, 2016, 2017, 2018, 2019, 2020})
	return r, nil
}
