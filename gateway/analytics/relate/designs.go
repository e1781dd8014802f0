package relate

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"fundtrace/gateway/analytics/design"
	"fundtrace/gateway/analytics/event"
	"fundtrace/gateway/analytics/panel"
	"fundtrace/gateway/analytics/rank"
	"fundtrace/gateway/analytics/synthetic"
	"fundtrace/gateway/analytics/table"
)

// Designs are what looks at the same question otherwise. Each is there, or the reason why the sample does not carry it.
type Designs struct {
	Event     Design[event.Result]          `json:"event_study"`
	Synthetic Design[synthetic.Result]      `json:"synthetic_control"`
	Causes    []Design[panel.GrangerResult] `json:"panel_causality"`
	Focus     Design[rank.Pair]             `json:"focus"`         // of one region, its own years: Spearman
	Kendall   Design[rank.Pair]             `json:"focus_kendall"` // the same by Kendall\'s τ-b
}

// Design is a result or a refusal.
type Design[R any] struct {
	Name    string   `json:"name"`
	About   string   `json:"about"`
	Result  *R       `json:"result,omitempty"`
	Refused *Refusal `json:"refused,omitempty"`
}

// fill takes what a design gave. Errors that are no refusals are passed on.
func (d *Design[R]) fill(r *R, err error) error {
	if err != nil {
		d.Refused, err = refused(err)
		return err
	}
	d.Result = r
	return nil
}

// designs tries every design.
func (j *joined) designs(ctx context.Context, progress func(done, total int)) (*Designs, error) {
	out := &Designs{}
	steps := []func(context.Context, *Designs) error{j.event, j.synthetic, j.causes, j.focus}
	for i, step := range steps {
		if err := step(ctx, out); err != nil {
			return nil, err
		}
		progress(i+1, len(steps))
	}
	return out, nil
}

// starts answers the first year in which a region's flow reaches the threshold; regions that never do are not there. The
// flows' own years count, also those that the indicators miss.
func (j *joined) starts() map[string]int {
	threshold := j.request.Threshold
	if threshold == 0 {
		threshold = math.SmallestNonzeroFloat64
	}
	out := map[string]int{}
	for at := range j.series.cells {
		if v := j.at(at.region, at.year); v >= threshold && slices.Contains(j.regions, at.region) {
			if first, ok := out[at.region]; !ok || at.year < first {
				out[at.region] = at.year
			}
		}
	}
	return out
}

// event is the staggered event study: regions by the year of their first flow.
func (j *joined) event(ctx context.Context, out *Designs) error {
	out.Event = Design[event.Result]{Name: "event study", About: "Callaway and Sant'Anna: ln(1+y) around the first year whose flow reaches the threshold, against regions not yet treated"}
	starts := j.starts()
	d := &event.Data{Unit: j.regions, Time: j.years, Outcome: j.columns[colLnY], Start: make([]int, len(j.regions))}
	for i, region := range j.regions {
		d.Start[i] = starts[region]
	}
	o := event.Options{Controls: "not-yet", Level: j.request.Level, Seed: j.request.Seed, SmallCohorts: "drop"}
	r, err := event.Estimate(ctx, d, o, nil)
	if err != nil && ctx.Err() == nil { // which cohorts are too small is what a reader wants to know
		o.SmallCohorts = "refuse"
		_, err = event.Estimate(ctx, d, o, nil)
	}
	return out.Event.fill(r, err)
}

// synthetic is the comparison of one treated region with a weighted mean of the others.
func (j *joined) synthetic(ctx context.Context, out *Designs) error {
	out.Synthetic = Design[synthetic.Result]{Name: "synthetic control", About: "where flows reached one region only: ln(1+y) there against a weighted mean of the others, with placebos"}
	starts := j.starts()
	if len(starts) != 1 {
		out.Synthetic.Refused = &Refusal{design.Refused, fmt.Sprintf("flows reached %d regions: a synthetic control is of one treated region, the event study and the panel are of several", len(starts))}
		return nil
	}
	t := j.table(colLnY)
	d, err := synthetic.FromTable(t, synthetic.Columns{Unit: colRegion, Time: colYear, Outcome: colLnY}, nil)
	if err != nil {
		return out.Synthetic.fill(nil, err)
	}
	for region, start := range starts {
		return out.Synthetic.fill(synthetic.Estimate(ctx, d, synthetic.Options{Treated: region, Start: start, Alpha: j.request.Alpha}, nil))
	}
	return nil
}

