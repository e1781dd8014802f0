package panel

import (
	"fmt"
	"math"
	"slices"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/design"
	"fundtrace/gateway/analytics/table"
)

// MaxRows bounds a panel.
const MaxRows = 20_000_000

// frame is a sample ready to estimate on: complete rows, keys as numbers.
type frame struct {
	spec     Spec
	names    []string // of x; the constant is the last where there are no effects
	y        []float64
	x        [][]float64
	w        []float64 // mean 1; nil for equal weights
	effects  []group
	clusters []group
	entity   *group
	time     *group
	rows     []int // of the table, for messages
	sample   Sample
	notes    []string
}

// newFrame takes the columns of a spec out of the data: logarithms, lags and leads, complete rows.
func newFrame(d *Data, s Spec) (*frame, error) {
	if d.Rows > MaxRows {
		return nil, ledger.Refuse(ledger.TooLarge, fmt.Sprintf("the panel has %d rows, at most %d are read", d.Rows, MaxRows))
	}
	f := &frame{spec: s, sample: Sample{Rows: d.Rows}}
	var err error
	if f.y, err = f.read(d, s.Outcome); err != nil {
		return nil, err
	}
	for _, name := range s.Regressors {
		x, err := f.read(d, name)
		if err != nil {
			return nil, err
		}
		f.x, f.names = append(f.x, x), append(f.names, f.label(name))
	}
	if s.Weights != "" {
		if f.w, err = d.numbers(s.Weights); err != nil {
			return nil, err
		}
		for i, w := range f.w {
			if w <= 0 || math.IsInf(w, 0) {
				return nil, table.Bad(s.Weights, i, fmt.Sprintf("a weight is above 0, not %g", w))
			}
		}
	}
	alone, err := f.keysAndShifts(d)
	if err != nil {
		return nil, err
	}
	f.complete(alone)
	if f.sample.Used == 0 {
		return nil, design.Refuse(fmt.Sprintf("no row is complete: %d lack a value and %d have no neighbour in time", f.sample.Missing, f.sample.Gaps))
	}
	f.scaleWeights()
	return f, nil
}

// label names a regressor after what is made of it.
func (f *frame) label(name string) string {
	switch {
	case slices.Contains(f.spec.Log, name):
		return "log(" + name + ")"
	case slices.Contains(f.spec.Log1p, name):
		return "log1p(" + name + ")"
	}
	return name
}

func (f *frame) read(d *Data, name string) ([]float64, error) {
	values, err := d.numbers(name)
	if err != nil {
		return nil, err
	}
	for i, v := range values {
		if math.IsInf(v, 0) {
			return nil, table.Bad(name, i, "the value is infinite")
		}
	}
	log, log1p := slices.Contains(f.spec.Log, name), slices.Contains(f.spec.Log1p, name)
	if !log && !log1p {
		return values, nil
	}
	return logarithm(name, values, log1p)
}

// keysAndShifts reads effects and clusters, and adds lags and leads; alone marks rows without a neighbour.
func (f *frame) keysAndShifts(d *Data) (alone []bool, err error) {
	groups, labels := map[string]group{}, map[string][]string{}
	columns, err := f.spec.keys()
	if err != nil {
		return nil, err
	}
	for _, c := range columns {
		if _, ok := groups[c]; ok {
			continue
		}
		if groups[c], labels[c], err = d.group(c); err != nil {
			return nil, err
		}
	}
	list := func(names []string) (out []group) {
		for _, name := range names {
			column, _ := f.spec.column(name) // keys() has refused what is not there
			out = append(out, groups[column])
		}
		return out
	}
	f.effects, f.clusters = list(f.spec.Effects), list(f.spec.Cluster)
	if g, ok := groups[f.spec.Entity]; ok {
		f.entity = &g
	}
	if g, ok := groups[f.spec.Time]; ok {
		f.time = &g
	}
	if f.entity == nil || f.time == nil {
		return nil, nil
	}
	if f.spec.Lags+f.spec.Leads == 0 {
		return nil, unique(*f.entity, *f.time)
	}
	at, err := years(*f.time, labels[f.spec.Time])
	if err != nil {
		return nil, err
	}
	rows, err := places(*f.entity, *f.time, at)
	if err != nil {
		return nil, err
	}
	alone = make([]bool, d.Rows)
	for _, name := range f.spec.Shift {
		i := slices.Index(f.spec.Regressors, name)
		for _, steps := range f.steps() {
			x, gaps := shifted(f.x[i], rows, *f.entity, *f.time, at, steps)
			for r, gap := range gaps {
				alone[r] = alone[r] || gap
			}
			f.x, f.names = append(f.x, x), append(f.names, shiftName(f.names[i], steps))
		}
	}
	return alone, nil
}

