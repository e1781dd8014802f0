package panel

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/stat/distuv"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/design"
	"fundtrace/gateway/analytics/software"
	"fundtrace/gateway/analytics/table"
)

// GrangerSpec asks whether X helps to predict Y beyond Y's own past, in any entity.
type GrangerSpec struct {
	Outcome   string   `json:"y"`
	Regressor string   `json:"x"`
	Entity    string   `json:"entity"`
	Time      string   `json:"time"`
	Lags      int      `json:"lags"`
	Log       []string `json:"log,omitempty"`
	Log1p     []string `json:"log1p,omitempty"`
}

// GrangerResult is the test of Dumitrescu and Hurlin (2012): no entity's X causes Y, against that some does.
type GrangerResult struct {
	Spec     GrangerSpec   `json:"spec"`
	Entities int           `json:"entities"`
	Times    int           `json:"times"`
	WBar     float64       `json:"w_bar"`   // mean of the entities' Wald statistics
	ZTilde   float64       `json:"z_tilde"` // standardised by the moments of short panels
	PTilde   float64       `json:"p_tilde"` // two-sided, as plm reports it
	ZBar     float64       `json:"z_bar"`   // standardised by the moments of long ones
	PBar     float64       `json:"p_bar"`
	Units    []GrangerUnit `json:"units"`
	Notes    []string      `json:"notes,omitempty"`
	Engine   string        `json:"engine"`
	Software string        `json:"software"`
}

// GrangerUnit is one entity's Wald statistic, χ² with as many degrees of freedom as lags.
type GrangerUnit struct {
	Entity string  `json:"entity"`
	Wald   float64 `json:"wald"`
	P      float64 `json:"p"`
}

// Granger tests on a table. With K lags and T times, W_i is the Wald statistic of K coefficients in the regression of y on a constant,
// K lags of y and K lags of x over the T-K times that have them, and
//
//	Z̄ = √(N/2K)·(W̄ - K),   Z̃ = √(N/2K · (T-3K-5)/(T-2K-3)) · ((T-3K-3)/(T-3K-1)·W̄ - K)
//
// with T the number of times of the panel, as plm's pgrangertest. Errors: the context's; FIELD_MISSING, FIELD_INVALID, ALREADY_EXISTS; DESIGN_REFUSED unless T >
// 5 + 3K (at T = 5 + 3K the variance of Z̃ is not defined), every entity has every time, and times follow each other without a gap.
func Granger(ctx context.Context, t *table.Table, s GrangerSpec) (*GrangerResult, error) {
	if s.Lags < 1 {
		return nil, invalid("lags", "a test of causes takes at least 1 lag, not %d", s.Lags)
	}
	plain := Spec{Outcome: s.Outcome, Regressors: []string{s.Regressor}, Entity: s.Entity, Time: s.Time, Log: s.Log, Log1p: s.Log1p}
	if err := plain.Check(); err != nil {
		return nil, err
	}
	if s.Entity == "" || s.Time == "" {
		return nil, ledger.Refuse(ledger.FieldMissing, "a test of causes needs the columns of entity and time", "field", "time")
	}
	d, err := FromTable(t, plain)
	if err != nil {
		return nil, err
	}
	f, err := newFrame(d, plain)
	if err != nil {
		return nil, err
	}
	g, err := balanced(d, f, s)
	if err != nil {
		return nil, err
	}
	return g.test(ctx, s)
}

// series are a balanced panel's, entity by entity in the order of time.
type series struct {
	entities []string
	y, x     [][]float64
	times    int
}

