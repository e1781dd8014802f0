package index

import (
	"math"
	"slices"
)

// Run aggregates prepared indicators under one method, again and again with other weights. It keeps its memory between
// calls and is not safe for concurrent use: take one for each worker.
type Run struct {
	p       *Prepared
	m       Method
	v       [][]float64 // node × row: values; indicators' are the prepared ones
	s       [][]float64 // node × row: scores, where they were made
	own     [][]float64 // memory of aggregates' values
	ownS    [][]float64 // memory of aggregates' scores
	parts   []part
	order   order
	ordered int // the node that order is of; -1 for none
	years   years
	present []int // rows of a year that have a value
}

// part is what a child gives to its parent.
type part struct {
	values []float64
	share  float64
}

// NewRun answers a run under a method; of the method, only aggregation, carry, score, ties and min share matter here.
func (p *Prepared) NewRun(m Method) *Run {
	e := p.engine
	n := len(e.tree.nodes)
	return &Run{p: p, m: m.withDefaults(), v: make([][]float64, n), s: make([][]float64, n), own: make([][]float64, n), ownS: make([][]float64, n), ordered: -1}
}

// Do aggregates with the shares that Engine.Weights answers.
func (r *Run) Do(shares []float64) {
	e := r.p.engine
	r.ordered = -1
	carryScores := r.m.Carry == "scores"
	for i := range e.tree.leaves {
		r.v[i] = r.p.z[i]
		if r.s[i] = nil; carryScores {
			r.s[i] = r.p.leafScores(r.m.Ties)[i]
		}
	}
	for i := e.tree.leaves; i < len(e.tree.nodes); i++ {
		n := &e.tree.nodes[i]
		r.parts = r.parts[:0]
		single := -1
		for _, c := range n.children {
			if shares[c] == 0 {
				continue
			}
			values := r.v[c]
			if carryScores && n.level > 2 {
				values = r.scores(c)
			}
			r.parts = append(r.parts, part{values, shares[c]})
			single = c
		}
		how := r.m.aggregation(n.level, i == e.tree.top())
		r.s[i] = nil
		switch {
		case len(r.parts) == 1 && how != "copeland": // a mean of one is the one: exactly, and its scores too
			r.v[i] = r.parts[0].values
			if !carryScores || n.level == 2 {
				r.s[i] = r.s[single]
			}
			continue
		case r.own[i] == nil:
			r.own[i] = make([]float64, len(r.p.z[0]))
		}
		r.v[i] = r.own[i]
		if len(r.parts) == 0 { // all of it is left out
			for row := range r.v[i] {
				r.v[i][row] = math.NaN()
			}
			continue
		}
		r.aggregate(how, r.v[i])
	}
}

// scores answers a node's place in the empirical distribution, made once for each Do.
func (r *Run) scores(i int) []float64 {
	if r.s[i] == nil {
		if r.ownS[i] == nil {
			r.ownS[i] = make([]float64, len(r.p.z[0]))
		}
		r.s[i] = r.ownS[i]
		r.sorted(i).scores(r.s[i], r.v[i], r.p.engine.inBase, r.m.Ties)
	}
	return r.s[i]
}

// sorted answers the order of a node's values.
func (r *Run) sorted(i int) *order {
	if r.ordered != i {
		r.order.sort(r.v[i])
		r.ordered = i
	}
	return &r.order
}

// aggregate writes the mean of the parts, or Copeland's count, into out.
func (r *Run) aggregate(how string, out []float64) {
	switch {
	case how == "copeland":
		r.copeland(out)
	case r.p.gaps:
		r.withGaps(how, out)
	case how == "arithmetic":
		clear(out)
		for _, p := range r.parts {
			values, share := p.values[:len(out)], p.share
			for i := range out {
				out[i] += share * values[i]
			}
		}
	case how == "geometric":
		clear(out)
		for _, p := range r.parts {
			for i, v := range p.values {
				out[i] += p.share * math.Log(v)
			}
		}
		for i := range out {
			out[i] = math.Exp(out[i])
		}
	default: // harmonic
		clear(out)
		for _, p := range r.parts {
			for i, v := range p.values {
				out[i] += p.share / v
			}
		}
		for i := range out {
			out[i] = 1 / out[i]
		}
	}
}

// withGaps leaves missing parts out and scales the others up, where they make up at least MinShare of the weight.
func (r *Run) withGaps(how string, out []float64) {
	for i := range out {
		sum, weight := 0.0, 0.0
		for _, p := range r.parts {
			v := p.values[i]
			if math.IsNaN(v) {
				continue
			}
			weight += p.share
			switch how {
			case "arithmetic":
				sum += p.share * v
			case "geometric":
				sum += p.share * math.Log(v)
			default:
				sum += p.share / v
			}
		}
		switch out[i] = math.NaN(); {
		case weight == 0 || weight < r.m.MinShare-1e-12:
		case how == "arithmetic":
			out[i] = sum / weight
		case how == "geometric":
			out[i] = math.Exp(sum / weight)
		default:
			out[i] = weight / sum
		}
	}
}

// copeland writes (wins - losses)/(n - 1) against the rows of the same year: a row wins against another where the parts in
// which it is better weigh more than those in which it is worse. A row without any part takes no part.
func (r *Run) copeland(out []float64) {
	for _, s := range r.p.engine.spans {
		present := r.present[:0]
		for i := s[0]; i < s[1]; i++ {
			out[i] = math.NaN()
			if slices.ContainsFunc(r.parts, func(p part) bool { return !math.IsNaN(p.values[i]) }) {
				present = append(present, i)
				out[i] = 0
			}
		}
		r.present = present
		for k, a := range present {
			for _, b := range present[k+1:] {
				balance := 0.0
				for _, p := range r.parts {
					if x, y := p.values[a], p.values[b]; x > y {
						balance += p.share
					} else if x < y {
						balance -= p.share
					}
				}
				if balance > 1e-12 {
					out[a]++
					out[b]--
				} else if balance < -1e-12 {
					out[a]--
					out[b]++
				}
			}
		}
		for _, i := range present {
			out[i] /= max(float64(len(present)-1), 1)
		}
	}
}

// Values answers a node's values after Do, one for each row of the panel. They hold until the next Do.
func (r *Run) Values(node int) []float64 { return r.v[node][:r.p.engine.shown] }

// Published reports whether the method publishes scores of a node that are places in the base panel.
func (r *Run) Published(node int) bool {
	return r.m.Score == "ecdf" || (r.m.Score == "ecdf-below-top" && node != r.p.engine.Top())
}

// Scores answers what the method publishes of a node after Do: places in the base panel, or the values where there are none.
func (r *Run) Scores(node int) []float64 {
	if r.Published(node) {
		return r.scores(node)[:r.p.engine.shown]
	}
	return r.Values(node)
}

// Ranks writes a node's rank within each year, 0 where it has no value; out has a place for each row of the panel.
func (r *Run) Ranks(node int, out []uint16) {
	e := r.p.engine
	r.sorted(node).ranks(out[:e.shown], r.v[node], e.spanOf, len(e.spans), &r.years)
}