// steps lists lags upwards, then leads.
func (f *frame) steps() (out []int) {
	for l := 1; l <= f.spec.Lags; l++ {
		out = append(out, l)
	}
	for l := 1; l <= f.spec.Leads; l++ {
		out = append(out, -l)
	}
	return out
}

// complete keeps the rows that have everything.
func (f *frame) complete(alone []bool) {
	keep := make([]int, 0, f.sample.Rows)
	columns := append([][]float64{f.y}, f.x...)
	if f.w != nil {
		columns = append(columns, f.w)
	}
rows:
	for i := range f.sample.Rows {
		if alone != nil && alone[i] {
			f.sample.Gaps++
			continue
		}
		for _, c := range columns {
			if c[i] != c[i] {
				f.sample.Missing++
				continue rows
			}
		}
		keep = append(keep, i)
	}
	f.only(keep)
}

// only cuts the frame to some of its rows.
func (f *frame) only(keep []int) {
	take := func(x []float64) []float64 {
		out := make([]float64, len(keep))
		for i, r := range keep {
			out[i] = x[r]
		}
		return out
	}
	f.y = take(f.y)
	for j := range f.x {
		f.x[j] = take(f.x[j])
	}
	if f.w != nil {
		f.w = take(f.w)
	}
	for j := range f.effects {
		f.effects[j] = f.effects[j].renumber(keep)
	}
	for j := range f.clusters {
		f.clusters[j] = f.clusters[j].renumber(keep)
	}
	for _, g := range []**group{&f.entity, &f.time} {
		if *g != nil {
			cut := (*g).renumber(keep)
			*g = &cut
		}
	}
	rows := make([]int, len(keep))
	for i, r := range keep {
		rows[i] = r
		if f.rows != nil {
			rows[i] = f.rows[r]
		}
	}
	f.rows = rows
	f.sample.Used = len(keep)
	f.sample.Entities, f.sample.Times = 0, 0
	if f.entity != nil {
		f.sample.Entities = f.entity.levels
	}
	if f.time != nil {
		f.sample.Times = f.time.levels
	}
}

// scaleWeights makes the mean of the weights 1, as Stata does with analytic weights: sums of squares are of the size of the sample.
func (f *frame) scaleWeights() {
	if f.w == nil {
		return
	}
	mean := 0.0
	for _, w := range f.w {
		mean += w / float64(len(f.w))
	}
	for i := range f.w {
		f.w[i] /= mean
	}
}

// dropSingletons leaves out rows that are alone in a level of an effect, again and again until there are none (Correia 2015).
func (f *frame) dropSingletons() {
	for {
		drop := make([]bool, f.sample.Used)
		n := 0
		for _, g := range f.effects {
			sizes := g.sizes()
			for i, l := range g.of {
				if sizes[l] == 1 && !drop[i] {
					drop[i] = true
					n++
				}
			}
		}
		if n == 0 {
			return
		}
		f.sample.Singletons += n
		f.without(drop)
	}
}

func (f *frame) without(drop []bool) {
	keep := make([]int, 0, len(drop))
	for i, d := range drop {
		if !d {
			keep = append(keep, i)
		}
	}
	f.only(keep)
}

// weight is the weight of a row.
func (f *frame) weight(i int) float64 {
	if f.w == nil {
		return 1
	}
	return f.w[i]
}