func balanced(d *Data, f *frame, s GrangerSpec) (*series, error) {
	if f.sample.Missing > 0 {
		return nil, design.Refuse(fmt.Sprintf("%d rows lack a value: the test needs every entity at every time", f.sample.Missing), "missing", strconv.Itoa(f.sample.Missing))
	}
	entity, names, err := d.group(s.Entity)
	if err != nil {
		return nil, err
	}
	time, labels, err := d.group(s.Time)
	if err != nil {
		return nil, err
	}
	at, err := years(time, labels)
	if err != nil {
		return nil, err
	}
	order := slices.Clone(at)
	slices.Sort(order)
	count := len(order)
	if need := 5 + 3*s.Lags; count <= need {
		return nil, design.Refuse(fmt.Sprintf("%d lags need more than 5 + 3·%d = %d times, and the panel has %d: the variance of Z̃ is not defined; at most %d lags are possible",
			s.Lags, s.Lags, need, count, max(0, (count-6)/3)), "lags", strconv.Itoa(s.Lags), "times", strconv.Itoa(count))
	}
	for i := 1; i < count; i++ {
		if order[i] != order[i-1]+1 {
			return nil, design.Refuse(fmt.Sprintf("there is no %s between %d and %d: a lag across the gap would be of another length", s.Time, order[i-1], order[i]), "from", strconv.Itoa(order[i-1]), "to", strconv.Itoa(order[i]))
		}
	}
	out := &series{entities: names, times: count}
	for range names {
		out.y, out.x = append(out.y, repeat(math.NaN(), count)), append(out.x, repeat(math.NaN(), count))
	}
	for i := range f.y {
		e, t := entity.of[i], at[time.of[i]]-order[0]
		out.y[e][t], out.x[e][t] = f.y[i], f.x[0][i]
	}
	if len(f.y) != len(names)*count {
		for e, y := range out.y {
			for t, v := range y {
				if math.IsNaN(v) {
					return nil, design.Refuse(fmt.Sprintf("%s has no row for %s %d: the test needs every entity at every time", names[e], s.Time, order[0]+t), "entity", names[e])
				}
			}
		}
	}
	return out, nil
}

func (g *series) test(ctx context.Context, s GrangerSpec) (*GrangerResult, error) {
	n, t, k := float64(len(g.entities)), float64(g.times), float64(s.Lags)
	r := &GrangerResult{Spec: s, Entities: len(g.entities), Times: g.times, Engine: Version, Software: software.Version()}
	chi := distuv.ChiSquared{K: k}
	for i, name := range g.entities {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		w, ok := wald(g.y[i], g.x[i], s.Lags)
		if !ok {
			return nil, design.Refuse(fmt.Sprintf("in %s the lags of %s and %s are collinear, or fit perfectly: leave it out", name, s.Outcome, s.Regressor), "entity", name)
		}
		r.WBar += w / n
		r.Units = append(r.Units, GrangerUnit{name, w, chi.Survival(w)})
	}
	r.ZBar = math.Sqrt(n/(2*k)) * (r.WBar - k)
	r.ZTilde = math.Sqrt(n/(2*k)*(t-3*k-5)/(t-2*k-3)) * ((t-3*k-3)/(t-3*k-1)*r.WBar - k)
	r.PBar, r.PTilde = 2*distuv.UnitNormal.Survival(math.Abs(r.ZBar)), 2*distuv.UnitNormal.Survival(math.Abs(r.ZTilde))
	r.Notes = append(r.Notes, "Z̃ is for short panels and the one to read; entities are taken as independent of each other: common shocks make p too small")
	return r, nil
}

// wald is the statistic that all lags of x are 0, (RSS₀ - RSS)/σ² with σ² = RSS / (T-K - 2K - 1).
func wald(y, x []float64, lags int) (float64, bool) {
	n := len(y) - lags
	column := func(v []float64, lag int) []float64 { return slices.Clone(v[lags-lag : len(v)-lag]) }
	columns, names := [][]float64{repeat(1, n)}, []string{"constant"}
	for l := 1; l <= lags; l++ {
		columns, names = append(columns, column(y, l)), append(names, shiftName("y", l))
	}
	own := len(columns)
	for l := 1; l <= lags; l++ {
		columns, names = append(columns, column(x, l)), append(names, shiftName("x", l))
	}
	raw := make([]float64, len(columns))
	for j, c := range columns {
		raw[j] = dot(c, c, nil)
	}
	outcome := column(y, 0)
	short := independent(names[:own], columns[:own], nil, raw[:own], "")
	long := independent(names, columns, nil, raw, "")
	if len(short.dropped)+len(long.dropped) > 0 {
		return 0, false
	}
	_, e0 := short.solve(outcome)
	_, e := long.solve(outcome)
	rss := dot(e, e, nil)
	if rss <= 1e-18*dot(outcome, outcome, nil) {
		return 0, false
	}
	return (dot(e0, e0, nil) - rss) / (rss / float64(n-2*lags-1)), true
}