// causes are the panel tests of Dumitrescu and Hurlin, in both directions. Two lags are asked for as well: where the panel
// is too short for them the report says so. Regions without any flow have no series to test and are left out.
func (j *joined) causes(ctx context.Context, out *Designs) error {
	t := j.treated().table(colLnY, colLnX)
	for _, c := range []struct {
		name, y, x string
		lags       int
	}{{"flow → outcome", colLnY, colLnX, 1}, {"outcome → flow", colLnX, colLnY, 1}, {"flow → outcome", colLnY, colLnX, 2}} {
		d := Design[panel.GrangerResult]{Name: fmt.Sprintf("%s, %d %s", c.name, c.lags, map[bool]string{true: "lag", false: "lags"}[c.lags == 1]), About: "Dumitrescu and Hurlin: no region's " + c.x + " helps to predict its " + c.y + ", against that some region's does; regions that had flows"}
		if err := d.fill(panel.Granger(ctx, t, panel.GrangerSpec{Outcome: c.y, Regressor: c.x, Entity: colRegion, Time: colYear, Lags: c.lags})); err != nil {
			return err
		}
		out.Causes = append(out.Causes, d)
	}
	return nil
}

// treated is the part of the panel whose regions had flows.
func (j *joined) treated() *joined {
	starts := j.starts()
	out := *j
	out.regions, out.years, out.columns = nil, nil, map[string][]float64{}
	for i, region := range j.regions {
		if _, ok := starts[region]; !ok {
			continue
		}
		out.regions, out.years = append(out.regions, region), append(out.years, j.years[i])
		for name, values := range j.columns {
			out.columns[name] = append(out.columns[name], values[i])
		}
	}
	return &out
}

// focus looks at one region's own series: about ten points, so rank correlations with exact permutations, the changes first.
func (j *joined) focus(ctx context.Context, out *Designs) error {
	region := j.focused()
	out.Focus = Design[rank.Pair]{Name: region, About: "one region alone: rank correlation of outcome and flow, by exact permutation. Levels of two series that both rise go together whatever they have to do with each other: the first differences are the headline"}
	var years []int
	var x, y []float64
	for i := range j.regions {
		if j.regions[i] == region {
			years, x, y = append(years, j.years[i]), append(x, j.columns[colX][i]), append(y, j.columns[colY][i])
		}
	}
	o := rank.Options{Seed: j.request.Seed, Level: j.request.Level}
	if err := out.Focus.fill(rank.Association(ctx, years, x, y, o)); err != nil {
		return err
	}
	out.Kendall = Design[rank.Pair]{Name: region, About: "the same by Kendall's τ-b"}
	o.Statistic = "kendall"
	return out.Kendall.fill(rank.Association(ctx, years, x, y, o))
}

// focused is the region that is looked at alone: the one asked for, or that with the largest flow.
func (j *joined) focused() string {
	if j.request.Focus != "" {
		return code(j.request.Focus)
	}
	sums := map[string]float64{}
	best := ""
	for i, region := range j.regions {
		if v := j.columns[colX][i]; !math.IsNaN(v) {
			sums[region] += v
		}
		if best == "" || sums[region] > sums[best] {
			best = region
		}
	}
	return best
}

// table is the joined panel as the designs read it.
func (j *joined) table(columns ...string) *table.Table {
	years := make([]string, len(j.years))
	for i, y := range j.years {
		years[i] = strconv.Itoa(y)
	}
	t := table.New()
	t.Add(colRegion, j.regions)
	t.Add(colYear, years)
	for _, c := range columns {
		t.AddNumbers(c, j.columns[c])
	}
	return t
}
