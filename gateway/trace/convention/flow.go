package convention

import (
	"context"
	"math"
)

// network is a directed graph with capacities, for the largest flow from source to sink.
type network struct {
	source, sink int32
	nodes        int32
	tail         []int32 // of edge e; its reverse is e^1
	head         []int32
	room         []int64 // capacity that is left
}

// edge adds an edge and its reverse.
func (g *network) edge(from, to int32, capacity int64) {
	g.tail, g.head, g.room = append(g.tail, from, to), append(g.head, to, from), append(g.room, capacity, 0)
}

// maxFlow answers the value of the largest flow, by push-relabel with the highest label first, exact labels from a
// backward search now and then, and the gap rule (Goldberg and Tarjan 1988; Cherkassky and Goldberg 1997). Only the first
// phase runs: the value is what has arrived when nothing can be pushed nearer to the sink. Labels measure the distance to
// the sink, so the long chains of one account with many payments cost no more than their length.
func (g *network) maxFlow(ctx context.Context) (int64, error) {
	found := g.reduce()
	if len(g.head) == 0 {
		return found, nil
	}
	p := g.prepare()
	for p.work = 0; ; {
		v := p.highest()
		if v < 0 {
			return found + p.excess[g.sink], nil
		}
		if err := p.discharge(v); err {
			return 0, tooMuch(math.MaxInt64, 1)
		}
		if p.work > 6*int(g.nodes)+len(g.head) {
			if ctx.Err() != nil {
				return 0, ctx.Err()
			}
			p.relabelAll()
		}
	}
}

// preflow is a flow under way: what a node has received and not sent on is its excess.
type preflow struct {
	*network
	first   []int32 // edges of node v are order[first[v]:first[v+1]]
	order   []int32
	current []int32 // next edge to try
	label   []int32 // distance to the sink, nodes when it cannot be reached
	excess  []int64
	active  [][]int32 // by label
	count   []int32   // nodes with a label
	top     int32     // highest label that may have active nodes
	work    int
}

func (g *network) prepare() *preflow {
	n := int(g.nodes)
	p := &preflow{network: g, first: make([]int32, n+1), order: make([]int32, len(g.tail)), current: make([]int32, n),
		label: make([]int32, n), excess: make([]int64, n), active: make([][]int32, n+1), count: make([]int32, n+1)}
	for _, v := range g.tail {
		p.first[v+1]++
	}
	for v := range n {
		p.first[v+1] += p.first[v]
	}
	fill := make([]int32, n)
	for e, v := range g.tail {
		p.order[p.first[v]+fill[v]] = int32(e)
		fill[v]++
	}
	p.excess[g.source] = math.MaxInt64
	for _, e := range p.order[p.first[g.source]:p.first[g.source+1]] {
		v := g.room[e]
		g.room[e], g.room[e^1] = 0, g.room[e^1]+v
		p.excess[g.head[e]] += v
	}
	p.relabelAll()
	return p
}

// relabelAll sets every label to the exact distance to the sink.
func (p *preflow) relabelAll() {
	n := p.nodes
	p.work = 0
	clear(p.count)
	for v := range p.label {
		p.label[v] = n
		p.current[v] = p.first[v]
	}
	for i := range p.active {
		p.active[i] = p.active[i][:0]
	}
	p.label[p.sink] = 0
	queue := append(make([]int32, 0, n), p.sink)
	for len(queue) > 0 {
		v := queue[0]
		queue = queue[1:]
		for _, e := range p.order[p.first[v]:p.first[v+1]] {
			u := p.head[e]
			if p.room[e^1] > 0 && p.label[u] == n && u != p.sink && u != p.source {
				p.label[u] = p.label[v] + 1
				queue = append(queue, u)
			}
		}
	}
	p.top = 0
	for v := range n {
		p.count[p.label[v]]++
		p.activate(v)
	}
}

// activate lists a node that has excess and can reach the sink.
func (p *preflow) activate(v int32) {
	if v == p.source || v == p.sink || p.excess[v] == 0 || p.label[v] >= p.nodes {
		return
	}
	p.active[p.label[v]] = append(p.active[p.label[v]], v)
	p.top = max(p.top, p.label[v])
}

// highest takes an active node with the highest label, -1 when there is none.
func (p *preflow) highest() int32 {
	for ; p.top >= 0; p.top-- {
		list := p.active[p.top]
		for len(list) > 0 {
			v := list[len(list)-1]
			list = list[:len(list)-1]
			if p.label[v] == p.top && p.excess[v] > 0 {
				p.active[p.top] = list
				return v
			}
		}
		p.active[p.top] = list
	}
	p.top = 0
	return -1
}

// discharge pushes a node's excess on until it is gone or the sink cannot be reached any more. It reports overflow.
func (p *preflow) discharge(v int32) (overflow bool) {
	for p.excess[v] > 0 && p.label[v] < p.nodes {
		if p.current[v] == p.first[v+1] {
			p.relabel(v)
			continue
		}
		e := p.order[p.current[v]]
		u := p.head[e]
		if p.room[e] == 0 || p.label[v] != p.label[u]+1 {
			p.current[v]++
			p.work++
			continue
		}
		amount := min(p.excess[v], p.room[e])
		if amount > math.MaxInt64-p.excess[u] {
			return true
		}
		p.room[e] -= amount
		p.room[e^1] += amount
		p.excess[v] -= amount
		idle := p.excess[u] == 0
		p.excess[u] += amount
		if idle {
			p.activate(u)
		}
	}
	return false
}

// relabel lifts a node just above its lowest neighbour with room. When a label dies out, nodes above it are cut off from
// the sink (the gap rule).
func (p *preflow) relabel(v int32) {
	old, lowest := p.label[v], p.nodes
	for _, e := range p.order[p.first[v]:p.first[v+1]] {
		if p.room[e] > 0 && p.head[e] != p.source {
			lowest = min(lowest, p.label[p.head[e]]+1)
		}
	}
	p.work += int(p.first[v+1]-p.first[v]) + 12
	p.count[old]--
	if p.count[old] == 0 {
		lowest = p.nodes
	}
	p.label[v] = min(lowest, p.nodes)
	p.count[p.label[v]]++
	p.current[v] = p.first[v]
}
