package report

import (
	"context"
	"slices"
	"strings"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/bilingual"
	"fundtrace/gateway/analytics/compare"
	"fundtrace/gateway/analytics/diagnose"
	"fundtrace/gateway/analytics/index"
	indexreport "fundtrace/gateway/analytics/index/report"
	"fundtrace/gateway/analytics/paper"
	"fundtrace/gateway/analytics/remedy"
	"fundtrace/gateway/analytics/table"
)

// Version is one version of the data, compared and diagnosed.
type Version struct {
	Name       string              `json:"name"`
	Comparison *compare.Report     `json:"comparison"`
	Diagnosis  *diagnose.Diagnosis `json:"diagnosis"`
}

// Agreement is what all versions say of a challenge.
type Agreement struct {
	Challenge string        `json:"challenge"`
	Name      string        `json:"name"`
	NameZH    string        `json:"name_zh,omitempty"`
	Verdicts  []string      `json:"verdicts"` // by version
	Same      bool          `json:"same"`
	Says      diagnose.Said `json:"says"`
	// Fragile says that a challenge that holds hangs on the years that were chosen: it holds in fewer than half of the windows, or not
	// without some single year.
	Fragile bool `json:"fragile,omitempty"`
}

// Report is a diagnosis from its data to its remedies.
type Report struct {
	Source   string      `json:"source"`
	Region   string      `json:"region"`
	Versions []Version   `json:"versions"`
	Agree    []Agreement `json:"agreement"`
	// Plan is for the first version on which most depends: where versions disagree on a challenge it is undecided there.
	Plan  *remedy.Plan        `json:"plan"`
	Index *indexreport.Report `json:"index,omitempty"` // of counts: what was computed, without its rows
	Notes []bilingual.Text    `json:"notes,omitempty"`
}

// leaders are the regions that the paper means to compare with.
var leaders = []string{"广东", "浙江"}

// Run answers a request. data is the table of scores or of counts; nil for the paper. Errors: what is wrong with the table, with
// row and column; with the request (FIELD_INVALID, FIELD_MISSING, TOO_LARGE); the context's.
func Run(ctx context.Context, data *table.Table, r Request, progress indexreport.Progress) (*Report, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	if data == nil && r.From != FromPaper {
		return nil, ledger.Refuse(ledger.FieldMissing, "there is no table to diagnose", "field", "data")
	}
	if r.Region == "" {
		r.Region = paper.Region
	}
	out := &Report{Source: r.From}
	boards, moves, err := r.boards(ctx, data, out, progress)
	if err != nil {
		return nil, err
	}
	for _, b := range boards {
		v := Version{Name: b.Title}
		against := r.Against
		if against == nil && len(b.Units()) > 1 {
			against = leaders
		}
		if v.Comparison, err = compare.Region(b, compare.Options{Region: r.Region, From: r.Start, To: r.End, Against: against, Neighbours: r.Neighbours, Places: r.Places}); err != nil {
			return nil, err
		}
		if v.Diagnosis, err = diagnose.Diagnose(ctx, b, r.Rules, diagnose.Options{Region: r.Region, From: r.Start, To: r.End, Values: r.Values, Moves: moves}); err != nil {
			return nil, err
		}
		out.Region = v.Diagnosis.Region
		out.Versions = append(out.Versions, v)
	}
	out.agree()
	return out, out.plan(ctx, r)
}

// boards answers the versions of the data, and the moves where intervals were asked for.
func (r *Request) boards(ctx context.Context, data *table.Table, out *Report, progress indexreport.Progress) ([]*compare.Board, []diagnose.Move, error) {
	switch r.From {
	case FromPaper:
		vintages, err := paper.ReadVintage(r.Vintage)
		if err != nil {
			return nil, nil, err
		}
		var boards []*compare.Board
		for _, v := range vintages {
			b, err := compare.FromTable(paper.Table(v), paper.Provinces, paper.Composite)
			if err != nil {
				return nil, nil, err
			}
			b.Title = v
			named(b)
			boards = append(boards, b)
		}
		out.Notes = append(out.Notes, bilingual.Text{EN: "One region is published: no mean, no share, no rank interval. Two vintages of its numbers differ by up to 2 places, which stands in for an interval.",
			ZH: "只公布了一个地区：没有平均线、占比与排名区间。两个版本的排名相差最多2位，以此代替区间。"})
		return boards, nil, nil
	case FromScores:
		if r.Top == "" {
			r.Top = paper.Composite
		}
		b, err := compare.FromTable(data, r.Of, r.Top)
		if err != nil {
			return nil, nil, err
		}
		b.Title = FromScores
		named(b)
		return []*compare.Board{b}, nil, nil
	}
	b, moves, err := r.counts(ctx, data, out, progress)
	return []*compare.Board{b}, moves, err
}

