package convention

// reduce shrinks the graph without changing the largest flow, and answers the part of the flow that it has found on the
// way. One account with many payments is a chain, and a chain shrinks to nothing:
//   - a node without way in or without way out goes;
//   - a node with one way in and one way out becomes an edge with the lesser capacity;
//   - where a node has no way in but the source, or no way out but the sink, what can go from source to sink through it
//     goes at once: any largest flow can be rearranged to do so.
//
// Edges from the same node to the same node count as one.
func (g *network) reduce() (found int64) {
	r := &reduction{network: g, in: make([][]int32, g.nodes), out: make([][]int32, g.nodes), queued: make([]bool, g.nodes)}
	for e := int32(0); int(e) < len(g.head); e += 2 {
		r.out[g.tail[e]] = append(r.out[g.tail[e]], e)
		r.in[g.head[e]] = append(r.in[g.head[e]], e)
	}
	for v := range g.nodes {
		r.look(v)
	}
	for len(r.queue) > 0 {
		v := r.queue[len(r.queue)-1]
		r.queue = r.queue[:len(r.queue)-1]
		r.queued[v] = false
		found += r.settle(v)
	}
	r.compact()
	return found
}

// reduction keeps, for every node, its edges in and out; those without room are dead.
type reduction struct {
	*network
	in, out [][]int32
	queue   []int32
	queued  []bool
}

func (r *reduction) look(v int32) {
	if v != r.source && v != r.sink && !r.queued[v] {
		r.queued[v] = true
		r.queue = append(r.queue, v)
	}
}

// merge makes one edge of those that share their other end, drops dead ones and answers what is left.
func (r *reduction) merge(edges []int32, end []int32) []int32 {
	kept := edges[:0]
next:
	for _, e := range edges {
		if r.room[e] == 0 {
			continue
		}
		for _, k := range kept {
			if end[k] == end[e] && r.room[k] <= maxRoom-r.room[e] {
				r.room[k] += r.room[e]
				r.room[e] = 0
				continue next
			}
		}
		kept = append(kept, e)
	}
	return kept
}

const maxRoom = 1<<63 - 1

// settle applies the rules to one node and answers what it sent from source to sink.
func (r *reduction) settle(v int32) (sent int64) {
	in, out := r.merge(r.in[v], r.tail), r.merge(r.out[v], r.head)
	r.in[v], r.out[v] = in, out
	if len(in) == 0 || len(out) == 0 {
		r.remove(v)
		return 0
	}
	from, to := r.edgeOf(in, r.tail, r.source), r.edgeOf(out, r.head, r.sink)
	if from >= 0 && to >= 0 && (len(in) == 1 || len(out) == 1) {
		sent = min(r.room[from], r.room[to])
		r.room[from] -= sent
		r.room[to] -= sent
		r.look(v)
		return sent
	}
	if len(in) == 1 && len(out) == 1 {
		tail, head, capacity := r.tail[in[0]], r.head[out[0]], min(r.room[in[0]], r.room[out[0]])
		r.remove(v)
		e := int32(len(r.head))
		r.edge(tail, head, capacity)
		r.out[tail] = append(r.out[tail], e)
		r.in[head] = append(r.in[head], e)
		r.look(tail)
		r.look(head)
	}
	return 0
}

func (r *reduction) edgeOf(edges []int32, end []int32, node int32) int32 {
	for _, e := range edges {
		if end[e] == node {
			return e
		}
	}
	return -1
}

// remove takes a node's edges away and looks at its neighbours again.
func (r *reduction) remove(v int32) {
	for _, e := range r.in[v] {
		r.room[e] = 0
		r.look(r.tail[e])
	}
	for _, e := range r.out[v] {
		r.room[e] = 0
		r.look(r.head[e])
	}
	r.in[v], r.out[v] = nil, nil
}

// compact renumbers the nodes that still have edges, and forgets the rest.
func (r *reduction) compact() {
	number := make([]int32, r.nodes)
	small := &network{source: 0, sink: 1, nodes: 2}
	for v := range number {
		number[v] = -1
	}
	number[r.source], number[r.sink] = 0, 1
	name := func(v int32) int32 {
		if number[v] < 0 {
			number[v] = small.nodes
			small.nodes++
		}
		return number[v]
	}
	for e := 0; e < len(r.head); e += 2 {
		if r.room[e] > 0 {
			small.edge(name(r.tail[e]), name(r.head[e]), r.room[e])
		}
	}
	*r.network = *small
}
