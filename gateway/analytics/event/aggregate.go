package event

import (
	"slices"
)

// family is an aggregate with the influence of every unit on its overall effect and on each part.
type family struct {
	Aggregate
	overall []float64
	parts   [][]float64
}

// weighing makes weighted means of cells and their influences.
type weighing struct {
	p     *panel
	cells []Cell
	psi   [][]float64
	share map[int]float64 // of units in a cohort, by weight
}

func newWeighing(p *panel, cells []Cell, psi [][]float64) *weighing {
	w := &weighing{p, cells, psi, map[int]float64{}}
	for u, start := range p.start {
		w.share[start] += p.weight[u] / float64(len(p.y))
	}
	return w
}

// bySize is the mean of cells weighted by the share of their cohort. Shares are estimated, which the influence knows.
func (w *weighing) bySize(among []int) (float64, []float64) {
	total := 0.0
	for _, i := range among {
		total += w.share[w.cells[i].Start]
	}
	effect, psi := 0.0, make([]float64, len(w.p.y))
	byCohort := map[int]float64{} // Σ over a cohort's cells of (cell - mean)/total
	for _, i := range among {
		weight := w.share[w.cells[i].Start] / total
		effect += weight * w.cells[i].Estimate
		for u, v := range w.psi[i] {
			psi[u] += weight * v
		}
	}
	for _, i := range among {
		byCohort[w.cells[i].Start] += (w.cells[i].Estimate - effect) / total
	}
	// d effect / d share_g = Σ_{cells of g} (cell - effect)/total, and a unit moves share_g by its weight's excess over it.
	constant := 0.0
	for start, slope := range byCohort {
		constant += slope * w.share[start]
	}
	for u, start := range w.p.start {
		psi[u] += w.p.weight[u]*byCohort[start] - constant
	}
	return effect, psi
}

// plain is the unweighted mean of effects and their influences.
func plain(effects []float64, psi [][]float64, n int) (float64, []float64) {
	mean, influence := 0.0, make([]float64, n)
	for i, e := range effects {
		mean += e / float64(len(effects))
		for u, v := range psi[i] {
			influence[u] += v / float64(len(effects))
		}
	}
	return mean, influence
}

// families makes the four aggregates of Callaway and Sant'Anna, section 3.
func (w *weighing) families(o Options) []*family {
	return []*family{w.simple(o), w.dynamic(o), w.group(o), w.calendar(o)}
}

func (w *weighing) simple(o Options) *family {
	f := &family{Aggregate: Aggregate{Kind: "simple"}}
	f.Overall.Estimate, f.overall = w.bySize(post(w.cells, o))
	return f
}

// gather adds a part made of cells.
func (f *family) gather(at, cells int, effect float64, psi []float64) {
	f.Parts = append(f.Parts, Part{At: at, Cells: cells, Effect: Effect{Estimate: effect}})
	f.parts = append(f.parts, psi)
}

// mean makes the overall effect the plain mean of the parts that are asked for.
func (f *family) mean(n int, of func(Part) bool) {
	var effects []float64
	var psi [][]float64
	for i, part := range f.Parts {
		if of(part) {
			effects, psi = append(effects, part.Estimate), append(psi, f.parts[i])
		}
	}
	f.Overall.Estimate, f.overall = plain(effects, psi, n)
}

func (w *weighing) dynamic(o Options) *family {
	f := &family{Aggregate: Aggregate{Kind: "dynamic"}}
	first, last := w.p.periods[0], w.p.periods[len(w.p.periods)-1]
	at := map[int][]int{}
	for i, c := range w.cells {
		if o.MinEvent != nil && c.Event < *o.MinEvent || o.MaxEvent != nil && c.Event > *o.MaxEvent {
			continue
		}
		if b := o.Balance; b != nil && (last-c.Start < *b || c.Event > *b || c.Event < *b-last+first) {
			continue
		}
		at[c.Event] = append(at[c.Event], i)
	}
	for _, e := range keys(at) {
		effect, psi := w.bySize(at[e])
		f.gather(e, len(at[e]), effect, psi)
		reference := !slices.ContainsFunc(at[e], func(i int) bool { return !w.cells[i].Reference })
		f.Parts[len(f.Parts)-1].Reference = reference
	}
	f.mean(len(w.p.y), func(p Part) bool { return p.At >= 0 })
	return f
}

func (w *weighing) group(o Options) *family {
	f := &family{Aggregate: Aggregate{Kind: "group"}}
	among := post(w.cells, o)
	var heads []int // one cell of each cohort stands for its share
	means := slices.Clone(w.cells)
	psi := slices.Clone(w.psi)
	for _, start := range w.p.cohorts {
		if !has(w.cells, among, start) {
			continue
		}
		var effects []float64
		var influence [][]float64
		head := -1
		for _, i := range among {
			if w.cells[i].Start == start {
				effects, influence, head = append(effects, w.cells[i].Estimate), append(influence, w.psi[i]), i
			}
		}
		effect, own := plain(effects, influence, len(w.p.y))
		f.gather(start, len(effects), effect, own)
		means[head].Estimate, psi[head] = effect, own
		heads = append(heads, head)
	}
	of := &weighing{w.p, means, psi, w.share}
	f.Overall.Estimate, f.overall = of.bySize(heads)
	return f
}

func (w *weighing) calendar(o Options) *family {
	f := &family{Aggregate: Aggregate{Kind: "calendar"}}
	at := map[int][]int{}
	for _, i := range post(w.cells, o) {
		at[w.cells[i].Time] = append(at[w.cells[i].Time], i)
	}
	for _, t := range keys(at) {
		effect, psi := w.bySize(at[t])
		f.gather(t, len(at[t]), effect, psi)
	}
	f.mean(len(w.p.y), func(Part) bool { return true })
	return f
}