// named gives the dimensions the names of the profile table1.
func named(b *compare.Board) {
	p, err := index.Builtin(index.DefaultProfile)
	if err != nil {
		return // names are for people only
	}
	nodes := []compare.Node{{Code: p.Index.Code, Name: p.Index.Name, NameZH: p.Index.NameZH, Weight: 100}}
	for _, d := range p.Index.Children {
		weight := 0.0
		for _, leaf := range d.Children {
			weight += leaf.Weight
		}
		nodes = append(nodes, compare.Node{Code: d.Code, Name: d.Name, NameZH: d.NameZH, Weight: weight})
	}
	b.Describe(nodes)
}

// counts makes an index of raw counts.
func (r *Request) counts(ctx context.Context, data *table.Table, out *Report, progress indexreport.Progress) (*compare.Board, []diagnose.Move, error) {
	if r.Index.Profile == nil {
		var err error
		if r.Index.Profile, err = index.Builtin(index.DefaultProfile); err != nil {
			return nil, nil, err
		}
	}
	computed, err := indexreport.Run(ctx, data, r.Index, progress)
	if err != nil {
		return nil, nil, err
	}
	b := compare.FromResult(computed.Result, r.Index.Profile)
	b.Title = FromCounts
	if r.Survival != "" {
		if err := b.Measure("survival", data, r.Index.Entity, r.Index.Time, r.Survival); err != nil {
			return nil, nil, err
		}
	}
	var moves []diagnose.Move
	if r.Uncertainty != nil {
		// The window is the diagnosis's, so that intervals and places are of the same years.
		c, err := compare.Region(b, compare.Options{Region: r.Region, From: r.Start, To: r.End})
		if err != nil {
			return nil, nil, err
		}
		if moves, err = diagnose.Intervals(ctx, computed.Result, r.Index.Profile, c.Region, c.From, c.To, *r.Uncertainty, of(progress, "rank intervals")); err != nil {
			return nil, nil, err
		}
	}
	settings := *computed.Result
	settings.Rows = nil
	out.Index = &indexreport.Report{Result: &settings}
	return b, moves, nil
}

// of is the progress of one stage.
func of(progress indexreport.Progress, stage string) func(done, total int) {
	if progress == nil {
		return nil
	}
	return func(done, total int) { progress(stage, done, total) }
}

// agree sets the verdicts of all versions side by side.
func (out *Report) agree() {
	for i, v := range out.Versions[0].Diagnosis.Verdicts {
		a := Agreement{Challenge: v.ID, Name: v.Name, NameZH: v.NameZH, Same: true}
		for _, version := range out.Versions {
			a.Verdicts = append(a.Verdicts, version.Diagnosis.Verdicts[i].Verdict)
			a.Same = a.Same && version.Diagnosis.Verdicts[i].Verdict == v.Verdict
		}
		switch {
		case len(out.Versions) == 1:
			a.Says = diagnose.InWords(v.Verdict)
		case a.Same:
			w := diagnose.InWords(v.Verdict)
			a.Says = diagnose.Said{EN: w.EN + " in every version of the data: their discrepancies do not decide it", ZH: "在数据的每个版本中都" + w.ZH + "：版本之间的出入不影响结论"}
		default:
			a.Says = diagnose.Said{EN: "depends on the version of the data: " + strings.Join(a.Verdicts, ", "), ZH: "取决于数据版本：" + inChinese(a.Verdicts)}
		}
		out.fragile(&a, i)
		out.Agree = append(out.Agree, a)
	}
}

// fragile adds to what is said of a challenge that it hangs on the choice of years, by the first version where it does.
func (out *Report) fragile(a *Agreement, i int) {
	for _, version := range out.Versions {
		v := version.Diagnosis.Verdicts[i]
		r := v.Robustness
		if v.Verdict != diagnose.Holds || (2*r.Windows.Holds >= r.Windows.Tried && r.Years.Holds == r.Years.Tried) {
			continue
		}
		a.Fragile = true
		a.Says = a.Says.With(bilingual.Say("; but it hangs on the choice of years: it holds in %d of %d windows, and in %d of %d with one year left out",
			"；但取决于所选年份：%[2]d个年份窗口中有%[1]d个成立，去掉一年的%[4]d种情形中有%[3]d种成立", r.Windows.Holds, r.Windows.Tried, r.Years.Holds, r.Years.Tried))
		return
	}
}

// plan makes the plan from what every version says.
func (out *Report) plan(ctx context.Context, r Request) error {
	d := *out.Versions[0].Diagnosis
	d.Verdicts = slices.Clone(d.Verdicts)
	for i, a := range out.Agree {
		if !a.Same {
			d.Verdicts[i].Verdict = diagnose.Undecided
		}
	}
	var measures remedy.Measures
	var windows remedy.Windows
	var err error
	if r.Measures != nil {
		if windows, err = r.Measures.Windows(); err != nil {
			return err
		}
		measures = r.Measures
	}
	out.Plan, err = remedy.Make(ctx, &d, r.Catalogue, measures, windows)
	return err
}

func inChinese(verdicts []string) string {
	words := make([]string, len(verdicts))
	for i, v := range verdicts {
		words[i] = diagnose.InWords(v).ZH
	}
	return strings.Join(words, "，")
}
